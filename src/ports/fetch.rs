//! The client's [`Transport`] over the browser's `fetch`.
//!
//! Each crossing between this program and the browser takes its time, and a script of a thousand calls pays for all of them:
//! the request goes to `fetch` as it is, where a `Request` of its own would copy the headers and follow the signal once more,
//! and headers go and come in one text.

use datocms_client::{Transport, TransportError};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use js_sys::{Array, JSON, Uint8Array};
use serde_json::{Map, Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit};

use super::js_error;

/// Sends requests from the page itself. The token is in their headers and nowhere else.
#[derive(Debug, Clone, Copy, Default)]
pub struct FetchTransport;

impl Transport for FetchTransport {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let window = web_sys::window().ok_or_else(|| not_sent("there is no page".to_owned()))?;
        let giving_up = GivingUp::new();
        let (url, init) = said(request, &giving_up)?;
        // A failed `fetch` does not say whether the request arrived.
        let answer = JsFuture::from(window.fetch_with_str_and_init(&url, &init));
        let answer = heard(answer.await.map_err(lost)?.unchecked_into()).await;
        giving_up.forget();
        answer
    }
}

/// The request in the browser's terms.
fn said(
    request: Request<Vec<u8>>,
    giving_up: &GivingUp,
) -> Result<(String, RequestInit), TransportError> {
    let (parts, body) = request.into_parts();
    let text = json!({ "method": parts.method.as_str(), "headers": texts(&parts.headers)? });
    let init: RequestInit = JSON::parse(&text.to_string())
        .map_err(|thrown| not_sent(js_error::text(&thrown)))?
        .unchecked_into();
    if let Some(controller) = &giving_up.0 {
        init.set_signal(Some(&controller.signal()));
    }
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    Ok((parts.uri.to_string(), init))
}

fn texts(headers: &HeaderMap) -> Result<Map<String, Value>, TransportError> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let text = value
            .to_str()
            .map_err(|error| not_sent(format!("the header {name} is not text: {error}")))?;
        Ok((name.to_string(), text.into()))
    };
    headers.iter().map(pair).collect()
}

/// The whole of an answer.
async fn heard(answer: web_sys::Response) -> Result<Response<Vec<u8>>, TransportError> {
    let mut response = Response::builder().status(answer.status());
    let headers = JSON::stringify(&Array::from(&answer.headers())).map_err(lost)?;
    let headers: Vec<(String, String)> = serde_json::from_str(&String::from(headers))
        .map_err(|error| no_answer(error.to_string()))?;
    for (name, value) in headers {
        response = response.header(name, value);
    }
    let body = JsFuture::from(answer.array_buffer().map_err(lost)?);
    let body = Uint8Array::new(&body.await.map_err(lost)?).to_vec();
    response
        .body(body)
        .map_err(|error| no_answer(error.to_string()))
}

fn not_sent(reason: String) -> TransportError {
    TransportError::NotSent { reason }
}

fn no_answer(reason: String) -> TransportError {
    TransportError::NoAnswer { reason }
}

fn lost(thrown: JsValue) -> TransportError {
    no_answer(js_error::text(&thrown))
}

/// Calls a request off when nobody waits for it any more, so that one that was given up for lost is not
/// carried out minutes later where it has not left yet.
struct GivingUp(Option<AbortController>);

impl GivingUp {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }

    /// Of a request that has its answer nothing is left to call off.
    fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for GivingUp {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
