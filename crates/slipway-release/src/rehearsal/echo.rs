//! How a script is answered whose write of the whole project is held back, so that it can go on.
//!
//! The answer is what the script would have seen, as far as that can be known without doing it: what it made, as it asked
//! for it; what it changed, as it is with the change; what it deleted, as it was. Later requests of the same rehearsal see
//! the same: what was made can be found, what was deleted cannot. Nothing is invented that neither the script nor the CMS
//! said, so defaults that the CMS would have filled in are missing.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::policy::{Endpoint, endpoints};

/// How a held-back write is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Manner {
    /// With what was asked for, under an id of its own, in this collection.
    Made {
        /// The collection's path: `/webhooks`.
        collection: String,
    },
    /// With what is at this path, under an id of its own.
    Copied {
        /// Its path: `/roles/12`.
        path: String,
    },
    /// With what is at this path, changed as asked for.
    Changed {
        /// Its path.
        path: String,
    },
    /// With what is at this path, which is gone from then on.
    Gone {
        /// Its path.
        path: String,
    },
    /// With what is at this path, as it is.
    AsItIs {
        /// Its path.
        path: String,
    },
    /// With [`new_sso_token`] for the settings at this path.
    SsoToken {
        /// Their path.
        path: String,
    },
    /// With nothing, as the CMS would.
    Nothing,
}

/// Where the CMS shows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At this path.
    At(String),
    /// In the list at this path, under this id: there is no way to look at it alone.
    InList(String, String),
    /// Nowhere.
    Nowhere,
}

/// How a write of what belongs to the project is answered when it is held back; `None` where the endpoint is not known.
pub fn manner(verb: &str, path: &str) -> Option<Manner> {
    let Endpoint {
        namespace, method, ..
    } = endpoints::of_request(&verb.to_ascii_uppercase(), path)?;
    let path = path.to_owned();
    let above = || {
        path.rsplit_once('/')
            .map_or_else(String::new, |(above, _)| above.to_owned())
    };
    Some(match (*namespace, *method) {
        (_, "create") => Manner::Made { collection: path },
        (_, "duplicate") => Manner::Copied { path: above() },
        (_, "update" | "rawUpdate") => Manner::Changed { path },
        (_, "destroy") => Manner::Gone { path },
        ("site", _) => Manner::AsItIs {
            path: "/site".to_owned(),
        },
        ("ssoSettings", "generateToken") => Manner::SsoToken { path: above() },
        ("ssoUsers", "copyUsers") | (_, "regenerateToken" | "resend" | "copyRoles") => {
            Manner::AsItIs { path: above() }
        }
        // The vendor's client expects no body of the others: `trigger`, `abort`, `reindex`, `resendWebhook`.
        _ => Manner::Nothing,
    })
}

/// What the CMS answers when it makes a new token for the identity provider, which goes under the id of its settings (the
/// vendor's `SsoSettingsGenerateTokenTargetSchema`). The token itself is empty, as in a release: no script gets to see it.
pub fn new_sso_token(settings: &Value) -> Value {
    json!({
        "type": "sso_token",
        "id": settings["id"],
        "attributes": { "scim_api_token": null },
    })
}

/// Where what is at a path can be looked at.
pub fn place(path: &str) -> Place {
    if endpoints::of_request("GET", path).is_some() {
        return Place::At(path.to_owned());
    }
    match path.rsplit_once('/') {
        Some((list, id)) if endpoints::of_request("GET", list).is_some() => {
            Place::InList(list.to_owned(), id.to_owned())
        }
        Some(_) | None => Place::Nowhere,
    }
}

/// What a rehearsal's scripts believe to have changed in the project.
#[derive(Debug, Clone, Default)]
pub struct Shadow {
    /// By path.
    things: BTreeMap<String, Thing>,
}

#[derive(Debug, Clone)]
enum Thing {
    /// Made in this collection.
    Made(String, Value),
    /// What a body said of it.
    Changed(Value),
    Gone,
}

/// What the shadow says about a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// The CMS does not know it: this is all there is.
    Entity(Value),
    /// It is believed to be gone.
    Gone,
    /// The CMS knows it.
    Real,
}

