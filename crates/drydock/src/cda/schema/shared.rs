//! The types every environment has, whatever its models.

use std::sync::Arc;

use async_graphql::dynamic::{
    Enum, Field, FieldFuture, FieldValue, InputObject, InputValue, Interface, InterfaceField,
    Object, Scalar, SchemaBuilder, TypeRef,
};
use async_graphql::{Result, Value as GraphValue};
use serde_json::Value;

use super::super::description::Description;
use super::super::names;
use super::nodes::{ValueNode, chosen_locale, locale_arguments};

/// The interface all records implement.
pub(super) const RECORD_INTERFACE: &str = "RecordInterface";

/// The scalars of the CMS, beside GraphQL's own.
const SCALARS: [&str; 10] = [
    "BooleanType",
    "CustomData",
    "Date",
    "DateTime",
    "FloatType",
    "IntType",
    "ItemId",
    "JsonField",
    "MetaTagAttributes",
    "UploadId",
];

/// A field of a value object: name, type, key in the stored value.
type StoredField = (&'static str, &'static str, &'static str);

/// Value objects with their fields.
const OBJECTS: [(&str, &[StoredField]); 9] = [
    ("CollectionMetadata", &[("count", "IntType!", "count")]),
    (
        "LatLonField",
        &[
            ("latitude", "FloatType", "latitude"),
            ("longitude", "FloatType", "longitude"),
        ],
    ),
    (
        "SeoField",
        &[
            ("title", "String", "title"),
            ("description", "String", "description"),
            ("twitterCard", "String", "twitter_card"),
            ("noIndex", "BooleanType", "no_index"),
            ("image", "FileField", "image"),
        ],
    ),
    (
        "VideoField",
        &[
            ("url", "String!", "url"),
            ("provider", "String!", "provider"),
            ("providerUid", "String!", "provider_uid"),
            ("title", "String!", "title"),
            ("thumbnailUrl", "String!", "thumbnail_url"),
            ("width", "IntType!", "width"),
            ("height", "IntType!", "height"),
        ],
    ),
    (
        "FileField",
        &[
            ("id", "UploadId!", "upload_id"),
            ("alt", "String", "alt"),
            ("title", "String", "title"),
            ("customData", "CustomData!", "custom_data"),
            ("focalPoint", "FocalPoint", "focal_point"),
        ],
    ),
    (
        "FocalPoint",
        &[("x", "FloatType!", "x"), ("y", "FloatType!", "y")],
    ),
    (
        "Tag",
        &[
            ("tag", "String!", "tag"),
            ("attributes", "MetaTagAttributes", "attributes"),
            ("content", "String", "content"),
        ],
    ),
    (
        "GlobalSeoField",
        &[
            ("siteName", "String", "site_name"),
            ("titleSuffix", "String", "title_suffix"),
            ("twitterAccount", "String", "twitter_account"),
            ("facebookPageUrl", "String", "facebook_page_url"),
            ("fallbackSeo", "SeoField", "fallback_seo"),
        ],
    ),
    (
        "ColorField",
        &[
            ("red", "IntType!", "red"),
            ("green", "IntType!", "green"),
            ("blue", "IntType!", "blue"),
            ("alpha", "IntType!", "alpha"),
        ],
    ),
];

/// Filter inputs: type, then (operator, operand type).
const FILTERS: [(&str, &[(&str, &str)]); 21] = [
    (
        "StringFilter",
        &[
            ("eq", "String"),
            ("neq", "String"),
            ("in", "[String]"),
            ("notIn", "[String]"),
            ("matches", "StringMatchesFilter"),
            ("notMatches", "StringMatchesFilter"),
            ("isBlank", "BooleanType"),
            ("isPresent", "BooleanType"),
            ("exists", "BooleanType"),
        ],
    ),
    (
        "SlugFilter",
        &[
            ("eq", "String"),
            ("neq", "String"),
            ("in", "[String]"),
            ("notIn", "[String]"),
        ],
    ),
    ("TextFilter", TEXT_OPERATORS),
    ("StructuredTextFilter", TEXT_OPERATORS),
    (
        "StringMatchesFilter",
        &[
            ("pattern", "String!"),
            ("caseSensitive", "BooleanType"),
            ("regexp", "BooleanType"),
        ],
    ),
    ("BooleanFilter", &[("eq", "BooleanType")]),
    ("IntegerFilter", &comparisons("IntType")),
    ("FloatFilter", &comparisons("FloatType")),
    ("DateFilter", &comparisons("Date")),
    ("DateTimeFilter", &comparisons("DateTime")),
    ("ExistsFilter", &[("exists", "BooleanType")]),
    (
        "LatLonFilter",
        &[("near", "LatLonNearFilter"), ("exists", "BooleanType")],
    ),
    (
        "LatLonNearFilter",
        &[
            ("latitude", "FloatType!"),
            ("longitude", "FloatType!"),
            ("radius", "FloatType!"),
        ],
    ),
    ("FileFilter", &references("UploadId", "[UploadId]")),
    ("LinkFilter", &references("ItemId", "[ItemId]")),
    ("GalleryFilter", &lists("[UploadId]")),
    ("LinksFilter", &lists("[ItemId]")),
    (
        "ItemIdFilter",
        &[
            ("eq", "ItemId"),
            ("neq", "ItemId"),
            ("in", "[ItemId]"),
            ("notIn", "[ItemId]"),
        ],
    ),
    (
        "StatusFilter",
        &[
            ("eq", "ItemStatus"),
            ("neq", "ItemStatus"),
            ("in", "[ItemStatus]"),
            ("notIn", "[ItemStatus]"),
        ],
    ),
    (
        "ParentFilter",
        &[("eq", "ItemId"), ("exists", "BooleanType")],
    ),
    (
        "LocalesFilter",
        &[
            ("allIn", "[SiteLocale!]"),
            ("anyIn", "[SiteLocale!]"),
            ("notIn", "[SiteLocale!]"),
        ],
    ),
];

const TEXT_OPERATORS: &[(&str, &str)] = &[
    ("matches", "StringMatchesFilter"),
    ("notMatches", "StringMatchesFilter"),
    ("isBlank", "BooleanType"),
    ("isPresent", "BooleanType"),
    ("exists", "BooleanType"),
];

const fn comparisons(operand: &'static str) -> [(&'static str, &'static str); 7] {
    [
        ("eq", operand),
        ("neq", operand),
        ("gt", operand),
        ("lt", operand),
        ("gte", operand),
        ("lte", operand),
        ("exists", "BooleanType"),
    ]
}

const fn references(one: &'static str, many: &'static str) -> [(&'static str, &'static str); 5] {
    [
        ("eq", one),
        ("neq", one),
        ("in", many),
        ("notIn", many),
        ("exists", "BooleanType"),
    ]
}

const fn lists(many: &'static str) -> [(&'static str, &'static str); 5] {
    [
        ("eq", many),
        ("allIn", many),
        ("anyIn", many),
        ("notIn", many),
        ("exists", "BooleanType"),
    ]
}

/// Registers everything of this module.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    for name in SCALARS {
        builder = builder.register(Scalar::new(name));
    }
    let locales = description
        .locales
        .iter()
        .map(|locale| names::site_locale(locale));
    builder = builder.register(Enum::new("SiteLocale").items(locales));
    builder = builder.register(Enum::new("ItemStatus").items(["draft", "updated", "published"]));
    for (name, fields) in OBJECTS {
        let object = fields
            .iter()
            .fold(Object::new(name), |object, (field, ty, key)| {
                object.field(stored_field(field, type_ref(ty), key))
            });
        let object = if name == "ColorField" {
            object.field(hex_field()).field(css_field())
        } else {
            object
        };
        builder = builder.register(object);
    }
    for (name, operators) in FILTERS {
        let input = operators
            .iter()
            .fold(InputObject::new(name), |input, (operator, ty)| {
                let value = InputValue::new(*operator, type_ref(ty));
                input.field(match *operator {
                    "caseSensitive" => value.default_value(false),
                    "regexp" => value.default_value(true),
                    _ => value,
                })
            });
        builder = builder.register(input);
    }
    builder
        .register(record_interface())
        .register(site(description))
}

