//! Where answers are meant to be other than the vendor's types of today have them, each with its reason. The list in
//! `docs/drydock-differences.md` says the same for people.

use super::mismatch::Problem;

/// A difference that is meant.
#[derive(Debug)]
pub(super) struct Difference {
    /// What the names of the types begin with.
    types: &'static str,
    /// A JSON pointer without the numbers of list entries.
    pointer: &'static str,
    /// Why.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for who reads this list, and a failing test")
    )]
    why: &'static str,
}

const RECORDED: &str = "recorded with the real service in 2022, which answered it";

const fn recorded(types: &'static str, pointer: &'static str) -> Difference {
    Difference {
        types,
        pointer,
        why: RECORDED,
    }
}

pub(super) static DIFFERENCES: &[Difference] = &[
    recorded("JobResultSelf", "/data/attributes/statusText"),
    recorded("Site", "/data/attributes/frontend_url"),
    recorded("Site", "/data/relationships/build_triggers"),
    recorded("Site", "/data/relationships/menu_items"),
    recorded("Site", "/data/relationships/roles"),
    recorded("Site", "/data/relationships/sso_users"),
    recorded("Site", "/data/relationships/users"),
    recorded("Field", "/data/attributes/appearance/type"),
    recorded(
        "Field",
        "/data/attributes/validators/extension/predefined_list",
    ),
    recorded("ItemTypeReorder", "/data/attributes/appearance/type"),
    recorded(
        "ItemTypeReorder",
        "/data/attributes/validators/extension/predefined_list",
    ),
    recorded("Site", "/included/attributes/appearance/type"),
    recorded(
        "Site",
        "/included/attributes/validators/extension/predefined_list",
    ),
    recorded("Plugin", "/data/attributes/appearance/type"),
    recorded(
        "Plugin",
        "/data/attributes/validators/extension/predefined_list",
    ),
];

/// Whether a problem is one of the differences that are meant.
pub(super) fn is_meant(answer: &str, problem: &Problem) -> bool {
    let bare: String = problem
        .pointer
        .split('/')
        .filter(|part| part.parse::<usize>().is_err())
        .collect::<Vec<_>>()
        .join("/");
    DIFFERENCES
        .iter()
        .any(|difference| answer.starts_with(difference.types) && bare == difference.pointer)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_difference_is_on_the_page_for_people() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/drydock-differences.md");
        let page = std::fs::read_to_string(page).unwrap();
        let (_, section) = page
            .split_once("## Answers and the published types")
            .unwrap();
        let (section, _) = section.split_once("\n## ").unwrap();
        for Difference { pointer, why, .. } in DIFFERENCES {
            let key = pointer.rsplit('/').next().unwrap();
            assert!(section.contains(&format!("`{key}`")), "{pointer}: {why}");
        }
    }

    #[test]
    fn a_difference_is_meant_in_one_place_only() {
        let problem = |pointer: &str| Problem {
            pointer: pointer.to_owned(),
            what: String::new(),
        };
        let text = problem("/data/attributes/statusText");
        assert!(is_meant("JobResultSelfTargetSchema", &text));
        assert!(!is_meant("SiteSelfTargetSchema", &text));
        assert!(!is_meant(
            "JobResultSelfTargetSchema",
            &problem("/data/attributes/status")
        ));
        let entry = problem("/data/12/attributes/appearance/type");
        assert!(is_meant("FieldInstancesTargetSchema", &entry));
    }
}
