//! What a release intends: which environments, which scripts, in which order.

mod script;

use datocms_client::EnvironmentId;
use sha2::{Digest as _, Sha256};
use std::{cmp::Ordering, collections::BTreeSet};

use crate::{
    approval::Digest, consent::Consent, download::Download, limits::Limits, policy::Resource,
    rehearsal::Estimate,
};

pub use self::script::{Comparison, ImportedFile, PlannedScript};

/// The name of one release: unique, made by the engine from the clock and its source of randomness.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReleaseId(String);

/// Why a text is not a [`ReleaseId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not the id of a release: it needs 1 to 64 lowercase letters, digits or dashes")]
pub struct InvalidReleaseId(String);

impl ReleaseId {
    /// Parses an id, as it stands in a journal or in the page's address.
    pub fn parse(text: &str) -> Result<Self, InvalidReleaseId> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidReleaseId(text.to_owned()))
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ReleaseId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a release is going to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The release's own id.
    pub id: ReleaseId,
    /// What people call it.
    pub title: String,
    /// The environment that is primary when the plan is made, and the one a rollback goes back to.
    pub source: EnvironmentId,
    /// The sandbox that will be forked from `source`, migrated and promoted.
    pub sandbox: EnvironmentId,
    /// The pending scripts, in the order they will run. May be empty: then the release only
    /// copies and promotes.
    pub scripts: Vec<PlannedScript>,
    /// Api key of the model that records which scripts ran; the vendor CLI's is `schema_migration`.
    pub ledger_model: String,
    /// What people allowed scripts to handle of the whole project when the plan was made.
    pub consents: Vec<Consent>,
    /// Which scripts download, and from where, as their text said when the plan was made.
    pub downloads: Vec<Download>,
    /// How much each script may take.
    pub limits: Limits,
    /// What the scripts are expected to take, where they were rehearsed. It promises nothing, so an approval does not
    /// name it.
    pub estimate: Option<Estimate>,
}

impl Plan {
    /// A hash of everything the plan promises. Approvals name it, so a changed plan voids them.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        let mut feed = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text.as_bytes());
        };
        feed(self.id.as_str());
        feed(self.source.as_str());
        feed(self.sandbox.as_str());
        feed(&self.ledger_model);
        for script in &self.scripts {
            feed(&script.name);
            feed(&script.sha256.to_string());
        }
        // Plans of old had none of these, and their approvals name them without.
        for script in &self.scripts {
            for file in script.imports.iter().flatten() {
                feed(&script.name);
                feed(&file.path);
                feed(&file.sha256.to_string());
            }
        }
        for consent in &self.consents {
            feed(&consent.script);
            feed(consent.resource.key());
        }
        for download in &self.downloads {
            feed(&download.sentence());
            feed(&download.script);
        }
        if self.limits != Limits::default() {
            feed(&format!("{:?}", self.limits));
        }
        Digest::from_bytes(hash.finalize().into())
    }

    /// Whether the plan lets a script handle this.
    pub fn allows(&self, script: &str, resource: Resource) -> bool {
        self.consents
            .iter()
            .any(|consent| consent.script == script && consent.resource == resource)
    }
}

/// Whether the vendor's CLI would take a file of this name for a migration: one or more digits,
/// anything, then `.js` or `.ts` (`/^\d+.*\.(js|ts)$/`; reference section 8.1).
pub fn is_migration_name(name: &str) -> bool {
    let starts_with_digit = name.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let stem = name
        .strip_suffix(".js")
        .or_else(|| name.strip_suffix(".ts"));
    // In the CLI's expression `.` does not match line breaks.
    starts_with_digit && stem.is_some_and(|stem| !stem.contains(['\n', '\r']))
}

/// The folder in the migrations folder whose scripts the vendor's CLI runs with the client before the present one. With
/// its slash, as names in the ledger begin.
pub const LEGACY_FOLDER: &str = "legacyClient/";

