//! The harness itself: what it finds, what it refuses to find, and what it says when it waits in vain.

use std::{path::Path, time::Duration};

use e2e::{Backdrop, BrowserKind, Failure, Mount, Name, Role, Scheme, Stage, StaticFiles};
use serde_json::json;

/// Plays the story in one browser after the other.
async fn on_the_fixture(name: &str, story: impl AsyncFn(&Stage) -> Result<(), Failure>) {
    for browser in BrowserKind::ALL {
        let name = format!("{name}-{}", browser.as_str());
        let backdrop = Backdrop::default().in_browser(browser);
        Stage::play(&name, backdrop, async |stage: &mut Stage| {
            let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/harness.html");
            let files = StaticFiles::serve(vec![Mount {
                path: "/",
                from: fixture,
            }])
            .await?;
            stage.page().open(&files.origin).await?;
            story(stage).await
        })
        .await;
    }
}

#[tokio::test]
async fn things_are_found_by_what_assistive_technology_is_told() {
    on_the_fixture("harness-roles", async |stage| {
        let page = stage.page();
        page.find(Role::Heading, "Controls").await?;
        let buttons = page.names(Role::Button).await?;
        let shown = ["Close the sheet", "Promote", "Open", "Open", "More"];
        assert_eq!(buttons, shown);
        page.press(Role::Button, "More").await?;
        page.sees("There was more.").await?;
        page.press(Role::Button, "Close the sheet").await?;
        page.find(Role::Button, "Comes later").await?;
        page.within(Role::Row, Name::containing("copy"))
            .await?
            .press(Role::Button, "Open")
            .await?;
        page.sees("Opened: copy").await?;
        assert_eq!(
            page.disabled_reason(Role::Button, "Promote").await?,
            "Review the diff first"
        );
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn typing_and_choosing_reach_the_page() {
    on_the_fixture("harness-input", async |stage| {
        let page = stage.page();
        page.fill("Name", "Ada").await?;
        page.sees("Hello, Ada.").await?;
        page.fill("Name", "").await?;
        page.sees("Hello, nobody.").await?;
        page.choose("Colour", "Green").await?;
        page.sees("Chosen: Green").await
    })
    .await;
}

#[tokio::test]
async fn frames_are_entered_by_title_and_left_again() {
    on_the_fixture("harness-frames", async |stage| {
        let inner = stage.page().enter_frame("Inner").await?;
        inner.press(Role::Button, "Press me").await?;
        inner.find(Role::Button, "Pressed").await?;
        let outer = inner.leave_frames().await?;
        outer.find(Role::Heading, "Controls").await?;
        outer.gone(Role::Button, "Pressed").await
    })
    .await;
}

#[tokio::test]
async fn waiting_in_vain_says_what_was_there_instead() {
    on_the_fixture("harness-in-vain", async |stage| {
        let page = stage.page().patient_for(Duration::from_millis(200));
        let missing = page.find(Role::Heading, "Contents").await.unwrap_err();
        assert!(
            missing
                .to_string()
                .contains("one heading named `Contents`; there are `Controls`"),
            "{missing}"
        );
        let several = page.press(Role::Button, "Open").await.unwrap_err();
        assert!(several.to_string().ends_with("there are 2"), "{several}");
        let disabled = page.press(Role::Button, "Promote").await.unwrap_err();
        assert!(
            disabled
                .to_string()
                .ends_with("it is disabled (Review the diff first)"),
            "{disabled}"
        );
        let hidden = page.find(Role::Button, "Nobody sees me").await.unwrap_err();
        assert!(hidden.to_string().contains("waited"), "{hidden}");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_window_and_its_colours_are_as_the_story_says() {
    on_the_fixture("harness-window", async |stage| {
        let page = stage.page();
        let room = page.script("return [innerWidth, innerHeight]", vec![]);
        assert_eq!(room.await?, json!([1440, 1000]));
        let dark = "return matchMedia('(prefers-color-scheme: dark)').matches";
        for (scheme, is_dark) in [(Scheme::Dark, true), (Scheme::Light, false)] {
            stage.prefer(scheme).await?;
            page.comes_to(dark, &json!(is_dark)).await?;
        }
        Ok(())
    })
    .await;
}
