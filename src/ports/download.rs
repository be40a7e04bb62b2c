//! Files for the person to keep.

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use super::js_error;

/// How long the file stays in memory for the browser to fetch, in milliseconds.
const KEPT: u32 = 60_000;

/// Why a file could not be offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the browser does not let Slipway save a file here: {0}")]
pub struct NotSaved(String);

/// Offers a text to the person as a file.
///
/// A panel can forbid the frames in it to save files (a `sandbox` without `allow-downloads`). The
/// browser then refuses without telling the frame, so that this looks the same as a success:
/// whoever offers a file should offer the clipboard beside it.
pub fn save(file_name: &str, media_type: &str, text: &str) -> Result<(), NotSaved> {
    let refused = |thrown: JsValue| NotSaved(js_error::text(&thrown));
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or_else(|| NotSaved("there is no page".to_owned()))?;
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = js_sys::Array::of1(&text.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).map_err(refused)?;
    let address = Url::create_object_url_with_blob(&blob).map_err(refused)?;
    let link: HtmlElement = document
        .create_element("a")
        .map_err(refused)?
        .unchecked_into();
    link.set_attribute("href", &address).map_err(refused)?;
    link.set_attribute("download", file_name).map_err(refused)?;
    link.click();
    Timeout::new(KEPT, move || {
        // An address that is gone already needs no revoking.
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}
