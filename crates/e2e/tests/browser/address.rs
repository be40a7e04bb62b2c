//! An address that asks for a release that is not there.

use e2e::{Preferences, Role, Slipway};

use super::{in_slipway, kilns};

#[tokio::test]
async fn an_address_without_a_release_says_so() {
    in_slipway("address", Preferences::default(), async |_, slipway| {
        slipway.create(&kilns()?.path()).await?;
        let panel = slipway.panel();
        let window = panel.page().await?;
        let here = window.script("return location.href", vec![]).await?;
        let here = here.as_str().unwrap_or_default().to_owned();
        let (list, id) = here.split_once("?release=").unwrap_or((&here, ""));
        assert!(!id.is_empty(), "{here}");

        // No release can have this name: the list is shown, and says why.
        window.open(&format!("{list}?release=19C0%2Fab")).await?;
        let page = Slipway::in_front(panel).page().await?;
        page.sees("This link leads to no release. It asks for 19C0/ab, and no environment here has a release of that name")
            .await?;
        page.find(Role::Heading, "Releases").await?;
        page.press(Role::Button, "Dismiss").await?;
        page.no_longer_sees("This link leads to no release.").await?;
        let window = panel.page().await?;
        let now = window.script("return location.href", vec![]).await?;
        assert_eq!(now, list);

        // One could have this name, and none has.
        window.open(&format!("{list}?release={id}0")).await?;
        let page = Slipway::in_front(panel).page().await?;
        page.sees("This release is not on record.").await?;
        page.sees("main and this browser know nothing of it").await?;
        page.press(Role::Button, "All releases").await?;
        page.find(Role::Heading, "Releases").await.map(drop)
    })
    .await;
}
