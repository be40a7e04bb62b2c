//! Why a script ended: what the CMS said, which request it refused, which line made it, what was done before.

use datocms_client::EnvironmentId;
use slipway_release::{
    ScriptEnd,
    view::ending::{self, FaultView},
};
use yew::prelude::*;

use crate::components::{Badge, BadgeKind};

/// What it needs.
#[derive(Properties, PartialEq)]
pub(in crate::pages) struct WhyItEndedProps {
    /// The script's name.
    pub(in crate::pages) script: AttrValue,
    /// Its end.
    pub(in crate::pages) end: ScriptEnd,
    /// Where it ran.
    pub(in crate::pages) sandbox: EnvironmentId,
}

/// Why a script ended.
#[component]
pub(in crate::pages) fn WhyItEnded(props: &WhyItEndedProps) -> Html {
    let WhyItEndedProps {
        script,
        end,
        sandbox,
    } = props;
    let faults = end.rejection.as_ref().map(ending::faults);
    let facts = ending::facts(end, sandbox);
    html! {
        <section class="ending" aria-label={format!("Why {script} ended")}>
            { for faults.into_iter().flatten().enumerate().map(|(index, fault)| drawn(index, &fault)) }
            <dl class="facts-list ending__facts">
                { for facts.iter().map(|(name, value)| line(name, value)) }
            </dl>
        </section>
    }
}

/// One error: our sentences first, then the vendor's own words.
fn drawn(index: usize, fault: &FaultView) -> Html {
    html! {
        <div class="ending__fault" key={index}>
            <p><strong>{ &fault.what }</strong>{ " " }{ &fault.advice }</p>
            <p class="ending__code">
                <Badge kind={BadgeKind::Danger} label={fault.code.clone()} />
                if let Some(address) = &fault.documentation {
                    <a href={address.clone()} target="_blank" rel="noopener noreferrer">
                        { format!("{} in the vendor’s documentation", fault.code) }
                    </a>
                }
            </p>
            if !fault.details.is_empty() {
                <dl class="facts-list ending__details" aria-label={format!("Details of {}", fault.code)}>
                    { for fault.details.iter().map(|(name, value)| line(name, value)) }
                </dl>
            }
        </div>
    }
}

fn line(name: &str, value: &str) -> Html {
    html! { <><dt>{ name }</dt><dd>{ value }</dd></> }
}
