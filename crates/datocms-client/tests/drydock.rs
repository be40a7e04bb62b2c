//! The client against the real drydock router, in process: no socket, and time that moves only when the client waits.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use datocms_client::in_process::InProcess;
use datocms_client::{
    ApiError, Cda, Cma, EnvironmentId, EnvironmentStatus, ForkOptions, Forking, ItemStatus,
    ItemsQuery, NewField, NewItem, NewItemType, RawRequest, Scope, Timer, Token, Transport,
    TransportError,
};
use drydock::{Drydock, ManualClock, NoAnswer, Options, Project, RateLimit, Storage, Timestamp};
use http::{Method, Request, Response};
use serde_json::{Map, Value, json};

/// Client and server live by the same clock, which the client's waiting moves.
struct SharedTime {
    clock: ManualClock,
    start: Timestamp,
}

impl Timer for SharedTime {
    fn now(&self) -> Duration {
        self.clock.clock().now().since(self.start)
    }

    async fn sleep(&self, duration: Duration) {
        self.clock.advance(duration);
        // The copying of a fork runs in a thread of its own and needs a moment of the real world.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

/// Notes the status of every answer that passes.
struct Noting<T> {
    inner: T,
    statuses: Rc<RefCell<Vec<u16>>>,
}

impl<T: Transport> Transport for Noting<T> {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let answer = self.inner.send(request).await?;
        self.statuses.borrow_mut().push(answer.status().as_u16());
        Ok(answer)
    }
}

/// An empty project without a rate limit.
fn unlimited() -> Options {
    Options {
        rate_limit: None,
        project: Project::Blank,
        ..Options::default()
    }
}

struct World {
    drydock: Drydock,
    timer: Rc<SharedTime>,
    statuses: Rc<RefCell<Vec<u16>>>,
}

impl World {
    fn open(options: Options) -> Self {
        let start = Timestamp::from_millis(1_767_603_600_000);
        let clock = ManualClock::at(start);
        let options = Options {
            storage: Storage::InMemory,
            clock: clock.clock(),
            ..options
        };
        let drydock = Drydock::open(options).unwrap();
        Self {
            drydock,
            timer: Rc::new(SharedTime { clock, start }),
            statuses: Rc::default(),
        }
    }

    fn blank() -> Self {
        Self::open(unlimited())
    }

    /// The demo magazine.
    fn demo() -> Self {
        Self::open(Options {
            project: Project::Demo,
            ..unlimited()
        })
    }

    fn client(&self, token: &str) -> Client<impl Transport + use<>> {
        let router =
            InProcess::new(self.drydock.router()).losing(|marks| marks.get::<NoAnswer>().is_some());
        let transport = Noting {
            inner: router,
            statuses: self.statuses.clone(),
        };
        let token: Token = token.parse().unwrap();
        Cma::new(
            transport,
            self.timer.clone(),
            "http://drydock.test/cma".parse().unwrap(),
            token,
        )
    }

    fn admin(&self) -> Client<impl Transport + use<>> {
        self.client(&self.drydock.tokens().unwrap().full)
    }
}

type Client<T> = Cma<T, Rc<SharedTime>>;

fn id(name: &str) -> EnvironmentId {
    name.parse().unwrap()
}

async fn fork<T: Transport>(cma: &Client<T>, source: &str, new: &str) {
    match cma
        .environments()
        .fork(&id(source), &id(new), ForkOptions::default())
        .await
        .unwrap()
    {
        Forking::Job(job) => {
            let forked = cma.environments().forked(&id(source), &job).await.unwrap();
            assert_eq!(
                (forked.status, forked.forked_from.as_deref()),
                (EnvironmentStatus::Ready, Some(source))
            );
        }
        Forking::Environment(environment) => panic!("a job was expected: {environment:?}"),
    }
}

/// A model `article` with a string field `title`; gives its id.
async fn article<T: Transport>(scope: &Scope<T, Rc<SharedTime>>) -> String {
    let new = NewItemType {
        id: None,
        name: "Article".to_owned(),
        api_key: "article".to_owned(),
        draft_mode_active: false,
        skip_menu_item_creation: true,
    };
    let model = scope.item_types().create(&new).await.unwrap();
    let title = NewField {
        id: None,
        label: "Title".to_owned(),
        api_key: "title".to_owned(),
        field_type: "string".to_owned(),
        validators: json!({}),
    };
    assert_eq!(
        scope
            .fields()
            .create(&model.id, &title)
            .await
            .unwrap()
            .api_key,
        "title"
    );
    model.id
}

fn titled(title: &str) -> Map<String, Value> {
    Map::from_iter([("title".to_owned(), json!(title))])
}

fn record(item_type: &str, title: &str) -> NewItem {
    NewItem {
        id: None,
        item_type: item_type.to_owned(),
        attributes: titled(title),
    }
}

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
async fn a_slow_job_is_followed_to_its_end() {
    let world = World::open(Options {
        job_delay: Duration::from_secs(5),
        ..unlimited()
    });
    let cma = world.admin();
    article(&cma.primary()).await;
    assert!(
        world.statuses.borrow().contains(&404),
        "it was pending for a while"
    );
    assert_eq!(
        cma.primary()
            .item_types()
            .find("article")
            .await
            .unwrap()
            .name,
        "Article"
    );
}

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

#[tokio::test(flavor = "current_thread")]
async fn a_fork_whose_answer_is_lost_is_in_doubt_and_happened_once() {
    let fault = "POST /environments/*/fork:drop-answer*1".parse().unwrap();
    let world = World::open(Options {
        faults: vec![fault],
        ..unlimited()
    });
    let cma = world.admin();
    let lost = cma
        .environments()
        .fork(&id("main"), &id("rel-7"), ForkOptions::default())
        .await;
    assert!(
        matches!(&lost, Err(error @ ApiError::InDoubt { .. }) if error.outcome_is_unknown()),
        "{lost:?}"
    );
    let found = cma.environments().find(&id("rel-7")).await.unwrap();
    assert_eq!(found.forked_from.as_deref(), Some("main"));
    assert_eq!(cma.environments().list().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn trouble_that_passes_is_not_noticed() {
    let faults = [
        "GET /environments:503*2",
        "GET /site:drop-answer*1",
        "PUT /maintenance-mode/activate:transient*1",
    ];
    let faults = faults.map(|fault| fault.parse().unwrap()).to_vec();
    let world = World::open(Options {
        faults,
        ..unlimited()
    });
    let cma = world.admin();
    assert_eq!(cma.environments().list().await.unwrap().len(), 1);
    assert_eq!(cma.primary().site().find().await.unwrap().locales, ["en"]);
    assert!(cma.maintenance().activate(false).await.unwrap().active);
}

#[tokio::test(flavor = "current_thread")]
async fn a_long_read_stays_within_the_rate_limit() {
    let world = World::open(Options {
        rate_limit: Some(RateLimit {
            requests: 60,
            per: Duration::from_secs(3),
        }),
        ..unlimited()
    });
    let cma = world.admin();
    for _ in 0..200 {
        cma.maintenance().find().await.unwrap();
    }
    let statuses = world.statuses.borrow();
    assert_eq!(
        (
            statuses.len(),
            statuses.iter().filter(|status| **status == 429).count()
        ),
        (200, 0)
    );
    let elapsed = world.timer.now();
    assert!(
        elapsed >= Duration::from_secs(9) && elapsed < Duration::from_secs(12),
        "{elapsed:?}"
    );
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
