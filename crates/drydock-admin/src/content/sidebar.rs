//! The models, in the order of the project's navigation.

use yew::prelude::*;

use crate::api::Resource;
use crate::frames::use_plugins;
use crate::router::{Area, Page, use_router};
use crate::ui::{Link, icon};
use crate::workspace::{Workspace, use_workspace};

/// The navigation of the content area.
#[component]
pub(crate) fn ContentSidebar() -> Html {
    let (workspace, router, plugins) = (use_workspace(), use_router(), use_plugins());
    let model = match &router.place.page {
        Page::Records { model } | Page::Record { model, .. } => Some(model),
        Page::Content
        | Page::Schema { .. }
        | Page::FromPlugin { .. }
        | Page::Environments
        | Page::Plugins
        | Page::Plugin { .. }
        | Page::Unknown => None,
    };
    let here = model
        .and_then(|id| workspace.now.item_type(id))
        .map(|model| model.id.clone());
    let entries = entries(&workspace.now).into_iter().map(|entry| match entry {
        MenuEntry::Model { label, model } => html! {
            <li>
                <Link current={here.as_ref() == Some(&model)} to={Page::Records { model }}>{ label }</Link>
            </li>
        },
        MenuEntry::Heading(label) => html! { <li class="side-heading">{ label }</li> },
    });
    let pages = plugins.content_entries().into_iter().map(|(plugin, entry)| {
        let page = entry.points_to.page_id.clone();
        let to = Page::FromPlugin { area: Area::Content, plugin, page };
        html! {
            <li><Link current={router.place.page == to} {to}>{ icon(entry.icon.as_ref()) }{ &entry.label }</Link></li>
        }
    });
    html! {
        <nav class="side" aria-label="Models">
            <ul>{ for entries }{ for pages }</ul>
        </nav>
    }
}

/// The model the navigation begins with.
pub(super) fn first_model(workspace: &Workspace) -> Option<String> {
    let mut entries = entries(workspace).into_iter();
    entries.find_map(|entry| match entry {
        MenuEntry::Model { model, .. } => Some(model),
        MenuEntry::Heading(_) => None,
    })
}

/// A line of the navigation.
#[derive(Debug, PartialEq)]
enum MenuEntry {
    Model { label: String, model: String },
    Heading(String),
}

/// The project's own navigation, flattened; without one, all models by name.
fn entries(workspace: &Workspace) -> Vec<MenuEntry> {
    let mut entries = Vec::new();
    add_children(None, &workspace.menu, workspace, &mut entries);
    if entries
        .iter()
        .any(|entry| matches!(entry, MenuEntry::Model { .. }))
    {
        return entries;
    }
    let models = workspace
        .item_types
        .iter()
        .filter(|model| !model.flag("modular_block"));
    let mut models: Vec<_> = models
        .map(|model| (model.text("name").to_owned(), model.id.clone()))
        .collect();
    models.sort();
    models
        .into_iter()
        .map(|(label, model)| MenuEntry::Model { label, model })
        .collect()
}

fn add_children(
    parent: Option<&str>,
    menu: &[Resource],
    workspace: &Workspace,
    entries: &mut Vec<MenuEntry>,
) {
    let mut children: Vec<_> = menu
        .iter()
        .filter(|item| item.link("parent") == parent)
        .collect();
    children.sort_by_key(|item| item.attribute("position").as_i64());
    for item in children {
        let label = item.text("label").to_owned();
        let model = item
            .link("item_type")
            .and_then(|id| workspace.item_type(id));
        entries.push(match model {
            Some(model) => MenuEntry::Model {
                label,
                model: model.id.clone(),
            },
            None => MenuEntry::Heading(label),
        });
        add_children(Some(&item.id), menu, workspace, entries);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::workspace::tests::{resource, workspace};

    #[test]
    fn the_navigation_is_the_project_s_in_its_order() {
        let mut workspace = workspace("1", None);
        workspace.menu = vec![
            resource(
                json!({"type": "menu_item", "id": "b", "attributes": {"label": "Articles", "position": 1},
                "relationships": {"item_type": {"data": {"type": "item_type", "id": "m1"}},
                                  "parent": {"data": {"type": "menu_item", "id": "a"}}}}),
            ),
            resource(
                json!({"type": "menu_item", "id": "a", "attributes": {"label": "Editorial", "position": 0},
                "relationships": {"item_type": {"data": null}, "parent": {"data": null}}}),
            ),
        ];
        assert_eq!(
            entries(&workspace),
            [
                MenuEntry::Heading("Editorial".into()),
                MenuEntry::Model {
                    label: "Articles".into(),
                    model: "m1".into()
                },
            ]
        );
    }

    #[test]
    fn without_a_navigation_all_models_are_listed_and_blocks_are_not() {
        let mut workspace = workspace("1", None);
        workspace.item_types = vec![
            resource(json!({"type": "item_type", "id": "m2", "attributes": {"name": "Tag"}})),
            resource(
                json!({"type": "item_type", "id": "b1", "attributes": {"name": "Quote", "modular_block": true}}),
            ),
            resource(json!({"type": "item_type", "id": "m1", "attributes": {"name": "Article"}})),
        ];
        let labels: Vec<_> = entries(&workspace)
            .into_iter()
            .map(|entry| match entry {
                MenuEntry::Model { label, .. } | MenuEntry::Heading(label) => label,
            })
            .collect();
        assert_eq!(labels, ["Article", "Tag"]);
    }
}