/// The fields of the record interface with their types; `records` resolves them for each model.
pub(super) const INTERFACE_FIELDS: [(&str, &str); 11] = [
    ("id", "ItemId!"),
    ("_createdAt", "DateTime!"),
    ("_updatedAt", "DateTime!"),
    ("_publishedAt", "DateTime"),
    ("_firstPublishedAt", "DateTime"),
    ("_publicationScheduledAt", "DateTime"),
    ("_unpublishingScheduledAt", "DateTime"),
    ("_status", "ItemStatus!"),
    ("_isValid", "BooleanType!"),
    ("_modelApiKey", "String!"),
    ("_editingUrl", "String"),
];

fn record_interface() -> Interface {
    let interface = INTERFACE_FIELDS
        .iter()
        .fold(Interface::new(RECORD_INTERFACE), |interface, (name, ty)| {
            interface.field(InterfaceField::new(*name, type_ref(ty)))
        });
    let tags = InterfaceField::new("_seoMetaTags", TypeRef::named_nn_list_nn("Tag"));
    interface.field(tags.argument(InputValue::new("locale", TypeRef::named("SiteLocale"))))
}

fn site(description: &Arc<Description>) -> Object {
    let described = Arc::clone(description);
    let global_seo = Field::new("globalSeo", TypeRef::named("GlobalSeoField"), move |ctx| {
        let described = Arc::clone(&described);
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<ValueNode>()?;
            let locale = chosen_locale(&ctx.args, &described, &node.locale)?;
            let stored = node.value.get("global_seo").unwrap_or(&Value::Null);
            // With several locales the attribute is keyed by locale; with one it may be the value itself.
            let by_locale = described
                .locales
                .iter()
                .any(|locale| stored.get(locale).is_some());
            Ok(object_value(locale.pick(by_locale, stored), &locale))
        })
    });
    let described = Arc::clone(description);
    let locales = Field::new(
        "locales",
        TypeRef::named_nn_list_nn("SiteLocale"),
        move |_| {
            let names: Vec<GraphValue> = described
                .locales
                .iter()
                .map(|locale| GraphValue::from(names::site_locale(locale)))
                .collect();
            FieldFuture::from_value(Some(GraphValue::List(names)))
        },
    );
    Object::new("Site")
        .field(locales)
        .field(stored_field(
            "noIndex",
            TypeRef::named("BooleanType"),
            "no_index",
        ))
        .field(stored_field(
            "favicon",
            TypeRef::named("FileField"),
            "favicon",
        ))
        .field(
            locale_arguments()
                .into_iter()
                .fold(global_seo, Field::argument),
        )
}

