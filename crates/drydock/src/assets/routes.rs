//! The addresses of files: anyone reads them, whoever was given a signed address puts them there once.
//!
//! The real service has one host for reading and a storage bucket for writing; here both are `/assets` of the admin origin.

use std::io;
use std::path::PathBuf;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tower::ServiceExt;
use tower_http::services::ServeFile;

use super::FileName;
use super::inspect::mime_of_extension;
use super::transform::{self, TransformError};
use crate::cma::controllers::upload_requests;
use crate::events::log;
use crate::state::App;

/// The largest file, in bytes.
pub(crate) const MAX_FILE: u64 = 1024 * 1024 * 1024;

/// The routes under `/assets`.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/{site}/{name}", any(file))
}

async fn file(
    State(app): State<App>,
    Path((site, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let method = request.method().clone();
    let mut response = match FileName::in_path(&format!("/{site}/{name}")) {
        None => StatusCode::NOT_FOUND.into_response(),
        Some(name) => match method {
            Method::GET | Method::HEAD => read(&app, &name, request).await,
            Method::PUT => receive(&app, &name, request).await,
            Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
            _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        },
    };
    allow_every_origin(response.headers_mut());
    response
}

/// Pages of any origin may read files and put them.
fn allow_every_origin(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, HEAD, PUT, OPTIONS",
        ),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "*"),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// A file, or a range of it; an image as the parameters of its address want it.
async fn read(app: &App, name: &FileName, request: Request) -> Response {
    let path = match app.assets().file(name) {
        Ok(path) => path,
        Err(error) => return broken(name, &error),
    };
    let query = request.uri().query().unwrap_or_default();
    let mut response = match transform::of_file(path.clone(), query).await {
        Ok(Some(image)) => ([(header::CONTENT_TYPE, image.mime_type)], image.bytes).into_response(),
        Ok(None) => whole(path, name, request).await,
        Err(error) => refused(name, &error),
    };
    // Files come from people, and this is the panel's origin: none of them runs here.
    for (name, value) in [
        (
            "content-security-policy",
            "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        ),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-cache"),
    ] {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

async fn whole(path: PathBuf, name: &FileName, request: Request) -> Response {
    let mut response = match ServeFile::new(path).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    let mime_type = mime_of_extension(name.extension());
    if response.status().is_success()
        && let Ok(value) = HeaderValue::from_str(&mime_type)
    {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

/// Why an image is not as its address wants it, in words.
fn refused(name: &FileName, error: &TransformError) -> Response {
    let status = match error {
        TransformError::Disk(error) if error.kind() == io::ErrorKind::NotFound => {
            return StatusCode::NOT_FOUND.into_response();
        }
        TransformError::Disk(error) => return broken(name, error),
        TransformError::Parameter { .. } => StatusCode::BAD_REQUEST,
        TransformError::TooLarge { .. } | TransformError::Image(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        TransformError::Interrupted => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, error.to_string()).into_response()
}

/// Takes the bytes of a requested file. They stand under its name only when all of them have come.
async fn receive(app: &App, name: &FileName, request: Request) -> Response {
    let query = crate::http::query::Query::parse(request.uri().query().unwrap_or_default());
    match upload_requests::is_signed(app, name, query.get("signature").unwrap_or_default()) {
        Ok(true) => {}
        Ok(false) => {
            return (
                StatusCode::FORBIDDEN,
                "this address was not given out for that file",
            )
                .into_response();
        }
        Err(error) => return error.into_response(),
    }
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > MAX_FILE) {
        return too_large();
    }
    match store(app, name, request.into_body()).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(Interrupted::TooLarge) => too_large(),
        Err(Interrupted::Connection) => {
            (StatusCode::BAD_REQUEST, "the body ended too early").into_response()
        }
        Err(Interrupted::Disk(error)) => broken(name, &error),
    }
}

fn too_large() -> Response {
    (StatusCode::PAYLOAD_TOO_LARGE, "a file may have 1 GB").into_response()
}

fn broken(name: &FileName, error: &io::Error) -> Response {
    log(&format!(
        "the asset {} cannot be stored or read: {error}",
        name.as_str()
    ));
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

/// Why a file was not stored.
#[derive(Debug, thiserror::Error)]
enum Interrupted {
    #[error("the file is too large")]
    TooLarge,
    #[error("the connection ended")]
    Connection,
    #[error("the disk refused: {0}")]
    Disk(#[from] io::Error),
}

async fn store(app: &App, name: &FileName, body: Body) -> Result<(), Interrupted> {
    let unfinished = app.assets().unfinished(name, &app.new_id())?;
    let outcome = gather(&unfinished, body).await;
    match outcome {
        Ok(()) => Ok(tokio::fs::rename(&unfinished, app.assets().file(name)?).await?),
        Err(interrupted) => {
            tokio::fs::remove_file(&unfinished).await?;
            Err(interrupted)
        }
    }
}

async fn gather(path: &std::path::Path, mut body: Body) -> Result<(), Interrupted> {
    let mut file = tokio::fs::File::create(path).await?;
    let mut size = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Interrupted::Connection)?.into_data() else {
            continue;
        };
        size += u64::try_from(data.len()).unwrap_or(u64::MAX);
        if size > MAX_FILE {
            return Err(Interrupted::TooLarge);
        }
        file.write_all(&data).await?;
    }
    file.flush().await?;
    Ok(())
}
