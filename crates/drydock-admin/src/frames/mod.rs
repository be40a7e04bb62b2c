//! Plugins: frames of another origin, what they are told, and what they may ask for.

mod boot;
mod frame;
mod hooks;
mod item_form;
mod methods;
mod settings;

pub(crate) use boot::{PluginsProvider, use_plugins};
pub(crate) use frame::PluginFrame;
pub(crate) use hooks::{Icon, PanelEntry};
pub(crate) use item_form::{HostedForm, ItemForm, ItemFormActions};
pub(crate) use settings::{FrameMode, TOKEN_PERMISSION, has_token_permission};
