//! What a role may do: the closed list of flags, access to environments, and the entries about records.

use serde_json::{Map, Value, json};

use super::content_part::{self, ContentPart};

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $wire:literal,)*) => {
        /// The flags of a role.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The attribute of a role.
            pub(crate) fn wire(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }
    };
}

permissions! {
    /// Locales, timezone and theme of accessible environments.
    EditEnvironment = "can_edit_environment",
    /// Favicon, global SEO, no-index.
    EditFavicon = "can_edit_favicon",
    /// Models, fields, fieldsets, plugins.
    EditSchema = "can_edit_schema",
    /// Project-wide settings.
    EditSite = "can_edit_site",
    /// The navigation bar.
    ManageMenu = "can_manage_menu",
    /// Workflows.
    ManageWorkflows = "can_manage_workflows",
    /// Shared filters.
    ManageSharedFilters = "can_manage_shared_filters",
    /// Folders of assets.
    ManageUploadCollections = "can_manage_upload_collections",
    /// Search indexes.
    ManageSearchIndexes = "can_manage_search_indexes",
    /// Build triggers.
    ManageBuildTriggers = "can_manage_build_triggers",
    /// Webhooks.
    ManageWebhooks = "can_manage_webhooks",
    /// Create, fork, rename and destroy sandboxes.
    ManageEnvironments = "can_manage_environments",
    /// Promote, and switch maintenance mode.
    PromoteEnvironments = "can_promote_environments",
    /// Collaborators, invitations, roles.
    ManageUsers = "can_manage_users",
    /// API tokens.
    ManageAccessTokens = "can_manage_access_tokens",
    /// Single sign-on.
    ManageSso = "can_manage_sso",
    /// The audit log.
    AccessAuditLog = "can_access_audit_log",
    /// The log of builds.
    AccessBuildEventsLog = "can_access_build_events_log",
    /// The log of search indexing.
    AccessSearchIndexEventsLog = "can_access_search_index_events_log",
    /// Search over the site.
    PerformSiteSearch = "can_perform_site_search",
}

/// `environments_access` of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EnvironmentsAccess {
    /// Every environment.
    All,
    /// Only the primary one.
    PrimaryOnly,
    /// Only sandboxes.
    SandboxOnly,
    /// None: such a role is there to be inherited.
    None,
}

impl EnvironmentsAccess {
    /// The word on the wire.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::PrimaryOnly => "primary_only",
            Self::SandboxOnly => "sandbox_only",
            Self::None => "none",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::All, Self::PrimaryOnly, Self::SandboxOnly, Self::None]
            .into_iter()
            .find(|access| access.wire() == word)
    }

    /// Whether an environment may be entered.
    pub(crate) fn allows(self, primary: bool) -> bool {
        match self {
            Self::All => true,
            Self::PrimaryOnly => primary,
            Self::SandboxOnly => !primary,
            Self::None => false,
        }
    }

    /// What both together allow.
    #[must_use]
    pub(crate) fn union(self, other: Self) -> Self {
        match (
            self.allows(true) || other.allows(true),
            self.allows(false) || other.allows(false),
        ) {
            (true, true) => Self::All,
            (true, false) => Self::PrimaryOnly,
            (false, true) => Self::SandboxOnly,
            (false, false) => Self::None,
        }
    }
}

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemAction {
    /// See it.
    Read,
    /// Make one.
    Create,
    /// Change it.
    Update,
    /// Publish or unpublish it.
    Publish,
    /// Copy it.
    Duplicate,
    /// Destroy it.
    Delete,
    /// Change its creator.
    EditCreator,
    /// Take over somebody's editing.
    TakeOver,
    /// Move it through a workflow.
    MoveToStage,
}

impl ItemAction {
    /// The word on the wire.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Publish => "publish",
            Self::Duplicate => "duplicate",
            Self::Delete => "delete",
            Self::EditCreator => "edit_creator",
            Self::TakeOver => "take_over",
            Self::MoveToStage => "move_to_stage",
        }
    }
}

/// What is done to an asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UploadAction {
    /// See it.
    Read,
    /// Make one.
    Create,
    /// Change what is said about it.
    Update,
    /// Destroy it.
    Delete,
    /// Change its creator.
    EditCreator,
    /// Put another file in its place.
    ReplaceAsset,
    /// Move it to another folder.
    Move,
}

impl UploadAction {
    /// The word on the wire.
    pub(crate) fn wire(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::EditCreator => "edit_creator",
            Self::ReplaceAsset => "replace_asset",
            Self::Move => "move",
        }
    }
}

/// The record an action is about, as far as it is known. A part left `None` is not asked about: an entry that limits it
/// still counts, so that a list can be shown and then narrowed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ItemSubject<'a> {
    /// Id of its model.
    pub item_type: &'a str,
    /// Id of the model's workflow.
    pub workflow: Option<&'a str>,
    /// The stage it is on.
    pub stage: Option<&'a str>,
    /// The stage it is to move to.
    pub to_stage: Option<&'a str>,
    /// Who made it.
    pub creator: Option<Creator<'a>>,
    /// The part of it.
    pub content: Option<&'a ContentPart>,
}

