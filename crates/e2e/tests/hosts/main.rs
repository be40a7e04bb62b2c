//! Every plugin under every host, in every browser.
//!
//! Two plugins, ours and one on the vendor's SDK, under two hosts, our panel and one on the official Penpal 4. A
//! plugin's story is the same everywhere, so that what is true of the vendor's pair is true of the mixed ones and of
//! ours. Each pairing leaves a row in the table `hosts` of [`e2e::reliability`]: `plugin`, `host`, `browser`, `checked`
//! (what was seen to hold, in order) and `outcome`, `passed` or `failed`.

mod checks;
mod fuzz;
mod host;
mod slipway;
mod workshop;

use e2e::{Backdrop, BrowserKind, Stage, Window, reliability};
use serde_json::json;

use checks::Checks;
use host::{Host, HostKind};

/// A plugin to be hosted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plugin {
    /// Ours.
    Slipway,
    /// On the vendor's SDK.
    Workshop,
}

impl Plugin {
    fn as_str(self) -> &'static str {
        match self {
            Self::Slipway => "slipway",
            Self::Workshop => "datocms-plugin-sdk",
        }
    }
}

async fn pair(plugin: Plugin, host: HostKind, browser: BrowserKind) {
    let names = [plugin.as_str(), host.as_str(), browser.as_str()];
    let mut checks = Checks::default();
    let backdrop = Backdrop {
        // Firefox does not scroll the page around a frame of another origin: everything is in sight from the start.
        window: Window {
            width: 1440,
            height: 2000,
        },
        ..Backdrop::demo_with(&["--rate-limit", "off"]).in_browser(browser)
    };
    let name = format!("hosts-{}", names.join("-"));
    let played = Stage::attempt(&name, backdrop, async |stage: &mut Stage| match plugin {
        Plugin::Slipway => {
            let host = Host::open(host, stage, "Slipway").await?;
            slipway::story(stage, &host, &mut checks).await
        }
        Plugin::Workshop => {
            let _served = workshop::install(stage).await?;
            let host = Host::open(host, stage, workshop::NAME).await?;
            workshop::story(stage, &host, &mut checks).await
        }
    })
    .await;
    let [plugin, host, browser] = names;
    let outcome = if played.is_ok() { "passed" } else { "failed" };
    let row = json!({ "plugin": plugin, "host": host, "browser": browser, "checked": checks.names(), "outcome": outcome });
    let kept = reliability::record("hosts", &["plugin", "host", "browser"], &row);
    if let Err(report) = played.and(kept.map_err(|error| error.to_string())) {
        panic!("{report}");
    }
}

#[tokio::test]
async fn slipway_in_our_panel_in_chromium() {
    pair(Plugin::Slipway, HostKind::Ours, BrowserKind::Chromium).await;
}

#[tokio::test]
async fn slipway_in_our_panel_in_firefox() {
    pair(Plugin::Slipway, HostKind::Ours, BrowserKind::Firefox).await;
}

#[tokio::test]
async fn slipway_under_the_official_host_in_chromium() {
    pair(Plugin::Slipway, HostKind::Official, BrowserKind::Chromium).await;
}

#[tokio::test]
async fn slipway_under_the_official_host_in_firefox() {
    pair(Plugin::Slipway, HostKind::Official, BrowserKind::Firefox).await;
}

#[tokio::test]
async fn an_official_plugin_in_our_panel_in_chromium() {
    pair(Plugin::Workshop, HostKind::Ours, BrowserKind::Chromium).await;
}

#[tokio::test]
async fn an_official_plugin_in_our_panel_in_firefox() {
    pair(Plugin::Workshop, HostKind::Ours, BrowserKind::Firefox).await;
}

#[tokio::test]
async fn an_official_plugin_under_the_official_host_in_chromium() {
    pair(Plugin::Workshop, HostKind::Official, BrowserKind::Chromium).await;
}

#[tokio::test]
async fn an_official_plugin_under_the_official_host_in_firefox() {
    pair(Plugin::Workshop, HostKind::Official, BrowserKind::Firefox).await;
}
