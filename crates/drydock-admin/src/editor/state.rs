//! The editor's state, and what happens to it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;
use yew::Reducible;

use super::form::{FieldSpec, Form, Slot};
use crate::api::{ApiError, Resource};

/// What the editor knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Editor {
    /// The record as saved; none while it is new.
    pub(crate) record: Option<Resource>,
    /// What the inputs hold.
    pub(crate) form: Form,
    /// The locale being edited.
    pub(crate) locale: String,
    /// What is being done, if anything is: "Saving…".
    pub(crate) busy: Option<&'static str>,
    /// What the server said no to.
    pub(crate) refusal: Option<ApiError>,
    /// What is wrong with inputs, before the server was asked.
    wrong: BTreeMap<Slot, String>,
    fields: Rc<[FieldSpec]>,
    locales: Rc<[String]>,
    all_locales: bool,
}

/// What happens in the editor.
#[derive(Debug)]
pub(crate) enum Event {
    /// Somebody typed into a field.
    Typed { field: FieldSpec, text: String },
    /// A plugin put a value into a field.
    Set { path: String, value: Value },
    /// Somebody turned to another locale.
    Locale(String),
    /// Something has begun.
    Began(&'static str),
    /// Inputs hold what is no value, so nothing was sent.
    Wrong(BTreeMap<Slot, String>),
    /// The server said no.
    Refused(ApiError),
    /// The server has this now; what was typed is saved.
    Saved(Resource),
    /// The server has this now; what was typed is not part of it.
    Restated(Resource),
}

impl Editor {
    /// The editor of a record as it was read.
    pub(crate) fn open(
        fields: Rc<[FieldSpec]>,
        locales: Rc<[String]>,
        all_locales: bool,
        record: Option<Resource>,
    ) -> Self {
        let form = Form::new(
            fields.clone(),
            locales.clone(),
            all_locales,
            record.as_ref(),
        );
        let locale = locales.first().cloned().unwrap_or_default();
        let (busy, refusal, wrong) = (None, None, BTreeMap::new());
        Self {
            record,
            form,
            locale,
            busy,
            refusal,
            wrong,
            fields,
            locales,
            all_locales,
        }
    }

    /// What is wrong with a field in the locale being edited.
    pub(crate) fn problem(&self, field: &FieldSpec) -> Option<String> {
        let wrong = self.wrong.iter().find(|(slot, _)| {
            let here = slot
                .locale
                .as_ref()
                .is_none_or(|locale| *locale == self.locale);
            slot.field == field.api_key && here
        });
        if let Some((_, reason)) = wrong {
            return Some(reason.clone());
        }
        let problems = self.refusal.iter().flat_map(ApiError::problems);
        let mut here = problems.filter(|problem| problem.field() == Some(&field.api_key));
        here.next().map(crate::api::Problem::about_value)
    }

    /// What is wrong with the record as a whole: the refusal, unless every reason
    /// stands beside a field.
    pub(crate) fn general_problem(&self) -> Option<String> {
        if !self.wrong.is_empty() {
            return Some("Some fields hold what cannot be saved. Nothing was sent.".to_owned());
        }
        let refusal = self.refusal.as_ref()?;
        let beside = |problem: &crate::api::Problem| {
            self.fields
                .iter()
                .any(|field| problem.field() == Some(&field.api_key))
        };
        let problems = refusal.problems();
        if problems.is_empty() {
            return Some(refusal.to_string());
        }
        let elsewhere: Vec<_> = problems
            .iter()
            .filter(|problem| !beside(problem))
            .map(ToString::to_string)
            .collect();
        Some(if elsewhere.is_empty() {
            "The record was not saved: look at the fields marked below.".to_owned()
        } else {
            elsewhere.join(" ")
        })
    }

    fn restart(&self, record: Resource) -> Self {
        let locale = self.locale.clone();
        let open = Self::open(
            self.fields.clone(),
            self.locales.clone(),
            self.all_locales,
            Some(record),
        );
        Self { locale, ..open }
    }
}

impl Reducible for Editor {
    type Action = Event;

    fn reduce(self: Rc<Self>, event: Event) -> Rc<Self> {
        let mut next = (*self).clone();
        match event {
            Event::Typed { field, text } => {
                next.wrong.retain(|slot, _| slot.field != field.api_key);
                let locale = next.locale.clone();
                next.form.edit(&field, &locale, text);
            }
            Event::Set { path, value } => next.form.set(&path, &value),
            Event::Locale(locale) => next.locale = locale,
            Event::Began(what) => {
                next.busy = Some(what);
                next.refusal = None;
                next.wrong.clear();
            }
            Event::Wrong(wrong) => {
                next.busy = None;
                next.wrong = wrong;
            }
            Event::Refused(error) => {
                next.busy = None;
                next.refusal = Some(error);
            }
            Event::Saved(record) => return Rc::new(self.restart(record)),
            Event::Restated(record) => {
                next.busy = None;
                next.record = Some(record);
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::Problem;

    fn editor() -> Rc<Editor> {
        let field = |api_key: &str, kind: &str| {
            let field: Resource = serde_json::from_value(json!({"type": "field", "id": api_key,
                "attributes": {"api_key": api_key, "label": api_key, "field_type": kind, "validators": {}}})).unwrap();
            FieldSpec::of(&field)
        };
        let record = serde_json::from_value(json!({"type": "item", "id": "i1",
            "attributes": {"title": "Kilns"}, "meta": {"status": "draft", "current_version": "1"}}));
        let fields = [field("title", "string"), field("pages", "integer")].into();
        Rc::new(Editor::open(
            fields,
            ["en".to_owned()].into(),
            false,
            record.ok(),
        ))
    }

    fn refused(code: &str, details: Value) -> Event {
        Event::Refused(ApiError::Refused {
            status: 422,
            problems: vec![Problem {
                code: code.to_owned(),
                details,
            }],
        })
    }

    #[test]
    fn a_refusal_about_a_field_stands_beside_it() {
        let details = json!({"field": "title", "code": "VALIDATION_UNIQUENESS"});
        let editor = editor().reduce(refused("INVALID_FIELD", details));
        let [title, pages] = [&editor.form.fields[0], &editor.form.fields[1]];
        assert_eq!(
            editor.problem(title).as_deref(),
            Some("Another record already has this value.")
        );
        assert_eq!(editor.problem(pages), None);
        assert!(
            editor
                .general_problem()
                .unwrap()
                .contains("fields marked below")
        );
    }

    #[test]
    fn a_refusal_about_the_record_stands_above_it() {
        let editor = editor().reduce(refused("STALE_ITEM_VERSION", json!({})));
        assert!(
            editor
                .general_problem()
                .unwrap()
                .starts_with("Someone saved this record")
        );
    }

    #[test]
    fn saving_forgets_what_was_typed_and_publishing_does_not() {
        let field = editor().form.fields[0].clone();
        let typed = editor().reduce(Event::Typed {
            field,
            text: "Ovens".into(),
        });
        let record = typed.record.clone().unwrap();
        assert!(
            typed
                .clone()
                .reduce(Event::Restated(record.clone()))
                .form
                .is_dirty()
        );
        assert!(!typed.reduce(Event::Saved(record)).form.is_dirty());
    }
}
