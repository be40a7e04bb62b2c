//! What surrounds every page.

mod banners;
mod environment_switcher;
mod header;
mod plugin_page;
mod user_menu;

use yew::prelude::*;

use crate::api::ApiError;
use crate::router::{Page, WrapperProps, use_router};
use crate::ui::{Link, use_title};

pub(crate) use plugin_page::PluginPage;

use banners::Banners;
use header::Header;

/// The header, the banners, and the page below them.
#[component]
pub(crate) fn Shell(props: &WrapperProps) -> Html {
    html! {
        <div class="shell">
            <a class="skip" href="#main">{ "Skip to content" }</a>
            <Header />
            <Banners />
            <main id="main" tabindex="-1">{ props.children.clone() }</main>
        </div>
    }
}

/// An address that leads nowhere.
#[component]
pub(crate) fn NotFound() -> Html {
    use_title("Page not found");
    html! {
        <div class="blank">
            <h1>{ "Nothing is here" }</h1>
            <p>{ "This address does not lead to a page of the panel." }</p>
            <Link to={Page::Content} class="button primary">{ "Go to the content" }</Link>
        </div>
    }
}

/// Properties of [`Stranded`].
#[derive(Properties, PartialEq)]
pub(crate) struct StrandedProps {
    /// Why the place could not be opened.
    pub(crate) error: ApiError,
}

/// A place that could not be opened. It stands outside the workspace, so it needs none.
#[component]
pub(crate) fn Stranded(props: &StrandedProps) -> Html {
    let router = use_router();
    use_title("Cannot open this environment");
    let go = Callback::from(move |_: MouseEvent| router.go("/"));
    let reload = Callback::from(|_: MouseEvent| {
        // Fails only where there is no page to load.
        let _impossible = gloo_utils::window().location().reload();
    });
    html! {
        <main class="blank">
            <h1>{ "This place cannot be opened" }</h1>
            <p role="alert">{ props.error.to_string() }</p>
            <div class="actions">
                <button type="button" class="button" onclick={reload}>{ "Try again" }</button>
                <button type="button" class="button primary" onclick={go}>
                    { "Go to the primary environment" }
                </button>
            </div>
        </main>
    }
}
