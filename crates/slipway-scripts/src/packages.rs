//! The packages that the sandbox brings along, as `www/sandbox/packages.json` lists them: the build of the sandbox reads
//! the same file.

use std::sync::LazyLock;

use serde::Deserialize;

/// The key of the official management API client, under whichever of its names a script imports it.
pub const CLIENT: &str = "client";

const LISTING: &str = include_str!("../../../www/sandbox/packages.json");

#[derive(Deserialize, Default)]
struct Listing {
    /// Names under which scripts import the official client. Those of the CLI first, whose users have them without
    /// installing anything.
    client: Vec<String>,
    /// Packages that need neither Node nor a network, under their own names.
    pure: Vec<String>,
}

/// A test reads the same file, so that it cannot be malformed.
static PACKAGES: LazyLock<Listing> =
    LazyLock::new(|| serde_json::from_str(LISTING).unwrap_or_default());

/// The key of the package that a specifier names.
pub(crate) fn key(specifier: &str) -> Option<String> {
    let is = |name: &String| {
        let rest = specifier.strip_prefix(name.as_str());
        matches!(rest, Some("" | ".js"))
    };
    if PACKAGES.client.iter().any(is) {
        return Some(CLIENT.to_owned());
    }
    PACKAGES.pure.iter().find(|name| is(name)).cloned()
}

/// The names of all packages, for a sentence.
pub(crate) fn known() -> String {
    let names = PACKAGES.client.iter().chain(&PACKAGES.pure);
    names
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A name for the file into which a package is bundled: its own, without what a file name may not hold.
pub(crate) fn file_name(specifier: &str) -> String {
    let name = specifier.trim_start_matches('@').replace('/', "-");
    name.strip_suffix(".js").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listing_is_read_as_it_is_written() {
        let listing: Listing = serde_json::from_str(LISTING).unwrap();
        assert_eq!(listing.client.len(), PACKAGES.client.len());
        assert!(!listing.pure.is_empty());
    }

    #[test]
    fn a_specifier_is_a_package_or_is_not() {
        let cases = [
            ("@datocms/cma-client", Some("client")),
            ("datocms/lib/cma-client-node.js", Some("client")),
            ("@datocms/cma-client-nodes", None),
            (
                "datocms-structured-text-utils",
                Some("datocms-structured-text-utils"),
            ),
            ("datocms-structured-text-utils/dist", None),
            ("lodash", Some("lodash")),
            ("lodash/fp", None),
            ("uuid", Some("uuid")),
        ];
        for (specifier, expected) in cases {
            assert_eq!(key(specifier).as_deref(), expected, "{specifier}");
        }
    }
}
