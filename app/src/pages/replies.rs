//! Recommended replies, of a campaign and of the organization.

mod form;

use std::collections::HashMap;

use handoff_core::{CampaignId, ReplyId};
use handoff_server::api::replies::{Reply, delete_reply, list_replies, order_replies};
use leptos::prelude::*;

use self::form::ReplyForm;
use super::campaign::campaign_page;
use super::preparing::arranging::{ArrangedList, Arranging, Grip, MoveButtons};
use super::preparing::{focus_on_add, focus_on_edit, new_id};
use crate::state::draft;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, Confirm, EmptyState, Kind, Load};

/// What the parts of the list share.
#[derive(Clone, Copy)]
struct Ground {
    campaign: Option<CampaignId>,
    fields: Signal<Vec<String>>,
    replies: Query<Vec<Reply>>,
    /// The id of the one that is being written for the first time.
    adding: RwSignal<Option<i64>>,
    deleting: RwSignal<Option<Reply>>,
}

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
    let kept_as = StoredValue::new(format!("new-reply-{}", campaign.map_or(0, CampaignId::get)));
    let adding = RwSignal::new(kept_as.with_value(|name| draft::kept::<i64>(name)));
    Effect::new(move |_| {
        let id = adding.get();
        kept_as.with_value(|name| id.map_or_else(|| draft::forget(name), |id| draft::keep(name, &id)));
    });
    let ground = Ground { campaign, fields, replies, adding, deleting: RwSignal::new(None) };
    view! {
        <Load query=replies let:all>
            <List ground all />
        </Load>
        <DeleteDialog ground />
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
    let adding = move || {
        ground.adding.get().map(|id| {
            let done = Callback::new(move |()| {
                ground.adding.set(None);
                focus_on_add();
            });
            view! {
                <section class="panel adding" aria-label="New reply">
                    <ReplyForm ground id=ReplyId(id) before=None on_done=done />
                </section>
            }
        })
    };
    view! {
        <Show when=move || some.get()>
            <ArrangedList arranging label="Recommended replies" children=move |id| view! { <Row ground arranging by_id id /> }.into_any() />
        </Show>
        {adding}
        <Show when=move || ground.adding.with(Option::is_none)>
            <Show
                when=move || some.get()
                fallback=move || {
                    view! {
                        <EmptyState title="No recommended replies yet">
                            <p>"Write what texters answer often: where to vote, how to volunteer, a friendly goodbye."</p>
                            <AddButton ground />
                        </EmptyState>
                    }
                }
            >
                <AddButton ground />
            </Show>
        </Show>
    }
    .into_any()
}

#[component]
fn AddButton(ground: Ground) -> impl IntoView {
    view! {
        <div class="add">
            <Button kind=Kind::Primary on_press=move |()| ground.adding.set(Some(new_id()))>"Add reply"</Button>
        </div>
    }
    .into_any()
}

#[component]
fn Row(ground: Ground, arranging: Arranging, by_id: Memo<HashMap<i64, Reply>>, id: i64) -> impl IntoView {
    let Some(first) = by_id.with_untracked(|all| all.get(&id).cloned()) else { return ().into_any() };
    let reply = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let title = Signal::derive(move || reply.with(|reply| reply.title.clone()));
    let editing = RwSignal::new(form::is_kept(ReplyId(id)));
    let closed = Callback::new(move |()| {
        editing.set(false);
        focus_on_edit(id);
    });
    let shown = move || {
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
                <span class="edit">
                    <Button
                        kind=Kind::Quiet
                        label=Signal::derive(move || format!("Edit {}", title.get()))
                        on_press=move |()| editing.set(true)
                    >
                        "Edit"
                    </Button>
                </span>
                <Button
                    kind=Kind::Quiet
                    label=Signal::derive(move || format!("Delete {}", title.get()))
                    on_press=move |()| ground.deleting.set(Some(reply.get_untracked()))
                >
                    "Delete"
                </Button>
            </div>
        }
        .into_any()
    };
    (move || {
        if editing.get() {
            view! { <ReplyForm ground id=ReplyId(id) before=Some(reply.get_untracked()) on_done=closed /> }.into_any()
        } else {
            shown()
        }
    })
    .into_any()
}

#[component]
fn DeleteDialog(ground: Ground) -> impl IntoView {
    let (toasts, task) = (toasts(), Task::new());
    // The words stay while the dialog closes.
    let title = Memo::new(move |before: Option<&String>| {
        ground
            .deleting
            .with(|reply| reply.as_ref().map(|reply| reply.title.clone()))
            .or_else(|| before.cloned())
            .unwrap_or_default()
    });
    let delete = Callback::new(move |()| {
        let Some(reply) = ground.deleting.get_untracked() else { return };
        let id = reply.id;
        task.run(
            move || delete_reply(ground.campaign, id),
            move |()| {
                ground.deleting.set(None);
                form::forget(id);
                toasts.say(format!("Reply deleted: {}", reply.title));
                ground.replies.data.update(|all| all.iter_mut().for_each(|all| all.retain(|other| other.id != id)));
                ground.replies.refetch();
                focus_on_add();
            },
        );
    });
    view! {
        <Confirm
            open=Signal::derive(move || ground.deleting.with(Option::is_some))
            title="Delete this reply?"
            text=Signal::derive(move || format!("Texters can insert “{}” no longer. Messages that were sent with it stay.", title.get()))
            button="Delete reply"
            danger=true
            busy=task.busy
            error=task.error
            on_close=move |()| ground.deleting.set(None)
            on_confirm=delete
        />
    }
    .into_any()
}
