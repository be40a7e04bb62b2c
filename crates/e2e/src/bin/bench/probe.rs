//! Listens to what the plugin's page asks for and when its sandboxes come, from inside that page.

use e2e::{Failure, Page};
use serde_json::Value;

/// Notes every call and every frame, with the page's own clock, from now on.
///
/// What the page does is not changed, but for one thing: a request leaves from a microtask of its own. A browser that is
/// driven notes the stack of each request, which takes the longer the deeper it is; a person's browser notes none.
const LISTEN: &str = "
    const listens = window.slipwayHeard !== undefined;
    window.slipwayHeard = { calls: [], frames: [] };
    if (listens) return;
    const original = window.fetch;
    window.fetch = function (...request) {
        const url = typeof request[0] === 'string' ? request[0] : request[0].url;
        const call = { url, at: performance.now(), status: 0, answered: 0 };
        window.slipwayHeard.calls.push(call);
        const answer = Promise.resolve().then(() => original.apply(this, request));
        answer.then((response) => {
            call.status = response.status;
            call.answered = performance.now();
        }, () => undefined);
        return answer;
    };
    const seen = (node) => {
        if (node.nodeName === 'IFRAME') window.slipwayHeard.frames.push(performance.now());
    };
    new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach(seen)))
        .observe(document, { childList: true, subtree: true });
";

/// What was heard.
#[derive(Debug)]
pub(crate) struct Probe(Value);

impl Probe {
    /// Begins to listen, or to listen anew.
    pub(crate) async fn start(page: &Page) -> Result<(), Failure> {
        page.script(LISTEN, vec![]).await.map(drop)
    }

    /// What was heard so far.
    pub(crate) async fn read(page: &Page) -> Result<Self, Failure> {
        page.script("return window.slipwayHeard", vec![])
            .await
            .map(Self)
    }

    /// How many calls of a path have their answer.
    pub(crate) async fn answered(page: &Page, path: &str) -> Result<u64, Failure> {
        let count = "return window.slipwayHeard.calls
            .filter(({ url, answered }) => answered > 0 && url.endsWith(arguments[0])).length";
        let answered = page.script(count, vec![path.into()]).await?;
        Ok(answered.as_u64().unwrap_or_default())
    }

    /// Calls of the management API that the rate limit let through.
    pub(crate) fn calls(&self) -> u32 {
        self.count(|call| call["status"] != 429)
    }

    /// Those that the rate limit refused.
    pub(crate) fn refused(&self) -> u32 {
        self.count(|call| call["status"] == 429)
    }

    /// Milliseconds from the coming of the first sandbox to the first call of a path.
    pub(crate) fn frame_to_call(&self, path: &str) -> Result<f64, Failure> {
        let frame = self.0["frames"][0].as_f64();
        let call = self
            .cma()
            .find(|call| call["url"].as_str().is_some_and(|url| url.ends_with(path)))
            .and_then(|call| call["at"].as_f64());
        let (frame, call) = frame
            .zip(call)
            .ok_or_else(|| Failure::Untrue(format!("no sandbox called {path}: {}", self.0)))?;
        Ok(call - frame)
    }

    /// Where the management API is.
    pub(crate) fn base(&self) -> Result<String, Failure> {
        let url = self.cma().find_map(|call| call["url"].as_str());
        let base = url.and_then(|url| url.split_once("/cma/"));
        base.map(|(host, _)| format!("{host}/cma"))
            .ok_or_else(|| Failure::Untrue("the management API was not called".to_owned()))
    }

    fn count(&self, wanted: impl Fn(&Value) -> bool) -> u32 {
        let found = self.cma().filter(|call| wanted(call)).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    }

    fn cma(&self) -> impl Iterator<Item = &Value> {
        let calls = self.0["calls"].as_array().into_iter().flatten();
        calls.filter(|call| {
            call["url"]
                .as_str()
                .is_some_and(|url| url.contains("/cma/"))
        })
    }
}
