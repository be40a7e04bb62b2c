//! Which records an argument list asks for.

use std::sync::Arc;

use async_graphql::dynamic::{Field, InputValue, ResolverContext, TypeRef};
use async_graphql::{Error, Name, Result, Value as GraphValue};
use serde_json::{Map, Value};

use super::super::content::{ContentError, Record, Session};
use super::super::cost::DEFAULT_PAGE;
use super::super::description::{Description, Model};
use super::super::filter::RecordFilter;
use super::super::locale::LocaleChoice;
use super::super::names;
use super::super::order::Order;
use super::nodes::{argument, words};

/// How many records a collection gives at most.
const MAX_PAGE: u64 = 500;

/// Takes `filter`.
pub(super) fn with_filter(field: Field, model: &Model) -> Field {
    let ty = TypeRef::named(names::model_filter(&model.api_key));
    field.argument(InputValue::new("filter", ty))
}

/// Takes `orderBy`.
pub(super) fn with_order(field: Field, model: &Model) -> Field {
    let default = GraphValue::List(vec![GraphValue::Enum(Name::new(&model.default_order))]);
    let ty = TypeRef::named_list(names::model_order(&model.api_key));
    field.argument(InputValue::new("orderBy", ty).default_value(default))
}

/// Takes `skip` and `first`.
pub(super) fn with_page(field: Field) -> Field {
    field
        .argument(InputValue::new("skip", TypeRef::named("IntType")))
        .argument(InputValue::new("first", TypeRef::named("IntType")).default_value(DEFAULT_PAGE))
}

/// The `filter` argument, as JSON.
pub(super) fn filter_argument(ctx: &ResolverContext<'_>) -> Result<Map<String, Value>> {
    match argument(ctx, "filter")? {
        None => Ok(Map::new()),
        Some(Value::Object(conditions)) => Ok(conditions),
        Some(_) => Err(Error::new("`filter` must be an object of conditions")),
    }
}

/// The `filter` argument of a model's records.
pub(super) fn filter(
    ctx: &ResolverContext<'_>,
    description: &Description,
    model: &Model,
) -> Result<RecordFilter> {
    Ok(RecordFilter::read(
        description,
        model,
        &filter_argument(ctx)?,
    )?)
}

/// The `orderBy` argument; the model's own order when it is not given.
pub(super) fn order<'m>(ctx: &ResolverContext<'_>, model: &'m Model) -> Result<Order<'m>> {
    let keys = words(ctx, "orderBy")?.unwrap_or_else(|| vec![model.default_order.clone()]);
    Ok(Order::read(model, &keys))
}

/// The `skip` and `first` arguments.
pub(super) fn page(ctx: &ResolverContext<'_>) -> Result<(usize, usize)> {
    let number = |name: &str, default: u64| -> Result<u64> {
        match argument(ctx, name)? {
            Some(value) => value.as_u64().ok_or_else(|| {
                Error::new(format!("`{name}` must be a whole number, zero or more"))
            }),
            None => Ok(default),
        }
    };
    let (skip, first) = (number("skip", 0)?, number("first", DEFAULT_PAGE)?);
    if first > MAX_PAGE {
        return Err(Error::new(format!("`first` must be at most {MAX_PAGE}")));
    }
    let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    Ok((size(skip), size(first)))
}

/// Ids of a model's records that are wanted, in this order, then by id so that pages never overlap.
pub(super) fn ranked(
    session: &Session,
    model: &Model,
    order: &Order<'_>,
    choice: &LocaleChoice,
    wanted: impl Fn(&Record) -> bool,
) -> Result<Vec<String>, ContentError> {
    let mut hits: Vec<(Vec<Value>, String)> = Vec::new();
    session.scan(&model.id, |record| {
        if wanted(record) {
            hits.push((order.rank(record, choice), record.id.clone()));
        }
        Ok::<(), ContentError>(())
    })?;
    sort(order, &mut hits);
    Ok(hits.into_iter().map(|(_, id)| id).collect())
}

/// Sorts ranks with the ids they belong to.
pub(super) fn sort(order: &Order<'_>, hits: &mut [(Vec<Value>, String)]) {
    hits.sort_by(|(one, one_id), (other, other_id)| {
        order.compare(one, other).then_with(|| one_id.cmp(other_id))
    });
}

/// The records with these ids that can still be seen.
pub(super) fn records(
    session: &Session,
    ids: impl IntoIterator<Item = String>,
) -> Result<Vec<Arc<Record>>, ContentError> {
    let mut found = Vec::new();
    for id in ids {
        found.extend(session.record(&id)?);
    }
    Ok(found)
}
