//! Scalars, enums and value objects every environment has, and the interface of records.

use async_graphql::dynamic::{
    Enum, InputValue, Interface, InterfaceField, Object, Scalar, SchemaBuilder, TypeRef,
};
use async_graphql::{Value as GraphValue, dynamic::Field};
use serde_json::Value;

use super::super::description::{Description, Mode};
use super::super::names;
use super::nodes::{
    ValueNode, asset_value, field, object_value, parent, scalar, session, type_ref,
};

/// The interface all records implement.
pub(super) const RECORD_INTERFACE: &str = "RecordInterface";

/// A field of a value object: name, type, key in the stored value.
type StoredField = (&'static str, &'static str, &'static str);

/// Value objects with their fields.
const OBJECTS: [(&str, &[StoredField]); 7] = [
    ("CollectionMetadata", &[("count", "IntType!", "count")]),
    (
        "LatLonField",
        &[
            ("latitude", "FloatType!", "latitude"),
            ("longitude", "FloatType!", "longitude"),
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
        "focalPoint",
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
        "ColorField",
        &[
            ("red", "IntType!", "red"),
            ("green", "IntType!", "green"),
            ("blue", "IntType!", "blue"),
            ("alpha", "IntType!", "alpha"),
        ],
    ),
];

/// Registers everything of this module.
pub(super) fn register(mut builder: SchemaBuilder, description: &Description) -> SchemaBuilder {
    for scalar in scalars() {
        builder = builder.register(scalar);
    }
    let locales = || {
        description
            .locales
            .iter()
            .map(|locale| names::site_locale(locale))
    };
    builder = builder
        .register(Enum::new("SiteLocale").items(locales()))
        .register(Enum::new("ItemStatus").items(["draft", "updated", "published"]));
    for (name, fields) in OBJECTS {
        let object = fields
            .iter()
            .fold(Object::new(name), |object, (name, ty, key)| {
                object.field(stored_field(name, type_ref(ty), key))
            });
        let object = if name == "ColorField" {
            object.field(hex_field()).field(css_field())
        } else {
            object
        };
        builder = builder.register(object);
    }
    builder.register(record_interface(description.mode))
}

/// The scalars of the CMS, beside GraphQL's own, with what each takes as an input.
fn scalars() -> [Scalar; 10] {
    let text = |value: &GraphValue| matches!(value, GraphValue::String(_));
    let number = |value: &GraphValue| matches!(value, GraphValue::Number(_));
    // Ids of older projects are numbers, and some clients send them as such.
    let id = move |value: &GraphValue| text(value) || number(value);
    let integer = |value: &GraphValue| matches!(value, GraphValue::Number(number) if number.as_i64().is_some());
    [
        Scalar::new("BooleanType").validator(|value| matches!(value, GraphValue::Boolean(_))),
        Scalar::new("CustomData"),
        Scalar::new("Date").validator(text),
        Scalar::new("DateTime").validator(text),
        Scalar::new("FloatType").validator(number),
        Scalar::new("IntType").validator(integer),
        Scalar::new("ItemId").validator(id),
        Scalar::new("JsonField"),
        Scalar::new("MetaTagAttributes"),
        Scalar::new("UploadId").validator(id),
    ]
}

/// The fields of the record interface with their types; `records` resolves them for each model.
pub(super) fn interface_fields(mode: Mode) -> [(&'static str, &'static str); 11] {
    // Whoever sees valid published records only sees when they were published.
    let published = if mode.strict && !mode.drafts {
        "DateTime!"
    } else {
        "DateTime"
    };
    [
        ("id", "ItemId!"),
        ("_createdAt", "DateTime!"),
        ("_updatedAt", "DateTime!"),
        ("_publishedAt", published),
        ("_firstPublishedAt", published),
        ("_publicationScheduledAt", "DateTime"),
        ("_unpublishingScheduledAt", "DateTime"),
        ("_status", "ItemStatus!"),
        ("_isValid", "BooleanType!"),
        ("_modelApiKey", "String!"),
        ("_editingUrl", "String"),
    ]
}

fn record_interface(mode: Mode) -> Interface {
    let interface = interface_fields(mode)
        .iter()
        .fold(Interface::new(RECORD_INTERFACE), |interface, (name, ty)| {
            interface.field(InterfaceField::new(*name, type_ref(ty)))
        });
    let tags = InterfaceField::new("_seoMetaTags", TypeRef::named_nn_list_nn("Tag"));
    interface.field(tags.argument(InputValue::new("locale", TypeRef::named("SiteLocale"))))
}

/// A field that answers with a key of the stored object: an object of its own, an asset, or a scalar.
pub(super) fn stored_field(name: &str, ty: TypeRef, key: &'static str) -> Field {
    let asset = ty.type_name() == "FileField";
    let is_scalar = key == "attributes";
    field(name, ty, move |ctx| {
        let node = parent::<ValueNode>(ctx)?;
        let stored = node.value.get(key).unwrap_or(&Value::Null);
        if asset {
            return asset_value(session(ctx)?, stored.as_str(), &Value::Null, &node.locale);
        }
        if stored.is_object() && !is_scalar {
            return Ok(object_value(stored, &node.locale));
        }
        scalar(session(ctx)?, stored)
    })
}

fn hex_field() -> Field {
    field("hex", TypeRef::named_nn(TypeRef::STRING), |ctx| {
        let color = &parent::<ValueNode>(ctx)?.value;
        scalar(session(ctx)?, &hex(color).into())
    })
}

/// `#2c7a6b`, with a fourth pair for what can be seen through.
pub(super) fn hex(color: &Value) -> String {
    let [red, green, blue, alpha] = channels(color);
    let tail = if alpha == 255 {
        String::new()
    } else {
        format!("{alpha:02x}")
    };
    format!("#{red:02x}{green:02x}{blue:02x}{tail}")
}

fn css_field() -> Field {
    field("cssRgb", TypeRef::named_nn(TypeRef::STRING), |ctx| {
        let [red, green, blue, alpha] = channels(&parent::<ValueNode>(ctx)?.value);
        let css = if alpha == 255 {
            format!("rgb({red} {green} {blue})")
        } else {
            let share = f64::from(u8::try_from(alpha).unwrap_or(255)) / 255.0;
            format!("rgb({red} {green} {blue} / {share:.2})")
        };
        scalar(session(ctx)?, &css.into())
    })
}

fn channels(color: &Value) -> [u64; 4] {
    ["red", "green", "blue", "alpha"]
        .map(|channel| color.get(channel).and_then(Value::as_u64).unwrap_or(255))
}
