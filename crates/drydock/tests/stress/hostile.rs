//! What nobody means well with: each is refused with an error that has a code, the server lives, and its memory stays what it
//! may be. The real program, over real sockets.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;
use crate::wire::{Answer, Client};

/// MiB a server that is not optimised may need for all this.
const MEMORY: u64 = 400;

/// A server with one model and two records, and who calls it.
struct Scene {
    directory: tempfile::TempDir,
    server: Server,
    client: Client,
    model: String,
}

impl Scene {
    fn set() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let server = Server::spawn(directory.path(), Duration::ZERO).ready();
        let mut scene = Self {
            client: server.client(),
            directory,
            server,
            model: String::new(),
        };
        let model = json!({"data": {"type": "item_type", "attributes": {"name": "Page", "api_key": "page"}}});
        scene.model = scene.made("/item-types", &model, 201);
        for (key, kind) in [
            ("title", "string"),
            ("body", "structured_text"),
            ("data", "json"),
        ] {
            let field = json!({"data": {"type": "field", "attributes": {"label": key, "api_key": key, "field_type": kind}}});
            scene.made(&format!("/item-types/{}/fields", scene.model), &field, 202);
        }
        for title in ["one", "two"] {
            let item = scene.item(json!({ "title": title }));
            scene.made("/items", &item, 201);
        }
        scene
    }

    fn made(&mut self, path: &str, body: &Value, status: u16) -> String {
        let answer = self.client.call("POST", path, Some(body)).unwrap();
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        answer.body["data"]["id"].as_str().unwrap().to_owned()
    }

    fn item(&self, attributes: Value) -> Value {
        json!({"data": {"type": "item", "attributes": attributes,
            "relationships": {"item_type": {"data": {"type": "item_type", "id": self.model}}}}})
    }

    /// Sends it; the answer has to be a refusal that says why.
    fn refusal(&mut self, method: &str, path: &str, body: &[u8]) -> String {
        let answer = self.client.send(method, path, "", body).unwrap();
        brief(path, &answer)
    }

    /// After all that: nothing is lost, nothing was added, and the memory is what it may be.
    fn end(mut self) {
        let items = self
            .client
            .call("GET", "/items?filter[type]=page", None)
            .unwrap();
        assert_eq!(items.body["meta"]["total_count"], 2, "{}", items.body);
        if let Some(peak) = self.server.peak_memory() {
            assert!(peak < MEMORY, "the server needed {peak} MiB");
        }
        let beside: Vec<_> = std::fs::read_dir(self.directory.path()).unwrap().collect();
        assert_eq!(
            beside.len(),
            2,
            "the data and the log, and nothing else: {beside:?}"
        );
        self.server.terminate();
    }
}

fn brief(path: &str, answer: &Answer) -> String {
    assert!(
        (400..500).contains(&answer.status),
        "{path:.80} answers {}",
        answer.status
    );
    let code = answer.code();
    assert!(!code.is_empty(), "{path:.80} answers {}", answer.body);
    format!("{} {code}", answer.status)
}

