//! Folders and files that a person picked or dropped, or that the browser remembers: what is in them.

use futures_channel::oneshot;
use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, DataTransferItem, File, FileList, FileSystemDirectoryEntry,
    FileSystemDirectoryHandle, FileSystemDirectoryReader, FileSystemEntry, FileSystemFileEntry,
    FileSystemHandle, FileSystemHandleKind,
};

use super::{
    files::{ChosenFiles, Closed},
    js_error,
};

/// A large repository without its packages has fewer; this keeps a whole disk, dropped by accident, out of memory.
const MOST_FILES: usize = 50_000;

/// Folders that hold no migrations and may hold tens of thousands of files. They are never looked into.
const SKIPPED: [&str; 2] = ["node_modules", ".git"];

/// What a person chose, not looked into yet. A drop must be taken while its event lasts.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// From a file picker.
    Picked(Vec<File>),
    /// From a drop: files and folders; and, where it is one folder and the browser can remember folders, what to
    /// remember it by.
    Dropped(Vec<FileSystemEntry>, Option<HandleToCome>),
    /// A folder that the browser remembers, which the person allowed to be read.
    Kept(FileSystemDirectoryHandle),
}

/// What a dropped folder can be remembered by, as soon as the browser has made it.
#[derive(Debug, Clone)]
pub struct HandleToCome(Promise);

impl PartialEq for HandleToCome {
    fn eq(&self, other: &Self) -> bool {
        js_sys::Object::is(&self.0, &other.0)
    }
}

/// What was chosen.
#[derive(Debug)]
pub struct Listing {
    /// What people call the place.
    pub origin: String,
    /// Its files, by paths relative to the folder.
    pub files: ChosenFiles,
    /// What a folder can be remembered by.
    pub handle: Option<FileSystemDirectoryHandle>,
}

/// Why the chosen files could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// There is nothing there.
    #[error("No file was found. Choose the folder that holds your migrations.")]
    Empty,
    /// There is too much there.
    #[error(
        "That is more than {MOST_FILES} files, or scripts of more than 20 MB. Choose the migrations folder itself or the repository around it."
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
        let items: Vec<DataTransferItem> = (0..items.length())
            .filter_map(|index| items.get(index))
            .collect();
        let entries = items
            .iter()
            .filter_map(|item| item.webkit_get_as_entry().ok()?)
            .collect();
        let handle = match items.as_slice() {
            [item] => handle_of(item),
            _ => None,
        };
        Self::Dropped(entries, handle)
    }

    /// Lists everything, and reads nothing.
    pub async fn list(self) -> Result<Listing, FolderError> {
        let mut handle = None;
        let files: Vec<(String, Closed)> = match self {
            Self::Picked(files) => files
                .into_iter()
                .map(|file| (relative_path(&file), Closed::Picked(file)))
                .collect(),
            Self::Dropped(entries, to_come) => {
                let mut files = Vec::new();
                for entry in entries {
                    collect(entry, &mut files).await?;
                }
                if let Some(to_come) = to_come {
                    handle = directory(to_come).await;
                }
                files
            }
            Self::Kept(kept) => {
                let files = walk(&kept).await?;
                handle = Some(kept);
                files
            }
        };
        let (origin, files) = under_one_roof(files);
        if files.is_empty() {
            return Err(FolderError::Empty);
        }
        if files.len() > MOST_FILES {
            return Err(FolderError::TooMuch);
        }
        Ok(Listing {
            origin,
            files: files.into(),
            handle,
        })
    }
}

/// Asks for what a dropped folder can be remembered by, where the browser has such a thing
/// (`DataTransferItem.getAsFileSystemHandle`, File System Access). Only while the drop's event lasts.
fn handle_of(item: &DataTransferItem) -> Option<HandleToCome> {
    let method = Reflect::get(item, &"getAsFileSystemHandle".into()).ok()?;
    let method = method.dyn_into::<js_sys::Function>().ok()?;
    let promise = method.call0(item).ok()?.dyn_into().ok()?;
    Some(HandleToCome(promise))
}

/// The folder that a promise of [`handle_of`] came to. A browser that refuses remembers nothing: the drop itself is read
/// without it.
async fn directory(handle: HandleToCome) -> Option<FileSystemDirectoryHandle> {
    JsFuture::from(handle.0).await.ok()?.dyn_into().ok()
}

/// The path inside the picked folder, folder included; the bare name for single files.
fn relative_path(file: &File) -> String {
    let path = Reflect::get(file, &"webkitRelativePath".into())
        .ok()
        .and_then(|path| path.as_string())
        .unwrap_or_default();
    if path.is_empty() { file.name() } else { path }
}

/// Walks a remembered folder; its own name comes first in every path.
async fn walk(folder: &FileSystemDirectoryHandle) -> Result<Vec<(String, Closed)>, FolderError> {
    let mut files = Vec::new();
    let mut waiting = vec![(folder.name(), folder.clone())];
    while let Some((path, folder)) = waiting.pop() {
        let handles = folder.values();
        loop {
            let next = handles
                .next()
                .map_err(|thrown| unreadable(&path, &thrown))?;
            let next = JsFuture::from(next).await;
            let next = next.map_err(|thrown| unreadable(&path, &thrown))?;
            let next: js_sys::IteratorNext = next.unchecked_into();
            if next.done() {
                break;
            }
            let handle: FileSystemHandle = next.value().unchecked_into();
            let name = handle.name();
            if SKIPPED.contains(&name.as_str()) {
                continue;
            }
            let path = format!("{path}/{name}");
            if handle.kind() == FileSystemHandleKind::Directory {
                waiting.push((path, handle.unchecked_into()));
            } else {
                files.push((path, Closed::Kept(handle.unchecked_into())));
            }
            if files.len() > MOST_FILES {
                return Err(FolderError::TooMuch);
            }
        }
    }
    Ok(files)
}

/// Takes the folder's own name off the paths, where all are in one folder.
fn under_one_roof(files: Vec<(String, Closed)>) -> (String, Vec<(String, Closed)>) {
    let files: Vec<(String, Closed)> = files
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
    files: &mut Vec<(String, Closed)>,
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
            files.push((path, Closed::Dropped(entry.unchecked_into())));
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

/// Opens a dropped file.
pub(super) async fn open_entry(
    file: &FileSystemFileEntry,
    path: &str,
) -> Result<File, FolderError> {
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

pub(super) fn unreadable(path: &str, thrown: &JsValue) -> FolderError {
    FolderError::Unreadable {
        name: path.to_owned(),
        reason: js_error::text(thrown),
    }
}
