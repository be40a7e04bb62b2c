//! A chromedriver and a Chromium of the test's own, with nothing in its profile.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::{driver, failure::Failure, server::root};

const START: Duration = Duration::from_secs(30);

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

/// A browser with one session; both processes and the profile are gone when dropped.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    /// Keeps the driver's output open: a closed pipe would end it.
    _output: Lines<BufReader<ChildStdout>>,
    _profile: TempDir,
}

impl Browser {
    /// Starts a driver on a free port and a browser with a fresh profile.
    pub(crate) async fn start(window: Window) -> Result<Self, Failure> {
        let program = program("CHROMEDRIVER", &["chromedriver"]);
        let problem = |problem: String| Failure::Program {
            program: program.clone(),
            problem,
        };
        let mut command = Command::new(&program);
        command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        let mut driver = command
            .spawn()
            .map_err(|error| problem(error.to_string()))?;
        let stdout = driver
            .stdout
            .take()
            .ok_or_else(|| problem("has no standard output".to_owned()))?;
        let mut output = BufReader::new(stdout).lines();
        let port = timeout(START, port(&mut output)).await.ok().flatten();
        let port =
            port.ok_or_else(|| problem("did not say which port it listens on".to_owned()))?;
        let profile = TempDir::new().map_err(Failure::file("the browser's profile"))?;
        let capabilities = capabilities(profile.path())?;
        let mut builder =
            ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new());
        if let Value::Object(capabilities) = capabilities {
            builder.capabilities(capabilities);
        }
        let client = builder.connect(&format!("http://127.0.0.1:{port}")).await?;
        let browser = Self {
            client,
            driver,
            _output: output,
            _profile: profile,
        };
        browser.size(window).await?;
        Ok(browser)
    }

    /// Makes pages see this scheme as the user's preference.
    pub(crate) async fn prefer(&self, scheme: Scheme) -> Result<(), Failure> {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme.as_str() }]);
        driver::devtools(
            &self.client,
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await?;
        Ok(())
    }

    /// Ends the session, which ends the browser, and then the driver.
    pub(crate) async fn close(mut self) -> Result<(), Failure> {
        let closed = self.client.clone().close().await;
        let killed = self.driver.kill().await;
        closed?;
        killed.map_err(|error| Failure::Program {
            program: "chromedriver".into(),
            problem: error.to_string(),
        })
    }

    async fn size(&self, window: Window) -> Result<(), Failure> {
        let metrics = json!({ "width": window.width, "height": window.height, "deviceScaleFactor": 1, "mobile": false });
        driver::devtools(&self.client, "Emulation.setDeviceMetricsOverride", metrics).await?;
        Ok(())
    }
}

/// Reads the driver's output up to `… started successfully on port N.`
async fn port(output: &mut Lines<BufReader<ChildStdout>>) -> Option<u16> {
    while let Some(line) = output.next_line().await.ok()? {
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().ok();
        }
    }
    None
}

/// The flags every browser test uses, from `webdriver.json`, and a profile of its own.
fn capabilities(profile: &Path) -> Result<Value, Failure> {
    let path = root().join("webdriver.json");
    let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let mut capabilities: Value =
        serde_json::from_str(&text).map_err(|error| Failure::file(&path)(error.into()))?;
    let chrome = &mut capabilities["goog:chromeOptions"];
    chrome["binary"] = json!(program(
        "CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"]
    ));
    if let Some(flags) = chrome["args"].as_array_mut() {
        flags.push(format!("--user-data-dir={}", profile.display()).into());
        flags.push("--lang=en".into());
    }
    capabilities["goog:loggingPrefs"] = json!({ "browser": "ALL" });
    Ok(capabilities)
}

/// The program a variable names, or the first of `names` on the path.
fn program(variable: &str, names: &[&str]) -> PathBuf {
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
