//! Environments, maintenance, and who may do what.

use std::time::Duration;

use datocms_client::{ApiError, EnvironmentStatus, ForkOptions, Forking, RawRequest, Timer};
use drydock::Options;
use http::Method;
use serde_json::json;

use crate::support::{World, article, fork, id, record, titled, unlimited};

#[tokio::test(flavor = "current_thread")]
async fn the_cycle_of_an_environment() {
    let world = World::blank();
    let cma = world.admin();
    let environments = cma.environments();
    let listed = environments.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert!(listed[0].primary && listed[0].id == id("main"));

    fork(&cma, "main", "rel-7").await;
    let taken = environments
        .fork(&id("main"), &id("rel-7"), ForkOptions::default())
        .await;
    assert_eq!(
        taken,
        Err(ApiError::NameTaken {
            name: "rel-7".to_owned()
        })
    );

    assert!(environments.promote(&id("rel-7")).await.unwrap().primary);
    assert_eq!(
        environments.promote(&id("rel-7")).await,
        Err(ApiError::AlreadyPrimary)
    );
    assert!(!environments.find(&id("main")).await.unwrap().primary);
    assert!(environments.promote(&id("main")).await.unwrap().primary);

    assert_eq!(
        environments
            .rename(&id("rel-7"), &id("rel-8"))
            .await
            .unwrap()
            .id,
        id("rel-8")
    );
    assert_eq!(environments.find_optional(&id("rel-7")).await, Ok(None));
    let refused = environments.destroy(&id("main")).await;
    assert!(
        matches!(&refused, Err(ApiError::Rejected { code, .. }) if code == "CANNOT_DESTROY_PRIMARY_ENVIRONMENT"),
        "{refused:?}"
    );
    environments.destroy(&id("rel-8")).await.unwrap();
    assert_eq!(environments.list().await.unwrap().len(), 1);
}

#[tokio::test(flavor = "current_thread")]
async fn a_fork_that_returns_at_once_can_be_watched() {
    let world = World::open(Options {
        job_delay: Duration::from_secs(20),
        ..unlimited()
    });
    let cma = world.admin();
    let options = ForkOptions {
        immediate_return: true,
        fast: true,
        ..ForkOptions::default()
    };
    let forking = cma
        .environments()
        .fork(&id("main"), &id("rel-7"), options)
        .await
        .unwrap();
    let Forking::Environment(pending) = forking else {
        panic!("{forking:?}")
    };
    assert!(
        matches!(
            pending.status,
            EnvironmentStatus::Creating {
                percentage: Some(_)
            }
        ),
        "{pending:?}"
    );
    let busy = cma.environment(&id("rel-7")).item_types().list().await;
    assert!(
        matches!(&busy, Err(ApiError::Busy { code, .. }) if code == "ENVIRONMENT_NOT_READY"),
        "{busy:?}"
    );
    assert!(
        cma.environments()
            .find(&id("main"))
            .await
            .unwrap()
            .read_only_mode,
        "the source of a fast fork"
    );

    let mut seen = Vec::new();
    while let EnvironmentStatus::Creating { percentage } =
        cma.environments().find(&id("rel-7")).await.unwrap().status
    {
        seen.push(percentage.unwrap());
        world.timer.sleep(Duration::from_millis(10)).await;
    }
    assert!(
        seen.is_sorted()
            && seen
                .iter()
                .all(|percentage| (0.0..=100.0).contains(percentage)),
        "{seen:?}"
    );
    assert!(
        !cma.environments()
            .find(&id("main"))
            .await
            .unwrap()
            .read_only_mode
    );
}

#[tokio::test(flavor = "current_thread")]
async fn maintenance_freezes_primary_and_leaves_sandboxes_alone() {
    let world = World::blank();
    let cma = world.admin();
    let model = article(&cma.primary()).await;
    let item = cma
        .primary()
        .items()
        .create(&record(&model, "One"))
        .await
        .unwrap();
    fork(&cma, "main", "rel-7").await;

    let enter = RawRequest::new(
        Method::PUT,
        "/editing-sessions/6b0e6f0e-0000-4000-8000-000000000001",
    )
    .unwrap();
    let enter_body = json!({ "data": { "type": "editing_session_enter_item",
        "relationships": { "item": { "data": { "type": "item", "id": item.id } } } } });
    let answer = cma
        .raw(enter.with_body(enter_body.to_string().into_bytes()))
        .await
        .unwrap();
    assert!(answer.status.is_success(), "{answer:?}");
    assert_eq!(
        cma.maintenance().activate(false).await,
        Err(ApiError::ActiveEditingSessions)
    );
    let sessions = cma.editing_sessions().list().await.unwrap();
    assert_eq!(
        (sessions.len(), sessions[0].item.as_deref()),
        (1, Some(item.id.as_str()))
    );

    assert!(cma.maintenance().activate(true).await.unwrap().active);
    let frozen = cma
        .primary()
        .items()
        .update(&item.id, &titled("Two"), None)
        .await;
    assert_eq!(frozen, Err(ApiError::MaintenanceMode));
    let sandbox = cma.environment(&id("rel-7")).items();
    assert_eq!(
        sandbox
            .update(&item.id, &titled("Two"), None)
            .await
            .unwrap()
            .attributes["title"],
        "Two"
    );
    assert!(!cma.maintenance().deactivate().await.unwrap().active);
    assert_eq!(
        cma.primary()
            .items()
            .find(&item.id)
            .await
            .unwrap()
            .attributes["title"],
        "One"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_role_allows_what_it_allows() {
    let world = World::blank();
    let tokens = world.drydock.tokens().unwrap();
    let admin = world.client(&tokens.full).users().me().await.unwrap();
    assert!(
        admin.permissions.can_promote_environments && admin.permissions.can_manage_environments
    );

    let editor = world.client(&tokens.editor);
    let me = editor.users().me().await.unwrap();
    assert!(!me.permissions.can_promote_environments && me.role.is_some());
    let refused = editor.maintenance().activate(false).await;
    assert!(
        matches!(&refused, Err(ApiError::Forbidden { request, .. }) if request == "PUT /maintenance-mode/activate"),
        "{refused:?}"
    );

    let stranger = world.client("nobody").users().me().await;
    assert!(
        matches!(stranger, Err(ApiError::Unauthorized { .. })),
        "{stranger:?}"
    );
    let nowhere = world
        .admin()
        .environment(&id("gone"))
        .item_types()
        .list()
        .await;
    assert_eq!(
        nowhere,
        Err(ApiError::NotFound {
            what: "Environment `gone`".to_owned()
        })
    );
}
