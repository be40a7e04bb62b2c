//! The default metadata of an asset: what records show of it unless they say otherwise, in the two forms the API has had.
//!
//! It is kept by part, and what is one a locale by locale inside. `focal_points` are there only while focal
//! points are one a locale.

use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::store::entity::Entity;

/// The attribute.
pub(crate) const ATTRIBUTE: &str = "default_field_metadata";
/// Its parts that are one a locale in both forms.
const LOCALIZED: [&str; 3] = ["alt", "title", "custom_data"];
/// Where focal points by locale are kept.
const FOCAL_POINTS: &str = "focal_points";

/// What a part is when nobody has said it.
fn unsaid(part: &str) -> Value {
    if part == "custom_data" {
        json!({})
    } else {
        Value::Null
    }
}

/// Whether a part, as it is kept, is one a locale.
pub(super) fn is_by_locale(part: &str) -> bool {
    LOCALIZED.contains(&part) || part == FOCAL_POINTS
}

/// How a project takes and shows it. It refuses the other form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `{alt: {en: …}, …}`, with one focal point: what `non_localized_focal_points` opts into.
    ByPart,
    /// `{en: {alt: …, …}}`, with a focal point a locale: what projects have that were there before.
    ByLocale,
}

impl Form {
    /// The flag of the site's `meta` that stands for the newer form.
    pub(crate) const OPT_IN: &str = "non_localized_focal_points";

    /// The form of a project.
    pub(crate) fn of(site: &Entity) -> Self {
        let flag = site.meta.as_ref().and_then(|meta| meta.get(Self::OPT_IN));
        if flag == Some(&Value::Bool(true)) {
            Self::ByPart
        } else {
            Self::ByLocale
        }
    }

    /// What is kept after a change: what the change does not name stays.
    ///
    /// # Errors
    /// `INVALID_FORMAT` when the change is not in this form, `INVALID_FIELD` when it makes no sense.
    pub(crate) fn changed(
        self,
        before: &Value,
        given: &Value,
        locales: &[String],
    ) -> Result<Value, ApiError> {
        let nonsense = || ApiError::invalid_field(ATTRIBUTE, "VALIDATION_INVALID");
        let given = given.as_object().ok_or_else(nonsense)?;
        if let Some(key) = given.keys().find(|key| self.is_foreign(key, locales)) {
            return Err(ApiError::invalid_format(format!(
                "#/data/attributes/{ATTRIBUTE}: `{key}` is not a permitted key here: {}",
                self.hint()
            )));
        }
        let by_part = match self {
            Self::ByPart => (!given.contains_key(FOCAL_POINTS)).then(|| given.clone()),
            Self::ByLocale => turned(given),
        };
        let mut after = before.as_object().cloned().unwrap_or_default();
        for (part, value) in by_part.ok_or_else(nonsense)? {
            if !makes_sense(&part, &value, locales) {
                return Err(nonsense());
            }
            if part == "focal_point" {
                after.remove(FOCAL_POINTS);
            }
            match (after.get_mut(&part), value) {
                (Some(Value::Object(kept)), Value::Object(said)) if self == Self::ByLocale => {
                    kept.extend(said);
                }
                (_, value) => {
                    after.insert(part, value);
                }
            }
        }
        Ok(Value::Object(after))
    }

    /// Whether a key belongs to the other form.
    fn is_foreign(self, key: &str, locales: &[String]) -> bool {
        let is_part = LOCALIZED.contains(&key) || matches!(key, "focal_point" | "poster_time");
        match self {
            Self::ByPart => !is_part && locales.iter().any(|locale| locale == key),
            Self::ByLocale => is_part,
        }
    }

    fn hint(self) -> &'static str {
        match self {
            Self::ByPart => {
                "the project has opted into focal points that are not localized, so metadata are by part, and by locale inside"
            }
            Self::ByLocale => {
                "the project has not opted into focal points that are not localized, so metadata are by locale"
            }
        }
    }

    /// What is kept, in this form and in every locale of the environment.
    pub(crate) fn shown(self, kept: &Value, locales: &[String]) -> Value {
        let said = |part: &str, locale: &str| {
            let said = kept.get(part).and_then(|by_locale| by_locale.get(locale));
            said.cloned().unwrap_or_else(|| unsaid(part))
        };
        match self {
            Self::ByPart => {
                let mut shown = Map::new();
                for part in LOCALIZED {
                    let by_locale = locales
                        .iter()
                        .map(|locale| (locale.clone(), said(part, locale)));
                    shown.insert(part.to_owned(), by_locale.collect());
                }
                shown.insert("focal_point".to_owned(), focal_point(kept, locales));
                let poster_time = kept.get("poster_time").cloned().unwrap_or_default();
                shown.insert("poster_time".to_owned(), poster_time);
                Value::Object(shown)
            }
            Self::ByLocale => {
                let in_locale = |locale: &String| {
                    let mut shown: Map<String, Value> = LOCALIZED
                        .into_iter()
                        .map(|part| (part.to_owned(), said(part, locale)))
                        .collect();
                    let point = if kept.get(FOCAL_POINTS).is_some() {
                        said(FOCAL_POINTS, locale)
                    } else {
                        focal_point(kept, locales)
                    };
                    shown.insert("focal_point".to_owned(), point);
                    (locale.clone(), Value::Object(shown))
                };
                locales.iter().map(in_locale).collect()
            }
        }
    }
}

