//! The table: every write of the management API that a migration may make, and what it does in words, for one and for
//! many. The words for one stand in journals, so a row may be added and not reworded.

/// What one endpoint does.
pub(super) struct Row {
    /// The namespace of the vendor's client, and its method there, as [`crate::policy::endpoints`] has them.
    pub(super) namespace: &'static str,
    pub(super) method: &'static str,
    /// What one request did: "record updated".
    pub(super) one: &'static str,
    /// What many did: "records updated".
    pub(super) many: &'static str,
}

/// What a change of `site` does that says something of the whole project.
pub(super) const PROJECT_SETTINGS: Row = row(
    "site",
    "update",
    "change of the project's settings",
    "changes of the project's settings",
);

pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().chain([&PROJECT_SETTINGS])
}

/// What a request of an endpoint does.
pub(super) fn of(namespace: &str, method: &str) -> Option<&'static Row> {
    ROWS.iter()
        .find(|row| row.namespace == namespace && row.method == method)
}

const fn row(
    namespace: &'static str,
    method: &'static str,
    one: &'static str,
    many: &'static str,
) -> Row {
    Row {
        namespace,
        method,
        one,
        many,
    }
}

#[rustfmt::skip]
const ROWS: [Row; 115] = [
    row("roles", "create", "role created", "roles created"),
    row("roles", "update", "role changed", "roles changed"),
    row("roles", "destroy", "role deleted", "roles deleted"),
    row("roles", "duplicate", "role created", "roles created"),

    row("users", "update", "collaborator changed", "collaborators changed"),
    row("users", "destroy", "collaborator removed", "collaborators removed"),

    row("ssoUsers", "copyUsers", "copy of collaborators to single sign-on", "copies of collaborators to single sign-on"),
    row("ssoUsers", "destroy", "single sign-on user removed", "single sign-on users removed"),

    row("menuItems", "create", "menu entry created", "menu entries created"),
    row("menuItems", "update", "menu entry changed", "menu entries changed"),
    row("menuItems", "destroy", "menu entry deleted", "menu entries deleted"),
    row("menuItems", "reorder", "reordering of the menu", "reorderings of the menu"),

    row("schemaMenuItems", "create", "schema menu entry created", "schema menu entries created"),
    row("schemaMenuItems", "update", "schema menu entry changed", "schema menu entries changed"),
    row("schemaMenuItems", "destroy", "schema menu entry deleted", "schema menu entries deleted"),
    row("schemaMenuItems", "reorder", "reordering of the schema menu", "reorderings of the schema menu"),

    row("uploadCollections", "create", "asset folder created", "asset folders created"),
    row("uploadCollections", "update", "asset folder changed", "asset folders changed"),
    row("uploadCollections", "destroy", "asset folder deleted", "asset folders deleted"),
    row("uploadCollections", "reorder", "reordering of asset folders", "reorderings of asset folders"),

    row("itemTypes", "create", "model created", "models created"),
    row("itemTypes", "update", "model changed", "models changed"),
    row("itemTypes", "duplicate", "model created", "models created"),
    row("itemTypes", "destroy", "model deleted", "models deleted"),
    row("itemTypes", "rawReorderFieldsAndFieldsets", "reordering of fields", "reorderings of fields"),

    row("fields", "create", "field created", "fields created"),
    row("fields", "update", "field changed", "fields changed"),
    row("fields", "destroy", "field deleted", "fields deleted"),
    row("fields", "duplicate", "field created", "fields created"),

    row("fieldsets", "create", "fieldset created", "fieldsets created"),
    row("fieldsets", "update", "fieldset changed", "fieldsets changed"),
    row("fieldsets", "destroy", "fieldset deleted", "fieldsets deleted"),

    row("accessTokens", "create", "API token created", "API tokens created"),
    row("accessTokens", "update", "API token changed", "API tokens changed"),
    row("accessTokens", "regenerateToken", "API token renewed", "API tokens renewed"),
    row("accessTokens", "destroy", "API token deleted", "API tokens deleted"),

    row("plugins", "create", "plugin installed", "plugins installed"),
    row("plugins", "update", "plugin changed", "plugins changed"),
    row("plugins", "destroy", "plugin removed", "plugins removed"),

    row("items", "create", "record created", "records created"),
    row("items", "duplicate", "record created", "records created"),
    row("items", "update", "record updated", "records updated"),
    row("items", "destroy", "record deleted", "records deleted"),
    row("items", "publish", "record published", "records published"),
    row("items", "unpublish", "record unpublished", "records unpublished"),
    row("items", "bulkPublish", "bulk publication", "bulk publications"),
    row("items", "bulkUnpublish", "bulk unpublication", "bulk unpublications"),
    row("items", "bulkDestroy", "bulk deletion", "bulk deletions"),
    row("items", "bulkMoveToStage", "bulk move of records to a stage", "bulk moves of records to a stage"),

    row("itemVersions", "restore", "record version restored", "record versions restored"),

    row("uploads", "create", "asset added", "assets added"),
    row("uploads", "destroy", "asset deleted", "assets deleted"),
    row("uploads", "update", "asset changed", "assets changed"),
    row("uploads", "bulkTag", "bulk tagging of assets", "bulk taggings of assets"),
    row("uploads", "bulkSetUploadCollection", "bulk move of assets to a folder", "bulk moves of assets to a folder"),
    row("uploads", "bulkDestroy", "bulk deletion of assets", "bulk deletions of assets"),

    row("uploadRequest", "create", "file upload prepared", "file uploads prepared"),

    row("uploadTracks", "create", "asset track added", "asset tracks added"),
    row("uploadTracks", "destroy", "asset track deleted", "asset tracks deleted"),
    row("uploadTracks", "generateSubtitles", "generation of subtitles", "generations of subtitles"),

    row("scheduledPublication", "create", "publication scheduled", "publications scheduled"),
    row("scheduledPublication", "destroy", "scheduled publication cancelled", "scheduled publications cancelled"),

    row("scheduledUnpublishing", "create", "unpublishing scheduled", "unpublishings scheduled"),
    row("scheduledUnpublishing", "destroy", "scheduled unpublishing cancelled", "scheduled unpublishings cancelled"),

    row("webhooks", "create", "webhook created", "webhooks created"),
    row("webhooks", "update", "webhook changed", "webhooks changed"),
    row("webhooks", "destroy", "webhook deleted", "webhooks deleted"),

    row("webhookCalls", "resendWebhook", "webhook call sent again", "webhook calls sent again"),

    row("buildTriggers", "create", "build trigger created", "build triggers created"),
    row("buildTriggers", "update", "build trigger changed", "build triggers changed"),
    row("buildTriggers", "trigger", "build started", "builds started"),
    row("buildTriggers", "abort", "build stopped", "builds stopped"),
    row("buildTriggers", "abortIndexing", "site search indexing stopped", "site search indexings stopped"),
    row("buildTriggers", "reindex", "site search indexing started", "site search indexings started"),
    row("buildTriggers", "destroy", "build trigger deleted", "build triggers deleted"),

    row("searchIndexes", "create", "search index created", "search indexes created"),
    row("searchIndexes", "update", "search index changed", "search indexes changed"),
    row("searchIndexes", "trigger", "indexing started", "indexings started"),
    row("searchIndexes", "abort", "indexing stopped", "indexings stopped"),
    row("searchIndexes", "destroy", "search index deleted", "search indexes deleted"),

    row("itemTypeFilters", "create", "saved view created", "saved views created"),
    row("itemTypeFilters", "update", "saved view changed", "saved views changed"),
    row("itemTypeFilters", "destroy", "saved view deleted", "saved views deleted"),

    row("uploadFilters", "create", "saved view of assets created", "saved views of assets created"),
    row("uploadFilters", "update", "saved view of assets changed", "saved views of assets changed"),
    row("uploadFilters", "destroy", "saved view of assets deleted", "saved views of assets deleted"),

    row("siteInvitations", "create", "invitation sent", "invitations sent"),
    row("siteInvitations", "update", "invitation changed", "invitations changed"),
    row("siteInvitations", "destroy", "invitation withdrawn", "invitations withdrawn"),
    row("siteInvitations", "resend", "invitation sent again", "invitations sent again"),

    row("editingSessions", "rawUpdate", "editing session changed", "editing sessions changed"),
    row("editingSessions", "destroy", "editing session ended", "editing sessions ended"),

    row("ssoGroups", "copyRoles", "copy of roles to a single sign-on group", "copies of roles to single sign-on groups"),
    row("ssoGroups", "update", "single sign-on group changed", "single sign-on groups changed"),
    row("ssoGroups", "destroy", "single sign-on group deleted", "single sign-on groups deleted"),

    row("ssoSettings", "generateToken", "single sign-on token renewed", "single sign-on tokens renewed"),
    row("ssoSettings", "update", "change of the single sign-on settings", "changes of the single sign-on settings"),

    row("whiteLabelSettings", "update", "change of the white-label settings", "changes of the white-label settings"),

    row("uploadTags", "create", "asset tag created", "asset tags created"),

    row("site", "update", "change of the environment's settings", "changes of the environment's settings"),
    row("site", "activateImprovedTimezoneManagement", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedHexManagement", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedGqlMultilocaleFields", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedGqlVisibilityControl", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedBooleanFields", "project setting switched on", "project settings switched on"),
    row("site", "activateDraftModeAsDefault", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedValidationAtPublishing", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedExposureOfInlineBlocksInCda", "project setting switched on", "project settings switched on"),
    row("site", "activateImprovedItemsListing", "project setting switched on", "project settings switched on"),
    row("site", "activateMillisecondsInDatetime", "project setting switched on", "project settings switched on"),
    row("site", "activateNonLocalizedFocalPoints", "project setting switched on", "project settings switched on"),
    row("site", "updateAssetsCdnDefaultSettings", "change of the asset delivery settings", "changes of the asset delivery settings"),

    row("workflows", "create", "workflow created", "workflows created"),
    row("workflows", "update", "workflow changed", "workflows changed"),
    row("workflows", "destroy", "workflow deleted", "workflows deleted"),
];
