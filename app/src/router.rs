//! Which address is which page.

use leptos::prelude::*;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::path;

use crate::pages::campaign::CampaignFrame;
use crate::pages::lazy::{
    account_page, assignments_page, campaigns_page, contacts_page, history_page, join_page, link_page, message_page,
    messenger_page, number_page, numbers_page, opt_outs_page, organization_page, self_assignment_page, set_up_page,
    settings_page, survey_page, texters_page,
};
use crate::pages::not_found::NotFoundPage;
use crate::pages::overview::OverviewPage;
use crate::pages::sign_in::SignInPage;
use crate::shell::{Admins, Members, Overlays};
use crate::state;

/// A page. Routes of one shape are the same code, whatever their page is.
type Page = fn() -> AnyView;

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
                <Route path=path!("/sign-in") view=(|| SignInPage().into_any()) as Page />
                <Route path=path!("/set-up/:token") view=set_up_page as Page />
                <Route path=path!("/link/:token") view=link_page as Page />
                <Route path=path!("/join/:token") view=join_page as Page />
                <ParentRoute path=path!("") view=(|| Members().into_any()) as Page>
                    <Route path=path!("/") view=(|| view! { <Redirect path="/campaigns" /> }.into_any()) as Page />
                    <Route path=path!("/account") view=account_page as Page />
                    <Route path=path!("/assignments") view=assignments_page as Page />
                    <Route path=path!("/campaigns/:id/messenger") view=messenger_page as Page />
                    <ParentRoute path=path!("/campaigns") view=(|| Admins().into_any()) as Page>
                        <Route path=path!("") view=campaigns_page as Page />
                        <ParentRoute path=path!("/:id") view=(|| CampaignFrame().into_any()) as Page>
                            <Route path=path!("") view=(|| OverviewPage().into_any()) as Page />
                            <Route path=path!("/texters") view=texters_page as Page />
                            <Route path=path!("/self-assignment") view=self_assignment_page as Page />
                            <Route path=path!("/contacts") view=contacts_page as Page />
                            <Route path=path!("/message") view=message_page as Page />
                            <Route path=path!("/survey") view=survey_page as Page />
                            <Route path=path!("/settings") view=settings_page as Page />
                            <Route path=path!("/history") view=history_page as Page />
                        </ParentRoute>
                    </ParentRoute>
                    <ParentRoute path=path!("/organization") view=(|| Admins().into_any()) as Page>
                        <Route path=path!("") view=organization_page as Page />
                    </ParentRoute>
                    <ParentRoute path=path!("/opt-outs") view=(|| Admins().into_any()) as Page>
                        <Route path=path!("") view=opt_outs_page as Page />
                    </ParentRoute>
                    <ParentRoute path=path!("/numbers") view=(|| Admins().into_any()) as Page>
                        <Route path=path!("") view=numbers_page as Page />
                        <Route path=path!("/:phone") view=number_page as Page />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
            <Overlays />
        </Router>
    }
    .into_any()
}
