//! Inverse relationships: which records point at a record, through which fields, in which locales.
//!
//! A path names the fields on the way: `article_author`, or, through blocks, `page_sections__quote_author`. A query may name any
//! part of it: `page_sections` means whatever lies below. The real service's names were seen in published schemas.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::content::Record;
use super::description::{Description, Field, FieldKind, Model};
use super::names;

/// The name a query gives references in fields that are not localized.
pub(crate) const NOT_LOCALIZED: &str = "_nonLocalized";
/// How deep blocks in blocks are followed when paths are listed.
const MAX_DEPTH: usize = 6;
/// How many paths between two models have names.
const MAX_PATHS: usize = 300;

/// The references of a model's records, by the id of the record they point at.
#[derive(Debug, Clone, Default)]
pub(crate) struct References(HashMap<String, Vec<Reference>>);

/// One reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Id of the record that points.
    pub(crate) from: String,
    /// The whole path and every beginning of it.
    pub(crate) paths: Vec<String>,
    /// As `SiteLocale` writes it, or [`NOT_LOCALIZED`].
    pub(crate) locale: String,
}

impl References {
    /// The references to a record, in the order they were found.
    pub(crate) fn to(&self, target: &str) -> &[Reference] {
        self.0.get(target).map_or(&[], Vec::as_slice)
    }

    /// Adds what one record points at.
    pub(crate) fn add(&mut self, description: &Description, model: &Model, record: &Record) {
        Finder {
            description,
            found: self,
            from: &record.id,
        }
        .record(model, record, &[], None);
    }
}

struct Finder<'a> {
    description: &'a Description,
    found: &'a mut References,
    from: &'a str,
}

impl Finder<'_> {
    fn record(&mut self, model: &Model, record: &Record, before: &[String], locale: Option<&str>) {
        for field in &model.fields {
            let value = record.attribute(&field.api_key);
            let mut paths = before.to_vec();
            paths.push(step(before.last(), model, field));
            match value.as_object().filter(|_| field.localized) {
                Some(by_locale) => {
                    for (locale, value) in by_locale {
                        let locale = names::site_locale(locale);
                        self.value(field, value, record, &paths, Some(&locale));
                    }
                }
                None => self.value(field, value, record, &paths, locale),
            }
        }
    }

    fn value(
        &mut self,
        field: &Field,
        value: &Value,
        holder: &Record,
        paths: &[String],
        locale: Option<&str>,
    ) {
        let mut targets: Vec<&str> = Vec::new();
        let mut blocks: Vec<&Value> = Vec::new();
        collect(&field.kind, value, &mut targets, &mut blocks);
        for target in targets {
            let references = self.found.0.entry(target.to_owned()).or_default();
            references.push(Reference {
                from: self.from.to_owned(),
                paths: paths.to_vec(),
                locale: locale.unwrap_or(NOT_LOCALIZED).to_owned(),
            });
        }
        for block in blocks.into_iter().filter_map(|block| holder.block(block)) {
            if let Some(model) = self.description.model(&block.model) {
                self.record(model, &block, paths, locale);
            }
        }
    }
}

/// The path of a field, given the path of the field its block lies in.
fn step(before: Option<&String>, model: &Model, field: &Field) -> String {
    let own = format!(
        "{}_{}",
        names::camel_case(&model.api_key),
        names::camel_case(&field.api_key)
    );
    match before {
        Some(before) => format!("{before}__{own}"),
        None => own,
    }
}

/// The ids a value points at, and the blocks it contains.
fn collect<'v>(
    kind: &FieldKind,
    value: &'v Value,
    targets: &mut Vec<&'v str>,
    blocks: &mut Vec<&'v Value>,
) {
    let list = |value: &'v Value| value.as_array().map_or(&[][..], Vec::as_slice).iter();
    match kind {
        FieldKind::Link(_) => targets.extend(value.as_str()),
        FieldKind::Links(_) => targets.extend(list(value).filter_map(Value::as_str)),
        FieldKind::RichText(_) => blocks.extend(list(value)),
        FieldKind::SingleBlock(_) => blocks.extend(Some(value).filter(|value| value.is_object())),
        FieldKind::StructuredText { .. } => {
            if let Some(document) = value.get("document") {
                walk(document, targets, blocks);
            }
        }
        FieldKind::String
        | FieldKind::Text
        | FieldKind::Slug
        | FieldKind::Boolean
        | FieldKind::Integer
        | FieldKind::Float
        | FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Color
        | FieldKind::Json
        | FieldKind::LatLon
        | FieldKind::Seo
        | FieldKind::Video
        | FieldKind::File
        | FieldKind::Gallery => {}
    }
}

fn walk<'v>(node: &'v Value, targets: &mut Vec<&'v str>, blocks: &mut Vec<&'v Value>) {
    match node.get("item") {
        Some(Value::String(id)) => targets.push(id),
        Some(block) => blocks.push(block),
        None => {}
    }
    let children = node.get("children").and_then(Value::as_array);
    for child in children.into_iter().flatten() {
        walk(child, targets, blocks);
    }
}

/// Every path, whole or not, by which records of `source` may point at records of `target`; empty when they cannot. A project
/// whose blocks nest in each other has no end of them: those beyond [`MAX_PATHS`] or [`MAX_DEPTH`] cannot be named.
pub(crate) fn paths(description: &Description, source: &Model, target: &Model) -> Vec<String> {
    let mut found = Vec::new();
    let search = Search {
        description,
        target,
        leading: leading_blocks(description, target),
    };
    search.follow(source, None, 0, &mut found);
    found
}

