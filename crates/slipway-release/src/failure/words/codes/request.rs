//! What is wrong with a request itself: its form, and what it names.

use super::Meaning;

const COMPARE: &str = "Compare the call in the script with the vendor’s documentation of it.";

/// The request is not what its endpoint takes.
pub(super) const FORM: &[Meaning] = &[
    (
        &["INVALID_FORMAT"],
        "The body of the request does not have the form that the CMS expects.",
        COMPARE,
    ),
    (
        &["INVALID_REQUEST"],
        "The CMS cannot make sense of the request.",
        COMPARE,
    ),
    (
        &["INVALID_TYPE"],
        "The request names another type than the CMS expects.",
        COMPARE,
    ),
    (
        &["INVALID_JSON_BODY"],
        "The body of the request is not valid JSON.",
        "Let the vendor’s client make the body, or mend how the script makes it.",
    ),
    (
        &["INVALID_ATTRIBUTES"],
        "The request sets attributes that do not exist.",
        "Check their names in the script. A field has to be created before a record can have it.",
    ),
    (
        &["INVALID_RELATIONSHIP"],
        "The request has a relationship that is not valid.",
        "Check in the script what it leads to, and that it exists in this environment.",
    ),
    (
        &["INVALID_ENDPOINT"],
        "The CMS has no endpoint with this method and path.",
        "Check both in the script, or use the vendor’s client for the call.",
    ),
    (
        &["INVALID_DATE"],
        "A date or a time in the request is not valid.",
        "Write it in ISO 8601 form, for example 2026-11-23T09:30:00Z.",
    ),
    (
        &["INVALID_PARAMS"],
        "A parameter of the request is not valid.",
        COMPARE,
    ),
    (
        &["INVALID_FILTER_FIELDS_PARAM"],
        "The filter of the request is not valid.",
        "Check in the script that the fields it names exist, and that each can be filtered like this.",
    ),
    (
        &["INVALID_ORDERING"],
        "The order that the request asks for is not valid.",
        "Check in the script what it sorts by.",
    ),
    (
        &["MISSING_QUERY_PARAMETER"],
        "The request lacks a parameter that the CMS needs.",
        COMPARE,
    ),
    (
        &["MISSING_BUILD_TRIGGER_ID_PARAMETER"],
        "The request does not say which build trigger it is about.",
        "Give the id of the build trigger in the script.",
    ),
    (
        &["MISSING_FIELDS"],
        "The request lacks fields that the CMS needs.",
        COMPARE,
    ),
    (
        &["MISSING_UPLOAD_IDS"],
        "The request does not say which assets it is about.",
        "Give the ids of the assets in the script, and check that there are any.",
    ),
    (
        &["DUPLICATE_POSITIONS_FOUND"],
        "Two things were given the same position.",
        "Give each a position of its own in the script.",
    ),
    (
        &["INVALID_POSITION"],
        "The position is not valid.",
        "Give a whole number, counted from 1.",
    ),
    (
        &["INVALID_ENTITY_ID"],
        "An id in the request does not have the form of an id.",
        "Leave it out, so that the CMS chooses one, or take one that the CMS gave out.",
    ),
    (
        &["INVALID_ACCEPT_HEADER"],
        "The Accept header of the request is not one that the CMS takes.",
        "Leave this header to the vendor’s client.",
    ),
    (
        &["INVALID_CONTENT_TYPE_HEADER"],
        "The Content-Type header of the request is not one that the CMS takes.",
        "Leave this header to the vendor’s client.",
    ),
    (
        &["INVALID_API_VERSION"],
        "The CMS does not offer the version of its API that was asked for.",
        "Leave the X-Api-Version header to the vendor’s client. If the script does not set it, Slipway needs an update.",
    ),
    (
        &["TECHNICAL_LIMIT_REACHED"],
        "This goes beyond a technical limit of the CMS.",
        "See in the details which limit it is, and write less at a time or in one record.",
    ),
    (
        &["TOO_MANY_OPERATIONS"],
        "The request is about more things than the CMS takes at a time.",
        "Split it into several smaller requests in the script.",
    ),
];

/// What the request names is not there.
pub(super) const ABSENT: &[Meaning] = &[
    (
        &["NOT_FOUND"],
        "What the request names does not exist.",
        "Look it up by its API key in the script, as ids differ between projects. Check also whether an earlier script should have created it, or has deleted it.",
    ),
    (
        &["ITEM_TYPE_NOT_FOUND"],
        "The model that the request names does not exist.",
        "Check its id or API key in the script, and whether an earlier script should have created it, or has deleted it.",
    ),
    (
        &["INVALID_PARENT", "INVALID_PARENT_ID"],
        "It cannot be placed under this parent.",
        "Check in the script that the parent exists, that it is of the same kind, and that it is not below what is placed under it.",
    ),
    (
        &["INVALID_SEARCH_INDEX_ID"],
        "The search index that the request names does not exist.",
        "Check its id in the script.",
    ),
];
