//! The table: every endpoint of the management API and what it reaches.
//!
//! The rows are those of the vendor's own list, `resources.json` of `@datocms/cma-client`; a test compares the two. Where
//! a thing lives is from reference sections 3.1 and 5: an environment has its schema, records, assets, plugins, menus and
//! workflows; people, roles, tokens, hooks, triggers, indexes and the subscription are the project's.

use super::resource::Resource;

/// What a request reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Things that each environment has its own of.
    Environment,
    /// Settings of an environment, and in the same body settings of the project, which need this consent.
    Settings(Resource),
    /// Things of the project, which are only looked at and hold no credentials.
    Look,
    /// Things of the project that are changed, or that hold credentials: a person has to consent.
    Consent(Resource),
    /// What no migration may do.
    Forbidden(Ban),
}

/// Why something is never allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ban {
    /// Environments are forked, promoted and destroyed by the release.
    Environments,
    /// Maintenance mode belongs to the release.
    Maintenance,
    /// A session is a login.
    Sessions,
}

/// One endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The namespace of the vendor's client: `itemTypes`.
    pub namespace: &'static str,
    /// The client's method: `create`. Where only the raw form exists it is that: `rawUpdate`.
    pub method: &'static str,
    /// The HTTP method.
    pub verb: &'static str,
    /// The path, with `:id` for each id.
    pub template: &'static str,
    /// What it reaches.
    pub reach: Reach,
}

impl Endpoint {
    /// How many ids are in the path; `None` where the path is not of this endpoint.
    fn fit(&self, path: &str) -> Option<usize> {
        let (mut wanted, mut found) = (self.template.split('/'), path.split('/'));
        let mut ids = 0;
        loop {
            match (wanted.next(), found.next()) {
                (None, None) => return Some(ids),
                (Some(":id"), Some(found)) if !found.is_empty() => ids += 1,
                (Some(wanted), Some(found)) if wanted == found => {}
                (None | Some(_), _) => return None,
            }
        }
    }
}

/// The endpoint of a request: `/users/me` is more than one of `/users/:id`.
pub fn of_request(verb: &str, path: &str) -> Option<&'static Endpoint> {
    // Every template begins with a word, and most are ruled out by it: this is asked several times a request.
    let end = path
        .match_indices('/')
        .nth(1)
        .map_or(path.len(), |(at, _)| at);
    let begins = &path[..end];
    ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.verb == verb && endpoint.template.starts_with(begins))
        .filter_map(|endpoint| Some((endpoint.fit(path)?, endpoint)))
        .min_by_key(|(ids, _)| *ids)
        .map(|(_, endpoint)| endpoint)
}

/// The endpoints of one namespace of the client; none where there is no such namespace.
pub fn of_namespace(namespace: &str) -> impl Iterator<Item = &'static Endpoint> {
    ENDPOINTS
        .iter()
        .filter(move |endpoint| endpoint.namespace == namespace)
}

/// Every endpoint, in the vendor's order.
pub fn all() -> &'static [Endpoint] {
    &ENDPOINTS
}

const ENVIRONMENT: Reach = Reach::Environment;
const SETTINGS: Reach = Reach::Settings(Resource::ProjectSettings);
const LOOK: Reach = Reach::Look;
const BAN_ENV: Reach = Reach::Forbidden(Ban::Environments);
const BAN_MAINT: Reach = Reach::Forbidden(Ban::Maintenance);
const BAN_SESSION: Reach = Reach::Forbidden(Ban::Sessions);

const fn consent(resource: Resource) -> Reach {
    Reach::Consent(resource)
}

const fn row(
    namespace: &'static str,
    method: &'static str,
    verb: &'static str,
    template: &'static str,
    reach: Reach,
) -> Endpoint {
    Endpoint {
        namespace,
        method,
        verb,
        template,
        reach,
    }
}

