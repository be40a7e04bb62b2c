//! What each endpoint of the management API promises to answer: the vendor's list (`resources.json` of
//! `@datocms/cma-client` 5.8.1), with the names of its published types.

use axum::http::Method;

/// One endpoint.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) method: Method,
    /// The path below `/cma`, with `:placeholders`.
    pub(super) template: &'static str,
    /// The name of the type of its answer; `None` for one without a body.
    pub(super) answer: Option<&'static str>,
}

impl Endpoint {
    /// Whether what its type describes may come later, as the result of a job.
    pub(super) fn has_job(&self) -> bool {
        self.answer.is_some_and(|name| name.ends_with("JobSchema"))
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        let (mut wanted, mut given) = (self.template.split('/'), path.split('/'));
        self.method == *method
            && loop {
                match (wanted.next(), given.next()) {
                    (None, None) => break true,
                    (Some(wanted), Some(given)) if wanted.starts_with(':') || wanted == given => {}
                    (Some(_) | None, _) => break false,
                }
            }
    }

    fn placeholders(&self) -> usize {
        self.template.matches(':').count()
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.template)
    }
}

/// Endpoints that the vendor lists no more and that old programs call: recorded with the real service in 2022. Their answers
/// are those of the endpoints that took their place.
static FORMER: [Endpoint; 3] = [
    put("/items/publish", "ItemBulkPublishJobSchema"),
    put("/items/unpublish", "ItemBulkUnpublishJobSchema"),
    delete("/items", "ItemBulkDestroyJobSchema"),
];

/// The endpoint a call goes to: of several, the one that is named more precisely (`/users/me` before `/users/:user`).
pub(super) fn find(method: &Method, path: &str) -> Option<&'static Endpoint> {
    ENDPOINTS
        .iter()
        .chain(&FORMER)
        .filter(|endpoint| endpoint.matches(method, path))
        .min_by_key(|endpoint| endpoint.placeholders())
}

const fn get(template: &'static str, answer: &'static str) -> Endpoint {
    endpoint(Method::GET, template, answer)
}

const fn post(template: &'static str, answer: &'static str) -> Endpoint {
    endpoint(Method::POST, template, answer)
}

const fn put(template: &'static str, answer: &'static str) -> Endpoint {
    endpoint(Method::PUT, template, answer)
}

const fn delete(template: &'static str, answer: &'static str) -> Endpoint {
    endpoint(Method::DELETE, template, answer)
}

const fn endpoint(method: Method, template: &'static str, answer: &'static str) -> Endpoint {
    Endpoint {
        method,
        template,
        answer: if answer.is_empty() {
            None
        } else {
            Some(answer)
        },
    }
}

/// Done, and nothing to say.
const NOTHING: &str = "";

