//! The folder the files lie in. Made when the first file arrives.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::FileName;
use crate::options::Storage;

/// What only names of files have in them that are still coming: no name of an asset does.
const UNFINISHED: char = '~';

/// Where files lie. A project in memory keeps them in a folder of their own that goes with the server.
#[derive(Debug)]
pub(crate) struct Folder {
    /// `None` for a project in memory.
    directory: Option<PathBuf>,
    passing: Mutex<Option<tempfile::TempDir>>,
}

impl Folder {
    /// The folder that belongs to a storage.
    pub(crate) fn of(storage: &Storage) -> Self {
        let directory = match storage {
            Storage::Directory(directory) => Some(directory.join("assets")),
            Storage::InMemory => None,
        };
        Self {
            directory,
            passing: Mutex::default(),
        }
    }

    /// The folder itself, made if it is not there.
    pub(crate) fn path(&self) -> io::Result<PathBuf> {
        if let Some(directory) = &self.directory {
            std::fs::create_dir_all(directory)?;
            return Ok(directory.clone());
        }
        let mut passing = self.passing.lock().unwrap_or_else(PoisonError::into_inner);
        let made = match passing.take() {
            Some(made) => made,
            None => tempfile::Builder::new()
                .prefix("drydock-assets-")
                .tempdir()?,
        };
        Ok(passing.insert(made).path().to_owned())
    }

    /// Where a file lies, or would.
    pub(crate) fn file(&self, name: &FileName) -> io::Result<PathBuf> {
        Ok(self.path()?.join(name.as_str()))
    }

    /// Where the bytes of a file are gathered until they are complete. No file is ever called so.
    pub(crate) fn unfinished(&self, name: &FileName, attempt: &str) -> io::Result<PathBuf> {
        let unfinished = format!("{}{UNFINISHED}{attempt}", name.as_str());
        Ok(self.path()?.join(unfinished))
    }

    /// Removes what a server that was killed had gathered of files that never came whole.
    pub(crate) fn sweep(&self) -> io::Result<()> {
        let Some(directory) = self.directory.as_deref().filter(|path| path.is_dir()) else {
            return Ok(());
        };
        for entry in std::fs::read_dir(directory)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains(UNFINISHED) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, name: &FileName) -> io::Result<bool> {
        Ok(self.file(name)?.is_file())
    }

    /// Gives a file a second name; both are the same bytes.
    pub(crate) fn also_call(&self, name: &FileName, other: &FileName) -> io::Result<()> {
        let (from, to) = (self.file(name)?, self.file(other)?);
        match std::fs::hard_link(&from, &to) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => copy(&from, &to),
            outcome => outcome,
        }
    }

    /// Puts the bytes of one file under the name of another, at once for whoever reads it.
    pub(crate) fn replace(&self, name: &FileName, with: &FileName) -> io::Result<()> {
        let beside = self.unfinished(name, "replacement")?;
        copy(&self.file(with)?, &beside)?;
        std::fs::rename(beside, self.file(name)?)
    }

    /// Removes a file, if it is there.
    pub(crate) fn remove(&self, name: &FileName) -> io::Result<()> {
        match std::fs::remove_file(self.file(name)?) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// For file systems without second names.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(drop)
}

#[cfg(test)]
mod tests {
    use super::Folder;
    use crate::assets::FileName;
    use crate::options::Storage;

    #[test]
    fn a_file_can_be_called_twice_and_replaced_once() {
        let folder = Folder::of(&Storage::InMemory);
        let names = ["a.txt", "b.txt", "c.txt"].map(|name| FileName::new(1, name));
        let [first, second, third] = &names;
        std::fs::write(folder.file(first).unwrap(), "one").unwrap();
        folder.also_call(first, second).unwrap();
        std::fs::write(folder.file(third).unwrap(), "three").unwrap();
        folder.replace(first, third).unwrap();
        let text = |name| std::fs::read_to_string(folder.file(name).unwrap()).unwrap();
        // The second name still means the old bytes.
        assert_eq!([text(first), text(second)], ["three", "one"]);
        folder.remove(second).unwrap();
        folder.remove(second).unwrap();
        assert!(!folder.has(second).unwrap());
        assert!(folder.has(first).unwrap());
    }

    #[test]
    fn what_never_came_whole_is_swept() {
        let data = tempfile::tempdir().unwrap();
        let folder = Folder::of(&Storage::Directory(data.path().to_owned()));
        folder.sweep().unwrap();
        let name = FileName::new(1, "a~b.txt");
        let unfinished = folder.unfinished(&name, "attempt").unwrap();
        std::fs::write(folder.file(&name).unwrap(), "whole").unwrap();
        std::fs::write(&unfinished, "ha").unwrap();
        folder.sweep().unwrap();
        assert!(folder.has(&name).unwrap() && !unfinished.exists());
    }

    #[test]
    fn the_files_of_a_project_in_memory_go_with_it() {
        let folder = Folder::of(&Storage::InMemory);
        let path = folder.path().unwrap();
        assert!(path.is_dir());
        drop(folder);
        assert!(!path.exists());
    }
}
