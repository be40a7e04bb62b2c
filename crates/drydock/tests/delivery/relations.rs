//! Links against their direction, trees, deep filters, locales and Markdown.

use serde_json::{Value, json};

use crate::content::{field, item, model, new_block, set_locales};
use crate::support::Dock;
use crate::{ask, complaints};

/// Writers, and stories that point at them: directly, in two locales, in blocks.
async fn library() -> (Dock, [String; 2]) {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "pt-BR"]).await;
    let plain = json!({"draft_mode_active": false});
    let writer = model(
        &dock,
        "writer",
        json!({"draft_mode_active": false, "inverse_relationships_enabled": true}),
    )
    .await;
    field(&dock, &writer, "name", "string", json!({})).await;
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    field(
        &dock,
        &quote,
        "said_by",
        "link",
        json!({"validators": {"item_item_type": {"item_types": [writer]}}}),
    )
    .await;
    field(&dock, &quote, "words", "string", json!({})).await;
    let story = model(&dock, "story", plain).await;
    field(&dock, &story, "title", "string", json!({})).await;
    field(
        &dock,
        &story,
        "author",
        "link",
        json!({"validators": {"item_item_type": {"item_types": [writer]}}}),
    )
    .await;
    field(
        &dock,
        &story,
        "helpers",
        "links",
        json!({"localized": true, "validators": {"items_item_type": {"item_types": [writer]}}}),
    )
    .await;
    let parts = field(
        &dock,
        &story,
        "parts",
        "rich_text",
        json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}}),
    )
    .await;
    let enable = json!({"data": {"type": "field", "id": parts["id"], "attributes": {"deep_filtering_enabled": true}}});
    let job = dock
        .call(
            "PUT",
            &format!("/fields/{}", parts["id"].as_str().unwrap()),
            Some(&enable),
        )
        .await;
    assert_eq!(dock.outcome(&job).await["status"], 200);

    let ada = item(&dock, &writer, json!({"name": "Ada"})).await;
    let bo = item(&dock, &writer, json!({"name": "Bo"})).await;
    let nobody = json!({"en": [], "pt-BR": []});
    item(
        &dock,
        &story,
        json!({"title": "Ash", "author": ada, "helpers": nobody, "parts": []}),
    )
    .await;
    item(
        &dock,
        &story,
        json!({"title": "Clay", "author": bo, "helpers": {"en": [], "pt-BR": [ada]}, "parts": []}),
    )
    .await;
    let said = new_block(&quote, json!({"said_by": ada, "words": "Slowly."}));
    item(
        &dock,
        &story,
        json!({"title": "Salt", "author": bo, "helpers": nobody, "parts": [said]}),
    )
    .await;
    (dock, [ada, bo])
}

