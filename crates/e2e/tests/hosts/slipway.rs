//! Our plugin: a release from its settings to its end, under any host.

use std::fs;

use e2e::{Failure, Mount, Name, Page, Role, Scheme, Stage, StaticFiles};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::{
    checks::{Check, Checks},
    host::Host,
};

const SCRIPT: &str = "1800000000_addKilns.ts";
/// It says where it runs, tries to leave, and changes the schema.
const MIGRATION: &str = "import type { Client } from 'datocms/lib/cma-client-node';

export default async function addKilns(client: Client): Promise<void> {
  console.log(`Origin: ${self.origin}`);
  const opened: string[] = [];
  for (const open of [() => fetch('/'), () => indexedDB.open('kilns'), () => caches.open('kilns')]) {
    try {
      await open();
      opened.push(String(open));
    } catch {
      // As it should be.
    }
  }
  console.log(`Opened: ${opened.length}`);
  const kiln = await client.itemTypes.create({ name: 'Kiln', api_key: 'kiln' });
  await client.fields.create(kiln, { label: 'Name', api_key: 'name', field_type: 'string' });
  console.log('Model Kiln created.');
}
";

/// The whole story, the same under every host.
pub(crate) async fn story(stage: &Stage, host: &Host, checks: &mut Checks) -> Result<(), Failure> {
    let page = host.plugin_page("Main", "Releases").await?;
    page.find(Role::Heading, "Releases").await?;
    if let Some(version) = host.sdk_version().await? {
        // It says so because it can be drawn in the dark.
        assert_eq!(version, "0.3.1");
    }
    checks.holds(Check::Tab);
    let page = releases(host).await?;
    stage.prefer(Scheme::Dark).await?;
    let dark = ground(&page, Scheme::Dark).await?;
    stage.prefer(Scheme::Light).await?;
    let light = ground(&page, Scheme::Light).await?;
    assert_ne!(dark, light);
    checks.holds(Check::Colours);

    let published = publish().await?;
    let manifest = format!("{}/manifest.json", published.files.origin);
    keep_settings(stage, host, &manifest).await?;
    checks.holds(Check::Toasts);
    checks.holds(Check::Parameters);

    let page = host.plugin_page("Main", "Releases").await?;
    // The page has read the project with the token it was given.
    page.sees("1 pending").await?;
    checks.holds(Check::Settings);
    page.script("window.mark = 1", vec![]).await?;
    page.press(Role::Button, "New release").await?;
    page.find(Role::Heading, "New release").await?;
    let mark = page.script("return window.mark", vec![]).await?;
    assert_eq!(mark, json!(1), "the frame was loaded again");
    assert_ne!(host.address().await?, json!(""));
    checks.holds(Check::Address);

    let page = releases(host).await?;
    page.sees(&format!("1 of 1 pending, from {manifest}"))
        .await?;
    let sandbox = page.value_of("Name of the sandbox environment").await?;
    page.press(Role::Button, "Create release").await?;
    stay(host).await?;
    checks.holds(Check::Confirm);
    migrate(host).await?;
    checks.holds(Check::Sandbox);
    promote(stage, host, &sandbox).await?;
    checks.holds(Check::Modal);
    checks.holds(Check::Height);
    went_live(stage, &sandbox).await?;
    checks.holds(Check::Release);
    Ok(())
}

async fn releases(host: &Host) -> Result<Page, Failure> {
    host.frame("Releases (Slipway)").await
}

/// Waits until the plugin's document has taken on a scheme, and returns the colour of its ground.
async fn ground(page: &Page, scheme: Scheme) -> Result<Value, Failure> {
    let root = "const root = document.documentElement;";
    let taken =
        format!("{root} return [root.dataset.colorScheme, getComputedStyle(root).colorScheme]");
    let wanted = json!([scheme.as_str(), scheme.as_str()]);
    page.comes_to(&taken, &wanted).await?;
    let ground = format!("{root} return getComputedStyle(root).backgroundColor");
    page.script(&ground, vec![]).await
}

/// Migrations at an address, as a team's CI leaves them.
struct Published {
    files: StaticFiles,
    _folder: TempDir,
}

