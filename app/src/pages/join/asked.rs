//! An admin who opens the link of their own campaign is asked: they may only want to see whether it works.

use handoff_core::naming::isolated;
use leptos::prelude::*;

use super::joining::{Link, joining};
use crate::state::task::Task;
use crate::ui::{Button, ErrorNote, Kind, LinkButton, PageTitle};

/// Asks whether they want to be a texter of the campaign.
#[component]
pub(super) fn AskAdmin(link: Link, name: Signal<String>) -> impl IntoView {
    let task = Task::new();
    let join = joining(link, task, name, true);
    let busy = Signal::derive(move || task.busy.get() || link.invitation.loading.get());
    view! {
        <PageTitle title=Signal::derive(move || format!("Join {}", isolated(&name.get()))) />
        <div class="form join-ask">
            <p>"The link works. You are an admin here, and no texter of this campaign."</p>
            <p class="quiet">"If you join, you are given a first batch of conversations to write to, as everybody who opens the link."</p>
            <ErrorNote error=task.error />
            <Button kind=Kind::Primary busy on_press=join>"Join as a texter"</Button>
            <LinkButton kind=Kind::Quiet href=Signal::stored("/".to_owned())>"Not now"</LinkButton>
        </div>
    }
}
