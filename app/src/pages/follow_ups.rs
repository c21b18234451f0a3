//! The follow-ups of a campaign.

mod audience;
mod form;
mod ground;
mod words;

use std::collections::HashMap;

use futures::future::try_join3;
use handoff_core::{CampaignId, FollowUpId};
use handoff_server::api::follow_ups::{count_due, delete_follow_up, list_follow_ups};
use handoff_server::api::settings::read_hours;
use handoff_server::api::surveys::list_questions;
use handoff_server::model::follow_up::{DueFollowUp, FollowUpRow};
use leptos::prelude::*;

use self::form::FollowUpForm;
use self::words::audience_words;
use super::campaign::campaign_page;
use super::preparing::editing::{Adding, DeleteDialog, EditButtons, Editable, kept_adding};
use crate::state::clock::minute;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{Badge, Load, Time, number};
use ground::{Data, Ground};

/// The follow-ups of a campaign.
#[component]
pub fn FollowUps() -> impl IntoView {
    let page = campaign_page();
    let id = page.id;
    let data = Query::new(move || async move {
        let (follow_ups, questions, hours) = try_join3(list_follow_ups(id), list_questions(id), read_hours(id)).await?;
        Ok(Data { follow_ups, questions, zone: hours.time_zone })
    });
    Live::expect().follow(id, data);
    let due = still_due(id, data);
    let fields = Memo::new(move |_| {
        page.campaign.data.with(|campaign| campaign.as_ref().map(|one| one.custom_fields.clone()).unwrap_or_default())
    });
    let adding = kept_adding(format!("new-follow-up-{id}"));
    let ground = Ground { page, fields: fields.into(), data, due, adding, deleting: RwSignal::new(None) };
    view! {
        <p class="lead quiet">
            "A later message, which texters send once in each conversation that is meant. Whoever has opted out, or has not got the initial message, gets none."
        </p>
        <Load query=data let:data>
            <List ground data />
        </Load>
        <DeleteDialog
            deleting=ground.deleting
            noun="follow-up"
            words=|row: &FollowUpRow| words::deletion_words(&row.title, row.sent, number)
            delete=move |row: &FollowUpRow| delete_follow_up(id, row.id)
            deleted=move |row: &FollowUpRow| {
                let id = row.id;
                form::forget(id);
                data.data.update(|data| {
                    if let Some(data) = data {
                        data.follow_ups.retain(|other| other.id != id);
                    }
                });
                data.refetch();
                row.title.clone()
            }
        />
    }
    .into_any()
}

/// Counts for how many conversations each follow-up is still due: when one is written or changed, and otherwise twice a
/// minute while the campaign changes. In a campaign of a million that is work.
fn still_due(id: CampaignId, data: Query<Data>) -> Query<Vec<DueFollowUp>> {
    let (minute, revision) = (minute(), Live::expect().campaign(Signal::stored(Some(id))));
    let changes = Memo::new(move |_| {
        minute.track();
        revision.get_untracked()
    });
    let written = Memo::new(move |_| {
        data.data.with(|data| {
            let all = data.iter().flat_map(|data| &data.follow_ups);
            all.map(|one| (one.id, one.audience, one.expires_at)).collect::<Vec<_>>()
        })
    });
    Query::new(move || {
        changes.track();
        written.track();
        count_due(id, None)
    })
}

#[component]
fn List(ground: Ground, data: Signal<Data>) -> impl IntoView {
    let by_id = Memo::new(move |_| {
        data.with(|data| data.follow_ups.iter().map(|one| (one.id.get(), one.clone())).collect::<HashMap<_, _>>())
    });
    let ids = Memo::new(move |_| data.with(|data| data.follow_ups.iter().map(|one| one.id.get()).collect::<Vec<_>>()));
    let some = Memo::new(move |_| ids.with(|ids| !ids.is_empty()));
    let form = Callback::new(move |(id, on_done)| {
        view! { <FollowUpForm ground data id=FollowUpId(id) before=None on_done /> }.into_any()
    });
    view! {
        <Adding
            adding=ground.adding
            some
            label="New follow-up"
            button="Add follow-up"
            empty="No follow-ups yet"
            hint="Remind those who have not answered, or thank those who said yes."
            form
        />
        <Show when=move || some.get()>
            <ul class="arranged" aria-label="Follow-ups, the newest first">
                <For each=move || ids.get() key=|id| *id let:id>
                    <li class="arranged-row plain" data-row=id.to_string()><Row ground data by_id id /></li>
                </For>
            </ul>
        </Show>
    }
    .into_any()
}

#[component]
fn Row(ground: Ground, data: Signal<Data>, by_id: Memo<HashMap<i64, FollowUpRow>>, id: i64) -> impl IntoView {
    let Some(first) = by_id.with_untracked(|all| all.get(&id).cloned()) else { return ().into_any() };
    let row = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let title = Signal::derive(move || row.with(|row| row.title.clone()));
    let editing = RwSignal::new(form::is_kept(FollowUpId(id)));
    let minute = minute();
    let expired = Memo::new(move |_| {
        minute.track();
        row.with(|row| row.expires_at.is_some_and(|at| at <= crate::ui::now()))
    });
    let expiry = move || {
        row.with(|row| row.expires_at).map(|at| {
            view! { <span>{move || if expired.get() { "Expired " } else { "Expires " }} <Time at /></span> }
        })
    };
    let sent = move || match row.with(|row| row.sent) {
        0 => "Not sent to anybody yet".to_owned(),
        sent => format!("Sent to {}", number(sent)),
    };
    let due = move || {
        let due = ground.due.data.with(|due| due.as_ref()?.iter().find(|one| one.id.get() == id).map(|one| one.due));
        due.filter(|_| !expired.get()).map(|due| view! { <span>{words::due_words(due, number)}</span> })
    };
    let meant = move || row.with(|row| data.with(|data| audience_words(row.audience, &data.questions)));
    let shown = Callback::new(move |()| {
        view! {
            <div class="arranged-body">
                <h2>
                    {move || title.get()} " "
                    {move || expired.get().then(|| view! { <Badge>"Expired"</Badge> })}
                </h2>
                <p class="arranged-text">{move || row.with(|row| row.text.clone())}</p>
                <p class="arranged-facts">
                    <span>"To " {meant}</span>
                    <span>{sent}</span>
                    {due}
                    {expiry}
                </p>
            </div>
            <div class="arranged-actions">
                <EditButtons name=title editing on_delete=move |()| ground.deleting.set(Some(row.get_untracked())) />
            </div>
        }
        .into_any()
    });
    let form = Callback::new(move |(id, on_done)| {
        let before = Some(row.get_untracked());
        view! { <FollowUpForm ground data id=FollowUpId(id) before on_done /> }.into_any()
    });
    view! { <Editable id editing form shown /> }.into_any()
}
