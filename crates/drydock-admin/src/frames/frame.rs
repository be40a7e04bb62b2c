//! One frame of a plugin: connected before it loads, told its settings when it
//! asks, and told again whenever they change.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use penpal::Remote;
use penpal::parent::{ChildOrigin, Host};
use serde_json::Value;
use web_sys::HtmlIFrameElement;
use yew::platform::spawn_local;
use yew::prelude::*;

use super::methods::{self, Asked};
use super::settings::{FrameMode, Told};
use crate::api::Resource;
use crate::overlay::use_overlay;
use crate::router::use_router;
use crate::session::{origin, use_session};
use crate::workspace::use_workspace;

/// Milliseconds a plugin may take to introduce itself before the panel explains
/// what is likely to be wrong.
const PATIENCE: u32 = 8_000;

/// Properties of [`PluginFrame`].
#[derive(Properties, PartialEq)]
pub(crate) struct PluginFrameProps {
    /// Whose frame it is.
    pub(crate) plugin: Resource,
    /// What it is for.
    pub(crate) mode: FrameMode,
    /// Its accessible name.
    pub(crate) title: AttrValue,
    /// Pixels before the frame has spoken.
    #[prop_or_default]
    pub(crate) initial_height: Option<f64>,
    /// Whether it gets the keyboard focus once it is there.
    #[prop_or_default]
    pub(crate) takes_focus: bool,
    /// Told what a modal resolved to.
    #[prop_or_default]
    pub(crate) on_resolve: Option<Callback<Value>>,
    /// Told the plugin each time it has been given settings.
    #[prop_or_default]
    pub(crate) on_told: Option<Callback<Remote>>,
}

/// The connection with what is in a frame.
#[derive(Default)]
pub(super) struct Connection {
    host: Option<Host>,
    /// The settings the present document has been given; none before it asked.
    told: Option<Value>,
}

/// How far the plugin is, as far as the panel shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Presence {
    Awaited,
    Overdue,
    There,
}

/// Shows a plugin in a frame.
#[component]
pub(crate) fn PluginFrame(props: &PluginFrameProps) -> Html {
    let (session, workspace) = (use_session(), use_workspace());
    let (router, overlay) = (use_router(), use_overlay());
    let presence = use_state(|| Presence::Awaited);
    let height = use_state(|| props.initial_height.unwrap_or(120.0));
    let element = use_node_ref();
    let connection = use_mut_ref(Connection::default);

    let told = Told {
        workspace: &workspace.now,
        scheme: session.scheme,
        origin: &origin(),
        plugin: &props.plugin,
    };
    let settings = told.settings(&props.mode);
    let asked = Asked {
        plugin: props.plugin.clone(),
        mode: props.mode.clone(),
        settings: settings.clone(),
        workspace,
        router,
        overlay,
        set_height: Callback::from({
            let height = height.setter();
            move |pixels| height.set(pixels)
        }),
        on_resolve: props.on_resolve.clone().unwrap_or_default(),
        on_given: Callback::from({
            let (presence, connection) = (presence.setter(), connection.clone());
            let (element, takes_focus) = (element.clone(), props.takes_focus);
            let on_told = props.on_told.clone();
            move |settings: Value| {
                let first = connection.borrow_mut().told.replace(settings).is_none();
                presence.set(Presence::There);
                if first && takes_focus {
                    focus(&element);
                }
                report(&connection, on_told.clone());
            }
        }),
    };
    // The methods live as long as the frame and must never answer from an old state.
    let live = use_mut_ref(|| asked.clone());
    live.replace(asked);

    let url = props.plugin.text("url").to_owned();
    use_connection(&element, &url, &connection, &live, &presence);
    use_push(&connection, settings, props.on_told.clone());

    let style = props
        .mode
        .resizes_itself()
        .then(|| format!("height: {}px", *height));
    let note = match *presence {
        Presence::There => None,
        Presence::Awaited => Some("Loading the plugin…".to_owned()),
        Presence::Overdue => Some(format!(
            "The plugin at {url} has not answered. Check that it is being served and is built for this panel; it appears here as soon as it answers."
        )),
    };
    html! {
        <div class="plugin-frame">
            if let Some(note) = note {
                <p class="frame-note" role="status">{ note }</p>
            }
            <iframe ref={element} title={props.title.clone()} {style} allow="clipboard-write" />
        </div>
    }
}

/// Connects a frame and only then lets it load: a plugin introduces itself once.
#[hook]
fn use_connection(
    element: &NodeRef,
    url: &str,
    connection: &Rc<RefCell<Connection>>,
    live: &Rc<RefCell<Asked>>,
    presence: &UseStateHandle<Presence>,
) {
    let (element, connection) = (element.clone(), connection.clone());
    let (live, presence) = (live.clone(), presence.clone());
    use_effect_with(url.to_owned(), move |url| {
        presence.set(Presence::Awaited);
        let overdue = Timeout::new(PATIENCE, {
            let (connection, presence) = (connection.clone(), presence.clone());
            move || {
                if connection.borrow().told.is_none() {
                    presence.set(Presence::Overdue);
                }
            }
        });
        let host = element.cast::<HtmlIFrameElement>().and_then(|frame| {
            let child = web_sys::Url::new(url).ok()?;
            let on_connected = {
                let connection = connection.clone();
                // A new document has been told nothing yet.
                move |_: Remote| connection.borrow_mut().told = None
            };
            let child = ChildOrigin::Exact(child.origin());
            let host = Host::listen(&frame, child, methods::of(&live), on_connected).ok()?;
            frame.set_src(url);
            Some(host)
        });
        if host.is_none() {
            presence.set(Presence::Overdue);
        }
        connection.borrow_mut().host = host;
        move || {
            drop(overdue);
            // Dropped outside the borrow: ending a connection ends calls that may look here.
            let ended = connection.take();
            drop(ended);
        }
    });
}

/// Tells the plugin about settings that differ from those it has.
#[hook]
fn use_push(
    connection: &Rc<RefCell<Connection>>,
    settings: Value,
    on_told: Option<Callback<Remote>>,
) {
    let connection = connection.clone();
    use_effect_with(settings, move |settings| {
        let remote = {
            let mut connection = connection.borrow_mut();
            match (
                &connection.told,
                connection.host.as_ref().and_then(Host::remote),
            ) {
                (Some(told), Some(remote)) if told != settings => {
                    connection.told = Some(settings.clone());
                    remote
                }
                (Some(_) | None, Some(_) | None) => return,
            }
        };
        let settings = settings.clone();
        spawn_local(async move {
            // A plugin whose hook fails on a change has said so in its own console; the
            // change itself stands.
            let _plugins_own = remote.call("onChange", vec![settings]).await;
            report(&connection, on_told);
        });
    });
}

/// Tells whoever wants to know that the plugin has settings, once it really has them.
fn report(connection: &Rc<RefCell<Connection>>, on_told: Option<Callback<Remote>>) {
    let Some(on_told) = on_told else { return };
    let connection = connection.clone();
    spawn_local(async move {
        // The answer that carries the settings is posted when the present task ends.
        TimeoutFuture::new(0).await;
        let remote = connection.borrow().host.as_ref().and_then(Host::remote);
        if let Some(remote) = remote {
            on_told.emit(remote);
        }
    });
}

fn focus(element: &NodeRef) {
    if let Some(frame) = element.cast::<web_sys::HtmlElement>() {
        // The frame may have gone; then there is nothing to focus.
        let _gone = frame.focus();
    }
}
