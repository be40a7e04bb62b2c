//! The client's [`Transport`] over the browser's `fetch`.

use datocms_client::{Transport, TransportError};
use gloo_net::http::{Headers, RequestBuilder};
use http::{Request, Response};
use web_sys::{AbortController, AbortSignal};

/// Sends requests from the page itself. The token is in their headers and nowhere else.
#[derive(Debug, Clone, Copy, Default)]
pub struct FetchTransport;

impl Transport for FetchTransport {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let (parts, body) = request.into_parts();
        let headers = Headers::new();
        for (name, value) in &parts.headers {
            let value = value.to_str().map_err(|error| TransportError::NotSent {
                reason: format!("the header {name} is not text: {error}"),
            })?;
            headers.set(name.as_str(), value);
        }
        let giving_up = GivingUp::new();
        let builder = RequestBuilder::new(&parts.uri.to_string())
            .method(parts.method)
            .headers(headers)
            .abort_signal(giving_up.signal().as_ref());
        let request = if body.is_empty() {
            builder.build()
        } else {
            builder.body(js_sys::Uint8Array::from(body.as_slice()))
        };
        let request = request.map_err(|error| TransportError::NotSent {
            reason: error.to_string(),
        })?;
        // A failed `fetch` does not say whether the request arrived.
        let lost = |error: gloo_net::Error| TransportError::NoAnswer {
            reason: error.to_string(),
        };
        let answer = request.send().await.map_err(lost)?;
        let mut response = Response::builder().status(answer.status());
        for (name, value) in answer.headers().entries() {
            response = response.header(name, value);
        }
        let body = answer.binary().await.map_err(lost)?;
        giving_up.forget();
        response
            .body(body)
            .map_err(|error| TransportError::NoAnswer {
                reason: error.to_string(),
            })
    }
}

/// Calls a request off when nobody waits for it any more, so that one that was given up for lost is not
/// carried out minutes later where it has not left yet.
struct GivingUp(Option<AbortController>);

impl GivingUp {
    fn new() -> Self {
        Self(AbortController::new().ok())
    }

    fn signal(&self) -> Option<AbortSignal> {
        self.0.as_ref().map(AbortController::signal)
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
