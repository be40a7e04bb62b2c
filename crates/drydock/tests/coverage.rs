//! Which of the vendor's endpoints are here: the table in `docs/drydock-differences.md` is made from what the router answers.
//!
//! `UPDATE=1` writes the table anew; without it a stale one fails the test. The vendor's list of endpoints comes with its
//! client (`node_modules`); where that is not installed the test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::Dock;

/// The lines of the page between which the table stands.
const BEGIN: &str = "<!-- coverage: made by crates/drydock/tests/coverage.rs -->";
const END: &str = "<!-- end of coverage -->";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One endpoint of the vendor's, as its client calls it.
struct Endpoint {
    /// The method of the client.
    name: String,
    verb: String,
    /// With `:placeholders`.
    template: String,
}

struct Resource {
    /// The namespace of the client.
    name: String,
    endpoints: Vec<Endpoint>,
}

/// The vendor's list; `None` where its client is not installed.
fn vendor() -> Option<Vec<Resource>> {
    let path = root().join("node_modules/@datocms/cma-client/resources.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("not compared: {} is not there", path.display());
        return None;
    };
    let resources: Vec<Value> = serde_json::from_str(&text).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let endpoint = |endpoint: &Value| Endpoint {
        // Some have only the raw form.
        name: endpoint["name"]
            .as_str()
            .map_or_else(|| text(&endpoint["rawName"]), str::to_owned),
        verb: text(&endpoint["method"]),
        template: text(&endpoint["urlTemplate"]),
    };
    let resource = |resource: &Value| Resource {
        name: text(&resource["namespace"]),
        endpoints: resource["endpoints"]
            .as_array()
            .unwrap()
            .iter()
            .map(endpoint)
            .collect(),
    };
    Some(resources.iter().map(resource).collect())
}

/// Whether the router knows the endpoint: what it does not know it says so of, in words of its own. Each is asked on a
/// project of its own, since some of them end sessions or change settings.
async fn is_implemented(endpoint: &Endpoint) -> bool {
    let dock = Dock::blank();
    let path: Vec<&str> = endpoint
        .template
        .split('/')
        .map(|part| if part.starts_with(':') { "none" } else { part })
        .collect();
    let body = json!({ "data": {} });
    let body = (endpoint.verb != "GET").then_some(&body);
    let reply = dock.call(&endpoint.verb, &path.join("/"), body).await;
    let message = reply.details()["message"].as_str().unwrap_or_default();
    !message.starts_with("drydock does not implement")
}

/// The table, and how many resources and endpoints there are and are implemented.
async fn table(resources: &[Resource]) -> String {
    let mut rows = String::new();
    let (mut whole, mut some, mut all, mut done) = (0, 0, 0, 0);
    for resource in resources {
        let (mut there, mut missing) = (Vec::new(), Vec::new());
        for endpoint in &resource.endpoints {
            let name = format!("`{}`", endpoint.name);
            if is_implemented(endpoint).await {
                there.push(name);
            } else {
                missing.push(name);
            }
        }
        all += resource.endpoints.len();
        done += there.len();
        some += usize::from(!there.is_empty());
        whole += usize::from(missing.is_empty());
        let list = |names: Vec<String>| {
            if names.is_empty() {
                "–".to_owned()
            } else {
                names.join(" ")
            }
        };
        let name = &resource.name;
        writeln!(rows, "| `{name}` | {} | {} |", list(there), list(missing)).unwrap();
    }
    let count = resources.len();
    format!(
        "Of the vendor's {count} resources, {whole} are here completely and {} in part; of its {all} endpoints, {done} are \
         implemented. The others\nanswer `404 NOT_FOUND` with a `details.message` that says so.\n\n\
         | Resource | Implemented | Not implemented |\n|---|---|---|\n{rows}",
        some - whole
    )
}

#[tokio::test]
async fn the_table_of_endpoints_is_up_to_date() {
    let Some(resources) = vendor() else { return };
    let endpoints: usize = resources
        .iter()
        .map(|resource| resource.endpoints.len())
        .sum();
    assert_eq!(
        (resources.len(), endpoints),
        (47, 202),
        "the vendor's list has changed"
    );
    let path = root().join("docs/drydock-differences.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page
        .split_once(BEGIN)
        .expect("the page has a place for the table");
    let (_, after) = rest.split_once(END).expect("the place for the table ends");
    let fresh = format!("{before}{BEGIN}\n{}{END}{after}", table(&resources).await);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, fresh).unwrap();
        return;
    }
    assert!(
        page == fresh,
        "docs/drydock-differences.md is stale; run this test with UPDATE=1"
    );
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_told_from_an_entity_that_is_not() {
    let known = |verb: &str, template: &str| Endpoint {
        name: String::new(),
        verb: verb.to_owned(),
        template: template.to_owned(),
    };
    assert!(is_implemented(&known("GET", "/items/:item")).await);
    assert!(is_implemented(&known("DELETE", "/environments/:environment")).await);
    assert!(!is_implemented(&known("GET", "/nothing/of/the/kind")).await);
    assert!(!is_implemented(&known("PATCH", "/items/:item")).await);
}
