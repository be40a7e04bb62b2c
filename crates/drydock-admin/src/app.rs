//! The tree: providers from the outside in, then the shell with the page.

use yew::prelude::*;

use crate::content::ContentArea;
use crate::frames::PluginsProvider;
use crate::overlay::{OverlayLayer, OverlayProvider, use_overlay};
use crate::router::{Area, Page, RouterProvider, use_router};
use crate::schema::SchemaArea;
use crate::session::SessionProvider;
use crate::settings::SettingsArea;
use crate::shell::{NotFound, PluginPage, Shell};
use crate::workspace::{WorkspaceProvider, use_workspace};

/// The panel.
#[component]
pub(crate) fn App() -> Html {
    html! {
        <RouterProvider>
            <SessionProvider>
                <WorkspaceProvider>
                    <OverlayProvider>
                        <PluginsProvider>
                            <Shell><CurrentPage /></Shell>
                            <OverlayLayer />
                        </PluginsProvider>
                    </OverlayProvider>
                </WorkspaceProvider>
            </SessionProvider>
        </RouterProvider>
    }
}

#[component]
fn CurrentPage() -> Html {
    let (router, workspace, overlay) = (use_router(), use_workspace(), use_overlay());
    let page = router.place.page.clone();
    use_effect_with(page.clone(), move |_| overlay.page_left());
    // Another visit is another panel: nothing of the page before it may linger.
    let key = workspace.now.visit.to_string();
    match page {
        Page::Content | Page::Records { .. } | Page::Record { .. } => {
            html! { <ContentArea {key} {page} /> }
        }
        Page::FromPlugin {
            area: Area::Content,
            ..
        } => html! { <ContentArea {key} {page} /> },
        Page::Schema { model } => html! { <SchemaArea {key} {model} /> },
        Page::Environments | Page::Plugins | Page::Plugin { .. } => {
            html! { <SettingsArea {key} {page} /> }
        }
        Page::FromPlugin {
            area: Area::Settings,
            ..
        } => html! { <SettingsArea {key} {page} /> },
        Page::FromPlugin {
            area: Area::Main,
            plugin,
            page,
        } => {
            html! { <PluginPage {key} {plugin} page_id={page} /> }
        }
        Page::Unknown => html! { <NotFound {key} /> },
    }
}
