//! Who may do what: roles, collaborators, invitations, tokens, sessions and single sign-on.

use super::document::{Relationship, Request, one, post, put, to_many, to_one};
use super::shape::{
    BOOLEAN, INTEGER, Key, Shape, TEXT, choice, either, list, object, object_and_more, optional,
    required,
};

pub(super) const REQUESTS: &[Request] = &[
    post("/roles", "role", 0).takes(
        one("role")
            .attributes(&role_attributes(true))
            .optional_relationships(ROLE_RELATIONSHIPS)
            .optional_meta(&[required("final_permissions", object(&FINAL_PERMISSIONS))]),
    ),
    put("/roles/:role", "role", 1).takes(
        one("role")
            .with_id()
            .optional_attributes(&role_attributes(false))
            .optional_relationships(ROLE_RELATIONSHIPS)
            .optional_meta(&[required("final_permissions", object(&FINAL_PERMISSIONS))]),
    ),
    put("/users/:user", "user", 0).takes(
        one("user")
            .with_id()
            .optional_attributes(&[required("is_active", BOOLEAN)])
            .optional_relationships(&[to_one("role", &["role"]).required()]),
    ),
    post("/site-invitations", "site_invitation", 0).takes(
        one("site_invitation")
            .attributes(&[required("email", TEXT)])
            .relationships(&[to_one("role", &["role"]).required()]),
    ),
    put("/site-invitations/:site_invitation", "site_invitation", 1).takes(
        one("site_invitation")
            .with_id()
            .relationships(&[to_one("role", &["role"])]),
    ),
    post("/access_tokens", "access_token", 0).takes(
        one("access_token")
            .attributes(ACCESS_TOKEN)
            .relationships(&[to_one("role", &["role"]).or_none().required()]),
    ),
    put("/access_tokens/:access_token", "access_token", 1).takes(
        one("access_token")
            .with_id()
            .attributes(ACCESS_TOKEN)
            .optional_relationships(&[to_one("role", &["role"]).or_none().required()]),
    ),
    post("/sessions", "session", 0).takes(one("email_credentials").attributes(&[
        required("email", TEXT),
        required("password", TEXT),
        optional("otp_code", TEXT),
    ])),
    put("/sso-groups/:sso_group", "sso_group", 2).takes(
        one("sso_group")
            .with_id()
            .attributes(&[required("priority", INTEGER)])
            .relationships(&[to_one("role", &["role"]).required()]),
    ),
    put("/sso-settings", "sso_settings", 2).takes(
        one("sso_settings")
            .with_an_id_of_choice()
            .optional_attributes(&[
                optional("idp_saml_metadata_url", TEXT.or_null()),
                optional("idp_saml_metadata_xml", TEXT.or_null()),
            ])
            .optional_relationships(&[to_one("default_role", &["role"]).required()]),
    ),
    post("/audit-log-events/query", "audit_log_event", 0).takes(one("audit_log_query").attributes(
        &[
            optional("since", TEXT),
            optional("before", TEXT),
            optional("filter", TEXT),
            optional("next_token", TEXT),
            optional("detailed_log", BOOLEAN),
        ],
    )),
];

const ACCESS_TOKEN: &[Key] = &[
    required("name", TEXT),
    required("can_access_cda", BOOLEAN),
    required("can_access_cda_preview", BOOLEAN),
    required("can_access_cma", BOOLEAN),
];

const ROLE_RELATIONSHIPS: &[Relationship] = &[to_many("inherits_permissions_from", "role")];

/// The attributes of a role: its name, and its own permissions.
const fn role_attributes(name_is_required: bool) -> [Key; PERMISSIONS.len() + 1] {
    let name = Key {
        required: name_is_required,
        ..required("name", TEXT)
    };
    let mut keys = [name; PERMISSIONS.len() + 1];
    let mut at = 0;
    while at < PERMISSIONS.len() {
        keys[at + 1] = PERMISSIONS[at];
        at += 1;
    }
    keys
}

/// What a role allows once those it inherits from are counted in: readable only, but clients send what they have read.
const FINAL_PERMISSIONS: [Key; PERMISSIONS.len()] = {
    let mut keys = *PERMISSIONS;
    let mut at = 0;
    while at < keys.len() {
        keys[at].required = true;
        at += 1;
    }
    keys
};

