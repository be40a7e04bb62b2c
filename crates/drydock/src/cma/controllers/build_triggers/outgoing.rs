//! Calls this server makes: to build services, to webhooks, and to the pages of a site.
//!
//! Plain `http` only: a local server that calls local services needs no TLS, and must not reach into the world by accident.

use std::time::Duration;

use axum::body::Bytes;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::net::TcpStream;

/// How long the other side may take, all in all.
const DEADLINE: Duration = Duration::from_secs(8);

/// Bytes of an answer's body, at most.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutgoingError {
    #[error("only plain http addresses are called, not {0}")]
    Scheme(String),
    #[error("{0} is no address")]
    Address(String),
    #[error("a header or the body cannot be sent: {0}")]
    Request(#[from] http::Error),
    #[error("no connection: {0}")]
    Connection(#[from] std::io::Error),
    #[error("the exchange broke off: {0}")]
    Exchange(#[from] hyper::Error),
    #[error("the answer is longer than {MAX_ANSWER} bytes")]
    TooLong,
    #[error("no answer within {} s", DEADLINE.as_secs())]
    Timeout,
}

/// What the other side said.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Map<String, Value>,
    pub(crate) body: String,
}

/// Whether this server would call the address at all.
pub(crate) fn is_callable(address: &str) -> bool {
    address
        .parse::<Uri>()
        .is_ok_and(|uri| uri.scheme_str() == Some("http"))
}

/// POSTs a body and waits for the answer.
pub(crate) async fn post(
    address: &str,
    headers: &[(String, String)],
    body: String,
) -> Result<Reply, OutgoingError> {
    exchange(Method::POST, address, headers, body).await
}

/// GETs a page.
pub(crate) async fn get(
    address: &str,
    headers: &[(String, String)],
) -> Result<Reply, OutgoingError> {
    exchange(Method::GET, address, headers, String::new()).await
}

async fn exchange(
    method: Method,
    address: &str,
    headers: &[(String, String)],
    body: String,
) -> Result<Reply, OutgoingError> {
    tokio::time::timeout(DEADLINE, call(method, address, headers, body))
        .await
        .map_err(|_| OutgoingError::Timeout)?
}

async fn call(
    method: Method,
    address: &str,
    headers: &[(String, String)],
    body: String,
) -> Result<Reply, OutgoingError> {
    let uri: Uri = address
        .parse()
        .map_err(|_| OutgoingError::Address(address.to_owned()))?;
    if uri.scheme_str() != Some("http") {
        return Err(OutgoingError::Scheme(address.to_owned()));
    }
    let authority = uri
        .authority()
        .ok_or_else(|| OutgoingError::Address(address.to_owned()))?;
    let port = authority.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((authority.host().trim_matches(['[', ']']), port)).await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let path = uri
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", authority.as_str())
        .header("connection", "close");
    if !headers.iter().any(|(name, _)| name == "user-agent") {
        request = request.header("user-agent", "drydock");
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let request = request.body(Full::new(Bytes::from(body)))?;
    let answering = async {
        let response = sender.send_request(request).await?;
        let (parts, body) = response.into_parts();
        let collected = Limited::new(body, MAX_ANSWER).collect().await;
        let bytes = collected.map_err(unread)?.to_bytes();
        let text = |value: &http::HeaderValue| {
            Value::from(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Ok::<_, OutgoingError>(Reply {
            status: parts.status,
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: String::from_utf8_lossy(&bytes).into_owned(),
        })
    };
    // The connection does the work while the answer is awaited; once there is an answer, its end does not matter.
    tokio::pin!(answering);
    tokio::select! {
        reply = &mut answering => reply,
        ended = connection => {
            ended?;
            answering.await
        }
    }
}

/// Why a body was not read to its end: it is too long, or the connection broke.
fn unread(error: Box<dyn std::error::Error + Send + Sync>) -> OutgoingError {
    match error.downcast::<hyper::Error>() {
        Ok(broken) => OutgoingError::Exchange(*broken),
        Err(_) => OutgoingError::TooLong,
    }
}
