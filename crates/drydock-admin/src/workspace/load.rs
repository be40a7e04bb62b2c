//! Reading a user's view of an environment from the API.

use std::collections::BTreeMap;

use futures_util::try_join;
use serde_json::{Map, Value, json};

use super::{Environment, News, Workspace};
use crate::api::{ApiError, Client, Problem, Resource};

/// Loads everything a view starts with. `named` is the environment of the address;
/// without it the primary is meant.
pub(super) async fn workspace(
    client: &Client,
    named: Option<String>,
) -> Result<Workspace, ApiError> {
    let (environments, maintenance) = observe(client).await?;
    let environment = match &named {
        Some(id) => environments.iter().find(|each| each.id == *id),
        None => environments.iter().find(|each| each.primary),
    };
    let Some(environment) = environment.map(|each| each.id.clone()) else {
        let problem = Problem {
            code: "INVALID_ENVIRONMENT".to_owned(),
            details: Value::Null,
        };
        return Err(ApiError::Refused {
            status: 404,
            problems: vec![problem],
        });
    };
    let here = client.in_environment(&environment);
    let (me, site, schema) = try_join!(
        here.get("/users/me?include=role"),
        here.get("/site"),
        schema(&here),
    )?;
    let role = me.included.iter().find(|each| each.kind == "role").cloned();
    let (user, site) = (me.one()?, site.one()?);
    let owner = owner(&site);
    let (item_types, menu, plugins) = schema;
    Ok(Workspace {
        client: client.clone(),
        users: BTreeMap::from([(user.id.clone(), user.clone())]),
        role: role.unwrap_or_else(owner_role),
        user,
        site,
        owner,
        environments,
        environment,
        named,
        maintenance,
        item_types,
        menu,
        plugins,
        fields: BTreeMap::new(),
        fieldsets: BTreeMap::new(),
        visit: 0,
    })
}

/// Reads what may change at any time for the whole project.
pub(super) async fn observe(client: &Client) -> Result<(Vec<Environment>, bool), ApiError> {
    let (environments, maintenance) =
        try_join!(client.get("/environments"), client.get("/maintenance-mode"))?;
    let environments = environments.many()?.iter().map(Environment::of).collect();
    Ok((environments, maintenance.one()?.flag("active")))
}

/// Reads an environment's models, navigation and plugins again.
pub(super) async fn schema_news(here: &Client) -> Result<News, ApiError> {
    let (item_types, menu, plugins) = schema(here).await?;
    Ok(News::Schema {
        item_types,
        menu,
        plugins,
    })
}

type Schema = (Vec<Resource>, Vec<Resource>, Vec<Resource>);

async fn schema(here: &Client) -> Result<Schema, ApiError> {
    let (item_types, menu, plugins) = try_join!(
        here.get("/item-types"),
        here.get("/menu-items"),
        here.get("/plugins")
    )?;
    Ok((item_types.many()?, menu.many()?, plugins.many()?))
}

/// The owner as plugins see it. The API names the owner and does not describe it
/// to everyone, so the rest is what is known anyway.
fn owner(site: &Resource) -> Value {
    let (kind, id) = (site.link_kind("owner"), site.link("owner"));
    json!({
        "type": kind.unwrap_or("organization"),
        "id": id.unwrap_or(&site.id),
        "attributes": {"name": site.text("name")},
    })
}

/// Owners have no role; plugins are given one that may do everything.
fn owner_role() -> Resource {
    let flags = [
        "can_edit_schema",
        "can_edit_environment",
        "can_edit_site",
        "can_edit_favicon",
        "can_manage_environments",
        "can_promote_environments",
        "can_manage_menu",
        "can_manage_workflows",
        "can_manage_shared_filters",
        "can_manage_upload_collections",
        "can_manage_search_indexes",
        "can_manage_build_triggers",
        "can_manage_webhooks",
        "can_manage_users",
        "can_manage_access_tokens",
        "can_manage_sso",
        "can_access_audit_log",
        "can_access_build_events_log",
        "can_access_search_index_events_log",
        "can_perform_site_search",
    ];
    let mut permissions: Map<String, Value> = flags
        .into_iter()
        .map(|flag| (flag.to_owned(), Value::Bool(true)))
        .collect();
    permissions.insert("environments_access".to_owned(), json!("all"));
    let mut attributes = permissions.clone();
    attributes.insert("name".to_owned(), json!("Owner"));
    let mut meta = Map::new();
    meta.insert("final_permissions".to_owned(), Value::Object(permissions));
    Resource {
        id: "account_role".to_owned(),
        kind: "role".to_owned(),
        attributes,
        relationships: Map::new(),
        meta,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::tests::{resource, workspace};

    #[test]
    fn an_owner_may_do_everything() {
        let workspace = Workspace {
            role: owner_role(),
            ..workspace("1", None)
        };
        assert!(workspace.may("can_promote_environments") && workspace.may("can_edit_schema"));
        assert!(!workspace.may("can_fly"));
    }

    #[test]
    fn the_owner_is_whom_the_project_names() {
        let site = resource(
            json!({"type": "site", "id": "1", "attributes": {"name": "Kiln"},
            "relationships": {"owner": {"data": {"type": "account", "id": "9"}}}}),
        );
        assert_eq!(
            owner(&site),
            json!({"type": "account", "id": "9", "attributes": {"name": "Kiln"}})
        );
    }
}
