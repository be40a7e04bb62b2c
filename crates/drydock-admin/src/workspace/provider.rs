//! Keeps the workspace true: loads it when the user or the address changes, and
//! looks at the project again every few seconds, because others change it too.

use std::rc::Rc;

use gloo_timers::callback::Interval;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::{Change, News, Store, Workspace, load};
use crate::api::{ApiError, Client, Resource};
use crate::router::{Page, Router, WrapperProps, use_router};
use crate::session::use_session;
use crate::shell::Stranded;

/// Milliseconds between two looks at the project. A look costs two requests of the
/// sixty the API allows in three seconds.
const POLL_INTERVAL: u32 = 4_000;

/// The workspace as components use it.
#[derive(Clone, PartialEq)]
pub(crate) struct WorkspaceContext {
    /// The view.
    pub(crate) now: Rc<Workspace>,
    /// Whether the server is silent.
    pub(crate) offline: bool,
    store: UseReducerHandle<Store>,
}

impl WorkspaceContext {
    /// The API for what lives in the environment being viewed.
    pub(crate) fn here(&self) -> Client {
        self.now.client.in_environment(&self.now.environment)
    }

    /// The API for what belongs to the project.
    pub(crate) fn project(&self) -> &Client {
        &self.now.client
    }

    /// Looks at the project now: after a write of our own, nobody should wait for the poll.
    pub(crate) fn refresh(&self) {
        spawn_local(observe(self.now.client.clone(), self.store.clone()));
    }

    fn hear(&self, news: News) {
        let environment = self.now.environment.clone();
        self.store.dispatch(Change::Within { environment, news });
    }

    /// Reads a model's fields.
    pub(crate) async fn load_fields(&self, item_type: &str) -> Result<Vec<Resource>, ApiError> {
        let fields = self
            .here()
            .get(&format!("/item-types/{item_type}/fields"))
            .await?
            .many()?;
        self.hear(News::Fields {
            item_type: item_type.to_owned(),
            fields: fields.clone(),
        });
        Ok(fields)
    }

    /// Reads a model's fieldsets.
    pub(crate) async fn load_fieldsets(&self, item_type: &str) -> Result<Vec<Resource>, ApiError> {
        let path = format!("/item-types/{item_type}/fieldsets");
        let fieldsets = self.here().get(&path).await?.many()?;
        self.hear(News::Fieldsets(fieldsets.clone()));
        Ok(fieldsets)
    }

    /// Reads the project's users.
    pub(crate) async fn load_users(&self) -> Result<Vec<Resource>, ApiError> {
        let users = self.now.client.get("/users").await?.many()?;
        self.store.dispatch(Change::Users(users.clone()));
        Ok(users)
    }

    /// Changes attributes of a plugin's installation in this environment.
    pub(crate) async fn update_plugin(
        &self,
        id: &str,
        attributes: serde_json::Value,
    ) -> Result<Resource, ApiError> {
        let body =
            serde_json::json!({"data": {"type": "plugin", "id": id, "attributes": attributes}});
        let plugin = self
            .here()
            .put(&format!("/plugins/{id}"), Some(&body))
            .await?
            .one()?;
        self.hear(News::Plugin(Box::new(plugin.clone())));
        Ok(plugin)
    }
}

/// The workspace of the tree this component stands in.
#[hook]
pub(crate) fn use_workspace() -> WorkspaceContext {
    #[expect(
        clippy::expect_used,
        reason = "a tree without its providers is a programming error"
    )]
    use_context().expect("wrap the tree in <WorkspaceProvider>")
}

/// Loads the workspace and lends it to the tree below.
#[component]
pub(crate) fn WorkspaceProvider(props: &WrapperProps) -> Html {
    let (session, router) = (use_session(), use_router());
    let store = use_reducer(Store::default);
    let project = session.client();
    use_loading(&store, &project, &session.user.id, &router);
    use_polling(&store, &project, &session.user.id);
    use_schema_refresh(&store, &project);
    use_one_address_for_the_primary(&store, &router);

    let Some(now) = store.current.clone() else {
        return match &store.problem {
            Some(error) => html! { <Stranded error={error.clone()} /> },
            None => html! { <p class="splash" role="status">{ "Opening the project…" }</p> },
        };
    };
    // A place that could not be opened must not look like the one before it.
    if let Some(error) = &store.problem {
        return html! { <Stranded error={error.clone()} /> };
    }
    let context = WorkspaceContext {
        now,
        offline: store.offline,
        store,
    };
    html! {
        <ContextProvider<WorkspaceContext> context={context}>
            { props.children.clone() }
        </ContextProvider<WorkspaceContext>>
    }
}

