//! Data of a page: a skeleton, then the data, or the error with another try.

use std::sync::Arc;

use handoff_server::model::ApiError;
use leptos::prelude::*;

use super::{ErrorState, SkeletonRows};
use crate::state::query::Query;

/// Shows a query: a skeleton until the first answer, an error with another try, or what `children` make of
/// the data. They are made once, and follow the data through the signal.
#[component]
pub fn Load<T, V>(
    /// The query.
    query: Query<T>,
    /// What stands there until the first answer.
    #[prop(optional, into)]
    skeleton: Option<ViewFn>,
    /// What is made of the data.
    children: impl Fn(Signal<T>) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let make = move || {
        let Some(first) = query.data.get_untracked() else { return ().into_any() };
        // Data is never taken away again, so the first answer only stands in until the memo has run.
        let data = Memo::new(move |_| query.data.get().unwrap_or_else(|| first.clone()));
        children(data.into()).into_any()
    };
    let there = Signal::derive(move || query.data.with(Option::is_some));
    show(there, query.error, Callback::new(move |()| query.refetch()), skeleton, Arc::new(make))
}

fn show(
    there: Signal<bool>,
    error: RwSignal<Option<ApiError>>,
    on_retry: Callback<()>,
    skeleton: Option<ViewFn>,
    make: Arc<dyn Fn() -> AnyView + Send + Sync>,
) -> AnyView {
    let state = Memo::new(move |_| match (there.get(), error.get()) {
        (true, _) => Ok(true),
        (false, None) => Ok(false),
        (false, Some(error)) => Err(error),
    });
    (move || match state.get() {
        Ok(true) => make(),
        Ok(false) => skeleton.as_ref().map_or_else(|| view! { <SkeletonRows /> }.into_any(), ViewFn::run),
        Err(error) => view! { <ErrorState error on_retry /> }.into_any(),
    })
    .into_any()
}