#[test]
fn documents_that_are_none_are_refused_by_name() {
    let mut scene = Scene::set();
    let model = scene.model.clone();
    let item = |attributes: &str, relationships: &str| {
        format!(
            r#"{{"data": {{"type": "item", "attributes": {attributes}, "relationships": {relationships}}}}}"#
        )
    };
    let of_model = format!(r#""item_type": {{"data": {{"type": "item_type", "id": "{model}"}}}}"#);
    let deep = "[".repeat(1_000_000);
    let closed = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep_value = format!(
        "{{\"data\": {}1{}}}",
        "{\"a\":[".repeat(60),
        "]}".repeat(60)
    );
    let mut paragraph = json!({"type": "paragraph", "children": [{"type": "span", "value": "x"}]});
    for _ in 0..40 {
        paragraph = json!({"type": "blockquote", "children": [paragraph]});
    }
    let dast =
        json!({"body": {"schema": "dast", "document": {"type": "root", "children": [paragraph]}}});
    for (body, expected) in [
        (String::new(), "422 INVALID_FORMAT"),
        ("{".to_owned(), "400 INVALID_JSON_BODY"),
        ("\u{feff}{}".to_owned(), "400 INVALID_JSON_BODY"),
        (deep, "400 INVALID_JSON_BODY"),
        (closed, "400 INVALID_JSON_BODY"),
        ("[]".to_owned(), "422 INVALID_FORMAT"),
        ("{\"data\": 7}".to_owned(), "422 INVALID_FORMAT"),
        (
            "{\"data\": {\"type\": \"user\"}}".to_owned(),
            "422 INVALID_FORMAT",
        ),
        (item("{}", "{}"), "422 "),
        (item("[1]", &format!("{{{of_model}}}")), "422 "),
        (
            item(
                "{}",
                r#"{"item_type": {"data": {"type": "item_type", "id": "none"}}}"#,
            ),
            "422 ",
        ),
        (
            item(
                "{}",
                &format!(r#"{{{of_model}, "nonsense": {{"data": null}}}}"#),
            ),
            "422 ",
        ),
        (
            item(
                "{}",
                &format!(
                    r#"{{{of_model}, "creator": {{"data": {{"type": "webhook", "id": "1"}}}}}}"#
                ),
            ),
            "422 ",
        ),
        (
            item("{\"nonsense\": 1}", &format!("{{{of_model}}}")),
            "422 ",
        ),
        (
            item("{\"title\": {\"en\": 1}}", &format!("{{{of_model}}}")),
            "422 ",
        ),
        (item(&deep_value, &format!("{{{of_model}}}")), "422 "),
        (item(&dast.to_string(), &format!("{{{of_model}}}")), "422 "),
    ] {
        let refusal = scene.refusal("POST", "/cma/items", body.as_bytes());
        assert!(refusal.starts_with(expected), "{body:.120}: {refusal}");
    }
    let latin = scene.refusal("POST", "/cma/items", b"{\"data\": \"\xe9\xff\"}");
    assert_eq!(latin, "400 INVALID_JSON_BODY");
    scene.end();
}

#[test]
fn bodies_of_fifty_megabytes_are_refused_and_not_kept() {
    let mut scene = Scene::set();
    let mut text = String::from("{\"data\": {\"type\": \"item\", \"attributes\": {\"title\": \"");
    text.push_str(&"x".repeat(50 * 1024 * 1024));
    text.push_str("\"}}}");
    let numbers = "0,".repeat(25 * 1024 * 1024);
    for (method, path) in [
        ("POST", "/cma/items"),
        ("PUT", "/cma/site"),
        ("POST", "/cma/item-types"),
        ("POST", "/graphql"),
    ] {
        for body in [&text, &numbers] {
            let refusal = scene.refusal(method, path, body.as_bytes());
            assert_eq!(refusal, "413 INVALID_REQUEST", "{method} {path}");
        }
    }
    scene.end();
}

#[test]
fn file_names_never_leave_their_folder() {
    let mut scene = Scene::set();
    for name in [
        "../../../outside",
        "..\\..\\outside",
        "/etc/outside",
        "..%2f..%2foutside",
        "a/../../outside",
        ".",
        "..",
        "\u{0}outside",
        "con",
        "~/outside",
        "outside\u{202e}gpj.exe",
        "x".repeat(5_000).as_str(),
    ] {
        let body = json!({"data": {"type": "upload_request", "attributes": {"filename": name}}});
        let answer = scene
            .client
            .call("POST", "/upload-requests", Some(&body))
            .unwrap();
        assert_eq!(answer.status, 201, "{name:.40}: {}", answer.body);
        let id = answer.body["data"]["id"].as_str().unwrap();
        let file = id.strip_prefix("/1/").unwrap();
        assert!(
            !file.contains(['/', '\\', '\u{0}', '~']) && !file.contains(".."),
            "{name:.40}: {id}"
        );
        assert!(file.len() < 200, "{id}");
    }
    for path in [
        "../project.sqlite",
        "%2e%2e/project.sqlite",
        "1/..%2f..%2fproject.sqlite",
        "1/%00",
        "1/project.sqlite",
        "1/1-..%5c..%5cproject.sqlite",
        "1/1646149667-%ff",
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            // A server that did not want a body may close the connection: each call has one of its own.
            let mut client = scene.server.client();
            let answer = client.send(method, &format!("/assets/{path}"), "", b"outside");
            let status = answer
                .unwrap_or_else(|_| panic!("{method} {path} ended the connection"))
                .status;
            assert!(
                (400..500).contains(&status),
                "{method} {path} answers {status}"
            );
        }
    }
    for path in [
        "../../../../etc/passwd",
        "/etc/passwd",
        "/1/../../project.sqlite",
        "/1/1-none.png",
        "",
    ] {
        let body = json!({"data": {"type": "upload", "attributes": {"path": path}}});
        let answer = scene.client.call("POST", "/uploads", Some(&body)).unwrap();
        let refused = if answer.status == 202 {
            let job = answer.body["data"]["id"].as_str().unwrap();
            let result = scene
                .client
                .call("GET", &format!("/job-results/{job}"), None)
                .unwrap();
            result.body["data"]["attributes"]["payload"]["data"][0]["attributes"]["code"].clone()
        } else {
            answer.code().into()
        };
        assert!(
            refused.as_str().is_some_and(|code| code.contains('_')),
            "{path}: {refused}"
        );
    }
    let assets = scene.directory.path().join("data/assets");
    assert!(files_of(&assets).is_empty(), "{:?}", files_of(&assets));
    scene.end();
}

fn files_of(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn what_looks_like_sql_is_a_value() {
    let mut scene = Scene::set();
    let injections = [
        "' OR '1'='1",
        "x') OR 1=1 --",
        "\"; DROP TABLE items; --",
        "one' UNION SELECT sql FROM sqlite_master --",
        "%",
        "_",
        "on%",
        "$.title",
        "title\"]",
        "\\",
        "\u{0}",
    ];
    for injection in injections {
        let value: String = form_urlencoded::byte_serialize(injection.as_bytes()).collect();
        for (query, found) in [
            (
                format!("filter[type]=page&filter[fields][title][eq]={value}"),
                Some(0),
            ),
            (
                format!("filter[type]=page&filter[fields][title][in]=one,{value}"),
                None,
            ),
            (
                format!(
                    "filter[type]=page&filter[fields][title][matches][pattern]={value}&filter[fields][title][matches][regexp]=false"
                ),
                None,
            ),
            (format!("filter[ids]={value}"), Some(0)),
            (format!("filter[type]={value}"), Some(0)),
            (
                format!("filter[type]=page&filter[fields][{value}][eq]=one"),
                None,
            ),
            (format!("filter[type]=page&order_by={value}"), None),
            (format!("filter[query]={value}"), None),
            (format!("page[limit]={value}"), None),
            (format!("version={value}"), None),
        ] {
            let answer = scene
                .client
                .call("GET", &format!("/items?{query}"), None)
                .unwrap();
            if answer.status == 200 {
                let items = answer.body["data"].as_array().unwrap().len();
                assert!(
                    found.is_none_or(|found| items == found),
                    "{query}: {}",
                    answer.body
                );
                assert!(items <= 2, "{query}: {}", answer.body);
            } else {
                brief(&query, &answer);
            }
        }
        let environment = injection.replace('\u{0}', "nothing");
        let header = format!("x-environment: {environment}\r\n");
        let answer = scene
            .client
            .send("GET", "/cma/items", &header, b"")
            .unwrap();
        assert_eq!(brief(&environment, &answer), "404 INVALID_ENVIRONMENT");
        let answer = scene
            .client
            .call("GET", &format!("/items/{value}"), None)
            .unwrap();
        assert_eq!(brief(&value, &answer), "404 NOT_FOUND");
    }
    scene.end();
}

#[test]
fn queries_that_mean_harm_are_refused_by_name() {
    let mut scene = Scene::set();
    let mut aliases = String::from("{ ");
    for n in 0..1_000_000 {
        write!(aliases, "a{n}: __typename ").unwrap();
    }
    aliases.push('}');
    let body = json!({ "query": aliases }).to_string();
    assert_eq!(
        scene.refusal("POST", "/graphql", body.as_bytes()),
        "413 INVALID_REQUEST"
    );
    let fewer = format!("{{ {}}}", "a: __typename ".repeat(15_000));
    let nested = format!("{}{}", "{ a".repeat(5_000), "}".repeat(5_000));
    let title = "{ allPages(filter: {title: {eq: \"' OR '1'='1\"}}) { title } }";
    let order = "{ allPages(orderBy: [\"title; DROP TABLE items\"]) { title } }";
    let broken = "{ page(filter: {title: {eq: \"one\"}}) { title } } } mutation { drop }";
    for (query, expected) in [
        (fewer.as_str(), Value::Null),
        (nested.as_str(), Value::Null),
        (title, json!({ "allPages": [] })),
        (order, Value::Null),
        (broken, Value::Null),
        ("mutation { destroy }", Value::Null),
        ("subscription { all }", Value::Null),
    ] {
        let body = json!({ "query": query }).to_string();
        let answer = scene
            .client
            .send("POST", "/graphql", "", body.as_bytes())
            .unwrap();
        assert_eq!(answer.status, 200, "{query:.80}: {}", answer.body);
        assert_eq!(
            answer.body["data"], expected,
            "{query:.80}: {}",
            answer.body
        );
        let message = &answer.body["errors"][0]["message"];
        assert_eq!(
            message.is_string(),
            expected.is_null(),
            "{query:.80}: {}",
            answer.body
        );
    }
    scene.end();
}
