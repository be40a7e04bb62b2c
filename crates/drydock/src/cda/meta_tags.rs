//! `_seoMetaTags`: what a page about a record puts into its head, as the vendor documents it.
//!
//! Each value comes from the record's SEO field, else from the fields that stand for the record, else from the site's global SEO.

use serde_json::{Value, json};

use super::content::{Asset, Record, Session};
use super::description::{Field, FieldKind, Model};
use super::locale::LocaleChoice;

/// The longest title that gets the site's suffix, suffix included, in characters.
const MAX_TITLE: usize = 60;

/// A record whose tags are asked for.
pub(super) struct Page<'a> {
    pub(super) model: &'a Model,
    pub(super) record: &'a Record,
    pub(super) choice: &'a LocaleChoice,
    /// The attributes of the environment's site.
    pub(super) site: &'a Value,
    pub(super) session: &'a Session,
}

impl Page<'_> {
    /// The tags, each `{tag, attributes, content}`.
    pub(super) fn tags(&self) -> Vec<Value> {
        let seo = self
            .first(|field| field.kind == FieldKind::Seo)
            .unwrap_or(&Value::Null);
        let global = self.global_seo();
        let fallback = global.get("fallback_seo").unwrap_or(&Value::Null);
        let mut tags = Vec::new();

        let title = text(seo, "title").or_else(|| self.own_title());
        if let Some(title) = title.or_else(|| text(fallback, "title")) {
            let whole = with_suffix(title, text(global, "title_suffix"));
            tags.push(json!({"tag": "title", "attributes": null, "content": whole}));
            tags.push(meta("property", "og:title", title));
            tags.push(meta("name", "twitter:title", title));
        }
        let description = text(seo, "description")
            .or_else(|| self.named(self.model.excerpt_field.as_deref())?.as_str())
            .filter(|text| !text.is_empty())
            .or_else(|| text(fallback, "description"));
        if let Some(description) = description {
            tags.push(meta("name", "description", description));
            tags.push(meta("property", "og:description", description));
            tags.push(meta("name", "twitter:description", description));
        }
        if let Some((image, alt)) = self.image(seo, fallback) {
            image_tags(&image, alt.as_deref(), &mut tags);
        }
        if seo.get("no_index") == Some(&Value::Bool(true))
            || self.site.get("no_index") == Some(&Value::Bool(true))
        {
            tags.push(meta("name", "robots", "noindex"));
        }
        tags.push(meta("property", "og:locale", &self.choice.locale));
        tags.push(meta("property", "og:type", "website"));
        if let Some(name) = text(global, "site_name") {
            tags.push(meta("property", "og:site_name", name));
        }
        if let Some(at) = self.record.meta("updated_at").as_str() {
            tags.push(meta("property", "article:modified_time", &seconds(at)));
        }
        if let Some(page) = text(global, "facebook_page_url") {
            tags.push(meta("property", "article:publisher", page));
        }
        let card = text(seo, "twitter_card").or_else(|| text(fallback, "twitter_card"));
        tags.push(meta("name", "twitter:card", card.unwrap_or("summary")));
        if let Some(account) = text(global, "twitter_account") {
            tags.push(meta("name", "twitter:site", account));
        }
        tags
    }

    /// The site's SEO in this locale. With several locales it is kept by locale; with one it may be the value itself.
    fn global_seo(&self) -> &Value {
        let stored = self.site.get("global_seo").unwrap_or(&Value::Null);
        let by_locale = stored
            .get(&self.choice.locale)
            .is_some_and(Value::is_object);
        self.choice.pick(by_locale, stored)
    }

    /// The record's title: its title field, else its first line of text.
    fn own_title(&self) -> Option<&str> {
        let title = self
            .named(self.model.title_field.as_deref())
            .and_then(Value::as_str)
            .or_else(|| {
                self.first(|field| field.kind == FieldKind::String)?
                    .as_str()
            });
        title.filter(|title| !title.is_empty())
    }

    /// The first image of the candidates that has pixels, with its description.
    fn image(
        &self,
        seo: &Value,
        fallback: &Value,
    ) -> Option<(std::sync::Arc<Asset>, Option<String>)> {
        let shown = self.picture_field().and_then(|field| {
            let value = self.value(field);
            let first = value.as_array().map_or(Some(value), |all| all.first())?;
            Some((first.get("upload_id")?.as_str()?, first.get("alt")))
        });
        let candidates = [
            seo.get("image")
                .and_then(Value::as_str)
                .map(|id| (id, None)),
            shown,
            fallback
                .get("image")
                .and_then(Value::as_str)
                .map(|id| (id, None)),
        ];
        candidates.into_iter().flatten().find_map(|(id, alt)| {
            let asset = self.session.asset(id).ok()??;
            let own = alt.and_then(Value::as_str).map(str::to_owned);
            let described = own.or_else(|| {
                let said = asset.attribute("default_field_metadata").get("alt")?;
                self.choice.pick(true, said).as_str().map(str::to_owned)
            });
            asset
                .is_image()
                .then_some((asset, described.filter(|alt| !alt.is_empty())))
        })
    }

    /// The field that shows the record: the model's, else one that promises an image, else any with assets.
    fn picture_field(&self) -> Option<&Field> {
        if let Some(field) = self.model.image_field.as_deref() {
            return self.model.field(field);
        }
        let holds = |field: &&Field| matches!(field.kind, FieldKind::File | FieldKind::Gallery);
        let mut fields = self.model.fields.iter().filter(holds);
        let promised = fields.clone().find(|field| field.asset.image);
        promised.or_else(|| fields.next())
    }

    fn named(&self, api_key: Option<&str>) -> Option<&Value> {
        self.model.field(api_key?).map(|field| self.value(field))
    }

    fn first(&self, wanted: impl Fn(&Field) -> bool) -> Option<&Value> {
        let mut fields = self.model.fields.iter();
        fields
            .find(|field| wanted(field))
            .map(|field| self.value(field))
    }

    fn value(&self, field: &Field) -> &Value {
        self.choice
            .pick(field.localized, self.record.attribute(&field.api_key))
    }
}

fn image_tags(image: &Asset, alt: Option<&str>, tags: &mut Vec<Value>) {
    let (Some(url), Some((width, height))) = (image.attribute("url").as_str(), image.dimensions())
    else {
        return;
    };
    tags.push(meta("property", "og:image", url));
    tags.push(meta("property", "og:image:width", &width.to_string()));
    tags.push(meta("property", "og:image:height", &height.to_string()));
    if let Some(alt) = alt {
        tags.push(meta("property", "og:image:alt", alt));
    }
    tags.push(meta("name", "twitter:image", url));
    if let Some(alt) = alt {
        tags.push(meta("name", "twitter:image:alt", alt));
    }
}

fn with_suffix(title: &str, suffix: Option<&str>) -> String {
    let suffix = suffix.unwrap_or_default();
    if title.chars().count() + suffix.chars().count() <= MAX_TITLE {
        format!("{title}{suffix}")
    } else {
        title.to_owned()
    }
}

/// An instant without its milliseconds.
fn seconds(at: &str) -> String {
    at.parse::<jiff::Timestamp>()
        .ok()
        .and_then(|at| jiff::Timestamp::from_second(at.as_second()).ok())
        .map_or_else(|| at.to_owned(), |at| at.to_string())
}

fn text<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    of.get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// A `meta` tag.
pub(super) fn meta(attribute: &str, name: &str, content: &str) -> Value {
    json!({"tag": "meta", "attributes": {attribute: name, "content": content}, "content": null})
}
