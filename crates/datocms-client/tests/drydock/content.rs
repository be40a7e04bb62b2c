//! Records and everything else an environment contains.

use datocms_client::in_process::InProcess;
use datocms_client::{ApiError, Cda, EnvironmentId, ItemStatus, ItemsQuery, RawRequest};
use http::Method;
use serde_json::{Map, Value, json};

use crate::support::{World, article, fork, id, record, titled};

#[tokio::test(flavor = "current_thread")]
async fn records_come_page_by_page() {
    let world = World::blank();
    let cma = world.admin();
    let items = cma.primary().items();
    let model = article(&cma.primary()).await;
    for n in 0..503 {
        items
            .create(&record(&model, &format!("Article {n}")))
            .await
            .unwrap();
    }
    let query = ItemsQuery {
        order_by: Some("id_ASC".to_owned()),
        ..ItemsQuery::of_type("article")
    };
    assert_eq!(items.count(&query).await, Ok(503));
    let mut pages = items.pages(query.clone());
    let mut ids = Vec::new();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await.unwrap() {
        sizes.push(page.items.len());
        ids.extend(page.items.into_iter().map(|item| item.id));
    }
    assert_eq!(sizes, [500, 3]);
    ids.dedup();
    assert_eq!(ids.len(), 503);

    let one = ItemsQuery {
        fields: json!({ "title": { "eq": "Article 7" } }),
        ..query
    };
    let found = items.pages(one).collect().await.unwrap();
    assert_eq!((found.len(), found[0].status), (1, ItemStatus::Published));
    let by_id = ItemsQuery {
        ids: ids[..2].to_vec(),
        ..ItemsQuery::default()
    };
    assert_eq!(items.count(&by_id).await, Ok(2));
}

