//! The table against the JSON Hyper-Schema that the service itself served in 2022.
//!
//! What the types of today say wins; what they cannot say, which numbers are whole, and what is a date, is checked here. The
//! schema stands beside the checkout (`../shared/reference/recorded`) and is not part of it; where it is absent the test
//! says so and passes.

use drydock::requests::{self, Entity, Kind, Shape};
use serde_json::Value;

use crate::examples::types_of;
use crate::root;

/// What the service took then and does not today, or the other way around: the place, and why.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("POST /audit-log-events:", "has another path today"),
    (
        "PUT /uploads/batch-add-tags:",
        "bulk operations took its place",
    ),
    (
        "PUT /site relationships.sso_default_role:",
        "has a place in the settings of single sign-on today",
    ),
];

struct Schema(Value);

impl Schema {
    /// Follows references.
    fn at<'s>(&'s self, mut node: &'s Value) -> &'s Value {
        while let Some(reference) = node["$ref"].as_str() {
            node = self.0.pointer(reference.trim_start_matches('#')).unwrap();
        }
        node
    }

    fn property<'s>(&'s self, node: &'s Value, name: &str) -> &'s Value {
        self.at(&self.at(node)["properties"][name])
    }

    /// The types of JSON a node may be.
    fn types(&self, node: &Value) -> Vec<String> {
        let node = self.at(node);
        let mut types: Vec<String> = match &node["type"] {
            Value::String(one) => vec![one.clone()],
            Value::Array(several) => several
                .iter()
                .map(|one| one.as_str().unwrap().to_owned())
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
        };
        for forms in ["anyOf", "oneOf"] {
            for form in node[forms].as_array().into_iter().flatten() {
                types.extend(self.types(form));
            }
        }
        types
    }
}

#[test]
fn the_table_takes_what_the_service_took() {
    let path = root().join("../shared/reference/recorded/hyperschema-2022-03.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("not compared: {} is not there", path.display());
        return;
    };
    let schema = Schema(serde_json::from_str(&text).unwrap());
    let mut differences = Vec::new();
    let mut compared = 0;
    for resource in schema.0["definitions"].as_object().unwrap().values() {
        for link in resource["links"].as_array().into_iter().flatten() {
            let method = link["method"].as_str().unwrap();
            if link["schema"].is_null() || method == "GET" {
                continue;
            }
            compared += 1;
            compare(&schema, method, link, &mut differences);
        }
    }
    assert_eq!(compared, 52, "the schema is another one");
    let meant = |difference: &String| {
        EXCEPTIONS
            .iter()
            .any(|(place, _)| difference.starts_with(place))
    };
    for (place, why) in EXCEPTIONS {
        let holds = differences
            .iter()
            .any(|difference| difference.starts_with(place));
        assert!(holds, "an exception for nothing: {place} ({why})");
    }
    differences.retain(|difference| !meant(difference));
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn compare(schema: &Schema, method: &str, link: &Value, differences: &mut Vec<String>) {
    let path: Vec<String> = link["href"]
        .as_str()
        .unwrap()
        .split('/')
        .map(placeholder)
        .collect();
    let path = path.join("/");
    let Some(request) = requests::find(method, &path) else {
        differences.push(format!("{method} {path}: not in the table"));
        return;
    };
    let call = format!("{method} {}", request.path);
    let data = schema.property(&link["schema"], "data");
    let forms = data["anyOf"].as_array();
    let forms = forms.map_or_else(|| vec![data], |forms| forms.iter().collect());
    for (form, entity) in forms.into_iter().zip(request.body.entities()) {
        let form = schema.at(form);
        let kind = schema.property(form, "type")["pattern"].as_str().unwrap();
        if entity.kind.is_some_and(|ours| format!("^{ours}$") != kind) {
            differences.push(format!("{call} type: {:?} instead of {kind}", entity.kind));
        }
        for (section, keys) in [
            ("attributes", entity.attributes.keys),
            ("meta", entity.meta.keys),
        ] {
            let node = schema.property(form, section);
            for (name, node) in node["properties"].as_object().into_iter().flatten() {
                let place = format!("{call} {section}.{name}");
                match keys.iter().find(|key| key.name == name) {
                    Some(key) => compare_value(schema, &place, &key.shape, node, differences),
                    None => differences.push(format!("{place}: not in the table")),
                }
            }
        }
        compare_relationships(schema, &call, entity, form, differences);
    }
}

/// Placeholders hold a whole address of a definition.
fn placeholder(part: &str) -> String {
    if part.starts_with('{') {
        ":id".to_owned()
    } else {
        part.to_owned()
    }
}

fn compare_relationships(
    schema: &Schema,
    call: &str,
    entity: &Entity,
    form: &Value,
    differences: &mut Vec<String>,
) {
    let node = schema.property(form, "relationships");
    for name in node["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
    {
        if !entity
            .relationships
            .keys
            .iter()
            .any(|ours| ours.name == name)
        {
            differences.push(format!("{call} relationships.{name}: not in the table"));
        }
    }
}

fn compare_value(
    schema: &Schema,
    place: &str,
    shape: &Shape,
    node: &Value,
    differences: &mut Vec<String>,
) {
    let mut ours = Vec::new();
    types_of(shape, &mut ours);
    let theirs = schema.types(node);
    let missing = theirs
        .iter()
        .find(|one| !ours.contains(&one.as_str()) && !ours.contains(&"anything"));
    if let Some(missing) = missing {
        differences.push(format!("{place}: takes no {missing}"));
    }
    let only_whole = |types: &[&str]| types.contains(&"integer") && !types.contains(&"number");
    let theirs: Vec<&str> = theirs.iter().map(String::as_str).collect();
    if only_whole(&theirs) != only_whole(&ours) {
        differences.push(format!(
            "{place}: whole numbers or any: {ours:?} instead of {theirs:?}"
        ));
    }
    if (schema.at(node)["format"] == "date-time") != (shape.kind == Kind::DateTime) {
        differences.push(format!("{place}: a date or any text"));
    }
}
