//! One's own account: password, sessions, appearance.

use handoff_core::naming::isolated;
use handoff_core::{OrganizationId, SessionId};
use handoff_server::api::session::{
    change_password, end_session, list_organizations, list_sessions, switch_organization,
};
use handoff_server::model::ApiError;
use handoff_server::model::session::{Me, OrganizationRow, SessionError, SessionRow};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::state::query::Query;
use crate::state::session::me;
use crate::state::task::Task;
use crate::state::theme::{Theme, theme};
use crate::state::toasts::toasts;
use crate::ui::{
    Answer, Badge, Button, ErrorNote, Kind, Load, PageTitle, RadioGroup, SkeletonRows, TextField, Time, Tone, adopt,
};

/// One's own account.
#[component]
pub fn AccountPage() -> impl IntoView {
    adopt(include_str!("../../../style/account.css"));
    let (me, theme) = (me(), theme());
    let who = move || {
        me.get().map(|me| {
            view! {
                <dl class="facts">
                    <dt>"Name"</dt>
                    <dd>{me.name}</dd>
                    <dt>"E-mail address"</dt>
                    <dd>{me.email}</dd>
                    <dt>"Role"</dt>
                    <dd>{me.role.label()} " of " {me.organization_name}</dd>
                </dl>
            }
        })
    };
    let themes = Theme::ALL.map(|theme| Answer::new(theme, theme.label(), "")).to_vec();
    view! {
        <PageTitle title="Account" />
        <div class="account">
            <section class="section">{who}</section>
            <Organizations />
            <section class="section">
                <h2>"Appearance"</h2>
                <RadioGroup legend="Theme" answers=themes value=theme segmented=true />
            </section>
            <Password />
            <Sessions />
        </div>
    }
    .into_any()
}

/// The organizations that one belongs to, if they are several, and the way over to another.
#[component]
fn Organizations() -> impl IntoView {
    let organizations = Query::new(list_organizations);
    let several = Memo::new(move |_| organizations.data.with(|all| all.as_ref().is_some_and(|all| all.len() > 1)));
    let task = Task::new();
    let go_over = Callback::new(move |organization: OrganizationId| {
        task.run(
            move || switch_organization(organization),
            // Nothing on this page is of that organization: it is loaded afresh there.
            |_: Me| {
                if let Err(error) = window().location().assign("/") {
                    leptos::logging::error!("could not go over to the organization: {error:?}");
                }
            },
        );
    });
    let row = move |row: OrganizationRow| {
        let id = row.id;
        let label = format!("Go over to {}", isolated(&row.name));
        view! {
            <tr>
                <th scope="row">
                    <bdi>{row.name}</bdi> " " {row.current.then(|| view! { <Badge tone=Tone::Good>"This one"</Badge> })}
                </th>
                <td>{row.role.label()}</td>
                <td class="actions">
                    {(!row.current)
                        .then(|| {
                            view! {
                                <Button kind=Kind::Quiet label=label busy=task.busy on_press=move |()| go_over.run(id)>
                                    "Go over"
                                </Button>
                            }
                        })}
                </td>
            </tr>
        }
        .into_any()
    };
    let rows = move || organizations.data.with(|all| all.clone().unwrap_or_default());
    view! {
        <Show when=move || several.get()>
            <section class="section">
                <h2>"Your organizations"</h2>
                <ErrorNote error=task.error />
                <div class="table-frame">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Organization"</th>
                                <th scope="col">"Role"</th>
                                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=rows key=|row| (row.id, row.current) children=row />
                        </tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
    .into_any()
}

#[component]
fn Password() -> impl IntoView {
    let (me, toasts) = (me(), toasts());
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let task = Task::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (old, chosen) = (current.get_untracked(), new.get_untracked());
        task.run(
            move || change_password(old.clone(), chosen.clone()),
            move |()| {
                current.set(String::new());
                new.set(String::new());
                toasts.say("Password changed. Your other sessions were ended.");
            },
        );
    };
    let is = move |which: SessionError| {
        Signal::derive(move || {
            task.error.get().filter(|error| *error == ApiError::Session(which)).map(|error| error.to_string())
        })
    };
    let (wrong, weak) = (is(SessionError::WrongCurrentPassword), is(SessionError::WeakPassword));
    let elsewhere = Signal::derive(move || task.error.get().filter(|_| wrong.get().is_none() && weak.get().is_none()));
    view! {
        <section class="section">
            <h2>"Password"</h2>
            <form class="form" on:submit=submit>
                <input
                    class="visually-hidden"
                    type="email"
                    autocomplete="username"
                    tabindex="-1"
                    aria-hidden="true"
                    readonly
                    prop:value=move || me.get().map(|me| me.email)
                />
                <TextField
                    label="Current password"
                    kind="password"
                    autocomplete="current-password"
                    name="current"
                    value=current
                    error=wrong
                    required=true
                />
                <TextField
                    label="New password"
                    hint="10 to 200 characters. Changing it ends your other sessions."
                    kind="password"
                    autocomplete="new-password"
                    name="new"
                    value=new
                    error=weak
                    required=true
                />
                <ErrorNote error=elsewhere />
                <Button submit=true busy=task.busy>"Change password"</Button>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Sessions() -> impl IntoView {
    let sessions = Query::new(list_sessions);
    let toasts = toasts();
    let task = Task::new();
    let end = Callback::new(move |session: SessionId| {
        task.run(
            move || end_session(session),
            move |()| {
                toasts.say("The session was ended.");
                sessions.refetch();
            },
        );
    });
    let row = move |row: SessionRow| {
        let id = row.id;
        let label = format!("End the session of {}", row.browser);
        view! {
            <tr>
                <th scope="row">
                    {row.browser} " " {row.current.then(|| view! { <Badge tone=Tone::Good>"This browser"</Badge> })}
                </th>
                <td class="optional"><Time at=row.since /></td>
                <td><Time at=row.last_used /></td>
                <td class="actions">
                    {(!row.current)
                        .then(|| view! { <Button kind=Kind::Quiet label=label on_press=move |()| end.run(id)>"End"</Button> })}
                </td>
            </tr>
        }
        .into_any()
    };
    view! {
        <section class="section">
            <h2>"Sessions"</h2>
            <p class="quiet">"Where you are signed in. End those that you do not know, and change your password."</p>
            <ErrorNote error=task.error />
            <Load query=sessions skeleton=move || view! { <SkeletonRows rows=2 /> } let:sessions>
                <div class="table-frame">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Browser"</th>
                                <th scope="col" class="optional">"Signed in"</th>
                                <th scope="col">"Last used"</th>
                                <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || sessions.get() key=|row| (row.id, row.last_used) children=row />
                        </tbody>
                    </table>
                </div>
            </Load>
        </section>
    }
    .into_any()
}
