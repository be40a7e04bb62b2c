//! Why a migration cannot run, in sentences that name the file and the way out.

use serde::{Deserialize, Serialize};

use crate::packages;

/// Why a migration cannot run. Found before anything of it runs, so the environment is untouched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScriptError {
    /// The file is not JavaScript, TypeScript or JSON.
    #[error("{file} has a syntax error at line {line}, column {column}: {message}")]
    Syntax {
        /// The file's path in the chosen folder.
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
        /// The file's path in the chosen folder.
        file: String,
        /// Line, from 1.
        line: u32,
    },
    /// `import.meta`, which tells where a file is on a disk.
    #[error(
        "{file} uses `import.meta` at line {line}. Migrations run in the browser here, where a file has no address: remove it."
    )]
    ImportMeta {
        /// The file's path in the chosen folder.
        file: String,
        /// Line, from 1.
        line: u32,
    },
    /// A decorator, which changes what a class is by rules that differ between compilers.
    #[error(
        "{file} uses the decorator `{name}` at line {line}. Decorators are not run here: call the function on the class instead, or remove it."
    )]
    Decorator {
        /// The file's path in the chosen folder.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The decorator as written.
        name: String,
    },
    /// A class whose fields are set in one of two ways, where nothing tells which.
    #[error(
        "{file} has a class with fields at line {line}, and {config} cannot say how they are set: {reason}. Write `useDefineForClassFields` into its `compilerOptions`, as `true` or `false`."
    )]
    UnclearFields {
        /// The file's path in the chosen folder.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The configuration that counts.
        config: String,
        /// Why, without a full stop.
        reason: String,
    },
    /// A class whose fields cannot become assignments.
    #[error(
        "{file} has a class at line {line} whose fields cannot be set as {config} has it: {reason}."
    )]
    Fields {
        /// The file's path in the chosen folder.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The configuration that counts.
        config: String,
        /// Why and what to do, without a full stop.
        reason: String,
    },
    /// A name of a namespace, used where the namespace cannot be named.
    #[error(
        "{file} uses `{name}` of the namespace `{namespace}` at line {line}, where something else is called `{namespace}` too. Rename one of them."
    )]
    Namespace {
        /// The file's path in the chosen folder.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The namespace's name.
        namespace: String,
        /// The name that it exports.
        name: String,
    },
    /// A package that the sandbox does not bring along.
    #[error(
        "{file} imports the package `{specifier}` at line {line}, which is not available in the browser. Bundle it into a file of your own and import that file: npx esbuild {specifier} --bundle --platform=browser --format=cjs --outfile=lib/{}.js. These are available as they are: {}.",
        packages::file_name(specifier),
        packages::known()
    )]
    UnknownPackage {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The name as written.
        specifier: String,
    },
    /// A part of a package of the sandbox that is not available by itself.
    #[error(
        "{file} imports `{specifier}` at line {line}, which is not available by itself. Import what you need of it from `{package}`, if that exports it, or bundle it into a file of your own and import that file: npx esbuild {specifier} --bundle --platform=browser --format=cjs --outfile=lib/{}.js.",
        packages::file_name(specifier)
    )]
    UnknownPart {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The name as written.
        specifier: String,
        /// The package, which is available.
        package: String,
    },
    /// What Node has without an import, and no browser.
    #[error("{file} uses `{name}` at line {line}, {}", instead(name))]
    NodeGlobal {
        /// The file that uses it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The name, with the members that are asked of it.
        name: String,
    },
    /// A package that can do nothing without Node, so that bundling it would not help.
    #[error(
        "{file} imports `{specifier}` at line {line}, which {does}. A migration cannot do that in the browser, and bundling the package would not help. Run this migration with the DatoCMS CLI, or rewrite it without `{specifier}`."
    )]
    NeedsNode {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The name as written.
        specifier: String,
        /// What the package does, as the end of a sentence.
        does: String,
    },
    /// A function of the client for Node that the sandbox's client cannot have.
    #[error(
        "{file} imports `{name}` at line {line}, which needs a disk, and a migration has none in the browser. Use `{instead}`, or run this migration with the DatoCMS CLI."
    )]
    NeedsDisk {
        /// The file that imports it.
        file: String,
        /// Line of the import, from 1.
        line: u32,
        /// The function's name.
        name: String,
        /// What does the same here.
        instead: String,
    },
    /// An import of an address, or of a place on somebody's disk.
    #[error(
        "{file} imports `{specifier}` at line {line}, which is outside the files you chose. Copy that file into the repository, and import it by a path that begins with `./` or `../`."
    )]
    Address {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The specifier as written.
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
        "{file} imports `{specifier}` at line {line}, but there is no such file among those you chose. Choose a folder that holds it too, such as the whole repository."
    )]
    MissingFile {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The specifier as written.
        specifier: String,
    },
    /// A file that is not there under this name, while one with nearly the same is.
    #[error(
        "{file} imports `{specifier}` at line {line}, but there is no such file. There is `{found}`: {}.",
        difference.advice()
    )]
    NearlyMissing {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The specifier as written.
        specifier: String,
        /// The path of the file that is there.
        found: String,
        /// What sets its name apart.
        difference: Difference,
    },
    /// A file that the team's `tsconfig.json` or `package.json` promises, and that is not among those given.
    #[error(
        "{file} imports `{specifier}` at line {line}. {said_by} says where that is, but there is no such file among those you chose. Choose a folder that holds it too, such as the whole repository."
    )]
    MissingAlias {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The specifier as written.
        specifier: String,
        /// The configuration whose `paths` or `imports` it fits.
        said_by: String,
    },
    /// An import that begins with `#`, which only `imports` of the team's `package.json` can give a meaning.
    #[error(
        "{file} imports `{specifier}` at line {line}, and {package} cannot say what that is: {reason}. The DatoCMS CLI does not run it either."
    )]
    Subpath {
        /// The file that imports it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// The specifier as written.
        specifier: String,
        /// The `package.json` that counts for the file.
        package: String,
        /// Why, without a full stop.
        reason: String,
    },
    /// The team's TypeScript configuration cannot be followed, and an import may depend on it.
    #[error(
        "{file} cannot be followed: {reason}. {importer} imports `{specifier}` at line {line}, which is no package that is available here, so only `paths` could say what it is."
    )]
    Tsconfig {
        /// The configuration.
        file: String,
        /// Why, without a full stop.
        reason: String,
        /// The file whose import needs it.
        importer: String,
        /// Line of the import, from 1.
        line: u32,
        /// The specifier as written.
        specifier: String,
    },
    /// The migration exports nothing that could be run.
    #[error(
        "{file} does not export a migration. Export an async function that takes the client, as `export default` or `module.exports`."
    )]
    NoMigration {
        /// The file's path in the chosen folder.
        file: String,
    },
    /// The migration itself is not among the files given.
    #[error("{file} is not among the files you chose.")]
    MissingEntry {
        /// The path that was asked for.
        file: String,
    },
    /// A script for the client before the present one, which the CLI runs from the folder `legacyClient`.
    #[error(
        "{file} is written for `datocms-client`, the client that the vendor replaced in 2021 and that is not available here. Run it with the DatoCMS CLI, or rewrite it for the present client and move it out of the folder `legacyClient`."
    )]
    LegacyClient {
        /// The file's path in the chosen folder.
        file: String,
    },
    /// Files that are there, but whose text was not given: to be read, then asked for again. No person sees this.
    #[error("these files were not read yet: {}", files.join(", "))]
    Unread {
        /// Their paths in the chosen folder.
        files: Vec<String>,
    },
}

