//! A tick every half minute, so that "3 minutes ago" stays true.

use std::time::Duration;

use leptos::prelude::*;

#[derive(Clone, Copy)]
struct Minute(RwSignal<u32>);

/// Starts the tick. Once, at the root.
pub fn provide() {
    let minute = RwSignal::new(0);
    provide_context(Minute(minute));
    set_interval(move || minute.update(|ticks| *ticks = ticks.wrapping_add(1)), Duration::from_secs(30));
}

/// Changes every half minute.
pub fn minute() -> Signal<u32> {
    expect_context::<Minute>().0.into()
}
