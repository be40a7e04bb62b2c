//! The plugins installed in the environment.

use yew::prelude::*;

use crate::frames::has_token_permission;
use crate::router::Page;
use crate::ui::{Link, use_title};
use crate::workspace::use_workspace;

/// The list of plugins.
#[component]
pub(super) fn Plugins() -> Html {
    let workspace = use_workspace();
    use_title(format!("Plugins · {}", workspace.now.site.text("name")));
    let rows = workspace.now.plugins.iter().map(|plugin| {
        let access = if has_token_permission(plugin) { "Acts as the user" } else { "None" };
        html! {
            <tr key={plugin.id.clone()}>
                <th scope="row">
                    <Link to={Page::Plugin { id: plugin.id.clone() }}>{ plugin.text("name").to_owned() }</Link>
                </th>
                <td class="rules">{ plugin.text("description").to_owned() }</td>
                <td><code>{ plugin.text("url").to_owned() }</code></td>
                <td>{ access }</td>
            </tr>
        }
    });
    html! {
        <>
            <header class="toolbar"><h1>{ "Plugins" }</h1></header>
            <div class="pane-body wide">
                if workspace.now.plugins.is_empty() {
                    <div class="blank">
                        <h2>{ "No plugins" }</h2>
                        <p>{ "No plugin is installed in this environment. Plugins are installed through the API: POST /plugins." }</p>
                    </div>
                } else {
                    <table class="records">
                        <caption class="visually-hidden">{ "Plugins of this environment" }</caption>
                        <thead><tr>
                            <th scope="col">{ "Plugin" }</th><th scope="col">{ "Description" }</th>
                            <th scope="col">{ "Address" }</th><th scope="col">{ "Access to the API" }</th>
                        </tr></thead>
                        <tbody>{ for rows }</tbody>
                    </table>
                }
            </div>
        </>
    }
}
