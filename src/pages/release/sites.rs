//! The project's own sites, pointed at the sandbox.

use slipway_release::Plan;
use yew::prelude::*;

use crate::{
    components::{EmptyState, Section, Switch},
    store::use_store,
};

/// What the sites need.
#[derive(Properties, PartialEq)]
pub(super) struct SitesProps {
    /// Whose environments.
    pub(super) plan: Plan,
}

/// The configured previews: one in a frame, all as links.
#[component]
pub(super) fn Sites(props: &SitesProps) -> Html {
    let store = use_store();
    let shows_source = use_state_eq(|| false);
    let chosen = use_state_eq(|| 0_usize);
    let previews = &store.session.config.previews;
    let Some(preview) = previews.get(*chosen).or_else(|| previews.first()) else {
        return html! {
            <Section title="Site">
                <EmptyState title="No preview is set up"
                    sentence="In Slipway’s settings, give the address of a site that can be pointed at an environment, and it is shown here." />
            </Section>
        };
    };
    let plan = &props.plan;
    let environment = if *shows_source {
        &plan.source
    } else {
        &plan.sandbox
    };
    let address = preview.address(environment);
    let on_change = {
        let setter = shows_source.setter();
        Callback::from(move |on| setter.set(on))
    };
    let choices = previews.iter().enumerate().map(|(index, preview)| {
        let setter = chosen.setter();
        let pressed = index == *chosen;
        html! {
            <button type="button" key={index} class={classes!("choice", pressed.then_some("choice--chosen"))}
                aria-pressed={if pressed { "true" } else { "false" }}
                onclick={Callback::from(move |_: MouseEvent| setter.set(index))}>{ &preview.name }</button>
        }
    });
    html! {
        <Section title="Site">
            <div class="sites__bar">
                if previews.len() > 1 {
                    <div class="choices" role="group" aria-label="Site">{ for choices }</div>
                }
                <Switch label={format!("Show {} instead, for comparison", plan.source)} on={*shows_source} {on_change} />
                <a href={address.clone()} target="_blank" rel="noopener noreferrer">
                    { format!("Open {} on {environment} in a new tab", preview.name) }
                </a>
            </div>
            <iframe class="sites__frame" key={address.clone()} src={address} loading="lazy"
                title={format!("{} on {environment}", preview.name)}></iframe>
        </Section>
    }
}