impl Shadow {
    /// Whether the scripts believe in nothing that is not so.
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }

    /// What is at a path, as far as the shadow alone says.
    pub fn at(&self, path: &str) -> Shown {
        match self.things.get(path) {
            Some(Thing::Made(_, entity)) => Shown::Entity(entity.clone()),
            Some(Thing::Gone) => Shown::Gone,
            Some(Thing::Changed(_)) | None => Shown::Real,
        }
    }

    /// Something was made in a collection, as `body` asks for it. Gives the entity. `id` is its own, where the request
    /// brings none.
    pub fn make(&mut self, collection: &str, body: Option<&str>, id: &str) -> Value {
        let mut entity = asked(body);
        let has_id = entity["id"].is_string();
        if let (false, Some(entity)) = (has_id, entity.as_object_mut()) {
            entity.insert("id".to_owned(), id.into());
        }
        self.add(collection, entity)
    }

    /// A copy of an entity was made beside it.
    pub fn copy(&mut self, path: &str, mut entity: Value, id: &str) -> Value {
        if let Some(entity) = entity.as_object_mut() {
            entity.insert("id".to_owned(), id.into());
        }
        let collection = path.rsplit_once('/').map_or("", |(above, _)| above);
        self.add(collection, entity)
    }

    fn add(&mut self, collection: &str, entity: Value) -> Value {
        let id = entity["id"].as_str().unwrap_or_default();
        let path = format!("{collection}/{id}");
        let thing = Thing::Made(collection.to_owned(), entity.clone());
        self.things.insert(path, thing);
        entity
    }

    /// What is at a path was changed as `body` asks for; `real` is what the CMS shows of it. Gives the entity as it is
    /// believed to be.
    pub fn change(&mut self, path: &str, body: Option<&str>, real: Value) -> Value {
        let said = asked(body);
        if let Some(Thing::Made(_, entity)) = self.things.get_mut(path) {
            merge(entity, &said);
            return entity.clone();
        }
        let mut change = match self.things.remove(path) {
            Some(Thing::Changed(before)) => before,
            Some(Thing::Made(..) | Thing::Gone) | None => json!({}),
        };
        merge(&mut change, &said);
        let mut entity = real;
        merge(&mut entity, &change);
        self.things.insert(path.to_owned(), Thing::Changed(change));
        entity
    }

    /// What is at a path was deleted; `real` is what the CMS shows of it. Gives the entity as it was believed to be.
    pub fn delete(&mut self, path: &str, real: Value) -> Value {
        let before = self.things.insert(path.to_owned(), Thing::Gone);
        match before {
            Some(Thing::Made(_, entity)) => entity,
            Some(Thing::Changed(change)) => {
                let mut entity = real;
                merge(&mut entity, &change);
                entity
            }
            Some(Thing::Gone) | None => real,
        }
    }

    /// Puts what is believed over an answer of the CMS to a request of this path. Whether anything was put.
    pub fn over(&self, path: &str, answer: &mut Value) -> bool {
        if self.things.is_empty() {
            return false;
        }
        // A change that became a job is not there yet.
        if answer["data"]["type"] == "job" {
            return false;
        }
        // What a job ends with: the settings of the project are the only thing in the shadow that becomes one.
        if let Some(payload) = answer.pointer_mut("/data/attributes/payload/data")
            && payload["type"] == "site"
        {
            return self.put("/site", payload);
        }
        let Some(data) = answer.get_mut("data") else {
            return false;
        };
        match data {
            Value::Array(entities) => {
                let before = entities.len();
                let path_of = |entity: &Value| {
                    let id = entity["id"].as_str().unwrap_or_default();
                    format!("{path}/{id}")
                };
                entities.retain(|entity| {
                    !matches!(self.things.get(&path_of(entity)), Some(Thing::Gone))
                });
                let mut touched = entities.len() != before;
                for entity in entities.iter_mut() {
                    touched |= self.put(&path_of(entity), entity);
                }
                for thing in self.things.values() {
                    if let Thing::Made(collection, entity) = thing
                        && collection == path
                    {
                        entities.push(entity.clone());
                        touched = true;
                    }
                }
                touched
            }
            Value::Object(_) => self.put(path, data),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }

    fn put(&self, path: &str, entity: &mut Value) -> bool {
        match self.things.get(path) {
            Some(Thing::Changed(change)) => {
                merge(entity, change);
                true
            }
            Some(Thing::Made(..) | Thing::Gone) | None => false,
        }
    }
}

/// The entity in a request's body; an empty one where there is none.
fn asked(body: Option<&str>) -> Value {
    let body: Value = body
        .and_then(|body| serde_json::from_str(body).ok())
        .unwrap_or_default();
    match &body["data"] {
        data @ Value::Object(_) => data.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            json!({})
        }
    }
}

/// Puts attributes and relationships over those of an entity.
fn merge(entity: &mut Value, said: &Value) {
    for part in ["attributes", "relationships"] {
        let Some(said) = said[part].as_object() else {
            continue;
        };
        if !entity.is_object() {
            *entity = json!({});
        }
        if !entity[part].is_object() {
            entity[part] = Value::Object(Map::new());
        }
        for (name, value) in said {
            entity[part][name] = value.clone();
        }
    }
}

/// The part of a change of `site` that is the environment's own, and the part that is the project's; `None` for a part
/// where there is none.
pub fn split_site(body: &str) -> Option<(Option<String>, Option<String>)> {
    let body: Value = serde_json::from_str(body).ok()?;
    let attributes = body["data"]["attributes"].as_object()?;
    let (own, of_project): (Map<String, Value>, Map<String, Value>) = attributes
        .clone()
        .into_iter()
        .partition(|(name, _)| crate::policy::is_setting_of_environment(name));
    let with = |attributes: Map<String, Value>| {
        if attributes.is_empty() {
            return None;
        }
        let mut part = body.clone();
        part["data"]["attributes"] = Value::Object(attributes);
        if let Some(data) = part["data"].as_object_mut() {
            data.remove("meta");
        }
        Some(part.to_string())
    };
    Some((with(own), with(of_project)))
}

#[cfg(test)]
mod tests;
