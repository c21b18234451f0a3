//! Fields: a label, a control, a hint and an error, tied together.

use leptos::prelude::*;

use super::next_id;

/// The ids that tie a control to its label, hint and error.
#[derive(Clone, Debug)]
pub struct FieldIds {
    /// The control's own id.
    pub control: String,
    /// For `aria-describedby`.
    pub described_by: Signal<Option<String>>,
    /// For `aria-invalid`.
    pub invalid: Signal<Option<&'static str>>,
}

/// A label, a control, a hint and an error.
#[component]
pub fn Field<V: IntoView + 'static>(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with the answer.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// The control, which puts the ids on itself.
    children: impl FnOnce(FieldIds) -> V + 'static,
) -> impl IntoView {
    // One body for every control: made anew for each kind of view, it takes the compiler minutes.
    around(label, hint, error, Box::new(move |ids| children(ids).into_any()))
}

fn around(
    label: Signal<String>,
    hint: MaybeProp<String>,
    error: MaybeProp<String>,
    children: Box<dyn FnOnce(FieldIds) -> AnyView>,
) -> AnyView {
    let control = next_id("field");
    let (hint_id, error_id) = (format!("{control}-hint"), format!("{control}-error"));
    let described_by = {
        let (hint_id, error_id) = (hint_id.clone(), error_id.clone());
        Signal::derive(move || match (hint.get(), error.get()) {
            (None, None) => None,
            (Some(_), None) => Some(hint_id.clone()),
            (None, Some(_)) => Some(error_id.clone()),
            (Some(_), Some(_)) => Some(format!("{error_id} {hint_id}")),
        })
    };
    let invalid = Signal::derive(move || error.get().map(|_| "true"));
    let ids = FieldIds { control: control.clone(), described_by, invalid };
    view! {
        <div class="field">
            <label class="field-label" for=control>{move || label.get()}</label>
            {children(ids)}
            <p class="field-error" id=error_id role="alert">{move || error.get()}</p>
            {move || hint.get().map(|hint| view! { <p class="field-hint" id=hint_id.clone()>{hint}</p> })}
        </div>
    }
    .into_any()
}

/// A field for one line of text.
#[component]
pub fn TextField(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    value: RwSignal<String>,
    /// `text`, `email`, `password` …
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with the answer.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// Whether the page cannot go on without it.
    #[prop(optional)]
    required: bool,
    /// Whether it has the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// The name under which the browser remembers it.
    #[prop(optional)]
    name: &'static str,
) -> impl IntoView {
    let input = NodeRef::<leptos::html::Input>::new();
    if autofocus {
        input.on_load(|input| focus_soon(input.into()));
    }
    view! {
        <Field label hint error let:ids>
            <input
                node_ref=input
                class="input"
                id=ids.control
                dir=if kind == "text" { Some("auto") } else { None }
                type=kind
                name=name
                autocomplete=autocomplete
                autocapitalize=if kind == "text" { "sentences" } else { "none" }
                spellcheck=if kind == "text" { None } else { Some("false") }
                aria-required=required.then_some("true")
                aria-describedby=ids.described_by
                aria-invalid=ids.invalid
                bind:value=value
            />
        </Field>
    }
    .into_any()
}

/// Focuses an element once it is in the document.
pub fn focus_soon(element: web_sys::HtmlElement) {
    request_animation_frame(move || {
        if let Err(error) = element.focus() {
            leptos::logging::warn!("could not focus: {error:?}");
        }
    });
}

/// A field for one of several answers.
#[component]
pub fn SelectField<T: Clone + PartialEq + Send + Sync + 'static>(
    /// What is asked for.
    #[prop(into)]
    label: Signal<String>,
    /// The answers and their words.
    #[prop(into)]
    options: Signal<Vec<(T, String)>>,
    /// The answer.
    value: RwSignal<T>,
    /// What helps to answer.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong with the answer.
    #[prop(optional, into)]
    error: MaybeProp<String>,
) -> impl IntoView {
    view! {
        <Field label hint error let:ids>
            <Select id=ids.control options value described_by=ids.described_by invalid=ids.invalid />
        </Field>
    }
    .into_any()
}

/// One of several answers, without a label of its own: give it one with `name`.
#[component]
pub fn Select<T: Clone + PartialEq + Send + Sync + 'static>(
    /// The answers and their words.
    #[prop(into)]
    options: Signal<Vec<(T, String)>>,
    /// The answer.
    value: RwSignal<T>,
    /// Its id.
    #[prop(optional, into)]
    id: Option<String>,
    /// What a screen reader calls it, if no label does.
    #[prop(optional, into)]
    name: MaybeProp<String>,
    /// Its hint and error.
    #[prop(optional, into)]
    described_by: Signal<Option<String>>,
    /// Whether the answer is wrong.
    #[prop(optional, into)]
    invalid: Signal<Option<&'static str>>,
) -> impl IntoView {
    let choose = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().ok();
        if let Some((answer, _)) = chosen.and_then(|at| options.with_untracked(|all| all.get(at).cloned())) {
            value.set(answer);
        }
    };
    view! {
        <span class="select">
            <select
                class="input"
                id=id
                aria-label=move || name.get()
                aria-describedby=described_by
                aria-invalid=invalid
                on:change=choose
            >
                {move || {
                    options
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(at, (answer, words))| {
                            view! {
                                <option value=at.to_string() prop:selected=move || value.with(|value| *value == answer)>
                                    {words}
                                </option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </span>
    }
    .into_any()
}

/// A box that narrows a list down.
#[component]
pub fn SearchBox(
    /// What it searches.
    #[prop(into)]
    label: Signal<String>,
    /// What is searched for.
    #[prop(into)]
    value: Signal<String>,
    /// Takes what is searched for.
    #[prop(into)]
    on_search: Callback<String>,
) -> impl IntoView {
    view! {
        <input
            class="input search-box"
            dir="auto"
            type="search"
            autocomplete="off"
            spellcheck="false"
            aria-label=move || label.get()
            placeholder=move || label.get()
            prop:value=move || value.get()
            on:input=move |event| on_search.run(event_target_value(&event))
        />
    }
    .into_any()
}
