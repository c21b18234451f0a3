//! Somebody of another organization is asked before they join this one.

use handoff_core::naming::isolated;
use handoff_server::api::session::sign_out;
use leptos::prelude::*;

use super::joining::{Link, joining};
use crate::state::session::session;
use crate::state::task::Task;
use crate::ui::{Button, ErrorNote, Kind, LinkButton, PageTitle};

/// Asks whether they want to join.
#[component]
pub(super) fn AskElsewhere(
    link: Link,
    name: Signal<String>,
    organization: Signal<String>,
    called: String,
    email: String,
    other: String,
) -> impl IntoView {
    let session = session();
    let (task, leaving) = (Task::new(), Task::new());
    let back = format!("You can go back to {other} at any time, from your account.");
    let join = joining(link, task, name, true);
    let leave = move |()| {
        leaving.run_plain(sign_out(), move |()| {
            session.signed_out();
            link.invitation.refetch();
        });
    };
    let busy = Signal::derive(move || task.busy.get() || link.invitation.loading.get());
    let error = Signal::derive(move || task.error.get().or_else(|| leaving.error.get()));
    view! {
        <PageTitle title=Signal::derive(move || format!("Join {}", isolated(&name.get()))) />
        <div class="form join-ask">
            <p>
                "You are signed in as " <strong>{called}</strong> " (" {email} ") of " <strong>{other}</strong> ". Join "
                <strong>{move || organization.get()}</strong> " as well?"
            </p>
            <p class="quiet">
                {back}
            </p>
            <ErrorNote error />
            <Button kind=Kind::Primary busy on_press=join>
                {move || format!("Join {}", isolated(&organization.get()))}
            </Button>
            <Button busy=leaving.busy on_press=leave>"Use another account"</Button>
            <LinkButton kind=Kind::Quiet href=Signal::stored("/".to_owned())>"Not now"</LinkButton>
        </div>
    }
}