struct Search<'a> {
    description: &'a Description,
    target: &'a Model,
    /// Ids of the block models below which there is a link to the target.
    leading: HashSet<&'a str>,
}

impl Search<'_> {
    fn follow(
        &self,
        model: &Model,
        before: Option<&String>,
        depth: usize,
        found: &mut Vec<String>,
    ) {
        for field in &model.fields {
            let leading: Vec<&Model> = self
                .description
                .models_of(&field.kind.contained())
                .into_iter()
                .filter(|block| self.leading.contains(block.id.as_str()))
                .collect();
            let leads = !leading.is_empty() || field.kind.linked().contains(&self.target.id);
            if !leads || found.len() >= MAX_PATHS {
                continue;
            }
            let path = step(before, model, field);
            found.push(path.clone());
            if depth < MAX_DEPTH {
                for block in leading {
                    self.follow(block, Some(&path), depth + 1, found);
                }
            }
        }
    }
}

/// The block models from which the target can be reached, through further blocks too.
fn leading_blocks<'a>(description: &'a Description, target: &Model) -> HashSet<&'a str> {
    let mut leading: HashSet<&str> = HashSet::new();
    loop {
        let before = leading.len();
        for model in description.models.iter().filter(|model| model.block) {
            let leads = model.fields.iter().any(|field| {
                field.kind.linked().contains(&target.id)
                    || field.kind.contained().iter().any(|id| leading.contains(id))
            });
            if leads {
                leading.insert(&model.id);
            }
        }
        if leading.len() == before {
            return leading;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cda::description::Mode;
    use crate::cda::description::samples::{field, model};

    fn description() -> Description {
        let to_people = || FieldKind::Link(vec!["P".into()]);
        let text = FieldKind::StructuredText {
            blocks: vec!["Q".into()],
            inline_blocks: vec![],
            links: vec!["P".into()],
        };
        Description {
            locales: vec!["en".into(), "pt-BR".into()],
            models: vec![
                model(
                    "S",
                    "story",
                    vec![
                        field("writer", false, to_people()),
                        field("body_text", true, text),
                        field("parts", false, FieldKind::RichText(vec!["Q".into()])),
                        field("words", false, FieldKind::Integer),
                    ],
                ),
                model("P", "person", vec![field("name", false, FieldKind::String)]),
                Model {
                    block: true,
                    ..model(
                        "Q",
                        "quote",
                        vec![
                            field("said_by", false, to_people()),
                            // Quotes in quotes: paths end somewhere.
                            field("inner", false, FieldKind::SingleBlock(vec!["Q".into()])),
                        ],
                    )
                },
            ],
            mode: Mode::default(),
        }
    }

    #[test]
    fn paths_name_the_fields_on_the_way() {
        let description = description();
        let [story, person, _] = &description.models[..] else {
            panic!("three models")
        };
        let all = paths(&description, story, person);
        for path in [
            "story_writer",
            "story_bodyText",
            "story_bodyText__quote_saidBy",
            "story_parts",
            "story_parts__quote_saidBy",
            "story_parts__quote_inner",
            "story_parts__quote_inner__quote_saidBy",
        ] {
            assert_eq!(
                all.iter().filter(|found| *found == path).count(),
                1,
                "{path}"
            );
        }
        assert!(!all.contains(&"story_words".to_owned()));
        assert_eq!(paths(&description, person, story), Vec::<String>::new());
    }

    #[test]
    fn references_are_found_in_fields_and_blocks_by_locale() {
        let description = description();
        let quote = |id: &str, attributes: Value| {
            json!({"id": id, "type": "item", "attributes": attributes,
                "relationships": {"item_type": {"data": {"type": "item_type", "id": "Q"}}}})
        };
        let record = Record::read(&json!({
            "id": "s1", "relationships": {"item_type": {"data": {"type": "item_type", "id": "S"}}},
            "attributes": {
                "writer": "p1",
                "body_text": {"pt-BR": {"document": {"type": "root", "children": [
                    {"type": "paragraph", "children": [{"type": "itemLink", "item": "p2"}]},
                    {"type": "block", "item": quote("q1", json!({"said_by": "p1"}))},
                ]}}},
                "parts": [quote("q2", json!({"inner": quote("q3", json!({"said_by": "p3"}))}))],
            },
        }))
        .unwrap();
        let mut references = References::default();
        references.add(&description, &description.models[0], &record);
        let seen = |target: &str| -> Vec<(String, String)> {
            references
                .to(target)
                .iter()
                .map(|reference| {
                    (
                        reference.paths.last().unwrap().clone(),
                        reference.locale.clone(),
                    )
                })
                .collect()
        };
        let pair = |path: &str, locale: &str| (path.to_owned(), locale.to_owned());
        assert_eq!(
            seen("p1"),
            [
                pair("story_writer", "_nonLocalized"),
                pair("story_bodyText__quote_saidBy", "pt_BR")
            ]
        );
        assert_eq!(seen("p2"), [pair("story_bodyText", "pt_BR")]);
        assert_eq!(
            seen("p3"),
            [pair(
                "story_parts__quote_inner__quote_saidBy",
                "_nonLocalized"
            )]
        );
        assert_eq!(references.to("p3")[0].paths[0], "story_parts");
        assert_eq!(references.to("nobody"), []);
    }
}
