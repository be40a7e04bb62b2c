//! The team's `tsconfig.json`: what `paths` and `baseUrl` make of an import, and how files are compiled.
//!
//! The official CLI loads migrations through `tsx`, which takes the nearest `tsconfig.json` from the folder that the CLI
//! is run in upwards: the folder of `datocms.config.json`. That is the one that counts; the CLI's own setting
//! `migrations.tsconfig` is only looked whether it exists (tried with `datocms` 4.0.14 and `tsx` 4.23). Packages that a
//! configuration extends are passed over: `node_modules` is nothing of ours.

mod covers;
mod options;

use serde_json::Value;

use self::covers::Covers;
use self::options::Options;
pub(crate) use self::options::{Compiling, Fields};

use crate::ScriptError;
use crate::jsonc;
use crate::repository::folder_of_the_tool;
use crate::resolve::{Sources, folder_of, nearest, normalize};

const NAME: &str = "tsconfig.json";
/// Stands for the folder of the configuration that is read first.
const CONFIG_FOLDER: &str = "${configDir}";

/// The configuration that counts, with all that it extends.
#[derive(Debug)]
pub(crate) struct Tsconfig {
    file: String,
    /// What it says of imports, or why that cannot be followed.
    pub(crate) aliases: Result<Aliases, Trouble>,
    options: Options,
    covers: Covers,
}

impl Tsconfig {
    /// Reads it; `None` where there is none.
    pub(crate) fn read(files: &Sources<'_>) -> Result<Option<Self>, Trouble> {
        let Some(file) = counting(files) else {
            return Ok(None);
        };
        let mut chain = Chain {
            files,
            top: folder_of(&file),
            above: Vec::new(),
        };
        let mut settings = chain.settings(&file)?;
        let options = std::mem::take(&mut settings.options);
        let covers = std::mem::take(&mut settings.covers);
        let aliases = Aliases::of_settings(&file, settings, &chain);
        Ok(Some(Self {
            file,
            aliases,
            options,
            covers,
        }))
    }

    /// How a file is compiled. What the configuration does not cover is compiled without it.
    pub(crate) fn compiling(&self, files: &Sources<'_>, path: &str) -> Result<Compiling, Trouble> {
        let with_javascript = self.options.covers_javascript();
        if self
            .covers
            .holds(path, &folder_of(&self.file), with_javascript)
        {
            self.options.compiling(files, &self.file)
        } else {
            Ok(Compiling::PLAIN)
        }
    }
}

/// Where imports that are neither relative nor a package may lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Aliases {
    /// The configuration that says so.
    pub(crate) file: String,
    patterns: Vec<Pattern>,
    /// Where everything is looked for that no pattern fits.
    base: Option<String>,
}

/// What a specifier may mean.
pub(crate) struct Meaning {
    /// Paths in the chosen folder, to be tried in order.
    pub(crate) paths: Vec<String>,
    /// Whether a person wrote down that such a specifier is a file. Neither `baseUrl` nor the pattern `*` says that.
    pub(crate) is_promised: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    prefix: String,
    /// What follows the star; `None` where there is no star.
    suffix: Option<String>,
    /// Seen from the chosen folder, not worked out yet.
    targets: Vec<String>,
}

/// Why there is nothing to go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A configuration that is there, and whose text was not given.
    Unread(String),
    /// A configuration that says nothing that can be followed.
    Unreadable {
        /// Its path.
        file: String,
        /// Why, without a full stop.
        reason: String,
    },
}

impl Trouble {
    /// The same for a person who wants to know why an import does not work.
    pub(crate) fn of_import(self, importer: &str, line: u32, specifier: &str) -> ScriptError {
        match self {
            Self::Unread(file) => ScriptError::Unread { files: vec![file] },
            Self::Unreadable { file, reason } => ScriptError::Tsconfig {
                file,
                reason,
                importer: importer.to_owned(),
                line,
                specifier: specifier.to_owned(),
            },
        }
    }
}

