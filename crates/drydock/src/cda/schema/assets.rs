//! Assets: `FileField`, its variants under `X-Exclude-Invalid`, responsive images, videos.

use std::collections::HashSet;
use std::sync::Arc;

use async_graphql::dynamic::{
    Enum, Field, FieldValue, InputObject, InputValue, Interface, InterfaceField, Object,
    ResolverContext, SchemaBuilder, TypeRef,
};
use async_graphql::{Name, Result, Value as GraphValue};
use serde_json::{Map, Value, json};

use super::super::description::{AssetPromise, Description, FieldKind};
use super::super::imgix::{self, Parameters};
use super::super::placeholder::{self, Drawing};
use super::super::responsive::{responsive, with_focal_point};
use super::basics::hex;
use super::nodes::{
    AssetNode, Resolved, SiteFacts, ValueNode, argument, chosen_locale, field, in_locale,
    object_value, parent, scalar, session, type_ref,
};

/// The interface all types of assets implement.
const INTERFACE: &str = "FileFieldInterface";
const PARAMETERS: &str = "ImgixParams";

/// Fields that answer with an attribute of the upload: name, type, attribute.
const ATTRIBUTES: [(&str, &str, &str); 19] = [
    ("_createdAt", "DateTime!", "created_at"),
    ("_updatedAt", "DateTime!", "updated_at"),
    ("filename", "String!", "filename"),
    ("basename", "String!", "basename"),
    ("format", "String!", "format"),
    ("mimeType", "String!", "mime_type"),
    ("md5", "String!", "md5"),
    ("size", "IntType!", "size"),
    ("width", "IntType", "width"),
    ("height", "IntType", "height"),
    ("author", "String", "author"),
    ("copyright", "String", "copyright"),
    ("notes", "String", "notes"),
    ("tags", "[String!]!", "tags"),
    ("smartTags", "[String!]!", "smart_tags"),
    ("exifInfo", "CustomData!", "exif_info"),
    ("blurhash", "String", "blurhash"),
    ("thumbhash", "String", "thumbhash"),
    ("colors", "[ColorField!]!", "colors"),
];

/// The name of the type of assets that keep a promise: `FileField`, `ImageAltFileField` …
pub(super) fn type_name(promise: AssetPromise) -> String {
    let part = |holds: bool, name: &'static str| if holds { name } else { "" };
    [
        part(promise.image, "Image"),
        part(promise.video, "Video"),
        part(promise.alt, "Alt"),
        part(promise.title, "Title"),
        "FileField",
    ]
    .concat()
}

/// What is promised of a field's assets to a query of this mode.
pub(super) fn promised(description: &Description, promise: AssetPromise) -> AssetPromise {
    if description.mode.strict {
        promise
    } else {
        AssetPromise::default()
    }
}

/// Registers the types of assets.
///
/// A promise gives a type its name. Its fields are as the interface has them: the library (async-graphql 7.2) holds a field
/// that cannot be null against an interface whose field can, though it says less, and refuses the whole schema.
pub(super) fn register(
    mut builder: SchemaBuilder,
    description: &Arc<Description>,
) -> SchemaBuilder {
    let mut promises = HashSet::from([AssetPromise::default()]);
    let fields = description.models.iter().flat_map(|model| &model.fields);
    promises.extend(
        fields
            .filter(|field| matches!(field.kind, FieldKind::File | FieldKind::Gallery))
            .map(|field| promised(description, field.asset)),
    );
    for promise in promises {
        let object = Object::new(type_name(promise)).implement(INTERFACE);
        let object = fields_of(description)
            .into_iter()
            .fold(object, Object::field);
        builder = builder.register(object);
    }
    let interface = interface();
    builder = register_parameters(builder);
    for (name, values) in [
        ("MuxThumbnailFormatType", &["gif", "jpg", "png"][..]),
        ("VideoMp4Res", &["high", "low", "medium"][..]),
    ] {
        builder = builder.register(Enum::new(name).items(values.iter().copied()));
    }
    builder
        .register(interface)
        .register(responsive_image())
        .register(video())
}

