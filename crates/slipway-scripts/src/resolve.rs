//! What a specifier stands for: one of the files, a package of the sandbox, or an error that says what to do.
//!
//! The rules are those of `tsx`, with which the official CLI loads migrations: extensions may be left out, a folder
//! means its `index`, and `./x.js` may mean `x.ts`.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::link::Import;
use crate::tsconfig::{Aliases, Trouble};
use crate::{ScriptError, SourceFile, Target, packages};

/// Extensions that may be left out, in the order in which they are tried.
const EXTENSIONS: [&str; 7] = ["ts", "js", "json", "mts", "cts", "mjs", "cjs"];

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

/// The given files, by path.
pub(crate) struct Files<'f> {
    by_path: BTreeMap<String, &'f SourceFile>,
    /// What the team's TypeScript configuration says, read when it is first needed.
    aliases: OnceCell<Result<Option<Aliases>, Trouble>>,
}

impl<'f> Files<'f> {
    pub(crate) fn new(files: &'f [SourceFile]) -> Self {
        let by_path = files
            .iter()
            .filter_map(|file| Some((normalize("", &file.path)?, file)))
            .collect();
        Self {
            by_path,
            aliases: OnceCell::new(),
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
        let Import { specifier, line } = import;
        if specifier.starts_with("./")
            || specifier.starts_with("../")
            || specifier == "."
            || specifier == ".."
        {
            return self
                .relative(from, specifier)
                .map(|file| Target::Module(file.path.clone()))
                .ok_or_else(|| ScriptError::MissingFile {
                    file: from.to_owned(),
                    line: *line,
                    specifier: specifier.clone(),
                });
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
        if let Some((_, meaning)) = &meaning
            && let Some(file) = meaning.paths.iter().find_map(|path| self.at(path))
        {
            return Ok(Target::Module(file.path.clone()));
        }
        if let Some(key) = packages::key(specifier) {
            return Ok(Target::Package(key));
        }
        if is_of_node(specifier) {
            return Err(ScriptError::NodeBuiltin {
                file: from.to_owned(),
                line: *line,
                specifier: specifier.clone(),
            });
        }
        aliases.map_err(failed)?;
        let promised = meaning.filter(|(_, meaning)| meaning.is_promised);
        let tsconfig = promised.map(|(aliases, _)| aliases.file.clone());
        Err(unknown(from, import, tsconfig))
    }

    fn aliases(&self) -> Result<Option<&Aliases>, &Trouble> {
        let aliases = self.aliases.get_or_init(|| Aliases::read(&self.by_path));
        aliases.as_ref().map(Option::as_ref)
    }

    fn relative(&self, from: &str, specifier: &str) -> Option<&'f SourceFile> {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.at(&normalize(folder, specifier)?)
    }

    /// The file that a path means, which may lack its extension or be a folder's.
    fn at(&self, path: &str) -> Option<&'f SourceFile> {
        let find = |candidate: &str| self.by_path.get(candidate).copied();
        let with_extension = |stem: &str| {
            EXTENSIONS
                .iter()
                .find_map(|extension| find(&format!("{stem}.{extension}")))
        };
        find(path)
            .or_else(|| with_extension(path))
            .or_else(|| {
                // TypeScript sources name the file that would be emitted.
                let (stem, extension) = path.rsplit_once('.')?;
                extension
                    .ends_with("js")
                    .then(|| find(&format!("{stem}.{}", extension.replace("js", "ts"))))?
            })
            .or_else(|| {
                with_extension(&if path.is_empty() {
                    "index".to_owned()
                } else {
                    format!("{path}/index")
                })
            })
    }
}

fn is_of_node(specifier: &str) -> bool {
    let root = specifier.split('/').next().unwrap_or(specifier);
    specifier.starts_with("node:") || NODE_BUILTINS.contains(&root)
}

/// Why an import means nothing that is there. `tsconfig` is the configuration that promises it a file.
fn unknown(from: &str, import: &Import, tsconfig: Option<String>) -> ScriptError {
    let (file, line, specifier) = (from.to_owned(), import.line, import.specifier.clone());
    if let Some(tsconfig) = tsconfig {
        return ScriptError::MissingAlias {
            file,
            line,
            specifier,
            tsconfig,
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
