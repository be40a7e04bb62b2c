//! Who looks at the panel, and in which light. The server tells who could
//! (`/panel.json`: this is a local development server and everyone may be anyone);
//! the browser remembers who did, by id and never by token.

use std::rc::Rc;

use gloo_storage::{LocalStorage, Storage as _};
use serde::Deserialize;
use yew::prelude::*;

use crate::api::{self, ApiError, Client, Token};
use crate::router::WrapperProps;
use crate::theme::{Scheme, SchemeChoice, use_document_scheme, use_system_is_dark};

const USER_KEY: &str = "drydock.user";
const SCHEME_KEY: &str = "drydock.scheme";

/// What `/panel.json` says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Bootstrap {
    /// Who can be signed in, the first by default.
    pub(crate) users: Vec<PanelUser>,
}

/// Someone who can be signed in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct PanelUser {
    /// The user's id.
    pub(crate) id: String,
    /// The full name.
    pub(crate) name: String,
    /// The address.
    pub(crate) email: String,
    /// The name of the role.
    pub(crate) role: String,
    /// What the panel calls the API with on the user's behalf.
    pub(crate) token: Token,
}

/// The signed-in user and the colour scheme.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Session {
    /// Who could be signed in.
    pub(crate) users: Rc<[PanelUser]>,
    /// Who is.
    pub(crate) user: PanelUser,
    /// What was asked for.
    pub(crate) choice: SchemeChoice,
    /// What it means now.
    pub(crate) scheme: Scheme,
    set_user: Callback<String>,
    set_choice: Callback<SchemeChoice>,
}

impl Session {
    /// The API as the signed-in user.
    pub(crate) fn client(&self) -> Client {
        Client::new(format!("{}/cma", origin()), self.user.token.clone())
    }

    /// Signs in as someone else.
    pub(crate) fn switch_user(&self, id: String) {
        self.set_user.emit(id);
    }

    /// Chooses a colour scheme.
    pub(crate) fn choose_scheme(&self, choice: SchemeChoice) {
        self.set_choice.emit(choice);
    }
}

/// The origin the panel was loaded from; everything drydock serves to the panel is there.
pub(crate) fn origin() -> String {
    gloo_utils::window().location().origin().unwrap_or_default()
}

/// The session of the tree this component stands in.
#[hook]
pub(crate) fn use_session() -> Session {
    #[expect(
        clippy::expect_used,
        reason = "a tree without its providers is a programming error"
    )]
    use_context().expect("wrap the tree in <SessionProvider>")
}

/// Loads the bootstrap and lends [`Session`] to the tree below.
#[component]
pub(crate) fn SessionProvider(props: &WrapperProps) -> Html {
    let bootstrap = use_state(|| None::<Result<Rc<[PanelUser]>, ApiError>>);
    let user_id = use_state(|| LocalStorage::get::<String>(USER_KEY).ok());
    let choice =
        use_state(|| LocalStorage::get::<SchemeChoice>(SCHEME_KEY).unwrap_or(SchemeChoice::Auto));
    let scheme = choice.resolve(use_system_is_dark());
    use_document_scheme(scheme);

    use_effect_with((), {
        let bootstrap = bootstrap.setter();
        move |()| {
            yew::platform::spawn_local(async move {
                bootstrap.set(Some(load().await));
            });
        }
    });
    let set_user = use_callback((), {
        let user_id = user_id.setter();
        move |id: String, ()| {
            remember(USER_KEY, &id);
            user_id.set(Some(id));
        }
    });
    let set_choice = use_callback((), {
        let choice = choice.setter();
        move |chosen: SchemeChoice, ()| {
            remember(SCHEME_KEY, &chosen);
            choice.set(chosen);
        }
    });

    let users = match bootstrap.as_ref() {
        None => return html! { <p class="splash" role="status">{ "Opening the panel…" }</p> },
        Some(Err(error)) => {
            return html! { <p class="splash" role="alert">{ error.to_string() }</p> };
        }
        Some(Ok(users)) => users.clone(),
    };
    let remembered = users.iter().find(|user| Some(&user.id) == user_id.as_ref());
    let Some(user) = remembered.or(users.first()).cloned() else {
        return html! { <p class="splash" role="alert">{ "This project has no users." }</p> };
    };
    let session = Session {
        users,
        user,
        choice: *choice,
        scheme,
        set_user,
        set_choice,
    };
    html! { <ContextProvider<Session> context={session}>{ props.children.clone() }</ContextProvider<Session>> }
}

async fn load() -> Result<Rc<[PanelUser]>, ApiError> {
    let bootstrap = api::get_plain("/panel.json").await?;
    let bootstrap: Bootstrap = serde_json::from_value(bootstrap)
        .map_err(|error| ApiError::Unreadable(format!("/panel.json: {error}")))?;
    Ok(bootstrap.users.into())
}

/// Browsers may refuse to keep things; then the choice lasts as long as the page.
fn remember<T: serde::Serialize>(key: &str, value: &T) {
    let _forgotten = LocalStorage::set(key, value);
}
