//! Firefox: how it is started, and what only its driver can do.

use std::path::Path;

use fantoccini::Client;
use serde_json::{Map, Value, json};
use tokio::process::Command;

use crate::{
    browser::{Scheme, Window, program},
    driver,
    failure::Failure,
};

/// The preference that decides what pages are told of the person's wish: 0 is dark, 1 is light (`StaticPrefList.yaml`).
const SCHEME: &str = "layout.css.prefers-color-scheme.content-override";

/// A geckodriver on a free port. It may reach the browser's own scripts, where the colour scheme is set.
pub(crate) fn driver() -> Command {
    let mut command = Command::new(program("GECKODRIVER", &["geckodriver"]));
    command.args([
        "--port",
        "0",
        "--websocket-port",
        "0",
        "--allow-system-access",
    ]);
    command
}

/// The port in `… Listening on 127.0.0.1:N`.
pub(crate) fn port(line: &str) -> Option<u16> {
    let (_, address) = line.split_once("Listening on ")?;
    address.rsplit(':').next()?.trim().parse().ok()
}

/// A window nobody sees, a profile of its own, and silence towards everybody but the pages of the test.
pub(crate) fn capabilities(profile: &Path, window: Window) -> Map<String, Value> {
    let options = json!({
        "binary": program("FIREFOX", &["firefox-esr", "firefox"]),
        "args": [
            "-headless", "-no-remote", "-profile", profile,
            "--width", window.width.to_string(), "--height", window.height.to_string(),
        ],
        "prefs": {
            "app.normandy.enabled": false,
            "app.update.disabledForTesting": true,
            "browser.backup.enabled": false,
            "browser.newtabpage.enabled": false,
            "browser.shell.checkDefaultBrowser": false,
            "browser.startup.page": 0,
            "datareporting.healthreport.uploadEnabled": false,
            "datareporting.policy.dataSubmissionEnabled": false,
            // What pages print goes to the driver's output, for the evidence of a story that failed.
            "devtools.console.stdout.content": true,
            "intl.accept_languages": "en",
            "messaging-system.rsexperimentloader.enabled": false,
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
            "network.prefetch-next": false,
            "services.settings.server": "data:,#remote-settings-dummy/v1",
            "toolkit.telemetry.enabled": false,
        },
    });
    Map::from_iter([("moz:firefoxOptions".to_owned(), options)])
}

/// Gives pages this much room: the window is made as much larger as its frame takes.
pub(crate) async fn size(client: &Client, window: Window) -> Result<(), Failure> {
    client.set_window_size(window.width, window.height).await?;
    let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
    let frame = client.execute(frame, Vec::new()).await?;
    let larger = |by: &Value| by.as_u64().and_then(|by| u32::try_from(by).ok());
    let (width, height) = (larger(&frame[0]), larger(&frame[1]));
    let (width, height) = (width.unwrap_or_default(), height.unwrap_or_default());
    client
        .set_window_size(window.width + width, window.height + height)
        .await?;
    Ok(())
}

/// Makes pages see this scheme as the user's preference.
pub(crate) async fn prefer(client: &Client, scheme: Scheme) -> Result<(), Failure> {
    let value = match scheme {
        Scheme::Dark => 0,
        Scheme::Light => 1,
    };
    let script = "Services.prefs.setIntPref(...arguments)";
    driver::privileged(client, script, vec![SCHEME.into(), value.into()]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_drivers_own_words() {
        let line = "1763769600000\tgeckodriver\tINFO\tListening on 127.0.0.1:43521";
        assert_eq!(port(line), Some(43521));
        assert_eq!(port("console.log: \"Listening\""), None);
    }
}
