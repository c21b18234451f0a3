//! The fields of the dialog.

use handoff_core::MemberId;
use handoff_core::fold::fold;
use handoff_core::request::{Filter, From, Sharing, Target};
use handoff_core::tally::Tally;
use handoff_core::text::number;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

use super::choices::{ChoiceError, Choices, read_number};
use super::people::Names;
use crate::ui::{Answer, Entry as PersonEntry, PeoplePicker, RadioGroup, next_id};

/// Somebody to take from or to give to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// Everyone.
    Everyone,
    /// Nobody: Unassigned.
    Unassigned,
    /// A texter.
    Texter(MemberId),
}

/// What stands in the fields.
#[derive(Clone, Copy)]
pub struct Form {
    from: RwSignal<Vec<Party>>,
    status: RwSignal<Filter>,
    some: RwSignal<bool>,
    number: RwSignal<String>,
    to: RwSignal<Vec<Party>>,
    sharing: RwSignal<Sharing>,
}

fn texters(parties: &[Party]) -> Vec<MemberId> {
    let member = |party: &Party| if let Party::Texter(member) = party { Some(*member) } else { None };
    parties.iter().filter_map(member).collect()
}

/// The parties of a target, as the picker holds them.
pub fn parties_of(to: &Target) -> Vec<Party> {
    match to {
        Target::Everyone => vec![Party::Everyone],
        Target::Unassigned => vec![Party::Unassigned],
        Target::Texters(members) => members.iter().copied().map(Party::Texter).collect(),
    }
}

/// The target that the picker holds.
pub fn target_of(parties: &[Party]) -> Target {
    match parties {
        [Party::Everyone, ..] => Target::Everyone,
        [Party::Unassigned, ..] => Target::Unassigned,
        members => Target::Texters(texters(members)),
    }
}

impl Form {
    /// Fields that hold these choices.
    pub fn new(choices: &Choices) -> Self {
        let from = match &choices.from {
            From::Everyone => vec![Party::Everyone],
            From::Unassigned => vec![Party::Unassigned],
            From::Members(members) => members.iter().copied().map(Party::Texter).collect(),
        };
        Self {
            from: RwSignal::new(from),
            status: RwSignal::new(choices.status),
            some: RwSignal::new(choices.some),
            number: RwSignal::new(choices.number.clone()),
            to: RwSignal::new(parties_of(&choices.to)),
            sharing: RwSignal::new(choices.sharing),
        }
    }

    /// What they hold now.
    pub fn choices(self) -> Choices {
        let from = self.from.with(|from| match from.as_slice() {
            [Party::Everyone, ..] => From::Everyone,
            [Party::Unassigned, ..] => From::Unassigned,
            members => From::Members(texters(members)),
        });
        let to = self.to.with(|to| target_of(to));
        Choices {
            from,
            status: self.status.get(),
            some: self.some.get(),
            number: self.number.get(),
            to,
            sharing: self.sharing.get(),
        }
    }
}

/// Those who can be chosen: special answers first, then everyone by name, with what they hold.
pub fn entries(
    tally: &Tally,
    names: &Names,
    special: &[(Party, &str, String)],
    active_only: bool,
) -> Vec<PersonEntry<Party>> {
    let mut people: Vec<PersonEntry<Party>> = tally
        .holders
        .iter()
        .filter(|holder| holder.active || !active_only)
        .map(|holder| {
            let held = format!("{} held", number(holder.counts.total()));
            PersonEntry {
                key: Party::Texter(holder.member),
                name: names.of(Some(holder.member)),
                note: if holder.active { held } else { format!("{held}, inactive") },
                alone: false,
            }
        })
        .collect();
    people.sort_by_cached_key(|entry| fold(&entry.name));
    let special = special.iter().map(|(key, name, note)| PersonEntry {
        key: *key,
        name: (*name).to_owned(),
        note: note.clone(),
        alone: true,
    });
    special.chain(people).collect()
}

