//! One object type per model and block model, with the types its fields own.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::Value as GraphValue;
use async_graphql::dynamic::{
    Field, FieldValue, InputValue, Object, ResolverContext, SchemaBuilder, TypeRef, Union,
};
use serde_json::Value;

use super::super::description::{Description, FieldKind, Model};
use super::super::order::Order;
use super::super::{locale, meta_tags, names};
use super::basics::{RECORD_INTERFACE, interface_fields};
use super::nodes::{
    RecordNode, Resolved, SiteFacts, TextNode, argument, chosen_locale, field, in_locale,
    object_value, parent, scalar, session, type_ref,
};
use super::values::{self, Bound, Targets, note};
use super::{inverse, locales, select};

/// Registers the record types of all models, their unions and structured text types.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    let mut done = HashSet::new();
    for model in &description.models {
        // Two api keys can read the same in GraphQL; the first keeps the name.
        if !done.insert(names::record_type(&model.api_key)) {
            continue;
        }
        for described in &model.fields {
            builder = register_field_types(builder, description, model, described);
        }
        builder = builder.register(record(description, model));
    }
    builder
}

fn record(description: &Arc<Description>, model: &Model) -> Object {
    let mut object = Object::new(names::record_type(&model.api_key)).implement(RECORD_INTERFACE);
    if !model.name.is_empty() {
        let kind = if model.block { "Block" } else { "Record" };
        object = object.description(format!("{kind} of type {} ({})", model.name, model.api_key));
    }
    for (name, ty) in interface_fields(description.mode) {
        object = object.field(meta_field(name, ty, &model.api_key));
    }
    object = object.field(seo_meta_tags(description, model));
    if model.localized() {
        object = object.field(locales_field(model));
    }
    if model.sortable || model.tree {
        object = object.field(field("position", type_ref("IntType"), |ctx| {
            let node = parent::<RecordNode>(ctx)?;
            scalar(session(ctx)?, node.record.attribute("position"))
        }));
    }
    if model.tree {
        object = object
            .field(parent_field(description, model))
            .field(children_field(description, model));
    }
    for described in &model.fields {
        let bound = Arc::new(Bound::new(description, model, described));
        object = object.field(value_field(description, &bound));
        if described.localized {
            object = object.field(locales::all_locales_field(description, &bound));
        }
    }
    inverse::fields(description, model)
        .into_iter()
        .fold(object, Object::field)
}

fn meta_field(name: &'static str, ty: &str, api_key: &str) -> Field {
    let api_key = api_key.to_owned();
    field(name, type_ref(ty), move |ctx| {
        let record = &parent::<RecordNode>(ctx)?.record;
        let value = match name {
            "id" => record.id.as_str().into(),
            "_modelApiKey" => api_key.as_str().into(),
            "_editingUrl" => editing_url(ctx)?,
            "_isValid" => record.meta("is_valid").as_bool().unwrap_or(true).into(),
            "_status" => record.meta("status").as_str().unwrap_or("published").into(),
            _ => record
                .meta(&names::snake_case(name.trim_start_matches('_')))
                .clone(),
        };
        scalar(session(ctx)?, &value)
    })
}

/// Where a record is edited; a block is edited in the record it is in.
fn editing_url(ctx: &ResolverContext<'_>) -> async_graphql::Result<Value> {
    let Some(base) = &ctx.ctx.data::<SiteFacts>()?.base_editing_url else {
        return Ok(Value::Null);
    };
    let record = &parent::<RecordNode>(ctx)?.record;
    let (id, model) = match &record.owner {
        Some(owner) => (&owner.0, &owner.1),
        None => (&record.id, &record.model),
    };
    Ok(format!("{base}/editor/item_types/{model}/items/{id}/edit").into())
}

fn seo_meta_tags(description: &Arc<Description>, model: &Model) -> Field {
    let (description, model) = (Arc::clone(description), model.clone());
    let tags = field(
        "_seoMetaTags",
        TypeRef::named_nn_list_nn("Tag"),
        move |ctx| {
            let node = parent::<RecordNode>(ctx)?;
            let locale = chosen_locale(ctx, &description, &node.locale)?;
            let session = session(ctx)?;
            session.note("site".to_owned());
            let page = meta_tags::Page {
                model: &model,
                record: &node.record,
                choice: &locale,
                site: &ctx.ctx.data::<SiteFacts>()?.attributes,
                session,
            };
            Ok(Some(FieldValue::list(
                page.tags()
                    .iter()
                    .filter_map(|tag| object_value(tag, &locale)),
            )))
        },
    );
    tags.argument(InputValue::new("locale", TypeRef::named("SiteLocale")))
}

fn locales_field(model: &Model) -> Field {
    let keys: Vec<String> = model
        .fields
        .iter()
        .filter(|field| field.localized)
        .map(|field| field.api_key.clone())
        .collect();
    field("_locales", TypeRef::named_list("SiteLocale"), move |ctx| {
        let record = &parent::<RecordNode>(ctx)?.record;
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let names = locale::locales_of(&record.attributes, &keys)
            .into_iter()
            .map(|locale| GraphValue::from(names::site_locale(locale)));
        Ok(Some(FieldValue::value(GraphValue::List(names.collect()))))
    })
}

