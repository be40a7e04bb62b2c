//! Asking before the page is left.

use wasm_bindgen::prelude::*;

/// While it lives the browser asks before the page is closed or reloaded. A panel that merely takes
/// our frame away cannot be stopped; the release goes on where it stands.
pub struct LeaveGuard(Closure<dyn FnMut(web_sys::BeforeUnloadEvent)>);

const EVENT: &str = "beforeunload";

impl LeaveGuard {
    /// Asks from now on; `None` outside a window.
    pub fn new() -> Option<Self> {
        let window = web_sys::window()?;
        let ask = Closure::new(|event: web_sys::BeforeUnloadEvent| {
            event.prevent_default();
            // Browsers of before 2023 ask only for this; the words are theirs in all.
            event.set_return_value("1");
        });
        window
            .add_event_listener_with_callback(EVENT, ask.as_ref().unchecked_ref())
            .ok()?;
        Some(Self(ask))
    }
}

impl Drop for LeaveGuard {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // A listener that is gone already needs no removing.
            let _ =
                window.remove_event_listener_with_callback(EVENT, self.0.as_ref().unchecked_ref());
        }
    }
}
