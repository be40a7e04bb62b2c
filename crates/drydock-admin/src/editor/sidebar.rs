//! Beside the form: what is known about the record, and the panels of plugins.

use std::rc::Rc;

use serde_json::json;
use yew::prelude::*;

use super::state::Editor;
use crate::api::Resource;
use crate::frames::{
    FrameMode, HostedForm, ItemForm, ItemFormActions, PanelEntry, PluginFrame, use_plugins,
};
use crate::loading::{Loaded, use_loaded};
use crate::ui::when;
use crate::workspace::use_workspace;

/// Properties of [`EditorSidebar`].
#[derive(Properties, PartialEq)]
pub(super) struct EditorSidebarProps {
    /// The record's model.
    pub(super) model: Resource,
    /// The editor's state.
    pub(super) editor: Editor,
    /// What plugins can do to the form.
    pub(super) actions: ItemFormActions,
}

/// The column beside the form.
#[component]
pub(super) fn EditorSidebar(props: &EditorSidebarProps) -> Html {
    let EditorSidebarProps {
        model,
        editor,
        actions,
    } = props;
    let plugins = use_plugins();
    let panels = use_loaded((model.id.clone(), plugins.boots()), {
        let model = model.to_json();
        move |_| async move { Ok(plugins.item_panels(model).await) }
    });
    let form = Rc::new(ItemForm {
        locale: editor.locale.clone(),
        item: editor.record.clone(),
        item_type: model.clone(),
        values: editor.form.values(),
        submitting: editor.busy.is_some(),
        dirty: editor.form.is_dirty(),
    });
    let hosted = HostedForm {
        form,
        actions: actions.clone(),
    };
    let panels = match panels {
        Loaded::Ready(panels) => panels,
        Loaded::Waiting | Loaded::Failed(_) => Vec::new(),
    };
    let panels = panels.into_iter().map(|(plugin, panel)| {
        let key = format!("{plugin} {}", panel.id);
        html! { <PluginPanel {key} {plugin} {panel} hosted={hosted.clone()} /> }
    });
    html! {
        <aside class="editor-side" aria-label="About this record">
            if let Some(record) = &editor.record {
                <About record={record.clone()} />
            }
            { for panels }
        </aside>
    }
}

/// Properties of [`About`].
#[derive(Properties, PartialEq)]
struct AboutProps {
    record: Resource,
}

#[component]
fn About(props: &AboutProps) -> Html {
    let record = &props.record;
    let time = |name: &str| when(record.meta_text(name).unwrap_or_default());
    let version = record
        .meta_text("current_version")
        .unwrap_or("–")
        .to_owned();
    html! {
        <details class="panel" open=true>
            <summary>{ "Record info" }</summary>
            <dl class="facts">
                <dt>{ "Record ID" }</dt><dd><code>{ &record.id }</code></dd>
                <dt>{ "Created" }</dt><dd>{ time("created_at") }</dd>
                <dt>{ "Updated" }</dt><dd>{ time("updated_at") }</dd>
                <dt>{ "Published" }</dt><dd>{ time("published_at") }</dd>
                <dt>{ "Version" }</dt><dd><code>{ version }</code></dd>
            </dl>
        </details>
    }
}

/// Properties of [`PluginPanel`].
#[derive(Properties, PartialEq)]
struct PluginPanelProps {
    plugin: String,
    panel: PanelEntry,
    hosted: HostedForm,
}

/// A panel of a plugin. Its frame is there only while it is unfolded.
#[component]
fn PluginPanel(props: &PluginPanelProps) -> Html {
    let PluginPanelProps {
        plugin,
        panel,
        hosted,
    } = props;
    let workspace = use_workspace();
    let open = use_state_eq(|| panel.start_open);
    let ontoggle = {
        let open = open.setter();
        Callback::from(move |event: Event| {
            let details = event.target_unchecked_into::<web_sys::Element>();
            open.set(details.has_attribute("open"));
        })
    };
    let Some(plugin) = workspace.now.plugin(plugin).cloned() else {
        return Html::default();
    };
    let mode = FrameMode::ItemFormSidebarPanel {
        panel_id: panel.id.clone(),
        parameters: panel.parameters.clone().unwrap_or_else(|| json!({})),
        hosted: hosted.clone(),
    };
    html! {
        <details class="panel" open={panel.start_open} {ontoggle}>
            <summary>{ &panel.label }</summary>
            if *open {
                <PluginFrame {plugin} {mode} title={panel.label.clone()} initial_height={panel.initial_height} />
            }
        </details>
    }
}
