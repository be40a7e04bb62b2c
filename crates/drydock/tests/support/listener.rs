//! A local service that waits to be called.
#![expect(clippy::unwrap_used, reason = "a helper of tests fails by panicking")]

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Listens on a free port of the loopback address.
pub(crate) struct Listener(TcpListener);

impl Listener {
    pub(crate) async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// The address of a path here.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.0.local_addr().unwrap())
    }

    /// Waits for one request, answers 200, gives the request as text.
    pub(crate) async fn next(&self) -> String {
        let (mut stream, _) = self.0.accept().await.unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = stream.read(&mut buffer).await.unwrap();
            request.extend_from_slice(&buffer[..read]);
            let text = String::from_utf8_lossy(&request).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let lower = head.to_lowercase();
                let length = lower
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|rest| rest.lines().next());
                if body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0) {
                    stream
                        .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                        .await
                        .unwrap();
                    return text;
                }
            }
            assert_ne!(read, 0, "the request ended early: {text}");
        }
    }
}
