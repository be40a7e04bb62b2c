//! The admin panel around the plugin.

use e2e::{Backdrop, Failure, Name, Panel, Role, Stage};

async fn in_the_panel(name: &str, story: impl AsyncFnOnce(&Stage, &Panel) -> Result<(), Failure>) {
    Stage::play(name, Backdrop::demo(), async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        story(stage, &panel).await
    })
    .await;
}

#[tokio::test]
async fn the_panel_opens_on_the_primary_environment() {
    in_the_panel("panel-opens", async |stage, panel| {
        let primary = stage.api()?.primary().await?;
        let page = panel.page().await?;
        let areas = page.within(Role::Navigation, "Main").await?;
        for area in ["Content", "Schema", "Settings"] {
            areas.find(Role::Link, area).await?;
        }
        let environment = page.find(Role::Combobox, "Environment").await?;
        assert_eq!(environment.prop("value").await?, Some(primary));
        page.gone(Role::Button, "Go to primary").await
    })
    .await;
}

#[tokio::test]
async fn anyone_can_be_signed_in_as() {
    in_the_panel("panel-users", async |_, panel| {
        let mut roles: Vec<_> = panel.users().iter().map(|user| user.role.clone()).collect();
        roles.dedup();
        assert!(roles.len() >= 3, "{roles:?}");
        for role in roles {
            panel.sign_in_as(&role).await?;
        }
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_sandbox_says_that_it_is_one() {
    in_the_panel("panel-environments", async |stage, panel| {
        let api = stage.api()?;
        let primary = api.primary().await?;
        api.fork(&primary, "look-here").await?;
        panel.enter_environment("look-here").await?;
        let page = panel.page().await?;
        page.sees("You are in the sandbox environment look-here")
            .await?;
        page.press(Role::Button, "Go to primary").await?;
        page.no_longer_sees("You are in the sandbox environment")
            .await
    })
    .await;
}

#[tokio::test]
async fn maintenance_is_announced_while_it_lasts() {
    in_the_panel("panel-maintenance", async |stage, panel| {
        let (api, page) = (stage.api()?, panel.page().await?);
        api.put("maintenance-mode/activate", None).await?;
        page.find(Role::Status, Name::containing("Maintenance mode is on."))
            .await?;
        api.put("maintenance-mode/deactivate", None).await?;
        page.no_longer_sees("Maintenance mode is on.").await
    })
    .await;
}
