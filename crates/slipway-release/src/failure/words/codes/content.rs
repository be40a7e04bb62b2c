//! What the schema, the records or the assets of an environment do not allow.

use super::Meaning;

/// Models, blocks, fields, menus and plugins.
pub(super) const SCHEMA: &[Meaning] = &[
    (
        &["CLASHING_FIELD_LABELS"],
        "Another field of the model has the same label.",
        "Choose another label, or let the script look first whether the field exists.",
    ),
    (
        &["TITLE_ALREADY_PRESENT"],
        "There is a title already, and there can be only one.",
        "Let the script look first whether it is there, and change it instead of adding another.",
    ),
    (
        &["INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE"],
        "A single-instance model has only one record, so it cannot have an order.",
        "Leave the ordering of the model out of the script.",
    ),
    (
        &["INVALID_ORDERING_FOR_SORTABLE_ITEM_TYPE"],
        "The records of this model are sorted by hand or form a tree, so they cannot also be ordered by a field or a date.",
        "Leave out one of the two in the script.",
    ),
    (
        &["ITEM_TYPE_IS_SINGLETON"],
        "This cannot be done with a single-instance model.",
        "Leave the model out, or let it have several records first.",
    ),
    (
        &["KIND_CANNOT_BE_CHANGED"],
        "Its kind cannot be changed: a model cannot become a block model, for example, nor the other way round.",
        "Create a new one of the other kind in the script, and move the content over.",
    ),
    (
        &["MODULAR_BLOCK_IN_USE"],
        "A field still allows this block model, so it cannot be deleted.",
        "Take it out of the fields that allow it earlier in the script.",
    ),
    (
        &["CANNOT_CREATE_OR_DESTROY_SCHEMA_MENU_ITEM_LINKED_TO_ITEM_TYPE"],
        "The schema menu item of a model comes and goes with the model, and cannot be created or deleted by itself.",
        "Leave it out of the script; create or delete the model instead.",
    ),
    (
        &["CANNOT_UPGRADE_MODERN_PLUGIN_INTO_LEGACY"],
        "A plugin of today’s kind cannot be turned into one of the old kind.",
        "Choose a version of the plugin that is of today’s kind.",
    ),
    (
        &["INVALID_PLUGIN_VERSION"],
        "This version of the plugin is not valid.",
        "Choose another version of the plugin in the script.",
    ),
    (
        &["NEW_PLUGIN_VERSION_IS_INCOMPATIBLE"],
        "The new version of the plugin does not fit the one that is installed.",
        "Choose another version of the plugin in the script.",
    ),
];

/// Records, their tree, their links and their publication.
pub(super) const RECORDS: &[Meaning] = &[
    (
        &["MISSING_LOCALES"],
        "The record lacks locales that it has to have.",
        "Give its localised fields a value in at least one locale, or in all locales if its model asks for that.",
    ),
    (
        &["DUPLICATE_SINGLETON"],
        "The model is a single-instance model, and its one record exists already.",
        "Let the script update that record instead of creating another.",
    ),
    (
        &["ITEM_TYPE_CANNOT_BE_CHANGED"],
        "A record cannot change to another model.",
        "Create a record of the other model in the script, copy the values over, and delete the old one.",
    ),
    (
        &["INVALID_DRAFT"],
        "The draft of the record is not valid.",
        "See the details, and mend its values in the script before this request.",
    ),
    (
        &["REQUIRED_BY_ASSOCIATION"],
        "Something that links to it does not allow that it is deleted.",
        "Remove the links to it earlier in the script, or change what the linking field does when its target is deleted.",
    ),
    (
        &["LINKED_FROM_PUBLISHED_ITEMS", "PUBLISHED_REFERENCES"],
        "Published records link to it, so it has to stay published.",
        "Unpublish those records earlier in the script, or remove their links to it.",
    ),
    (
        &["PUBLISHED_CHILDREN"],
        "Records below it in the tree are published, so it has to stay published.",
        "Unpublish those records earlier in the script, or unpublish recursively.",
    ),
    (
        &["UNPUBLISHED_LINK"],
        "It links to a record that is not published.",
        "Publish the linked record earlier in the script, or publish recursively.",
    ),
    (
        &["UNPUBLISHED_PARENT"],
        "The record above it in the tree is not published.",
        "Publish that record earlier in the script, or publish recursively.",
    ),
];

/// Assets and their tracks.
pub(super) const ASSETS: &[Meaning] = &[
    (
        &["UPLOAD_IS_CURRENTLY_IN_USE"],
        "Records still use this asset, so it cannot be deleted.",
        "Take it out of these records earlier in the script.",
    ),
    (
        &["UPLOAD_NOT_PASSING_FIELD_VALIDATIONS"],
        "With this change the asset would break the rules of a field that uses it.",
        "Keep to what that field asks of its assets, or change its rules first.",
    ),
    (
        &["INCOMPATIBLE_WITH_UPLOAD_STORAGE_SETTINGS"],
        "This does not work with where the project stores its assets.",
        "Ask an admin about the storage settings, or leave this out of the script.",
    ),
    (
        &["IMMUTABLE_UPLOAD_TRACKS_IN_SANDBOX_ENVIRONMENT"],
        "The audio and subtitle tracks of a video can be changed in primary only.",
        "Leave this out of the migration, and do it in primary after the release.",
    ),
    (
        &["MUX_ERROR"],
        "The service that handles videos for the CMS, Mux, reported an error.",
        "See the details and check the video, then start again later.",
    ),
    (
        &["NOT_A_VIDEO"],
        "The asset is not a video.",
        "Check in the script which asset this is about.",
    ),
    (
        &["NO_PRIMARY_AUDIO_TRACK"],
        "The video has no main audio track.",
        "Check in the script which video this is about, or leave this out.",
    ),
];