#[rustfmt::skip]
const ENDPOINTS: [Endpoint; 202] = [
    row("roles", "create", "POST", "/roles", consent(Resource::Roles)),
    row("roles", "update", "PUT", "/roles/:id", consent(Resource::Roles)),
    row("roles", "list", "GET", "/roles", LOOK),
    row("roles", "find", "GET", "/roles/:id", LOOK),
    row("roles", "destroy", "DELETE", "/roles/:id", consent(Resource::Roles)),
    row("roles", "duplicate", "POST", "/roles/:id/duplicate", consent(Resource::Roles)),

    row("users", "update", "PUT", "/users/:id", consent(Resource::Collaborators)),
    row("users", "list", "GET", "/users", LOOK),
    row("users", "find", "GET", "/users/:id", LOOK),
    row("users", "findMe", "GET", "/users/me", LOOK),
    row("users", "destroy", "DELETE", "/users/:id", consent(Resource::Collaborators)),

    row("ssoUsers", "list", "GET", "/sso-users", LOOK),
    row("ssoUsers", "find", "GET", "/sso-users/:id", LOOK),
    row("ssoUsers", "copyUsers", "POST", "/sso-users/copy-users", consent(Resource::SsoUsers)),
    row("ssoUsers", "destroy", "DELETE", "/sso-users/:id", consent(Resource::SsoUsers)),

    row("auditLogEvents", "query", "POST", "/audit-log-events/query", consent(Resource::AuditLog)),

    row("menuItems", "create", "POST", "/menu-items", ENVIRONMENT),
    row("menuItems", "update", "PUT", "/menu-items/:id", ENVIRONMENT),
    row("menuItems", "list", "GET", "/menu-items", ENVIRONMENT),
    row("menuItems", "find", "GET", "/menu-items/:id", ENVIRONMENT),
    row("menuItems", "destroy", "DELETE", "/menu-items/:id", ENVIRONMENT),
    row("menuItems", "reorder", "POST", "/menu-items/reorder", ENVIRONMENT),

    row("schemaMenuItems", "create", "POST", "/schema-menu-items", ENVIRONMENT),
    row("schemaMenuItems", "update", "PUT", "/schema-menu-items/:id", ENVIRONMENT),
    row("schemaMenuItems", "list", "GET", "/schema-menu-items", ENVIRONMENT),
    row("schemaMenuItems", "find", "GET", "/schema-menu-items/:id", ENVIRONMENT),
    row("schemaMenuItems", "destroy", "DELETE", "/schema-menu-items/:id", ENVIRONMENT),
    row("schemaMenuItems", "reorder", "POST", "/schema-menu-items/reorder", ENVIRONMENT),

    row("uploadCollections", "create", "POST", "/upload-collections", ENVIRONMENT),
    row("uploadCollections", "update", "PUT", "/upload-collections/:id", ENVIRONMENT),
    row("uploadCollections", "list", "GET", "/upload-collections", ENVIRONMENT),
    row("uploadCollections", "find", "GET", "/upload-collections/:id", ENVIRONMENT),
    row("uploadCollections", "destroy", "DELETE", "/upload-collections/:id", ENVIRONMENT),
    row("uploadCollections", "reorder", "POST", "/upload-collections/reorder", ENVIRONMENT),

    row("itemTypes", "create", "POST", "/item-types", ENVIRONMENT),
    row("itemTypes", "update", "PUT", "/item-types/:id", ENVIRONMENT),
    row("itemTypes", "list", "GET", "/item-types", ENVIRONMENT),
    row("itemTypes", "find", "GET", "/item-types/:id", ENVIRONMENT),
    row("itemTypes", "duplicate", "POST", "/item-types/:id/duplicate", ENVIRONMENT),
    row("itemTypes", "destroy", "DELETE", "/item-types/:id", ENVIRONMENT),
    row("itemTypes", "referencing", "GET", "/item-types/:id/referencing", ENVIRONMENT),
    row("itemTypes", "rawReorderFieldsAndFieldsets", "POST", "/item-types/:id/reorder-fields-and-fieldsets", ENVIRONMENT),

    row("fields", "create", "POST", "/item-types/:id/fields", ENVIRONMENT),
    row("fields", "update", "PUT", "/fields/:id", ENVIRONMENT),
    row("fields", "list", "GET", "/item-types/:id/fields", ENVIRONMENT),
    row("fields", "referencing", "GET", "/item-types/:id/fields/referencing", ENVIRONMENT),
    row("fields", "related", "GET", "/item-types/:id/fields/related", ENVIRONMENT),
    row("fields", "find", "GET", "/fields/:id", ENVIRONMENT),
    row("fields", "destroy", "DELETE", "/fields/:id", ENVIRONMENT),
    row("fields", "duplicate", "POST", "/fields/:id/duplicate", ENVIRONMENT),

    row("fieldsets", "create", "POST", "/item-types/:id/fieldsets", ENVIRONMENT),
    row("fieldsets", "update", "PUT", "/fieldsets/:id", ENVIRONMENT),
    row("fieldsets", "list", "GET", "/item-types/:id/fieldsets", ENVIRONMENT),
    row("fieldsets", "find", "GET", "/fieldsets/:id", ENVIRONMENT),
    row("fieldsets", "destroy", "DELETE", "/fieldsets/:id", ENVIRONMENT),

    row("session", "create", "POST", "/sessions", BAN_SESSION),
    row("session", "destroy", "DELETE", "/session", BAN_SESSION),

    row("accessTokens", "create", "POST", "/access_tokens", consent(Resource::AccessTokens)),
    row("accessTokens", "update", "PUT", "/access_tokens/:id", consent(Resource::AccessTokens)),
    row("accessTokens", "list", "GET", "/access_tokens", LOOK),
    row("accessTokens", "find", "GET", "/access_tokens/:id", LOOK),
    row("accessTokens", "regenerateToken", "POST", "/access_tokens/:id/regenerate_token", consent(Resource::AccessTokens)),
    row("accessTokens", "destroy", "DELETE", "/access_tokens/:id", consent(Resource::AccessTokens)),

    row("plugins", "create", "POST", "/plugins", ENVIRONMENT),
    row("plugins", "update", "PUT", "/plugins/:id", ENVIRONMENT),
    row("plugins", "list", "GET", "/plugins", ENVIRONMENT),
    row("plugins", "find", "GET", "/plugins/:id", ENVIRONMENT),
    row("plugins", "destroy", "DELETE", "/plugins/:id", ENVIRONMENT),
    row("plugins", "fields", "GET", "/plugins/:id/fields", ENVIRONMENT),

    row("jobResults", "find", "GET", "/job-results/:id", ENVIRONMENT),

    row("subscriptionLimits", "list", "GET", "/subscription-limits", LOOK),
    row("subscriptionLimits", "find", "GET", "/subscription-limits/:id", LOOK),

    row("subscriptionFeatures", "list", "GET", "/subscription-features", LOOK),

    row("buildEvents", "list", "GET", "/build-events", consent(Resource::BuildTriggers)),
    row("buildEvents", "find", "GET", "/build-events/:id", consent(Resource::BuildTriggers)),

    row("searchIndexEvents", "list", "GET", "/search-index-events", LOOK),
    row("searchIndexEvents", "find", "GET", "/search-index-events/:id", LOOK),

    row("items", "list", "GET", "/items", ENVIRONMENT),
    row("items", "validateExisting", "POST", "/items/:id/validate", ENVIRONMENT),
    row("items", "validateNew", "POST", "/items/validate", ENVIRONMENT),
    row("items", "create", "POST", "/items", ENVIRONMENT),
    row("items", "duplicate", "POST", "/items/:id/duplicate", ENVIRONMENT),
    row("items", "update", "PUT", "/items/:id", ENVIRONMENT),
    row("items", "references", "GET", "/items/:id/references", ENVIRONMENT),
    row("items", "find", "GET", "/items/:id", ENVIRONMENT),
    row("items", "currentVsPublishedState", "GET", "/items/:id/current-vs-published-state", ENVIRONMENT),
    row("items", "destroy", "DELETE", "/items/:id", ENVIRONMENT),
    row("items", "publish", "PUT", "/items/:id/publish", ENVIRONMENT),
    row("items", "unpublish", "PUT", "/items/:id/unpublish", ENVIRONMENT),
    row("items", "bulkPublish", "POST", "/items/bulk/publish", ENVIRONMENT),
    row("items", "bulkUnpublish", "POST", "/items/bulk/unpublish", ENVIRONMENT),
    row("items", "bulkDestroy", "POST", "/items/bulk/destroy", ENVIRONMENT),
    row("items", "bulkMoveToStage", "POST", "/items/bulk/move-to-stage", ENVIRONMENT),

    row("itemVersions", "restore", "POST", "/versions/:id/restore", ENVIRONMENT),
    row("itemVersions", "list", "GET", "/items/:id/versions", ENVIRONMENT),
    row("itemVersions", "find", "GET", "/versions/:id", ENVIRONMENT),

    row("uploads", "create", "POST", "/uploads", ENVIRONMENT),
    row("uploads", "list", "GET", "/uploads", ENVIRONMENT),
    row("uploads", "find", "GET", "/uploads/:id", ENVIRONMENT),
    row("uploads", "destroy", "DELETE", "/uploads/:id", ENVIRONMENT),
    row("uploads", "update", "PUT", "/uploads/:id", ENVIRONMENT),
    row("uploads", "references", "GET", "/uploads/:id/references", ENVIRONMENT),
    row("uploads", "bulkTag", "POST", "/uploads/bulk/tag", ENVIRONMENT),
    row("uploads", "bulkSetUploadCollection", "POST", "/uploads/bulk/set-upload-collection", ENVIRONMENT),
    row("uploads", "bulkDestroy", "POST", "/uploads/bulk/destroy", ENVIRONMENT),

    row("uploadRequest", "create", "POST", "/upload-requests", ENVIRONMENT),

    row("uploadTracks", "create", "POST", "/uploads/:id/tracks", ENVIRONMENT),
    row("uploadTracks", "list", "GET", "/uploads/:id/tracks", ENVIRONMENT),
    row("uploadTracks", "destroy", "DELETE", "/uploads/:id/tracks/:id", ENVIRONMENT),
    row("uploadTracks", "generateSubtitles", "POST", "/uploads/:id/tracks/generate-subtitles", ENVIRONMENT),

    row("scheduledPublication", "create", "POST", "/items/:id/scheduled-publication", ENVIRONMENT),
    row("scheduledPublication", "destroy", "DELETE", "/items/:id/scheduled-publication", ENVIRONMENT),

    row("scheduledUnpublishing", "create", "POST", "/items/:id/scheduled-unpublishing", ENVIRONMENT),
    row("scheduledUnpublishing", "destroy", "DELETE", "/items/:id/scheduled-unpublishing", ENVIRONMENT),

    row("searchResults", "list", "GET", "/search-results", ENVIRONMENT),

    row("environments", "fork", "POST", "/environments/:id/fork", BAN_ENV),
    row("environments", "promote", "PUT", "/environments/:id/promote", BAN_ENV),
    row("environments", "rename", "PUT", "/environments/:id/rename", BAN_ENV),
    row("environments", "list", "GET", "/environments", LOOK),
    row("environments", "find", "GET", "/environments/:id", LOOK),
    row("environments", "destroy", "DELETE", "/environments/:id", BAN_ENV),

    row("maintenanceMode", "find", "GET", "/maintenance-mode", LOOK),
    row("maintenanceMode", "activate", "PUT", "/maintenance-mode/activate", BAN_MAINT),
    row("maintenanceMode", "deactivate", "PUT", "/maintenance-mode/deactivate", BAN_MAINT),

    row("webhooks", "create", "POST", "/webhooks", consent(Resource::Webhooks)),
    row("webhooks", "update", "PUT", "/webhooks/:id", consent(Resource::Webhooks)),
    row("webhooks", "list", "GET", "/webhooks", consent(Resource::Webhooks)),
    row("webhooks", "find", "GET", "/webhooks/:id", consent(Resource::Webhooks)),
    row("webhooks", "destroy", "DELETE", "/webhooks/:id", consent(Resource::Webhooks)),

    row("webhookCalls", "list", "GET", "/webhook_calls", consent(Resource::Webhooks)),
    row("webhookCalls", "find", "GET", "/webhook_calls/:id", consent(Resource::Webhooks)),
    row("webhookCalls", "resendWebhook", "POST", "/webhook_calls/:id/resend_webhook", consent(Resource::Webhooks)),

    row("buildTriggers", "list", "GET", "/build-triggers", consent(Resource::BuildTriggers)),
    row("buildTriggers", "find", "GET", "/build-triggers/:id", consent(Resource::BuildTriggers)),
    row("buildTriggers", "create", "POST", "/build-triggers", consent(Resource::BuildTriggers)),
    row("buildTriggers", "update", "PUT", "/build-triggers/:id", consent(Resource::BuildTriggers)),
    row("buildTriggers", "trigger", "POST", "/build-triggers/:id/trigger", consent(Resource::BuildTriggers)),
    row("buildTriggers", "abort", "DELETE", "/build-triggers/:id/abort", consent(Resource::BuildTriggers)),
    row("buildTriggers", "abortIndexing", "DELETE", "/build-triggers/:id/abort_indexing", consent(Resource::BuildTriggers)),
    row("buildTriggers", "reindex", "PUT", "/build-triggers/:id/reindex", consent(Resource::BuildTriggers)),
    row("buildTriggers", "destroy", "DELETE", "/build-triggers/:id", consent(Resource::BuildTriggers)),

    row("searchIndexes", "list", "GET", "/search-indexes", LOOK),
    row("searchIndexes", "find", "GET", "/search-indexes/:id", LOOK),
    row("searchIndexes", "create", "POST", "/search-indexes", consent(Resource::SearchIndexes)),
    row("searchIndexes", "update", "PUT", "/search-indexes/:id", consent(Resource::SearchIndexes)),
    row("searchIndexes", "trigger", "POST", "/search-indexes/:id/trigger", consent(Resource::SearchIndexes)),
    row("searchIndexes", "abort", "DELETE", "/search-indexes/:id/abort", consent(Resource::SearchIndexes)),
    row("searchIndexes", "destroy", "DELETE", "/search-indexes/:id", consent(Resource::SearchIndexes)),

    row("itemTypeFilters", "create", "POST", "/item-type-filters", ENVIRONMENT),
    row("itemTypeFilters", "update", "PUT", "/item-type-filters/:id", ENVIRONMENT),
    row("itemTypeFilters", "list", "GET", "/item-type-filters", ENVIRONMENT),
    row("itemTypeFilters", "find", "GET", "/item-type-filters/:id", ENVIRONMENT),
    row("itemTypeFilters", "destroy", "DELETE", "/item-type-filters/:id", ENVIRONMENT),

    row("uploadFilters", "create", "POST", "/upload-filters", ENVIRONMENT),
    row("uploadFilters", "update", "PUT", "/upload-filters/:id", ENVIRONMENT),
    row("uploadFilters", "list", "GET", "/upload-filters", ENVIRONMENT),
    row("uploadFilters", "find", "GET", "/upload-filters/:id", ENVIRONMENT),
    row("uploadFilters", "destroy", "DELETE", "/upload-filters/:id", ENVIRONMENT),

    row("siteInvitations", "create", "POST", "/site-invitations", consent(Resource::Invitations)),
    row("siteInvitations", "update", "PUT", "/site-invitations/:id", consent(Resource::Invitations)),
    row("siteInvitations", "list", "GET", "/site-invitations", consent(Resource::Invitations)),
    row("siteInvitations", "find", "GET", "/site-invitations/:id", consent(Resource::Invitations)),
    row("siteInvitations", "destroy", "DELETE", "/site-invitations/:id", consent(Resource::Invitations)),
    row("siteInvitations", "resend", "POST", "/site-invitations/:id/resend", consent(Resource::Invitations)),

    row("editingSessions", "list", "GET", "/editing-sessions", ENVIRONMENT),
    row("editingSessions", "rawUpdate", "PUT", "/editing-sessions/:id", ENVIRONMENT),
    row("editingSessions", "destroy", "DELETE", "/editing-sessions/:id", ENVIRONMENT),

    row("ssoGroups", "list", "GET", "/sso-groups", LOOK),
    row("ssoGroups", "copyRoles", "POST", "/sso-groups/:id/copy-roles", consent(Resource::SsoGroups)),
    row("ssoGroups", "update", "PUT", "/sso-groups/:id", consent(Resource::SsoGroups)),
    row("ssoGroups", "destroy", "DELETE", "/sso-groups/:id", consent(Resource::SsoGroups)),

    row("ssoSettings", "find", "GET", "/sso-settings", consent(Resource::SsoSettings)),
    row("ssoSettings", "generateToken", "PUT", "/sso-settings/generate-token", consent(Resource::SsoSettings)),
    row("ssoSettings", "update", "PUT", "/sso-settings", consent(Resource::SsoSettings)),

    row("emojiSuggestions", "find", "GET", "/emoji-suggestions", ENVIRONMENT),

    row("whiteLabelSettings", "find", "GET", "/white-label-settings", LOOK),
    row("whiteLabelSettings", "update", "PUT", "/white-label-settings", consent(Resource::WhiteLabel)),

    row("publicInfo", "find", "GET", "/public-info", LOOK),

    row("dailyUsages", "list", "GET", "/daily-site-usages", LOOK),

    row("usageCounters", "find", "GET", "/usage-log-counters/:id", LOOK),

    row("uploadTags", "list", "GET", "/upload-tags", ENVIRONMENT),
    row("uploadTags", "create", "POST", "/upload-tags", ENVIRONMENT),

    row("uploadSmartTags", "list", "GET", "/upload-smart-tags", ENVIRONMENT),

    row("site", "find", "GET", "/site", ENVIRONMENT),
    row("site", "update", "PUT", "/site", SETTINGS),
    row("site", "activateImprovedTimezoneManagement", "PUT", "/site/activate-improved-timezone-management", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedHexManagement", "PUT", "/site/activate-improved-hex-management", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedGqlMultilocaleFields", "PUT", "/site/activate-improved-gql-multilocale-fields", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedGqlVisibilityControl", "PUT", "/site/activate-improved-gql-visibility-control", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedBooleanFields", "PUT", "/site/activate-improved-boolean-fields", consent(Resource::ProjectSettings)),
    row("site", "activateDraftModeAsDefault", "PUT", "/site/activate-draft-mode-as-default", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedValidationAtPublishing", "PUT", "/site/activate-improved-validation-at-publishing", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedExposureOfInlineBlocksInCda", "PUT", "/site/activate-improved-exposure-of-inline-blocks-in-cda", consent(Resource::ProjectSettings)),
    row("site", "activateImprovedItemsListing", "PUT", "/site/activate-improved-items-listing", consent(Resource::ProjectSettings)),
    row("site", "activateMillisecondsInDatetime", "PUT", "/site/activate-milliseconds-in-datetime", consent(Resource::ProjectSettings)),
    row("site", "activateNonLocalizedFocalPoints", "PUT", "/site/activate-non-localized-focal-points", consent(Resource::ProjectSettings)),
    row("site", "updateAssetsCdnDefaultSettings", "PUT", "/site/assets-cdn-default-settings", consent(Resource::ProjectSettings)),

    row("workflows", "create", "POST", "/workflows", ENVIRONMENT),
    row("workflows", "update", "PUT", "/workflows/:id", ENVIRONMENT),
    row("workflows", "list", "GET", "/workflows", ENVIRONMENT),
    row("workflows", "find", "GET", "/workflows/:id", ENVIRONMENT),
    row("workflows", "destroy", "DELETE", "/workflows/:id", ENVIRONMENT),
];
