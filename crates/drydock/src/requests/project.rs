//! The project: its settings, its environments, and what it tells the world: webhooks, build triggers, search indexes.

use super::document::{Request, one, post, put, to_many};
use super::shape::{
    BOOLEAN, INTEGER, Key, NUMBER, OBJECT, Shape, TEXT, choice, either, list, object,
    object_and_more, optional, required, some,
};

pub(super) const REQUESTS: &[Request] = &[
    post("/environments/:environment/fork", "environment", 0).takes(one("environment").with_id()),
    put("/environments/:environment/rename", "environment", 2).takes(one("environment").with_id()),
    put("/site", "site", 1).takes(
        one("site")
            .with_an_id_of_choice()
            .attributes(&[
                optional("no_index", BOOLEAN),
                optional("favicon", TEXT.or_null()),
                optional("global_seo", GLOBAL_SEO.or_null()),
                optional("name", TEXT),
                optional("theme", THEME),
                optional("locales", some(&TEXT)),
                optional("timezone", TEXT),
                optional("require_2fa", BOOLEAN),
                optional("ip_tracking_enabled", BOOLEAN),
                optional("force_use_of_sandbox_environments", BOOLEAN),
            ])
            .optional_meta(&[
                optional("improved_timezone_management", BOOLEAN),
                optional("improved_hex_management", BOOLEAN),
                optional("improved_gql_multilocale_fields", BOOLEAN),
                optional("improved_gql_visibility_control", BOOLEAN),
                optional("improved_boolean_fields", BOOLEAN),
                optional("draft_mode_default", BOOLEAN),
                optional("improved_validation_at_publishing", BOOLEAN),
                optional("custom_upload_storage_settings", BOOLEAN),
                optional("improved_exposure_of_inline_blocks_in_cda", BOOLEAN),
                optional("improved_items_listing", BOOLEAN),
                optional("milliseconds_in_datetime", BOOLEAN),
                optional("non_localized_focal_points", BOOLEAN),
            ]),
    ),
    put("/site/assets-cdn-default-settings", "site", 13).takes(
        one("assets-cdn-default-settings")
            .of_any_type()
            .attributes(&[required(
                "assets_cdn_default_settings",
                object(&[
                    required(
                        "image",
                        object(&[
                            optional("q", NUMBER),
                            optional(
                                "auto",
                                list(&choice(&[
                                    "compress", "format", "enhance", "true", "redeye",
                                ])),
                            ),
                            optional(
                                "cs",
                                choice(&["srgb", "adobergb1998", "tinysrgb", "strip", "origin"]),
                            ),
                        ]),
                    ),
                    required(
                        "video",
                        object(&[optional("disable_serving_raw_videos", BOOLEAN)]),
                    ),
                ]),
            )]),
    ),
    post("/webhooks", "webhook", 0).takes(one("webhook").attributes(&[
        required("name", TEXT),
        required("url", TEXT),
        required("custom_payload", TEXT.or_null()),
        required("headers", OBJECT),
        required("events", list(&WEBHOOK_EVENT)),
        required("http_basic_user", TEXT.or_null()),
        required("http_basic_password", TEXT.or_null()),
        optional("enabled", BOOLEAN),
        optional("payload_api_version", TEXT),
        optional("nested_items_in_payload", BOOLEAN),
        optional("auto_retry", BOOLEAN),
    ])),
    put("/webhooks/:webhook", "webhook", 1).takes(one("webhook").with_id().attributes(&[
        optional("name", TEXT),
        optional("url", TEXT),
        optional("custom_payload", TEXT.or_null()),
        optional("headers", OBJECT),
        optional("events", list(&WEBHOOK_EVENT)),
        optional("http_basic_user", TEXT.or_null()),
        optional("http_basic_password", TEXT.or_null()),
        optional("enabled", BOOLEAN),
        optional("payload_api_version", TEXT),
        optional("nested_items_in_payload", BOOLEAN),
        optional("auto_retry", BOOLEAN),
    ])),
    post("/build-triggers", "build_trigger", 2).takes(one("build_trigger").attributes(&[
        required("name", TEXT),
        optional("webhook_token", TEXT),
        required("adapter", ADAPTER),
        optional("indexing_enabled", BOOLEAN),
        optional("enabled", BOOLEAN),
        required("frontend_url", TEXT.or_null()),
        required("autotrigger_on_scheduled_publications", BOOLEAN),
        required("adapter_settings", OBJECT),
    ])),
    put("/build-triggers/:build_trigger", "build_trigger", 3).takes(
        one("build_trigger").with_id().attributes(&[
            optional("name", TEXT),
            optional("adapter", ADAPTER),
            optional("indexing_enabled", BOOLEAN),
            optional("enabled", BOOLEAN),
            optional("frontend_url", TEXT.or_null()),
            optional("autotrigger_on_scheduled_publications", BOOLEAN),
            optional("adapter_settings", OBJECT),
        ]),
    ),
    post("/search-indexes", "search_index", 2).takes(
        one("search_index")
            .attributes(&[
                required("name", TEXT),
                required("enabled", BOOLEAN),
                required("frontend_url", TEXT.or_null()),
                optional("user_agent_suffix", TEXT.or_null()),
            ])
            .optional_relationships(&[to_many("build_triggers", "build_trigger")]),
    ),
    put("/search-indexes/:search_index", "search_index", 3).takes(
        one("search_index")
            .with_id()
            .attributes(&[
                optional("name", TEXT),
                optional("enabled", BOOLEAN),
                optional("frontend_url", TEXT.or_null()),
                optional("user_agent_suffix", TEXT.or_null()),
            ])
            .optional_relationships(&[to_many("build_triggers", "build_trigger")]),
    ),
    put("/white-label-settings", "white_label_settings", 1).takes(
        one("white_label_settings")
            .with_an_id_of_choice()
            .optional_attributes(&[required(
                "custom_i18n_messages_template_url",
                TEXT.or_null(),
            )]),
    ),
];

