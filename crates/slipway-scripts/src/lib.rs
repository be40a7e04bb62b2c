//! Migration files as the sandbox wants them: types stripped, imports found and linked.
//!
//! A team's migrations are written for the official CLI, which loads them in Node through `tsx`. [`prepare`] turns one
//! of them, with every file it reaches, into [`Prepared`]: function bodies that the sandbox's worker can define and
//! run without Node, a file system or a network. Three stages, one file each:
//!
//! 1. `strip`: TypeScript becomes JavaScript; a table keeps which line each piece came from.
//! 2. `link`: `import` and `export` become calls on the worker's module registry. `CommonJS` stays as it is.
//!    What of Node has no counterpart is refused (`link/node_globals`).
//! 3. `resolve`: each specifier is one of the given files (by its path, see `paths`, or as `tsconfig.json` or
//!    `package.json` says), a package of the sandbox, or an error that says what to do.
//!
//! Everything that can be known to fail is refused here, before the first request of a migration leaves.
//!
//! Which files are migrations is for [`survey`] to find: what people drop may be a whole repository.

mod decorators;
mod edits;
mod error;
mod fields;
mod hosts;
mod jsonc;
mod link;
mod namespaces;
mod newer;
mod origins;
mod packages;
mod paths;
mod position;
mod repository;
mod resolve;
mod strip;
mod subpaths;
mod trace;
mod tsconfig;
mod uses;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub use error::{Difference, ScriptError};
pub use origins::Origins;
pub use packages::CLIENT;
pub use repository::{Because, Repository, Survey, survey};
use resolve::Files;
pub use resolve::{normalize, relative};
use serde::{Deserialize, Serialize};
pub use uses::{Place, Use, Uses, uses};

/// A file of the folder that a person chose: the migrations folder, or one around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Where it is, relative to the chosen folder, with `/` between the parts.
    pub path: String,
    /// Its whole text. `None` is a file that is there and was not read yet: of a repository only what the migrations
    /// import is read.
    pub text: Option<String>,
}

/// One migration and all it imports, ready for the sandbox's worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The path of the migration itself, one of `modules`, as everything relative to the chosen folder.
    pub entry: String,
    /// The folder that the official CLI would be run in; empty for the chosen one. Paths that a script gives to the client
    /// are relative to it.
    pub folder: String,
    /// The entry first, then what it reaches. Order has no meaning: a module runs when it is first asked for.
    pub modules: Vec<Module>,
    /// The hosts that their texts name, as `URL.host` has them: the only ones that it may download from.
    pub hosts: BTreeSet<String>,
}

/// A file as a function body over `module`, `exports`, `require`, `__filename`, `__dirname` and `__slipway`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Its path in the chosen folder, and its key in the registry.
    pub path: String,
    /// What stands for the path in a stack trace: the path without what a `sourceURL` may not hold.
    pub name: String,
    /// The function body. It has the lines of the file, or those that `origins` explains.
    pub code: String,
    /// What the specifiers in `code` mean.
    pub imports: BTreeMap<String, Target>,
    /// Where `code` came from, for a file that was printed anew.
    pub origins: Origins,
}

/// What a specifier stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Another file of the folder, by its path.
    Module(String),
    /// A package that the sandbox brings along, by its key: [`CLIENT`], or its own name.
    Package(String),
}

/// Prepares the migration `entry` with every file of `files` that it imports.
///
/// Paths are compared after `.` and `..` are worked out. Files that `entry` does not reach are not even parsed. Where
/// it reaches files whose text is not there, the error is [`ScriptError::Unread`], which names them.
pub fn prepare(files: &[SourceFile], entry: &str) -> Result<Prepared, ScriptError> {
    let folder = repository::folder_of_the_tool(files.iter().map(|file| file.path.as_str()));
    let files = Files::new(files);
    let entry = files.entry(entry)?;
    let mut queue = VecDeque::from([entry]);
    let mut modules: Vec<Module> = Vec::new();
    let mut unread: Vec<String> = Vec::new();
    let mut hosts = BTreeSet::new();
    let mut entry_may_migrate = true;
    while let Some(file) = queue.pop_front() {
        let path = &file.path;
        if modules.iter().any(|module| module.path == *path) || unread.contains(path) {
            continue;
        }
        let Some(text) = &file.text else {
            unread.push(path.clone());
            continue;
        };
        let (module, may_migrate) = prepare_module(&files, &Source { path, text }, &mut hosts)?;
        // The entry comes first.
        if modules.is_empty() {
            entry_may_migrate = may_migrate;
        }
        for target in module.imports.values() {
            if let Target::Module(path) = target {
                queue.push_back(files.entry(path)?);
            }
        }
        modules.push(module);
    }
    if !unread.is_empty() {
        return Err(ScriptError::Unread { files: unread });
    }
    if !entry_may_migrate {
        return Err(ScriptError::NoMigration {
            file: entry.path.clone(),
        });
    }
    Ok(Prepared {
        entry: entry.path.clone(),
        folder,
        modules,
        hosts,
    })
}

/// A file whose text is there.
#[derive(Clone, Copy)]
pub(crate) struct Source<'s> {
    pub(crate) path: &'s str,
    pub(crate) text: &'s str,
}

/// A module, and whether it may export a migration.
fn prepare_module(
    files: &Files<'_>,
    source: &Source<'_>,
    hosts: &mut BTreeSet<String>,
) -> Result<(Module, bool), ScriptError> {
    let linked = if source.path.to_ascii_lowercase().ends_with(".json") {
        link::json(source)?
    } else {
        link::module(files, source, &strip::types(files, source)?)?
    };
    hosts.extend(linked.hosts);
    let mut imports = BTreeMap::new();
    for import in linked.imports {
        match files.resolve(source.path, &import) {
            Ok(target) => {
                imports.insert(import.specifier, target);
            }
            Err(unread @ ScriptError::Unread { .. }) => return Err(unread),
            // The author expects that, and the worker says it as Node would.
            Err(_) if import.is_tried => {}
            Err(error) => return Err(error),
        }
    }
    let module = Module {
        path: source.path.to_owned(),
        name: trace::source_name(source.path),
        code: linked.code,
        imports,
        origins: linked.origins,
    };
    Ok((module, linked.may_migrate))
}
