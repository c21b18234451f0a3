//! A preview on screen: the headline, the before → after table, and what stays behind.

use std::collections::HashMap;

use handoff_core::fold::fold;
use handoff_core::plan::{Owner, Plan, Reason};
use handoff_core::text::number;
use leptos::either::Either;
use leptos::prelude::*;

use super::figures::{Figure, Figures, Pair, PreviewRow};
use super::people::Names;
use crate::ui::{Badge, Button, Kind, Tone};

/// Rows shown at once; the rest is a press away. A preview follows every keystroke.
const SHOWN: usize = 50;

/// All that a preview says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What happens, in one sentence.
    pub headline: String,
    /// Whether the choices are not complete yet, so that there is nothing to preview.
    pub pending: bool,
    /// The table.
    pub figures: Figures,
    /// What stays behind, and why.
    pub notes: Vec<String>,
}

/// What a plan of a bulk move leaves behind, in words.
pub fn notes(plan: &Plan, asked: Option<u32>) -> Vec<String> {
    let missing = asked.filter(|_| plan.missing > 0).map(|asked| {
        let (moved, verb) = (plan.moved, if plan.moved == 1 { "is" } else { "are" });
        format!("Only {} of the {} asked for {verb} there.", number(moved), number(asked))
    });
    let excluded = plan.excluded.iter().map(|(reason, count)| {
        let words = match (reason, *count) {
            (Reason::AlreadyThere, 1) => "kept: it is there already",
            (Reason::AlreadyThere, _) => "kept: they are there already",
            (Reason::BeyondTheNumber, 1) => "left over: it matches, and is beyond the number chosen",
            (Reason::BeyondTheNumber, _) => "left over: they match, and are beyond the number chosen",
            (Reason::OtherStatus, 1) => "not moved: it has another status",
            (Reason::OtherStatus, _) => "not moved: they have another status",
            (Reason::OptedOut, _) => "not moved: opted out, which only Any moves",
        };
        format!("{} {words}", number(*count))
    });
    missing.into_iter().chain(excluded).collect()
}

/// A preview that follows what it is given, row by row.
#[component]
pub fn Preview(
    /// What it says.
    #[prop(into)]
    said: Signal<Said>,
    /// The names.
    #[prop(into)]
    names: Signal<Names>,
) -> impl IntoView {
    let gone = move || {
        let gone = said.with(|said| said.figures.gone.clone());
        (!gone.is_empty()).then(|| {
            let names = names.get();
            let list = gone.iter().map(|owner| names.of(*owner)).collect::<Vec<_>>().join(", ");
            view! { <li class="preview-gone">{format!("No longer part of it: {list}")}</li> }
        })
    };
    let notes =
        move || said.with(|said| said.notes.iter().map(|note| view! { <li>{note.clone()}</li> }).collect_view());
    view! {
        <section class="preview" aria-label="Preview">
            <p class="preview-headline" class:pending=move || said.with(|said| said.pending) role="status">{move || said.with(|said| said.headline.clone())}</p>
            <PeopleTable figures=Memo::new(move |_| said.with(|said| said.figures.clone())) names />
            <ul class="preview-notes">{gone} {notes}</ul>
        </section>
    }
}

/// The before → after table, per person.
#[component]
pub fn PeopleTable(
    /// What changes for whom.
    #[prop(into)]
    figures: Signal<Figures>,
    /// The names.
    #[prop(into)]
    names: Signal<Names>,
) -> impl IntoView {
    let all = RwSignal::new(false);
    // By name, so that rows stay where they are while the numbers change.
    let order = Memo::new(move |_| {
        let names = names.get();
        let mut owners: Vec<(bool, String, Owner)> = figures.with(|figures| {
            let rows = figures.rows.iter();
            rows.map(|row| (row.owner.is_some(), fold(&names.of(row.owner)), row.owner)).collect()
        });
        owners.sort();
        owners.into_iter().map(|(_, _, owner)| owner).collect::<Vec<_>>()
    });
    let rows = Memo::new(move |_| {
        figures.with(|figures| figures.rows.iter().map(|row| (row.owner, *row)).collect::<HashMap<_, _>>())
    });
    let total = Memo::new(move |_| order.with(Vec::len));
    let shown = move || order.get().into_iter().take(if all.get() { usize::MAX } else { SHOWN }).collect::<Vec<_>>();
    let hidden = move || if all.get() { 0 } else { total.get().saturating_sub(SHOWN) };
    let hidden_words = move || {
        let marked = |owner: &&Owner| rows.with(|rows| rows.get(owner).is_some_and(PreviewRow::is_marked));
        let changed = order.with(|order| order.iter().skip(SHOWN).filter(marked).count());
        let changed = if changed == 0 { String::new() } else { format!(", {changed} of them changed") };
        format!("Show {} more{changed}", hidden())
    };
    view! {
        <Show when=move || { total.get() > 0 }>
            <div class="preview-frame" tabindex="0" role="region" aria-label="Before and after, per person">
                <table class="preview-table" role="table">
                    <thead role="rowgroup">
                        <tr role="row">
                            <th role="columnheader" scope="col">"Who"</th>
                            <th role="columnheader" scope="col" class="number">"Change"</th>
                            <th role="columnheader" scope="col" class="number">"Total"</th>
                            <th role="columnheader" scope="col" class="number">"Not started"</th>
                            <th role="columnheader" scope="col" class="number">"Needs reply"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">
                        <For each=shown key=|owner| *owner let:owner>
                            <PreviewLine owner rows names />
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
        <Show when=move || { hidden() > 0 }>
            <Button kind=Kind::Quiet on_press=move |()| all.set(true)>{hidden_words}</Button>
        </Show>
    }
}

