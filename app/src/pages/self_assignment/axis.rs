//! Points in time as the clock shows them where a campaign's people are.

use handoff_core::Instant;
use js_sys::{Array, Date, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

const HOUR: i64 = 3_600_000;

/// How precise a point in time has to be for a span of so many milliseconds.
const fn parts(span: i64) -> &'static [(&'static str, &'static str)] {
    match span {
        ..72_000_000 => &[("hour", "numeric"), ("minute", "2-digit")],
        72_000_000..432_000_000 => &[("weekday", "short"), ("hour", "numeric"), ("minute", "2-digit")],
        432_000_000..31_536_000_000 => &[("month", "short"), ("day", "numeric")],
        _ => &[("month", "short"), ("year", "numeric")],
    }
}

fn formatter(parts: &[(&str, &str)], zone: Option<&str>) -> Result<JsValue, JsValue> {
    let options = Object::new();
    for (key, value) in parts.iter().copied().chain(zone.map(|zone| ("timeZone", zone))) {
        Reflect::set(&options, &key.into(), &value.into())?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let class: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
    Reflect::construct(&class, &Array::of2(&JsValue::UNDEFINED, &options))
}

/// A point in time on an axis that spans so much. Where the browser does not know the zone, as the reader's clock shows it.
pub fn words(at: Instant, span: i64, zone: Option<&str>) -> String {
    let written = |zone: Option<&str>| -> Result<Option<String>, JsValue> {
        let formatter = formatter(parts(span), zone)?;
        let format: Function = Reflect::get(&formatter, &"format".into())?.dyn_into()?;
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of our times are far below 2^53")]
        let date = Date::new(&JsValue::from_f64(at.milliseconds() as f64));
        Ok(format.call1(&JsValue::UNDEFINED, &date)?.as_string())
    };
    written(zone).or_else(|_| written(None)).ok().flatten().unwrap_or_default()
}

/// Whether the reader's own clock shows another time than this zone's, some time in a span.
pub fn differs(zone: &str, at: [Instant; 2]) -> bool {
    at.into_iter().any(|at| words(at, 30 * HOUR, Some(zone)) != words(at, 30 * HOUR, None))
}

/// A zone as people say it: "New York".
pub fn city(zone: &str) -> String {
    zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")
}
