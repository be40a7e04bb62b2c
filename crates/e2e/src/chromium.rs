//! Chromium: how it is started, and what only its driver can do.

use std::{fs, path::Path};

use fantoccini::Client;
use serde_json::{Map, Value, json};
use tokio::process::Command;

use crate::{
    browser::{Preferences, Scheme, Storage, Window, program},
    driver,
    failure::Failure,
    server::root,
};

/// The folder of the profile in which downloads arrive.
pub(crate) const DOWNLOADS: &str = "downloads";

/// A chromedriver on a free port.
pub(crate) fn driver() -> Command {
    let mut command = Command::new(program("CHROMEDRIVER", &["chromedriver"]));
    command.arg("--port=0");
    command
}

/// The port in `… started successfully on port N.`
pub(crate) fn port(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

/// The flags every browser test uses, from `webdriver.json`, and a profile of its own.
pub(crate) fn capabilities(
    profile: &Path,
    preferences: Preferences,
) -> Result<Map<String, Value>, Failure> {
    let path = root().join("webdriver.json");
    let text = fs::read_to_string(&path).map_err(Failure::file(&path))?;
    let mut capabilities: Map<String, Value> =
        serde_json::from_str(&text).map_err(|error| Failure::file(&path)(error.into()))?;
    let chrome = capabilities
        .entry("goog:chromeOptions")
        .or_insert_with(|| json!({}));
    chrome["binary"] = json!(program(
        "CHROMIUM",
        &["chromium", "chromium-browser", "google-chrome"]
    ));
    if let Some(flags) = chrome["args"].as_array_mut() {
        flags.push(format!("--user-data-dir={}", profile.display()).into());
        flags.push("--lang=en".into());
        // The driver cannot compute names and roles in frames that live in a process of their own; what frames of
        // another site may keep does not depend on it.
        flags.push("--disable-site-isolation-trials".into());
        flags.push("--disable-features=IsolateOrigins,site-per-process".into());
    }
    chrome["prefs"] = kept_preferences(profile, preferences.storage);
    capabilities.insert("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" }));
    if preferences.asks_before_leaving {
        let prompts = json!({ "beforeUnload": "ignore" });
        capabilities.insert("unhandledPromptBehavior".to_owned(), prompts);
        // Only for sessions that could speak WebDriver BiDi does chromedriver not answer this prompt itself.
        capabilities.insert("webSocketUrl".to_owned(), true.into());
    }
    Ok(capabilities)
}

/// The preferences of the profile, as Chromium itself keeps them (`components/content_settings/core/common/pref_names.h`
/// and `chrome/common/pref_names.h`).
fn kept_preferences(profile: &Path, storage: Storage) -> Value {
    const BLOCK: u32 = 2;
    let mut preferences = json!({
        "download.default_directory": profile.join(DOWNLOADS),
        "download.prompt_for_download": false,
    });
    match storage {
        Storage::Allowed => {}
        Storage::ThirdPartyBlocked => {
            preferences["profile.block_third_party_cookies"] = true.into();
            preferences["profile.cookie_controls_mode"] = 1.into();
        }
        Storage::PluginsDenied => {
            preferences["profile.content_settings.exceptions.cookies"] =
                json!({ "127.0.0.1,*": { "setting": BLOCK } });
        }
    }
    preferences
}

/// Gives pages this much room.
pub(crate) async fn size(client: &Client, window: Window) -> Result<(), Failure> {
    let metrics = json!({ "width": window.width, "height": window.height, "deviceScaleFactor": 1, "mobile": false });
    driver::devtools(client, "Emulation.setDeviceMetricsOverride", metrics).await?;
    Ok(())
}

/// Makes pages see this scheme as the user's preference.
pub(crate) async fn prefer(client: &Client, scheme: Scheme) -> Result<(), Failure> {
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme.as_str() }]);
    let features = json!({ "features": features });
    driver::devtools(client, "Emulation.setEmulatedMedia", features).await?;
    Ok(())
}

/// Everything it printed to its console since the last call, a line each.
pub(crate) async fn console(client: &Client) -> Result<String, Failure> {
    let entries = driver::console(client).await?;
    let line = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}", text("level"), text("message"))
    };
    let lines = entries.as_array().into_iter().flatten().map(line);
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_drivers_own_words() {
        let line = "ChromeDriver was started successfully on port 41231.";
        assert_eq!(port(line), Some(41231));
        assert_eq!(port("Starting ChromeDriver 150.0 on port 0"), None);
    }
}
