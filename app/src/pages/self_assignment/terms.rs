//! The terms of self assignment: on or off, how many, of what kind, up to how many.

use handoff_core::campaign::CampaignStatus;
use handoff_core::permission::Setting;
use handoff_core::self_assignment::PoolKind;
use handoff_server::api::self_assignment::save_self_assignment;
use handoff_server::model::self_assignment::SelfAssignment;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::typed::{Meant, Typed};
use super::words::{kind_words, status_words, terms_words};
use crate::pages::campaign::CampaignPage;
use crate::state::draft;
use crate::state::query::Query;
use crate::state::task::Task;
use crate::state::toasts::toasts;
use crate::ui::{Answer, Checkbox, ErrorNote, Field, RadioGroup, SaveBar, field_error, number};

/// The fields of the terms.
#[derive(Clone, Copy)]
struct Fields {
    on: RwSignal<bool>,
    batch: RwSignal<String>,
    kind: RwSignal<PoolKind>,
    ceiling: RwSignal<String>,
}

impl Fields {
    fn new(typed: Typed) -> Self {
        let Typed { on, batch, kind, ceiling } = typed;
        let (on, kind) = (RwSignal::new(on), RwSignal::new(kind));
        Self { on, batch: RwSignal::new(batch), kind, ceiling: RwSignal::new(ceiling) }
    }

    fn typed(self) -> Typed {
        Typed { on: self.on.get(), batch: self.batch.get(), kind: self.kind.get(), ceiling: self.ceiling.get() }
    }

    fn fill(self, typed: Typed) {
        self.on.set(typed.on);
        self.batch.set(typed.batch);
        self.kind.set(typed.kind);
        self.ceiling.set(typed.ceiling);
    }
}

/// The form of the terms.
#[component]
pub fn Terms(
    page: CampaignPage,
    query: Query<SelfAssignment>,
    saved: Signal<SelfAssignment>,
    status: Signal<CampaignStatus>,
) -> impl IntoView {
    let (id, toasts, task) = (page.id, toasts(), Task::new());
    let kept_as = StoredValue::new(format!("self-assignment-{id}"));
    let before = Memo::new(move |_| saved.with(Typed::of));
    let fields = Fields::new(draft::kept(&kept_as.get_value()).unwrap_or_else(|| before.get_untracked()));
    let typed = Memo::new(move |_| fields.typed());
    // The page follows what is saved, until somebody types.
    Effect::new(move |last: Option<Typed>| {
        let now = before.get();
        if last.is_some_and(|last| last != now && typed.get_untracked() == last) {
            fields.fill(now.clone());
        }
        now
    });
    let changed = Memo::new(move |_| typed.with(|typed| before.with(|before| typed != before)));
    Effect::new(move |_| {
        let typed = typed.get();
        kept_as.with_value(|name| if changed.get() { draft::keep(name, &typed) } else { draft::forget(name) });
    });
    // Nobody is corrected before they have tried to save it.
    let tried = RwSignal::new(false);
    let error = move |field: &'static str, fault: fn(&Typed) -> Option<String>| {
        let answered = field_error(task.error, field);
        Signal::derive(move || {
            let fault = if tried.get() { typed.with(fault) } else { None };
            fault.or_else(|| answered.get())
        })
    };
    let batch_error = error("batch", |typed| typed.batch().err().map(|error| error.to_string()));
    let ceiling_error = error("ceiling", |typed| typed.ceiling().err().map(|error| error.to_string()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Ok(meant) = typed.with_untracked(Typed::read) else {
            tried.set(true);
            return;
        };
        let Meant { on, batch, kind, ceiling } = meant;
        let numbers = (batch.map(u32::from), ceiling.map(u32::from));
        task.run(
            move || save_self_assignment(id, on, numbers.0, kind, numbers.1),
            move |()| {
                tried.set(false);
                let now = SelfAssignment { on, batch, kind, ceiling, ..saved.get_untracked() };
                fields.fill(Typed::of(&now));
                query.set(now);
                // How much is left depends on the kind.
                query.refetch();
                toasts.say("Self assignment saved.");
            },
        );
    };
    let discard = move |()| {
        tried.set(false);
        task.error.set(None);
        fields.fill(before.get_untracked());
    };
    let organization = Memo::new(move |_| saved.with(|saved| saved.organization_batch));
    let batch_hint = Signal::derive(move || {
        let size = number(organization.get().get());
        Some(format!("Leave it empty for the organization’s batch size, which is {size}."))
    });
    let usual = Signal::derive(move || Some(number(organization.get().get())));
    let ceiling_hint = Signal::stored(Some(CEILING.to_owned()));
    let sentence = move || {
        let meant = typed.with(Typed::read).ok()?;
        let then = if meant.on == Setting::On { status_words(status.get()) } else { "" };
        Some(format!("{} {then}", terms_words(meant, organization.get(), number)))
    };
    let kinds = PoolKind::ALL.map(|kind| Answer::new(kind, kind.label(), "")).to_vec();
    view! {
        <section aria-labelledby="terms-title">
            <h2 id="terms-title">"Requests"</h2>
            <form class="form" on:submit=submit novalidate>
                <Checkbox label="Texters can request conversations" checked=fields.on />
                {digits("Batch size", fields.batch, usual, batch_hint, batch_error)}
                <div class="field">
                    <RadioGroup legend="Kind" answers=kinds value=fields.kind segmented=true />
                    <p class="field-hint" role="status">{move || kind_words(fields.kind.get())}</p>
                </div>
                {digits("Ceiling for each texter", fields.ceiling, Signal::stored(None), ceiling_hint, ceiling_error)}
                <p class="terms-words" role="status">{sentence}</p>
                <ErrorNote error=task.error fields=&["batch", "ceiling"] />
                <SaveBar label="Save" changed busy=task.busy on_discard=discard />
            </form>
        </section>
    }
    .into_any()
}

/// What helps to choose a ceiling.
const CEILING: &str = "How many unfinished conversations of this campaign they may hold: resolved and opted-out ones do not count. Leave it empty for as many as they want.";

/// A field for a number. What it is `usual`ly, stands in the empty field.
fn digits(
    label: &'static str,
    value: RwSignal<String>,
    usual: Signal<Option<String>>,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
) -> AnyView {
    view! {
        <Field label hint error let:ids>
            <input
                class="input digits"
                id=ids.control
                type="text"
                inputmode="numeric"
                autocomplete="off"
                placeholder=usual
                aria-describedby=ids.described_by
                aria-invalid=ids.invalid
                bind:value=value
            />
        </Field>
    }
    .into_any()
}
