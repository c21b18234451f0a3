//! What is typed of a campaign's hours and window, and what it means.

use handoff_core::Instant;
use handoff_core::campaign::hours::{Hours, Minute};
use handoff_core::campaign::time_zone::{NotATimeZone, TimeZoneName};
use handoff_core::campaign::window::InitialWindow;
use serde::{Deserialize, Serialize};

/// What is typed of a campaign's hours and window.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// The time zone.
    pub zone: String,
    /// When it opens.
    pub opens: String,
    /// When it closes.
    pub closes: String,
    /// From when on initial messages are sent; empty for any time.
    pub from: String,
    /// Until when initial messages are sent; empty for any time.
    pub until: String,
}

/// What is wrong with what is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which field.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub sentence: String,
}

fn fault(field: &'static str) -> impl Fn(&dyn std::fmt::Display) -> Fault {
    move |sentence| Fault { field, sentence: sentence.to_string() }
}

impl Typed {
    /// What is meant. `find` finds a time zone, `instant` the instant at which the clock there shows something.
    ///
    /// # Errors
    /// If a field holds what it cannot hold.
    pub fn read(
        &self,
        find: impl Fn(&str) -> Option<String>,
        instant: impl Fn(&str, &str) -> Option<Instant>,
    ) -> Result<(TimeZoneName, Hours, InitialWindow), Fault> {
        let opens = Minute::parse(&self.opens).map_err(|error| fault("opens")(&error))?;
        let closes = Minute::parse(&self.closes).map_err(|error| fault("closes")(&error))?;
        let hours = Hours::new(opens, closes).map_err(|error| fault("closes")(&error))?;
        let name = find(&self.zone).ok_or_else(|| fault("time_zone")(&NotATimeZone))?;
        let zone = TimeZoneName::parse(&name).map_err(|error| fault("time_zone")(&error))?;
        let moment = |text: &str, field: &'static str| match text {
            "" => Ok(None),
            text => instant(&name, text)
                .map(Some)
                .ok_or_else(|| fault(field)(&"This is not a date with a time. Choose both, or leave it empty.")),
        };
        let (from, until) = (moment(&self.from, "from")?, moment(&self.until, "until")?);
        let window = InitialWindow::new(from, until).map_err(|error| fault("until")(&error))?;
        Ok((zone, hours, window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        opens: &str,
        closes: &str,
        zone: &str,
        window: [&str; 2],
    ) -> Result<(TimeZoneName, Hours, InitialWindow), Fault> {
        let [opens, closes, zone, from, until] = [opens, closes, zone, window[0], window[1]].map(str::to_owned);
        // A zone named Far, where clocks show hours since the beginning.
        let find = |name: &str| (name == "far").then(|| "Far".to_owned());
        let instant = |zone: &str, text: &str| (zone == "Far").then(|| text.parse().ok().map(Instant)).flatten();
        Typed { zone, opens, closes, from, until }.read(find, instant)
    }

    #[test]
    fn what_is_typed_is_understood() {
        let (zone, hours, window) = read("08:30", "00:00", "far", ["", "12"]).expect("good");
        assert_eq!((zone.as_str(), hours.open().get(), hours.close()), ("Far", 510, Minute::END));
        assert_eq!((window.start(), window.end()), (None, Some(Instant(12))));
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let wrong = |opens, closes, zone, window| read(opens, closes, zone, window).expect_err("refused").field;
        assert_eq!(wrong("", "21:00", "far", ["", ""]), "opens");
        assert_eq!(wrong("09:00", "x", "far", ["", ""]), "closes");
        assert_eq!(wrong("21:00", "09:00", "far", ["", ""]), "closes");
        assert_eq!(wrong("09:00", "21:00", "near", ["", ""]), "time_zone");
        assert_eq!(wrong("09:00", "21:00", "far", ["x", ""]), "from");
        assert_eq!(wrong("09:00", "21:00", "far", ["5", "5"]), "until");
    }
}
