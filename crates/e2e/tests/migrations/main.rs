//! A team's migrations, run by us and by the vendor's command line tool: the same databases come of it, and the two take
//! turns on one project.
//!
//! The tool and its client are the unmodified ones from npm, pinned in package.json.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

#[path = "../../../drydock/tests/support/dump.rs"]
mod dump;

mod cli;
mod rehearsal;
mod repository;
mod same;
mod secrets;
mod turns;

use std::path::Path;

use e2e::{Backdrop, Failure, Name, Panel, Role, Slipway, Stage};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use std::time::Duration;

/// A server that makes nobody wait.
const QUICK: [&str; 4] = ["--rate-limit", "off", "--job-delay", "0"];
/// Dozens of scripts, each in a sandbox of its own, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(3);

/// A blank project with our plugin installed, and an admin at its page.
async fn in_blank_project(
    name: &str,
    story: impl AsyncFnOnce(&mut Stage, &Slipway) -> Result<(), Failure>,
) {
    Stage::play(
        name,
        Backdrop::blank_with(&QUICK),
        async |stage: &mut Stage| {
            install(stage).await?;
            let panel = Panel::open(stage).await?;
            panel.sign_in_as("Admin").await?;
            let slipway = Slipway::open(&panel).await?;
            story(stage, &slipway).await
        },
    )
    .await;
}

/// Installs the plugin, as an admin would from the panel's screen for that.
async fn install(stage: &Stage) -> Result<(), Failure> {
    let url = stage.addresses()?.plugin.clone();
    let plugin = json!({ "data": {
        "type": "plugin",
        "attributes": { "name": "Slipway", "url": url, "permissions": ["currentUserAccessToken"] },
    } });
    stage.api()?.post("plugins", plugin).await.map(drop)
}

/// Plans a release of what a folder or repository holds, with these consents, and takes it through all its scripts. The
/// sandbox's name.
async fn release(slipway: &Slipway, folder: &Path, consents: &[&str]) -> Result<String, Failure> {
    let sandbox = slipway.create_allowing(folder, consents).await?;
    slipway.freeze_and_fork().await?;
    let page = slipway.page().await?;
    page.press(Role::Button, Name::containing("Run ")).await?;
    let page = page.patient_for(PATIENCE);
    page.find(Role::Button, "Promote…").await?;
    Ok(sandbox)
}

/// Everything in the project and one of its environments, but for ids, times and what Slipway keeps there for itself.
fn stored(data: &Path, environment: &str) -> Vec<String> {
    let open = |name: &str| {
        let file = data.join(format!("{name}.sqlite"));
        Connection::open_with_flags(&file, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
    };
    let project = open("project");
    let file: String = project
        .query_row(
            "SELECT file FROM environments WHERE id = ?1",
            [environment],
            |row| row.get(0),
        )
        .unwrap();
    dump::lines(&[&project, &open(&file)], &["slipway_release"])
}
