//! Whoever froze the project is asked before the page is left.

use e2e::{Preferences, Role};

use super::{in_slipway, kilns};

#[tokio::test]
async fn a_page_that_keeps_editors_waiting_asks_before_it_is_left() {
    let asking = Preferences {
        asks_before_leaving: true,
        ..Preferences::default()
    };
    in_slipway("leaving", asking, async |stage, slipway| {
        slipway.create(&kilns()?.path()).await?;
        let window = slipway.panel().page().await?;
        assert!(
            !window.reload_unless_asked().await?,
            "nothing is frozen yet"
        );
        let page = slipway.page().await?;
        page.press(Role::Button, "Freeze primary").await?;
        page.find(Role::Button, "Fork main").await?;

        // Somebody who stays finds everything as it was.
        let window = slipway.panel().page().await?;
        assert!(window.reload_unless_asked().await?, "primary is frozen");
        let page = slipway.page().await?;
        page.find(Role::Button, "Fork main").await?;
        assert!(stage.api()?.frozen().await?);

        // Editors can work again, and the page is left without a word.
        slipway.give_up().await?;
        let window = slipway.panel().page().await?;
        assert!(!window.reload_unless_asked().await?, "nothing is frozen");
        slipway
            .page()
            .await?
            .sees("This release was given up.")
            .await
    })
    .await;
}
