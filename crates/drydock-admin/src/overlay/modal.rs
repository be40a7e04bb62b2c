//! A plugin's modal: the panel draws the dialog, the plugin what is in it.

use serde_json::Value;
use yew::prelude::*;

use super::options::ModalWidth;
use super::{Dialog, Modal};
use crate::frames::{FrameMode, PluginFrame};
use crate::workspace::use_workspace;

/// Properties of [`ModalDialog`].
#[derive(Properties, PartialEq)]
pub(crate) struct ModalDialogProps {
    /// The modal.
    pub(crate) modal: Modal,
    /// Told what the plugin resolved it to, or `null`.
    pub(crate) on_settle: Callback<Value>,
}

/// Shows the modal with a frame of its own.
#[component]
pub(crate) fn ModalDialog(props: &ModalDialogProps) -> Html {
    let workspace = use_workspace();
    let Modal { plugin, options } = &props.modal;
    let plugin = workspace.now.plugin(plugin).cloned();
    let on_dismiss = props.on_settle.reform(|()| Value::Null);
    let close = on_dismiss.reform(|_: MouseEvent| ());
    let Some(plugin) = plugin else {
        // Uninstalled while its modal was open, or another environment without it.
        return html! {
            <Dialog label="Plugin" class="modal" {on_dismiss}>
                <div class="dialog-content"><p>{ "This plugin is not installed here any more." }</p></div>
                <footer class="dialog-actions">
                    <button type="button" class="button" onclick={close}>{ "Close" }</button>
                </footer>
            </Dialog>
        };
    };
    let (class, style) = match options.width() {
        ModalWidth::Full => ("modal full", None),
        ModalWidth::Pixels(width) => ("modal", Some(AttrValue::from(format!("width: {width}px")))),
    };
    let title = options
        .title
        .clone()
        .unwrap_or_else(|| plugin.text("name").to_owned());
    let mode = FrameMode::Modal {
        modal_id: options.id.clone(),
        parameters: options
            .parameters
            .clone()
            .unwrap_or_else(|| serde_json::json!({})),
    };
    html! {
        <Dialog label={title.clone()} {class} {style} {on_dismiss}
            close_disabled={options.close_disabled}>
            <header class="dialog-title">
                <h2>{ &title }</h2>
                if !options.close_disabled {
                    <button type="button" class="button quiet icon" aria-label="Close" onclick={close}>
                        { "✕" }
                    </button>
                }
            </header>
            <PluginFrame {plugin} {mode} {title} takes_focus=true
                initial_height={options.initial_height} on_resolve={props.on_settle.clone()} />
        </Dialog>
    }
}
