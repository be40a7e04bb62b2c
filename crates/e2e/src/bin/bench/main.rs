//! How fast a folder of migrations runs in the plugin, beside the vendor's command line tool, and what its sandbox costs.
//! Prints one line of JSON a figure; `cargo xtask bench` makes a table of them.
//!
//! Both tools run the same folder, on drydocks that were started alike, once each: ours in a sandbox environment, as people
//! use it, the vendor's in place. Neither's time has the fork in it.

mod figure;
mod probe;
mod sandbox;
mod tool;

use std::{path::Path, process::ExitCode, time::Duration};

use e2e::{Backdrop, Failure, Name, Page, Panel, Role, Slipway, Stage};
use serde_json::json;
use tempfile::TempDir;
use tokio::time::Instant;

use figure::Figure;
use probe::Probe;

/// What lasts long by nature: dozens of scripts, each call of which waits for its turn.
const PATIENCE: Duration = Duration::from_mins(10);

/// A drydock on which nobody waits. It says a limit that nobody reaches: the plugin's client keeps to the vendor's where it is
/// told none.
const AT_ONCE: [&str; 4] = ["--rate-limit", "100000/3s", "--job-delay", "0"];
/// One whose jobs last a while, as the real ones do.
const SLOW_JOBS: [&str; 4] = ["--rate-limit", "100000/3s", "--job-delay", "300"];
/// One with the vendor's rate limit.
const LIMITED: [&str; 4] = ["--rate-limit", "60/3s", "--job-delay", "0"];
/// The limit's window of time.
const WINDOW: Duration = Duration::from_secs(3);

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match measure().await {
        Ok(figures) => {
            for figure in figures {
                println!("{}", figure.to_json());
            }
            ExitCode::SUCCESS
        }
        Err(report) => {
            eprintln!("{report}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<Vec<Figure>, String> {
    let repository = tool::repository().map_err(|error| error.to_string())?;
    let folder = repository.path().join("many_scripts");
    let mut figures = sandbox::figures().await?;
    for (what, goal, options) in [
        ("answers at once", 1.0, AT_ONCE),
        ("jobs of 300 ms", 0.5, SLOW_JOBS),
    ] {
        let ours = ours(&folder, &options).await?;
        let theirs = tool::run(&repository, &options).await?;
        figures.push(Figure {
            name: format!(
                "a folder of {} migrations, {what}, beside the vendor's tool",
                ours.scripts
            ),
            measured: milliseconds(ours.took),
            beside: Some(milliseconds(theirs)),
            unit: "ms",
            goal,
        });
    }
    let limited = ours(&folder, &LIMITED).await?;
    let (calls, beside) = (limited.probe.calls(), limited.panel.calls());
    figures.push(Figure {
        name: format!(
            "its {calls} calls and {beside} of the panel at 60 per 3 s, beside what the limit allows"
        ),
        measured: milliseconds(limited.took),
        beside: Some(floor(calls + beside)),
        unit: "ms",
        goal: 1.05,
    });
    figures.push(Figure {
        name: "calls that the limit refused".to_owned(),
        measured: f64::from(limited.probe.refused()),
        beside: None,
        unit: "calls",
        goal: 0.0,
    });
    Ok(figures)
}

/// The least time in which so many calls can be made: the first sixty at once, each further sixty three seconds later.
fn floor(calls: u32) -> f64 {
    f64::from(calls.saturating_sub(1) / 60) * milliseconds(WINDOW)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A run of ours.
struct Ours {
    /// From the press of the button to the end of the last script.
    took: Duration,
    scripts: usize,
    probe: Probe,
    /// What the panel around the plugin asked for meanwhile: it shares the limit.
    panel: Probe,
}

async fn ours(folder: &Path, options: &[&str]) -> Result<Ours, String> {
    let mut ours = None;
    in_blank_project("bench-ours", options, async |slipway| {
        slipway.create_and_fork(folder).await?;
        let panel = slipway.panel().page().await?;
        unused_window(&panel).await?;
        Probe::start(&panel).await?;
        let page = slipway.page().await?;
        Probe::start(&page).await?;
        let began = Instant::now();
        page.press(Role::Button, Name::containing("Run ")).await?;
        let page = page.patient_for(PATIENCE);
        page.find(Role::Button, "Promote…").await?;
        ours = Some(Ours {
            took: began.elapsed(),
            scripts: scripts_in(folder)?,
            probe: Probe::read(&page).await?,
            panel: Probe::read(&slipway.panel().page().await?).await?,
        });
        Ok(())
    })
    .await?;
    ours.ok_or_else(|| "the run was not measured".to_owned())
}

/// Waits until the limit has a window that nobody has used, for that is what the least time begins with: the panel asks for
/// something every few seconds, and a window's length after that it has not asked again.
async fn unused_window(panel: &Page) -> Result<(), Failure> {
    Probe::start(panel).await?;
    panel
        .until("a call of the panel", async || {
            Ok(match Probe::read(panel).await {
                Ok(probe) if probe.calls() > 0 => Ok(()),
                Ok(_) => Err("it asks for nothing".to_owned()),
                Err(failure) => Err(failure.to_string()),
            })
        })
        .await?;
    tokio::time::sleep(WINDOW).await;
    Ok(())
}

/// How many scripts the folder's migrations are, by the form of their names.
fn scripts_in(folder: &Path) -> Result<usize, Failure> {
    let folder = folder.join("migrations");
    let entries =
        std::fs::read_dir(&folder).map_err(|source| Failure::Untrue(source.to_string()))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    Ok(names
        .filter(|name| name.starts_with(|first: char| first.is_ascii_digit()))
        .count())
}

/// A blank project with our plugin installed, and an admin at its page.
async fn in_blank_project(
    name: &str,
    options: &[&str],
    story: impl AsyncFnOnce(&Slipway) -> Result<(), Failure>,
) -> Result<(), String> {
    let backdrop = Backdrop::blank_with(options);
    Stage::attempt(name, backdrop, async |stage: &mut Stage| {
        let url = stage.addresses()?.plugin.clone();
        let plugin = json!({ "data": {
            "type": "plugin",
            "attributes": { "name": "Slipway", "url": url, "permissions": ["currentUserAccessToken"] },
        } });
        stage.api()?.post("plugins", plugin).await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        story(&Slipway::open(&panel).await?).await
    })
    .await
}

/// A folder `migrations` with one script, gone when dropped.
fn one_script(text: &str) -> Result<e2e::Migrations, Failure> {
    e2e::Migrations::of(&[("1_measured.js", text)])
}

/// The repository of many scripts, beside the vendor's packages; gone when dropped.
type Repository = TempDir;

#[cfg(test)]
mod tests {
    use super::floor;

    #[test]
    fn the_limit_makes_every_sixty_first_call_wait() {
        let floors = [0, 1, 60, 61, 120, 121].map(|calls| format!("{}", floor(calls)));
        assert_eq!(floors, ["0", "0", "0", "3000", "3000", "6000"]);
    }
}
