//! Migrations from an address: a manifest that lists files with their hashes, for teams whose CI publishes them.
//!
//! `{"version": 1, "files": [{"path": "1700000000_x.ts", "sha256": "<hex>"}]}`; addresses of files
//! are relative to the manifest's.

use gloo_net::http::Request;
use serde::Deserialize;
use slipway_release::Digest;

use super::scripts::MigrationFile;

/// Why the migrations could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Something did not answer, or not with a success.
    #[error("{url} could not be fetched: {reason}")]
    Fetch {
        /// The address.
        url: String,
        /// What was heard.
        reason: String,
    },
    /// The manifest is not one.
    #[error("{url} is not a migrations manifest: {reason}")]
    Shape {
        /// The address.
        url: String,
        /// What does not fit.
        reason: String,
    },
    /// A file is not the one the manifest names.
    #[error(
        "{path} is not the file that the manifest lists: its SHA-256 is different. It was not used."
    )]
    Hash {
        /// The file's path.
        path: String,
    },
}

#[derive(Deserialize)]
struct Manifest {
    version: u32,
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
    sha256: String,
}

/// Fetches a manifest and every file it lists, and checks their hashes.
pub async fn fetch(url: &str) -> Result<Vec<MigrationFile>, ManifestError> {
    let shape = |reason: String| ManifestError::Shape {
        url: url.to_owned(),
        reason,
    };
    let text = bytes(url).await?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| shape(error.to_string()))?;
    if manifest.version != 1 {
        return Err(shape(format!(
            "it has version {}, and this Slipway reads version 1",
            manifest.version
        )));
    }
    let mut files = Vec::with_capacity(manifest.files.len());
    for listed in manifest.files {
        let expected: Digest = listed
            .sha256
            .parse()
            .map_err(|error| shape(format!("{}: {error}", listed.path)))?;
        let address = relative(url, &listed.path)
            .ok_or_else(|| shape(format!("`{}` is no address relative to it", listed.path)))?;
        let bytes = bytes(&address).await?;
        if Digest::of(&bytes) != expected {
            return Err(ManifestError::Hash { path: listed.path });
        }
        files.push(MigrationFile {
            path: listed.path,
            bytes,
        });
    }
    Ok(files)
}

fn relative(base: &str, path: &str) -> Option<String> {
    web_sys::Url::new_with_base(path, base)
        .ok()
        .map(|url| url.href())
}

async fn bytes(url: &str) -> Result<Vec<u8>, ManifestError> {
    let failed = |reason: String| ManifestError::Fetch {
        url: url.to_owned(),
        reason,
    };
    let answer = Request::get(url)
        .send()
        .await
        .map_err(|error| failed(error.to_string()))?;
    if !answer.ok() {
        return Err(failed(format!("the server answered {}", answer.status())));
    }
    answer
        .binary()
        .await
        .map_err(|error| failed(error.to_string()))
}
