//! What a query costs, found before it runs (`management-api.md` 10.1).
//!
//! The vendor publishes what each kind of field costs. Where its table does not say that what is inside counts too, it does here:
//! nothing could be held back by a price that nesting does not raise.
//! Beside the complexity the number of fields is limited, fragments unfolded: the executor unfolds them as often as they are named.

mod text;

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentDefinition, Selection, SelectionSet,
};
use async_graphql::parser::{self, Positioned};
use async_graphql::{Pos, ServerError, Variables};
use serde_json::Value;

use super::description::{Description, FieldKind, Model};
use super::names;

/// The complexity no query may exceed: that of the vendor's plans.
pub(crate) const MAX_COMPLEXITY: u64 = 10_000_000;
/// Fields a query may select, fragments unfolded.
const MAX_FIELDS: u64 = 5_000;
/// Selections within selections, fragments included.
pub(super) const MAX_DEPTH: usize = 48;
/// Lists of an introspection query within lists: what lies deeper multiplies without end.
const MAX_INTROSPECTED_LISTS: usize = 3;

const FIELD: u64 = 1;
const CONDITION: u64 = 250;
const SORT_KEY: u64 = 250;
const COLLECTION: u64 = 100;
const COUNT: u64 = 1_000;
const DEEP_FILTER: u64 = 1_000_000;
/// How many elements a list without a page size is taken for.
const LIST: u64 = 5;
/// A single record or asset, a record of a model that has one, the settings.
const SINGLE: u64 = 50;
const SINGLETON: u64 = 25;
const SITE: u64 = 10;
const LINK: u64 = 10;
const PARENT: u64 = 25;
/// A structured text's tree.
const TREE: u64 = 10;
/// An asset, and whatever is made anew for each answer: HTML, parsed JSON, meta tags, thumbnails, responsive images.
const MADE: u64 = 5;
/// How many records a collection gives when the query does not say.
pub(super) const DEFAULT_PAGE: u64 = 20;

/// A limit that a query exceeds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Excess {
    #[error("Query has complexity of {0}, which exceeds max complexity of {MAX_COMPLEXITY}")]
    Complexity(u64),
    #[error("Query is {0} bytes long, more than {max}", max = text::MAX_LENGTH)]
    Length(usize),
    #[error("Query nests brackets deeper than {max}", max = text::MAX_NESTING)]
    Nesting,
    #[error("Query selects more than {MAX_FIELDS} fields")]
    Fields,
    #[error("Query has depth of more than {MAX_DEPTH}")]
    Depth,
    #[error("Maximum introspection depth exceeded")]
    Introspection,
    #[error("Fragment {0} contains an infinite loop")]
    Loop(String),
}

impl From<Excess> for ServerError {
    fn from(excess: Excess) -> Self {
        Self::new(excess.to_string(), None::<Pos>)
    }
}

/// Parses a query whose length and nesting are bearable.
pub(super) fn parse(query: &str) -> Result<ExecutableDocument, ServerError> {
    text::check(query)?;
    Ok(parser::parse_query(query)?)
}

/// The complexity of the operation that will run; refused when the document exceeds a limit.
pub(super) fn of(
    description: &Description,
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Variables,
) -> Result<u64, Excess> {
    let mut total = Measure::default();
    let mut complexity = 0;
    let variables = values(document, variables);
    let mut meter = Meter {
        description,
        fragments: &document.fragments,
        known: HashMap::new(),
        variables: &variables,
    };
    // The executor walks every operation, and every fragment, whether it runs it or not.
    for name in document.fragments.keys() {
        meter.fragment(name, 0)?;
    }
    for (name, operation) in document.operations.iter() {
        let measure = meter.selections(&operation.node.selection_set.node, Place::Root, 0)?;
        if operation_name.is_none_or(|wanted| name.is_none_or(|name| name == wanted)) {
            complexity = measure.cost;
        }
        total = total.and(measure);
    }
    if total.fields > MAX_FIELDS {
        return Err(Excess::Fields);
    }
    if complexity > MAX_COMPLEXITY {
        return Err(Excess::Complexity(complexity));
    }
    Ok(complexity)
}

