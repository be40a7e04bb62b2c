//! A request that outlives the page that sent it. `web_sys` does not offer the
//! option of the Fetch standard that does it, so it is named here.

use gloo_utils::window;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::RequestInit)]
    type LastingInit;

    /// <https://fetch.spec.whatwg.org/#dom-requestinit-keepalive>
    #[wasm_bindgen(method, setter)]
    fn set_keepalive(this: &LastingInit, keepalive: bool);
}

/// Sends a `DELETE` whose answer nobody waits for.
pub(super) fn delete(url: &str, headers: &[(&'static str, String)]) {
    use wasm_bindgen::JsCast as _;

    let Ok(named) = web_sys::Headers::new() else {
        return;
    };
    for (name, value) in headers {
        // Only a malformed header name is refused, and ours are constants.
        if named.set(name, value).is_err() {
            return;
        }
    }
    let init = web_sys::RequestInit::new();
    init.set_method("DELETE");
    init.set_headers_headers(&named);
    init.unchecked_ref::<LastingInit>().set_keepalive(true);
    // The page is leaving: the promise has nobody left to tell.
    let _unheard = window().fetch_with_str_and_init(url, &init);
}
