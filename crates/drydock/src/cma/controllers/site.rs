//! The site: settings of the project joined with those of the environment addressed.

mod opt_ins;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::events::{self, Event};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::records::present::{self, View};
use crate::records::{judge, reshape};
use crate::revalidation;
use crate::schema::fields;
use crate::schema::model::Schema;
use crate::state::{App, EnvHandle};
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};
use crate::store::environment::{self, SETTINGS_KEYS};
use crate::store::items;

/// The id of the project's site: there is one project.
pub(crate) const PROJECT_SITE: &str = "1";

/// The attributes of the project that may be written.
const PROJECT_KEYS: [&str; 4] = [
    "name",
    "require_2fa",
    "ip_tracking_enabled",
    "force_use_of_sandbox_environments",
];

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    opt_ins::routes().route("/site", get(show).put(update))
}

async fn show(ctx: Ctx) -> Answer {
    let data = entity(&ctx.app, &ctx.env)?;
    let included = included(&ctx)?;
    if ctx.query.get("include").is_none() {
        return answer::entity(StatusCode::OK, data);
    }
    answer::entity_with_included(StatusCode::OK, data, included)
}

/// The site as the API shows it.
pub(crate) fn entity(app: &App, env: &EnvHandle) -> Result<Value, ApiError> {
    let mut site = project_site(app)?;
    let (settings, item_types) = env.db.read(|connection| {
        let item_types = entity::list(connection, Kind::ItemType)?;
        Ok::<_, StoreError>((environment::settings(connection)?, item_types))
    })?;
    let seo = seo_by_locale(&settings);
    site.attributes.extend(settings.attributes);
    site.set("global_seo", seo);
    let changed = env.db.last_data_change()?;
    site.set(
        "last_data_change_at",
        changed.map(crate::clock::Timestamp::iso),
    );
    site.relate(
        "item_types",
        item_types.iter().map(Entity::reference).collect(),
    );
    app.project().read(|connection| {
        for (name, kind) in [
            ("users", Kind::User),
            ("sso_users", Kind::SsoUser),
            ("roles", Kind::Role),
            ("build_triggers", Kind::BuildTrigger),
        ] {
            let entities = entity::list(connection, kind)?;
            site.relate(name, entities.iter().map(Entity::reference).collect());
        }
        Ok::<_, StoreError>(())
    })?;
    let menu_items = env
        .db
        .read(|connection| entity::list(connection, Kind::MenuItem))?;
    site.relate(
        "menu_items",
        menu_items.iter().map(Entity::reference).collect(),
    );
    site.relate("account", json!({"type": "account", "id": OWNER}));
    site.relate("owner", json!({"type": "account", "id": OWNER}));
    Ok(site.to_json())
}

/// The SEO defaults: one object, or with several locales one a locale. What was written in the other form belongs to the
/// default locale.
fn seo_by_locale(settings: &Entity) -> Value {
    let stored = settings.attribute("global_seo");
    let locales: Vec<&str> = settings
        .attribute("locales")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let main = locales.first().copied().unwrap_or_default();
    let keyed = stored.as_object().is_some_and(|seo| seo.contains_key(main));
    match (locales.as_slice(), keyed) {
        ([] | [_], false) => stored.clone(),
        ([] | [_], true) => stored[main].clone(),
        (several, _) => {
            let of_locale = |locale: &str| match keyed {
                true => stored.get(locale).cloned().unwrap_or_default(),
                false if locale == main => stored.clone(),
                false => Value::Null,
            };
            let by_locale = several
                .iter()
                .map(|locale| ((*locale).to_owned(), of_locale(locale)));
            Value::Object(by_locale.collect())
        }
    }
}

/// The account that owns the project. It has no token here; its name appears only as an owner.
pub(crate) const OWNER: &str = "1";

/// The project's own entity, of which each environment shows its part.
pub(crate) fn project_site(app: &App) -> Result<Entity, ApiError> {
    let site = app
        .project()
        .read(|connection| entity::find(connection, Kind::Site, PROJECT_SITE))?;
    site.ok_or_else(|| ApiError::exception("the project has no site"))
}

/// The entities that `include` asks for.
fn included(ctx: &Ctx) -> Result<Vec<Value>, ApiError> {
    let mut included = Vec::new();
    let Some(wanted) = ctx.query.get("include") else {
        return Ok(included);
    };
    for part in wanted
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let entities = match part {
            "item_types" => of_kind(ctx, Kind::ItemType)?,
            "item_types.fields" => of_kind(ctx, Kind::Field)?,
            "item_types.fieldsets" => of_kind(ctx, Kind::Fieldset)?,
            "item_types.singleton_item" => singleton_items(ctx)?,
            "account" => vec![json!({
                "type": "account",
                "id": OWNER,
                "attributes": {"email": "owner@drydock.invalid", "first_name": "Project", "last_name": "Owner", "company": null},
            })],
            _ => {
                let message = format!("`{part}` cannot be included");
                return Err(ApiError::unprocessable(
                    "INVALID_PARAMS",
                    json!({"message": message}),
                ));
            }
        };
        included.extend(entities);
    }
    Ok(included)
}

fn of_kind(ctx: &Ctx, kind: Kind) -> Result<Vec<Value>, ApiError> {
    let entities = ctx
        .env
        .db
        .read(|connection| entity::list(connection, kind))?;
    Ok(entities.iter().map(Entity::to_json).collect())
}

