//! The strip of facts: what is primary, who is frozen out, what is pending.

use datocms_client::Timestamp;
use slipway_release::{
    observed::{Environment, Observed},
    view::{
        action::Intent,
        overview::{self, Became, Freeze},
        time,
    },
};
use yew::prelude::*;

use crate::{
    components::{Ago, Badge, BadgeKind, Button, Mono, Time},
    store::{Command, Folder, Remote, Store, now, use_store},
};

/// The strip of facts.
#[component]
pub(super) fn Facts() -> Html {
    let store = use_store();
    let Some(world) = store.state.world.ready().cloned() else {
        return Html::default();
    };
    html! {
        <dl class="facts">
            <div class="fact">
                <dt>{ "Primary environment" }</dt>
                { primary(&world) }
            </div>
            <div class="fact">
                <dt>{ "Maintenance mode" }</dt>
                { maintenance(&store, &world) }
            </div>
            <div class="fact">
                <dt>{ "Migrations" }</dt>
                { migrations(&store.state.folder, world.ledger.len()) }
            </div>
        </dl>
    }
}

/// A fact's value, and the note under it.
fn fact(value: Html, beneath: Html) -> Html {
    html! {
        <>
            <dd class="fact__value">{ value }</dd>
            <dd class="fact__note">{ beneath }</dd>
        </>
    }
}

fn primary(world: &Observed) -> Html {
    let Some(primary) = world.primary() else {
        return fact(
            html! { { "Not visible" } },
            html! { { "Your role cannot enter the primary environment." } },
        );
    };
    fact(
        html! {
            <>
                <Mono text={primary.id.to_string()} />
                <Badge kind={BadgeKind::Primary} label="Primary" />
            </>
        },
        html! { <>{ since(world, primary) }{ last_change(primary) }</> },
    )
}

fn since(world: &Observed, primary: &Environment) -> Html {
    let (said, at): (_, Timestamp) = match overview::became(world, primary) {
        Became::Outside(after) => ("Promoted outside Slipway after ", after),
        Became::OutsideOrRenamed(after) => ("Primary since some time after ", after),
        Became::Promoted(at) => ("Promoted ", at),
        Became::RolledBackTo(at) => ("Rolled back to ", at),
        Became::Created(at) => ("Created ", at),
    };
    html! { <>{ said }<Time {at} /></> }
}

fn last_change(primary: &Environment) -> Html {
    match primary.last_data_change_at {
        Some(at) => html! { <>{ " · last change " }<Ago {at} now={now()} /></> },
        None => Html::default(),
    }
}

fn maintenance(store: &Store, world: &Observed) -> Html {
    match overview::freeze(world) {
        Freeze::Off => fact(html! { { "Off" } }, html! { { editing(world) } }),
        Freeze::Held { by, since, release } => {
            let by = if by.id == world.me.id {
                "you".to_owned()
            } else {
                by.name
            };
            let lasted = time::duration(now().as_millis() - since.as_millis());
            fact(
                html! { <>{ "On" }<Badge kind={BadgeKind::Warning} label="Editors wait" /></> },
                html! { { format!("Turned on by {by} for “{release}”, {lasted} so far") } },
            )
        }
        Freeze::Orphaned => {
            let disabled_reason = (!world.abilities.promote_environments).then_some(
                AttrValue::Static("Your role may not manage maintenance mode. Ask an admin."),
            );
            fact(
                html! { <>{ "On" }<Badge kind={BadgeKind::Danger} label="Nobody holds it" /></> },
                html! {
                    <>
                        { "Editors wait, and no release on record froze them." }
                        <div class="fact__way-out">
                            <Button label="Lift the freeze…" intent={Intent::Negative} small=true
                                {disabled_reason} on_press={store.asks(Command::LiftFreeze)} />
                        </div>
                    </>
                },
            )
        }
    }
}

/// Who would be asked to stop, were it frozen now.
fn editing(world: &Observed) -> String {
    let mut names: Vec<&str> = Vec::new();
    for editor in world.editors.iter().flatten() {
        if !names.contains(&editor.person.name.as_str()) {
            names.push(&editor.person.name);
        }
    }
    match (names.as_slice(), &world.editors) {
        (_, None) => "Editors can work".to_owned(),
        ([], _) => "Editors can work; nobody is editing now".to_owned(),
        ([one], _) => format!("{one} is editing now"),
        (many, _) => format!("{} are editing now", many.join(", ")),
    }
}

fn migrations(folder: &Remote<std::rc::Rc<Folder>>, ran: usize) -> Html {
    let ran = match ran {
        0 => "None ran".to_owned(),
        n => format!("{n} ran"),
    };
    match folder {
        Remote::Idle => fact(
            html! { { ran } },
            html! { { "Choose a folder in “New release” to see what is pending" } },
        ),
        Remote::Loading => fact(html! { { ran } }, html! { { "Reading the migrations…" } }),
        Remote::Failed(sentence) => fact(
            html! { <>{ ran }<Badge kind={BadgeKind::Warning} label="Not read" /></> },
            html! { { sentence } },
        ),
        Remote::Ready(folder) => {
            let pending = folder.reading.pending.len();
            let all = pending + folder.reading.applied.len();
            fact(
                html! {
                    <>
                        { match pending { 0 => "None pending".to_owned(), n => format!("{n} pending") } }
                        <span class="fact__aside">{ format!("of {all}") }</span>
                    </>
                },
                html! { <>{ "From " }<Mono text={folder.origin.clone()} /></> },
            )
        }
    }
}
