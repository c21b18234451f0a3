//! What is taken, and from whom.

use super::parts::{Source, Take};
use crate::request::{Filter, HowMany};
use crate::status::Standing;

/// Takes what matches and is not already with a target: Unassigned first, then always from whoever
/// holds most of the matching ones, ties by lowest id.
pub(super) fn apart_from_targets(sources: &mut [Source], how_many: HowMany) {
    let available = |source: &Source| if source.target { 0 } else { source.matching };
    let mut wanted = match how_many {
        HowMany::All => u32::MAX,
        HowMany::Some(number) => number,
    };
    for source in sources.iter_mut().filter(|source| source.owner.is_none()) {
        source.taken = available(source).min(wanted);
        wanted -= source.taken;
    }
    let mut holdings: Vec<u32> =
        sources.iter().filter(|source| source.owner.is_some()).map(available).filter(|count| *count > 0).collect();
    holdings.sort_unstable_by_key(|count| std::cmp::Reverse(*count));
    let (level, mut at_level) = cut(&holdings, wanted);
    // Everybody above the level comes down to it; what is still wanted comes one by one from those at
    // the level, the lowest id first, because ties are broken that way.
    for source in sources.iter_mut().filter(|source| source.owner.is_some()) {
        let count = available(source);
        if count > 0 && count >= level {
            let one_more = u32::from(at_level > 0 && level > 0);
            at_level -= one_more;
            source.taken = count - level + one_more;
        }
    }
}

/// Finds the level to which taking `wanted` from the largest holdings brings them down, and how many are
/// taken at the level itself, one each. `holdings` are descending.
fn cut(holdings: &[u32], wanted: u32) -> (u32, u32) {
    let mut left = u64::from(wanted);
    let mut level = holdings.first().copied().unwrap_or(0);
    for (index, _) in holdings.iter().enumerate() {
        // The first `index + 1` holdings stand at `level`; they can come down to the next one together.
        let width = index as u64 + 1;
        let next = holdings.get(index + 1).copied().unwrap_or(0);
        let step = u64::from(level - next);
        if step * width > left {
            let down = left / width;
            // Both fit: `down` is less than `step`, the rest less than `width`.
            level -= u32::try_from(down).unwrap_or(level);
            return (level, u32::try_from(left % width).unwrap_or(0));
        }
        left -= step * width;
        level = next;
    }
    (level, 0)
}

/// Splits what is taken from each owner by standing, in the order in which it is dealt.
pub(super) fn by_standing(sources: &[Source], status: Filter) -> Vec<Take> {
    let mut left: Vec<u32> = sources.iter().map(|source| source.taken).collect();
    let mut takes = Vec::new();
    for standing in Standing::ALL.into_iter().filter(|standing| status.includes(*standing)) {
        for (source, left) in sources.iter().zip(&mut left) {
            let count = source.counts.get(standing).min(*left);
            if count > 0 {
                *left -= count;
                takes.push(Take { from: source.owner, standing, count });
            }
        }
    }
    takes
}
