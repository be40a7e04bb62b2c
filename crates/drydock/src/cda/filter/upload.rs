//! Filters of assets.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::content::Asset;
use super::super::locale::LocaleChoice;
use super::super::names;
use super::operators::{Comparison, Test};
use super::{Conditions, FilterError, MAX_CONDITIONS, Reads, read};

/// A filter of assets.
#[derive(Debug)]
pub(crate) struct UploadFilter {
    conditions: Conditions<String>,
    /// Whether it asks which assets are in use, which takes reading every record.
    pub(crate) asks_for_use: bool,
}

struct Reader;

impl Reads<String> for Reader {
    fn condition(
        &self,
        key: &str,
        operators: &Value,
        left: &mut usize,
    ) -> Result<Conditions<String>, FilterError> {
        Ok(Conditions::About(
            key.to_owned(),
            Test::read_all(operators, left)?,
        ))
    }
}

impl UploadFilter {
    /// Reads the `filter` argument.
    pub(crate) fn read(filter: &Map<String, Value>) -> Result<Self, FilterError> {
        let mut left = MAX_CONDITIONS;
        Ok(Self {
            conditions: read(&Reader, filter, &mut left)?,
            asks_for_use: asks_for_use(&Value::Object(filter.clone())),
        })
    }

    /// Does the asset satisfy every condition? `in_use` are the assets records show.
    pub(crate) fn accepts(
        &self,
        asset: &Asset,
        choice: &LocaleChoice,
        in_use: &BTreeSet<String>,
    ) -> bool {
        self.conditions.hold(&|key| match key.as_str() {
            "inUse" => (Value::Bool(in_use.contains(&asset.id)), Comparison::Plain),
            "_createdAt" | "_updatedAt" => (fact(asset, choice, key), Comparison::Minutes),
            _ => (fact(asset, choice, key), Comparison::Plain),
        })
    }
}

fn asks_for_use(filter: &Value) -> bool {
    match filter {
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key == "inUse" || asks_for_use(value)),
        Value::Array(list) => list.iter().any(asks_for_use),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// What filters and orders see of an asset, by GraphQL name.
pub(crate) fn fact(asset: &Asset, choice: &LocaleChoice, key: &str) -> Value {
    match key {
        "id" => json!(asset.id),
        "alt" | "title" => {
            let said = asset
                .attribute("default_field_metadata")
                .get(key)
                .unwrap_or(&Value::Null);
            choice.pick(true, said).clone()
        }
        "type" => json!(kind(asset)),
        "resolution" => json!(resolution(asset)),
        "orientation" => json!(orientation(asset)),
        "colors" => buckets(asset),
        key => asset
            .attribute(&names::snake_case(key.trim_start_matches('_')))
            .clone(),
    }
}

/// One of the values of `UploadType`, judged by the media type.
fn kind(asset: &Asset) -> Option<&'static str> {
    let mime_type = asset.attribute("mime_type").as_str()?;
    let (family, format) = mime_type.split_once('/')?;
    let says = |words: &[&str]| words.iter().any(|word| format.contains(word));
    match family {
        "image" => Some("image"),
        "video" => Some("video"),
        "audio" => Some("audio"),
        "application" | "text" => {
            if format == "pdf" {
                Some("pdfdocument")
            } else if says(&["spreadsheet", "excel", "csv"]) {
                Some("spreadsheet")
            } else if says(&["presentation", "powerpoint"]) {
                Some("presentation")
            } else if says(&["zip", "compressed", "tar", "rar"]) {
                Some("archive")
            } else if says(&["word", "rtf", "opendocument.text"]) {
                Some("richtext")
            } else {
                None
            }
        }
        _ => None,
    }
}

/// One of the values of `ResolutionType`, by the number of pixels.
fn resolution(asset: &Asset) -> Option<&'static str> {
    asset
        .dimensions()
        .map(|(width, height)| match width.saturating_mul(height) {
            ..16_385 => "icon",
            16_385..1_000_000 => "small",
            1_000_000..3_000_000 => "medium",
            _ => "large",
        })
}

/// One of the values of `UploadOrientation`.
fn orientation(asset: &Asset) -> Option<&'static str> {
    asset
        .dimensions()
        .map(|(width, height)| match width.cmp(&height) {
            Ordering::Less => "portrait",
            Ordering::Equal => "square",
            Ordering::Greater => "landscape",
        })
}

/// The names of `ColorBucketType`, each with the colour it stands for.
pub(crate) const BUCKETS: [(&str, [i64; 3]); 12] = [
    ("black", [0, 0, 0]),
    ("blue", [30, 60, 220]),
    ("brown", [120, 75, 40]),
    ("cyan", [0, 200, 220]),
    ("green", [40, 150, 60]),
    ("grey", [128, 128, 128]),
    ("orange", [245, 140, 20]),
    ("pink", [250, 150, 190]),
    ("purple", [130, 40, 170]),
    ("red", [215, 30, 35]),
    ("white", [255, 255, 255]),
    ("yellow", [250, 220, 50]),
];

