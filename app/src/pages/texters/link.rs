//! A one-time sign-in link, shown once.

use leptos::prelude::*;

use super::{Doing, Open};
use crate::ui::{Button, CopyField, DialogActions, Kind};

/// A one-time sign-in link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// Whose.
    pub name: String,
    /// Its path.
    pub link: String,
    /// Whether the member is new.
    pub fresh: bool,
}

/// A one-time sign-in link, to be passed on.
#[component]
pub fn LinkDialog(doing: Doing) -> impl IntoView {
    let Some(Open::Link(link)) = doing.open.get_untracked() else { return ().into_any() };
    let origin = window().location().origin().unwrap_or_default();
    let address = format!("{origin}{}", link.link);
    let words = if link.fresh { "was created. Pass" } else { "can sign in with this link. Pass" };
    view! {
        <p>
            <strong>{link.name}</strong> " " {words}
            " it on yourself: it works once, lets them choose a password, and is shown only here and now."
        </p>
        <CopyField label="Sign-in link" text=address />
        <DialogActions>
            <Button kind=Kind::Primary on_press=move |()| doing.close()>"Done"</Button>
        </DialogActions>
    }
    .into_any()
}
