//! What each code of an error means, and what to do about it.

mod content;
mod project;
mod request;

/// Codes that mean the same, what is wrong, and what to do about it; the latter two in whole sentences.
type Meaning = (&'static [&'static str], &'static str, &'static str);

/// All codes of which something is known, by what they are about.
pub(super) const MEANINGS: [&[Meaning]; 9] = [
    request::FORM,
    request::ABSENT,
    project::ACCESS,
    project::BUSY,
    project::ENVIRONMENTS,
    project::PROJECT,
    content::SCHEMA,
    content::RECORDS,
    content::ASSETS,
];

/// What is wrong where the CMS names this code, and what to do about it.
pub(super) fn meaning(code: &str) -> Option<(&'static str, &'static str)> {
    MEANINGS
        .into_iter()
        .flatten()
        .find(|(codes, ..)| codes.contains(&code))
        .map(|(_, what, advice)| (*what, *advice))
}
