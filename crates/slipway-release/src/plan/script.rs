//! One script of a plan: its file, what that imports, and whether both are still what they were.

use crate::approval::Digest;

/// One migration file of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlannedScript {
    /// File name relative to the migrations folder, as the ledger records it.
    pub name: String,
    /// Hash of the file's bytes when the plan was made.
    pub sha256: Digest,
    /// The files that it imports, directly or not, in the order of their paths. `None` where that is not known: of a file
    /// that could not be linked, and of what was written down before Slipway looked at more than the file itself.
    pub imports: Option<Vec<ImportedFile>>,
}

/// A file that a script imports.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImportedFile {
    /// Its path relative to the migrations folder, so that it is the same whatever folder around that was chosen:
    /// `helpers/slugify.ts`, `../lib/topics.ts`.
    pub path: String,
    /// Hash of its bytes.
    pub sha256: Digest,
}

/// How a script that was noted down compares with what there is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// It is the same, as far as was noted down.
    Same,
    /// The file itself was edited.
    Edited,
    /// A file that it imports was edited, or is imported only now or only then. Of several the first by path.
    ImportEdited(String),
    /// What it imports was noted down, and cannot be read now.
    ImportsUnread,
}

impl PlannedScript {
    /// Compares this script, as it was noted down, with the one of the same name that there is now.
    ///
    /// Where nobody noted down what it imports, only the file itself counts.
    pub fn compare(&self, now: &Self) -> Comparison {
        if self.sha256 != now.sha256 {
            return Comparison::Edited;
        }
        match (&self.imports, &now.imports) {
            (None, _) => Comparison::Same,
            (Some(_), None) => Comparison::ImportsUnread,
            (Some(then), Some(now)) => match edited_import(then, now) {
                Some(path) => Comparison::ImportEdited(path.to_owned()),
                None => Comparison::Same,
            },
        }
    }
}

/// The first import that differs. What was edited comes before what is only in one of the two, for an edited file is what
/// leads to others.
fn edited_import<'f>(then: &'f [ImportedFile], now: &'f [ImportedFile]) -> Option<&'f str> {
    let lacks = |files: &[ImportedFile], path: &str| !files.iter().any(|file| file.path == path);
    let edited = now
        .iter()
        .find(|file| !then.contains(file) && !lacks(then, &file.path));
    let only_in_one = || {
        let all = then.iter().chain(now);
        all.filter(|file| lacks(then, &file.path) || lacks(now, &file.path))
            .min_by_key(|file| &file.path)
    };
    edited.or_else(only_in_one).map(|file| file.path.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn script(text: &str, imports: Option<&[(&str, &str)]>) -> PlannedScript {
        let file = |(path, text): &(&str, &str)| ImportedFile {
            path: (*path).to_owned(),
            sha256: Digest::of(text.as_bytes()),
        };
        PlannedScript {
            name: "1_a.ts".to_owned(),
            sha256: Digest::of(text.as_bytes()),
            imports: imports.map(|files| files.iter().map(file).collect()),
        }
    }

    const THEN: &[(&str, &str)] = &[("../lib/x.ts", "x"), ("../lib/y.ts", "y")];

    #[rstest]
    #[case::the_same(script("a", Some(THEN)), Comparison::Same)]
    #[case::itself(script("edited", Some(THEN)), Comparison::Edited)]
    #[case::edited(
        script("a", Some(&[("../lib/x.ts", "x"), ("../lib/y.ts", "edited")])),
        Comparison::ImportEdited("../lib/y.ts".to_owned())
    )]
    #[case::edited_and_led_to_another(
        script("a", Some(&[("../lib/a.ts", "a"), ("../lib/x.ts", "x"), ("../lib/y.ts", "edited")])),
        Comparison::ImportEdited("../lib/y.ts".to_owned())
    )]
    #[case::gone(
        script("a", Some(&[("../lib/x.ts", "x")])),
        Comparison::ImportEdited("../lib/y.ts".to_owned())
    )]
    #[case::led_elsewhere(
        script("a", Some(&[("../lib/x.ts", "x"), ("../lib/y/index.ts", "y")])),
        Comparison::ImportEdited("../lib/y.ts".to_owned())
    )]
    #[case::not_read(script("a", None), Comparison::ImportsUnread)]
    fn a_script_is_what_it_was_only_with_all_it_imports(
        #[case] now: PlannedScript,
        #[case] expected: Comparison,
    ) {
        assert_eq!(script("a", Some(THEN)).compare(&now), expected);
    }

    #[test]
    fn a_script_of_old_is_compared_by_its_file_alone() {
        let old = script("a", None);
        assert_eq!(old.compare(&script("a", Some(THEN))), Comparison::Same);
        assert_eq!(old.compare(&script("edited", None)), Comparison::Edited);
    }
}
