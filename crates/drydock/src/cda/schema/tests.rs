//! The generated schema over content in memory: no database, no server.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::content::{Asset, Content, ContentError, Record, Session};
use super::super::description::Mode;
use super::*;

/// Records and assets in memory.
struct Shelf(Vec<Record>);

impl Content for Shelf {
    fn ids_of(&self, model: &str) -> Result<Vec<String>, ContentError> {
        let own = self.0.iter().filter(|record| record.model == model);
        Ok(own.map(|record| record.id.clone()).collect())
    }

    fn records(&self, ids: &[String]) -> Result<Vec<Record>, ContentError> {
        let found = |id: &String| self.0.iter().find(|record| record.id == *id).cloned();
        Ok(ids.iter().filter_map(found).collect())
    }

    fn assets(&self) -> Result<Vec<Asset>, ContentError> {
        let asset = |id: &str, attributes: Value| Asset {
            id: id.into(),
            attributes: attributes.as_object().unwrap().clone(),
        };
        Ok(vec![
            asset(
                "u1",
                json!({"url": "http://h/1/kiln.jpg", "filename": "kiln.jpg", "basename": "kiln", "format": "jpg", "mime_type": "image/jpeg",
                    "md5": "m", "size": 9000, "width": 800, "height": 400, "is_image": true, "tags": ["night"], "smart_tags": [],
                    "colors": [{"red": 32, "green": 16, "blue": 8, "alpha": 255}], "exif_info": {}, "author": "Ada",
                    "blurhash": blurhash::encode(3, 3, 2, 2, &[200; 16]).unwrap(), "thumbhash": null,
                    "created_at": "2026-01-05T09:00:00.000+00:00", "updated_at": "2026-01-05T09:00:00.000+00:00",
                    "default_field_metadata": {"alt": {"en": "A kiln", "pt-BR": null}, "title": {"en": null, "pt-BR": null},
                        "custom_data": {"en": {}, "pt-BR": {}}, "focal_point": {"x": 0.25, "y": 0.5}}}),
            ),
            asset(
                "u2",
                json!({"url": "http://h/1/terms.pdf", "filename": "terms.pdf", "basename": "terms", "format": "pdf", "mime_type": "application/pdf",
                    "md5": "n", "size": 100, "width": null, "height": null, "is_image": false, "tags": [], "smart_tags": [], "colors": [],
                    "exif_info": {}, "created_at": "2026-01-06T09:00:00.000+00:00", "updated_at": "2026-01-06T09:00:00.000+00:00",
                    "default_field_metadata": {"focal_point": null}}),
            ),
        ])
    }

    fn assets_in_use(&self) -> Result<BTreeSet<String>, ContentError> {
        Ok(BTreeSet::from(["u1".to_owned()]))
    }
}

fn field(
    id: &str,
    model: &str,
    api_key: &str,
    kind: &str,
    localized: bool,
    validators: Value,
) -> Value {
    json!({"id": id, "type": "field",
        "attributes": {"api_key": api_key, "label": "", "field_type": kind, "localized": localized, "validators": validators, "position": 1},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}}})
}

fn model(id: &str, api_key: &str, attributes: Value) -> Value {
    let mut document =
        json!({"id": id, "type": "item_type", "attributes": {"api_key": api_key, "name": api_key}});
    for (key, value) in attributes.as_object().unwrap() {
        document["attributes"][key] = value.clone();
    }
    document
}

