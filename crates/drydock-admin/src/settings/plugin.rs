//! A plugin's installation: what it may do, and its own configuration screen.

use serde_json::json;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::api::Resource;
use crate::frames::{FrameMode, PluginFrame, TOKEN_PERMISSION, has_token_permission, use_plugins};
use crate::overlay::use_overlay;
use crate::router::Page;
use crate::shell::NotFound;
use crate::ui::{Link, use_title};
use crate::workspace::use_workspace;

/// Properties of [`PluginSettings`].
#[derive(Properties, PartialEq)]
pub(super) struct PluginSettingsProps {
    /// The plugin's id.
    pub(super) plugin: String,
}

/// A plugin's installation.
#[component]
pub(super) fn PluginSettings(props: &PluginSettingsProps) -> Html {
    let (workspace, plugins) = (use_workspace(), use_plugins());
    let plugin = workspace.now.plugin(&props.plugin).cloned();
    let name = plugin
        .as_ref()
        .map(|plugin| plugin.text("name").to_owned())
        .unwrap_or_default();
    use_title(format!(
        "{name} · Plugins · {}",
        workspace.now.site.text("name")
    ));
    let Some(plugin) = plugin else {
        return html! { <NotFound /> };
    };
    let configurable = plugins.has_hook(&plugin.id, "renderConfigScreen");
    let title = format!("Settings of {name}");
    html! {
        <>
            <header class="toolbar">
                <div class="heading">
                    <p class="crumb"><Link to={Page::Plugins}>{ "Plugins" }</Link></p>
                    <h1>{ &name }</h1>
                </div>
            </header>
            <div class="pane-body narrow">
                <dl class="facts wide">
                    <dt>{ "Address" }</dt><dd><code>{ plugin.text("url").to_owned() }</code></dd>
                    <dt>{ "Package" }</dt><dd>{ package(&plugin) }</dd>
                </dl>
                <Access plugin={plugin.clone()} />
                <h2 class="ruled">{ "Settings" }</h2>
                if configurable == Some(false) {
                    <p class="hint">{ "This plugin has no settings." }</p>
                } else {
                    <PluginFrame {plugin} mode={FrameMode::ConfigScreen} {title} />
                }
            </div>
        </>
    }
}

fn package(plugin: &Resource) -> String {
    match (plugin.text("package_name"), plugin.text("package_version")) {
        ("", _) => "Private plugin".to_owned(),
        (name, "") => name.to_owned(),
        (name, version) => format!("{name} {version}"),
    }
}

/// Properties of [`Access`].
#[derive(Properties, PartialEq)]
struct AccessProps {
    plugin: Resource,
}

/// Whether the plugin may call the API as the user.
#[component]
fn Access(props: &AccessProps) -> Html {
    let (workspace, overlay) = (use_workspace(), use_overlay());
    let plugin = &props.plugin;
    let granted = has_token_permission(plugin);
    let allowed = workspace.now.may("can_edit_schema");
    let onclick = {
        let (workspace, id) = (workspace.clone(), plugin.id.clone());
        Callback::from(move |_: MouseEvent| {
            let (workspace, overlay, id) = (workspace.clone(), overlay.clone(), id.clone());
            spawn_local(async move {
                let permissions = if granted {
                    json!([])
                } else {
                    json!([TOKEN_PERMISSION])
                };
                match workspace
                    .update_plugin(&id, json!({"permissions": permissions}))
                    .await
                {
                    Ok(_) if granted => overlay.notice("The plugin can no longer act as the user."),
                    Ok(_) => overlay.notice("The plugin can act as the user now."),
                    Err(error) => overlay.alert(error.to_string()),
                }
            });
        })
    };
    let reason = (!allowed).then_some("Your role may not change plugins");
    html! {
        <section class="card" aria-labelledby="access-title">
            <div>
                <h2 id="access-title">{ "Access to the current user's token" }</h2>
                <p>
                    { "With this permission (" }<code>{ TOKEN_PERMISSION }</code>
                    { ") the plugin can do through the API whatever the signed-in user can do." }
                </p>
                if let Some(reason) = reason {
                    <p class="field-hint">{ reason }{ "." }</p>
                }
            </div>
            <button type="button" role="switch" class="switch" aria-checked={granted.to_string()}
                aria-labelledby="access-title" disabled={!allowed} title={reason} {onclick}>
                <i></i>
            </button>
        </section>
    }
}
