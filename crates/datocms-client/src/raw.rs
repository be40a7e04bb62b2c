//! Requests that somebody else composed: those of migration scripts.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::call::Call;
use crate::exchange::RoundTrip;
use crate::id::entity_id;
use crate::retry::Repeat;
use crate::{ApiError, Cma, EnvironmentId, Timer, Transport};

/// A request to be passed on as it is. Its path stays under the API's base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRequest {
    method: Method,
    path: String,
    query: String,
    body: Vec<u8>,
    environment: Option<EnvironmentId>,
    owns_id: bool,
}

/// Why a path may not be passed on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a path of the API: {reason}")]
pub struct InvalidPath {
    /// The path as given.
    pub path: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// The status, whatever it is.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    /// How long the server took over it, from the moment the rate limit let the request go; of one that was sent several
    /// times, over the last.
    pub took: Duration,
}

impl RawRequest {
    /// A request for `path_and_query` (`/items?page[limit]=1`), relative to the API's base URL.
    ///
    /// Browsers resolve dot segments, also percent-encoded ones, and read `\` as `/` before they send, so what was
    /// classified as one resource would address another: such paths are refused.
    pub fn new(method: Method, path_and_query: &str) -> Result<Self, InvalidPath> {
        let refused = |reason| InvalidPath {
            path: path_and_query.to_owned(),
            reason,
        };
        let (path, query) = path_and_query
            .split_once('?')
            .unwrap_or((path_and_query, ""));
        if !path.starts_with('/') {
            return Err(refused("it must start with a slash"));
        }
        if path_and_query.contains('#') {
            return Err(refused("it has a fragment"));
        }
        if path
            .bytes()
            .any(|byte| !byte.is_ascii_graphic() || byte == b'\\')
        {
            return Err(refused("it holds characters that do not belong in a path"));
        }
        let dots = |segment: &str| {
            matches!(
                segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
                "." | ".."
            )
        };
        if path[1..]
            .split('/')
            .any(|segment| segment.is_empty() || dots(segment))
        {
            return Err(refused("it has an empty or a dot segment"));
        }
        let query = query.replace('[', "%5B").replace(']', "%5D");
        if !query.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("its query is not encoded"));
        }
        Ok(Self {
            method,
            path: path.to_owned(),
            query,
            body: Vec::new(),
            environment: None,
            owns_id: false,
        })
    }

    /// Adds a body.
    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Gives the record that this request creates an id made of random bytes, when it creates one and brings no id.
    ///
    /// With an id that nobody else has, the creation happens once whatever becomes of its answer: what is found under that
    /// id was made by this request, and is its answer. Nothing else of the body is touched. Other requests stay as they are.
    #[must_use]
    pub fn with_record_id(mut self, random: [u8; 16]) -> Self {
        if self.method == Method::POST
            && self.path == "/items"
            && let Some(at) = place_for_id(&self.body)
        {
            let id = format!(r#""id":"{}","#, entity_id(random));
            self.body.splice(at..at, id.into_bytes());
            self.owns_id = true;
        }
        self
    }

    /// The body, empty when there is none.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Addresses an environment; without this, primary.
    #[must_use]
    pub fn in_environment(mut self, environment: &EnvironmentId) -> Self {
        self.environment = Some(environment.clone());
        self
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The query without `?`, empty when there is none.
    pub fn query(&self) -> &str {
        &self.query
    }
}

impl<T: Transport, C: Timer> Cma<T, C> {
    /// Passes a request on and its answer back, untouched: the caller has its own idea of errors and jobs.
    ///
    /// It is sent again like [every other](ApiError#what-is-sent-again): a `GET` or `HEAD` like a read, any other method
    /// like a write, that is only when the server cannot have carried it out. The creation of a record that brings its own
    /// id counts as such when a look shows that there is no such record. When no answer comes in the end, a read is
    /// [`ApiError::Unavailable`] and anything else [`ApiError::InDoubt`].
    ///
    /// One that was given its id [here](RawRequest::with_record_id) is even answered when its own answer is lost: what is
    /// found under that id is the answer, as 201.
    ///
    /// No other request can be looked after. Models, fields and everything else that becomes a job may still be on its way
    /// when the look finds nothing; and what an update or a deletion would have done may have been done by somebody else.
    pub async fn raw(&self, request: RawRequest) -> Result<RawAnswer, ApiError> {
        let RawRequest {
            method,
            path,
            query,
            body,
            environment,
            owns_id,
        } = request;
        let repeat = if method == Method::GET || method == Method::HEAD {
            Repeat::Harmless
        } else {
            Repeat::IfRefused
        };
        let created = created_record(&method, &path, &body);
        let mut call = Call::new(method, repeat, path).in_environment(environment.as_ref());
        call.query = query;
        call.body = body;
        call.owns_id = owns_id;
        if let Some(id) = created {
            call = call.creating(&["items", &id])?;
        }
        let (parts, body) = self.connection().exchange(&call).await?.into_parts();
        let round_trip = parts.extensions.get::<RoundTrip>();
        Ok(RawAnswer {
            status: parts.status,
            headers: parts.headers,
            body,
            took: round_trip.map_or(Duration::ZERO, |RoundTrip(took)| *took),
        })
    }
}

/// Where an id can be put into the creation of a record: behind the brace that opens `data`. `None` when there is one
/// already, or when it is no creation of a record.
fn place_for_id(body: &[u8]) -> Option<usize> {
    #[derive(Deserialize)]
    struct Creation<'a> {
        #[serde(borrow)]
        data: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Data {
        #[serde(rename = "type")]
        kind: String,
        #[serde(default)]
        id: Option<IgnoredAny>,
        #[serde(rename = "attributes")]
        _attributes: IgnoredAny,
    }
    let text = std::str::from_utf8(body).ok()?;
    let creation: Creation<'_> = serde_json::from_str(text).ok()?;
    let data: Data = serde_json::from_str(creation.data.get()).ok()?;
    if data.kind != "item" || data.id.is_some() {
        return None;
    }
    // The borrowed value is a part of the body: its distance from the start is where it stands.
    let start = (creation.data.get().as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(start + 1)
}

/// The id that the creation of a record brings along.
fn created_record(method: &Method, path: &str, body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Creation {
        data: Data,
    }
    #[derive(Deserialize)]
    struct Data {
        id: String,
    }
    if method != Method::POST || path != "/items" {
        return None;
    }
    let creation: Creation = serde_json::from_slice(body).ok()?;
    // What cannot be part of a path is no id that the server would take.
    let plain = |id: &str| {
        !id.is_empty()
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    Some(creation.data.id).filter(|id| plain(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path_and_query: &str, expected: Result<(&str, &str), &'static str>) {
        let found = RawRequest::new(Method::GET, path_and_query);
        let found = found
            .as_ref()
            .map(|request| (request.path(), request.query()))
            .map_err(|error| error.reason);
        assert_eq!(found, expected, "{path_and_query:?}");
    }

    fn with_id(path: &str, body: &str) -> String {
        let request = RawRequest::new(Method::POST, path)
            .unwrap()
            .with_body(body.as_bytes().to_vec())
            .with_record_id([0; 16]);
        String::from_utf8(request.body().to_vec()).unwrap()
    }

    #[test]
    fn a_new_record_gets_an_id_and_the_rest_of_its_body_stays_as_it_was() {
        let body = r#"{ "meta" : 1.50, "data": { "type":"item", "attributes":{"n":1e400} } }"#;
        assert_eq!(
            with_id("/items", body),
            r#"{ "meta" : 1.50, "data": {"id":"AAAAAAAAQACAAAAAAAAAAA", "type":"item", "attributes":{"n":1e400} } }"#
        );
    }

    #[test]
    fn what_creates_no_record_or_brings_an_id_gets_none() {
        let item = r#"{"data":{"type":"item","attributes":{}}}"#;
        for (path, body) in [
            ("/items/It1/duplicate", item),
            ("/menu-items", item),
            (
                "/items",
                r#"{"data":{"type":"item","id":"It1","attributes":{}}}"#,
            ),
            ("/items", r#"{"data":{"type":"item_type","attributes":{}}}"#),
            ("/items", r#"{"data":[{"type":"item","attributes":{}}]}"#),
            ("/items", r#"{"data":{"type":"item"}}"#),
            ("/items", r#"{"data":"#),
            ("/items", ""),
        ] {
            assert_eq!(with_id(path, body), body, "{path}");
        }
    }

    #[test]
    fn only_a_record_with_an_id_of_its_own_can_be_looked_for() {
        let check =
            |method: Method, path: &str, body: &str| created_record(&method, path, body.as_bytes());
        let body = r#"{"data":{"type":"item","id":"T4m-4tuQSTu6m_sRaCGkkg"}}"#;
        let id = Some("T4m-4tuQSTu6m_sRaCGkkg".to_owned());
        assert_eq!(check(Method::POST, "/items", body), id);
        assert_eq!(check(Method::PUT, "/items", body), None);
        assert_eq!(check(Method::POST, "/item-types", body), None);
        for body in [
            r#"{"data":{"type":"item"}}"#,
            r#"{"data":{"id":".."}}"#,
            r#"{"data":{"id":""}}"#,
            "",
            "{",
        ] {
            assert_eq!(check(Method::POST, "/items", body), None, "{body}");
        }
    }

    #[test]
    fn a_path_cannot_be_taken_for_another() {
        let dots = Err("it has an empty or a dot segment");
        check("/items", Ok(("/items", "")));
        check(
            "/items?page[limit]=1&x=%20",
            Ok(("/items", "page%5Blimit%5D=1&x=%20")),
        );
        check("/items/a%2Fb", Ok(("/items/a%2Fb", "")));
        check(
            "/item-types/schema_migration",
            Ok(("/item-types/schema_migration", "")),
        );
        check("items", Err("it must start with a slash"));
        check("https://elsewhere/items", Err("it must start with a slash"));
        check("//elsewhere/items", dots);
        check("/items/../environments/main", dots);
        check("/items/%2e%2E/environments/main", dots);
        check("/items/.%2e/x", dots);
        check("/items/", dots);
        check(
            "/items\\..\\environments",
            Err("it holds characters that do not belong in a path"),
        );
        check(
            "/it ems",
            Err("it holds characters that do not belong in a path"),
        );
        check("/items#x", Err("it has a fragment"));
        check("/items?a b", Err("its query is not encoded"));
    }
}
