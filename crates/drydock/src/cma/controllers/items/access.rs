//! What callers may do with single records: the permission entries of their role, asked about a record.

use std::collections::BTreeSet;

use crate::http::content_part::ContentPart;
use crate::http::context::{Ctx, Holders};
use crate::http::error::ApiError;
use crate::http::permission::{ItemAction, ItemSubject};
use crate::schema::model::{Model, Schema};
use crate::store::items::ItemRow;

/// The caller's permissions about records of one schema.
pub(crate) struct Access<'a> {
    ctx: &'a Ctx,
    schema: &'a Schema,
    holders: Holders<'a>,
}

impl<'a> Access<'a> {
    pub(crate) fn new(ctx: &'a Ctx, schema: &'a Schema) -> Self {
        Self {
            ctx,
            schema,
            holders: Holders::new(&ctx.app),
        }
    }

    /// Whether the caller may do this to some record of the model.
    pub(crate) fn model_allows(&self, action: ItemAction, model: &Model) -> bool {
        self.ctx.allows_item_action(action, &subject_of(model))
    }

    /// Whether the caller may be allowed different things about two records of one model.
    pub(crate) fn tells_apart(&self) -> bool {
        self.ctx.caller.permissions.tells_records_apart()
    }

    /// Whether the caller may do this to this record.
    pub(crate) fn allows(&self, action: ItemAction, row: &ItemRow) -> bool {
        self.about(row, None, |subject| {
            self.ctx.allows_item_action(action, subject)
        })
    }

    /// `INSUFFICIENT_PERMISSIONS` unless the caller may do this to this record.
    pub(crate) fn require(&self, action: ItemAction, row: &ItemRow) -> Result<(), ApiError> {
        self.about(row, None, |subject| {
            self.ctx.require_item_action(action, subject)
        })
    }

    /// Like [`Access::require`], for what changes the record: `ITEM_LOCKED` while somebody else has locked it.
    pub(crate) fn require_change(&self, action: ItemAction, row: &ItemRow) -> Result<(), ApiError> {
        self.require(action, row)?;
        let holder =
            self.ctx
                .app
                .sessions()
                .lock_holder(&self.ctx.env.id, &row.id, self.ctx.app.now());
        match holder.filter(|session| session.editor != self.ctx.caller.reference()) {
            Some(session) => Err(ApiError::unprocessable(
                "ITEM_LOCKED",
                serde_json::json!({ "editor": session.editor }),
            )),
            None => Ok(()),
        }
    }

    /// Like [`Access::require`], for moving the record to a stage of its workflow.
    pub(crate) fn require_move(&self, row: &ItemRow, to_stage: &str) -> Result<(), ApiError> {
        self.about(row, Some(to_stage), |subject| {
            self.ctx
                .require_item_action(ItemAction::MoveToStage, subject)
        })
    }

    /// `INSUFFICIENT_PERMISSIONS` unless the caller may make records of the model.
    pub(crate) fn require_create(&self, model: &Model) -> Result<(), ApiError> {
        self.ctx
            .require_item_action(ItemAction::Create, &subject_of(model))
    }

    /// `INSUFFICIENT_PERMISSIONS` unless the caller may fill in these parts of a new record of the model. The parts are found
    /// out only for a role that tells parts apart.
    pub(crate) fn require_creation_of(
        &self,
        model: &Model,
        parts: impl FnOnce() -> Result<BTreeSet<ContentPart>, ApiError>,
    ) -> Result<(), ApiError> {
        self.each_part(parts, |part| {
            let subject = ItemSubject {
                content: Some(part),
                ..subject_of(model)
            };
            self.ctx.require_item_action(ItemAction::Create, &subject)
        })
    }

    /// The same for doing something to these parts of a record that is there.
    pub(crate) fn require_of(
        &self,
        action: ItemAction,
        row: &ItemRow,
        parts: impl FnOnce() -> Result<BTreeSet<ContentPart>, ApiError>,
    ) -> Result<(), ApiError> {
        self.each_part(parts, |part| {
            self.about(row, None, |subject| {
                let subject = ItemSubject {
                    content: Some(part),
                    ..*subject
                };
                self.ctx.require_item_action(action, &subject)
            })
        })
    }

    /// Whether the caller may be allowed different things about two parts of one record.
    pub(crate) fn limits_content(&self) -> bool {
        self.ctx.caller.permissions.limits_content()
    }

    /// Whether the caller may do this to this part of the record.
    pub(crate) fn allows_part(
        &self,
        action: ItemAction,
        row: &ItemRow,
        part: &ContentPart,
    ) -> bool {
        self.about(row, None, |subject| {
            let subject = ItemSubject {
                content: Some(part),
                ..*subject
            };
            self.ctx.allows_item_action(action, &subject)
        })
    }

    fn each_part(
        &self,
        parts: impl FnOnce() -> Result<BTreeSet<ContentPart>, ApiError>,
        require: impl Fn(&ContentPart) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        if !self.limits_content() {
            return Ok(());
        }
        parts()?.iter().try_for_each(require)
    }

    fn about<T>(
        &self,
        row: &ItemRow,
        to_stage: Option<&str>,
        ask: impl FnOnce(&ItemSubject<'_>) -> T,
    ) -> T {
        let workflow = self
            .schema
            .model(&row.item_type)
            .and_then(|model| model.workflow.as_deref());
        let creator = row.creator.as_ref().map(|creator| {
            let role = self.holders.role_of(&creator.kind, &creator.id);
            self.ctx.creator(&creator.kind, &creator.id, role)
        });
        ask(&ItemSubject {
            item_type: &row.item_type,
            workflow,
            stage: row.stage.as_deref(),
            to_stage,
            creator,
            content: None,
        })
    }
}

fn subject_of(model: &Model) -> ItemSubject<'_> {
    ItemSubject {
        item_type: &model.id,
        workflow: model.workflow.as_deref(),
        ..ItemSubject::default()
    }
}
