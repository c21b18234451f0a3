//! Phone numbers: looking one up, and what unknown ones wrote.

pub mod number;
mod opt;
mod unknown;
mod words;

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

pub use self::number::NumberPage;
use self::unknown::Unknown;
use self::words::looked_up;
pub use self::words::number_href;
use crate::state::session::me;
use crate::ui::{Button, Field, Kind, LinkButton, PageTitle, adopt};
use number::STYLE;

/// Looking up a number, and what unknown numbers wrote.
#[component]
pub fn NumbersPage() -> impl IntoView {
    adopt(STYLE);
    view! {
        <p class="crumb"><a href="/campaigns">"Campaigns"</a></p>
        <div class="page-head">
            <PageTitle title="Phone numbers" />
            <span class="push"></span>
            <LinkButton kind=Kind::Quiet href="/opt-outs">"Opt-outs"</LinkButton>
        </div>
        <LookUp />
        <section class="numbers-section" aria-labelledby="unknown-title">
            <h2 id="unknown-title">"From unknown numbers"</h2>
            <p class="quiet">"What came from numbers that no conversation had. The newest first."</p>
            <Unknown />
        </section>
    }
    .into_any()
}

/// Leads to the page of a number that a person types.
#[component]
fn LookUp() -> impl IntoView {
    let (me, navigate) = (me(), use_navigate());
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let country = me.get_untracked().map(|me| me.country).unwrap_or_default();
        match looked_up(&typed.get_untracked(), &country) {
            Ok(phone) => navigate(&number_href(phone), NavigateOptions::default()),
            Err(fault) => error.set(Some(fault.to_string())),
        }
    };
    let change = move |event| {
        typed.set(event_target_value(&event));
        error.set(None);
    };
    view! {
        <form class="look-up" on:submit=submit novalidate>
            <Field label="Look up a number" error=error let:ids>
                <div class="look-up-row">
                    <input
                        class="input"
                        id=ids.control
                        type="tel"
                        autocomplete="off"
                        placeholder="+1 212 555 0100"
                        aria-describedby=ids.described_by
                        aria-invalid=ids.invalid
                        prop:value=move || typed.get()
                        on:input=change
                    />
                    <Button submit=true>"Look up"</Button>
                </div>
            </Field>
        </form>
    }
    .into_any()
}
