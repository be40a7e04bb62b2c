//! The root fields: one record, a collection, its count, assets, the site.

use std::sync::Arc;

use async_graphql::dynamic::{Field, FieldValue, Object, ResolverContext, SchemaBuilder, TypeRef};
use serde_json::json;

use super::super::content::Record;
use super::super::description::{Description, Model};
use super::super::locale::LocaleChoice;
use super::super::names;
use super::nodes::{
    RecordNode, SiteFacts, ValueNode, field, in_locale, locale_arguments, object_value,
    root_locale, session,
};
use super::values::note;
use super::{select, uploads};

/// Name of the root type.
pub(super) const NAME: &str = "Query";

/// Registers the root type with the fields of every model that is not a block.
pub(super) fn register(builder: SchemaBuilder, description: &Arc<Description>) -> SchemaBuilder {
    let mut root = Object::new(NAME).field(site_field(description));
    let mut taken: Vec<String> = vec!["_site".to_owned()];
    for (name, field) in uploads::fields(description) {
        root = root.field(field);
        taken.push(name.to_owned());
    }
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
    uploads::register(builder).register(root)
}

fn site_field(description: &Arc<Description>) -> Field {
    let described = Arc::clone(description);
    in_locale(field("_site", TypeRef::named_nn("Site"), move |ctx| {
        let locale = root_locale(ctx, &described)?;
        session(ctx)?.note("site".to_owned());
        let value = ctx.ctx.data::<SiteFacts>()?.attributes.clone();
        Ok(Some(FieldValue::owned_any(ValueNode { value, locale })))
    }))
}

fn single_field(description: &Arc<Description>, model: &Arc<Model>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(model));
    let ty = TypeRef::named(names::record_type(&model.api_key));
    let built = field(names::camel_case(&model.api_key), ty, move |ctx| {
        let hits = hits(ctx, &described, &captured, (0, 1))?;
        Ok(hits.into_iter().next())
    });
    let built = in_locale(built);
    if model.singleton {
        built
    } else {
        select::with_order(select::with_filter(built, model), model)
    }
}

fn collection_field(description: &Arc<Description>, model: &Arc<Model>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(model));
    let ty = TypeRef::named_nn_list_nn(names::record_type(&model.api_key));
    let built = field(names::collection(&model.api_key), ty, move |ctx| {
        let page = select::page(ctx)?;
        Ok(Some(FieldValue::list(hits(
            ctx, &described, &captured, page,
        )?)))
    });
    let built = select::with_page(in_locale(built));
    select::with_order(select::with_filter(built, model), model)
}

fn count_field(description: &Arc<Description>, model: &Arc<Model>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(model));
    let ty = TypeRef::named_nn("CollectionMetadata");
    let built = field(names::collection_meta(&model.api_key), ty, move |ctx| {
        let locale = root_locale(ctx, &described)?;
        let filter = select::filter(ctx, &described, &captured)?;
        let session = session(ctx)?;
        session.note(format!("items:{}", captured.id));
        let count = if filter.is_empty() {
            session.count(&captured.id)?
        } else {
            let mut count = 0_usize;
            session.scan(&captured.id, |record| {
                count += usize::from(filter.accepts(record, &locale));
                Ok::<(), super::super::content::ContentError>(())
            })?;
            count
        };
        Ok(object_value(&json!({ "count": count }), &locale))
    });
    let [locale, _] = locale_arguments();
    select::with_filter(built.argument(locale), model)
}

/// The records the arguments of a root field select: so many are skipped, so many taken.
fn hits<'a>(
    ctx: &ResolverContext<'_>,
    description: &Description,
    model: &Model,
    (skip, take): (usize, usize),
) -> async_graphql::Result<Vec<FieldValue<'a>>> {
    let locale = root_locale(ctx, description)?;
    let filter = select::filter(ctx, description, model)?;
    let order = select::order(ctx, model)?;
    let session = session(ctx)?;
    session.note(format!("items:{}", model.id));
    let wanted = |record: &Record| filter.accepts(record, &locale);
    let ids = select::ranked(session, model, &order, &locale, wanted)?;
    let records = select::records(session, ids.into_iter().skip(skip).take(take))?;
    Ok(shown(ctx, description, records, &locale))
}

/// Records as values of their type.
pub(super) fn shown<'a>(
    ctx: &ResolverContext<'_>,
    description: &Description,
    records: Vec<Arc<Record>>,
    locale: &Arc<LocaleChoice>,
) -> Vec<FieldValue<'a>> {
    records
        .into_iter()
        .filter_map(|record| {
            note(session(ctx).ok()?, &record);
            let node = RecordNode {
                record,
                locale: Arc::clone(locale),
            };
            node.into_value(description, false)
        })
        .collect()
}
