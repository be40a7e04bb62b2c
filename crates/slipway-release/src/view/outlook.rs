//! What the pending scripts will ask of the whole project, as far as their text says: shown before anything runs.

use std::collections::BTreeMap;

use crate::{
    consent::Consent,
    download::Download,
    policy::{Reach, Resource, endpoints},
};

/// A method of the vendor's client that a script names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The script that would run it, as the plan names it.
    pub script: String,
    /// The client's namespace: `webhooks`.
    pub namespace: String,
    /// The client's method: `create`; `None` where the namespace is handed on as a whole.
    pub method: Option<String>,
    /// The file it stands in.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What is known before the release.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// What will be asked for, by script.
    pub wishes: Vec<Wish>,
    /// What will be refused, a sentence each.
    pub refused: Vec<String>,
    /// Where only the run shows what a script calls, or what it asks for with it; a sentence each.
    pub unclear: Vec<String>,
    /// Which scripts download, and from where, in the order they run.
    pub downloads: Vec<Download>,
}

impl Outlook {
    /// What is said of all of it. That nothing changes is said only where every call can be told.
    pub fn lead(&self) -> &'static str {
        if !self.wishes.is_empty() {
            "What these scripts ask for belongs to the whole project. It changes at once, for primary too, and no rollback takes it back. What you do not allow here is asked again when the script gets there, while editors wait."
        } else if self.unclear.is_empty() {
            "As far as their text says, the pending scripts change nothing outside the sandbox."
        } else {
            "Whether the pending scripts change anything outside the sandbox cannot be told beforehand. You are asked before they do, while editors wait."
        }
    }
}

/// The client's methods that fetch a file from an address (`www/sandbox/uploads.mjs`).
const DOWNLOADING: [&str; 2] = ["createFromUrl", "updateFromUrl"];

/// Something a script needs a consent for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// Script and resource.
    pub consent: Consent,
    /// Where it says so: "webhooks.create in line 12".
    pub calls: Vec<String>,
}

/// Sorts what scripts name by what the policy says of it.
///
/// `site.update` changes an environment's own settings with the same call as the project's, so that its text does not
/// tell and it is unclear; at run time the body does.
///
/// `unclear` are script, file and line; `hosts` is for each script, in order, what it may download from at all.
pub fn outlook(
    mentions: &[Mention],
    unclear: &[(String, String, u32)],
    hosts: &[(String, Vec<String>)],
) -> Outlook {
    let mut wishes: BTreeMap<Consent, Vec<String>> = BTreeMap::new();
    let (mut refused, mut unsettled) = (Vec::new(), Vec::new());
    for mention in mentions {
        let (mut forbidden, mut depends) = (false, false);
        let mut needed = Vec::<Resource>::new();
        for endpoint in endpoints::of_namespace(&mention.namespace) {
            let named = mention.method.as_deref().map(plain);
            if named.is_some_and(|method| method != plain(endpoint.method)) {
                continue;
            }
            match endpoint.reach {
                Reach::Consent(resource) if !needed.contains(&resource) => needed.push(resource),
                Reach::Forbidden(_) if mention.method.is_some() => forbidden = true,
                Reach::Settings(_) if mention.method.is_some() => depends = true,
                Reach::Consent(_)
                | Reach::Forbidden(_)
                | Reach::Environment
                | Reach::Settings(_)
                | Reach::Look => {}
            }
        }
        if forbidden {
            refused.push(format!("{} calls {}.", mention.script, call(mention)));
        }
        if depends {
            unsettled.push(format!("{} calls {}.", mention.script, call(mention)));
        }
        for resource in needed {
            let consent = Consent {
                script: mention.script.clone(),
                resource,
            };
            wishes.entry(consent).or_default().push(call(mention));
        }
    }
    Outlook {
        wishes: wishes
            .into_iter()
            .map(|(consent, calls)| Wish { consent, calls })
            .collect(),
        refused,
        unclear: unclear
            .iter()
            .map(|(script, file, line)| format!("{script} does in {}.", place(script, file, *line)))
            .chain(unsettled)
            .collect(),
        downloads: hosts
            .iter()
            .filter_map(|(script, hosts)| download(script, hosts, mentions, unclear))
            .collect(),
    }
}

/// What is said of a script's downloads; `None` where it has none. A method's name is enough, whatever it is called on:
/// better one script too many than one too few.
fn download(
    script: &str,
    hosts: &[String],
    mentions: &[Mention],
    unclear: &[(String, String, u32)],
) -> Option<Download> {
    let own = || mentions.iter().filter(|mention| mention.script == script);
    let is_named = own().any(|mention| {
        let method = mention.method.as_deref();
        method.is_some_and(|method| DOWNLOADING.contains(&method))
    });
    let is_handed_on =
        own().any(|mention| mention.namespace == "uploads" && mention.method.is_none());
    let is_unclear = unclear.iter().any(|(unclear, _, _)| unclear == script);
    let might = !hosts.is_empty() && (is_handed_on || is_unclear);
    (is_named || might).then(|| Download {
        script: script.to_owned(),
        hosts: hosts.to_vec(),
        is_named,
    })
}

