//! Recommended replies, of a campaign and of the organization.

mod form;
mod ground;

use std::collections::HashMap;

use handoff_core::{CampaignId, ReplyId};
use handoff_server::api::replies::{delete_reply, list_replies, order_replies};
use handoff_server::model::reply::Reply;
use leptos::prelude::*;

use self::form::ReplyForm;
use super::campaign::campaign_page;
use super::preparing::arranging::{ArrangedList, Arranging, Grip, MoveButtons};
use super::preparing::editing::{Adding, DeleteDialog, EditButtons, Editable, kept_adding};
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::Load;
use ground::Ground;

/// The recommended replies of a campaign.
#[component]
pub fn CampaignReplies() -> impl IntoView {
    let page = campaign_page();
    let fields = Memo::new(move |_| {
        page.campaign.data.with(|campaign| campaign.as_ref().map(|one| one.custom_fields.clone()).unwrap_or_default())
    });
    view! {
        <p class="lead quiet">
            "Texters insert them with one click, filled in for the contact, and can change them before they send. Replies for every campaign are among the "
            <a href="/organization">"settings of the organization"</a> "."
        </p>
        <Replies campaign=Some(page.id) fields />
    }
    .into_any()
}

/// A list of recommended replies. Those of the organization are without a campaign, and without custom fields.
#[component]
pub fn Replies(campaign: Option<CampaignId>, #[prop(into)] fields: Signal<Vec<String>>) -> impl IntoView {
    let replies = Query::new(move || list_replies(campaign));
    if let Some(campaign) = campaign {
        Live::expect().follow(campaign, replies);
    }
    let adding = kept_adding(format!("new-reply-{}", campaign.map_or(0, CampaignId::get)));
    let ground = Ground { campaign, fields, replies, adding, deleting: RwSignal::new(None) };
    view! {
        <Load query=replies let:all>
            <List ground all />
        </Load>
        <DeleteDialog
            deleting=ground.deleting
            noun="reply"
            words=|reply: &Reply| {
                format!("Texters can insert “{}” no longer. Messages that were sent with it stay.", reply.title)
            }
            delete=move |reply: &Reply| delete_reply(campaign, reply.id)
            deleted=move |reply: &Reply| {
                let id = reply.id;
                form::forget(id);
                replies.data.update(|all| all.iter_mut().for_each(|all| all.retain(|other| other.id != id)));
                replies.refetch();
                reply.title.clone()
            }
        />
    }
    .into_any()
}

#[component]
fn List(ground: Ground, all: Signal<Vec<Reply>>) -> impl IntoView {
    let by_id = Memo::new(move |_| all.get().into_iter().map(|one| (one.id.get(), one)).collect::<HashMap<_, _>>());
    let there = Memo::new(move |_| all.with(|all| all.iter().map(|one| one.id.get()).collect::<Vec<_>>()));
    let save = move |order: Vec<i64>| order_replies(ground.campaign, order.into_iter().map(ReplyId).collect());
    let arranging = Arranging::new(there, save, Callback::new(move |()| ground.replies.refetch()));
    let some = Memo::new(move |_| there.with(|there| !there.is_empty()));
    let form = Callback::new(move |(id, on_done)| {
        view! { <ReplyForm ground id=ReplyId(id) before=None on_done /> }.into_any()
    });
    view! {
        <Show when=move || some.get()>
            <ArrangedList arranging label="Recommended replies" children=move |id| view! { <Row ground arranging by_id id /> }.into_any() />
        </Show>
        <Adding
            adding=ground.adding
            some
            label="New reply"
            button="Add reply"
            empty="No recommended replies yet"
            hint="Write what texters answer often: where to vote, how to volunteer, a friendly goodbye."
            form
        />
    }
    .into_any()
}

#[component]
fn Row(ground: Ground, arranging: Arranging, by_id: Memo<HashMap<i64, Reply>>, id: i64) -> impl IntoView {
    let Some(first) = by_id.with_untracked(|all| all.get(&id).cloned()) else { return ().into_any() };
    let reply = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let title = Signal::derive(move || reply.with(|reply| reply.title.clone()));
    let editing = RwSignal::new(form::is_kept(ReplyId(id)));
    let shown = Callback::new(move |()| {
        view! {
            <Grip arranging id name=title />
            <div class="arranged-body">
                {if ground.campaign.is_some() {
                    view! { <h2>{move || title.get()}</h2> }.into_any()
                } else {
                    view! { <h3>{move || title.get()}</h3> }.into_any()
                }}
                <p class="arranged-text">{move || reply.with(|reply| reply.text.clone())}</p>
            </div>
            <div class="arranged-actions">
                <MoveButtons arranging id name=title />
                <EditButtons name=title editing on_delete=move |()| ground.deleting.set(Some(reply.get_untracked())) />
            </div>
        }
        .into_any()
    });
    let form = Callback::new(move |(id, on_done)| {
        view! { <ReplyForm ground id=ReplyId(id) before=Some(reply.get_untracked()) on_done /> }.into_any()
    });
    view! { <Editable id editing form shown /> }.into_any()
}