fn register_parameters(mut builder: SchemaBuilder) -> SchemaBuilder {
    let mut input = InputObject::new(PARAMETERS);
    for (name, kind) in imgix::parameters() {
        let mut letters = name.chars();
        let upper = letters.next().map(|first| first.to_ascii_uppercase());
        let enum_name = format!(
            "{PARAMETERS}{}{}",
            upper.map(String::from).unwrap_or_default(),
            letters.as_str()
        );
        let ty = match kind {
            imgix::Kind::String => type_ref("String"),
            imgix::Kind::Integer => type_ref("IntType"),
            imgix::Kind::Float => type_ref("FloatType"),
            imgix::Kind::Boolean => type_ref("BooleanType"),
            imgix::Kind::Enum(_) => TypeRef::named(&enum_name),
            imgix::Kind::Enums(_) => TypeRef::named_nn_list(&enum_name),
        };
        if let imgix::Kind::Enum(values) | imgix::Kind::Enums(values) = kind {
            builder = builder.register(Enum::new(&enum_name).items(values.iter().copied()));
        }
        input = input.field(InputValue::new(name, ty));
    }
    builder.register(input)
}

/// The interface's fields have the types of the weakest promise.
fn interface() -> Interface {
    let plain = |name: &str, ty: &str| InterfaceField::new(name, type_ref(ty));
    let localized = |name: &str, ty: &str| {
        super::nodes::locale_arguments()
            .into_iter()
            .fold(plain(name, ty), InterfaceField::argument)
    };
    let mut interface = Interface::new(INTERFACE)
        .field(plain("id", "UploadId!"))
        .field(plain("_editingUrl", "String"))
        .field(plain("url", "String!").argument(parameters_argument()))
        .field(localized("alt", "String"))
        .field(localized("title", "String"))
        .field(localized("customData", "CustomData!"))
        .field(localized("focalPoint", "focalPoint"))
        .field(
            localized("responsiveImage", "ResponsiveImage")
                .argument(parameters_argument())
                .argument(InputValue::new("sizes", TypeRef::named(TypeRef::STRING))),
        )
        .field(
            thumb_arguments()
                .into_iter()
                .fold(plain("blurUpThumb", "String"), InterfaceField::argument),
        )
        .field(plain("video", "UploadVideoField"));
    for (name, ty, _) in ATTRIBUTES {
        interface = interface.field(plain(name, ty));
    }
    interface
}

fn fields_of(description: &Arc<Description>) -> Vec<Field> {
    let mut fields: Vec<Field> = ATTRIBUTES
        .into_iter()
        .map(|(name, ty, key)| attribute(name, type_ref(ty), key))
        .collect();
    fields.extend([
        field("id", type_ref("UploadId!"), |ctx| {
            let id = &parent::<AssetNode>(ctx)?.asset.id;
            scalar(session(ctx)?, &id.as_str().into())
        }),
        editing_url(),
        url(),
        said(description, "alt", type_ref("String")),
        said(description, "title", type_ref("String")),
        said(description, "custom_data", type_ref("CustomData!")),
        in_locale(field("focalPoint", type_ref("focalPoint"), |ctx| {
            let node = parent::<AssetNode>(ctx)?;
            Ok(object_value(&node.focal_point(), &node.locale))
        })),
        responsive_field(description, type_ref("ResponsiveImage")),
        thumb_field(),
        // Nothing here encodes videos: no asset has a stream.
        field("video", type_ref("UploadVideoField"), |_| Ok(None)),
    ]);
    fields
}

fn attribute(name: &'static str, ty: TypeRef, key: &'static str) -> Field {
    let required = matches!(ty, TypeRef::NonNull(_));
    field(name, ty, move |ctx| {
        let node = parent::<AssetNode>(ctx)?;
        let stored = node.asset.attribute(key);
        if name == "colors" {
            let colors = stored.as_array().into_iter().flatten();
            return Ok(Some(FieldValue::list(
                colors.filter_map(|color| object_value(color, &node.locale)),
            )));
        }
        // A file without an extension has no format, and the API still says a text.
        if stored.is_null() && required && name == "format" {
            return scalar(session(ctx)?, &"".into());
        }
        scalar(session(ctx)?, stored)
    })
}

impl AssetNode {
    /// What the field says, else what is said of the asset everywhere; null when nobody says anything.
    fn said(&self, key: &str) -> Value {
        let own = self.said.get(key).unwrap_or(&Value::Null);
        if !own.is_null() && own.as_object().is_none_or(|map| !map.is_empty()) {
            return own.clone();
        }
        let general = self.asset.attribute("default_field_metadata").get(key);
        match general {
            Some(value) if key == "focal_point" => value.clone(),
            Some(by_locale) => self.locale.pick(true, by_locale).clone(),
            None => Value::Null,
        }
    }

