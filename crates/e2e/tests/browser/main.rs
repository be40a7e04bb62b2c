//! What only a browser does: hands over files, refuses to keep anything, asks before a page is left.

mod address;
mod files;
mod leaving;
mod storage;

use e2e::{Backdrop, Failure, Migrations, Panel, Preferences, Slipway, Stage};

/// A server that makes nobody wait.
const QUICK: [&str; 2] = ["--rate-limit", "off"];

/// An admin at the plugin's page, in a browser of these preferences.
async fn in_slipway(
    name: &str,
    preferences: Preferences,
    story: impl AsyncFnOnce(&mut Stage, &Slipway) -> Result<(), Failure>,
) {
    let backdrop = Backdrop::demo_with(&QUICK).preferring(preferences);
    Stage::play(name, backdrop, async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        story(stage, &slipway).await
    })
    .await;
}

/// One script that makes a model.
fn kilns() -> Result<Migrations, Failure> {
    let script = "module.exports = async (client) => {\n  await client.itemTypes.create({ name: 'Kiln', api_key: 'kiln' });\n};\n";
    Migrations::of(&[("1800000000_addKilns.js", script)])
}
