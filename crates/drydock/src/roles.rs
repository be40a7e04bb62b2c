//! Roles: what they allow after inheritance, and the entries they hold for each environment.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::http::permission::{EnvironmentsAccess, FAMILIES, FinalPermissions, Permission};
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// A role with nothing allowed.
pub(crate) fn bare(id: &str, name: &str) -> Entity {
    let mut role = Entity::new(Kind::Role, id);
    role.set("name", name);
    for permission in Permission::ALL {
        role.set(permission.wire(), false);
    }
    role.set(
        "environments_access",
        EnvironmentsAccess::PrimaryOnly.wire(),
    );
    for family in FAMILIES {
        role.set(&format!("positive_{family}"), json!([]));
        role.set(&format!("negative_{family}"), json!([]));
    }
    role.relate("inherits_permissions_from", json!([]));
    role
}

/// What a role allows: flags are united with those of the roles it inherits from, access to environments too, and entries
/// are the inherited ones and its own positive ones, without those its negative ones name.
pub(crate) fn final_permissions(
    connection: &Connection,
    id: &str,
) -> Result<FinalPermissions, StoreError> {
    let roles = entity::list(connection, Kind::Role)?;
    Ok(FinalPermissions::new(collect(&roles, id, &mut Vec::new())))
}

/// The role as the API shows it, with `meta.final_permissions`.
pub(crate) fn to_json(connection: &Connection, role: &Entity) -> Result<Value, StoreError> {
    let mut data = role.to_json();
    data["meta"] = json!({"final_permissions": final_permissions(connection, &role.id)?.to_json()});
    Ok(data)
}

/// `seen` stops at roles that inherit from each other in a circle.
fn collect(roles: &[Entity], id: &str, seen: &mut Vec<String>) -> Map<String, Value> {
    let mut sum = Map::new();
    let Some(role) = roles.iter().find(|role| role.id == id) else {
        return sum;
    };
    if seen.iter().any(|other| other == id) {
        return sum;
    }
    seen.push(id.to_owned());
    for (key, value) in &role.attributes {
        if key != "name" {
            sum.insert(key.clone(), value.clone());
        }
    }
    for parent in role.related_all("inherits_permissions_from") {
        unite(&mut sum, &collect(roles, &parent, seen));
    }
    for family in FAMILIES {
        subtract(&mut sum, role, family);
    }
    sum
}

fn unite(sum: &mut Map<String, Value>, inherited: &Map<String, Value>) {
    for (key, value) in inherited {
        let mine = sum.entry(key.clone()).or_insert(Value::Null);
        *mine = match (&*mine, value) {
            (Value::Bool(mine), Value::Bool(other)) => Value::Bool(*mine || *other),
            (Value::Array(mine), Value::Array(other)) => {
                let added = other.iter().filter(|entry| !mine.contains(entry));
                Value::Array(mine.iter().chain(added).cloned().collect())
            }
            (Value::String(mine), Value::String(other)) => {
                let parse = |word: &str| {
                    EnvironmentsAccess::parse(word).unwrap_or(EnvironmentsAccess::None)
                };
                parse(mine).union(parse(other)).wire().into()
            }
            (Value::Null, other) => other.clone(),
            (mine, _) => mine.clone(),
        };
    }
}

/// An inherited positive entry that the role's own negative entries repeat is gone, and so is an inherited prohibition that
/// the role's own positive entries repeat.
fn subtract(sum: &mut Map<String, Value>, role: &Entity, family: &str) {
    let (positive, negative) = (format!("positive_{family}"), format!("negative_{family}"));
    for (target, other) in [(&positive, &negative), (&negative, &positive)] {
        let taken = role
            .attribute(other)
            .as_array()
            .cloned()
            .unwrap_or_default();
        if let Some(Value::Array(entries)) = sum.get_mut(target) {
            entries.retain(|entry| !taken.contains(entry));
        }
    }
}

/// What becomes of the entries that name an environment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum EntryChange<'a> {
    /// A fork: the entries of one are repeated for another.
    Clone { from: &'a str, to: &'a str },
    /// A rename.
    Rewrite { from: &'a str, to: &'a str },
    /// The environment is gone.
    Drop { environment: &'a str },
}

/// Changes the entries of all roles.
pub(crate) fn change_entries(tx: &Connection, change: EntryChange<'_>) -> Result<(), StoreError> {
    for mut role in entity::list(tx, Kind::Role)? {
        for key in role.attributes.keys().cloned().collect::<Vec<_>>() {
            if let Some(Value::Array(entries)) = role.attributes.get_mut(&key) {
                change_list(entries, change);
            }
        }
        entity::update(tx, &role)?;
    }
    Ok(())
}

fn change_list(entries: &mut Vec<Value>, change: EntryChange<'_>) {
    let about = |entry: &Value, environment: &str| {
        entry.get("environment").and_then(Value::as_str) == Some(environment)
    };
    match change {
        EntryChange::Clone { from, to } => {
            let copies: Vec<Value> = entries
                .iter()
                .filter(|entry| about(entry, from))
                .map(|entry| {
                    let mut copy = entry.clone();
                    copy["environment"] = to.into();
                    copy
                })
                .collect();
            entries.extend(copies);
        }
        EntryChange::Rewrite { from, to } => {
            for entry in entries.iter_mut().filter(|entry| about(entry, from)) {
                entry["environment"] = to.into();
            }
        }
        EntryChange::Drop { environment } => entries.retain(|entry| !about(entry, environment)),
    }
}
