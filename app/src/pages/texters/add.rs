//! Making members of the organization texters of the campaign.

use handoff_core::MemberId;
use handoff_core::naming::told_apart;
use handoff_server::api::texters::add_texters;
use handoff_server::model::member::MemberRow;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::doing::Doing;
use crate::pages::campaign::campaign_page;
use crate::state::query::Query;
use crate::state::toasts::toasts;
use crate::ui::{Button, DialogActions, Entry, ErrorNote, Kind, PeoplePicker, counted};

/// Making members of the organization texters of the campaign.
#[component]
pub fn AddDialog(members: Query<Vec<MemberRow>>, doing: Doing) -> impl IntoView {
    let (id, toasts, task) = (campaign_page().id, toasts(), doing.task);
    let chosen = RwSignal::new(Vec::<MemberId>::new());
    let missing = RwSignal::new(None::<String>);
    let entries = Memo::new(move |_| {
        members.data.with(|all| {
            let free = all.iter().flatten().filter(|row| row.membership.may_hold() && !row.on_campaign);
            let free: Vec<&MemberRow> = free.collect();
            let names = told_apart(free.iter().map(|row| (row.name.as_str(), row.email.as_str())));
            let entry = |(row, name): (&&MemberRow, String)| {
                // Not twice: once chosen, the name stands alone.
                let note = if name == row.name { row.email.clone() } else { String::new() };
                Entry { key: row.id, name, note, alone: false }
            };
            free.iter().zip(names).map(entry).collect()
        })
    });
    Effect::new(move |_| {
        if chosen.with(|chosen| !chosen.is_empty()) {
            missing.set(None);
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let who = chosen.get_untracked();
        if who.is_empty() {
            missing.set(Some("Choose at least one member.".to_owned()));
            return;
        }
        task.run(
            move || add_texters(id, who.clone()),
            move |added| {
                doing.close();
                toasts.say(format!("{} added.", counted(added, "texter", "texters")));
                members.refetch();
            },
        );
    };
    let words = move || match chosen.with(Vec::len) {
        0 | 1 => "Add texter".to_owned(),
        many => format!("Add {many} texters"),
    };
    view! {
        <form class="form" on:submit=submit>
            <PeoplePicker
                label="Members of your organization"
                hint="They get no conversations yet: you assign those on the Conversations tab."
                placeholder="Type a name"
                entries
                chosen
                error=missing
            />
            <ErrorNote error=task.error />
            <DialogActions>
                <Button on_press=move |()| doing.close()>"Cancel"</Button>
                <Button kind=Kind::Primary submit=true busy=task.busy>{words}</Button>
            </DialogActions>
        </form>
    }
    .into_any()
}
