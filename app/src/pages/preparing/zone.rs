//! Time zones: all that the browser knows, what time it is there, and a field to find one.

use handoff_core::Instant;
use handoff_core::fold::fold;
use js_sys::{Array, Date, Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::local;
use crate::state::clock::minute;
use crate::ui::{Field, next_id, now};

fn intl(name: &str) -> Result<Function, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    Reflect::get(&intl, &name.into())?.dyn_into()
}

/// The names of all time zones that the browser knows, in the order of the alphabet.
pub fn zones() -> Vec<String> {
    let names = || -> Result<Array, JsValue> {
        intl("supportedValuesOf")?.call1(&JsValue::UNDEFINED, &"timeZone".into()).map(|names| Array::from(&names))
    };
    let mut all: Vec<String> = match names() {
        Ok(names) => names.iter().filter_map(|name| name.as_string()).collect(),
        Err(error) => {
            leptos::logging::warn!("this browser lists no time zones: {error:?}");
            Vec::new()
        }
    };
    if !all.iter().any(|name| name == "UTC") {
        all.push("UTC".to_owned());
    }
    all
}

/// What the clock shows in a time zone, in milliseconds. `None` if the browser does not know the zone.
fn clock(zone: &str, at: i64) -> Option<i64> {
    let options = Object::new();
    let pairs = [
        ("timeZone", zone),
        ("hourCycle", "h23"),
        ("year", "numeric"),
        ("month", "2-digit"),
        ("day", "2-digit"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
    ];
    for (key, value) in pairs {
        Reflect::set(&options, &key.into(), &value.into()).ok()?;
    }
    let format = Reflect::construct(&intl("DateTimeFormat").ok()?, &Array::of2(&"en-US".into(), &options)).ok()?;
    let format: Function = Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our times are far below 2^53")]
    let date = Date::new(&JsValue::from_f64(at as f64));
    local::read_clock(&format.call1(&JsValue::UNDEFINED, &date).ok()?.as_string()?)
}

/// By how many milliseconds the clock in a time zone is ahead of UTC. None for a zone that the browser does not know.
pub fn offset(zone: &str, at: i64) -> Option<i64> {
    let second = at.div_euclid(1_000) * 1_000;
    clock(zone, second).map(|shown| shown - second)
}

/// The instant at which the clock in a time zone shows this.
pub fn instant(zone: &str, text: &str) -> Option<Instant> {
    let shown = local::read(text)?;
    offset(zone, shown)?;
    Some(Instant(local::instant(shown, |at| offset(zone, at).unwrap_or_default()) * 1_000))
}

/// What a field for date and time shows for an instant in a time zone. Empty if the browser does not know the zone.
pub fn shown(zone: &str, at: Instant) -> String {
    clock(zone, at.milliseconds()).map(local::written).unwrap_or_default()
}

/// The minute of the day in a time zone now.
pub fn minute_there(zone: &str) -> Option<u16> {
    let shown = clock(zone, now().milliseconds())?;
    u16::try_from(shown.rem_euclid(local::DAY) / 60_000).ok()
}

/// How many minutes it is from now until the clock in a time zone shows this minute of today.
pub fn minutes_until(zone: &str, minute: u16) -> Option<u16> {
    let now = now().milliseconds();
    Some(local::until(clock(zone, now)?, now, minute, |at| offset(zone, at).unwrap_or_default()))
}

/// The time zone that is meant by what was typed: written in any case, or the only one that has it in its name.
pub fn find(typed: &str, all: &[String]) -> Option<String> {
    let folded = |text: &str| fold(&text.replace('_', " "));
    let wanted = folded(typed);
    if wanted.is_empty() {
        return None;
    }
    let exact = all.iter().find(|name| folded(name) == wanted);
    let mut containing = all.iter().filter(|name| folded(name).contains(&wanted));
    let only = containing.next().filter(|_| containing.next().is_none());
    exact.or(only).cloned()
}

/// A field in which a time zone is found by typing.
#[component]
pub fn ZoneField(
    /// What it is for.
    #[prop(into)]
    label: Signal<String>,
    /// The name.
    value: RwSignal<String>,
    /// All that can be chosen.
    all: StoredValue<Vec<String>>,
    /// What is wrong with it.
    #[prop(into)]
    error: MaybeProp<String>,
) -> impl IntoView {
    let list = next_id("zones");
    let listed = list.clone();
    let minute = minute();
    let hint = Signal::derive(move || {
        minute.track();
        let found = value.with(|typed| all.with_value(|all| find(typed, all)));
        Some(match found.as_deref().and_then(|zone| Some((zone, minute_there(zone)?))) {
            Some((zone, now)) => {
                let same = value.with(|typed| typed.trim() == zone);
                let name = if same { "there".to_owned() } else { format!("in {zone}") };
                format!("It is {:02}:{:02} {name} now.", now / 60, now % 60)
            }
            None => "Type a city or a region, like New York.".to_owned(),
        })
    });
    // Whoever types "new york" has chosen America/New_York.
    let settle = move |_| {
        if let Some(zone) = value.with_untracked(|typed| all.with_value(|all| find(typed, all))) {
            value.set(zone);
        }
    };
    view! {
        <Field label hint error let:ids>
            <input
                class="input"
                id=ids.control
                type="text"
                list=list
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=ids.described_by
                aria-invalid=ids.invalid
                bind:value=value
                on:change=settle
            />
        </Field>
        <datalist id=listed>
            {all.with_value(|all| all.iter().map(|name| view! { <option value=name.clone()></option> }).collect_view())}
        </datalist>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_as_people_type_it() {
        let all = ["America/New_York", "America/Phoenix", "Europe/Berlin", "Etc/GMT", "Etc/GMT+1"].map(str::to_owned);
        let found = |typed: &str| find(typed, &all);
        assert_eq!(found("America/Phoenix").as_deref(), Some("America/Phoenix"));
        assert_eq!(found(" new york ").as_deref(), Some("America/New_York"));
        assert_eq!(found("BERLIN").as_deref(), Some("Europe/Berlin"));
        assert_eq!(found("etc/gmt").as_deref(), Some("Etc/GMT"), "the name itself before others that contain it");
        assert_eq!(found("america"), None, "two have it");
        assert_eq!((found(""), found("Atlantis")), (None, None));
    }
}