/// The record of each model that has only one.
fn singleton_items(ctx: &Ctx) -> Result<Vec<Value>, ApiError> {
    ctx.env.db.read(|connection| {
        let schema = Schema::load(connection)?;
        let mut items = Vec::new();
        for item_type in entity::list(connection, Kind::ItemType)? {
            let Some(id) = item_type.related("singleton_item") else {
                continue;
            };
            if let Some(row) = items::find(connection, id)? {
                items.push(present::item(connection, &schema, &row, View::CURRENT)?);
            }
        }
        Ok(items)
    })
}

/// Writes settings of the project and of the environment.
async fn update(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    let attributes = data["attributes"].as_object().cloned().unwrap_or_default();
    check_permissions(&ctx, &attributes)?;
    if attributes
        .keys()
        .any(|key| SETTINGS_KEYS.contains(&key.as_str()))
    {
        ctx.writable()?;
    }
    ctx.job(|| {
        let changes = settings_changes(&attributes)?;
        if !changes.is_empty() {
            ctx.env.db.write(|tx| update_settings(tx, changes))?;
            revalidation::follow(&ctx.app, &ctx.env.db)?;
        }
        let mut site = project_site(&ctx.app)?;
        for key in PROJECT_KEYS {
            if let Some(value) = attributes.get(key) {
                site.set(key, checked_project_value(key, value)?);
            }
        }
        ctx.app.project().write(|tx| entity::update(tx, &site))?;
        let data = entity(&ctx.app, &ctx.env)?;
        let happened = Event {
            entity_type: "site",
            event_type: "update",
            environment: ctx.env.id.clone(),
            entity: data.clone(),
            previous: None,
            related: Vec::new(),
        };
        events::emit(&ctx.app, happened);
        Ok((200, json!({ "data": data })))
    })
}

/// Each attribute that would change needs the permission of its kind; an echo of what is there needs none.
fn check_permissions(ctx: &Ctx, attributes: &Map<String, Value>) -> Result<(), ApiError> {
    let now = entity(&ctx.app, &ctx.env)?;
    for (key, value) in attributes {
        if &now["attributes"][key] == value {
            continue;
        }
        match key.as_str() {
            "favicon" | "global_seo" | "no_index" => ctx.require(Permission::EditFavicon)?,
            "locales" | "timezone" | "theme" => ctx.require(Permission::EditEnvironment)?,
            key if PROJECT_KEYS.contains(&key) => ctx.require(Permission::EditSite)?,
            _ => {}
        }
    }
    Ok(())
}

fn checked_project_value(key: &str, value: &Value) -> Result<Value, ApiError> {
    let fits = if key == "name" {
        value.as_str().is_some_and(|name| !name.is_empty())
    } else {
        value.is_boolean()
    };
    if fits {
        Ok(value.clone())
    } else {
        Err(ApiError::invalid_field(key, "VALIDATION_INVALID"))
    }
}

fn settings_changes(attributes: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    let mut changes = Map::new();
    for key in SETTINGS_KEYS {
        let Some(value) = attributes.get(key) else {
            continue;
        };
        let fits = match key {
            "locales" => value.as_array().is_some_and(|locales| {
                !locales.is_empty()
                    && locales
                        .iter()
                        .all(|locale| locale.as_str().is_some_and(fields::is_locale))
            }),
            "timezone" => value.is_string(),
            "no_index" => value.is_boolean(),
            "theme" => value.is_object(),
            _ => value.is_object() || value.is_string() || value.is_null(),
        };
        if !fits {
            return Err(ApiError::invalid_field(key, "VALIDATION_INVALID"));
        }
        let value = match key {
            "theme" => whole_theme(value),
            _ => value.clone(),
        };
        changes.insert(key.to_owned(), value);
    }
    Ok(changes)
}

/// A theme as answers show it. One that says nothing of its kind is made of colours (`custom`) and has no hue.
fn whole_theme(sent: &Value) -> Value {
    let mut theme = sent.clone();
    for (key, default) in [
        ("type", json!("custom")),
        ("hue", Value::Null),
        ("logo", Value::Null),
    ] {
        if theme.get(key).is_none() {
            theme[key] = default;
        }
    }
    theme
}

/// A locale that is removed takes the content in it along.
fn update_settings(tx: &Connection, changes: Map<String, Value>) -> Result<(), StoreError> {
    let mut settings = environment::settings(tx)?;
    let locales_change = changes
        .get("locales")
        .is_some_and(|locales| locales != settings.attribute("locales"));
    let before = environment::locales(tx)?;
    settings.attributes.extend(changes);
    if locales_change {
        let schema = Schema::load(tx)?;
        let kept = settings
            .attribute("locales")
            .as_array()
            .cloned()
            .unwrap_or_default();
        for removed in before
            .iter()
            .filter(|locale| !kept.contains(&Value::from(locale.as_str())))
        {
            reshape::remove_locale(tx, &schema, removed)?;
        }
        crate::store::touch_schema(tx)?;
    }
    entity::update(tx, &settings)?;
    if locales_change {
        fields::localize_defaults(tx)?;
        let schema = Schema::load(tx)?;
        for model in schema.models().iter().filter(|model| model.is_localized()) {
            judge::ask(tx, &model.id)?;
        }
    }
    Ok(())
}
