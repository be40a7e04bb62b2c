//! Yes or no.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::use_unique_id;

/// What a checkbox needs.
#[derive(Properties, PartialEq)]
pub struct CheckboxProps {
    /// What is agreed to.
    pub label: AttrValue,
    /// Whether it is.
    pub checked: bool,
    /// Called with the new answer.
    pub on_change: Callback<bool>,
    /// What follows from it.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// A checkbox with its label after it.
#[component]
pub fn Checkbox(props: &CheckboxProps) -> Html {
    let id = use_unique_id("checkbox");
    let hint_id = format!("{id}-hint");
    let onchange = props
        .on_change
        .reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().checked());
    html! {
        <div class="checkbox">
            <input type="checkbox" id={id.clone()} checked={props.checked} {onchange}
                aria-describedby={props.hint.as_ref().map(|_| hint_id.clone())} />
            <label for={id}>{ &props.label }</label>
            if let Some(hint) = &props.hint {
                <p class="field__hint" id={hint_id.clone()}>{ hint }</p>
            }
        </div>
    }
}

/// What a switch needs.
#[derive(Properties, PartialEq)]
pub struct SwitchProps {
    /// What is on or off.
    pub label: AttrValue,
    /// Whether it is on.
    pub on: bool,
    /// Called with the new state.
    pub on_change: Callback<bool>,
    /// What follows from it.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
}

/// A switch; the arrow keys set it, as in the panel's own.
#[component]
pub fn Switch(props: &SwitchProps) -> Html {
    let id = use_unique_id("switch");
    let (label_id, hint_id) = (format!("{id}-label"), format!("{id}-hint"));
    let on = props.on;
    let onclick = props.on_change.reform(move |_: MouseEvent| !on);
    let onkeydown = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: KeyboardEvent| {
            let wanted = match event.key().as_str() {
                "ArrowLeft" => false,
                "ArrowRight" => true,
                _ => return,
            };
            event.prevent_default();
            if wanted != on {
                on_change.emit(wanted);
            }
        })
    };
    html! {
        <div class="switch">
            <button type="button" role="switch" class="switch__knob" {id}
                aria-checked={if on { "true" } else { "false" }} aria-labelledby={label_id.clone()}
                aria-describedby={props.hint.as_ref().map(|_| hint_id.clone())} {onclick} {onkeydown}></button>
            <span class="switch__label" id={label_id.clone()}>{ &props.label }</span>
            if let Some(hint) = &props.hint {
                <p class="field__hint" id={hint_id.clone()}>{ hint }</p>
            }
        </div>
    }
}
