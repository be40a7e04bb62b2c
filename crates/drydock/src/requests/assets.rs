//! Assets: uploads, what is done to many of them, their tags, collections, filters and tracks.

use super::document::{Entity, Relationship, Request, one, post, put, to_many, to_one};
use super::shape::{
    BOOLEAN, INTEGER, Key, NUMBER, OBJECT, Shape, TEXT, choice, either, list, object, optional,
    required,
};

pub(super) const REQUESTS: &[Request] = &[
    post("/uploads", "upload", 0).takes(
        one("upload")
            .with_an_id_of_choice()
            .attributes(&[
                required("path", TEXT),
                optional("copyright", TEXT.or_null()),
                optional("author", TEXT.or_null()),
                optional("notes", TEXT.or_null()),
                optional("default_field_metadata", DEFAULT_FIELD_METADATA),
                optional("tags", list(&TEXT)),
            ])
            .and_other_attributes()
            .optional_relationships(&[IN_COLLECTION]),
    ),
    put("/uploads/:upload", "upload", 4).takes(
        one("upload")
            .with_id()
            .optional_attributes(&[
                optional("path", TEXT),
                optional("basename", TEXT),
                optional("copyright", TEXT.or_null()),
                optional("author", TEXT.or_null()),
                optional("notes", TEXT.or_null()),
                optional("tags", list(&TEXT)),
                optional("default_field_metadata", DEFAULT_FIELD_METADATA),
            ])
            .and_other_attributes()
            .optional_relationships(&[to_one("creator", super::content::CREATORS), IN_COLLECTION]),
    ),
    post("/uploads/bulk/tag", "upload", 6).takes(
        one("upload_bulk_tag_operation")
            .attributes(&[required("tags", list(&TEXT))])
            .relationships(&[UPLOADS]),
    ),
    post("/uploads/bulk/set-upload-collection", "upload", 7).takes(
        one("upload_bulk_set_upload_collection_operation")
            .relationships(&[IN_COLLECTION.required(), UPLOADS]),
    ),
    post("/uploads/bulk/destroy", "upload", 8)
        .takes(one("upload_bulk_destroy_operation").relationships(&[UPLOADS])),
    post("/upload-requests", "upload_request", 0).takes(
        one("upload_request")
            .attributes(&[optional("filename", TEXT)])
            .and_other_attributes()
            .optional_relationships(&[IN_COLLECTION]),
    ),
    post("/upload-tags", "upload_tag", 1)
        .takes(one("upload_tag").attributes(&[required("name", TEXT)])),
    post("/upload-collections", "upload_collection", 0).takes(
        one("upload_collection")
            .with_an_id_of_choice()
            .attributes(&[required("label", TEXT), optional("position", INTEGER)])
            .optional_relationships(&[PARENT]),
    ),
    put(
        "/upload-collections/:upload_collection",
        "upload_collection",
        1,
    )
    .takes(
        one("upload_collection")
            .with_id()
            .optional_attributes(&[optional("label", TEXT), optional("position", INTEGER)])
            .optional_relationships(&[PARENT, to_many("children", "upload_collection")]),
    ),
    post("/upload-collections/reorder", "upload_collection", 5).takes_a_list_of(REORDERED),
    post("/upload-filters", "upload_filter", 0).takes(
        one("upload_filter").with_an_id_of_choice().attributes(&[
            required("name", TEXT),
            required("filter", OBJECT),
            required("shared", BOOLEAN),
        ]),
    ),
    put("/upload-filters/:upload_filter", "upload_filter", 1).takes(
        one("upload_filter").with_id().attributes(&[
            required("name", TEXT),
            optional("shared", BOOLEAN),
            required("filter", OBJECT),
        ]),
    ),
    post("/uploads/:upload/tracks", "upload_track", 0).takes(one("upload_track").attributes(&[
        required("url_or_upload_request_id", TEXT),
        required("type", choice(&["subtitles", "audio"])),
        optional("name", TEXT),
        required("language_code", TEXT),
        optional("closed_captions", BOOLEAN.or_null()),
    ])),
    post(
        "/uploads/:upload/tracks/generate-subtitles",
        "upload_track",
        3,
    )
    .takes(
        one("subtitles_generation")
            .attributes(&[optional("name", TEXT), required("language_code", TEXT)]),
    ),
];

const UPLOADS: Relationship = to_many("uploads", "upload").required();
const IN_COLLECTION: Relationship = to_one("upload_collection", &["upload_collection"]).or_none();
const PARENT: Relationship = to_one("parent", &["upload_collection"]).or_none();

const REORDERED: &[Entity] = &[one("upload_collection")
    .with_id()
    .attributes(&[required("position", INTEGER)])
    .relationships(&[PARENT.required()])];

/// What records say about the asset unless they say otherwise: by part and then by locale or, in projects that have not opted
/// into it, the other way around. Which of them a project takes is the asset's business.
const DEFAULT_FIELD_METADATA: Shape = either(&[
    object(&[
        optional("alt", OBJECT),
        optional("title", OBJECT),
        optional("custom_data", OBJECT),
        FOCAL_POINT,
        optional("poster_time", NUMBER.or_null()),
    ]),
    OBJECT,
]);

const FOCAL_POINT: Key = optional(
    "focal_point",
    object(&[required("x", NUMBER), required("y", NUMBER)]).or_null(),
);
