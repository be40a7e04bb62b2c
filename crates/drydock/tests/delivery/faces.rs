//! What a query sees of the demo project: published or current, valid or all, here or in a sandbox.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::Dock;
use crate::{ask, demo, lines, post};

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

    // Who sees published versions only is not told that there are newer ones.
    let changed = "{ allArticles(filter: {_status: {eq: updated}}, orderBy: [publishedOn_DESC], first: 1) { id title _status _isValid } }";
    assert_eq!(ask(&dock, changed).await, json!({"allArticles": []}));
    let preview = post(&dock, "/graphql/preview", &[], changed).await.body["data"].clone();
    let after = &preview["allArticles"][0];
    assert_eq!(after["_status"], "updated");
    let same = format!(
        "{{ article(filter: {{id: {{eq: {}}}}}) {{ title _status }} }}",
        after["id"]
    );
    let before = ask(&dock, &same).await;
    assert_eq!(before["article"]["_status"], "published");
    assert_eq!(
        before["article"]["title"].as_str().unwrap(),
        format!("{}, a draft of it", after["title"].as_str().unwrap())
    );
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
