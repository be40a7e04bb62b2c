//! A rehearsal before a release: what it shows, that it leaves nothing behind, and what the release makes of it.

use e2e::{
    Backdrop, Failure, Migrations, Name, Page, Panel, Role, Slipway, Snapshot, Stage,
    demo_migrations,
};
use serde_json::{Value, json};

use crate::PATIENCE;

/// The menu of what a rehearsal can be saved and copied as.
const EXPORT: &str = "Export this rehearsal";

/// Requests take a moment, so that scripts can be seen at work.
const UNHURRIED: [&str; 4] = ["--rate-limit", "off", "--latency", "15"];

#[tokio::test]
async fn the_demo_is_rehearsed_and_then_released_as_predicted() {
    let backdrop = Backdrop::demo_with(&UNHURRIED);
    Stage::play("rehearsal", backdrop, async |stage: &mut Stage| {
        let api = stage.api()?;
        let before = Snapshot::of(&api, "main").await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        let page = slipway.plan(&demo_migrations()).await?;
        page.sees("3 of 6 pending, from migrations").await?;

        page.press(Role::Button, "Rehearse the scripts").await?;
        page.find(Role::Button, "Stop the rehearsal").await?;
        let reason = page.disabled_reason(Role::Button, "Create release").await?;
        assert!(reason.starts_with("A rehearsal is running"), "{reason}");
        let page = page.patient_for(PATIENCE);
        let shown = page
            .within(Role::Region, "What the rehearsal showed")
            .await?;
        shown.sees("All 3 scripts ran to their end").await?;
        for said in ["Predicted freeze", "Topic", "Model created", "calls:"] {
            shown.sees(said).await?;
        }
        let scripts = shown
            .within(Role::Table, Name::containing("Scripts of the rehearsal"))
            .await?;
        scripts
            .find(Role::Row, Name::containing("moveTagsToTopics.ts"))
            .await?;
        // Nothing was frozen, and nothing is left.
        assert_eq!(api.environments().await?, ["main*"]);
        assert!(!api.frozen().await?);
        let untouched = Snapshot::of(&api, "main").await?.changes_since(&before);
        assert_eq!(untouched, Vec::<String>::new());

        let sandbox = page.value_of("Name of the sandbox environment").await?;
        page.press(Role::Button, "Create release").await?;
        page.press(Role::Button, "Freeze primary").await?;
        page.press(Role::Button, "Fork main").await?;
        page.find(Role::Button, "Run 3 migrations").await?;
        let scripts = page
            .within(Role::List, Name::containing("Migrations, in the order"))
            .await?;
        scripts.sees("about ").await?;
        page.press(Role::Button, "Run 3 migrations").await?;
        page.find(Role::Button, "Promote…").await?;
        page.press(Role::Tab, "Migrations").await?;
        page.sees(" predicted").await?;
        assert_eq!(api.environments().await?, ["main*", sandbox.as_str()]);
        Ok(())
    })
    .await;
}

/// Plans with a script that the CMS refuses something at line 2, and rehearses until that is told.
async fn rehearse_what_is_refused(panel: &Panel) -> Result<(Slipway, Page, Migrations), Failure> {
    let slipway = Slipway::open(panel).await?;
    let refused = "module.exports = async (client) => {\n  await client.itemTypes.create({ name: 'Harbour', api_key: 'not a key' });\n};\n";
    let folder = Migrations::of(&[("1800000000_harbour.js", refused)])?;
    let page = slipway.plan(&folder.path()).await?;
    page.press(Role::Button, "Rehearse the scripts").await?;
    let page = page.patient_for(PATIENCE);
    page.sees("The rehearsal did not get past 1800000000_harbour.js.")
        .await?;
    Ok((slipway, page, folder))
}

