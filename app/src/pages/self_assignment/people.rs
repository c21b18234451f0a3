//! Who joined by the invite link or requested conversations.

use handoff_server::model::self_assignment::{PoolTexter, SelfAssignment};
use leptos::prelude::*;

use super::words::summary;
use crate::ui::{EmptyState, Time, number};

/// Who joined by the invite link or requested conversations.
#[component]
pub fn People(read: Signal<SelfAssignment>) -> impl IntoView {
    let texters = Memo::new(move |_| read.with(|read| read.texters.clone()));
    let some = Memo::new(move |_| texters.with(|texters| !texters.is_empty()));
    let sentence = move || {
        texters.with(|texters| {
            let by_link = texters.iter().filter(|texter| texter.joined_at.is_some()).count();
            let sum = |of: fn(&PoolTexter) -> u32| texters.iter().map(of).fold(0_u32, u32::saturating_add);
            let by_link = u32::try_from(by_link).unwrap_or(u32::MAX);
            summary(by_link, sum(|texter| texter.requests), sum(|texter| texter.requested), number)
        })
    };
    // Rows are made anew when anything in them changes, the name too, which has an address behind it once somebody of the
    // same name joins: there is nothing in them that could have the focus.
    let key = |texter: &PoolTexter| {
        let numbers = (texter.requests, texter.requested, texter.holds);
        (texter.member, texter.name.clone(), texter.joined_at, numbers)
    };
    view! {
        <section class="section pool-section" aria-labelledby="pool-people-title">
            <h2 id="pool-people-title">"Who joined or requested"</h2>
            <Show
                when=move || some.get()
                fallback=|| {
                    view! {
                        <EmptyState title="Nobody yet">
                            <p>"Texters who join by the invite link or request conversations are listed here."</p>
                        </EmptyState>
                    }
                }
            >
                <p class="quiet">{sentence}</p>
                <div class="table-frame">
                    <table class="table pool-people">
                        <thead>
                            <tr>
                                <th scope="col">"Texter"</th>
                                <th scope="col">"Joined"</th>
                                <th scope="col" class="number">"Requests"</th>
                                <th scope="col" class="number">"Requested"</th>
                                <th scope="col" class="number">"Holds now"</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || texters.get() key=key let:texter>
                                <Row texter />
                            </For>
                        </tbody>
                    </table>
                </div>
            </Show>
        </section>
    }
    .into_any()
}

#[component]
fn Row(texter: PoolTexter) -> impl IntoView {
    let PoolTexter { name, joined_at, requests, requested, holds, .. } = texter;
    let joined = match joined_at {
        Some(at) => view! { "By link " <Time at=Signal::stored(at) /> }.into_any(),
        None => view! { <span class="quiet">"Added by an admin"</span> }.into_any(),
    };
    let cell = |label: &'static str, count: u32| {
        view! {
            <td class="number" class:zero=count == 0 data-label=label>
                {number(count)}
            </td>
        }
    };
    view! {
        <tr>
            <th scope="row"><bdi>{name}</bdi></th>
            <td class="joined">{joined}</td>
            {cell("Requests", requests)}
            {cell("Requested", requested)}
            {cell("Holds now", holds)}
        </tr>
    }
    .into_any()
}
