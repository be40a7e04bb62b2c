//! The client's [`Transport`] over the browser's `fetch`.

use datocms_client::{Transport, TransportError};
use gloo_net::http::{Headers, RequestBuilder};
use http::{Request, Response};

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
        let builder = RequestBuilder::new(&parts.uri.to_string())
            .method(parts.method)
            .headers(headers);
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
        response
            .body(body)
            .map_err(|error| TransportError::NoAnswer {
                reason: error.to_string(),
            })
    }
}
