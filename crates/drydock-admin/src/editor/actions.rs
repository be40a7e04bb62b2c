//! What the editor asks the server to do.

use serde_json::{Value, json};
use yew::platform::spawn_local;
use yew::prelude::*;

use super::state::{Editor, Event};
use crate::api::{ApiError, Document, Resource};
use crate::overlay::OverlayContext;
use crate::router::{Page, Router};
use crate::workspace::WorkspaceContext;

/// What the editor needs to act.
#[derive(Clone)]
pub(crate) struct Actions {
    pub(crate) editor: UseReducerHandle<Editor>,
    pub(crate) model: Resource,
    pub(crate) workspace: WorkspaceContext,
    pub(crate) overlay: OverlayContext,
    pub(crate) router: Router,
}

impl Actions {
    /// Saves what was typed, on top of the version it was typed into.
    pub(crate) fn save(&self) {
        if self.editor.busy.is_some() {
            return;
        }
        let attributes = match self.editor.form.attributes() {
            Ok(attributes) => attributes,
            Err(wrong) => return self.editor.dispatch(Event::Wrong(wrong)),
        };
        self.editor.dispatch(Event::Began("Saving…"));
        let this = self.clone();
        let record = self.editor.record.clone();
        spawn_local(async move {
            let here = this.workspace.here();
            let body = body(&this.model, record.as_ref(), Value::Object(attributes));
            let answer = match &record {
                Some(record) => {
                    here.put(&format!("/items/{}", record.id), Some(&body))
                        .await
                }
                None => here.post("/items", &body).await,
            };
            let Some(saved) = this.heard(answer) else {
                return;
            };
            this.overlay.notice("Record saved.");
            if record.is_none() {
                let model = this.model.id.clone();
                let page = Page::Record {
                    model,
                    id: Some(saved.id.clone()),
                };
                this.router.replace(this.router.address(&page));
            }
            this.editor.dispatch(Event::Saved(saved));
        });
    }

    /// Publishes the record as saved.
    pub(crate) fn publish(&self) {
        self.restate("publish", "Publishing…", "Record published.");
    }

    /// Takes the record off the sites.
    pub(crate) fn unpublish(&self) {
        self.restate("unpublish", "Unpublishing…", "Record unpublished.");
    }

    /// Destroys the record, once somebody said yes.
    pub(crate) fn destroy(&self) {
        let Some(record) = self.editor.record.clone() else {
            return;
        };
        let this = self.clone();
        spawn_local(async move {
            let content = "The record and its versions are destroyed in this environment. This cannot be undone.";
            let sure = this
                .overlay
                .confirm_destructive("Delete this record?", content, "Delete");
            if !sure.await {
                return;
            }
            this.editor.dispatch(Event::Began("Deleting…"));
            match this
                .workspace
                .here()
                .delete(&format!("/items/{}", record.id))
                .await
            {
                Ok(_) => {
                    this.workspace.refresh();
                    this.overlay.notice("Record deleted.");
                    // What was typed into it is gone with it: nobody is asked.
                    let model = this.model.id.clone();
                    this.router
                        .replace(this.router.address(&Page::Records { model }));
                }
                Err(error) => this.editor.dispatch(Event::Refused(error)),
            }
        });
    }

    /// Reads the record again and drops what was typed.
    pub(crate) fn reload(&self) {
        let Some(record) = self.editor.record.clone() else {
            return;
        };
        self.editor.dispatch(Event::Began("Reloading…"));
        let this = self.clone();
        spawn_local(async move {
            let answer = this
                .workspace
                .here()
                .get(&format!("/items/{}", record.id))
                .await;
            if let Some(record) = this.heard(answer) {
                this.editor.dispatch(Event::Saved(record));
            }
        });
    }

    fn restate(&self, verb: &'static str, busy: &'static str, done: &'static str) {
        let Some(record) = self.editor.record.clone() else {
            return;
        };
        self.editor.dispatch(Event::Began(busy));
        let this = self.clone();
        spawn_local(async move {
            let path = format!("/items/{}/{verb}", record.id);
            let answer = this.workspace.here().put(&path, None).await;
            if let Some(record) = this.heard(answer) {
                this.overlay.notice(done);
                this.editor.dispatch(Event::Restated(record));
            }
        });
    }

    /// What the server answered about the record; a refusal goes to the editor.
    fn heard(&self, answer: Result<Document, ApiError>) -> Option<Resource> {
        match answer.and_then(Document::one) {
            Ok(record) => {
                self.workspace.refresh();
                Some(record)
            }
            Err(error) => {
                self.editor.dispatch(Event::Refused(error));
                None
            }
        }
    }
}

/// What is sent to save a record. A saved one carries the version it was read at,
/// so that nobody's later change is overwritten.
fn body(model: &Resource, record: Option<&Resource>, attributes: Value) -> Value {
    let model = json!({"item_type": {"data": {"type": "item_type", "id": model.id}}});
    match record {
        Some(record) => json!({"data": {
            "type": "item", "id": record.id, "attributes": attributes, "relationships": model,
            "meta": {"current_version": record.meta.get("current_version")},
        }}),
        None => json!({"data": {"type": "item", "attributes": attributes, "relationships": model}}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_record_is_sent_with_its_version() {
        let resource = |json| serde_json::from_value::<Resource>(json).unwrap();
        let model = resource(json!({"type": "item_type", "id": "m1"}));
        let record =
            resource(json!({"type": "item", "id": "i1", "meta": {"current_version": "98213"}}));
        let update = body(&model, Some(&record), json!({"title": "Kilns"}));
        assert_eq!(update["data"]["meta"], json!({"current_version": "98213"}));
        assert_eq!(update["data"]["id"], "i1");
        let create = body(&model, None, json!({}));
        assert_eq!(create["data"].get("id"), None);
        assert_eq!(
            create["data"]["relationships"]["item_type"]["data"]["id"],
            "m1"
        );
    }
}
