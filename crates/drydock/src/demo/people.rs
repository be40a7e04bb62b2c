//! The team of the magazine: who may do what, and a panel token for each.

use serde_json::{Value, json};

use super::ids::id;
use crate::cma::controllers::access_tokens;
use crate::http::error::ApiError;
use crate::http::permission::EnvironmentsAccess;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind, reference};
use crate::store::project;

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) id: String,
}

/// Name and role. Records are by the first four.
const TEAM: [(&str, &str); 6] = [
    ("Elena Moretti", "Admin"),
    ("Daniel Okafor", "Editor"),
    ("Chiara Lombardi", "Editor"),
    ("Hannah Doyle", "Editor"),
    ("Sara Bianchi", "Viewer"),
    ("Theo Marchetti", "Viewer"),
];

/// Id of a member of the team.
pub(super) fn person_id(name: &str) -> String {
    id("user", name)
}

/// Replaces the single user of a new project by the team, and lets editors see every environment, so that they can look at a
/// release before it is promoted. They still cannot fork, promote or freeze.
pub(super) fn seed(app: &App) -> Result<Vec<Person>, ApiError> {
    let people = app.project().write::<_, StoreError>(|tx| {
        for user in entity::list(tx, Kind::User)? {
            project::delete_user_tokens(tx, &user.id)?;
            entity::delete(tx, Kind::User, &user.id)?;
        }
        let mut roles = entity::list(tx, Kind::Role)?;
        for role in roles
            .iter_mut()
            .filter(|role| role.text("name") == Some("Editor"))
        {
            role.set("environments_access", EnvironmentsAccess::All.wire());
            entity::update(tx, role)?;
        }
        let mut people = Vec::new();
        for (name, role) in TEAM {
            let role = roles
                .iter()
                .find(|candidate| candidate.text("name") == Some(role));
            let user = user(name, role);
            entity::insert(tx, &user)?;
            project::set_user_token(tx, &user.id, &access_tokens::new_secret())?;
            people.push(Person { id: user.id });
        }
        Ok(people)
    })?;
    Ok(people)
}

fn user(name: &str, role: Option<&Entity>) -> Entity {
    let mut user = Entity::new(Kind::User, person_id(name));
    let mailbox = name.split(' ').next().unwrap_or(name).to_lowercase();
    user.set("email", format!("{mailbox}@kiln-and-clay.example"));
    user.set("full_name", name);
    user.set("is_active", true);
    user.set("is_2fa_active", false);
    user.relate(
        "role",
        role.map_or(Value::Null, |role| reference("role", &role.id)),
    );
    user.meta = json!({ "last_access": null }).as_object().cloned();
    user
}
