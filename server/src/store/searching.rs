//! A page of a list by name, or of what a search finds: the way that reads the least.
//!
//! Every way has the same answer. A short list is read as a whole. In a long one, those who may be found are looked up,
//! if they are few; if they are many, the list is walked through until a page is full.

use std::collections::HashSet;

use handoff_core::ConversationId;
use handoff_core::contact::search::Search;
use handoff_core::inbox::{Entry, Rank, Sort};
use sqlx::{Any, Transaction};

use super::candidates::{Many, candidates};
use super::engine::Engine;
use super::walk::Way;
use super::whole_list::{List, Page};
use super::{Store, names};
use crate::model::ApiError;
use crate::model::messenger::Found;

/// So few who may be found are looked up one by one, and counted.
const FEW: usize = 500;

/// Of so few the places are looked up, and then those on the page: that takes less than to walk to a page of them.
const fn some(engine: Engine, sort: Sort) -> usize {
    match (engine, sort) {
        // Whoever has a name stands together with others who have it, and far from where a walk begins.
        (Engine::Sqlite, Sort::AToZ) => 5_000,
        (Engine::Sqlite, _) => 4_500,
        // Looking one up takes more than twice as long.
        (Engine::Postgres, _) => 2_500,
    }
}

/// Conversations of the first step through a list where all are looked at: a page, where most are found.
const FIRST_STEP: i64 = 150;

/// The same where only those who may be found are looked at.
const FIRST_LONG_STEP: i64 = 6_000;

/// Each step is so many times the one before, up to this: a page is full soon, or takes long anyway.
const STRIDE: i64 = 2;
const LONGEST_STEP: i64 = 6_000;

/// Whoever has met so few of their own by then has them together elsewhere in the alphabet, and reads their own instead.
const FAR_ENOUGH: i64 = 30_000;

/// So many who may be found are looked up after all, where a long walk has met too few who are.
const MODEST: usize = 20_000;
const LONG_WALK: i64 = 60_000;

/// Looked up at once of those who are in the order of the list: a page, and some who are not found after all.
const A_PAGE: usize = 120;

/// Looked up in one statement.
const AT_ONCE: usize = 2_000;

/// Fills a page. Answers how many were found, if that is known.
pub(super) async fn fill(
    store: &Store,
    transaction: &mut Transaction<'static, Any>,
    list: &List,
    search: &Search,
    sort: Sort,
    after: Option<&Entry>,
    page: &mut Page,
) -> Result<Found, ApiError> {
    if list.parts.is_empty() {
        return Ok(Found::All(0));
    }
    let names_are_in = names::are_in(transaction, list.organization, list.campaign).await?;
    if !names_are_in {
        // Whoever should have done it may have been stopped.
        store.take_in_names_aside();
    }
    if !names_are_in || list.is_short(transaction).await? {
        list.read_into(transaction, search, page).await?;
        return Ok(Found::All(page.found));
    }
    let whose = (list.organization, list.campaign);
    let mut wanted = None;
    if !search.is_empty() {
        wanted = candidates(transaction, list.engine, whose, search, Many::AreLeftOut).await?;
    }
    if let Some(few) = wanted.as_ref().filter(|all| all.len() <= if sort == Sort::Recent { MODEST } else { FEW }) {
        return look_up(transaction, list, search, few, page).await;
    }
    if let Some(some) = wanted.as_ref().filter(|all| all.len() <= some(list.engine, sort)) {
        return by_place(transaction, list, search, sort, some, page).await;
    }
    let mut way = match sort {
        Sort::NeedsReply => Way::taking(list.owner, list.parts.iter().map(|(standing, _)| *standing), after),
        Sort::AToZ => Way::by_name(after.map(|after| sort.rank(after)).as_ref()),
        Sort::Recent => {
            list.read_into(transaction, search, page).await?;
            return Ok(Found::All(page.found));
        }
    };
    let (mut step, mut gone) = (if wanted.is_some() { FIRST_LONG_STEP } else { FIRST_STEP }, 0);
    let (mut met, mut seen) = (Vec::new(), HashSet::new());
    loop {
        let next = way.next(transaction, list.engine, whose, step).await?;
        let at_the_end = next.is_none();
        let next = next.unwrap_or_default().into_iter();
        met.extend(next.filter(|id| wanted.as_ref().is_none_or(|wanted| wanted.binary_search(id).is_ok())));
        // As many as fill a page are looked at together.
        if at_the_end || wanted.is_none() || met.len() >= A_PAGE {
            let (mut rest, mut count) = (&met[..], A_PAGE);
            while !rest.is_empty() {
                let (some, others) = rest.split_at(count.min(rest.len()));
                for entry in list.these(transaction, some).await? {
                    // On PostgreSQL, somebody may be met twice whom others have just moved on.
                    if way.has(&sort.rank(&entry)) && seen.insert(entry.id) {
                        page.offer(entry, search);
                    }
                }
                // They come in their order.
                if page.is_full() {
                    return Ok(Found::Many);
                }
                (rest, count) = (others, (count * 2).min(AT_ONCE));
            }
            met.clear();
            way.goes_on_from_here();
        }
        if at_the_end {
            return Ok(if after.is_none() { Found::All(page.found) } else { Found::Many });
        }
        gone += step;
        step = (step * STRIDE).min(LONGEST_STEP);
        if let Some(all) = wanted.as_ref().filter(|all| all.len() <= MODEST && gone > LONG_WALK) {
            page.begin_again();
            return look_up(transaction, list, search, all, page).await;
        }
        if wanted.is_none() && !search.is_empty() && gone > FAR_ENOUGH {
            // Many have these letters, and few of them are in this list.
            wanted = candidates(transaction, list.engine, whose, search, Many::AreRead).await?;
        }
        if sort == Sort::AToZ && wanted.is_none() && gone > FAR_ENOUGH {
            page.begin_again();
            list.read_into(transaction, search, page).await?;
            return Ok(Found::All(page.found));
        }
    }
}

/// Fills a page from those who may be found, in the order of their places, until it is full.
async fn by_place(
    transaction: &mut Transaction<'static, Any>,
    list: &List,
    search: &Search,
    sort: Sort,
    wanted: &[ConversationId],
    page: &mut Page,
) -> Result<Found, ApiError> {
    let mut places = match sort {
        Sort::AToZ => list.names_of_these(transaction, wanted, search).await?,
        Sort::NeedsReply | Sort::Recent => list.taking_of_these(transaction, wanted).await?,
    };
    let all = places.len();
    places.retain(|place| page.wants(place));
    let from_the_first = places.len() == all;
    places.sort_unstable();
    let ids: Vec<ConversationId> = places.iter().map(Rank::id).collect();
    for some in ids.chunks(A_PAGE) {
        for entry in list.these(transaction, some).await? {
            page.offer(entry, search);
        }
        if page.is_full() {
            return Ok(Found::Many);
        }
    }
    Ok(if from_the_first { Found::All(page.found) } else { Found::Many })
}

/// Fills a page from those who may be found, all of them.
async fn look_up(
    transaction: &mut Transaction<'static, Any>,
    list: &List,
    search: &Search,
    wanted: &[ConversationId],
    page: &mut Page,
) -> Result<Found, ApiError> {
    for some in wanted.chunks(AT_ONCE) {
        for entry in list.these(transaction, some).await? {
            page.offer(entry, search);
        }
    }
    Ok(Found::All(page.found))
}