/// All of them, by resource, in the vendor's order.
#[rustfmt::skip]
pub(super) static ENDPOINTS: &[Endpoint] = &[
    // roles
    post("/roles", "RoleCreateTargetSchema"),
    put("/roles/:role", "RoleUpdateTargetSchema"),
    get("/roles", "RoleInstancesTargetSchema"),
    get("/roles/:role", "RoleSelfTargetSchema"),
    delete("/roles/:role", "RoleDestroyTargetSchema"),
    post("/roles/:role/duplicate", "RoleDuplicateTargetSchema"),
    // users
    put("/users/:user", "UserUpdateTargetSchema"),
    get("/users", "UserInstancesTargetSchema"),
    get("/users/:user", "UserSelfTargetSchema"),
    get("/users/me", "UserMeTargetSchema"),
    delete("/users/:user", "UserDestroyTargetSchema"),
    // ssoUsers
    get("/sso-users", "SsoUserInstancesTargetSchema"),
    get("/sso-users/:user", "SsoUserSelfTargetSchema"),
    post("/sso-users/copy-users", "SsoUserCopyUsersTargetSchema"),
    delete("/sso-users/:user", "SsoUserDestroyTargetSchema"),
    // auditLogEvents
    post("/audit-log-events/query", "AuditLogEventQueryTargetSchema"),
    // menuItems
    post("/menu-items", "MenuItemCreateTargetSchema"),
    put("/menu-items/:menu_item", "MenuItemUpdateTargetSchema"),
    get("/menu-items", "MenuItemInstancesTargetSchema"),
    get("/menu-items/:menu_item", "MenuItemSelfTargetSchema"),
    delete("/menu-items/:menu_item", "MenuItemDestroyTargetSchema"),
    post("/menu-items/reorder", "MenuItemReorderJobSchema"),
    // schemaMenuItems
    post("/schema-menu-items", "SchemaMenuItemCreateTargetSchema"),
    put("/schema-menu-items/:schema_menu_item", "SchemaMenuItemUpdateTargetSchema"),
    get("/schema-menu-items", "SchemaMenuItemInstancesTargetSchema"),
    get("/schema-menu-items/:schema_menu_item", "SchemaMenuItemSelfTargetSchema"),
    delete("/schema-menu-items/:schema_menu_item", "SchemaMenuItemDestroyTargetSchema"),
    post("/schema-menu-items/reorder", "SchemaMenuItemReorderJobSchema"),
    // uploadCollections
    post("/upload-collections", "UploadCollectionCreateTargetSchema"),
    put("/upload-collections/:upload_collection", "UploadCollectionUpdateTargetSchema"),
    get("/upload-collections", "UploadCollectionInstancesTargetSchema"),
    get("/upload-collections/:upload_collection", "UploadCollectionSelfTargetSchema"),
    delete("/upload-collections/:upload_collection", "UploadCollectionDestroyTargetSchema"),
    post("/upload-collections/reorder", "UploadCollectionReorderJobSchema"),
    // itemTypes
    post("/item-types", "ItemTypeCreateTargetSchema"),
    put("/item-types/:item_type", "ItemTypeUpdateJobSchema"),
    get("/item-types", "ItemTypeInstancesTargetSchema"),
    get("/item-types/:item_type", "ItemTypeSelfTargetSchema"),
    post("/item-types/:item_type/duplicate", "ItemTypeDuplicateTargetSchema"),
    delete("/item-types/:item_type", "ItemTypeDestroyJobSchema"),
    get("/item-types/:item_type/referencing", "ItemTypeReferencingTargetSchema"),
    post("/item-types/:item_type/reorder-fields-and-fieldsets", "ItemTypeReorderFieldsAndFieldsetsJobSchema"),
    // fields
    post("/item-types/:item_type/fields", "FieldCreateJobSchema"),
    put("/fields/:field", "FieldUpdateJobSchema"),
    get("/item-types/:item_type/fields", "FieldInstancesTargetSchema"),
    get("/item-types/:item_type/fields/referencing", "FieldReferencingTargetSchema"),
    get("/item-types/:item_type/fields/related", "FieldRelatedTargetSchema"),
    get("/fields/:field", "FieldSelfTargetSchema"),
    delete("/fields/:field", "FieldDestroyJobSchema"),
    post("/fields/:field/duplicate", "FieldDuplicateJobSchema"),
    // fieldsets
    post("/item-types/:item_type/fieldsets", "FieldsetCreateTargetSchema"),
    put("/fieldsets/:fieldset", "FieldsetUpdateTargetSchema"),
    get("/item-types/:item_type/fieldsets", "FieldsetInstancesTargetSchema"),
    get("/fieldsets/:fieldset", "FieldsetSelfTargetSchema"),
    delete("/fieldsets/:fieldset", "FieldsetDestroyTargetSchema"),
    // session
    post("/sessions", "SessionCreateTargetSchema"),
    delete("/session", NOTHING),
    // accessTokens
    post("/access_tokens", "AccessTokenCreateTargetSchema"),
    put("/access_tokens/:access_token", "AccessTokenUpdateTargetSchema"),
    get("/access_tokens", "AccessTokenInstancesTargetSchema"),
    get("/access_tokens/:access_token", "AccessTokenSelfTargetSchema"),
    post("/access_tokens/:access_token/regenerate_token", "AccessTokenRegenerateTokenTargetSchema"),
    delete("/access_tokens/:access_token", "AccessTokenDestroyTargetSchema"),
    // plugins
    post("/plugins", "PluginCreateTargetSchema"),
    put("/plugins/:plugin", "PluginUpdateTargetSchema"),
    get("/plugins", "PluginInstancesTargetSchema"),
    get("/plugins/:plugin", "PluginSelfTargetSchema"),
    delete("/plugins/:plugin", "PluginDestroyTargetSchema"),
    get("/plugins/:plugin/fields", "PluginFieldsTargetSchema"),
    // jobResults
    get("/job-results/:job_result", "JobResultSelfTargetSchema"),
    // subscriptionLimits
    get("/subscription-limits", "SubscriptionLimitInstancesTargetSchema"),
    get("/subscription-limits/:subscription_limit", "SubscriptionLimitSelfTargetSchema"),
    // subscriptionFeatures
    get("/subscription-features", "SubscriptionFeatureInstancesTargetSchema"),
    // buildEvents
    get("/build-events", "BuildEventInstancesTargetSchema"),
    get("/build-events/:build_event", "BuildEventSelfTargetSchema"),
    // searchIndexEvents
    get("/search-index-events", "SearchIndexEventInstancesTargetSchema"),
    get("/search-index-events/:search_index_event", "SearchIndexEventSelfTargetSchema"),
    // items
    get("/items", "ItemInstancesTargetSchema"),
    post("/items/:item/validate", NOTHING),
    post("/items/validate", NOTHING),
    post("/items", "ItemCreateTargetSchema"),
    post("/items/:item/duplicate", "ItemDuplicateJobSchema"),
    put("/items/:item", "ItemUpdateTargetSchema"),
    get("/items/:item/references", "ItemReferencesTargetSchema"),
    get("/items/:item", "ItemSelfTargetSchema"),
    get("/items/:item/current-vs-published-state", "ItemCurrentVsPublishedStateTargetSchema"),
    delete("/items/:item", "ItemDestroyJobSchema"),
    put("/items/:item/publish", "ItemPublishTargetSchema"),
    put("/items/:item/unpublish", "ItemUnpublishTargetSchema"),
    post("/items/bulk/publish", "ItemBulkPublishJobSchema"),
    post("/items/bulk/unpublish", "ItemBulkUnpublishJobSchema"),
    post("/items/bulk/destroy", "ItemBulkDestroyJobSchema"),
    post("/items/bulk/move-to-stage", "ItemBulkMoveToStageJobSchema"),
    // itemVersions
    post("/versions/:item_version/restore", "ItemVersionRestoreJobSchema"),
    get("/items/:item/versions", "ItemVersionInstancesTargetSchema"),
    get("/versions/:item_version", "ItemVersionSelfTargetSchema"),
    // uploads
    post("/uploads", "UploadCreateJobSchema"),
    get("/uploads", "UploadInstancesTargetSchema"),
    get("/uploads/:upload", "UploadSelfTargetSchema"),
    delete("/uploads/:upload", "UploadDestroyTargetSchema"),
    put("/uploads/:upload", "UploadUpdateJobSchema"),
    get("/uploads/:upload/references", "UploadReferencesTargetSchema"),
    post("/uploads/bulk/tag", "UploadBulkTagJobSchema"),
    post("/uploads/bulk/set-upload-collection", "UploadBulkSetUploadCollectionJobSchema"),
    post("/uploads/bulk/destroy", "UploadBulkDestroyJobSchema"),
    // uploadRequest
    post("/upload-requests", "UploadRequestCreateTargetSchema"),
    // uploadTracks
    post("/uploads/:upload/tracks", "UploadTrackCreateJobSchema"),
    get("/uploads/:upload/tracks", "UploadTrackInstancesTargetSchema"),
    delete("/uploads/:upload/tracks/:upload_track", "UploadTrackDestroyJobSchema"),
    post("/uploads/:upload/tracks/generate-subtitles", "UploadTrackGenerateSubtitlesJobSchema"),
    // scheduledPublication
    post("/items/:item/scheduled-publication", "ScheduledPublicationCreateTargetSchema"),
    delete("/items/:item/scheduled-publication", "ScheduledPublicationDestroyTargetSchema"),
    // scheduledUnpublishing
    post("/items/:item/scheduled-unpublishing", "ScheduledUnpublishingCreateTargetSchema"),
    delete("/items/:item/scheduled-unpublishing", "ScheduledUnpublishingDestroyTargetSchema"),
    // searchResults
    get("/search-results", "SearchResultInstancesTargetSchema"),
    // environments
    post("/environments/:environment/fork", "EnvironmentForkJobSchema"),
    put("/environments/:environment/promote", "EnvironmentPromoteTargetSchema"),
    put("/environments/:environment/rename", "EnvironmentRenameTargetSchema"),
    get("/environments", "EnvironmentInstancesTargetSchema"),
    get("/environments/:environment", "EnvironmentSelfTargetSchema"),
    delete("/environments/:environment", "EnvironmentDestroyJobSchema"),
    // maintenanceMode
    get("/maintenance-mode", "MaintenanceModeSelfTargetSchema"),
    put("/maintenance-mode/activate", "MaintenanceModeActivateTargetSchema"),
    put("/maintenance-mode/deactivate", "MaintenanceModeDeactivateTargetSchema"),
    // webhooks
    post("/webhooks", "WebhookCreateTargetSchema"),
    put("/webhooks/:webhook", "WebhookUpdateTargetSchema"),
    get("/webhooks", "WebhookInstancesTargetSchema"),
    get("/webhooks/:webhook", "WebhookSelfTargetSchema"),
    delete("/webhooks/:webhook", "WebhookDestroyTargetSchema"),
    // webhookCalls
    get("/webhook_calls", "WebhookCallInstancesTargetSchema"),
    get("/webhook_calls/:webhook_call", "WebhookCallSelfTargetSchema"),
    post("/webhook_calls/:webhook_call/resend_webhook", NOTHING),
    // buildTriggers
    get("/build-triggers", "BuildTriggerInstancesTargetSchema"),
    get("/build-triggers/:build_trigger", "BuildTriggerSelfTargetSchema"),
    post("/build-triggers", "BuildTriggerCreateTargetSchema"),
    put("/build-triggers/:build_trigger", "BuildTriggerUpdateTargetSchema"),
    post("/build-triggers/:build_trigger/trigger", NOTHING),
    delete("/build-triggers/:build_trigger/abort", NOTHING),
    delete("/build-triggers/:build_trigger/abort_indexing", NOTHING),
    put("/build-triggers/:build_trigger/reindex", NOTHING),
    delete("/build-triggers/:build_trigger", "BuildTriggerDestroyTargetSchema"),
    // searchIndexes
    get("/search-indexes", "SearchIndexInstancesTargetSchema"),
    get("/search-indexes/:search_index", "SearchIndexSelfTargetSchema"),
    post("/search-indexes", "SearchIndexCreateTargetSchema"),
    put("/search-indexes/:search_index", "SearchIndexUpdateTargetSchema"),
    post("/search-indexes/:search_index/trigger", NOTHING),
    delete("/search-indexes/:search_index/abort", NOTHING),
    delete("/search-indexes/:search_index", "SearchIndexDestroyTargetSchema"),
    // itemTypeFilters
    post("/item-type-filters", "ItemTypeFilterCreateTargetSchema"),
    put("/item-type-filters/:item_type_filter", "ItemTypeFilterUpdateTargetSchema"),
    get("/item-type-filters", "ItemTypeFilterInstancesTargetSchema"),
    get("/item-type-filters/:item_type_filter", "ItemTypeFilterSelfTargetSchema"),
    delete("/item-type-filters/:item_type_filter", "ItemTypeFilterDestroyTargetSchema"),
    // uploadFilters
    post("/upload-filters", "UploadFilterCreateTargetSchema"),
    put("/upload-filters/:upload_filter", "UploadFilterUpdateTargetSchema"),
    get("/upload-filters", "UploadFilterInstancesTargetSchema"),
    get("/upload-filters/:upload_filter", "UploadFilterSelfTargetSchema"),
    delete("/upload-filters/:upload_filter", "UploadFilterDestroyTargetSchema"),
    // siteInvitations
    post("/site-invitations", "SiteInvitationCreateTargetSchema"),
    put("/site-invitations/:site_invitation", "SiteInvitationUpdateTargetSchema"),
    get("/site-invitations", "SiteInvitationInstancesTargetSchema"),
    get("/site-invitations/:site_invitation", "SiteInvitationSelfTargetSchema"),
    delete("/site-invitations/:site_invitation", "SiteInvitationDestroyTargetSchema"),
    post("/site-invitations/:site_invitation/resend", "SiteInvitationResendTargetSchema"),
    // editingSessions
    get("/editing-sessions", "EditingSessionInstancesTargetSchema"),
    put("/editing-sessions/:editing_session", "EditingSessionUpdateTargetSchema"),
    delete("/editing-sessions/:editing_session", "EditingSessionDestroyTargetSchema"),
    // ssoGroups
    get("/sso-groups", "SsoGroupInstancesTargetSchema"),
    post("/sso-groups/:sso_group/copy-roles", "SsoGroupCopyRolesTargetSchema"),
    put("/sso-groups/:sso_group", "SsoGroupUpdateTargetSchema"),
    delete("/sso-groups/:sso_group", "SsoGroupDestroyTargetSchema"),
    // ssoSettings
    get("/sso-settings", "SsoSettingsSelfTargetSchema"),
    put("/sso-settings/generate-token", "SsoSettingsGenerateTokenTargetSchema"),
    put("/sso-settings", "SsoSettingsUpdateTargetSchema"),
    // emojiSuggestions
    get("/emoji-suggestions", "EmojiSuggestionsSelfTargetSchema"),
    // whiteLabelSettings
    get("/white-label-settings", "WhiteLabelSettingsSelfTargetSchema"),
    put("/white-label-settings", "WhiteLabelSettingsUpdateTargetSchema"),
    // publicInfo
    get("/public-info", "PublicInfoSelfTargetSchema"),
    // dailyUsages
    get("/daily-site-usages", "DailyUsageInstancesTargetSchema"),
    // usageCounters
    get("/usage-log-counters/:usage_counter", "UsageCounterSelfTargetSchema"),
    // uploadTags
    get("/upload-tags", "UploadTagInstancesTargetSchema"),
    post("/upload-tags", "UploadTagCreateTargetSchema"),
    // uploadSmartTags
    get("/upload-smart-tags", "UploadSmartTagInstancesTargetSchema"),
    // site
    get("/site", "SiteSelfTargetSchema"),
    put("/site", "SiteUpdateJobSchema"),
    put("/site/activate-improved-timezone-management", "SiteActivateImprovedTimezoneManagementJobSchema"),
    put("/site/activate-improved-hex-management", "SiteActivateImprovedHexManagementTargetSchema"),
    put("/site/activate-improved-gql-multilocale-fields", "SiteActivateImprovedGqlMultilocaleFieldsTargetSchema"),
    put("/site/activate-improved-gql-visibility-control", "SiteActivateImprovedGqlVisibilityControlTargetSchema"),
    put("/site/activate-improved-boolean-fields", "SiteActivateImprovedBooleanFieldsTargetSchema"),
    put("/site/activate-draft-mode-as-default", "SiteActivateDraftModeAsDefaultTargetSchema"),
    put("/site/activate-improved-validation-at-publishing", "SiteActivateImprovedValidationAtPublishingTargetSchema"),
    put("/site/activate-improved-exposure-of-inline-blocks-in-cda", "SiteActivateImprovedExposureOfInlineBlocksInCdaTargetSchema"),
    put("/site/activate-improved-items-listing", "SiteActivateImprovedItemsListingTargetSchema"),
    put("/site/activate-milliseconds-in-datetime", "SiteActivateMillisecondsInDatetimeTargetSchema"),
    put("/site/activate-non-localized-focal-points", "SiteActivateNonLocalizedFocalPointsTargetSchema"),
    put("/site/assets-cdn-default-settings", "SiteUpdateAssetsCdnDefaultSettingsTargetSchema"),
    // workflows
    post("/workflows", "WorkflowCreateTargetSchema"),
    put("/workflows/:workflow", "WorkflowUpdateTargetSchema"),
    get("/workflows", "WorkflowInstancesTargetSchema"),
    get("/workflows/:workflow", "WorkflowSelfTargetSchema"),
    delete("/workflows/:workflow", NOTHING),
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    /// Placeholders without their names.
    fn bare(template: &str) -> String {
        let parts = template.split('/').map(|part| {
            if part.starts_with([':', '$']) {
                ":"
            } else {
                part
            }
        });
        parts.collect::<Vec<_>>().join("/")
    }

    #[test]
    fn the_list_is_the_vendors() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../node_modules/@datocms/cma-client/resources.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("not compared: {} is not there", path.display());
            return;
        };
        let resources: Vec<Value> = serde_json::from_str(&text).unwrap();
        let theirs: Vec<String> = resources
            .iter()
            .flat_map(|resource| resource["endpoints"].as_array().unwrap())
            .map(|endpoint| {
                let text = |key: &str| endpoint[key].as_str().unwrap_or_default();
                format!(
                    "{} {} {}",
                    text("method"),
                    bare(text("urlTemplate")),
                    text("responseType")
                )
            })
            .collect();
        let ours: Vec<String> = ENDPOINTS
            .iter()
            .map(
                |Endpoint {
                     method,
                     template,
                     answer,
                 }| {
                    format!("{method} {} {}", bare(template), answer.unwrap_or_default())
                },
            )
            .collect();
        assert_eq!(ours, theirs);
    }

    #[test]
    fn a_call_goes_to_the_endpoint_that_is_named_most_precisely() {
        let found =
            |method: Method, path: &str| find(&method, path).map(|endpoint| endpoint.template);
        assert_eq!(found(Method::GET, "/users/me"), Some("/users/me"));
        assert_eq!(found(Method::GET, "/users/123"), Some("/users/:user"));
        assert_eq!(
            found(Method::POST, "/items/bulk/publish"),
            Some("/items/bulk/publish")
        );
        assert_eq!(found(Method::GET, "/users/123/more"), None);
        assert_eq!(found(Method::PATCH, "/users/123"), None);
    }
}
