//! The plugin's settings: a form over [`Config`], saved as the plugin's parameters.

mod draft;
mod previews;

use slipway_engine::Models;
use slipway_release::view::action::Intent;
use yew::prelude::*;

use crate::{
    components::{Button, Callout, CalloutKind, Mono, Section, TextField},
    session::{Config, Frame},
    store::save_settings,
};
use draft::Draft;
use previews::Previews;

/// The plugin's settings.
#[component]
pub fn Settings() -> Html {
    let Some(frame) = use_context::<Frame>() else {
        return Html::default();
    };
    html! {
        <div class="narrow">
            <Grant granted={frame.settings.base.current_user_access_token.is_some()} />
            <Form {frame} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct GrantProps {
    granted: bool,
}

/// Whether the plugin may act for the people who use it, and how to let it.
#[component]
fn Grant(props: &GrantProps) -> Html {
    if props.granted {
        return html! {
            <Callout kind={CalloutKind::Success} title="Slipway may act for the people who use it.">
                { "Everybody works with their own token and the permissions of their own role." }
            </Callout>
        };
    }
    html! {
        <Callout kind={CalloutKind::Warning} title="Slipway may not act for anybody yet.">
            { "Grant it the permission " }<Mono text="currentUserAccessToken" />
            { " on this plugin’s screen (“Edit plugin”, “Permissions”). Everybody then works with their own token and the permissions of their own role; Slipway never stores it." }
        </Callout>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    frame: Frame,
}

/// How saving is going.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Saving {
    Not,
    UnderWay,
    Failed(String),
}

#[component]
fn Form(props: &FormProps) -> Html {
    let base = &props.frame.settings.base;
    let saved = Draft::of(&Config::read(&base.plugin.parameters));
    let draft = use_state(|| saved.clone());
    let saving = use_state_eq(|| Saving::Not);
    let errors = draft.errors();
    let disabled_reason = if !base.current_role.final_permissions.can_edit_schema {
        Some("Your role may not change plugins. Ask an admin whose role may edit the schema.")
    } else if !errors.is_empty() {
        Some("Mend what is marked above first.")
    } else if draft.config() == saved.config() {
        Some("Nothing has changed since it was saved.")
    } else {
        None
    };
    let save = {
        let (frame, draft, setter) = (props.frame.clone(), (*draft).clone(), saving.setter());
        Callback::from(move |()| {
            let (draft, setter) = (draft.clone(), setter.clone());
            setter.set(Saving::UnderWay);
            let heard = Callback::from(move |outcome| {
                setter.set(match outcome {
                    Ok(()) => Saving::Not,
                    Err(sentence) => Saving::Failed(sentence),
                });
            });
            save_settings(&frame, move |before| draft.merged_into(before), heard);
        })
    };
    let edit = |write: fn(&mut Draft, String)| {
        let draft = draft.clone();
        Callback::from(move |text: String| {
            let mut next = (*draft).clone();
            write(&mut next, text);
            draft.set(next);
        })
    };
    let on_previews = {
        let draft = draft.clone();
        Callback::from(move |previews| {
            let mut next = (*draft).clone();
            next.previews = previews;
            draft.set(next);
        })
    };
    let defaults = Models::default();
    html! {
        <>
            <Section title="Migrations">
                <TextField label="Address of the migrations manifest" kind="url" mono=true
                    value={draft.migrations_url.clone()} on_input={edit(|draft, text| draft.migrations_url = text)}
                    error={errors.migrations_url.map(AttrValue::from)} placeholder="https://ci.example.com/migrations/manifest.json"
                    hint="For teams whose CI publishes the migrations. Left empty, whoever plans a release chooses a folder." />
            </Section>
            <Section title="Preview links">
                <Previews previews={draft.previews.clone()} errors={errors.previews} on_change={on_previews} />
            </Section>
            <Section title="Delivery">
                <TextField label="Read-only delivery token" mono=true value={draft.delivery_token.clone()}
                    on_input={edit(|draft, text| draft.delivery_token = text)} error={errors.delivery_token.map(AttrValue::from)}
                    hint="For the query box that compares a release with primary. Everybody who can open this panel can read it here: use a token that reads published content and nothing else. Left empty, queries run with the token of whoever asks." />
            </Section>
            <Section title="Slipway’s own models">
                <TextField label="Model that records which migrations ran" mono=true value={draft.ledger_model.clone()}
                    on_input={edit(|draft, text| draft.ledger_model = text)} error={errors.ledger_model.map(AttrValue::from)}
                    placeholder={defaults.ledger.clone()}
                    hint={format!("Its API key; {} where empty, as the official CLI has it, so that both tools know what ran.", defaults.ledger)} />
                <TextField label="Model that keeps the releases’ journals" mono=true value={draft.journal_model.clone()}
                    on_input={edit(|draft, text| draft.journal_model = text)} error={errors.journal_model.map(AttrValue::from)}
                    placeholder={defaults.journal.clone()}
                    hint={format!("Its API key; {} where empty. Do not change it while a release is under way.", defaults.journal)} />
            </Section>
            if let Saving::Failed(sentence) = &*saving {
                <Callout kind={CalloutKind::Danger} title="The settings were not saved.">{ sentence }</Callout>
            }
            <Button label="Save settings" intent={Intent::Primary} on_press={save} reason_beside=true
                busy={*saving == Saving::UnderWay} disabled_reason={disabled_reason.map(AttrValue::from)} />
        </>
    }
}
