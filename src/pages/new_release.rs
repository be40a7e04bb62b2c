//! Planning a release. Nothing but the plan itself is put into the CMS here, and the page says so.

mod asks;
mod checklist;
mod place;
mod reading;
mod rehearsal;
mod source;

use datocms_client::EnvironmentId;
use slipway_release::{
    observed::Observed,
    view::{action::Intent, plan},
};
use yew::prelude::*;

use super::trouble::Trouble;
use crate::{
    components::{
        Button, Callout, CalloutKind, Card, ErrorState, Loading, PageHeader, Section, TextField,
    },
    ports::clock,
    store::{Command, Place, Remote, use_store},
};
use asks::Asks;
pub(super) use asks::{DownloadList, LimitList};
use checklist::Checklist;
use reading::Reading;
use rehearsal::{RehearsalSection, reason_to_wait};
use source::Source;

/// Planning a release.
#[component]
pub fn NewRelease() -> Html {
    let store = use_store();
    let body = match &store.state.world {
        Remote::Idle | Remote::Loading => html! { <Loading label="Reading the project" /> },
        Remote::Failed(sentence) => html! {
            <ErrorState title="The project could not be read." sentence={format!("{sentence} Nothing was changed.")}
                on_retry={store.asks::<()>(Command::Look)} />
        },
        Remote::Ready(_) => html! { <Form /> },
    };
    html! {
        <div class="page">
            <PageHeader title="New release" on_back={store.asks::<()>(Command::Open(Place::Releases))} />
            <Trouble />
            { body }
        </div>
    }
}

/// The form. What was typed wins over what is proposed.
#[component]
fn Form() -> Html {
    let store = use_store();
    let typed_title = use_state(|| None::<String>);
    let typed_name = use_state(|| None::<String>);
    // From the press until the release's page opens, or until something went wrong.
    let asked = use_state_eq(|| false);
    use_effect_with(store.state.trouble.clone(), {
        let setter = asked.setter();
        move |trouble| {
            if trouble.is_some() {
                setter.set(false);
            }
        }
    });
    let Some(world) = store.state.world.ready().cloned() else {
        return Html::default();
    };
    let today = clock::today();
    let title = (*typed_title)
        .clone()
        .unwrap_or_else(|| plan::propose_title(&today));
    let name = (*typed_name)
        .clone()
        .unwrap_or_else(|| plan::propose_name(&world, &today));
    let ours = store.session.config.models().ledger;
    let folder = store.state.folder.ready();
    let folder = folder.filter(|folder| folder.is_settled());
    let pending = folder.map_or(0, |folder| folder.reading.pending.len());
    let checks = plan::checklist(&world, &name, pending);
    let broken = folder.map(|folder| folder.problems.len());
    let two_ledgers = folder.is_some_and(|folder| folder.other_ledger(&ours).is_some());
    let reason = reason_to_wait(store.state.rehearsing.as_ref())
        .or_else(|| plan::reason_not_to_create(&world, &title, broken, &checks))
        .or_else(|| {
            two_ledgers
                .then(|| "The model of the ledger has to be the CLI’s; see above.".to_owned())
        });
    let create = {
        let (store, title, name) = (store.clone(), title.trim().to_owned(), name.clone());
        let setter = asked.setter();
        Callback::from(move |()| {
            // The reason above is gone only when this parses.
            if let Ok(sandbox) = name.parse::<EnvironmentId>() {
                setter.set(true);
                let title = title.clone();
                store.send(Command::Begin { title, sandbox });
            }
        })
    };
    html! {
        <div class="planning">
            <div>
                <Title value={title} on_input={setting(&typed_title)} />
                <Section title="Migrations">
                    <Source />
                    <Reading />
                </Section>
                <Asks />
                <RehearsalSection />
                <Section title="Sandbox">
                    <TextField label="Name of the sandbox environment" mono=true value={name.clone()}
                        on_input={setting(&typed_name)} error={plan::name_error(&world, &name).map(AttrValue::from)}
                        hint={sandbox_hint(&world)} />
                </Section>
            </div>
            <Card class="planning__end">
                <h2>{ "Before anything is frozen" }</h2>
                <Checklist {checks} />
                <Callout kind={CalloutKind::Info} title="Creating a release freezes nothing yet.">
                    { "It puts this plan on record, where your colleagues see it too, and opens its page. Freezing, copying and running scripts each begin there, when you say so." }
                </Callout>
                <Button label="Create release" intent={Intent::Primary} on_press={create} busy={*asked}
                    disabled_reason={reason.map(AttrValue::from)} reason_beside=true />
            </Card>
        </div>
    }
}

fn setting(state: &UseStateHandle<Option<String>>) -> Callback<String> {
    let setter = state.setter();
    Callback::from(move |text| setter.set(Some(text)))
}

fn sandbox_hint(world: &Observed) -> Option<AttrValue> {
    let primary = world.primary()?;
    let hint = format!(
        "{} is copied into it, your scripts run there, and it becomes primary in the end. Lowercase letters, digits and dashes.",
        primary.id
    );
    Some(hint.into())
}

#[derive(Properties, PartialEq)]
struct TitleProps {
    value: String,
    on_input: Callback<String>,
}

/// What people will call the release.
#[component]
fn Title(props: &TitleProps) -> Html {
    let error = props
        .value
        .trim()
        .is_empty()
        .then_some(AttrValue::Static("A release needs a title."));
    html! {
        <TextField label="Title" value={props.value.clone()} on_input={props.on_input.clone()} {error}
            hint="What your team calls it, in the list of releases and in its history." />
    }
}
