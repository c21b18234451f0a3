//! Who gets how many.

use super::parts::{Share, Source};
use crate::id::MemberId;

/// Divides the whole matching set: final holdings of it differ by at most one, and each target keeps as
/// much as it can. Marks what is taken from each owner, and returns what each target gets.
pub(super) fn divide(sources: &mut [Source], targets: &[MemberId]) -> Vec<Share> {
    let whole = sources.iter().fold(0_u32, |sum, source| sum.saturating_add(source.matching));
    let held: Vec<(u32, u32)> = targets
        .iter()
        .map(|member| {
            let found = sources.binary_search_by_key(&Some(*member), |source| source.owner).ok();
            found.and_then(|index| sources.get(index)).map_or((0, 0), |source| (source.matching, source.counts.load()))
        })
        .collect();
    let number = u32::try_from(targets.len()).unwrap_or(u32::MAX).max(1);
    let (base, remainder) = (whole / number, whole % number);
    // A remainder goes where it saves a move, then to the smallest current load, then in the order chosen.
    let mut order: Vec<usize> = (0..targets.len()).collect();
    order.sort_by_key(|index| held.get(*index).map(|(matching, load)| (*matching <= base, *load)));
    let mut quotas = vec![base; targets.len()];
    for index in order.into_iter().take(remainder as usize) {
        if let Some(quota) = quotas.get_mut(index) {
            *quota += 1;
        }
    }
    for source in sources.iter_mut() {
        source.taken = source.matching;
    }
    let mut shares = Vec::with_capacity(targets.len());
    for ((member, quota), (matching, _)) in targets.iter().zip(quotas).zip(held) {
        let kept = matching.min(quota);
        let found = sources.binary_search_by_key(&Some(*member), |source| source.owner).ok();
        if let Some(source) = found.and_then(|index| sources.get_mut(index)) {
            source.taken = matching - kept;
        }
        shares.push(Share { to: Some(*member), count: quota - kept });
    }
    shares
}

/// Equal shares; a remainder goes to the smallest current load, then in the order chosen.
pub(super) fn equal(taken: u32, loads: &[u32]) -> Vec<u32> {
    let number = u32::try_from(loads.len()).unwrap_or(u32::MAX).max(1);
    let mut shares = vec![taken / number; loads.len()];
    for index in by_load(loads).into_iter().take((taken % number) as usize) {
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
        }
    }
    shares
}

/// Fills the least loaded first until what is taken is used up; ties in the order chosen.
pub(super) fn level(taken: u32, loads: &[u32]) -> Vec<u32> {
    let order = by_load(loads);
    let ascending: Vec<u64> = order.iter().filter_map(|index| loads.get(*index)).map(|load| u64::from(*load)).collect();
    let mut left = u64::from(taken);
    let mut level = ascending.first().copied().unwrap_or(0);
    let mut remainder = 0;
    for (index, _) in ascending.iter().enumerate() {
        let width = index as u64 + 1;
        let step = ascending.get(index + 1).map_or(u64::MAX, |next| next - level);
        if step.saturating_mul(width) > left {
            level += left / width;
            remainder = left % width;
            break;
        }
        left -= step * width;
        level += step;
    }
    // Those who stand at the level get one more each, in the order chosen, until nothing is left.
    loads
        .iter()
        .map(|load| {
            let load = u64::from(*load);
            let one_more = u64::from(load <= level && remainder > 0);
            remainder -= one_more;
            u32::try_from(level.saturating_sub(load).saturating_add(one_more)).unwrap_or(u32::MAX)
        })
        .collect()
}

/// The indexes by ascending load, ties in the order chosen.
fn by_load(loads: &[u32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..loads.len()).collect();
    order.sort_by_key(|index| loads.get(*index));
    order
}
