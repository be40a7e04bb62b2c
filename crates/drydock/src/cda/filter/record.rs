//! Filters of records: conditions about fields, about meta values, and, where a field has deep filtering, about its blocks.

use serde_json::{Map, Value};

use super::super::content::Record;
use super::super::description::{Description, Field, FieldKind, Model};
use super::super::locale::{self, LocaleChoice};
use super::super::names;
use super::operators::{Comparison, Test};
use super::{Conditions, FilterError, MAX_CONDITIONS, Reads, elements, read};

/// A filter of the records of one model.
#[derive(Debug)]
pub(crate) struct RecordFilter(Conditions<Subject>);

/// What of a record a condition is about.
#[derive(Debug)]
enum Subject {
    Id,
    Position,
    Parent,
    Locales(Vec<String>),
    /// A meta value by its key: `status`, `created_at` …
    Meta(String),
    Field(Field),
    Blocks(Field, BlockCondition),
}

/// What is asked of the blocks of a field.
#[derive(Debug)]
enum BlockCondition {
    /// For each of these models there is a block of it that passes.
    Any(Vec<(String, RecordFilter)>),
    /// Whether there are blocks of these models.
    Contains(Vec<(String, bool)>),
    /// Whether there is any.
    Exists(bool),
}

impl RecordFilter {
    /// Reads the `filter` argument of a model's records.
    pub(crate) fn read(
        description: &Description,
        model: &Model,
        filter: &Map<String, Value>,
    ) -> Result<Self, FilterError> {
        let mut left = MAX_CONDITIONS;
        read(&Reader { description, model }, filter, &mut left).map(Self)
    }

    /// True when every record passes.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.0, Conditions::All(all) if all.is_empty())
    }

    /// Does the record satisfy every condition?
    pub(crate) fn accepts(&self, record: &Record, choice: &LocaleChoice) -> bool {
        self.0.hold(&|subject| subject.value(record, choice))
    }
}

struct Reader<'a> {
    description: &'a Description,
    model: &'a Model,
}

impl Reads<Subject> for Reader<'_> {
    fn condition(
        &self,
        key: &str,
        operators: &Value,
        left: &mut usize,
    ) -> Result<Conditions<Subject>, FilterError> {
        let subject = match key {
            "id" => Subject::Id,
            "position" => Subject::Position,
            "parent" => Subject::Parent,
            "_locales" => {
                let localized = self.model.fields.iter().filter(|field| field.localized);
                Subject::Locales(localized.map(|field| field.api_key.clone()).collect())
            }
            _ => match (key.strip_prefix('_'), self.model.field_named(key)) {
                (Some(meta), _) => Subject::Meta(names::snake_case(meta)),
                (None, Some(field)) if self.description.filters_deeply(field) => {
                    return self.deep_condition(field, operators, left);
                }
                (None, Some(field)) => Subject::Field(field.clone()),
                (None, None) => return Ok(Conditions::All(Vec::new())),
            },
        };
        Ok(Conditions::About(subject, Test::read_all(operators, left)?))
    }
}

impl Reader<'_> {
    fn deep_condition(
        &self,
        field: &Field,
        operators: &Value,
        left: &mut usize,
    ) -> Result<Conditions<Subject>, FilterError> {
        let Some(operators) = operators.as_object() else {
            return Ok(Conditions::All(Vec::new()));
        };
        let mut all = Vec::new();
        for (key, operand) in operators.iter().filter(|(_, operand)| !operand.is_null()) {
            all.push(match key.as_str() {
                // Structured text: about its words, about its blocks.
                "value" => Conditions::About(
                    Subject::Field(field.clone()),
                    Test::read_all(operand, left)?,
                ),
                "blocks" => self.deep_condition(field, operand, left)?,
                _ => match self.block_condition(key, operand, field, left)? {
                    Some(condition) => {
                        let subject = Subject::Blocks(field.clone(), condition);
                        Conditions::About(subject, vec![Test::Equal(Value::Bool(true))])
                    }
                    None => Conditions::All(Vec::new()),
                },
            });
        }
        Ok(Conditions::All(all))
    }

    fn block_condition(
        &self,
        key: &str,
        operand: &Value,
        field: &Field,
        left: &mut usize,
    ) -> Result<Option<BlockCondition>, FilterError> {
        let by_model = operand.as_object().into_iter().flatten();
        let models = self.description.models_of(&field.kind.contained());
        let model_named = |name: &str| {
            models
                .iter()
                .copied()
                .find(|model| names::camel_case(&model.api_key) == name)
        };
        Ok(match key {
            "exists" => operand.as_bool().map(BlockCondition::Exists),
            "containsAny" => Some(BlockCondition::Contains(
                by_model
                    .filter_map(|(name, wanted)| {
                        Some((model_named(name)?.id.clone(), wanted.as_bool()?))
                    })
                    .collect(),
            )),
            "any" => {
                let mut wanted = Vec::new();
                for (name, filter) in by_model {
                    *left = left.checked_sub(1).ok_or(FilterError::TooManyConditions)?;
                    if let (Some(model), Some(filter)) = (model_named(name), filter.as_object()) {
                        let reader = Reader {
                            description: self.description,
                            model,
                        };
                        let filter = RecordFilter(read(&reader, filter, left)?);
                        wanted.push((model.id.clone(), filter));
                    }
                }
                Some(BlockCondition::Any(wanted))
            }
            _ => None,
        })
    }
}

