//! What a specifier stands for: one of the files, a package of the sandbox, or an error that says what to do.
//!
//! What a path means is in `paths`. Everything else is a package, or said by `tsconfig.json` or `package.json`.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::link::Import;
use crate::paths;
use crate::subpaths::{self, Lead};
use crate::tsconfig::{Aliases, Compiling, Fields, Trouble, Tsconfig};
use crate::{ScriptError, SourceFile, Target, packages};

/// Node's own modules that may be imported without `node:` (from `require('module').builtinModules` of Node 20).
const NODE_BUILTINS: [&str; 42] = [
    "assert",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "domain",
    "events",
    "fs",
    "http",
    "http2",
    "https",
    "inspector",
    "module",
    "net",
    "os",
    "path",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "repl",
    "stream",
    "string_decoder",
    "sys",
    "timers",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Files by their paths in the chosen folder.
pub(crate) type Sources<'f> = BTreeMap<String, &'f SourceFile>;

/// The given files.
pub(crate) struct Files<'f> {
    by_path: Sources<'f>,
    /// What the team's TypeScript configuration says, read when it is first needed.
    tsconfig: OnceCell<Result<Option<Tsconfig>, Trouble>>,
}

impl<'f> Files<'f> {
    pub(crate) fn new(files: &'f [SourceFile]) -> Self {
        let by_path = files
            .iter()
            .filter_map(|file| Some((normalize("", &file.path)?, file)))
            .collect();
        Self {
            by_path,
            tsconfig: OnceCell::new(),
        }
    }

    /// The file at a path.
    pub(crate) fn entry(&self, path: &str) -> Result<&'f SourceFile, ScriptError> {
        normalize("", path)
            .and_then(|path| self.by_path.get(&path).copied())
            .ok_or_else(|| ScriptError::MissingEntry {
                file: path.to_owned(),
            })
    }

    /// What an import of the file `from` means.
    pub(crate) fn resolve(&self, from: &str, import: &Import) -> Result<Target, ScriptError> {
        let Import {
            specifier, line, ..
        } = import;
        if specifier.starts_with("./")
            || specifier.starts_with("../")
            || specifier == "."
            || specifier == ".."
        {
            return self.relative(from, import);
        }
        let failed = |trouble: &Trouble| trouble.clone().of_import(from, *line, specifier);
        let aliases = match self.aliases() {
            Err(trouble @ Trouble::Unread(_)) => return Err(failed(trouble)),
            other => other,
        };
        let meaning = aliases
            .ok()
            .flatten()
            .filter(|_| !specifier.starts_with("node:"))
            .map(|aliases| (aliases, aliases.of(specifier)));
        for path in meaning.iter().flat_map(|(_, meaning)| &meaning.paths) {
            if let Some(path) = paths::at(&self.by_path, path)? {
                return Ok(Target::Module(path));
            }
        }
        let subpath = match self.subpath(from, import) {
            Ok(Some(target)) => return Ok(target),
            // Where `paths` were to say it, that is what there is to tell.
            Err(undefined @ ScriptError::Subpath { .. }) => Some(undefined),
            Err(other) => return Err(other),
            Ok(None) => None,
        };
        if let Some(target) = brought_along(from, import)? {
            return Ok(target);
        }
        aliases.map_err(failed)?;
        let promised = meaning.filter(|(_, meaning)| meaning.is_promised);
        let said_by = promised.map(|(aliases, _)| aliases.file.clone());
        let undefined = subpath.filter(|_| said_by.is_none());
        Err(undefined.unwrap_or_else(|| unknown(from, import, said_by)))
    }

    /// What `package.json` says of an import that begins with `#`; `None` of others, and where there is no such file.
    fn subpath(&self, from: &str, import: &Import) -> Result<Option<Target>, ScriptError> {
        let Import {
            specifier, line, ..
        } = import;
        if !specifier.starts_with('#') {
            return Ok(None);
        }
        match subpaths::follow(&self.by_path, from, import)? {
            None => Ok(None),
            Some(Lead::Package(name)) => {
                let named = Import {
                    specifier: name,
                    line: *line,
                    is_tried: import.is_tried,
                };
                let target = brought_along(from, &named)?;
                target.ok_or_else(|| unknown(from, &named, None)).map(Some)
            }
            Some(Lead::File { path, said_by }) => match paths::exactly(&self.by_path, &path)? {
                Some(path) => Ok(Some(Target::Module(path))),
                None => Err(ScriptError::MissingAlias {
                    file: from.to_owned(),
                    line: *line,
                    specifier: specifier.clone(),
                    said_by,
                }),
            },
        }
    }

    fn tsconfig(&self) -> Result<Option<&Tsconfig>, &Trouble> {
        let read = || Tsconfig::read(&self.by_path);
        self.tsconfig.get_or_init(read).as_ref().map(Option::as_ref)
    }

    fn aliases(&self) -> Result<Option<&Aliases>, &Trouble> {
        let Some(tsconfig) = self.tsconfig()? else {
            return Ok(None);
        };
        tsconfig.aliases.as_ref().map(Some)
    }

    /// How the team's TypeScript configuration has a file compiled.
    pub(crate) fn compiling(&self, path: &str) -> Result<Compiling, ScriptError> {
        let found = match self.tsconfig() {
            Ok(None) => return Ok(Compiling::PLAIN),
            Ok(Some(tsconfig)) => tsconfig.compiling(&self.by_path, path),
            Err(trouble) => Err(trouble.clone()),
        };
        match found {
            Ok(compiling) => Ok(compiling),
            Err(Trouble::Unread(file)) => Err(ScriptError::Unread { files: vec![file] }),
            Err(Trouble::Unreadable { file, reason }) => Ok(Compiling {
                fields: Fields::Unclear {
                    config: file,
                    reason,
                },
                ..Compiling::PLAIN
            }),
        }
    }

    /// What a path from the importing file means.
    fn relative(&self, from: &str, import: &Import) -> Result<Target, ScriptError> {
        let Import {
            specifier, line, ..
        } = import;
        let (file, line, specifier) = (from.to_owned(), *line, specifier.clone());
        let Some(path) = normalize(&folder_of(from), &specifier) else {
            return Err(ScriptError::MissingFile {
                file,
                line,
                specifier,
            });
        };
        let found = if paths::is_folder(&specifier) {
            paths::folder(&self.by_path, &path)?
        } else {
            paths::at(&self.by_path, &path)?
        };
        if let Some(found) = found {
            return Ok(Target::Module(found));
        }
        Err(match paths::near(&self.by_path, &path) {
            Some((found, difference)) => ScriptError::NearlyMissing {
                file,
                line,
                specifier,
                found,
                difference,
            },
            None => ScriptError::MissingFile {
                file,
                line,
                specifier,
            },
        })
    }
}

