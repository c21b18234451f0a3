//! The dialog that signs in again, above whatever is open, when the session has ended.

use handoff_server::api::session::sign_in;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::state::session::session;
use crate::state::task::Task;
use crate::ui::{Button, Dialog, DialogActions, ErrorNote, Kind, TextField};

/// The dialog that signs in again.
#[component]
pub fn SignInAgain() -> impl IntoView {
    let session = session();
    view! {
        <Dialog open=session.expired title="Sign in again" on_close=move |()| session.signed_out()>
            <Form />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form() -> impl IntoView {
    let session = session();
    let member = untrack(|| session.member());
    let email = member.map(|me| me.email).unwrap_or_default();
    let shown = email.clone();
    let password = RwSignal::new(String::new());
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        task.run_plain(sign_in(email.clone(), password.get_untracked()), move |me| session.signed_in(me));
    };
    view! {
        <form class="form" on:submit=submit>
            <p>"Your session has ended. Sign in again to go on: everything on this page is kept."</p>
            <p class="quiet">{shown}</p>
            <TextField
                label="Password"
                kind="password"
                autocomplete="current-password"
                name="password"
                value=password
                autofocus=true
                required=true
            />
            <ErrorNote error=task.error />
            <DialogActions>
                <Button on_press=move |()| session.signed_out()>"Leave this page"</Button>
                <Button kind=Kind::Primary submit=true busy=task.busy>"Sign in"</Button>
            </DialogActions>
        </form>
    }
    .into_any()
}
