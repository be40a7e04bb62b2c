//! The settings area: environments, maintenance mode, plugins.

mod environments;
mod maintenance;
mod plugin;
mod plugins;

use yew::prelude::*;

use crate::frames::use_plugins;
use crate::router::{Area, Page, use_router};
use crate::shell::PluginPage;
use crate::ui::{Link, icon};
use environments::Environments;
use plugin::PluginSettings;
use plugins::Plugins;

/// Properties of [`SettingsArea`].
#[derive(Properties, PartialEq)]
pub(crate) struct SettingsAreaProps {
    /// A page of this area.
    pub(crate) page: Page,
}

/// The sidebar with the page beside it.
#[component]
pub(crate) fn SettingsArea(props: &SettingsAreaProps) -> Html {
    let page = match &props.page {
        Page::Plugins => html! { <Plugins /> },
        Page::Plugin { id } => html! { <PluginSettings key={id.clone()} plugin={id.clone()} /> },
        Page::FromPlugin { plugin, page, .. } => {
            html! { <PluginPage plugin={plugin.clone()} page_id={page.clone()} /> }
        }
        Page::Environments
        | Page::Content
        | Page::Records { .. }
        | Page::Record { .. }
        | Page::Schema { .. }
        | Page::Unknown => html! { <Environments /> },
    };
    html! {
        <div class="split">
            <SettingsSidebar />
            <div class="pane">{ page }</div>
        </div>
    }
}

#[component]
fn SettingsSidebar() -> Html {
    let (router, plugins) = (use_router(), use_plugins());
    let here = &router.place.page;
    let groups = plugins.settings_groups().into_iter().map(|(plugin, group)| {
        let items = group.items.iter().map(|entry| {
            let to = Page::FromPlugin {
                area: Area::Settings,
                plugin: plugin.clone(),
                page: entry.points_to.page_id.clone(),
            };
            html! {
                <li><Link current={*here == to} {to}>{ icon(entry.icon.as_ref()) }{ &entry.label }</Link></li>
            }
        });
        html! { <><li class="side-heading">{ &group.label }</li>{ for items }</> }
    });
    let at_plugins = matches!(here, Page::Plugins | Page::Plugin { .. });
    html! {
        <nav class="side" aria-label="Settings">
            <ul>
                <li class="side-heading">{ "Project" }</li>
                <li><Link current={*here == Page::Environments} to={Page::Environments}>{ "Environments" }</Link></li>
                <li class="side-heading">{ "Environment" }</li>
                <li><Link current={at_plugins} to={Page::Plugins}>{ "Plugins" }</Link></li>
                { for groups }
            </ul>
        </nav>
    }
}
