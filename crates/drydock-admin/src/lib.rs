//! The local admin panel around the plugins: drydock's stand-in for the part of
//! the vendor's CMS that is closed source.
//!
//! Stages, from the rim inwards: `router` turns the address into a place,
//! `session` knows who is signed in and how it should look, `workspace` holds
//! what the CMS said about the environment being viewed, `frames` shows
//! plugins and answers them, `overlay` holds everything that floats above a page.
//! `shell`, `content`, `editor`, `schema` and `settings` draw screens.
//!
//! Everything that decides something is a plain function over plain data and is
//! tested natively; only drawing needs a browser.

mod api;
mod app;
mod content;
mod editor;
mod frames;
mod loading;
mod overlay;
mod router;
mod schema;
mod select;
mod session;
mod settings;
mod shell;
mod theme;
mod ui;
mod workspace;

/// Draws the panel into the document's body. Only meaningful in a browser.
pub fn run() {
    // A plugin must not wait for a panel that crashed.
    penpal::reject_open_calls_on_panic();
    yew::Renderer::<app::App>::new().render();
}

/// A panel in an element of a page.
pub struct Panel(yew::AppHandle<app::App>);

impl Panel {
    /// Draws the panel into an element; what was in it goes. The panel follows the address of the
    /// page and asks the origin it came from.
    pub fn mount(element: web_sys::Element) -> Self {
        Self(yew::Renderer::<app::App>::with_root(element).render())
    }

    /// Takes the panel away: frames are disconnected, and nobody looks at the server any more.
    pub fn unmount(self) {
        self.0.destroy();
    }
}
