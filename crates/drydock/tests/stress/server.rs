//! The drydock binary on a directory, and the ways it ends.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::wire::Client;

/// A process that was started.
pub(crate) struct Server {
    child: Child,
    directory: PathBuf,
    address: String,
    token: String,
}

impl Server {
    /// Starts it; nobody knows yet where it listens.
    pub(crate) fn spawn(directory: &Path, job_delay: Duration) -> Self {
        let log = File::options()
            .create(true)
            .append(true)
            .open(directory.join("log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_drydock"))
            .args(["--addr", "127.0.0.1:0", "--plugin-addr", "127.0.0.1:0"])
            .args(["--project", "blank", "--rate-limit", "off", "--job-delay"])
            .arg(job_delay.as_millis().to_string())
            .arg("--data")
            .arg(directory.join("data"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            child,
            directory: directory.join("data"),
            address: String::new(),
            token: String::new(),
        }
    }

    /// Waits until it answers.
    pub(crate) fn ready(mut self) -> Self {
        let mut line = String::new();
        BufReader::new(self.child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("the server did not start; its first line is `{line}`"));
        ready["cma"]
            .as_str()
            .unwrap()
            .trim_start_matches("http://")
            .trim_end_matches("/cma")
            .clone_into(&mut self.address);
        ready["tokens"]["full"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
        self
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address.clone(), self.token.clone())
    }

    /// The most memory it has had, in MiB; `None` where the system does not say so in a file.
    pub(crate) fn peak_memory(&self) -> Option<u64> {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes / 1024)
    }

    /// Kills it while it starts: after its directory was looked at this often.
    pub(crate) fn kill_while_it_starts(mut self, looks: u32) {
        for _ in 0..looks {
            // Not there at first; what is in it does not matter, looking is what takes time.
            let _entries = std::fs::read_dir(&self.directory).map(Iterator::count);
        }
        assert!(self.kill(), "the server ended by itself");
    }

    /// Kills it. Whether it was alive until then.
    pub(crate) fn kill(&mut self) -> bool {
        let alive = self.child.try_wait().unwrap().is_none();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        alive
    }

    /// Tells it to stop, and waits for it.
    pub(crate) fn terminate(mut self) {
        let told = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Of a test that failed: the process may be gone already.
        let _: std::io::Result<()> = self.child.kill();
        let _: std::io::Result<std::process::ExitStatus> = self.child.wait();
    }
}

/// The end of what the servers of a directory wrote to their logs.
pub(crate) fn log_of(directory: &Path) -> String {
    let log = std::fs::read_to_string(directory.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}
