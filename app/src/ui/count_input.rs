//! A number as a slider and a box that stay together.

use leptos::prelude::*;

use super::next_id;

/// A number from 1 to `max`, as a slider and a box that stay together.
///
/// The box keeps what was typed, also when it is no number: `value` is then `None`.
#[component]
pub fn CountInput(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The number, or nothing if the box holds none.
    value: RwSignal<Option<u32>>,
    /// The largest that makes sense. More may be typed; the page says what comes of it.
    #[prop(into)]
    max: Signal<u32>,
    /// What is wrong with the number.
    #[prop(optional, into)]
    error: MaybeProp<String>,
) -> impl IntoView {
    let id = next_id("count");
    let error_id = format!("{id}-error");
    let text = RwSignal::new(value.get_untracked().map(|number| number.to_string()).unwrap_or_default());
    // What others set shows in the box; what is typed is left as it is.
    Effect::new(move |_| {
        let number = value.get();
        if text.with_untracked(|text| text.trim().parse::<u32>().ok()) != number && number.is_some() {
            text.set(number.map(|number| number.to_string()).unwrap_or_default());
        }
    });
    let typed = move |event| {
        let now = event_target_value(&event);
        value.set(now.trim().parse::<u32>().ok());
        text.set(now);
    };
    let slid = move |event| {
        if let Ok(number) = event_target_value(&event).parse::<u32>() {
            value.set(Some(number));
            text.set(number.to_string());
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{move || label.get()}</label>
            <div class="count-input">
                <input
                    type="range"
                    min="1"
                    max=move || max.get().max(1).to_string()
                    aria-label=move || format!("{}, slider", label.get())
                    prop:value=move || value.get().unwrap_or(1).min(max.get()).to_string()
                    on:input=slid
                />
                <input
                    class="input number"
                    id=id
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    aria-describedby=error_id.clone()
                    aria-invalid=move || error.get().map(|_| "true")
                    prop:value=move || text.get()
                    on:input=typed
                />
            </div>
            <p class="field-error" id=error_id role="alert">{move || error.get()}</p>
        </div>
    }
}
