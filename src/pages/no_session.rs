//! What is seen while the plugin may not act for the person yet.

use slipway_release::view::action::Intent;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, Mono, PageHeader},
    session::{self, Frame},
    store::open_settings,
};

/// What the page needs.
#[derive(Properties, PartialEq)]
pub struct NoSessionProps {
    /// Why there is no session.
    pub reason: session::NoSession,
}

/// Says how to let the plugin act, or what is wrong with what the panel handed over.
#[component]
pub fn NoSession(props: &NoSessionProps) -> Html {
    html! {
        <div class="page page--narrow">
            <PageHeader title="Releases" />
            {
                match &props.reason {
                    session::NoSession::NoToken => html! { <Grant /> },
                    broken @ (session::NoSession::Token(_) | session::NoSession::BaseUrl(_)) => html! {
                        <Callout kind={CalloutKind::Danger} title="Slipway cannot work in this panel.">
                            { format!("It was {broken}. Nothing was changed. Reload the panel; if this stays, tell whoever runs it.") }
                        </Callout>
                    },
                }
            }
        </div>
    }
}

/// How an admin grants the permission, with the way there.
#[component]
fn Grant() -> Html {
    let frame = use_context::<Frame>();
    let refused = use_state(AttrValue::default);
    let on_press = {
        let (frame, setter) = (frame.clone(), refused.setter());
        Callback::from(move |()| {
            let setter = setter.clone();
            if let Some(frame) = &frame {
                let refused = Callback::from(move |sentence: String| setter.set(sentence.into()));
                open_settings(frame, refused);
            }
        })
    };
    let disabled_reason = frame
        .as_ref()
        .is_some_and(|frame| {
            let role = &frame.settings.base.current_role;
            !role.final_permissions.can_edit_schema
        })
        .then_some(AttrValue::Static(
            "Your role may not change plugins. Ask an admin to do this.",
        ));
    html! {
        <>
            <p class="lead">
                { "Slipway forks, migrates and promotes environments in your name, and only with the permissions of your own role. For that the panel has to hand it your access token, which it does not do yet." }
            </p>
            <ol class="how-to">
                <li>{ "Open the plugin’s settings: Configuration › Plugins › Slipway." }</li>
                <li>{ "Under “Permissions”, grant " }<Mono text="currentUserAccessToken" />{ " (“access the current user’s API token”) and save." }</li>
                <li>{ "Come back here. Everybody on the project then works with their own token; Slipway never stores it." }</li>
            </ol>
            <Button label="Open the plugin’s settings" intent={Intent::Primary} {on_press} {disabled_reason}
                reason_beside=true />
            if !refused.is_empty() {
                <Callout kind={CalloutKind::Danger} title="The panel did not open the settings.">{ &*refused }</Callout>
            }
        </>
    }
}
