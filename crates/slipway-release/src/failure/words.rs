//! The vendor's error codes in plain sentences: what is wrong, and what to do about it.
//!
//! Codes and their meaning are those of reference section 1.8, and of the validators in section 6.2.

use crate::failure::{
    quoted_last,
    rejection::{Fault, Rejection},
    script_end::Request,
};

/// An error in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What is wrong, a whole sentence.
    pub what: String,
    /// What to do about it, a whole sentence.
    pub advice: String,
}

/// What kind of trouble a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// One value was not acceptable; the details name it.
    Field,
    /// The request is not of the form its endpoint takes.
    Form,
    /// What is addressed is not there.
    Absent,
    /// The role may not.
    Forbidden,
    /// Whoever drives the release is signed out.
    SignedOut,
    /// Something else still uses what was to go or to change.
    InUse,
    /// Publication of one thing needs that of another.
    Publication,
    /// Somebody or something else is at the same thing.
    Busy,
    /// The record is not as the script read it.
    Stale,
    /// The project's plan has no room.
    Plan,
    /// More than the service takes at a time.
    Limit,
    /// The schema does not allow it.
    Schema,
    /// The environment cannot be written now.
    Environment,
    /// The service itself.
    Service,
    /// An asset or its tracks.
    Asset,
}

const FAMILIES: [(Family, &[&str]); 15] = [
    (Family::Field, &["INVALID_FIELD"]),
    (
        Family::Form,
        &[
            "INVALID_ATTRIBUTES",
            "INVALID_DATE",
            "INVALID_DRAFT",
            "INVALID_ENDPOINT",
            "INVALID_FILTER_FIELDS_PARAM",
            "INVALID_FORMAT",
            "INVALID_JSON_BODY",
            "INVALID_ORDERING",
            "INVALID_ORDERING_FOR_SINGLETON_ITEM_TYPE",
            "INVALID_ORDERING_FOR_SORTABLE_ITEM_TYPE",
            "INVALID_PARAMS",
            "INVALID_POSITION",
            "INVALID_RELATIONSHIP",
            "INVALID_REQUEST",
            "INVALID_TYPE",
            "MISSING_BUILD_TRIGGER_ID_PARAMETER",
            "MISSING_FIELDS",
            "MISSING_LOCALES",
            "MISSING_QUERY_PARAMETER",
            "MISSING_UPLOAD_IDS",
            "DUPLICATE_POSITIONS_FOUND",
        ],
    ),
    (
        Family::Absent,
        &[
            "NOT_FOUND",
            "INVALID_ENTITY_ID",
            "INVALID_PARENT",
            "INVALID_PARENT_ID",
            "INVALID_SEARCH_INDEX_ID",
            "ITEM_TYPE_NOT_FOUND",
        ],
    ),
    (
        Family::Forbidden,
        &["INSUFFICIENT_PERMISSIONS", "NON_EDITABLE_ACCESS_TOKEN"],
    ),
    (Family::SignedOut, &["INVALID_AUTHORIZATION_HEADER"]),
    (
        Family::InUse,
        &[
            "DELETE_RESTRICTION",
            "MODULAR_BLOCK_IN_USE",
            "REQUIRED_BY_ASSOCIATION",
            "UPLOAD_IS_CURRENTLY_IN_USE",
            "CANNOT_CREATE_OR_DESTROY_SCHEMA_MENU_ITEM_LINKED_TO_ITEM_TYPE",
        ],
    ),
    (
        Family::Publication,
        &[
            "LINKED_FROM_PUBLISHED_ITEMS",
            "PUBLISHED_CHILDREN",
            "PUBLISHED_REFERENCES",
            "UNPUBLISHED_LINK",
            "UNPUBLISHED_PARENT",
        ],
    ),
    (
        Family::Busy,
        &[
            "BATCH_DATA_VALIDATION_IN_PROGRESS",
            "CONCURRENT_ENVIRONMENT_UPDATE",
            "CONCURRENT_ITEM_TYPE_UPDATE",
            "CONCURRENT_ITEM_UPDATE",
            "CONCURRENT_ROLE_UPDATE",
            "CONCURRENT_UPLOAD_UPDATE",
            "ITEM_LOCKED",
            "RATE_LIMIT_EXCEEDED",
        ],
    ),
    (Family::Stale, &["STALE_ITEM_VERSION"]),
    (
        Family::Plan,
        &["PLAN_UPGRADE_REQUIRED", "NOT_ON_PER_SITE_PRICING"],
    ),
    (
        Family::Limit,
        &["TECHNICAL_LIMIT_REACHED", "TOO_MANY_OPERATIONS"],
    ),
    (
        Family::Schema,
        &[
            "CANNOT_UPGRADE_MODERN_PLUGIN_INTO_LEGACY",
            "CLASHING_FIELD_LABELS",
            "DUPLICATE_SINGLETON",
            "INVALID_PLUGIN_VERSION",
            "ITEM_TYPE_CANNOT_BE_CHANGED",
            "ITEM_TYPE_IS_SINGLETON",
            "KIND_CANNOT_BE_CHANGED",
            "NEW_PLUGIN_VERSION_IS_INCOMPATIBLE",
            "TITLE_ALREADY_PRESENT",
        ],
    ),
    (
        Family::Environment,
        &[
            "ENVIRONMENT_IN_READ_ONLY_MODE",
            "ENVIRONMENT_NOT_READY",
            "INVALID_ENVIRONMENT",
            "MAINTENANCE_MODE",
            "PRIMARY_ENVIRONMENT_SETTINGS_READ_ONLY",
        ],
    ),
    (
        Family::Service,
        &[
            "DEACTIVATED_SITE",
            "EXCEPTION",
            "PLATFORM_SCHEDULED_MAINTENANCE",
            "SERVICE_UNAVAILABLE",
            "SITE_NOT_READY",
        ],
    ),
    (
        Family::Asset,
        &[
            "IMMUTABLE_UPLOAD_TRACKS_IN_SANDBOX_ENVIRONMENT",
            "INCOMPATIBLE_WITH_UPLOAD_STORAGE_SETTINGS",
            "MUX_ERROR",
            "NOT_A_VIDEO",
            "NO_PRIMARY_AUDIO_TRACK",
            "UPLOAD_NOT_PASSING_FIELD_VALIDATIONS",
        ],
    ),
];

