//! What stands around the content: the navigation, the Slipway plugin, the build trigger, and where they point.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::ids::id;
use super::models::model_id;
use crate::cma::controllers::build_triggers::deploy_results;
use crate::http::error::ApiError;
use crate::panel::Urls;
use crate::serve::Addresses;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind, reference};
use crate::store::project::EnvironmentStatus;

const PLUGIN: &str = "Slipway";
const TRIGGER: &str = "Production site";
/// The preview link whose address follows the server's.
const PREVIEW: &str = "Demo site";
/// The path the build trigger calls.
pub(super) const BUILD_HOOK: &str = "demo/build-hook";

/// The navigation of the panel: groups with the models in them.
const MENU: [(&str, &[(&str, &str)]); 3] = [
    (
        "Magazine",
        &[
            ("Articles", "article"),
            ("Issues", "issue"),
            ("Categories", "category"),
            ("Authors", "author"),
        ],
    ),
    (
        "Directory",
        &[
            ("Events", "event"),
            ("Studios", "studio"),
            ("Glazes", "glaze"),
        ],
    ),
    (
        "Site",
        &[
            ("Home page", "home_page"),
            ("Pages", "page"),
            ("Schema migrations", "schema_migration"),
        ],
    ),
];

/// Writes what belongs to the whole project.
pub(super) fn seed_project(app: &App) -> Result<(), ApiError> {
    let urls = urls(app);
    app.project().write::<_, StoreError>(|tx| {
        let mut trigger = Entity::new(Kind::BuildTrigger, id("build_trigger", TRIGGER));
        trigger.set("name", TRIGGER);
        trigger.set("enabled", true);
        trigger.set("adapter", "custom");
        trigger.set(
            "adapter_settings",
            json!({ "trigger_url": build_hook(&urls), "headers": {}, "payload": {} }),
        );
        trigger.set("frontend_url", urls.site.clone());
        trigger.set("autotrigger_on_scheduled_publications", false);
        trigger.set("indexing_enabled", false);
        let token = id("webhook_token", TRIGGER);
        trigger.set("webhook_url", deploy_results(&token));
        trigger.set("webhook_token", token);
        trigger.set("build_status", "unstarted");
        trigger.set("last_build_completed_at", Value::Null);
        trigger.set("indexing_status", "unstarted");
        entity::insert(tx, &trigger)
    })?;
    Ok(())
}

/// Writes what belongs to an environment.
pub(super) fn seed_environment(
    tx: &Connection,
    app: &App,
    delivery_token: Option<&str>,
) -> Result<(), StoreError> {
    menu(tx)?;
    entity::insert(tx, &plugin(&urls(app), delivery_token))
}

fn menu(tx: &Connection) -> Result<(), StoreError> {
    let item =
        |name: &str, label: &str, position: usize, model: Option<&str>, parent: Option<&str>| {
            let related =
                |kind: &str, id: Option<String>| id.map_or(Value::Null, |id| reference(kind, &id));
            let mut item = Entity::new(Kind::MenuItem, id("menu_item", name));
            item.set("label", label);
            item.set("position", position);
            item.set("external_url", Value::Null);
            item.set("open_in_new_tab", false);
            item.relate("item_type", related("item_type", model.map(model_id)));
            item.relate("item_type_filter", Value::Null);
            item.relate(
                "parent",
                related("menu_item", parent.map(|parent| id("menu_item", parent))),
            );
            item.relate("children", json!([]));
            item
        };
    for (position, (group, entries)) in (1..).zip(MENU) {
        let mut parent = item(group, group, position, None, None);
        let children: Vec<Entity> = (1..)
            .zip(entries)
            .map(|(position, (label, model))| {
                item(
                    &format!("{group}/{model}"),
                    label,
                    position,
                    Some(model),
                    Some(group),
                )
            })
            .collect();
        parent.relate("children", children.iter().map(Entity::reference).collect());
        entity::insert(tx, &parent)?;
        for child in &children {
            entity::insert(tx, child)?;
        }
    }
    Ok(())
}

fn plugin(urls: &Urls, delivery_token: Option<&str>) -> Entity {
    let mut plugin = Entity::new(Kind::Plugin, id("plugin", PLUGIN));
    plugin.set("name", PLUGIN);
    plugin.set(
        "description",
        "A release manager: freeze, fork, migrate, review, promote, roll back.",
    );
    plugin.set("package_name", Value::Null);
    plugin.set("package_version", Value::Null);
    plugin.set("url", urls.plugin.clone());
    plugin.set("permissions", json!(["currentUserAccessToken"]));
    plugin.set(
        "parameters",
        json!({
            "previews": [{ "name": PREVIEW, "url": preview(urls) }],
            "migrations_url": null,
            "delivery_token": delivery_token,
            "ledger_model": "schema_migration",
            "journal_model": "slipway_release",
        }),
    );
    plugin.set("plugin_type", Value::Null);
    plugin.set("field_types", Value::Null);
    plugin.set("parameter_definitions", Value::Null);
    let mut meta = Map::new();
    meta.insert("version".to_owned(), "2".into());
    plugin.meta = Some(meta);
    plugin
}

/// Points the demo's plugin, preview link and build trigger at where the server listens now: ports differ from start to start.
/// A project without them, or one whose owner pointed them elsewhere, is left alone. Not a change of anybody's data.
pub(crate) fn announce(app: &App) -> Result<(), ApiError> {
    let urls = urls(app);
    app.project().write_quietly::<_, StoreError>(|tx| {
        let Some(mut trigger) =
            entity::find(tx, Kind::BuildTrigger, &id("build_trigger", TRIGGER))?
        else {
            return Ok(());
        };
        let ours = trigger.attribute("adapter_settings")["trigger_url"]
            .as_str()
            .is_some_and(|url| url.ends_with(BUILD_HOOK));
        if ours {
            let mut settings = trigger.attribute("adapter_settings").clone();
            settings["trigger_url"] = build_hook(&urls).into();
            trigger.set("adapter_settings", settings);
            trigger.set("frontend_url", urls.site.clone());
            entity::update(tx, &trigger)?;
        }
        Ok(())
    })?;
    for row in app
        .environments()?
        .iter()
        .filter(|row| row.status == EnvironmentStatus::Ready)
    {
        app.database(&row.file)?
            .write_quietly::<_, StoreError>(|tx| {
                let Some(mut plugin) = entity::find(tx, Kind::Plugin, &id("plugin", PLUGIN))?
                else {
                    return Ok(());
                };
                plugin.set("url", urls.plugin.clone());
                let mut parameters = plugin.attribute("parameters").clone();
                let previews = parameters
                    .get_mut("previews")
                    .and_then(Value::as_array_mut)
                    .into_iter()
                    .flatten();
                for link in previews.filter(|link| link["name"] == PREVIEW) {
                    link["url"] = preview(&urls).into();
                }
                plugin.set("parameters", parameters);
                entity::update(tx, &plugin)?;
                Ok(())
            })?;
    }
    Ok(())
}

/// Where the server listens or, before it does, where it was told to.
fn urls(app: &App) -> Urls {
    let addresses = app.addresses().unwrap_or_else(|| Addresses {
        admin: app.options().addr,
        plugin: app.options().plugin_addr,
    });
    Urls::new(&addresses.admin.to_string(), &addresses.plugin.to_string())
}

fn build_hook(urls: &Urls) -> String {
    format!("{}{BUILD_HOOK}", urls.admin)
}

fn preview(urls: &Urls) -> String {
    format!("{}?environment={{environment}}", urls.site)
}
