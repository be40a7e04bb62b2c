//! What the CMS said about the environment being viewed, as one immutable value:
//! whoever reads it sees one user in one environment, never a mixture.

mod load;
mod provider;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use yew::Reducible;

use crate::api::{ApiError, Client, Resource};

pub(crate) use provider::{WorkspaceContext, WorkspaceProvider, use_workspace};

/// A user's view of one environment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Workspace {
    /// The API as the signed-in user, for what belongs to the whole project.
    pub(crate) client: Client,
    /// The signed-in user, as plugins see it.
    pub(crate) user: Resource,
    /// The user's role, with `meta.final_permissions`.
    pub(crate) role: Resource,
    /// The project.
    pub(crate) site: Resource,
    /// Who owns the project.
    pub(crate) owner: Value,
    /// Every environment the user may enter.
    pub(crate) environments: Vec<Environment>,
    /// The one being viewed.
    pub(crate) environment: String,
    /// The one named in the address; none when the view follows the primary.
    pub(crate) named: Option<String>,
    /// Whether the primary is read-only.
    pub(crate) maintenance: bool,
    /// All models and block models.
    pub(crate) item_types: Vec<Resource>,
    /// The navigation of the content area.
    pub(crate) menu: Vec<Resource>,
    /// The plugins installed in the environment.
    pub(crate) plugins: Vec<Resource>,
    /// The fields loaded so far, by id.
    pub(crate) fields: BTreeMap<String, Resource>,
    /// The fieldsets loaded so far, by id.
    pub(crate) fieldsets: BTreeMap<String, Resource>,
    /// The users loaded so far, by id; always the signed-in one.
    pub(crate) users: BTreeMap<String, Resource>,
    /// Grows when a person goes to another environment or signs in as another user.
    /// Plugins are loaded anew then, but not when a promote moves the primary.
    pub(crate) visit: u32,
}

impl Workspace {
    /// Whether the environment being viewed is the primary.
    pub(crate) fn is_primary(&self) -> bool {
        self.primary() == Some(self.environment.as_str())
    }

    /// The primary environment, when the user may see it.
    pub(crate) fn primary(&self) -> Option<&str> {
        self.environments
            .iter()
            .find(|each| each.primary)
            .map(|each| each.id.as_str())
    }

    /// Whether the user's role, inheritance resolved, has a flag such as `can_edit_schema`.
    pub(crate) fn may(&self, flag: &str) -> bool {
        let permissions = self.role.meta.get("final_permissions");
        permissions
            .and_then(|all| all.get(flag))
            .and_then(Value::as_bool)
            .unwrap_or_default()
    }

    /// A model by id or API key.
    pub(crate) fn item_type(&self, id: &str) -> Option<&Resource> {
        self.item_types
            .iter()
            .find(|each| each.id == id || each.text("api_key") == id)
    }

    /// An installed plugin by id.
    pub(crate) fn plugin(&self, id: &str) -> Option<&Resource> {
        self.plugins.iter().find(|each| each.id == id)
    }

    /// The loaded fields of a model in the order of its form.
    pub(crate) fn fields_of(&self, item_type: &str) -> Vec<&Resource> {
        let fields = self.fields.values();
        let mut fields: Vec<_> = fields
            .filter(|field| field.link("item_type") == Some(item_type))
            .collect();
        fields.sort_by_key(|field| field.attribute("position").as_i64());
        fields
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Schema {
                item_types,
                menu,
                plugins,
            } => {
                self.item_types = item_types;
                self.menu = menu;
                self.plugins = plugins;
            }
            News::Fields { item_type, fields } => {
                self.fields
                    .retain(|_, field| field.link("item_type") != Some(&item_type));
                self.fields.extend(by_id(fields));
            }
            News::Fieldsets(fieldsets) => self.fieldsets.extend(by_id(fieldsets)),
            News::Plugin(plugin) => {
                for known in self
                    .plugins
                    .iter_mut()
                    .filter(|known| known.id == plugin.id)
                {
                    known.clone_from(&*plugin);
                }
            }
        }
    }

    /// The same view, knowing more fields.
    pub(crate) fn with_fields(&self, fields: Vec<Resource>) -> Self {
        let mut known = self.clone();
        known.fields.extend(by_id(fields));
        known
    }

    /// The project's content locales, the default first.
    pub(crate) fn locales(&self) -> Vec<&str> {
        let locales = self.site.attribute("locales").as_array();
        locales
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}

