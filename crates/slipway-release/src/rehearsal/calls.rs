//! The requests of a script, by kind.

use crate::{
    failure::shortened,
    policy::{Endpoint, endpoints},
};

/// How much is kept of the path of no endpoint that is known, in characters. A script may make it as long as it likes.
const UNKNOWN: usize = 200;

/// The requests of one script.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Calls {
    /// All of them, by endpoint, in order of first appearance.
    pub endpoints: Vec<EndpointCalls>,
    /// How many of them were refused, because no migration may make them or a person did not allow it.
    pub refused: u32,
    /// How many of them were held back, because they would have changed the whole project.
    pub held_back: u32,
    /// How many of them the CMS answered with an error, or not at all.
    pub failed: u32,
}

/// How often an endpoint was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointCalls {
    /// The HTTP method, in capitals.
    pub verb: String,
    /// The path, with `:id` for each id; the path itself, shortened, where it is of no endpoint that is known.
    pub template: String,
    /// How often.
    pub count: u32,
}

impl Calls {
    /// Counts a request.
    pub fn count(&mut self, verb: &str, path: &str) {
        let verb = shortened(verb, UNKNOWN).to_ascii_uppercase();
        let template = endpoints::of_request(&verb, path).map_or_else(
            || shortened(path, UNKNOWN),
            |found| found.template.to_owned(),
        );
        let known = self
            .endpoints
            .iter_mut()
            .find(|known| known.verb == verb && known.template == template);
        match known {
            Some(known) => known.count += 1,
            None => self.endpoints.push(EndpointCalls {
                template,
                verb,
                count: 1,
            }),
        }
    }

    /// All of them.
    pub fn total(&self) -> u32 {
        self.endpoints.iter().map(|endpoint| endpoint.count).sum()
    }

    /// Those that only look.
    pub fn reads(&self) -> u32 {
        let reads = self.endpoints.iter().filter(|endpoint| endpoint.is_read());
        reads.map(|endpoint| endpoint.count).sum()
    }

    /// Those that change something.
    pub fn writes(&self) -> u32 {
        self.total() - self.reads()
    }

    /// These and others together.
    pub fn add(&mut self, others: &Self) {
        for other in &others.endpoints {
            let known = self
                .endpoints
                .iter_mut()
                .find(|known| known.verb == other.verb && known.template == other.template);
            match known {
                Some(known) => known.count += other.count,
                None => self.endpoints.push(other.clone()),
            }
        }
        self.refused += others.refused;
        self.held_back += others.held_back;
        self.failed += others.failed;
    }
}

impl EndpointCalls {
    /// Whether the request only looks.
    pub fn is_read(&self) -> bool {
        is_read(&self.verb, &self.template)
    }

    /// How the vendor's client calls it: `items.create`; `None` where it is no endpoint that is known.
    pub fn method(&self) -> Option<String> {
        let path = self.template.replace(":id", "x");
        endpoints::of_request(&self.verb, &path).map(
            |Endpoint {
                 namespace, method, ..
             }| format!("{namespace}.{method}"),
        )
    }
}

/// Whether a request only looks: every `GET`, and those whose question is too long for an address.
pub fn is_read(verb: &str, path: &str) -> bool {
    if verb.eq_ignore_ascii_case("GET") {
        return true;
    }
    let verb = verb.to_ascii_uppercase();
    endpoints::of_request(&verb, &path.replace(":id", "x")).is_some_and(|endpoint| {
        matches!(
            (endpoint.namespace, endpoint.method),
            ("items", "validateExisting" | "validateNew") | ("auditLogEvents", "query")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_endpoint_and_kind() {
        let mut calls = Calls::default();
        calls.count("get", "/items");
        calls.count("POST", "/items");
        calls.count("PUT", "/items/a");
        calls.count("PUT", "/items/b");
        calls.count("POST", "/items/validate");
        calls.count("POST", "/nowhere/else");
        assert_eq!((calls.total(), calls.reads(), calls.writes()), (6, 2, 4));
        let put = &calls.endpoints[2];
        assert_eq!((put.template.as_str(), put.count), ("/items/:id", 2));
        assert_eq!(put.method().as_deref(), Some("items.update"));
        assert_eq!(calls.endpoints[4].template, "/nowhere/else");
        assert_eq!(calls.endpoints[4].method(), None);
        calls.count("POST", &format!("/nowhere/{}", "x".repeat(1000)));
        assert_eq!(calls.endpoints[5].template.chars().count(), UNKNOWN);
        calls.endpoints.pop();
        let mut twice = calls.clone();
        twice.add(&calls);
        assert_eq!((twice.total(), twice.endpoints.len()), (12, 5));
    }
}
