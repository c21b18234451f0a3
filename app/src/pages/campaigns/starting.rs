//! What a campaign lacks, said before it is started.

use handoff_core::campaign::readiness::Missing;
use handoff_core::naming::isolated;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::asking::{Asking, CampaignTask, Starting};
use crate::ui::{Button, Dialog, DialogActions, ErrorNote, Kind, LinkButton};

/// The page where something is to be had.
const fn tab(missing: Missing) -> &'static str {
    match missing {
        Missing::Message => "message",
        Missing::Contacts => "contacts",
        Missing::Texters => "texters",
    }
}

/// The words of the link to it.
const fn link(missing: Missing) -> &'static str {
    match missing {
        Missing::Message => "Write the message",
        Missing::Contacts => "Import contacts",
        Missing::Texters => "Add texters",
    }
}

/// Asks before a campaign is started that lacks something. Without a message it cannot be.
#[component]
pub fn StartDialog(doing: CampaignTask) -> impl IntoView {
    let starting = Memo::new(move |_| match doing.asking.get() {
        Some(Asking::Start(starting)) => Some(starting),
        _ => None,
    });
    // The title stays while the dialog closes.
    let title = Memo::new(move |before: Option<&String>| match starting.get() {
        Some(Starting { name, action, .. }) => format!("{} {}?", action.label(), isolated(&name)),
        None => before.cloned().unwrap_or_default(),
    });
    let close = Callback::new(move |()| doing.asking.set(None));
    // A link of the dialog leads to another tab of the same campaign.
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) && starting.with_untracked(Option::is_some) {
            close.run(());
        }
        now
    });
    let body = move || {
        let Starting { id, name, action, missing } = starting.get()?;
        let prevented = missing.iter().any(|one| one.prevents());
        let line = |one: &Missing| {
            let (sentence, one) = (one.sentence(), *one);
            view! { <li>{sentence} " " <a href=format!("/campaigns/{id}/{}", tab(one))>{link(one)}</a></li> }
        };
        let lines = missing.iter().map(line).collect_view();
        let start = move |()| doing.act(id, name.clone(), action);
        let last = if prevented {
            view! { <LinkButton kind=Kind::Primary href=format!("/campaigns/{id}/message")>"Write the message"</LinkButton> }
                .into_any()
        } else {
            view! { <Button kind=Kind::Primary busy=doing.task.busy on_press=start>{format!("{} anyway", action.label())}</Button> }
                .into_any()
        };
        Some(
            view! {
                <ul class="missing">{lines}</ul>
                <ErrorNote error=doing.task.error />
                <DialogActions>
                    <Button on_press=close>"Cancel"</Button>
                    {last}
                </DialogActions>
            }
            .into_any(),
        )
    };
    view! { <Dialog open=Signal::derive(move || starting.with(Option::is_some)) title on_close=close>{body}</Dialog> }
        .into_any()
}
