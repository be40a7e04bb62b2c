//! `_seoMetaTags`: what a page about a record puts into its head.

use serde_json::{Value, json};

use super::super::content::Record;
use super::super::description::{FieldKind, Model};
use super::super::locale::LocaleChoice;

/// The tags of a record: from its SEO field, else from its first string field, with the site's title
/// suffix. Each is `{tag, attributes, content}`.
pub(super) fn tags(
    model: &Model,
    record: &Record,
    choice: &LocaleChoice,
    site: &Value,
) -> Vec<Value> {
    let value_of = |wanted: fn(&FieldKind) -> bool| {
        let field = model.fields.iter().find(|field| wanted(&field.kind))?;
        Some(choice.pick(field.localized, record.attributes.get(&field.api_key)?))
    };
    let seo = value_of(|kind| matches!(kind, FieldKind::Seo)).unwrap_or(&Value::Null);
    let title = text(seo, "title").or_else(|| {
        value_of(|kind| matches!(kind, FieldKind::String))
            .and_then(Value::as_str)
            .filter(|title| !title.is_empty())
    });
    let global = site.get("global_seo").map_or(&Value::Null, |seo| {
        choice.pick(seo.get(&choice.locale).is_some_and(Value::is_object), seo)
    });

    let mut tags = Vec::new();
    if let Some(title) = title {
        let suffix = text(global, "title_suffix").unwrap_or_default();
        tags.push(
            json!({"tag": "title", "attributes": null, "content": format!("{title}{suffix}")}),
        );
        tags.push(meta("property", "og:title", title));
        tags.push(meta("name", "twitter:title", title));
    }
    if let Some(description) = text(seo, "description") {
        tags.push(meta("name", "description", description));
        tags.push(meta("property", "og:description", description));
        tags.push(meta("name", "twitter:description", description));
    }
    tags.push(meta(
        "name",
        "twitter:card",
        text(seo, "twitter_card").unwrap_or("summary"),
    ));
    tags.push(meta("property", "og:locale", &choice.locale));
    if let Some(name) = text(global, "site_name") {
        tags.push(meta("property", "og:site_name", name));
    }
    if seo.get("no_index").and_then(Value::as_bool) == Some(true)
        || site.get("no_index") == Some(&Value::Bool(true))
    {
        tags.push(meta("name", "robots", "noindex"));
    }
    tags
}

fn text<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    of.get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

fn meta(attribute: &str, name: &str, content: &str) -> Value {
    json!({"tag": "meta", "attributes": {attribute: name, "content": content}, "content": null})
}