/// A field that answers with a key of the stored object: an object of its own, or a scalar.
fn stored_field(name: &str, ty: TypeRef, key: &'static str) -> Field {
    Field::new(name, ty, move |ctx| {
        FieldFuture::new(async move {
            let node = ctx.parent_value.try_downcast_ref::<ValueNode>()?;
            let stored = node.value.get(key).unwrap_or(&Value::Null);
            // An asset is stored as its upload's id where no other facts about it are kept.
            let asset = (key == "image" || key == "favicon") && stored.is_string();
            if asset {
                return Ok(object_value(
                    &serde_json::json!({ "upload_id": stored }),
                    &node.locale,
                ));
            }
            if key == "custom_data" && stored.is_null() {
                return scalar(&serde_json::json!({}));
            }
            let structured = stored.is_object() && !matches!(key, "attributes" | "custom_data");
            if structured {
                Ok(object_value(stored, &node.locale))
            } else {
                scalar(stored)
            }
        })
    })
}

fn hex_field() -> Field {
    Field::new("hex", TypeRef::named_nn(TypeRef::STRING), |ctx| {
        FieldFuture::new(async move {
            let [red, green, blue, alpha] =
                channels(&ctx.parent_value.try_downcast_ref::<ValueNode>()?.value);
            let opaque = alpha == 255;
            let tail = if opaque {
                String::new()
            } else {
                format!("{alpha:02x}")
            };
            Ok(Some(GraphValue::from(format!(
                "#{red:02x}{green:02x}{blue:02x}{tail}"
            ))))
        })
    })
}

fn css_field() -> Field {
    Field::new("cssRgb", TypeRef::named_nn(TypeRef::STRING), |ctx| {
        FieldFuture::new(async move {
            let [red, green, blue, alpha] =
                channels(&ctx.parent_value.try_downcast_ref::<ValueNode>()?.value);
            let css = if alpha == 255 {
                format!("rgb({red} {green} {blue})")
            } else {
                format!(
                    "rgb({red} {green} {blue} / {:.2})",
                    f64::from(u8::try_from(alpha).unwrap_or(255)) / 255.0
                )
            };
            Ok(Some(GraphValue::from(css)))
        })
    })
}

fn channels(color: &Value) -> [u64; 4] {
    ["red", "green", "blue", "alpha"]
        .map(|channel| color.get(channel).and_then(Value::as_u64).unwrap_or(255))
}

/// A structured value as the parent of its fields; nothing for null.
pub(super) fn object_value<'a>(
    value: &Value,
    locale: &Arc<super::super::locale::LocaleChoice>,
) -> Option<FieldValue<'a>> {
    let present = !value.is_null();
    present.then(|| {
        FieldValue::owned_any(ValueNode {
            value: value.clone(),
            locale: Arc::clone(locale),
        })
    })
}

/// A stored value as a GraphQL scalar; nothing for null.
pub(super) fn scalar<'a>(value: &Value) -> Result<Option<FieldValue<'a>>> {
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(FieldValue::value(GraphValue::from_json(
        value.clone(),
    )?)))
}

/// A type written as in GraphQL: `String`, `String!`, `[ItemId]`, `[SiteLocale!]`.
pub(super) fn type_ref(written: &str) -> TypeRef {
    let (body, required) = written
        .strip_suffix('!')
        .map_or((written, false), |body| (body, true));
    let inner = match body
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(element) => TypeRef::List(Box::new(type_ref(element))),
        None => TypeRef::named(body),
    };
    if required {
        TypeRef::NonNull(Box::new(inner))
    } else {
        inner
    }
}
