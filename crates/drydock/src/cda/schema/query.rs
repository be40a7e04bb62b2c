//! The root fields: one record, a collection, its count, the site.

use std::sync::Arc;

use async_graphql::dynamic::{
    Field, FieldFuture, FieldValue, InputValue, Object, ResolverContext, SchemaBuilder, TypeRef,
};
use async_graphql::{Error, Name, Result, Value as GraphValue};
use serde_json::{Map, Value, json};

use super::super::content::Record;
use super::super::description::{Description, Model};
use super::super::locale::LocaleChoice;
use super::super::{filter, names, order};
use super::nodes::{RecordNode, SiteFacts, ValueNode, chosen_locale, locale_arguments, session};
use super::records;
use super::shared::object_value;

/// Name of the root type.
pub(super) const NAME: &str = "Query";

/// How many records a collection gives when the query does not say.
const DEFAULT_PAGE: u64 = 20;
/// How many records a collection gives at most.
const MAX_PAGE: u64 = 500;

/// Registers the root type with the fields of every model that is not a block.
pub(super) fn register(builder: SchemaBuilder, description: &Arc<Description>) -> SchemaBuilder {
    let builder = records::register_multi_locale_types(builder, description);
    let mut root = Object::new(NAME).field(site_field(description));
    let mut taken: Vec<String> = vec!["_site".to_owned()];
    for model in description.models.iter().filter(|model| !model.block) {
        let model = Arc::new(model.clone());
        let mut fields = vec![single_field(description, &model)];
        if !model.singleton {
            fields.push(collection_field(description, &model));
            fields.push(count_field(description, &model));
        }
        let root_names = [
            names::camel_case(&model.api_key),
            names::collection(&model.api_key),
            names::collection_meta(&model.api_key),
        ];
        for (field, name) in fields.into_iter().zip(root_names) {
            // Two api keys can share a plural; the first model keeps the name.
            if !name.is_empty() && !taken.contains(&name) {
                root = root.field(field);
                taken.push(name);
            }
        }
    }
    builder.register(root)
}

fn site_field(description: &Arc<Description>) -> Field {
    let described = Arc::clone(description);
    let field = Field::new("_site", TypeRef::named_nn("Site"), move |ctx| {
        let description = Arc::clone(&described);
        FieldFuture::new(async move {
            let locale = root_locale(&ctx, &description)?;
            let value = ctx.ctx.data::<SiteFacts>()?.0.clone();
            Ok(Some(FieldValue::owned_any(ValueNode { value, locale })))
        })
    });
    locale_arguments().into_iter().fold(field, Field::argument)
}

fn single_field(description: &Arc<Description>, model: &Arc<Model>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(model));
    let ty = TypeRef::named(names::record_type(&model.api_key));
    let field = Field::new(names::camel_case(&model.api_key), ty, move |ctx| {
        let (description, model) = (Arc::clone(&described), Arc::clone(&captured));
        FieldFuture::new(async move {
            let locale = root_locale(&ctx, &description)?;
            let mut hits = select(&ctx, &model, &locale)?;
            order::sort(&model, &locale, &requested_order(&ctx, &model)?, &mut hits);
            let first = hits.into_iter().next();
            Ok(first
                .and_then(|record| RecordNode { record, locale }.into_value(&description, false)))
        })
    });
    let field = locale_arguments().into_iter().fold(field, Field::argument);
    if model.singleton {
        field
    } else {
        field
            .argument(filter_argument(model))
            .argument(order_argument(model))
    }
}

