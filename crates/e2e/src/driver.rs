//! `WebDriver` commands that fantoccini has no methods for.
//!
//! Above all the two that say what assistive technology is told about an element: W3C `WebDriver` 2, sections "Get
//! Computed Role" and "Get Computed Label".

use fantoccini::{Client, elements::Element, error::CmdError, wd::WebDriverCompatibleCommand};
use http::Method;
use serde_json::{Value, json};

/// The role the browser computes for an element.
pub(crate) async fn computed_role(client: &Client, element: &Element) -> Result<String, CmdError> {
    ask(client, element, "computedrole").await
}

/// The accessible name the browser computes for an element.
pub(crate) async fn computed_name(client: &Client, element: &Element) -> Result<String, CmdError> {
    ask(client, element, "computedlabel").await
}

/// Sends a command of the Chrome `DevTools` protocol, for what `WebDriver` cannot do, such as the colour scheme.
pub(crate) async fn devtools(
    client: &Client,
    method: &'static str,
    params: Value,
) -> Result<Value, CmdError> {
    client.issue_cmd(Devtools { method, params }).await
}

/// Everything the browser printed to its console since the last call.
pub(crate) async fn console(client: &Client) -> Result<Value, CmdError> {
    client.issue_cmd(BrowserLog).await
}

/// Runs a script among Firefox's own, where preferences can be set; pages are what is looked at again afterwards.
pub(crate) async fn privileged(
    client: &Client,
    script: &str,
    arguments: Vec<Value>,
) -> Result<Value, CmdError> {
    client.issue_cmd(Context("chrome")).await?;
    let ran = client.execute(script, arguments).await;
    client.issue_cmd(Context("content")).await?;
    ran
}

/// Looks at the whole window again, out of every frame.
pub(crate) async fn leave_frames(client: &Client) -> Result<(), CmdError> {
    client.issue_cmd(TopFrame).await.map(drop)
}

async fn ask(client: &Client, element: &Element, what: &'static str) -> Result<String, CmdError> {
    let element = element.element_id().to_string();
    let answer = client.issue_cmd(Computed { element, what }).await?;
    Ok(answer.as_str().unwrap_or_default().to_owned())
}

fn address(
    base: &url::Url,
    session: Option<&str>,
    rest: &str,
) -> Result<url::Url, url::ParseError> {
    base.join(&format!("session/{}/{rest}", session.unwrap_or_default()))
}

#[derive(Debug)]
struct Computed {
    element: String,
    what: &'static str,
}

impl WebDriverCompatibleCommand for Computed {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        address(
            base,
            session,
            &format!("element/{}/{}", self.element, self.what),
        )
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::GET, None)
    }
}

#[derive(Debug)]
struct Devtools {
    method: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        address(base, session, "goog/cdp/execute")
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (
            Method::POST,
            Some(json!({ "cmd": self.method, "params": self.params }).to_string()),
        )
    }
}

/// Which scripts of Firefox are spoken to: `chrome`, its own, or `content`, those of pages.
#[derive(Debug)]
struct Context(&'static str);

impl WebDriverCompatibleCommand for Context {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        address(base, session, "moz/context")
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "context": self.0 }).to_string()))
    }
}

#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        address(base, session, "se/log")
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

#[derive(Debug)]
struct TopFrame;

impl WebDriverCompatibleCommand for TopFrame {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        address(base, session, "frame")
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "id": null }).to_string()))
    }
}
