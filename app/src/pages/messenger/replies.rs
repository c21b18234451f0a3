//! Recommended replies, as this contact would read them: one press puts them into the box.

use handoff_core::contact::Template;
use handoff_core::contact::field::{FIRST_NAME, LAST_NAME, TEXTER_FIRST_NAME, TEXTER_LAST_NAME, texter_names};
use handoff_core::naming::isolated;
use handoff_server::model::messenger::{Messenger, Thread};
use handoff_server::model::reply::Reply;
use leptos::prelude::*;

use super::composer::Draft;
use super::desk::Desk;
use crate::state::session::session;
use crate::ui::Button;

/// A reply filled in for the contact of a thread and for who writes. One that does not fit the campaign any more stays as
/// it is written.
fn filled(reply: &Reply, custom_fields: &[String], thread: &Thread, texter: &str) -> String {
    let (texter_first_name, texter_last_name) = texter_names(texter);
    let value = |name: &str| match name {
        FIRST_NAME => Some(thread.first_name.as_str()),
        LAST_NAME => Some(thread.last_name.as_str()),
        TEXTER_FIRST_NAME => Some(texter_first_name),
        TEXTER_LAST_NAME => Some(texter_last_name),
        other => thread.fields.get(other).map(String::as_str),
    };
    Template::parse(&reply.text, custom_fields).map_or_else(|_| reply.text.clone(), |template| template.fill(value))
}

/// Recommended replies.
#[component]
pub fn Replies(desk: Desk, draft: Draft, messenger: Signal<Messenger>) -> impl IntoView {
    let talk = desk.talk;
    let replies = Memo::new(move |_| messenger.with(|messenger| messenger.replies.clone()));
    let fields = Memo::new(move |_| messenger.with(|messenger| messenger.custom_fields.clone()));
    let texter = session().member().map(|me| me.name).unwrap_or_default();
    let texter = StoredValue::new(texter);
    let part = move |of_campaign: bool| {
        Memo::new(move |_| {
            let mine = |reply: &Reply| reply.campaign.is_some() == of_campaign;
            let fill = |reply: &Reply| {
                let fill = |thread: &Thread| {
                    texter.with_value(|texter| fields.with(|fields| filled(reply, fields, thread, texter)))
                };
                talk.thread.with(|thread| thread.as_ref().map_or_else(|| reply.text.clone(), fill))
            };
            replies.with(|all| {
                let mine = all.iter().filter(|reply| mine(reply));
                mine.map(|reply| (reply.id, reply.title.clone(), fill(reply))).collect::<Vec<_>>()
            })
        })
    };
    let insert = move |text: &str| {
        desk.place.show(None);
        draft.insert(text);
    };
    let row = move |(_, title, text): (handoff_core::ReplyId, String, String)| {
        let (label, shown) = (format!("Insert: {}", isolated(&title)), text.clone());
        view! {
            <li class="reply">
                <p class="reply-title">{title}</p>
                <p class="reply-text">{shown}</p>
                <Button
                    label=label
                    disabled=Signal::derive(move || talk.thread.with(Option::is_none))
                    on_press=move |()| insert(&text)
                >
                    "Insert"
                </Button>
            </li>
        }
        .into_any()
    };
    let group = move |title: &'static str, of_campaign: bool| {
        let all = part(of_campaign);
        view! {
            <Show when=move || all.with(|all| !all.is_empty())>
                <h3 class="side-heading">{title}</h3>
                <ul class="replies">
                    <For each=move || all.get() key=|reply| reply.clone() children=row />
                </ul>
            </Show>
        }
    };
    view! {
        <Show
            when=move || replies.with(|all| !all.is_empty())
            fallback=|| view! {
                <div class="side-empty">
                    <p class="strong">"No recommended replies."</p>
                    <p class="quiet">"Admins can write some, for this campaign or for all of them."</p>
                </div>
            }
        >
            {group("This campaign", true)}
            {group("Every campaign", false)}
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use handoff_core::conversation::ConversationState;
    use handoff_core::message::Kind;
    use handoff_core::{CampaignId, ConversationId, ReplyId};
    use handoff_server::model::messenger::Next;

    fn thread() -> Thread {
        Thread {
            id: ConversationId(1),
            campaign: CampaignId(1),
            first_name: "Ada".to_owned(),
            last_name: String::new(),
            phone: None,
            fields: [("precinct".to_owned(), "12".to_owned())].into(),
            state: ConversationState::NEW,
            owner_name: "Abby".to_owned(),
            assigned_at: None,
            escalation: None,
            messages: Vec::new(),
            answers: Vec::new(),
            next: Next { kind: Kind::Reply, follow_up: None, text: String::new() },
            refused: None,
        }
    }

    #[test]
    fn a_reply_is_filled_in_for_the_contact() {
        let reply = |text: &str| Reply { id: ReplyId(1), campaign: None, title: "T".to_owned(), text: text.to_owned() };
        let fields = ["precinct".to_owned()];
        assert_eq!(
            filled(&reply("Hi {first_name}, precinct {Precinct}!"), &fields, &thread(), "Abby Okafor"),
            "Hi Ada, precinct 12!"
        );
        assert_eq!(filled(&reply("Dear {last_name|friend}"), &fields, &thread(), "Abby Okafor"), "Dear friend");
        let signed = filled(&reply("I am {texter_first_name}"), &fields, &thread(), "Abby Okafor");
        assert_eq!(signed, "I am Abby");
        assert_eq!(filled(&reply("Hi {shoe_size}"), &fields, &thread(), "Abby Okafor"), "Hi {shoe_size}");
    }
}
