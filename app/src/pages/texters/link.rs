//! A one-time sign-in link, shown once.

use handoff_core::membership::LinkPassword;
use leptos::prelude::*;

use super::doing::{Doing, Open};
use crate::ui::{Button, CopyField, DialogActions, Kind};

/// A one-time sign-in link, to be passed on.
#[component]
pub fn LinkDialog(doing: Doing) -> impl IntoView {
    let Some(Open::Link(link)) = doing.open.get_untracked() else { return ().into_any() };
    let origin = window().location().origin().unwrap_or_default();
    let address = format!("{origin}{}", link.link);
    let words =
        if link.fresh { "is invited, and comes in with this link. Pass" } else { "can sign in with this link. Pass" };
    let takes = match link.password {
        LinkPassword::New => view! { <p>"It lets them choose a password."</p> }.into_any(),
        LinkPassword::Own => view! {
            <p>
                <strong>{link.email}</strong>
                " has an account on this server already. The link asks for the password of that account: without it nobody comes in."
            </p>
        }
        .into_any(),
    };
    view! {
        <p>
            <strong>{link.name}</strong> " " {words}
            " it on yourself: it works once, within seven days, and is shown only here and now."
        </p>
        {takes}
        <CopyField label="Sign-in link" text=address />
        <DialogActions>
            <Button kind=Kind::Primary on_press=move |()| doing.close()>"Done"</Button>
        </DialogActions>
    }
    .into_any()
}
