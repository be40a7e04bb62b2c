//! One object type per model and block model, with the types its fields own.

use std::sync::Arc;

use async_graphql::Value as GraphValue;
use async_graphql::dynamic::{
    Enum, Field, FieldFuture, FieldValue, InputObject, InputValue, Object, SchemaBuilder, TypeRef,
    Union,
};
use serde_json::Value;

use super::super::content::Record;
use super::super::description::{Description, Field as ModelField, FieldKind, Model};
use super::super::locale::LocaleChoice;
use super::super::{filter, locale, names, order};
use super::meta_tags;
use super::nodes::{RecordNode, SiteFacts, ValueNode, chosen_locale, locale_arguments, session};
use super::shared::{INTERFACE_FIELDS, RECORD_INTERFACE, object_value, scalar, type_ref};
use super::values::{self, Targets};

/// The filter input of a model.
pub(super) fn filter_name(model: &Model) -> String {
    format!("{}ModelFilter", names::pascal_case(&model.api_key))
}

/// The order enum of a model.
pub(super) fn order_name(model: &Model) -> String {
    format!("{}ModelOrderBy", names::pascal_case(&model.api_key))
}

/// Registers the record type of a model, its unions and structured text types, and, for models that
/// have a collection, its filter and order inputs.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
    model: &Model,
) -> SchemaBuilder {
    for field in &model.fields {
        builder = register_field_types(builder, description, model, field);
    }
    builder = builder.register(record(description, model));
    if model.block || model.singleton {
        return builder;
    }
    builder
        .register(filter_input(model))
        .register(order_enum(model))
}

fn record(description: &Arc<Description>, model: &Model) -> Object {
    let mut object = Object::new(names::record_type(&model.api_key)).implement(RECORD_INTERFACE);
    if !model.name.is_empty() {
        object = object.description(format!(
            "{} {}",
            if model.block {
                "Block of type"
            } else {
                "Record of type"
            },
            model.name
        ));
    }
    for (name, ty) in INTERFACE_FIELDS {
        object = object.field(meta_field(name, ty, &model.api_key));
    }
    object = object.field(seo_meta_tags(description, model));
    if model.localized() {
        object = object.field(locales_field(model));
    }
    if model.sortable || model.tree {
        object = object.field(Field::new("position", type_ref("IntType"), |ctx| {
            FieldFuture::new(async move {
                let node = ctx.parent_value.try_downcast_ref::<RecordNode>()?;
                scalar(
                    node.record
                        .attributes
                        .get("position")
                        .unwrap_or(&Value::Null),
                )
            })
        }));
    }
    if model.tree {
        object = object
            .field(parent_field(description, model))
            .field(children_field(description, model));
    }
    for field in &model.fields {
        object = object.field(value_field(description, model, field));
        if field.localized
            && let Some(name) = multi_locale_type(description, model, field)
        {
            object = object.field(all_locales_field(description, field, &name));
        }
    }
    object
}

fn meta_field(name: &'static str, ty: &str, api_key: &str) -> Field {
    let api_key = api_key.to_owned();
    Field::new(name, type_ref(ty), move |ctx| {
        let api_key = api_key.clone();
        FieldFuture::new(async move {
            let record = &ctx.parent_value.try_downcast_ref::<RecordNode>()?.record;
            match name {
                "id" => scalar(&Value::from(record.id.clone())),
                "_modelApiKey" => scalar(&Value::from(api_key)),
                // Only filled with `X-Base-Editing-Url`, which drydock does not take.
                "_editingUrl" => Ok(None),
                "_isValid" => scalar(&Value::from(
                    record.meta("is_valid").as_bool().unwrap_or(true),
                )),
                "_status" => scalar(&Value::from(
                    record.meta("status").as_str().unwrap_or("published"),
                )),
                _ => scalar(record.meta(&filter::snake_case(name.trim_start_matches('_')))),
            }
        })
    })
}

fn seo_meta_tags(description: &Arc<Description>, model: &Model) -> Field {
    let (description, model) = (Arc::clone(description), model.clone());
    let field = Field::new(
        "_seoMetaTags",
        TypeRef::named_nn_list_nn("Tag"),
        move |ctx| {
            let (description, model) = (Arc::clone(&description), model.clone());
            FieldFuture::new(async move {
                let node = ctx.parent_value.try_downcast_ref::<RecordNode>()?;
                let locale = chosen_locale(&ctx.args, &description, &node.locale)?;
                let site = ctx.ctx.data::<SiteFacts>()?;
                let tags = meta_tags::tags(&model, &node.record, &locale, &site.0);
                Ok(Some(FieldValue::list(
                    tags.iter().filter_map(|tag| object_value(tag, &locale)),
                )))
            })
        },
    );
    field.argument(InputValue::new("locale", TypeRef::named("SiteLocale")))
}