fn family(code: &str) -> Option<Family> {
    FAMILIES
        .iter()
        .find(|(_, codes)| codes.contains(&code))
        .map(|(family, _)| *family)
}

/// Where the vendor explains a code; `None` for what is no code.
pub fn documentation(code: &str) -> Option<String> {
    let is_code = !code.is_empty()
        && (code.bytes()).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    is_code.then(|| format!("https://www.datocms.com/docs/content-management-api/errors#{code}"))
}

/// What is wrong in one sentence, for where there is room for no more.
pub fn in_short(rejection: &Rejection) -> String {
    let Rejection { faults, more, .. } = rejection;
    let first = match faults.first() {
        Some(fault) => said(&rejection.request, fault).what,
        None => "It gave no reason in the vendor’s form.".to_owned(),
    };
    let others = u32::try_from(faults.len().saturating_sub(1))
        .unwrap_or(u32::MAX)
        .saturating_add(*more);
    match others {
        0 => first,
        1 => format!("{first} It named 1 more error."),
        n => format!("{first} It named {n} more errors."),
    }
}

/// One error in words.
pub fn said(request: &Request, fault: &Fault) -> Said {
    let Some(family) = family(&fault.code) else {
        return unknown(fault);
    };
    let (what, advice) = match family {
        Family::Field => return field(request, fault),
        Family::Form => (
            form(fault),
            "Compare the call in the script with the vendor’s documentation of it; the details say what does not fit.",
        ),
        Family::Absent => (
            "What the call names is not there.".to_owned(),
            "An id from another project or from before may not exist here: look things up by their API key in the script, and see whether an earlier script was meant to make it.",
        ),
        Family::Forbidden => (
            "The role of whoever drives the release may not do this.".to_owned(),
            "Ask an admin to extend the role, or let a colleague run this release.",
        ),
        Family::SignedOut => (
            "The CMS does not accept the access token any more.".to_owned(),
            "Reload the page to sign in again.",
        ),
        Family::InUse => (
            "Something else still uses it, so it cannot go or change.".to_owned(),
            "Take away what uses it earlier in the script, or in a script before this one.",
        ),
        Family::Publication => (
            "What is published and what is not would not fit together.".to_owned(),
            "Publish what is linked to, or the parent, first; unpublish what links here first.",
        ),
        Family::Busy => (
            "Somebody or something else was at the same thing at that moment.".to_owned(),
            "The same run may well succeed on a fresh fork. If it comes back, let the script make fewer calls at a time.",
        ),
        Family::Stale => (
            "The record is not as the script had read it.".to_owned(),
            "Read the record again right before it is written, and do not write the same record twice at once.",
        ),
        Family::Plan => (
            plan(fault),
            "Make room, or extend the plan, then start again.",
        ),
        Family::Limit => (
            "It is more than the service takes at a time.".to_owned(),
            "Split the call into several smaller ones in the script.",
        ),
        Family::Schema => (
            "The schema does not allow this change.".to_owned(),
            "See how the model or the plugin is set up where the script ran, and change the script.",
        ),
        Family::Environment => (
            "The environment could not be written at that moment.".to_owned(),
            "See on the Releases page whether the environment is there and ready, then start again.",
        ),
        Family::Service => (
            "The service itself failed or was not available.".to_owned(),
            "It is nothing in the script. Start again later.",
        ),
        Family::Asset => (
            "The asset is not of the kind that the call or the field needs.".to_owned(),
            "See the asset where the script ran, and what the field asks of it.",
        ),
    };
    Said {
        what: with_message(what, fault),
        advice: advice.to_owned(),
    }
}