impl Subject {
    /// The value the condition is about, and how to compare it.
    fn value(&self, record: &Record, choice: &LocaleChoice) -> (Value, Comparison) {
        let plain = |value: Value| (value, Comparison::Plain);
        match self {
            Self::Id => plain(Value::from(record.id.clone())),
            Self::Position => plain(record.attribute("position").clone()),
            Self::Parent => plain(record.attribute("parent_id").clone()),
            Self::Locales(keys) => {
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                let locales = locale::locales_of(&record.attributes, &keys);
                plain(locales.into_iter().map(names::site_locale).collect())
            }
            Self::Meta(key) if key.ends_with("_at") => {
                (record.meta(key).clone(), Comparison::Minutes)
            }
            Self::Meta(key) => plain(record.meta(key).clone()),
            Self::Field(field) => {
                let stored = record.attribute(&field.api_key);
                (
                    choice.pick(field.localized, stored).clone(),
                    comparison(&field.kind),
                )
            }
            Self::Blocks(field, condition) => {
                let stored = choice.pick(field.localized, record.attribute(&field.api_key));
                let blocks: Vec<Record> = blocks_of(stored)
                    .into_iter()
                    .filter_map(|block| record.block(block))
                    .collect();
                plain(Value::Bool(condition.holds(&blocks, choice)))
            }
        }
    }
}

impl BlockCondition {
    fn holds(&self, blocks: &[Record], choice: &LocaleChoice) -> bool {
        match self {
            Self::Exists(wanted) => blocks.is_empty() != *wanted,
            Self::Contains(models) => models
                .iter()
                .all(|(model, wanted)| blocks.iter().any(|block| block.model == *model) == *wanted),
            Self::Any(models) => models.iter().all(|(model, filter)| {
                blocks
                    .iter()
                    .any(|block| block.model == *model && filter.accepts(block, choice))
            }),
        }
    }
}

/// The blocks a value of one locale holds, not those inside them.
fn blocks_of(stored: &Value) -> Vec<&Value> {
    fn collect<'v>(node: &'v Value, blocks: &mut Vec<&'v Value>) {
        blocks.extend(node.get("item").filter(|item| item.is_object()));
        let children = node.get("children").and_then(Value::as_array);
        for child in children.into_iter().flatten() {
            collect(child, blocks);
        }
    }
    let mut blocks = Vec::new();
    match stored.get("document") {
        Some(document) => collect(document, &mut blocks),
        None => blocks.extend(elements(stored)),
    }
    blocks
}

fn comparison(kind: &FieldKind) -> Comparison {
    match kind {
        FieldKind::DateTime => Comparison::Minutes,
        FieldKind::File | FieldKind::Gallery => Comparison::Uploads,
        FieldKind::StructuredText { .. } => Comparison::StructuredText,
        FieldKind::String
        | FieldKind::Text
        | FieldKind::Slug
        | FieldKind::Boolean
        | FieldKind::Integer
        | FieldKind::Float
        | FieldKind::Date
        | FieldKind::Color
        | FieldKind::Json
        | FieldKind::LatLon
        | FieldKind::Seo
        | FieldKind::Video
        | FieldKind::Link(_)
        | FieldKind::Links(_)
        | FieldKind::RichText(_)
        | FieldKind::SingleBlock(_) => Comparison::Plain,
    }
}

#[cfg(test)]
mod tests;
