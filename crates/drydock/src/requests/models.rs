//! The schema: models, fields, fieldsets, workflows and plugins.

use super::document::{Relationship, Request, one, post, put, to_one};
use super::shape::{
    ANYTHING, BOOLEAN, INTEGER, Key, NUMBER, OBJECT, Shape, TEXT, choice, either, list, object,
    object_and_more, optional, required, some,
};

pub(super) const REQUESTS: &[Request] = &[
    post("/item-types", "item_type", 0).takes(
        one("item_type")
            .with_an_id_of_choice()
            .attributes(&[
                required("name", TEXT),
                required("api_key", TEXT),
                optional("singleton", BOOLEAN),
                optional("all_locales_required", BOOLEAN),
                optional("sortable", BOOLEAN),
                optional("modular_block", BOOLEAN),
                optional("draft_mode_active", BOOLEAN),
                optional("draft_saving_active", BOOLEAN),
                optional("tree", BOOLEAN),
                ORDERING_DIRECTION,
                ORDERING_META,
                optional("collection_appeareance", COLLECTION_APPEARANCE),
                optional("collection_appearance", COLLECTION_APPEARANCE),
                optional("hint", TEXT.or_null()),
                optional("inverse_relationships_enabled", BOOLEAN),
            ])
            .optional_relationships(MODEL_RELATIONSHIPS),
    ),
    put("/item-types/:item_type", "item_type", 1).takes(
        one("item_type")
            .with_id()
            .optional_attributes(&[
                optional("name", TEXT),
                optional("api_key", TEXT),
                optional("collection_appeareance", COLLECTION_APPEARANCE),
                optional("collection_appearance", COLLECTION_APPEARANCE),
                optional("singleton", BOOLEAN),
                optional("all_locales_required", BOOLEAN),
                optional("sortable", BOOLEAN),
                optional("modular_block", BOOLEAN),
                optional("draft_mode_active", BOOLEAN),
                optional("draft_saving_active", BOOLEAN),
                optional("tree", BOOLEAN),
                ORDERING_DIRECTION,
                ORDERING_META,
                optional("has_singleton_item", BOOLEAN),
                optional("hint", TEXT.or_null()),
                optional("inverse_relationships_enabled", BOOLEAN),
            ])
            .optional_relationships(MODEL_RELATIONSHIPS)
            .optional_meta(&[optional("has_singleton_item", BOOLEAN)]),
    ),
    post(
        "/item-types/:item_type/reorder-fields-and-fieldsets",
        "item_type",
        7,
    )
    .takes_a_list_of(&[
        one("field")
            .with_id()
            .attributes(&[required("position", INTEGER)])
            .relationships(&[IN_FIELDSET]),
        one("fieldset")
            .with_id()
            .attributes(&[required("position", INTEGER)]),
    ]),
    post("/item-types/:item_type/fields", "field", 0).takes(
        one("field")
            .with_an_id_of_choice()
            .attributes(&[
                required("label", TEXT),
                required("field_type", FIELD_TYPE),
                required("api_key", TEXT),
                optional("localized", BOOLEAN),
                optional("validators", OBJECT),
                optional("appeareance", OLD_APPEARANCE),
                optional("appearance", APPEARANCE),
                optional("position", INTEGER),
                optional("hint", TEXT.or_null()),
                optional("default_value", DEFAULT_VALUE),
                optional("deep_filtering_enabled", BOOLEAN),
                optional("content_link_enabled", BOOLEAN),
            ])
            .optional_relationships(&[IN_FIELDSET]),
    ),
    put("/fields/:field", "field", 1).takes(
        one("field")
            .with_id()
            .optional_attributes(&[
                optional("default_value", DEFAULT_VALUE),
                optional("label", TEXT),
                optional("api_key", TEXT),
                optional("localized", BOOLEAN),
                optional("validators", OBJECT),
                optional("appeareance", OLD_APPEARANCE),
                optional("appearance", APPEARANCE),
                optional("position", INTEGER),
                optional("field_type", FIELD_TYPE),
                optional("hint", TEXT.or_null()),
                optional("deep_filtering_enabled", BOOLEAN),
                optional("content_link_enabled", BOOLEAN),
            ])
            .optional_relationships(&[IN_FIELDSET]),
    ),
    post("/item-types/:item_type/fieldsets", "fieldset", 0).takes(
        one("fieldset").with_an_id_of_choice().attributes(&[
            required("title", TEXT),
            optional("hint", TEXT.or_null()),
            optional("position", INTEGER),
            optional("collapsible", BOOLEAN),
            optional("start_collapsed", BOOLEAN),
        ]),
    ),
    put("/fieldsets/:fieldset", "fieldset", 1).takes(one("fieldset").with_id().attributes(&[
        optional("title", TEXT),
        optional("hint", TEXT.or_null()),
        optional("position", INTEGER),
        optional("collapsible", BOOLEAN),
        optional("start_collapsed", BOOLEAN),
    ])),
    post("/workflows", "workflow", 0).takes(one("workflow").with_an_id_of_choice().attributes(&[
        required("name", TEXT),
        required("api_key", TEXT),
        required("stages", some(&STAGE)),
    ])),
    put("/workflows/:workflow", "workflow", 1).takes(
        one("workflow").with_id().optional_attributes(&[
            optional("name", TEXT),
            optional("api_key", TEXT),
            optional("stages", some(&STAGE)),
        ]),
    ),
    post("/plugins", "plugin", 0).takes(one("plugin").with_an_id_of_choice().attributes(&[
        optional("package_name", TEXT.or_null()),
        optional("name", TEXT),
        optional("description", TEXT.or_null()),
        optional("url", TEXT),
        PLUGIN_PERMISSIONS,
        optional(
            "plugin_type",
            choice(&["field_editor", "sidebar", "field_addon"]),
        ),
        optional("field_types", list(&OLD_PLUGIN_FIELD_TYPE)),
        optional(
            "parameter_definitions",
            object(&[
                required("global", list(&ANYTHING)),
                required("instance", list(&ANYTHING)),
            ]),
        ),
        optional("package_version", TEXT.or_null()),
    ])),
    put("/plugins/:plugin", "plugin", 1).takes(
        one("plugin")
            .with_id()
            .attributes(&[
                optional("name", TEXT),
                optional("description", TEXT.or_null()),
                optional("url", TEXT),
                optional("parameters", OBJECT),
                optional("package_version", TEXT.or_null()),
                PLUGIN_PERMISSIONS,
            ])
            .optional_meta(&[])
            .and_other_meta(),
    ),
];