const PERMISSIONS: &[Key; 29] = &[
    optional("can_edit_favicon", BOOLEAN),
    optional("can_edit_site", BOOLEAN),
    optional("can_edit_schema", BOOLEAN),
    optional("can_manage_menu", BOOLEAN),
    optional("can_edit_environment", BOOLEAN),
    optional("can_promote_environments", BOOLEAN),
    optional(
        "environments_access",
        choice(&["all", "primary_only", "sandbox_only", "none"]),
    ),
    optional("can_manage_users", BOOLEAN),
    optional("can_manage_shared_filters", BOOLEAN),
    optional("can_manage_search_indexes", BOOLEAN),
    optional("can_manage_upload_collections", BOOLEAN),
    optional("can_manage_build_triggers", BOOLEAN),
    optional("can_manage_webhooks", BOOLEAN),
    optional("can_manage_environments", BOOLEAN),
    optional("can_manage_sso", BOOLEAN),
    optional("can_access_audit_log", BOOLEAN),
    optional("can_manage_workflows", BOOLEAN),
    optional("can_manage_access_tokens", BOOLEAN),
    optional("can_perform_site_search", BOOLEAN),
    optional("can_access_build_events_log", BOOLEAN),
    optional("can_access_search_index_events_log", BOOLEAN),
    optional(
        "positive_item_type_permissions",
        list(&ITEM_TYPE_PERMISSION),
    ),
    optional(
        "negative_item_type_permissions",
        list(&ITEM_TYPE_PERMISSION),
    ),
    optional("positive_upload_permissions", list(&UPLOAD_PERMISSION)),
    optional("negative_upload_permissions", list(&UPLOAD_PERMISSION)),
    optional(
        "positive_build_trigger_permissions",
        list(&BUILD_TRIGGER_PERMISSION),
    ),
    optional(
        "negative_build_trigger_permissions",
        list(&BUILD_TRIGGER_PERMISSION),
    ),
    optional(
        "positive_search_index_permissions",
        list(&SEARCH_INDEX_PERMISSION),
    ),
    optional(
        "negative_search_index_permissions",
        list(&SEARCH_INDEX_PERMISSION),
    ),
];

const ENVIRONMENT: Key = required("environment", TEXT);
const ITEM_TYPE: Key = optional("item_type", TEXT.or_null());
const WORKFLOW: Key = optional("workflow", TEXT.or_null());
const ON_STAGE: Key = optional("on_stage", TEXT.or_null());
const TO_STAGE: Key = optional("to_stage", TEXT.or_null());
const UPLOAD_COLLECTION: Key = optional("upload_collection", TEXT.or_null());
const ON_CREATOR: Key = required("on_creator", choice(&["anyone", "self", "role"]));
const IN_ALL_CONTENT: Key = required("localization_scope", choice(&["all"]));
const IN_SOME_CONTENT: Key = required(
    "localization_scope",
    choice(&["all", "localized", "not_localized"]),
);
const LOCALE: Key = optional("locale", TEXT.or_null());

/// To do one of these things.
const fn to(actions: &'static [&'static str]) -> Key {
    required("action", choice(actions))
}

/// What an entry about records says depends on what it allows.
const ITEM_TYPE_PERMISSION: Shape = either(&[
    object_and_more(&[
        to(&["all"]),
        ENVIRONMENT,
        ITEM_TYPE,
        WORKFLOW,
        ON_STAGE,
        TO_STAGE,
        ON_CREATOR,
        IN_ALL_CONTENT,
    ]),
    object_and_more(&[to(&["read"]), ENVIRONMENT, ITEM_TYPE, WORKFLOW, ON_CREATOR]),
    object_and_more(&[
        to(&["create"]),
        ENVIRONMENT,
        ITEM_TYPE,
        WORKFLOW,
        IN_SOME_CONTENT,
        LOCALE,
    ]),
    object_and_more(&[
        to(&["update", "publish"]),
        ENVIRONMENT,
        ITEM_TYPE,
        WORKFLOW,
        ON_STAGE,
        ON_CREATOR,
        IN_SOME_CONTENT,
        LOCALE,
    ]),
    object_and_more(&[
        to(&["duplicate"]),
        ENVIRONMENT,
        ITEM_TYPE,
        WORKFLOW,
        ON_STAGE,
    ]),
    object_and_more(&[
        to(&["delete", "edit_creator", "take_over"]),
        ENVIRONMENT,
        ITEM_TYPE,
        WORKFLOW,
        ON_STAGE,
        ON_CREATOR,
    ]),
    object_and_more(&[
        to(&["move_to_stage"]),
        ENVIRONMENT,
        ITEM_TYPE,
        WORKFLOW,
        ON_STAGE,
        TO_STAGE,
        ON_CREATOR,
    ]),
]);

/// What an entry about assets says depends on what it allows.
const UPLOAD_PERMISSION: Shape = either(&[
    object_and_more(&[
        to(&["all"]),
        ENVIRONMENT,
        UPLOAD_COLLECTION,
        ON_CREATOR,
        IN_ALL_CONTENT,
    ]),
    object_and_more(&[
        to(&["update"]),
        ENVIRONMENT,
        UPLOAD_COLLECTION,
        ON_CREATOR,
        IN_SOME_CONTENT,
        LOCALE,
    ]),
    object_and_more(&[to(&["create"]), ENVIRONMENT, UPLOAD_COLLECTION]),
    object_and_more(&[
        to(&["read", "delete", "edit_creator", "replace_asset"]),
        ENVIRONMENT,
        UPLOAD_COLLECTION,
        ON_CREATOR,
    ]),
    object_and_more(&[
        to(&["move"]),
        ENVIRONMENT,
        UPLOAD_COLLECTION,
        optional("move_to_upload_collection", TEXT.or_null()),
        ON_CREATOR,
    ]),
]);

const BUILD_TRIGGER_PERMISSION: Shape = object(&[optional("build_trigger", TEXT.or_null())]);
const SEARCH_INDEX_PERMISSION: Shape = object(&[optional("search_index", TEXT.or_null())]);
