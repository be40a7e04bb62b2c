//! A colleague's page beside the one that drives: who drives, what they are doing, and how to take over.

use std::time::Duration;

use e2e::{Backdrop, Migrations, Name, Panel, Role, Slipway, Stage};

use super::{QUICK, journal, open_as, open_release, second_admin};

/// With this latency the script below runs for longer than it takes to take it over.
const UNHURRIED: [&str; 2] = ["--latency", "150"];
const SCRIPT: &str = "1800000000_addKilns.js";
const MIGRATION: &str = "module.exports = async (client) => {
  for (let look = 0; look < 100; look += 1) {
    await client.itemTypes.list();
  }
  await client.itemTypes.create({ name: 'Kiln', api_key: 'kiln' });
};
";

/// A page's look at the project, or a script's run, on a busy machine.
const LONG: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_colleague_sees_who_drives_and_takes_the_release_over() {
    let arguments = [QUICK, UNHURRIED].concat();
    let backdrop = Backdrop::demo_with(&arguments);
    Stage::play("beside", backdrop, async |stage: &mut Stage| {
        let second = second_admin(stage).await?;
        let scripts = Migrations::of(&[(SCRIPT, MIGRATION)])?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let first = panel.user("Admin")?.name.clone();
        let slipway = Slipway::open(&panel).await?;
        let sandbox = slipway.create_and_fork(&scripts.path()).await?;
        let guest = stage.invite().await?;
        let beside = open_release(&open_as(stage, guest, &second).await?).await?;
        let run = "Run 1 migration";
        let page = beside.page().await?.patient_for(LONG);
        page.pick_files("Choose the migrations folder", &[&scripts.path()])
            .await?;
        page.pressable(run).await?;

        let driving = slipway.press(run).await?;
        driving.find(Role::Log, Name::containing(SCRIPT)).await?;
        page.press(Role::Button, run).await?;
        page.sees(&format!(
            "{first} has this release open in another browser."
        ))
        .await?;
        page.sees("That page is at “migrate”.").await?;
        let reason = page
            .disabled_reason(Role::Button, Name::containing("Check whether"))
            .await?;
        let waits = format!("{first} has this release open in another browser, at “migrate”.");
        assert_eq!(reason, waits);
        page.press(Role::Button, "Take over…").await?;
        beside
            .answer("Take this release over?", "Take over")
            .await?;

        // The script asks for its lease before it asks for anything else, and ends there.
        let driving = slipway.page().await?.patient_for(LONG);
        driving
            .sees(&format!("{second} is driving this release"))
            .await?;
        let api = stage.api()?.in_environment(&sandbox);
        assert_eq!(api.records("schema_migration").await?.len(), 3);

        // What the script did by then is not known to the colleague, so it runs on a fresh fork.
        let page = beside.page().await?.patient_for(LONG);
        page.press(Role::Button, Name::containing("Check whether"))
            .await?;
        page.press(Role::Button, "Start again on a fresh fork")
            .await?;
        beside
            .answer("Start again on a fresh fork?", "Destroy and fork again")
            .await?;
        let page = beside.page().await?.patient_for(LONG);
        page.press(Role::Button, run).await?;
        page.find(Role::Button, "Promote…").await?;
        assert_eq!(api.records("schema_migration").await?.len(), 4);
        let told = journal(stage, &sandbox).await?;
        let taken = told.iter().filter(|event| *event == "took_over");
        assert_eq!(taken.count(), 1, "{told:?}");
        beside.give_up().await
    })
    .await;
}
