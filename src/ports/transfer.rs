//! Files that a migration uploads: opened and sent by the page, for the sandbox has neither a disk nor a network.
//!
//! What is handed into the sandbox is a file of the chosen folder, or what a public address answers. What leaves goes to
//! the one place that the CMS named for it. So a migration reaches
//!
//! - no file outside the chosen folder, none whose path has a part that begins with a dot, and nothing in
//!   `node_modules`: keys lie there;
//! - no host but those written out in its own files, where whoever reads them sees them and the plan lists them, and
//!   those at which the CMS keeps the project's own assets, as its answers to this run say; none with cookies or a token;
//! - no address to send to but those in the CMS's answers to this very run.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::slice;

use gloo_net::http::{Headers, RequestBuilder};
use serde_json::Value;
use slipway_engine::ports::{ScriptAnswer, ScriptRequest};
use slipway_scripts::{Prepared, normalize};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReferrerPolicy, RequestCredentials, Url};

use super::files::ChosenFiles;
use super::js_error;

/// What stands for the chosen folder in `__dirname` and in every absolute path (`www/sandbox/worker.js`).
const ROOT: &str = "/repository/";

/// Where a file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// The chosen folder, by a path as the script wrote it.
    Path(String),
    /// An address.
    Url(String),
}

/// The files of one run of one script.
pub(super) struct Transfers {
    files: Rc<ChosenFiles>,
    /// The folder that relative paths are seen from.
    folder: String,
    /// What may be downloaded from: what the script's files name, and where the CMS said that assets are.
    hosts: RefCell<BTreeSet<String>>,
    /// Where the CMS wants files, as far as it said so in this run.
    given_out: RefCell<BTreeSet<String>>,
}

impl Transfers {
    pub(super) fn new(files: Rc<ChosenFiles>, prepared: &Prepared) -> Self {
        Self {
            files,
            folder: prepared.folder.clone(),
            hosts: RefCell::new(prepared.hosts.clone()),
            given_out: RefCell::default(),
        }
    }

    /// Notes where the CMS wants a file, and where it keeps those it has, from its answer to a request of the script.
    pub(super) fn note(&self, request: &ScriptRequest, answer: &ScriptAnswer) {
        let ScriptAnswer::Response { status, body, .. } = answer else {
            return;
        };
        // Only these tell of files, and bodies are long.
        let path = request.path.trim_matches('/');
        let [is_request, is_asset, is_site] = ["upload-requests", "uploads", "site"]
            .map(|resource| path.split('/').next() == Some(resource));
        if !(is_request || is_asset || is_site) || !(200..300).contains(status) {
            return;
        }
        let answer: Value = serde_json::from_str(body).unwrap_or_default();
        if is_request && request.method.eq_ignore_ascii_case("post") {
            let url = answer["data"]["attributes"]["url"].as_str();
            self.given_out.borrow_mut().extend(url.map(str::to_owned));
        }
        if is_asset || is_site {
            self.hosts.borrow_mut().extend(asset_hosts(&answer));
        }
    }

    /// The content of a file, or why it cannot be had, as a sentence for whoever reads the script's failure.
    pub(super) async fn open(&self, source: Source) -> Result<Blob, String> {
        match source {
            Source::Path(path) => self.open_file(&path).await,
            Source::Url(url) => self.download(&url).await,
        }
    }

    async fn open_file(&self, path: &str) -> Result<Blob, String> {
        let outside = || {
            format!("{path} is not in the folder you chose. Choose the repository that holds it.")
        };
        let within = within(path, &self.folder).ok_or_else(outside)?;
        if within.split('/').any(|part| part.starts_with('.')) {
            return Err(format!(
                "{path} is a hidden file: those are not handed to migrations."
            ));
        }
        let file = self.files.open(&within).await;
        file.map_err(|error| error.to_string())?.ok_or_else(outside)
    }

    async fn download(&self, address: &str) -> Result<Blob, String> {
        let failed = |reason: &str| format!("{address} could not be downloaded: {reason}.");
        let url = Url::new(address).map_err(|_| failed("it is not an address"))?;
        if !["https:", "http:"].contains(&url.protocol().as_str()) {
            return Err(failed("only https and http addresses can be"));
        }
        if !self.hosts.borrow().contains(&url.host()) {
            let reason = format!(
                "a migration downloads only the project's own assets and from hosts that are written out in its own files, and {} is not",
                url.host()
            );
            return Err(failed(&reason));
        }
        let answer = RequestBuilder::new(&url.href())
            .credentials(RequestCredentials::Omit)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .send()
            .await
            .map_err(|_| {
                failed("its server did not answer, or does not allow pages in a browser to read it (CORS)")
            })?;
        if !answer.ok() {
            return Err(failed(&format!("its server answered {}", answer.status())));
        }
        let blob = web_sys::Response::from(answer).blob().map(JsFuture::from);
        let blob = blob
            .map_err(|thrown| failed(&js_error::text(&thrown)))?
            .await;
        let blob = blob.map_err(|thrown| failed(&js_error::text(&thrown)))?;
        Ok(blob.unchecked_into())
    }

    /// Sends a file to where the CMS said.
    pub(super) async fn send(
        &self,
        url: &str,
        headers: &[(String, String)],
        blob: Option<Blob>,
    ) -> ScriptAnswer {
        let refused = |sentence: &str| ScriptAnswer::Unreachable(sentence.to_owned());
        if !self.given_out.borrow().contains(url) {
            return refused("The file was not sent: the CMS did not ask for it at that address.");
        }
        let Some(blob) = blob else {
            return refused("The file was not sent: what was given is neither a file nor a blob.");
        };
        let sent = Headers::new();
        for (name, value) in headers {
            sent.set(name, value);
        }
        let request = RequestBuilder::new(url)
            .method(http::Method::PUT)
            .headers(sent)
            .credentials(RequestCredentials::Omit)
            .referrer_policy(ReferrerPolicy::NoReferrer)
            .body(blob);
        let answer = match request {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        match answer {
            Ok(answer) => ScriptAnswer::Response {
                status: answer.status(),
                headers: Vec::new(),
                body: String::new(),
            },
            Err(error) => refused(&format!("The file was not sent: {error}")),
        }
    }
}

/// The hosts at which the CMS says that assets are: of the assets in an answer the address, which no request can set, and
/// of the project's settings the host that serves them.
fn asset_hosts(answer: &Value) -> Vec<String> {
    let data = &answer["data"];
    let entities = data.as_array().map_or(slice::from_ref(data), Vec::as_slice);
    let host = |entity: &Value| match entity["type"].as_str() {
        Some("upload") => Url::new(entity["attributes"]["url"].as_str()?)
            .ok()
            .map(|url| url.host()),
        Some("site") => entity["attributes"]["imgix_host"]
            .as_str()
            .map(str::to_owned),
        Some(_) | None => None,
    };
    entities.iter().filter_map(host).collect()
}

/// A path as the chosen folder has it; `None` where it leaves that folder. A relative one is seen from `folder`.
fn within(path: &str, folder: &str) -> Option<String> {
    if path.contains('\\') {
        return None;
    }
    match path.strip_prefix(ROOT) {
        Some(path) => normalize("", path),
        None if path.starts_with('/') => None,
        None => normalize(folder, path),
    }
}
