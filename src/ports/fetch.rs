//! The client's [`Transport`] over the browser's `fetch`.
//!
//! Each crossing between this program and the browser takes its time, and a script of a thousand calls pays for all of them:
//! the request goes to `fetch` as it is, where a `Request` of its own would copy the headers and follow the signal once more;
//! headers go and come in one text, and those that are the same as before do not even go; what calls requests off is used
//! again by the next.

use std::cell::RefCell;

use datocms_client::{Transport, TransportError};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use js_sys::{Array, JSON, Object, Uint8Array};
use serde_json::{Map, Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, RequestInit};

use super::js_error;

thread_local! {
    /// That of the last request, with the token: it is in the page's memory anyway, and goes nowhere else.
    static LAST: RefCell<Option<Head>> = const { RefCell::new(None) };
    /// Controllers that never called anything off, and of whose requests none is under way.
    static IDLE: RefCell<Vec<AbortController>> = const { RefCell::new(Vec::new()) };
}

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
    let head = Head::of(parts.method, parts.headers)?;
    let init: RequestInit = Object::assign(&Object::new(), &head).unchecked_into();
    if let Some(signal) = giving_up.signal() {
        init.set_signal(Some(&signal));
    }
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(body.as_slice()));
    }
    Ok((parts.uri.to_string(), init))
}

/// What a request is but for its address and its body.
struct Head {
    method: Method,
    headers: HeaderMap,
    /// The same in the browser's terms. Requests get copies.
    init: Object,
}

impl Head {
    /// In the browser's terms. Most requests have the one of the request before them.
    fn of(method: Method, headers: HeaderMap) -> Result<Object, TransportError> {
        let same = |head: &&Self| head.method == method && head.headers == headers;
        let known = |last: &Option<Self>| last.as_ref().filter(same).map(|head| head.init.clone());
        if let Some(init) = LAST.with_borrow(known) {
            return Ok(init);
        }
        let text = json!({ "method": method.as_str(), "headers": texts(&headers)? });
        let init: Object = JSON::parse(&text.to_string())
            .map_err(|thrown| not_sent(js_error::text(&thrown)))?
            .unchecked_into();
        LAST.set(Some(Self {
            method,
            headers,
            init: init.clone(),
        }));
        Ok(init)
    }
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
    // First the body is asked for: it comes while the headers are read.
    let body = JsFuture::from(answer.array_buffer().map_err(lost)?);
    let mut response = Response::builder().status(answer.status());
    let headers = JSON::stringify(&Array::from(&answer.headers())).map_err(lost)?;
    let headers: Vec<(String, String)> = serde_json::from_str(&String::from(headers))
        .map_err(|error| no_answer(error.to_string()))?;
    for (name, value) in headers {
        response = response.header(name, value);
    }
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
pub(super) struct GivingUp(Option<AbortController>);

impl GivingUp {
    pub(super) fn new() -> Self {
        let idle = IDLE.with_borrow_mut(Vec::pop);
        Self(idle.or_else(|| AbortController::new().ok()))
    }

    /// What the request has to follow.
    pub(super) fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
    }

    /// Of a request that has its answer nothing is left to call off: the next may be called off instead.
    pub(super) fn forget(mut self) {
        if let Some(controller) = self.0.take() {
            IDLE.with_borrow_mut(|idle| idle.push(controller));
        }
    }
}

impl Drop for GivingUp {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}
