//! A question before something that hurts.

use handoff_server::model::ApiError;
use leptos::prelude::*;

use super::{Button, Dialog, DialogActions, ErrorNote, Kind};

/// A question before something that hurts. The button says what it does.
#[component]
pub fn Confirm(
    /// Whether it is asked.
    #[prop(into)]
    open: Signal<bool>,
    /// What is asked.
    #[prop(into)]
    title: Signal<String>,
    /// What follows from it, in a sentence or two.
    #[prop(into)]
    text: Signal<String>,
    /// What the button says.
    #[prop(into)]
    button: Signal<String>,
    /// Whether it destroys or ends something.
    #[prop(optional)]
    danger: bool,
    /// Whether it is being done.
    #[prop(into)]
    busy: Signal<bool>,
    /// Why it failed.
    #[prop(into)]
    error: Signal<Option<ApiError>>,
    /// Takes the no.
    #[prop(into)]
    on_close: Callback<()>,
    /// Takes the yes.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog open title on_close>
            <p>{move || text.get()}</p>
            <ErrorNote error />
            <DialogActions>
                <Button on_press=on_close>"Cancel"</Button>
                <Button kind=if danger { Kind::Danger } else { Kind::Primary } busy on_press=on_confirm>
                    {move || button.get()}
                </Button>
            </DialogActions>
        </Dialog>
    }
    .into_any()
}
