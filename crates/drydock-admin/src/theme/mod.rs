//! Light and dark: what the person chose, what it means now, and how the document
//! and the plugins learn of it.

mod tokens;

use gloo_events::EventListener;
use gloo_utils::window;
use wasm_bindgen::JsCast as _;
use yew::prelude::*;

pub(crate) use tokens::{css_design_tokens, legacy_theme};

/// A resolved colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

impl Scheme {
    /// The name plugins and style sheets use.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// What the person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SchemeChoice {
    /// Whatever the system says, as it says it.
    Auto,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl SchemeChoice {
    /// All of them, in the order they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// How it is called on screen.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Auto => "Auto",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// What it means while the system prefers dark, or does not.
    pub(crate) fn resolve(self, system_is_dark: bool) -> Scheme {
        match self {
            Self::Light => Scheme::Light,
            Self::Dark => Scheme::Dark,
            Self::Auto => [Scheme::Light, Scheme::Dark][usize::from(system_is_dark)],
        }
    }
}

/// Whether the system prefers dark, followed while the component lives.
#[hook]
pub(crate) fn use_system_is_dark() -> bool {
    let query = use_memo((), |()| {
        window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
    });
    let dark = use_state(|| {
        query
            .as_ref()
            .as_ref()
            .is_some_and(web_sys::MediaQueryList::matches)
    });
    use_effect_with((), {
        let dark = dark.setter();
        move |()| {
            let listener = query.as_ref().clone().map(|query| {
                EventListener::new(query.unchecked_ref(), "change", {
                    let query = query.clone();
                    move |_| dark.set(query.matches())
                })
            });
            move || drop(listener)
        }
    });
    *dark
}

/// Puts the scheme and its tokens onto the document element.
#[hook]
pub(crate) fn use_document_scheme(scheme: Scheme) {
    use_effect_with(scheme, |scheme| {
        let root = gloo_utils::document().document_element();
        let Some(root) = root.and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok()) else {
            return;
        };
        // Setting an attribute or a property by a constant, valid name cannot fail.
        let _valid = root.set_attribute("data-color-scheme", scheme.name());
        let style = root.style();
        let _valid = style.set_property("color-scheme", scheme.name());
        for (name, value) in tokens::tokens(*scheme) {
            let _valid = style.set_property(name, value);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_beats_the_system_and_auto_follows_it() {
        assert_eq!(SchemeChoice::Dark.resolve(false), Scheme::Dark);
        assert_eq!(SchemeChoice::Light.resolve(true), Scheme::Light);
        assert_eq!(SchemeChoice::Auto.resolve(true), Scheme::Dark);
        assert_eq!(SchemeChoice::Auto.resolve(false), Scheme::Light);
    }
}
