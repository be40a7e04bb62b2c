//! Values without an input of their own: what they say, and behind it their JSON.

use serde_json::Value;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Characters of a value shown before it is unfolded.
const GLANCE: usize = 280;

/// Properties of [`JsonInput`].
#[derive(Properties, PartialEq)]
pub(super) struct JsonInputProps {
    /// The textarea's id.
    pub(super) id: String,
    /// The JSON, or nothing.
    pub(super) text: String,
    /// The ids of what describes the input.
    pub(super) described: Option<String>,
    /// Whether the text is wrong; then it is unfolded.
    pub(super) invalid: bool,
    /// Told what was typed.
    pub(super) on_edit: Callback<String>,
}

/// A value at a glance, unfolding to its JSON.
#[component]
pub(super) fn JsonInput(props: &JsonInputProps) -> Html {
    let oninput = props
        .on_edit
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlTextAreaElement>().value());
    let lines = props.text.lines().count().clamp(4, 16);
    html! {
        <details class="json" open={props.invalid}>
            <summary>
                <span class="glance">{ glance(&props.text) }</span>
                <span class="unfold">{ "Edit as JSON" }</span>
            </summary>
            <textarea id={props.id.clone()} class="code" rows={lines.to_string()} value={props.text.clone()}
                {oninput} spellcheck="false" aria-describedby={props.described.clone()}
                aria-invalid={props.invalid.then_some("true")} />
        </details>
    }
}

/// What a value says, as far as that can be said in a line or two.
fn glance(text: &str) -> String {
    if text.trim().is_empty() {
        return "Empty".to_owned();
    }
    let Ok(value) = serde_json::from_str::<Value>(text) else {
        return "Not finished".to_owned();
    };
    let mut words = Vec::new();
    collect_words(&value, &mut words);
    let said = words.join(" ");
    let shown = if !said.is_empty() {
        said
    } else if let Some(list) = value.as_array() {
        match list.len() {
            0 => "Empty".to_owned(),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        }
    } else {
        value.to_string()
    };
    match shown.char_indices().nth(GLANCE) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// The words of a structured text, and the texts of an SEO value or a file.
fn collect_words<'a>(value: &'a Value, words: &mut Vec<&'a str>) {
    match value {
        Value::Array(list) => list.iter().for_each(|each| collect_words(each, words)),
        Value::Object(fields) => {
            let texts = ["value", "title", "description", "alt", "url"];
            let texts = texts.iter().filter_map(|key| fields.get(*key)?.as_str());
            words.extend(texts);
            let nested = ["document", "children"];
            for each in nested.iter().filter_map(|key| fields.get(*key)) {
                collect_words(each, words);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_structured_text_shows_its_words() {
        let text = r#"{"schema":"dast","document":{"type":"root","children":[
            {"type":"heading","children":[{"type":"span","value":"Kilns"}]},
            {"type":"paragraph","children":[{"type":"span","value":"are hot."}]}]}}"#;
        assert_eq!(glance(text), "Kilns are hot.");
    }

    #[test]
    fn other_values_show_what_they_are() {
        assert_eq!(glance(""), "Empty");
        assert_eq!(glance("[]"), "Empty");
        assert_eq!(glance(r#"["It1", "It2"]"#), "2 entries");
        assert_eq!(
            glance(r#"{"title": "For machines", "description": null}"#),
            "For machines"
        );
        assert_eq!(glance(r#"{"latitude": 1.5}"#), r#"{"latitude":1.5}"#);
        assert_eq!(glance("{"), "Not finished");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let text = Value::from(vec![serde_json::json!({"value": "é".repeat(400)})]).to_string();
        assert_eq!(glance(&text).chars().count(), GLANCE + 1);
    }
}