const GLOBAL_SEO: Shape = object_and_more(&[
    optional("site_name", TEXT),
    optional(
        "fallback_seo",
        object_and_more(&[
            required("title", TEXT),
            required("description", TEXT),
            required("image", TEXT.or_null()),
            optional(
                "twitter_card",
                choice(&["summary", "summary_large_image"]).or_null(),
            ),
        ]),
    ),
    optional("title_suffix", TEXT.or_null()),
    optional("facebook_page_url", TEXT.or_null()),
    optional("twitter_account", TEXT.or_null()),
]);

const THEME: Shape = either(&[
    object_and_more(&[
        required("type", choice(&["monochromatic"])),
        required("hue", NUMBER.or_null()),
        LOGO,
    ]),
    object_and_more(&[
        optional("type", choice(&["custom"])),
        LOGO,
        required("primary_color", COLOR),
        required("light_color", COLOR),
        required("accent_color", COLOR),
        optional("dark_color", COLOR),
    ]),
]);

const LOGO: Key = required("logo", TEXT.or_null());

const COLOR: Shape = object(&[
    required("red", INTEGER),
    required("green", INTEGER),
    required("blue", INTEGER),
    required("alpha", INTEGER),
]);

const WEBHOOK_EVENT: Shape = object(&[
    required(
        "entity_type",
        choice(&[
            "item_type",
            "item",
            "upload",
            "build_trigger",
            "environment",
            "maintenance_mode",
            "sso_user",
            "cda_cache_tags",
        ]),
    ),
    required(
        "event_types",
        list(&choice(&[
            "create",
            "update",
            "delete",
            "publish",
            "unpublish",
            "promote",
            "deploy_started",
            "deploy_succeeded",
            "deploy_failed",
            "change",
            "invalidate",
        ])),
    ),
    optional(
        "filters",
        list(&object(&[
            required(
                "entity_type",
                choice(&[
                    "item_type",
                    "item",
                    "build_trigger",
                    "environment",
                    "environment_type",
                ]),
            ),
            required("entity_ids", some(&TEXT)),
        ]))
        .or_null(),
    ),
]);

const ADAPTER: Shape = choice(&["custom", "netlify", "vercel", "gitlab"]);
