//! The project that every test begins with: one model, `note`, and one record in it; what is planned there, and what it
//! looks like from outside.

use datocms_client::{EnvironmentId, ItemsQuery, NewField, NewItem, NewItemType};
use serde_json::{Map, Value, json};
use slipway_release::{Digest, Plan, PlannedScript};

use super::{Act, TestEngine, World};

impl World {
    /// Makes the model and the record.
    pub(super) async fn furnish(&mut self) {
        let scope = self.cma().primary();
        let model = scope
            .item_types()
            .create(&NewItemType {
                id: None,
                name: "Note".to_owned(),
                api_key: "note".to_owned(),
                draft_mode_active: false,
                skip_menu_item_creation: true,
            })
            .await
            .unwrap();
        let title = NewField {
            id: None,
            label: "Title".to_owned(),
            api_key: "title".to_owned(),
            field_type: "string".to_owned(),
            validators: json!({}),
        };
        scope.fields().create(&model.id, &title).await.unwrap();
        let record = scope
            .items()
            .create(&NewItem {
                id: None,
                item_type: model.id.clone(),
                attributes: titled("First"),
            })
            .await
            .unwrap();
        self.note = model.id;
        self.record = record.id;
        self.pass(60_000);
    }

    /// A script that creates a record, so that something can be told apart afterwards.
    pub(crate) fn creates_a_note(&self, title: &str) -> Act {
        let body = json!({ "data": {
            "type": "item",
            "attributes": { "title": title },
            "relationships": { "item_type": { "data": { "type": "item_type", "id": self.note } } },
        }});
        Act::Call("POST", "/items".to_owned(), Some(body))
    }

    /// Two scripts that each create a note.
    pub(crate) fn with_two_scripts(mut self) -> Self {
        let (one, two) = (self.creates_a_note("one"), self.creates_a_note("two"));
        self.scripts.insert("1_one.ts".to_owned(), vec![one]);
        self.scripts.insert("2_two.ts".to_owned(), vec![two]);
        self
    }

    pub(crate) fn plan(&self, engine: &TestEngine) -> Plan {
        Plan {
            id: engine.new_release_id(),
            title: "Test release".to_owned(),
            source: id("main"),
            sandbox: id("rel-1"),
            scripts: self
                .scripts
                .keys()
                .map(|name| PlannedScript {
                    name: name.clone(),
                    sha256: Digest::of(name.as_bytes()),
                    imports: None,
                })
                .collect(),
            ledger_model: "schema_migration".to_owned(),
            consents: Vec::new(),
            downloads: Vec::new(),
            limits: slipway_release::Limits::default(),
            estimate: None,
        }
    }

    /// The titles of the notes in an environment, sorted.
    pub(crate) async fn notes(&self, environment: &str) -> Vec<String> {
        self.texts(environment, "note", "title").await
    }

    /// The ledger of an environment, sorted.
    pub(crate) async fn ledger(&self, environment: &str) -> Vec<String> {
        self.texts(environment, "schema_migration", "name").await
    }

    async fn texts(&self, environment: &str, model: &str, field: &str) -> Vec<String> {
        let items = self
            .cma()
            .environment(&id(environment))
            .items()
            .pages(ItemsQuery::of_type(model))
            .collect()
            .await
            .unwrap();
        let mut texts: Vec<String> = items
            .iter()
            .map(|item| item.attributes[field].as_str().unwrap().to_owned())
            .collect();
        texts.sort();
        texts
    }

    /// Somebody changes the first note in an environment.
    pub(crate) async fn edit(&self, environment: &str, title: &str) {
        self.cma()
            .environment(&id(environment))
            .items()
            .update(&self.record, &titled(title), None)
            .await
            .unwrap();
    }

    pub(crate) async fn is_frozen(&self) -> bool {
        self.cma().maintenance().find().await.unwrap().active
    }

    pub(crate) async fn primary(&self) -> String {
        let environments = self.cma().environments().list().await.unwrap();
        let primary = environments.into_iter().find(|found| found.primary);
        primary.unwrap().id.to_string()
    }

    pub(crate) async fn environments(&self) -> Vec<String> {
        let environments = self.cma().environments().list().await.unwrap();
        let mut names: Vec<String> = environments
            .into_iter()
            .map(|found| found.id.to_string())
            .collect();
        names.sort();
        names
    }
}

pub(crate) fn id(name: &str) -> EnvironmentId {
    name.parse().unwrap()
}

pub(crate) fn titled(title: &str) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("title".to_owned(), title.into());
    attributes
}
