//! The release store: what the pages draw from, and the only place that spawns async work.
//!
//! A page reads [`Store::state`] and sends a [`Command`]; a driver carries it out and reports
//! back as [`Update`]s. Nothing else holds state that outlives a render.

mod command;
mod consents;
mod dialogs;
mod driver;
mod folder;
mod log_book;
mod panel;
mod rehearsals;
mod releases;
mod shared;
mod state;
mod waits;
mod watcher;

use std::rc::Rc;

use gloo_timers::callback::Interval;
use yew::prelude::*;

pub use command::{Command, Place};
pub use consents::Asking;
use driver::Driver;
pub use log_book::{LogBook, LogLine, ScriptLog};
pub use panel::{open_settings, save_settings};
pub use rehearsals::{Kept, Rehearsing};
use shared::SharedState;
pub use state::{Firing, Folder, Performing, QueryAnswers, Remote, State, Update, Waiting, now};

use crate::{
    ports::leaving::LeaveGuard,
    session::{Frame, Session},
};

/// How often the project is looked at while nothing is done here, in milliseconds. A look takes
/// about a dozen requests of the sixty that three seconds allow.
const LOOK_EVERY: u32 = 10_000;

/// The store as a component sees it.
#[derive(Clone, PartialEq)]
pub struct Store {
    /// What is.
    pub state: Rc<State>,
    /// Who is at the page.
    pub session: Session,
    commands: Callback<Command>,
}

impl Store {
    /// A store that shows this state and passes on what is asked for; [`StoreProvider`] makes the living one.
    pub fn new(state: Rc<State>, session: Session, commands: Callback<Command>) -> Self {
        Self {
            state,
            session,
            commands,
        }
    }

    /// Asks for something.
    pub fn send(&self, command: Command) {
        self.commands.emit(command);
    }

    /// A callback that asks for something.
    pub fn asks<E: 'static>(&self, command: Command) -> Callback<E> {
        self.commands.reform(move |_| command.clone())
    }
}

/// The store of the nearest [`StoreProvider`].
#[hook]
pub fn use_store() -> Store {
    #[expect(
        clippy::expect_used,
        reason = "a component outside the provider is a mistake in the program, seen at its first render"
    )]
    use_context().expect("wrap the tree in <StoreProvider>")
}

/// Runs async work to its end. Everything async in the plugin starts here.
pub(crate) fn spawn(work: impl Future<Output = ()> + 'static) {
    wasm_bindgen_futures::spawn_local(work);
}

/// What a provider needs.
#[derive(Properties, PartialEq)]
pub struct StoreProviderProps {
    /// The host.
    pub frame: Frame,
    /// Who is at the page; a new session starts afresh.
    pub session: Session,
    /// What may use the store.
    pub children: Html,
}

/// Provides the store to its children and keeps it up to date.
#[component]
pub fn StoreProvider(props: &StoreProviderProps) -> Html {
    let state = use_state(Rc::<State>::default);
    let driver = use_memo(props.session.clone(), |session| {
        let setter = state.setter();
        let shared = SharedState::new(Callback::from(move |state| setter.set(state)));
        Driver::new(props.frame.plugin.clone(), session.clone(), shared)
    });
    let commands = use_callback(driver.clone(), |command: Command, driver| {
        let driver = Rc::clone(driver);
        spawn(async move { driver.obey(command).await });
    });
    use_effect_with(commands.clone(), |commands| {
        commands.emit(Command::Look);
        let commands = commands.clone();
        let every = Interval::new(LOOK_EVERY, move || {
            if crate::ports::page::is_visible() {
                commands.emit(Command::Look);
            }
        });
        move || drop(every)
    });
    // Editors wait for whoever froze, and a rehearsal's copy for whoever made it: the page is not left by accident.
    use_effect_with(state.must_not_be_left(), |waiting| {
        let guard = waiting.then(LeaveGuard::new).flatten();
        move || drop(guard)
    });
    let store = Store::new(Rc::clone(&state), props.session.clone(), commands);
    html! {
        <ContextProvider<Store> context={store}>{ props.children.clone() }</ContextProvider<Store>>
    }
}
