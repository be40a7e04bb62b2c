//! The rebuild tab: sites that were built from the content do not change by themselves.

use datocms_client::BuildTrigger;
use slipway_release::view::action::Intent;
use yew::prelude::*;

use crate::{
    components::{Button, Column, EmptyState, ErrorState, Loading, Table},
    store::{Command, Firing, Remote, Store, use_store},
};

/// The rebuild tab.
#[component]
pub(super) fn Builds() -> Html {
    let store = use_store();
    use_effect_with((), {
        let store = store.clone();
        move |()| store.send(Command::ListBuildTriggers)
    });
    let content = match &store.state.build_triggers {
        Remote::Idle | Remote::Loading => html! { <Loading label="Reading the build triggers" /> },
        Remote::Failed(sentence) => html! {
            <ErrorState title="The build triggers could not be read." sentence={sentence.clone()}
                on_retry={store.asks(Command::ListBuildTriggers)} />
        },
        Remote::Ready(triggers) if triggers.is_empty() => html! {
            <EmptyState title="No build trigger"
                sentence="This project has none. A site that asks the delivery API at every visit shows the new content already." />
        },
        Remote::Ready(triggers) => table(&store, triggers),
    };
    html! {
        <div class="builds">
            <p class="lead">
                { "A promotion rebuilds nothing by itself. Sites that are built in advance show the new content after their next build; fire their triggers here." }
            </p>
            { content }
        </div>
    }
}

fn table(store: &Store, triggers: &[BuildTrigger]) -> Html {
    let columns = vec![
        Column::new("Site"),
        Column::new("Last build"),
        Column::unseen("Fire"),
    ];
    let rows = triggers.iter().map(|trigger| row(store, trigger));
    html! { <Table caption="Build triggers" {columns}>{ for rows }</Table> }
}

fn row(store: &Store, trigger: &BuildTrigger) -> Html {
    let (busy, outcome) = match store.state.fired.get(&trigger.id) {
        None => (false, ""),
        Some(Firing::UnderWay) => (true, ""),
        Some(Firing::Done) => (false, "Fired"),
        Some(Firing::Failed(sentence)) => (false, sentence.as_str()),
    };
    let reason = (!trigger.enabled).then(|| AttrValue::from("This trigger is switched off."));
    let fire = store.asks::<()>(Command::FireBuildTrigger {
        id: trigger.id.clone(),
    });
    html! {
        <tr key={trigger.id.clone()}>
            <th scope="row">
                <span class="table__name">{ &trigger.name }</span>
                if let Some(url) = &trigger.frontend_url {
                    <a class="small" href={url.clone()} target="_blank" rel="noopener noreferrer">{ url }</a>
                }
            </th>
            <td>{ trigger.build_status.as_deref().unwrap_or("not known") }</td>
            <td>
                <div class="table__actions">
                    <span class="subtle" role="status">{ outcome }</span>
                    <Button label="Fire" intent={Intent::Quiet} small=true {busy} on_press={fire}
                        name={format!("Fire {}", trigger.name)} disabled_reason={reason} />
                </div>
            </td>
        </tr>
    }
}
