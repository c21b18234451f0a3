//! Days and times of messages, as the reader writes them.

use handoff_core::Instant;
use handoff_core::sending::SendError;
use handoff_server::model::ApiError;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::ui::now;

thread_local! {
    static DAY: Function = format(&[("weekday", "long"), ("day", "numeric"), ("month", "long")]);
    static DAY_OF_YEAR: Function = format(&[("day", "numeric"), ("month", "long"), ("year", "numeric")]);
    static TIME: Function = format(&[("hour", "numeric"), ("minute", "2-digit")]);
    static SHORT_DAY: Function = format(&[("day", "numeric"), ("month", "short")]);
}

fn format(pairs: &[(&str, &str)]) -> Function {
    let options = Object::new();
    for (key, value) in pairs {
        // Setting a property of a fresh plain object cannot fail.
        let set = Reflect::set(&options, &(*key).into(), &(*value).into());
        debug_assert!(set.is_ok());
    }
    Intl::DateTimeFormat::new(&Array::new(), &options).format()
}

fn date(at: Instant) -> Date {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our times are far below 2^53")]
    Date::new(&JsValue::from_f64(at.milliseconds() as f64))
}

fn through(format: &Function, at: Instant) -> String {
    format.call1(&JsValue::UNDEFINED, &date(at)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// Year, month and day where the reader is.
fn calendar(at: Instant) -> (u32, u32, u32) {
    let date = date(at);
    (date.get_full_year(), date.get_month(), date.get_date())
}

/// The day before, by the calendar: days in which clocks change have no 24 hours.
fn day_before(at: Instant) -> (u32, u32, u32) {
    let (year, month, day) = calendar(at);
    let before = Date::new_with_year_month_day(year, month.cast_signed(), day.cast_signed() - 1);
    (before.get_full_year(), before.get_month(), before.get_date())
}

/// "14:02".
pub fn time(at: Instant) -> String {
    TIME.with(|format| through(format, at))
}

/// "Today", "Yesterday", "Monday, 3 March", then with the year.
pub fn day(at: Instant) -> String {
    let today = now();
    if calendar(at) == calendar(today) {
        "Today".to_owned()
    } else if calendar(at) == day_before(today) {
        "Yesterday".to_owned()
    } else if calendar(at).0 == calendar(today).0 {
        DAY.with(|format| through(format, at))
    } else {
        DAY_OF_YEAR.with(|format| through(format, at))
    }
}

/// "14:02" today, "3 Mar 14:02" on another day.
pub fn moment(at: Instant) -> String {
    if calendar(at) == calendar(now()) {
        time(at)
    } else {
        format!("{} {}", SHORT_DAY.with(|format| through(format, at)), time(at))
    }
}

/// The server's sentence, with the points in time that only the page can write.
pub fn sentence(error: &ApiError) -> String {
    match error {
        ApiError::Sending(error) => of_sending(error),
        error => error.to_string(),
    }
}

/// Why something cannot be sent, with the point in time.
pub fn of_sending(error: &SendError) -> String {
    error.sentence(moment)
}