fn collection_field(description: &Arc<Description>, model: &Arc<Model>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(model));
    let ty = TypeRef::named_nn_list_nn(names::record_type(&model.api_key));
    let field = Field::new(names::collection(&model.api_key), ty, move |ctx| {
        let (description, model) = (Arc::clone(&described), Arc::clone(&captured));
        FieldFuture::new(async move {
            let locale = root_locale(&ctx, &description)?;
            let (skip, first) = requested_page(&ctx)?;
            let mut hits = select(&ctx, &model, &locale)?;
            order::sort(&model, &locale, &requested_order(&ctx, &model)?, &mut hits);
            let page = hits
                .into_iter()
                .skip(skip)
                .take(first)
                .filter_map(|record| {
                    RecordNode {
                        record,
                        locale: Arc::clone(&locale),
                    }
                    .into_value(&description, false)
                });
            Ok(Some(FieldValue::list(page)))
        })
    });
    locale_arguments()
        .into_iter()
        .fold(field, Field::argument)
        .argument(InputValue::new("skip", TypeRef::named("IntType")))
        .argument(InputValue::new("first", TypeRef::named("IntType")).default_value(DEFAULT_PAGE))
        .argument(filter_argument(model))
        .argument(order_argument(model))
}

fn count_field(description: &Arc<Description>, model: &Arc<Model>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(model));
    let ty = TypeRef::named_nn("CollectionMetadata");
    let field = Field::new(names::collection_meta(&model.api_key), ty, move |ctx| {
        let (description, model) = (Arc::clone(&described), Arc::clone(&captured));
        FieldFuture::new(async move {
            let locale = root_locale(&ctx, &description)?;
            let count = select(&ctx, &model, &locale)?.len();
            Ok(object_value(&json!({ "count": count }), &locale))
        })
    });
    let [locale, _] = locale_arguments();
    field.argument(locale).argument(filter_argument(model))
}

fn filter_argument(model: &Model) -> InputValue {
    InputValue::new("filter", TypeRef::named(records::filter_name(model)))
}

fn order_argument(model: &Model) -> InputValue {
    let default = GraphValue::List(vec![GraphValue::Enum(Name::new(&model.default_order))]);
    InputValue::new("orderBy", TypeRef::named_list(records::order_name(model)))
        .default_value(default)
}

fn root_locale(ctx: &ResolverContext<'_>, description: &Description) -> Result<Arc<LocaleChoice>> {
    chosen_locale(
        &ctx.args,
        description,
        &Arc::new(LocaleChoice::only(description.default_locale())),
    )
}

/// The records of a model that match the query's filter.
fn select(
    ctx: &ResolverContext<'_>,
    model: &Model,
    locale: &LocaleChoice,
) -> Result<Vec<Arc<Record>>> {
    let filter: Map<String, Value> = match ctx.args.get("filter").filter(|filter| !filter.is_null())
    {
        Some(filter) => match filter.as_value().clone().into_json()? {
            Value::Object(conditions) => conditions,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        },
        None => Map::new(),
    };
    let all = session(ctx)?.records_of(&model.id)?;
    let mut hits = Vec::new();
    for record in all.iter() {
        if filter::matches(model, record, locale, &filter)? {
            hits.push(Arc::clone(record));
        }
    }
    Ok(hits)
}

fn requested_order(ctx: &ResolverContext<'_>, model: &Model) -> Result<Vec<String>> {
    let Some(keys) = ctx.args.get("orderBy").filter(|keys| !keys.is_null()) else {
        return Ok(vec![model.default_order.clone()]);
    };
    let keys = keys.list()?;
    keys.iter()
        .filter(|key| !key.is_null())
        .map(|key| Ok(key.enum_name()?.to_owned()))
        .collect()
}

fn requested_page(ctx: &ResolverContext<'_>) -> Result<(usize, usize)> {
    let number =
        |name: &str, default: u64| match ctx.args.get(name).filter(|value| !value.is_null()) {
            Some(value) => value
                .u64()
                .map_err(|_| page_error(name, "a whole number, zero or more")),
            None => Ok(default),
        };
    let (skip, first) = (number("skip", 0)?, number("first", DEFAULT_PAGE)?);
    if first > MAX_PAGE {
        return Err(page_error("first", &format!("at most {MAX_PAGE}")));
    }
    Ok((
        usize::try_from(skip).unwrap_or(usize::MAX),
        usize::try_from(first).unwrap_or(usize::MAX),
    ))
}

/// The message for a page size out of bounds.
fn page_error(argument: &str, bounds: &str) -> Error {
    Error::new(format!("`{argument}` must be {bounds}"))
}
