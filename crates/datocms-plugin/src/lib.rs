//! The plugin SDK of the CMS, for Rust: ctx, hooks, theme, over `penpal::child`.
//!
//! The CMS loads a plugin's one page in many frames and tells each of them its [`Mode`]. [`connect`] does the
//! handshake, asks for the [`Settings`], puts the colour scheme and the design tokens on the document, and hands
//! every new state of the settings to the program. The hooks that draw nothing run in one hidden frame, the boot
//! frame; they are declared with [`Hooks`]. What the CMS can do for the plugin are methods of [`Plugin`].
//!
//! The contract is that of the JavaScript SDK 2.2, whose additions (colour scheme, design tokens, `cmaBaseUrl`) a
//! host may lack. Settings may hold keys that are not known here; they are ignored.

mod connect;
mod ctx;
mod document;
mod hooks;
mod host;
mod options;
mod permissions;
mod places;
mod resizer;
mod settings;
#[cfg(test)]
mod tests;
mod token;

pub use connect::{ConnectError, connect};
pub use ctx::{
    BaseCtx, ColorScheme, CurrentUser, DEFAULT_CMA_BASE_URL, Installation, ItemType, Role, Site,
    UserKind,
};
pub use hooks::{HookCtx, Hooks, Render};
pub use host::{HostError, Plugin};
pub use options::{Choice, ConfirmOptions, Intent, ModalOptions, ModalWidth, Toast, ToastKind};
pub use permissions::{EnvironmentsAccess, ItemTypePermission, Permissions};
pub use places::{
    ContentAnchor, ContentAreaSidebarItem, Icon, ItemFormOutlet, ItemFormSidebarPanel,
    MainNavigationTab, NavigationAnchor, PanelAnchor, Placement, PointsTo, SettingsAnchor,
    SettingsAreaSidebarItem, SettingsAreaSidebarItemGroup,
};
pub use settings::{FrameSize, ItemForm, ItemStatus, Location, Mode, Settings, SettingsError};
pub use token::Token;

/// What this crate answers to `sdkVersion`: the version from which the CMS knows that a plugin handles dark mode.
pub const SDK_VERSION: &str = "0.3.1";
