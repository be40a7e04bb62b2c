//! Imports that are neither relative nor a package's name, as the official CLI follows them (each case tried with it).

#![expect(clippy::unwrap_used, reason = "test")]

mod aliases;
mod subpaths;

use slipway_scripts::{Prepared, ScriptError, SourceFile, Target, prepare};

const ENTRY: &str = "cms/migrations/1_a.ts";

/// A repository whose migration imports `specifier`, with these files; `?` stands for one that was not read yet.
fn importing(specifier: &str, given: &[(&str, &str)]) -> Result<Prepared, ScriptError> {
    let script = format!("import x from '{specifier}';\nexport default async () => x;");
    let mut files = vec![(ENTRY, script.as_str())];
    files.extend(given);
    let files: Vec<SourceFile> = files
        .into_iter()
        .map(|(path, text)| SourceFile {
            path: path.to_owned(),
            text: (text != "?").then(|| text.to_owned()),
        })
        .collect();
    prepare(&files, ENTRY)
}

/// What the specifier means.
fn meaning(specifier: &str, given: &[(&str, &str)]) -> Result<Target, ScriptError> {
    let prepared = importing(specifier, given)?;
    Ok(prepared.modules[0].imports[specifier].clone())
}

fn said(specifier: &str, given: &[(&str, &str)]) -> String {
    meaning(specifier, given).unwrap_err().to_string()
}

fn module(path: &str) -> Target {
    Target::Module(path.to_owned())
}
