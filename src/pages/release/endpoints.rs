//! The sandbox's addresses in the delivery API, ready to be copied; no example carries a token.

use datocms_client::EnvironmentId;
use slipway_release::view::preview::{self, Endpoint};
use yew::prelude::*;

use crate::{
    components::{CopyButton, Details, Mono, Section},
    store::use_store,
};

/// What the addresses need.
#[derive(Properties, PartialEq)]
pub(super) struct EndpointsProps {
    /// Of which environment.
    pub(super) environment: EnvironmentId,
}

/// The environment's addresses in the delivery API.
#[component]
pub(super) fn Endpoints(props: &EndpointsProps) -> Html {
    let store = use_store();
    let content = match &store.session.cda {
        Some(delivery) => {
            let endpoints = preview::endpoints(delivery.as_str(), &props.environment);
            html! { <dl class="endpoints">{ for endpoints.iter().map(endpoint) }</dl> }
        }
        None => html! {
            <p class="subtle">{ "The panel did not say where the delivery API is." }</p>
        },
    };
    html! { <Section title="For your own code">{ content }</Section> }
}

fn endpoint(endpoint: &Endpoint) -> Html {
    let headers = endpoint.header_lines();
    let curl = endpoint.curl();
    html! {
        <div class="endpoint" key={endpoint.label}>
            <dt>{ endpoint.label }<span class="subtle small">{ endpoint.note }</span></dt>
            <dd>
                <div class="endpoint__line">
                    <Mono text={endpoint.address.clone()} />
                    <CopyButton text={endpoint.address.clone()} name={format!("Copy the address: {}", endpoint.label)} />
                </div>
                { for headers.iter().map(|header| html! {
                    <div class="endpoint__line" key={header.clone()}>
                        <Mono text={header.clone()} />
                        <CopyButton text={header.clone()} name="Copy the header" />
                    </div>
                }) }
                <Details summary="As a curl command">
                    <pre class="code">{ &curl }</pre>
                    <CopyButton text={curl.clone()} label="Copy command" name={format!("Copy the curl command: {}", endpoint.label)} />
                </Details>
            </dd>
        </div>
    }
}
