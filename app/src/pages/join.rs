//! An invite link: who opens it signs up or in, joins the campaign, and stands in the messenger.

pub mod arrival;
mod asked;
mod elsewhere;
mod forms;
mod joining;

use handoff_core::naming::isolated;
use handoff_core::self_assignment::NoPlace;
use handoff_server::api::invites::read_invite;
use handoff_server::model::ApiError;
use handoff_server::model::invite::{Invitation, InviteError, Visitor};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::asked::AskAdmin;
use self::elsewhere::AskElsewhere;
use self::forms::{Newcomer, Typed};
use self::joining::{Link, joining};
use crate::state::query::Query;
use crate::state::session::{Who, session};
use crate::state::task::Task;
use crate::ui::{Button, ErrorNote, GateMark, Kind, LinkButton, Load, PageTitle, adopt};

/// The title of the page that says why nobody gets in.
const fn title(error: InviteError) -> &'static str {
    match error {
        InviteError::Unknown => "This link is not known",
        InviteError::Disabled => "This link does not work any more",
        InviteError::NoPlace(NoPlace::Full) => "Everybody whom this link was for has joined",
        InviteError::NoPlace(NoPlace::TooMany { .. }) => "Many people are joining right now",
        InviteError::Off => "This campaign takes nobody at the moment",
        InviteError::Archived => "This campaign is over",
        InviteError::Deactivated => "Your account is deactivated",
        InviteError::Invited => "You have a link of your own",
        InviteError::Removed => "You were taken off this campaign",
        InviteError::NotConfirmed | InviteError::SignIn => "That did not work",
    }
}

/// An invite link.
#[component]
pub fn JoinPage() -> impl IntoView {
    adopt(include_str!("../../../style/join.css"));
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token")).unwrap_or_default());
    let invitation = Query::new(move || read_invite(token.get()));
    let link = Link { token, invitation, refused: RwSignal::new(None) };
    let dead = Memo::new(move |_| match invitation.error.get() {
        Some(ApiError::Invite(error)) => Some(error),
        _ => link.refused.get(),
    });
    let failed = move || invitation.data.with(Option::is_none) && invitation.error.with(Option::is_some);
    let body = move || match dead.get() {
        Some(error) => view! { <Dead error /> }.into_any(),
        None => view! {
            <Show when=failed>
                <PageTitle title="Join a campaign" />
            </Show>
            <Load query=invitation skeleton=coming let:invitation>
                <Invited link invitation />
            </Load>
        }
        .into_any(),
    };
    view! {
        <main class="gate join">
            <GateMark />
            {body}
        </main>
    }
    .into_any()
}

fn coming() -> AnyView {
    view! { <p class="quiet" role="status">"Looking at your invitation …"</p> }.into_any()
}

#[component]
fn Invited(link: Link, invitation: Signal<Invitation>) -> impl IntoView {
    let typed = Typed::new();
    let visitor = Memo::new(move |_| invitation.with(|invitation| invitation.visitor.clone()));
    let name = Signal::derive(move || invitation.with(|invitation| invitation.name.clone()));
    let organization = Signal::derive(move || invitation.with(|invitation| invitation.organization_name.clone()));
    move || match visitor.get() {
        Visitor::SignedOut => view! { <Newcomer link typed name organization /> }.into_any(),
        Visitor::Elsewhere { name: called, email, organization_name: other } => {
            view! { <AskElsewhere link name organization called email other /> }.into_any()
        }
        Visitor::Admin => view! { <AskAdmin link name /> }.into_any(),
        Visitor::Member => view! { <Joining link name /> }.into_any(),
    }
}

/// Joins at once: nobody has to be asked.
#[component]
fn Joining(link: Link, name: Signal<String>) -> impl IntoView {
    let task = Task::new();
    let join = joining(link, task, name, false);
    join.run(());
    view! {
        <PageTitle title=Signal::derive(move || format!("Join {}", isolated(&name.get()))) />
        <Show
            when=move || task.error.with(Option::is_some)
            fallback=|| view! { <p class="quiet" role="status">"Joining, and requesting your first conversations …"</p> }
        >
            <ErrorNote error=task.error />
            <Button kind=Kind::Primary busy=task.busy on_press=join>"Try again"</Button>
        </Show>
    }
}

/// Nobody gets in: why, and what to do.
#[component]
fn Dead(error: InviteError) -> impl IntoView {
    let session = session();
    let signed_in = move || session.who.with(|who| matches!(who, Who::Member(_)));
    let href = Signal::derive(move || if signed_in() { "/" } else { "/sign-in" }.to_owned());
    view! {
        <PageTitle title=title(error) />
        <p>{error.to_string()}</p>
        <p>
            <LinkButton href>
                {move || if signed_in() { "Go to your work" } else { "Go to the sign-in page" }}
            </LinkButton>
        </p>
    }
}
