//! Who is signed in, who else could be, and in which light.

use yew::prelude::*;

use crate::select::{Choice, Select};
use crate::session::use_session;
use crate::theme::SchemeChoice;

/// A button that opens the menu; the browser's own popover does the rest.
#[component]
pub(crate) fn UserMenu() -> Html {
    let session = use_session();
    let user = &session.user;
    let on_choose = {
        let session = session.clone();
        Callback::from(move |id: String| session.switch_user(id))
    };
    let users = session.users.iter();
    let users = users.map(|each| Choice::new(&*each.id, format!("{} ({})", each.name, each.role)));
    let schemes = SchemeChoice::ALL.into_iter().map(|choice| {
        let onchange = {
            let session = session.clone();
            Callback::from(move |_: Event| session.choose_scheme(choice))
        };
        html! {
            <label>
                <input type="radio" name="scheme" checked={session.choice == choice} {onchange} />
                <span>{ choice.label() }</span>
            </label>
        }
    });
    html! {
        <div class="user">
            <button type="button" class="user-button" popovertarget="user-menu"
                aria-label={format!("User menu, signed in as {}", user.name)}>
                <span class="avatar" aria-hidden="true">{ initials(&user.name) }</span>
                <span class="user-name" aria-hidden="true">{ &user.name }</span>
            </button>
            <div id="user-menu" class="menu" popover="auto">
                <p class="menu-head">
                    <b>{ &user.name }</b>
                    <span>{ &user.email }</span>
                </p>
                <label class="menu-field">
                    <span>{ "Signed in as" }</span>
                    <Select choices={users.collect::<Vec<_>>()} value={user.id.clone()} {on_choose} />
                </label>
                <fieldset class="segments">
                    <legend>{ "Appearance" }</legend>
                    { for schemes }
                </fieldset>
                <p class="menu-note">
                    { "drydock is a local development server: everyone may be anyone." }
                </p>
            </div>
        </div>
    }
}

fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_at_most() {
        assert_eq!(initials("Ada Lovelace King"), "AL");
        assert_eq!(initials("Édith"), "É");
        assert_eq!(initials(""), "");
    }
}
