//! The demo project: *Kiln & Clay*, a small bilingual magazine with a release waiting to be made.
//!
//! `topics` and `places` are the hand-written parts, `articles` and `directory` put records together from them, `models` is the
//! schema, `people` the team and their roles, `furnishing` menus, plugin and build trigger, `write` puts it all into a new
//! project. `http` serves what the demo needs at run time: its migrations and its switches.

mod articles;
mod directory;
mod draft;
mod furnishing;
mod http;
mod ids;
mod migrations;
mod models;
mod people;
mod places;
mod topics;
mod write;

use std::time::Duration;

use serde_json::json;

use crate::clock::Timestamp;
use crate::cma::controllers::site::PROJECT_SITE;
use crate::http::error::ApiError;
use crate::schema::item_types;
use crate::state::App;
use crate::store::entity::{self, Kind};
use crate::store::{StoreError, environment, touch_schema};

pub(crate) use furnishing::announce;
pub(crate) use http::routes;

const DAY: Duration = Duration::from_hours(24);

/// Fills a new project with the demo magazine. The primary environment is written in one transaction.
pub(crate) fn seed(app: &App) -> Result<(), ApiError> {
    let now = app.now();
    name_the_site(app)?;
    let people = people::seed(app)?;
    furnishing::seed_project(app)?;
    let delivery_token =
        crate::cma::controllers::access_tokens::secret_named(app, crate::blank::READ_TOKEN)?;
    let primary = app.primary()?;
    primary.db.write(|tx| {
        settle_environment(tx)?;
        let models = models::all();
        models::create(tx, &models, &|| app.new_id(), now)?;
        write::records(app, tx, &models, &people, now)?;
        item_types::refresh(tx, &models::model_id("home_page"))?;
        furnishing::seed_environment(tx, app, delivery_token.as_deref())?;
        touch_schema(tx)?;
        Ok::<_, ApiError>(())
    })
}

fn name_the_site(app: &App) -> Result<(), ApiError> {
    app.project().write::<_, StoreError>(|tx| {
        if let Some(mut site) = entity::find(tx, Kind::Site, PROJECT_SITE)? {
            site.set("name", "Kiln & Clay");
            if let Some(meta) = &mut site.meta {
                meta.insert("draft_mode_default".to_owned(), true.into());
            }
            entity::update(tx, &site)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn settle_environment(tx: &rusqlite::Connection) -> Result<(), StoreError> {
    environment::set_locales(tx, &["en".to_owned(), "it".to_owned()])?;
    let mut settings = environment::settings(tx)?;
    settings.set("timezone", "Europe/Rome");
    let seo = |description: &str| {
        json!({
            "site_name": "Kiln & Clay", "title_suffix": " — Kiln & Clay", "twitter_account": null, "facebook_page_url": null,
            "fallback_seo": {"title": "Kiln & Clay", "description": description, "image": null, "twitter_card": "summary"},
        })
    };
    settings.set(
        "global_seo",
        json!({
            "en": seo("A magazine about ceramics, in English and Italian."),
            "it": seo("Una rivista di ceramica, in inglese e in italiano."),
        }),
    );
    settings.set(
        "theme",
        json!({"type": "monochromatic", "hue": 18, "logo": null}),
    );
    entity::update(tx, &settings)?;
    Ok(())
}

/// A whole hour, so many days before (or, negative, after) the day of `now`.
fn hour_of_day(now: Timestamp, days_ago: i64, hour: u32) -> Timestamp {
    let day = i64::try_from(DAY.as_millis()).unwrap_or(i64::MAX);
    let midnight = now.millis() - now.millis().rem_euclid(day);
    let at = midnight - days_ago.saturating_mul(day) + i64::from(hour) * 60 * 60 * 1000;
    // What happened today happened before now.
    Timestamp::from_millis(if days_ago >= 0 {
        at.min(now.millis())
    } else {
        at
    })
}
