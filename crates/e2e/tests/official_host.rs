//! Our plugin under the official Penpal 4 host.

use std::path::{Path, PathBuf};

use e2e::{Backdrop, Failure, Mount, Page, Role, Stage, StaticFiles};
use serde_json::json;

/// What the plugin's document looks like: the scheme it was told and the colour of its ground.
async fn looks(page: &Page) -> Result<serde_json::Value, Failure> {
    let script = "const root = document.documentElement; const style = getComputedStyle(root); \
         return [root.dataset.colorScheme, style.colorScheme, style.backgroundColor]";
    page.script(script, vec![]).await
}

#[tokio::test]
async fn the_plugin_runs_under_the_official_host() {
    Stage::play(
        "official-host",
        Backdrop::demo(),
        async |stage: &mut Stage| {
            let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
            let penpal = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
                .join("../../node_modules/penpal/dist/penpal.min.js");
            let host = StaticFiles::serve(vec![
                Mount {
                    path: "/",
                    from: fixtures.join("official-host.html"),
                },
                Mount {
                    path: "/panel-context.js",
                    from: fixtures.join("panel-context.js"),
                },
                Mount {
                    path: "/penpal.js",
                    from: penpal,
                },
            ])
            .await?;
            let addresses = stage.addresses()?.clone();
            let window = stage.page();
            let query = [
                ("plugin", &addresses.plugin),
                ("cma", &addresses.cma),
                ("cda", &addresses.cda),
                ("token", &addresses.tokens.full),
            ];
            let address = url::Url::parse_with_params(&host.origin, query).unwrap();
            window.open(address.as_str()).await?;

            // The boot frame said which page to open, and the page is drawn.
            let plugin = window.enter_frame("Page").await?;
            plugin.find(Role::Heading, "Releases").await?;
            assert_eq!(
                looks(&plugin).await?,
                json!(["light", "light", "rgb(250, 251, 252)"])
            );

            let window = plugin.leave_frames().await?;
            let told = window
                .script(
                    "return [sdkVersion, tabs.length, problem.textContent]",
                    vec![],
                )
                .await?;
            assert_eq!(told, json!(["0.3.1", 1, ""]));

            // The host turns dark; the plugin answers `onChange` only after it has followed.
            window.script("return turn('dark')", vec![]).await?;
            let plugin = window.enter_frame("Page").await?;
            assert_eq!(
                looks(&plugin).await?,
                json!(["dark", "dark", "rgb(13, 14, 15)"])
            );
            plugin.find(Role::Heading, "Releases").await?;
            Ok(())
        },
    )
    .await;
}