fn locales_field(model: &Model) -> Field {
    let keys: Vec<String> = model
        .fields
        .iter()
        .filter(|field| field.localized)
        .map(|field| field.api_key.clone())
        .collect();
    Field::new("_locales", TypeRef::named_list("SiteLocale"), move |ctx| {
        let keys = keys.clone();
        FieldFuture::new(async move {
            let record = &ctx.parent_value.try_downcast_ref::<RecordNode>()?.record;
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            let names = locale::locales_of(&record.attributes, &keys)
                .into_iter()
                .map(names::site_locale);
            Ok(Some(GraphValue::List(
                names.map(GraphValue::from).collect(),
            )))
        })
    })
}

fn parent_field(description: &Arc<Description>, model: &Model) -> Field {
    let description = Arc::clone(description);
    Field::new(
        "parent",
        TypeRef::named(names::record_type(&model.api_key)),
        move |ctx| {
            let description = Arc::clone(&description);
            FieldFuture::new(async move {
                let node = ctx.parent_value.try_downcast_ref::<RecordNode>()?;
                let Some(parent) = node
                    .record
                    .attributes
                    .get("parent_id")
                    .and_then(Value::as_str)
                else {
                    return Ok(None);
                };
                let parent = session(&ctx)?.record(parent)?;
                Ok(parent.and_then(|record| {
                    RecordNode {
                        record,
                        locale: Arc::clone(&node.locale),
                    }
                    .into_value(&description, false)
                }))
            })
        },
    )
}

fn children_field(description: &Arc<Description>, model: &Model) -> Field {
    let (description, model) = (Arc::clone(description), model.clone());
    let ty = TypeRef::named_list(names::record_type(&model.api_key));
    Field::new("children", ty, move |ctx| {
        let (description, model) = (Arc::clone(&description), model.clone());
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<RecordNode>()?;
            let all = session(&ctx)?.records_of(&model.id)?;
            let parent = |record: &Record| {
                record
                    .attributes
                    .get("parent_id")
                    .and_then(Value::as_str)
                    .map(str::to_owned)
            };
            let mut children: Vec<_> = all
                .iter()
                .filter(|record| parent(record).as_deref() == Some(&node.record.id))
                .cloned()
                .collect();
            order::sort(
                &model,
                &node.locale,
                &["position_ASC".to_owned()],
                &mut children,
            );
            let values = children.into_iter().filter_map(|record| {
                RecordNode {
                    record,
                    locale: Arc::clone(&node.locale),
                }
                .into_value(&description, false)
            });
            Ok(Some(FieldValue::list(values)))
        })
    })
}

fn value_field(description: &Arc<Description>, model: &Model, field: &ModelField) -> Field {
    let targets = values::targets(description, model, field);
    let ty = values::output_type(description, model, field);
    let (described, captured) = (Arc::clone(description), field.clone());
    let built = Field::new(names::camel_case(&field.api_key), ty, move |ctx| {
        let (description, field, targets) =
            (Arc::clone(&described), captured.clone(), targets.clone());
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<RecordNode>()?;
            let locale = chosen_locale(&ctx.args, &description, &node.locale)?;
            let stored = node
                .record
                .attributes
                .get(&field.api_key)
                .unwrap_or(&Value::Null);
            let stored = locale.pick(field.localized, stored);
            values::present(
                &description,
                session(&ctx)?,
                &field,
                targets.as_ref(),
                stored,
                &locale,
            )
        })
    });
    let built = if field.label.is_empty() {
        built
    } else {
        built.description(field.label.clone())
    };
    if field.localized {
        locale_arguments().into_iter().fold(built, Field::argument)
    } else {
        built
    }
}

/// The name of the type `_all<Field>Locales` lists, for kinds whose type is not owned by the field.
fn multi_locale_type(
    description: &Description,
    model: &Model,
    field: &ModelField,
) -> Option<String> {
    match field.kind {
        FieldKind::String
        | FieldKind::Text
        | FieldKind::Slug
        | FieldKind::Boolean
        | FieldKind::Integer
        | FieldKind::Float
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Color
        | FieldKind::Json
        | FieldKind::LatLon
        | FieldKind::Seo
        | FieldKind::Video
        | FieldKind::File => {
            let ty = values::output_type(description, model, field);
            Some(format!("{}MultiLocaleField", ty.type_name()))
        }
        FieldKind::Gallery
        | FieldKind::Link(_)
        | FieldKind::Links(_)
        | FieldKind::RichText(_)
        | FieldKind::SingleBlock(_)
        | FieldKind::StructuredText { .. } => None,
    }
}

/// The types `_all<Field>Locales` fields list, each once: `{locale value}` over a value type.
pub(super) fn register_multi_locale_types(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    let mut done: Vec<String> = Vec::new();
    for model in &description.models {
        for field in model.fields.iter().filter(|field| field.localized) {
            let Some(name) =
                multi_locale_type(description, model, field).filter(|name| !done.contains(name))
            else {
                continue;
            };
            builder = builder.register(multi_locale_object(description, model, field, &name));
            done.push(name);
        }
    }
    builder
}

