//! What a rehearsal showed, from what matters most to what can be looked up.

use slipway_release::{
    Rehearsal,
    rehearsal::{End, Freshness, Stale},
    view::{
        forecast::FreezeView,
        rehearsal::{Blind, RehearsalView},
    },
};
use yew::prelude::*;

use super::{changes::Changes, export::ExportMenu, logs::Logs, requests::Requests};
use crate::{
    components::{Callout, CalloutKind, Details, Time},
    pages::release::script_end::WhyItEnded,
    store::{Store, use_store},
};

/// What it needs.
#[derive(Properties, PartialEq)]
pub(super) struct OutcomeProps {
    /// The rehearsal itself, for its exports.
    pub(super) rehearsal: Rehearsal,
    /// What makes it stale.
    pub(super) stale: Vec<Stale>,
    /// What is to be said of it.
    pub(super) view: RehearsalView,
}

/// What a rehearsal showed.
#[component]
pub(super) fn Outcome(props: &OutcomeProps) -> Html {
    let store = use_store();
    let view = &props.view;
    html! {
        <div class="rehearsal" role="region" aria-label="What the rehearsal showed">
            <Callout kind={view.tone} title={view.headline.clone()}
                action={html! { <ExportMenu rehearsal={props.rehearsal.clone()} stale={props.stale.clone()} /> }}>
                { &view.meaning }
            </Callout>
            <p class="subtle">
                { format!("{} rehearsed on ", props.rehearsal.by.name) }<Time at={props.rehearsal.began} dated=true />{ "." }
            </p>
            { why(&props.rehearsal) }
            { stale(view) }
            if let Some(freeze) = &view.freeze {
                { forecast(freeze, view.freshness) }
            }
            <Changes view={view.clone()} />
            <Requests view={view.clone()} />
            { logs(&store, &props.rehearsal) }
            <Details summary="What this cannot show">
                <ul class="plain rehearsal__blind">{ for view.blind.iter().map(blind) }</ul>
            </Details>
            <Details summary="More about this rehearsal">
                <dl class="facts-list">
                    { for view.facts.iter().map(|(name, value)| html! { <><dt>{ *name }</dt><dd>{ value }</dd></> }) }
                </dl>
            </Details>
        </div>
    }
}

/// What the scripts did and said line by line, which only the page that rehearsed has heard.
fn logs(store: &Store, rehearsal: &Rehearsal) -> Html {
    let Some(lines) = store.state.rehearsed_lines.get(&rehearsal.fork) else {
        return html! {
            <p class="subtle small">
                { "Each single call and what the scripts printed can be read on the page that rehearsed, until it is closed." }
            </p>
        };
    };
    let scripts = rehearsal.scripts.iter();
    let names: Vec<AttrValue> = scripts
        .map(|rehearsed| AttrValue::from(rehearsed.script.name.clone()))
        .collect();
    let failed = match &rehearsal.end {
        End::Failed { script, .. } => *script,
        End::AllRan | End::Cancelled { .. } | End::Unfinished => None,
    };
    html! { <Logs {names} lines={lines.clone()} {failed} /> }
}

/// What ended the script that failed, where that is known.
fn why(rehearsal: &Rehearsal) -> Html {
    let End::Failed { script, failure } = &rehearsal.end else {
        return Html::default();
    };
    let rehearsed = script.and_then(|index| rehearsal.scripts.get(index));
    match (rehearsed, &failure.script) {
        (Some(rehearsed), Some(end)) => html! {
            <WhyItEnded script={rehearsed.script.name.clone()} end={(**end).clone()}
                sandbox={rehearsal.fork.clone()} />
        },
        (None, _) | (_, None) => Html::default(),
    }
}

/// Why it no longer tells what would happen, or why nobody knows.
fn stale(view: &RehearsalView) -> Html {
    let (kind, title, advice) = match view.freshness {
        Freshness::Fresh => return Html::default(),
        Freshness::OutOfDate => (
            CalloutKind::Warning,
            "This rehearsal is out of date.",
            " Rehearse again to know what would happen now.",
        ),
        Freshness::Unknown => (
            CalloutKind::Info,
            "It is not known whether this rehearsal still holds.",
            "",
        ),
    };
    html! { <Callout {kind} {title}>{ view.stale.join(" ") }{ advice }</Callout> }
}

/// How long editors would have to wait.
fn forecast(freeze: &FreezeView, freshness: Freshness) -> Html {
    let label = match freshness {
        Freshness::Fresh => "Predicted freeze",
        Freshness::OutOfDate => "Predicted freeze, out of date",
        Freshness::Unknown => "Predicted freeze, as of then",
    };
    html! {
        <div class="forecast">
            <p class="forecast__total">
                <span class="subtle small">{ label }</span>
                <strong>{ &freeze.total }</strong>
            </p>
            <div>
                <p>{ &freeze.sentence }</p>
                <dl class="forecast__parts">
                    { for freeze.parts.iter().map(|(name, value)| html! {
                        <div key={*name}><dt>{ *name }</dt><dd>{ value }</dd></div>
                    }) }
                </dl>
            </div>
        </div>
    }
}

fn blind(blind: &Blind) -> Html {
    html! { <li key={blind.title}><strong>{ blind.title }</strong>{ ". " }{ &blind.sentence }</li> }
}
