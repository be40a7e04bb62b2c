//! The models of the environment and their fields, to look at. Changing them is what
//! migrations are for.

use yew::prelude::*;

use crate::api::Resource;
use crate::loading::{Loaded, use_loaded};
use crate::router::Page;
use crate::shell::NotFound;
use crate::ui::{Link, use_title};
use crate::workspace::use_workspace;

/// Properties of [`SchemaArea`].
#[derive(Properties, PartialEq)]
pub(crate) struct SchemaAreaProps {
    /// The model looked at.
    pub(crate) model: Option<String>,
}

/// The models beside the fields of one of them.
#[component]
pub(crate) fn SchemaArea(props: &SchemaAreaProps) -> Html {
    let workspace = use_workspace();
    use_title(format!("Schema · {}", workspace.now.site.text("name")));
    let chosen = props
        .model
        .as_ref()
        .map(|id| workspace.now.item_type(id).cloned());
    let list = |blocks: bool| {
        let models = workspace.now.item_types.iter();
        let mut models: Vec<_> = models
            .filter(|model| model.flag("modular_block") == blocks)
            .collect();
        models.sort_by_key(|model| model.text("name").to_lowercase());
        let entry = |model: &Resource| {
            let current = chosen
                .as_ref()
                .is_some_and(|chosen| chosen.as_ref() == Some(model));
            html! {
                <li><Link {current} to={Page::Schema { model: Some(model.id.clone()) }}>{ model.text("name").to_owned() }</Link></li>
            }
        };
        models.into_iter().map(entry).collect::<Html>()
    };
    let page = match &chosen {
        None => html! {
            <div class="blank">
                <h1>{ "Schema" }</h1>
                <p>{ "Choose a model to see its fields. Migrations change them." }</p>
            </div>
        },
        Some(None) => html! { <NotFound /> },
        Some(Some(model)) => html! { <ModelFields key={model.id.clone()} model={model.clone()} /> },
    };
    html! {
        <div class="split">
            <nav class="side" aria-label="Schema">
                <ul>
                    <li class="side-heading">{ "Models" }</li>
                    { list(false) }
                    if workspace.now.item_types.iter().any(|model| model.flag("modular_block")) {
                        <li class="side-heading">{ "Blocks" }</li>
                        { list(true) }
                    }
                </ul>
            </nav>
            <div class="pane">{ page }</div>
        </div>
    }
}

/// Properties of [`ModelFields`].
#[derive(Properties, PartialEq)]
struct ModelFieldsProps {
    model: Resource,
}

#[component]
fn ModelFields(props: &ModelFieldsProps) -> Html {
    let workspace = use_workspace();
    let model = &props.model;
    let deps = (
        model.id.clone(),
        workspace.now.environment.clone(),
        model.relationships.clone(),
    );
    let fields = use_loaded(deps, {
        let (workspace, id) = (workspace.clone(), model.id.clone());
        move |_| async move { workspace.load_fields(&id).await }
    });
    let body = match fields {
        Loaded::Waiting => html! { <p class="hint" role="status">{ "Loading fields…" }</p> },
        Loaded::Failed(error) => {
            html! { <p class="problem" role="alert">{ error.to_string() }</p> }
        }
        Loaded::Ready(_) => {
            let rows = workspace.now.fields_of(&model.id).into_iter().map(row);
            html! {
                <table class="records">
                    <caption class="visually-hidden">{ format!("Fields of {}", model.text("name")) }</caption>
                    <thead><tr>
                        <th scope="col">{ "Field" }</th><th scope="col">{ "API key" }</th>
                        <th scope="col">{ "Type" }</th><th scope="col">{ "Rules" }</th>
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
            }
        }
    };
    html! {
        <>
            <header class="toolbar">
                <h1>{ model.text("name").to_owned() }</h1>
                <code>{ model.text("api_key").to_owned() }</code>
            </header>
            <div class="pane-body wide">{ body }</div>
        </>
    }
}

fn row(field: &Resource) -> Html {
    let rules = field.attribute("validators").as_object();
    let rules = rules
        .into_iter()
        .flat_map(|rules| rules.keys())
        .map(|rule| rule.replace('_', " "));
    let localized = field.flag("localized").then(|| "localized".to_owned());
    let rules: Vec<_> = localized.into_iter().chain(rules).collect();
    html! {
        <tr>
            <th scope="row">{ field.text("label").to_owned() }</th>
            <td><code>{ field.text("api_key").to_owned() }</code></td>
            <td>{ field.text("field_type").replace('_', " ") }</td>
            <td class="rules">{ rules.join(", ") }</td>
        </tr>
    }
}
