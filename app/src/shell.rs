//! What stands around the pages: the bar at the top, messages, the dialog that signs in again.

mod bar;
mod expired;
mod toast_region;

use std::cell::Cell;

use handoff_core::permission::Act;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::{use_location, use_navigate};
use web_sys::HtmlElement;

use self::bar::Bar;
use self::expired::SignInAgain;
use self::toast_region::ToastRegion;
use crate::state::live::Live;
use crate::state::session::{Who, session};
use crate::state::version::{newer_version, reload};
use crate::ui::{Banner, Button, ErrorState, Kind, SkeletonRows, focus_soon};

thread_local! {
    // The first page of a visit leaves the focus at the top of the document, as any document does.
    static NAVIGATED: Cell<bool> = const { Cell::new(false) };
}

/// Moves the focus to the heading of a page, if it was navigated to within the app.
pub fn focus_after_navigation(heading: HtmlElement) {
    if NAVIGATED.replace(true) && document().query_selector("dialog[open]").ok().flatten().is_none() {
        focus_soon(heading);
    }
}

/// The pages of members: whoever is not signed in is sent to the sign-in page, and back afterwards.
#[component]
pub fn Members() -> impl IntoView {
    let session = session();
    // A member stays on the page when their session ends: the dialog above it signs them in again.
    let state = Memo::new(move |_| match session.who.get() {
        Who::Member(_) => Ok(true),
        Who::Asking => Ok(false),
        Who::Nobody => Err(None),
        Who::Failed(error) => Err(Some(error)),
    });
    move || match state.get() {
        Ok(true) => view! { <Frame /> }.into_any(),
        Ok(false) => view! { <main class="page"><SkeletonRows /></main> }.into_any(),
        Err(None) => view! { <ToSignIn /> }.into_any(),
        Err(Some(error)) => {
            view! { <main class="page"><ErrorState error on_retry=move |()| session.ask() /></main> }.into_any()
        }
    }
}

#[component]
fn ToSignIn() -> impl IntoView {
    let (location, navigate) = (use_location(), use_navigate());
    let here = format!("{}{}", location.pathname.get_untracked(), location.query.get_untracked().to_query_string());
    // After signing out the page for it is already there: it leads to itself otherwise.
    let address = if here == "/" || location.pathname.get_untracked() == "/sign-in" {
        "/sign-in".to_owned()
    } else {
        format!("/sign-in?next={}", String::from(js_sys::encode_uri_component(&here)))
    };
    request_animation_frame(move || {
        navigate(&address, leptos_router::NavigateOptions { replace: true, ..Default::default() });
    });
}

#[component]
fn Frame() -> impl IntoView {
    // Whoever listens is online: also a texter, whose pages have nothing to fetch afresh.
    Live::expect();
    let newer = newer_version();
    let main = NodeRef::<html::Main>::new();
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if let Some(main) = main.get_untracked() {
            focus_soon(main);
        }
    };
    view! {
        <a class="skip-link" href="#main" on:click=skip>"Skip to content"</a>
        <Bar />
        <Show when=move || newer.get()>
            <Banner>
                <span>"A new version of Handoff is ready."</span>
                <Button kind=Kind::Quiet on_press=move |()| reload()>"Reload"</Button>
            </Banner>
        </Show>
        <main node_ref=main class="page" id="main" tabindex="-1">
            <Outlet />
        </main>
    }
    .into_any()
}

/// The pages of admins. Texters are led to their own.
#[component]
pub fn Admins() -> impl IntoView {
    let session = session();
    let admin = Memo::new(move |_| session.may(Act::ManageCampaigns));
    move || {
        if admin.get() {
            view! { <Outlet /> }.into_any()
        } else {
            view! { <Redirect path="/assignments" /> }.into_any()
        }
    }
}

/// What lies above every page.
#[component]
pub fn Overlays() -> impl IntoView {
    view! {
        <ToastRegion />
        <SignInAgain />
    }
    .into_any()
}