/// The one focal point: that of the first locale that has one, where they were one a locale.
fn focal_point(kept: &Value, locales: &[String]) -> Value {
    let by_locale = kept.get(FOCAL_POINTS);
    let first = locales
        .iter()
        .filter_map(|locale| by_locale?.get(locale))
        .find(|point| !point.is_null());
    first
        .or_else(|| kept.get("focal_point"))
        .cloned()
        .unwrap_or_default()
}

/// What was said by locale, by part; `None` when it is not what a locale can say.
fn turned(by_locale: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut turned = Map::new();
    for (locale, said) in by_locale {
        for (part, value) in said.as_object()? {
            let kept = match part.as_str() {
                "focal_point" => FOCAL_POINTS,
                part if LOCALIZED.contains(&part) => part,
                _ => return None,
            };
            let by_locale = turned.entry(kept).or_insert_with(|| json!({}));
            by_locale[locale] = value.clone();
        }
    }
    Some(turned)
}

fn makes_sense(part: &str, value: &Value, locales: &[String]) -> bool {
    let each = |fits: fn(&Value) -> bool| {
        value.as_object().is_some_and(|by_locale| {
            by_locale
                .iter()
                .all(|(locale, value)| locales.contains(locale) && fits(value))
        })
    };
    match part {
        "alt" | "title" => each(|text| text.is_null() || text.is_string()),
        "custom_data" => each(Value::is_object),
        FOCAL_POINTS => each(|point| point.is_null() || is_focal_point(point)),
        "focal_point" => value.is_null() || is_focal_point(value),
        "poster_time" => value.is_null() || value.as_f64().is_some_and(|time| time >= 0.0),
        _ => false,
    }
}

/// Both coordinates between 0 and 1.
pub(crate) fn is_focal_point(value: &Value) -> bool {
    let within = |key: &str| {
        value
            .get(key)
            .and_then(Value::as_f64)
            .is_some_and(|share| (0.0..=1.0).contains(&share))
    };
    within("x") && within("y")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locales() -> [String; 2] {
        ["en", "it"].map(str::to_owned)
    }

    fn changed(form: Form, given: &Value) -> Result<Value, &'static str> {
        let before = json!({ "alt": { "en": "before" }, "poster_time": null });
        form.changed(&before, given, &locales())
            .map_err(|error| error.code)
    }

    #[test]
    fn parts_that_are_not_named_stay() {
        let said = json!({ "focal_point": { "x": 0.1, "y": 1 } });
        assert_eq!(
            changed(Form::ByPart, &said),
            Ok(json!({
                "alt": { "en": "before" }, "poster_time": null, "focal_point": { "x": 0.1, "y": 1 },
            }))
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            json!({ "alt": "a" }),
            json!({ "alt": { "fr": "a" } }),
            json!({ "alt": { "en": 1 } }),
            json!({ "custom_data": { "en": null } }),
            json!({ "focal_point": { "x": 2, "y": 0 } }),
            json!({ "focal_points": {} }),
            json!({ "poster_time": -1 }),
            json!({ "caption": {} }),
            json!([]),
        ] {
            assert_eq!(
                changed(Form::ByPart, &wrong),
                Err("INVALID_FIELD"),
                "{wrong}"
            );
        }
        for wrong in [
            json!({ "en": "a" }),
            json!({ "en": { "alt": 1 } }),
            json!({ "fr": { "alt": "a" } }),
            json!({ "en": { "focal_point": { "x": 2, "y": 0 } } }),
            json!({ "en": { "poster_time": 1 } }),
        ] {
            assert_eq!(
                changed(Form::ByLocale, &wrong),
                Err("INVALID_FIELD"),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_other_form_is_refused() {
        let (by_part, by_locale) = (
            json!({ "alt": { "en": "a" } }),
            json!({ "en": { "alt": "a" } }),
        );
        assert!(changed(Form::ByPart, &by_part).is_ok());
        assert_eq!(changed(Form::ByPart, &by_locale), Err("INVALID_FORMAT"));
        assert!(changed(Form::ByLocale, &by_locale).is_ok());
        assert_eq!(changed(Form::ByLocale, &by_part), Err("INVALID_FORMAT"));
    }

    #[test]
    fn focal_points_by_locale_become_one() {
        let said = json!({
            "en": { "alt": "A", "focal_point": null },
            "it": { "title": "B", "focal_point": { "x": 0.5, "y": 0.5 } },
        });
        let kept = changed(Form::ByLocale, &said).unwrap();
        assert_eq!(
            Form::ByLocale.shown(&kept, &locales()),
            json!({
                "en": { "alt": "A", "title": null, "custom_data": {}, "focal_point": null },
                "it": { "alt": null, "title": "B", "custom_data": {}, "focal_point": { "x": 0.5, "y": 0.5 } },
            })
        );
        let opted_in = Form::ByPart.shown(&kept, &locales());
        assert_eq!(
            opted_in,
            json!({
                "alt": { "en": "A", "it": null }, "title": { "en": null, "it": "B" }, "custom_data": { "en": {}, "it": {} },
                "focal_point": { "x": 0.5, "y": 0.5 }, "poster_time": null,
            })
        );
        let said = json!({ "focal_point": { "x": 0, "y": 0 } });
        let kept = Form::ByPart.changed(&kept, &said, &locales()).unwrap();
        assert_eq!(
            Form::ByPart.shown(&kept, &locales())["focal_point"],
            said["focal_point"]
        );
    }
}
