//! Puts the look the CMS asks for on the document.

use std::cell::RefCell;
use std::collections::BTreeSet;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::ctx::BaseCtx;

thread_local! {
    /// The tokens set last time, to take away those that are gone.
    static APPLIED: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Sets the colour scheme, the design tokens and the language on the root element: there they also reach popovers
/// attached to the body, and the scrollbars of the page. Where there is no document, nothing happens.
pub(crate) fn apply(base: &BaseCtx) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let style = root.style();
    let scheme = base.color_scheme.as_str();
    // Each of these fails only on an invalid name. The names are constants, or start with two dashes; one that is
    // invalid all the same costs its own colour and nothing else.
    let _ = root.set_attribute("data-color-scheme", scheme);
    let _ = root.set_attribute("lang", &base.ui_locale);
    let _ = style.set_property("color-scheme", scheme);
    let tokens = base
        .css_design_tokens
        .iter()
        .filter(|(name, _)| name.starts_with("--"));
    for (name, value) in tokens.clone() {
        let _ = style.set_property(name, value);
    }
    let now: BTreeSet<String> = tokens.map(|(name, _)| name.clone()).collect();
    let before = APPLIED.replace(now.clone());
    for gone in before.difference(&now) {
        let _ = style.remove_property(gone);
    }
}
