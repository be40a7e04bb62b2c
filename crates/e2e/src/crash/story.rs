//! The golden files: one story a crash point, in `crash/stories`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{Cut, Moment, Played, Profile};
use crate::{failure::Failure, server::root};

/// Set, the stories are written as they went instead of being compared.
const UPDATE: &str = "UPDATE_STORIES";

/// The folder of golden files.
#[derive(Debug)]
pub struct Stories {
    folder: PathBuf,
    updates: bool,
}

impl Stories {
    /// The stories as they are kept.
    pub fn open() -> Self {
        Self {
            folder: root().join("crates/e2e/crash/stories"),
            updates: env::var_os(UPDATE).is_some(),
        }
    }

    /// Compares the undisturbed run, with every call it makes.
    pub fn compare_undisturbed(&self, played: &Played) -> Result<(), Failure> {
        let writes = played.calls.iter().filter(|call| call.writes);
        let changes: Vec<String> = (1..)
            .zip(writes)
            .map(|(number, call)| format!("{number}. The page {}.\n", call.key))
            .collect();
        let text = format!(
            "# A release and its rollback, undisturbed\n\n{}\n## What it changes, in order\n\n{}",
            list(&played.before),
            changes.concat()
        );
        self.compare(&self.folder.join("undisturbed.md"), &text)
    }

    /// Compares the two runs of a crash point.
    pub fn compare_crash(
        &self,
        call: &str,
        moment: Moment,
        runs: &[(Profile, Played)],
    ) -> Result<(), Failure> {
        self.compare(&self.file(call, moment), &told(call, moment, runs))
    }

    /// The golden file of a crash point.
    fn file(&self, call: &str, moment: Moment) -> PathBuf {
        let dashed: String = call
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
            .collect();
        let words: Vec<&str> = dashed.split_whitespace().collect();
        let name = format!("{}.md", words.join("-").to_lowercase());
        self.folder.join(moment.as_str()).join(name)
    }

    /// Golden files that belong to no crash point.
    pub fn left_over(&self, calls: &[(String, Moment)]) -> Result<Vec<PathBuf>, Failure> {
        let known: Vec<PathBuf> = calls
            .iter()
            .map(|(call, moment)| self.file(call, *moment))
            .collect();
        let mut left = Vec::new();
        for moment in Moment::ALL {
            let folder = self.folder.join(moment.as_str());
            for entry in fs::read_dir(&folder).map_err(Failure::file(&folder))? {
                let file = entry.map_err(Failure::file(&folder))?.path();
                if known.contains(&file) {
                    continue;
                }
                if self.updates {
                    fs::remove_file(&file).map_err(Failure::file(&file))?;
                } else {
                    left.push(file);
                }
            }
        }
        Ok(left)
    }

    fn compare(&self, file: &Path, told: &str) -> Result<(), Failure> {
        if self.updates {
            let folder = file.parent().unwrap_or(&self.folder);
            fs::create_dir_all(folder).map_err(Failure::file(folder))?;
            return fs::write(file, told).map_err(Failure::file(file));
        }
        let kept = fs::read_to_string(file).map_err(Failure::file(file))?;
        if kept == told {
            return Ok(());
        }
        let line = kept
            .lines()
            .zip(told.lines())
            .position(|(kept, told)| kept != told)
            .unwrap_or_else(|| kept.lines().count().min(told.lines().count()));
        let at = |text: &str| text.lines().nth(line).unwrap_or("(the end)").to_owned();
        Err(Failure::Untrue(format!(
            "{}:{}: the story went another way. Kept: {} Now: {} (`{UPDATE}=1` keeps the new ones.)",
            file.display(),
            line + 1,
            at(&kept),
            at(told)
        )))
    }
}

/// A crash point's story: one page that dies, and then one that is opened in either profile.
fn told(call: &str, moment: Moment, runs: &[(Profile, Played)]) -> String {
    let mut parts = vec![format!(
        "# The page dies at “{call}”, {}\n",
        moment.in_words()
    )];
    let mut known = None;
    for (profile, played) in runs {
        let beginning = (&played.before, &played.left);
        // Up to its death a page knows nothing of the next one's profile.
        if known.replace(beginning) != Some(beginning) {
            parts.push(list(&played.before) + "- The page is gone.\n");
            parts.extend(played.left.iter().map(|left| format!("{left}\n")));
        }
        parts.push(format!("## A new page in {}\n", profile.in_words()));
        parts.push(list(&played.after));
    }
    parts.join("\n")
}

/// Sentences as a list; what begins with spaces is a detail of the sentence before.
fn list(sentences: &[String]) -> String {
    let item = |sentence: &String| match sentence.strip_prefix("  ") {
        Some(detail) => format!("  - {detail}\n"),
        None => format!("- {sentence}\n"),
    };
    sentences.iter().map(item).collect::<Vec<_>>().concat()
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (call, moment) = (&self.call, self.moment.in_words());
        let profile = self.profile.in_words();
        write!(f, "“{call}”, {moment}, then {profile}")
    }
}