#[tokio::test(flavor = "current_thread")]
async fn a_change_in_between_is_not_overwritten() {
    let world = World::blank();
    let cma = world.admin();
    let items = cma.primary().items();
    let model = article(&cma.primary()).await;
    let first = items.create(&record(&model, "One")).await.unwrap();
    let second = items
        .update(&first.id, &titled("Two"), first.current_version.as_deref())
        .await
        .unwrap();
    assert_ne!(first.current_version, second.current_version);
    let stale = items
        .update(
            &first.id,
            &titled("Three"),
            first.current_version.as_deref(),
        )
        .await;
    assert_eq!(
        stale,
        Err(ApiError::Stale {
            request: format!("PUT /items/{}", first.id)
        })
    );
    assert_eq!(
        items.find(&first.id).await.unwrap().attributes["title"],
        "Two"
    );
    let versions = items.versions(&first.id).await.unwrap();
    assert_eq!(
        versions
            .iter()
            .map(|version| version.is_current)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert!(versions[0].editor.is_some());
    items.destroy(&first.id).await.unwrap();
    assert_eq!(items.find_optional(&first.id).await, Ok(None));
}

#[tokio::test(flavor = "current_thread")]
async fn the_delivery_api_sees_what_was_written() {
    let world = World::blank();
    let cma = world.admin();
    let model = article(&cma.primary()).await;
    cma.primary()
        .items()
        .create(&record(&model, "One"))
        .await
        .unwrap();
    fork(&cma, "main", "rel-7").await;
    cma.environment(&id("rel-7"))
        .items()
        .create(&record(&model, "Two"))
        .await
        .unwrap();

    let token = world.drydock.tokens().unwrap().read.parse().unwrap();
    let endpoint = "http://drydock.test/graphql".parse().unwrap();
    let cda = Cda::new(
        InProcess::new(world.drydock.router()),
        world.timer.clone(),
        endpoint,
        token,
    );
    let count = async |environment: Option<&EnvironmentId>| {
        let answer = cda
            .query(
                environment,
                false,
                "{ _allArticlesMeta { count } }",
                &Map::new(),
            )
            .await
            .unwrap();
        assert_eq!(answer.errors, []);
        answer.data.unwrap()["_allArticlesMeta"]["count"].clone()
    };
    assert_eq!(count(None).await, 1);
    assert_eq!(count(Some(&id("rel-7"))).await, 2);
    let wrong = cda
        .query(None, true, "{ nonsense }", &Map::new())
        .await
        .unwrap();
    assert_eq!(wrong.errors.len(), 1, "{wrong:?}");
}

#[tokio::test(flavor = "current_thread")]
async fn every_list_is_understood() {
    let world = World::blank();
    let cma = world.admin();
    let roles = cma.roles().list().await.unwrap();
    assert!(
        roles
            .iter()
            .any(|role| role.permissions.has_content_access(&id("main"))),
        "{roles:?}"
    );
    assert_eq!(cma.roles().find(&roles[0].id).await.unwrap(), roles[0]);
    let limits = cma.subscription_limits().list().await.unwrap();
    let sandboxes = limits
        .iter()
        .find(|limit| limit.code == "sandbox_environments")
        .unwrap();
    assert!(
        sandboxes.has_room() && sandboxes.usage == 0,
        "{sandboxes:?}"
    );
    fork(&cma, "main", "rel-7").await;
    let limits = cma.subscription_limits().list().await.unwrap();
    assert_eq!(
        limits
            .iter()
            .find(|limit| limit.code == "sandbox_environments")
            .unwrap()
            .usage,
        1
    );
    assert_eq!(cma.primary().plugins().list().await, Ok(Vec::new()));

    let create = |path: &str, body: Value| {
        RawRequest::new(Method::POST, path)
            .unwrap()
            .with_body(body.to_string().into())
    };
    let trigger = json!({ "data": { "type": "build_trigger", "attributes": { "name": "Site", "adapter": "custom",
        "enabled": true, "adapter_settings": { "trigger_url": "http://127.0.0.1:9/" }, "frontend_url": null,
        "autotrigger_on_scheduled_publications": false, "indexing_enabled": false } } });
    let answer = cma.raw(create("/build-triggers", trigger)).await.unwrap();
    assert_eq!(
        answer.status,
        201,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    let triggers = cma.build_triggers().list().await.unwrap();
    assert_eq!(
        (
            triggers.len(),
            triggers[0].name.as_str(),
            triggers[0].enabled
        ),
        (1, "Site", true)
    );

    let plugin = json!({ "data": { "type": "plugin", "attributes": { "name": "Slipway", "url": "http://127.0.0.1:9/",
        "permissions": ["currentUserAccessToken"] } } });
    let answer = cma.raw(create("/plugins", plugin)).await.unwrap();
    assert_eq!(
        answer.status,
        201,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    let plugins = cma.primary().plugins().list().await.unwrap();
    assert_eq!(plugins[0].permissions, ["currentUserAccessToken"]);
}

#[tokio::test(flavor = "current_thread")]
async fn the_demo_project_is_understood() {
    let world = World::demo();
    let cma = world.admin();
    let users = cma.users().list().await.unwrap();
    assert!(
        users
            .iter()
            .all(|user| !user.name.is_empty() && user.email.contains('@')),
        "{users:?}"
    );
    assert!(!users.is_empty());
    let models = cma.primary().item_types().list().await.unwrap();
    assert!(
        models.iter().any(|model| model.modular_block)
            && models.iter().any(|model| !model.modular_block)
    );
    for model in &models {
        assert!(
            !cma.primary()
                .fields()
                .list(&model.id)
                .await
                .unwrap()
                .is_empty(),
            "{model:?}"
        );
    }
    let everything = cma
        .primary()
        .items()
        .pages(ItemsQuery::default())
        .collect()
        .await
        .unwrap();
    assert!(everything.len() >= 300, "{}", everything.len());
    let nested = ItemsQuery {
        nested: true,
        ..ItemsQuery::default()
    };
    let nested = cma.primary().items().pages(nested).collect().await.unwrap();
    assert_eq!(nested.len(), everything.len());
}
