//! What `imports` of the team's `package.json` make of a specifier that begins with `#`.
//!
//! The rules are those of Node ("Subpath imports" in its documentation of packages): the `package.json` that counts is the
//! nearest one from the importing file upwards, whether it has `imports` or not. The official CLI loads every migration by
//! `require`, also where it is written with `import`, which decides among conditions (tried with `tsx` 4.23 and Node 20).

use serde_json::Value;

use crate::ScriptError;
use crate::link::Import;
use crate::resolve::{Sources, folder_of, nearest, normalize};

const NAME: &str = "package.json";
/// Those that hold, beside the one that always does.
const CONDITIONS: [&str; 3] = ["node", "require", "default"];

/// Where a specifier leads.
#[derive(Debug)]
pub(crate) enum Lead {
    /// To this path in the chosen folder, as the configuration of this name says.
    File { path: String, said_by: String },
    /// To a package of this name, or a module of Node.
    Package(String),
}

/// What the nearest `package.json` says of a specifier; `None` where there is none among the files.
pub(crate) fn follow(
    files: &Sources<'_>,
    from: &str,
    import: &Import,
) -> Result<Option<Lead>, ScriptError> {
    let Some(file) = nearest(files, folder_of(from), NAME) else {
        return Ok(None);
    };
    let Some(text) = files.get(&file).and_then(|source| source.text.as_deref()) else {
        return Err(ScriptError::Unread { files: vec![file] });
    };
    let found = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error: serde_json::Error| error.to_string())
        .and_then(|package: Value| target(&package["imports"], &import.specifier))
        .and_then(|target| lead(&file, &target));
    found.map(Some).map_err(|reason| ScriptError::Subpath {
        file: from.to_owned(),
        line: import.line,
        specifier: import.specifier.clone(),
        package: file,
        reason,
    })
}

/// What `imports` says of a specifier, as it is written there but for its stars.
fn target(imports: &Value, specifier: &str) -> Result<String, String> {
    let undefined = || "its `imports` do not say what that is".to_owned();
    let imports = imports.as_object().ok_or_else(undefined)?;
    let exact = imports.get(specifier).filter(|_| !specifier.contains('*'));
    let (target, star) = match exact {
        Some(target) => (target, ""),
        None => imports
            .iter()
            .filter_map(|(key, target)| {
                let (prefix, suffix) = key.split_once('*')?;
                let star = specifier.strip_prefix(prefix)?.strip_suffix(suffix)?;
                (!star.is_empty()).then_some(((prefix.len(), key.len()), (target, star)))
            })
            .max_by_key(|(length, _)| *length)
            .map(|(_, found)| found)
            .ok_or_else(undefined)?,
    };
    if strays(star) {
        return Err(format!("`{star}` may not stand for a part of a path"));
    }
    let target = choose(target)?.ok_or_else(undefined)?;
    Ok(target.replace('*', star))
}

/// The target among those of conditions and lists; `None` where it is for other conditions, or for nobody.
fn choose(target: &Value) -> Result<Option<&str>, String> {
    match target {
        Value::String(target) if is_valid(target) => Ok(Some(target)),
        Value::String(target) => Err(format!(
            "`{target}` in its `imports` is neither a path that begins with `./` and stays in its folder, nor a package"
        )),
        Value::Object(conditions) => {
            for (condition, target) in conditions {
                if CONDITIONS.contains(&condition.as_str())
                    && let Some(target) = choose(target)?
                {
                    return Ok(Some(target));
                }
            }
            Ok(None)
        }
        // Of a list the first that can be one counts, whether it is there or not.
        Value::Array(targets) => {
            let mut last = Ok(None);
            for target in targets {
                last = choose(target);
                if let Ok(Some(_)) = last {
                    break;
                }
            }
            last
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(None),
    }
}

/// Whether it can be one: a path, or the name of a package. An address is none, not even `node:fs`.
fn is_valid(target: &str) -> bool {
    match target.strip_prefix("./") {
        Some(path) => !strays(path),
        None => !target.starts_with(['.', '/', '#']) && !target.contains(':'),
    }
}

/// Whether a part of a path leads elsewhere than further in.
fn strays(path: &str) -> bool {
    let mut parts = path.split(['/', '\\']);
    parts.any(|part| matches!(part, "." | ".." | "node_modules"))
}

fn lead(file: &str, target: &str) -> Result<Lead, String> {
    if !target.starts_with("./") {
        return Ok(Lead::Package(target.to_owned()));
    }
    let path = normalize(&folder_of(file), target)
        .ok_or_else(|| format!("`{target}` leads out of its folder"))?;
    let said_by = file.to_owned();
    Ok(Lead::File { path, said_by })
}
