//! Upload requests: where to put the bytes of a new asset.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::json;

use super::access_tokens::new_secret;
use super::uploads::access::require;
use crate::assets::{FileName, inspect, upload};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::UploadAction;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/upload-requests", post(create))
}

/// Reserves a name. The address is good for that file alone.
async fn create(ctx: Ctx, JsonApi(data): JsonApi) -> Answer {
    ctx.writable()?;
    require(&ctx, UploadAction::Create, None)?;
    let given = &data["attributes"]["filename"];
    let filename = given.as_str().filter(|name| !name.trim().is_empty());
    if filename.is_none() && !given.is_null() {
        return Err(ApiError::invalid_field("filename", "VALIDATION_INVALID"));
    }
    let signature = new_secret();
    let name = reserve(&ctx.app, filename.unwrap_or("file"), &signature)?;
    let path = name.path();
    let url = format!("{}{path}?signature={signature}", ctx.app.asset_host());
    let content_type = inspect::mime_of_extension(name.extension());
    answer::entity(
        StatusCode::CREATED,
        json!({
            "id": path,
            "type": "upload_request",
            "attributes": { "url": url, "request_headers": { "Content-Type": content_type } },
        }),
    )
}

/// Writes down a name nobody has, with the signature of its address.
fn reserve(app: &App, filename: &str, signature: &str) -> Result<FileName, ApiError> {
    app.project().write(|tx| {
        let mut seconds = app.now().millis().div_euclid(1000);
        loop {
            let name = FileName::new(seconds, filename);
            let taken = entity::find(tx, Kind::UploadRequest, &name.path())?.is_some();
            if !taken
                && !app
                    .assets()
                    .has(&name)
                    .map_err(|error| upload::disk(&error))?
            {
                let mut request = Entity::new(Kind::UploadRequest, name.path());
                request.set("signature", signature);
                entity::insert(tx, &request)?;
                return Ok(name);
            }
            seconds += 1;
        }
    })
}

/// Whether this address was given out for the file, and no asset has been made of it yet.
pub(crate) fn is_signed(app: &App, name: &FileName, signature: &str) -> Result<bool, ApiError> {
    let request = app
        .project()
        .read(|connection| entity::find(connection, Kind::UploadRequest, &name.path()))?;
    Ok(request.is_some_and(|request| request.text("signature") == Some(signature)))
}

/// The address is not good any more: an asset is this file now.
pub(super) fn close(app: &App, name: &FileName) -> Result<(), ApiError> {
    app.project().write::<_, StoreError>(|tx| {
        entity::delete(tx, Kind::UploadRequest, &name.path())?;
        Ok(())
    })?;
    Ok(())
}