async fn publish() -> Result<Published, Failure> {
    let file = |source| Failure::File {
        path: "a folder of migrations".into(),
        source,
    };
    let folder = TempDir::new().map_err(file)?;
    let hash = format!("{:x}", Sha256::digest(MIGRATION));
    let manifest = json!({ "version": 1, "files": [{ "path": SCRIPT, "sha256": hash }] });
    fs::write(folder.path().join(SCRIPT), MIGRATION).map_err(file)?;
    fs::write(folder.path().join("manifest.json"), manifest.to_string()).map_err(file)?;
    let files = StaticFiles::serve(vec![Mount {
        path: "/",
        from: folder.path().to_owned(),
    }])
    .await?;
    Ok(Published {
        files,
        _folder: folder,
    })
}

async fn keep_settings(stage: &Stage, host: &Host, manifest: &str) -> Result<(), Failure> {
    let form = host.configuration().await?;
    form.fill("Address of the migrations manifest", manifest)
        .await?;
    form.press(Role::Button, "Save settings").await?;
    let page = host.page().await?;
    page.find(Role::Status, Name::containing("Settings saved"))
        .await?;
    let form = host.frame("Settings of Slipway").await?;
    form.disabled_reason(Role::Button, "Save settings").await?;
    let plugins = stage.api()?.get("plugins").await?;
    let kept = &plugins["data"][0]["attributes"]["parameters"];
    assert_eq!(kept["migrations_url"], manifest);
    Ok(())
}

/// A question that is refused changes nothing.
async fn stay(host: &Host) -> Result<(), Failure> {
    let page = releases(host).await?;
    page.press(Role::Button, "Give up this release…").await?;
    host.answer("Give up this release?", "Cancel").await?;
    let page = releases(host).await?;
    page.find(Role::Button, "Freeze primary").await.map(drop)
}

async fn migrate(host: &Host) -> Result<(), Failure> {
    let page = releases(host).await?;
    page.press(Role::Button, "Freeze primary").await?;
    page.press(Role::Button, "Fork main").await?;
    page.press(Role::Button, "Run 1 migration").await?;
    page.find(Role::Button, "Promote…").await?;
    page.press(Role::Tab, "Migrations").await?;
    page.press(Role::Button, "Calls and output").await?;
    let log = page.within(Role::Log, Name::containing(SCRIPT)).await?;
    for line in ["Origin: null", "Opened: 0", "Model Kiln created."] {
        log.sees(line).await?;
    }
    Ok(())
}

/// The dialog is closed without an answer first, and then gives one.
async fn promote(stage: &Stage, host: &Host, sandbox: &str) -> Result<(), Failure> {
    let dialog = "Promote";
    releases(host)
        .await?
        .press(Role::Button, "Promote…")
        .await?;
    let frame = host.frame(dialog).await?;
    frame.find(Role::Button, "Promote").await?;
    // The host made the frame as high as the plugin said: nothing in it is cut off.
    let whole = "return document.documentElement.scrollHeight <= innerHeight";
    frame.comes_to(whole, &json!(true)).await?;
    host.answer(dialog, "Close").await?;
    assert_eq!(stage.api()?.primary().await?, "main");

    releases(host)
        .await?
        .press(Role::Button, "Promote…")
        .await?;
    let phrase = format!("{sandbox} replaces main");
    let frame = host.frame(dialog).await?;
    let label = format!("Type “{phrase}” to confirm");
    frame.fill(label.as_str(), &phrase).await?;
    frame.press(Role::Button, "Promote").await?;
    host.page().await?.gone(Role::Dialog, dialog).await?;
    let page = releases(host).await?;
    page.press(Role::Button, "Lift the freeze").await?;
    page.sees(&format!("{sandbox} is live.")).await
}

async fn went_live(stage: &Stage, sandbox: &str) -> Result<(), Failure> {
    let api = stage.api()?;
    assert_eq!(api.primary().await?, sandbox);
    assert!(!api.frozen().await?);
    let models = api.get("item-types").await?;
    let models = models["data"].as_array().into_iter().flatten();
    let kilns = models.filter(|model| model["attributes"]["api_key"] == "kiln");
    assert_eq!(kilns.count(), 1);
    let ledger = api.records("schema_migration").await?;
    let mut names = ledger.iter().map(|record| &record["attributes"]["name"]);
    assert!(names.any(|name| name == SCRIPT));
    Ok(())
}
