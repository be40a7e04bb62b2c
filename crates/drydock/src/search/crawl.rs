//! Walking through a site: from its first page along its own links, page after page.

use std::collections::{HashSet, VecDeque};

use http::{StatusCode, Uri};
use serde_json::Value;

use super::page::{self, Page, resolve};
use crate::outgoing::{Outgoing, OutgoingError, Reply};

/// Most pages of a site.
const MAX_PAGES: usize = 500;

/// The name of the robot.
const AGENT: &str = "DatoCmsSearchBot";

/// Why a site cannot be indexed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CrawlError {
    #[error("the first page, {url}, cannot be fetched: {reason}")]
    FirstPage { url: String, reason: OutgoingError },
    #[error("the first page, {url}, answers {status}")]
    Status { url: String, status: StatusCode },
}

/// The pages of the site that begins at `start` and stays on its host, in the order they were found.
pub(super) async fn crawl(
    outgoing: &Outgoing,
    start: &str,
    suffix: Option<&str>,
) -> Result<Vec<Page>, CrawlError> {
    let agent = match suffix.filter(|suffix| !suffix.is_empty()) {
        Some(suffix) => format!("{AGENT} {suffix}"),
        None => AGENT.to_owned(),
    };
    let headers = [("user-agent".to_owned(), agent)];
    let mut pages = Vec::new();
    let mut seen = HashSet::from([start.to_owned()]);
    let mut queue = VecDeque::from([start.to_owned()]);
    while let Some(url) = queue.pop_front().filter(|_| pages.len() < MAX_PAGES) {
        let is_first = seen.len() == 1 && pages.is_empty();
        let reply = match outgoing.get(&url, &headers).await {
            Ok(reply) => reply,
            Err(reason) if is_first => return Err(CrawlError::FirstPage { url, reason }),
            // A page that does not come is not part of the index; the next crawl may find it.
            Err(_) => continue,
        };
        let links = if reply.status.is_redirection() {
            let to = header(&reply, "location").and_then(|to| resolve(&url, to));
            to.into_iter().collect()
        } else if !reply.status.is_success() {
            if is_first {
                let status = reply.status;
                return Err(CrawlError::Status { url, status });
            }
            continue;
        } else if header(&reply, "content-type").is_some_and(|kind| kind.contains("html")) {
            let reading = page::read(&url, &reply.body);
            if reading.may_be_kept {
                pages.push(reading.page);
            }
            if reading.may_be_followed {
                reading.links
            } else {
                Vec::new()
            }
        } else {
            continue;
        };
        for link in links {
            if same_host(start, &link) && seen.insert(link.clone()) {
                queue.push_back(link);
            }
        }
    }
    Ok(pages)
}

fn header<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
    reply.headers.get(name).and_then(Value::as_str)
}

fn same_host(one: &str, other: &str) -> bool {
    let of = |address: &str| {
        let uri: Uri = address.parse().ok()?;
        Some((uri.scheme()?.clone(), uri.authority()?.clone()))
    };
    of(one).is_some_and(|host| of(other) == Some(host))
}