/// The files of a folder, told apart as the vendor's CLI would.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderReading {
    /// Migrations that the ledger does not name, in the order they will run.
    pub pending: Vec<String>,
    /// Migrations that the ledger names, in order.
    pub applied: Vec<String>,
    /// Script files at the top of the folder whose name makes the CLI ignore them.
    pub misnamed: Vec<String>,
    /// Names the ledger has and the folder has not.
    pub missing: Vec<String>,
    /// The last migration, in order, that the ledger names, whether or not the folder has its file.
    pub newest: Option<String>,
    /// Those of the pending ones that come before the newest one that ran.
    pub overtaken: Vec<String>,
}

/// Reads a folder against the ledger.
///
/// `names` are paths relative to the migrations folder; files in sub-directories are helpers, not
/// migrations, but for those of [`LEGACY_FOLDER`], which are sorted in by their bare names. `order` is the CLI's:
/// JavaScript's `localeCompare`, which the browser provides.
///
/// A script of the legacy folder counts as run under its bare name, as the CLI has it, and also under the name with the
/// folder: the CLI enters that one, does not find it again, and would run the script twice.
pub fn read_folder(
    names: &[String],
    ledger: &BTreeSet<String>,
    order: impl Fn(&str, &str) -> Ordering,
) -> FolderReading {
    let mut reading = FolderReading::default();
    let bare =
        |name: &str| -> String { name.strip_prefix(LEGACY_FOLDER).unwrap_or(name).to_owned() };
    let is_legacy = |name: &str| name.starts_with(LEGACY_FOLDER);
    let mut top: Vec<(String, &String)> = names
        .iter()
        .map(|name| (bare(name), name))
        .filter(|(bare, _)| !bare.contains('/'))
        .collect();
    // Of two with the same bare name the one at the top comes first: sorting keeps that order.
    top.sort_by_key(|(_, name)| is_legacy(name));
    top.sort_by(|(a, _), (b, _)| order(a, b));
    for (bare, name) in top {
        if !is_migration_name(&bare) {
            if looks_like_a_script(name) && !is_legacy(name) {
                reading.misnamed.push(name.clone());
            }
        } else if ledger.contains(bare.as_str()) || ledger.contains(name) {
            reading.applied.push(name.clone());
        } else {
            reading.pending.push(name.clone());
        }
    }
    reading.missing = ledger
        .iter()
        .filter(|entered| {
            let mut names = names.iter();
            !names.any(|name| name == *entered || (is_legacy(name) && bare(name) == **entered))
        })
        .cloned()
        .collect();
    reading.missing.sort_by(|a, b| order(a, b));
    let in_order = |a: &String, b: &String| order(&bare(a), &bare(b));
    let entered = ledger.iter().filter(|name| is_migration_name(&bare(name)));
    reading.newest = entered.max_by(|a, b| in_order(a, b)).cloned();
    if let Some(newest) = &reading.newest {
        let pending = reading.pending.iter();
        let overtaken = pending.filter(|name| in_order(name, newest).is_lt());
        reading.overtaken = overtaken.cloned().collect();
    }
    reading
}

fn looks_like_a_script(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(
        extension,
        Some("js" | "ts" | "mjs" | "cjs" | "mts" | "cts" | "JS" | "TS")
    ) && !name.ends_with(".d.ts")
}

