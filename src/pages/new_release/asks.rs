//! What the pending scripts will ask of the whole project, and what of it they may.

use slipway_release::{
    Consent, Download, Limits,
    view::outlook::{Outlook, Wish},
};
use yew::prelude::*;

use crate::{
    components::{Callout, CalloutKind, Checkbox, Details, Mono, Section},
    store::{Command, use_store},
};

/// The consents, what will be refused, what cannot be told, where scripts download from, and the limits of each.
#[component]
pub(super) fn Asks() -> Html {
    let store = use_store();
    let Some(folder) = store.state.folder.ready() else {
        return Html::default();
    };
    if folder.pending.is_empty() {
        return Html::default();
    }
    let Outlook {
        wishes,
        refused,
        unclear,
        downloads,
    } = &folder.outlook;
    html! {
        <Section title="Beyond the sandbox">
            <p class="asks__lead">{ folder.outlook.lead() }</p>
            if !wishes.is_empty() {
                <ul class="plain asks">{ for scripts(wishes) }</ul>
            }
            if !refused.is_empty() {
                <Callout kind={CalloutKind::Danger} title="Some calls will be refused.">
                    { "Environments, maintenance mode and logins are never a migration’s business. " }
                    { refused.join(" ") }
                </Callout>
            }
            if !unclear.is_empty() {
                <Callout kind={CalloutKind::Info} title="Some calls cannot be told beforehand.">
                    { "What they call, or what for, only shows when they run. You are asked then if it is more than the sandbox. " }
                    { unclear.join(" ") }
                </Callout>
            }
            if !downloads.is_empty() {
                <p class="asks__lead">
                    { "Files from elsewhere are downloaded only from hosts that are written out in a script’s own files:" }
                </p>
                <DownloadList downloads={downloads.clone()} />
            }
            <Details summary="How much each script may take"><LimitList limits={Limits::default()} /></Details>
        </Section>
    }
}

/// One entry a script, in the order of the list.
fn scripts(wishes: &[Wish]) -> Vec<Html> {
    let mut names: Vec<&String> = wishes.iter().map(|wish| &wish.consent.script).collect();
    names.dedup();
    let entry = |name: &String| {
        let own = wishes.iter().filter(|wish| wish.consent.script == *name);
        html! {
            <li key={name.clone()} class="asks__script">
                <Mono text={name.clone()} />
                { for own.map(|wish| html! {
                    <Choice key={wish.consent.resource.key()} wish={wish.clone()} />
                }) }
            </li>
        }
    };
    names.into_iter().map(entry).collect()
}

#[derive(Properties, PartialEq)]
struct ChoiceProps {
    wish: Wish,
}

/// Whether a script may handle something.
#[component]
fn Choice(props: &ChoiceProps) -> Html {
    let store = use_store();
    let Wish { consent, calls } = &props.wish;
    let checked = store.state.consents.contains(consent);
    let on_change = {
        let (store, consent) = (store.clone(), consent.clone());
        Callback::from(move |allowed| {
            let consent: Consent = consent.clone();
            store.send(Command::Allow { consent, allowed });
        })
    };
    html! {
        <Checkbox label={format!("Allow it to handle {}", consent.resource.plural())} {checked} {on_change}
            hint={calls.join(", ")} />
    }
}

/// What the list needs.
#[derive(Properties, PartialEq)]
pub(in crate::pages) struct DownloadListProps {
    /// The downloads.
    pub(in crate::pages) downloads: Vec<Download>,
}

/// Where each script downloads from.
#[component]
pub(in crate::pages) fn DownloadList(props: &DownloadListProps) -> Html {
    let entry = |download: &Download| {
        html! {
            <li key={download.script.clone()} class="asks__script">
                <Mono text={download.script.clone()} />
                <p>{ download.sentence() }</p>
            </li>
        }
    };
    html! { <ul class="plain asks">{ for props.downloads.iter().map(entry) }</ul> }
}

/// What the list needs.
#[derive(Properties, PartialEq)]
pub(in crate::pages) struct LimitListProps {
    /// The limits.
    pub(in crate::pages) limits: Limits,
}

/// Every limit with what it means.
#[component]
pub(in crate::pages) fn LimitList(props: &LimitListProps) -> Html {
    let lines = props.limits.in_words().map(|(name, value)| {
        html! { <div class="limits__line" key={name}><dt>{ name }</dt><dd>{ value }</dd></div> }
    });
    html! { <dl class="limits">{ for lines }</dl> }
}
