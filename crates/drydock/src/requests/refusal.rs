//! Why a body is refused, in the service's words.
//!
//! The service holds bodies against a JSON Schema and answers `INVALID_FORMAT` with one message for each thing that is wrong:
//! where it is in the body, which part of the schema it breaks, and what is wrong with it. Messages about keys that are not
//! permitted or not supplied have been seen and read as these do; the others follow the library that writes such messages.

use serde_json::{Map, Value};

use super::document::{Body, Entity, Id, Presence, Relationship, Request, Section, Target};
use super::shape::{Key, Kind, Shape};
use crate::clock::Timestamp;

/// How many messages an answer holds at most: a body with a million mistakes needs no million answers.
pub const MOST_MESSAGES: usize = 50;

/// How much of a value a message repeats, in characters.
const LONGEST_QUOTE: usize = 80;

impl Request {
    /// What is wrong with the body, which may be absent; nothing where it is taken.
    pub fn refusal(&self, document: Option<&Value>) -> Vec<String> {
        let nothing = Value::Object(Map::new());
        let document = match document {
            None | Some(Value::Null) if self.may_be_absent => return Vec::new(),
            Some(Value::Object(map)) if map.is_empty() && self.may_be_absent => return Vec::new(),
            None => &nothing,
            Some(document) => document,
        };
        let mut complaints = Complaints {
            request: self,
            messages: Vec::new(),
        };
        complaints.document(document);
        complaints.messages
    }
}

/// What has been found so far.
struct Complaints<'r> {
    request: &'r Request,
    messages: Vec<String>,
}

/// A place in the body, and with it in the schema; told by how it is reached.
#[derive(Clone, Copy)]
struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    Entry(usize),
}

impl<'a> Place<'a> {
    const ROOT: Self = Self {
        above: None,
        step: Step::Root,
    };

    fn key(&'a self, name: &'a str) -> Self {
        Self {
            above: Some(self),
            step: Step::Key(name),
        }
    }

    fn entry(&'a self, at: usize) -> Self {
        Self {
            above: Some(self),
            step: Step::Entry(at),
        }
    }

    /// Where it is in the body: `#/data/attributes/name`.
    fn pointer(&self) -> String {
        let above = self.above.map_or_else(String::new, Place::pointer);
        match self.step {
            Step::Root => "#".to_owned(),
            Step::Key(name) => format!("{above}/{name}"),
            Step::Entry(at) => format!("{above}/{at}"),
        }
    }

    /// Where it is in the schema of the call.
    fn schema(&self, request: &Request) -> String {
        let above = self
            .above
            .map_or_else(String::new, |place| place.schema(request));
        match self.step {
            Step::Root => format!(
                "#/definitions/{}/links/{}/schema",
                request.resource, request.link
            ),
            Step::Key(name) => format!("{above}/properties/{name}"),
            Step::Entry(_) => format!("{above}/items"),
        }
    }

    /// The last part of where it is in the schema.
    fn fragment(&self) -> String {
        match self.step {
            Step::Root => "schema".to_owned(),
            Step::Key(name) => format!("properties/{name}"),
            Step::Entry(_) => "items".to_owned(),
        }
    }
}