    /// Where the subject of an image is: in the middle, when nobody says otherwise.
    fn focal_point(&self) -> Value {
        let said = self.said("focal_point");
        if said.is_null() && self.asset.is_image() {
            json!({"x": 0.5, "y": 0.5})
        } else {
            said
        }
    }

    fn url(&self) -> &str {
        self.asset.attribute("url").as_str().unwrap_or_default()
    }

    /// The parameters a query gives, with the focal point where a crop needs it.
    fn parameters(&self, ctx: &ResolverContext<'_>) -> Result<Parameters> {
        let given = match argument(ctx, "imgixParams")? {
            Some(Value::Object(given)) => given,
            _ => Map::new(),
        };
        Ok(with_focal_point(
            Parameters::read(&given),
            &self.said("focal_point"),
        ))
    }

    fn thumbnail(&self, drawing: Drawing) -> Value {
        let blurhash = self.asset.attribute("blurhash").as_str();
        blurhash
            .and_then(|hash| placeholder::data_url(hash, drawing))
            .into()
    }
}

fn parameters_argument() -> InputValue {
    InputValue::new("imgixParams", TypeRef::named(PARAMETERS))
}

fn url() -> Field {
    field("url", type_ref("String!"), |ctx| {
        let node = parent::<AssetNode>(ctx)?;
        scalar(session(ctx)?, &node.parameters(ctx)?.on(node.url()).into())
    })
    .argument(parameters_argument())
}

fn editing_url() -> Field {
    field("_editingUrl", type_ref("String"), |ctx| {
        let node = parent::<AssetNode>(ctx)?;
        let base = ctx.ctx.data::<SiteFacts>()?.base_editing_url.as_deref();
        let url = base.map(|base| format!("{base}/media/assets/{}", node.asset.id));
        scalar(session(ctx)?, &url.into())
    })
}

/// A text, or custom data, that a field says about an asset or that is said of it everywhere.
fn said(description: &Arc<Description>, key: &'static str, ty: TypeRef) -> Field {
    let described = Arc::clone(description);
    let name = super::super::names::camel_case(key);
    in_locale(field(name, ty, move |ctx| {
        let node = parent::<AssetNode>(ctx)?;
        let locale = chosen_locale(ctx, &described, &node.locale)?;
        let node = AssetNode {
            locale,
            ..node.clone()
        };
        let value = node.said(key);
        if key == "custom_data" && value.is_null() {
            return scalar(session(ctx)?, &json!({}));
        }
        scalar(session(ctx)?, &value)
    }))
}

fn responsive_field(description: &Arc<Description>, ty: TypeRef) -> Field {
    let described = Arc::clone(description);
    let built = field("responsiveImage", ty, move |ctx| {
        let node = parent::<AssetNode>(ctx)?;
        if !node.asset.is_image() {
            return Ok(None);
        }
        let locale = chosen_locale(ctx, &described, &node.locale)?;
        let node = AssetNode {
            locale: Arc::clone(&locale),
            ..node.clone()
        };
        let sizes = argument(ctx, "sizes")?;
        let sizes = sizes.as_ref().and_then(Value::as_str);
        let parameters = node.parameters(ctx)?;
        let Some(image) = responsive(&node.asset, node.url(), &parameters, sizes) else {
            return Ok(None);
        };
        // The blurred thumbnail is drawn only when it is asked for.
        let thumbnail = if ctx.ctx.look_ahead().field("base64").exists() {
            node.thumbnail(Drawing {
                aspect_ratio: image.aspect_ratio,
                ..placeholder::DEFAULT
            })
        } else {
            Value::Null
        };
        let colors = node.asset.attribute("colors").as_array();
        let value = json!({
            "src": image.src, "src_set": image.src_set, "webp_src_set": image.webp_src_set, "sizes": image.sizes,
            "width": image.width, "height": image.height, "aspect_ratio": image.aspect_ratio,
            "alt": node.said("alt"), "title": node.said("title"), "base64": thumbnail,
            "bg_color": colors.and_then(|colors| colors.first()).map(hex),
        });
        Ok(object_value(&value, &locale))
    });
    in_locale(built)
        .argument(parameters_argument())
        .argument(InputValue::new("sizes", TypeRef::named(TypeRef::STRING)))
}

