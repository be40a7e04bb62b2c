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
        roles.sort();
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

#[tokio::test]
async fn editing_a_record_is_seen_by_others_and_saved() {
    in_the_panel("panel-record", async |stage, panel| {
        let (api, page) = (stage.api()?, panel.page().await?);
        let author = api.get("items?filter[type]=author&page[limit]=1").await?["data"][0].clone();
        let path = format!("items/{}", author["id"].as_str().unwrap());
        let name = author["attributes"]["name"].as_str().unwrap().to_owned();

        panel.go_to("Content").await?;
        page.within(Role::Navigation, "Models")
            .await?
            .press(Role::Link, Name::containing("Author"))
            .await?;
        page.press(Role::Link, name.as_str()).await?;
        page.find(Role::Heading, name.as_str()).await?;
        let sessions = api
            .wait_for("editing-sessions", "one session", |answer| {
                answer["data"].as_array().is_some_and(|all| all.len() == 1)
            })
            .await?;
        assert_eq!(
            sessions["data"][0]["relationships"]["active_item"]["data"]["id"],
            author["id"]
        );

        page.fill(Name::containing("Name"), "Somebody Else").await?;
        page.press(Role::Button, "Save").await?;
        page.find(Role::Heading, "Somebody Else").await?;
        let saved = api
            .wait_for(&path, "the new name", |answer| {
                answer["data"]["attributes"]["name"] == "Somebody Else"
            })
            .await?;
        assert_ne!(
            saved["data"]["meta"]["current_version"],
            author["meta"]["current_version"]
        );

        panel.go_to("Schema").await?;
        api.wait_for("editing-sessions", "no session", |answer| {
            answer["data"].as_array().is_some_and(Vec::is_empty)
        })
        .await?;
        Ok(())
    })
    .await;
}
