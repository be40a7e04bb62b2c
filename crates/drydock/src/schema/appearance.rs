//! How fields are presented: the editors that are built in, what they can be told, and the addons of plugins.
//!
//! Source of the parameters: the editor types the vendor publishes with its client. Parameters that are not among them are
//! kept as they are: old projects have some.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::schema::field_type::FieldType;
use crate::schema::violation::Violation;
use crate::store::entity::{self, Kind};

/// What a parameter may be; null stands for what was left out.
#[derive(Debug, Clone, Copy)]
enum Shape {
    Flag,
    Text,
    /// Words of a closed list.
    Words(&'static [&'static str]),
    /// Numbers from 1 to 6.
    Levels,
    /// Any list: colours have had two forms.
    List,
    /// A label and perhaps a hint; demanded.
    Choice,
    /// Several choices, each with its value; demanded.
    Choices,
}

/// The parameters of a built-in editor.
#[expect(clippy::too_many_lines, reason = "a table, one entry an editor")]
fn parameters_of(editor: &str) -> &'static [(&'static str, Shape)] {
    match editor {
        "single_line" => &[("heading", Shape::Flag), ("placeholder", Shape::Text)],
        "slug" => &[("url_prefix", Shape::Text), ("placeholder", Shape::Text)],
        "textarea" | "integer" | "float" => &[("placeholder", Shape::Text)],
        "markdown" => &[(
            "toolbar",
            Shape::Words(&[
                "heading",
                "bold",
                "italic",
                "strikethrough",
                "code",
                "unordered_list",
                "ordered_list",
                "quote",
                "link",
                "image",
                "fullscreen",
            ]),
        )],
        "wysiwyg" => &[(
            "toolbar",
            Shape::Words(&[
                "format",
                "bold",
                "italic",
                "strikethrough",
                "code",
                "ordered_list",
                "unordered_list",
                "quote",
                "table",
                "link",
                "image",
                "show_source",
                "undo",
                "redo",
                "align_left",
                "align_center",
                "align_right",
                "align_justify",
                "outdent",
                "indent",
                "fullscreen",
            ]),
        )],
        "color_picker" => &[
            ("enable_alpha", Shape::Flag),
            ("preset_colors", Shape::List),
        ],
        "seo" => &[
            (
                "fields",
                Shape::Words(&["title", "description", "image", "no_index", "twitter_card"]),
            ),
            (
                "previews",
                Shape::Words(&[
                    "google", "twitter", "slack", "whatsapp", "telegram", "facebook", "linkedin",
                ]),
            ),
        ],
        "rich_text" | "framed_single_block" | "frameless_single_block" => {
            &[("start_collapsed", Shape::Flag)]
        }
        "structured_text" => &[
            (
                "nodes",
                Shape::Words(&[
                    "blockquote",
                    "code",
                    "heading",
                    "link",
                    "list",
                    "thematicBreak",
                ]),
            ),
            (
                "marks",
                Shape::Words(&[
                    "strong",
                    "emphasis",
                    "underline",
                    "strikethrough",
                    "code",
                    "highlight",
                ]),
            ),
            ("heading_levels", Shape::Levels),
            ("blocks_start_collapsed", Shape::Flag),
            ("show_links_target_blank", Shape::Flag),
            ("show_links_meta_editor", Shape::Flag),
        ],
        "boolean_radio_group" => &[
            ("positive_radio", Shape::Choice),
            ("negative_radio", Shape::Choice),
        ],
        "string_radio_group" => &[("radios", Shape::Choices)],
        "string_select" | "string_multi_select" | "string_checkbox_group" => {
            &[("options", Shape::Choices)]
        }
        _ => &[],
    }
}

impl Shape {
    fn fits(self, value: &Value) -> bool {
        let texts = |item: &Value, keys: &[&str]| {
            keys.iter()
                .all(|key| item.get(key).is_some_and(Value::is_string))
                && item
                    .get("hint")
                    .is_none_or(|hint| hint.is_null() || hint.is_string())
        };
        let all = |fits: &dyn Fn(&Value) -> bool| {
            value.as_array().is_some_and(|list| list.iter().all(fits))
        };
        match self {
            Self::Choice => texts(value, &["label"]),
            Self::Choices => all(&|item| texts(item, &["label", "value"])),
            _ if value.is_null() => true,
            Self::Flag => value.is_boolean(),
            Self::Text => value.is_string(),
            Self::Words(words) => {
                all(&|word| word.as_str().is_some_and(|word| words.contains(&word)))
            }
            Self::Levels => {
                all(&|level| level.as_u64().is_some_and(|level| (1..=6).contains(&level)))
            }
            Self::List => value.is_array(),
        }
    }
}

