//! A page of a list by name, or of what a search finds: the way that reads the least.
//!
//! Every way has the same answer. A short list is read as a whole. In a long one, those who may be found are looked up,
//! if they are few; if they are many, the list is walked through until a page is full.

use handoff_core::contact::search::Search;
use handoff_core::inbox::{Entry, Sort};
use sqlx::{Any, Transaction};

use super::candidates::{FEW, candidates};
use super::walk::Way;
use super::whole_list::{List, Page};
use super::{Store, names};
use crate::model::ApiError;
use crate::model::messenger::Found;

/// Conversations of the first step through a list where all are looked at: a page, where most are found.
const FIRST_STEP: i64 = 150;

/// The same where only those who may be found are looked at.
const FIRST_LONG_STEP: i64 = 4_000;

/// Each step is so many times the one before, up to this: a page is full soon, or takes long anyway.
const STRIDE: i64 = 4;
const LONGEST_STEP: i64 = 16_000;

/// Whoever has met so few of their own by then has them together elsewhere in the alphabet, and reads their own instead.
const FAR_ENOUGH: i64 = 30_000;

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
    let wanted = if search.is_empty() { None } else { candidates(transaction, list.engine, whose, search).await? };
    if let Some(few) = wanted.as_ref().filter(|all| all.len() <= FEW) {
        for entry in list.these(transaction, few).await? {
            page.offer(entry, search);
        }
        return Ok(Found::All(page.found));
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
    while !page.is_full() {
        let Some(mut met) = way.next(transaction, list.engine, whose, step).await? else {
            let all = if after.is_none() { Found::All(page.found) } else { Found::Many };
            return Ok(all);
        };
        if let Some(wanted) = &wanted {
            met.retain(|id| wanted.binary_search(id).is_ok());
        }
        for some in met.chunks(AT_ONCE) {
            for entry in list.these(transaction, some).await? {
                if way.has(&sort.rank(&entry)) {
                    page.offer(entry, search);
                }
            }
        }
        gone += step;
        step = (step * STRIDE).min(LONGEST_STEP);
        if sort == Sort::AToZ && wanted.is_none() && gone > FAR_ENOUGH && !page.is_full() {
            page.begin_again();
            list.read_into(transaction, search, page).await?;
            return Ok(Found::All(page.found));
        }
    }
    Ok(Found::Many)
}
