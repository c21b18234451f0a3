//! Creating a member of the organization.

use handoff_core::permission::Role;
use handoff_server::api::texters::create_member;
use handoff_server::model::ApiError;
use handoff_server::model::member::{MemberRow, TexterError};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::NewLink;
use super::doing::{Doing, Open};
use crate::pages::campaign::campaign_page;
use crate::state::query::Query;
use crate::ui::{Answer, Button, Checkbox, DialogActions, ErrorNote, Kind, RadioGroup, TextField, field_error};

/// Creating a member of the organization, who becomes a texter of the campaign.
#[component]
pub fn CreateDialog(members: Query<Vec<MemberRow>>, doing: Doing) -> impl IntoView {
    let (id, task) = (campaign_page().id, doing.task);
    let (name, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Texter);
    let join = RwSignal::new(true);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let (name, email) = (name.get_untracked().trim().to_owned(), email.get_untracked().trim().to_owned());
        let (role, campaign) = (role.get_untracked(), join.get_untracked().then_some(id));
        let (called, reached) = (name.clone(), email.clone());
        task.run(
            move || create_member(name.clone(), email.clone(), role, campaign),
            move |made| {
                doing.open.set(Some(Open::Link(NewLink::of(called, reached, made, true))));
                members.refetch();
            },
        );
    };
    let roles = vec![
        Answer::new(Role::Texter, Role::Texter.label(), "works the conversations they hold"),
        Answer::new(Role::Admin, Role::Admin.label(), "runs campaigns and decides who holds what"),
    ];
    let taken = Signal::derive(move || {
        let taken = |error: &ApiError| *error == ApiError::Texter(TexterError::EmailTaken);
        task.error.get().filter(taken).map(|error| error.to_string()).or_else(|| field_error(task.error, "email").get())
    });
    let elsewhere = Signal::derive(move || task.error.get().filter(|_| taken.with(Option::is_none)));
    view! {
        <form class="form" on:submit=submit>
            <TextField
                label="Name"
                value=name
                error=field_error(task.error, "name")
                autofocus=true
                required=true
            />
            <TextField
                label="E-mail address"
                hint="They sign in with it. Handoff sends no e-mail: you get a link to pass on."
                kind="email"
                value=email
                error=taken
                required=true
            />
            <div class="radio-list"><RadioGroup legend="Role" answers=roles value=role /></div>
            <Checkbox label="Make them a texter of this campaign" checked=join />
            <ErrorNote error=elsewhere fields=&["name"] />
            <DialogActions>
                <Button on_press=move |()| doing.close()>"Cancel"</Button>
                <Button kind=Kind::Primary submit=true busy=task.busy>"Create member"</Button>
            </DialogActions>
        </form>
    }
    .into_any()
}
