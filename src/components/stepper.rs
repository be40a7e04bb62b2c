//! The steps of a release from top to bottom, each with its evidence.

use slipway_release::view::step::{StepState, StepView, When};
use yew::prelude::*;

use super::{Icon, Progress, Shape, Time};

/// What a stepper needs.
#[derive(Properties, PartialEq)]
pub struct StepperProps {
    /// The stops, in order.
    pub steps: Vec<StepView>,
    /// What stands under the step where the release is: its buttons.
    #[prop_or_default]
    pub action: Html,
}

/// The steps of a release, as a list that reads well without its colours.
#[component]
pub fn Stepper(props: &StepperProps) -> Html {
    // Where two stops are open at once (abandoning with a failed step), the later one acts.
    let here = props
        .steps
        .iter()
        .rposition(|step| matches!(step.state, StepState::Now | StepState::Trouble));
    let stops = props.steps.iter().enumerate().map(|(index, step)| {
        let current = here == Some(index);
        html! {
            <li key={format!("{index}-{}", step.title)} class={classes!("step", look(step.state))}
                aria-current={current.then_some("step")}>
                <span class="step__dot" aria-hidden="true">{ sign(step.state) }</span>
                <div class="step__head">
                    <span class="step__title">{ step.title }</span>
                    <span class="unseen">{ format!(", {}", in_words(step.state)) }</span>
                    if let Some(when) = &step.when {
                        <span class="step__when">{ time(when) }</span>
                    }
                </div>
                if !step.detail.is_empty() {
                    <p class="step__detail">{ &step.detail }</p>
                }
                if let Some(at) = step.rehearsed_at {
                    <p class="step__detail">{ "As rehearsed on " }<Time {at} dated=true />{ "." }</p>
                }
                if let Some(percent) = step.percent {
                    <Progress label={step.title} percent={Some(percent)} />
                }
                if current && props.action != Html::default() {
                    <div class="step__action">{ props.action.clone() }</div>
                }
            </li>
        }
    });
    html! { <ol class="stepper" aria-label="Steps of this release">{ for stops }</ol> }
}

/// The time beside a step.
pub(super) fn time(when: &When) -> Html {
    match when {
        When::At(at) => html! { <Time at={*at} /> },
        When::Text(text) => html! { { text } },
    }
}

/// The state as a screen reader says it.
pub(super) fn in_words(state: StepState) -> &'static str {
    match state {
        StepState::Done => "done",
        StepState::Now => "current step",
        StepState::Trouble => "needs attention",
        StepState::Todo => "to come",
        StepState::Skipped => "will not happen",
    }
}

/// The state as a class.
pub(super) fn look(state: StepState) -> &'static str {
    match state {
        StepState::Done => "is-done",
        StepState::Now => "is-now",
        StepState::Trouble => "is-trouble",
        StepState::Todo => "is-todo",
        StepState::Skipped => "is-skipped",
    }
}

/// The state as a sign inside the step's dot.
pub(super) fn sign(state: StepState) -> Html {
    match state {
        StepState::Done => html! { <Icon shape={Shape::Check} /> },
        StepState::Trouble => html! { { "!" } },
        StepState::Skipped => html! { { "–" } },
        StepState::Now | StepState::Todo => Html::default(),
    }
}
