//! The order of file names, exactly as the vendor's CLI has it.

use std::cmp::Ordering;

/// JavaScript's `localeCompare` in the default locale, as the CLI sorts migrations by.
pub fn locale_compare(left: &str, right: &str) -> Ordering {
    let none = js_sys::Array::new();
    js_sys::JsString::from(left)
        .locale_compare(right, &none, &js_sys::Object::new())
        .cmp(&0)
}
