//! Numbers and instants in the reader's own language.

use handoff_core::Instant;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    static NUMBER: Function = Intl::NumberFormat::new(&english(), &Object::new()).format();
    static RELATIVE: Intl::RelativeTimeFormat = Intl::RelativeTimeFormat::new(&english(), &options(&[("numeric", "auto"), ("style", "short")]));
    static EXACT: Function = Intl::DateTimeFormat::new(&Array::new(), &options(&[("dateStyle", "medium"), ("timeStyle", "medium")])).format();
    static DAY: Function = Intl::DateTimeFormat::new(&Array::new(), &options(&[("dateStyle", "medium")])).format();
}

/// The pages speak English, and so do the numbers and words in them; dates are as the reader writes them.
fn english() -> Array {
    Array::of1(&"en".into())
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let set = Reflect::set(&options, &(*key).into(), &(*value).into());
        debug_assert!(set.is_ok());
    }
    options
}

fn through(format: &Function, value: &JsValue) -> String {
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// A number with the reader's separators.
pub fn number(number: u32) -> String {
    NUMBER.with(|format| through(format, &f64::from(number).into()))
}

/// "1 conversation", "1,204 conversations".
pub fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

fn date(at: Instant) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our times are far below 2^53")]
    Date::new(&JsValue::from_f64(at.milliseconds() as f64))
}

/// The instant now, of this computer's clock.
pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of our times are far below 2^53")]
    Instant(Date::now() as i64 * 1_000)
}

/// The date and time, exactly.
pub fn exact(at: Instant) -> String {
    EXACT.with(|format| through(format, &date(at)))
}

/// The machine's form of the instant, for `<time datetime>`.
pub fn machine(at: Instant) -> String {
    date(at).to_iso_string().into()
}

/// "now", "3 min. ago", "yesterday", then the date.
pub fn relative(at: Instant, now: Instant) -> String {
    let seconds = (at.milliseconds() - now.milliseconds()) / 1_000;
    // Rounded to the nearest whole unit, away from zero in the middle.
    let units = |size: i64| (seconds + seconds.signum() * size / 2) / size;
    let (value, unit) = match seconds.abs() {
        0..45 => (0, "second"),
        45..3_570 => (units(60), "minute"),
        3_570..84_600 => (units(3_600), "hour"),
        84_600..2_592_000 => (units(86_400), "day"),
        _ => return DAY.with(|format| through(format, &date(at))),
    };
    RELATIVE.with(|format| {
        let text: JsValue = format.format(f64::from(i32::try_from(value).unwrap_or(0)), unit).into();
        text.dyn_into::<js_sys::JsString>().map(String::from).unwrap_or_default()
    })
}
