//! Names of files, valid by construction: what does not parse can never be a path on the disk.

use crate::cma::controllers::site::PROJECT_SITE;

/// Characters of a name that are kept of what the client calls its file; the rest is cut off, the extension stays.
const MAX_LENGTH: usize = 120;

/// The name of a file: the second it was asked for, a dash, and what the client calls it in lower case letters, digits,
/// dots, dashes and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FileName(String);

impl FileName {
    /// The name for a file a client calls `filename`, asked for at `seconds` since 1970.
    pub(crate) fn new(seconds: i64, filename: &str) -> Self {
        Self(format!("{}-{}", seconds.max(0), plain(filename)))
    }

    /// The name in a path such as `/1/1646149667-photo.png`; `None` for anything else.
    pub(crate) fn in_path(path: &str) -> Option<Self> {
        let name = path
            .strip_prefix('/')?
            .strip_prefix(PROJECT_SITE)?
            .strip_prefix('/')?;
        Self::parse(name)
    }

    /// Reads a name; `None` when it is none of ours.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (seconds, rest) = name.split_once('-')?;
        let is_time = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
        (is_time && rest == plain(rest)).then(|| Self(name.to_owned()))
    }

    /// As it stands in the folder.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As the API shows it: `/1/1646149667-photo.png`.
    pub(crate) fn path(&self) -> String {
        format!("/{PROJECT_SITE}/{}", self.0)
    }

    /// Without the time: `photo.png`.
    pub(crate) fn filename(&self) -> &str {
        self.0.split_once('-').map_or(&self.0, |(_, rest)| rest)
    }

    /// Without time and extension: `photo`.
    pub(crate) fn basename(&self) -> &str {
        let filename = self.filename();
        filename.rsplit_once('.').map_or(filename, |(stem, _)| stem)
    }

    /// What stands behind the last dot.
    pub(crate) fn extension(&self) -> Option<&str> {
        self.filename()
            .rsplit_once('.')
            .map(|(_, extension)| extension)
    }
}

/// What remains of a name: its last part without what could mean anything to a file system or an address.
fn plain(filename: &str) -> String {
    let last = filename.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut kept = String::with_capacity(last.len());
    for c in last.chars().flat_map(char::to_lowercase) {
        let fits = c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_' | '-');
        let c = if fits { c } else { '-' };
        // No run of dots (`..`) and no run of dashes survives.
        if !(kept.ends_with(c) && matches!(c, '.' | '-')) {
            kept.push(c);
        }
    }
    let kept = kept.trim_matches(['.', '-']);
    let (stem, extension) = match kept.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 16 => (stem, Some(extension)),
        Some(_) | None => (kept, None),
    };
    let stem = stem
        .get(..MAX_LENGTH)
        .unwrap_or(stem)
        .trim_matches(['.', '-']);
    match (stem, extension) {
        ("", None) => "file".to_owned(),
        ("", Some(extension)) => format!("file.{extension}"),
        (stem, None) => stem.to_owned(),
        (stem, Some(extension)) => format!("{stem}.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::FileName;

    #[test]
    fn names_keep_what_is_harmless() {
        for (given, kept) in [
            ("newTextFile.txt", "newtextfile.txt"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("a b  c.PNG", "a-b-c.png"),
            ("...", "file"),
            (".htaccess", "htaccess"),
            ("caffè\0.jpg", "caff.jpg"),
            ("", "file"),
            ("a..b.png", "a.b.png"),
        ] {
            let name = FileName::new(1_646_149_667, given);
            assert_eq!(name.filename(), kept, "{given}");
            assert_eq!(
                FileName::parse(name.as_str()),
                Some(name.clone()),
                "{given}"
            );
            assert_eq!(FileName::in_path(&name.path()), Some(name));
        }
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = FileName::new(1, &format!("{}.jpeg", "x".repeat(500)));
        assert_eq!(name.extension(), Some("jpeg"));
        assert!(name.as_str().len() < 140);
    }

    #[test]
    fn what_is_not_a_name_does_not_parse() {
        for wrong in [
            "/1/../project.sqlite",
            "/1/project.sqlite",
            "/1/12-..",
            "/1/12-a/b",
            "/1/12-a%2fb",
            "/2/12-a.png",
            "12-a.png",
            "/1/12-A.png",
        ] {
            assert_eq!(FileName::in_path(wrong), None, "{wrong}");
        }
    }
}
