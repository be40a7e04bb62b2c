//! One operation on many assets, as a job. Assets that refuse are counted, not fatal.

use serde_json::{Value, json};

use super::access::UploadAccess;
use super::{destroy_at, emit, forget_file, relate_collection, shown};
use crate::assets::upload;
use crate::cma::controllers::{stored, upload_tags};
use crate::http::answer::Answer;
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::UploadAction;
use crate::store::entity::{self, Kind};

/// Most assets of one operation.
const MAX_UPLOADS: usize = 200;

/// Adds tags to assets.
pub(super) async fn tag(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    let tags = data["attributes"]["tags"]
        .as_array()
        .filter(|tags| tags.iter().all(Value::is_string))
        .ok_or_else(|| ApiError::invalid_field("tags", "VALIDATION_INVALID"))?;
    run(&ctx, &data, |id| {
        ctx.env.db.write(|tx| {
            let before = stored::find(tx, Kind::Upload, id)?;
            let access = UploadAccess::new(&ctx);
            access.require(UploadAction::Update, Some(&before))?;
            let mut tagged = before.clone();
            upload::tag(&mut tagged, tags);
            access.require_change(&before, &tagged)?;
            tagged.set("updated_at", ctx.app.now().iso());
            entity::update(tx, &tagged)?;
            upload_tags::note(tx, &tagged, &|| ctx.app.new_id())?;
            Ok(("update", shown(&ctx, tx, &tagged)?))
        })
    })
}

/// Moves assets to a folder, or out of theirs.
pub(super) async fn set_upload_collection(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    let target = data["relationships"]["upload_collection"]["data"]["id"].as_str();
    if let Some(id) = target {
        let found = ctx
            .env
            .db
            .read(|connection| entity::find(connection, Kind::UploadCollection, id))?;
        if found.is_none() {
            return Err(ApiError::invalid_field(
                "upload_collection",
                "VALIDATION_INVALID",
            ));
        }
    }
    run(&ctx, &data, |id| {
        ctx.env.db.write(|tx| {
            let mut moved = stored::find(tx, Kind::Upload, id)?;
            UploadAccess::new(&ctx).require_move(&moved, target)?;
            relate_collection(tx, &mut moved, &data)?;
            entity::update(tx, &moved)?;
            Ok(("update", shown(&ctx, tx, &moved)?))
        })
    })
}

/// Destroys assets.
pub(super) async fn destroy(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    run(&ctx, &data, |id| {
        let (gone, data) = ctx.env.db.write(|tx| destroy_at(&ctx, tx, id))?;
        forget_file(&ctx, &upload::file_of(&gone)?)?;
        Ok(("delete", data))
    })
}

/// What happened to an asset, for those who listen, and the asset.
type Done = (&'static str, Value);

/// Does `work` with every asset the request names, a transaction each: one that refuses must not undo the others.
fn run(ctx: &Ctx, data: &Value, work: impl Fn(&str) -> Result<Done, ApiError>) -> Answer {
    ctx.writable()?;
    let uploads = data["relationships"]["uploads"]["data"]
        .as_array()
        .ok_or_else(|| ApiError::invalid_field("uploads", "VALIDATION_REQUIRED"))?;
    if uploads.len() > MAX_UPLOADS {
        return Err(ApiError::unprocessable(
            "TOO_MANY_OPERATIONS",
            json!({ "max": MAX_UPLOADS, "found": uploads.len() }),
        ));
    }
    ctx.job(|| {
        let (mut successful, mut failed) = (0_usize, 0_usize);
        for entry in uploads {
            match work(entry["id"].as_str().unwrap_or_default()) {
                Ok((event, data)) => {
                    successful += 1;
                    emit(ctx, event, &data, None);
                }
                Err(error) if error.status.is_server_error() => return Err(error),
                Err(_) => failed += 1,
            }
        }
        Ok((
            200,
            json!({ "data": [], "meta": { "successful": successful, "failed": failed } }),
        ))
    })
}