fn parent_field(description: &Arc<Description>, model: &Model) -> Field {
    let description = Arc::clone(description);
    let ty = TypeRef::named(names::record_type(&model.api_key));
    field("parent", ty, move |ctx| {
        let node = parent::<RecordNode>(ctx)?;
        let Some(id) = node.record.attribute("parent_id").as_str() else {
            return Ok(None);
        };
        let above = session(ctx)?.record(id)?;
        Ok(above.and_then(|record| shown(ctx, &description, record, node)))
    })
}

fn children_field(description: &Arc<Description>, model: &Model) -> Field {
    let (description, model) = (Arc::clone(description), model.clone());
    let ty = TypeRef::named_list(names::record_type(&model.api_key));
    field("children", ty, move |ctx| {
        let node = parent::<RecordNode>(ctx)?;
        let order = Order::read(&model, &["position_ASC".to_owned()]);
        let is_child = |record: &super::super::content::Record| {
            record.attribute("parent_id").as_str() == Some(&node.record.id)
        };
        let ids = select::ranked(session(ctx)?, &model, &order, &node.locale, is_child)?;
        let children = select::records(session(ctx)?, ids)?;
        Ok(Some(FieldValue::list(children.into_iter().filter_map(
            |record| shown(ctx, &description, record, node),
        ))))
    })
}

/// Another record, in the locale of this one.
fn shown<'a>(
    ctx: &ResolverContext<'_>,
    description: &Description,
    record: Arc<super::super::content::Record>,
    beside: &RecordNode,
) -> Option<FieldValue<'a>> {
    note(session(ctx).ok()?, &record);
    let node = RecordNode {
        record,
        locale: Arc::clone(&beside.locale),
    };
    node.into_value(description, false)
}

fn value_field(description: &Arc<Description>, bound: &Arc<Bound>) -> Field {
    let (described, captured) = (Arc::clone(description), Arc::clone(bound));
    let key = &bound.field.api_key;
    let built = field(names::camel_case(key), bound.ty.clone(), move |ctx| {
        value(ctx, &described, &captured)
    });
    let built = if bound.field.label.is_empty() {
        built
    } else {
        built.description(bound.field.label.clone())
    };
    let built = if bound.field.kind == FieldKind::Text && bound.field.markdown {
        built.argument(InputValue::new(
            "markdown",
            TypeRef::named(TypeRef::BOOLEAN),
        ))
    } else {
        built
    };
    if bound.field.localized {
        in_locale(built)
    } else {
        built
    }
}

fn value<'a>(ctx: &ResolverContext<'a>, description: &Description, bound: &Bound) -> Resolved<'a> {
    let node = parent::<RecordNode>(ctx)?;
    let locale = chosen_locale(ctx, description, &node.locale)?;
    let stored = node.record.attribute(&bound.field.api_key);
    let stored = locale.pick(bound.field.localized, stored);
    if argument(ctx, "markdown")? == Some(Value::Bool(true))
        && let Some(text) = stored.as_str()
    {
        return scalar(session(ctx)?, &markdown(text).into());
    }
    bound.present(description, session(ctx)?, &node.record, stored, &locale)
}

/// Markdown as HTML.
fn markdown(text: &str) -> String {
    use pulldown_cmark::{Options, Parser, html};
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut rendered = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut rendered, Parser::new_ext(text, options));
    rendered
}

fn register_field_types(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
    model: &Model,
    described: &super::super::description::Field,
) -> SchemaBuilder {
    let bound = Bound::new(description, model, described);
    if let Targets::Union { name, members } = &bound.targets {
        builder = builder.register(union_type(name, members));
    }
    let Some(lists) = values::structured_text_lists(description, model, described) else {
        return builder;
    };
    let dast = field("value", TypeRef::named_nn("JsonField"), |ctx| {
        let node = parent::<TextNode>(ctx)?;
        scalar(session(ctx)?, &values::dast_with_ids(&node.value))
    });
    let mut object = Object::new(names::field_type(&model.api_key, &described.api_key)).field(dast);
    for list in lists {
        if let Targets::Union { name, members } = &list.targets {
            builder = builder.register(union_type(name, members));
        }
        let description = Arc::clone(description);
        let ty = TypeRef::named_nn_list_nn(list.targets.type_name());
        object = object.field(field(list.name, ty, move |ctx| {
            let node = parent::<TextNode>(ctx)?;
            values::text_list(&description, session(ctx)?, &list, node).map(Some)
        }));
    }
    builder.register(object)
}

fn union_type(name: &str, members: &[String]) -> Union {
    members.iter().fold(Union::new(name), Union::possible_type)
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn markdown_becomes_html() {
        for (text, html) in [
            ("", ""),
            (
                "# Glaze\n\nSieve *twice*.",
                "<h1>Glaze</h1>\n<p>Sieve <em>twice</em>.</p>\n",
            ),
            (
                "- a\n- ~~b~~",
                "<ul>\n<li>a</li>\n<li><del>b</del></li>\n</ul>\n",
            ),
            ("<b>raw</b>", "<p><b>raw</b></p>\n"),
        ] {
            assert_eq!(markdown(text), html);
        }
    }
}
