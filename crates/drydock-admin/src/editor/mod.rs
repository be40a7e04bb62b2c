//! The record editor: good enough to write, publish and destroy records, to be seen
//! doing so, and to cause the drift a release has to deal with.

mod actions;
mod field;
mod field_kind;
mod form;
mod json_input;
mod link;
mod presence;
mod screen;
mod sidebar;
mod state;

use std::rc::Rc;

use yew::prelude::*;

use crate::api::Resource;
use crate::loading::{Loaded, use_loaded};
use crate::workspace::use_workspace;
use form::FieldSpec;
use screen::Screen;

/// Properties of [`RecordEditor`].
#[derive(Properties, PartialEq)]
pub(crate) struct RecordEditorProps {
    /// The model.
    pub(crate) model: Resource,
    /// The record; none for a new one.
    pub(crate) record: Option<String>,
}

/// Reads the record and its fields, then shows the editor.
#[component]
pub(crate) fn RecordEditor(props: &RecordEditorProps) -> Html {
    let workspace = use_workspace();
    let deps = (
        props.model.id.clone(),
        props.record.clone(),
        workspace.now.environment.clone(),
    );
    let loaded = use_loaded(deps.clone(), {
        move |(model, record, environment): &(String, Option<String>, String)| {
            let (model, record, environment) = (model.clone(), record.clone(), environment.clone());
            async move {
                let fields = workspace.load_fields(&model).await?;
                let record = match record {
                    Some(id) => Some(workspace.here().get(&format!("/items/{id}")).await?.one()?),
                    None => None,
                };
                Ok((environment, order(fields), record))
            }
        }
    });
    match loaded {
        Loaded::Waiting => html! { <p class="hint" role="status">{ "Opening the record…" }</p> },
        Loaded::Failed(error) => html! {
            <div class="blank">
                <h1>{ "This record cannot be opened" }</h1>
                <p role="alert">{ error.to_string() }</p>
            </div>
        },
        Loaded::Ready((environment, fields, record)) => html! {
            <Screen key={environment} model={props.model.clone()} {fields} {record} />
        },
    }
}

fn order(mut fields: Vec<Resource>) -> Rc<[FieldSpec]> {
    fields.sort_by_key(|field| field.attribute("position").as_i64());
    fields.iter().map(FieldSpec::of).collect()
}
