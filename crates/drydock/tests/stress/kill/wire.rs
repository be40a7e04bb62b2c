//! A caller that blocks, on a connection it keeps.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// The connection ended before an answer had come: what became of the call is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone;

impl From<io::Error> for Gone {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answer {
    /// The code of an error; empty for anything else.
    pub(super) fn code(&self) -> &str {
        self.body["data"][0]["attributes"]["code"]
            .as_str()
            .unwrap_or_default()
    }
}

/// One caller with full access.
pub(super) struct Client {
    address: String,
    token: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(super) fn new(address: String, token: String) -> Self {
        Self {
            address,
            token,
            stream: None,
        }
    }

    /// A call in the primary environment.
    pub(super) fn call(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Gone> {
        self.call_in("", method, path, body)
    }

    /// A call in an environment.
    pub(super) fn call_in(
        &mut self,
        environment: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Gone> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(&self.address)?;
                stream.set_nodelay(true)?;
                none.insert(BufReader::new(stream))
            }
        };
        let body = body.map(Value::to_string).unwrap_or_default();
        let environment = match environment {
            "" => String::new(),
            name => format!("x-environment: {name}\r\n"),
        };
        let request = format!(
            "{method} /cma{path} HTTP/1.1\r\nhost: drydock\r\nx-api-version: 3\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\n{environment}content-length: {}\r\n\r\n{body}",
            self.token,
            body.len(),
        );
        stream.get_mut().write_all(request.as_bytes())?;
        read(stream)
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> Result<Answer, Gone> {
    let mut line = String::new();
    let mut next = |line: &mut String| {
        line.clear();
        match stream.read_line(line)? {
            0 => Err(Gone),
            _ => Ok(()),
        }
    };
    next(&mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("an answer begins with `{line}`"));
    let mut length = 0;
    loop {
        next(&mut line)?;
        let header = line.trim_end().to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let body = match body.as_slice() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap(),
    };
    Ok(Answer { status, body })
}
