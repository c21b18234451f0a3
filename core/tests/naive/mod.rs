//! The rules again, as slowly and plainly as they are written: one conversation at a time.

use std::collections::BTreeMap;

use handoff_core::MemberId;
use handoff_core::plan::Owner;
use handoff_core::request::{HowMany, Request, Sharing};
use handoff_core::status::Standing;
use handoff_core::tally::Tally;

/// A conversation of the model. Its place in an owner's list is how long it waits.
#[derive(Clone, Copy)]
struct Conversation {
    owner: Owner,
    standing: Standing,
}

/// Moves by one-by-one dealing: (from, to, standing) with counts, sorted.
pub fn moves(tally: &Tally, request: &Request) -> Vec<((Owner, Owner, Standing), u32)> {
    let targets = request.targets(tally).expect("the plan was accepted");
    let mut all: Vec<Conversation> = tally
        .owners()
        .flat_map(|(owner, counts)| {
            counts.iter().flat_map(move |(standing, count)| (0..count).map(move |_| Conversation { owner, standing }))
        })
        .collect();
    // In the order of dealing: by standing, Unassigned first, then by lowest id.
    all.sort_by_key(|conversation| (conversation.standing, conversation.owner));
    let matches = |conversation: &Conversation| {
        request.from.includes(conversation.owner) && request.status.includes(conversation.standing)
    };
    let is_target = |owner: Owner| {
        if targets.is_empty() { owner.is_none() } else { owner.is_some_and(|who| targets.contains(&who)) }
    };
    let held = |owner: Owner| all.iter().filter(|one| matches(one) && one.owner == owner).count();
    let load = |member: MemberId| all.iter().filter(|one| one.owner == Some(member) && one.standing.is_load()).count();

    // How many are taken from each owner.
    let mut wanted: BTreeMap<Owner, usize> = BTreeMap::new();
    // How many each target gets.
    let mut room: Vec<(Owner, usize)> = Vec::new();
    if !targets.is_empty() && request.how_many == HowMany::All && request.sharing == Sharing::Equal {
        // One seat at a time: first everybody's equal part, then the remainder to whom the rules name.
        let whole = all.iter().filter(|one| matches(one)).count();
        let mut quota: Vec<(MemberId, usize)> = targets.iter().map(|member| (*member, whole / targets.len())).collect();
        for _ in 0..whole % targets.len() {
            let base = whole / targets.len();
            let next = quota
                .iter()
                .enumerate()
                .filter(|(_, (_, seats))| *seats == base)
                .min_by_key(|(index, (member, _))| (held(Some(*member)) <= base, load(*member), *index))
                .map(|(index, _)| index)
                .expect("fewer seats are left than targets");
            quota[next].1 += 1;
        }
        for (owner, _) in tally.owners() {
            wanted.insert(owner, held(owner));
        }
        for (member, seats) in quota {
            let kept = held(Some(member)).min(seats);
            wanted.insert(Some(member), held(Some(member)) - kept);
            room.push((Some(member), seats - kept));
        }
    } else {
        let mut left: BTreeMap<Owner, usize> =
            tally.owners().map(|(owner, _)| (owner, if is_target(owner) { 0 } else { held(owner) })).collect();
        let number = match request.how_many {
            HowMany::All => usize::MAX,
            HowMany::Some(number) => number as usize,
        };
        let mut taken = 0;
        while taken < number {
            let from_unassigned = left.get(&None).is_some_and(|count| *count > 0);
            let source = if from_unassigned {
                None
            } else {
                let most = left.iter().filter(|(owner, _)| owner.is_some()).map(|(_, count)| *count).max().unwrap_or(0);
                if most == 0 {
                    break;
                }
                *left.iter().find(|(owner, count)| owner.is_some() && **count == most).expect("somebody holds most").0
            };
            *left.get_mut(&source).expect("the source is there") -= 1;
            *wanted.entry(source).or_default() += 1;
            taken += 1;
        }
        if targets.is_empty() {
            room.push((None, taken));
        } else {
            let mut gets: Vec<(MemberId, usize)> = targets.iter().map(|member| (*member, 0)).collect();
            for _ in 0..taken {
                let next = match request.sharing {
                    // The fewest so far; a remainder to the smallest load, then in the order chosen.
                    Sharing::Equal => {
                        gets.iter().enumerate().min_by_key(|(index, (member, got))| (*got, load(*member), *index))
                    }
                    // The least loaded with what it got, ties in the order chosen.
                    Sharing::Level => {
                        gets.iter().enumerate().min_by_key(|(index, (member, got))| (load(*member) + got, *index))
                    }
                };
                let index = next.expect("there are targets").0;
                gets[index].1 += 1;
            }
            room.extend(gets.into_iter().map(|(member, count)| (Some(member), count)));
        }
    }

    // Deal: in order, in turn to whoever still has room, the largest share first.
    room.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut moved: BTreeMap<(Owner, Owner, Standing), u32> = BTreeMap::new();
    let mut turn = 0;
    for conversation in all.iter().filter(|one| matches(one)) {
        let Some(left) = wanted.get_mut(&conversation.owner).filter(|left| **left > 0) else { continue };
        *left -= 1;
        while room[turn % room.len()].1 == 0 {
            turn += 1;
        }
        let index = turn % room.len();
        room[index].1 -= 1;
        turn += 1;
        *moved.entry((conversation.owner, room[index].0, conversation.standing)).or_default() += 1;
    }
    moved.into_iter().collect()
}
