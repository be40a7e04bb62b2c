//! A whole release without a pointer: every button reached with Tab, every dialog answered where the focus is.

use e2e::{Backdrop, Failure, Mount, Page, Panel, Role, Slipway, Stage, StaticFiles};
use fantoccini::key::Key;
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const SCRIPT: &str = "1800000000_addKilns.js";
const MIGRATION: &str = "module.exports = async (client) => {
  await client.itemTypes.create({ name: 'Kiln', api_key: 'kiln' });
};
";

/// Reaches a button and presses Enter on it.
async fn press(page: &Page, button: &str) -> Result<(), Failure> {
    page.tab_to(Role::Button, button).await?;
    page.key(Key::Enter).await
}

/// One script and its manifest, as a team's CI leaves them: a folder cannot be picked by keyboard in a test.
async fn publish(folder: &TempDir) -> Result<StaticFiles, Failure> {
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map_err(|source| Failure::File { path, source })
    };
    let hash = format!("{:x}", Sha256::digest(MIGRATION));
    let manifest = json!({ "version": 1, "files": [{ "path": SCRIPT, "sha256": hash }] });
    write(SCRIPT, MIGRATION)?;
    write("manifest.json", &manifest.to_string())?;
    StaticFiles::serve(vec![Mount {
        path: "/",
        from: folder.path().to_owned(),
    }])
    .await
}

async fn plan(slipway: &Slipway, manifest: &str) -> Result<String, Failure> {
    press(&slipway.page().await?, "New release").await?;
    let page = slipway.page().await?;
    let address = "Or the address of a manifest";
    page.tab_to(Role::Textbox, address).await?;
    page.fill(address, manifest).await?;
    press(&page, "Fetch").await?;
    page.sees(" pending, from ").await?;
    let sandbox = page.value_of("Name of the sandbox environment").await?;
    press(&page, "Create release").await?;
    Ok(sandbox)
}

/// People are editing; they are overruled.
async fn force_the_freeze(stage: &Stage, slipway: &Slipway) -> Result<(), Failure> {
    stage.editors_at_work(true).await?;
    let page = slipway.page().await?;
    press(&page, "Freeze primary").await?;
    press(&page, "Freeze anyway…").await?;
    let panel = slipway.panel().page().await?;
    let dialog = panel
        .within(Role::Dialog, "Freeze although people are editing?")
        .await?;
    press(&dialog, "Freeze anyway").await?;
    let page = slipway.page().await?;
    page.find(Role::Button, "Fork main").await?;
    assert!(stage.api()?.frozen().await?);
    Ok(())
}

#[tokio::test]
async fn a_release_needs_no_pointer() {
    let folder = TempDir::new().expect("a folder");
    let backdrop = Backdrop::demo_with(&["--rate-limit", "off"]);
    Stage::play("keyboard", backdrop, async |stage: &mut Stage| {
        let published = publish(&folder).await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;

        let manifest = format!("{}/manifest.json", published.origin);
        let sandbox = plan(&slipway, &manifest).await?;
        force_the_freeze(stage, &slipway).await?;
        let page = slipway.page().await?;
        press(&page, "Fork main").await?;
        press(&page, "Run 1 migration").await?;
        press(&page, "Promote…").await?;

        // The dialog brings the focus to where the confirmation is typed; Enter sends it.
        let phrase = format!("{sandbox} replaces main");
        let label = format!("Type “{phrase}” to confirm");
        let dialog = slipway.dialog("Promote").await?;
        dialog.tab_to(Role::Textbox, &label).await?;
        dialog.fill(label.as_str(), &phrase).await?;
        dialog.key(Key::Enter).await?;
        let panel = slipway.panel().page().await?;
        panel.gone(Role::Dialog, "Promote").await?;

        let page = slipway.page().await?;
        press(&page, "Lift the freeze").await?;
        page.sees(&format!("{sandbox} is live.")).await?;
        let api = stage.api()?;
        assert_eq!(api.primary().await?, sandbox);
        assert!(!api.frozen().await?);

        // The sites that are built in advance are built anew.
        let selected =
            "return document.querySelector('[role=tab][aria-selected=true]').textContent";
        let selected = page.script(selected, vec![]).await?;
        page.tab_to(Role::Tab, selected.as_str().unwrap_or_default())
            .await?;
        for _ in 0..10 {
            if page.focus().await?.1 == "Rebuild" {
                break;
            }
            page.key(Key::Right).await?;
        }
        press(&page, "Fire Production site").await?;
        page.sees("Fired").await
    })
    .await;
}
