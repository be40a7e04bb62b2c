//! The demo's migration scripts, built into the server so that it can be started from anywhere.

use sha2::{Digest, Sha256};

macro_rules! scripts {
    ($($path:literal),* $(,)?) => {
        /// Path below the folder of migrations, and text. Helpers come with the scripts that import them.
        pub(super) const FILES: &[(&str, &str)] = &[$((
            $path,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/migrations/", $path)),
        )),*];
    };
}

scripts![
    "1769421600_createIssues.ts",
    "1774864800_addNewsletterBlock.ts",
    "1780308000_addReadingTime.ts",
    "1794819600_createTopics.ts",
    "1794906000_moveTagsToTopics.ts",
    "1794992400_retireTags.ts",
    "helpers/slugify.ts",
];

/// The scripts whose effect is in the demo project, as its ledger names them.
pub(super) const APPLIED: [&str; 3] = [
    "1769421600_createIssues.ts",
    "1774864800_addNewsletterBlock.ts",
    "1780308000_addReadingTime.ts",
];

/// The hexadecimal SHA-256 of a script.
pub(super) fn sha256(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
            if entry.file_type().unwrap().is_dir() {
                files_below(&entry.path(), &format!("{name}/"), found);
            } else {
                found.insert(name);
            }
        }
    }

    #[test]
    fn every_script_of_the_folder_is_built_in() {
        let mut on_disk = BTreeSet::new();
        files_below(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/migrations"),
            "",
            &mut on_disk,
        );
        let built_in: BTreeSet<String> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(built_in, on_disk);
        assert!(APPLIED.iter().all(|name| built_in.contains(*name)));
    }

    #[test]
    fn hashes_are_those_of_sha256sum() {
        assert_eq!(
            sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
