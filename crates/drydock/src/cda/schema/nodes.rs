//! What travels between resolvers: a record or a value, with the locale the query asked for around it.

use std::sync::Arc;

use async_graphql::dynamic::{FieldValue, InputValue, ObjectAccessor, ResolverContext, TypeRef};
use async_graphql::{Error, Result};
use serde_json::Value;

use super::super::content::{Record, Session};
use super::super::description::Description;
use super::super::locale::LocaleChoice;
use super::super::names;

/// The attributes of the environment's site, as the management API gives them.
#[derive(Debug, Clone)]
pub(crate) struct SiteFacts(pub(crate) Value);

/// A record, as the parent of its fields.
#[derive(Debug, Clone)]
pub(super) struct RecordNode {
    pub(super) record: Arc<Record>,
    pub(super) locale: Arc<LocaleChoice>,
}

/// A structured value (colour, SEO, asset, structured text …), as the parent of its fields.
#[derive(Debug, Clone)]
pub(super) struct ValueNode {
    pub(super) value: Value,
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

/// The query's session.
pub(super) fn session<'a>(ctx: &ResolverContext<'a>) -> Result<&'a Arc<Session>> {
    ctx.ctx.data::<Arc<Session>>()
}

/// The arguments by which a field chooses its locale.
pub(super) fn locale_arguments() -> [InputValue; 2] {
    [
        InputValue::new("locale", TypeRef::named("SiteLocale")),
        InputValue::new("fallbackLocales", TypeRef::named_nn_list("SiteLocale")),
    ]
}

/// The locale a field's arguments choose; what they leave out is inherited.
pub(super) fn chosen_locale(
    arguments: &ObjectAccessor<'_>,
    description: &Description,
    inherited: &Arc<LocaleChoice>,
) -> Result<Arc<LocaleChoice>> {
    let given = |name: &str| arguments.get(name).filter(|value| !value.is_null());
    let locale = given("locale")
        .map(|value| locale_named(description, value.enum_name()?))
        .transpose()?;
    let fallbacks = given("fallbackLocales")
        .map(|value| {
            value
                .list()?
                .iter()
                .map(|item| locale_named(description, item.enum_name()?))
                .collect()
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

fn locale_named(description: &Description, name: &str) -> Result<String> {
    let mut locales = description.locales.iter();
    let found = locales.find(|locale| names::site_locale(locale) == name);
    found
        .cloned()
        .ok_or_else(|| Error::new(format!("`{name}` is not a locale of this environment")))
}