/// The values of the variables of all operations: those given, else their defaults.
fn values(document: &ExecutableDocument, given: &Variables) -> HashMap<String, Value> {
    let operations = document.operations.iter();
    operations
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .filter_map(|definition| {
            let definition = &definition.node;
            let name = &definition.name.node;
            let value = given
                .get(name)
                .or_else(|| definition.default_value.as_ref().map(|value| &value.node))?;
            Some((name.to_string(), value.clone().into_json().ok()?))
        })
        .collect()
}

#[derive(Debug, Clone, Copy, Default)]
struct Measure {
    cost: u64,
    fields: u64,
    /// Levels below.
    depth: usize,
}

impl Measure {
    fn and(self, other: Self) -> Self {
        Self {
            cost: self.cost.saturating_add(other.cost),
            fields: self.fields.saturating_add(other.fields),
            depth: self.depth.max(other.depth),
        }
    }
}

/// What the fields of a selection belong to.
#[derive(Debug, Clone, Copy)]
enum Place<'d> {
    Root,
    Record(&'d Model),
    /// A structured text: its lists hold records or blocks.
    Text,
    /// An SEO object.
    Seo,
    /// An asset.
    Asset,
    /// A value, or a record of a type that is not known.
    Other,
    /// A type of the schema, under so many lists.
    Schema(usize),
}

struct Meter<'d> {
    description: &'d Description,
    fragments: &'d HashMap<async_graphql::Name, Positioned<FragmentDefinition>>,
    /// `None` while a fragment is being measured.
    known: HashMap<&'d str, Option<Measure>>,
    variables: &'d HashMap<String, Value>,
}

