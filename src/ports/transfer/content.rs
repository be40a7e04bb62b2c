//! The content of a file as it comes, and how long one waits for it.

use std::pin::pin;
use std::time::Duration;

use datocms_client::Timer;
use futures_util::future::{self, Either};
use js_sys::{Array, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ReadableStreamDefaultReader, Response};

use super::super::browser_timer::BrowserTimer;
use super::super::js_error;

/// How much of a file is held as bytes before the browser gets it to keep, which may keep it on its disk.
const HELD: u32 = 8_000_000;
const MEGABYTE: f64 = 1_000_000.0;

/// How long nothing may come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(Duration);

impl Patience {
    pub(super) fn of_seconds(seconds: u32) -> Self {
        Self(Duration::from_secs(seconds.into()))
    }

    /// The same where all that comes is the end, for which this much is sent first: as much for each megabyte.
    pub(super) fn for_content(self, content: &Blob) -> Self {
        Self(self.0.mul_f64((content.size() / MEGABYTE).ceil().max(1.0)))
    }

    /// What comes, if it comes in time; else what to say of it.
    pub(super) async fn bear<T>(self, coming: impl Future<Output = T>) -> Result<T, String> {
        let (coming, late) = (pin!(coming), pin!(BrowserTimer.sleep(self.0)));
        match future::select(coming, late).await {
            Either::Left((came, _)) => Ok(came),
            Either::Right(_) => Err(match self.0.as_secs() {
                1 => "nothing came for 1 second".to_owned(),
                seconds => format!("nothing came for {seconds} seconds"),
            }),
        }
    }
}

/// The content of an answer, or why it cannot be had.
pub(super) async fn content(answer: &Response, patience: Patience) -> Result<Blob, String> {
    let failed = |thrown: JsValue| js_error::text(&thrown);
    let kind = BlobPropertyBag::new();
    if let Ok(Some(known)) = answer.headers().get("content-type") {
        kind.set_type(&known);
    }
    let parts = Array::new();
    let whole = || Blob::new_with_blob_sequence_and_options(&parts, &kind).map_err(failed);
    let Some(stream) = answer.body() else {
        return whole();
    };
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut held = 0;
    while let Some(chunk) = patience.bear(next(&reader)).await?.map_err(failed)? {
        held += chunk.length();
        parts.push(&chunk);
        if held > HELD {
            let blob = whole()?;
            parts.set_length(0);
            parts.push(&blob);
            held = 0;
        }
    }
    whole()
}

/// The next bytes; `None` at the end.
async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let read = JsFuture::from(reader.read()).await?;
    let value = Reflect::get(&read, &"value".into())?;
    Ok(value.dyn_into().ok())
}