/// The names of the colours of an asset, each once.
fn buckets(asset: &Asset) -> Value {
    let mut found: Vec<&str> = Vec::new();
    for color in asset.attribute("colors").as_array().into_iter().flatten() {
        let parts = ["red", "green", "blue"]
            .map(|part| color.get(part).and_then(Value::as_i64).unwrap_or_default());
        let distance = |other: &[i64; 3]| -> i64 {
            parts
                .iter()
                .zip(other)
                .map(|(one, other)| (one - other).pow(2))
                .sum()
        };
        let nearest = BUCKETS.iter().min_by_key(|(_, color)| distance(color));
        if let Some((name, _)) = nearest
            && !found.contains(name)
        {
            found.push(name);
        }
    }
    json!(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asset(id: &str, attributes: Value) -> Asset {
        Asset {
            id: id.into(),
            attributes: attributes.as_object().unwrap().clone(),
        }
    }

    fn matching(filter: &Value) -> String {
        let assets = [
            asset(
                "a",
                json!({"mime_type": "image/png", "format": "png", "width": 800, "height": 400, "size": 9000, "md5": "m1",
                    "filename": "kiln-at-night.png", "basename": "kiln-at-night", "tags": ["kiln", "night"], "smart_tags": [],
                    "author": "Ada", "colors": [{"red": 250, "green": 250, "blue": 250}, {"red": 20, "green": 50, "blue": 230}],
                    "created_at": "2026-01-05T09:00:10.000+00:00",
                    "default_field_metadata": {"alt": {"en": "A kiln", "it": ""}, "title": {"en": null, "it": null}}}),
            ),
            asset(
                "b",
                json!({"mime_type": "application/pdf", "format": "pdf", "size": 100, "md5": "m2", "filename": "terms.pdf",
                    "basename": "terms", "tags": [], "author": null, "colors": [],
                    "created_at": "2026-01-06T09:00:00.000+00:00", "default_field_metadata": {}}),
            ),
        ];
        let filter = UploadFilter::read(filter.as_object().unwrap()).unwrap();
        let choice = LocaleChoice {
            locale: "it".into(),
            fallbacks: vec!["en".into()],
        };
        let in_use = BTreeSet::from(["b".to_owned()]);
        let hits = assets
            .iter()
            .filter(|asset| filter.accepts(asset, &choice, &in_use));
        hits.map(|asset| asset.id.as_str()).collect()
    }

    #[test]
    fn assets_are_selected_by_what_they_are() {
        for (filter, expected) in [
            (json!({}), "ab"),
            (json!({"id": {"neq": "a"}}), "b"),
            (json!({"type": {"eq": "image"}}), "a"),
            (json!({"type": {"in": ["pdfdocument", "video"]}}), "b"),
            (json!({"resolution": {"eq": "small"}}), "a"),
            (json!({"orientation": {"eq": "landscape"}}), "a"),
            (json!({"width": {"gte": 800}, "height": {"lt": 401}}), "a"),
            (json!({"size": {"lt": 1000}}), "b"),
            (json!({"format": {"notIn": ["pdf"]}}), "a"),
            (json!({"md5": {"in": ["m2"]}}), "b"),
            (json!({"filename": {"matches": {"pattern": "night"}}}), "a"),
            (
                json!({"basename": {"notMatches": {"pattern": "night"}}}),
                "b",
            ),
            (
                json!({"mimeType": {"matches": {"pattern": "^application/"}}}),
                "b",
            ),
            (json!({"alt": {"eq": "A kiln"}}), "a"),
            (json!({"alt": {"exists": false}}), "b"),
            (json!({"title": {"exists": true}}), ""),
            (json!({"author": {"exists": true}}), "a"),
            (json!({"tags": {"contains": "kiln"}}), "a"),
            (json!({"tags": {"allIn": ["kiln", "day"]}}), ""),
            (json!({"tags": {"notIn": ["night"]}}), "b"),
            (json!({"tags": {"eq": ["night", "kiln"]}}), "a"),
            (json!({"colors": {"anyIn": ["white", "pink"]}}), "a"),
            (json!({"colors": {"allIn": ["white", "blue"]}}), "a"),
            (json!({"_createdAt": {"eq": "2026-01-05T09:00:00Z"}}), "a"),
            (json!({"inUse": {"eq": true}}), "b"),
            (
                json!({"OR": [{"inUse": {"eq": false}}, {"size": {"eq": 100}}]}),
                "ab",
            ),
        ] {
            assert_eq!(matching(&filter), expected, "{filter}");
        }
        let asks = |filter: Value| {
            UploadFilter::read(filter.as_object().unwrap())
                .unwrap()
                .asks_for_use
        };
        assert!(asks(json!({"AND": [{"inUse": {"eq": true}}]})));
        assert!(!asks(json!({"size": {"eq": 1}})));
    }
}
