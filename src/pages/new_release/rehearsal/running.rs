//! A rehearsal as it goes.

use slipway_engine::Stage;
use slipway_release::{
    rehearsal::Rate,
    view::{
        action::Intent,
        rehearsing,
        script_facts::{self, Room, Seen},
    },
};
use yew::prelude::*;

use super::logs::Logs;
use crate::{
    components::{Button, Callout, CalloutKind, Live, Progress},
    pages::{release::ticking::use_now, script_card::ScriptCard},
    store::{Command, Rehearsing, Store, use_store},
};

/// What it needs.
#[derive(Properties, PartialEq)]
pub(super) struct RunningProps {
    pub(super) rehearsing: Rehearsing,
}

/// How far the rehearsal is, and the way to stop it.
#[component]
pub(super) fn Running(props: &RunningProps) -> Html {
    let store = use_store();
    let Rehearsing {
        stage,
        scripts,
        keep_fork,
        stop,
        lines,
        ..
    } = &props.rehearsing;
    let (said, percent) = told(&props.rehearsing);
    let stopping = stop.is_wished();
    // What cannot be stopped any more is only waited for.
    let may_stop = !matches!(stage, Stage::Comparing | Stage::Destroying);
    let body = match stage {
        Stage::Script { .. } => html! { <Scripts rehearsing={props.rehearsing.clone()} /> },
        Stage::Preparing | Stage::Copying(_) => Html::default(),
        // How the last one ended is told with the outcome.
        Stage::Comparing | Stage::Destroying => {
            let names: Vec<AttrValue> = (scripts.iter())
                .map(|script| AttrValue::from(script.name.clone()))
                .collect();
            html! { <Logs {names} lines={lines.clone()} /> }
        }
    };
    html! {
        <div class="rehearse rehearse--running">
            <p class="rehearse__stage"><strong>{ &said }</strong></p>
            // Calls and percents change too often to be read out.
            <Live text={spoken(stage)} />
            <Progress label="Rehearsal" {percent} />
            { asking(&store) }
            { body }
            if may_stop {
                <div class="rehearse__stop">
                    <Button label={if stopping { "Stopping…" } else { "Stop the rehearsal" }} busy={stopping}
                        intent={Intent::Secondary} on_press={store.asks(Command::StopRehearsal)} />
                    <p class="subtle small">{ if *keep_fork {
                        "It stops before the next request. The fork is kept, as you asked."
                    } else {
                        "It stops before the next request, and the fork is destroyed."
                    } }</p>
                </div>
            }
        </div>
    }
}

/// A script waits for an answer, and its dialog was closed.
fn asking(store: &Store) -> Html {
    let Some(asking) = &store.state.asking else {
        return Html::default();
    };
    let consent = &asking.question.consent;
    let answer = store.asks::<()>(Command::AnswerScript);
    html! {
        <Callout kind={CalloutKind::Warning} title={format!("{} waits for your answer.", consent.script)}
            action={html! { <Button label="Answer" intent={Intent::Primary} on_press={answer} /> }}>
            { format!("It asks for {}, which belong to the whole project.", consent.resource.plural()) }
        </Callout>
    }
}

#[derive(Properties, PartialEq)]
struct ScriptsProps {
    rehearsing: Rehearsing,
}

/// The scripts, each with what it did and said so far.
#[component]
fn Scripts(props: &ScriptsProps) -> Html {
    let now = use_now(true);
    let Rehearsing {
        stage,
        scripts,
        running,
        over,
        lines,
        estimate,
        ..
    } = &props.rehearsing;
    let at = match stage {
        Stage::Script { index, .. } => Some(*index),
        Stage::Preparing | Stage::Copying(_) | Stage::Comparing | Stage::Destroying => None,
    };
    let seen = rehearsing::Rehearsing {
        scripts,
        at,
        running,
        over,
        estimate: estimate.as_ref(),
    };
    let rate = estimate
        .as_ref()
        .map_or(Rate::CMA, |estimate| estimate.rate);
    let left = rehearsing::time_left(seen, now);
    let beside = rehearsing::beside(seen, now);
    let views = rehearsing::scripts(seen, now).into_iter().enumerate();
    let cards = views.map(|(index, view)| {
        let log = lines.of(index);
        let known = Seen {
            calls: (at == Some(index)).then_some(running.script_calls),
            room: log.left().map(|left| Room {
                left,
                limit: rate.requests,
            }),
            left: left.as_ref().and_then(|left| left.script.as_deref()),
        };
        let facts = script_facts::facts(&view, known, beside.get(index));
        let key = view.name.clone();
        html! { <ScriptCard {key} {view} {facts} {log} /> }
    });
    html! {
        <>
            if let Some(left) = &left {
                <p class="scripts__left">{ format!("All scripts: {}", left.scripts) }</p>
            }
            <ol class="scripts" aria-label="Scripts of the rehearsal, in the order they run">{ for cards }</ol>
        </>
    }
}

/// Where it is, and how much of it is done.
fn told(rehearsing: &Rehearsing) -> (String, Option<f64>) {
    match &rehearsing.stage {
        Stage::Preparing => ("Asking for a fork of primary…".to_owned(), None),
        Stage::Copying(None) => ("Forking primary…".to_owned(), None),
        Stage::Copying(Some(percent)) => {
            (format!("Forking primary, {percent:.0} %"), Some(*percent))
        }
        Stage::Script { index, of } => {
            let script = rehearsing.scripts.get(*index);
            let name = script.map_or("", |script| script.name.as_str());
            (
                format!("Running script {} of {of}, {name}", index + 1),
                Some(share(*index, *of)),
            )
        }
        Stage::Comparing => (
            "Comparing models and fields with those before…".to_owned(),
            None,
        ),
        Stage::Destroying => ("Destroying the fork…".to_owned(), None),
    }
}

/// What a screen reader is told.
fn spoken(stage: &Stage) -> String {
    match stage {
        Stage::Preparing | Stage::Copying(_) => "Rehearsal: forking primary.".to_owned(),
        Stage::Script { index, of } => format!("Rehearsal: script {} of {of}.", index + 1),
        Stage::Comparing => "Rehearsal: comparing.".to_owned(),
        Stage::Destroying => "Rehearsal: destroying the fork.".to_owned(),
    }
}

/// How much of the scripts is done before this one.
fn share(index: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of scripts")]
    let share = index as f64 / of.max(1) as f64;
    share * 100.0
}
