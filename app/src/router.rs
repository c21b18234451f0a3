//! Which address is which page.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::pages::account::AccountPage;
use crate::pages::campaign::CampaignFrame;
use crate::pages::campaigns::CampaignsPage;
use crate::pages::contacts::ContactsPage;
use crate::pages::history::HistoryPage;
use crate::pages::link::LinkPage;
use crate::pages::message::MessagePage;
use crate::pages::not_found::NotFoundPage;
use crate::pages::overview::OverviewPage;
use crate::pages::set_up::SetUpPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::texters::TextersPage;
use crate::shell::{Admins, Members, Overlays};
use crate::state;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    state::theme::provide();
    state::clock::provide();
    state::toasts::provide();
    state::live::Live::provide();
    state::session::provide();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage /> }>
                <Route path=path!("/sign-in") view=SignInPage />
                <Route path=path!("/set-up/:token") view=SetUpPage />
                <Route path=path!("/link/:token") view=LinkPage />
                <ParentRoute path=path!("") view=Members>
                    <Route path=path!("/") view=|| view! { <Redirect path="/campaigns" /> } />
                    <Route path=path!("/account") view=AccountPage />
                    <ParentRoute path=path!("/campaigns") view=Admins>
                        <Route path=path!("") view=CampaignsPage />
                        <ParentRoute path=path!("/:id") view=CampaignFrame>
                            <Route path=path!("") view=OverviewPage />
                            <Route path=path!("/texters") view=TextersPage />
                            <Route path=path!("/contacts") view=ContactsPage />
                            <Route path=path!("/message") view=MessagePage />
                            <Route path=path!("/history") view=HistoryPage />
                        </ParentRoute>
                    </ParentRoute>
                </ParentRoute>
            </Routes>
            <Overlays />
        </Router>
    }
    .into_any()
}
