//! The environments of the project.

use serde_json::Value;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::maintenance::Maintenance;
use crate::overlay::{Confirm, Intent, OverlayContext, use_overlay};
use crate::ui::{environment_badges, use_title, when};
use crate::workspace::{Environment, EnvironmentStatus, WorkspaceContext, use_workspace};

/// The environments, and what may be done with them.
#[component]
pub(super) fn Environments() -> Html {
    let workspace = use_workspace();
    use_title(format!(
        "Environments · {}",
        workspace.now.site.text("name")
    ));
    let rows = workspace.now.environments.iter().map(|environment| {
        html! { <Row key={environment.id.clone()} environment={environment.clone()} /> }
    });
    html! {
        <>
            <header class="toolbar"><h1>{ "Environments" }</h1></header>
            <div class="pane-body wide">
                <Maintenance />
                <table class="records">
                    <caption class="visually-hidden">{ "Environments of the project" }</caption>
                    <thead><tr>
                        <th scope="col">{ "Environment" }</th><th scope="col">{ "Copied from" }</th>
                        <th scope="col">{ "Created" }</th><th scope="col">{ "Last change" }</th>
                        <th scope="col"><span class="visually-hidden">{ "Actions" }</span></th>
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            </div>
        </>
    }
}

/// Properties of [`Row`].
#[derive(Properties, PartialEq)]
struct RowProps {
    environment: Environment,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let (workspace, overlay) = (use_workspace(), use_overlay());
    let environment = &props.environment;
    let ready = environment.status == EnvironmentStatus::Ready;
    let may_promote = workspace.now.may("can_promote_environments");
    let may_destroy = workspace.now.may("can_manage_environments");
    let press = |action: Action| {
        let (workspace, overlay) = (workspace.clone(), overlay.clone());
        let id = environment.id.clone();
        Callback::from(move |_: MouseEvent| {
            let (workspace, overlay, id) = (workspace.clone(), overlay.clone(), id.clone());
            spawn_local(async move { perform(action, &id, &workspace, &overlay).await });
        })
    };
    html! {
        <tr>
            <th scope="row"><code>{ &environment.id }</code>{ environment_badges(environment) }</th>
            <td><code>{ environment.forked_from.clone().unwrap_or_else(|| "–".to_owned()) }</code></td>
            <td class="time">{ when(&environment.created_at) }</td>
            <td class="time">{ when(&environment.last_data_change_at) }</td>
            <td class="row-actions">
                if !environment.primary && ready {
                    if may_promote {
                        <button type="button" class="button quiet" aria-label={format!("Promote {}", environment.id)}
                            onclick={press(Action::Promote)}>{ "Promote" }</button>
                    }
                    if may_destroy {
                        <button type="button" class="button quiet danger" aria-label={format!("Destroy {}", environment.id)}
                            onclick={press(Action::Destroy)}>{ "Destroy" }</button>
                    }
                }
            </td>
        </tr>
    }
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Promote,
    Destroy,
}

impl Action {
    fn question(self, id: &str) -> Confirm {
        match self {
            Self::Promote => Confirm::yes_or_no(
                &format!("Promote {id} to primary?"),
                "Your sites show its content at once. The present primary stays as a sandbox and can be promoted back.",
                "Promote",
                Intent::Positive,
            ),
            Self::Destroy => Confirm::destructive(
                &format!("Destroy {id}?"),
                "Its content and schema are destroyed for everyone. This cannot be undone.",
                "Destroy",
            ),
        }
    }
}

async fn perform(action: Action, id: &str, workspace: &WorkspaceContext, overlay: &OverlayContext) {
    if overlay.confirm(action.question(id)).await != Value::Bool(true) {
        return;
    }
    let project = workspace.project();
    let (answer, done) = match action {
        Action::Promote => (
            project
                .put(&format!("/environments/{id}/promote"), None)
                .await,
            format!("{id} is the primary environment now."),
        ),
        Action::Destroy => (
            project.delete(&format!("/environments/{id}")).await,
            format!("{id} was destroyed."),
        ),
    };
    match answer {
        Ok(_) => overlay.notice(done),
        Err(error) => overlay.alert(error.to_string()),
    }
    workspace.refresh();
}
