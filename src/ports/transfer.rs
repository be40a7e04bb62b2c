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
//!
//! Where any of these sends on to, no page is told, so nothing is sent on. Each request is written into the log.

mod content;
mod written;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::slice;

use serde_json::Value;
use slipway_engine::ports::{ScriptAnswer, ScriptHost, ScriptRequest};
use slipway_release::failure::shortened;
use slipway_scripts::{Prepared, normalize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, Headers, ReferrerPolicy, RequestCredentials, RequestInit, RequestRedirect, Response,
    ResponseType, Url,
};

use super::fetch::GivingUp;
use super::files::ChosenFiles;
use super::js_error;
use content::{Patience, content};
use written::Written;

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
    /// How long nothing may come of a file.
    patience: Patience,
    /// Who writes the log.
    host: Rc<dyn ScriptHost>,
}

impl Transfers {
    pub(super) fn new(
        files: Rc<ChosenFiles>,
        prepared: &Prepared,
        host: Rc<dyn ScriptHost>,
    ) -> Self {
        Self {
            files,
            folder: prepared.folder.clone(),
            hosts: RefCell::new(prepared.hosts.clone()),
            given_out: RefCell::default(),
            patience: Patience::of_seconds(host.limits().transfer_seconds),
            host,
        }
    }

    /// Notes where the CMS wants a file, and where it keeps those it has, from its answer to a request that
    /// [`tells_of_files`].
    pub(super) fn note(&self, answer: &ScriptAnswer) {
        let ScriptAnswer::Response { status, body, .. } = answer else {
            return;
        };
        if !(200..300).contains(status) {
            return;
        }
        let answer: Value = serde_json::from_str(body).unwrap_or_default();
        let data = &answer["data"];
        for entity in data.as_array().map_or(slice::from_ref(data), Vec::as_slice) {
            let Some(address) = entity["attributes"]["url"].as_str() else {
                continue;
            };
            match entity["type"].as_str() {
                Some("upload_request") => {
                    self.given_out.borrow_mut().insert(address.to_owned());
                }
                // No request can set the address of an asset.
                Some("upload") => {
                    let host = Url::new(address).ok().map(|url| url.host());
                    self.hosts.borrow_mut().extend(host);
                }
                Some(_) | None => {}
            }
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
        let failed = |reason: &str| {
            let address = shortened(address, 1000);
            format!("{address} could not be downloaded: {reason}.")
        };
        let url = Url::new(address).map_err(|_| failed("it is not an address"))?;
        if !["https:", "http:"].contains(&url.protocol().as_str()) {
            return Err(failed("only https and http addresses can be"));
        }
        let mut written = Written::begin(self.host.clone(), "GET", &url);
        if !self.hosts.borrow().contains(&url.host()) {
            written.refused();
            let reason = format!(
                "a migration downloads only the project's own assets and from hosts that are written out in its own files, and {} is not",
                url.host()
            );
            return Err(failed(&reason));
        }
        let giving_up = GivingUp::new();
        let (href, request) = (url.href(), said("GET", &giving_up));
        let answer = self.patience.bear(ask(&href, &request)).await;
        let answer = answer.map_err(|late| failed(&late))?.map_err(|_| {
            failed(
                "its server did not answer, or does not allow pages in a browser to read it (CORS)",
            )
        })?;
        if answer.type_() == ResponseType::Opaqueredirect {
            return Err(failed(
                "its server sends on to another address, which a browser does not show. Open it in a tab of its own, and write the address where that ends into the script",
            ));
        }
        written.answered(answer.status());
        if !answer.ok() {
            return Err(failed(&format!("its server answered {}", answer.status())));
        }
        let blob = content(&answer, self.patience).await;
        let blob = blob.map_err(|reason| failed(&reason))?;
        giving_up.forget();
        Ok(blob)
    }

    /// Sends a file to where the CMS said.
    pub(super) async fn send(
        &self,
        url: &str,
        headers: &BTreeMap<String, String>,
        blob: Option<Blob>,
    ) -> ScriptAnswer {
        self.put(url, headers, blob).await.unwrap_or_else(|reason| {
            ScriptAnswer::Unreachable(format!("The file was not sent: {reason}."))
        })
    }

    async fn put(
        &self,
        url: &str,
        headers: &BTreeMap<String, String>,
        blob: Option<Blob>,
    ) -> Result<ScriptAnswer, String> {
        let elsewhere = "the CMS did not ask for it at that address";
        let address = Url::new(url).map_err(|_| elsewhere)?;
        let mut written = Written::begin(self.host.clone(), "PUT", &address);
        if !self.given_out.borrow().contains(url) {
            written.refused();
            return Err(elsewhere.to_owned());
        }
        let Some(blob) = blob else {
            written.refused();
            return Err("what was given is neither a file nor a blob".to_owned());
        };
        let sent = match in_browsers_terms(headers) {
            Ok(sent) => sent,
            Err(reason) => {
                written.refused();
                return Err(reason);
            }
        };
        let giving_up = GivingUp::new();
        let request = said("PUT", &giving_up);
        request.set_headers(&sent);
        request.set_body(&blob);
        let patience = self.patience.for_content(&blob);
        let answer = patience.bear(ask(url, &request)).await?;
        let answer = answer.map_err(|thrown| js_error::text(&thrown))?;
        giving_up.forget();
        if answer.type_() == ResponseType::Opaqueredirect {
            return Err("its server sends on to an address that the CMS did not name".to_owned());
        }
        written.answered(answer.status());
        Ok(ScriptAnswer::Response {
            status: answer.status(),
            headers: Vec::new(),
            body: String::new(),
        })
    }
}

/// Whether the CMS answers a request with an address for a file: where it wants one, or where it keeps it. Answers are long, and
/// no others are read.
pub(super) fn tells_of_files(request: &ScriptRequest) -> bool {
    let path = request.path.trim_matches('/');
    match path.split('/').next() {
        Some("upload-requests") => request.method.eq_ignore_ascii_case("post"),
        Some("uploads") => true,
        Some(_) | None => false,
    }
}

/// A request that carries nothing of the page along and is not sent on: to where, no page is told.
fn said(method: &str, giving_up: &GivingUp) -> RequestInit {
    let request = RequestInit::new();
    request.set_method(method);
    request.set_credentials(RequestCredentials::Omit);
    request.set_referrer_policy(ReferrerPolicy::NoReferrer);
    request.set_redirect(RequestRedirect::Manual);
    request.set_signal(giving_up.signal().as_ref());
    request
}

/// Headers as the script gave them, which may be none that can be sent.
fn in_browsers_terms(headers: &BTreeMap<String, String>) -> Result<Headers, String> {
    let sent = Headers::new().map_err(|thrown| js_error::text(&thrown))?;
    for (name, value) in headers {
        sent.set(name, value).map_err(|_| {
            let name = shortened(name, 100);
            format!("`{name}` cannot be sent as a header with the value it has")
        })?;
    }
    Ok(sent)
}

async fn ask(url: &str, request: &RequestInit) -> Result<Response, JsValue> {
    let window = web_sys::window().ok_or("there is no page")?;
    let answer = JsFuture::from(window.fetch_with_str_and_init(url, request));
    Ok(answer.await?.unchecked_into())
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
