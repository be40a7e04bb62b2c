//! What pages without a session can ask of the panel: its screens, and the plugin's own settings.

use datocms_plugin::Settings;
use serde_json::Value;
use yew::Callback;

use super::spawn;
use crate::session::Frame;

/// The panel's address of the plugin's settings; it names the environment unless that is primary.
pub(super) fn settings_path(settings: &Settings) -> String {
    let base = &settings.base;
    let prefix = if base.is_environment_primary {
        String::new()
    } else {
        format!("/environments/{}", base.environment)
    };
    format!("{prefix}/configuration/plugins/{}/edit", base.plugin.id)
}

/// Moves the panel to the plugin's settings; hears a sentence where the panel refuses.
pub fn open_settings(frame: &Frame, refused: Callback<String>) {
    let (plugin, path) = (frame.plugin.clone(), settings_path(&frame.settings));
    spawn(async move {
        if let Err(error) = plugin.navigate_to(&path).await {
            refused.emit(error.to_string());
        }
    });
}

/// Saves the plugin's parameters, merged by `merge` into what is there by then, and says so in a toast.
/// Hears the outcome; nothing was saved where it is a sentence.
pub fn save_settings(
    frame: &Frame,
    merge: impl FnOnce(&Value) -> Value + 'static,
    saved: Callback<Result<(), String>>,
) {
    let plugin = frame.plugin.clone();
    spawn(async move {
        let parameters = merge(&plugin.settings().base.plugin.parameters);
        if let Err(error) = plugin.update_plugin_parameters(parameters).await {
            saved.emit(Err(error.to_string()));
            return;
        }
        // The settings are saved by now; a toast that cannot be shown changes nothing about that.
        let _ = plugin.notice("Settings saved").await;
        saved.emit(Ok(()));
    });
}
