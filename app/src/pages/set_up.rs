//! The first admin of an empty database.

use handoff_server::api::session::set_up;
use handoff_server::model::ApiError;
use handoff_server::model::session::SessionError;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};

use crate::state::session::session;
use crate::state::task::Task;
use crate::ui::{
    Button, ErrorNote, GateMark, Kind, PageTitle, SelectField, TextField, countries, field_error, likely_country,
};

/// The first admin of an empty database, through the link that the server printed.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let (session, navigate, params) = (session(), use_navigate(), use_params_map());
    let [organization, name, email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let country = RwSignal::new(likely_country());
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        let token = params.with_untracked(|params| params.get("token")).unwrap_or_default();
        let [organization, name, email] =
            [organization, name, email].map(|field| field.get_untracked().trim().to_owned());
        let answer = set_up(token, organization, country.get_untracked(), name, email, password.get_untracked());
        task.run_plain(answer, move |me| {
            session.signed_in(me);
            navigate("/campaigns", leptos_router::NavigateOptions { replace: true, ..Default::default() });
        });
    };
    let over = move || task.error.with(|error| matches!(error, Some(ApiError::Session(SessionError::SetUpDone))));
    let weak = Signal::derive(move || {
        task.error
            .get()
            .filter(|error| *error == ApiError::Session(SessionError::WeakPassword))
            .map(|error| error.to_string())
    });
    let elsewhere = Signal::derive(move || task.error.get().filter(|_| weak.with(Option::is_none)));
    view! {
        <main class="gate">
            <GateMark />
            <PageTitle title="Set up Handoff" />
            <form class="form" on:submit=submit>
                <TextField
                    label="Organization"
                    autocomplete="organization"
                    name="organization"
                    value=organization
                    error=field_error(task.error, "organization")
                    autofocus=true
                    required=true
                />
                <SelectField
                    label="Country"
                    hint="Phone numbers without a country code are read as numbers of this country."
                    options=countries()
                    value=country
                    error=field_error(task.error, "country")
                />
                <TextField
                    label="Your name"
                    autocomplete="name"
                    name="name"
                    value=name
                    error=field_error(task.error, "name")
                    required=true
                />
                <TextField
                    label="Your e-mail address"
                    hint="You sign in with it. Handoff sends no e-mail."
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
                <ErrorNote error=elsewhere fields=&["organization", "country", "name", "email"] />
                <Show when=over>
                    <p><a href="/sign-in">"Go to the sign-in page"</a></p>
                </Show>
                <Button kind=Kind::Primary submit=true busy=task.busy>"Set up and sign in"</Button>
            </form>
        </main>
    }
    .into_any()
}
