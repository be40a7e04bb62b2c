//! One field of the form: label, input, what is wrong with it, and advice.

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::field_kind::FieldKind;
use super::form::FieldSpec;
use super::json_input::JsonInput;
use super::link::LinkInput;
use crate::select::{Choice, Select};

/// Properties of [`FieldInput`].
#[derive(Properties, PartialEq)]
pub(crate) struct FieldInputProps {
    /// The field.
    pub(crate) field: FieldSpec,
    /// The locale being edited, shown when the field has one value per locale.
    pub(crate) locale: String,
    /// What the input holds.
    pub(crate) text: String,
    /// What is wrong with it.
    #[prop_or_default]
    pub(crate) problem: Option<String>,
    /// Told what was typed.
    pub(crate) on_edit: Callback<String>,
}

/// One field of the form.
#[component]
pub(crate) fn FieldInput(props: &FieldInputProps) -> Html {
    let FieldInputProps {
        field,
        locale,
        text,
        problem,
        on_edit,
    } = props;
    let id = format!("field-{}", field.api_key);
    let (problem_id, hint_id) = (format!("{id}-problem"), format!("{id}-hint"));
    let hint = field.hint.clone();
    let mut described = Vec::new();
    described.extend(problem.is_some().then_some(problem_id.as_str()));
    described.extend(hint.is_some().then_some(hint_id.as_str()));
    let described = (!described.is_empty()).then(|| described.join(" "));
    let input = html! {
        <Input kind={field.kind.clone()} id={id.clone()} text={text.clone()} {described}
            invalid={problem.is_some()} required={field.required} on_edit={on_edit.clone()} />
    };
    let label = html! {
        <label for={id.clone()}>
            { &field.label }
            if field.required { <span class="required" title="Required">{ " *" }</span> }
            if field.localized { <span class="locale-mark">{ locale }</span> }
        </label>
    };
    let class = classes!("field", problem.is_some().then_some("wrong"));
    html! {
        <div {class} data-field={field.api_key.clone()}>
            if field.kind == FieldKind::Boolean {
                <div class="check">{ input }{ label }</div>
            } else {
                { label }{ input }
            }
            if let Some(problem) = problem {
                <p id={problem_id} class="field-problem">{ problem }</p>
            }
            if let Some(hint) = hint {
                <p id={hint_id} class="field-hint">{ hint }</p>
            }
        </div>
    }
}

/// Properties of [`Input`].
#[derive(Properties, PartialEq)]
struct InputProps {
    kind: FieldKind,
    id: String,
    text: String,
    described: Option<String>,
    invalid: bool,
    required: bool,
    on_edit: Callback<String>,
}

#[component]
fn Input(props: &InputProps) -> Html {
    let InputProps {
        kind,
        id,
        text,
        described,
        invalid,
        required,
        on_edit,
    } = props;
    let (id, text, described) = (id.clone(), text.clone(), described.clone());
    let invalid = invalid.then_some("true");
    // The form is checked by the server; this only tells assistive technology.
    let required = required.then_some("true");
    let input_type = match kind {
        FieldKind::Boolean => {
            let onchange = on_edit.reform(|event: Event| {
                event
                    .target_unchecked_into::<HtmlInputElement>()
                    .checked()
                    .to_string()
            });
            return html! {
                <input {id} type="checkbox" checked={text == "true"} {onchange}
                    aria-describedby={described} aria-invalid={invalid} />
            };
        }
        FieldKind::Json => {
            return html! {
                <JsonInput {id} {text} {described} invalid={invalid.is_some()} on_edit={on_edit.clone()} />
            };
        }
        FieldKind::Paragraphs => {
            let oninput = on_edit.reform(|event: InputEvent| {
                event.target_unchecked_into::<HtmlTextAreaElement>().value()
            });
            let lines = text.lines().count().clamp(3, 10);
            return html! {
                <textarea {id} rows={lines.to_string()} value={text} {oninput} aria-describedby={described}
                    aria-invalid={invalid} aria-required={required} />
            };
        }
        FieldKind::Link(models) => {
            return html! {
                <LinkInput models={models.clone()} {id} {text} {described} invalid={invalid.is_some()}
                    on_edit={on_edit.clone()} />
            };
        }
        FieldKind::Choice(values) => {
            let none = Choice::new("", "–");
            let values = values.iter().map(|value| Choice::new(value, value));
            let choices: Vec<_> = std::iter::once(none).chain(values).collect();
            return html! {
                <Select {id} {choices} value={text} {described} invalid={invalid.is_some()}
                    on_choose={on_edit.clone()} />
            };
        }
        // `number` inputs hide what is not a number; the form wants to say so instead.
        FieldKind::Line | FieldKind::Integer | FieldKind::Float => "text",
        FieldKind::Date => "date",
        FieldKind::DateTime => "datetime-local",
    };
    let inputmode = (*kind == FieldKind::Integer)
        .then_some("numeric")
        .or((*kind == FieldKind::Float).then_some("decimal"));
    let oninput = on_edit
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <input {id} type={input_type} {inputmode} value={text} {oninput} autocomplete="off"
            aria-describedby={described} aria-invalid={invalid} aria-required={required} />
    }
}
