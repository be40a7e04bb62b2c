//! A drydock in process, clients of it, and the clock they share.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use datocms_client::in_process::InProcess;
use datocms_client::{
    Cma, EnvironmentId, EnvironmentStatus, ForkOptions, Forking, NewField, NewItem, NewItemType,
    Scope, Timer, Token, Transport, TransportError,
};
use drydock::{Drydock, FaultId, ManualClock, NoAnswer, Options, Project, Storage, Timestamp};
use http::{Request, Response};
use serde_json::{Map, Value, json};

/// Client and server live by the same clock, which the client's waiting moves.
pub(crate) struct SharedTime {
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
    pub(crate) statuses: Rc<RefCell<Vec<u16>>>,
}

impl<T: Transport> Transport for Noting<T> {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let answer = self.inner.send(request).await?;
        self.statuses.borrow_mut().push(answer.status().as_u16());
        Ok(answer)
    }
}

/// An empty project without a rate limit.
pub(crate) fn unlimited() -> Options {
    Options {
        rate_limit: None,
        project: Project::Blank,
        ..Options::default()
    }
}

pub(crate) struct World {
    pub(crate) drydock: Drydock,
    pub(crate) timer: Rc<SharedTime>,
    pub(crate) statuses: Rc<RefCell<Vec<u16>>>,
}

impl World {
    pub(crate) fn open(options: Options) -> Self {
        Self::open_with_skew(options, 0)
    }

    /// Makes the server fail from now on.
    pub(crate) fn fail(&self, fault: &str) -> FaultId {
        self.drydock.faults().add(fault.parse().unwrap())
    }

    /// A project on a server whose clock is this many seconds ahead of the client's.
    pub(crate) fn open_with_skew(options: Options, seconds: i64) -> Self {
        let start = Timestamp::from_millis(1_767_603_600_000);
        let clock = ManualClock::at(start);
        let options = Options {
            storage: Storage::InMemory,
            clock: clock.clock().skewed(seconds),
            ..options
        };
        let drydock = Drydock::open(options).unwrap();
        Self {
            drydock,
            timer: Rc::new(SharedTime { clock, start }),
            statuses: Rc::default(),
        }
    }

    pub(crate) fn blank() -> Self {
        Self::open(unlimited())
    }

    /// The demo magazine.
    pub(crate) fn demo() -> Self {
        Self::open(Options {
            project: Project::Demo,
            ..unlimited()
        })
    }

    pub(crate) fn client(&self, token: &str) -> Client<impl Transport + use<>> {
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

    pub(crate) fn admin(&self) -> Client<impl Transport + use<>> {
        self.client(&self.drydock.tokens().unwrap().full)
    }
}

pub(crate) type Client<T> = Cma<T, Rc<SharedTime>>;

pub(crate) fn id(name: &str) -> EnvironmentId {
    name.parse().unwrap()
}

pub(crate) async fn fork<T: Transport>(cma: &Client<T>, source: &str, new: &str) {
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
pub(crate) async fn article<T: Transport>(scope: &Scope<T, Rc<SharedTime>>) -> String {
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

pub(crate) fn titled(title: &str) -> Map<String, Value> {
    Map::from_iter([("title".to_owned(), json!(title))])
}

pub(crate) fn record(item_type: &str, title: &str) -> NewItem {
    NewItem {
        id: None,
        item_type: item_type.to_owned(),
        attributes: titled(title),
    }
}
