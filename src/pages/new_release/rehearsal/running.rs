//! A rehearsal as it goes.

use slipway_engine::Stage;
use yew::prelude::*;

use crate::{
    components::{Button, Details, Live, Progress},
    pages::call_log::CallLog,
    store::{Command, Rehearsing, use_store},
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
        calls,
        keep_fork,
        stop,
    } = &props.rehearsing;
    let name = |index: usize| {
        scripts
            .get(index)
            .map_or_else(String::new, |script| script.name.clone())
    };
    let (said, percent) = match stage {
        Stage::Preparing => ("Asking for a copy of primary…".to_owned(), None),
        Stage::Copying(None) => ("Copying primary…".to_owned(), None),
        Stage::Copying(Some(percent)) => {
            (format!("Copying primary, {percent:.0} %"), Some(*percent))
        }
        Stage::Script { index, of } => (
            format!("Running script {} of {of}, {}", index + 1, name(*index)),
            Some(share(*index, *of)),
        ),
        Stage::Comparing => (
            "Reading what became of the models and fields…".to_owned(),
            None,
        ),
        Stage::Destroying => ("Destroying the copy…".to_owned(), None),
    };
    let running = match stage {
        Stage::Script { index, .. } => Some(*index),
        Stage::Preparing | Stage::Copying(_) | Stage::Comparing | Stage::Destroying => None,
    };
    let log = running.map(|index| store.state.lines.of(index));
    let stopping = stop.is_wished();
    // What cannot be stopped any more is only waited for.
    let may_stop = !matches!(stage, Stage::Comparing | Stage::Destroying);
    html! {
        <div class="rehearse rehearse--running">
            <p class="rehearse__stage">
                <strong>{ &said }</strong>
                if running.is_some() {
                    <span class="subtle">{ made(*calls) }</span>
                }
            </p>
            // Calls and percents change too often to be read out.
            <Live text={spoken(stage)} />
            <Progress label="Rehearsal" {percent} />
            if let (Some(log), Some(index)) = (log, running) {
                <Details summary="Calls and output">
                    <CallLog {log} running=true name={name(index)} />
                </Details>
            }
            if may_stop {
                <Button label={if stopping { "Stopping…" } else { "Stop the rehearsal" }} busy={stopping}
                    on_press={store.asks(Command::StopRehearsal)} />
                <p class="subtle small">{ if *keep_fork {
                    "It stops before the next request. The copy is kept, as you asked."
                } else {
                    "It stops before the next request, and the copy is destroyed."
                } }</p>
            }
        </div>
    }
}

fn made(calls: u32) -> String {
    match calls {
        1 => "1 call".to_owned(),
        n => format!("{n} calls"),
    }
}

/// What a screen reader is told.
fn spoken(stage: &Stage) -> String {
    match stage {
        Stage::Preparing | Stage::Copying(_) => "Rehearsal: copying primary.".to_owned(),
        Stage::Script { index, of } => format!("Rehearsal: script {} of {of}.", index + 1),
        Stage::Comparing => "Rehearsal: comparing.".to_owned(),
        Stage::Destroying => "Rehearsal: destroying the copy.".to_owned(),
    }
}

/// How much of the scripts is done before this one.
fn share(index: usize, of: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a handful of scripts")]
    let share = index as f64 / of.max(1) as f64;
    share * 100.0
}
