//! What the document can say about itself.

use wasm_bindgen::JsCast as _;

/// Whether anybody can see the page; nothing is polled behind a hidden tab.
pub fn is_visible() -> bool {
    web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| !document.hidden())
}

/// Moves the focus to an element, if the focus is in this frame; it is never taken from the panel.
pub fn focus_if_here(element: &yew::NodeRef) {
    let is_here = web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.has_focus().unwrap_or(false));
    if let Some(element) = element.cast::<web_sys::HtmlElement>()
        && is_here
    {
        // An element that does not take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Moves the focus to an element, if it is in this frame and on nothing in particular.
pub fn take_lost_focus(element: &web_sys::HtmlElement) {
    let is_lost = web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|document| {
            let active = document.active_element();
            let nowhere = active.is_none_or(|active| active.tag_name() == "BODY");
            nowhere && document.has_focus().unwrap_or(false)
        });
    if is_lost {
        // An element that does not take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// What has the focus in this frame, if anything in particular does.
pub fn focused() -> Option<web_sys::HtmlElement> {
    let active = web_sys::window()?.document()?.active_element()?;
    let active = active.dyn_into::<web_sys::HtmlElement>().ok()?;
    (active.tag_name() != "BODY").then_some(active)
}

/// Gives the focus back to what had it before the panel opened a dialog in another frame.
pub fn give_focus_back(element: Option<web_sys::HtmlElement>) {
    if let Some(element) = element.filter(|element| element.is_connected()) {
        // An element that does not take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// A part of an address without its escapes; as it stands where they are broken.
pub fn unescaped(part: &str) -> String {
    js_sys::decode_uri_component(part).map_or_else(|_| part.to_owned(), String::from)
}

/// Copies a text; `false` where the browser does not let us.
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    let written = window.navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
}

/// The origin of the page that framed us, from the referrer; `None` where the browser withholds it.
pub fn framing_origin() -> Option<String> {
    let referrer = web_sys::window()?.document()?.referrer();
    let origin = web_sys::Url::new(&referrer).ok()?.origin();
    (origin != "null").then_some(origin)
}
