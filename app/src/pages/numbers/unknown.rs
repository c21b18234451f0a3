//! What unknown numbers wrote, page by page.

use handoff_core::MessageId;
use handoff_server::api::inbound::list_unknown;
use handoff_server::model::ApiError;
use handoff_server::model::inbound::{UnknownMessage, UnknownPage};
use leptos::prelude::*;

use super::words::number_href;
use crate::state::live::Live;
use crate::state::query::Query;
use crate::ui::{Button, EmptyState, Load, Time};

/// So many pages one after the other.
async fn pages(count: u32) -> Result<UnknownPage, ApiError> {
    let mut all = UnknownPage { messages: Vec::new(), more: true };
    for _ in 0..count {
        let before: Option<MessageId> = all.messages.last().map(|message| message.id);
        let page = list_unknown(before).await?;
        all.messages.extend(page.messages);
        all.more = page.more;
        if !all.more {
            break;
        }
    }
    Ok(all)
}

/// What unknown numbers wrote, the newest first.
#[component]
pub fn Unknown() -> impl IntoView {
    let count = RwSignal::new(1);
    let query = Query::new(move || pages(count.get()));
    Live::expect().follow_all(query);
    view! {
        <Load query let:page>
            <Show
                when=move || page.with(|page| !page.messages.is_empty())
                fallback=|| {
                    view! {
                        <EmptyState title="No unknown number has written.">
                            <p>"What a number writes stands here when no conversation of the organization has it."</p>
                        </EmptyState>
                    }
                }
            >
                <ol class="unknown-list">
                    <For each=move || page.with(|page| page.messages.clone()) key=|message| message.id let:message>
                        <li><Row message /></li>
                    </For>
                </ol>
                <div class="numbers-older">
                    <Show
                        when=move || page.with(|page| page.more)
                        fallback=|| view! { <p class="small quiet">"That is all."</p> }
                    >
                        <Button busy=query.loading on_press=move |()| count.update(|count| *count += 1)>"Show older"</Button>
                    </Show>
                </div>
            </Show>
        </Load>
    }
    .into_any()
}

#[component]
fn Row(message: UnknownMessage) -> impl IntoView {
    view! {
        <a class="unknown-number" href=number_href(message.phone)>{message.phone.readable()}</a>
        <span class="unknown-time"><Time at=Signal::stored(message.at) /></span>
        <p class="unknown-text">{message.body}</p>
    }
    .into_any()
}
