//! The message box: what is sent next, what it costs, and Send.

use handoff_core::naming::isolated;
use handoff_core::sending::SendError;
use handoff_core::{ConversationId, MessageId, OperationId};
use handoff_server::api::conversations::send_message;
use handoff_server::model::ApiError;
use handoff_server::model::messenger::Messenger;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::desk::Desk;
use super::sending::{Letter, checked, cost, dear, is_meant, unfilled};
use super::times::{of_sending, sentence};
use crate::state::commit::{Committer, sentence as unknown};
use crate::state::letters::{Drawer, letters};
use crate::state::outliving::outliving;
use crate::state::session::call;
use crate::state::toasts::toasts;
use crate::ui::{Button, Kind, next_id};

/// What is written in the conversation that is open.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What the person typed, if anything.
    typed: RwSignal<Option<String>>,
    /// What is sent next as it was prepared: the initial message, or a follow-up.
    prepared: Memo<String>,
    id: Memo<Option<ConversationId>>,
    area: NodeRef<html::Textarea>,
    letters: Drawer,
}

impl Draft {
    /// Nothing typed yet, or what was kept.
    pub fn new(desk_id: Memo<Option<ConversationId>>, prepared: Memo<String>) -> Self {
        let letters = letters();
        let draft = Self { typed: RwSignal::new(None), prepared, id: desk_id, area: NodeRef::new(), letters };
        Effect::new(move |_| {
            letters.track();
            draft.typed.set(desk_id.get().and_then(|id| letters.kept(id)));
        });
        draft
    }

    /// The text in the box.
    pub fn text(self) -> String {
        self.typed.get().unwrap_or_else(|| self.prepared.get())
    }

    /// Writes into the box, as if it was typed.
    pub fn write(self, text: String) {
        let Some(id) = self.id.get_untracked() else { return };
        if self.prepared.with_untracked(|prepared| *prepared == text) {
            self.letters.forget(id);
            self.typed.set(None);
        } else {
            self.letters.keep(id, &text);
            self.typed.set(Some(text));
        }
    }

    /// Empties the box after what was in it was sent. The page may be gone.
    fn sent(self, conversation: ConversationId) {
        if self.id.try_get_untracked().flatten() == Some(conversation) {
            self.typed.try_set(None);
        }
    }

    /// Puts a reply into the box: in place of nothing, or behind what is there.
    pub fn insert(self, reply: &str) {
        let before = untrack(|| self.text());
        let text = if before.trim().is_empty() { reply.to_owned() } else { format!("{} {reply}", before.trim_end()) };
        self.write(text);
        self.focus();
    }

    /// Puts the cursor into the box.
    pub fn focus(self) {
        if let Some(area) = self.area.get_untracked() {
            crate::ui::focus_soon(area.into());
        }
    }
}

