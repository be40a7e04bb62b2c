//! A few thousand messages through real windows, against our plugin and against our panel: what
//! `crates/penpal/tests/fuzz` proves of the state machine holds where a browser says who sent what.
//!
//! Each run leaves a row in the table `fuzz` of [`e2e::reliability`], with the columns of the state machine's rows;
//! `where` is the browser.

use std::path::Path;

use e2e::{Backdrop, BrowserKind, Failure, Mount, Page, Role, Stage, StaticFiles, reliability};
use serde_json::{Value, json};

use crate::host::{Host, HostKind};

/// The pages count on from it.
const SEED: u32 = 0x5eed;
/// The name the hostile plugin is installed under.
const VANDAL: &str = "Vandal";

/// Plays a story whose outcome is the pages' tally, and keeps it.
async fn tally(
    side: &str,
    browser: BrowserKind,
    story: impl AsyncFnOnce(&Stage) -> Result<Value, Failure>,
) {
    let name = format!("hosts-fuzz-{side}-{}", browser.as_str());
    let backdrop = Backdrop::demo_with(&["--rate-limit", "off"]).in_browser(browser);
    let mut row = json!({ "side": side, "where": browser.as_str(), "seed": format!("{SEED:#x}") });
    let played = Stage::attempt(&name, backdrop, async |stage: &mut Stage| {
        let tally = story(stage).await?;
        assert_eq!(tally["answered"], tally["calls"], "{tally}");
        assert_eq!(tally["unasked"], 0, "answers nobody asked for: {tally}");
        assert_eq!(tally["heard"], 0, "strangers were answered: {tally}");
        let columns = [
            "messages",
            "well_formed",
            "malformed",
            "forged",
            "foreign_origin",
            "duplicated",
            "reordered",
            "calls",
            "answered",
        ];
        for column in columns {
            assert!(tally[column].as_u64() > Some(100), "{column} of {tally}");
            row[column] = tally[column].clone();
        }
        Ok(())
    })
    .await;
    row["outcome"] = if played.is_ok() { "passed" } else { "failed" }.into();
    let kept = reliability::record("fuzz", &["side", "where"], &row);
    if let Err(report) = played.and(kept.map_err(|error| error.to_string())) {
        panic!("seed {SEED:#x}: {report}");
    }
}

async fn serve(files: &[(&'static str, &str)]) -> Result<StaticFiles, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mounts = files.iter().map(|&(path, file)| Mount {
        path,
        from: here.join(file),
    });
    StaticFiles::serve(mounts.collect()).await
}

/// The page of a stranger, on an origin of its own.
async fn foreigner() -> Result<StaticFiles, Failure> {
    serve(&[
        ("/", "hosts/stranger.html"),
        ("/hostile.js", "hosts/hostile.js"),
    ])
    .await
}

async fn our_plugin(stage: &Stage) -> Result<Value, Failure> {
    let foreigner = foreigner().await?;
    let host = serve(&[
        ("/", "hosts/hostile-host.html"),
        ("/hostile-host.js", "hosts/hostile-host.js"),
        ("/hostile.js", "hosts/hostile.js"),
        ("/stranger.html", "hosts/stranger.html"),
        ("/panel-context.js", "fixtures/panel-context.js"),
    ])
    .await?;
    let addresses = stage.addresses()?;
    let query = [
        ("plugin", addresses.plugin.as_str()),
        ("foreign", &foreigner.origin),
        ("cma", &addresses.cma),
        ("cda", &addresses.cda),
        ("token", &addresses.tokens.full),
        ("seed", &SEED.to_string()),
    ];
    let address = url::Url::parse_with_params(&host.origin, query)
        .map_err(|error| Failure::Untrue(error.to_string()))?;
    let page = stage.page();
    page.open(address.as_str()).await?;

    // It said hello once, and whatever strangers answered, it asks nobody anything.
    page.comes_to("return asked.hello", &json!(1)).await?;
    let asked = page.script("return beforeHello()", vec![]).await?;
    assert_eq!(asked, json!({ "hello": 1 }));
    let answer = page.script("return beforeSettings()", vec![]).await?;
    assert_eq!(answer, json!(["0.3.1", { "hello": 1, "getSettings": 1 }]));
    answered(&page).await?;
    let plugin = page.enter_frame("Plugin").await?;
    plugin.gone(Role::Heading, "Releases").await?;

    // The settings it goes on with are those of its host.
    let page = plugin.leave_frames().await?;
    page.script("giveSettings()", vec![]).await?;
    let plugin = page.enter_frame("Plugin").await?;
    plugin.find(Role::Heading, "Releases").await?;
    plugin.find(Role::Button, "New release").await?;
    let before = shown(&plugin).await?;
    let page = plugin.leave_frames().await?;
    let version = page.script("return afterwards()", vec![]).await?;
    assert_eq!(version, "0.3.1");
    answered(&page).await?;
    let plugin = page.enter_frame("Plugin").await?;
    assert_eq!(shown(&plugin).await?, before);
    let page = plugin.leave_frames().await?;
    page.script("return outcome()", vec![]).await
}

