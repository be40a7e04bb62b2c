//! Connects to the panel and shows what this frame is for.
//!
//! The same program runs in every frame: hidden at boot, as a page, in dialogs, as the settings
//! screen. The frame's mode decides; a hidden frame draws nothing.

use std::{cell::RefCell, rc::Rc};

use datocms_plugin::{
    ConnectError, Hooks, Icon, MainNavigationTab, Mode, PointsTo, Render, Settings,
};
use web_sys::Element;
use yew::prelude::*;

use crate::{
    modals::{consent, promote, roll_back},
    pages,
    session::{Frame, Session},
    store::{Place, StoreProvider, spawn},
};

/// The id of the plugin's one page.
const PAGE: &str = "releases";

/// Who hears of new settings: nobody until the app is mounted.
type Listener = Rc<RefCell<Option<Callback<Rc<Settings>>>>>;

/// Starts the program in this frame.
pub fn start() {
    console_error_panic_hook::set_once();
    spawn(async {
        if let Err(error) = connect().await
            && let Some(root) = root()
        {
            let props = pages::outside::OutsideProps {
                reason: error.to_string().into(),
            };
            yew::Renderer::<pages::outside::Outside>::with_root_and_props(root, props).render();
        }
    });
}

/// Connects, and mounts the app once the panel has said what the frame is for.
async fn connect() -> Result<(), ConnectError> {
    let hooks = Hooks::new()
        .renders(&[Render::Page, Render::Modal, Render::ConfigScreen])
        .main_navigation_tabs(|_| {
            vec![MainNavigationTab {
                label: "Releases".to_owned(),
                icon: Icon::name("rocket"),
                points_to: PointsTo::page(PAGE),
                placement: None,
                rank: None,
            }]
        });
    let listener = Listener::default();
    let on_settings = {
        let listener = Rc::clone(&listener);
        move |settings: Settings| {
            if let Some(changed) = listener.borrow().as_ref() {
                changed.emit(Rc::new(settings));
            }
        }
    };
    let plugin = datocms_plugin::connect(hooks, on_settings).await?;
    let settings = plugin.settings();
    if settings.mode != Mode::OnBoot
        && let Some(root) = root()
    {
        let frame = Frame { plugin, settings };
        yew::Renderer::<App>::with_root_and_props(root, AppProps { frame, listener }).render();
    }
    Ok(())
}

/// The element the static shell is in; mounting replaces the shell.
fn root() -> Option<Element> {
    let root = web_sys::window()?
        .document()?
        .get_element_by_id("slipway")?;
    root.set_inner_html("");
    Some(root)
}

#[derive(Properties)]
struct AppProps {
    frame: Frame,
    listener: Listener,
}

impl PartialEq for AppProps {
    fn eq(&self, other: &Self) -> bool {
        self.frame == other.frame && Rc::ptr_eq(&self.listener, &other.listener)
    }
}

/// Keeps the frame's settings up to date and shows what the mode asks for.
#[component]
fn App(props: &AppProps) -> Html {
    let settings = use_state(|| Rc::clone(&props.frame.settings));
    use_effect_with((), {
        let setter = settings.setter();
        let listener = Rc::clone(&props.listener);
        move |()| {
            let changed = Callback::from(move |settings| setter.set(settings));
            *listener.borrow_mut() = Some(changed);
        }
    });
    let frame = Frame {
        plugin: props.frame.plugin.clone(),
        settings: Rc::clone(&settings),
    };
    use_effect_with((), {
        let plugin = frame.plugin.clone();
        // Does nothing in frames whose size the panel decides.
        move |()| plugin.start_auto_resizer()
    });
    html! {
        <ContextProvider<Frame> context={frame.clone()}>
            <main class="frame" style={padding(frame.settings.body_padding)}>
                { screen(&frame) }
            </main>
        </ContextProvider<Frame>>
    }
}

fn padding([top, right, bottom, left]: [f64; 4]) -> String {
    format!("padding: {top}px {right}px {bottom}px {left}px")
}

fn screen(frame: &Frame) -> Html {
    match &frame.settings.mode {
        Mode::RenderPage { location, .. } => {
            let place = Place::from_query(&location.search);
            match Session::read(&frame.settings) {
                Ok(session) => html! {
                    <StoreProvider frame={frame.clone()} {session}>
                        { page(place) }
                    </StoreProvider>
                },
                Err(reason) => html! { <pages::no_session::NoSession {reason} /> },
            }
        }
        Mode::RenderModal {
            modal_id,
            parameters,
        } => modal(modal_id, parameters),
        Mode::RenderConfigScreen => html! { <pages::settings::Settings /> },
        Mode::OnBoot
        | Mode::RenderItemFormSidebarPanel { .. }
        | Mode::RenderItemFormSidebar { .. }
        | Mode::RenderItemFormOutlet { .. }
        | Mode::RenderItemCollectionOutlet { .. }
        | Mode::Unknown(_) => Html::default(),
    }
}

fn page(place: Place) -> Html {
    match place {
        Place::Releases => html! { <pages::releases::Releases /> },
        Place::NewRelease => html! { <pages::new_release::NewRelease /> },
        Place::Release(id) => html! { <pages::release::ReleasePage id={id} /> },
        Place::Nowhere(sought) => html! { <pages::releases::Releases {sought} /> },
    }
}

fn modal(id: &str, parameters: &serde_json::Value) -> Html {
    match id {
        promote::ID => html! { <promote::PromoteDialog parameters={parameters.clone()} /> },
        consent::ID => html! { <consent::ConsentDialog parameters={parameters.clone()} /> },
        roll_back::ID => html! { <roll_back::RollBackDialog parameters={parameters.clone()} /> },
        unknown => {
            html! { <p role="alert">{ format!("Slipway has no dialog called “{unknown}”.") }</p> }
        }
    }
}
