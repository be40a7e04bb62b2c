//! Migration files as the sandbox wants them: types stripped, imports found and linked.
//!
//! A team's migrations are written for the official CLI, which loads them in Node through `tsx`. [`prepare`] turns one
//! of them, with every file it reaches, into [`Prepared`]: function bodies that the sandbox's worker can define and
//! run without Node, a file system or a network. Three stages, one file each:
//!
//! 1. `strip`: TypeScript becomes JavaScript; a table keeps where each line came from.
//! 2. `link`: `import` and `export` become calls on the worker's module registry. `CommonJS` stays as it is.
//! 3. `resolve`: each specifier is one of the given files, the client package, or an error that says what to do.
//!
//! Everything that can be known to fail is refused here, before the first request of a migration leaves.

mod error;
mod link;
mod position;
mod resolve;
mod strip;
mod trace;
mod uses;

use std::collections::{BTreeMap, VecDeque};

pub use error::ScriptError;
use resolve::Files;
use serde::{Deserialize, Serialize};
pub use uses::{Place, Use, Uses, uses};

/// A file of the migrations folder, as the person chose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Where it is, relative to the migrations folder, with `/` between the parts.
    pub path: String,
    /// Its whole text.
    pub text: String,
}

/// One migration and all it imports, ready for the sandbox's worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The path of the migration itself, one of `modules`.
    pub entry: String,
    /// The entry first, then what it reaches. Order has no meaning: a module runs when it is first asked for.
    pub modules: Vec<Module>,
}

/// A file as a function body over `module`, `exports`, `require`, `__filename`, `__dirname` and `__slipway`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Its path in the migrations folder, and its key in the registry.
    pub path: String,
    /// What stands for the path in a stack trace: the path without what a `sourceURL` may not hold.
    pub name: String,
    /// The function body. It has the lines of the file, or those that `lines` explains.
    pub code: String,
    /// What the specifiers in `code` mean.
    pub imports: BTreeMap<String, Target>,
    /// For a file that was printed anew: the line in the file for each line of `code`, both from 1. Empty when they agree.
    pub lines: Vec<u32>,
}

/// What a specifier stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Another file of the folder, by its path.
    Module(String),
    /// A package that the sandbox brings along.
    Package(Package),
}

/// The packages that the sandbox brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Package {
    /// The official management API client, under any of the names that scripts use for it.
    Client,
    /// `datocms-structured-text-utils`, on which the client itself depends.
    StructuredTextUtils,
}

/// Prepares the migration `entry` with every file of `files` that it imports.
///
/// Paths are compared after `.` and `..` are worked out. Files that `entry` does not reach are not even parsed.
pub fn prepare(files: &[SourceFile], entry: &str) -> Result<Prepared, ScriptError> {
    let files = Files::new(files);
    let entry = files.entry(entry)?;
    let mut queue = VecDeque::from([entry]);
    let mut modules: Vec<Module> = Vec::new();
    while let Some(file) = queue.pop_front() {
        if modules.iter().any(|module| module.path == file.path) {
            continue;
        }
        let module = prepare_module(&files, file)?;
        for target in module.imports.values() {
            if let Target::Module(path) = target {
                queue.push_back(files.entry(path)?);
            }
        }
        modules.push(module);
    }
    Ok(Prepared {
        entry: entry.path.clone(),
        modules,
    })
}

fn prepare_module(files: &Files<'_>, file: &SourceFile) -> Result<Module, ScriptError> {
    let (stripped, linked) = if file.path.to_ascii_lowercase().ends_with(".json") {
        (strip::Stripped::unchanged(&file.text), link::json(file)?)
    } else {
        let stripped = strip::types(file)?;
        let linked = link::module(file, &stripped)?;
        (stripped, linked)
    };
    let mut imports = BTreeMap::new();
    for import in linked.imports {
        let target = files.resolve(&file.path, &import)?;
        imports.insert(import.specifier, target);
    }
    Ok(Module {
        path: file.path.clone(),
        name: trace::source_name(&file.path),
        code: linked.code,
        imports,
        lines: stripped.lines,
    })
}