#[tokio::test]
async fn a_rehearsal_that_fails_or_is_stopped_leaves_no_fork() {
    let backdrop = Backdrop::demo_with(&UNHURRIED);
    Stage::play("rehearsal-fails", backdrop, async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let (_, page, _folder) = rehearse_what_is_refused(&panel).await?;
        page.sees("at line 2. The CMS refused POST /item-types with INVALID_FIELD")
            .await?;
        assert_eq!(stage.api()?.environments().await?, ["main*"]);

        let endless =
            "module.exports = async (client) => { for (;;) await client.itemTypes.list(); };\n";
        let folder = Migrations::of(&[("1800000000_harbour.js", endless)])?;
        page.pick_files("Choose a folder", &[&folder.path()])
            .await?;
        page.sees("1800000000_harbour.js was changed since the rehearsal.")
            .await?;
        page.press(Role::Button, "Rehearse again").await?;
        page.sees("Running script 1 of 1").await?;
        page.press(Role::Button, "Stop the rehearsal").await?;
        page.sees("The rehearsal was stopped while 1800000000_harbour.js was running.")
            .await?;
        assert_eq!(stage.api()?.environments().await?, ["main*"]);

        // A fork that was to be kept is kept then, too.
        page.press(Role::Checkbox, "Keep the fork afterwards, to look at it")
            .await?;
        page.press(Role::Button, "Rehearse again").await?;
        page.sees("Running script 1 of 1").await?;
        page.sees("The fork is kept, as you asked.").await?;
        page.press(Role::Button, "Stop the rehearsal").await?;
        page.sees("was stopped at call ").await?;
        page.sees("It takes one of the project’s sandboxes until somebody destroys it.")
            .await?;
        let all = stage.api()?.environments().await?;
        assert!(
            all.len() == 2
                && all
                    .iter()
                    .any(|name| name.starts_with("slipway-rehearsal-")),
            "{all:?}"
        );
        Ok(())
    })
    .await;
}

/// A form of the rehearsal, copied and pasted into a field, which takes line breaks out of it.
async fn copied(page: &Page, form: &str) -> Result<String, Failure> {
    page.choose_from_menu(EXPORT, format!("Copy as {form}").as_str())
        .await?;
    page.sees(&format!("{form} copied.")).await?;
    page.paste_into("Title").await
}

fn parsed(json: &str) -> Result<Value, Failure> {
    serde_json::from_str(json).map_err(|error| Failure::Untrue(format!("{error} in {json}")))
}

/// After another visit to the page, which reads it from what the browser keeps, and in the files that can be saved of it.
#[tokio::test]
async fn what_ended_a_rehearsed_script_is_kept_and_handed_on() {
    let backdrop = Backdrop::demo_with(&UNHURRIED);
    Stage::play("rehearsal-export", backdrop, async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let (slipway, _, folder) = rehearse_what_is_refused(&panel).await?;

        panel.page().await?.reload().await?;
        let page = slipway.page().await?;
        page.pick_files("Choose a folder", &[&folder.path()])
            .await?;
        let shown = page
            .within(Role::Region, "What the rehearsal showed")
            .await?;
        let why = shown
            .within(Role::Region, "Why 1800000000_harbour.js ended")
            .await?;
        for said in [
            "POST /item-types in slipway-rehearsal-",
            "1800000000_harbour.js:2",
            "The attribute `api_key` has a value of the wrong form.",
        ] {
            why.sees(said).await?;
        }

        page.choose_from_menu(EXPORT, "Save as JSON").await?;
        page.sees(".json went to your downloads.").await?;
        let json = stage.downloaded("json").await?;
        let document = parsed(&json)?;
        let pasted = parsed(&copied(&page, "JSON").await?)?;
        assert_eq!(pasted["rehearsal"], document["rehearsal"], "{json}");
        assert_eq!(document["format"], "slipway-rehearsal-export");
        let script = &document["rehearsal"]["outcome"]["failure"]["script"];
        let place = json!({ "file": "1800000000_harbour.js", "line": 2 });
        assert_eq!(script["places"][0], place, "{json}");
        let request = json!({ "method": "POST", "path": "/item-types" });
        assert_eq!(script["refused"]["request"], request, "{json}");
        assert_eq!(script["refused"]["errors"][0]["code"], "INVALID_FIELD");

        page.choose_from_menu(EXPORT, "Save as Web page").await?;
        page.sees(".html went to your downloads.").await?;
        let web = stage.downloaded("html").await?;
        let pasted = copied(&page, "Web page").await?;
        for said in [
            "<b>Line</b> 1800000000_harbour.js:2",
            "<code>INVALID_FIELD</code>",
        ] {
            assert!(web.contains(said), "{said} in {web}");
            assert!(pasted.contains(said), "{said} in {pasted}");
        }
        Ok(())
    })
    .await;
}
