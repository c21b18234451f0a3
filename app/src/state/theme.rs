//! Light, dark, or as the system is. The choice is kept on this browser.

use leptos::prelude::*;

const KEY: &str = "handoff-theme";

/// How the pages look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order on screen.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The words on screen.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Reads the kept choice and follows it. Once, at the root.
pub fn provide() {
    let storage = || window().local_storage().ok().flatten();
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    let theme = Theme::ALL.into_iter().find(|theme| Some(theme.name()) == kept.as_deref()).unwrap_or_default();
    let theme = RwSignal::new(theme);
    provide_context(theme);
    Effect::new(move |_| {
        let theme = theme.get();
        if let Some(root) = document().document_element()
            && let Err(error) = root.set_attribute("data-theme", theme.name())
        {
            leptos::logging::warn!("could not set the theme: {error:?}");
        }
        // Without storage (some private windows) the choice lasts as long as the page.
        if let Some(Err(error)) = storage().map(|storage| storage.set_item(KEY, theme.name())) {
            leptos::logging::warn!("could not keep the theme: {error:?}");
        }
    });
}

/// The choice.
pub fn theme() -> RwSignal<Theme> {
    expect_context()
}
