//! Puts the records into the environment, through the same functions the management API uses: what the demo says is what the
//! rules allow.

use std::collections::HashMap;

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::draft::{Plan, Stage};
use super::models::{ModelPlan, model_id};
use super::people::Person;
use super::{articles, directory, hour_of_day, migrations};
use crate::clock::Timestamp;
use crate::http::error::ApiError;
use crate::records::publish::{self, Extent};
use crate::records::write::{self, Desk, NewItem, Patch};
use crate::schema::model::Schema;
use crate::state::App;
use crate::store::items::Author;

/// Writes every record, oldest first within its kind, and what is linked to before what links to it.
pub(super) fn records(
    app: &App,
    tx: &Connection,
    models: &[ModelPlan],
    people: &[Person],
    now: Timestamp,
) -> Result<(), ApiError> {
    let schema = Schema::load(tx)?;
    let drafts: HashMap<&str, bool> = models
        .iter()
        .map(|model| (model.api_key, model.drafts))
        .collect();
    let new_id = || app.new_id();
    for plan in plans(now) {
        let author = people.get(plan.creator).map(|person| Author {
            kind: "user".to_owned(),
            id: person.id.clone(),
        });
        let at = |days: u32, hour: u32| hour_of_day(now, i64::from(days), hour);
        let desk = |now: Timestamp| Desk {
            tx,
            schema: &schema,
            now,
            new_id: &new_id,
            author: author.clone(),
        };
        let with_drafts = drafts.get(plan.model).copied().unwrap_or(false);
        write_one(
            &desk(at(plan.created_days_ago, 9)),
            &desk(at(plan.updated_days_ago, 16)),
            plan,
            with_drafts,
        )?;
    }
    Ok(())
}

/// `then` is the desk of the day the record was made, `later` that of its last change.
fn write_one(
    then: &Desk<'_>,
    later: &Desk<'_>,
    plan: Plan,
    with_drafts: bool,
) -> Result<(), ApiError> {
    let Plan {
        id,
        model,
        attributes,
        stage,
        created_days_ago,
        updated_days_ago,
        ..
    } = plan;
    let mut first = attributes.clone();
    if let Stage::Updated { before } = &stage {
        first.extend(before.clone());
    }
    let touched = updated_days_ago < created_days_ago;
    let new = NewItem {
        id: Some(id.clone()),
        item_type: model_id(model),
        attributes: first,
        created_at: Some(then.now),
        ..NewItem::default()
    };
    // A record changed since by its author and then published, or one still in the works, is as new as its last change.
    let desk = if touched && !matches!(stage, Stage::Updated { .. }) {
        later
    } else {
        then
    };
    write::create(desk, new)?;
    if !with_drafts {
        return Ok(());
    }
    match stage {
        Stage::Draft => {}
        Stage::Published => {
            publish::publish(desk, &id, &Extent::default())?;
        }
        Stage::Updated { before } => {
            publish::publish(then, &id, &Extent::default())?;
            let changed: Map<String, Value> = before
                .keys()
                .filter_map(|key| Some((key.clone(), attributes.get(key)?.clone())))
                .collect();
            write::update(
                later,
                &id,
                Patch {
                    attributes: changed,
                    ..Patch::default()
                },
            )?;
        }
    }
    Ok(())
}

fn plans(now: Timestamp) -> Vec<Plan> {
    let ago = |days: u32, hour: u32| hour_of_day(now, i64::from(days), hour).iso_with_offset();
    let ahead = |days: i64, hour: u32| hour_of_day(now, -days, hour).iso_with_offset();
    let mut plans = articles::categories();
    plans.extend(articles::authors(&ago));
    plans.extend(articles::issues(&ago));
    plans.extend(directory::studios());
    plans.extend(directory::glazes());
    plans.extend(directory::events(&ahead).into_iter().rev());
    plans.extend(articles::articles(&ago).into_iter().rev());
    plans.extend(articles::pages());
    plans.extend(
        migrations::APPLIED
            .iter()
            .zip(1_u32..)
            .map(|(name, index)| {
                Plan::new(
                    "schema_migration",
                    name,
                    250 - index * 60,
                    json!({ "name": name }),
                )
                .created_by(0)
            }),
    );
    plans
}
