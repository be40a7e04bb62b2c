//! Everything around a query: who may ask, headers, limits.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::Dock;
use crate::{ask, content, demo, post};

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

/// A reader of articles alone finds a schema with nothing but articles and blocks in it.
#[tokio::test]
async fn a_role_limits_which_models_there_are() {
    let dock = demo();
    let article = dock.get("/item-types/article").await.data()["id"].clone();
    let token = dock
        .token_with(
            "Articles only",
            json!({"environments_access": "all", "negative_item_type_permissions": [], "positive_item_type_permissions": [
                {"environment": "main", "action": "read", "item_type": article, "on_creator": "anyone"}]}),
        )
        .await;
    let bearer = format!("Bearer {token}");
    let ask = async |query: &str| {
        let body = json!({ "query": query });
        let headers = [("authorization", bearer.as_str())];
        dock.raw("POST", "/graphql", &headers, Some(&body))
            .await
            .body
    };
    let seen = ask("{ article(orderBy: [title_ASC]) { related { title } } __type(name: \"Query\") { fields { name } } }").await;
    assert!(seen["data"]["article"]["related"].is_array(), "{seen}");
    let fields = seen["data"]["__type"]["fields"].as_array().unwrap();
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
            "article",
            "allArticles",
            "_allArticlesMeta"
        ]
    );
    // A link to what cannot be seen points nowhere.
    let hidden = ask("{ article { author } }").await;
    assert_eq!(hidden, json!({"data": {"article": {"author": null}}}));
    let refused = ask("{ allAuthors { id } }").await;
    assert_eq!(refused["errors"][0]["extensions"]["code"], "undefinedField");
}

/// Whoever may see only their own records finds those of others in no list, no count and no link.
#[tokio::test]
async fn a_role_limits_which_records_there_are() {
    let dock = Dock::blank();
    let model = document_of(
        "item_type",
        json!({"name": "Article", "api_key": "article"}),
    );
    let article = dock.call("POST", "/item-types", Some(&model)).await;
    let article = article.data()["id"].clone();
    let links = json!({"label": "Related", "api_key": "related", "field_type": "links",
        "validators": {"items_item_type": {"item_types": [article]}}});
    let path = format!("/item-types/{}/fields", article.as_str().unwrap());
    dock.call("POST", &path, Some(&document_of("field", links)))
        .await;
    let record = |related: Value| {
        let mut record = document_of("item", json!({"related": related}));
        record["data"]["relationships"]["item_type"]["data"] =
            json!({"type": "item_type", "id": article});
        record
    };
    let theirs = dock.call("POST", "/items", Some(&record(json!([])))).await;
    let theirs = theirs.data()["id"].clone();
    let token = dock
        .token_with(
            "own only",
            json!({"environments_access": "all", "negative_item_type_permissions": [], "positive_item_type_permissions": [
                {"environment": "main", "action": "read", "item_type": article, "on_creator": "self"},
                {"environment": "main", "action": "create", "item_type": article, "localization_scope": "all"}]}),
        )
        .await;
    let mine = record(json!([theirs]));
    let mine = dock
        .call_as(&token, None, "POST", "/items", Some(&mine))
        .await;
    let mine = mine.data()["id"].clone();
    let query = format!(
        "{{ allArticles {{ id related {{ id }} }} _allArticlesMeta {{ count }} article(filter: {{ id: {{ eq: {theirs} }} }}) {{ id }} }}"
    );
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let body = json!({ "query": query });
    let seen = dock.raw("POST", "/graphql", &headers, Some(&body)).await;
    let expected = json!({"data": {"allArticles": [{"id": mine, "related": []}], "_allArticlesMeta": {"count": 1}, "article": null}});
    assert_eq!(seen.body, expected);
}

/// Assets a role does not show are in no list, no count and no field.
#[tokio::test]
async fn a_role_limits_which_assets_there_are() {
    let dock = Dock::blank();
    let album = content::model(&dock, "album", json!({})).await;
    content::field(&dock, &album, "cover", "file", json!({})).await;
    let upload = content::asset(&dock, "cover.txt", b"a cover".to_vec()).await;
    content::item(&dock, &album, json!({"cover": {"upload_id": upload}})).await;
    let entries =
        |action: &str| json!([{"environment": "main", "action": action, "on_creator": "anyone"}]);
    let query = "{ allUploads { id } _allUploadsMeta { count } album { cover { id } } }";
    let body = json!({ "query": query });
    let ask = async |name: &str, uploads: Value| {
        let permissions = json!({"environments_access": "all", "negative_item_type_permissions": [],
            "negative_upload_permissions": [], "positive_item_type_permissions": entries("read"),
            "positive_upload_permissions": uploads});
        let bearer = format!("Bearer {}", dock.token_with(name, permissions).await);
        let headers = [("authorization", bearer.as_str())];
        let reply = dock.raw("POST", "/graphql", &headers, Some(&body)).await;
        reply.body["data"].clone()
    };
    let id = json!({ "id": upload });
    assert_eq!(
        ask("every asset", entries("read")).await,
        json!({"allUploads": [id], "_allUploadsMeta": {"count": 1}, "album": {"cover": id}})
    );
    assert_eq!(
        ask("no asset", json!([])).await,
        json!({"allUploads": [], "_allUploadsMeta": {"count": 0}, "album": {"cover": null}})
    );
}