/// Proposes a name for the next sandbox: the source's name with its trailing date or counter
/// replaced by `date` (`YYYY-MM-DD`), counted up while it is taken.
pub fn propose_sandbox(
    source: &EnvironmentId,
    date: &str,
    taken: &BTreeSet<EnvironmentId>,
) -> Option<EnvironmentId> {
    let stem = source
        .as_str()
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    let stem = if stem.is_empty() { "release" } else { stem };
    (1..=1000).find_map(|count| {
        let text = match count {
            1 => format!("{stem}-{date}"),
            n => format!("{stem}-{date}-{n}"),
        };
        let id: EnvironmentId = text.parse().ok()?;
        (!taken.contains(&id)).then_some(id)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("1700000000_addTopics.ts", true)]
    #[case("1.js", true)]
    #[case("0001 spaces are fine.js", true)]
    #[case("addTopics.ts", false)]
    #[case("1700000000_addTopics.mjs", false)]
    #[case("1700000000_addTopics.tsx", false)]
    #[case("1700000000_add\nTopics.ts", false)]
    #[case(".js", false)]
    #[case("", false)]
    fn a_file_is_a_migration_when_the_cli_says_so(#[case] name: &str, #[case] expected: bool) {
        assert_eq!(is_migration_name(name), expected);
    }

    #[test]
    fn a_folder_is_told_apart_into_pending_applied_misnamed_and_missing() {
        let names = [
            "20_b.ts",
            "10_a.ts",
            "notes.md",
            "helper.ts",
            "types.d.ts",
            "lib/30_not_a_migration.ts",
        ]
        .map(str::to_owned);
        let ledger = ["10_a.ts", "05_gone.ts"].map(str::to_owned).into();

        let reading = read_folder(&names, &ledger, Ord::cmp);

        assert_eq!(reading.pending, ["20_b.ts"]);
        assert_eq!(reading.applied, ["10_a.ts"]);
        assert_eq!(reading.misnamed, ["helper.ts"]);
        assert_eq!(reading.missing, ["05_gone.ts"]);
        assert_eq!(reading.newest.as_deref(), Some("10_a.ts"));
        assert_eq!(reading.overtaken, [""; 0]);
    }

    #[test]
    fn what_ran_last_counts_without_its_file_and_in_the_legacy_folder() {
        let read = |names: &[&str], ledger: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            let ledger = ledger.iter().map(|name| (*name).to_owned()).collect();
            read_folder(&names, &ledger, Ord::cmp)
        };
        let without_file = read(
            &["10_a.ts", "20_b.ts", "40_d.ts"],
            &["10_a.ts", "30_gone.ts"],
        );
        assert_eq!(without_file.newest.as_deref(), Some("30_gone.ts"));
        assert_eq!(without_file.overtaken, ["20_b.ts"]);

        let legacy = read(
            &["20_b.ts", "legacyClient/30_c.js"],
            &["legacyClient/30_c.js"],
        );
        assert_eq!(legacy.overtaken, ["20_b.ts"]);

        let no_migration = read(&["20_b.ts"], &["seed"]);
        assert_eq!(
            (no_migration.newest, no_migration.overtaken),
            (None, Vec::new())
        );
    }

    #[test]
    fn the_legacy_folder_is_sorted_in_by_bare_names() {
        let names = [
            "20_b.ts",
            "legacyClient/10_a.js",
            "legacyClient/20_b.ts",
            "legacyClient/05_ran.js",
            "legacyClient/06_ran.js",
            "legacyClient/helper.js",
            "legacyClient/lib/30_c.js",
        ]
        .map(str::to_owned);
        let ledger = ["05_ran.js", "legacyClient/06_ran.js"]
            .map(str::to_owned)
            .into();

        let reading = read_folder(&names, &ledger, Ord::cmp);

        let pending = ["legacyClient/10_a.js", "20_b.ts", "legacyClient/20_b.ts"];
        assert_eq!(reading.pending, pending);
        let applied = ["legacyClient/05_ran.js", "legacyClient/06_ran.js"];
        assert_eq!(reading.applied, applied);
        assert_eq!(
            (reading.misnamed, reading.missing),
            (Vec::new(), Vec::new())
        );
    }

    #[rstest]
    #[case("main", &[], "main-2026-11-21")]
    #[case("main-2026-10-02", &[], "main-2026-11-21")]
    #[case("main", &["main-2026-11-21"], "main-2026-11-21-2")]
    #[case("2024", &[], "release-2026-11-21")]
    fn the_proposed_sandbox_is_dated_and_free(
        #[case] source: &str,
        #[case] taken: &[&str],
        #[case] expected: &str,
    ) {
        let taken = taken.iter().map(|t| t.parse().unwrap()).collect();
        let proposed = propose_sandbox(&source.parse().unwrap(), "2026-11-21", &taken);
        assert_eq!(proposed.unwrap().as_str(), expected);
    }
}
