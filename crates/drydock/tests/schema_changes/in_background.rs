//! Records that are judged again while the server goes on: what is told of them meanwhile, and that it ends.

use std::path::Path;
use std::time::Duration;

use drydock::{Drydock, Options, Project, Storage};
use serde_json::{Value, json};

use crate::content::{document, field, item, model, set_locales, try_item, update};
use crate::support::process::Process;
use crate::support::{Dock, Reply};
use crate::{meta, valid};

/// How long a job lasts.
const DELAY: Duration = Duration::from_secs(10);
/// How long after it judging begins.
const PAUSE: Duration = Duration::from_secs(1);

/// A model with a published record, and a field that is about to be demanded.
struct Page {
    dock: Dock,
    model: String,
    field: String,
    item: String,
}

impl Page {
    async fn with(change: impl FnOnce(&mut Options)) -> Self {
        let dock = Dock::with(change);
        let page = model(&dock, "page", json!({})).await;
        let title = field(&dock, &page, "title", "string", json!({})).await;
        Self {
            item: item(&dock, &page, json!({})).await,
            field: title["id"].as_str().unwrap().to_owned(),
            model: page,
            dock,
        }
    }

    async fn slow() -> Self {
        Self::with(|options| options.job_delay = DELAY).await
    }

    /// Demands the field, and waits for the job's result.
    async fn demand(&self) {
        let validators = json!({"validators": {"required": {}}});
        let path = format!("/fields/{}", self.field);
        let body = document("field", validators);
        let job = self.dock.call("PUT", &path, Some(&body)).await;
        assert_eq!(self.dock.outcome(&job).await["status"], 200);
    }

    async fn verdicts(&self) -> [Value; 3] {
        let meta = meta(&self.dock, &self.item).await;
        [
            "is_current_version_valid",
            "is_published_version_valid",
            "is_valid",
        ]
        .map(|name| meta[name].clone())
    }
}

#[tokio::test]
async fn without_a_delay_everything_is_judged_before_the_answer() {
    let page = Page::with(|_| {}).await;
    page.demand().await;
    assert_eq!(
        page.verdicts().await,
        [json!(false), json!(false), json!(false)]
    );
}

#[tokio::test]
async fn until_they_are_judged_nobody_knows_which_records_are_valid() {
    let page = Page::slow().await;
    assert_eq!(
        page.verdicts().await,
        [json!(true), json!(true), json!(true)]
    );
    page.demand().await;
    // The last verdict stands where there must be one.
    assert_eq!(
        page.verdicts().await,
        [Value::Null, Value::Null, json!(true)]
    );
    assert_eq!(valid(&page.dock, &page.model).await, 0);
    for (filter, found) in [("eq]=true", 0), ("eq]=false", 0), ("exists]=false", 1)] {
        let path = format!(
            "/items?filter[type]={}&filter[fields][_is_valid][{filter}",
            page.model
        );
        let reply = page.dock.get(&path).await;
        assert_eq!(
            reply.body["meta"]["total_count"], found,
            "{filter}: {}",
            reply.body
        );
    }
    page.dock.clock.advance(DELAY);
    assert_eq!(
        page.verdicts().await,
        [json!(false), json!(false), json!(false)]
    );
}