/// An environment of the project.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Environment {
    /// Its id, which is its name.
    pub(crate) id: String,
    /// Whether it is the live one.
    pub(crate) primary: bool,
    /// What is being done to it.
    pub(crate) status: EnvironmentStatus,
    /// What it was copied from.
    pub(crate) forked_from: Option<String>,
    /// When it was made, ISO 8601.
    pub(crate) created_at: String,
    /// When its content or schema last changed, ISO 8601.
    pub(crate) last_data_change_at: String,
}

/// What is being done to an environment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum EnvironmentStatus {
    /// It is being copied; percent done, when the server says.
    Creating(Option<f64>),
    /// It can be used.
    Ready,
    /// It is going away.
    Destroying,
}

impl Environment {
    /// Reads the API's entity.
    pub(crate) fn of(entity: &Resource) -> Self {
        let text = |key: &str| entity.meta_text(key).unwrap_or_default().to_owned();
        Self {
            id: entity.id.clone(),
            primary: entity
                .meta
                .get("primary")
                .and_then(Value::as_bool)
                .unwrap_or_default(),
            status: match entity.meta_text("status") {
                Some("creating") => EnvironmentStatus::Creating(
                    entity
                        .meta
                        .get("fork_completion_percentage")
                        .and_then(Value::as_f64),
                ),
                Some("destroying") => EnvironmentStatus::Destroying,
                Some(_) | None => EnvironmentStatus::Ready,
            },
            forked_from: entity.meta_text("forked_from").map(str::to_owned),
            created_at: text("created_at"),
            last_data_change_at: text("last_data_change_at"),
        }
    }
}

/// The workspace and how it is doing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Store {
    /// The view, once there is one.
    pub(crate) current: Option<Rc<Workspace>>,
    /// Why the place asked for could not be opened.
    pub(crate) problem: Option<ApiError>,
    /// Whether the last look at the server brought no answer.
    pub(crate) offline: bool,
}

/// What happened to the workspace.
pub(crate) enum Change {
    /// A view was loaded.
    Loaded(Box<Workspace>),
    /// A view could not be loaded.
    Failed(ApiError),
    /// The address names the environment differently, but it is the same.
    Named(Option<String>),
    /// The project was looked at again.
    Observed {
        environments: Vec<Environment>,
        maintenance: bool,
    },
    /// The project could not be looked at.
    Unreachable,
    /// Users were read.
    Users(Vec<Resource>),
    /// Something in an environment was read again or changed.
    Within { environment: String, news: News },
}

/// What an environment has to say. Answers may arrive after the person has gone to
/// another environment, where they mean nothing.
pub(crate) enum News {
    /// Models, navigation and plugins.
    Schema {
        item_types: Vec<Resource>,
        menu: Vec<Resource>,
        plugins: Vec<Resource>,
    },
    /// The fields of a model, all of them.
    Fields {
        item_type: String,
        fields: Vec<Resource>,
    },
    /// Fieldsets of a model.
    Fieldsets(Vec<Resource>),
    /// A plugin that was changed.
    Plugin(Box<Resource>),
}

impl Reducible for Store {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let next = self.after(change);
        // The poll mostly brings no news; then nobody needs to draw.
        if next == *self { self } else { Rc::new(next) }
    }
}

impl Store {
    fn after(&self, change: Change) -> Self {
        let mut next = self.clone();
        match change {
            Change::Loaded(workspace) => {
                let mut workspace = *workspace;
                workspace.visit = self.current.as_ref().map_or(0, |previous| {
                    let other_user = previous.user.id != workspace.user.id;
                    let moved = previous.named != workspace.named
                        && previous.environment != workspace.environment;
                    previous.visit + u32::from(other_user || moved)
                });
                return Self {
                    current: Some(Rc::new(workspace)),
                    ..Self::default()
                };
            }
            Change::Failed(error) => next.problem = Some(error),
            Change::Unreachable => next.offline = true,
            Change::Named(named) => {
                next.problem = None;
                next.edit(|workspace| workspace.named = named);
            }
            Change::Observed {
                environments,
                maintenance,
            } => {
                next.offline = false;
                next.edit(|workspace| {
                    workspace.environments = environments;
                    workspace.maintenance = maintenance;
                });
            }
            Change::Users(users) => next.edit(|workspace| workspace.users.extend(by_id(users))),
            Change::Within { environment, news } => next.edit(|workspace| {
                if workspace.environment == environment {
                    workspace.hear(news);
                }
            }),
        }
        next
    }

    fn edit(&mut self, edit: impl FnOnce(&mut Workspace)) {
        if let Some(current) = &mut self.current {
            edit(Rc::make_mut(current));
        }
    }
}