fn responsive_image() -> Object {
    [
        ("src", "String!", "src"),
        ("srcSet", "String!", "src_set"),
        ("webpSrcSet", "String!", "webp_src_set"),
        ("sizes", "String!", "sizes"),
        ("width", "IntType!", "width"),
        ("height", "IntType!", "height"),
        ("aspectRatio", "FloatType!", "aspect_ratio"),
        ("alt", "String", "alt"),
        ("title", "String", "title"),
        ("base64", "String", "base64"),
        ("bgColor", "String", "bg_color"),
    ]
    .into_iter()
    .fold(Object::new("ResponsiveImage"), |object, (name, ty, key)| {
        object.field(super::basics::stored_field(name, type_ref(ty), key))
    })
}

fn thumb_arguments() -> [InputValue; 4] {
    let whole = |name, default: u32| {
        InputValue::new(name, TypeRef::named_nn(TypeRef::INT)).default_value(default)
    };
    [
        parameters_argument(),
        InputValue::new("punch", TypeRef::named_nn(TypeRef::FLOAT))
            .default_value(f64::from(placeholder::DEFAULT.punch)),
        whole("quality", u32::from(placeholder::DEFAULT.quality)),
        whole("size", placeholder::DEFAULT.size),
    ]
}

fn thumb_field() -> Field {
    let built = field("blurUpThumb", type_ref("String"), |ctx| {
        let node = parent::<AssetNode>(ctx)?;
        if !node.asset.is_image() {
            return Ok(None);
        }
        let number = |name: &str| -> Result<Option<f64>> {
            Ok(argument(ctx, name)?.and_then(|value| value.as_f64()))
        };
        let whole = |value: Option<f64>, default: u32| {
            value.map_or(default, |value| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "clamped to what fits"
                )]
                let whole = value.clamp(0.0, 1_000.0) as u32;
                whole
            })
        };
        let shape = responsive(&node.asset, node.url(), &node.parameters(ctx)?, None);
        #[expect(clippy::cast_possible_truncation, reason = "contrast needs few digits")]
        let punch = number("punch")?.map_or(placeholder::DEFAULT.punch, |punch| punch as f32);
        let quality = whole(number("quality")?, u32::from(placeholder::DEFAULT.quality));
        let drawing = Drawing {
            size: whole(number("size")?, placeholder::DEFAULT.size),
            aspect_ratio: shape.map_or(1.0, |shape| shape.aspect_ratio),
            punch,
            quality: u8::try_from(quality).unwrap_or(100),
        };
        scalar(session(ctx)?, &node.thumbnail(drawing))
    });
    thumb_arguments().into_iter().fold(built, Field::argument)
}

/// The type of encoded videos, which no asset of this server is.
fn video() -> Object {
    let nothing = |name: &str, ty: &str| field(name, type_ref(ty), unencoded);
    let resolution = |name| InputValue::new(name, TypeRef::named("VideoMp4Res"));
    let mut object = Object::new("UploadVideoField")
        .field(in_locale(nothing("alt", "String")))
        .field(in_locale(nothing("title", "String")))
        .field(
            nothing("mp4Url", "String")
                .argument(resolution("exactRes"))
                .argument(resolution("res")),
        )
        .field(
            nothing("thumbnailUrl", "String!").argument(
                InputValue::new("format", TypeRef::named("MuxThumbnailFormatType"))
                    .default_value(GraphValue::Enum(Name::new("jpg"))),
            ),
        )
        .field(
            thumb_arguments()
                .into_iter()
                .fold(nothing("blurUpThumb", "String"), Field::argument),
        );
    for (name, ty) in [
        ("duration", "Int"),
        ("framerate", "Int"),
        ("width", "IntType!"),
        ("height", "IntType!"),
        ("muxAssetId", "String!"),
        ("muxPlaybackId", "String!"),
        ("streamingUrl", "String!"),
        ("blurhash", "String"),
        ("thumbhash", "String"),
    ] {
        object = object.field(nothing(name, ty));
    }
    object
}

fn unencoded<'a>(ctx: &ResolverContext<'a>) -> Resolved<'a> {
    scalar(session(ctx)?, &parent::<ValueNode>(ctx)?.value)
}
