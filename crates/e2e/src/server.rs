//! A drydock of the test's own, on free ports.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use crate::failure::Failure;

/// How long the server may take to make its project and be ready.
const START: Duration = Duration::from_mins(1);

/// How drydock is started.
#[derive(Debug, Clone)]
pub struct ServerOptions {
    /// `demo` or `blank`.
    pub project: &'static str,
    /// Further options of its command line, such as `--fault`.
    pub arguments: Vec<String>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            project: "demo",
            arguments: Vec::new(),
        }
    }
}

/// Where the server answers, as its first line says.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The management API.
    pub cma: String,
    /// The delivery API.
    pub cda: String,
    /// The admin panel.
    pub admin: String,
    /// The plugin.
    pub plugin: String,
    /// The demo site.
    pub site: String,
    /// Access tokens.
    pub tokens: Tokens,
}

/// The access tokens of a new project.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// May do everything.
    pub full: String,
    /// An editor's.
    pub editor: String,
    /// May only read.
    pub read: String,
}

/// A running drydock; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) addresses: Addresses,
    child: Child,
}

impl Server {
    /// Starts drydock in memory and waits for its addresses; its log goes to `log`.
    pub(crate) async fn start(options: &ServerOptions, log: &Path) -> Result<Self, Failure> {
        let program = program().await?;
        let log = fs::File::create(log).map_err(Failure::file(log))?;
        let mut command = Command::new(&program);
        command
            .current_dir(root())
            .args([
                "--addr",
                "127.0.0.1:0",
                "--plugin-addr",
                "127.0.0.1:0",
                "--in-memory",
                "--project",
                options.project,
            ])
            .arg("--admin-dist")
            .arg(built("ADMIN_DIST", "dist/admin")?)
            .arg("--plugin-dist")
            .arg(built("PLUGIN_DIST", "dist/plugin")?)
            .args(&options.arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true);
        let problem = |problem: String| Failure::Program {
            program: program.clone(),
            problem,
        };
        let mut child = command
            .spawn()
            .map_err(|error| problem(error.to_string()))?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| problem("has no standard output".to_owned()))?;
        let mut lines = BufReader::new(stdout).lines();
        let line = timeout(START, lines.next_line()).await;
        let line =
            line.map_err(|_| problem(format!("said nothing within {} s", START.as_secs())))?;
        let line = line.map_err(|error| problem(error.to_string()))?;
        let line =
            line.ok_or_else(|| problem("ended before it was ready; see its log".to_owned()))?;
        let addresses = Addresses::read(&line)
            .ok_or_else(|| problem(format!("its first line is not as documented: {line}")))?;
        Ok(Self { addresses, child })
    }

    /// Ends the server at once, as a crash would.
    pub(crate) async fn kill(&mut self) -> Result<(), Failure> {
        let killed = self.child.kill().await;
        killed.map_err(|error| Failure::Program {
            program: "drydock".into(),
            problem: error.to_string(),
        })
    }
}

impl Addresses {
    fn read(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let tokens = &line["tokens"];
        Some(Self {
            cma: text(&line["cma"])?,
            cda: text(&line["cda"])?,
            admin: text(&line["admin"])?,
            plugin: text(&line["plugin"])?,
            site: text(&line["site"])?,
            tokens: Tokens {
                full: text(&tokens["full"])?,
                editor: text(&tokens["editor"])?,
                read: text(&tokens["read"])?,
            },
        })
    }
}

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.ancestors().nth(2).unwrap_or(crate_folder)
}

/// A built application: where the variable says, or in its usual place.
pub(crate) fn built(variable: &str, usual: &str) -> Result<PathBuf, Failure> {
    let folder = env::var_os(variable).map_or_else(|| root().join(usual), PathBuf::from);
    if folder.join("index.html").is_file() {
        Ok(folder)
    } else {
        Err(Failure::NotBuilt(folder))
    }
}

/// `DRYDOCK_BIN`, or what cargo builds now.
async fn program() -> Result<PathBuf, Failure> {
    if let Some(program) = env::var_os("DRYDOCK_BIN") {
        return Ok(program.into());
    }
    let cargo = PathBuf::from(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let build = Command::new(&cargo)
        .current_dir(root())
        .args(["build", "--package", "drydock"])
        .status()
        .await;
    let problem = match build {
        Ok(status) if status.success() => {
            let target = env::var_os("CARGO_TARGET_DIR")
                .map_or_else(|| root().join("target"), |folder| root().join(folder));
            return Ok(target
                .join("debug")
                .join(format!("drydock{}", env::consts::EXE_SUFFIX)));
        }
        Ok(status) => format!("building drydock failed ({status})"),
        Err(error) => error.to_string(),
    };
    Err(Failure::Program {
        program: cargo,
        problem,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_read_whole_or_not_at_all() {
        let line = r#"{"cma":"a","cda":"b","admin":"c","plugin":"d","site":"e","tokens":{"full":"f","editor":"g","read":"h"}}"#;
        let addresses = Addresses::read(line).unwrap();
        assert_eq!(
            (addresses.admin.as_str(), addresses.tokens.read.as_str()),
            ("c", "h")
        );
        assert!(Addresses::read(&line.replace("\"read\"", "\"reed\"")).is_none());
    }
}
