//! A browser of the test's own and the program that drives it, with nothing in its profile.

use std::{env, path::PathBuf, process::Stdio, time::Duration};

use fantoccini::{Client, ClientBuilder};
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::{Child, Command},
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::timeout,
};

use crate::{chromium, failure::Failure, firefox};

const START: Duration = Duration::from_secs(30);

/// Which browser a story is played in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BrowserKind {
    /// Chromium, driven by chromedriver.
    #[default]
    Chromium,
    /// Firefox, driven by geckodriver.
    Firefox,
}

impl BrowserKind {
    /// Every one of them.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// Its name in reports and file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }
}

/// The colour scheme the browser asks pages for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// As CSS and the plugin protocol name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The browser's window, in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Inner width.
    pub width: u32,
    /// Inner height.
    pub height: u32,
}

impl Default for Window {
    fn default() -> Self {
        Self {
            width: 1440,
            height: 1000,
        }
    }
}

/// What the browser lets pages keep. One that keeps nothing at all cannot even be signed in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Storage {
    /// Every page keeps what it likes; a frame of another site keeps it apart for each site around it.
    #[default]
    Allowed,
    /// Frames of another site than the window's have no cookies; what else they keep, they keep apart.
    ThirdPartyBlocked,
    /// The site of the plugins, 127.0.0.1, keeps nothing; the panel is opened under another name then.
    PluginsDenied,
}

/// How the person has set up the browser. Only Chromium is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preferences {
    /// What pages may keep.
    pub storage: Storage,
    /// Whether a page that asks before it is left is heard. Else it is left without a word, as drivers do.
    pub asks_before_leaving: bool,
}

/// A browser with one session; both processes and the profile are gone when dropped.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) client: Client,
    kind: BrowserKind,
    driver: Driver,
    profile: TempDir,
}

impl Browser {
    /// Starts a driver on a free port and a browser with a fresh profile.
    pub(crate) async fn start(
        kind: BrowserKind,
        window: Window,
        preferences: Preferences,
    ) -> Result<Self, Failure> {
        let profile = TempDir::new().map_err(Failure::file("the browser's profile"))?;
        let (driver, capabilities) = match kind {
            BrowserKind::Chromium => (
                Driver::start(chromium::driver(), chromium::port).await?,
                chromium::capabilities(profile.path(), preferences)?,
            ),
            BrowserKind::Firefox => (
                Driver::start(firefox::driver(), firefox::port).await?,
                firefox::capabilities(profile.path(), window),
            ),
        };
        let client = session(driver.port, capabilities).await?;
        match kind {
            BrowserKind::Chromium => chromium::size(&client, window).await?,
            BrowserKind::Firefox => firefox::size(&client, window).await?,
        }
        Ok(Self {
            client,
            kind,
            driver,
            profile,
        })
    }

    /// Makes pages see this scheme as the user's preference.
    pub(crate) async fn prefer(&self, scheme: Scheme) -> Result<(), Failure> {
        match self.kind {
            BrowserKind::Chromium => chromium::prefer(&self.client, scheme).await,
            BrowserKind::Firefox => firefox::prefer(&self.client, scheme).await,
        }
    }

    /// Where files arrive that a page lets the person save.
    pub(crate) fn downloads(&self) -> PathBuf {
        self.profile.path().join(chromium::DOWNLOADS)
    }

    /// What the browser printed to its console since the last call, a line each.
    pub(crate) async fn console(&mut self) -> Result<String, Failure> {
        match self.kind {
            BrowserKind::Chromium => chromium::console(&self.client).await,
            // It prints through its driver, beside the driver's own messages.
            BrowserKind::Firefox => Ok(self.driver.said_so_far()),
        }
    }

    /// Ends the session, which ends the browser, and then the driver.
    pub(crate) async fn close(mut self) -> Result<(), Failure> {
        let closed = self.client.clone().close().await;
        let killed = self.driver.child.kill().await;
        closed?;
        killed.map_err(|error| self.driver.problem(error.to_string()))
    }
}

async fn session(port: u16, capabilities: Map<String, Value>) -> Result<Client, Failure> {
    let mut builder = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
    builder.capabilities(capabilities);
    Ok(builder.connect(&format!("http://127.0.0.1:{port}")).await?)
}

/// The program that drives a browser.
#[derive(Debug)]
struct Driver {
    program: PathBuf,
    child: Child,
    port: u16,
    /// What it prints. It is read all the time: a full pipe would stop the driver, a closed one would end it.
    output: UnboundedReceiver<String>,
}

impl Driver {
    /// Starts it and waits for the line of its output in which `port` finds the port it listens on.
    async fn start(mut command: Command, port: fn(&str) -> Option<u16>) -> Result<Self, Failure> {
        let program = PathBuf::from(command.as_std().get_program());
        let problem = |problem: String| Failure::Program {
            program: program.clone(),
            problem,
        };
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command
            .spawn()
            .map_err(|error| problem(error.to_string()))?;
        let (sender, mut output) = mpsc::unbounded_channel();
        if let Some(stdout) = child.stdout.take() {
            tokio::spawn(pass_on(stdout, sender.clone()));
        }
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(pass_on(stderr, sender));
        }
        let announced = async {
            while let Some(line) = output.recv().await {
                if let Some(port) = port(&line) {
                    return Some(port);
                }
            }
            None
        };
        let port = timeout(START, announced).await.ok().flatten();
        let port =
            port.ok_or_else(|| problem("did not say which port it listens on".to_owned()))?;
        Ok(Self {
            program,
            child,
            port,
            output,
        })
    }

    fn said_so_far(&mut self) -> String {
        let lines = std::iter::from_fn(|| self.output.try_recv().ok());
        lines.collect::<Vec<_>>().join("\n")
    }

    fn problem(&self, problem: String) -> Failure {
        Failure::Program {
            program: self.program.clone(),
            problem,
        }
    }
}

/// Reads to the end, also when nobody listens any more.
async fn pass_on(from: impl AsyncRead + Unpin, to: UnboundedSender<String>) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        // Whoever listened has ended, and the program with it soon.
        let _unheard = to.send(line);
    }
}

/// The program a variable names, or the first of `names` on the path.
pub(crate) fn program(variable: &str, names: &[&str]) -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = |name: &&str| {
        env::split_paths(&path)
            .map(|folder| folder.join(name))
            .find(|file| file.is_file())
    };
    let found = env::var_os(variable)
        .map(PathBuf::from)
        .or_else(|| names.iter().find_map(on_path));
    found.unwrap_or_else(|| names.first().map_or_else(PathBuf::new, PathBuf::from))
}