/// The asset an action is about, as far as it is known; see [`ItemSubject`].
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UploadSubject<'a> {
    /// The folder it is in; `None` for none, which is never asked about.
    pub collection: Option<&'a str>,
    /// Where it is to move to.
    pub destination: Destination<'a>,
    /// Who made it; `None` for an asset that is not there yet.
    pub creator: Option<Creator<'a>>,
    /// The part of it.
    pub content: Option<&'a ContentPart>,
}

/// Where an asset is to move to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) enum Destination<'a> {
    /// It is not asked about.
    #[default]
    Unknown,
    /// Out of its folder, into none.
    Nowhere,
    /// Into this folder.
    Collection(&'a str),
}

/// Who made a record, in relation to the caller.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Creator<'a> {
    /// Whether it is the caller.
    pub is_caller: bool,
    /// The creator's role.
    pub role: Option<&'a str>,
}

/// The permissions of a role after inheritance: what is enforced.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FinalPermissions(Map<String, Value>);

/// The families of permission entries.
pub(crate) const FAMILIES: [&str; 4] = [
    "item_type_permissions",
    "upload_permissions",
    "build_trigger_permissions",
    "search_index_permissions",
];

impl FinalPermissions {
    /// From the keys of `meta.final_permissions`.
    pub(crate) fn new(keys: Map<String, Value>) -> Self {
        Self(keys)
    }

    /// Everything, in every environment: what owners have.
    pub(crate) fn owner() -> Self {
        let mut keys: Map<String, Value> = Permission::ALL
            .iter()
            .map(|permission| (permission.wire().to_owned(), Value::Bool(true)))
            .collect();
        keys.insert(
            "environments_access".to_owned(),
            EnvironmentsAccess::All.wire().into(),
        );
        for family in FAMILIES {
            keys.insert(format!("positive_{family}"), json!([{"action": "all"}]));
            keys.insert(format!("negative_{family}"), json!([]));
        }
        Self(keys)
    }

    /// The value of `meta.final_permissions`.
    pub(crate) fn to_json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// Whether the flag is set.
    pub(crate) fn has(&self, permission: Permission) -> bool {
        self.0.get(permission.wire()) == Some(&Value::Bool(true))
    }

    /// Which environments may be entered.
    pub(crate) fn environments_access(&self) -> EnvironmentsAccess {
        let word = self.0.get("environments_access").and_then(Value::as_str);
        word.and_then(EnvironmentsAccess::parse)
            .unwrap_or(EnvironmentsAccess::None)
    }

    /// Whether `action` is allowed on the record in the environment: some positive entry allows it and no negative one
    /// forbids it. `role` is the caller's own, for entries about records made by people of the same role.
    pub(crate) fn allows_item(
        &self,
        environment: &str,
        action: ItemAction,
        subject: &ItemSubject<'_>,
        role: Option<&str>,
    ) -> bool {
        let matches = |key: &str, unknown: bool| {
            self.entries(key)
                .any(|entry| item_entry_applies(entry, environment, action, subject, role, unknown))
        };
        matches("positive_item_type_permissions", true)
            && !matches("negative_item_type_permissions", false)
    }

    /// Whether two records of one model may be allowed different things: some entry is about who made them, or their stage.
    pub(crate) fn tells_records_apart(&self) -> bool {
        let text =
            |entry: &Value, key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        [
            "positive_item_type_permissions",
            "negative_item_type_permissions",
        ]
        .into_iter()
        .flat_map(|key| self.entries(key))
        .any(|entry| {
            text(entry, "on_stage").is_some()
                || text(entry, "on_creator").is_some_and(|creator| creator != "anyone")
        })
    }

    /// Whether some entry is about a part of what a record or an asset says.
    pub(crate) fn limits_content(&self) -> bool {
        [
            "positive_item_type_permissions",
            "negative_item_type_permissions",
            "positive_upload_permissions",
            "negative_upload_permissions",
        ]
        .into_iter()
        .flat_map(|key| self.entries(key))
        .any(content_part::is_limited)
    }

    /// Whether `action` is allowed on the asset in the environment.
    pub(crate) fn allows_upload(
        &self,
        environment: &str,
        action: UploadAction,
        subject: &UploadSubject<'_>,
        role: Option<&str>,
    ) -> bool {
        let applies = |entry: &Value, unknown: bool| {
            let text = |key: &str| entry.get(key).and_then(Value::as_str);
            let destination = match (text("move_to_upload_collection"), subject.destination) {
                (None, _) => true,
                (Some(_), Destination::Unknown) => unknown,
                (Some(_), Destination::Nowhere) => false,
                (Some(wanted), Destination::Collection(id)) => id == wanted,
            };
            text("environment").is_none_or(|wanted| wanted == environment)
                && text("action").is_some_and(|wanted| wanted == "all" || wanted == action.wire())
                && text("upload_collection").is_none_or(|wanted| subject.collection == Some(wanted))
                && destination
                && made_by(entry, subject.creator, role, unknown)
                && content_part::covers(entry, subject.content, unknown)
        };
        self.entries("positive_upload_permissions")
            .any(|entry| applies(entry, true))
            && !self
                .entries("negative_upload_permissions")
                .any(|entry| applies(entry, false))
    }