/// Loads the view the user and the address ask for, unless it is the present one.
#[hook]
fn use_loading(store: &UseReducerHandle<Store>, project: &Client, user: &str, router: &Router) {
    let named = router.place.environment.clone();
    // Without a name the view follows the primary, so a promote is a reason to load.
    let primary = match (&named, &store.current) {
        (None, Some(current)) => current.primary().map(str::to_owned),
        (Some(_), _) | (None, None) => None,
    };
    use_effect_with((user.to_owned(), named, primary), {
        let (store, project) = (store.clone(), project.clone());
        move |(user, named, _)| {
            let outdated = Rc::new(std::cell::Cell::new(false));
            let here = store.current.as_ref().filter(|current| {
                let wanted = named.as_deref().or(current.primary());
                current.user.id == *user && wanted == Some(current.environment.as_str())
            });
            if here.is_some() {
                store.dispatch(Change::Named(named.clone()));
            } else {
                let (named, outdated) = (named.clone(), outdated.clone());
                spawn_local(async move {
                    let loaded = load::workspace(&project, named).await;
                    if outdated.get() {
                        return;
                    }
                    store.dispatch(match loaded {
                        Ok(workspace) => Change::Loaded(Box::new(workspace)),
                        Err(error) => Change::Failed(error),
                    });
                });
            }
            move || outdated.set(true)
        }
    });
}

#[hook]
fn use_polling(store: &UseReducerHandle<Store>, project: &Client, user: &str) {
    use_effect_with(user.to_owned(), {
        let (store, project) = (store.clone(), project.clone());
        move |_| {
            let interval = Interval::new(POLL_INTERVAL, move || {
                // A panel nobody looks at asks nothing.
                if !gloo_utils::document().hidden() {
                    spawn_local(observe(project.clone(), store.clone()));
                }
            });
            move || drop(interval)
        }
    });
}

async fn observe(project: Client, store: UseReducerHandle<Store>) {
    store.dispatch(match load::observe(&project).await {
        Ok((environments, maintenance)) => Change::Observed {
            environments,
            maintenance,
        },
        Err(_) => Change::Unreachable,
    });
}

/// Reads the schema again when the environment reports that its data changed.
#[hook]
fn use_schema_refresh(store: &UseReducerHandle<Store>, project: &Client) {
    let changed = store.current.as_ref().map(|current| {
        let here = current
            .environments
            .iter()
            .find(|each| each.id == current.environment);
        (
            current.environment.clone(),
            here.map(|each| each.last_data_change_at.clone()),
        )
    });
    let seen = use_mut_ref(|| None);
    use_effect_with(changed, {
        let (store, project) = (store.clone(), project.clone());
        move |changed| {
            let Some((environment, at)) = changed.clone() else {
                return;
            };
            let before = seen.borrow_mut().replace((environment.clone(), at.clone()));
            // A view just loaded is fresh; only news about the same one is news.
            if before.is_some_and(|(known, then)| known == environment && then != at) {
                spawn_local(async move {
                    let here = project.in_environment(&environment);
                    // What could not be read now is read at the next change.
                    if let Ok(news) = load::schema_news(&here).await {
                        store.dispatch(Change::Within { environment, news });
                    }
                });
            }
        }
    });
}

/// The primary has no prefix: a sandbox that became primary loses it.
#[hook]
fn use_one_address_for_the_primary(store: &UseReducerHandle<Store>, router: &Router) {
    let redundant = store.current.as_ref().is_some_and(|current| {
        current.is_primary() && router.place.environment.as_ref() == Some(&current.environment)
    });
    let gone = store.current.as_ref().is_some_and(|current| {
        let known = current
            .environments
            .iter()
            .any(|each| each.id == current.environment);
        !known && router.place.environment.as_ref() == Some(&current.environment)
    });
    let router = router.clone();
    use_effect_with((redundant, gone), move |(redundant, gone)| {
        if *redundant {
            router.replace(router.place.in_environment(None));
        } else if *gone {
            // Destroyed under our feet: the list of environments shows what is left.
            router.replace(Page::Environments.address(None));
        }
    });
}