fn description(mode: Mode) -> Arc<Description> {
    let none = || json!({});
    let item_types = [
        model("M", "story", json!({})),
        model(
            "P",
            "person",
            json!({"sortable": true, "inverse_relationships_enabled": true}),
        ),
        model("H", "home", json!({"singleton": true})),
        model("Q", "quote_block", json!({"modular_block": true})),
        model("I", "image_block", json!({"modular_block": true})),
    ];
    let fields = [
        field("1", "M", "title", "string", true, none()),
        field(
            "2",
            "M",
            "writer",
            "link",
            false,
            json!({"item_item_type": {"item_types": ["P"]}}),
        ),
        field(
            "3",
            "M",
            "about",
            "links",
            false,
            json!({"items_item_type": {"item_types": ["P", "M"]}}),
        ),
        field(
            "4",
            "M",
            "text",
            "structured_text",
            false,
            json!({
            "structured_text_blocks": {"item_types": ["Q", "I"]}, "structured_text_links": {"item_types": ["P"]}}),
        ),
        field("5", "M", "facts", "json", false, none()),
        field("6", "M", "tint", "color", false, none()),
        field("7", "M", "words", "integer", false, none()),
        field("8", "P", "name", "string", false, none()),
        field("9", "Q", "quote", "text", false, none()),
        field("10", "I", "image", "file", false, none()),
        field(
            "11",
            "H",
            "blocks",
            "rich_text",
            false,
            json!({"rich_text_blocks": {"item_types": ["Q"]}}),
        ),
        field(
            "12",
            "H",
            "gone",
            "link",
            false,
            json!({"item_item_type": {"item_types": ["deleted"]}}),
        ),
    ];
    let locales = vec!["en".into(), "pt-BR".into()];
    Arc::new(Description::read(locales, &item_types, &fields, mode))
}

fn item(id: &str, model: &str, attributes: Value) -> Record {
    Record::read(&json!({
        "id": id, "attributes": attributes, "relationships": {"item_type": {"data": {"type": "item_type", "id": model}}},
        "meta": {"status": "published", "is_valid": id != "s3", "created_at": "2026-01-05T09:00:00.000+00:00",
                 "updated_at": format!("2026-01-0{}T09:00:00.000+00:00", id.chars().last().unwrap())},
    }))
    .unwrap()
}

fn shelf() -> Shelf {
    let quote = |id: &str| {
        json!({"id": id, "type": "item", "attributes": {"quote": "Slowly."},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": "Q"}}}})
    };
    Shelf(vec![
        item(
            "s1",
            "M",
            json!({
                "title": {"en": "Ash", "pt-BR": "Cinza"}, "writer": "p1", "about": ["p2", "s2", "nobody"], "words": 300,
                "facts": "{\"kilns\":2}", "tint": {"red": 255, "green": 0, "blue": 16, "alpha": 128},
                "text": {"schema": "dast", "document": {"type": "root", "children": [
                    {"type": "paragraph", "children": [{"type": "itemLink", "item": "p2", "children": [{"type": "span", "value": "Ada"}]}]},
                    {"type": "block", "item": quote("b1")}]}},
            }),
        ),
        item(
            "s2",
            "M",
            json!({"title": {"en": "Salt", "pt-BR": ""}, "writer": "nobody", "words": null}),
        ),
        item(
            "s3",
            "M",
            json!({"title": {"en": "Clay", "pt-BR": "Argila"}, "words": 100}),
        ),
        item("p1", "P", json!({"name": "Bo", "position": 2})),
        item("p2", "P", json!({"name": "Ada", "position": 1})),
        item(
            "h1",
            "H",
            json!({"blocks": [quote("b2"), quote("b3")], "gone": "p1"}),
        ),
    ])
}

async fn ask_with(query: &str, variables: Value, strict: bool) -> Value {
    let mode = Mode {
        strict,
        drafts: false,
    };
    let schema = build(&description(mode)).unwrap();
    let request = async_graphql::Request::new(query)
        .variables(async_graphql::Variables::from_json(variables))
        .data(Arc::new(Session::new(Box::new(shelf()), strict)))
        .data(SiteFacts {
            attributes: json!({"no_index": false, "favicon": "u1", "global_seo": {"site_name": "Kiln", "title_suffix": " — Kiln",
                "twitter_account": "@kiln", "fallback_seo": {"description": "Clay and fire.", "image": "u1"}}}),
            name: Some("The kiln".into()),
            base_editing_url: Some("https://kiln.example".into()),
        });
    let response = schema.execute(request).await;
    if response.errors.is_empty() {
        response.data.into_json().unwrap()
    } else {
        let messages = response.errors.iter().map(|error| error.message.clone());
        json!(messages.collect::<Vec<_>>())
    }
}

async fn ask(query: &str) -> Value {
    ask_with(query, json!({}), false).await
}

#[tokio::test]
async fn records_come_with_their_fields_links_and_blocks() {
    let answer = ask(
        "{ story(filter: {id: {eq: \"s1\"}}) {
            id _status _modelApiKey _createdAt title facts words tint { hex cssRgb alpha }
            writer { name }
            about { __typename ... on PersonRecord { name } ... on StoryRecord { title } }
            text { value blocks { __typename ... on QuoteBlockRecord { id quote } } inlineBlocks links { name } }
        } }",
    )
    .await;
    assert_eq!(
        answer,
        json!({"story": {
            "id": "s1", "_status": "published", "_modelApiKey": "story", "_createdAt": "2026-01-05T09:00:00.000+00:00",
            "title": "Ash", "facts": {"kilns": 2}, "words": 300,
            "tint": {"hex": "#ff001080", "cssRgb": "rgb(255 0 16 / 0.50)", "alpha": 128},
            "writer": {"name": "Bo"},
            "about": [{"__typename": "PersonRecord", "name": "Ada"}, {"__typename": "StoryRecord", "title": "Salt"}],
            "text": {
                "value": {"schema": "dast", "document": {"type": "root", "children": [
                    {"type": "paragraph", "children": [
                        {"type": "itemLink", "children": [{"type": "span", "value": "Ada"}], "item": "p2"}]},
                    {"type": "block", "item": "b1"}]}},
                "blocks": [{"__typename": "QuoteBlockRecord", "id": "b1", "quote": "Slowly."}],
                "inlineBlocks": [], "links": [{"name": "Ada"}],
            },
        }})
    );
}

