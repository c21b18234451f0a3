//! The campaign in which one writes, and what is known of the contact.

use handoff_core::campaign::hours::Hours;
use handoff_core::campaign::window::InitialWindow;
use handoff_server::model::messenger::Messenger;
use leptos::prelude::*;

use super::correcting::Correct;
use super::desk::Desk;
use super::talk::PhoneWords;
use super::times::moment;
use crate::ui::{StatusWords, exact};

/// When a campaign sends, in words.
fn hours(hours: Hours, zone: &str) -> String {
    format!("{} to {}, {zone}", hours.open(), hours.close())
}

/// When initial messages are sent, in words.
fn window(window: InitialWindow, time: impl Fn(handoff_core::Instant) -> String) -> String {
    match (window.start(), window.end()) {
        (None, None) => "At any time within the hours".to_owned(),
        (Some(start), None) => format!("From {} on", time(start)),
        (None, Some(end)) => format!("Until {}", time(end)),
        (Some(start), Some(end)) => format!("From {} until {}", time(start), time(end)),
    }
}

/// The campaign, and what is known of the contact.
#[component]
pub fn Info(desk: Desk, messenger: Signal<Messenger>) -> impl IntoView {
    let talk = desk.talk;
    let read = move |part: fn(&Messenger) -> String| move || messenger.with(part);
    let fields = move || {
        talk.thread.with(|thread| {
            thread.as_ref().map(|thread| thread.fields.clone().into_iter().collect::<Vec<_>>()).unwrap_or_default()
        })
    };
    let owner = move || talk.thread.with(|thread| thread.as_ref().map(|thread| thread.owner_name.clone()));
    let assigned = move || talk.thread.with(|thread| thread.as_ref()?.assigned_at.map(moment));
    let closed = move || messenger.with(|messenger| messenger.closed.map(|opens| format!("Closed now, opens {opens}")));
    view! {
        <h3 class="side-heading">"Campaign"</h3>
        <dl class="info-facts">
            <div><dt>"Name"</dt><dd><bdi>{read(|it| it.name.clone())}</bdi></dd></div>
            <div>
                <dt>"Status"</dt>
                <dd><StatusWords status=Signal::derive(move || messenger.with(|it| it.status)) /></dd>
            </div>
            <div><dt>"Created"</dt><dd>{read(|it| exact(it.created_at))}</dd></div>
            <div><dt>"Created by"</dt><dd><bdi>{read(|it| it.created_by.clone())}</bdi></dd></div>
            <div>
                <dt>"Hours"</dt>
                <dd>
                    {read(|it| hours(it.hours, &it.time_zone.to_string()))}
                    {move || closed().map(|words| view! { <span class="fact-note">{words}</span> })}
                </dd>
            </div>
            <div><dt>"Initial messages"</dt><dd>{read(|it| window(it.window, exact))}</dd></div>
        </dl>
        <Show when=move || talk.thread.with(Option::is_some)>
            <div class="side-heading-row">
                <h3 class="side-heading">"Contact"</h3>
                <Correct desk messenger />
            </div>
            <dl class="info-facts">
                <div><dt>"Name"</dt><dd><bdi>{move || talk.name.get()}</bdi></dd></div>
                <Show when=move || talk.phone.get().is_some()>
                    <div><dt>"Phone"</dt><dd><PhoneWords talk /></dd></div>
                </Show>
                <div><dt>"Texter"</dt><dd><bdi>{owner}</bdi></dd></div>
                {move || assigned().map(|at| view! { <div><dt>"Assigned"</dt><dd>{at}</dd></div> })}
                <For each=fields key=|field| field.clone() let:field>
                    <div><dt>{field.0.replace('_', " ")}</dt><dd dir="auto">{field.1}</dd></div>
                </For>
            </dl>
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::Instant;

    #[test]
    fn windows_are_said_in_words() {
        let say = |start: Option<i64>, end: Option<i64>| {
            let window = InitialWindow::new(start.map(Instant), end.map(Instant)).expect("a window");
            self::window(window, |at| at.get().to_string())
        };
        assert_eq!(say(None, None), "At any time within the hours");
        assert_eq!(say(Some(3), None), "From 3 on");
        assert_eq!(say(None, Some(5)), "Until 5");
        assert_eq!(say(Some(3), Some(5)), "From 3 until 5");
    }
}
