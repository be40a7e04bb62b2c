//! The panel around a plugin, used by role and label: the same steps in ours and in the official one.

use std::path::Path;

use e2e::{Failure, Mount, Name, Page, Panel, Role, Stage, StaticFiles};
use serde_json::Value;

/// Which panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HostKind {
    /// drydock-admin, on our Penpal.
    Ours,
    /// The page in `hosts/panel.html`, on the official one.
    Official,
}

impl HostKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "drydock-admin",
            Self::Official => "penpal 4.1.1",
        }
    }
}

/// A panel with a plugin.
#[derive(Debug)]
pub(crate) struct Host {
    kind: HostKind,
    window: Page,
    plugin: &'static str,
    _served: Option<StaticFiles>,
}

impl Host {
    /// Opens the panel as somebody who may do everything.
    pub(crate) async fn open(
        kind: HostKind,
        stage: &Stage,
        plugin: &'static str,
    ) -> Result<Self, Failure> {
        let served = match kind {
            HostKind::Ours => {
                Panel::open(stage).await?.sign_in_as("Admin").await?;
                None
            }
            HostKind::Official => Some(official(stage, plugin).await?),
        };
        Ok(Self {
            kind,
            window: stage.page(),
            plugin,
            _served: served,
        })
    }

    /// The panel's own page.
    pub(crate) async fn page(&self) -> Result<Page, Failure> {
        self.window.leave_frames().await
    }

    /// The version of the vendor's SDK the plugin says it speaks for; only the official host can be asked.
    pub(crate) async fn sdk_version(&self) -> Result<Option<Value>, Failure> {
        match self.kind {
            HostKind::Ours => Ok(None),
            HostKind::Official => {
                let version = self.page().await?;
                let version = version.script("return booted.sdkVersion", vec![]);
                version.await.map(Some)
            }
        }
    }

    /// Looks into a frame of the plugin, by its title.
    pub(crate) async fn frame(&self, title: &str) -> Result<Page, Failure> {
        self.page().await?.enter_frame(title).await
    }

    /// Goes to an area of the panel, or to a tab.
    pub(crate) async fn go_to(&self, area: &str) -> Result<Page, Failure> {
        self.follow("Main", area).await
    }

    /// Follows a link of a navigation.
    pub(crate) async fn follow(&self, navigation: &str, link: &str) -> Result<Page, Failure> {
        let page = self.page().await?;
        let links = page.within(Role::Navigation, navigation).await?;
        links.press(Role::Link, Name::containing(link)).await?;
        Ok(page)
    }

    /// Opens one of the plugin's pages from a navigation.
    pub(crate) async fn plugin_page(&self, navigation: &str, label: &str) -> Result<Page, Failure> {
        self.follow(navigation, label).await?;
        self.frame(&format!("{label} ({})", self.plugin)).await
    }

    /// Opens the plugin's configuration screen.
    pub(crate) async fn configuration(&self) -> Result<Page, Failure> {
        self.go_to("Settings").await?;
        let page = self.follow("Settings", "Plugins").await?;
        page.press(Role::Link, Name::containing(self.plugin))
            .await?;
        self.frame(&format!("Settings of {}", self.plugin)).await
    }

    /// Opens the editor of an author.
    pub(crate) async fn author(&self, name: &str) -> Result<Page, Failure> {
        self.go_to("Content").await?;
        let page = self.follow("Models", "Author").await?;
        page.press(Role::Link, name).await?;
        page.find(Role::Heading, name).await?;
        Ok(page)
    }

    /// Presses a button of one of the panel's dialogs and waits until it is gone.
    pub(crate) async fn answer(&self, dialog: &str, button: &str) -> Result<(), Failure> {
        let page = self.page().await?;
        let asked = page.within(Role::Dialog, dialog).await?;
        asked.press(Role::Button, button).await?;
        page.gone(Role::Dialog, dialog).await
    }

    /// Query and fragment of the panel's address.
    pub(crate) async fn address(&self) -> Result<Value, Failure> {
        let script = "return location.search + location.hash";
        self.page().await?.script(script, vec![]).await
    }
}

async fn official(stage: &Stage, plugin: &str) -> Result<StaticFiles, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |path: &'static str, from: &str| Mount {
        path,
        from: here.join(from),
    };
    let served = StaticFiles::serve(vec![
        file("/", "hosts/panel.html"),
        file("/panel.js", "hosts/panel.js"),
        file("/panel-context.js", "fixtures/panel-context.js"),
        file("/penpal.js", "../../node_modules/penpal/dist/penpal.min.js"),
    ])
    .await?;
    let addresses = stage.addresses()?;
    let query = [
        ("plugin", plugin),
        ("cma", &addresses.cma),
        ("cda", &addresses.cda),
        ("token", &addresses.tokens.full),
    ];
    let address = url::Url::parse_with_params(&served.origin, query)
        .map_err(|error| Failure::Untrue(format!("{}: {error}", served.origin)))?;
    stage.page().open(address.as_str()).await?;
    Ok(served)
}
