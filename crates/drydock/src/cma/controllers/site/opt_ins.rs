//! Changes of the API's behaviour that a project opts into, once and for good, and the defaults of its asset addresses.
//!
//! A new project has opted into all of them but drafts as the default; asking again changes nothing.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, put};
use serde_json::{Map, Value, json};

use super::{entity, project_site};
use crate::assets::metadata::Form;
use crate::http::answer::{self, Answer};
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::entity as documents;

/// The last part of the address, and the flag of the site's `meta`.
const OPT_INS: [(&str, &str); 10] = [
    ("improved-hex-management", "improved_hex_management"),
    (
        "improved-gql-multilocale-fields",
        "improved_gql_multilocale_fields",
    ),
    (
        "improved-gql-visibility-control",
        "improved_gql_visibility_control",
    ),
    ("improved-boolean-fields", "improved_boolean_fields"),
    ("draft-mode-as-default", "draft_mode_default"),
    (
        "improved-validation-at-publishing",
        "improved_validation_at_publishing",
    ),
    (
        "improved-exposure-of-inline-blocks-in-cda",
        "improved_exposure_of_inline_blocks_in_cda",
    ),
    ("improved-items-listing", "improved_items_listing"),
    ("milliseconds-in-datetime", "milliseconds_in_datetime"),
    ("non-localized-focal-points", Form::OPT_IN),
];

/// The routes of this part of the resource.
pub(super) fn routes() -> Router<App> {
    OPT_INS
        .into_iter()
        .fold(Router::new(), |router, (name, flag)| {
            router.route(&format!("/site/activate-{name}"), at_once(flag))
        })
        .route(
            "/site/activate-improved-timezone-management",
            put(activate_timezones),
        )
        .route(
            "/site/assets-cdn-default-settings",
            put(update_asset_settings),
        )
}

fn at_once(flag: &'static str) -> MethodRouter<App> {
    put(move |ctx: Ctx, _body: OptionalJsonApi| async move {
        ctx.require(Permission::EditSite)?;
        answer::entity(StatusCode::OK, activate(&ctx, flag)?)
    })
}

/// The one of them that the real service does as a job: it rewrites every moment it has.
async fn activate_timezones(ctx: Ctx, _body: OptionalJsonApi) -> Answer {
    ctx.require(Permission::EditSite)?;
    ctx.job(|| {
        let site = activate(&ctx, "improved_timezone_management")?;
        Ok((200, json!({ "data": site })))
    })
}

fn activate(ctx: &Ctx, flag: &str) -> Result<Value, ApiError> {
    let mut site = project_site(&ctx.app)?;
    site.meta
        .get_or_insert_with(Map::new)
        .insert(flag.to_owned(), Value::Bool(true));
    ctx.app.project().write(|tx| documents::update(tx, &site))?;
    entity(&ctx.app, &ctx.env)
}

/// What is done to images and videos whose address does not say. Kept, not followed: there is no image service here.
async fn update_asset_settings(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::EditSite)?;
    let settings = &data["attributes"]["assets_cdn_default_settings"];
    if settings.is_null() {
        return Err(ApiError::invalid_field(
            "assets_cdn_default_settings",
            "VALIDATION_REQUIRED",
        ));
    }
    let fits = settings.as_object().is_some_and(|settings| {
        settings
            .iter()
            .all(|(key, value)| matches!(key.as_str(), "image" | "video") && value.is_object())
    });
    if !fits {
        return Err(ApiError::invalid_field(
            "assets_cdn_default_settings",
            "VALIDATION_INVALID",
        ));
    }
    let mut site = project_site(&ctx.app)?;
    let part = |name: &str| settings.get(name).cloned().unwrap_or_else(|| json!({}));
    site.set(
        "assets_cdn_default_settings",
        json!({"image": part("image"), "video": part("video")}),
    );
    ctx.app.project().write(|tx| documents::update(tx, &site))?;
    answer::entity(StatusCode::OK, entity(&ctx.app, &ctx.env)?)
}
