//! Undoing an operation: what returns, what stays, and why.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::MemberId;
use crate::plan::{Change, Fingerprint, Owner, Share, share_list};
use crate::status::Standing;
use crate::tally::{Counts, Tally};
use crate::text::number;

/// What became of a conversation since an operation moved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Fate {
    /// It is where the operation put it, and its new owner has not written.
    Untouched = 1,
    /// It is with somebody else now.
    MovedOn = 2,
    /// Its new owner has written to the contact since.
    Written = 3,
}

impl Fate {
    /// The fate with this stored number.
    pub fn from_number(number: i64) -> Option<Self> {
        [Self::Untouched, Self::MovedOn, Self::Written].into_iter().find(|fate| *fate as i64 == number)
    }

    /// Why a conversation cannot be restored, on screen behind a number.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Untouched => "can be restored",
            Self::MovedOn => "stay: they were moved again since",
            Self::Written => "stay: their new owner has written to the contact since",
        }
    }
}

/// So many conversations that an operation moved, with what became of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Moved {
    /// Whose they were.
    pub from: Owner,
    /// Whose they became.
    pub to: Owner,
    /// Where they stand now.
    pub standing: Standing,
    /// What became of them.
    pub fate: Fate,
    /// How many.
    pub count: u32,
}

/// So many conversations that go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Return {
    /// Whose they were before the operation.
    pub previous: Owner,
    /// Who has them now.
    pub from: Owner,
    /// Who gets them: the previous owner, or Unassigned if that one cannot take them any more.
    pub to: Owner,
    /// Where they stand.
    pub standing: Standing,
    /// How many.
    pub count: u32,
}

/// What an undo will do. Computed by [`undo`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoPlan {
    /// What goes back, ordered.
    pub returns: Vec<Return>,
    /// Everyone whose conversations change: Unassigned first, then by lowest id.
    pub people: Vec<Change>,
    /// How many go back.
    pub moved: u32,
    /// How many stay, and why. No zeros.
    pub stays: Vec<(Fate, u32)>,
    /// How many go to Unassigned, or stay there, because their previous owner left the campaign or is not active.
    pub without_owner: u32,
    /// Those previous owners, by ascending id.
    pub gone: Vec<MemberId>,
}

/// Computes what undoing an operation will do.
///
/// `tally` is the campaign now, `moved` what the operation moved and what became of it.
pub fn undo(tally: &Tally, moved: &[Moved]) -> UndoPlan {
    let mut moved = moved.to_vec();
    moved.sort_by_key(|group| (group.from, group.to, group.standing, group.fate));
    let mut returns = Vec::new();
    let mut without_owner = 0_u32;
    let mut gone = BTreeSet::new();
    let mut stays = [(Fate::MovedOn, 0_u32), (Fate::Written, 0_u32)];
    for group in moved.iter().filter(|group| group.count > 0) {
        if let Some((_, count)) = stays.iter_mut().find(|(fate, _)| *fate == group.fate) {
            *count = count.saturating_add(group.count);
            continue;
        }
        let active = |member| tally.holder(member).is_some_and(|holder| holder.active);
        let to = group.from.filter(|member| active(*member));
        if to != group.from {
            gone.extend(group.from);
            without_owner = without_owner.saturating_add(group.count);
        }
        // What was unassigned by the operation from somebody who is gone stays where it is.
        if to != group.to {
            let (standing, count) = (group.standing, group.count);
            returns.push(Return { previous: group.from, from: group.to, to, standing, count });
        }
    }
    UndoPlan {
        people: changes(tally, &returns),
        moved: returns.iter().fold(0, |sum, part| sum.saturating_add(part.count)),
        stays: stays.into_iter().filter(|(_, count)| *count > 0).collect(),
        returns,
        without_owner,
        gone: gone.into_iter().collect(),
    }
}

fn changes(tally: &Tally, returns: &[Return]) -> Vec<Change> {
    let mut owners: Vec<Owner> = returns.iter().flat_map(|part| [part.from, part.to]).collect();
    owners.sort_unstable();
    owners.dedup();
    let total = |pick: &dyn Fn(&Return) -> bool| -> Counts {
        returns.iter().filter(|part| pick(part)).map(|part| (part.standing, part.count)).collect()
    };
    owners
        .into_iter()
        .map(|owner| Change {
            owner,
            before: tally.counts(owner),
            goes: total(&|part| part.from == owner),
            comes: total(&|part| part.to == owner),
            kept: 0,
        })
        .collect()
}

impl UndoPlan {
    /// The fingerprint of what goes back. Two undo plans that restore the same have the same.
    pub fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        hash.update(b"undo 1");
        for part in &self.returns {
            hash.update(crate::plan::owner_bytes(part.previous));
            hash.update(crate::plan::owner_bytes(part.from));
            hash.update(crate::plan::owner_bytes(part.to));
            hash.update([part.standing as u8]);
            hash.update(part.count.to_le_bytes());
        }
        Fingerprint::from_hash(hash)
    }

    /// What each owner gets back, the largest share first.
    pub fn shares(&self) -> Vec<Share> {
        let mut shares: Vec<Share> = self
            .people
            .iter()
            .map(|change| Share { to: change.owner, count: change.comes.total() })
            .filter(|share| share.count > 0)
            .collect();
        shares.sort_by_key(|share| std::cmp::Reverse(share.count));
        shares
    }

    /// The headline: "6 restored, 3 to Abby, 3 to Lindsey".
    pub fn headline(&self, name: impl Fn(Owner) -> String) -> String {
        if self.moved == 0 {
            return "Nothing can be restored".to_owned();
        }
        format!("{} restored{}", number(self.moved), share_list(&self.shares(), name))
    }
}
