//! The content area: models beside their records.

mod records;
mod sidebar;

use yew::prelude::*;

use crate::api::Resource;
use crate::editor::RecordEditor;
use crate::router::{Page, use_router};
use crate::shell::{NotFound, PluginPage};
use crate::ui::use_title;
use crate::workspace::{Workspace, use_workspace};
use records::Records;
use sidebar::{ContentSidebar, first_model};

/// Properties of [`ContentArea`].
#[derive(Properties, PartialEq)]
pub(crate) struct ContentAreaProps {
    /// A page of this area.
    pub(crate) page: Page,
}

/// The sidebar with the page beside it.
#[component]
pub(crate) fn ContentArea(props: &ContentAreaProps) -> Html {
    let workspace = use_workspace();
    let model = |id: &str| workspace.now.item_type(id).cloned();
    let page = match &props.page {
        Page::Records { model: id } => match model(id) {
            Some(model) => html! { <Records key={model.id.clone()} model={model.clone()} /> },
            None => html! { <NotFound /> },
        },
        Page::Record {
            model: id,
            id: record,
        } => match model(id) {
            Some(model) => {
                let key = record.clone().unwrap_or_else(|| "new".to_owned());
                html! { <RecordEditor {key} {model} record={record.clone()} /> }
            }
            None => html! { <NotFound /> },
        },
        Page::FromPlugin { plugin, page, .. } => {
            html! { <PluginPage plugin={plugin.clone()} page_id={page.clone()} /> }
        }
        Page::Content
        | Page::Schema { .. }
        | Page::Environments
        | Page::Plugins
        | Page::Plugin { .. }
        | Page::Unknown => html! { <Welcome /> },
    };
    html! {
        <div class="split">
            <ContentSidebar />
            <div class="pane">{ page }</div>
        </div>
    }
}

/// The way into the content: the first model of the navigation, if there is one.
#[component]
fn Welcome() -> Html {
    let (workspace, router) = (use_workspace(), use_router());
    use_title(format!("Content · {}", workspace.now.site.text("name")));
    use_effect_with(first_model(&workspace.now), move |model| {
        if let Some(model) = model.clone() {
            router.replace(router.address(&Page::Records { model }));
        }
    });
    if first_model(&workspace.now).is_some() {
        return Html::default();
    }
    html! {
        <div class="blank">
            <h1>{ "No models yet" }</h1>
            <p>{ "This environment has no models. A migration or the API can create them." }</p>
        </div>
    }
}

/// The text a record is called by, from its model's title field. Needs the model's fields.
pub(crate) fn record_title(workspace: &Workspace, model: &Resource, record: &Resource) -> String {
    let field = ["presentation_title_field", "title_field"]
        .into_iter()
        .find_map(|name| model.link(name))
        .and_then(|id| workspace.fields.get(id));
    let title = field.map(|field| record.attribute(field.text("api_key")));
    let title = title.and_then(|value| match value.as_object() {
        Some(by_locale) => {
            let mut locales = workspace.locales().into_iter();
            locales.find_map(|locale| by_locale.get(locale)?.as_str())
        }
        None => value.as_str(),
    });
    match title {
        Some(title) if !title.trim().is_empty() => title.to_owned(),
        Some(_) | None => format!("Record {}", record.id),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workspace::tests::{resource, workspace};

    #[test]
    fn a_record_is_called_by_its_title_in_the_default_locale() {
        let mut workspace = workspace("1", None);
        let field =
            resource(json!({"type": "field", "id": "f1", "attributes": {"api_key": "name"}}));
        workspace.fields.insert("f1".into(), field);
        let model = resource(json!({"type": "item_type", "id": "m1",
            "relationships": {"title_field": {"data": {"type": "field", "id": "f1"}}}}));
        let title = |name| {
            let record =
                resource(json!({"type": "item", "id": "i1", "attributes": {"name": name}}));
            record_title(&workspace, &model, &record)
        };
        assert_eq!(title(json!("Kilns")), "Kilns");
        assert_eq!(title(json!({"it": "Forni", "en": "Kilns"})), "Kilns");
        assert_eq!(title(json!(null)), "Record i1");
    }
}
