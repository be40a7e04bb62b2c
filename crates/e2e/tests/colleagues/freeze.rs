//! A freeze that nobody owns: everybody sees it, and whoever may lifts it.

use e2e::{Backdrop, Panel, Role, Slipway, Stage};

use super::{QUICK, open_as};

#[tokio::test]
async fn a_freeze_without_an_owner_is_shown_to_all_and_lifted_by_whom_may() {
    let backdrop = Backdrop::demo_with(&QUICK);
    Stage::play("orphaned-freeze", backdrop, async |stage: &mut Stage| {
        let api = stage.api()?;
        api.put("maintenance-mode/activate", None).await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        let viewer = panel.user("Viewer")?.name.clone();
        let guest = stage.invite().await?;
        let beside = Slipway::open(&open_as(stage, guest, &viewer).await?).await?;

        let said = "Editors wait, and no release on record froze them.";
        let (lift, nobody) = ("Lift the freeze…", "Nobody holds it");
        let page = beside.page().await?;
        page.sees(nobody).await?;
        page.sees(said).await?;
        let reason = page.disabled_reason(Role::Button, lift).await?;
        let expected = "Your role may not manage maintenance mode. Ask an admin.";
        assert_eq!(reason, expected);

        let page = slipway.page().await?;
        page.sees(nobody).await?;
        page.sees(said).await?;
        page.press(Role::Button, lift).await?;
        slipway.answer("Lift the freeze?", "Cancel").await?;
        assert!(api.frozen().await?);
        slipway.press(lift).await?;
        let question = "Lift the freeze?";
        slipway.answer(question, "Lift the freeze").await?;
        slipway.page().await?.no_longer_sees(nobody).await?;
        assert!(!api.frozen().await?);
        beside.page().await?.no_longer_sees(nobody).await
    })
    .await;
}
