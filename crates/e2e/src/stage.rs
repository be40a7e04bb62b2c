//! Where a story is played: server, browser, and what is kept when it goes wrong.

use std::{any::Any, fs, panic::AssertUnwindSafe, path::Path};

use futures_util::FutureExt;

use crate::{
    api::Api,
    browser::{Browser, BrowserKind, Preferences, Scheme, Window},
    downloads, evidence,
    failure::Failure,
    page::Page,
    server::{Addresses, Server, ServerOptions},
};

/// What stands on the stage before the story begins.
#[derive(Debug, Clone, Default)]
pub struct Backdrop {
    /// The drydock to start; none for a story that has a host of its own.
    pub server: Option<ServerOptions>,
    /// The browser.
    pub browser: BrowserKind,
    /// The browser's window.
    pub window: Window,
    /// How the browser is set up.
    pub preferences: Preferences,
}

impl Backdrop {
    /// The demo project.
    pub fn demo() -> Self {
        Self {
            server: Some(ServerOptions::default()),
            ..Self::default()
        }
    }

    /// A blank project, of which a story makes what it needs, on a drydock with further options.
    pub fn blank_with(arguments: &[&str]) -> Self {
        let arguments = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        Self {
            server: Some(ServerOptions {
                project: "blank",
                arguments,
            }),
            ..Self::default()
        }
    }

    /// The demo project on a drydock with further options.
    pub fn demo_with(arguments: &[&str]) -> Self {
        let arguments = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        Self {
            server: Some(ServerOptions {
                arguments,
                ..ServerOptions::default()
            }),
            ..Self::default()
        }
    }

    /// The same in another browser.
    #[must_use]
    pub fn in_browser(self, browser: BrowserKind) -> Self {
        Self { browser, ..self }
    }

    /// The same in a browser that is set up otherwise.
    #[must_use]
    pub fn preferring(self, preferences: Preferences) -> Self {
        Self {
            preferences,
            ..self
        }
    }

    async fn browser(&self) -> Result<Browser, Failure> {
        Browser::start(self.browser, self.window, self.preferences).await
    }
}

/// A server and a browser for one story.
#[derive(Debug)]
pub struct Stage {
    browser: Browser,
    /// Browsers of other people, beside the first.
    guests: Vec<Browser>,
    backdrop: Backdrop,
    server: Option<Server>,
}

impl Stage {
    /// Plays a story and stops everything it needed.
    ///
    /// # Panics
    ///
    /// When the story fails, after saying where its evidence is: this is for tests.
    pub async fn play(
        name: &str,
        backdrop: Backdrop,
        story: impl AsyncFnOnce(&mut Self) -> Result<(), Failure>,
    ) {
        if let Err(report) = Self::attempt(name, backdrop, story).await {
            panic!("{report}");
        }
    }

