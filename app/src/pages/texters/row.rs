//! A texter in the table.

use std::collections::HashMap;

use handoff_core::MemberId;
use handoff_core::membership::Membership;
use handoff_core::naming::isolated;
use handoff_core::permission::Role;
use handoff_server::model::member::MemberRow;
use leptos::prelude::*;

use super::called::Called;
use super::doing::{Doing, Open};
use crate::ui::{Badge, Dotted, Kind, Menu, MenuItem, Time, Tone, number};

/// A texter in the table.
#[component]
pub fn Row(id: MemberId, by_id: Memo<HashMap<MemberId, Called>>, doing: Doing) -> impl IntoView {
    let first = by_id.with_untracked(|all| all.get(&id).cloned())?;
    let called = Memo::new(move |_| by_id.with(|all| all.get(&id).cloned()).unwrap_or_else(|| first.clone()));
    let row = Memo::new(move |_| called.with(|(row, _)| row.clone()));
    let name = move || called.with(|(_, name)| name.clone());
    let status = Memo::new(move |_| {
        row.with(|row| {
            let tone = match row.membership {
                Membership::Invited => Tone::Idle,
                Membership::Active => Tone::Good,
                Membership::Deactivated | Membership::Withdrawn => Tone::Neutral,
            };
            (tone, row.membership.label())
        })
    });
    let last = move || match row.with(|row| row.last_active) {
        Some(at) => view! { <Time at /> }.into_any(),
        None => view! { <span class="quiet">"Never"</span> }.into_any(),
    };
    let items = move || {
        // What is said of them in dialogs and messages tells them from others of their name.
        let now = MemberRow { name: name(), ..row.get() };
        let (link, off, on, gone) = (now.clone(), now.clone(), now.clone(), now.clone());
        view! {
            {now
                .membership
                .is_let_in()
                .then(|| view! { <MenuItem on_press=move |()| doing.renew.run(link.clone())>"New sign-in link"</MenuItem> })}
            {if now.membership.is_let_in() {
                let words = if now.membership.is_invited() { "Withdraw invitation…" } else { "Deactivate…" };
                view! {
                    <MenuItem danger=true on_press=move |()| doing.ask(Open::Deactivate(off.clone()))>{words}</MenuItem>
                }
                    .into_any()
            } else {
                let words = if now.membership.is_invited() { "Invite again" } else { "Activate" };
                view! { <MenuItem on_press=move |()| doing.activate.run((on.clone(), true))>{words}</MenuItem> }.into_any()
            }}
            <MenuItem danger=true on_press=move |()| doing.ask(Open::Remove(gone.clone()))>"Remove from campaign…"</MenuItem>
        }
    };
    Some(
        view! {
            <tr>
                <th scope="row">
                    <bdi>{move || row.with(|row| row.name.clone())}</bdi> " "
                    {move || row.with(|row| row.role == Role::Admin).then(|| view! { <Badge>"Admin"</Badge> })}
                    <span class="email">{move || row.with(|row| row.email.clone())}</span>
                </th>
                <td>
                    <Dotted tone=Signal::derive(move || status.get().0)>{move || status.get().1}</Dotted>
                </td>
                <td class="number" class:zero=move || row.with(|row| row.holds == 0) data-label="Holds">
                    {move || number(row.with(|row| row.holds))}
                </td>
                <td class="optional">{last}</td>
                <td class="actions">
                    <Menu
                        kind=Kind::Quiet
                        icon=true
                        label=Signal::derive(move || format!("Actions for {}", isolated(&name())))
                        button=|| view! { <span class="dots-sign" aria-hidden="true"></span> }
                    >
                        {items}
                    </Menu>
                </td>
            </tr>
        }
        .into_any(),
    )
}
