//! What is kept of a story that failed: a screenshot, the page, its frames' text, the browser's console.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fantoccini::Client;

use crate::{browser::Browser, driver, failure::Failure, server::root};

/// The folder of one story's evidence, empty at its start.
pub(crate) fn folder(story: &str) -> Result<PathBuf, Failure> {
    let name: String = story
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let folder = root().join("target/e2e").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(Failure::file(&folder))?;
    }
    fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    Ok(folder)
}

/// Saves all there is to see. What cannot be saved is said in place of its file, never instead of the failure.
pub(crate) async fn collect(browser: &mut Browser, folder: &Path) -> Vec<String> {
    let mut notes = Vec::new();
    let client = &browser.client.clone();
    // First what the story was looking at, which may be a frame; then the window around it.
    note(
        &mut notes,
        "frame.html",
        save(
            folder,
            "frame.html",
            client.source().await.map(String::into_bytes),
        ),
    );
    if let Err(error) = driver::leave_frames(client).await {
        notes.push(format!("cannot leave the frame: {error}"));
    }
    note(
        &mut notes,
        "page.html",
        save(
            folder,
            "page.html",
            client.source().await.map(String::into_bytes),
        ),
    );
    note(
        &mut notes,
        "page.png",
        save(folder, "page.png", client.screenshot().await),
    );
    let console = browser.console().await.map(String::into_bytes);
    note(
        &mut notes,
        "console.txt",
        save(folder, "console.txt", console),
    );
    notes
}

/// Writes a screenshot of the window.
pub(crate) async fn picture(client: &Client, file: &Path) -> Result<(), Failure> {
    let picture = client.screenshot().await?;
    fs::write(file, picture).map_err(Failure::file(file))
}

fn save<E: Into<Failure>>(
    folder: &Path,
    name: &str,
    content: Result<Vec<u8>, E>,
) -> Result<(), Failure> {
    let file = folder.join(name);
    fs::write(&file, content.map_err(Into::into)?).map_err(Failure::file(&file))
}

fn note(notes: &mut Vec<String>, name: &str, saved: Result<(), Failure>) {
    if let Err(error) = saved {
        notes.push(format!("{name} is missing: {error}"));
    }
}
