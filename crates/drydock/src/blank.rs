//! A project as a new customer gets it: environment `main`, locale `en`, the default roles, three API tokens.

use serde_json::{Value, json};

use crate::assets::metadata::Form;
use crate::cma::controllers::access_tokens;
use crate::cma::controllers::site::PROJECT_SITE;
use crate::cma::controllers::users;
use crate::http::error::ApiError;
use crate::http::permission::{EnvironmentsAccess, FAMILIES, Permission};
use crate::roles::bare;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};
use crate::store::project::{self, EnvironmentRow, EnvironmentStatus};
use crate::store::{StoreError, environment, set_last_data_change, touch_schema};

/// The id of the first environment.
pub(crate) const FIRST_ENVIRONMENT: &str = "main";

/// Names of the tokens the server prints at start.
pub(crate) const FULL_TOKEN: &str = "Full-access API token";
pub(crate) const EDITOR_TOKEN: &str = "Editor API token";
pub(crate) const READ_TOKEN: &str = "Read-only API token";

/// The roles of a new project.
pub(crate) struct DefaultRoles {
    pub(crate) admin: String,
    pub(crate) editor: String,
    pub(crate) viewer: String,
}

/// Creates the project in the empty databases.
pub(crate) fn create(app: &App) -> Result<DefaultRoles, ApiError> {
    let roles = DefaultRoles {
        editor: app.new_id(),
        admin: app.new_id(),
        viewer: app.new_id(),
    };
    let main = EnvironmentRow {
        id: FIRST_ENVIRONMENT.to_owned(),
        file: format!("environment-{}", app.new_id()),
        status: EnvironmentStatus::Ready,
        primary: true,
        created_at: app.now(),
        forked_from: None,
        fork_source: None,
        read_only: false,
    };
    // The environment's file first: an entry in the project always has its database.
    app.open_database(&main.file)?
        .write_quietly::<_, StoreError>(|tx| {
            environment::create_settings(tx, &["en"])?;
            set_last_data_change(tx, main.created_at)?;
            touch_schema(tx)
        })?;
    app.project().write::<_, StoreError>(|tx| {
        entity::insert(tx, &site(app))?;
        entity::insert(tx, &editor(&roles.editor))?;
        entity::insert(tx, &admin(&roles.admin))?;
        entity::insert(tx, &viewer(&roles.viewer))?;
        project::insert_environment(tx, &main)
    })?;
    access_tokens::add(app, FULL_TOKEN, &roles.admin, None)?;
    access_tokens::add(app, EDITOR_TOKEN, &roles.editor, None)?;
    access_tokens::add(app, READ_TOKEN, &roles.viewer, Some("readonly"))?;
    users::add(app, "Ada Admin", "ada@drydock.invalid", &roles.admin)?;
    Ok(roles)
}

fn site(app: &App) -> Entity {
    let mut site = Entity::new(Kind::Site, PROJECT_SITE);
    site.set("name", "Drydock project");
    for absent in ["domain", "google_maps_api_token", "frontend_url"] {
        site.set(absent, Value::Null);
    }
    site.set("internal_domain", "drydock.invalid");
    site.set("imgix_host", "drydock.invalid");
    site.set("require_2fa", false);
    site.set("ip_tracking_enabled", true);
    site.set("force_use_of_sandbox_environments", false);
    site.set(
        "assets_cdn_default_settings",
        serde_json::json!({"image": {}, "video": {}}),
    );
    let mut meta = serde_json::Map::new();
    meta.insert("created_at".to_owned(), app.now().iso().into());
    meta.insert("draft_mode_default".to_owned(), false.into());
    meta.insert("custom_upload_storage_settings".to_owned(), false.into());
    meta.insert("allow_custom_theme".to_owned(), true.into());
    for opted_in in [
        "improved_timezone_management",
        "improved_hex_management",
        "improved_gql_multilocale_fields",
        "improved_gql_visibility_control",
        "improved_boolean_fields",
        "improved_validation_at_publishing",
        "improved_exposure_of_inline_blocks_in_cda",
        "improved_items_listing",
        "milliseconds_in_datetime",
    ] {
        meta.insert(opted_in.to_owned(), true.into());
    }
    let metadata_by_part = !app.options().localized_focal_points;
    meta.insert(Form::OPT_IN.to_owned(), metadata_by_part.into());
    site.meta = Some(meta);
    site
}

/// Everything, everywhere.
fn admin(id: &str) -> Entity {
    let mut role = bare(id, "Admin");
    for permission in Permission::ALL {
        role.set(permission.wire(), true);
    }
    role.set("environments_access", EnvironmentsAccess::All.wire());
    allow_content(&mut role, "all");
    role
}

/// Content of the primary environment, and a few settings.
fn editor(id: &str) -> Entity {
    let mut role = bare(id, "Editor");
    for permission in [Permission::AccessBuildEventsLog, Permission::EditFavicon] {
        role.set(permission.wire(), true);
    }
    allow_content(&mut role, "all");
    role
}

/// Sees everything, changes nothing.
fn viewer(id: &str) -> Entity {
    let mut role = bare(id, "Viewer");
    role.set("environments_access", EnvironmentsAccess::All.wire());
    allow_content(&mut role, "read");
    role
}

/// Entries for the first environment; a fork repeats them for the new one.
fn allow_content(role: &mut Entity, action: &str) {
    role.set(
        "positive_item_type_permissions",
        json!([{
            "environment": FIRST_ENVIRONMENT, "item_type": null, "workflow": null, "on_stage": null, "to_stage": null,
            "action": action, "on_creator": "anyone", "localization_scope": "all", "locale": null,
        }]),
    );
    role.set(
        "positive_upload_permissions",
        json!([{
            "environment": FIRST_ENVIRONMENT, "action": action, "on_creator": "anyone", "upload_collection": null,
            "localization_scope": "all", "locale": null,
        }]),
    );
    if action == "all" {
        role.set(
            "positive_build_trigger_permissions",
            json!([{"build_trigger": null}]),
        );
        role.set(
            "positive_search_index_permissions",
            json!([{"search_index": null}]),
        );
    }
    debug_assert!(
        FAMILIES
            .iter()
            .all(|family| role.attributes.contains_key(&format!("negative_{family}")))
    );
}
