//! What everyone has to know wherever they are in the panel.

use yew::prelude::*;

use crate::router::{Page, use_router};
use crate::workspace::use_workspace;

/// The banners that apply now. The region is always there, so that their coming is announced.
#[component]
pub(crate) fn Banners() -> Html {
    let (workspace, router) = (use_workspace(), use_router());
    let now = &workspace.now;
    let primary = now.primary().unwrap_or("primary").to_owned();
    let leave = Callback::from(move |_: MouseEvent| {
        let page = if let Page::Record { model, .. } = &router.place.page {
            // A record of the sandbox need not exist in the primary.
            Page::Records {
                model: model.clone(),
            }
            .address(None)
        } else {
            router.place.in_environment(None)
        };
        router.go(page);
    });
    html! {
        <div class="banners" role="status">
            if workspace.offline {
                <p class="banner danger">
                    <i aria-hidden="true">{ "!" }</i>
                    <span><b>{ "The server does not answer." }</b>{ " What you see may be out of date; the panel keeps trying." }</span>
                </p>
            }
            if now.maintenance {
                <p class="banner warning">
                    <i aria-hidden="true">{ "▲" }</i>
                    <span>
                        <b>{ "Maintenance mode is on." }</b>
                        { " The primary environment " }<code>{ &primary }</code>
                        { " is read-only until it is turned off." }
                    </span>
                </p>
            }
            if !now.is_primary() {
                <p class="banner sandbox">
                    <i class="branch" aria-hidden="true"></i>
                    <span>
                        { "You are in the sandbox environment " }<code>{ &now.environment }</code>
                        { ". Visitors of your sites do not see what you change here." }
                    </span>
                    <button type="button" class="button quiet" onclick={leave}>
                        { "Go to primary" }
                    </button>
                </p>
            }
        </div>
    }
}
