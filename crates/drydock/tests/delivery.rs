//! The delivery API over the demo project: what a query sees, where it asks, and how it is refused.
#![allow(clippy::unwrap_used, reason = "these are tests, their helpers too")]

mod support;

use drydock::Project;
use http::StatusCode;
use serde_json::{Value, json};
use support::{Dock, Reply};

fn demo() -> Dock {
    Dock::with(|options| options.project = Project::Demo)
}

async fn post(dock: &Dock, path: &str, headers: &[(&str, &str)], query: &str) -> Reply {
    let authorization = format!("Bearer {}", dock.tokens.read);
    let mut all = vec![
        ("authorization", authorization.as_str()),
        ("content-type", "text/plain;charset=UTF-8"),
    ];
    all.extend(headers);
    dock.raw("POST", path, &all, Some(&json!({ "query": query })))
        .await
}

async fn ask(dock: &Dock, query: &str) -> Value {
    let reply = post(dock, "/graphql", &[], query).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    assert_eq!(
        reply.body.as_object().unwrap().keys().collect::<Vec<_>>(),
        ["data"],
        "{}",
        reply.body
    );
    reply.body["data"].clone()
}

/// A line for each field of an answer.
fn lines(answer: &Value) -> String {
    let fields = answer.as_object().unwrap().iter();
    fields
        .map(|(name, value)| format!("{name} {value}\n"))
        .collect::<Vec<_>>()
        .concat()
}

async fn article_count(dock: &Dock, path: &str, headers: &[(&str, &str)]) -> Value {
    post(dock, path, headers, "{ _allArticlesMeta { count } }")
        .await
        .body["data"]["_allArticlesMeta"]["count"]
        .clone()
}

#[tokio::test]
async fn drafts_are_seen_only_in_preview() {
    let dock = demo();
    assert_eq!(article_count(&dock, "/graphql", &[]).await, 54);
    assert_eq!(article_count(&dock, "/graphql/preview", &[]).await, 60);
    assert_eq!(
        article_count(&dock, "/graphql", &[("x-include-drafts", "true")]).await,
        60
    );
    assert_eq!(
        article_count(&dock, "/graphql/environments/main", &[]).await,
        54
    );
    assert_eq!(
        article_count(&dock, "/graphql/environments/main/preview", &[]).await,
        60
    );

    let changed = "{ allArticles(filter: {_status: {eq: updated}}, orderBy: [publishedOn_DESC], first: 1) { title _status _isValid } }";
    let public = ask(&dock, changed).await;
    let preview = post(&dock, "/graphql/preview", &[], changed).await.body["data"].clone();
    assert_eq!(public["allArticles"][0]["_status"], "updated");
    let (before, after) = (
        public["allArticles"][0]["title"].as_str().unwrap(),
        preview["allArticles"][0]["title"].as_str().unwrap(),
    );
    assert_eq!(before, format!("{after}, a draft of it"));
}

#[tokio::test]
async fn an_article_comes_with_everything_around_it() {
    let dock = demo();
    let answer = ask(
        &dock,
        "{ article(filter: {slug: {eq: \"what-stoneware-asks-of-us\"}}) {
            title slug tag featured readingMinutes
            it: title(locale: it) _locales _allTitleLocales { locale value }
            category { name color { hex } } author { name portrait { id } } issue { number }
            seo { title noIndex image { id } } related { slug }
            body { value blocks { __typename ... on QuoteBlockRecord { attribution } } links { slug } }
            _modelApiKey _status _publishedAt _firstPublishedAt _createdAt } }",
    )
    .await;
    let mut article = answer["article"].clone();
    let value = article["body"]["value"].take();
    assert_eq!(value["schema"], "dast");
    let nodes = value["document"]["children"].as_array().unwrap();
    assert!(
        nodes
            .iter()
            .any(|node| node["type"] == "block" && node["item"].is_string()),
        "{value}"
    );
    insta::assert_snapshot!(lines(&article), @r##"
    title "What stoneware asks of us"
    slug "what-stoneware-asks-of-us"
    tag "Stoneware"
    featured false
    readingMinutes 2
    it "Che cosa ci chiede il gres"
    _locales ["en","it"]
    _allTitleLocales [{"locale":"en","value":"What stoneware asks of us"},{"locale":"it","value":"Che cosa ci chiede il gres"}]
    category {"name":"Places","color":{"hex":"#2c7a6b"}}
    author {"name":"Paolo Vitale","portrait":null}
    issue {"number":4}
    seo {"title":"What stoneware asks of us","noIndex":false,"image":null}
    related [{"slug":"coming-late-to-tableware"}]
    body {"value":null,"blocks":[{"__typename":"QuoteBlockRecord","attribution":"Rhys Calloway"}],"links":[]}
    _modelApiKey "article"
    _status "published"
    _publishedAt "2024-09-22T09:00:00.000+00:00"
    _firstPublishedAt "2024-09-22T09:00:00.000+00:00"
    _createdAt "2024-09-22T09:00:00.000+00:00"
    "##);
}

