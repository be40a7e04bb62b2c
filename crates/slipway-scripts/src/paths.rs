//! Which file a path means, among those that are there.
//!
//! The rules are those of `tsx` 4.23 over Node's `require`, with which the official CLI loads migrations (each tried with it):
//! TypeScript's extensions come before the file as it is written, `x.js` may mean `x.ts`, and a folder means what `main` of
//! its `package.json` says or its `index`, of which JavaScript's comes first.

use serde_json::Value;

use crate::error::Difference;
use crate::resolve::{Sources, folder_of, normalize};
use crate::{ScriptError, SourceFile};

/// Extensions that may be left out, in the order in which they are tried.
const LEFT_OUT: [&str; 5] = ["ts", "tsx", "jsx", "js", "json"];
/// Those that Node knows without TypeScript.
const NODE: [&str; 2] = ["js", "json"];
/// All that a name may end with; the longer first.
const KNOWN: [&str; 11] = [
    "d.ts", "d.mts", "d.cts", "mts", "cts", "mjs", "cjs", "tsx", "jsx", "ts", "js",
];

type Found = Result<Option<String>, ScriptError>;

/// Whether an import names a folder whatever files there are: its last part is empty or dots.
pub(crate) fn is_folder(specifier: &str) -> bool {
    let last = specifier.rsplit('/').next().unwrap_or(specifier);
    matches!(last, "" | "." | "..")
}

/// The file that a path means, which may lack its extension or be a folder's.
pub(crate) fn at(files: &Sources<'_>, path: &str) -> Found {
    match in_typescript(files, path).or_else(|| in_node(files, path)) {
        Some(found) => Ok(Some(found)),
        None => inside(files, path),
    }
}

/// The same where a file is promised by its whole name, which counts before all others.
pub(crate) fn exactly(files: &Sources<'_>, path: &str) -> Found {
    if files.contains_key(path) {
        return Ok(Some(path.to_owned()));
    }
    at(files, path)
}

/// The file that a folder means.
pub(crate) fn folder(files: &Sources<'_>, path: &str) -> Found {
    match in_typescript(files, &join(path, "index")) {
        Some(found) => Ok(Some(found)),
        None => inside(files, path),
    }
}

/// The file that a folder means where Node is asked first.
fn inside(files: &Sources<'_>, path: &str) -> Found {
    let main = main(files, path)?;
    let index = join(path, "index");
    let by_main =
        |main: &String| in_node(files, main).or_else(|| in_node(files, &join(main, "index")));
    let found = main.as_ref().and_then(by_main);
    Ok(found
        .or_else(|| in_node(files, &index))
        .or_else(|| in_typescript(files, main.as_ref()?))
        .or_else(|| in_typescript(files, &index)))
}

/// What `main` of a folder's `package.json` leads to. One that cannot be read says nothing.
fn main(files: &Sources<'_>, folder: &str) -> Found {
    let package = join(folder, "package.json");
    let Some(SourceFile { text, .. }) = files.get(&package) else {
        return Ok(None);
    };
    let Some(text) = text else {
        return Err(ScriptError::Unread {
            files: vec![package],
        });
    };
    let package: Value =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let main = package["main"].as_str().filter(|main| !main.is_empty());
    Ok(main.and_then(|main| normalize(folder, main)))
}

/// The candidates that TypeScript has for a path.
fn in_typescript(files: &Sources<'_>, path: &str) -> Option<String> {
    let first = |stem: &str, extensions: &[&str]| {
        let mut names = extensions.iter().map(|end| format!("{stem}.{end}"));
        names.find(|name| files.contains_key(name))
    };
    match extension(path) {
        Some((stem, "js")) => first(stem, &["ts", "tsx", "js", "jsx"]),
        Some((stem, "jsx")) => first(stem, &["tsx", "ts", "jsx", "js"]),
        Some((stem, "mjs")) => first(stem, &["mts"]),
        Some((stem, "cjs")) => first(stem, &["cts"]),
        Some((_, "ts" | "tsx" | "mts" | "cts" | "json")) => None,
        Some(_) | None => first(path, &LEFT_OUT),
    }
}

/// The file as it is written, or with what Node adds.
fn in_node(files: &Sources<'_>, path: &str) -> Option<String> {
    let added = NODE.iter().map(|end| format!("{path}.{end}"));
    let mut names = std::iter::once(path.to_owned()).chain(added);
    names.find(|name| files.contains_key(name))
}

/// A file whose name is nearly what a path says, and what sets it apart.
pub(crate) fn near(files: &Sources<'_>, path: &str) -> Option<(String, Difference)> {
    let index = join(path, "index");
    let apart = |name: &str| {
        let stem = stem(name);
        let is_same = stem == path || stem == index || stem == self::stem(path);
        if is_same && name.len() > stem.len() + 1 && name[stem.len() + 1..].starts_with("d.") {
            Some(Difference::OnlyTypes)
        } else if is_same {
            Some(Difference::Extension)
        } else {
            let is_alike = [path, self::stem(path), &index]
                .iter()
                .any(|wanted| folded(wanted) == folded(stem) || folded(wanted) == folded(name));
            is_alike.then_some(Difference::Spelling)
        }
    };
    let mut all = files.keys();
    all.find_map(|name| Some((name.clone(), apart(name)?)))
}

/// A path without the extension that says what kind of code it is.
fn stem(path: &str) -> &str {
    let ends = KNOWN.iter();
    let mut stems = ends.filter_map(|end| path.strip_suffix(end)?.strip_suffix('.'));
    stems.next().unwrap_or(path)
}

/// A path without what different systems tell apart in names: capitals, and how a letter with an accent is stored.
fn folded(path: &str) -> String {
    let mut folded = String::with_capacity(path.len());
    for letter in path.chars() {
        // A combining mark makes one letter with the one before it.
        if ('\u{300}'..='\u{36f}').contains(&letter) {
            folded.pop();
        }
        folded.push(if letter.is_ascii() {
            letter.to_ascii_lowercase()
        } else {
            '\u{fffd}'
        });
    }
    folded
}

fn extension(path: &str) -> Option<(&str, &str)> {
    let name_at = folder_of(path).len();
    let (stem, extension) = path.rsplit_once('.')?;
    (stem.len() > name_at).then_some((stem, extension))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
