//! Every call of the table that the server has, with one mistake at a time: refused with the vendor's error, the culprit named,
//! nothing changed.

use std::collections::BTreeMap;
use std::path::Path;

use drydock::Storage;
use drydock::requests::{self, Entity, Id, Presence, Relationship, Request, Target};
use serde_json::{Value, json};

use crate::examples::{body, entity_in, place, reference, wrong_values};
use crate::support::{Dock, Reply};

/// A body with a mistake, and what the answer has to name.
struct Mistake {
    what: String,
    body: Value,
    /// A message begins with one of these places, and says this.
    places: Vec<String>,
    says: String,
}

#[test]
fn what_the_table_describes_it_takes() {
    for request in requests::all() {
        for entity in request.body.entities() {
            let body = body(request, entity);
            assert_eq!(
                request.refusal(Some(&body)),
                Vec::<String>::new(),
                "{} {}: {body}",
                request.method,
                request.path
            );
        }
    }
}

#[tokio::test]
async fn every_mistake_is_refused_by_name_and_changes_nothing_but_the_audit_log() {
    let folder = tempfile::tempdir().unwrap();
    let open =
        || Dock::with(|options| options.storage = Storage::Directory(folder.path().to_owned()));
    // A server that runs lets nobody else look.
    drop(open());
    let before = contents(folder.path());
    assert!(before.len() > 10, "{:?}", before.keys());
    let dock = open();
    let (mut calls, mut mistakes) = (0, 0);
    for request in requests::all() {
        if !is_implemented(&dock, request).await {
            println!("not implemented: {} {}", request.method, request.path);
            continue;
        }
        calls += 1;
        for entity in request.body.entities() {
            for mistake in mistakes_in(request, entity) {
                mistakes += 1;
                refused(&dock, request, &mistake).await;
            }
        }
    }
    assert!(
        calls >= 53 && mistakes > 2000,
        "{calls} calls, {mistakes} mistakes"
    );
    drop(dock);
    let mut after = contents(folder.path());
    let log = "project.sqlite audit_events";
    assert!(
        after[log].len() > before[log].len(),
        "refusals are on record"
    );
    for (table, rows) in &before {
        if !table.ends_with(" sqlite_sequence") && table != log {
            assert_eq!(after.remove(table).as_ref(), Some(rows), "{table}");
        }
    }
}

async fn is_implemented(dock: &Dock, request: &Request) -> bool {
    let reply = send(dock, request, &json!({ "data": {} })).await;
    let message = reply.details()["message"].as_str().unwrap_or_default();
    !message.starts_with("drydock does not implement")
}

async fn send(dock: &Dock, request: &Request, body: &Value) -> Reply {
    let path: Vec<&str> = request
        .path
        .split('/')
        .map(|part| if part.starts_with(':') { "none" } else { part })
        .collect();
    let authorization = format!("Bearer {}", dock.tokens.full);
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
        ("x-api-version", "3"),
    ];
    let path = format!("/cma{}", path.join("/"));
    dock.raw(request.method, &path, &headers, Some(body)).await
}

async fn refused(dock: &Dock, request: &Request, mistake: &Mistake) {
    let reply = send(dock, request, &mistake.body).await;
    let call = format!("{} {}, {}", request.method, request.path, mistake.what);
    assert_eq!(
        reply.brief(),
        "422 INVALID_FORMAT",
        "{call}: {}",
        mistake.body
    );
    let messages = reply.details()["messages"].as_array().unwrap();
    let named = messages.iter().any(|message| {
        let (at, says) = message
            .as_str()
            .unwrap()
            .split_once(": failed schema ")
            .unwrap();
        let here = |place: &String| at == place || at.starts_with(&format!("{place}/"));
        mistake.places.iter().any(here) && says.contains(&mistake.says)
    });
    assert!(
        named,
        "{call}: {messages:?} does not name {:?}",
        mistake.places
    );
}

/// All that can be wrong with a body that has this entity.
fn mistakes_in(request: &Request, entity: &Entity) -> Vec<Mistake> {
    let mut mistakes = Mistakes {
        place: place(request).to_owned(),
        good: body(request, entity),
        made: vec![Mistake {
            what: "no data".to_owned(),
            body: json!({ "data ": 1 }),
            places: vec!["#".to_owned()],
            says: "\"data\" wasn't supplied.".to_owned(),
        }],
    };
    mistakes.of_the_entity(entity, request.body.entities().len() > 1);
    mistakes.of_the_sections(entity);
    mistakes.of_the_keys(entity);
    mistakes.of_the_relationships(entity);
    mistakes.made
}

/// What is wrong with one body, one thing at a time.
struct Mistakes {
    place: String,
    good: Value,
    made: Vec<Mistake>,
}

impl Mistakes {
    fn add(
        &mut self,
        what: &str,
        at: &str,
        says: &str,
        change: &dyn Fn(&mut serde_json::Map<String, Value>),
    ) {
        let mut body = self.good.clone();
        change(entity_in(&mut body));
        self.made.push(Mistake {
            what: what.to_owned(),
            body,
            places: vec![format!("{}{at}", self.place)],
            says: says.to_owned(),
        });
    }