/// The vendor's own sentence, where there is one, after ours.
fn with_message(what: String, fault: &Fault) -> String {
    match fault.detail("message") {
        Some(message) => format!("{what} The CMS says: {}", quoted_last(message.trim())),
        None => what,
    }
}

fn unknown(fault: &Fault) -> Said {
    let what = if fault.code.is_empty() {
        "The CMS refused it without a code.".to_owned()
    } else {
        format!("The CMS refused it with {}.", fault.code)
    };
    Said {
        what: with_message(what, fault),
        advice: "Slipway has no words for this code; the vendor’s documentation may.".to_owned(),
    }
}

fn form(fault: &Fault) -> String {
    match fault.detail("messages") {
        Some(messages) => format!("The call is not of the form it has to have: {messages}."),
        None => "The call is not of the form it has to have.".to_owned(),
    }
}

fn plan(fault: &Fault) -> String {
    match fault.detail("limit") {
        Some(limit) => format!(
            "The project’s plan does not allow more {}.",
            limit.replace('_', " ")
        ),
        None => "The project’s plan does not allow it.".to_owned(),
    }
}

/// What may be wrong with a value: the vendor's codes of it, what it is, and what to do.
const PROBLEMS: [(&[&str], &str, &str); 12] = [
    (
        &[
            "VALIDATION_REQUIRED",
            "VALIDATION_BLANK",
            "VALIDATION_PRESENCE",
        ],
        "needs a value",
        "Give it one in the script, in every locale the record has; or make the field required only after the records are filled.",
    ),
    (
        &["VALIDATION_UNIQUENESS", "VALIDATION_UNIQUE"],
        "has a value that is taken already",
        "Choose another value, or look first whether it is there from an earlier run or script.",
    ),
    (
        &[
            "VALIDATION_FORMAT",
            "VALIDATION_SLUG_FORMAT",
            "VALIDATION_SLUG_TITLE_FIELD",
        ],
        "has a value of the wrong form",
        "See the pattern the field asks for, and change the value in the script.",
    ),
    (
        &[
            "VALIDATION_LENGTH",
            "VALIDATION_TITLE_LENGTH",
            "VALIDATION_DESCRIPTION_LENGTH",
        ],
        "is too long or too short",
        "See the limits in the details, and change the value or the field.",
    ),
    (
        &[
            "VALIDATION_NUMBER_RANGE",
            "VALIDATION_DATE_RANGE",
            "VALIDATION_DATE_TIME_RANGE",
        ],
        "is outside the range it allows",
        "See the range in the details, and change the value or the field.",
    ),
    (
        &["VALIDATION_SIZE"],
        "has too many entries, or too few",
        "See the numbers in the details, and change the value or the field.",
    ),
    (
        &[
            "VALIDATION_ENUM",
            "VALIDATION_INCLUSION",
            "VALIDATION_EXCLUSION",
        ],
        "has a value that is not among those it allows",
        "Use one of the values the field lists, or extend the list first.",
    ),
    (
        &["INVALID_LOCALES", "VALIDATION_LOCALES"],
        "does not have just the locales it has to have",
        "Give the same locales to every localised field of the record.",
    ),
    (
        &[
            "VALIDATION_ITEM_ITEM_TYPE",
            "VALIDATION_ITEMS_ITEM_TYPE",
            "VALIDATION_STRUCTURED_TEXT_LINKS",
        ],
        "links to a record of a model that it does not allow",
        "Link to a record of an allowed model, or extend what the field allows first.",
    ),
    (
        &[
            "VALIDATION_INVALID_BLOCK_MODEL",
            "VALIDATION_BLOCK_ID_DUPLICATE",
        ],
        "holds a block that it does not allow",
        "Use a block of an allowed model, each only once, or extend what the field allows first.",
    ),
    (
        &[
            "VALIDATION_EXTENSION",
            "VALIDATION_FILE_SIZE",
            "VALIDATION_IMAGE_ASPECT_RATIO",
            "VALIDATION_IMAGE_DIMENSIONS",
            "VALIDATION_REQUIRED_ALT_TITLE",
            "VALIDATION_REQUIRED_SEO_FIELDS",
        ],
        "has an asset or a text for search engines that does not meet its rules",
        "See the rules in the details, and change the asset, its texts or the field.",
    ),
    (
        &["VALIDATION_INVALID"],
        "has a value that the CMS does not accept",
        "See what type of value the field takes, and change the value in the script.",
    ),
];