const ORDERING_DIRECTION: Key = optional("ordering_direction", choice(&["asc", "desc"]).or_null());
const ORDERING_META: Key = optional(
    "ordering_meta",
    choice(&[
        "created_at",
        "updated_at",
        "first_published_at",
        "published_at",
    ])
    .or_null(),
);
const COLLECTION_APPEARANCE: Shape = choice(&["compact", "table"]);

const MODEL_RELATIONSHIPS: &[Relationship] = &[
    to_one("ordering_field", &["field"]).or_none(),
    to_one("presentation_title_field", &["field"]).or_none(),
    to_one("presentation_image_field", &["field"]).or_none(),
    to_one("title_field", &["field"]).or_none(),
    to_one("image_preview_field", &["field"]).or_none(),
    to_one("excerpt_field", &["field"]).or_none(),
    to_one("workflow", &["workflow"]).or_none(),
];

const IN_FIELDSET: Relationship = to_one("fieldset", &["fieldset"]).or_none().required();

const FIELD_TYPE: Shape = choice(&[
    "boolean",
    "color",
    "date",
    "date_time",
    "file",
    "float",
    "gallery",
    "integer",
    "json",
    "lat_lon",
    "link",
    "links",
    "rich_text",
    "seo",
    "single_block",
    "slug",
    "string",
    "structured_text",
    "text",
    "video",
]);

const DEFAULT_VALUE: Shape = either(&[BOOLEAN, TEXT, NUMBER, OBJECT]).or_null();

const APPEARANCE: Shape = object(&[
    required("editor", TEXT),
    // Text fields were answered with one, and the vendor's tools send back what they have read.
    optional("type", TEXT),
    optional("field_extension", TEXT),
    required("parameters", OBJECT),
    required(
        "addons",
        list(&object_and_more(&[
            required("id", TEXT),
            optional("field_extension", TEXT),
            required("parameters", OBJECT),
        ])),
    ),
]);

/// Under the name that was misspelt once.
const OLD_APPEARANCE: Shape =
    object_and_more(&[required("editor", TEXT), required("parameters", OBJECT)]);

const STAGE: Shape = object(&[
    required("id", TEXT),
    required("name", TEXT),
    optional("description", TEXT.or_null()),
    optional("initial", BOOLEAN),
]);

const PLUGIN_PERMISSIONS: Key = optional("permissions", list(&choice(&["currentUserAccessToken"])));

/// What plugins of the first generation could be attached to.
const OLD_PLUGIN_FIELD_TYPE: Shape = choice(&[
    "boolean",
    "date",
    "date_time",
    "float",
    "integer",
    "string",
    "text",
    "lat_lon",
    "json",
    "seo",
    "link",
    "links",
    "video",
    "color",
    "slug",
    "rich_text",
    "file",
    "gallery",
]);