impl Aliases {
    fn of_settings(file: &str, settings: Settings, chain: &Chain<'_, '_>) -> Result<Self, Trouble> {
        let Settings { base, paths, .. } = settings;
        let (declared_in, listed) = paths.unwrap_or_default();
        let root = base.as_ref().unwrap_or(&declared_in);
        let mut patterns = Vec::with_capacity(listed.len());
        for (pattern, targets) in &listed {
            let (prefix, suffix) =
                parted(pattern, targets, base.is_some()).map_err(|reason| Trouble::Unreadable {
                    file: file.to_owned(),
                    reason,
                })?;
            let targets = targets.iter();
            patterns.push(Pattern {
                prefix,
                suffix,
                targets: targets.map(|target| chain.placed(root, target)).collect(),
            });
        }
        Ok(Self {
            file: file.to_owned(),
            patterns,
            base,
        })
    }

    /// What a specifier means. An exact pattern comes first, then the one with the longest text before its star.
    pub(crate) fn of(&self, specifier: &str) -> Meaning {
        let mut best: Option<(&Pattern, &str)> = None;
        for pattern in &self.patterns {
            let Some(matched) = pattern.matched(specifier) else {
                continue;
            };
            if pattern.suffix.is_none() {
                best = Some((pattern, matched));
                break;
            }
            if best.is_none_or(|(best, _)| pattern.prefix.len() > best.prefix.len()) {
                best = Some((pattern, matched));
            }
        }
        let candidates = match (best, &self.base) {
            (Some((pattern, matched)), _) => pattern
                .targets
                .iter()
                .map(|target| target.replacen('*', matched, 1))
                .collect(),
            (None, Some(base)) => vec![format!("{base}/{specifier}")],
            (None, None) => Vec::new(),
        };
        Meaning {
            paths: candidates
                .iter()
                .filter_map(|path| normalize("", path))
                .collect(),
            is_promised: best.is_some_and(|(pattern, _)| !pattern.is_for_everything()),
        }
    }
}

impl Pattern {
    fn is_for_everything(&self) -> bool {
        self.prefix.is_empty() && self.suffix.as_deref() == Some("")
    }

    /// What the star stands for in this specifier; empty where there is no star.
    fn matched<'s>(&self, specifier: &'s str) -> Option<&'s str> {
        let rest = specifier.strip_prefix(self.prefix.as_str())?;
        match &self.suffix {
            Some(suffix) => rest.strip_suffix(suffix.as_str()),
            None => rest.is_empty().then_some(""),
        }
    }
}

/// Patterns and their targets, in the order of the file, where that can be read.
type Listed = Vec<(String, Vec<String>)>;

/// What a configuration and those that it extends say.
#[derive(Default)]
struct Settings {
    base: Option<String>,
    /// With the folder of the file that lists them.
    paths: Option<(String, Listed)>,
    options: Options,
    covers: Covers,
}

struct Chain<'c, 'f> {
    files: &'c Sources<'f>,
    /// The folder of the first configuration.
    top: String,
    /// Those that are being read, to find circles.
    above: Vec<String>,
}

impl Chain<'_, '_> {
    fn settings(&mut self, file: &str) -> Result<Settings, Trouble> {
        let unreadable = |reason: String| Trouble::Unreadable {
            file: file.to_owned(),
            reason,
        };
        if self.above.iter().any(|above| above == file) {
            return Err(unreadable("it extends itself".to_owned()));
        }
        let found = self.files.get(file);
        let Some(text) = found.and_then(|found| found.text.as_deref()) else {
            return Err(Trouble::Unread(file.to_owned()));
        };
        let said = jsonc::parse(text).map_err(|error| unreadable(error.to_string()))?;
        let folder = folder_of(file);
        self.above.push(file.to_owned());
        let mut settings = Settings::default();
        for extended in texts(&said["extends"]) {
            let Some(file) = self.extended(&folder, &extended).map_err(&unreadable)? else {
                settings.options = Options::of_package(&extended).over(settings.options);
                continue;
            };
            let found = self.settings(&file)?;
            settings.base = found.base.or(settings.base);
            settings.paths = found.paths.or(settings.paths);
            settings.options = found.options.over(settings.options);
            settings.covers = found.covers.over(settings.covers);
        }
        self.above.pop();
        let options = &said["compilerOptions"];
        settings.options = Options::said(options).over(settings.options);
        settings.covers = self.covers(&folder, &said).over(settings.covers);
        if let Some(base) = options["baseUrl"].as_str() {
            settings.base = Some(self.placed(&folder, base));
        }
        if !options["paths"].is_null() {
            let listed = listed(&options["paths"])
                .ok_or_else(|| unreadable("its `paths` are not patterns with lists".to_owned()))?;
            settings.paths = Some((folder, listed));
        }
        Ok(settings)
    }