/// The fields of a bulk move.
#[component]
pub fn MoveFields(
    /// What they hold.
    form: Form,
    /// The same, as choices.
    #[prop(into)]
    choices: Signal<Choices>,
    /// The campaign that is previewed.
    #[prop(into)]
    tally: Signal<Arc<Tally>>,
    /// The names.
    #[prop(into)]
    names: Signal<Names>,
    /// What is wrong with the choices.
    #[prop(into)]
    error: Signal<Option<ChoiceError>>,
) -> impl IntoView {
    let statuses = Signal::derive(move || {
        let count = |filter| tally.with(|tally| choices.with(|choices| choices.in_source(tally, filter)));
        Filter::ALL.map(|filter| Answer::new(filter, filter.label(), number(count(filter)))).to_vec()
    });
    let sources = Signal::derive(move || {
        tally.with(|tally| {
            let special = [
                (Party::Everyone, "Everyone", format!("{} in all", number(tally.whole().total()))),
                (Party::Unassigned, "Unassigned", format!("{} held by nobody", number(tally.unassigned.total()))),
            ];
            names.with(|names| entries(tally, names, &special, false))
        })
    });
    let targets = Signal::derive(move || {
        let from_texters = choices.with(|choices| matches!(choices.from, From::Members(_)));
        let everyone = if from_texters { "Everyone else on this campaign" } else { "Everyone on this campaign" };
        tally.with(|tally| {
            let count = tally.active().count();
            let special = [
                (Party::Everyone, everyone, format!("{} texters", number(u32::try_from(count).unwrap_or(u32::MAX)))),
                (Party::Unassigned, "Unassigned", "held by nobody".to_owned()),
            ];
            names.with(|names| entries(tally, names, &special, true))
        })
    });
    let source_error =
        Signal::derive(move || error.get().filter(ChoiceError::is_source).map(|error| error.to_string()));
    // That nobody is chosen yet is said where the preview will stand, not as an error.
    let target_error =
        Signal::derive(move || error.get().filter(ChoiceError::is_target).map(|error| error.to_string()));
    let several = Memo::new(move |_| {
        choices.with(|choices| match &choices.to {
            Target::Unassigned => false,
            Target::Everyone => true,
            Target::Texters(members) => members.len() > 1,
        })
    });
    let sharings = vec![
        Answer::new(Sharing::Equal, "Equal shares", "of what moves"),
        Answer::new(Sharing::Level, "Level the totals", "who holds least first"),
    ];
    view! {
        <div class="status-field">
            <RadioGroup legend="Status" answers=statuses value=form.status segmented=true />
        </div>
        <HowManyField form choices tally error />
        <PeoplePicker
            label="From whom"
            entries=sources
            chosen=form.from
            error=source_error
            placeholder="Choose whose conversations to move"
        />
        <PeoplePicker
            label="To whom"
            entries=targets
            chosen=form.to
            error=target_error
            placeholder="Choose who gets them"
        />
        <Show when=move || several.get()>
            <RadioGroup legend="Sharing" answers=sharings.clone() value=form.sharing />
        </Show>
    }
}

/// All, or some: a slider and a box that stay together. The box keeps whatever is typed.
#[component]
fn HowManyField(
    form: Form,
    choices: Signal<Choices>,
    tally: Signal<Arc<Tally>>,
    error: Signal<Option<ChoiceError>>,
) -> impl IntoView {
    let available = Memo::new(move |_| tally.with(|tally| choices.with(|choices| choices.available(tally))));
    let answers = Signal::derive(move || {
        vec![Answer::new(false, "All", String::new()), Answer::new(true, "Some", String::new())]
    });
    let (box_id, error_id, hint_id) = (next_id("number"), next_id("number-error"), next_id("number-hint"));
    let described_by = format!("{hint_id} {error_id}");
    let typed = move |event| {
        form.number.set(event_target_value(&event));
        form.some.set(true);
    };
    // The box shows what is typed; with All, how many that is.
    let matching =
        Memo::new(move |_| tally.with(|tally| choices.with(|choices| choices.in_source(tally, choices.status))));
    let shown = move || if form.some.get() { form.number.get() } else { number(matching.get()) };
    let most =
        move || if form.some.get() { format!("of {}", number(available.get())) } else { "that match".to_owned() };
    let reached = move || {
        let number = form.number.with(|typed| read_number(typed).unwrap_or(0));
        if form.some.get() { number.min(available.get()) } else { available.get() }
    };
    // In this order: a value above the most that there was would be cut down to it.
    let slider = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let (most, value) = (available.get().max(1), reached());
        if let Some(slider) = slider.get() {
            slider.set_max(&most.to_string());
            slider.set_value(&value.to_string());
        }
    });
    let sentence = move || {
        form.some.get().then(|| error.get().filter(ChoiceError::is_number).map(|error| error.to_string())).flatten()
    };
    let step = move |event: leptos::ev::KeyboardEvent| {
        let change = match event.key().as_str() {
            "ArrowUp" => 1,
            "ArrowDown" => -1,
            "PageUp" => 10,
            "PageDown" => -10,
            _ => return,
        };
        event.prevent_default();
        let now = if form.some.get_untracked() {
            form.number.with_untracked(|typed| read_number(typed).unwrap_or(0))
        } else {
            available.get_untracked()
        };
        let next = now.saturating_add_signed(change).clamp(1, available.get_untracked().max(1));
        form.number.set(next.to_string());
        form.some.set(true);
    };
    view! {
        <div class="how-many" class:all=move || !form.some.get()>
            <RadioGroup legend="How many" answers value=form.some segmented=true />
            <div class="how-many-number">
                <input
                    type="range"
                    min="1"
                    node_ref=slider
                    aria-label="How many, slider"
                    aria-valuetext=move || format!("{} of {}", number(reached()), number(available.get()))
                    on:input=typed
                />
                <label class="visually-hidden" for=box_id.clone()>"How many, number"</label>
                <input
                    class="input number"
                    id=box_id
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby=described_by
                    aria-invalid=move || sentence().map(|_| "true")
                    prop:value=shown
                    on:input=typed
                    on:keydown=step
                />
                <span class="how-many-of" id=hint_id>{most}</span>
            </div>
            <p class="field-error" id=error_id role="alert">{sentence}</p>
        </div>
    }
}
