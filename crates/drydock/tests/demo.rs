//! The demo project has what it says it has, and its switches work.
#![allow(clippy::unwrap_used, reason = "these are tests, their helpers too")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use drydock::Project;
use http::StatusCode;
use serde_json::{Value, json};
use support::Dock;

fn demo() -> Dock {
    Dock::with(|options| options.project = Project::Demo)
}

/// The records of a model: all of them, or the first 30 when a query asks for `nested` ones.
async fn records(dock: &Dock, model: &str, query: &str) -> Vec<Value> {
    let limit = if query.contains("nested") { 30 } else { 500 };
    let reply = dock
        .get(&format!(
            "/items?filter[type]={model}&page[limit]={limit}{query}"
        ))
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.data().as_array().unwrap().clone()
}

#[tokio::test]
async fn the_magazine_is_all_there() {
    let dock = demo();
    let models = dock.get("/item-types").await;
    let (blocks, collections): (Vec<&Value>, Vec<&Value>) = models
        .data()
        .as_array()
        .unwrap()
        .iter()
        .partition(|model| model["attributes"]["modular_block"] == true);
    let mut counts = BTreeMap::new();
    for model in &collections {
        let key = model["attributes"]["api_key"].as_str().unwrap();
        counts.insert(key, records(&dock, key, "").await.len());
    }
    insta::assert_snapshot!(format!("{} block models\n{counts:#?}", blocks.len()), @r#"
    5 block models
    {
        "article": 60,
        "author": 24,
        "category": 8,
        "event": 60,
        "glaze": 60,
        "home_page": 1,
        "issue": 16,
        "page": 6,
        "schema_migration": 3,
        "studio": 90,
    }
    "#);
    assert!(counts.values().sum::<usize>() >= 300);
}

#[tokio::test]
async fn some_articles_are_drafts_and_some_have_changed_since() {
    let dock = demo();
    let mut statuses: BTreeMap<String, usize> = BTreeMap::new();
    for article in records(&dock, "article", "").await {
        *statuses
            .entry(article["meta"]["status"].as_str().unwrap().to_owned())
            .or_default() += 1;
        let languages: Vec<&String> = article["attributes"]["title"]
            .as_object()
            .unwrap()
            .keys()
            .collect();
        assert_eq!(languages, ["en", "it"], "{}", article["id"]);
        assert_eq!(article["meta"]["is_valid"], true, "{}", article["id"]);
    }
    assert_eq!(
        statuses,
        BTreeMap::from([
            ("draft".into(), 6),
            ("published".into(), 48),
            ("updated".into(), 6)
        ])
    );
}

/// No two records of a model say the same, and the two languages are two languages.
#[tokio::test]
async fn titles_are_all_different() {
    let dock = demo();
    for (model, field) in [
        ("article", "title"),
        ("event", "title"),
        ("studio", "name"),
        ("glaze", "name"),
    ] {
        let records = records(&dock, model, "").await;
        let slugs: BTreeSet<&str> = records
            .iter()
            .map(|record| record["attributes"]["slug"].as_str().unwrap())
            .collect();
        assert_eq!(slugs.len(), records.len(), "{model}");
        assert!(
            slugs
                .iter()
                .all(|slug| !slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--")),
            "{slugs:?}"
        );
        for record in &records {
            let title = &record["attributes"][field];
            for language in ["en", "it"] {
                let text = title[language].as_str().unwrap();
                assert!(
                    !text.is_empty() && !text.contains('{'),
                    "{model} {}: {text}",
                    record["id"]
                );
            }
            if model == "article" {
                assert_ne!(title["en"], title["it"], "{}", record["id"]);
            }
        }
    }
}

/// Saving any record as it is must be possible: the seed went through the rules, and the rules still agree.
#[tokio::test]
async fn every_record_can_be_saved_as_it_is() {
    let dock = demo();
    for model in ["article", "page", "home_page", "event", "glaze", "studio"] {
        for record in records(&dock, model, "&nested=true").await.iter().take(12) {
            let id = record["id"].as_str().unwrap();
            let body =
                json!({"data": {"id": id, "type": "item", "attributes": record["attributes"]}});
            let reply = dock.call("PUT", &format!("/items/{id}"), Some(&body)).await;
            assert_eq!(reply.status, StatusCode::OK, "{model} {id}: {}", reply.body);
        }
    }
}

/// The rule of the third migration, computed here from the text itself.
#[tokio::test]
async fn reading_times_are_what_the_migration_would_count() {
    fn words(node: &Value) -> usize {
        let own = node["value"]
            .as_str()
            .map_or(0, |text| text.split_whitespace().count());
        own + node["children"]
            .as_array()
            .into_iter()
            .flatten()
            .map(words)
            .sum::<usize>()
    }
    let dock = demo();
    for article in records(&dock, "article", "").await {
        let bodies = article["attributes"]["body"].as_object().unwrap();
        let longest = bodies
            .values()
            .map(|body| words(&body["document"]))
            .max()
            .unwrap();
        assert_eq!(
            article["attributes"]["reading_minutes"],
            longest.div_ceil(200).max(1),
            "{}",
            article["id"]
        );
    }
}

#[tokio::test]
async fn the_team_has_roles_and_panel_tokens() {
    let dock = demo();
    let panel = dock.raw("GET", "/panel.json", &[], None).await;
    let users = panel.body["users"].as_array().unwrap();
    let roles: Vec<(&str, &str)> = users
        .iter()
        .map(|user| {
            (
                user["name"].as_str().unwrap(),
                user["role"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        roles,
        [
            ("Elena Moretti", "Admin"),
            ("Daniel Okafor", "Editor"),
            ("Chiara Lombardi", "Editor"),
            ("Hannah Doyle", "Editor"),
            ("Sara Bianchi", "Viewer"),
            ("Theo Marchetti", "Viewer"),
        ]
    );
    let token = |index: usize| users[index]["token"].as_str().unwrap();
    let (admin, editor, viewer) = (token(0), token(1), token(4));

    let article = records(&dock, "article", "").await[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let change = json!({"data": {"id": article, "type": "item", "attributes": {"featured": true}}});
    let save = async |token| {
        dock.call_as(
            token,
            None,
            "PUT",
            &format!("/items/{article}"),
            Some(&change),
        )
        .await
        .brief()
    };
    assert_eq!(save(admin).await, format!("200 item {article}"));
    assert_eq!(save(editor).await, format!("200 item {article}"));
    assert_eq!(save(viewer).await, "403 INSUFFICIENT_PERMISSIONS");
    let freeze = async |token| {
        dock.call_as(token, None, "PUT", "/maintenance-mode/activate", None)
            .await
            .brief()
    };
    assert_eq!(freeze(editor).await, "403 INSUFFICIENT_PERMISSIONS");
    assert_eq!(freeze(viewer).await, "403 INSUFFICIENT_PERMISSIONS");
    assert_eq!(freeze(admin).await, "200 maintenance_mode maintenance_mode");
}

#[tokio::test]
async fn editors_come_to_work_and_go_home() {
    let dock = demo();
    let switch = async |on: bool| {
        dock.raw(
            "POST",
            "/demo/editing-sessions",
            &[],
            Some(&json!({"on": on})),
        )
        .await
        .body
    };
    assert_eq!(
        dock.get("/editing-sessions").await.brief(),
        "200 0 entities"
    );
    assert_eq!(
        switch(true).await,
        json!({"on": true, "editors": ["Daniel Okafor", "Chiara Lombardi"]})
    );
    assert_eq!(
        dock.get("/editing-sessions").await.brief(),
        "200 2 entities"
    );
    assert_eq!(
        dock.put("/maintenance-mode/activate").await.code(),
        "ACTIVE_EDITING_SESSIONS"
    );
    assert_eq!(switch(false).await, json!({"on": false, "editors": []}));
    assert_eq!(
        dock.put("/maintenance-mode/activate").await.status,
        StatusCode::OK
    );
    let nonsense = dock
        .raw(
            "POST",
            "/demo/editing-sessions",
            &[],
            Some(&json!({"of": true})),
        )
        .await;
    assert_eq!(nonsense.brief(), "400 INVALID_JSON_BODY");
}

#[tokio::test]
async fn the_plugin_and_the_build_trigger_are_set_up() {
    let dock = demo();
    let plugins = dock.get("/plugins").await;
    let plugin = &plugins.data()[0]["attributes"];
    assert_eq!(plugin["name"], "Slipway");
    assert_eq!(plugin["package_name"], Value::Null);
    assert_eq!(plugin["permissions"], json!(["currentUserAccessToken"]));
    assert_eq!(plugin["parameters"]["ledger_model"], "schema_migration");
    assert_eq!(plugin["parameters"]["delivery_token"], dock.tokens.read);
    assert_eq!(
        plugin["parameters"]["previews"],
        json!([{"name": "Demo site", "url": "http://127.0.0.1:4000/site?environment={environment}"}])
    );
    let trigger = &dock.get("/build-triggers").await.data()[0].clone();
    assert_eq!(trigger["attributes"]["name"], "Production site");
    assert_eq!(
        trigger["attributes"]["adapter_settings"]["trigger_url"],
        "http://127.0.0.1:4000/demo/build-hook"
    );
    assert_eq!(
        dock.raw("GET", "/demo/build-hook", &[], None).await.body,
        json!({"calls": 0})
    );
    assert_eq!(
        dock.raw("POST", "/demo/build-hook", &[], None).await.body,
        json!({"calls": 1})
    );
    assert_eq!(
        dock.raw("GET", "/demo/build-hook", &[], None).await.body,
        json!({"calls": 1})
    );
}

/// Ports differ from start to start: what points at the server follows it, in every environment and without counting as a change.
#[tokio::test]
async fn links_follow_the_server_to_its_ports() {
    let dock = Dock::with(|options| {
        options.project = Project::Demo;
        options.addr = "127.0.0.1:0".parse().unwrap();
        options.plugin_addr = "127.0.0.1:0".parse().unwrap();
    });
    let before = dock.get("/environments/main").await.data()["meta"].clone();
    let mut found = None;
    let tell = |addresses: &drydock::Addresses| found = Some(addresses.clone());
    dock.drydock
        .serve(tell, std::future::ready(()))
        .await
        .unwrap();
    let addresses = found.unwrap();
    let plugin = dock.get("/plugins").await.data()[0]["attributes"].clone();
    assert_eq!(plugin["url"], format!("http://{}/", addresses.plugin));
    let preview = format!(
        "http://{}/site?environment={{environment}}",
        addresses.admin
    );
    assert_eq!(plugin["parameters"]["previews"][0]["url"], preview);
    let trigger = dock.get("/build-triggers").await.data()[0]["attributes"].clone();
    assert_eq!(
        trigger["adapter_settings"]["trigger_url"],
        format!("http://{}/demo/build-hook", addresses.admin)
    );
    assert_eq!(dock.get("/environments/main").await.data()["meta"], before);
}

/// The build trigger reaches the hook over a real socket.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn firing_the_build_trigger_is_counted() {
    let dock = Dock::with(|options| {
        options.project = Project::Demo;
        options.clock = drydock::Clock::system();
        options.addr = "127.0.0.1:0".parse().unwrap();
        options.plugin_addr = "127.0.0.1:0".parse().unwrap();
    });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (ready, listening) = tokio::sync::oneshot::channel();
    let listener = dock.drydock.clone();
    let server = tokio::spawn(async move {
        let tell = |_: &drydock::Addresses| ready.send(()).unwrap();
        listener
            .serve(tell, async { drop(stopped.await) })
            .await
            .unwrap();
    });
    listening.await.unwrap();
    // Another router than the one that serves: what counts is what the socket's side has counted.
    let trigger = dock.get("/build-triggers").await.data()[0].clone();
    let url = trigger["attributes"]["adapter_settings"]["trigger_url"]
        .as_str()
        .unwrap()
        .to_owned();
    let fired = dock
        .call(
            "POST",
            &format!(
                "/build-triggers/{}/trigger",
                trigger["id"].as_str().unwrap()
            ),
            None,
        )
        .await;
    assert_eq!(fired.status, StatusCode::NO_CONTENT, "{}", fired.body);
    let mut calls = 0;
    for _ in 0..500 {
        calls = calls_counted_at(&url).await;
        if calls > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(calls, 1);
    stop.send(()).unwrap();
    server.await.unwrap();
}

/// `GET` of the hook, over the socket.
async fn calls_counted_at(url: &str) -> u64 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let body: Value = serde_json::from_str(answer.rsplit("\r\n\r\n").next().unwrap()).unwrap();
    body["calls"].as_u64().unwrap()
}

#[tokio::test]
async fn the_menu_leads_to_every_model() {
    let dock = demo();
    let menu = dock.get("/menu-items").await;
    let items = menu.data().as_array().unwrap();
    let linked: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item["relationships"]["item_type"]["data"]["id"].as_str())
        .collect();
    let models = dock.get("/item-types").await;
    let collections: BTreeSet<&str> = models
        .data()
        .as_array()
        .unwrap()
        .iter()
        .filter(|model| model["attributes"]["modular_block"] == false)
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    assert_eq!(linked, collections);
    assert_eq!(
        dock.get("/schema-menu-items")
            .await
            .data()
            .as_array()
            .unwrap()
            .len(),
        15
    );
}

#[tokio::test]
async fn migrations_are_served_with_their_hashes() {
    use sha2::{Digest, Sha256};

    let dock = demo();
    let manifest = dock
        .raw(
            "GET",
            "/demo/migrations/manifest.json",
            &[("origin", "http://elsewhere")],
            None,
        )
        .await;
    assert_eq!(manifest.header("access-control-allow-origin"), "*");
    assert_eq!(manifest.body["version"], 1);
    let files = manifest.body["files"].as_array().unwrap();
    let paths: Vec<&str> = files
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "1769421600_createIssues.ts",
            "1774864800_addNewsletterBlock.ts",
            "1780308000_addReadingTime.ts",
            "1794819600_createTopics.ts",
            "1794906000_moveTagsToTopics.ts",
            "1794992400_retireTags.ts",
            "helpers/slugify.ts",
        ]
    );
    let applied: Vec<Value> = records(&dock, "schema_migration", "&order_by=name_ASC")
        .await
        .iter()
        .map(|record| record["attributes"]["name"].clone())
        .collect();
    assert_eq!(applied, paths[..3]);
    for file in files {
        let path = format!("/demo/migrations/{}", file["path"].as_str().unwrap());
        let script = support_text(&dock, &path).await;
        let hash: Vec<String> = Sha256::digest(script.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(file["sha256"], hash.concat(), "{path}");
    }
    assert_eq!(
        dock.raw("GET", "/demo/migrations/9_none.ts", &[], None)
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

/// The text of an answer that is not JSON.
async fn support_text(dock: &Dock, path: &str) -> String {
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    let request = http::Request::get(path)
        .body(axum::body::Body::empty())
        .unwrap();
    let response = dock.drydock.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    String::from_utf8(
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec(),
    )
    .unwrap()
}

#[tokio::test]
async fn a_blank_project_has_no_demo_editors() {
    let dock = Dock::blank();
    let reply = dock
        .raw(
            "POST",
            "/demo/editing-sessions",
            &[],
            Some(&json!({"on": true})),
        )
        .await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert_eq!(
        dock.get("/editing-sessions").await.brief(),
        "200 0 entities"
    );
}