fn multi_locale_object(
    description: &Arc<Description>,
    model: &Model,
    field: &ModelField,
    name: &str,
) -> Object {
    let (described, captured) = (Arc::clone(description), field.clone());
    let value = Field::new(
        "value",
        values::output_type(description, model, field),
        move |ctx| {
            let (description, field) = (Arc::clone(&described), captured.clone());
            FieldFuture::new(async move {
                let node = ctx.parent_value.try_downcast_ref::<ValueNode>()?;
                values::present(
                    &description,
                    session(&ctx)?,
                    &field,
                    None,
                    &node.value,
                    &node.locale,
                )
            })
        },
    );
    let locale = Field::new("locale", TypeRef::named("SiteLocale"), |ctx| {
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<ValueNode>()?;
            Ok(Some(GraphValue::from(names::site_locale(
                &node.locale.locale,
            ))))
        })
    });
    Object::new(name).field(locale).field(value)
}

fn all_locales_field(description: &Arc<Description>, field: &ModelField, type_name: &str) -> Field {
    let (described, captured) = (Arc::clone(description), field.clone());
    let name = format!("_all{}Locales", names::pascal_case(&field.api_key));
    let built = Field::new(name, TypeRef::named_nn_list(type_name), move |ctx| {
        let (description, field) = (Arc::clone(&described), captured.clone());
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<RecordNode>()?;
            let choice = chosen_locale(&ctx.args, &description, &node.locale)?;
            let stored = node
                .record
                .attributes
                .get(&field.api_key)
                .and_then(Value::as_object);
            let entries = stored.into_iter().flatten().map(|(locale, value)| {
                let locale = LocaleChoice {
                    locale: locale.clone(),
                    fallbacks: choice.fallbacks.clone(),
                };
                FieldValue::owned_any(ValueNode {
                    value: value.clone(),
                    locale: Arc::new(locale),
                })
            });
            Ok(Some(FieldValue::list(entries)))
        })
    });
    locale_arguments().into_iter().fold(built, Field::argument)
}

fn register_field_types(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
    model: &Model,
    field: &ModelField,
) -> SchemaBuilder {
    if let Some(Targets::Union { name, members }) = values::targets(description, model, field) {
        builder = builder.register(union_type(&name, &members));
    }
    let Some(lists) = values::structured_text_lists(description, model, field) else {
        return builder;
    };
    let value = Field::new("value", TypeRef::named_nn("JsonField"), |ctx| {
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<ValueNode>()?;
            scalar(&values::dast_with_ids(&node.value))
        })
    });
    let mut object = Object::new(names::field_type(&model.api_key, &field.api_key)).field(value);
    for list in lists {
        if let Targets::Union { name, members } = &list.targets {
            builder = builder.register(union_type(name, members));
        }
        let described = Arc::clone(description);
        object = object.field(Field::new(
            list.name,
            TypeRef::named_nn_list_nn(list.targets.type_name()),
            move |ctx| {
                let (description, list) = (Arc::clone(&described), list.clone());
                FieldFuture::new(async move {
                    let node = ctx.parent_value.try_downcast_ref::<ValueNode>()?;
                    values::text_list(&description, session(&ctx)?, &list, node).map(Some)
                })
            },
        ));
    }
    builder.register(object)
}

fn union_type(name: &str, members: &[String]) -> Union {
    members.iter().fold(Union::new(name), Union::possible_type)
}

fn filter_input(model: &Model) -> InputObject {
    let name = filter_name(model);
    let mut input = InputObject::new(&name)
        .field(InputValue::new("AND", TypeRef::named_list(&name)))
        .field(InputValue::new("OR", TypeRef::named_list(&name)))
        .field(InputValue::new("id", TypeRef::named("ItemIdFilter")))
        .field(InputValue::new("_status", TypeRef::named("StatusFilter")))
        .field(InputValue::new("_isValid", TypeRef::named("BooleanFilter")));
    for meta in order::META.iter().filter(|meta| meta.ends_with("At")) {
        input = input.field(InputValue::new(*meta, TypeRef::named("DateTimeFilter")));
    }
    if model.localized() {
        input = input.field(InputValue::new("_locales", TypeRef::named("LocalesFilter")));
    }
    if model.sortable || model.tree {
        input = input.field(InputValue::new("position", TypeRef::named("IntegerFilter")));
    }
    if model.tree {
        input = input.field(InputValue::new("parent", TypeRef::named("ParentFilter")));
    }
    for field in &model.fields {
        if let Some(ty) = values::filter_type(&field.kind) {
            input = input.field(InputValue::new(
                names::camel_case(&field.api_key),
                TypeRef::named(ty),
            ));
        }
    }
    input
}

fn order_enum(model: &Model) -> Enum {
    let mut columns: Vec<String> = order::META.map(str::to_owned).to_vec();
    if model.sortable || model.tree {
        columns.push("position".to_owned());
    }
    let fields = model
        .fields
        .iter()
        .filter(|field| order::orders(&field.kind));
    columns.extend(fields.map(|field| names::camel_case(&field.api_key)));
    let items = columns
        .iter()
        .flat_map(|column| ["ASC", "DESC"].map(|direction| format!("{column}_{direction}")));
    Enum::new(order_name(model)).items(items)
}