impl Complaints<'_> {
    fn add(&mut self, place: &Place<'_>, what: &str) {
        if self.messages.len() < MOST_MESSAGES {
            let (at, schema) = (place.pointer(), place.schema(self.request));
            self.messages
                .push(format!("{at}: failed schema {schema}: {what}"));
        }
    }

    fn document(&mut self, document: &Value) {
        let root = Place::ROOT;
        let Some(map) = self.object(&root, document) else {
            return;
        };
        self.keys(&root, map, &[("data", true)], false);
        let place = root.key("data");
        match (self.request.body, map.get("data")) {
            (_, None) => {}
            (Body::One(entity), Some(data)) => self.entity(&place, data, &entity),
            (Body::OneOf(entities), Some(data)) => self.one_of(&place, data, entities),
            (Body::Many(entities), Some(data)) => {
                if let Some(list) = self.list(&place, data) {
                    for (at, entry) in list.iter().enumerate() {
                        self.one_of(&place.entry(at), entry, entities);
                    }
                }
            }
        }
    }

    /// The service says only that none of the forms fits; what is wrong with the one whose type is named helps more.
    fn one_of(&mut self, place: &Place<'_>, data: &Value, entities: &[Entity]) {
        let named = entities
            .iter()
            .find(|entity| entity.kind.is_some() && data["type"].as_str() == entity.kind);
        match (named, entities) {
            (Some(entity), _) | (None, [entity]) => self.entity(place, data, entity),
            (None, _) => self.no_form_fits(place),
        }
    }

    fn entity(&mut self, place: &Place<'_>, data: &Value, entity: &Entity) {
        let Some(map) = self.object(place, data) else {
            return;
        };
        let mut keys = vec![("type", true)];
        match entity.id {
            Id::None => {}
            Id::Optional => keys.push(("id", false)),
            Id::Required => keys.push(("id", true)),
        }
        for (name, presence) in [
            ("attributes", entity.attributes.presence),
            ("relationships", entity.relationships.presence),
            ("meta", entity.meta.presence),
        ] {
            match presence {
                Presence::Never => {}
                Presence::Optional => keys.push((name, false)),
                Presence::Required => keys.push((name, true)),
            }
        }
        self.keys(place, map, &keys, false);
        self.name(place, map, entity.kind);
        self.attributes(place, "attributes", map, &entity.attributes);
        self.relationships(place, map, &entity.relationships);
        self.attributes(place, "meta", map, &entity.meta);
    }

    /// The `type` and the `id` of an entity, as far as they are there.
    fn name(&mut self, place: &Place<'_>, map: &Map<String, Value>, kind: Option<&str>) {
        if let Some(found) = map.get("type") {
            let place = place.key("type");
            if let Some(text) = self.text(&place, found)
                && let Some(kind) = kind
                && text != kind
            {
                self.add(
                    &place,
                    &format!("{} does not match /^{kind}$/.", shortened(text)),
                );
            }
        }
        if let Some(id) = map.get("id") {
            self.text(&place.key("id"), id);
        }
    }

    fn attributes(
        &mut self,
        place: &Place<'_>,
        name: &str,
        map: &Map<String, Value>,
        section: &Section<Key>,
    ) {
        if section.presence == Presence::Never {
            return;
        }
        if let Some(found) = map.get(name) {
            self.shaped_object(&place.key(name), found, section.keys, section.others);
        }
    }

    fn relationships(
        &mut self,
        place: &Place<'_>,
        map: &Map<String, Value>,
        section: &Section<Relationship>,
    ) {
        let Some(found) = map.get("relationships") else {
            return;
        };
        if section.presence == Presence::Never {
            return;
        }
        let place = place.key("relationships");
        let Some(map) = self.object(&place, found) else {
            return;
        };
        let keys: Vec<(&str, bool)> = section
            .keys
            .iter()
            .map(|relationship| (relationship.name, relationship.required))
            .collect();
        self.keys(&place, map, &keys, section.others);
        for relationship in section.keys {
            let Some(found) = map.get(relationship.name) else {
                continue;
            };
            let place = place.key(relationship.name);
            let Some(map) = self.object(&place, found) else {
                continue;
            };
            self.keys(&place, map, &[("data", true)], false);
            if let Some(data) = map.get("data") {
                self.target(&place.key("data"), data, relationship.target);
            }
        }
    }

    fn target(&mut self, place: &Place<'_>, data: &Value, target: Target) {
        match target {
            Target::One { or_none: true, .. } if data.is_null() => {}
            Target::One {
                kinds: [kind],
                or_none: false,
            } => self.reference(place, data, kind),
            Target::One { kinds, .. } => {
                let fits = kinds
                    .iter()
                    .any(|kind| self.fits(|tried| tried.reference(place, data, kind)));
                if !fits {
                    self.no_form_fits(place);
                }
            }
            Target::Many { kind } => {
                if let Some(list) = self.list(place, data) {
                    for (at, entry) in list.iter().enumerate() {
                        self.reference(&place.entry(at), entry, kind);
                    }
                }
            }
        }
    }

    fn reference(&mut self, place: &Place<'_>, data: &Value, kind: &str) {
        if let Some(map) = self.object(place, data) {
            self.keys(place, map, &[("type", true), ("id", true)], false);
            self.name(place, map, Some(kind));
        }
    }

    fn shape(&mut self, place: &Place<'_>, value: &Value, shape: &Shape) {
        if shape.or_null && value.is_null() {
            return;
        }
        let fits = match shape.kind {
            Kind::Boolean => value.is_boolean(),
            Kind::Integer => value.is_i64() || value.is_u64(),
            Kind::Number => value.is_number(),
            Kind::Text | Kind::DateTime => value.is_string(),
            Kind::List { .. } => value.is_array(),
            Kind::Object { .. } => value.is_object(),
            // Whoever may only say one of a few words is told which.
            Kind::Anything | Kind::Choice(_) | Kind::Either(_) => true,
        };
        if !fits {
            self.wrong_type(place, value, shape);
            return;
        }
        match (shape.kind, value) {
            (Kind::DateTime, Value::String(text)) if Timestamp::parse(text).is_none() => {
                self.add(
                    place,
                    &format!("{} is not a valid date-time.", shortened(text)),
                );
            }
            (Kind::Choice(values), value)
                if !value.as_str().is_some_and(|text| values.contains(&text)) =>
            {
                let found = value
                    .as_str()
                    .map_or_else(|| quote(value), |text| shortened(text).into_owned());
                let values = values.join("\", \"");
                self.add(
                    place,
                    &format!("{found} is not a member of [\"{values}\"]."),
                );
            }
            (Kind::List { of, at_least }, Value::Array(list)) => {
                for (at, entry) in list.iter().enumerate() {
                    self.shape(&place.entry(at), entry, of);
                }
                if list.len() < at_least {
                    let (items, found) = (plural(at_least, "item"), list.len());
                    self.add(
                        place,
                        &format!("{items} required; only {found} were supplied."),
                    );
                }
            }
            (Kind::Object { keys, others }, value) => {
                self.shaped_object(place, value, keys, others);
            }
            (Kind::Either(forms), value) => {
                let fits = forms
                    .iter()
                    .any(|form| self.fits(|tried| tried.shape(place, value, form)));
                if !fits {
                    self.no_form_fits(place);
                }
            }
            (
                Kind::Anything
                | Kind::Boolean
                | Kind::Integer
                | Kind::Number
                | Kind::Text
                | Kind::DateTime
                | Kind::Choice(_)
                | Kind::List { .. },
                _,
            ) => {}
        }
    }

    fn shaped_object(&mut self, place: &Place<'_>, value: &Value, shapes: &[Key], others: bool) {
        let Some(map) = self.object(place, value) else {
            return;
        };
        let keys: Vec<(&str, bool)> = shapes.iter().map(|key| (key.name, key.required)).collect();
        self.keys(place, map, &keys, others);
        for key in shapes {
            if let Some(value) = map.get(key.name) {
                self.shape(&place.key(key.name), value, &key.shape);
            }
        }
    }

    /// Keys that are there and should not be, and the other way around.
    fn keys(
        &mut self,
        place: &Place<'_>,
        map: &Map<String, Value>,
        keys: &[(&str, bool)],
        others: bool,
    ) {
        if !others {
            let extra = map
                .keys()
                .map(String::as_str)
                .filter(|name| keys.iter().all(|(known, _)| known != name));
            if let Some((names, several)) = named(extra) {
                let what = if several {
                    "are not permitted keys"
                } else {
                    "is not a permitted key"
                };
                self.add(place, &format!("{names} {what}."));
            }
        }
        let missing = keys
            .iter()
            .filter(|(name, required)| *required && !map.contains_key(*name))
            .map(|(name, _)| *name);
        if let Some((names, several)) = named(missing) {
            let what = if several { "weren't" } else { "wasn't" };
            self.add(place, &format!("{names} {what} supplied."));
        }
    }

    fn object<'v>(
        &mut self,
        place: &Place<'_>,
        value: &'v Value,
    ) -> Option<&'v Map<String, Value>> {
        let found = value.as_object();
        if found.is_none() {
            self.is_not(place, value, "an object");
        }
        found
    }

    fn list<'v>(&mut self, place: &Place<'_>, value: &'v Value) -> Option<&'v Vec<Value>> {
        let found = value.as_array();
        if found.is_none() {
            self.is_not(place, value, "an array");
        }
        found
    }

    fn text<'v>(&mut self, place: &Place<'_>, value: &'v Value) -> Option<&'v str> {
        let found = value.as_str();
        if found.is_none() {
            self.is_not(place, value, "a string");
        }
        found
    }

    fn wrong_type(&mut self, place: &Place<'_>, value: &Value, shape: &Shape) {
        let what = match shape.kind {
            Kind::Boolean => "a boolean",
            Kind::Integer => "an integer",
            Kind::Number => "a number",
            Kind::Text | Kind::DateTime | Kind::Choice(_) => "a string",
            Kind::List { .. } => "an array",
            Kind::Object { .. } | Kind::Either(_) | Kind::Anything => "an object",
        };
        if shape.or_null {
            self.is_not(place, value, &format!("{what} or null"));
        } else {
            self.is_not(place, value, what);
        }
    }

    fn is_not(&mut self, place: &Place<'_>, value: &Value, what: &str) {
        let (key, value) = (place.fragment(), quote(value));
        self.add(place, &format!("For '{key}', {value} is not {what}."));
    }

    fn no_form_fits(&mut self, place: &Place<'_>) {
        self.add(place, "No subschema in \"anyOf\" matched.");
    }

    /// Whether a try finds nothing wrong.
    fn fits(&self, attempt: impl FnOnce(&mut Complaints<'_>)) -> bool {
        let mut tried = Complaints {
            request: self.request,
            messages: Vec::new(),
        };
        attempt(&mut tried);
        tried.messages.is_empty()
    }
}

/// The names, sorted and in quotes, and whether they are several; nothing where there are none.
fn named<'n>(names: impl Iterator<Item = &'n str>) -> Option<(String, bool)> {
    let mut names: Vec<&str> = names.take(MOST_MESSAGES).collect();
    names.sort_unstable();
    let several = names.len() > 1;
    let names: Vec<String> = names
        .into_iter()
        .map(|name| format!("\"{}\"", shortened(name)))
        .collect();
    (!names.is_empty()).then(|| (names.join(", "), several))
}

fn plural(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// A value as JSON, shortened.
fn quote(value: &Value) -> String {
    shortened(&value.to_string()).into_owned()
}

fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