/// Checks an appearance that was sent for a field, and completes it.
pub(crate) fn complete(
    conn: &Connection,
    field_type: FieldType,
    sent: &Value,
) -> Result<Value, ApiError> {
    let invalid = || Violation::new("appearance", "VALIDATION_INVALID");
    let editor = sent
        .get("editor")
        .and_then(Value::as_str)
        .ok_or_else(|| ApiError::invalid_field("appearance", "VALIDATION_REQUIRED"))?;
    let is_plugin = |id: &str| entity::find(conn, Kind::Plugin, id).map(|found| found.is_some());
    let mut appearance = sent.clone();
    for (key, default) in [("parameters", json!({})), ("addons", json!([]))] {
        if appearance.get(key).is_none_or(Value::is_null) {
            appearance[key] = default;
        }
    }
    let parameters = appearance["parameters"]
        .as_object()
        .ok_or_else(|| invalid().with("parameter", "parameters"))?;
    if field_type.has_editor(editor) {
        if let Err(parameter) = check_parameters(editor, parameters) {
            return Err(invalid()
                .with("editor", editor)
                .with("parameter", parameter)
                .into());
        }
    } else if FieldType::is_builtin_editor(editor) || !is_plugin(editor)? {
        return Err(invalid().with("editor", editor).into());
    }
    let addons = appearance["addons"]
        .as_array()
        .ok_or_else(|| invalid().with("parameter", "addons"))?;
    for addon in addons {
        let id = addon["id"].as_str().unwrap_or_default();
        let fits = (addon["parameters"].is_object() || addon["parameters"].is_null())
            && (addon["field_extension"].is_string() || addon["field_extension"].is_null());
        if !fits || !is_plugin(id)? {
            return Err(invalid().with("addon", id).into());
        }
    }
    Ok(appearance)
}

/// The error names the parameter that is wrong or missing.
fn check_parameters(editor: &str, parameters: &Map<String, Value>) -> Result<(), &'static str> {
    for (name, shape) in parameters_of(editor) {
        let value = parameters.get(*name).unwrap_or(&Value::Null);
        if !shape.fits(value) {
            return Err(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::check_parameters;
    use crate::schema::field_type::FieldType;

    #[test]
    fn the_default_appearances_fit() {
        for field_type in FieldType::ALL {
            let appearance = field_type.default_appearance();
            let editor = appearance["editor"].as_str().unwrap();
            let parameters = appearance["parameters"].as_object().unwrap();
            assert_eq!(check_parameters(editor, parameters), Ok(()), "{editor}");
        }
    }

    #[test]
    fn parameters_have_their_shape() {
        let option = json!({ "label": "Red", "value": "red", "hint": null });
        for (editor, parameters, wrong) in [
            (
                "single_line",
                json!({ "heading": true, "placeholder": null }),
                None,
            ),
            ("single_line", json!({ "heading": "yes" }), Some("heading")),
            ("single_line", json!({ "from_an_old_project": 1 }), None),
            ("slug", json!({ "url_prefix": 1 }), Some("url_prefix")),
            ("markdown", json!({ "toolbar": ["bold", "link"] }), None),
            ("markdown", json!({ "toolbar": ["table"] }), Some("toolbar")),
            ("wysiwyg", json!({ "toolbar": ["table"] }), None),
            (
                "structured_text",
                json!({ "heading_levels": [1, 7] }),
                Some("heading_levels"),
            ),
            (
                "structured_text",
                json!({ "marks": ["blink"] }),
                Some("marks"),
            ),
            ("string_select", json!({}), Some("options")),
            ("string_select", json!({ "options": [option] }), None),
            (
                "string_select",
                json!({ "options": [{ "label": "Red" }] }),
                Some("options"),
            ),
            ("string_radio_group", json!({ "radios": [option] }), None),
            (
                "boolean_radio_group",
                json!({ "positive_radio": { "label": "Yes" } }),
                Some("negative_radio"),
            ),
            ("seo", json!({ "previews": ["myspace"] }), Some("previews")),
        ] {
            let outcome = check_parameters(editor, parameters.as_object().unwrap());
            assert_eq!(outcome.err(), wrong, "{editor} {parameters}");
        }
    }
}