#[tokio::test]
async fn a_record_knows_who_points_at_it() {
    let (dock, [ada, _]) = library().await;
    let stories = async |arguments: &str| -> String {
        let query = format!(
            "{{ writer(filter: {{id: {{eq: \"{ada}\"}}}}) {{ all: _allReferencingStories{arguments} {{ title }} }} }}"
        );
        let answer = ask(&dock, &query).await;
        let stories = answer["writer"]["all"].as_array().unwrap();
        stories
            .iter()
            .map(|story| story["title"].as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (arguments, expected) in [
        ("(orderBy: [title_ASC])", "Ash Clay Salt"),
        ("(orderBy: title_DESC, first: 2)", "Salt Clay"),
        ("(orderBy: [title_ASC], first: 1, skip: 1)", "Clay"),
        ("(through: {fields: {anyIn: [story_author]}})", "Ash"),
        (
            "(through: {fields: {anyIn: [story_parts__quote_saidBy]}})",
            "Salt",
        ),
        ("(through: {fields: {anyIn: [story_parts]}})", "Salt"),
        (
            "(through: {fields: {notIn: [story_author, story_parts]}})",
            "Clay",
        ),
        ("(through: {locales: {anyIn: [pt_BR]}})", "Clay"),
        ("(through: {locales: {anyIn: [en]}})", ""),
        (
            "(through: {locales: {anyIn: [_nonLocalized]}}, orderBy: [title_ASC])",
            "Ash Salt",
        ),
        (
            "(filter: {title: {matches: {pattern: \"a\"}}}, orderBy: [title_ASC])",
            "Ash Clay Salt",
        ),
        ("(filter: {title: {eq: \"Clay\"}})", "Clay"),
    ] {
        assert_eq!(stories(arguments).await, expected, "{arguments}");
    }
    let counted = ask(
        &dock,
        "{ allWriters(orderBy: [name_ASC]) { name _allReferencingStoriesMeta { count } some: _allReferencingStoriesMeta(through: {fields: {anyIn: [story_author]}}) { count } } }",
    )
    .await;
    assert_eq!(
        counted["allWriters"],
        json!([
            {"name": "Ada", "_allReferencingStoriesMeta": {"count": 3}, "some": {"count": 1}},
            {"name": "Bo", "_allReferencingStoriesMeta": {"count": 2}, "some": {"count": 2}},
        ])
    );
    // Stories do not allow the question.
    let complaint = complaints(&dock, "{ story { _allReferencingStories { id } } }").await;
    assert!(complaint.contains("_allReferencingStories"), "{complaint}");
    let complaint = complaints(
        &dock,
        "{ writer { _allReferencingStories(through: {fields: {anyIn: [story_title]}}) { id } } }",
    )
    .await;
    assert!(complaint.contains("story_title"), "{complaint}");
}

#[tokio::test]
async fn records_are_filtered_by_their_blocks_where_that_is_enabled() {
    let (dock, [ada, _]) = library().await;
    let titles = async |filter: &str| -> String {
        let answer = ask(
            &dock,
            &format!("{{ allStories(orderBy: [title_ASC], filter: {{{filter}}}) {{ title }} }}"),
        )
        .await;
        let stories = answer["allStories"].as_array().unwrap();
        stories
            .iter()
            .map(|story| story["title"].as_str().unwrap())
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (filter, expected) in [
        ("parts: {exists: true}".to_owned(), "Salt"),
        (
            "parts: {containsAny: {quote: false}}".to_owned(),
            "Ash Clay",
        ),
        (
            "parts: {any: {quote: {words: {matches: {pattern: \"slow\"}}}}}".to_owned(),
            "Salt",
        ),
        (
            format!("parts: {{any: {{quote: {{saidBy: {{neq: \"{ada}\"}}}}}}}}"),
            "",
        ),
        (
            "OR: [{parts: {exists: true}}, {title: {eq: \"Ash\"}}]".to_owned(),
            "Ash Salt",
        ),
    ] {
        assert_eq!(titles(&filter).await, expected, "{filter}");
    }
    let complaint = complaints(
        &dock,
        "{ allStories(filter: {parts: {any: {quote: {_createdAt: {exists: true}}}}}) { id } }",
    )
    .await;
    assert!(complaint.contains("_createdAt"), "{complaint}");
}

#[tokio::test]
async fn every_kind_of_localized_field_lists_its_locales() {
    let (dock, [ada, _]) = library().await;
    let answer = ask(
        &dock,
        "{ story(filter: {title: {eq: \"Clay\"}}) { _locales helpers { name } there: helpers(locale: pt_BR) { id }
            filled: helpers(fallbackLocales: pt_BR) { id } _allHelpersLocales { __typename locale value { id } }
            all: _allHelpersLocales(fallbackLocales: [pt_BR]) { value { id } } } }",
    )
    .await;
    let list = "WriterRecordListListNonNullMultiLocaleField";
    assert_eq!(
        answer["story"],
        json!({
            "_locales": ["en", "pt_BR"], "helpers": [], "there": [{"id": ada}], "filled": [{"id": ada}],
            "_allHelpersLocales": [
                {"__typename": list, "locale": "en", "value": []},
                {"__typename": list, "locale": "pt_BR", "value": [{"id": ada}]}],
            "all": [{"value": [{"id": ada}]}, {"value": [{"id": ada}]}],
        })
    );
}

#[tokio::test]
async fn trees_are_climbed_in_both_directions() {
    let dock = Dock::blank();
    let place = model(
        &dock,
        "place",
        json!({"tree": true, "draft_mode_active": false}),
    )
    .await;
    field(&dock, &place, "name", "string", json!({})).await;
    let country = item(&dock, &place, json!({"name": "Italy"})).await;
    for name in ["Rome", "Milan"] {
        item(&dock, &place, json!({"name": name, "parent_id": country})).await;
    }
    let answer = ask(
        &dock,
        "{ roots: allPlaces(filter: {parent: {exists: false}}) { name position parent { name } children { name position parent { name } } }
           below: _allPlacesMeta(filter: {parent: {exists: true}}) { count } first: allPlaces(filter: {position: {gt: 1}}) { name } }",
    )
    .await;
    assert_eq!(
        answer,
        json!({
            "roots": [{"name": "Italy", "position": 1, "parent": null, "children": [
                {"name": "Rome", "position": 1, "parent": {"name": "Italy"}}, {"name": "Milan", "position": 2, "parent": {"name": "Italy"}}]}],
            "below": {"count": 2}, "first": [{"name": "Milan"}],
        })
    );
}

#[tokio::test]
async fn markdown_is_rendered_where_it_is_written() {
    let dock = Dock::blank();
    let note = model(&dock, "note", json!({"draft_mode_active": false})).await;
    let editor = |editor: &str, parameters: Value| json!({"appearance": {"editor": editor, "parameters": parameters, "addons": []}});
    field(&dock, &note, "plain", "text", editor("textarea", json!({}))).await;
    field(
        &dock,
        &note,
        "marked",
        "text",
        editor("markdown", json!({"toolbar": ["bold"]})),
    )
    .await;
    item(&dock, &note, json!({"plain": "*a*", "marked": "*a*"})).await;
    let answer = ask(
        &dock,
        "{ note { plain marked html: marked(markdown: true) same: marked(markdown: false) } }",
    )
    .await;
    assert_eq!(
        answer["note"],
        json!({"plain": "*a*", "marked": "*a*", "html": "<p><em>a</em></p>\n", "same": "*a*"})
    );
    let complaint = complaints(&dock, "{ note { plain(markdown: true) } }").await;
    assert!(complaint.contains("markdown"), "{complaint}");
}
