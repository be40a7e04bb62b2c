//! A drydock of the test's own, on free ports.

use std::{
    env,
    fs::OpenOptions,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;
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

/// A running drydock on files of its own; stopped when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) addresses: Addresses,
    launch: Launch,
    child: Child,
}

/// Everything that is the same when the server is started again.
#[derive(Debug)]
struct Launch {
    program: PathBuf,
    options: ServerOptions,
    admin: PathBuf,
    plugin: PathBuf,
    data: TempDir,
    log: PathBuf,
}

impl Server {
    /// Starts drydock on free ports and waits for its addresses; its log goes to `log`.
    pub(crate) async fn start(options: &ServerOptions, log: &Path) -> Result<Self, Failure> {
        let launch = Launch {
            program: program().await?,
            options: options.clone(),
            admin: built("ADMIN_DIST", "dist/admin")?,
            plugin: built("PLUGIN_DIST", "dist/plugin")?,
            data: TempDir::new().map_err(Failure::file("drydock's data"))?,
            log: log.to_owned(),
        };
        let (child, addresses) = launch.start("127.0.0.1:0", "127.0.0.1:0").await?;
        Ok(Self {
            addresses,
            launch,
            child,
        })
    }

    /// The folder with its databases.
    pub(crate) fn data(&self) -> &Path {
        self.launch.data.path()
    }

    /// Ends the server at once, as a crash would.
    pub(crate) async fn kill(&mut self) -> Result<(), Failure> {
        let killed = self.child.kill().await;
        killed.map_err(|error| self.launch.problem(error.to_string()))
    }

    /// Starts it again on the same files and the same addresses.
    pub(crate) async fn restart(&mut self) -> Result<(), Failure> {
        self.kill().await?;
        let (admin, plugin) = (
            socket(&self.addresses.admin),
            socket(&self.addresses.plugin),
        );
        (self.child, self.addresses) = self.launch.start(&admin, &plugin).await?;
        Ok(())
    }
}

impl Launch {
    async fn start(&self, admin: &str, plugin: &str) -> Result<(Child, Addresses), Failure> {
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        let mut command = Command::new(&self.program);
        command.current_dir(root()).args([
            "--addr",
            admin,
            "--plugin-addr",
            plugin,
            "--project",
            self.options.project,
        ]);
        command.arg("--data").arg(self.data.path());
        command
            .arg("--admin-dist")
            .arg(&self.admin)
            .arg("--plugin-dist")
            .arg(&self.plugin);
        command.args(&self.options.arguments);
        command
            .stdout(Stdio::piped())
            .stderr(log.map_err(Failure::file(&self.log))?)
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| self.problem(error.to_string()))?;
        let stdout = child
            .stdout
            .take()
            .ok_or_else(|| self.problem("has no standard output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let line = match timeout(START, lines.next_line()).await {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) => return Err(self.problem("ended before it was ready; see its log")),
            Ok(Err(error)) => return Err(self.problem(error.to_string())),
            Err(_) => {
                return Err(self.problem(format!("said nothing within {} s", START.as_secs())));
            }
        };
        let addresses = Addresses::read(&line);
        let addresses = addresses
            .ok_or_else(|| self.problem(format!("its first line is not as documented: {line}")))?;
        Ok((child, addresses))
    }

    fn problem(&self, problem: impl Into<String>) -> Failure {
        Failure::Program {
            program: self.program.clone(),
            problem: problem.into(),
        }
    }
}

/// `http://HOST:PORT/…` without what is around host and port.
fn socket(address: &str) -> String {
    let rest = address.split_once("//").map_or(address, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
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
    fn a_restart_keeps_host_and_port() {
        assert_eq!(socket("http://127.0.0.1:4001/"), "127.0.0.1:4001");
        assert_eq!(socket("http://127.0.0.1:4000"), "127.0.0.1:4000");
    }

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
