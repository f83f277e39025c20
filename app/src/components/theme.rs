//! Light, dark, or as the system says.

use super::icon::{Icon, Shape};
use super::remembered::{forget, keep, recall};
use leptos::prelude::*;

/// The key under which the browser keeps the choice.
const KEY: &str = "theme";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn shape(self) -> Shape {
        match self {
            Self::System => Shape::Screen,
            Self::Light => Shape::Sun,
            Self::Dark => Shape::Moon,
        }
    }

    fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

/// One button that goes through system, light and dark.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(Theme::System);
    Effect::new(move |_| {
        theme.set(match recall(KEY).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        });
    });
    let label = move || {
        format!(
            "Theme: {}. Switch to {}",
            theme.get().word(),
            theme.get().next().word()
        )
    };
    view! {
        <button
            type="button"
            class="button icon-only quiet"
            aria-label=label
            title=label
            on:click:target=move |_| {
                theme.update(|t| *t = t.next());
                apply(theme.get_untracked());
            }
        >
            {move || view! { <Icon shape=theme.get().shape() /> }}
        </button>
    }
}

/// Shows the page in `theme` and remembers it.
fn apply(theme: Theme) {
    let root = document().document_element();
    if theme == Theme::System {
        let _ = root.map(|root| root.remove_attribute("data-theme"));
        forget(KEY);
    } else {
        let _ = root.map(|root| root.set_attribute("data-theme", theme.word()));
        keep(KEY, theme.word());
    }
}