#[tokio::test]
async fn meanwhile_they_take_no_writes() {
    let page = Page::slow().await;
    let Page {
        dock, model, item, ..
    } = &page;
    let versions = dock.get(&format!("/items/{item}/versions")).await;
    let version = versions.data()[0]["id"].as_str().unwrap().to_owned();
    let other = crate::content::model(dock, "other", json!({})).await;
    page.demand().await;

    let titled = json!({"title": "Now"});
    let one = json!([{"type": "item", "id": item}]);
    let bulk = json!({"data": {"type": "item_bulk_destroy_operation", "relationships": {"items": {"data": one}}}});
    let field = format!("/fields/{}", page.field);
    let renamed = document("field", json!({"label": "Name"}));
    let drafts = document("item_type", json!({"draft_mode_active": true}));
    let more = document(
        "field",
        json!({"label": "More", "api_key": "more", "field_type": "string"}),
    );
    let refused: [Reply; 12] = [
        try_item(dock, model, titled.clone()).await,
        update(dock, item, titled.clone()).await,
        dock.put(&format!("/items/{item}/publish")).await,
        dock.put(&format!("/items/{item}/unpublish")).await,
        dock.call(
            "POST",
            &format!("/items/{item}/validate"),
            Some(&json!({"data": {"type": "item", "id": item, "attributes": titled}})),
        )
        .await,
        // Jobs are refused before they are any.
        dock.call("DELETE", &format!("/items/{item}"), None).await,
        dock.call("POST", &format!("/items/{item}/duplicate"), None)
            .await,
        dock.call("POST", &format!("/versions/{version}/restore"), None)
            .await,
        dock.call("POST", "/items/bulk/destroy", Some(&bulk)).await,
        dock.call("PUT", &field, Some(&renamed)).await,
        dock.call("POST", &format!("/item-types/{model}/fields"), Some(&more))
            .await,
        dock.call("PUT", &format!("/item-types/{model}"), Some(&drafts))
            .await,
    ];
    for reply in &refused {
        assert_eq!(reply.brief(), "422 BATCH_DATA_VALIDATION_IN_PROGRESS");
        assert_eq!(reply.body["data"][0]["attributes"]["transient"], true);
        assert_eq!(reply.details()["item_type"], *model);
    }
    // Other models do not wait for this one.
    assert_eq!(try_item(dock, &other, json!({})).await.status, 201);
    dock.clock.advance(DELAY);
    assert_eq!(update(dock, item, titled).await.status, 200);
    assert_eq!(page.verdicts().await[0], true);
}

#[tokio::test]
async fn a_change_from_elsewhere_begins_again() {
    let page = Page::slow().await;
    let localized = json!({"localized": true});
    field(&page.dock, &page.model, "name", "string", localized).await;
    page.demand().await;
    page.dock.clock.advance(PAUSE / 2);
    let site = document("site", json!({"locales": ["en", "it"]}));
    page.dock.call("PUT", "/site", Some(&site)).await;
    page.dock.clock.advance(PAUSE);
    assert_eq!(page.verdicts().await[0], Value::Null);
    page.dock.clock.advance(DELAY);
    assert_eq!(page.verdicts().await[0], false);
}

#[tokio::test]
async fn what_makes_no_record_invalid_puts_none_in_doubt() {
    let page = Page::slow().await;
    field(&page.dock, &page.model, "subtitle", "string", json!({})).await;
    let path = format!("/fields/{}", page.field);
    let body = document("field", json!({"label": "Name", "api_key": "name"}));
    page.dock.call("PUT", &path, Some(&body)).await;
    assert_eq!(page.verdicts().await[0], true);
    set_locales(&page.dock, &["en", "it"]).await;
    assert_eq!(page.verdicts().await[0], true);
}

