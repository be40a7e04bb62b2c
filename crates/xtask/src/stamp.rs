//! Whether anything a result was made from has changed since.
//!
//! File times lie after a checkout, so the contents are hashed. The hash is kept beside the result in the target
//! folder; a different hash, or none, means: build again.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

use crate::workspace;

/// The state of a result's inputs.
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// Hashes `inputs` (files, or folders with all they hold) for the result called `name`.
    pub(crate) fn of(name: &str, inputs: &[PathBuf]) -> io::Result<Self> {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            hash_path(input, &mut hasher)?;
        }
        let file = workspace::target()
            .join("xtask")
            .join(format!("{name}.stamp"));
        Ok(Self {
            file,
            hash: format!("{:016x}", hasher.finish()),
        })
    }

    /// Whether the result was made from exactly these inputs.
    pub(crate) fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.hash)
    }

    /// Remembers that the result is made from these inputs.
    pub(crate) fn keep(&self) -> io::Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.hash)
    }
}

fn hash_path(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let mut inside = fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()?;
        inside.sort();
        inside.len().hash(hasher);
        inside.iter().try_for_each(|path| hash_path(path, hasher))
    } else if path.exists() {
        fs::read(path)?.hash(hasher);
        Ok(())
    } else {
        // A file that is not there is an input too: it may appear.
        false.hash(hasher);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_below_a_folder_changes_the_stamp() {
        let folder = workspace::target().join("xtask-tests").join("stamp");
        fs::create_dir_all(folder.join("deep")).unwrap();
        let file = folder.join("deep/a.txt");
        let hash = |text: &str| {
            fs::write(&file, text).unwrap();
            Stamp::of("test", std::slice::from_ref(&folder))
                .unwrap()
                .hash
        };
        let first = hash("one");
        assert_eq!(hash("one"), first);
        assert_ne!(hash("two"), first);
        fs::remove_file(&file).unwrap();
        assert_ne!(
            Stamp::of("test", std::slice::from_ref(&folder))
                .unwrap()
                .hash,
            first
        );
    }
}
