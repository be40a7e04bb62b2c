//! What a server left in its databases, read with `SQLite` itself: not what the API says, but what is there.

use std::collections::BTreeMap;

use rusqlite::{Connection, OpenFlags};
use serde_json::{Map, Value, json};

use crate::{dump, shop};

/// The databases of a server that has ended, each found whole.
pub(crate) struct Stored {
    folder: tempfile::TempDir,
    /// What belongs to the whole project.
    pub(crate) project: Contents,
}

/// One of the databases.
pub(crate) struct Contents(Connection);

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredItem {
    pub(crate) id: String,
    /// What its current version says.
    pub(crate) current: Value,
    /// What its published version says, if it is published.
    pub(crate) published: Option<Value>,
    pub(crate) stage: Option<String>,
    pub(crate) position: Option<i64>,
    pub(crate) parent: Option<String>,
    pub(crate) valid: bool,
}

impl Stored {
    /// Opens what lies in the folder of a shop whose server has ended.
    pub(crate) fn open(folder: tempfile::TempDir) -> Self {
        let project = Contents::open(&folder, "project");
        Self { folder, project }
    }

    /// Ids of the environments that are ready, the primary one marked with a star.
    pub(crate) fn environments(&self) -> String {
        let star = "SELECT id || CASE is_primary WHEN 1 THEN '*' ELSE '' END FROM environments \
                    WHERE status = 'ready' ORDER BY seq";
        self.project.column(star, &[]).join(" ")
    }

    /// The database of an environment.
    pub(crate) fn environment(&self, id: &str) -> Contents {
        let of = "SELECT file FROM environments WHERE id = ?1";
        let files = self.project.column(of, &[id]);
        let [file] = files.as_slice() else {
            panic!("there is no environment `{id}` but {}", self.environments())
        };
        Contents::open(&self.folder, file)
    }

    /// Everything in the project and one of its environments, as lines that two runs of the same work share.
    pub(crate) fn dump(&self, environment: &str) -> Vec<String> {
        dump::lines(&[&self.project.0, &self.environment(environment).0], &[])
    }
}

impl Contents {
    fn open(folder: &tempfile::TempDir, name: &str) -> Self {
        let file = shop::data(folder.path()).join(format!("{name}.sqlite"));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = Connection::open_with_flags(&file, flags)
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let contents = Self(connection);
        assert_eq!(contents.column("PRAGMA integrity_check", &[]), ["ok"]);
        contents
    }

    fn column(&self, sql: &str, parameters: &[&str]) -> Vec<String> {
        let mut statement = self.0.prepare(sql).unwrap();
        let parameters = rusqlite::params_from_iter(parameters);
        let rows = statement.query_map(parameters, |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// Everything of a kind (a JSON:API type), oldest first: `id`, `attributes`, `relationships`.
    pub(crate) fn entities(&self, kind: &str) -> Vec<Value> {
        let sql = "SELECT id, attributes, relationships FROM entities WHERE kind = ?1 ORDER BY seq";
        let mut statement = self.0.prepare(sql).unwrap();
        let rows = statement.query_map([kind], |row| {
            let (id, attributes, relationships): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            Ok(json!({"id": id, "attributes": parsed(&attributes), "relationships": parsed(&relationships)}))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// One attribute of everything of a kind, oldest first.
    pub(crate) fn attributes(&self, kind: &str, attribute: &str) -> Vec<String> {
        let entities = self.entities(kind);
        let values = entities
            .iter()
            .map(|entity| &entity["attributes"][attribute]);
        values
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect()
    }

    /// The one thing of a kind with this attribute.
    pub(crate) fn entity(&self, kind: &str, attribute: &str, value: &str) -> Value {
        let mut entities = self.entities(kind);
        entities.retain(|entity| entity["attributes"][attribute] == value);
        match entities.as_slice() {
            [entity] => entity.clone(),
            found => panic!("{} of kind {kind} have {attribute} `{value}`", found.len()),
        }
    }

    /// How many there are of each kind.
    pub(crate) fn census(&self) -> BTreeMap<String, usize> {
        let mut census = BTreeMap::new();
        for kind in self.column("SELECT kind FROM entities", &[]) {
            *census.entry(kind).or_default() += 1;
        }
        census
    }

    /// The records of a model, oldest first.
    pub(crate) fn items(&self, model: &str) -> Vec<StoredItem> {
        let model = self.entity("item_type", "api_key", model);
        let sql = "SELECT items.id, current.attributes, published.attributes, stage, position, parent_id, items.is_valid
            FROM items JOIN item_versions AS current ON current.version = items.current_version
            LEFT JOIN item_versions AS published ON published.version = items.published_version
            WHERE items.item_type = ?1 ORDER BY items.rowid";
        let mut statement = self.0.prepare(sql).unwrap();
        let rows = statement.query_map([model["id"].as_str().unwrap()], |row| {
            let parsed = |text: String| serde_json::from_str::<Value>(&text).unwrap();
            Ok(StoredItem {
                id: row.get(0)?,
                current: parsed(row.get(1)?),
                published: row.get::<_, Option<String>>(2)?.map(parsed),
                stage: row.get(3)?,
                position: row.get(4)?,
                parent: row.get(5)?,
                valid: row.get(6)?,
            })
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Api keys of the models and block models, oldest first.
    pub(crate) fn models(&self) -> Vec<String> {
        self.attributes("item_type", "api_key")
    }

    /// Names in the ledger of migrations, oldest first.
    pub(crate) fn ledger(&self) -> Vec<String> {
        let names = self.items("schema_migration");
        names
            .iter()
            .map(|item| item.current["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// The settings of the environment.
    pub(crate) fn settings(&self) -> Map<String, Value> {
        let [site] = self.entities("site").try_into().unwrap();
        site["attributes"].as_object().unwrap().clone()
    }
}
