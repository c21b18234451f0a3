//! A text with placeholders: what it costs, and the placeholders to insert.

use handoff_core::contact::template::{LONGEST_MESSAGE, placeholders};
use handoff_core::message::segments::{Encoding, costly, count};
use leptos::html;
use leptos::prelude::*;

use crate::ui::{Field, number};

/// A field for a text with placeholders, with its length and the placeholders to insert.
#[component]
pub fn MessageText(
    /// What it is.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    text: RwSignal<String>,
    /// The custom fields that contacts have.
    #[prop(into)]
    fields: Signal<Vec<String>>,
    /// What is wrong with it.
    #[prop(into)]
    error: MaybeProp<String>,
    /// How high it is.
    rows: u32,
    /// What the empty field says.
    #[prop(default = "")]
    placeholder: &'static str,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let insert = move |name: String| {
        if let Some(area) = area.get_untracked() {
            insert_at_cursor(&area, &format!("{{{name}}}"));
            text.set(area.value());
        }
    };
    let buttons = move || {
        let button = |name: String| {
            let shown = format!("{{{name}}}");
            let label = format!("Insert {shown}");
            view! {
                <button type="button" class="placeholder" aria-label=label on:click=move |_| insert(name.clone())>
                    {shown}
                </button>
            }
            .into_any()
        };
        placeholders(&fields.get()).into_iter().map(button).collect_view()
    };
    let over = move || text.with(|text| text.chars().count() > LONGEST_MESSAGE);
    view! {
        <Field label error let:ids>
            <textarea
                dir="auto"
                node_ref=area
                class="input"
                id=ids.control
                rows=rows.to_string()
                placeholder=placeholder
                aria-describedby=ids.described_by
                aria-invalid=ids.invalid
                prop:value=move || text.get()
                on:input=move |event| text.set(event_target_value(&event))
            ></textarea>
            <p class="small quiet length" class:over=over>{move || text.with(|text| length_words(text, number))}</p>
            {move || {
                text.with(|text| cost_words(text)).map(|words| view! { <p class="small cost">{words}</p> })
            }}
        </Field>
        <div class="field" role="group" aria-label="Insert a placeholder">
            <p class="field-label">"Insert a placeholder"</p>
            <div class="placeholders">{buttons}</div>
            <p class="field-hint">
                "A placeholder is filled in for each contact, and with the name of who sends. "
                "Write {{ and }} for braces that are meant as braces."
            </p>
        </div>
    }
    .into_any()
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// How long a text is. `number` writes a number as the reader does.
fn length_words(text: &str, number: impl Fn(u32) -> String) -> String {
    let cost = count(text);
    let (typed, longest) = (number(short(cost.characters)), number(short(LONGEST_MESSAGE)));
    match (cost.segments, text.contains('{')) {
        (0, _) => format!("{typed} of {longest} characters"),
        (segments, filled) => {
            let unit = if segments == 1 { "segment" } else { "segments" };
            let before = if filled { " before placeholders are filled in" } else { "" };
            format!("{typed} of {longest} characters, {} {unit}{before}", number(short(segments)))
        }
    }
}

/// What makes a text cost more than it must, if anything does.
fn cost_words(text: &str) -> Option<String> {
    let costly = costly(text);
    let signs: Vec<String> = costly.iter().take(5).map(|sign| format!("\u{2068}{sign}\u{2069}")).collect();
    let (last, others) = signs.split_last()?;
    let named = match (others, costly.len() - signs.len()) {
        ([], _) => last.clone(),
        (others, 0) => format!("{} and {last}", others.join(", ")),
        (_, more) => format!("{} and {more} more", signs.join(", ")),
    };
    let (one, many) = (Encoding::Gsm7.alone(), Encoding::Ucs2.alone());
    Some(format!("Because of {named} a segment has room for {many} characters instead of {one}."))
}

/// Puts text where the cursor is, and the cursor behind it.
fn insert_at_cursor(area: &web_sys::HtmlTextAreaElement, text: &str) {
    let end = u32::try_from(area.value().encode_utf16().count()).unwrap_or(u32::MAX);
    let at = area.selection_start().ok().flatten().unwrap_or(end);
    let to = area.selection_end().ok().flatten().unwrap_or(at);
    let put = area.set_range_text_with_start_and_end_and_mode(text, at, to, "end");
    if let Err(error) = put.and_then(|()| area.focus()) {
        leptos::logging::warn!("could not insert a placeholder: {error:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_told_in_characters_and_segments() {
        let words = |text: &str| length_words(text, |number| number.to_string());
        assert_eq!(words(""), "0 of 1600 characters");
        assert_eq!(words("Hi"), "2 of 1600 characters, 1 segment");
        assert_eq!(words(&"a".repeat(161)), "161 of 1600 characters, 2 segments");
        assert_eq!(words("Hi {first_name}"), "15 of 1600 characters, 1 segment before placeholders are filled in");
    }

    #[test]
    fn what_makes_a_text_costly_is_named() {
        let words = |text: &str| cost_words(text).map(|words| words.replace(['\u{2068}', '\u{2069}'], ""));
        assert_eq!(words("It's fine"), None);
        let sentence =
            |named: &str| Some(format!("Because of {named} a segment has room for 70 characters instead of 160."));
        assert_eq!(words("It’s"), sentence("’"));
        assert_eq!(words("It’s “so”"), sentence("’, “ and ”"));
        assert_eq!(words("абвгдежз"), sentence("а, б, в, г, д and 3 more"));
    }
}
