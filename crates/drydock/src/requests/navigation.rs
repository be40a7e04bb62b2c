//! What people find their way by: the navigation bar, the menu of models, and filters of records.

use super::document::{Entity, Relationship, Request, one, post, put, to_many, to_one};
use super::shape::{
    BOOLEAN, INTEGER, Key, NUMBER, OBJECT, Shape, TEXT, choice, object, optional, required, some,
};

pub(super) const REQUESTS: &[Request] = &[
    post("/menu-items", "menu_item", 0).takes(
        one("menu_item")
            .with_an_id_of_choice()
            .attributes(&[
                required("label", TEXT),
                optional("external_url", TEXT.or_null()),
                optional("position", INTEGER),
                optional("open_in_new_tab", BOOLEAN),
            ])
            .optional_relationships(MENU_ITEM_RELATIONSHIPS),
    ),
    put("/menu-items/:menu_item", "menu_item", 1).takes(
        one("menu_item")
            .with_id()
            .optional_attributes(&[
                optional("label", TEXT),
                optional("external_url", TEXT.or_null()),
                optional("position", INTEGER),
                optional("open_in_new_tab", BOOLEAN),
            ])
            .optional_relationships(MENU_ITEM_RELATIONSHIPS),
    ),
    post("/menu-items/reorder", "menu_item", 5)
        .takes_a_list_of(&[reordered("menu_item", &[UNDER_MENU_ITEM.required()])]),
    post("/schema-menu-items", "schema_menu_item", 0).takes(
        one("schema_menu_item")
            .with_an_id_of_choice()
            .attributes(&[
                required("label", TEXT.or_null()),
                optional("position", INTEGER),
                required("kind", KIND),
            ])
            .optional_relationships(&[ITEM_TYPE, UNDER_SCHEMA_MENU_ITEM]),
    ),
    put(
        "/schema-menu-items/:schema_menu_item",
        "schema_menu_item",
        1,
    )
    .takes(
        one("schema_menu_item")
            .with_id()
            .optional_attributes(&[
                optional("label", TEXT.or_null()),
                optional("position", INTEGER),
                optional("kind", KIND),
            ])
            .optional_relationships(&[
                ITEM_TYPE,
                UNDER_SCHEMA_MENU_ITEM,
                to_many("children", "schema_menu_item"),
            ]),
    ),
    post("/schema-menu-items/reorder", "schema_menu_item", 5).takes_a_list_of(&[reordered(
        "schema_menu_item",
        &[UNDER_SCHEMA_MENU_ITEM.required()],
    )]),
    post("/item-type-filters", "item_type_filter", 0).takes(
        one("item_type_filter")
            .with_an_id_of_choice()
            .attributes(&[
                required("name", TEXT),
                optional("filter", OBJECT),
                optional("columns", COLUMNS),
                optional("order_by", TEXT.or_null()),
                optional("shared", BOOLEAN),
            ])
            .relationships(&[OF_MODEL]),
    ),
    put(
        "/item-type-filters/:item_type_filter",
        "item_type_filter",
        1,
    )
    .takes(
        one("item_type_filter")
            .with_id()
            .attributes(&[
                optional("name", TEXT),
                optional("columns", COLUMNS),
                optional("order_by", TEXT.or_null()),
                optional("shared", BOOLEAN),
                optional("filter", OBJECT),
            ])
            .optional_relationships(&[OF_MODEL]),
    ),
];

const ITEM_TYPE: Relationship = to_one("item_type", &["item_type"]).or_none();
const OF_MODEL: Relationship = to_one("item_type", &["item_type"]).required();
const UNDER_MENU_ITEM: Relationship = to_one("parent", &["menu_item"]).or_none();
const UNDER_SCHEMA_MENU_ITEM: Relationship = to_one("parent", &["schema_menu_item"]).or_none();

const MENU_ITEM_RELATIONSHIPS: &[Relationship] = &[
    ITEM_TYPE,
    to_one("item_type_filter", &["item_type_filter"]).or_none(),
    UNDER_MENU_ITEM,
];

const KIND: Shape = choice(&["item_type", "modular_block"]);

const POSITION: &[Key] = &[required("position", INTEGER)];

const fn reordered(kind: &'static str, under: &'static [Relationship]) -> Entity {
    one(kind)
        .with_id()
        .attributes(POSITION)
        .relationships(under)
}

const COLUMNS: Shape = some(&object(&[
    required("name", TEXT),
    required("width", NUMBER),
]))
.or_null();