fn call(mention: &Mention) -> String {
    let place = place(&mention.script, &mention.file, mention.line);
    let namespace = &mention.namespace;
    match &mention.method {
        Some(method) => format!("{namespace}.{method} in {place}"),
        None => format!("{namespace} in {place}"),
    }
}

fn place(script: &str, file: &str, line: u32) -> String {
    if script == file {
        format!("line {line}")
    } else {
        format!("line {line} of {file}")
    }
}

/// The method whose request a method makes: raw forms, iterators and the client's own helper go through others.
fn plain(method: &str) -> String {
    let simple = match method {
        "updateCurrentEnvironmentPermissions" => "update",
        "listPagedIterator" | "rawListPagedIterator" => "list",
        "queryPagedIterator" | "rawQueryPagedIterator" => "query",
        other => other.strip_prefix("raw").unwrap_or(other),
    };
    let mut letters = simple.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(namespace: &str, method: &str) -> Outlook {
        let method = Some(method).filter(|method| !method.is_empty());
        let mention = Mention {
            script: "1_a.ts".to_owned(),
            namespace: namespace.to_owned(),
            method: method.map(str::to_owned),
            file: "lib/b.ts".to_owned(),
            line: 4,
        };
        outlook(&[mention], &[], &[])
    }

    #[test]
    fn what_needs_a_consent_is_listed_by_script() {
        for method in ["create", "rawCreate", "find", ""] {
            let found = of("webhooks", method);
            assert_eq!(found.wishes.len(), 1, "{method}");
            assert_eq!(found.wishes[0].consent.resource, Resource::Webhooks);
        }
        assert_eq!(
            of("webhooks", "create").wishes[0].calls,
            ["webhooks.create in line 4 of lib/b.ts"]
        );
        let helper = of("roles", "updateCurrentEnvironmentPermissions");
        assert_eq!(helper.wishes[0].consent.resource, Resource::Roles);
    }

    #[test]
    fn what_only_looks_or_is_no_call_asks_for_nothing() {
        for (namespace, method) in [
            ("roles", "list"),
            ("roles", "map"),
            ("items", "create"),
            ("site", "find"),
            ("console", "log"),
        ] {
            assert_eq!(
                of(namespace, method),
                Outlook::default(),
                "{namespace}.{method}"
            );
        }
    }

    #[test]
    fn what_its_body_decides_cannot_be_told() {
        let found = of("site", "update");
        assert_eq!(found.wishes, []);
        assert_eq!(
            found.unclear,
            ["1_a.ts calls site.update in line 4 of lib/b.ts."]
        );
    }

    #[test]
    fn that_nothing_changes_is_said_only_where_it_is_sure() {
        let stays = "change nothing outside the sandbox";
        assert!(of("items", "create").lead().contains(stays));
        assert!(of("webhooks", "create").lead().contains("whole project"));
        let unclear = [("1_a.ts".to_owned(), "1_a.ts".to_owned(), 3)];
        for found in [of("site", "update"), outlook(&[], &unclear, &[])] {
            assert!(found.lead().contains("cannot be told beforehand"));
            assert!(!found.lead().contains(stays));
        }
    }

    #[test]
    fn what_will_be_refused_is_said_beforehand() {
        assert_eq!(
            of("environments", "promote").refused,
            ["1_a.ts calls environments.promote in line 4 of lib/b.ts."]
        );
        assert_eq!(of("environments", "list"), Outlook::default());
    }

    /// What is said of the downloads of a script that names this, or something unclear, and these hosts.
    fn downloads(named: Option<(&str, Option<&str>)>, hosts: &[&str]) -> Vec<String> {
        let script = || "1_a.ts".to_owned();
        let mention = named.map(|(namespace, method)| Mention {
            script: script(),
            namespace: namespace.to_owned(),
            method: method.map(str::to_owned),
            file: script(),
            line: 4,
        });
        let unclear = match named {
            Some(_) => Vec::new(),
            None => vec![(script(), script(), 3)],
        };
        let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
        let mentions = Vec::from_iter(mention);
        let found = outlook(&mentions, &unclear, &[(script(), hosts)]);
        found.downloads.iter().map(Download::sentence).collect()
    }

    #[test]
    fn where_a_script_downloads_from_is_said() {
        let hosts = ["a.example", "b.example", "c.example:8080"];
        let uploads = |method| Some(("uploads", Some(method)));
        assert_eq!(
            downloads(uploads("createFromUrl"), &hosts),
            ["Downloads from a.example, b.example and c.example:8080."]
        );
        // Whatever the namespace was called by then.
        assert_eq!(
            downloads(Some(("files", Some("updateFromUrl"))), &hosts[..1]),
            ["Downloads from a.example."]
        );
        assert_eq!(
            downloads(uploads("createFromUrl"), &[]),
            [
                "Downloads, but no address is written out in its files: what it asks for will be refused. Write the addresses out in the script."
            ]
        );
        for might in [None, Some(("uploads", None))] {
            assert_eq!(
                downloads(might, &hosts[..1]),
                ["May download from a.example."]
            );
            assert_eq!(downloads(might, &[]), Vec::<String>::new());
        }
        for does_not in [uploads("createFromLocalFile"), Some(("items", None))] {
            assert_eq!(downloads(does_not, &hosts), Vec::<String>::new());
        }
    }
}
