//! A page that a plugin fills.

use yew::prelude::*;

use crate::frames::{FrameMode, PluginFrame, use_plugins};
use crate::router::{Page, use_router};
use crate::ui::{Link, use_title};
use crate::workspace::use_workspace;

/// Properties of [`PluginPage`].
#[derive(Properties, PartialEq)]
pub(crate) struct PluginPageProps {
    /// Whose page it is.
    pub(crate) plugin: String,
    /// The plugin's name for it.
    pub(crate) page_id: String,
}

/// A page that a plugin fills. The frame stays while query and fragment change, so
/// plugins can keep their state in the address.
#[component]
pub(crate) fn PluginPage(props: &PluginPageProps) -> Html {
    let (workspace, router, plugins) = (use_workspace(), use_router(), use_plugins());
    let plugin = workspace.now.plugin(&props.plugin).cloned();
    let groups = plugins.settings_groups().into_iter();
    let settings = groups.flat_map(|(id, group)| {
        let entries = group.items.into_iter();
        entries.map(move |entry| (id.clone(), entry))
    });
    let entries = plugins
        .tabs()
        .into_iter()
        .chain(plugins.content_entries())
        .chain(settings);
    let label = entries
        .filter(|(id, entry)| *id == props.plugin && entry.points_to.page_id == props.page_id)
        .map(|(_, entry)| entry.label)
        .next();
    let name = plugin.as_ref().map(|plugin| plugin.text("name").to_owned());
    let label = label
        .or(name.clone())
        .unwrap_or_else(|| "Plugin".to_owned());
    use_title(format!("{label} · {}", workspace.now.site.text("name")));
    let (Some(plugin), Some(name)) = (plugin, name) else {
        return html! {
            <div class="blank">
                <h1>{ "This plugin is not installed here" }</h1>
                <p>{ "Plugins are installed per environment. Choose another environment above, or see what is installed in this one." }</p>
                <Link to={Page::Plugins} class="button primary">{ "Show the plugins" }</Link>
            </div>
        };
    };
    let place = &router.place;
    let mode = FrameMode::Page {
        page_id: props.page_id.clone(),
        location: [
            place.pathname.clone(),
            place.search.clone(),
            place.hash.clone(),
        ],
    };
    let title = if name == label {
        name
    } else {
        format!("{label} ({name})")
    };
    let key = format!("{} {}", props.plugin, props.page_id);
    html! {
        <div class="page-frame">
            <PluginFrame {key} {plugin} {mode} {title} />
        </div>
    }
}
