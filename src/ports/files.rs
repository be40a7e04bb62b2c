//! The files of a folder that a person chose: the names of all of them, and what is in those that were needed.
//!
//! What is chosen may be a whole repository. Only the migrations and what they import is read; an asset is opened when a
//! migration uploads it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use js_sys::Uint8Array;
use slipway_scripts::SourceFile;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileSystemFileEntry, FileSystemFileHandle};

use super::folder::{FolderError, open_entry, unreadable};
use super::scripts::MigrationFile;

/// What migrations and their helpers may add up to, in bytes. Far above any folder that was written by hand.
const MOST_BYTES: usize = 20 * 1024 * 1024;

/// Files that a migration can import; of the others only the names count.
const SOURCES: [&str; 8] = ["ts", "js", "json", "mts", "cts", "mjs", "cjs", "tsx"];

/// A file that was not opened yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Closed {
    /// From a file picker.
    Picked(File),
    /// From a drop.
    Dropped(FileSystemFileEntry),
    /// From a folder that the browser remembers.
    Kept(FileSystemFileHandle),
}

impl Closed {
    async fn open(&self, path: &str) -> Result<File, FolderError> {
        match self {
            Self::Picked(file) => Ok(file.clone()),
            Self::Dropped(entry) => open_entry(entry, path).await,
            Self::Kept(handle) => {
                let file = JsFuture::from(handle.get_file()).await;
                Ok(file
                    .map_err(|thrown| unreadable(path, &thrown))?
                    .unchecked_into())
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Content {
    Closed(Closed),
    Read(Rc<[u8]>),
}

/// The files of a chosen folder, by their paths relative to it.
#[derive(Debug, Default)]
pub struct ChosenFiles {
    files: RefCell<BTreeMap<String, Content>>,
    read: Cell<usize>,
}

impl From<Vec<MigrationFile>> for ChosenFiles {
    /// Files that are read already.
    fn from(files: Vec<MigrationFile>) -> Self {
        let files = files
            .into_iter()
            .map(|file| (file.path, Content::Read(file.bytes.into())));
        Self {
            files: RefCell::new(files.collect()),
            read: Cell::new(0),
        }
    }
}

impl From<Vec<(String, Closed)>> for ChosenFiles {
    fn from(files: Vec<(String, Closed)>) -> Self {
        let files = files
            .into_iter()
            .map(|(path, closed)| (path, Content::Closed(closed)));
        Self {
            files: RefCell::new(files.collect()),
            read: Cell::new(0),
        }
    }
}

impl ChosenFiles {
    /// The paths of all files.
    pub fn names(&self) -> Vec<String> {
        self.files.borrow().keys().cloned().collect()
    }

    /// What is in a file that was read before.
    pub fn known(&self, path: &str) -> Option<Rc<[u8]>> {
        match self.files.borrow().get(path)? {
            Content::Read(bytes) => Some(bytes.clone()),
            Content::Closed(_) => None,
        }
    }

    /// Reads a file, and keeps what is in it. `None` where there is no such file.
    pub async fn read(&self, path: &str) -> Result<Option<Rc<[u8]>>, FolderError> {
        let content = self.files.borrow().get(path).cloned();
        let closed = match content {
            None => return Ok(None),
            Some(Content::Read(bytes)) => return Ok(Some(bytes)),
            Some(Content::Closed(closed)) => closed,
        };
        let file = closed.open(path).await?;
        let buffer = JsFuture::from(file.array_buffer())
            .await
            .map_err(|thrown| unreadable(path, &thrown))?;
        let bytes: Rc<[u8]> = Uint8Array::new(&buffer).to_vec().into();
        self.read.set(self.read.get().saturating_add(bytes.len()));
        if self.read.get() > MOST_BYTES {
            return Err(FolderError::TooMuch);
        }
        let read = Content::Read(bytes.clone());
        self.files.borrow_mut().insert(path.to_owned(), read);
        Ok(Some(bytes))
    }

    /// Opens a file without reading it, to send it elsewhere. `None` where there is no such file.
    pub async fn open(&self, path: &str) -> Result<Option<Blob>, FolderError> {
        let content = self.files.borrow().get(path).cloned();
        match content {
            None => Ok(None),
            Some(Content::Closed(closed)) => Ok(Some(closed.open(path).await?.into())),
            Some(Content::Read(bytes)) => {
                let parts = js_sys::Array::of1(&Uint8Array::from(&*bytes));
                let blob = Blob::new_with_u8_array_sequence(&parts);
                Ok(Some(blob.map_err(|thrown| unreadable(path, &thrown))?))
            }
        }
    }

    /// What migrations can import, with the text of what was read.
    pub fn sources(&self) -> Vec<SourceFile> {
        let files = self.files.borrow();
        let sources = files.iter().filter(|(path, _)| {
            let extension = path.rsplit_once('.').map(|(_, extension)| extension);
            extension
                .is_some_and(|extension| SOURCES.contains(&extension.to_ascii_lowercase().as_str()))
        });
        sources
            .map(|(path, content)| SourceFile {
                path: path.clone(),
                text: match content {
                    // As Node reads a script: what is not UTF-8 becomes U+FFFD.
                    Content::Read(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
                    Content::Closed(_) => None,
                },
            })
            .collect()
    }
}
