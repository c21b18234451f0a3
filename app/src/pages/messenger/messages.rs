//! The messages of a conversation, with a mark where a day begins.

use handoff_core::message::{Delivery, Direction, Kind, Reaction};
use handoff_core::naming::isolated;
use handoff_core::opt_out::Asks;
use handoff_core::{ConversationId, Instant};
use handoff_server::model::messenger::Message;
use leptos::html;
use leptos::prelude::*;

use super::talk::Talk;
use super::times::{day, time};
use crate::state::clock::minute;
use crate::ui::{exact, machine};

/// Something in the column of messages.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    /// A day begins.
    Day(String),
    /// A message.
    Message(Message),
}

/// The messages with a mark before the first one of each day.
fn lines(messages: &[Message], day: impl Fn(Instant) -> String) -> Vec<Line> {
    let mut lines = Vec::with_capacity(messages.len() + 1);
    let mut last = None;
    for message in messages {
        let now = day(message.at);
        if last.as_ref() != Some(&now) {
            lines.push(Line::Day(now.clone()));
            last = Some(now);
        }
        lines.push(Line::Message(message.clone()));
    }
    lines
}

/// What tells one line from another: when nothing of it changes, it is not drawn again.
fn key(line: &Line) -> (String, Option<i64>) {
    match line {
        Line::Day(day) => (day.clone(), None),
        Line::Message(message) => (message.id.to_string(), message.delivery.map(Delivery::number)),
    }
}

/// Within so many pixels of the end, somebody reads the last message.
const NEAR_THE_END: i32 = 48;

/// What was shown: whose messages, and what stood last.
#[derive(PartialEq)]
struct Shown {
    id: Option<ConversationId>,
    last: Option<String>,
}

/// The messages of the conversation that is open. The last one is in sight when it is opened, when the person sends
/// something, and as long as it was in sight.
#[component]
pub fn Messages(talk: Talk) -> impl IntoView {
    let minute = minute();
    let lines = Memo::new(move |_| {
        // Today is yesterday after midnight.
        minute.track();
        talk.thread.with(|thread| thread.as_ref().map(|thread| lines(&thread.messages, day)).unwrap_or_default())
    });
    let frame = NodeRef::<html::Div>::new();
    // Whoever reads further up stays there, whatever comes in or is delivered meanwhile.
    let at_end = StoredValue::new(true);
    let look = move |_| {
        if let Some(frame) = frame.get_untracked() {
            let below = frame.scroll_height() - frame.scroll_top() - frame.client_height();
            at_end.set_value(below < NEAR_THE_END);
        }
    };
    Effect::new(move |before: Option<Shown>| {
        let now = Shown { id: talk.id.get(), last: lines.with(|lines| lines.last().map(|line| key(line).0)) };
        let sent = talk.sent.get_value();
        let own = sent && before.as_ref().is_some_and(|before| before.last != now.last);
        if own || before.as_ref().is_none_or(|before| before.id != now.id) {
            at_end.set_value(true);
            talk.sent.set_value(false);
        }
        if at_end.get_value() {
            request_animation_frame(move || {
                if let Some(Some(frame)) = frame.try_get_untracked() {
                    frame.set_scroll_top(frame.scroll_height());
                }
            });
        }
        now
    });
    let empty = move || talk.thread.with(|thread| thread.as_ref().is_some_and(|thread| thread.messages.is_empty()));
    view! {
        <div node_ref=frame class="thread-messages" role="log" aria-label="Messages" tabindex="0" on:scroll=look>
            <Show when=empty>
                <p class="thread-empty">"Nothing was written yet."</p>
            </Show>
            <For each=move || lines.get() key=key let:line>
                {match line {
                    Line::Day(day) => view! { <p class="thread-day"><span>{day}</span></p> }.into_any(),
                    Line::Message(message) => bubble(message),
                }}
            </For>
        </div>
    }
    .into_any()
}

/// What a message of theirs asks for, in words.
const fn asked(asks: Option<Asks>) -> Option<&'static str> {
    match asks {
        Some(Asks::Stop) => Some("This may ask to be left alone. Read it, and opt out if it does."),
        Some(Asks::OptOut) => Some("Opted out with this message"),
        Some(Asks::OptIn) => Some("Opted in with this message"),
        Some(Asks::Nothing | Asks::Reaction) | None => None,
    }
}

/// What the contact's phone wrote for a reaction: what they did, and quietly what it quotes.
fn reacted(body: &str) -> AnyView {
    let Some(Reaction { done, quoted }) = Reaction::of(body) else { return body.to_owned().into_any() };
    let quoted = (!quoted.is_empty()).then(|| view! { <q class="said-quoted">{quoted.to_owned()}</q> });
    view! { <span class="said-done">{done.to_owned()}</span> {quoted} }.into_any()
}

fn bubble(message: Message) -> AnyView {
    let ours = message.direction == Direction::Outbound;
    let failed = message.delivery.and_then(Delivery::sentence);
    let kind = message.kind.filter(|kind| *kind != Kind::Reply).map(Kind::label);
    let asks = asked(message.asks);
    let reaction = message.asks == Some(Asks::Reaction);
    let body = if reaction { reacted(&message.body) } else { message.body.into_any() };
    let who = if ours { message.by.unwrap_or_else(|| "Handoff".to_owned()) } else { "Contact".to_owned() };
    view! {
        <div class="said" class:ours=ours class:failed=failed.is_some() class:reaction=reaction>
            <p class="said-text" dir="auto">
                <span class="visually-hidden">{if ours { format!("{}: ", isolated(&who)) } else { "Contact: ".to_owned() }}</span>
                {body}
            </p>
            <p class="said-about">
                {ours.then(|| view! { <span class="said-who"><bdi>{who}</bdi></span> })}
                {kind.map(|kind| view! { <span>{kind}</span> })}
                <time datetime=machine(message.at) title=exact(message.at)>{time(message.at)}</time>
                {message.delivery.map(|delivery| view! { <span class="said-delivery">{delivery.label()}</span> })}
            </p>
            {failed.map(|sentence| view! { <p class="said-fault">{sentence}</p> })}
            {asks.map(|words| view! { <p class="said-asks">{words}</p> })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::MessageId;

    fn message(id: i64, at: i64) -> Message {
        Message {
            id: MessageId(id),
            direction: Direction::Outbound,
            kind: Some(Kind::Reply),
            delivery: Some(Delivery::Queued),
            asks: None,
            body: "Hi".to_owned(),
            segments: 1,
            at: Instant(at),
            by: None,
        }
    }

    #[test]
    fn each_day_is_marked_once_before_its_first_message() {
        let messages = [message(1, 10), message(2, 19), message(3, 20), message(4, 41)];
        let found = lines(&messages, |at| format!("day {}", at.get() / 10));
        let shown: Vec<String> = found.iter().map(|line| key(line).0).collect();
        assert_eq!(shown, ["day 1", "1", "2", "day 2", "3", "day 4", "4"]);
        assert!(lines(&[], |_| String::new()).is_empty());
    }

    #[test]
    fn a_message_that_was_delivered_is_drawn_again() {
        let before = Line::Message(message(1, 10));
        let after = Line::Message(Message { delivery: Some(Delivery::Delivered), ..message(1, 10) });
        assert_ne!(key(&before), key(&after));
    }
}
