//! The inputs of each model: its filter, with the filters of its blocks where a field allows them, and its order.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_graphql::dynamic::{Enum, InputObject, InputValue, SchemaBuilder, TypeRef};

use super::super::description::{Description, Field, FieldKind, Model};
use super::super::{names, order};

/// Meta values with the filters they take.
const META: [(&str, &str); 9] = [
    ("id", "ItemIdFilter"),
    ("_status", "StatusFilter"),
    ("_isValid", "BooleanFilter"),
    ("_createdAt", "CreatedAtFilter"),
    ("_updatedAt", "UpdatedAtFilter"),
    ("_publishedAt", "PublishedAtFilter"),
    ("_firstPublishedAt", "PublishedAtFilter"),
    ("_publicationScheduledAt", "PublishedAtFilter"),
    ("_unpublishingScheduledAt", "PublishedAtFilter"),
];

/// Registers the inputs of all models.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    // By name: two api keys can read the same in GraphQL, and a block model may be asked about by several fields.
    let mut inputs: BTreeMap<String, InputObject> = BTreeMap::new();
    let mut orders: BTreeMap<String, Enum> = BTreeMap::new();
    for model in description.models.iter().filter(|model| !model.block) {
        let name = names::model_filter(&model.api_key);
        if inputs.contains_key(&name) {
            continue;
        }
        let mut input = joined(&name);
        for (key, ty) in META {
            input = input.field(InputValue::new(key, TypeRef::named(ty)));
        }
        if model.localized() {
            input = input.field(InputValue::new("_locales", TypeRef::named("LocalesFilter")));
        }
        if model.sortable || model.tree {
            input = input.field(InputValue::new(
                "position",
                TypeRef::named("PositionFilter"),
            ));
        }
        if model.tree {
            input = input.field(InputValue::new("parent", TypeRef::named("ParentFilter")));
        }
        for field in &model.fields {
            if description.filters_deeply(field) {
                let ty = deep_filter(description, model, field, &mut inputs);
                input = input.field(InputValue::new(
                    names::camel_case(&field.api_key),
                    TypeRef::named(ty),
                ));
            } else if let Some(ty) = filter_type(&field.kind) {
                input = input.field(InputValue::new(
                    names::camel_case(&field.api_key),
                    TypeRef::named(ty),
                ));
            }
        }
        inputs.insert(name, input);
        let order = names::model_order(&model.api_key);
        orders.insert(order.clone(), order_enum(&order, model));
    }
    for (_, input) in inputs {
        builder = builder.register(input);
    }
    orders.into_values().fold(builder, SchemaBuilder::register)
}

/// An input whose conditions can be joined.
fn joined(name: &str) -> InputObject {
    ["AND", "OR"]
        .into_iter()
        .fold(InputObject::new(name), |input, key| {
            input.field(InputValue::new(key, TypeRef::named_list(name)))
        })
}

/// The filter input of a field; `None` for kinds that cannot be filtered without deep filtering.
fn filter_type(kind: &FieldKind) -> Option<&'static str> {
    Some(match kind {
        FieldKind::String => "StringFilter",
        FieldKind::Text => "TextFilter",
        FieldKind::Slug => "SlugFilter",
        FieldKind::Boolean => "BooleanFilter",
        FieldKind::Integer => "IntegerFilter",
        FieldKind::Float => "FloatFilter",
        FieldKind::Date => "DateFilter",
        FieldKind::DateTime => "DateTimeFilter",
        FieldKind::Color => "ColorFilter",
        FieldKind::Json => "JsonFilter",
        FieldKind::Seo => "SeoFilter",
        FieldKind::Video => "VideoFilter",
        FieldKind::LatLon => "LatLonFilter",
        FieldKind::File => "FileFilter",
        FieldKind::Gallery => "GalleryFilter",
        FieldKind::Link(_) => "LinkFilter",
        FieldKind::Links(_) => "LinksFilter",
        FieldKind::StructuredText { .. } => "StructuredTextFilter",
        FieldKind::RichText(_) | FieldKind::SingleBlock(_) => return None,
    })
}

/// The name of the filter of a field with deep filtering; it and what it is made of are added to `inputs`. Shapes are the vendor's,
/// names of types a guess.
fn deep_filter(
    description: &Description,
    model: &Model,
    field: &Field,
    inputs: &mut BTreeMap<String, InputObject>,
) -> String {
    let stem = names::field_type(&model.api_key, &field.api_key);
    let (any, contains) = (
        format!("{stem}BlocksFilter"),
        format!("{stem}ContainsFilter"),
    );
    let mut any_input = InputObject::new(&any);
    let mut contains_input = InputObject::new(&contains);
    for block in description.models_of(&field.kind.contained()) {
        let key = names::camel_case(&block.api_key);
        let filter = block_filter(block, inputs);
        any_input = any_input.field(InputValue::new(&key, TypeRef::named(filter)));
        contains_input = contains_input.field(InputValue::new(&key, TypeRef::named("BooleanType")));
    }
    inputs.insert(any.clone(), any_input);
    inputs.insert(contains.clone(), contains_input);

    let name = format!("{stem}Filter");
    let about_blocks = |name: &str| {
        InputObject::new(name)
            .field(InputValue::new("any", TypeRef::named(&any)))
            .field(InputValue::new("containsAny", TypeRef::named(&contains)))
            .field(InputValue::new("exists", TypeRef::named("BooleanType")))
    };
    if matches!(field.kind, FieldKind::StructuredText { .. }) {
        let blocks = format!("{stem}DeepFilter");
        inputs.insert(blocks.clone(), about_blocks(&blocks));
        let input = InputObject::new(&name)
            .field(InputValue::new(
                "value",
                TypeRef::named("StructuredTextFilter"),
            ))
            .field(InputValue::new("blocks", TypeRef::named(blocks)));
        inputs.insert(name.clone(), input);
    } else {
        inputs.insert(name.clone(), about_blocks(&name));
    }
    name
}

/// The filter of a block model: its fields, but not the blocks inside it, and of the meta values its id alone.
fn block_filter(block: &Model, inputs: &mut BTreeMap<String, InputObject>) -> String {
    let name = names::model_filter(&block.api_key);
    if !inputs.contains_key(&name) {
        let mut input = joined(&name).field(InputValue::new("id", TypeRef::named("ItemIdFilter")));
        for field in &block.fields {
            if let Some(ty) = filter_type(&field.kind) {
                input = input.field(InputValue::new(
                    names::camel_case(&field.api_key),
                    TypeRef::named(ty),
                ));
            }
        }
        inputs.insert(name.clone(), input);
    }
    name
}

fn order_enum(name: &str, model: &Model) -> Enum {
    let columns = order::columns(model);
    let values = columns
        .iter()
        .flat_map(|column| ["ASC", "DESC"].map(|direction| format!("{column}_{direction}")));
    Enum::new(name).items(values)
}
