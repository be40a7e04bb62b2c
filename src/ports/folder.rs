//! Files a person picked or dropped, read into memory.

use futures_channel::oneshot;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemDirectoryReader,
    FileSystemEntry, FileSystemFileEntry,
};

use super::{js_error, scripts::MigrationFile};

/// Migration folders are small; this keeps a whole disk, dropped by accident, out of memory.
const MOST_FILES: usize = 2_000;
const MOST_BYTES: f64 = 20.0 * 1024.0 * 1024.0;

/// Folders that hold no migrations and may hold tens of thousands of files.
const SKIPPED: [&str; 2] = ["node_modules", ".git"];

/// What a person chose, not read yet. A drop must be taken while its event lasts.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// From a file picker.
    Picked(Vec<File>),
    /// From a drop: files and folders.
    Dropped(Vec<FileSystemEntry>),
}

/// Why the chosen files could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// There is nothing there.
    #[error("No file was found. Choose the folder that holds your migrations.")]
    Empty,
    /// There is too much there.
    #[error(
        "That is more than {MOST_FILES} files or 20 MB. Choose the migrations folder itself, not the whole project."
    )]
    TooMuch,
    /// A file could not be read.
    #[error("{name} could not be read: {reason}")]
    Unreadable {
        /// Which file.
        name: String,
        /// The browser's words.
        reason: String,
    },
}

impl Chosen {
    /// Takes over what a file input holds.
    pub fn from_input(list: &FileList) -> Self {
        Self::Picked(
            (0..list.length())
                .filter_map(|index| list.get(index))
                .collect(),
        )
    }

    /// Takes over what was dropped.
    pub fn from_drop(transfer: &DataTransfer) -> Self {
        let items = transfer.items();
        Self::Dropped(
            (0..items.length())
                .filter_map(|index| items.get(index)?.webkit_get_as_entry().ok()?)
                .collect(),
        )
    }

    /// Reads everything: what people call the place, and the files relative to the folder.
    pub async fn read(self) -> Result<(String, Vec<MigrationFile>), FolderError> {
        let (origin, files) = match self {
            Self::Picked(files) => {
                let files: Vec<(String, File)> = files
                    .into_iter()
                    .map(|file| (relative_path(&file), file))
                    .collect();
                under_one_roof(files)
            }
            Self::Dropped(entries) => {
                let mut files = Vec::new();
                for entry in entries {
                    collect(entry, &mut files).await?;
                }
                under_one_roof(files)
            }
        };
        if files.is_empty() {
            return Err(FolderError::Empty);
        }
        let bytes: f64 = files.iter().map(|(_, file)| file.size()).sum();
        if files.len() > MOST_FILES || bytes > MOST_BYTES {
            return Err(FolderError::TooMuch);
        }
        let mut read = Vec::with_capacity(files.len());
        for (path, file) in files {
            let buffer = JsFuture::from(file.array_buffer())
                .await
                .map_err(|thrown| unreadable(&path, &thrown))?;
            let bytes = Uint8Array::new(&buffer).to_vec();
            read.push(MigrationFile { path, bytes });
        }
        Ok((origin, read))
    }
}

/// The path inside the picked folder, folder included; the bare name for single files.
fn relative_path(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into())
        .ok()
        .and_then(|path| path.as_string())
        .unwrap_or_default();
    if path.is_empty() { file.name() } else { path }
}

/// Takes the folder's own name off the paths, where all are in one folder.
fn under_one_roof(files: Vec<(String, File)>) -> (String, Vec<(String, File)>) {
    let files: Vec<(String, File)> = files
        .into_iter()
        .filter(|(path, _)| !path.split('/').any(|part| SKIPPED.contains(&part)))
        .collect();
    let root = files
        .first()
        .and_then(|(path, _)| path.split_once('/'))
        .map(|(root, _)| format!("{root}/"));
    match root {
        Some(root) if files.iter().all(|(path, _)| path.starts_with(&root)) => {
            let inside = files
                .into_iter()
                .map(|(path, file)| (path[root.len()..].to_owned(), file))
                .collect();
            (root.trim_end_matches('/').to_owned(), inside)
        }
        _ => (
            match files.len() {
                1 => "1 file".to_owned(),
                n => format!("{n} files"),
            },
            files,
        ),
    }
}

/// Walks a dropped entry, folders and all.
async fn collect(
    entry: FileSystemEntry,
    files: &mut Vec<(String, File)>,
) -> Result<(), FolderError> {
    let mut waiting = vec![entry];
    while let Some(entry) = waiting.pop() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if SKIPPED.contains(&entry.name().as_str()) {
            continue;
        }
        if entry.is_directory() {
            let reader = entry
                .unchecked_into::<FileSystemDirectoryEntry>()
                .create_reader();
            waiting.extend(entries(&reader, &path).await?);
        } else {
            let file = entry.unchecked_into::<FileSystemFileEntry>();
            files.push((path.clone(), open(&file, &path).await?));
        }
        if files.len() > MOST_FILES {
            return Err(FolderError::TooMuch);
        }
    }
    Ok(())
}

/// All entries of a folder; the browser hands them out in batches until an empty one.
async fn entries(
    reader: &FileSystemDirectoryReader,
    path: &str,
) -> Result<Vec<FileSystemEntry>, FolderError> {
    let mut all = Vec::new();
    loop {
        let (found, failed, outcome) = callbacks();
        reader
            .read_entries_with_callback_and_callback(
                found.as_ref().unchecked_ref(),
                failed.as_ref().unchecked_ref(),
            )
            .map_err(|thrown| unreadable(path, &thrown))?;
        let batch = answered(outcome, path).await?;
        let batch = js_sys::Array::from(&batch);
        if batch.length() == 0 {
            return Ok(all);
        }
        all.extend(batch.iter().map(FileSystemEntry::unchecked_from_js));
    }
}

async fn open(file: &FileSystemFileEntry, path: &str) -> Result<File, FolderError> {
    let (found, failed, outcome) = callbacks();
    file.file_with_callback_and_callback(
        found.as_ref().unchecked_ref(),
        failed.as_ref().unchecked_ref(),
    );
    Ok(answered(outcome, path).await?.unchecked_into())
}

type Outcome = oneshot::Receiver<Result<JsValue, JsValue>>;
type Callback = Closure<dyn FnMut(JsValue)>;

/// A pair of callbacks, of which the browser calls one, and where the outcome arrives.
fn callbacks() -> (Callback, Callback, Outcome) {
    let (sender, outcome) = oneshot::channel();
    let sender = std::rc::Rc::new(std::cell::Cell::new(Some(sender)));
    let call = |sender: std::rc::Rc<std::cell::Cell<Option<oneshot::Sender<_>>>>, good: bool| {
        Closure::new(move |value: JsValue| {
            if let Some(sender) = sender.take() {
                // Whoever asked may have gone away.
                let _ = sender.send(if good { Ok(value) } else { Err(value) });
            }
        })
    };
    (call(sender.clone(), true), call(sender, false), outcome)
}

async fn answered(outcome: Outcome, path: &str) -> Result<JsValue, FolderError> {
    match outcome.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(thrown)) => Err(unreadable(path, &thrown)),
        Err(_) => Err(FolderError::Unreadable {
            name: path.to_owned(),
            reason: "the browser gave no answer".to_owned(),
        }),
    }
}

fn unreadable(path: &str, thrown: &JsValue) -> FolderError {
    FolderError::Unreadable {
        name: path.to_owned(),
        reason: js_error::text(thrown),
    }
}
