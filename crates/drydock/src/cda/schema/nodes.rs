//! What travels between resolvers: a record, an asset or a value, with the locale the query asked for around it.

use std::sync::Arc;

use async_graphql::dynamic::{
    Field, FieldFuture, FieldValue, InputValue, ResolverContext, TypeRef,
};
use async_graphql::{Error, Result, Value as GraphValue};
use serde_json::Value;

use super::super::content::{Asset, Record, Session};
use super::super::description::Description;
use super::super::locale::LocaleChoice;
use super::super::names;

/// What is known of the site around the records.
#[derive(Debug, Clone, Default)]
pub(crate) struct SiteFacts {
    /// The attributes of the environment's site, as the management API gives them.
    pub(crate) attributes: Value,
    /// The project's name.
    pub(crate) name: Option<String>,
    /// Where the panel is, when the caller said so (`X-Base-Editing-Url`).
    pub(crate) base_editing_url: Option<String>,
}

/// A record, as the parent of its fields.
#[derive(Debug, Clone)]
pub(super) struct RecordNode {
    pub(super) record: Arc<Record>,
    pub(super) locale: Arc<LocaleChoice>,
}

/// A structured value (colour, SEO, tag …), as the parent of its fields.
#[derive(Debug, Clone)]
pub(super) struct ValueNode {
    pub(super) value: Value,
    pub(super) locale: Arc<LocaleChoice>,
}

/// A structured text and the record, or block, it stands in.
#[derive(Debug, Clone)]
pub(super) struct TextNode {
    pub(super) holder: Arc<Record>,
    pub(super) value: Value,
    pub(super) locale: Arc<LocaleChoice>,
}

/// An asset, and what a field says about it.
#[derive(Debug, Clone)]
pub(super) struct AssetNode {
    pub(super) asset: Arc<Asset>,
    /// `{alt, title, custom_data, focal_point}` of the field; null where there is no field.
    pub(super) said: Value,
    pub(super) locale: Arc<LocaleChoice>,
}

impl RecordNode {
    /// The node as a value of its own record type, or, given `union`, as a member of a union.
    pub(super) fn into_value<'a>(
        self,
        description: &Description,
        union: bool,
    ) -> Option<FieldValue<'a>> {
        let model = description.model(&self.record.model)?;
        let type_name = names::record_type(&model.api_key);
        let value = FieldValue::owned_any(self);
        Some(if union {
            value.with_type(type_name)
        } else {
            value
        })
    }
}

/// What a resolver answers.
pub(super) type Resolved<'a> = Result<Option<FieldValue<'a>>>;

/// A field whose value is at hand: nothing here waits for anything.
pub(super) fn field(
    name: impl Into<String>,
    ty: impl Into<TypeRef>,
    resolve: impl for<'a> Fn(&ResolverContext<'a>) -> Resolved<'a> + Send + Sync + 'static,
) -> Field {
    Field::new(name, ty, move |ctx| {
        let outcome = resolve(&ctx);
        FieldFuture::new(async move { outcome })
    })
}

/// The parent, when it is of this type.
pub(super) fn parent<'c, T: 'static>(ctx: &'c ResolverContext<'_>) -> Result<&'c T> {
    ctx.parent_value.try_downcast_ref::<T>()
}

/// The query's session.
pub(super) fn session<'a>(ctx: &ResolverContext<'a>) -> Result<&'a Arc<Session>> {
    ctx.ctx.data::<Arc<Session>>()
}

/// An argument as JSON, variables filled in; `None` when it is absent or null.
pub(super) fn argument(ctx: &ResolverContext<'_>, name: &str) -> Result<Option<Value>> {
    match ctx.args.get(name).filter(|value| !value.is_null()) {
        Some(value) => Ok(Some(value.as_value().clone().into_json()?)),
        None => Ok(None),
    }
}

/// The words of an argument that is a list of them, or, as GraphQL allows, a single one.
pub(super) fn words(ctx: &ResolverContext<'_>, name: &str) -> Result<Option<Vec<String>>> {
    Ok(argument(ctx, name)?.map(|value| {
        let all = value
            .as_array()
            .map_or(std::slice::from_ref(&value), Vec::as_slice);
        let words = all.iter().filter_map(Value::as_str);
        words.map(str::to_owned).collect()
    }))
}

