//! Signing in.

use handoff_core::address::inside;
use handoff_server::api::session::sign_in;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::state::session::{Who, session};
use crate::state::task::Task;
use crate::ui::{Button, ErrorNote, GateMark, Kind, PageTitle, TextField};

/// Signing in.
#[component]
pub fn SignInPage() -> impl IntoView {
    let session = session();
    let (query, navigate) = (use_query_map(), use_navigate());
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let email = email.get_untracked().trim().to_owned();
        task.run_plain(sign_in(email, password.get_untracked()), move |me| session.signed_in(me));
    };
    // Whoever is signed in already, or now, goes where they wanted to go: within this app only.
    Effect::new(move |_| {
        if session.who.with(|who| matches!(who, Who::Member(_))) {
            let next = query.with_untracked(|query| query.get("next")).unwrap_or_default();
            // The router has decoded it twice: a blank in the query of an address is written as one again.
            let next = String::from(js_sys::encode_uri(&next));
            navigate(
                inside(&next).unwrap_or("/campaigns"),
                leptos_router::NavigateOptions { replace: true, ..Default::default() },
            );
        }
    });
    view! {
        <main class="gate">
            <GateMark />
            <PageTitle title="Sign in" />
            <form class="form" on:submit=submit>
                <TextField
                    label="E-mail address"
                    kind="email"
                    autocomplete="username"
                    name="email"
                    value=email
                    autofocus=true
                    required=true
                />
                <TextField
                    label="Password"
                    kind="password"
                    autocomplete="current-password"
                    name="password"
                    value=password
                    required=true
                />
                <ErrorNote error=task.error />
                <Button kind=Kind::Primary submit=true busy=task.busy>"Sign in"</Button>
            </form>
            <p class="quiet">"No password, or forgotten? Ask an admin of your organization for a sign-in link."</p>
        </main>
    }
    .into_any()
}
