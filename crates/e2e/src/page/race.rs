//! Two pages at one moment: presses that are agreed on beforehand, and what a page asked the CMS for.

use fantoccini::elements::Element;
use serde_json::{Value, json};

use super::{ELEMENT_KEY, Name, Page, disabled};
use crate::{failure::Failure, role::Role};

/// Time enough to tell two busy browsers.
const AHEAD_MILLIS: u32 = 2500;

/// Presses at the moment itself: a page behind another is woken once a second at best, so it waits awake for the rest.
const PRESS: &str = "
    const [element, moment] = arguments;
    const WOKEN_EVERY = 1100;
    window.slipwayPressed = null;
    setTimeout(() => {
        while (Date.now() < moment);
        window.slipwayPressed = element.isConnected && element.getAttribute('aria-disabled') !== 'true';
        element.click();
    }, Math.max(0, moment - Date.now() - WOKEN_EVERY));
";

/// More requests than a story makes; a browser that is not told remembers 250.
const REMEMBERED: u32 = 100_000;

impl Page {
    /// A moment that is far enough ahead to be agreed on, by the clock of this machine, in milliseconds since 1970.
    pub async fn soon(&self) -> Result<u64, Failure> {
        let script = "return Date.now() + arguments[0]";
        let moment = self.script(script, vec![AHEAD_MILLIS.into()]).await?;
        let moment = moment.as_u64();
        moment.ok_or_else(|| Failure::Untrue("the page has no clock".to_owned()))
    }

    /// Waits until a button can be pressed, and has the page press it at a moment; does not wait for that.
    pub async fn press_at(&self, button: impl Into<Name<'_>>, moment: u64) -> Result<(), Failure> {
        let element = self.pressable(button).await?;
        let element = json!({ ELEMENT_KEY: element.element_id().to_string() });
        self.script(PRESS, vec![element, moment.into()])
            .await
            .map(drop)
    }

    /// Waits until a button can be pressed.
    pub async fn pressable(&self, button: impl Into<Name<'_>>) -> Result<Element, Failure> {
        let button = button.into();
        let what = format!("the button {button} to be there");
        self.until(&what, async || {
            let mut found = self.all(Role::Button, button).await?;
            let Some((element, _)) = found.pop().filter(|_| found.is_empty()) else {
                return Ok(Err(self.what_there_is(Role::Button).await?));
            };
            Ok(match disabled(&element).await? {
                None => Ok(element),
                Some(reason) => Err(format!("it is disabled ({reason})")),
            })
        })
        .await
    }

    /// Waits until an agreed press has happened, on a button that could still be pressed by then.
    pub async fn has_pressed(&self) -> Result<(), Failure> {
        self.comes_to("return window.slipwayPressed", &Value::Bool(true))
            .await
    }

    /// Has the page remember every request it makes from now on.
    pub async fn remember_requests(&self) -> Result<(), Failure> {
        let script = "performance.setResourceTimingBufferSize(arguments[0])";
        self.script(script, vec![REMEMBERED.into()]).await.map(drop)
    }

    /// The addresses of all requests the page made, done or refused, in order.
    pub async fn requests(&self) -> Result<Vec<String>, Failure> {
        let script =
            "return performance.getEntriesByType('resource').map((request) => request.name)";
        let names = self.script(script, vec![]).await?;
        let names = names.as_array().into_iter().flatten();
        Ok(names
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect())
    }
}
