//! Listens to what the plugin's page asks for and when its sandboxes come, from inside that page.

use e2e::{Failure, Page};
use serde_json::Value;

/// Notes every call and every frame, with the page's own clock, from now on. What the page does is not changed.
const LISTEN: &str = "
    const heard = { calls: [], frames: [] };
    const original = window.fetch;
    window.fetch = function (...request) {
        const url = typeof request[0] === 'string' ? request[0] : request[0].url;
        const call = { url, at: performance.now(), status: 0, answered: 0 };
        heard.calls.push(call);
        const answer = original.apply(this, request);
        answer.then((response) => {
            call.status = response.status;
            call.answered = performance.now();
        }, () => undefined);
        return answer;
    };
    const seen = (node) => {
        if (node.nodeName === 'IFRAME') heard.frames.push(performance.now());
    };
    new MutationObserver((records) => records.forEach((record) => record.addedNodes.forEach(seen)))
        .observe(document, { childList: true, subtree: true });
    window.slipwayHeard = heard;
";

/// What was heard.
#[derive(Debug)]
pub(crate) struct Probe(Value);

impl Probe {
    /// Begins to listen.
    pub(crate) async fn start(page: &Page) -> Result<(), Failure> {
        page.script(LISTEN, vec![]).await.map(drop)
    }

    /// What was heard so far.
    pub(crate) async fn read(page: &Page) -> Result<Self, Failure> {
        page.script("return window.slipwayHeard", vec![])
            .await
            .map(Self)
    }

    /// Calls of the management API.
    pub(crate) fn calls(&self) -> u32 {
        self.count(|_| true)
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
