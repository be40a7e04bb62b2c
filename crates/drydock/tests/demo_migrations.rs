//! The vendor's own command line runs the demo's migrations, unchanged: the three that are said to be applied lead to what the
//! demo is seeded with, and the three pending ones to where the release is meant to go.
#![allow(clippy::unwrap_used, reason = "these are tests, their helpers too")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use drydock::{Clock, Drydock, Project};
use serde_json::{Map, Value, json};
use support::Dock;
use tokio::sync::oneshot;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A demo that listens on a free port while `work` runs.
async fn listening<T>(dock: &Dock, work: impl AsyncFnOnce(String) -> T) -> T {
    let drydock: Drydock = dock.drydock.clone();
    let (ready, address) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let tell = |addresses: &drydock::Addresses| ready.send(addresses.admin).unwrap();
        drydock
            .serve(tell, async { drop(stopped.await) })
            .await
            .unwrap();
    });
    let base_url = format!("http://{}/cma", address.await.unwrap());
    let outcome = work(base_url).await;
    stop.send(()).unwrap();
    server.await.unwrap();
    outcome
}

/// Runs the scripts of a folder that an environment has not seen, in that environment. The names of those that ran.
async fn run_migrations(
    dock: &Dock,
    base_url: &str,
    folder: &Path,
    environment: &str,
) -> Vec<String> {
    let cli = root().join("node_modules/.bin/datocms");
    assert!(
        cli.exists(),
        "the vendor's CLI is missing: run `npm ci` at the root of the repository"
    );
    let mut command = Command::new(cli);
    command
        .arg("migrations:run")
        .args([
            "--config-file",
            &root().join("demo/datocms.config.json").to_string_lossy(),
        ])
        .args([
            "--migrations-dir",
            &folder.to_string_lossy(),
            "--base-url",
            base_url,
        ])
        .args([
            "--api-token",
            &dock.tokens.full,
            "--source",
            environment,
            "--in-place",
            "--json",
        ])
        .env("NO_COLOR", "1");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let (printed, said) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{printed}\n{said}");
    // Scripts print to the same place; the document is what begins with a brace on a line of its own.
    let document = printed
        .find("\n{")
        .map_or(printed.as_ref(), |at| &printed[at..]);
    let document: Value =
        serde_json::from_str(document.trim()).unwrap_or_else(|error| panic!("{error}: {printed}"));
    let ran = document["runMigrationScripts"].as_array().unwrap();
    ran.iter()
        .map(|path| {
            Path::new(path.as_str().unwrap())
                .file_name()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

async fn get(dock: &Dock, environment: &str, path: &str) -> Value {
    let reply = dock
        .call_as(&dock.tokens.full, Some(environment), "GET", path, None)
        .await;
    assert!(reply.status.is_success(), "{path}: {}", reply.body);
    reply.data().clone()
}

async fn destroy(dock: &Dock, environment: &str, path: &str) {
    let reply = dock
        .call_as(&dock.tokens.full, Some(environment), "DELETE", path, None)
        .await;
    assert!(reply.status.is_success(), "{path}: {}", reply.body);
}

/// The models of an environment in a form without ids: for each model its attributes, and its fields likewise.
async fn schema(dock: &Dock, environment: &str) -> BTreeMap<String, Value> {
    let models = get(dock, environment, "/item-types").await;
    let models = models.as_array().unwrap();
    let api_keys: BTreeMap<&str, &str> = models
        .iter()
        .map(|model| {
            (
                model["id"].as_str().unwrap(),
                model["attributes"]["api_key"].as_str().unwrap(),
            )
        })
        .collect();
    let mut schema = BTreeMap::new();
    for model in models {
        let id = model["id"].as_str().unwrap();
        let fields = get(dock, environment, &format!("/item-types/{id}/fields")).await;
        let own: BTreeMap<&str, &str> = fields
            .as_array()
            .unwrap()
            .iter()
            .map(|field| {
                (
                    field["id"].as_str().unwrap(),
                    field["attributes"]["api_key"].as_str().unwrap(),
                )
            })
            .collect();
        let mut described = model["attributes"].clone();
        described["ordering_field"] = json!(
            model["relationships"]["ordering_field"]["data"]["id"]
                .as_str()
                .map(|id| own[id])
        );
        described["fields"] = fields
            .as_array()
            .unwrap()
            .iter()
            .map(|field| {
                let mut attributes = field["attributes"].clone();
                name_models(&mut attributes["validators"], &api_keys);
                if let Some(id) =
                    attributes["validators"]["slug_title_field"]["title_field_id"].as_str()
                {
                    attributes["validators"]["slug_title_field"]["title_field_id"] = json!(own[id]);
                }
                (
                    attributes["api_key"].as_str().unwrap().to_owned(),
                    attributes,
                )
            })
            .collect::<Map<String, Value>>()
            .into();
        schema.insert(api_keys[id].to_owned(), described);
    }
    schema
}

fn name_models(validators: &mut Value, api_keys: &BTreeMap<&str, &str>) {
    for (_, parameters) in validators.as_object_mut().unwrap() {
        for id in parameters
            .get_mut("item_types")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            *id = json!(api_keys[id.as_str().unwrap()]);
        }
    }
}

/// Takes a model out of what fields may link to or hold: a block model that one may hold cannot go.
async fn disallow(dock: &Dock, environment: &str, model: &str) {
    let path = format!("/item-types/{model}/fields/referencing");
    for field in get(dock, environment, &path).await.as_array().unwrap() {
        let mut validators = field["attributes"]["validators"].clone();
        for (_, parameters) in validators.as_object_mut().unwrap() {
            if let Some(allowed) = parameters.get_mut("item_types") {
                allowed.as_array_mut().unwrap().retain(|id| id != model);
            }
        }
        let body = json!({"data": {"type": "field", "attributes": {"validators": validators}}});
        let path = format!("/fields/{}", field["id"].as_str().unwrap());
        let token = &dock.tokens.full;
        let job = dock
            .call_as(token, Some(environment), "PUT", &path, Some(&body))
            .await;
        assert_eq!(dock.outcome(&job).await["status"], 200);
    }
}

/// Takes back what the first three migrations did, in a sandbox.
async fn take_back(dock: &Dock, environment: &str) {
    let fields = get(dock, environment, "/item-types/article/fields").await;
    for field in fields.as_array().unwrap() {
        if ["issue", "reading_minutes"].contains(&field["attributes"]["api_key"].as_str().unwrap())
        {
            destroy(
                dock,
                environment,
                &format!("/fields/{}", field["id"].as_str().unwrap()),
            )
            .await;
        }
    }
    for model in ["issue", "newsletter_block"] {
        let id = get(dock, environment, &format!("/item-types/{model}")).await["id"]
            .as_str()
            .unwrap()
            .to_owned();
        disallow(dock, environment, &id).await;
        destroy(dock, environment, &format!("/item-types/{id}")).await;
    }
    for entry in get(dock, environment, "/items?filter[type]=schema_migration")
        .await
        .as_array()
        .unwrap()
    {
        destroy(
            dock,
            environment,
            &format!("/items/{}", entry["id"].as_str().unwrap()),
        )
        .await;
    }
}

async fn articles(dock: &Dock, environment: &str) -> BTreeMap<String, Value> {
    let list = get(
        dock,
        environment,
        "/items?filter[type]=article&page[limit]=500",
    )
    .await;
    list.as_array()
        .unwrap()
        .iter()
        .map(|article| (article["id"].as_str().unwrap().to_owned(), article.clone()))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_six_run_under_the_vendors_cli() {
    let dock = Dock::with(|options| {
        options.project = Project::Demo;
        // The CLI polls jobs in real time.
        options.clock = Clock::system();
        options.job_delay = std::time::Duration::ZERO;
        options.addr = "127.0.0.1:0".parse().unwrap();
        options.plugin_addr = "127.0.0.1:0".parse().unwrap();
    });
    let fork = dock
        .fork(
            "main",
            "before",
            "?immediate_return=false&fast=true&force=true",
        )
        .await;
    assert!(fork.status.is_success(), "{}", fork.body);
    listening(&dock, async |base_url| {
        wait_until_ready(&dock, "before").await;
        take_back(&dock, "before").await;

        let folder = root().join("demo/migrations");
        let first_three = tempfile::tempdir().unwrap();
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "ts"))
            .collect();
        names.sort();
        for name in &names[..3] {
            std::fs::copy(folder.join(name), first_three.path().join(name)).unwrap();
        }
        assert_eq!(
            run_migrations(&dock, &base_url, first_three.path(), "before").await,
            names[..3]
        );
        let (seeded, migrated) = (schema(&dock, "main").await, schema(&dock, "before").await);
        for (model, expected) in &seeded {
            pretty_eq(&migrated[model], expected, model);
        }
        assert_eq!(migrated.len(), seeded.len());
        let seeded = articles(&dock, "main").await;
        for (id, article) in &articles(&dock, "before").await {
            let minutes = &article["attributes"]["reading_minutes"];
            // Taking the newsletter block away and giving it back left the words alone.
            assert_eq!(
                minutes, &seeded[id]["attributes"]["reading_minutes"],
                "{id}"
            );
        }

        assert_eq!(
            run_migrations(&dock, &base_url, &folder, "before").await,
            names[3..]
        );
    })
    .await;
    the_release_has_arrived(&dock, "before").await;
}

async fn wait_until_ready(dock: &Dock, environment: &str) {
    for _ in 0..2000 {
        let reply = dock.get(&format!("/environments/{environment}")).await;
        if reply.data()["meta"]["status"] == "ready" {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("`{environment}` never became ready");
}

fn pretty_eq(found: &Value, expected: &Value, what: &str) {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    assert_eq!(text(found), text(expected), "{what}");
}

/// Labels of the first group of the navigation, in order.
async fn magazine_menu(dock: &Dock, environment: &str) -> Vec<String> {
    let menu = get(dock, environment, "/menu-items").await;
    let items = menu.as_array().unwrap();
    let group = items
        .iter()
        .find(|item| item["attributes"]["label"] == "Magazine")
        .unwrap();
    let mut entries: Vec<&Value> = items
        .iter()
        .filter(|item| item["relationships"]["parent"]["data"]["id"] == group["id"])
        .collect();
    entries.sort_by_key(|item| item["attributes"]["position"].as_i64());
    entries
        .iter()
        .map(|item| item["attributes"]["label"].as_str().unwrap().to_owned())
        .collect()
}

/// What the three pending migrations promise.
async fn the_release_has_arrived(dock: &Dock, environment: &str) {
    let schema = schema(dock, environment).await;
    let fields = schema["article"]["fields"].as_object().unwrap();
    assert!(
        fields.contains_key("topics") && !fields.contains_key("tag"),
        "{:?}",
        fields.keys().collect::<Vec<_>>()
    );
    // Issues left the group when `take_back` destroyed their model; made anew they stand outside.
    assert_eq!(
        magazine_menu(dock, environment).await,
        ["Articles", "Topic", "Categories", "Authors"]
    );
    let topics = get(
        dock,
        environment,
        "/items?filter[type]=topic&page[limit]=100",
    )
    .await;
    let mut names: Vec<&str> = topics
        .as_array()
        .unwrap()
        .iter()
        .map(|topic| topic["attributes"]["name"]["it"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "Attrezzi",
            "Ceramica da tavola",
            "Cottura a legna",
            "Forni",
            "Gres",
            "Ingobbio",
            "Maiolica",
            "Porcellana",
            "Raku",
            "Restauro",
            "Smaltatura",
            "Tornio",
        ]
    );
    let (before, after) = (
        articles(dock, "main").await,
        articles(dock, environment).await,
    );
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (id, article) in &after {
        assert_eq!(
            article["attributes"]["topics"].as_array().unwrap().len(),
            1,
            "{id}"
        );
        assert_eq!(
            article["meta"]["status"], before[id]["meta"]["status"],
            "{id}: nobody's draft went live"
        );
    }
    assert_eq!(
        get(dock, environment, "/item-type-filters")
            .await
            .as_array()
            .unwrap()
            .len(),
        12
    );
    assert_eq!(
        get(dock, environment, "/items?filter[type]=schema_migration")
            .await
            .as_array()
            .unwrap()
            .len(),
        6
    );
}
