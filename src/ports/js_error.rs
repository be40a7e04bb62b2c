//! What JavaScript threw, in words.

use wasm_bindgen::{JsCast, JsValue};

/// The message of an error; any other value as the browser prints it.
pub(super) fn text(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => thrown.as_string().unwrap_or_else(|| format!("{thrown:?}")),
    }
}
