//! Costs of queries over a small schema, and the queries that cost too much.

use serde_json::json;

use super::*;
use crate::cda::description::Mode;
use crate::cda::description::samples::{field, model};

fn description() -> Description {
    let artist = Model {
        inverse_relationships: true,
        tree: true,
        ..model(
            "A",
            "artist",
            vec![
                field("name", false, FieldKind::String),
                field("country", true, FieldKind::String),
                field("label", false, FieldKind::Link(vec!["L".into()])),
                field("records", false, FieldKind::Links(vec!["R".into()])),
                field("photos", false, FieldKind::Gallery),
                field(
                    "story",
                    false,
                    FieldKind::StructuredText {
                        blocks: vec![],
                        inline_blocks: vec![],
                        links: vec!["A".into()],
                    },
                ),
            ],
        )
    };
    Description {
        locales: vec!["en".into(), "it".into()],
        models: vec![
            artist,
            model("L", "label", vec![field("name", false, FieldKind::String)]),
            model(
                "R",
                "record",
                vec![field("artist", false, FieldKind::Link(vec!["A".into()]))],
            ),
        ],
        mode: Mode::default(),
    }
}

fn cost_with(query: &str, variables: Value) -> Result<u64, String> {
    let document = parse(query).map_err(|error| error.message)?;
    let variables = Variables::from_json(variables);
    of(&description(), &document, None, &variables).map_err(|excess| excess.to_string())
}

fn cost(query: &str) -> Result<u64, String> {
    cost_with(query, json!({}))
}

/// The second is the vendor's own example.
#[test]
fn a_query_costs_what_the_vendor_says() {
    for (query, expected) in [
        ("{ allArtists { id name } }", 140),
        (
            "{ allArtists(filter: {birth: {gt: \"1990-01-01\", lt: \"2010-01-01\"}, country: {eq: \"DE\"}}, orderBy: [name_ASC], first: 25) { id name age } }",
            1_175,
        ),
        (
            "{ _allArtistsMeta(filter: {country: {eq: \"DE\"}}) { count } }",
            1_251,
        ),
        ("{ allArtists(first: 0) { id } }", 100),
        ("{ allArtists(orderBy: name_ASC, first: 1) { id } }", 351),
        ("{ artist { name } }", 51),
        ("{ _site { noIndex locales } }", 12),
        ("{ artist { label { name } } }", 61),
        ("{ artist { records { id } } }", 55),
        ("{ artist { photos { url alt } } }", 60),
        (
            "{ artist { photos { blurUpThumb responsiveImage { src width } } } }",
            50 + 5 * (5 + 5 + 2),
        ),
        (
            "{ artist { parent { name } children { name } _seoMetaTags { tag } } }",
            50 + 26 + 5 + 6,
        ),
        ("{ upload { id } allUploads(first: 3) { id } }", 51 + 103),
        (
            "{ artist { story { value links { id } } } }",
            50 + 1 + 10 + 5,
        ),
        ("{ artist { _allCountryLocales { value } } }", 52),
        (
            "{ artist { _allReferencingRecords(first: 5) { id } _allReferencingRecordsMeta { count } } }",
            50 + 105 + 1_001,
        ),
        (
            "{ allArtists(filter: {OR: [{name: {eq: \"a\"}}, {AND: [{name: {eq: \"b\"}}]}]}, first: 0) { id } }",
            600,
        ),
        (
            "{ allArtists(filter: {story: {blocks: {any: {a: {}, b: {}}}, value: {matches: {pattern: \"a\"}}}}, first: 0) { id } }",
            2_000_350,
        ),
        (
            "query A { artist { ...F } } fragment F on ArtistRecord { name records { ... on RecordRecord { id } } }",
            50 + 1 + 5,
        ),
        ("{ __typename }", 1),
    ] {
        assert_eq!(cost(query), Ok(expected), "{query}");
    }
}

#[test]
fn variables_count_with_their_values_or_defaults() {
    let query = "query Q($n: IntType = 3, $f: ArtistModelFilter) { allArtists(first: $n, filter: $f) { id } }";
    assert_eq!(cost(query), Ok(103));
    assert_eq!(
        cost_with(query, json!({"n": 10, "f": {"name": {"eq": "a"}}})),
        Ok(360)
    );
}

#[test]
fn what_exceeds_a_limit_is_named() {
    let aliases: Vec<String> = (0..=MAX_FIELDS)
        .map(|n| format!("a{n}: __typename "))
        .collect();
    let aliases = aliases.concat();
    let deep = |levels: usize| {
        format!(
            "{{ artist {} }}",
            "{ parent ".repeat(levels) + "{ id }" + &" }".repeat(levels)
        )
    };
    // Twenty fragments, each naming the next one twice: a million fields in a few lines.
    let doubling: Vec<String> = (0..20)
        .map(|n| format!("fragment F{n} on ArtistRecord {{ a: parent {{ ...F{m} }} b: parent {{ ...F{m} }} }} ", m = n + 1))
        .collect();
    let doubling = doubling.concat();
    let table = [
        (
            "{ allArtists(first: 500) { records { artist { records { artist { records { id } } } } } } }".replace("500", "100000"),
            "exceeds max complexity of 10000000",
        ),
        (format!("{{ {aliases} }}"), "selects more than 5000 fields"),
        (deep(MAX_DEPTH), "Query has depth of more than 48"),
        (
            format!("{{ artist {{ ...F0 }} }} {doubling} fragment F20 on ArtistRecord {{ id }}"),
            "selects more than 5000 fields",
        ),
        (
            "{ artist { ...F } } fragment F on ArtistRecord { parent { ...G ...G } } fragment G on ArtistRecord { parent { ...F ...F } }".to_owned(),
            "contains an infinite loop",
        ),
        (
            "{ __typename } fragment F on ArtistRecord { ...F ...F }".to_owned(),
            "Fragment F contains an infinite loop",
        ),
        (
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
            "Maximum introspection depth exceeded",
        ),
        ("{".repeat(5_000), "Query nests brackets deeper than 100"),
        (format!("{{ a(b: {}) }}", "[".repeat(200_000)), "Query nests brackets deeper than 100"),
        (" ".repeat(300_000), "Query is 300000 bytes long, more than 262144"),
    ];
    for (query, expected) in table {
        let refused = cost(&query).unwrap_err();
        assert!(refused.contains(expected), "{query:.80}: {refused}");
    }
    assert!(cost(&deep(20)).is_ok());
}
