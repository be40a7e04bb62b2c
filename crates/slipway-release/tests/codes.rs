//! Every code that the CMS is known to answer with is told in words: the vendor's list, and what drydock says.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

use std::{collections::BTreeSet, fs, path::Path};

use slipway_release::failure::{Fault, Request, words};

/// The vendor's list as far as it is known: reference section 1.8, from its page of errors and older clients.
const OF_THE_VENDOR: &str = "
    ACCOUNT_ALREADY_JOINED_SITE ACTIVE_EDITING_SESSIONS ALREADY_PRIMARY_ENVIRONMENT BATCH_DATA_VALIDATION_IN_PROGRESS
    CANNOT_CREATE_OR_DESTROY_SCHEMA_MENU_ITEM_LINKED_TO_ITEM_TYPE CANNOT_DESTROY_CURRENT_USER
    CANNOT_DESTROY_FORKING_ORIGIN CANNOT_DESTROY_PRIMARY_ENVIRONMENT CANNOT_UPGRADE_MODERN_PLUGIN_INTO_LEGACY
    CLASHING_FIELD_LABELS CONCURRENT_ENVIRONMENT_UPDATE CONCURRENT_ITEM_TYPE_UPDATE CONCURRENT_ITEM_UPDATE
    CONCURRENT_ROLE_UPDATE CONCURRENT_UPLOAD_UPDATE DEACTIVATED_SITE DELETE_RESTRICTION DESTINATION_USER_REQUIRED
    DUPLICATE_POSITIONS_FOUND DUPLICATE_SINGLETON ENVIRONMENT_IN_READ_ONLY_MODE ENVIRONMENT_NOT_READY EXCEPTION
    IMMUTABLE_UPLOAD_TRACKS_IN_SANDBOX_ENVIRONMENT INCOMPATIBLE_WITH_UPLOAD_STORAGE_SETTINGS INSUFFICIENT_PERMISSIONS
    INVALID_ACCEPT_HEADER INVALID_API_VERSION INVALID_ATTRIBUTES INVALID_AUTHORIZATION_HEADER
    INVALID_CONTENT_TYPE_HEADER INVALID_CREDENTIALS INVALID_DATE INVALID_DESTINATION_TYPE INVALID_DESTINATION_USER
    INVALID_DRAFT INVALID_ENDPOINT INVALID_ENTITY_ID INVALID_ENVIRONMENT INVALID_FIELD INVALID_FILTER_FIELDS_PARAM
    INVALID_FORMAT INVALID_JSON_BODY INVALID_ORDERING INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE
    INVALID_ORDERING_FOR_SORTABLE_ITEM_TYPE INVALID_PARAMS INVALID_PARENT INVALID_PARENT_ID INVALID_PLUGIN_VERSION
    INVALID_POSITION INVALID_RELATIONSHIP INVALID_REQUEST INVALID_SEARCH_INDEX_ID INVALID_SITE
    INVALID_SITE_EXPORT_SETTINGS INVALID_TYPE INVALID_UPLOAD_STORAGE_SETTINGS ITEM_LOCKED ITEM_TYPE_CANNOT_BE_CHANGED
    ITEM_TYPE_IS_SINGLETON ITEM_TYPE_NOT_FOUND KIND_CANNOT_BE_CHANGED LINKED_FROM_PUBLISHED_ITEMS MAINTENANCE_MODE
    MISSING_BUILD_TRIGGER_ID_PARAMETER MISSING_FIELDS MISSING_LOCALES MISSING_QUERY_PARAMETER MISSING_UPLOAD_IDS
    MODULAR_BLOCK_IN_USE MUX_ERROR NEW_PLUGIN_VERSION_IS_INCOMPATIBLE NON_EDITABLE_ACCESS_TOKEN NOT_A_VIDEO NOT_FOUND
    NOT_ON_PER_SITE_PRICING NO_PRIMARY_AUDIO_TRACK PLAN_UPGRADE_REQUIRED PLATFORM_SCHEDULED_MAINTENANCE
    PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY PUBLISHED_CHILDREN PUBLISHED_REFERENCES RATE_LIMIT_EXCEEDED
    REQUIRED_2FA_SETUP REQUIRED_BY_ASSOCIATION SERVICE_UNAVAILABLE SITE_NOT_READY SSO_SETTINGS_REQUIRED
    STALE_ITEM_VERSION TECHNICAL_LIMIT_REACHED TITLE_ALREADY_PRESENT TOO_MANY_OPERATIONS UNPUBLISHED_LINK
    UNPUBLISHED_PARENT UPLOAD_IS_CURRENTLY_IN_USE UPLOAD_NOT_PASSING_FIELD_VALIDATIONS";

/// What drydock says of a value, in the details of `INVALID_FIELD`, beside the codes that begin with `VALIDATION_`.
const OF_VALUES: [&str; 4] = [
    "INVALID_LOCALES",
    "INVALID_PARENT",
    "INVALID_PARENT_ID",
    "INVALID_POSITION",
];

/// What has the form of a code in drydock's source, and is none.
const NO_CODES: [&str; 1] = ["CARGO_MANIFEST_DIR"];

/// The codes in drydock's source. What the Content Delivery API answers with is left out: no migration asks it.
fn of_drydock() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../drydock/src");
    let delivery = source.join("cda");
    let mut waiting = vec![source];
    let mut codes = BTreeSet::new();
    while let Some(path) = waiting.pop() {
        if path == delivery {
            continue;
        }
        if path.is_dir() {
            waiting.extend(
                fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(path).unwrap();
            codes.extend(
                text.split('"')
                    .filter(|word| is_code(word))
                    .map(str::to_owned),
            );
        }
    }
    codes
}

fn is_code(word: &str) -> bool {
    let has_form = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    word.contains('_')
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.chars().all(has_form)
        && !NO_CODES.contains(&word)
}

fn advice(code: &str, of_value: Option<&str>) -> String {
    let details = of_value.map(|of_value| ("code".to_owned(), of_value.to_owned()));
    let fault = Fault {
        code: code.to_owned(),
        details: details.into_iter().collect(),
    };
    words::said(&Request::new("PUT", "/items/R1"), &fault).advice
}

/// Whether an error with this code is told otherwise than one that nobody knows.
fn is_told(code: &str) -> bool {
    advice(code, None) != advice("OF_TOMORROW", None)
}

/// Whether a value with this code is.
fn is_told_of_a_value(code: &str) -> bool {
    let field = |code: &str| advice("INVALID_FIELD", Some(code));
    field(code) != field("VALIDATION_OF_TOMORROW")
}

#[test]
fn every_code_of_the_vendor_is_told_in_words() {
    let untold: Vec<&str> = OF_THE_VENDOR
        .split_whitespace()
        .filter(|code| !is_told(code))
        .collect();
    assert_eq!(untold, [""; 0]);
}

#[test]
fn every_code_of_drydock_is_told_in_words() {
    let codes = of_drydock();
    assert!(codes.contains("ITEM_LOCKED") && codes.contains("VALIDATION_SANITIZED_HTML"));
    let is_known = |code: &str| {
        if code.starts_with("VALIDATION_") || OF_VALUES.contains(&code) {
            is_told_of_a_value(code)
        } else {
            is_told(code)
        }
    };
    let untold: Vec<&String> = codes.iter().filter(|code| !is_known(code)).collect();
    assert_eq!(untold, [""; 0]);
}
