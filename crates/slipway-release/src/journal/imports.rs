//! The wire form of the files that scripts import, in a journal and in a rehearsal that is kept: each file once, since
//! the scripts of a team share them, and for each script which of them.

use serde::{Deserialize, Serialize};

use crate::plan::{ImportedFile, PlannedScript};

/// Every imported file, its path and its hash, each once.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Imported(Vec<(String, String)>);

impl Imported {
    /// The files that these scripts import.
    pub(crate) fn by<'s>(scripts: impl Iterator<Item = &'s PlannedScript>) -> Self {
        let mut files: Vec<(String, String)> = scripts
            .flat_map(|script| script.imports.iter().flatten())
            .map(pair)
            .collect();
        files.sort();
        files.dedup();
        Self(files)
    }

    /// Which of them a script imports, by number; `None` where that is not known.
    pub(crate) fn numbers(&self, script: &PlannedScript) -> Option<Vec<usize>> {
        let imports = script.imports.as_ref()?.iter();
        Some(
            imports
                .filter_map(|file| self.0.binary_search(&pair(file)).ok())
                .collect(),
        )
    }

    /// The files of these numbers.
    pub(crate) fn files(
        &self,
        numbers: Option<Vec<usize>>,
    ) -> Result<Option<Vec<ImportedFile>>, String> {
        let file = |number: usize| {
            let (path, sha256) = self
                .0
                .get(number)
                .ok_or_else(|| format!("no imported file has the number {number}"))?;
            Ok(ImportedFile {
                path: path.clone(),
                sha256: sha256.parse().map_err(|error| format!("{path}: {error}"))?,
            })
        };
        numbers
            .map(|numbers| numbers.into_iter().map(file).collect())
            .transpose()
    }
}

fn pair(file: &ImportedFile) -> (String, String) {
    (file.path.clone(), file.sha256.to_string())
}
