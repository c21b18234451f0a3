//! Signing up and signing in by an invite link. What was typed is kept from one to the other.

use handoff_core::naming::isolated;
use handoff_server::api::invites::sign_up;
use handoff_server::api::session::sign_in;
use handoff_server::model::ApiError;
use handoff_server::model::invite::InviteError;
use handoff_server::model::session::SessionError;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::joining::Link;
use crate::state::session::session;
use crate::state::task::Task;
use crate::ui::{Button, ErrorNote, Kind, PageTitle, TextField, field_error};

/// What was typed.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    name: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    /// Whether they say that they have an account.
    account: RwSignal<bool>,
}

impl Typed {
    /// Nothing yet.
    pub fn new() -> Self {
        let [name, email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
        Self { name, email, password, account: RwSignal::new(false) }
    }
}

/// Whoever is not signed in signs up or in.
#[component]
pub(super) fn Newcomer(link: Link, typed: Typed, name: Signal<String>, organization: Signal<String>) -> impl IntoView {
    let account = typed.account;
    view! {
        <div class="join-head">
            <PageTitle title=Signal::derive(move || format!("Join {}", isolated(&name.get()))) />
            <p class="join-lead">
                <strong>{move || organization.get()}</strong> " invites you to text for them."
            </p>
        </div>
        <Show when=move || account.get() fallback=move || view! { <SignUp link typed /> }>
            <SignIn link typed />
        </Show>
        <p class="join-switch">
            <button type="button" class="link" on:click=move |_| account.update(|account| *account = !*account)>
                {move || if account.get() { "I am new here" } else { "I have an account" }}
            </button>
        </p>
    }
}

/// Whether an answer is awaited: to the form, or to the question who asks now.
fn busy(link: Link, task: Task) -> Signal<bool> {
    Signal::derive(move || task.busy.get() || link.invitation.loading.get())
}

#[component]
fn SignUp(link: Link, typed: Typed) -> impl IntoView {
    let session = session();
    let Typed { name, email, password, account } = typed;
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let [name, email] = [name, email].map(|field| field.get_untracked().trim().to_owned());
        let answer = sign_up(link.token.get_untracked(), name, email, password.get_untracked());
        task.run_plain(answer, move |me| {
            session.signed_in(me);
            link.invitation.refetch();
        });
    };
    let weak = Signal::derive(move || {
        let error = task.error.get().filter(|error| *error == ApiError::Session(SessionError::WeakPassword));
        error.map(|error| error.to_string())
    });
    let elsewhere = Signal::derive(move || {
        task.error.get().or_else(|| link.invitation.error.get()).filter(|_| weak.with(Option::is_none))
    });
    let known = move || task.error.with(|error| *error == Some(ApiError::Invite(InviteError::SignIn)));
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField
                label="Your name"
                hint="Others in the organization see it. Contacts see it where a message says it."
                autocomplete="name"
                name="name"
                value=name
                error=field_error(task.error, "name")
                autofocus=true
                required=true
            />
            <TextField
                label="E-mail address"
                kind="email"
                autocomplete="username"
                name="email"
                value=email
                error=field_error(task.error, "email")
                required=true
            />
            <TextField
                label="Password"
                hint="10 to 200 characters."
                kind="password"
                autocomplete="new-password"
                name="password"
                value=password
                error=weak
                required=true
            />
            <ErrorNote error=elsewhere fields=&["name", "email"] />
            <Show when=known>
                <Button on_press=move |()| account.set(true)>"Sign in instead"</Button>
            </Show>
            <Button kind=Kind::Primary submit=true busy=busy(link, task)>"Sign up and join"</Button>
        </form>
    }
}

#[component]
fn SignIn(link: Link, typed: Typed) -> impl IntoView {
    let session = session();
    let Typed { email, password, .. } = typed;
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let email = email.get_untracked().trim().to_owned();
        task.run_plain(sign_in(email, password.get_untracked()), move |me| {
            session.signed_in(me);
            link.invitation.refetch();
        });
    };
    let error = Signal::derive(move || task.error.get().or_else(|| link.invitation.error.get()));
    // Whoever typed their address already goes on at the password.
    let nameless = email.with_untracked(String::is_empty);
    view! {
        <form class="form" novalidate on:submit=submit>
            <TextField
                label="E-mail address"
                kind="email"
                autocomplete="username"
                name="email"
                value=email
                autofocus=nameless
                required=true
            />
            <TextField
                label="Password"
                kind="password"
                autocomplete="current-password"
                name="password"
                value=password
                autofocus=!nameless
                required=true
            />
            <ErrorNote error />
            <Button kind=Kind::Primary submit=true busy=busy(link, task)>"Sign in and join"</Button>
        </form>
    }
}