fn field(request: &Request, fault: &Fault) -> Said {
    let code = fault.detail("code").unwrap_or_default();
    let problem = PROBLEMS.iter().find(|(codes, ..)| codes.contains(&code));
    let (what, advice) = problem.map_or(
        (
            "was refused",
            "The details say what the CMS has against the value.",
        ),
        |(_, what, advice)| (what, advice),
    );
    // Of a record it is a field's API key; of anything else, an attribute in the call.
    let of_record = request.path.starts_with("/items");
    let noun = if of_record {
        "The field"
    } else {
        "The attribute"
    };
    let name = fault.detail("field").unwrap_or("(not named)");
    let what = match fault.detail("locale") {
        Some(locale) => format!("{noun} `{name}` ({locale}) {what}."),
        None => format!("{noun} `{name}` {what}."),
    };
    Said {
        what: with_message(what, fault),
        advice: advice.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn fault(code: &str, details: &[(&str, &str)]) -> Fault {
        Fault {
            code: code.to_owned(),
            details: details
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        }
    }

    #[rstest]
    #[case(
        "/items/R1",
        &[("field", "title"), ("code", "VALIDATION_REQUIRED"), ("locale", "it")],
        "The field `title` (it) needs a value."
    )]
    #[case(
        "/item-types/1/fields",
        &[("field", "api_key"), ("code", "VALIDATION_UNIQUENESS")],
        "The attribute `api_key` has a value that is taken already."
    )]
    #[case(
        "/items",
        &[("field", "rating"), ("code", "VALIDATION_OF_TOMORROW"), ("message", "no ")],
        "The field `rating` was refused. The CMS says: “no”."
    )]
    #[case("/items", &[], "The field `(not named)` was refused.")]
    fn a_refused_value_is_told_with_its_field(
        #[case] path: &str,
        #[case] details: &[(&str, &str)],
        #[case] what: &str,
    ) {
        let request = Request::new("PUT", path);
        assert_eq!(said(&request, &fault("INVALID_FIELD", details)).what, what);
    }

    #[test]
    fn every_code_belongs_to_one_family() {
        let mut codes: Vec<&str> = FAMILIES
            .iter()
            .flat_map(|(_, codes)| codes.iter().copied())
            .collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        let request = Request::new("GET", "/");
        for code in codes {
            let said = said(&request, &fault(code, &[]));
            assert!(
                said.what.ends_with('.') && said.advice.ends_with('.'),
                "{code}: {said:?}"
            );
            assert!(!said.what.contains(code), "{code}: {said:?}");
        }
    }

    #[test]
    fn a_code_of_tomorrow_is_named() {
        let said = said(&Request::new("GET", "/site"), &fault("SOMETHING_NEW", &[]));
        assert_eq!(said.what, "The CMS refused it with SOMETHING_NEW.");
    }

    #[test]
    fn only_codes_lead_to_the_documentation() {
        assert!(documentation("INVALID_FIELD").is_some());
        assert_eq!(documentation("x\" onclick=\""), None);
        assert_eq!(documentation(""), None);
    }

    #[test]
    fn a_whole_answer_in_a_sentence() {
        let mut rejection = Rejection {
            request: Request::new("POST", "/items"),
            status: 502,
            request_id: None,
            faults: Vec::new(),
            more: 0,
        };
        assert_eq!(
            in_short(&rejection),
            "It gave no reason in the vendor’s form."
        );
        let limit = fault("PLAN_UPGRADE_REQUIRED", &[("limit", "item_types")]);
        rejection.faults = vec![limit.clone(), limit];
        rejection.more = 3;
        assert_eq!(
            in_short(&rejection),
            "The project’s plan does not allow more item types. It named 4 more errors."
        );
    }
}
