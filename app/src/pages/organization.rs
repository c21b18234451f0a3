//! The settings of the organization, for its admins.

use handoff_core::campaign::time_zone::{NotATimeZone, TimeZoneName};
use handoff_core::permission::Setting;
use handoff_core::self_assignment::BatchSize;
use handoff_server::api::settings::{read_settings, save_settings};
use handoff_server::model::ApiError;
use handoff_server::model::settings::OrganizationSettings;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::preparing::style;
use super::preparing::zone::{ZoneField, find, zones};
use super::replies::Replies;
use crate::state::query::Query;
use crate::state::session::me;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Checkbox, ErrorNote, Field, Load, PageTitle, SaveBar, field_error};

/// The settings of the organization.
#[component]
pub fn OrganizationPage() -> impl IntoView {
    style::adopt();
    let settings = Query::new(read_settings);
    let name = move || me().get().map(|me| me.organization_name).unwrap_or_default();
    let none = Signal::stored(Vec::<String>::new());
    view! {
        <PageTitle title="Organization" />
        <p class="lead quiet">"What holds for every campaign of " {name} "."</p>
        <Load query=settings let:saved>
            <Form settings saved />
        </Load>
        <section class="section replies" aria-labelledby="replies-title">
            <h2 id="replies-title">"Recommended replies"</h2>
            <p class="quiet">
                "For the texters of every campaign, below those of the campaign itself. They can use the first and last name alone."
            </p>
            <Replies campaign=None fields=none />
        </section>
    }
    .into_any()
}

#[component]
fn Form(settings: Query<OrganizationSettings>, saved: Signal<OrganizationSettings>) -> impl IntoView {
    let (toasts, task) = (toasts(), Task::new());
    let all = StoredValue::new(zones());
    let before = saved.get_untracked();
    let phones = RwSignal::new(before.phones_visible == Setting::On);
    let send_all = RwSignal::new(before.send_all == Setting::On);
    let zone = RwSignal::new(before.time_zone.to_string());
    let batch = RwSignal::new(before.batch_size.get().to_string());
    let setting = |on: bool| if on { Setting::On } else { Setting::Off };
    let changed = Memo::new(move |_| {
        saved.with(|saved| {
            saved.phones_visible != setting(phones.get())
                || saved.send_all != setting(send_all.get())
                || zone.with(|zone| zone != saved.time_zone.as_str())
                || batch.with(|batch| *batch != saved.batch_size.get().to_string())
        })
    });
    let fill = move |saved: OrganizationSettings| {
        phones.set(saved.phones_visible == Setting::On);
        send_all.set(saved.send_all == Setting::On);
        zone.set(saved.time_zone.to_string());
        batch.set(saved.batch_size.get().to_string());
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let found = zone.with_untracked(|typed| all.with_value(|all| find(typed, all)));
        let Some(time_zone) = found.and_then(|name| TimeZoneName::parse(&name).ok()) else {
            task.error.set(Some(ApiError::invalid("time_zone", NotATimeZone)));
            return;
        };
        let batch_size = match batch.with_untracked(|typed| BatchSize::parse(typed)) {
            Ok(size) => size,
            Err(error) => {
                task.error.set(Some(ApiError::invalid("batch_size", error)));
                return;
            }
        };
        let wanted = OrganizationSettings {
            phones_visible: setting(phones.get_untracked()),
            send_all: setting(send_all.get_untracked()),
            time_zone,
            batch_size,
        };
        let sent = wanted.clone();
        task.run(
            move || save_settings(sent.clone()),
            move |()| {
                fill(wanted.clone());
                settings.set(wanted);
                toasts.say("Settings saved.");
            },
        );
    };
    view! {
        <form class="form settings" on:submit=submit>
            <section class="section" aria-labelledby="texters-title">
                <h2 id="texters-title">"What texters may do"</h2>
                <div class="switch">
                    <Checkbox label="See phone numbers" checked=phones />
                    <p class="field-hint">
                        "The number of each contact in the conversations that a texter holds. Admins see it in any case."
                    </p>
                </div>
                <div class="switch">
                    <Checkbox label="Send all with one click" checked=send_all />
                    <p class="field-hint">
                        "Initial messages and follow-ups go out one after the other, without a click for each."
                    </p>
                    <Show when=move || send_all.get()>
                        <p class="notice tone-idle" role="status">
                            "Carriers and the law may treat messages that no person sends one by one as automated, and ask for the contacts’ consent before. Switch this on only if you have it. Every message is in the log with who sent it."
                        </p>
                    </Show>
                </div>
            </section>
            <section class="section" aria-labelledby="batch-title">
                <h2 id="batch-title">"Self assignment"</h2>
                <Field
                    label="Batch size"
                    hint="How many conversations a texter gets with one request, where a campaign says nothing else."
                    error=field_error(task.error, "batch_size")
                    let:ids
                >
                    <input
                        class="input time"
                        id=ids.control
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        aria-describedby=ids.described_by
                        aria-invalid=ids.invalid
                        bind:value=batch
                    />
                </Field>
            </section>
            <section class="section" aria-labelledby="zone-title">
                <h2 id="zone-title">"New campaigns"</h2>
                <ZoneField label="Time zone" value=zone all error=field_error(task.error, "time_zone") />
                <p class="small quiet">"New campaigns begin with it. Those that there are keep theirs."</p>
            </section>
            <ErrorNote error=task.error fields=&["time_zone", "batch_size"] />
            <SaveBar label="Save settings" changed busy=task.busy on_discard=move |()| fill(saved.get_untracked()) />
        </form>
    }
    .into_any()
}
