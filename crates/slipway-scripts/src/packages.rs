//! The packages that the sandbox brings along, as `www/sandbox/packages.json` lists them, and what of them can be imported
//! by itself, as `members.json` does: the build of the sandbox reads the same files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The key of the official management API client, under whichever of its names a script imports it.
pub const CLIENT: &str = "client";

const LISTING: &str = include_str!("../../../www/sandbox/packages.json");
const MEMBERS: &str = include_str!("../../../www/sandbox/members.json");

#[derive(Deserialize, Default)]
struct Listing {
    /// Names under which scripts import the official client. Those of the CLI first, whose users have them without
    /// installing anything.
    client: Vec<String>,
    /// Packages that need neither Node nor a network, under their own names.
    pure: Vec<String>,
    /// Modules of Node that need nothing of it, and the package that does the same.
    node: BTreeMap<String, String>,
}

/// A test reads the same file, so that it cannot be malformed.
static PACKAGES: LazyLock<Listing> =
    LazyLock::new(|| serde_json::from_str(LISTING).unwrap_or_default());

/// By package, what of it can be imported by itself: `lodash/get`. Long, and apart from the packages so that whoever only says
/// which there are does not bring it along. A test reads the same file.
static PARTS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(MEMBERS).unwrap_or_default());

/// The key of the package that a specifier names: [`CLIENT`], its own name, or the name and a member's; or of the module of
/// Node, which is its name without `node:`.
pub(crate) fn key(specifier: &str) -> Option<String> {
    // Node takes the file for its name without the extension. Only folders of a package have files.
    let plain = match specifier.strip_suffix(".js") {
        Some(plain) if plain.contains('/') => plain,
        Some(_) | None => specifier,
    };
    if PACKAGES.client.iter().any(|name| name == plain) {
        return Some(CLIENT.to_owned());
    }
    let of_node = specifier.strip_prefix("node:").unwrap_or(specifier);
    if PACKAGES.node.contains_key(of_node) {
        return Some(of_node.to_owned());
    }
    let is_member = plain.rsplit_once('/').is_some_and(|(name, member)| {
        let members = PARTS.get(name);
        members.is_some_and(|members| members.iter().any(|known| known == member))
    });
    (is_member || PACKAGES.pure.iter().any(|name| name == plain)).then(|| plain.to_owned())
}

/// The package that brings something of its own along, where a specifier names a part of it that is not available.
pub(crate) fn owner(specifier: &str) -> Option<&'static str> {
    let names = PACKAGES.client.iter().chain(&PACKAGES.pure);
    names
        .filter(|name| {
            let rest = specifier.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with('/'))
        })
        .max_by_key(|name| name.len())
        .map(String::as_str)
}

/// Packages that can do nothing without Node, by what they do. Bundled for a browser they are left without it, or ask one for
/// what the sandbox has not. Those that teams use in migrations; to name each would be to name thousands.
const NEEDS: [(&str, &[&str]); 4] = [
    (
        "reads environment variables from a file",
        &[
            "dotenv",
            "dotenv-expand",
            "dotenv-flow",
            "dotenv-safe",
            "env-cmd",
        ],
    ),
    (
        "reads and writes files",
        &[
            "fs-extra",
            "glob",
            "globby",
            "fast-glob",
            "graceful-fs",
            "jsonfile",
            "make-dir",
            "rimraf",
            "tmp",
            "sharp",
        ],
    ),
    (
        "talks to other servers",
        &[
            "axios",
            "cross-fetch",
            "got",
            "graphql-request",
            "isomorphic-fetch",
            "ky",
            "node-fetch",
            "request",
            "superagent",
            "undici",
            "mongodb",
            "mysql",
            "mysql2",
            "pg",
            "contentful",
            "contentful-management",
            "@sanity/client",
            "googleapis",
            "openai",
            "aws-sdk",
        ],
    ),
    (
        "starts programs or asks in a terminal",
        &[
            "cross-spawn",
            "execa",
            "shelljs",
            "zx",
            "inquirer",
            "enquirer",
            "prompts",
        ],
    ),
];

/// What the package that an import names needs Node for, where it cannot do without.
pub(crate) fn need(specifier: &str) -> Option<&'static str> {
    let is_of = |name: &str| {
        let rest = specifier.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut needs = NEEDS.iter();
    needs.find_map(|(does, names)| names.iter().any(|name| is_of(name)).then_some(*does))
}

/// What to use in place of a function that the client for Node alone has, because it needs a disk (`uploads.mjs`).
pub(crate) fn in_place_of(function: &str) -> Option<&'static str> {
    match function {
        "downloadFile" => Some("client.uploads.createFromUrl"),
        "uploadLocalFileToS3" => Some("client.uploads.createFromLocalFile"),
        _ => None,
    }
}

/// The names of all packages, for a sentence.
pub(crate) fn known() -> String {
    let packages = PACKAGES.client.iter().chain(&PACKAGES.pure);
    packages
        .chain(PACKAGES.node.keys())
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
        assert!(!listing.node.is_empty());
        let members: BTreeMap<String, Vec<String>> = serde_json::from_str(MEMBERS).unwrap();
        for (name, members) in members {
            assert!(listing.pure.contains(&name), "{name}");
            assert!(!members.is_empty(), "{name}");
        }
    }

    #[test]
    fn a_part_that_is_not_there_has_an_owner() {
        let cases = [
            ("lodash/fp/getter", Some("lodash/fp")),
            ("lodash/getter", Some("lodash")),
            ("@datocms/cma-client/dist/cjs", Some("@datocms/cma-client")),
            ("lodash.get", None),
            ("lodash-es", None),
            ("axios/lib", None),
        ];
        for (specifier, expected) in cases {
            assert_eq!(owner(specifier), expected, "{specifier}");
        }
    }

    #[test]
    fn a_specifier_is_a_package_or_is_not() {
        let cases = [
            ("@datocms/cma-client", Some("client")),
            ("datocms/lib/cma-client-node.js", Some("client")),
            ("@datocms/cma-client/dist/cjs", None),
            ("@datocms/cma-client-nodes", None),
            (
                "datocms-structured-text-utils",
                Some("datocms-structured-text-utils"),
            ),
            ("datocms-structured-text-utils/dist", None),
            (
                "@datocms/rest-client-utils",
                Some("@datocms/rest-client-utils"),
            ),
            ("lodash", Some("lodash")),
            ("lodash.js", None),
            ("lodash/get", Some("lodash/get")),
            ("lodash/get.js", Some("lodash/get")),
            ("lodash/getter", None),
            ("lodash/_baseGet", None),
            ("lodash/fp", Some("lodash/fp")),
            ("lodash/fp.js", Some("lodash/fp")),
            ("lodash/fp/getOr", Some("lodash/fp/getOr")),
            ("lodash/fp/get.js", Some("lodash/fp/get")),
            ("lodash/fp/_util", None),
            ("path", Some("path")),
            ("node:path", Some("path")),
            ("node:path/posix", None),
            ("node:uuid", None),
            ("date-fns", Some("date-fns")),
            ("date-fns/format", None),
            ("uuid", Some("uuid")),
            ("uuid/v4", Some("uuid/v4")),
            ("uuid/v7", None),
        ];
        for (specifier, expected) in cases {
            assert_eq!(key(specifier).as_deref(), expected, "{specifier}");
        }
    }
}
