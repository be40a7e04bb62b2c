//! What `compilerOptions` make of a file: how its classes set their fields, and whether it is strict.
//!
//! The CLI's `tsx` (tried with 4.23) fills in what is not said as the installed TypeScript would, and hands it to esbuild.

use serde_json::Value;

use super::Trouble;
use crate::jsonc;
use crate::resolve::{Sources, folder_of, nearest};

/// How a file is compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Compiling {
    pub(crate) fields: Fields,
    /// Whether `"use strict"` is put before a module.
    pub(crate) is_strict: bool,
}

impl Compiling {
    /// What counts where no configuration does.
    pub(crate) const PLAIN: Self = Self {
        fields: Fields::Defined,
        is_strict: false,
    };
}

/// What a field of a class in TypeScript becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fields {
    /// A field, as in JavaScript.
    Defined,
    /// An assignment in the constructor, after its parameter properties; nothing, where it has no value. This is how
    /// this configuration has it.
    Assigned(String),
    /// One of both, which this configuration does not tell.
    Unclear {
        /// Its path.
        config: String,
        /// Why, without a full stop.
        reason: String,
    },
}

/// The compiler options that count here, as a configuration and those that it extends have them.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    target: Option<String>,
    module: Option<String>,
    define: Option<bool>,
    strict: Option<bool>,
    always_strict: Option<bool>,
    allow_js: Option<bool>,
    check_js: Option<bool>,
    /// A package that is extended, which may say anything of what is not said here.
    package: Option<String>,
}

impl Options {
    pub(super) fn said(options: &Value) -> Self {
        let text = |name: &str| options[name].as_str().map(str::to_owned);
        let flag = |name: &str| options[name].as_bool();
        Self {
            target: text("target"),
            module: text("module"),
            define: flag("useDefineForClassFields"),
            strict: flag("strict"),
            always_strict: flag("alwaysStrict"),
            allow_js: flag("allowJs"),
            check_js: flag("checkJs"),
            package: None,
        }
    }

    /// What a package says. Of those at github.com/tsconfig/bases, the ones that never changed their mind are known.
    pub(super) fn of_package(specifier: &str) -> Self {
        let known = specifier.strip_prefix("@tsconfig/");
        let known = known.map(|rest| rest.split_once('/').map_or(rest, |(name, _)| name));
        let target = match known {
            Some("node10") => Some("es2018"),
            Some("node12") => Some("es2019"),
            Some("node14") => Some("es2020"),
            Some("node16") => Some("es2021"),
            // Later ones have later targets, which make no difference here.
            Some(name) if name.starts_with("node") => Some("es2022"),
            Some("strictest") => None,
            Some(_) | None => {
                return Self {
                    package: Some(specifier.to_owned()),
                    ..Self::default()
                };
            }
        };
        Self {
            target: target.map(str::to_owned),
            strict: Some(true),
            check_js: (known == Some("strictest")).then_some(true),
            ..Self::default()
        }
    }

    /// These, and what `below` says where they say nothing. An unread package may hide any of that.
    pub(super) fn over(self, below: Self) -> Self {
        if self.package.is_some() {
            return self;
        }
        Self {
            target: self.target.or(below.target),
            module: self.module.or(below.module),
            define: self.define.or(below.define),
            strict: self.strict.or(below.strict),
            always_strict: self.always_strict.or(below.always_strict),
            allow_js: self.allow_js.or(below.allow_js),
            check_js: self.check_js.or(below.check_js),
            package: below.package,
        }
    }

    pub(super) fn covers_javascript(&self) -> bool {
        self.allow_js.or(self.check_js).unwrap_or(false)
    }

    /// What they come to in the configuration `config`.
    pub(super) fn compiling(
        &self,
        files: &Sources<'_>,
        config: &str,
    ) -> Result<Compiling, Trouble> {
        let decided = self.define.or_else(|| self.target.as_deref().map(defines));
        let is_strict = self.always_strict.or(self.strict);
        let typescript = if self.package.is_none() && (decided.is_none() || is_strict.is_none()) {
            typescript(files, config)?
        } else {
            None
        };
        // `tsx` compares the name as it is written, and so do we.
        let module = self.module.as_deref();
        let by_module = module.is_some_and(|name| MODULES_WITH_TARGET.contains(&name));
        let define = match (decided, &self.package, typescript) {
            (Some(define), _, _) => Ok(define),
            (None, Some(package), _) => {
                Err(format!("it extends `{package}`, which cannot be read here"))
            }
            (None, None, Some(major)) => Ok(major >= 6 || by_module),
            (None, None, None) => Err(
                "it has no `target`, and no `package.json` tells which TypeScript is installed"
                    .to_owned(),
            ),
        };
        Ok(Compiling {
            fields: match define {
                Ok(true) => Fields::Defined,
                Ok(false) => Fields::Assigned(config.to_owned()),
                Err(reason) => Fields::Unclear {
                    config: config.to_owned(),
                    reason,
                },
            },
            // Packages that are there to be extended are strict.
            is_strict: is_strict.unwrap_or_else(|| {
                self.package.is_some() || typescript.is_some_and(|major| major >= 6)
            }),
        })
    }
}

/// The values of `module` that come with a target of their own.
const MODULES_WITH_TARGET: [&str; 4] = ["node16", "node18", "node20", "nodenext"];

/// Whether classes of this target have fields.
fn defines(target: &str) -> bool {
    const WITHOUT: [&str; 10] = [
        "es3", "es5", "es6", "es2015", "es2016", "es2017", "es2018", "es2019", "es2020", "es2021",
    ];
    !WITHOUT.contains(&target.to_ascii_lowercase().as_str())
}

/// The major version of TypeScript that is installed where a configuration is, by the nearest `package.json` that says
/// so. The CLI brings one along.
fn typescript(files: &Sources<'_>, config: &str) -> Result<Option<u32>, Trouble> {
    /// That of `datocms` 4.0.
    const OF_THE_CLI: u32 = 5;
    let mut folder = Some(folder_of(config));
    while let Some(file) = folder.and_then(|folder| nearest(files, folder, "package.json")) {
        let text = files.get(&file).and_then(|file| file.text.as_deref());
        let text = text.ok_or_else(|| Trouble::Unread(file.clone()))?;
        let package = jsonc::parse(text).unwrap_or_default();
        let version = |name: &str| {
            ["devDependencies", "dependencies"]
                .iter()
                .find_map(|group| package[*group][name].as_str())
        };
        if let Some(wanted) = version("typescript") {
            return Ok(major(wanted));
        }
        if version("datocms").or(version("@datocms/cli")).is_some() {
            return Ok(Some(OF_THE_CLI));
        }
        let here = folder_of(&file);
        folder = (!here.is_empty()).then(|| folder_of(&here));
    }
    Ok(None)
}

/// The major version of `^5.4.0` and its like; `None` of a range that has several, or of a name.
fn major(wanted: &str) -> Option<u32> {
    let number = wanted.trim_start_matches(['^', '~', '=', 'v']);
    number.split('.').next()?.parse().ok()
}
