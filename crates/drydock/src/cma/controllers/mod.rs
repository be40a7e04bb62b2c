//! One file a resource; each offers `routes()`.

pub(crate) mod access_tokens;
pub(crate) mod build_triggers;
pub(crate) mod editing_sessions;
pub(crate) mod environments;
pub(crate) mod fields;
pub(crate) mod fieldsets;
pub(crate) mod item_type_filters;
pub(crate) mod item_types;
pub(crate) mod items;
pub(crate) mod job_results;
pub(crate) mod maintenance_mode;
pub(crate) mod menu_items;
pub(crate) mod plugins;
pub(crate) mod public_info;
pub(crate) mod roles;
pub(crate) mod schema_menu_items;
pub(crate) mod site;
pub(crate) mod stored;
pub(crate) mod subscription_limits;
pub(crate) mod upload_filters;
pub(crate) mod users;
pub(crate) mod webhook_calls;
pub(crate) mod webhooks;
pub(crate) mod workflows;
