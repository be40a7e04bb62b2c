//! The environments and their lineage.

use slipway_release::{
    Rehearsal,
    checks::SandboxQuota,
    observed::{EnvironmentStatus, Observed},
    view::{
        half_run,
        overview::{self, Branch, Part},
    },
};
use yew::prelude::*;

use crate::{
    components::{Ago, Badge, BadgeKind, Column, Mono, Progress, Section, Table, Time},
    store::{now, use_store},
};

const COLUMNS: [Column; 5] = [
    Column::new("Environment"),
    Column::new("Forked from"),
    Column::new("Created"),
    Column::new("Last change"),
    Column::unseen("Status"),
];

/// Every environment, each under the one it was forked from.
#[component]
pub(super) fn Environments() -> Html {
    let store = use_store();
    let Some(world) = store.state.world.ready() else {
        return Html::default();
    };
    let known = &store.state.rehearsals.kept;
    let room = world
        .quota
        .map(room)
        .map(|room| html! { <span class="subtle small">{ room }</span> });
    html! {
        <Section title="Environments" aside={room.unwrap_or_default()}>
            <Table caption="Environments" columns={COLUMNS.to_vec()}>
                { for overview::family(world).iter().map(|branch| drawn(world, known, branch)) }
            </Table>
        </Section>
    }
}

fn room(quota: SandboxQuota) -> String {
    match quota.limit {
        Some(limit) => format!("{} of {limit} sandboxes in use", quota.used),
        None => format!("{} sandboxes in use", quota.used),
    }
}

fn drawn(world: &Observed, known: &[Rehearsal], branch: &Branch<'_>) -> Html {
    let environment = branch.environment;
    let half_run = half_run::mark(world, known, &environment.id);
    let indent =
        (branch.depth > 0).then(|| format!("padding-left: {}px", (branch.depth - 1) * 20 + 6));
    html! {
        <tr key={environment.id.to_string()}>
            <th scope="row">
                <span class="lineage" style={indent}>
                    if branch.depth > 0 {
                        <span class="lineage__arm" aria-hidden="true"></span>
                    }
                    <Mono text={environment.id.to_string()} />
                    { badge(branch.part) }
                    if half_run.is_some() {
                        <Badge kind={BadgeKind::Warning} label="Partly migrated" />
                    }
                </span>
                if let Some(said) = half_run {
                    <p class="remarks">{ said }</p>
                }
            </th>
            <td>
                if let Some(parent) = &environment.forked_from {
                    <Mono text={parent.to_string()} />
                }
            </td>
            <td><Time at={environment.created_at} /></td>
            <td>
                if let Some(at) = environment.last_data_change_at {
                    <Ago {at} now={now()} />
                }
            </td>
            <td>{ status(environment.status) }</td>
        </tr>
    }
}

fn badge(part: Option<Part>) -> Html {
    match part {
        Some(Part::Primary) => html! { <Badge kind={BadgeKind::Primary} label="Primary" /> },
        Some(Part::Candidate) => html! { <Badge kind={BadgeKind::Success} label="Candidate" /> },
        Some(Part::RollbackTarget) => html! { <Badge label="Rollback target" /> },
        Some(Part::Rehearsal) => html! { <Badge label="Rehearsal" /> },
        None => Html::default(),
    }
}

fn status(status: EnvironmentStatus) -> Html {
    match status {
        EnvironmentStatus::Ready => Html::default(),
        EnvironmentStatus::Destroying => {
            html! { <span class="subtle">{ "Being destroyed" }</span> }
        }
        EnvironmentStatus::Creating(percent) => {
            let said = percent.map_or_else(
                || "Being copied".to_owned(),
                |percent| format!("Being copied, {percent:.0} %"),
            );
            html! {
                <div class="copying">
                    <span class="subtle">{ said }</span>
                    <Progress label="Copying" {percent} />
                </div>
            }
        }
    }
}
