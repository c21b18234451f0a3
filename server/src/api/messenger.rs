//! The messenger: whose conversations wait for what, the lists, and one thread.

use handoff_core::inbox::owner::Whose;
use handoff_core::inbox::{Entry, Sort, Tab};
use handoff_core::{CampaignId, ConversationId};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use crate::caller::{actor, answer, services};
use crate::model::ApiError;
use crate::model::messenger::{Assignment, ListPage, Messenger, Thread};

/// Lists the campaigns that the member who asks is a texter of, archived ones left out, with what waits in each.
#[server(prefix = "/api", endpoint = "messenger/assignments", input = Json)]
pub async fn read_assignments() -> Result<Vec<Assignment>, ApiError> {
    answer(async { services().store.assignments(actor()?).await }.await)
}

/// Opens the messenger of an owner in a campaign: how much is in each list, and all that threads share.
#[server(prefix = "/api", endpoint = "messenger/open", input = Json)]
pub async fn open_messenger(campaign: CampaignId, whose: Whose) -> Result<Messenger, ApiError> {
    answer(async { services().store.messenger(actor()?, campaign, whose).await }.await)
}

/// Reads a page of a list. `after` is the last row of the page before, as it was then. A search is for words of the contact's name;
/// empty, it finds everything. Initial messages and follow-ups have one order, whatever `sort` says.
#[server(prefix = "/api", endpoint = "messenger/list", input = Json)]
pub async fn read_list(
    campaign: CampaignId,
    whose: Whose,
    tab: Tab,
    sort: Sort,
    search: String,
    after: Option<Entry>,
) -> Result<ListPage, ApiError> {
    answer(async { services().store.list(actor()?, campaign, whose, tab, sort, &search, after).await }.await)
}

/// Reads one conversation. Whoever does not hold it any more learns from the error where it went.
#[server(prefix = "/api", endpoint = "messenger/thread", input = Json)]
pub async fn read_thread(conversation: ConversationId) -> Result<Thread, ApiError> {
    let services = services();
    let thread = async { services.store.thread(actor()?, conversation).await }.await;
    answer(thread.map(|thread| {
        let refused = thread.refused.clone().or_else(|| services.check_gateway().err());
        Thread { refused, ..thread }
    }))
}
