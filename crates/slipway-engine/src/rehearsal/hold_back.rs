//! Writes of what belongs to the whole project: not sent, and answered as if they had been.
//!
//! [`slipway_release::rehearsal::echo`] says how; here the CMS is asked what is really there.

use datocms_client::{Timer, Transport};
use serde_json::{Value, json};
use slipway_release::{
    policy::{self, Reach, Resource, endpoints},
    rehearsal::{
        HeldBack,
        echo::{Manner, Place, Shown, manner, new_sso_token, place, split_site},
    },
};

use super::host::{Inner, Served};
use crate::{
    ports::{Ports, ScriptAnswer, ScriptRequest},
    script_host::pass_on,
};

/// The longest name that is told of something held back, in characters.
const LONGEST_NAME: usize = 80;

impl<T, C, P> Inner<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Answers a write without sending it.
    pub(super) async fn hold_back(&self, request: &ScriptRequest, resource: Resource) -> Served {
        self.note(request, resource);
        let answer = match self.echo(request, resource).await {
            Ok((status, Some(data))) => shown(request, status, &data),
            Ok((status, None)) => response(status, String::new()),
            // What it would have been done to is not there, or cannot be seen: the CMS's own answer says so.
            Err(answer) => answer,
        };
        Served {
            held_back: true,
            ..Served::here(answer)
        }
    }

    async fn echo(
        &self,
        request: &ScriptRequest,
        resource: Resource,
    ) -> Result<(u16, Option<Value>), ScriptAnswer> {
        let body = request.body.as_deref();
        let shadow = &self.stage.shadow;
        let Some(manner) = manner(&request.method, &request.path) else {
            return Ok((204, None));
        };
        let data = match manner {
            Manner::Nothing => return Ok((204, None)),
            Manner::Made { collection } => {
                let id = self.new_id();
                return Ok((201, Some(shadow.borrow_mut().make(&collection, body, &id))));
            }
            Manner::Copied { path } => {
                let real = self.look(&path, resource).await?;
                let id = self.new_id();
                return Ok((201, Some(shadow.borrow_mut().copy(&path, real, &id))));
            }
            Manner::Changed { path } if path == "/site" => {
                return self.echo_site(request, resource).await;
            }
            Manner::Changed { path } => {
                let real = self.look(&path, resource).await?;
                shadow.borrow_mut().change(&path, body, real)
            }
            Manner::Gone { path } => {
                let real = self.look(&path, resource).await?;
                shadow.borrow_mut().delete(&path, real)
            }
            Manner::AsItIs { path } => self.look(&path, resource).await?,
            Manner::SsoToken { path } => new_sso_token(&self.look(&path, resource).await?),
        };
        Ok((200, Some(data)))
    }

    /// A change of `site` is of the environment in one part, which is done on the fork, and of the project in another,
    /// which is held back.
    async fn echo_site(
        &self,
        request: &ScriptRequest,
        resource: Resource,
    ) -> Result<(u16, Option<Value>), ScriptAnswer> {
        let body = request.body.as_deref().unwrap_or_default();
        let (own, of_project) = split_site(body).unwrap_or((None, Some(body.to_owned())));
        let shadow = &self.stage.shadow;
        if let Some(own) = own {
            let own = ScriptRequest {
                body: Some(own),
                ..request.clone()
            };
            shadow
                .borrow_mut()
                .change("/site", of_project.as_deref(), Value::Null);
            return Err(match self.perform(&own).await {
                Ok(raw) => self.with_shadow(&request.path, pass_on(&own, raw)),
                Err(error) => ScriptAnswer::Unreachable(error.to_string()),
            });
        }
        let real = self.look("/site", resource).await?;
        let site = shadow
            .borrow_mut()
            .change("/site", of_project.as_deref(), real);
        Ok((200, Some(site)))
    }

    /// What is at a path: what earlier requests are believed to have made of it, and else what the CMS shows. Where
    /// looking at it needs a consent that nobody gave, only its type and its id.
    async fn look(&self, path: &str, resource: Resource) -> Result<Value, ScriptAnswer> {
        match self.stage.shadow.borrow().at(path) {
            Shown::Entity(entity) => return Ok(entity),
            Shown::Gone => return Err(not_found()),
            Shown::Real => {}
        }
        let id = path.rsplit('/').next().unwrap_or_default();
        let bare = json!({ "type": resource.key(), "id": id });
        let (at, wanted) = match place(path) {
            Place::At(path) => (path, None),
            Place::InList(list, id) => (list, Some(id)),
            Place::Nowhere => return Ok(bare),
        };
        if !self.may_look(&at) {
            return Ok(bare);
        }
        let request = ScriptRequest {
            method: "GET".to_owned(),
            path: at,
            query: String::new(),
            headers: Vec::new(),
            body: None,
        };
        let raw = (self.perform(&request).await)
            .map_err(|error| ScriptAnswer::Unreachable(error.to_string()))?;
        if !raw.status.is_success() {
            return Err(pass_on(&request, raw));
        }
        let mut document: Value = serde_json::from_slice(&raw.body).unwrap_or_default();
        let found = document["data"].take();
        match (wanted, found) {
            (None, found @ (Value::Object(_) | Value::Array(_))) => Ok(found),
            (Some(wanted), Value::Array(all)) => {
                let mut all = all.into_iter();
                all.find(|one| one["id"] == wanted.as_str())
                    .ok_or_else(not_found)
            }
            (None | Some(_), _) => Ok(bare),
        }
    }

    fn may_look(&self, path: &str) -> bool {
        match endpoints::of_request("GET", path).map(|endpoint| endpoint.reach) {
            Some(Reach::Environment | Reach::Settings(_) | Reach::Look) => true,
            Some(Reach::Consent(resource)) => self.known(resource) == Some(true),
            Some(Reach::Forbidden(_)) | None => false,
        }
    }

    /// The answer to a look at what only the scripts believe in; `None` where the CMS is to be asked.
    pub(super) fn shadowed(&self, path: &str) -> Option<ScriptAnswer> {
        match self.stage.shadow.borrow().at(path) {
            Shown::Entity(entity) => Some(response(200, json!({ "data": entity }).to_string())),
            Shown::Gone => Some(not_found()),
            Shown::Real => None,
        }
    }

    /// An answer of the CMS with what the scripts believe to have changed.
    pub(super) fn with_shadow(&self, path: &str, answer: ScriptAnswer) -> ScriptAnswer {
        let ScriptAnswer::Response {
            status,
            headers,
            body,
        } = answer
        else {
            return answer;
        };
        let over = || {
            let shadow = self.stage.shadow.borrow();
            if shadow.is_empty() {
                return None;
            }
            let mut document: Value = serde_json::from_str(&body).ok()?;
            let touched = shadow.over(path, &mut document);
            touched.then(|| document.to_string())
        };
        let changed = over();
        ScriptAnswer::Response {
            status,
            headers,
            body: changed.unwrap_or(body),
        }
    }

    /// An id as the CMS gives to what belongs to a project: digits.
    fn new_id(&self) -> String {
        let bytes = self.unique();
        let number = bytes[..4]
            .iter()
            .fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
        (10_000_000_000 + number).to_string()
    }

    fn note(&self, request: &ScriptRequest, resource: Resource) {
        let verb = request.method.to_ascii_uppercase();
        let template = endpoints::of_request(&verb, &request.path)
            .map_or(request.path.as_str(), |endpoint| endpoint.template);
        let body: Value = request
            .body
            .as_deref()
            .and_then(|body| serde_json::from_str(body).ok())
            .unwrap_or_default();
        let name = body["data"]["attributes"]["name"].as_str();
        let name = name.map(|name| name.chars().take(LONGEST_NAME).collect::<String>());
        let mut held = self.stage.held_back.borrow_mut();
        let known = held.iter_mut().find(|known| {
            known.script == self.turn.name
                && known.verb == verb
                && known.template == template
                && known.name == name
        });
        match known {
            Some(known) => known.count += 1,
            None => held.push(HeldBack {
                script: self.turn.name.clone(),
                resource,
                template: template.to_owned(),
                verb,
                name,
                count: 1,
            }),
        }
    }
}

/// An entity as the script may see it.
fn shown(request: &ScriptRequest, status: u16, data: &Value) -> ScriptAnswer {
    let body = json!({ "data": data }).to_string();
    let withheld = policy::withhold(&request.method, &request.path, &body);
    response(status, withheld.unwrap_or(body))
}

fn response(status: u16, body: String) -> ScriptAnswer {
    ScriptAnswer::Response {
        status,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body,
    }
}

/// As the CMS says it of what is not there.
fn not_found() -> ScriptAnswer {
    let body = json!({ "data": [{
        "id": "slipway",
        "type": "api_error",
        "attributes": { "code": "NOT_FOUND", "details": {}, "doc_url": "" },
    }]});
    response(404, body.to_string())
}