fn by_id(resources: Vec<Resource>) -> impl Iterator<Item = (String, Resource)> {
    resources.into_iter().map(|each| (each.id.clone(), each))
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// A resource from JSON.
    pub(crate) fn resource(json: Value) -> Resource {
        serde_json::from_value(json).unwrap()
    }

    fn environment(id: &str, primary: bool) -> Environment {
        Environment::of(&resource(json!({"type": "environment", "id": id,
            "meta": {"status": "ready", "primary": primary, "created_at": "", "last_data_change_at": ""}})))
    }

    /// A small project: primary `main`, sandbox `rel-7`, viewed as it says.
    pub(crate) fn workspace(user: &str, named: Option<&str>) -> Workspace {
        let token = serde_json::from_value(json!("secret")).unwrap();
        Workspace {
            client: Client::new("/cma", token),
            user: resource(json!({"type": "user", "id": user, "attributes": {"full_name": "Ada"}})),
            role: resource(
                json!({"type": "role", "id": "r1", "attributes": {"name": "Admin"},
                "meta": {"final_permissions": {"can_edit_schema": true}}}),
            ),
            site: resource(
                json!({"type": "site", "id": "1", "attributes": {"name": "Kiln", "locales": ["en", "it"]}}),
            ),
            owner: json!({"type": "organization", "id": "1", "attributes": {"name": "Kiln"}}),
            environments: vec![environment("main", true), environment("rel-7", false)],
            environment: named.unwrap_or("main").to_owned(),
            named: named.map(str::to_owned),
            maintenance: false,
            item_types: vec![resource(
                json!({"type": "item_type", "id": "m1", "attributes": {"api_key": "article"}}),
            )],
            menu: Vec::new(),
            plugins: vec![resource(
                json!({"type": "plugin", "id": "p1", "attributes": {
                "name": "Slipway", "url": "http://127.0.0.1:4001/", "permissions": [], "parameters": {}}}),
            )],
            fields: BTreeMap::new(),
            fieldsets: BTreeMap::new(),
            users: BTreeMap::new(),
            visit: 0,
        }
    }

    fn loaded(workspace: Workspace) -> Change {
        Change::Loaded(Box::new(workspace))
    }

    fn visits(changes: impl IntoIterator<Item = Change>) -> u32 {
        let store = changes
            .into_iter()
            .fold(Store::default(), |store, change| store.after(change));
        store.current.unwrap().visit
    }

    #[test]
    fn another_user_or_another_environment_is_another_visit() {
        assert_eq!(
            visits([loaded(workspace("1", None)), loaded(workspace("2", None))]),
            1
        );
        assert_eq!(
            visits([
                loaded(workspace("1", None)),
                loaded(workspace("1", Some("rel-7")))
            ]),
            1
        );
    }

    #[test]
    fn a_promote_under_the_person_s_feet_is_the_same_visit() {
        let promoted = Workspace {
            environment: "rel-7".into(),
            ..workspace("1", None)
        };
        assert_eq!(visits([loaded(workspace("1", None)), loaded(promoted)]), 0);
    }

    #[test]
    fn a_sandbox_that_became_primary_under_its_own_name_is_the_same_visit() {
        let changes = [
            loaded(workspace("1", Some("rel-7"))),
            Change::Observed {
                environments: vec![environment("main", false), environment("rel-7", true)],
                maintenance: true,
            },
            Change::Named(None),
        ];
        let store = changes
            .into_iter()
            .fold(Store::default(), |store, change| store.after(change));
        let workspace = store.current.unwrap();
        assert!(workspace.is_primary() && workspace.maintenance);
        assert_eq!((workspace.visit, &workspace.named), (0, &None));
    }

    #[test]
    fn news_of_an_environment_left_behind_is_not_heard() {
        let news = News::Schema {
            item_types: Vec::new(),
            menu: Vec::new(),
            plugins: Vec::new(),
        };
        let late = Change::Within {
            environment: "main".into(),
            news,
        };
        let store = Store::default()
            .after(loaded(workspace("1", Some("rel-7"))))
            .after(late);
        assert_eq!(store.current.unwrap().item_types.len(), 1);
    }

    #[test]
    fn no_news_is_the_same_value() {
        let store = Rc::new(Store::default().after(loaded(workspace("1", None))));
        let observed = Change::Observed {
            environments: vec![environment("main", true), environment("rel-7", false)],
            maintenance: false,
        };
        assert!(Rc::ptr_eq(&store.clone().reduce(observed), &store));
    }
}