#[component]
fn PreviewLine(
    owner: Owner,
    #[prop(into)] rows: Signal<HashMap<Owner, PreviewRow>>,
    names: Signal<Names>,
) -> impl IntoView {
    let row = Memo::new(move |_| rows.with(|rows| rows.get(&owner).copied()));
    let marked = Memo::new(move |_| row.with(|row| row.is_some_and(|row| row.is_marked())));
    let pair = move |pick: fn(&PreviewRow) -> Pair| {
        let pair = Memo::new(move |_| row.with(|row| row.as_ref().map(pick)));
        move || pair.get().map(pair_view)
    };
    let change = Memo::new(move |_| row.with(|row| row.map(|row| (row.comes, row.goes))));
    let kept = Memo::new(move |_| row.with(|row| row.map_or(0, |row| row.kept)));
    view! {
        <tr role="row" class:marked=move || marked.get()>
            <th role="rowheader" scope="row">
                <bdi class="preview-name">{move || names.with(|names| names.of(owner))}</bdi>
                <Show when=move || { kept.get() > 0 }>
                    <span class="kept">{move || format!("keeps {}", number(kept.get()))}</span>
                </Show>
                <Show when=move || row.with(|row| row.is_some_and(|row| row.new))>
                    <Badge tone=Tone::Attention>"new here"</Badge>
                </Show>
            </th>
            <td role="cell" class="number" data-label="Change">
                {move || change.get().map(|(comes, goes)| change_view(comes, goes))}
            </td>
            <td role="cell" class="number" data-label="Total">{pair(|row| row.total)}</td>
            <td role="cell" class="number" data-label="Not started">{pair(|row| row.not_started)}</td>
            <td role="cell" class="number" data-label="Needs reply">{pair(|row| row.needs_reply)}</td>
        </tr>
    }
}

/// "+3", "−3", or both.
fn change_view(comes: Figure, goes: Figure) -> impl IntoView {
    let part = |sign: &'static str, word: &'static str, class: &'static str, figure: Figure| {
        (figure.now > 0 || figure.was.is_some()).then(|| {
            view! {
                <span class=class>
                    <span aria-hidden="true">{sign}</span>
                    {number(figure.now)}
                    <span class="visually-hidden">{word}</span>
                    {was_view(figure)}
                </span>
            }
        })
    };
    let still = comes.now == 0 && goes.now == 0 && comes.was.is_none() && goes.was.is_none();
    view! {
        <span class="preview-change">
            {part("+", " come", "comes", comes)} {part("−", " go", "goes", goes)}
            {still.then(|| view! { <span class="still">"0"</span> })}
        </span>
    }
}

fn pair_view(pair: Pair) -> impl IntoView {
    if pair.is_still() && pair.before.was == pair.after.was {
        return Either::Left(view! { <span class="still">{number(pair.after.now)} {was_view(pair.after)}</span> });
    }
    let was = (pair.before.was.is_some() || pair.after.was.is_some()).then(|| {
        let before = pair.before.was.unwrap_or(pair.before.now);
        let after = pair.after.was.unwrap_or(pair.after.now);
        let words = format!(" was {}", number(before));
        view! {
            <span class="was">
                {words} <span aria-hidden="true">" → "</span> <span class="visually-hidden">" becoming "</span> {number(after)}
            </span>
        }
    });
    Either::Right(view! {
        <span class="before">{number(pair.before.now)}</span>
        <span class="arrow" aria-hidden="true">" → "</span>
        <span class="visually-hidden">" becomes "</span>
        <span class="after">{number(pair.after.now)}</span>
        {was}
    })
}

/// What a marked number was: said in words, never by colour alone.
fn was_view(figure: Figure) -> impl IntoView {
    figure
        .was
        .map(|was| view! { <span class="was">{format!(" was {}, now {}", number(was), number(figure.now))}</span> })
}
