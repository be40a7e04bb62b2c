//! What callers may do with single assets: the permission entries of their role, asked about an asset.

use crate::assets::touched;
use crate::http::context::{Ctx, Holders};
use crate::http::error::ApiError;
use crate::http::permission::{Destination, UploadAction, UploadSubject};
use crate::store::entity::Entity;

/// The caller's permissions about the assets of one environment.
pub(crate) struct UploadAccess<'a> {
    ctx: &'a Ctx,
    holders: Holders<'a>,
}

impl<'a> UploadAccess<'a> {
    pub(crate) fn new(ctx: &'a Ctx) -> Self {
        Self {
            ctx,
            holders: Holders::new(&ctx.app),
        }
    }

    /// Whether the caller may do this to the asset, or to some asset when none is named.
    pub(crate) fn allows(&self, action: UploadAction, upload: Option<&Entity>) -> bool {
        self.allows_about(action, upload, UploadSubject::default())
    }

    /// `INSUFFICIENT_PERMISSIONS` unless the caller may do this to the asset, or to some asset when none is named.
    pub(crate) fn require(
        &self,
        action: UploadAction,
        upload: Option<&Entity>,
    ) -> Result<(), ApiError> {
        self.demand(action, upload, UploadSubject::default())
    }

    /// The same for moving the asset to another folder, or out of its own.
    pub(crate) fn require_move(&self, upload: &Entity, to: Option<&str>) -> Result<(), ApiError> {
        let subject = UploadSubject {
            destination: to.map_or(Destination::Nowhere, Destination::Collection),
            ..UploadSubject::default()
        };
        self.demand(UploadAction::Move, Some(upload), subject)
    }

    /// The same for changing what is said about the asset in some locales, or in none.
    pub(crate) fn require_change(&self, before: &Entity, after: &Entity) -> Result<(), ApiError> {
        if !self.ctx.caller.permissions.limits_content() {
            return Ok(());
        }
        touched::by_change(before, after)
            .iter()
            .try_for_each(|part| {
                let subject = UploadSubject {
                    content: Some(part),
                    ..UploadSubject::default()
                };
                self.demand(UploadAction::Update, Some(before), subject)
            })
    }

    fn demand(
        &self,
        action: UploadAction,
        upload: Option<&Entity>,
        subject: UploadSubject<'_>,
    ) -> Result<(), ApiError> {
        if self.allows_about(action, upload, subject) {
            return Ok(());
        }
        Err(ApiError::insufficient_permissions(action.wire()))
    }

    fn allows_about(
        &self,
        action: UploadAction,
        upload: Option<&Entity>,
        subject: UploadSubject<'_>,
    ) -> bool {
        let creator = upload.and_then(|upload| {
            let creator = upload.relationships.get("creator")?.get("data")?;
            let (kind, id) = (creator["type"].as_str()?, creator["id"].as_str()?);
            Some(self.ctx.creator(kind, id, self.holders.role_of(kind, id)))
        });
        self.ctx.caller.permissions.allows_upload(
            &self.ctx.env.id,
            action,
            &UploadSubject {
                collection: upload.and_then(|upload| upload.related("upload_collection")),
                creator,
                ..subject
            },
            self.ctx.caller.role_id(),
        )
    }
}

/// [`UploadAccess::require`], for a call that asks once.
pub(crate) fn require(
    ctx: &Ctx,
    action: UploadAction,
    upload: Option<&Entity>,
) -> Result<(), ApiError> {
    UploadAccess::new(ctx).require(action, upload)
}