/// What sets the name of a file apart from the one that was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// It holds types, of which nothing is left when a migration runs.
    OnlyTypes,
    /// Its extension is one that may not be left out.
    Extension,
    /// Capital letters, or the way in which letters with accents are stored.
    Spelling,
}

impl Difference {
    fn advice(self) -> &'static str {
        match self {
            Self::OnlyTypes => "it holds only types, so import it with `import type`",
            Self::Extension => "write its extension too, as the DatoCMS CLI wants it",
            Self::Spelling => {
                "write its name exactly as the file has it, with the same capitals and accents"
            }
        }
    }
}

/// What to do without a name of Node's, as the end of a sentence.
fn instead(name: &str) -> &'static str {
    let is_part_of = |whole: &str| name == whole || name.starts_with(&format!("{whole}."));
    if is_part_of("process.env") {
        "and the browser has no environment variables. Write the value into the script; where it is a token for the client, use the client that the migration is given. Or run this migration with the DatoCMS CLI."
    } else if is_part_of("Buffer") {
        "a part of Node that does not exist in the browser. Use `btoa` and `atob` for base64 and `TextEncoder` for bytes, or run this migration with the DatoCMS CLI."
    } else if name == "require" {
        "under another name, so what it imports cannot be known. Call `require` itself, as in `require('./file')`, or run this migration with the DatoCMS CLI."
    } else if is_part_of("require") {
        "which needs a disk. Import what you need with `require('./file')`, or run this migration with the DatoCMS CLI."
    } else {
        "a part of Node that does not exist in the browser. Run this migration with the DatoCMS CLI, or rewrite it without."
    }
}
