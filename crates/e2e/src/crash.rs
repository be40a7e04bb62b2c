//! Pages that die at a chosen call, and the pages that are opened after them.
//!
//! A [`Rig`] is a browser with a panel of our own in it (`crash/host.html`), on the plugin's origin. There a scripted
//! person takes one release to its end with the plugin's own buttons; the page dies by its frame being taken away,
//! which ends its scripts, its locks and its requests as a closed tab does, and a new one is opened in the same profile
//! or in an empty one. Every run has a drydock of its own.

mod databases;
mod project;
mod story;

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    browser::{Browser, BrowserKind, Preferences, Window},
    driver,
    failure::Failure,
    files::{Mount, StaticFiles},
    page::Page,
    server::{built, root},
};
pub use databases::Databases;
pub use story::Stories;

/// How long a run may take, with a debug build of the server on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// Runs in every new document before its own scripts: the panel listens to the plugin's calls from the first on. A
/// frame of another origin, such as the migration sandbox, may not look at its parent and is left alone.
const TAP: &str = "try { if (parent !== window) parent.tapWire?.(window); } catch {}";

/// When, at a call, the page dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Moment {
    /// Before the call leaves.
    Before,
    /// After the server did the work, before the answer arrives.
    Unanswered,
    /// After the answer, before anything else.
    After,
}

impl Moment {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Before, Self::Unanswered, Self::After];

    /// Its name in the harness page, and the folder of its stories.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Unanswered => "unanswered",
            Self::After => "after",
        }
    }

    /// In words, to stand after “the page dies”.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Before => "before the call leaves",
            Self::Unanswered => "when the CMS has done it, before the answer arrives",
            Self::After => "right after the answer",
        }
    }
}

/// What the next page finds in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Profile {
    /// All that the dead page kept.
    Kept,
    /// Nothing, as on another machine.
    Empty,
}

impl Profile {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Kept, Self::Empty];

    /// In words, to stand after “a new page is opened in”.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Kept => "the same browser",
            Self::Empty => "an empty profile",
        }
    }
}

/// Where a page dies.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cut {
    /// The call, by its [`Call::key`].
    pub call: String,
    /// The moment.
    pub moment: Moment,
    /// What the next page finds.
    pub profile: Profile,
}

/// One call to the management API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What it does, in words; the same in every run. A write that a release makes again has a number, a read the write
    /// that it comes after: the same read between the same two writes has one key, however often it is repeated.
    pub key: String,
    /// The words alone.
    pub words: String,
    /// Whether it changes something.
    pub writes: bool,
    /// Whether the server did it.
    pub done: bool,
}

/// What became of a run.
#[derive(Debug)]
pub struct Played {
    /// Every call of its pages, in order.
    pub calls: Vec<Call>,
    /// The call at which the first page died, if it did.
    pub died_at: Option<String>,
    /// What was done and seen on the first page, in sentences.
    pub before: Vec<String>,
    /// What the CMS said when the page had died, in a sentence.
    pub left: Option<String>,
    /// What was done and seen on the page that was opened afterwards.
    pub after: Vec<String>,
    /// What was in the CMS before anything was done.
    pub start: Databases,
    /// What is in the CMS in the end.
    pub databases: Databases,
    /// The last events of the release's journals in the end, with their environments: `autumn: succeeded thaw`.
    pub journals: Vec<String>,
}

impl Played {
    /// How often the server did what these words say.
    pub fn times(&self, words: &str) -> usize {
        self.calls
            .iter()
            .filter(|call| call.done && call.words == words)
            .count()
    }
}

/// A browser in which pages die.
#[derive(Debug)]
pub struct Rig {
    browser: Browser,
    host: StaticFiles,
}

impl Rig {
    /// Starts the browser and serves the harness page beside the built plugin.
    pub async fn start() -> Result<Self, Failure> {
        let own = root().join("crates/e2e");
        let mount = |path, from| Mount { path, from };
        let host = StaticFiles::serve(vec![
            mount("/", built("PLUGIN_DIST", "dist/plugin")?),
            mount("/crash", own.join("crash")),
            mount("/panel-context.js", own.join("fixtures/panel-context.js")),
            mount(
                "/penpal.js",
                root().join("node_modules/penpal/dist/penpal.min.js"),
            ),
        ])
        .await?;
        let browser = Browser::start(
            BrowserKind::Chromium,
            Window::default(),
            Preferences::default(),
        )
        .await?;
        driver::devtools(
            &browser.client,
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": TAP }),
        )
        .await?;
        Ok(Self { browser, host })
    }

    /// Ends the browser.
    pub async fn close(self) -> Result<(), Failure> {
        self.browser.close().await
    }

    /// Plays one release on a new project: undisturbed, or with a page that dies. The server's log goes to `log`.
    pub async fn play(&self, cut: Option<&Cut>, log: &Path) -> Result<Played, Failure> {
        let project = project::Project::start(log).await?;
        let page = Page::new(self.browser.client.clone());
        page.open(&format!("{}/crash/host.html", self.host.origin))
            .await?;
        let addresses = &project.addresses();
        let setup = json!({
            "plugin": format!("{}/index.html", self.host.origin),
            "cma": addresses.cma,
            "cda": addresses.cda,
            "token": addresses.tokens.full,
        });
        let keeps = cut.is_none_or(|cut| cut.profile == Profile::Kept);
        let cut = cut.map(|cut| json!({ "key": cut.call, "moment": cut.moment.as_str() }));
        let arguments = vec![setup, project::migrations()?, json!(cut), keeps.into()];
        let start = Databases::of(&project.api()).await?;
        page.script("start(...arguments)", arguments).await?;
        let outcome = wait(&page).await?;
        let databases = Databases::of(&project.api()).await?;
        let journals = databases::journals(&project.api()).await?;
        project.stop().await?;
        read(&outcome, start, databases, journals)
    }
}

/// Asks the harness page until the run is over.
async fn wait(page: &Page) -> Result<Value, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let outcome = page.script("return outcome()", Vec::new()).await?;
        if !outcome.is_null() {
            return Ok(outcome);
        }
        if Instant::now() >= deadline {
            return Err(Failure::Waited {
                what: "a release to come to its end".to_owned(),
                seconds: PATIENCE.as_secs(),
                instead: "it still goes on".to_owned(),
            });
        }
    }
}

fn read(
    outcome: &Value,
    start: Databases,
    databases: Databases,
    journals: Vec<String>,
) -> Result<Played, Failure> {
    if let Some(problem) = outcome["problem"].as_str() {
        return Err(Failure::Untrue(problem.to_owned()));
    }
    let played = &outcome["played"];
    let sentences = |value: &Value| -> Vec<String> {
        let sentences = value.as_array().into_iter().flatten();
        sentences
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
    };
    let calls = played["calls"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Ok(Played {
        calls: calls
            .map(|call| Call {
                key: text(&call["key"]).unwrap_or_default(),
                words: text(&call["words"]).unwrap_or_default(),
                writes: call["writes"] == true,
                done: call["ok"] == true,
            })
            .collect(),
        died_at: text(&played["died"]),
        before: sentences(&played["before"]),
        left: text(&played["left"]),
        after: sentences(&played["after"]),
        start,
        databases,
        journals,
    })
}
