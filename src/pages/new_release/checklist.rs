//! What is checked before the freeze.

use slipway_release::checks::{Check, Outcome};
use yew::prelude::*;

use crate::components::{Icon, Shape};

#[derive(Properties, PartialEq)]
pub(super) struct ChecklistProps {
    /// The checks, in order.
    pub(super) checks: Vec<Check>,
}

/// Every check with its outcome, in words as well as by its sign.
#[component]
pub(super) fn Checklist(props: &ChecklistProps) -> Html {
    let lines = props.checks.iter().map(|check| {
        let (look, shape, said) = match check.outcome {
            Outcome::Pass => ("check--pass", Shape::Check, "Fine"),
            Outcome::Warn => ("check--warn", Shape::Warning, "Worth knowing"),
            Outcome::Block => ("check--block", Shape::Cross, "In the way"),
        };
        html! {
            <li key={check.name} class={classes!("check", look)}>
                <Icon {shape} />
                <span class="unseen">{ format!("{said}: ") }</span>
                <div>
                    <strong>{ check.name }</strong>
                    <p>{ &check.sentence }</p>
                </div>
            </li>
        }
    });
    html! { <ul class="checklist" aria-label="Checks">{ for lines }</ul> }
}
