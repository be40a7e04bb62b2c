//! A rehearsal as files, to keep or to hand on.

use slipway_release::{
    Rehearsal,
    export::{RehearsalForm, RehearsalSource, export_rehearsal},
    rehearsal::Stale,
};
use yew::prelude::*;

use crate::{
    pages::save_menu::{self, SaveMenu},
    store::{now, use_store},
};

/// What the menu needs.
#[derive(Properties, PartialEq)]
pub(super) struct ExportMenuProps {
    /// Which rehearsal.
    pub(super) rehearsal: Rehearsal,
    /// What makes it stale.
    pub(super) stale: Vec<Stale>,
}

/// The forms, with their names and what each is good for.
const FORMS: [(RehearsalForm, &str, &str); 2] = [
    (RehearsalForm::Html, "Web page", "to read and to print"),
    (RehearsalForm::Json, "JSON", "for programs"),
];

/// The menu of exports.
#[component]
pub(super) fn ExportMenu(props: &ExportMenuProps) -> Html {
    let store = use_store();
    let forms = FORMS.map(|(form, name, note)| {
        let (rehearsal, stale) = (props.rehearsal.clone(), props.stale.clone());
        let project = store.session.project.clone();
        let make = Callback::from(move |()| {
            let source = RehearsalSource {
                rehearsal: &rehearsal,
                stale: &stale,
                project: &project,
                at: now(),
            };
            export_rehearsal(source, form)
        });
        save_menu::Form { name, note, make }
    });
    html! { <SaveMenu name="Export this rehearsal" forms={forms.to_vec()} /> }
}
