//! Who holds how much: all that a plan needs to know of a campaign.

use serde::{Deserialize, Serialize};

use crate::id::MemberId;
use crate::status::Standing;

/// How many conversations stand where, one number for each [`Standing`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts([u32; 6]);

impl Counts {
    /// The number of this standing.
    pub const fn get(&self, standing: Standing) -> u32 {
        self.0[standing as usize - 1]
    }

    /// Sets the number of this standing.
    pub const fn set(&mut self, standing: Standing, count: u32) {
        self.0[standing as usize - 1] = count;
    }

    /// Adds to the number of this standing, up to the largest that fits.
    pub const fn add(&mut self, standing: Standing, count: u32) {
        self.set(standing, self.get(standing).saturating_add(count));
    }

    /// Takes from the number of this standing, down to zero.
    pub const fn take(&mut self, standing: Standing, count: u32) {
        self.set(standing, self.get(standing).saturating_sub(count));
    }

    /// All conversations.
    pub fn total(&self) -> u32 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The conversations that are work: neither resolved nor opted out.
    pub fn load(&self) -> u32 {
        self.iter().filter(|(standing, _)| standing.is_load()).fold(0, |sum, (_, count)| sum.saturating_add(count))
    }

    /// The conversations whose initial message needs no sending any more: the numerator of progress.
    pub fn sent(&self) -> u32 {
        self.total().saturating_sub(self.get(Standing::NotStarted))
    }

    /// Each standing with its number, in the order of taking.
    pub fn iter(&self) -> impl Iterator<Item = (Standing, u32)> + '_ {
        Standing::ALL.into_iter().map(|standing| (standing, self.get(standing)))
    }

    /// Both together.
    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        for (standing, count) in other.iter() {
            self.add(standing, count);
        }
        self
    }
}

impl FromIterator<(Standing, u32)> for Counts {
    fn from_iter<I: IntoIterator<Item = (Standing, u32)>>(counts: I) -> Self {
        let mut all = Self::default();
        for (standing, count) in counts {
            all.add(standing, count);
        }
        all
    }
}

/// A texter of the campaign, or somebody who still holds conversations of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Holder {
    /// Who.
    pub member: MemberId,
    /// Whether this is an active texter of the campaign, who can be given conversations.
    pub active: bool,
    /// What they hold.
    pub counts: Counts,
}

/// Who holds how much of a campaign: conversations by owner and standing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tally {
    /// What nobody holds.
    pub unassigned: Counts,
    /// Every texter of the campaign and every other holder, by ascending id, each once.
    pub holders: Vec<Holder>,
}

impl Tally {
    /// A tally with its holders in order, each once.
    pub fn new(unassigned: Counts, mut holders: Vec<Holder>) -> Self {
        holders.sort_by_key(|holder| holder.member);
        holders.dedup_by(|later, earlier| {
            let same = later.member == earlier.member;
            if same {
                earlier.counts = earlier.counts.plus(&later.counts);
                earlier.active |= later.active;
            }
            same
        });
        Self { unassigned, holders }
    }

    /// The holder with this id.
    pub fn holder(&self, member: MemberId) -> Option<&Holder> {
        let at = self.holders.binary_search_by_key(&member, |holder| holder.member).ok()?;
        self.holders.get(at)
    }

    /// Counts somebody among the active texters, as if they had been added to the campaign.
    pub fn activate(&mut self, member: MemberId) {
        match self.holders.binary_search_by_key(&member, |holder| holder.member) {
            Ok(at) => self.holders.iter_mut().skip(at).take(1).for_each(|holder| holder.active = true),
            Err(at) => self.holders.insert(at, Holder { member, active: true, counts: Counts::default() }),
        }
    }

    /// What this owner holds; `None` is Unassigned.
    pub fn counts(&self, owner: Option<MemberId>) -> Counts {
        match owner {
            None => self.unassigned,
            Some(member) => self.holder(member).map(|holder| holder.counts).unwrap_or_default(),
        }
    }

    /// Every owner with what they hold, Unassigned first.
    pub fn owners(&self) -> impl Iterator<Item = (Option<MemberId>, &Counts)> {
        std::iter::once((None, &self.unassigned))
            .chain(self.holders.iter().map(|holder| (Some(holder.member), &holder.counts)))
    }

    /// All conversations of the campaign.
    pub fn whole(&self) -> Counts {
        self.owners().fold(Counts::default(), |sum, (_, counts)| sum.plus(counts))
    }

    /// The active texters, who can be given conversations, by ascending id.
    pub fn active(&self) -> impl Iterator<Item = MemberId> + '_ {
        self.holders.iter().filter(|holder| holder.active).map(|holder| holder.member)
    }
}
