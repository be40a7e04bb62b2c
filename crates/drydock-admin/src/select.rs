//! A list to choose from that always shows the value it was given. Browsers stop
//! following the `selected` attribute once somebody has chosen, so the value is set.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// One entry of the list.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    /// What choosing it means.
    pub(crate) value: String,
    /// Its text.
    pub(crate) label: String,
    /// Whether it cannot be chosen now.
    pub(crate) disabled: bool,
}

impl Choice {
    /// An entry that can be chosen.
    pub(crate) fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            disabled: false,
        }
    }
}

/// Properties of [`Select`].
#[derive(Properties, PartialEq)]
pub(crate) struct SelectProps {
    /// The element's id, for its label.
    #[prop_or_default]
    pub(crate) id: Option<String>,
    /// The entries. A value that is none of them is added as it is.
    pub(crate) choices: Vec<Choice>,
    /// The chosen value.
    pub(crate) value: String,
    /// The ids of what describes it.
    #[prop_or_default]
    pub(crate) described: Option<String>,
    /// Whether the choice is wrong.
    #[prop_or_default]
    pub(crate) invalid: bool,
    /// Told what was chosen.
    pub(crate) on_choose: Callback<String>,
}

/// A list to choose from.
#[component]
pub(crate) fn Select(props: &SelectProps) -> Html {
    let element = use_node_ref();
    use_effect_with((props.value.clone(), props.choices.clone()), {
        let element = element.clone();
        move |(value, _)| {
            if let Some(select) = element.cast::<HtmlSelectElement>() {
                select.set_value(value);
            }
        }
    });
    let onchange = {
        let (value, on_choose) = (props.value.clone(), props.on_choose.clone());
        Callback::from(move |event: Event| {
            let select = event.target_unchecked_into::<HtmlSelectElement>();
            let chosen = select.value();
            // The choice stands when it comes back as the value; it may be declined.
            select.set_value(&value);
            on_choose.emit(chosen);
        })
    };
    let known = props
        .choices
        .iter()
        .any(|choice| choice.value == props.value);
    let unknown = (!known).then(|| Choice::new(props.value.clone(), props.value.clone()));
    let options = props.choices.iter().chain(&unknown).map(|choice| {
        html! {
            <option key={choice.value.clone()} value={choice.value.clone()} disabled={choice.disabled}>
                { &choice.label }
            </option>
        }
    });
    html! {
        <select ref={element} id={props.id.clone()} {onchange} aria-describedby={props.described.clone()}
            aria-invalid={props.invalid.then_some("true")}>
            { for options }
        </select>
    }
}
