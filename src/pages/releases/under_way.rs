//! The release that is not over yet.

use slipway_release::{
    Phase, Release, Step,
    observed::Observed,
    view::{action::Intent, overview},
};
use yew::prelude::*;

use crate::{
    components::{Button, Card, Mono, Section, Time, Track},
    store::{Command, Place, now, use_store},
};

/// The release under way, or nothing where there is none.
#[component]
pub(super) fn UnderWay() -> Html {
    let store = use_store();
    let Some((world, release)) = store
        .state
        .world
        .ready()
        .and_then(|world| Some((world, world.under_way()?)))
    else {
        return Html::default();
    };
    let id = release.plan().id.clone();
    let running = store.state.running(&id);
    let (steps, notes): (Vec<_>, Vec<_>) = overview::track(release, &running, now())
        .into_iter()
        .unzip();
    let may_stop = running.busy && matches!(release.phase(), Phase::InDoubt(Step::Migrate(_)));
    html! {
        <Section title="Under way">
            <Card>
                <div class="under-way__head">
                    <h3>{ &release.plan().title }</h3>
                    <Mono text={release.plan().sandbox.to_string()} subtle=true />
                    <span class="under-way__driver">{ driver(world, release) }</span>
                </div>
                <Track {steps} {notes} />
                <div class="under-way__actions">
                    if may_stop {
                        <Button label="Stop this script" intent={Intent::Quiet}
                            on_press={store.asks(Command::StopScript)} />
                    }
                    <Button label="Open release" intent={Intent::Primary}
                        name={AttrValue::from(format!("Open release {}", release.plan().title))}
                        on_press={store.asks(Command::Open(Place::Release(id)))} />
                </div>
            </Card>
        </Section>
    }
}

fn driver(world: &Observed, release: &Release) -> Html {
    let driver = release.driver();
    let who = if driver.id == world.me.id {
        "You are driving".to_owned()
    } else {
        format!("{} is driving", driver.name)
    };
    html! { <>{ who }{ " · planned " }<Time at={release.planned_at()} /></> }
}
