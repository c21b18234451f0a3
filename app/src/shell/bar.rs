//! The bar at the top: where one is, and who one is.

use handoff_core::naming::isolated;
use handoff_core::permission::Act;
use handoff_server::api::session::sign_out;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

use crate::state::session::{me, session};
use crate::state::task::Task;
use crate::state::theme::{Theme, theme};
use crate::state::toasts::toasts;
use crate::ui::{Kind, Menu, MenuHeading, MenuItem, MenuLink};

/// The bar at the top.
#[component]
pub fn Bar() -> impl IntoView {
    let (session, me, theme, toasts) = (session(), me(), theme(), toasts());
    let path = use_location().pathname;
    let navigate = use_navigate();
    let leaving = Task::new();
    let leave = Callback::new(move |()| {
        let navigate = navigate.clone();
        leaving.run(sign_out, move |()| {
            session.signed_out();
            navigate("/sign-in", leptos_router::NavigateOptions::default());
        });
    });
    Effect::new(move |_| {
        if let Some(error) = leaving.error.get() {
            toasts.say(error.to_string());
        }
    });
    let name = move || me.get().map(|me| me.name).unwrap_or_default();
    let organization = move || me.get().map(|me| me.organization_name).unwrap_or_default();
    let email = move || me.get().map(|me| me.email).unwrap_or_default();
    let here = move || path.with(|path| path.starts_with("/campaigns")).then_some("page");
    view! {
        <header class="bar">
            <a class="mark" href="/" aria-label="Handoff, home">
                <span class="mark-sign" aria-hidden="true"></span>
                <span class="mark-word">"Handoff"</span>
            </a>
            <span class="bar-organization">{organization}</span>
            <nav class="bar-nav" aria-label="Main">
                <Show when=move || session.may(Act::ManageCampaigns)>
                    <a href="/campaigns" aria-current=here>"Campaigns"</a>
                </Show>
            </nav>
            <Menu
                kind=Kind::Quiet
                label=Signal::derive(move || format!("Account of {}", isolated(&name())))
                button=move || view! { <span class="bar-person">{name}</span><span class="caret" aria-hidden="true"></span> }
            >
                <MenuHeading>{email}</MenuHeading>
                <MenuLink href="/account">"Account"</MenuLink>
                <Show when=move || session.may(Act::ManageOrganization)>
                    <MenuLink href="/organization">"Organization"</MenuLink>
                </Show>
                <hr />
                <MenuHeading>"Appearance"</MenuHeading>
                {Theme::ALL
                    .map(|choice| {
                        let chosen = move || theme.get() == choice;
                        view! {
                            <MenuItem on_press=move |()| theme.set(choice)>
                                {choice.label()}
                                {move || chosen().then(|| view! { <span class="menu-check">"✓"</span><span class="visually-hidden">" (chosen)"</span> })}
                            </MenuItem>
                        }
                    })
                    .collect_view()}
                <hr />
                <MenuItem on_press=leave>"Sign out"</MenuItem>
            </Menu>
        </header>
    }
    .into_any()
}
