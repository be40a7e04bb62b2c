//! Maintenance mode: whether the primary is read-only, and the switch.

use serde_json::Value;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::overlay::{Confirm, Intent, OverlayContext, use_overlay};
use crate::workspace::{WorkspaceContext, use_workspace};

/// The card with the switch.
#[component]
pub(super) fn Maintenance() -> Html {
    let (workspace, overlay) = (use_workspace(), use_overlay());
    let active = workspace.now.maintenance;
    let allowed = workspace.now.may("can_promote_environments");
    let busy = use_state_eq(|| false);
    let onclick = {
        let (workspace, busy) = (workspace.clone(), busy.setter());
        Callback::from(move |_: MouseEvent| {
            let (workspace, overlay, busy) = (workspace.clone(), overlay.clone(), busy.clone());
            busy.set(true);
            spawn_local(async move {
                if active {
                    deactivate(&workspace, &overlay).await;
                } else {
                    activate(&workspace, &overlay).await;
                }
                workspace.refresh();
                busy.set(false);
            });
        })
    };
    let reason = (!allowed).then_some("Your role may not turn maintenance mode on or off");
    html! {
        <section class="card" aria-labelledby="maintenance-title">
            <div>
                <h2 id="maintenance-title">{ "Maintenance mode" }</h2>
                <p>
                    if active {
                        { "On: the primary environment is read-only for everyone, and editors wait." }
                    } else {
                        { "Off. Turn it on to make the primary environment read-only while you prepare a release." }
                    }
                </p>
                if let Some(reason) = reason {
                    <p class="field-hint">{ reason }{ "." }</p>
                }
            </div>
            <button type="button" role="switch" class="switch" aria-checked={active.to_string()}
                aria-labelledby="maintenance-title" disabled={!allowed || *busy} title={reason} {onclick}>
                <i></i>
            </button>
        </section>
    }
}

async fn activate(workspace: &WorkspaceContext, overlay: &OverlayContext) {
    let project = workspace.project();
    let answer = project.put("/maintenance-mode/activate", None).await;
    let answer = match answer {
        Err(error) if error.has_code("ACTIVE_EDITING_SESSIONS") => {
            let force = Confirm::yes_or_no(
                "People are editing records",
                "If you turn maintenance mode on now, what they have not saved yet cannot be saved until it is off again.",
                "Turn on anyway",
                Intent::Negative,
            );
            if overlay.confirm(force).await != Value::Bool(true) {
                return;
            }
            project
                .put("/maintenance-mode/activate?force=true", None)
                .await
        }
        other => other,
    };
    match answer {
        Ok(_) => overlay.notice("Maintenance mode is on."),
        Err(error) => overlay.alert(error.to_string()),
    }
}

async fn deactivate(workspace: &WorkspaceContext, overlay: &OverlayContext) {
    match workspace
        .project()
        .put("/maintenance-mode/deactivate", None)
        .await
    {
        Ok(_) => overlay.notice("Maintenance mode is off."),
        Err(error) => overlay.alert(error.to_string()),
    }
}