/// The message box of the conversation that is open. It stays when the conversation changes.
#[expect(clippy::too_many_lines, reason = "one widget, whose parts all share its state")]
#[component]
pub fn Composer(desk: Desk, draft: Draft) -> impl IntoView {
    let talk = desk.talk;
    let shown_at = StoredValue::new(0.0);
    let fault = RwSignal::new(None::<String>);
    let refused = RwSignal::new(None::<(ConversationId, ApiError)>);
    Effect::new(move |_| {
        talk.id.track();
        shown_at.set_value(moment());
        fault.set(None);
    });
    let messages = toasts();
    let name = talk.name;
    // Somebody may leave the page while a message is on its way: it is sent all the same, and its draft is forgotten.
    let committer: Committer<Letter, ConversationId> = outliving(|| {
        let done = move |(conversation, _): (ConversationId, bool)| {
            draft.letters.forget(conversation);
            draft.sent(conversation);
            if talk.id.try_get_untracked().flatten() == Some(conversation) {
                talk.sent.try_set_value(true);
            }
            desk.after_sending(conversation);
        };
        let ask = move |id: OperationId, letter: Letter| call(move || ask(MessageId(id.get()), letter.clone()));
        Committer::new(ask, Callback::new(done))
    });
    let latest = StoredValue::new(None::<ConversationId>);
    Effect::new(move |_| {
        let (Some(refusal), Some(conversation)) = (committer.refused.get(), latest.get_value()) else { return };
        if talk.id.get_untracked() == Some(conversation) {
            refused.set(Some((conversation, refusal.error)));
        } else {
            messages.say(format!("Not sent: {}", sentence(&refusal.error)));
        }
        desk.correct();
    });
    let here = move || refused.get().filter(|(id, _)| Some(*id) == talk.id.get()).map(|(_, error)| error);
    // Why nothing can be sent: what the last try was answered, or what is known before one.
    let known = move || talk.thread.with(|thread| thread.as_ref().and_then(|thread| thread.refused.clone()));
    let reason = Memo::new(move |_| {
        let gone = talk.lost.get().as_ref().map(sentence);
        let known = || known().as_ref().map(of_sending);
        gone.or_else(known).or_else(|| here().as_ref().map(sentence))
    });
    // What stood against it is gone: the last refusal is no news any more.
    Effect::new(move |before: Option<bool>| {
        let stands = known().is_some() || talk.lost.with(Option::is_some);
        if before == Some(true) && !stands {
            refused.set(None);
        }
        stands
    });
    let stopped = Memo::new(move |_| {
        talk.thread.with(Option::is_none)
            || matches!(known(), Some(SendError::OptedOut))
            || talk.lost.with(Option::is_some)
    });
    // What would be refused is said while it is typed, and is not sent.
    let unfilled = Memo::new(move |_| {
        let text = draft.text();
        let fields = |data: &Option<Messenger>| {
            unfilled(&text, data.as_ref().map_or(&[][..], |messenger| messenger.custom_fields.as_slice()))
        };
        desk.query.data.with(fields)
    });
    let shown = move || fault.get().or_else(|| unfilled.get());
    let letter = move || {
        let thread = talk.thread.get_untracked()?;
        match checked(&untrack(|| draft.text())) {
            Ok(text) => {
                let (kind, follow_up) = (thread.next.kind, thread.next.follow_up);
                Some(Letter { conversation: thread.id, kind, follow_up, text: text.as_str().to_owned() })
            }
            Err(error) => {
                fault.set(Some(error.to_string()));
                None
            }
        }
    };
    let send = move || {
        if stopped.get_untracked() || committer.is_sending() {
            return;
        }
        fault.set(None);
        refused.set(None);
        // While the fate of a message is not known, that one is asked about, and no other is sent.
        if untrack(|| committer.is_locked()) {
            committer.press(None);
        } else if unfilled.with_untracked(Option::is_some) {
            // Its sentence stands below the box.
        } else if let Some(letter) = letter() {
            latest.set_value(Some(letter.conversation));
            committer.press(Some(letter));
        }
    };
    // How often the button of the mouse went down in a row.
    let clicks = StoredValue::new(0);
    let pressed = move |()| {
        if is_meant(clicks.get_value(), shown_at.get_value(), moment()) {
            send();
        }
        clicks.set_value(0);
    };
    let key = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            // A key that is held sends once.
            if !event.repeat() {
                send();
            }
        }
    };
    let held = move |event: KeyboardEvent| {
        if event.repeat() && event.key() == "Enter" {
            event.prevent_default();
        }
    };
    let copied = RwSignal::new(None::<ConversationId>);
    let copy = move |()| {
        let text = untrack(|| draft.text());
        let id = talk.id.get_untracked();
        let area = draft.area;
        spawn_local(async move {
            if JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok() {
                copied.try_set(id);
            } else if let Some(Some(area)) = area.try_get_untracked() {
                // Without a clipboard (no https) it is selected, so that the keyboard can copy it.
                area.select();
            }
        });
    };
    let what = move || talk.thread.with(|thread| thread.as_ref().map_or("Message", |thread| thread.next.kind.label()));
    let on_its_way =
        move || committer.stage.with(|stage| unknown(stage, committer.pause.get(), "the message was sent"));
    let again = move || committer.is_locked() && !committer.is_sending();
    let has_text = Memo::new(move |_| !draft.text().trim().is_empty());
    let label_id = next_id("box");
    let (cost_id, fault_id) = (next_id("cost"), next_id("fault"));
    let described = format!("{cost_id} {fault_id}");
    view! {
        <div class="composer">
            <div role="status" class="composer-notices">
                <Show when=move || reason.with(Option::is_some)>
                    <div class="notice tone-attention composer-notice">
                        <span>{move || reason.get()}</span>
                        <Show when=move || has_text.get()>
                            <Button on_press=copy>
                                {move || if copied.get() == talk.id.get() { "Copied" } else { "Copy draft" }}
                            </Button>
                        </Show>
                    </div>
                </Show>
                <Show when=move || on_its_way().is_some()>
                    <p class="notice tone-idle">{on_its_way}</p>
                </Show>
            </div>
            <label class="composer-label" for=label_id.clone()>
                {what}
                <span class="visually-hidden">{move || format!(" to {}", isolated(&name.get()))}</span>
            </label>
            <textarea
                node_ref=draft.area
                class="input"
                id=label_id
                rows="3"
                dir="auto"
                aria-describedby=described
                aria-invalid=move || shown().is_some().then_some("true")
                aria-keyshortcuts="Control+Enter"
                prop:value=move || draft.text()
                prop:readOnly=move || talk.lost.with(Option::is_some) || committer.is_locked()
                on:input=move |event| {
                    fault.set(None);
                    draft.write(event_target_value(&event));
                }
                on:keydown=key
            ></textarea>
            <p class="field-error" id=fault_id role="alert">{shown}</p>
            <div class="composer-foot" on:keydown=held on:mousedown=move |event| clicks.set_value(event.detail())>
                <p class="composer-cost" id=cost_id>
                    <span>{move || cost(&draft.text())}</span>
                    {move || dear(&draft.text()).map(|words| view! { <span class="composer-dear">{words}</span> })}
                </p>
                <kbd class="composer-key">"Ctrl+Enter"</kbd>
                <Button
                    kind=Kind::Primary
                    busy=Signal::derive(move || committer.is_sending())
                    disabled=Signal::derive(move || {
                        stopped.get() || unfilled.with(Option::is_some) && !committer.is_locked()
                    })
                    on_press=pressed
                >
                    {move || if again() { "Ask again now" } else { "Send" }}
                </Button>
            </div>
        </div>
    }
    .into_any()
}

/// Milliseconds since the page was opened.
fn moment() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Sends a letter, and answers where.
async fn ask(message: MessageId, letter: Letter) -> Result<ConversationId, ApiError> {
    let Letter { conversation, kind, follow_up, text } = letter;
    send_message(conversation, message, kind, follow_up, Some(text), false).await.map(|_| conversation)
}
