//! Our calls against what the real service answered on 1 March 2022.
//!
//! The recordings are not part of the repository: they are read from `../shared` beside the checkout when it is there.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;

use datocms_client::{
    Cma, EnvironmentStatus, ForkOptions, Forking, ItemStatus, ItemsQuery, NewField, NewItem,
    NewItemType, Transport, TransportError,
};
use http::{Request, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::support::{FakeTimer, id};

#[derive(Deserialize)]
struct Exchange {
    request: Asked,
    response: Answered,
}

#[derive(Deserialize)]
struct Asked {
    method: String,
    path: String,
    body: Option<Value>,
}

#[derive(Deserialize)]
struct Answered {
    status: u16,
    headers: Map<String, Value>,
    body: Value,
}

/// Answers as recorded, and fails the test when asked anything else than what was recorded next.
struct Recording(RefCell<VecDeque<Exchange>>);

impl Transport for Recording {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let Exchange {
            request: recorded,
            response,
        } = self
            .0
            .borrow_mut()
            .pop_front()
            .expect("no exchange is left");
        // The query is left out, because defaults may be spelled out or not.
        let path = recorded.path.split('?').next().unwrap_or_default();
        assert_eq!(
            (request.method().as_str(), request.uri().path()),
            (recorded.method.as_str(), path)
        );
        // The client of 2022 sent `{}` where there is nothing to say.
        if let Some(recorded) = recorded.body.filter(|body| *body != json!({})) {
            let body: Value = serde_json::from_slice(request.body()).unwrap();
            assert!(
                includes(&body, &recorded),
                "{body} lacks some of {recorded}"
            );
        }
        let mut answer = Response::builder().status(response.status);
        for (name, value) in &response.headers {
            answer = answer.header(name, value.as_str().unwrap());
        }
        let body = if response.body == json!("") {
            Vec::new()
        } else {
            response.body.to_string().into_bytes()
        };
        Ok(answer.body(body).unwrap())
    }
}

type Recorded = (Rc<Recording>, Cma<Rc<Recording>, FakeTimer>);

/// A client of a recording; `None`, said aloud, where the recordings are absent.
fn recorded(name: &str) -> Option<Recorded> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/reference/recorded")
        .join(name);
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: there is no recording at {}", file.display());
        return None;
    };
    let recording = Rc::new(Recording(RefCell::new(
        serde_json::from_str(&text).unwrap(),
    )));
    let base = "https://site-api.datocms.com".parse().unwrap();
    Some((
        recording.clone(),
        Cma::new(
            recording,
            FakeTimer::default(),
            base,
            "masked".parse().unwrap(),
        ),
    ))
}

#[tokio::test(flavor = "current_thread")]
async fn the_cycle_of_an_environment() {
    let Some((recording, cma)) = recorded("environments-all-find-fork-promote-destroy.json") else {
        return;
    };
    let environments = cma.environments();
    let (main, sandbox) = (id("main"), id("sandbox-test"));
    assert!(environments.find(&main).await.unwrap().primary);
    let forking = environments
        .fork(&main, &sandbox, ForkOptions::default())
        .await
        .unwrap();
    let Forking::Job(job) = forking else {
        panic!("{forking:?}")
    };
    let forked = environments.forked(&main, &job).await.unwrap();
    assert_eq!(
        (&forked.id, forked.status, forked.primary),
        (&sandbox, EnvironmentStatus::Ready, false)
    );
    assert!(environments.promote(&sandbox).await.unwrap().primary);
    assert!(environments.promote(&main).await.unwrap().primary);
    environments.destroy(&sandbox).await.unwrap();
    assert_eq!(environments.list().await.unwrap().len(), 1);
    assert!(recording.0.borrow().is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn maintenance_on_and_off() {
    let Some((recording, cma)) = recorded("dato-maintenance-on-turns-on-maintenance-mode.json")
    else {
        return;
    };
    let maintenance = cma.maintenance();
    assert!(!maintenance.find().await.unwrap().active);
    assert!(maintenance.activate(false).await.unwrap().active);
    assert!(maintenance.find().await.unwrap().active);
    assert!(maintenance.find().await.unwrap().active);
    assert!(!maintenance.deactivate().await.unwrap().active);
    assert!(!maintenance.find().await.unwrap().active);
    assert!(recording.0.borrow().is_empty());
}

#[tokio::test(flavor = "current_thread")]
async fn a_migration_with_its_ledger() {
    let Some((recording, cma)) =
        recorded("dato-migrate-forks-primary-env-and-runs-migrations.json")
    else {
        return;
    };
    let (main, sandbox) = (id("main"), id("foobar"));
    assert!(
        cma.environments()
            .list()
            .await
            .unwrap()
            .iter()
            .any(|found| found.primary && found.id == main)
    );
    let forking = cma
        .environments()
        .fork(&main, &sandbox, ForkOptions::default())
        .await
        .unwrap();
    let Forking::Job(job) = forking else {
        panic!("{forking:?}")
    };
    cma.environments().forked(&main, &job).await.unwrap();

    // The recorder did not keep `X-Environment`, so the rest looks as if it went to primary.
    let content = cma.primary();
    assert_eq!(
        content.item_types().find_optional("schema_migration").await,
        Ok(None)
    );
    let ledger = content
        .item_types()
        .create(&model("Schema migration", "schema_migration"))
        .await
        .unwrap();
    let name = NewField {
        id: None,
        label: "Migration file name".to_owned(),
        api_key: "name".to_owned(),
        field_type: "string".to_owned(),
        validators: json!({ "required": {} }),
    };
    assert_eq!(
        content
            .fields()
            .create(&ledger.id, &name)
            .await
            .unwrap()
            .api_key,
        "name"
    );
    let done = content
        .items()
        .pages(ItemsQuery::of_type(&ledger.id))
        .collect()
        .await
        .unwrap();
    assert_eq!(done, []);
    content
        .item_types()
        .create(&model("Article", "article"))
        .await
        .unwrap();
    let attributes = Map::from_iter([("name".to_owned(), json!("0000_foobar.js"))]);
    let entry = NewItem {
        id: None,
        item_type: ledger.id.clone(),
        attributes,
    };
    let entry = content.items().create(&entry).await.unwrap();
    assert_eq!(
        (entry.item_type, entry.status),
        (ledger.id, ItemStatus::Published)
    );
    assert!(
        entry
            .current_version
            .is_some_and(|version| version.parse::<u64>().is_ok())
    );
    assert_eq!(
        content.item_types().find("article").await.unwrap().name,
        "Article"
    );
    assert!(recording.0.borrow().is_empty());
}

fn model(name: &str, api_key: &str) -> NewItemType {
    NewItemType {
        id: None,
        name: name.to_owned(),
        api_key: api_key.to_owned(),
        draft_mode_active: false,
        skip_menu_item_creation: false,
    }
}

/// Whether everything in `part` is in `whole`: newer clients say more.
fn includes(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|found| includes(found, value))),
        (whole, part) => whole == part,
    }
}
