//! Calls this server makes: to build services, to webhooks, and to the pages of a site. Only addresses that somebody wrote into
//! the project are called.

mod tls;

use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Bytes;
use http::{Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use self::tls::TlsClient;

pub use self::tls::{TlsError, TrustAnchors};

/// How long it may take until there is a connection, encrypted where it is to be.
const CONNECT: Duration = Duration::from_secs(2);

/// How long the other side may take, all in all.
const DEADLINE: Duration = Duration::from_secs(8);

/// Bytes of an answer's body, at most.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutgoingError {
    #[error("only http and https addresses are called, not {0}")]
    Scheme(String),
    #[error("{0} is no address")]
    Address(String),
    #[error("a header or the body cannot be sent: {0}")]
    Request(#[from] http::Error),
    #[error("no connection: {0}")]
    Connection(#[from] std::io::Error),
    #[error("no connection within {} s", CONNECT.as_secs())]
    NoConnection,
    #[error("no encrypted connection: {0}")]
    Tls(#[from] TlsError),
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

/// Makes the calls.
#[derive(Debug)]
pub(crate) struct Outgoing {
    trust: TrustAnchors,
    /// Made for the first encrypted call: reading the system's certificates takes a moment.
    tls: OnceLock<Result<TlsClient, TlsError>>,
}

impl Outgoing {
    /// With what is trusted beside the system's own certificates.
    pub(crate) fn new(trust: TrustAnchors) -> Self {
        Self {
            trust,
            tls: OnceLock::new(),
        }
    }

    /// POSTs a body and waits for the answer.
    pub(crate) async fn post(
        &self,
        address: &str,
        headers: &[(String, String)],
        body: String,
    ) -> Result<Reply, OutgoingError> {
        self.exchange(Method::POST, address, headers, body).await
    }

    /// GETs a page.
    pub(crate) async fn get(
        &self,
        address: &str,
        headers: &[(String, String)],
    ) -> Result<Reply, OutgoingError> {
        self.exchange(Method::GET, address, headers, String::new())
            .await
    }

    async fn exchange(
        &self,
        method: Method,
        address: &str,
        headers: &[(String, String)],
        body: String,
    ) -> Result<Reply, OutgoingError> {
        let call = async {
            let target = Target::of(address)?;
            let request = request(method, &target, headers, body)?;
            let connecting = tokio::time::timeout(CONNECT, self.connect(&target));
            let stream = connecting
                .await
                .map_err(|_| OutgoingError::NoConnection)??;
            call(stream, request).await
        };
        tokio::time::timeout(DEADLINE, call)
            .await
            .map_err(|_| OutgoingError::Timeout)?
    }

    async fn connect(&self, target: &Target) -> Result<Box<dyn Stream>, OutgoingError> {
        let host = target.host();
        let stream = TcpStream::connect((host, target.port())).await?;
        if !target.is_encrypted {
            return Ok(Box::new(stream));
        }
        let tls = self.tls.get_or_init(|| TlsClient::new(&self.trust));
        match tls {
            Ok(tls) => Ok(Box::new(tls.over(host, stream).await?)),
            Err(error) => Err(error.clone().into()),
        }
    }
}

/// A connection, encrypted or not.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Whom to call.
struct Target {
    uri: Uri,
    authority: http::uri::Authority,
    is_encrypted: bool,
}

impl Target {
    fn of(address: &str) -> Result<Self, OutgoingError> {
        let unreadable = || OutgoingError::Address(address.to_owned());
        let uri: Uri = address.parse().map_err(|_| unreadable())?;
        let is_encrypted = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            Some(_) | None => return Err(OutgoingError::Scheme(address.to_owned())),
        };
        let authority = uri.authority().cloned().ok_or_else(unreadable)?;
        Ok(Self {
            uri,
            authority,
            is_encrypted,
        })
    }

    /// Without the brackets of an IPv6 address.
    fn host(&self) -> &str {
        self.authority.host().trim_matches(['[', ']'])
    }

    fn port(&self) -> u16 {
        let usual = if self.is_encrypted { 443 } else { 80 };
        self.authority.port_u16().unwrap_or(usual)
    }
}

fn request(
    method: Method,
    target: &Target,
    headers: &[(String, String)],
    body: String,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let path = target
        .uri
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", target.authority.as_str())
        .header("connection", "close");
    if !headers.iter().any(|(name, _)| name == "user-agent") {
        request = request.header("user-agent", "drydock");
    }
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(Full::new(Bytes::from(body)))
}

async fn call(
    stream: Box<dyn Stream>,
    request: Request<Full<Bytes>>,
) -> Result<Reply, OutgoingError> {
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
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

#[cfg(test)]
mod tests;
