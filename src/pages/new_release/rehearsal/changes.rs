//! What became of models, fields and records, and what was asked of the whole project.

use slipway_release::view::rehearsal::{FieldRow, ModelRow, RehearsalView};
use yew::prelude::*;

use crate::components::{Callout, CalloutKind, Mono};

/// What they need.
#[derive(Properties, PartialEq)]
pub(super) struct ChangesProps {
    pub(super) view: RehearsalView,
}

/// What the scripts changed on the fork.
#[component]
pub(super) fn Changes(props: &ChangesProps) -> Html {
    let view = &props.view;
    html! {
        <>
            if !view.project.is_empty() {
                <Callout kind={CalloutKind::Warning} title="Held back: these belong to the whole project.">
                    { "In the release they take effect at once, for primary too." }
                    { lines(&view.project, "") }
                </Callout>
            }
            <h3>{ "Models and fields" }</h3>
            { schema(view) }
            <h3>{ "Records" }</h3>
            { lines(&view.records, "No record was written, published or deleted.") }
            if !view.others.is_empty() {
                <h3>{ "Everything else" }</h3>
                { lines(&view.others, "") }
            }
        </>
    }
}

fn schema(view: &RehearsalView) -> Html {
    match &view.schema {
        None => html! {
            <p class="subtle">{ "What became of models and fields could not be compared." }</p>
        },
        Some(models) if models.is_empty() && view.locales.is_empty() => html! {
            <p class="subtle">{ "No model, field or locale is different afterwards." }</p>
        },
        Some(models) => html! {
            <>
                <ul class="plain schema">{ for models.iter().map(model) }</ul>
                { for view.locales.iter().map(|said| html! { <p key={said.clone()}>{ said }</p> }) }
            </>
        },
    }
}

fn model(row: &ModelRow) -> Html {
    html! {
        <li key={row.api_key.clone()} class="schema__model">
            <p class="schema__line">
                <strong>{ &row.name }</strong><Mono text={row.api_key.clone()} subtle=true />
                <span class="schema__what">{ &row.what }</span>
            </p>
            { details(&row.details) }
            if !row.fields.is_empty() {
                <ul class="plain schema__fields">{ for row.fields.iter().enumerate().map(|(index, row)| field(index, row)) }</ul>
            }
        </li>
    }
}

fn field(index: usize, row: &FieldRow) -> Html {
    html! {
        <li key={index}>
            <p class="schema__line">
                <span>{ &row.label }</span>
                if !row.api_key.is_empty() {
                    <Mono text={row.api_key.clone()} subtle=true />
                }
                <span class="schema__what">{ &row.what }</span>
            </p>
            { details(&row.details) }
        </li>
    }
}

fn details(details: &[String]) -> Html {
    if details.is_empty() {
        return Html::default();
    }
    let lines = details
        .iter()
        .map(|said| html! { <li key={said.clone()}>{ said }</li> });
    html! { <ul class="plain schema__details">{ for lines }</ul> }
}

/// A list, or what is said where it is empty.
fn lines(said: &[String], otherwise: &'static str) -> Html {
    if said.is_empty() {
        return html! { <p class="subtle">{ otherwise }</p> };
    }
    let items = said
        .iter()
        .map(|text| html! { <li key={text.clone()}>{ text }</li> });
    html! { <ul class="changes__list">{ for items }</ul> }
}
