//! What a person saved, as it lies in the browser's folder.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use crate::failure::Failure;

/// A browser writes a file of a few kilobytes in a moment.
const PATIENCE: Duration = Duration::from_secs(20);
/// Between two looks.
const GLANCE: Duration = Duration::from_millis(40);

/// Waits for a file of this ending in a folder, and reads it.
pub(crate) async fn read(folder: &Path, ending: &str) -> Result<String, Failure> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let files = fs::read_dir(folder).into_iter().flatten().flatten();
        let paths: Vec<PathBuf> = files.map(|file| file.path()).collect();
        // A file that is still being written bears another ending.
        let is_it = |path: &&PathBuf| {
            path.extension()
                .is_some_and(|extension| extension == ending)
        };
        if let Some(path) = paths.iter().find(is_it) {
            return fs::read_to_string(path).map_err(Failure::file(path));
        }
        if Instant::now() >= deadline {
            return Err(Failure::Waited {
                what: format!("a download that ends with .{ending}"),
                seconds: PATIENCE.as_secs(),
                instead: format!("there are {paths:?}"),
            });
        }
        sleep(GLANCE).await;
    }
}
