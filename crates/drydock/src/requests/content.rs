//! Records: writing, checking, publishing and scheduling them, one or many, and who is editing them.

use super::document::{Entity, Relationship, Request, one, post, put, to_many, to_one};
use super::shape::{BOOLEAN, DATE_TIME, Key, TEXT, choice, list, object, optional, required};

pub(super) const REQUESTS: &[Request] = &[
    post("/items/:item/validate", "item", 1).takes(
        one("item")
            .with_id()
            .attributes(&[])
            .and_other_attributes()
            .optional_relationships(&[ITEM_TYPE, CREATOR]),
    ),
    post("/items/validate", "item", 2).takes(
        one("item")
            .attributes(&[])
            .and_other_attributes()
            .relationships(&[ITEM_TYPE.required(), CREATOR]),
    ),
    post("/items", "item", 3).takes(
        one("item")
            .with_an_id_of_choice()
            .attributes(&[])
            .and_other_attributes()
            .optional_meta(META)
            .relationships(&[ITEM_TYPE.required(), CREATOR]),
    ),
    put("/items/:item", "item", 5).takes(
        one("item")
            .with_id()
            .optional_attributes(&[])
            .and_other_attributes()
            .optional_meta(META_OF_AN_EXISTING_ONE)
            .optional_relationships(&[ITEM_TYPE, CREATOR]),
    ),
    put("/items/:item/publish", "item", 10).may_take(
        one("selective_publish_operation").attributes(&[
            required("content_in_locales", list(&TEXT)),
            required("non_localized_content", BOOLEAN),
        ]),
    ),
    put("/items/:item/unpublish", "item", 11).may_take(
        one("selective_unpublish_operation")
            .attributes(&[required("content_in_locales", list(&TEXT))]),
    ),
    post("/items/bulk/publish", "item", 12)
        .takes(one("item_bulk_publish_operation").relationships(&[ITEMS])),
    post("/items/bulk/unpublish", "item", 13)
        .takes(one("item_bulk_unpublish_operation").relationships(&[ITEMS])),
    post("/items/bulk/destroy", "item", 14)
        .takes(one("item_bulk_destroy_operation").relationships(&[ITEMS])),
    post("/items/bulk/move-to-stage", "item", 15).takes(
        one("item_bulk_move_to_stage_operation")
            .attributes(&[required("stage", TEXT)])
            .relationships(&[ITEMS]),
    ),
    post(
        "/items/:item/scheduled-publication",
        "scheduled_publication",
        0,
    )
    .takes(
        one("scheduled_publication").attributes(&[
            required("publication_scheduled_at", DATE_TIME),
            optional(
                "selective_publication",
                object(&[
                    required("content_in_locales", list(&TEXT)),
                    required("non_localized_content", BOOLEAN),
                ])
                .or_null(),
            ),
        ]),
    ),
    post(
        "/items/:item/scheduled-unpublishing",
        "scheduled_unpublishing",
        0,
    )
    .takes(one("scheduled_unpublishing").attributes(&[
        required("unpublishing_scheduled_at", DATE_TIME),
        optional("content_in_locales", list(&TEXT).or_null()),
    ])),
    put("/editing-sessions/:editing_session", "editing_session", 1).takes_one_of(&[
        at_an_item("editing_session_enter_item"),
        at_an_item("editing_session_take_over_item"),
        at_an_item("editing_session_lock_item"),
        one("editing_session_unlock_item"),
    ]),
];

/// Who may have made a record or an asset.
pub(super) const CREATORS: &[&str] = &[
    "account",
    "access_token",
    "user",
    "sso_user",
    "organization",
];

const ITEM_TYPE: Relationship = to_one("item_type", &["item_type"]);
const CREATOR: Relationship = to_one("creator", CREATORS);
const ITEMS: Relationship = to_many("items", "item").required();

const AN_ITEM: &[Relationship] = &[to_one("item", &["item"]).required()];

const fn at_an_item(kind: &'static str) -> Entity {
    one(kind).relationships(AN_ITEM)
}

const STATUS: Key = optional(
    "status",
    choice(&["draft", "updated", "published"]).or_null(),
);

const META: &[Key] = &[
    optional("created_at", TEXT),
    optional("updated_at", TEXT),
    optional("published_at", TEXT.or_null()),
    optional("first_published_at", TEXT.or_null()),
    optional("publication_scheduled_at", TEXT.or_null()),
    STATUS,
    optional("is_valid", BOOLEAN),
    optional("is_current_version_valid", BOOLEAN.or_null()),
    optional("is_published_version_valid", BOOLEAN.or_null()),
    optional("current_version", TEXT),
];

const META_OF_AN_EXISTING_ONE: &[Key] = &[
    optional("created_at", TEXT),
    optional("updated_at", TEXT),
    optional("published_at", TEXT.or_null()),
    optional("first_published_at", TEXT.or_null()),
    optional("publication_scheduled_at", TEXT.or_null()),
    optional("unpublishing_scheduled_at", TEXT.or_null()),
    STATUS,
    optional("is_valid", BOOLEAN),
    optional("is_current_version_valid", BOOLEAN.or_null()),
    optional("is_published_version_valid", BOOLEAN.or_null()),
    optional("current_version", TEXT),
    optional("stage", TEXT.or_null()),
    optional("has_children", BOOLEAN.or_null()),
];
