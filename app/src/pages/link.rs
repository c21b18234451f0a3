//! A one-time link: it signs in, and asks for a password.

use handoff_core::membership::LinkPassword;
use handoff_core::naming::isolated;
use handoff_server::api::session::{read_link, use_link};
use handoff_server::model::ApiError;
use handoff_server::model::session::{LinkPurpose, SessionError};
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
                    LinkPurpose::SignIn { name, email, organization_name, password } => {
                        view! { <ComeIn token=token.get() name email organization=organization_name takes=password /> }
                            .into_any()
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
fn ComeIn(token: String, name: String, email: String, organization: String, takes: LinkPassword) -> impl IntoView {
    let (session, navigate) = (session(), use_navigate());
    let password = RwSignal::new(String::new());
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        task.run_plain(use_link(token.clone(), password.get_untracked()), move |me| {
            if session.is_free_for(me.member) {
                session.signed_in(me);
                navigate("/campaigns", leptos_router::NavigateOptions { replace: true, ..Default::default() });
            } else if let Err(error) = window().location().replace("/campaigns") {
                // Perhaps the same person in another organization: nothing of this program's state is of this one.
                leptos::logging::error!("could not go on: {error:?}");
            }
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
    let own = takes == LinkPassword::Own;
    let (document, label, hint, autocomplete, button) = if own {
        ("Sign in", "Password", "The one that you sign in with already.", "current-password", "Sign in")
    } else {
        ("Choose a password", "New password", "10 to 200 characters.", "new-password", "Save and sign in")
    };
    let said = if own {
        view! {
            <p>
                <strong>{email}</strong> " has an account here already. Enter its password to come in to "
                <strong>{organization}</strong> "."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p>
                "Choose a password. From then on you sign in to " <strong>{organization}</strong> " with it, as "
                <strong>{email}</strong> "."
            </p>
        }
        .into_any()
    };
    view! {
        <PageTitle title=format!("Welcome, {}", isolated(&name)) document=document />
        <form class="form" on:submit=submit>
            {said}
            // For the browser's password store, which files the password under it.
            <input class="visually-hidden" type="email" autocomplete="username" tabindex="-1" aria-hidden="true" readonly value=value />
            <TextField
                label=label
                hint=hint
                kind="password"
                autocomplete=autocomplete
                name="password"
                value=password
                error=weak
                autofocus=true
                required=true
            />
            <ErrorNote error=elsewhere />
            <Button kind=Kind::Primary submit=true busy=task.busy>{button}</Button>
        </form>
    }
    .into_any()
}
