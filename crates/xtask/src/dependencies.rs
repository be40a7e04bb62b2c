//! Where the dependencies come from and under which licences, without a network.
//!
//! `deny.toml` is the one list of what is allowed; `cargo deny check` reads it too, and knows advisories besides. This
//! check needs nothing installed, so it runs everywhere.

use std::{collections::BTreeSet, fmt, fs, io};

use serde_json::Value;

use crate::{
    process::{self, ProcessError},
    workspace,
};

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What is wrong with the dependencies.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DependencyError {
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("cannot read deny.toml: {0}")]
    Policy(#[from] io::Error),
    #[error("cannot read `cargo metadata`: {0}")]
    Metadata(#[from] serde_json::Error),
    #[error("deny.toml has no list `allow`")]
    NoPolicy,
    #[error("{} of the dependencies cannot be used:\n{}", .0.len(), Lines(.0))]
    Refused(Vec<String>),
}

struct Lines<'a>(&'a [String]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| writeln!(f, "  {line}"))
    }
}

/// Every package of the lock: from crates.io or this workspace, and under a licence on the list.
pub(crate) fn check() -> Result<(), DependencyError> {
    let policy = fs::read_to_string(workspace::root().join("deny.toml"))?;
    let allowed = allowed(&policy).ok_or(DependencyError::NoPolicy)?;
    let mut cargo = process::cargo();
    cargo.args([
        "metadata",
        "--locked",
        "--all-features",
        "--format-version",
        "1",
    ]);
    let metadata: Value = serde_json::from_str(&process::read(cargo)?)?;
    let refused: Vec<_> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|package| refusal(package, &allowed))
        .collect();
    if refused.is_empty() {
        Ok(())
    } else {
        Err(DependencyError::Refused(refused))
    }
}

/// The strings of the list `allow` in deny.toml.
fn allowed(policy: &str) -> Option<BTreeSet<&str>> {
    let (_, list) = policy.split_once("\nallow = [")?;
    let (list, _) = list.split_once(']')?;
    Some(
        list.split(',')
            .map(|entry| entry.trim().trim_matches('"'))
            .filter(|entry| !entry.is_empty())
            .collect(),
    )
}

/// Why a package cannot be used, if so.
fn refusal(package: &Value, allowed: &BTreeSet<&str>) -> Option<String> {
    let name = format!(
        "{} {}",
        package["name"].as_str()?,
        package["version"].as_str()?
    );
    match package["source"].as_str() {
        // Of this workspace.
        None => return None,
        Some(CRATES_IO) => {}
        Some(source) => return Some(format!("{name} comes from {source}")),
    }
    match package["license"].as_str() {
        None => Some(format!("{name} states no licence")),
        Some(licence) if !permits(licence, allowed) => {
            Some(format!("{name} is licensed under {licence}"))
        }
        Some(_) => None,
    }
}

/// Whether an SPDX expression can be satisfied with allowed licences. A slash is the old way to write OR.
fn permits(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any_of(&mut words, allowed) && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

/// `AND` binds stronger than `OR`. Both sides are always read, also when the first has decided.
fn any_of(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut permitted = all_of(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        permitted |= all_of(words, allowed);
    }
    permitted
}

fn all_of(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    let mut permitted = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        permitted &= one(words, allowed);
    }
    permitted
}

fn one(words: &mut Words<'_>, allowed: &BTreeSet<&str>) -> bool {
    match words.next() {
        Some("(") => {
            let permitted = any_of(words, allowed);
            words.next_if_eq(&")").is_some() && permitted
        }
        Some(licence) if words.next_if_eq(&"WITH").is_some() => {
            let exception = words.next().unwrap_or_default();
            allowed.contains(format!("{licence} WITH {exception}").as_str())
        }
        Some(licence) => allowed.contains(licence),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_expression_is_permitted_when_some_choice_is() {
        let allowed = BTreeSet::from([
            "MIT",
            "Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "Unicode-3.0",
        ]);
        for good in [
            "MIT",
            "MIT/GPL-3.0",
            "GPL-2.0-only OR MIT",
            "(GPL-3.0 OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
            "GPL-3.0 AND BUSL-1.1 OR MIT",
        ] {
            assert!(permits(good, &allowed), "{good}");
        }
        for bad in [
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT OR Apache-2.0) AND GPL-3.0",
            "MIT WITH some-exception",
            "MIT MIT",
            "(MIT",
            "",
        ] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_package_is_named_with_its_fault() {
        let allowed = BTreeSet::from(["MIT"]);
        let package = |source: Value, license: Value| json!({ "name": "a", "version": "1.0.0", "source": source, "license": license });
        let fault = |source: Value, license: Value| refusal(&package(source, license), &allowed);
        assert_eq!(fault(Value::Null, Value::Null), None);
        assert_eq!(fault(CRATES_IO.into(), "MIT".into()), None);
        assert_eq!(
            fault(CRATES_IO.into(), "GPL-3.0".into()).as_deref(),
            Some("a 1.0.0 is licensed under GPL-3.0")
        );
        assert_eq!(
            fault(CRATES_IO.into(), Value::Null).as_deref(),
            Some("a 1.0.0 states no licence")
        );
        assert_eq!(
            fault("git+https://example.com/a".into(), "MIT".into()).as_deref(),
            Some("a 1.0.0 comes from git+https://example.com/a")
        );
    }

    #[test]
    fn the_list_is_read_from_the_policy() {
        let policy = "[licenses]\nallow = [\n  \"MIT\",\n  \"Apache-2.0 WITH LLVM-exception\",\n]\nother = [\"x\"]\n";
        assert_eq!(
            allowed(policy),
            Some(BTreeSet::from(["MIT", "Apache-2.0 WITH LLVM-exception"]))
        );
        assert_eq!(allowed("[licenses]\n"), None);
    }
}
