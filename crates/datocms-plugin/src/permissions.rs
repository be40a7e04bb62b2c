//! What the current user may do, from `currentRole.meta.final_permissions`.

use serde_json::Value;

/// Which environments a person may enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EnvironmentsAccess {
    /// Every environment.
    All,
    /// Only the primary one.
    PrimaryOnly,
    /// Only sandboxes.
    SandboxOnly,
    /// None; also what a value we do not know counts as.
    #[default]
    None,
}

/// One entry of the lists of rights on records. What the positive list grants and the negative one does not take
/// away is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemTypePermission {
    /// Id of the environment it holds for.
    pub environment: String,
    /// Such as `all`, `read`, `create`, `update`, `publish`.
    pub action: String,
    /// Id of the model; `None` means all of them.
    pub item_type: Option<String>,
    /// Such as `anyone`, `self`, `role`; `None` where the action has no such limit.
    pub on_creator: Option<String>,
}

/// The resolved rights of the current user. A flag the CMS does not send is `false`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent flags of the CMS, under its names"
)]
pub struct Permissions {
    /// Which environments the user may enter.
    pub environments_access: EnvironmentsAccess,
    /// Create, fork, rename and delete sandboxes.
    pub can_manage_environments: bool,
    /// Make a sandbox primary; switch maintenance mode.
    pub can_promote_environments: bool,
    /// Models, fields, plugins and the parameters of plugins.
    pub can_edit_schema: bool,
    /// Locales, timezone and theme of an environment.
    pub can_edit_environment: bool,
    /// Webhooks.
    pub can_manage_webhooks: bool,
    /// Change build triggers.
    pub can_manage_build_triggers: bool,
    /// Workflows.
    pub can_manage_workflows: bool,
    /// API tokens.
    pub can_manage_access_tokens: bool,
    /// Collaborators.
    pub can_manage_users: bool,
    /// The audit log.
    pub can_access_audit_log: bool,
    /// Rights on records that are granted.
    pub positive_item_type_permissions: Vec<ItemTypePermission>,
    /// Rights on records that are taken away again.
    pub negative_item_type_permissions: Vec<ItemTypePermission>,
}

impl Permissions {
    /// Reads the object the CMS sends; what is missing or of another type counts as not allowed.
    #[must_use]
    pub fn read(final_permissions: &Value) -> Self {
        let flag = |name: &str| {
            final_permissions
                .get(name)
                .and_then(Value::as_bool)
                .unwrap_or(false)
        };
        let list = |name: &str| {
            let entries = final_permissions
                .get(name)
                .and_then(Value::as_array)
                .map(Vec::as_slice);
            entries
                .unwrap_or_default()
                .iter()
                .filter_map(item_type_permission)
                .collect()
        };
        Self {
            environments_access: match final_permissions
                .get("environments_access")
                .and_then(Value::as_str)
            {
                Some("all") => EnvironmentsAccess::All,
                Some("primary_only") => EnvironmentsAccess::PrimaryOnly,
                Some("sandbox_only") => EnvironmentsAccess::SandboxOnly,
                Some(_) | None => EnvironmentsAccess::None,
            },
            can_manage_environments: flag("can_manage_environments"),
            can_promote_environments: flag("can_promote_environments"),
            can_edit_schema: flag("can_edit_schema"),
            can_edit_environment: flag("can_edit_environment"),
            can_manage_webhooks: flag("can_manage_webhooks"),
            can_manage_build_triggers: flag("can_manage_build_triggers"),
            can_manage_workflows: flag("can_manage_workflows"),
            can_manage_access_tokens: flag("can_manage_access_tokens"),
            can_manage_users: flag("can_manage_users"),
            can_access_audit_log: flag("can_access_audit_log"),
            positive_item_type_permissions: list("positive_item_type_permissions"),
            negative_item_type_permissions: list("negative_item_type_permissions"),
        }
    }

    /// Those of the project's owner, who may do everything. The owner has no role of the project; the CMS makes
    /// one up, with the id `account_role`, whose flags need not be complete.
    #[must_use]
    pub fn owner() -> Self {
        Self {
            environments_access: EnvironmentsAccess::All,
            can_manage_environments: true,
            can_promote_environments: true,
            can_edit_schema: true,
            can_edit_environment: true,
            can_manage_webhooks: true,
            can_manage_build_triggers: true,
            can_manage_workflows: true,
            can_manage_access_tokens: true,
            can_manage_users: true,
            can_access_audit_log: true,
            positive_item_type_permissions: Vec::new(),
            negative_item_type_permissions: Vec::new(),
        }
    }
}

fn item_type_permission(entry: &Value) -> Option<ItemTypePermission> {
    let text = |name: &str| {
        entry
            .get(name)
            .and_then(Value::as_str)
            .map(ToOwned::to_owned)
    };
    Some(ItemTypePermission {
        environment: text("environment")?,
        action: text("action")?,
        item_type: text("item_type"),
        on_creator: text("on_creator"),
    })
}
