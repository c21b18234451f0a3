//! Which address is which page.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::pages::campaign::CampaignFrame;
use crate::pages::campaigns::CampaignsPage;
use crate::pages::lazy::{
    account_page, contacts_page, history_page, link_page, message_page, set_up_page, texters_page,
};
use crate::pages::not_found::NotFoundPage;
use crate::pages::overview::OverviewPage;
use crate::pages::sign_in::SignInPage;
use crate::shell::{Admins, Members, Overlays};
use crate::state;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    state::outliving::provide();
    state::theme::provide();
    state::clock::provide();
    state::toasts::provide();
    state::live::Live::provide();
    state::session::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage /> }>
                <Route path=path!("/sign-in") view=SignInPage />
                <Route path=path!("/set-up/:token") view=set_up_page />
                <Route path=path!("/link/:token") view=link_page />
                <ParentRoute path=path!("") view=Members>
                    <Route path=path!("/") view=|| view! { <Redirect path="/campaigns" /> } />
                    <Route path=path!("/account") view=account_page />
                    <ParentRoute path=path!("/campaigns") view=Admins>
                        <Route path=path!("") view=CampaignsPage />
                        <ParentRoute path=path!("/:id") view=CampaignFrame>
                            <Route path=path!("") view=OverviewPage />
                            <Route path=path!("/texters") view=texters_page />
                            <Route path=path!("/contacts") view=contacts_page />
                            <Route path=path!("/message") view=message_page />
                            <Route path=path!("/history") view=history_page />
                        </ParentRoute>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
            <Overlays />
        </Router>
    }
    .into_any()
}