async fn our_panel(stage: &Stage) -> Result<Value, Failure> {
    let foreigner = foreigner().await?;
    let vandal = serve(&[
        ("/", "hosts/hostile-plugin.html"),
        ("/hostile-plugin.js", "hosts/hostile-plugin.js"),
        ("/hostile.js", "hosts/hostile.js"),
        ("/stranger.html", "hosts/stranger.html"),
    ])
    .await?;
    let query = [
        ("foreign", foreigner.origin.as_str()),
        ("seed", &SEED.to_string()),
    ];
    let address = url::Url::parse_with_params(&vandal.origin, query)
        .map_err(|error| Failure::Untrue(error.to_string()))?;
    let attributes = json!({ "name": VANDAL, "url": address.as_str() });
    let plugin = json!({ "data": { "type": "plugin", "attributes": attributes } });
    let api = stage.api()?;
    api.post("plugins", plugin).await?;

    let host = Host::open(HostKind::Ours, stage, VANDAL).await?;
    host.go_to(VANDAL).await?;
    let frame = host.frame(VANDAL).await?;
    frame
        .comes_to("return strangers().length", &json!(2))
        .await?;
    let (plugins, page) = (api.get("plugins").await?, host.page().await?);
    let before = page.text().await?;
    let address = page.script("return location.href", vec![]).await?;

    let frame = host.frame(VANDAL).await?;
    let mode = frame.script("return harm()", vec![]).await?;
    assert_eq!(mode, "renderPage");
    answered(&frame).await?;
    let page = host.page().await?;
    assert_eq!(page.text().await?, before);
    let now = page.script("return location.href", vec![]).await?;
    assert_eq!(now, address);
    assert_eq!(page.names(Role::Dialog).await?, Vec::<String>::new());
    assert_eq!(api.get("plugins").await?, plugins);
    host.frame(VANDAL)
        .await?
        .script("return outcome()", vec![])
        .await
}

/// What the plugin's page is made of, without the times on it, which go on.
async fn shown(plugin: &Page) -> Result<[Vec<String>; 2], Failure> {
    let headings = plugin.names(Role::Heading).await?;
    Ok([headings, plugin.names(Role::Button).await?])
}

/// Every call has its answer; the last of them may be under way.
async fn answered(page: &Page) -> Result<(), Failure> {
    page.comes_to("return isAnswered()", &json!(true)).await
}

#[tokio::test]
async fn our_plugin_survives_anything_in_chromium() {
    tally("child", BrowserKind::Chromium, our_plugin).await;
}

#[tokio::test]
async fn our_plugin_survives_anything_in_firefox() {
    tally("child", BrowserKind::Firefox, our_plugin).await;
}

#[tokio::test]
async fn our_panel_survives_anything_in_chromium() {
    tally("parent", BrowserKind::Chromium, our_panel).await;
}

#[tokio::test]
async fn our_panel_survives_anything_in_firefox() {
    tally("parent", BrowserKind::Firefox, our_panel).await;
}