fn document_of(kind: &str, attributes: Value) -> Value {
    json!({"data": {"type": kind, "attributes": attributes}})
}

#[tokio::test]
async fn headers_tell_what_a_query_cost_and_touched() {
    let dock = demo();
    let tagged = [("x-cache-tags", "true")];
    let query = "{ allArticles(first: 2, orderBy: [id_ASC]) { title author { name } } }";
    let reply = post(&dock, "/graphql", &tagged, query).await;
    assert_eq!(
        reply.header("x-complexity"),
        (100 + 250 + 2 * (1 + 10 + 1)).to_string()
    );
    assert_eq!(reply.header("x-max-complexity"), "10000000");
    assert_eq!(reply.header("x-cacheable-on-cdn"), "true");
    let tags = |reply: &crate::support::Reply| -> Vec<String> {
        reply
            .header("x-cache-tags")
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    // The collection, two articles, and one or two authors.
    let all = tags(&reply);
    assert!((4..=5).contains(&all.len()), "{all:?}");
    let count = post(&dock, "/graphql", &tagged, "{ _allArticlesMeta { count } }").await;
    let [collection] = &tags(&count)[..] else {
        panic!("one tag")
    };
    assert!(all.contains(collection), "{collection} is not in {all:?}");
    let exposed = reply.header("access-control-expose-headers");
    assert!(exposed.contains("x-cache-tags"), "{exposed}");

    let plain = post(&dock, "/graphql", &[], query).await;
    assert_eq!(plain.header("x-cache-tags"), "");
    let preview = post(&dock, "/graphql/preview", &[], query).await;
    assert_eq!(preview.header("x-cacheable-on-cdn"), "false");
}

#[tokio::test]
async fn links_into_the_panel_need_its_address() {
    let dock = demo();
    let query =
        "{ article { id _editingUrl body { blocks { ... on RecordInterface { _editingUrl } } } } }";
    let without = post(&dock, "/graphql", &[], query).await;
    assert_eq!(without.body["data"]["article"]["_editingUrl"], Value::Null);
    let panel = [("x-base-editing-url", "https://kiln.example/")];
    let with = post(&dock, "/graphql", &panel, query).await.body["data"]["article"].take();
    let model = dock.get("/item-types/article").await.data()["id"].clone();
    let url = format!(
        "https://kiln.example/editor/item_types/{}/items/{}/edit",
        model.as_str().unwrap(),
        with["id"].as_str().unwrap()
    );
    assert_eq!(with["_editingUrl"], json!(url));
    // A block is edited where it is.
    for block in with["body"]["blocks"].as_array().unwrap() {
        assert_eq!(block["_editingUrl"], json!(url));
    }
    for (header, code) in [
        (
            ("x-base-editing-url", "kiln"),
            "400 INVALID_X_BASE_EDITING_URL_HEADER",
        ),
        (
            ("x-base-editing-url", "https://"),
            "400 INVALID_X_BASE_EDITING_URL_HEADER",
        ),
        (
            ("x-visual-editing", "vercel-v1"),
            "400 INVALID_X_VISUAL_EDITING_HEADER",
        ),
        (("x-cache-tags", "yes"), "400 INVALID_X_CACHE_TAGS_HEADER"),
    ] {
        let reply = post(&dock, "/graphql", &[header], query).await;
        assert_eq!(reply.brief(), code, "{header:?}");
    }
}

#[tokio::test]
async fn too_many_requests_are_told_when_to_come_back() {
    let dock = crate::support::Dock::with(|options| {
        options.rate_limit = Some(drydock::RateLimit::default());
    });
    let ask = async || post(&dock, "/graphql", &[], "{ __typename }").await;
    for left in (0..40).rev() {
        let reply = ask().await;
        assert_eq!(reply.status, StatusCode::OK);
        assert_eq!(reply.header("x-ratelimit-remaining"), left.to_string());
    }
    let refused = ask().await;
    assert_eq!(refused.brief(), "429 RATE_LIMIT_EXCEEDED");
    assert_eq!(refused.header("x-ratelimit-reset"), "1");
    dock.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(ask().await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_environment_that_is_being_made_is_not_ready() {
    let dock = crate::support::Dock::with(|options| {
        options.project = drydock::Project::Demo;
        options.job_delay = std::time::Duration::from_mins(1);
    });
    let job = dock.fork("main", "later", "?immediate_return=true").await;
    assert!(job.status.is_success(), "{}", job.body);
    let reply = post(
        &dock,
        "/graphql",
        &[("x-environment", "later")],
        "{ __typename }",
    )
    .await;
    assert_eq!(reply.brief(), "422 ENVIRONMENT_NOT_READY");
}

/// Maintenance is about writing: sites go on reading.
#[tokio::test]
async fn maintenance_does_not_stop_readers() {
    let dock = demo();
    dock.put("/maintenance-mode/activate?force=true").await;
    let counted = ask(&dock, "{ _allArticlesMeta { count } }").await;
    assert_eq!(counted["_allArticlesMeta"]["count"], 54);
}
