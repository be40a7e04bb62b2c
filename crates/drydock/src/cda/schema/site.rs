//! `_site`: locales, icons, and the SEO of the whole site.

use std::sync::Arc;

use async_graphql::Value as GraphValue;
use async_graphql::dynamic::{Enum, FieldValue, InputValue, Object, SchemaBuilder, TypeRef};
use serde_json::Value;

use super::super::description::Description;
use super::super::{favicons, names};
use super::basics::stored_field;
use super::nodes::{
    SiteFacts, ValueNode, chosen_locale, field, in_locale, object_value, parent, session, type_ref,
    words,
};

/// Registers `Site` and what it is made of.
pub(super) fn register(builder: SchemaBuilder, description: &Arc<Description>) -> SchemaBuilder {
    let global_seo = [
        ("siteName", "String", "site_name"),
        ("titleSuffix", "String", "title_suffix"),
        ("twitterAccount", "String", "twitter_account"),
        ("facebookPageUrl", "String", "facebook_page_url"),
        ("fallbackSeo", "SeoField", "fallback_seo"),
    ]
    .into_iter()
    .fold(Object::new("GlobalSeoField"), |object, (name, ty, key)| {
        object.field(stored_field(name, type_ref(ty), key))
    });
    builder
        .register(Enum::new("FaviconType").items(favicons::VARIANTS))
        .register(global_seo)
        .register(site(description))
}

fn site(description: &Arc<Description>) -> Object {
    let described = Arc::clone(description);
    let locales = field(
        "locales",
        TypeRef::named_nn_list_nn("SiteLocale"),
        move |_| {
            let names = described
                .locales
                .iter()
                .map(|locale| GraphValue::from(names::site_locale(locale)));
            Ok(Some(FieldValue::value(GraphValue::List(names.collect()))))
        },
    );
    let described = Arc::clone(description);
    let global_seo = field("globalSeo", TypeRef::named("GlobalSeoField"), move |ctx| {
        let node = parent::<ValueNode>(ctx)?;
        let locale = chosen_locale(ctx, &described, &node.locale)?;
        let stored = node.value.get("global_seo").unwrap_or(&Value::Null);
        // With several locales the attribute is keyed by locale; with one it may be the value itself.
        let by_locale = described
            .locales
            .iter()
            .any(|locale| stored.get(locale).is_some());
        Ok(object_value(locale.pick(by_locale, stored), &locale))
    });
    let icons = field("faviconMetaTags", TypeRef::named_nn_list_nn("Tag"), |ctx| {
        let node = parent::<ValueNode>(ctx)?;
        let icon = match node.value.get("favicon").and_then(Value::as_str) {
            Some(id) => session(ctx)?.asset(id)?,
            None => None,
        };
        let wanted = words(ctx, "variants")?
            .unwrap_or_else(|| favicons::VARIANTS.map(str::to_owned).to_vec());
        let name = ctx.ctx.data::<SiteFacts>()?.name.as_deref();
        let tags = favicons::tags(icon.as_deref(), name, &wanted);
        Ok(Some(FieldValue::list(
            tags.iter()
                .filter_map(|tag| object_value(tag, &node.locale)),
        )))
    });
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
        .field(icons.argument(InputValue::new(
            "variants",
            TypeRef::named_list("FaviconType"),
        )))
        .field(in_locale(global_seo))
}
