//! Fields: a label, a control, and the hint and error that are read out with it.

use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::use_unique_id;

/// What ties a control to its field. Put all of it on the control.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldControl {
    /// For `id`.
    pub id: AttrValue,
    /// For `aria-describedby`.
    pub described_by: Option<AttrValue>,
    /// For `aria-invalid`.
    pub invalid: Option<&'static str>,
}

/// What a field needs.
#[derive(Properties, PartialEq)]
pub struct FieldProps {
    /// What is asked for.
    pub label: AttrValue,
    /// How to answer.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What is wrong with the answer.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Draws the control.
    pub control: Callback<FieldControl, Html>,
}

/// A labelled control of any kind.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let id = use_unique_id("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let described: Vec<&str> = [
        props.error.as_ref().map(|_| error_id.as_str()),
        props.hint.as_ref().map(|_| hint_id.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let control = FieldControl {
        id: id.clone(),
        described_by: (!described.is_empty()).then(|| described.join(" ").into()),
        invalid: props.error.as_ref().map(|_| "true"),
    };
    html! {
        <div class="field">
            <label class="field__label" for={id}>{ &props.label }</label>
            { props.control.emit(control) }
            if let Some(error) = &props.error {
                <p class="field__error" id={error_id.clone()}>{ error }</p>
            }
            if let Some(hint) = &props.hint {
                <p class="field__hint" id={hint_id.clone()}>{ hint }</p>
            }
        </div>
    }
}

/// What a line of text needs.
#[derive(Properties, PartialEq)]
pub struct TextFieldProps {
    /// What is asked for.
    pub label: AttrValue,
    /// What is in it.
    pub value: AttrValue,
    /// Called with the text at every change.
    pub on_input: Callback<String>,
    /// How to answer.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What is wrong with the answer.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// An example, shown while it is empty.
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// Set in the typeface of what a machine names.
    #[prop_or_default]
    pub mono: bool,
    /// Can be read and not changed; the hint should say why.
    #[prop_or_default]
    pub readonly: bool,
    /// The input's type: "text", "url", "password".
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    /// To focus it.
    #[prop_or_default]
    pub node: NodeRef,
}

/// A line of text.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let oninput = props
        .on_input
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let control = {
        let (value, placeholder) = (props.value.clone(), props.placeholder.clone());
        let (kind, node) = (props.kind.clone(), props.node.clone());
        let (mono, readonly) = (props.mono, props.readonly);
        Callback::from(move |control: FieldControl| {
            html! {
                <input ref={node.clone()} class={classes!("input", mono.then_some("mono"))}
                    id={control.id} type={kind.clone()} value={value.clone()} {readonly}
                    placeholder={placeholder.clone()} oninput={oninput.clone()} autocomplete="off"
                    spellcheck={if mono { "false" } else { "true" }}
                    aria-describedby={control.described_by} aria-invalid={control.invalid} />
            }
        })
    };
    html! {
        <Field label={props.label.clone()} hint={props.hint.clone()} error={props.error.clone()} {control} />
    }
}

/// What several lines of text need.
#[derive(Properties, PartialEq)]
pub struct TextAreaProps {
    /// What is asked for.
    pub label: AttrValue,
    /// What is in it.
    pub value: AttrValue,
    /// Called with the text at every change.
    pub on_input: Callback<String>,
    /// How to answer.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What is wrong with the answer.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// Set in the typeface of what a machine names.
    #[prop_or_default]
    pub mono: bool,
    /// How many lines are seen at once.
    #[prop_or(6)]
    pub rows: u32,
}

/// Several lines of text.
#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let oninput = props.on_input.reform(|event: InputEvent| {
        event
            .target()
            .and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok())
            .map(|area| area.value())
            .unwrap_or_default()
    });
    let control = {
        let value = props.value.clone();
        let (mono, rows) = (props.mono, props.rows);
        Callback::from(move |control: FieldControl| {
            html! {
                <textarea class={classes!("input", mono.then_some("mono"))} id={control.id}
                    rows={rows.to_string()} value={value.clone()} oninput={oninput.clone()}
                    spellcheck={if mono { "false" } else { "true" }}
                    aria-describedby={control.described_by} aria-invalid={control.invalid} />
            }
        })
    };
    html! {
        <Field label={props.label.clone()} hint={props.hint.clone()} error={props.error.clone()} {control} />
    }
}
