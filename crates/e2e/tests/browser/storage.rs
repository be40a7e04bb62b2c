//! Browsers that keep nothing for the plugin, or keep it apart: a release goes through, and survives its page.
//!
//! The panel is opened under another name of this machine than the plugin's frame has, as in real life, where the two are
//! of different sites.

use e2e::{Backdrop, Failure, Name, Page, Panel, Preferences, Role, Slipway, Stage, Storage};
use serde_json::{Value, json};

use super::{QUICK, kilns};

/// Whether a frame may keep something: what becomes of opening a database.
const KEEPS: &str = "
    return new Promise((answer) => {
        try {
            const request = indexedDB.open('probe');
            request.onsuccess = () => answer(true);
            request.onerror = () => answer(false);
        } catch {
            answer(false);
        }
    });
";

/// The names of the databases that a frame finds.
const DATABASES: &str = "
    return indexedDB.databases().then((all) => all.map(({ name }) => name).sort(), () => []);
";

/// Opens the panel under the name that its plugins do not have.
async fn open_elsewhere(stage: &Stage) -> Result<Slipway, Failure> {
    let admin = &stage.addresses()?.admin;
    let elsewhere = admin.replace("127.0.0.1", "localhost");
    assert_ne!(&elsewhere, admin);
    let panel = Panel::open_at(stage, stage.page(), &elsewhere).await?;
    panel.sign_in_as("Admin").await?;
    Slipway::open(&panel).await
}

/// Loads everything again, and gives the page back that a person has in front of them then.
async fn reload(slipway: &Slipway) -> Result<Page, Failure> {
    slipway.panel().page().await?.reload().await?;
    slipway.page().await
}

/// What a page finds that is loaded again while primary is frozen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Memory {
    /// All that happened: this browser has it written down.
    Kept,
    /// What was on record before primary was frozen. The page that froze seems to be another's, and its step in doubt.
    Gone,
}

/// Loads everything again while primary is frozen, which keeps the project's record of the release from being written.
async fn reload_frozen(slipway: &Slipway, memory: Memory) -> Result<Page, Failure> {
    let page = reload(slipway).await?;
    if memory == Memory::Kept {
        return Ok(page);
    }
    page.press(Role::Button, "Take over…").await?;
    slipway
        .answer("Take this release over?", "Take over")
        .await?;
    let page = slipway.page().await?;
    page.press(Role::Button, Name::containing("Check whether"))
        .await?;
    Ok(page)
}

/// A whole release, with the page loaded again after each stage of it.
async fn a_release(stage: &Stage, slipway: &Slipway, memory: Memory) -> Result<(), Failure> {
    let kilns = kilns()?;
    let sandbox = slipway.create(&kilns.path()).await?;
    let page = reload(slipway).await?;
    page.press(Role::Button, "Freeze primary").await?;
    page.find(Role::Button, "Fork main").await?;
    let page = reload_frozen(slipway, memory).await?;
    page.press(Role::Button, "Fork main").await?;
    page.find(Role::Button, "Run 1 migration").await?;
    let page = reload(slipway).await?;
    page.pick_files("Choose the migrations folder", &[&kilns.path()])
        .await?;
    page.press(Role::Button, "Run 1 migration").await?;
    page.find(Role::Button, "Promote…").await?;
    let page = reload(slipway).await?;
    page.press(Role::Button, "Promote…").await?;
    slipway
        .confirm_by_typing("Promote", &format!("{sandbox} replaces main"), "Promote")
        .await?;
    let page = slipway.page().await?;
    page.find(Role::Button, "Lift the freeze").await?;
    let page = reload_frozen(slipway, memory).await?;
    page.press(Role::Button, "Lift the freeze").await?;
    let live = format!("{sandbox} is live.");
    page.sees(&live).await?;
    reload(slipway).await?.sees(&live).await?;

    let api = stage.api()?;
    assert_eq!(api.primary().await?, sandbox);
    assert!(!api.frozen().await?);
    let records = api.records("schema_migration").await?;
    let names: Vec<&Value> = records
        .iter()
        .map(|record| &record["attributes"]["name"])
        .filter(|name| name.as_str().is_some_and(|name| name.contains("Kilns")))
        .collect();
    assert_eq!(names, ["1800000000_addKilns.js"]);
    Ok(())
}

#[tokio::test]
async fn a_frame_that_may_keep_nothing_releases() {
    let preferences = Preferences {
        storage: Storage::PluginsDenied,
        ..Preferences::default()
    };
    let backdrop = Backdrop::demo_with(&QUICK).preferring(preferences);
    Stage::play("storage-denied", backdrop, async |stage: &mut Stage| {
        let slipway = open_elsewhere(stage).await?;
        let window = slipway.panel().page().await?;
        assert_eq!(window.script(KEEPS, vec![]).await?, true);
        let page = slipway.page().await?;
        assert_eq!(page.script(KEEPS, vec![]).await?, false);
        a_release(stage, &slipway, Memory::Gone).await
    })
    .await;
}

#[tokio::test]
async fn a_frame_whose_storage_is_kept_apart_releases() {
    let preferences = Preferences {
        storage: Storage::ThirdPartyBlocked,
        ..Preferences::default()
    };
    let backdrop = Backdrop::demo_with(&QUICK).preferring(preferences);
    Stage::play(
        "storage-partitioned",
        backdrop,
        async |stage: &mut Stage| {
            let slipway = open_elsewhere(stage).await?;
            a_release(stage, &slipway, Memory::Kept).await?;
            let page = slipway.page().await?;
            let ours = page.script(DATABASES, vec![]).await?;
            let journals = json!("slipway");
            assert!(
                ours.as_array()
                    .is_some_and(|names| names.contains(&journals)),
                "{ours}"
            );

            // The same frame in a window of its own site finds nothing of that, and the release all the same.
            let plugin = &stage.addresses()?.plugin;
            let window = slipway.panel().page().await?;
            window.open(plugin).await?;
            assert_eq!(window.script(DATABASES, vec![]).await?, json!([]));
            let panel = Panel::open(stage).await?;
            panel.sign_in_as("Admin").await?;
            let page = Slipway::open(&panel).await?.page().await?;
            let row = page
                .within(Role::Row, Name::containing("Release of "))
                .await?;
            row.sees("Live").await
        },
    )
    .await;
}