#[tokio::test]
async fn whoever_excludes_what_is_invalid_waits_too() {
    let page = Page::slow().await;
    page.demand().await;
    let ask = async |strict: bool| {
        let authorization = format!("Bearer {}", page.dock.tokens.full);
        let mut headers = vec![
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        headers.extend(strict.then_some(("x-exclude-invalid", "true")));
        let query = json!({"query": "{ allPages { title } }"});
        let reply = page
            .dock
            .raw("POST", "/graphql", &headers, Some(&query))
            .await;
        reply.body
    };
    let message = ask(true).await["errors"][0]["message"].clone();
    assert!(
        message.as_str().unwrap().contains("model page"),
        "{message}"
    );
    let untitled = json!({"data": {"allPages": [{"title": null}]}});
    assert_eq!(ask(false).await, untitled);
    page.dock.clock.advance(DELAY);
    assert_eq!(ask(true).await, json!({"data": {"allPages": []}}));
}

#[tokio::test]
async fn a_fork_takes_its_doubts_along() {
    let page = Page::slow().await;
    page.demand().await;
    let fork = page.dock.fork("main", "sandbox", "").await;
    let in_fork = async || {
        let path = format!("/items/{}", page.item);
        let token = &page.dock.tokens.full;
        page.dock
            .call_as(token, Some("sandbox"), "GET", &path, None)
            .await
    };
    assert_eq!(page.dock.outcome(&fork).await["status"], 201);
    page.dock.clock.advance(DELAY);
    let reply = in_fork().await;
    assert_eq!(
        reply.data()["meta"]["is_current_version_valid"],
        false,
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn more_records_than_one_call_judges_are_judged_by_several() {
    let page = Page::slow().await;
    for _ in 0..2_100 {
        item(&page.dock, &page.model, json!({"title": "Filled in"})).await;
    }
    page.demand().await;
    page.dock.clock.advance(DELAY);
    let mut counted = Vec::new();
    while counted.last() != Some(&2_100) {
        let found = valid(&page.dock, &page.model).await.as_u64().unwrap();
        assert!(counted.last() < Some(&found), "{counted:?} {found}");
        counted.push(found);
    }
    assert!(counted.len() > 2, "{counted:?}");
    assert_eq!(page.verdicts().await[0], false);
}

/// The server's own clock does not matter: what a killed server leaves behind is due at once.
#[test]
fn a_killed_server_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let places = ["--data", directory.path().to_str().unwrap()];
    let first = Process::start(&places);
    let created = |answer: String| body_of(&answer)["data"]["id"].as_str().unwrap().to_owned();
    let model = created(first.call(
        "POST",
        "/item-types",
        &document("item_type", json!({"name": "Page", "api_key": "page"})).to_string(),
    ));
    let field = json!({"label": "Title", "api_key": "title", "field_type": "string"});
    let job = created(first.call(
        "POST",
        &format!("/item-types/{model}/fields"),
        &document("field", field).to_string(),
    ));
    let result = body_of(&first.call("GET", &format!("/job-results/{job}"), ""));
    let field = result["data"]["attributes"]["payload"]["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let item = created(first.call(
        "POST",
        "/items",
        &crate::content::new_item(&model, json!({})).to_string(),
    ));
    drop(first);

    let slow = [&places[..], &["--job-delay", "600000"]].concat();
    let second = Process::start(&slow);
    let validators = json!({"data": {"type": "field", "id": field, "attributes": {"validators": {"required": {}}}}});
    let answer = second.call("PUT", &format!("/fields/{field}"), &validators.to_string());
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
    let verdict = |server: &Process| {
        let found = server.read("main", &format!("/items/{item}"));
        found["data"]["meta"]["is_current_version_valid"].clone()
    };
    assert_eq!(verdict(&second), Value::Null);
    second.kill();

    assert_eq!(verdict(&Process::start(&slow)), false);
}

fn body_of(answer: &str) -> Value {
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// A server that is opened again over what another one left undone.
#[tokio::test]
async fn a_server_that_is_opened_again_judges_at_its_first_call() {
    let directory = tempfile::tempdir().unwrap();
    let stored = |options: &mut Options, at: &Path| {
        options.storage = Storage::Directory(at.to_owned());
        options.project = Project::Blank;
        options.job_delay = DELAY;
    };
    let page = Page::with(|options| stored(options, directory.path())).await;
    page.demand().await;
    assert_eq!(page.verdicts().await[0], Value::Null);
    let Page { dock, item, .. } = page;
    let clock = dock.clock.clone();
    drop(dock);
    let mut options = Options {
        rate_limit: None,
        clock: clock.clock(),
        ..Options::default()
    };
    stored(&mut options, directory.path());
    let again = Dock::over(Drydock::open(options).unwrap(), clock);
    assert_eq!(meta(&again, &item).await["is_current_version_valid"], false);
}