/// The arguments by which a field chooses its locale.
pub(super) fn locale_arguments() -> [InputValue; 2] {
    [
        InputValue::new("locale", TypeRef::named("SiteLocale")),
        InputValue::new("fallbackLocales", TypeRef::named_nn_list("SiteLocale")),
    ]
}

/// A field that takes the arguments by which a locale is chosen.
pub(super) fn in_locale(field: Field) -> Field {
    locale_arguments().into_iter().fold(field, Field::argument)
}

/// The locale a field's arguments choose; what they leave out is inherited.
pub(super) fn chosen_locale(
    ctx: &ResolverContext<'_>,
    description: &Description,
    inherited: &Arc<LocaleChoice>,
) -> Result<Arc<LocaleChoice>> {
    let locale = match words(ctx, "locale")?.as_deref() {
        Some([name]) => Some(locale_named(description, name)?),
        Some(_) | None => None,
    };
    let fallbacks = words(ctx, "fallbackLocales")?
        .map(|names| {
            names
                .iter()
                .map(|name| locale_named(description, name))
                .collect::<Result<Vec<_>>>()
        })
        .transpose()?;
    if locale.is_none() && fallbacks.is_none() {
        return Ok(Arc::clone(inherited));
    }
    Ok(Arc::new(LocaleChoice {
        locale: locale.unwrap_or_else(|| inherited.locale.clone()),
        fallbacks: fallbacks.unwrap_or_else(|| inherited.fallbacks.clone()),
    }))
}

/// The locale the arguments of a root field choose.
pub(super) fn root_locale(
    ctx: &ResolverContext<'_>,
    description: &Description,
) -> Result<Arc<LocaleChoice>> {
    let default = LocaleChoice::only(description.default_locale());
    chosen_locale(ctx, description, &Arc::new(default))
}

fn locale_named(description: &Description, name: &str) -> Result<String> {
    let mut locales = description.locales.iter();
    let found = locales.find(|locale| names::site_locale(locale) == name);
    found
        .cloned()
        .ok_or_else(|| Error::new(format!("`{name}` is not a locale of this environment")))
}

/// A structured value as the parent of its fields; nothing for null.
pub(super) fn object_value<'a>(
    value: &Value,
    locale: &Arc<LocaleChoice>,
) -> Option<FieldValue<'a>> {
    let present = !value.is_null();
    present.then(|| {
        FieldValue::owned_any(ValueNode {
            value: value.clone(),
            locale: Arc::clone(locale),
        })
    })
}

/// The asset with this id, with what a field says about it; nothing when there is no such asset.
pub(super) fn asset_value<'a>(
    session: &Session,
    id: Option<&str>,
    said: &Value,
    locale: &Arc<LocaleChoice>,
) -> Resolved<'a> {
    let Some(asset) = id.map(|id| session.asset(id)).transpose()?.flatten() else {
        return Ok(None);
    };
    session.note(format!("upload:{}", asset.id));
    Ok(Some(FieldValue::owned_any(AssetNode {
        asset,
        said: said.clone(),
        locale: Arc::clone(locale),
    })))
}

/// A stored value as a GraphQL scalar, counted towards what the answer may hold; nothing for null.
pub(super) fn scalar<'a>(session: &Session, value: &Value) -> Resolved<'a> {
    session.spend(weight(value))?;
    if value.is_null() {
        return Ok(None);
    }
    Ok(Some(FieldValue::value(GraphValue::from_json(
        value.clone(),
    )?)))
}

/// Bytes of text in a value.
fn weight(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(|value| 64 + weight(value)).sum(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| 64 + key.len() + weight(value))
            .sum(),
    }
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

/// The same type, never null.
pub(super) fn never_null(ty: TypeRef) -> TypeRef {
    match ty {
        TypeRef::NonNull(_) => ty,
        TypeRef::Named(_) | TypeRef::List(_) => TypeRef::NonNull(Box::new(ty)),
    }
}