#[tokio::test]
async fn every_kind_of_field_answers() {
    let dock = demo();
    let answer = ask(
        &dock,
        "{ glaze(filter: {slug: {eq: \"celadon-gloss\"}}) { name code cone temperature surface recipe notes color { red hex cssRgb } }
           studio(filter: {slug: {eq: \"the-blue-door-faenza\"}}) { name country founded openToVisitors place { latitude longitude } facts }
           event(orderBy: [startsAt_ASC]) { title price startsAt studio { town } }
           issue(filter: {number: {eq: 16}}) { title releasedOn accent { hex } }
           homePage { headline hero { __typename ... on QuoteBlockRecord { quote } } featured { slug } }
           page(filter: {slug: {eq: \"subscribe\"}}) { sections { __typename ... on TextBlockRecord { heading } ... on NewsletterBlockRecord { buttonLabel } } }
           about: page(filter: {slug: {eq: \"about-us\"}}) { position sections { __typename ... on GalleryBlockRecord { title images { id } } } }
           allCategories(first: 2) { name position }
           _site { locales globalSeo { siteName titleSuffix } } }",
    )
    .await;
    insta::assert_snapshot!(lines(&answer), @r##"
    glaze {"name":"Celadon, gloss","code":"KC-001","cone":"04","temperature":1060.0,"surface":"gloss","recipe":{"Feldspar":68,"Silica":18,"Whiting":12,"Iron oxide":2},"notes":"Sieve twice, apply to the thickness of a postcard, and fire to cone 04.","color":{"red":157,"hex":"#9db8a0","cssRgb":"rgb(157 184 160)"}}
    studio {"name":"The Blue Door, Faenza","country":"IT","founded":1948,"openToVisitors":false,"place":{"latitude":44.2857,"longitude":11.8833},"facts":{"wheels":1,"kilns":1,"seats":3}}
    event {"title":"The quiet shelf: an exhibition in Caltagirone","price":7.5,"startsAt":"2024-10-15T10:00:00.000+00:00","studio":{"town":"Caltagirone"}}
    issue {"title":"Beginnings","releasedOn":"2025-11-30","accent":{"hex":"#2f5d50"}}
    homePage {"headline":"Slow things, fired once","hero":{"__typename":"QuoteBlockRecord","quote":"Clay is the only material that remembers being held."},"featured":[{"slug":"the-patience-of-glazing"},{"slug":"coming-late-to-the-potters-tools"},{"slug":"a-short-history-of-stoneware"}]}
    page {"sections":[{"__typename":"TextBlockRecord","heading":"Subscribe"},{"__typename":"NewsletterBlockRecord","buttonLabel":"Write to me"}]}
    about {"position":1,"sections":[{"__typename":"TextBlockRecord"},{"__typename":"GalleryBlockRecord","title":"Last summer's firing","images":[]}]}
    allCategories [{"name":"Makers","position":1},{"name":"Techniques","position":2}]
    _site {"locales":["en","it"],"globalSeo":{"siteName":"Kiln & Clay","titleSuffix":" — Kiln & Clay"}}
    "##);
}

#[tokio::test]
async fn collections_are_filtered_ordered_and_paged() {
    let dock = demo();
    let slugs = async |arguments: &str| -> Vec<String> {
        let answer = ask(&dock, &format!("{{ allStudios({arguments}) {{ slug }} }}")).await;
        answer["allStudios"]
            .as_array()
            .unwrap()
            .iter()
            .map(|studio| studio["slug"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(slugs("first: 100").await.len(), 90);
    assert_eq!(
        slugs("filter: {country: {eq: \"GB\"}}, first: 100")
            .await
            .len(),
        45
    );
    assert_eq!(slugs("orderBy: [founded_ASC]").await.len(), 20);
    let whole = slugs("orderBy: [founded_ASC, id_ASC], first: 90").await;
    let mut pages = slugs("orderBy: [founded_ASC, id_ASC], first: 50").await;
    pages.extend(slugs("orderBy: [founded_ASC, id_ASC], first: 50, skip: 50").await);
    assert_eq!(pages, whole);
    assert_eq!(
        slugs("filter: {name: {matches: {pattern: \"raw glaze\"}}, town: {in: [\"Faenza\", \"Bath\"]}}, orderBy: [name_ASC]").await,
        ["raw-glaze-bath", "raw-glaze-faenza"]
    );
    assert_eq!(
        slugs("locale: it, filter: {town: {eq: \"Londra\"}, openToVisitors: {eq: false}}")
            .await
            .len(),
        2
    );
    assert_eq!(
        slugs("filter: {place: {near: {latitude: 44.28, longitude: 11.88, radius: 20000}}}")
            .await
            .len(),
        5
    );
    assert_eq!(
        slugs(
            "filter: {OR: [{slug: {eq: \"raw-glaze-bath\"}}, {slug: {eq: \"third-shelf-bath\"}}]}"
        )
        .await
        .len(),
        2
    );
}

#[tokio::test]
async fn a_sandbox_is_reached_by_header_and_by_path() {
    let dock = demo();
    let job = dock.fork("main", "topics", "").await;
    dock.outcome(&job).await;
    let model =
        json!({"data": {"type": "item_type", "attributes": {"name": "Topic", "api_key": "topic"}}});
    let created = dock
        .call_as(
            &dock.tokens.full,
            Some("topics"),
            "POST",
            "/item-types",
            Some(&model),
        )
        .await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.body);

    let query = "{ _allTopicsMeta { count } }";
    let count = json!({"data": {"_allTopicsMeta": {"count": 0}}});
    assert_eq!(
        post(&dock, "/graphql", &[("x-environment", "topics")], query)
            .await
            .body,
        count
    );
    assert_eq!(
        post(&dock, "/graphql/environments/topics", &[], query)
            .await
            .body,
        count
    );
    assert_eq!(
        post(
            &dock,
            "/graphql/environments/topics/preview",
            &[("x-environment", "main")],
            query
        )
        .await
        .body,
        count
    );
    let primary = post(&dock, "/graphql", &[], query).await;
    assert_eq!(primary.status, StatusCode::OK);
    assert!(
        primary.body["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("_allTopicsMeta"),
        "{}",
        primary.body
    );
    assert_eq!(primary.body.get("data"), None);
}

/// The schema follows every change at once: a renamed field, a new one, a destroyed model.
#[tokio::test]
async fn the_schema_moves_with_the_models() {
    let dock = demo();
    let article = dock.get("/item-types/article").await.data()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let fields = dock.get(&format!("/item-types/{article}/fields")).await;
    let tag = fields.id_of("tag");
    assert_eq!(
        ask(&dock, "{ allArticles(first: 1) { tag } }").await["allArticles"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let rename =
        json!({"data": {"type": "field", "id": tag, "attributes": {"api_key": "subject"}}});
    let job = dock
        .call("PUT", &format!("/fields/{tag}"), Some(&rename))
        .await;
    dock.outcome(&job).await;
    let answer = ask(
        &dock,
        "{ allArticles(first: 1, filter: {subject: {exists: true}}) { subject } }",
    )
    .await;
    assert!(answer["allArticles"][0]["subject"].is_string(), "{answer}");
    let old = post(&dock, "/graphql", &[], "{ allArticles { tag } }").await;
    assert!(old.body["errors"].is_array(), "{}", old.body);

    let job = dock.call("DELETE", &format!("/fields/{tag}"), None).await;
    dock.outcome(&job).await;
    let gone = post(&dock, "/graphql", &[], "{ allArticles { subject } }").await;
    assert!(gone.body["errors"].is_array(), "{}", gone.body);
}

#[tokio::test]
async fn an_unknown_field_is_named_for_machines_too() {
    let dock = demo();
    let reply = post(&dock, "/graphql", &[], "{ allArticles { title colour } }").await;
    assert_eq!(reply.status, StatusCode::OK);
    let error = &reply.body["errors"][0];
    assert_eq!(
        error["extensions"],
        json!({"code": "undefinedField", "typeName": "ArticleRecord", "fieldName": "colour"})
    );
    assert_eq!(error["locations"], json!([{"line": 1, "column": 23}]));
}

/// A rule that comes later makes records invalid; only those who ask for it are spared them.
#[tokio::test]
async fn invalid_records_can_be_left_out() {
    let dock = demo();
    let strict = [("x-exclude-invalid", "true")];
    assert_eq!(article_count(&dock, "/graphql", &strict).await, 54);
    let fields = dock.get("/item-types/article/fields").await;
    let tag = fields
        .data()
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["attributes"]["api_key"] == "tag")
        .unwrap();
    let only_raku = json!({"data": {"type": "field", "id": tag["id"], "attributes": {"validators": {"enum": {"values": ["Raku"]}}}}});
    let job = dock
        .call(
            "PUT",
            &format!("/fields/{}", tag["id"].as_str().unwrap()),
            Some(&only_raku),
        )
        .await;
    dock.outcome(&job).await;
    let raku = ask(
        &dock,
        "{ _allArticlesMeta(filter: {tag: {eq: \"Raku\"}}) { count } }",
    )
    .await["_allArticlesMeta"]["count"]
        .clone();
    assert!(
        raku.as_u64().is_some_and(|count| count > 0 && count < 54),
        "{raku}"
    );
    assert_eq!(article_count(&dock, "/graphql", &strict).await, raku);
    assert_eq!(article_count(&dock, "/graphql", &[]).await, 54);
}

#[tokio::test]
async fn who_may_not_ask_is_told_so() {
    let dock = demo();
    let query = json!({ "query": "{ __typename }" });
    let with = async |headers: &[(&str, &str)], path: &str| {
        dock.raw("POST", path, headers, Some(&query)).await.brief()
    };
    assert_eq!(
        with(&[], "/graphql").await,
        "401 INVALID_AUTHORIZATION_HEADER"
    );
    assert_eq!(
        with(&[("authorization", "Bearer nobody")], "/graphql").await,
        "401 INVALID_AUTHORIZATION_HEADER"
    );

    let narrow = json!({"data": {"type": "access_token", "attributes": {"name": "Public site", "can_access_cda": true,
        "can_access_cda_preview": false, "can_access_cma": false}, "relationships": {"role": {"data": viewer_role(&dock).await}}}});
    let token = dock.call("POST", "/access_tokens", Some(&narrow)).await;
    let authorization = format!(
        "Bearer {}",
        token.data()["attributes"]["token"].as_str().unwrap()
    );
    let bearer = ("authorization", authorization.as_str());
    assert_eq!(
        dock.raw("POST", "/graphql", &[bearer], Some(&query))
            .await
            .body,
        json!({"data": {"__typename": "Query"}})
    );
    assert_eq!(
        with(&[bearer], "/graphql/preview").await,
        "403 INSUFFICIENT_PERMISSIONS"
    );
    assert_eq!(
        with(&[bearer, ("x-include-drafts", "true")], "/graphql").await,
        "403 INSUFFICIENT_PERMISSIONS"
    );
    assert_eq!(
        with(&[bearer, ("x-environment", "nowhere")], "/graphql").await,
        "404 INVALID_ENVIRONMENT"
    );
    assert_eq!(
        with(&[bearer], "/graphql/environments/nowhere").await,
        "404 INVALID_ENVIRONMENT"
    );
    assert_eq!(
        with(&[bearer, ("x-include-drafts", "false")], "/graphql").await,
        "400 INVALID_X_INCLUDE_DRAFTS_HEADER"
    );
    assert_eq!(
        with(&[bearer, ("x-exclude-invalid", "1")], "/graphql").await,
        "400 INVALID_X_EXCLUDE_INVALID_HEADER"
    );
    let reply = dock.raw("POST", "/graphql", &[bearer], None).await;
    assert_eq!(reply.brief(), "400 INVALID_JSON_BODY");
    assert_eq!(
        dock.raw(
            "POST",
            "/graphql",
            &[bearer],
            Some(&json!({"variables": {}}))
        )
        .await
        .brief(),
        "400 INVALID_JSON_BODY"
    );
}

async fn viewer_role(dock: &Dock) -> Value {
    let roles = dock.get("/roles").await;
    let viewer = roles
        .data()
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["attributes"]["name"] == "Viewer")
        .unwrap();
    json!({"type": "role", "id": viewer["id"]})
}

#[tokio::test]
async fn browsers_of_any_origin_may_ask() {
    let dock = demo();
    let preflight = dock
        .raw(
            "OPTIONS",
            "/graphql",
            &[
                ("origin", "http://elsewhere"),
                ("access-control-request-method", "POST"),
            ],
            None,
        )
        .await;
    assert_eq!(preflight.status, StatusCode::NO_CONTENT);
    let allowed = preflight.header("access-control-allow-headers").to_owned();
    for header in [
        "authorization",
        "x-environment",
        "x-include-drafts",
        "x-exclude-invalid",
        "x-cache-tags",
        "x-visual-editing",
        "x-base-editing-url",
    ] {
        assert!(allowed.contains(header), "{header} is not in {allowed}");
    }
    let reply = post(
        &dock,
        "/graphql",
        &[("origin", "http://elsewhere")],
        "{ __typename }",
    )
    .await;
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.header("content-type").starts_with("application/json"));
}

/// What GraphQL clients send first.
#[tokio::test]
async fn introspection_lists_models_and_blocks() {
    let dock = demo();
    let answer = ask(
        &dock,
        "{ __schema { queryType { name fields { name } } } record: __type(name: \"RecordInterface\") { possibleTypes { name } }
           body: __type(name: \"ArticleModelBodyBlocksField\") { kind possibleTypes { name } }
           locale: __type(name: \"SiteLocale\") { enumValues { name } } }",
    )
    .await;
    let fields: Vec<&str> = answer["__schema"]["queryType"]["fields"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|field| field["name"].as_str())
        .collect();
    for name in [
        "allArticles",
        "article",
        "_allArticlesMeta",
        "allCategories",
        "allGlazes",
        "homePage",
        "allSchemaMigrations",
    ] {
        assert!(fields.contains(&name), "{name} is not in {fields:?}");
    }
    assert!(
        !fields.contains(&"allHomePages") && !fields.contains(&"allQuoteBlocks"),
        "{fields:?}"
    );
    assert_eq!(
        answer["record"]["possibleTypes"].as_array().unwrap().len(),
        15
    );
    assert_eq!(
        answer["locale"]["enumValues"],
        json!([{"name": "en"}, {"name": "it"}])
    );
    assert_eq!(
        answer["body"],
        json!({"kind": "UNION", "possibleTypes": [{"name": "QuoteBlockRecord"}, {"name": "ImageBlockRecord"}, {"name": "NewsletterBlockRecord"}]})
    );
}

#[tokio::test]
async fn an_empty_project_can_be_asked_too() {
    let dock = Dock::blank();
    let answer = ask(
        &dock,
        "{ __typename _site { locales noIndex globalSeo { siteName } } }",
    )
    .await;
    assert_eq!(
        answer,
        json!({"__typename": "Query", "_site": {"locales": ["en"], "noIndex": false, "globalSeo": null}})
    );
}
