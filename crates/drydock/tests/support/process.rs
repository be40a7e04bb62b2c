//! The drydock binary as a process of its own.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// The drydock binary, killed at the end if it still runs.
pub struct Process {
    pub child: Child,
    pub ready: Value,
}

impl Process {
    /// Starts it on free ports with a blank project, and waits for its first line.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_drydock"))
            .args([
                "--addr",
                "127.0.0.1:0",
                "--plugin-addr",
                "127.0.0.1:0",
                "--project",
                "blank",
                "--rate-limit",
                "off",
            ])
            .args(check())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("the first line is `{line}`"));
        Self { child, ready }
    }

    /// Host and port.
    pub fn address(&self) -> String {
        self.ready["cma"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .trim_end_matches("/cma")
            .to_owned()
    }

    /// What a read in this environment gives: the whole document.
    pub fn read(&self, environment: &str, path: &str) -> Value {
        let answer = self.send(
            "GET",
            path,
            &format!("x-environment: {environment}\r\n"),
            "",
        );
        let body = answer
            .split_once("\r\n\r\n")
            .map(|(_, body)| body)
            .unwrap_or_default();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("{path} answers `{answer}`"))
    }

    /// One call over a connection of its own: everything the server sent.
    pub fn call(&self, method: &str, path: &str, body: &str) -> String {
        self.send(method, path, "", body)
    }

    fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        write!(
            stream,
            "{method} /cma{path} HTTP/1.1\r\nhost: drydock\r\nconnection: close\r\nx-api-version: 3\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.ready["tokens"]["full"].as_str().unwrap(),
            body.len(),
        )
        .unwrap();
        let mut answer = Vec::new();
        // A connection that is reset was closed without an answer: what came until then is the answer.
        let _: std::io::Result<usize> = stream.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    /// Kills it; its log.
    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.checked_log()
    }

    /// Tells it to stop; its log, whatever it says of its answers.
    pub fn terminate(mut self) -> String {
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.log()
    }

    /// What it wrote to its log, once it has ended.
    fn log(&mut self) -> String {
        let mut log = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            stderr.read_to_string(&mut log).unwrap();
        }
        log
    }

    /// The same, of a server whose answers were all as the vendor's types have them.
    fn checked_log(&mut self) -> String {
        let log = self.log();
        let wrong: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("response check: "))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        log
    }
}

/// The option that has every answer compared with the vendor's types; none where those are not installed.
fn check() -> Vec<OsString> {
    let file = super::schemas::schemas().map(|(file, _)| file.into());
    file.map_or_else(Vec::new, |file| vec!["--check-responses".into(), file])
}

impl Drop for Process {
    fn drop(&mut self) {
        let _: std::io::Result<()> = self.child.kill();
        let _: std::io::Result<std::process::ExitStatus> = self.child.wait();
        if !std::thread::panicking() {
            self.checked_log();
        }
    }
}
