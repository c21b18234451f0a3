//! The form that asks for the name of a campaign: to create one, to rename one, to copy one.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use crate::state::task::Task;
use crate::ui::{Button, DialogActions, ErrorNote, Kind, TextField, field_error};

/// The form that asks for the name of a campaign, inside of a dialog.
#[component]
pub fn NameForm(
    /// What stands in the field at first.
    #[prop(into)]
    name: String,
    /// What is said beneath the field.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// The words on the button.
    button: &'static str,
    /// What happens with the name.
    task: Task,
    /// Does it.
    #[prop(into)]
    on_submit: Callback<String>,
    /// Closes the dialog.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    let name = RwSignal::new(name);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_submit.run(name.get_untracked());
    };
    view! {
        <form class="form" on:submit=submit>
            <TextField
                label="Name"
                hint
                value=name
                error=field_error(task.error, "name")
                autofocus=true
                required=true
            />
            <ErrorNote error=task.error fields=&["name"] />
            <DialogActions>
                <Button on_press=on_cancel>"Cancel"</Button>
                <Button kind=Kind::Primary submit=true busy=task.busy>{button}</Button>
            </DialogActions>
        </form>
    }
    .into_any()
}
