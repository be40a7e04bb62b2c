//! What the scripts of a rehearsal did and said, once they are over.

use yew::prelude::*;

use crate::{components::Details, pages::call_log::CallLog, store::LogBook};

/// What they need.
#[derive(Properties, PartialEq)]
pub(super) struct LogsProps {
    /// The scripts' names, in the order they ran.
    pub(super) names: Vec<AttrValue>,
    /// What this page heard of them.
    pub(super) lines: LogBook,
    /// The one that failed: it is what one looks for.
    #[prop_or_default]
    pub(super) failed: Option<usize>,
}

/// The log of each script that this page heard of, drawn once it is unfolded.
#[component]
pub(super) fn Logs(props: &LogsProps) -> Html {
    let heard = (props.names.iter().enumerate())
        .map(|(index, name)| (index, name, props.lines.of(index)))
        .filter(|(_, _, log)| !log.is_empty());
    let logs = heard.map(|(index, name, log)| {
        html! {
            <Details key={name.to_string()} summary={format!("Calls and output of {name}")}
                open={props.failed == Some(index)} lazy=true>
                <CallLog {log} name={name.clone()} />
            </Details>
        }
    });
    logs.collect()
}
