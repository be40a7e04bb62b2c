//! A caller that blocks, on a connection it keeps. It does as little as can be: what is measured is the server.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use super::BenchError;

/// One caller with full access to a management API.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    token: String,
    body: Vec<u8>,
}

impl Client {
    /// Connects to a host and port.
    pub(super) fn connect(address: &str, token: &str) -> Result<Self, BenchError> {
        let stream = TcpStream::connect(address).map_err(BenchError::io(address))?;
        stream.set_nodelay(true).map_err(BenchError::io(address))?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            token: token.to_owned(),
            body: Vec::new(),
        })
    }

    /// A call, and the bytes of its answer. Anything but a success is an error.
    pub(super) fn call(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<&[u8], BenchError> {
        let call = format!("{method} {path}");
        let status = self
            .exchange(method, path, body)
            .map_err(BenchError::io(call.clone()))?;
        if (200..300).contains(&status) {
            Ok(&self.body)
        } else {
            Err(BenchError::Answer {
                call,
                status,
                body: String::from_utf8_lossy(&self.body).into_owned(),
            })
        }
    }

    /// The same, with the answer read.
    pub(super) fn document(
        &mut self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value, BenchError> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.call(method, path, &body)?;
        serde_json::from_slice(answer)
            .map_err(|error| BenchError::Unexpected(format!("{method} {path}: {error}")))
    }

    fn exchange(&mut self, method: &str, path: &str, body: &str) -> io::Result<u16> {
        let request = format!(
            "{method} /cma{path} HTTP/1.1\r\nhost: drydock\r\nx-api-version: 3\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.token,
            body.len(),
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (first, length) = head(&mut self.stream)?;
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body)?;
        let status = first
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        status.ok_or_else(|| io::Error::other(format!("an answer begins with `{first}`")))
    }
}

/// The first line of a request or an answer, and the length of its body.
pub(super) fn head(stream: &mut impl BufRead) -> io::Result<(String, usize)> {
    let mut first = String::new();
    if stream.read_line(&mut first)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            return Ok((first, length));
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
}