    /// The same, for programs that are not tests: the report of a failed story is the error.
    pub async fn attempt(
        name: &str,
        backdrop: Backdrop,
        story: impl AsyncFnOnce(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), String> {
        let folder = evidence::folder(name).map_err(|error| error.to_string())?;
        let mut stage = Self::set(backdrop, &folder)
            .await
            .map_err(|error| error.to_string())?;
        let ended = AssertUnwindSafe(story(&mut stage)).catch_unwind().await;
        let problem = match ended {
            Ok(Ok(())) => None,
            Ok(Err(failure)) => Some(failure.to_string()),
            Err(panic) => Some(words(panic.as_ref()).to_owned()),
        };
        let report = match problem {
            None => None,
            Some(problem) => {
                let mut notes = evidence::collect(&mut stage.browser, &folder).await;
                for (number, guest) in stage.guests.iter_mut().enumerate() {
                    notes.extend(evidence_of(guest, &folder, number + 1).await);
                }
                let evidence = std::iter::once(format!("{name}: {problem}"))
                    .chain([format!("evidence: {}", folder.display())])
                    .chain(notes);
                Some(evidence.collect::<Vec<_>>().join("\n  "))
            }
        };
        let struck = stage.strike().await.map_err(|error| error.to_string());
        report.map_or(struck, Err)
    }

    /// The browser's page.
    pub fn page(&self) -> Page {
        Page::new(self.browser.client.clone())
    }

    /// Where the server answers.
    ///
    /// # Errors
    ///
    /// When the backdrop has no server.
    pub fn addresses(&self) -> Result<&Addresses, Failure> {
        let server = self.server.as_ref();
        server
            .map(|server| &server.addresses)
            .ok_or_else(|| Failure::Untrue("this story has no server".to_owned()))
    }

    /// The management API with the full-access token: to set the scene and to see what really happened.
    pub fn api(&self) -> Result<Api, Failure> {
        let addresses = self.addresses()?;
        Ok(Api::new(&addresses.cma, &addresses.tokens.full))
    }

    /// The admin origin, for what the panel itself asks there.
    pub(crate) fn at_admin(&self) -> Result<Api, Failure> {
        let addresses = self.addresses()?;
        Ok(Api::new(
            addresses.admin.trim_end_matches('/'),
            &addresses.tokens.full,
        ))
    }

    /// Lets the demo's editors open an article each, or sends them home.
    pub async fn editors_at_work(&self, on: bool) -> Result<(), Failure> {
        let body = serde_json::json!({ "on": on });
        self.at_admin()?
            .post("demo/editing-sessions", body)
            .await
            .map(drop)
    }

    /// Ends the server in the middle of everything.
    pub async fn kill_server(&mut self) -> Result<(), Failure> {
        match &mut self.server {
            Some(server) => server.kill().await,
            None => Ok(()),
        }
    }

    /// Starts it again, on the same files and addresses.
    pub async fn restart_server(&mut self) -> Result<(), Failure> {
        match &mut self.server {
            Some(server) => server.restart().await,
            None => Ok(()),
        }
    }

    /// The folder with the server's databases; to be read when it has ended.
    ///
    /// # Errors
    ///
    /// When the backdrop has no server.
    pub fn data(&self) -> Result<&Path, Failure> {
        let server = self.server.as_ref().map(Server::data);
        server.ok_or_else(|| Failure::Untrue("this story has no server".to_owned()))
    }

    /// Leaves this browser for one that has seen nothing yet, as on another machine.
    pub async fn change_browser(&mut self) -> Result<(), Failure> {
        let fresh = self.backdrop.browser().await?;
        std::mem::replace(&mut self.browser, fresh).close().await
    }

    /// Starts another browser beside the first, as a colleague has one on another machine, and returns its page.
    pub async fn invite(&mut self) -> Result<Page, Failure> {
        let guest = self.backdrop.browser().await?;
        let page = Page::new(guest.client.clone());
        self.guests.push(guest);
        Ok(page)
    }

    /// Waits for a file of this ending that a page lets the person save, and reads it.
    pub async fn downloaded(&self, ending: &str) -> Result<String, Failure> {
        downloads::read(&self.browser.downloads(), ending).await
    }

    /// Makes pages see this scheme as the user's preference.
    pub async fn prefer(&self, scheme: Scheme) -> Result<(), Failure> {
        self.browser.prefer(scheme).await
    }

    /// Saves a picture of the window.
    pub async fn picture(&self, file: &Path) -> Result<(), Failure> {
        evidence::picture(&self.browser.client, file).await
    }

    async fn set(backdrop: Backdrop, folder: &Path) -> Result<Self, Failure> {
        let server = match &backdrop.server {
            Some(options) => Some(Server::start(options, &folder.join("drydock.log")).await?),
            None => None,
        };
        Ok(Self {
            browser: backdrop.browser().await?,
            guests: Vec::new(),
            backdrop,
            server,
        })
    }

    async fn strike(mut self) -> Result<(), Failure> {
        let killed = self.kill_server().await;
        let mut closed = self.browser.close().await;
        for guest in self.guests {
            closed = closed.and(guest.close().await);
        }
        closed.and(killed)
    }
}

/// What is kept of a guest's browser, in a folder of its own.
async fn evidence_of(guest: &mut Browser, folder: &Path, number: usize) -> Vec<String> {
    let folder = folder.join(format!("guest-{number}"));
    match fs::create_dir_all(&folder) {
        Ok(()) => evidence::collect(guest, &folder).await,
        Err(error) => vec![format!("{} is missing: {error}", folder.display())],
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("the story panicked")
}
