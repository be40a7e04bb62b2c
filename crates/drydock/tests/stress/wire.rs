//! A caller that blocks, on a connection it keeps.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// The connection ended before an answer had come: what became of the call is not known.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gone;

impl From<io::Error> for Gone {
    fn from(_: io::Error) -> Self {
        Self
    }
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of an error; empty for anything else.
    pub(crate) fn code(&self) -> &str {
        self.body["data"][0]["attributes"]["code"]
            .as_str()
            .unwrap_or_default()
    }
}

/// One caller with full access.
pub(crate) struct Client {
    address: String,
    token: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub(crate) fn new(address: String, token: String) -> Self {
        Self {
            address,
            token,
            stream: None,
        }
    }

    /// A call in the primary environment.
    pub(crate) fn call(
        &mut self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Gone> {
        self.call_in("", method, path, body)
    }

    /// A call in an environment. Records that are being judged again keep others waiting, and clients ask again.
    pub(crate) fn call_in(
        &mut self,
        environment: &str,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Gone> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let environment = match environment {
            "" => String::new(),
            name => format!("x-environment: {name}\r\n"),
        };
        let path = format!("/cma{path}");
        loop {
            let answer = self.send(method, &path, &environment, body.as_bytes())?;
            if answer.code() != "BATCH_DATA_VALIDATION_IN_PROGRESS" {
                return Ok(answer);
            }
            std::thread::yield_now();
        }
    }

    /// A call of any path of the server, with these bytes and these lines of headers.
    pub(crate) fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> Result<Answer, Gone> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(&self.address)?;
                stream.set_nodelay(true)?;
                none.insert(BufReader::new(stream))
            }
        };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: drydock\r\nx-api-version: 3\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\n{headers}content-length: {}\r\n\r\n",
            self.token,
            body.len(),
        );
        stream.get_mut().write_all(head.as_bytes())?;
        // A server that has read enough answers and closes: its answer counts, not what it did not want to read.
        let written = stream.get_mut().write_all(body);
        let answer = read(stream);
        if written.is_err() || answer.is_err() {
            self.stream = None;
        }
        answer
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
    // What is no JSON has no code either, and whoever wants one will notice.
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Ok(Answer { status, body })
}
