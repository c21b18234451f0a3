//! Removing a texter from the campaign.

use handoff_server::model::member::MemberRow;
use leptos::prelude::*;

use super::doing::{Doing, Open};
use crate::moving::removal::RemovalDialog;
use crate::pages::campaign::campaign_page;
use crate::state::query::Query;

/// Removing a texter, with saying where what they hold goes.
#[component]
pub fn RemoveDialog(members: Query<Vec<MemberRow>>, doing: Doing) -> impl IntoView {
    let id = campaign_page().id;
    let asked = Memo::new(move |_| match doing.open.get() {
        Some(Open::Remove(row)) => Some(row),
        _ => None,
    });
    let done = Callback::new(move |removed: bool| {
        doing.close();
        if removed {
            members.refetch();
        }
    });
    move || asked.get().map(|row| view! { <RemovalDialog campaign=id member=row.id name=row.name on_done=done /> })
}
