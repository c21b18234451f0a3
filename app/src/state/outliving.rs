//! What goes on after the dialog that began it was closed.

use leptos::prelude::*;

#[derive(Clone)]
struct App(Owner);

/// Notes what lives as long as the app. Once, at the root.
pub fn provide() {
    if let Some(owner) = Owner::current() {
        provide_context(App(owner));
    }
}

/// Makes signals and callbacks that stay when the component that makes them is gone.
///
/// For what must come to its end, such as an act whose outcome nobody knows yet. It is kept until the tab is closed,
/// so it has to be small.
pub fn outliving<T>(make: impl FnOnce() -> T) -> T {
    match use_context::<App>() {
        Some(App(owner)) => owner.with(make),
        None => make(),
    }
}
