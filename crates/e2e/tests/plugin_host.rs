//! Our plugin under our own panel: settings, colours, users.

use e2e::{Backdrop, Failure, Name, Page, Panel, Role, Scheme, Slipway, Stage};
use fantoccini::key::Key;
use serde_json::json;

async fn in_the_panel(name: &str, story: impl AsyncFnOnce(&Stage, &Panel) -> Result<(), Failure>) {
    Stage::play(name, Backdrop::demo(), async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        story(stage, &panel).await
    })
    .await;
}

/// Waits until the plugin's document has the colours of a scheme.
async fn is_drawn(page: &Page, scheme: Scheme) -> Result<(), Failure> {
    let script = "const style = getComputedStyle(document.documentElement); \
         return [document.documentElement.dataset.colorScheme, style.colorScheme]";
    let wanted = json!([scheme.as_str(), scheme.as_str()]);
    page.comes_to(script, &wanted).await
}

#[tokio::test]
async fn settings_are_kept_with_the_plugin_and_used() {
    in_the_panel("plugin-settings", async |stage, panel| {
        panel.go_to("Settings").await?;
        let page = panel.page().await?;
        page.within(Role::Navigation, "Settings")
            .await?
            .press(Role::Link, "Plugins")
            .await?;
        page.press(Role::Link, Name::containing("Slipway")).await?;
        let form = panel.plugin("Settings of Slipway").await?;
        assert_eq!(
            form.disabled_reason(Role::Button, "Save settings").await?,
            "Nothing has changed since it was saved."
        );
        let manifest = format!("{}demo/migrations/manifest.json", stage.addresses()?.admin);
        let before = parameters(stage).await?;
        form.fill("Address of the migrations manifest", "nowhere")
            .await?;
        form.disabled_reason(Role::Button, "Save settings").await?;
        form.fill("Address of the migrations manifest", &manifest)
            .await?;
        form.press(Role::Button, "Save settings").await?;
        form.disabled_reason(Role::Button, "Save settings").await?;
        let mut wanted = before;
        wanted["migrations_url"] = manifest.as_str().into();
        assert_eq!(parameters(stage).await?, wanted);

        // From now on nobody has to choose a folder.
        let slipway = Slipway::open(panel).await?;
        slipway.page().await?.sees("3 pending").await?;
        let page = slipway.press("New release").await?;
        page.sees(&format!("3 of 6 pending, from {manifest}"))
            .await?;
        page.find(Role::Button, "Create release").await.map(drop)
    })
    .await;
}

async fn parameters(stage: &Stage) -> Result<serde_json::Value, Failure> {
    let plugins = stage.api()?.get("plugins").await?;
    let [plugin] = plugins["data"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default()
    else {
        return Err(Failure::Untrue(format!("not one plugin: {plugins}")));
    };
    Ok(plugin["attributes"]["parameters"].clone())
}

#[tokio::test]
async fn the_plugin_follows_the_panel_into_the_dark_and_back() {
    in_the_panel("plugin-colours", async |stage, panel| {
        stage.prefer(Scheme::Light).await?;
        let slipway = Slipway::open(panel).await?;
        is_drawn(&slipway.page().await?, Scheme::Light).await?;
        stage.prefer(Scheme::Dark).await?;
        is_drawn(&slipway.page().await?, Scheme::Dark).await?;

        // What the person chooses wins over what the system prefers.
        let page = panel.page().await?;
        page.press(Role::Button, Name::containing("User menu"))
            .await?;
        page.press(Role::Radio, "Light").await?;
        is_drawn(&slipway.page().await?, Scheme::Light).await?;
        stage.prefer(Scheme::Light).await?;
        let page = panel.page().await?;
        page.press(Role::Radio, "Dark").await?;
        is_drawn(&slipway.page().await?, Scheme::Dark).await
    })
    .await;
}

#[tokio::test]
async fn a_question_left_with_escape_changes_nothing() {
    in_the_panel("plugin-escape", async |stage, panel| {
        let slipway = Slipway::open(panel).await?;
        slipway.create(&e2e::demo_migrations()).await?;
        slipway.press("Give up this release…").await?;
        let question = "Give up this release?";
        let page = panel.page().await?;
        page.find(Role::Dialog, question).await?;
        page.key(Key::Escape).await?;
        page.gone(Role::Dialog, question).await?;
        slipway
            .page()
            .await?
            .find(Role::Button, "Freeze primary")
            .await?;

        // Another person has another role, and the frame is theirs at once.
        panel.sign_in_as("Viewer").await?;
        let reason = slipway
            .page()
            .await?
            .disabled_reason(Role::Button, "Freeze primary")
            .await?;
        assert!(reason.starts_with("Your role may not"), "{reason}");
        assert_eq!(stage.api()?.environments().await?, ["main*"]);
        Ok(())
    })
    .await;
}