impl<'d> Meter<'d> {
    fn selections(
        &mut self,
        set: &'d SelectionSet,
        place: Place<'d>,
        level: usize,
    ) -> Result<Measure, Excess> {
        if level > MAX_DEPTH {
            return Err(Excess::Depth);
        }
        let mut total = Measure::default();
        // What is selected of each member of a union: a record is one of them, so the dearest counts.
        let mut members: HashMap<&str, u64> = HashMap::new();
        let is_union = matches!(place, Place::Other);
        for selection in &set.items {
            let (condition, mut part) = match &selection.node {
                Selection::Field(field) => (None, self.field(&field.node, place, level)?),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let condition = self
                        .fragments
                        .get(name)
                        .map(|fragment| fragment.node.type_condition.node.on.node.as_str());
                    (condition, self.fragment(name, level)?)
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let condition = condition.map(|condition| condition.node.on.node.as_str());
                    let place =
                        condition.map_or(place, |condition| self.place_of(condition, place));
                    let inside = &inline.node.selection_set.node;
                    (condition, self.selections(inside, place, level + 1)?)
                }
            };
            if let Some(condition) = condition.filter(|_| is_union) {
                let cost = members.entry(condition).or_default();
                *cost = cost.saturating_add(part.cost);
                part.cost = 0;
            }
            total = total.and(part);
            // Stop early: what follows can only make it more.
            if total.fields > MAX_FIELDS {
                return Err(Excess::Fields);
            }
        }
        let dearest = members.into_values().max().unwrap_or_default();
        total.cost = total.cost.saturating_add(dearest);
        total.depth += 1;
        if level + total.depth > MAX_DEPTH {
            return Err(Excess::Depth);
        }
        Ok(total)
    }

    fn fragment(&mut self, name: &str, level: usize) -> Result<Measure, Excess> {
        let Some((name, fragment)) = self.fragments.get_key_value(name) else {
            return Ok(Measure::default());
        };
        let name = name.as_str();
        match self.known.get(name) {
            Some(Some(measure)) => {
                let measure = *measure;
                if level + measure.depth > MAX_DEPTH {
                    return Err(Excess::Depth);
                }
                return Ok(measure);
            }
            Some(None) => return Err(Excess::Loop(name.to_owned())),
            None => {}
        }
        self.known.insert(name, None);
        let condition = fragment.node.type_condition.node.on.node.as_str();
        let place = self.place_of(condition, Place::Other);
        let measure = self.selections(&fragment.node.selection_set.node, place, level + 1)?;
        self.known.insert(name, Some(measure));
        Ok(measure)
    }

    /// What a type condition makes of a place.
    fn place_of(&self, type_name: &str, otherwise: Place<'d>) -> Place<'d> {
        if type_name == "Query" {
            return Place::Root;
        }
        if type_name.ends_with("FileField") {
            return Place::Asset;
        }
        let mut models = self.description.models.iter();
        match models.find(|model| names::record_type(&model.api_key) == type_name) {
            Some(model) => Place::Record(model),
            None => match otherwise {
                Place::Schema(lists) => Place::Schema(lists),
                Place::Root
                | Place::Record(_)
                | Place::Text
                | Place::Seo
                | Place::Asset
                | Place::Other => Place::Other,
            },
        }
    }

    fn field(
        &mut self,
        field: &'d Field,
        place: Place<'d>,
        level: usize,
    ) -> Result<Measure, Excess> {
        let name = field.name.node.as_str();
        let price = match place {
            Place::Root => self.root_price(name, field),
            Place::Record(model) => self.record_price(model, name, field),
            Place::Text if name == "value" => Price::of(TREE, Place::Other),
            Place::Text => Price::list(Place::Other, LIST),
            Place::Seo if name == "image" => Price::of(MADE, Place::Asset),
            Place::Asset if matches!(name, "blurUpThumb" | "responsiveImage") => {
                Price::of(MADE, Place::Other)
            }
            Place::Seo | Place::Asset | Place::Other => Price::plain(Place::Other),
            Place::Schema(lists) => {
                let list = matches!(
                    name,
                    "fields" | "interfaces" | "possibleTypes" | "inputFields"
                );
                let lists = lists + usize::from(list);
                if lists >= MAX_INTROSPECTED_LISTS {
                    return Err(Excess::Introspection);
                }
                Price::plain(Place::Schema(lists))
            }
        };
        if field.selection_set.node.items.is_empty() {
            return Ok(Measure {
                cost: price.base,
                fields: 1,
                depth: 0,
            });
        }
        let inner = self.selections(&field.selection_set.node, price.inside, level + 1)?;
        Ok(Measure {
            cost: price
                .base
                .saturating_add(price.times.saturating_mul(inner.cost)),
            fields: inner.fields.saturating_add(1),
            depth: inner.depth,
        })
    }

    fn root_price(&self, name: &str, field: &Field) -> Price<'d> {
        match name {
            "__schema" | "__type" => return Price::plain(Place::Schema(0)),
            "_site" => return Price::of(SITE, Place::Other),
            "allUploads" => return self.collection(Place::Asset, field),
            "_allUploadsMeta" => return self.count(field),
            "upload" => return self.single(SINGLE, Place::Asset, field),
            _ => {}
        }
        for model in self.description.models.iter().filter(|model| !model.block) {
            if name == names::camel_case(&model.api_key) {
                let base = if model.singleton { SINGLETON } else { SINGLE };
                return self.single(base, Place::Record(model), field);
            }
            if name == names::collection(&model.api_key) {
                return self.collection(Place::Record(model), field);
            }
            if name == names::collection_meta(&model.api_key) {
                return self.count(field);
            }
        }
        Price::plain(Place::Other)
    }

    fn record_price(&self, model: &'d Model, name: &str, field: &Field) -> Price<'d> {
        match name {
            "parent" => return Price::of(PARENT, Place::Record(model)),
            "children" => return Price::list(Place::Record(model), LIST),
            "_seoMetaTags" => return Price::of(MADE, Place::Other),
            _ => {}
        }
        if name.starts_with("_allReferencing") {
            let mut models = self.description.models.iter();
            let source = models.find(|model| {
                name.strip_suffix("Meta").unwrap_or(name) == names::referencing(&model.api_key)
            });
            return match source {
                Some(_) if name.ends_with("Meta") => self.count(field),
                Some(source) => self.collection(Place::Record(source), field),
                None => Price::plain(Place::Other),
            };
        }
        if name.starts_with("_all") {
            let locales = self.description.locales.len();
            return Price::list(Place::Other, u64::try_from(locales).unwrap_or(LIST));
        }
        let Some(described) = model.field_named(name) else {
            return Price::plain(Place::Other);
        };
        let target = |ids: &[String]| match self.description.models_of(ids).as_slice() {
            [only] => Place::Record(only),
            _ => Place::Other,
        };
        match &described.kind {
            FieldKind::Link(ids) => Price::of(LINK, target(ids)),
            FieldKind::SingleBlock(ids) => Price::plain(target(ids)),
            FieldKind::Links(ids) | FieldKind::RichText(ids) => Price::list(target(ids), LIST),
            FieldKind::File => Price::of(MADE, Place::Asset),
            FieldKind::Gallery => Price::list(Place::Asset, LIST),
            FieldKind::Seo => Price::plain(Place::Seo),
            FieldKind::StructuredText { .. } => Price::plain(Place::Text),
            FieldKind::Json => Price::of(MADE, Place::Other),
            FieldKind::Text if self.argument(field, "markdown") == Some(Value::Bool(true)) => {
                Price::of(MADE, Place::Other)
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
            | FieldKind::LatLon
            | FieldKind::Video => Price::plain(Place::Other),
        }
    }

    fn collection(&self, inside: Place<'d>, field: &Field) -> Price<'d> {
        let first = self
            .argument(field, "first")
            .map_or(Some(DEFAULT_PAGE), |first| first.as_u64());
        Price {
            base: COLLECTION.saturating_add(self.selecting(field)),
            times: first.unwrap_or(DEFAULT_PAGE),
            inside,
        }
    }

    fn count(&self, field: &Field) -> Price<'d> {
        Price {
            base: COUNT.saturating_add(self.selecting(field)),
            times: 1,
            inside: Place::Other,
        }
    }

    fn single(&self, base: u64, inside: Place<'d>, field: &Field) -> Price<'d> {
        Price {
            base: base.saturating_add(self.selecting(field)),
            times: 1,
            inside,
        }
    }

    /// What filters and orders cost.
    fn selecting(&self, field: &Field) -> u64 {
        let filter = self
            .argument(field, "filter")
            .map_or(0, |filter| filter_cost(&filter));
        let keys = match self.argument(field, "orderBy") {
            Some(Value::Array(keys)) => u64::try_from(keys.len()).unwrap_or(u64::MAX),
            Some(Value::String(_)) => 1,
            _ => 0,
        };
        filter.saturating_add(keys.saturating_mul(SORT_KEY))
    }

    /// An argument with its variables filled in; `None` when it is absent or null.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = field.get_argument(name)?.node.clone();
        let filled = value.into_const_with(|name| {
            let value = self.variables.get(name.as_str()).cloned();
            Ok::<_, ()>(
                value
                    .and_then(|value| async_graphql::Value::from_json(value).ok())
                    .unwrap_or_default(),
            )
        });
        filled
            .ok()
            .and_then(|value| value.into_json().ok())
            .filter(|value| !value.is_null())
    }
}

/// What a field costs: `base`, and `times` what it contains.
struct Price<'d> {
    base: u64,
    times: u64,
    inside: Place<'d>,
}

