//! The steps of a release from left to right, in short.

use slipway_release::view::step::StepView;
use yew::prelude::*;

use super::stepper::{in_words, look, sign, time};

/// What a track needs.
#[derive(Properties, PartialEq)]
pub struct TrackProps {
    /// The stops, in order.
    pub steps: Vec<StepView>,
    /// The short text under each stop, in the same order; where one is missing, the stop's time stands there.
    #[prop_or_default]
    pub notes: Vec<Option<String>>,
}

/// The steps of a release in one row.
#[component]
pub fn Track(props: &TrackProps) -> Html {
    let stops = props.steps.iter().enumerate().map(|(index, step)| {
        let note = props.notes.get(index).cloned().flatten();
        let note = match (note, &step.when) {
            (Some(note), _) => html! { { note } },
            (None, Some(when)) => time(when),
            (None, None) => Html::default(),
        };
        let current = matches!(look(step.state), "is-now" | "is-trouble");
        html! {
            <li key={format!("{index}-{}", step.title)} class={classes!("track__stop", look(step.state))}
                aria-current={current.then_some("step")}>
                <span class="track__dot" aria-hidden="true">{ sign(step.state) }</span>
                <span class="track__title">{ step.title }</span>
                <span class="unseen">{ format!(", {}", in_words(step.state)) }</span>
                <small class="track__note">{ note }</small>
            </li>
        }
    });
    html! { <ol class="track" aria-label="Steps of this release">{ for stops }</ol> }
}