    fn of_the_entity(&mut self, entity: &Entity, several: bool) {
        self.add(
            "an unknown key",
            "",
            "\"nonsense\" is not a permitted key.",
            &|entity| {
                entity.insert("nonsense".to_owned(), json!(1));
            },
        );
        if entity.kind.is_some() {
            // Which of several forms is meant is not known without the type.
            let at = if several { "" } else { "/type" };
            self.add("another type", at, "", &|entity| {
                entity.insert("type".to_owned(), json!("nonsense"));
            });
        }
        match entity.id {
            Id::None => self.add("an id", "", "\"id\" is not a permitted key.", &|entity| {
                entity.insert("id".to_owned(), json!("an-id"));
            }),
            Id::Optional => {}
            Id::Required => self.add("no id", "", "\"id\" wasn't supplied.", &|entity| {
                entity.remove("id");
            }),
        }
        if entity.id != Id::None {
            self.add(
                "an id that is a number",
                "/id",
                "is not a string",
                &|entity| {
                    entity.insert("id".to_owned(), json!(7));
                },
            );
        }
    }

    fn of_the_sections(&mut self, entity: &Entity) {
        for (section, presence, others) in [
            (
                "attributes",
                entity.attributes.presence,
                entity.attributes.others,
            ),
            (
                "relationships",
                entity.relationships.presence,
                entity.relationships.others,
            ),
            ("meta", entity.meta.presence, entity.meta.others),
        ] {
            let at = format!("/{section}");
            match presence {
                Presence::Never => {
                    let says = format!("\"{section}\" is not a permitted key.");
                    self.add(section, "", &says, &|entity| {
                        entity.insert(section.to_owned(), json!({}));
                    });
                    continue;
                }
                Presence::Optional => {}
                Presence::Required => {
                    let says = format!("\"{section}\" wasn't supplied.");
                    self.add(&format!("no {section}"), "", &says, &|entity| {
                        entity.remove(section);
                    });
                }
            }
            self.add(
                &format!("{section} that are a list"),
                &at,
                "is not an object",
                &|entity| {
                    entity.insert(section.to_owned(), json!([]));
                },
            );
            if !others {
                let says = "\"nonsense\" is not a permitted key.";
                self.add(
                    &format!("an unknown key of {section}"),
                    &at,
                    says,
                    &|entity| {
                        entity[section]["nonsense"] = json!(null);
                    },
                );
            }
        }
    }

    fn of_the_keys(&mut self, entity: &Entity) {
        for (section, keys) in [
            ("attributes", entity.attributes.keys),
            ("meta", entity.meta.keys),
        ] {
            for key in keys {
                let name = key.name;
                for wrong in wrong_values(&key.shape) {
                    let what = format!("{section} {name}: {wrong}");
                    self.add(&what, &format!("/{section}/{name}"), "", &|entity| {
                        entity[section][name] = wrong.clone();
                    });
                }
                if key.required {
                    let says = format!("\"{name}\" wasn't supplied.");
                    self.add(
                        &format!("no {name}"),
                        &format!("/{section}"),
                        &says,
                        &|entity| {
                            entity[section].as_object_mut().unwrap().remove(name);
                        },
                    );
                }
            }
        }
    }

    fn of_the_relationships(&mut self, entity: &Entity) {
        for relationship in entity.relationships.keys {
            let name = relationship.name;
            for wrong in wrong_relationships(relationship) {
                let what = format!("relationship {name}: {wrong}");
                self.add(&what, &format!("/relationships/{name}"), "", &|entity| {
                    entity["relationships"][name] = wrong.clone();
                });
            }
            if relationship.required {
                let says = format!("\"{name}\" wasn't supplied.");
                self.add(&format!("no {name}"), "/relationships", &says, &|entity| {
                    entity["relationships"]
                        .as_object_mut()
                        .unwrap()
                        .remove(name);
                });
            }
        }
    }
}

fn wrong_relationships(relationship: &Relationship) -> Vec<Value> {
    let mut wrong = vec![json!(null), json!({}), json!({ "data": "an-id" })];
    let data = match relationship.target {
        Target::One { kinds, or_none } => {
            if !or_none {
                wrong.push(json!({ "data": null }));
            }
            vec![
                reference("nonsense"),
                json!([reference(kinds[0])]),
                json!({ "type": kinds[0] }),
                json!({ "type": kinds[0], "id": 7 }),
                json!({ "type": kinds[0], "id": "an-id", "attributes": {} }),
            ]
        }
        Target::Many { kind } => vec![
            reference(kind),
            json!(null),
            json!([reference("nonsense")]),
            json!([{ "type": kind }]),
            json!(["an-id"]),
        ],
    };
    wrong.extend(data.into_iter().map(|data| json!({ "data": data })));
    wrong
}

/// What all databases of the folder hold: rows by file and table.
fn contents(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tables.extend(contents(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "sqlite")
        {
            let file = path.file_name().unwrap().to_str().unwrap();
            for (table, rows) in rows(&path) {
                tables.insert(format!("{file} {table}"), rows);
            }
        }
    }
    tables
}

fn rows(database: &Path) -> Vec<(String, Vec<String>)> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let names: Vec<String> = {
        let mut names = connection
            .prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .unwrap();
        let names = names.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    let all = |table: &String| {
        let mut statement = connection
            .prepare(&format!("SELECT * FROM \"{table}\""))
            .unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values: Result<Vec<rusqlite::types::Value>, _> =
                (0..columns).map(|at| row.get(at)).collect();
            Ok(format!("{:?}", values?))
        });
        rows.unwrap().map(Result::unwrap).collect()
    };
    names
        .iter()
        .map(|table| (table.clone(), all(table)))
        .collect()
}