#[tokio::test]
async fn a_locale_reaches_down_and_falls_back_where_told() {
    let answer = ask(
        "{ allStories(locale: pt_BR, orderBy: [title_ASC]) { title english: title(locale: en) _locales
            filled: title(fallbackLocales: [en]) _allTitleLocales { locale value } } }",
    )
    .await;
    assert_eq!(
        answer["allStories"][0],
        json!({
            "title": "", "english": "Salt", "filled": "Salt", "_locales": ["en", "pt_BR"],
            "_allTitleLocales": [{"locale": "en", "value": "Salt"}, {"locale": "pt_BR", "value": ""}],
        })
    );
    let titles: Vec<&Value> = answer["allStories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|story| &story["title"])
        .collect();
    assert_eq!(titles, ["", "Argila", "Cinza"]);
}

#[tokio::test]
async fn collections_are_ordered_paged_and_counted() {
    let table = [
        (
            "{ allStories { id } }",
            json!({"allStories": [{"id": "s3"}, {"id": "s2"}, {"id": "s1"}]}),
        ),
        (
            "{ allPeople { name position } }",
            json!({"allPeople": [{"name": "Ada", "position": 1}, {"name": "Bo", "position": 2}]}),
        ),
        (
            "{ allStories(orderBy: [words_ASC, id_DESC], first: 2) { id } }",
            json!({"allStories": [{"id": "s3"}, {"id": "s1"}]}),
        ),
        (
            "{ allStories(orderBy: [words_DESC], first: 1) { id } }",
            json!({"allStories": [{"id": "s2"}]}),
        ),
        (
            "{ allStories(orderBy: [id_ASC], skip: 1, first: 1) { id } }",
            json!({"allStories": [{"id": "s2"}]}),
        ),
        ("{ allStories(first: 0) { id } }", json!({"allStories": []})),
        (
            "{ _allStoriesMeta(filter: {words: {gt: 100}}) { count } }",
            json!({"_allStoriesMeta": {"count": 1}}),
        ),
        (
            "{ allStories(first: 501) { id } }",
            json!(["`first` must be at most 500"]),
        ),
        (
            "{ allStories(skip: -1) { id } }",
            json!(["`skip` must be a whole number, zero or more"]),
        ),
        (
            "{ home { blocks { quote } gone } }",
            json!({"home": {"blocks": [{"quote": "Slowly."}, {"quote": "Slowly."}], "gone": null}}),
        ),
    ];
    for (query, expected) in table {
        assert_eq!(ask(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn variables_and_strict_mode() {
    let query = "query Stories($ids: [ItemId], $order: [StoryModelOrderBy]) {
        allStories(filter: {id: {in: $ids}}, orderBy: $order) { id } }";
    let variables = json!({"ids": ["s1", "s3"], "order": ["words_ASC"]});
    assert_eq!(
        ask_with(query, variables.clone(), false).await,
        json!({"allStories": [{"id": "s3"}, {"id": "s1"}]})
    );
    assert_eq!(
        ask_with(query, variables, true).await,
        json!({"allStories": [{"id": "s1"}]})
    );
}

#[tokio::test]
async fn pages_get_their_meta_tags_and_the_site_its_locales() {
    let answer = ask("{ _site { locales noIndex globalSeo { siteName } } story(orderBy: [id_ASC]) { _seoMetaTags { tag attributes content } } }").await;
    assert_eq!(
        answer["_site"],
        json!({"locales": ["en", "pt_BR"], "noIndex": false, "globalSeo": {"siteName": "Kiln"}})
    );
    assert_eq!(
        answer["story"]["_seoMetaTags"][0],
        json!({"tag": "title", "attributes": null, "content": "Ash — Kiln"})
    );
}

#[tokio::test]
async fn mistakes_are_named() {
    let unknown = ask("{ allStories { colour } }").await;
    assert!(unknown[0].as_str().unwrap().contains("colour"), "{unknown}");
    let operator = ask("{ allStories(filter: {title: {like: \"a\"}}) { id } }").await;
    assert!(operator[0].as_str().unwrap().contains("like"), "{operator}");
    let block = ask("{ allQuoteBlocks { id } }").await;
    assert!(
        block[0].as_str().unwrap().contains("allQuoteBlocks"),
        "{block}"
    );
}

#[tokio::test]
async fn introspection_tells_the_names_the_reference_lists() {
    let answer = ask(
        "{ __schema { queryType { fields { name args { name defaultValue type { name } } } } types { name kind possibleTypes { name } } } }",
    )
    .await;
    let fields = answer["__schema"]["queryType"]["fields"]
        .as_array()
        .unwrap();
    let names: Vec<&str> = fields
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    assert_eq!(
        names,
        [
            "_site",
            "upload",
            "allUploads",
            "_allUploadsMeta",
            "story",
            "allStories",
            "_allStoriesMeta",
            "person",
            "allPeople",
            "_allPeopleMeta",
            "home"
        ]
    );
    let arguments: Map<String, Value> = fields[5]["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|argument| {
            (
                argument["name"].as_str().unwrap().to_owned(),
                argument["defaultValue"].clone(),
            )
        })
        .collect();
    assert_eq!(arguments["first"], json!("20"));
    assert_eq!(arguments["orderBy"], json!("[_updatedAt_DESC]"));
    let types = answer["__schema"]["types"].as_array().unwrap();
    let members = |name: &str| -> Vec<&str> {
        let found = types.iter().find(|ty| ty["name"] == name).unwrap();
        found["possibleTypes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|ty| ty["name"].as_str().unwrap())
            .collect()
    };
    assert_eq!(
        members("StoryModelAboutField"),
        ["PersonRecord", "StoryRecord"]
    );
    assert_eq!(
        members("StoryModelTextBlocksField"),
        ["QuoteBlockRecord", "ImageBlockRecord"]
    );
    assert_eq!(members("RecordInterface").len(), 5);
}

#[test]
fn an_environment_without_models_has_a_schema() {
    let nothing = Description::read(vec!["en".into()], &[], &[], Mode::default());
    build(&Arc::new(nothing)).unwrap();
}
