//! How many people may join by the invite link.

use handoff_core::CampaignId;
use handoff_core::self_assignment::PeopleLimit;
use handoff_server::api::invites::limit_invite;
use handoff_server::model::ApiError;
use handoff_server::model::self_assignment::{Invite, SelfAssignment};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Button, ErrorNote, Field, field_error};

/// The field in which an admin says how many people may join.
#[component]
pub fn Limit(id: CampaignId, query: Query<SelfAssignment>, invite: Memo<Option<Invite>>) -> impl IntoView {
    let (toasts, task) = (toasts(), Task::new());
    let saved = Memo::new(move |_| {
        let most = invite.with(|invite| invite.as_ref().and_then(|one| one.most));
        most.map(|most| most.get().to_string()).unwrap_or_default()
    });
    let typed = RwSignal::new(saved.get_untracked());
    // The field follows what is saved, until somebody types.
    Effect::new(move |before: Option<String>| {
        let now = saved.get();
        if before.is_some_and(|before| before != now && typed.get_untracked() == before) {
            typed.set(now.clone());
        }
        now
    });
    let changed = Memo::new(move |_| typed.with(|typed| saved.with(|saved| typed.trim() != saved)));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let most = match typed.with_untracked(|typed| PeopleLimit::parse(typed)) {
            Ok(most) => most.map(PeopleLimit::get),
            Err(error) => {
                task.error.set(Some(ApiError::invalid("most", error)));
                return;
            }
        };
        task.run(
            move || limit_invite(id, most),
            move |()| {
                typed.set(most.map(|most| most.to_string()).unwrap_or_default());
                query.refetch();
                toasts.say("Invite link saved.");
            },
        );
    };
    view! {
        <form class="invite-limit" on:submit=submit novalidate>
            <Field
                label="People who may join by it"
                hint="Leave it empty for as many as want to. Whoever joins beyond 20 at once waits: one a minute."
                error=field_error(task.error, "most")
                let:ids
            >
                <div class="row">
                    <input
                        class="input digits"
                        id=ids.control
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        aria-describedby=ids.described_by
                        aria-invalid=ids.invalid
                        bind:value=typed
                    />
                    <Button submit=true busy=task.busy disabled=Signal::derive(move || !changed.get())>"Save limit"</Button>
                </div>
            </Field>
            <ErrorNote error=task.error fields=&["most"] />
        </form>
    }
    .into_any()
}
