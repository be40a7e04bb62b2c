//! How far something is.

use yew::prelude::*;

/// What a progress bar needs.
#[derive(Properties, PartialEq)]
pub struct ProgressProps {
    /// What is getting on, for screen readers.
    pub label: AttrValue,
    /// How far, 0 to 100; `None` where nobody knows.
    pub percent: Option<f64>,
}

/// A progress bar.
#[component]
pub fn Progress(props: &ProgressProps) -> Html {
    let percent = props.percent.map(|percent| percent.clamp(0.0, 100.0));
    let now = percent.map(|percent| format!("{percent:.0}"));
    let width = percent.map(|percent| format!("width: {percent:.1}%"));
    html! {
        <div class={classes!("progress", percent.is_none().then_some("progress--unknown"))}
            role="progressbar" aria-label={props.label.clone()} aria-valuemin="0" aria-valuemax="100"
            aria-valuenow={now}>
            <div class="progress__fill" style={width}></div>
        </div>
    }
}
