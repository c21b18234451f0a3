//! Data of a page: a skeleton, then the data, or the error with another try.

use std::sync::Arc;

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
    show(query, skeleton, Arc::new(move |data| children(data).into_any()))
}

fn show<T>(
    query: Query<T>,
    skeleton: Option<ViewFn>,
    children: Arc<dyn Fn(Signal<T>) -> AnyView + Send + Sync>,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let state = Memo::new(move |_| match (query.data.with(Option::is_some), query.error.get()) {
        (true, _) => Ok(true),
        (false, None) => Ok(false),
        (false, Some(error)) => Err(error),
    });
    (move || match state.get() {
        Ok(true) => {
            let Some(first) = query.data.get_untracked() else { return ().into_any() };
            // Data is never taken away again, so the first answer only stands in until the memo has run.
            let data = Memo::new(move |_| query.data.get().unwrap_or_else(|| first.clone()));
            children(data.into())
        }
        Ok(false) => skeleton.as_ref().map_or_else(|| view! { <SkeletonRows /> }.into_any(), ViewFn::run),
        Err(error) => view! { <ErrorState error on_retry=move |()| query.refetch() /> }.into_any(),
    })
    .into_any()
}