/// The package of the sandbox that an import names, if it names one; a module of Node is none.
fn brought_along(from: &str, import: &Import) -> Result<Option<Target>, ScriptError> {
    let Import {
        specifier, line, ..
    } = import;
    if let Some(key) = packages::key(specifier) {
        return Ok(Some(Target::Package(key)));
    }
    if is_of_node(specifier) {
        return Err(ScriptError::NodeBuiltin {
            file: from.to_owned(),
            line: *line,
            specifier: specifier.clone(),
        });
    }
    Ok(None)
}

fn is_of_node(specifier: &str) -> bool {
    let root = specifier.split('/').next().unwrap_or(specifier);
    specifier.starts_with("node:") || NODE_BUILTINS.contains(&root)
}

/// Whether it is a place on a disk or in the network, which no package can be called.
fn is_address(specifier: &str) -> bool {
    specifier.starts_with(['/', '\\']) || specifier.contains(':')
}

/// Why an import means nothing that is there. `said_by` is the configuration that promises it a file.
fn unknown(from: &str, import: &Import, said_by: Option<String>) -> ScriptError {
    let (file, line, specifier) = (from.to_owned(), import.line, import.specifier.clone());
    if let Some(said_by) = said_by {
        return ScriptError::MissingAlias {
            file,
            line,
            specifier,
            said_by,
        };
    }
    // No package can be called so.
    if specifier.starts_with("@/") || specifier.starts_with(['~', '#']) {
        return ScriptError::MissingFile {
            file,
            line,
            specifier,
        };
    }
    if is_address(&specifier) {
        return ScriptError::Address {
            file,
            line,
            specifier,
        };
    }
    if let Some(does) = packages::need(&specifier) {
        return ScriptError::NeedsNode {
            file,
            line,
            specifier,
            does: does.to_owned(),
        };
    }
    match packages::owner(&specifier) {
        Some(package) => ScriptError::UnknownPart {
            package: package.to_owned(),
            file,
            line,
            specifier,
        },
        None => ScriptError::UnknownPackage {
            file,
            line,
            specifier,
        },
    }
}

/// The folder that a path lies in; empty for the chosen one.
pub(crate) fn folder_of(path: &str) -> String {
    path.rsplit_once('/')
        .map_or_else(String::new, |(folder, _)| folder.to_owned())
}

/// The file of this name that is in a folder, or else in the nearest one around it.
pub(crate) fn nearest(files: &Sources<'_>, mut folder: String, name: &str) -> Option<String> {
    loop {
        let candidate = normalize(&folder, name)?;
        if files.contains_key(&candidate) {
            return Some(candidate);
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder_of(&folder);
    }
}

/// Joins a path to a folder's and works out `.` and `..`; `None` when it leaves the folder that was given to the page.
pub fn normalize(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The path of a file as seen from a folder, `../lib/x.ts`, both given relative to what was chosen.
pub fn relative(folder: &str, path: &str) -> String {
    let folder: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let path: Vec<&str> = path.split('/').collect();
    let shared = folder
        .iter()
        .zip(&path)
        .take_while(|(one, other)| one == other)
        .count();
    let up = vec![".."; folder.len() - shared];
    [up.as_slice(), &path[shared..]].concat().join("/")
}