impl<'d> Price<'d> {
    fn plain(inside: Place<'d>) -> Self {
        Self::of(FIELD, inside)
    }

    fn of(base: u64, inside: Place<'d>) -> Self {
        Self {
            base,
            times: 1,
            inside,
        }
    }

    /// A list costs what is inside, so many times.
    fn list(inside: Place<'d>, times: u64) -> Self {
        Self {
            base: 0,
            times,
            inside,
        }
    }
}

/// What the conditions of a filter cost.
fn filter_cost(filter: &Value) -> u64 {
    match filter {
        Value::Array(filters) => filters.iter().map(filter_cost).sum(),
        Value::Object(filter) => filter
            .iter()
            .map(|(key, value)| match key.as_str() {
                "AND" | "OR" => filter_cost(value),
                _ => operators_cost(value),
            })
            .sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

fn operators_cost(operators: &Value) -> u64 {
    let operators = operators.as_object().into_iter().flatten();
    let cost = |(operator, operand): (&String, &Value)| match (operator.as_str(), operand) {
        ("any" | "containsAny", Value::Object(models)) => u64::try_from(models.len())
            .map_or(u64::MAX, |models| models.saturating_mul(DEEP_FILTER)),
        ("value" | "blocks", Value::Object(_)) => operators_cost(operand),
        _ => CONDITION,
    };
    operators.map(cost).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests;