    /// Whether the build trigger may be fired.
    pub(crate) fn allows_build_trigger(&self, id: &str) -> bool {
        self.allows_entry("build_trigger", id)
    }

    /// Whether the search index may be built anew.
    pub(crate) fn allows_search_index(&self, id: &str) -> bool {
        self.allows_entry("search_index", id)
    }

    /// Whether some positive entry of a family names the entity, or all, and no negative one does.
    fn allows_entry(&self, kind: &str, id: &str) -> bool {
        let matches = |key: &str| {
            self.entries(key).any(|entry| {
                let named = entry.get(kind).unwrap_or(&Value::Null);
                named.is_null() || named.as_str() == Some(id)
            })
        };
        matches(&format!("positive_{kind}_permissions"))
            && !matches(&format!("negative_{kind}_permissions"))
    }

    fn entries(&self, key: &str) -> impl Iterator<Item = &Value> {
        self.0
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }
}

/// Whether an entry is about this. `unknown` is what a limit counts for when the subject does not say.
fn item_entry_applies(
    entry: &Value,
    environment: &str,
    action: ItemAction,
    subject: &ItemSubject<'_>,
    role: Option<&str>,
    unknown: bool,
) -> bool {
    let text = |key: &str| entry.get(key).and_then(Value::as_str);
    let limit = |wanted: Option<&str>, found: Option<&str>| match (wanted, found) {
        (None, _) => true,
        (Some(_), None) => unknown,
        (Some(wanted), Some(found)) => wanted == found,
    };
    text("environment").is_none_or(|wanted| wanted == environment)
        && text("action").is_some_and(|wanted| wanted == "all" || wanted == action.wire())
        && text("item_type").is_none_or(|wanted| wanted == subject.item_type)
        && text("workflow").is_none_or(|wanted| subject.workflow == Some(wanted))
        && limit(text("on_stage"), subject.stage)
        && limit(text("to_stage"), subject.to_stage)
        && made_by(entry, subject.creator, role, unknown)
        && content_part::covers(entry, subject.content, unknown)
}

/// Whether an entry is about what this creator made.
fn made_by(entry: &Value, creator: Option<Creator<'_>>, role: Option<&str>, unknown: bool) -> bool {
    match (entry.get("on_creator").and_then(Value::as_str), creator) {
        (None | Some("anyone"), _) => true,
        (Some(_), None) => unknown,
        (Some("self"), Some(creator)) => creator.is_caller,
        (Some(_), Some(creator)) => creator.role.is_some() && creator.role == role,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(positive: Value, negative: Value) -> FinalPermissions {
        let mut keys = Map::new();
        keys.insert("positive_item_type_permissions".into(), positive);
        keys.insert("negative_item_type_permissions".into(), negative);
        FinalPermissions(keys)
    }

    #[test]
    fn entries_are_about_one_environment() {
        let permissions = with(
            json!([{"environment": "main", "action": "all", "item_type": null}]),
            json!([]),
        );
        let subject = ItemSubject {
            item_type: "post",
            ..ItemSubject::default()
        };
        assert!(permissions.allows_item("main", ItemAction::Update, &subject, None));
        assert!(!permissions.allows_item("other", ItemAction::Read, &subject, None));
    }

    #[test]
    fn a_negative_entry_takes_away() {
        let permissions = with(
            json!([{"environment": "main", "action": "all"}]),
            json!([{"environment": "main", "action": "delete", "item_type": "post", "on_creator": "anyone"}]),
        );
        let post = ItemSubject {
            item_type: "post",
            ..ItemSubject::default()
        };
        let page = ItemSubject {
            item_type: "page",
            ..ItemSubject::default()
        };
        assert!(!permissions.allows_item("main", ItemAction::Delete, &post, None));
        assert!(permissions.allows_item("main", ItemAction::Update, &post, None));
        assert!(permissions.allows_item("main", ItemAction::Delete, &page, None));
    }

    #[test]
    fn own_records_are_told_from_others() {
        let permissions = with(
            json!([{"environment": "main", "action": "update", "on_creator": "self"}]),
            json!([]),
        );
        let made_by = |is_caller| ItemSubject {
            item_type: "post",
            creator: Some(Creator {
                is_caller,
                role: None,
            }),
            ..ItemSubject::default()
        };
        assert!(permissions.allows_item("main", ItemAction::Update, &made_by(true), None));
        assert!(!permissions.allows_item("main", ItemAction::Update, &made_by(false), None));
    }

    #[test]
    fn access_adds_up() {
        use EnvironmentsAccess::{All, None, PrimaryOnly, SandboxOnly};
        assert_eq!(PrimaryOnly.union(SandboxOnly), All);
        assert_eq!(None.union(SandboxOnly), SandboxOnly);
        assert_eq!(None.union(None), None);
    }
}
