//! The rules of the schema as the reference has them (`management-api.md` 6 and 7), each with the test that shows it. A rule
//! without a test, or a test that is gone, is found here.

use std::path::Path;

/// Section, rule, and where it is shown: a file of this folder's parent, and a test in it.
const RULES: &[(&str, &str, &str, &str)] = &[
    (
        "6.1",
        "a model needs a name and an API key",
        "schema_rules/refused.rs",
        "models",
    ),
    (
        "6.1",
        "the API key of a model is a singular in snake case, free, and no reserved word",
        "schema_rules/refused.rs",
        "models",
    ),
    (
        "6.1",
        "block models leave sorting, trees, single records, drafts and inverse relationships off",
        "schema_rules/refused.rs",
        "models",
    ),
    (
        "6.1",
        "a model is sorted by hand or is a tree, not both; a single record is neither",
        "schema_rules/refused.rs",
        "models",
    ),
    (
        "6.1",
        "`ordering_meta` and `ordering_field` exclude each other, and what has its own order",
        "schema_rules/refused.rs",
        "models_that_exist",
    ),
    (
        "6.1",
        "a model of several records does not become one of a single record",
        "schema_rules/refused.rs",
        "models_that_exist",
    ),
    (
        "6.1",
        "a model does not become a block model (`KIND_CANNOT_BE_CHANGED`)",
        "schema_rules/refused.rs",
        "models_that_exist",
    ),
    (
        "6.1",
        "titles, pictures, excerpts and orders are fields of the model, of a fitting type",
        "schema_rules/relations.rs",
        "titles_pictures_and_excerpts_are_fields_that_can_be_that",
    ),
    (
        "6.1",
        "a field that changes its type is let go of where it no longer fits",
        "schema_rules/relations.rs",
        "a_field_that_becomes_something_else_is_no_title_any_more",
    ),
    (
        "6.1",
        "invalid drafts are saved only where there are drafts",
        "schema_rules/relations.rs",
        "invalid_drafts_are_saved_only_where_there_are_drafts",
    ),
    (
        "6.1",
        "without drafts every saved record is published",
        "schema_changes/verdicts.rs",
        "a_model_without_drafts_publishes_those_it_had",
    ),
    (
        "6.1",
        "a block model stays while a field may hold its blocks (`MODULAR_BLOCK_IN_USE`)",
        "schema_rules/relations.rs",
        "a_block_model_stays_while_a_field_may_hold_its_blocks",
    ),
    (
        "6.1",
        "a destroyed model takes its records along",
        "schema.rs",
        "destroyed_models_are_forgotten_everywhere",
    ),
    (
        "6.1",
        "a copy is named after its model",
        "schema.rs",
        "a_copy_of_a_model_stands_on_its_own",
    ),
    (
        "6.1",
        "records are on a stage of the workflow of their model",
        "schema_rules/relations.rs",
        "records_are_on_a_stage_of_their_models_workflow",
    ),
    (
        "6.2",
        "the API key of a field is in snake case, free in its model, and no reserved word",
        "schema_rules/refused.rs",
        "fields",
    ),
    (
        "6.2",
        "the labels of a model's fields differ (`CLASHING_FIELD_LABELS`)",
        "schema_rules/refused.rs",
        "fields",
    ),
    (
        "6.2",
        "a field type takes its own validators, and demands some",
        "schema_rules/refused.rs",
        "fields",
    ),
    (
        "6.2",
        "appearances and defaults fit the type",
        "schema_rules/refused.rs",
        "appearances_and_defaults",
    ),
    (
        "6.2",
        "values are converted where the type changes",
        "records/retyped.rs",
        "every_locale_and_every_version_is_converted",
    ),
    (
        "6.2",
        "records are judged again after a change of the field",
        "schema_changes/in_background.rs",
        "until_they_are_judged_nobody_knows_which_records_are_valid",
    ),
    (
        "6.2",
        "until then they take no writes (`BATCH_DATA_VALIDATION_IN_PROGRESS`)",
        "schema_changes/in_background.rs",
        "meanwhile_they_take_no_writes",
    ),
    (
        "1.8",
        "ids that clients choose have the form of ids (`INVALID_ENTITY_ID`)",
        "schema_rules/ids.rs",
        "what_is_no_id_is_refused",
    ),
    (
        "1.8",
        "a role in use stays (`DELETE_RESTRICTION`)",
        "auth.rs",
        "permissions_are_inherited_and_can_be_taken_back",
    ),
    (
        "7.1",
        "sorted records and the branches of trees are numbered without a gap",
        "records/places.rs",
        "a_record_that_moves_leaves_no_gap",
    ),
    (
        "7.2",
        "what cannot be asked of a list is refused",
        "records/list.rs",
        "what_cannot_be_asked_is_refused",
    ),
    (
        "7.3",
        "what is made current again is judged by today's rules",
        "records/restored.rs",
        "a_version_without_what_is_demanded_by_now",
    ),
];

#[test]
fn every_rule_is_shown_by_a_test() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut missing = Vec::new();
    for (section, rule, file, test) in RULES {
        let source = std::fs::read_to_string(tests.join(file)).unwrap_or_default();
        let shown = ["#[tokio::test]\nasync fn ", "#[test]\nfn "]
            .iter()
            .any(|head| source.contains(&format!("{head}{test}()")));
        if !shown {
            missing.push(format!(
                "{section} {rule}: no test `{test}` in tests/{file}"
            ));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
