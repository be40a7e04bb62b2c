//! Why a migration cannot run, in sentences that name the file and the way out.

use serde::{Deserialize, Serialize};

/// Why a migration cannot run. Found before anything of it runs, so the environment is untouched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScriptError {
    /// The file is not JavaScript, TypeScript or JSON.
    #[error("{file} has a syntax error at line {line}, column {column}: {message}")]
    Syntax {
        /// The file's path in the migrations folder.
        file: String,
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
        /// What is wrong, in the parser's words.
        message: String,
    },
    /// `await` outside a function, which the official CLI refuses too.
    #[error(
        "{file} uses `await` outside a function at line {line}. Move it into the migration's async function; the DatoCMS CLI does not run it either."
    )]
    TopLevelAwait {
        /// The file's path in the migrations folder.
        file: String,
        /// Line, from 1.
        line: u32,
    },
    /// `import.meta`, which tells where a file is on a disk.
    #[error(
        "{file} uses `import.meta` at line {line}. Migrations run in the browser here, where a file has no address: remove it."
    )]
    ImportMeta {
        /// The file's path in the migrations folder.
        file: String,
        /// Line, from 1.
        line: u32,
    },
    /// A package that the sandbox does not bring along.
    #[error(
        "{file} imports the package `{specifier}` at line {line}, which is not available in the browser. Only the DatoCMS client (`datocms/lib/cma-client-node`) and `datocms-structured-text-utils` are: copy what you need into a file beside the migration."
    )]
    UnknownPackage {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The name as written.
        specifier: String,
    },
    /// A module of Node itself.
    #[error(
        "{file} imports `{specifier}` at line {line}, a part of Node that does not exist in the browser. Run this migration with the DatoCMS CLI, or rewrite it without `{specifier}`."
    )]
    NodeBuiltin {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The name as written.
        specifier: String,
    },
    /// A file that is not among those given.
    #[error(
        "{file} imports `{specifier}` at line {line}, but there is no such file among those you chose. Choose the whole migrations folder, with its helper files."
    )]
    MissingFile {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The specifier as written.
        specifier: String,
    },
    /// The migration itself is not among the files given.
    #[error("{file} is not among the files you chose.")]
    MissingEntry {
        /// The path that was asked for.
        file: String,
    },
}
