//! The bar at the top: the project, the areas of the panel, where one is and who one is.

use yew::prelude::*;

use super::environment_switcher::EnvironmentSwitcher;
use super::user_menu::UserMenu;
use crate::frames::use_plugins;
use crate::router::{Area, Page, use_router};
use crate::ui::{Link, icon};
use crate::workspace::use_workspace;

/// The bar at the top.
#[component]
pub(crate) fn Header() -> Html {
    let (workspace, router, plugins) = (use_workspace(), use_router(), use_plugins());
    let page = &router.place.page;
    let in_content = matches!(
        page,
        Page::Content
            | Page::Records { .. }
            | Page::Record { .. }
            | Page::FromPlugin {
                area: Area::Content,
                ..
            }
    );
    let in_settings = matches!(
        page,
        Page::Environments
            | Page::Plugins
            | Page::Plugin { .. }
            | Page::FromPlugin {
                area: Area::Settings,
                ..
            }
    );
    let tabs = plugins.tabs().into_iter().map(|(plugin, entry)| {
        let to = Page::FromPlugin {
            area: Area::Main,
            plugin,
            page: entry.points_to.page_id.clone(),
        };
        html! {
            <li key={to.path()}>
                <Link class="tab" current={*page == to} {to}>
                    { icon(entry.icon.as_ref()) }{ &entry.label }
                </Link>
            </li>
        }
    });
    html! {
        <header class="header">
            <Link class="project" to={Page::Content}>
                <i class="mark" aria-hidden="true"></i>
                <span>{ workspace.now.site.text("name").to_owned() }</span>
            </Link>
            <nav aria-label="Main">
                <ul>
                    <li><Link class="tab" current={in_content} to={Page::Content}>{ "Content" }</Link></li>
                    <li>
                        <Link class="tab" current={matches!(page, Page::Schema { .. })}
                            to={Page::Schema { model: None }}>{ "Schema" }</Link>
                    </li>
                    { for tabs }
                    <li>
                        <Link class="tab" current={in_settings} to={Page::Environments}>{ "Settings" }</Link>
                    </li>
                </ul>
            </nav>
            <EnvironmentSwitcher />
            <UserMenu />
        </header>
    }
}
