//! When initial messages may be sent: from an instant on, until an instant, or both.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::instant::Instant;

/// When initial messages may be sent. Replies and follow-ups do not care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "Bounds", try_from = "Bounds")]
pub struct InitialWindow {
    start: Option<Instant>,
    end: Option<Instant>,
}

type Bounds = (Option<Instant>, Option<Instant>);

/// Where an instant lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Phase {
    /// Before the window, which opens then.
    Before(Instant),
    /// In the window.
    Open,
    /// After the window, which closed then.
    After(Instant),
}

/// The window ends before it starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Error)]
#[error(
    "The window for initial messages ends before it starts. Choose an end after the start, or leave one of them out."
)]
pub struct WindowError;

impl InitialWindow {
    /// A window. Where a bound is absent, it is open on that side.
    ///
    /// # Errors
    /// If it ends before it starts, or then.
    pub fn new(start: Option<Instant>, end: Option<Instant>) -> Result<Self, WindowError> {
        match (start, end) {
            (Some(start), Some(end)) if end <= start => Err(WindowError),
            _ => Ok(Self { start, end }),
        }
    }

    /// From when on.
    pub const fn start(self) -> Option<Instant> {
        self.start
    }

    /// Until when. At this instant it is closed.
    pub const fn end(self) -> Option<Instant> {
        self.end
    }

    /// Where an instant lies.
    pub fn phase(self, now: Instant) -> Phase {
        match (self.start, self.end) {
            (_, Some(end)) if now >= end => Phase::After(end),
            (Some(start), _) if now < start => Phase::Before(start),
            _ => Phase::Open,
        }
    }
}

impl From<InitialWindow> for Bounds {
    fn from(window: InitialWindow) -> Self {
        (window.start, window.end)
    }
}

impl TryFrom<Bounds> for InitialWindow {
    type Error = WindowError;

    fn try_from((start, end): Bounds) -> Result<Self, Self::Error> {
        Self::new(start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_end_comes_after_its_start() {
        let at = |second| Some(Instant(second));
        assert_eq!(InitialWindow::new(at(5), at(5)), Err(WindowError));
        assert!(InitialWindow::new(at(5), at(6)).is_ok());
        assert!(serde_json::from_str::<InitialWindow>("[6,5]").is_err());
        assert_eq!(serde_json::from_str::<InitialWindow>("[null,5]").ok(), InitialWindow::new(None, at(5)).ok());
    }

    proptest! {
        #[test]
        fn a_window_is_open_between_its_bounds(
            start in prop::option::of(0_i64..10), end in prop::option::of(0_i64..10), now in -1_i64..11,
        ) {
            let Ok(window) = InitialWindow::new(start.map(Instant), end.map(Instant)) else {
                prop_assert!(start >= end && end.is_some());
                return Ok(());
            };
            let (late, early) = (end.is_some_and(|end| end <= now), start.is_some_and(|start| now < start));
            match window.phase(Instant(now)) {
                Phase::Before(at) => prop_assert!(early && !late && start == Some(at.get())),
                Phase::Open => prop_assert!(!early && !late),
                Phase::After(at) => prop_assert!(late && end == Some(at.get())),
            }
        }
    }
}
