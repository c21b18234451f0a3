//! A one-time link: it signs in, and asks for a password.

use handoff_server::api::ApiError;
use handoff_server::api::session::{LinkPurpose, SessionError, read_link, use_link};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::{use_navigate, use_params_map};

use crate::state::query::Query;
use crate::state::session::session;
use crate::state::task::Task;
use crate::ui::{Button, ErrorNote, GateMark, Kind, LinkButton, Load, PageTitle, TextField};

/// A one-time link: it signs in, and asks for a password.
#[component]
pub fn LinkPage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token")).unwrap_or_default());
    let purpose = Query::new(move || read_link(token.get()));
    let dead = move || {
        purpose.error.get().filter(|error| matches!(error, ApiError::Session(_))).map(|error| {
            view! {
                <PageTitle title="This link does not work" />
                <p>{error.to_string()}</p>
                <p><LinkButton href="/sign-in">"Go to the sign-in page"</LinkButton></p>
            }
        })
    };
    let body = move || match dead() {
        Some(dead) => dead.into_any(),
        None => view! {
            <Load query=purpose let:purpose>
                {move || match purpose.get() {
                    LinkPurpose::SetUp => view! { <Redirect path=format!("/set-up/{}", token.get()) /> }.into_any(),
                    LinkPurpose::SignIn { name, email } => {
                        view! { <ChoosePassword token=token.get() name email /> }.into_any()
                    }
                }}
            </Load>
        }
        .into_any(),
    };
    view! {
        <main class="gate">
            <GateMark />
            {body}
        </main>
    }
    .into_any()
}

#[component]
fn ChoosePassword(token: String, name: String, email: String) -> impl IntoView {
    let (session, navigate) = (session(), use_navigate());
    let password = RwSignal::new(String::new());
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        task.run_plain(use_link(token.clone(), password.get_untracked()), move |me| {
            session.signed_in(me);
            navigate("/campaigns", leptos_router::NavigateOptions { replace: true, ..Default::default() });
        });
    };
    let weak = Signal::derive(move || {
        task.error
            .get()
            .filter(|error| *error == ApiError::Session(SessionError::WeakPassword))
            .map(|error| error.to_string())
    });
    let elsewhere = Signal::derive(move || task.error.get().filter(|_| weak.with(Option::is_none)));
    let value = email.clone();
    view! {
        <PageTitle title=format!("Welcome, {name}") document="Choose a password" />
        <form class="form" on:submit=submit>
            <p>"Choose a password. From then on you sign in with it as " <strong>{email}</strong> "."</p>
            // For the browser's password store, which files the password under it.
            <input class="visually-hidden" type="email" autocomplete="username" tabindex="-1" aria-hidden="true" readonly value=value />
            <TextField
                label="New password"
                hint="10 to 200 characters."
                kind="password"
                autocomplete="new-password"
                name="password"
                value=password
                error=weak
                autofocus=true
                required=true
            />
            <ErrorNote error=elsewhere />
            <Button kind=Kind::Primary submit=true busy=task.busy>"Save and sign in"</Button>
        </form>
    }
    .into_any()
}
