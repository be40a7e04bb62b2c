//! The vendor's error codes in plain sentences: what is wrong, and what to do about it.
//!
//! Codes and their meaning are those of reference section 1.8, and of the validators in section 6.2. No sentence says more
//! than what is known of its code: `tests/codes.rs` holds them against the vendor's list and against drydock's.

mod codes;
mod values;

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
        None => "It gave no reason.".to_owned(),
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
    let (what, advice) = match fault.code.as_str() {
        "INVALID_FIELD" => value(request, fault),
        "PLAN_UPGRADE_REQUIRED" => plan(fault),
        "" => (
            "The CMS gave no code for this error.".to_owned(),
            "See the details, and the request in the script.",
        ),
        code => match codes::meaning(code) {
            Some((what, advice)) => (what.to_owned(), advice),
            None => (
                format!("Slipway does not know the code {code}."),
                "See the details, and the vendor’s documentation of the code.",
            ),
        },
    };
    Said {
        what: with_message(what, fault),
        advice: advice.to_owned(),
    }
}

/// The vendor's own words, where there are some, after ours.
fn with_message(what: String, fault: &Fault) -> String {
    let message = fault.detail("message").or_else(|| fault.detail("messages"));
    match message {
        Some(message) => format!("{what} The CMS says: {}", quoted_last(message.trim())),
        None => what,
    }
}

fn plan(fault: &Fault) -> (String, &'static str) {
    let what = match fault.detail("limit") {
        Some("uploadable_bytes") => "The project’s plan has no storage left for assets.".to_owned(),
        Some(limit) => format!("The project’s plan does not allow more {}.", noun(limit)),
        None => "The project’s plan does not allow this.".to_owned(),
    };
    let advice = "Delete what nobody needs, or extend the plan, then start again.";
    (what, advice)
}

/// What the CMS's own pages call a thing that a plan limits.
fn noun(limit: &str) -> String {
    match limit {
        "item_types" => "models".to_owned(),
        "items" => "records".to_owned(),
        other => other.replace('_', " "),
    }
}

/// What is wrong with a value.
fn value(request: &Request, fault: &Fault) -> (String, &'static str) {
    let problem = fault.detail("code").and_then(values::problem);
    let what = problem.map_or("was refused", |problem| problem.what);
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
    let advice = match problem {
        Some(problem) if of_record => problem.field,
        Some(problem) => problem.attribute.unwrap_or(problem.field),
        None => "See in the details what the CMS has against the value.",
    };
    (what, advice)
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
    #[case(
        "/items",
        &[("field", "body"), ("code", "VALIDATION_SANITIZED_HTML")],
        "The field `body` has HTML that it does not allow."
    )]
    #[case(
        "/items/R1",
        &[("field", "parent_id"), ("code", "INVALID_PARENT_ID")],
        "The field `parent_id` names a parent that is not possible."
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

    #[rstest]
    #[case("RATE_LIMIT_EXCEEDED", &[], "More requests reached the CMS than it takes in a few seconds.")]
    #[case("NON_EDITABLE_ACCESS_TOKEN", &[], "This access token is built into the project, and nobody can change it.")]
    #[case("INVALID_ENVIRONMENT", &[], "The environment does not exist, or the role has no access to it.")]
    #[case("CLASHING_FIELD_LABELS", &[], "Another field of the model has the same label.")]
    #[case("DESTINATION_USER_REQUIRED", &[], "Who is to be deleted still owns records or assets, and the request does not say who takes them over.")]
    #[case("PLAN_UPGRADE_REQUIRED", &[("limit", "uploadable_bytes")], "The project’s plan has no storage left for assets.")]
    #[case("PLAN_UPGRADE_REQUIRED", &[("limit", "sandbox_environments")], "The project’s plan does not allow more sandbox environments.")]
    #[case("PLAN_UPGRADE_REQUIRED", &[], "The project’s plan does not allow this.")]
    #[case("INVALID_FORMAT", &[("messages", "`data` is missing")], "The body of the request does not have the form that the CMS expects. The CMS says: “`data` is missing”.")]
    #[case("", &[], "The CMS gave no code for this error.")]
    fn a_code_is_told_by_what_it_means(
        #[case] code: &str,
        #[case] details: &[(&str, &str)],
        #[case] what: &str,
    ) {
        let request = Request::new("POST", "/items");
        assert_eq!(said(&request, &fault(code, details)).what, what);
    }

    #[test]
    fn advice_on_a_value_fits_what_has_it() {
        let fault = fault("INVALID_FIELD", &[("code", "VALIDATION_REQUIRED")]);
        let advice = |path: &str| said(&Request::new("POST", path), &fault).advice;
        assert!(advice("/items").contains("in every locale the record has"));
        assert_eq!(advice("/item-types"), "Give it one in the script.");
    }

    #[test]
    fn every_code_has_one_meaning_in_whole_sentences() {
        let rows = || codes::MEANINGS.into_iter().flatten();
        let mut codes: Vec<&str> = rows().flat_map(|(codes, ..)| *codes).copied().collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        for (codes, what, advice) in rows() {
            assert!(is_sentence(what) && is_sentence(advice), "{codes:?}");
        }
    }

    #[test]
    fn every_code_of_a_value_names_one_problem() {
        let mut codes: Vec<&str> = values::PROBLEMS
            .iter()
            .flat_map(|problem| problem.codes)
            .copied()
            .collect();
        let all = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), all);
        for problem in values::PROBLEMS {
            let sentences = [problem.field, problem.attribute.unwrap_or(problem.field)];
            assert!(sentences.into_iter().all(is_sentence), "{}", problem.what);
            assert!(!problem.what.ends_with('.'), "{}", problem.what);
        }
    }

    fn is_sentence(text: &str) -> bool {
        text.starts_with(char::is_uppercase) && text.ends_with('.')
    }

    #[test]
    fn a_code_of_tomorrow_is_named() {
        let said = said(&Request::new("GET", "/site"), &fault("SOMETHING_NEW", &[]));
        assert_eq!(said.what, "Slipway does not know the code SOMETHING_NEW.");
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
        assert_eq!(in_short(&rejection), "It gave no reason.");
        let limit = fault("PLAN_UPGRADE_REQUIRED", &[("limit", "item_types")]);
        rejection.faults = vec![limit.clone(), limit];
        rejection.more = 3;
        assert_eq!(
            in_short(&rejection),
            "The project’s plan does not allow more models. It named 4 more errors."
        );
    }
}