    fn covers(&self, folder: &str, said: &Value) -> Covers {
        let listed = |value: &Value| {
            let placed = |path: &String| self.placed(folder, path);
            value
                .as_array()
                .map(|_| texts(value).iter().map(placed).collect())
        };
        let options = &said["compilerOptions"];
        let output = ["outDir", "declarationDir"].map(|name| options[name].as_str());
        let output = output.into_iter().flatten();
        let output: Vec<String> = output.map(|path| self.placed(folder, path)).collect();
        Covers {
            files: listed(&said["files"]),
            include: listed(&said["include"]),
            exclude: listed(&said["exclude"]),
            output: (!output.is_empty()).then_some(output),
        }
    }

    /// The file that is extended; `None` for a package.
    fn extended(&self, folder: &str, specifier: &str) -> Result<Option<String>, String> {
        if !specifier.starts_with(['.', '/']) {
            return Ok(None);
        }
        let path = if specifier == ".." {
            normalize(folder, &format!("../{NAME}"))
        } else if specifier.starts_with('/') {
            None
        } else {
            normalize(folder, specifier)
        };
        let there = |path: &String| self.files.contains_key(path);
        path.and_then(|path| {
            let with_extension = format!("{path}.json");
            [path, with_extension].into_iter().find(there)
        })
        .map(Some)
        .ok_or_else(|| {
            format!("it extends `{specifier}`, which is not among the files you chose; choose the whole repository")
        })
    }

    /// A path of a configuration, seen from the chosen folder; not worked out yet. What is absolute leads out of that
    /// folder.
    fn placed(&self, folder: &str, path: &str) -> String {
        match path.strip_prefix(CONFIG_FOLDER) {
            Some(rest) => format!("{}/{rest}", self.top),
            None if path.starts_with('/') => "..".to_owned(),
            None => format!("{folder}/{path}"),
        }
    }
}

/// The `tsconfig.json` nearest to the folder that the CLI is run in, upwards.
fn counting(files: &Sources<'_>) -> Option<String> {
    let folder = folder_of_the_tool(files.keys().map(String::as_str));
    nearest(files, folder, NAME)
}

/// A text, or a list of texts.
fn texts(value: &Value) -> Vec<String> {
    let one = value.as_str().map(str::to_owned);
    let many = value.as_array().into_iter().flatten();
    one.into_iter()
        .chain(many.filter_map(Value::as_str).map(str::to_owned))
        .collect()
}

fn listed(paths: &Value) -> Option<Listed> {
    let entry = |(pattern, targets): (&String, &Value)| {
        let targets = targets.as_array()?.iter();
        let targets: Option<Vec<String>> = targets
            .map(|target| target.as_str().map(str::to_owned))
            .collect();
        Some((pattern.clone(), targets?))
    };
    paths.as_object()?.iter().map(entry).collect()
}

/// What stands before the star of a pattern, and after it where there is one; or why its line cannot be followed.
fn parted(
    pattern: &str,
    targets: &[String],
    has_base: bool,
) -> Result<(String, Option<String>), String> {
    for text in targets.iter().map(String::as_str).chain([pattern]) {
        if text.matches('*').count() > 1 {
            return Err(format!("`{text}` in its `paths` has more than one `*`"));
        }
    }
    let is_placed = |target: &&String| {
        has_base || target.starts_with(['.', '/']) || target.starts_with(CONFIG_FOLDER)
    };
    if let Some(target) = targets.iter().find(|target| !is_placed(target)) {
        return Err(format!(
            "`{target}` in its `paths` has to begin with `./`, since `baseUrl` is not set"
        ));
    }
    Ok(match pattern.split_once('*') {
        Some((prefix, suffix)) => (prefix.to_owned(), Some(suffix.to_owned())),
        None => (pattern.to_owned(), None),
    })
}
