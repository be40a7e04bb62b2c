//! What a person does on a page: find by role and name, press, type, look, wait.

use std::{fmt, time::Duration};

use fantoccini::{
    Client, Locator,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::{Element, ElementRef},
    error::{CmdError, ErrorStatus},
    key::Key,
};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

pub use tab::Tab;

use crate::{driver, failure::Failure, role::Role};

mod leaving;
mod menu;
mod race;
mod tab;

/// How long a condition may take to come true; a debug build of the server on a busy machine needs some of it.
const PATIENCE: Duration = Duration::from_secs(20);
/// More stops for Tab than any page has.
const STOPS: usize = 120;
/// How often it is looked at.
const GLANCE: Duration = Duration::from_millis(40);
/// The key under which `WebDriver` hands out elements (W3C `WebDriver`, section "Elements").
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An accessible name to look for. A `&str` means exactly that name, apart from white space.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    text: &'a str,
    whole: bool,
}

impl<'a> Name<'a> {
    /// Any name with this text in it.
    pub fn containing(text: &'a str) -> Self {
        Self { text, whole: false }
    }

    /// Any name at all.
    pub fn any() -> Self {
        Self {
            text: "",
            whole: false,
        }
    }

    fn matches(self, name: &str) -> bool {
        if self.whole {
            name == self.text
        } else {
            name.contains(self.text)
        }
    }
}

impl<'a> From<&'a str> for Name<'a> {
    fn from(text: &'a str) -> Self {
        Self { text, whole: true }
    }
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.whole, self.text) {
            (true, text) => write!(f, "named `{text}`"),
            (false, "") => write!(f, "of any name"),
            (false, text) => write!(f, "with `{text}` in its name"),
        }
    }
}

/// The page in front of the person, or the part of it that is looked at.
#[derive(Debug, Clone)]
pub struct Page {
    client: Client,
    /// Only what is inside this element is looked at.
    root: Option<Element>,
    patience: Duration,
}

/// A look at the page: what was wanted, or what was there instead.
type Look<T> = Result<Result<T, String>, CmdError>;

impl Page {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            client,
            root: None,
            patience: PATIENCE,
        }
    }

    /// The same page with another patience, for conditions that take long by nature.
    #[must_use]
    pub fn patient_for(&self, patience: Duration) -> Self {
        Self {
            patience,
            ..self.clone()
        }
    }

    /// Sends a command of the Chrome `DevTools` protocol, for what a person's hands do and `WebDriver` has no words for.
    pub(crate) async fn devtools(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<Value, Failure> {
        Ok(driver::devtools(&self.client, method, params).await?)
    }

    /// Opens an address, in the whole window.
    pub async fn open(&self, address: &str) -> Result<(), Failure> {
        Ok(self.client.goto(address).await?)
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<(), Failure> {
        Ok(self.client.refresh().await?)
    }

    /// The one visible element of this role and name.
    pub async fn find(&self, role: Role, name: impl Into<Name<'_>>) -> Result<Element, Failure> {
        let name = name.into();
        let what = format!("one {} {name}", role.as_str());
        self.until(&what, async || {
            let mut found = self.all(role, name).await?;
            Ok(match (found.pop(), found.len()) {
                (Some((element, _)), 0) => Ok(element),
                (Some(_), more) => Err(format!("there are {}", more + 1)),
                (None, _) => Err(self.what_there_is(role).await?),
            })
        })
        .await
    }

    /// A part of the page, by role and name; everything asked of it is looked for inside.
    pub async fn within(&self, role: Role, name: impl Into<Name<'_>>) -> Result<Self, Failure> {
        let root = self.find(role, name).await?;
        Ok(Self {
            root: Some(root),
            ..self.clone()
        })
    }

    /// The names of all visible elements of a role, in the order of the document, as they are now.
    pub async fn names(&self, role: Role) -> Result<Vec<String>, Failure> {
        self.until("the page to stand still", async || {
            let found = self.all(role, Name::any()).await?;
            Ok(Ok(found.into_iter().map(|(_, name)| name).collect()))
        })
        .await
    }

    /// Waits until nothing of this role and name is to be seen.
    pub async fn gone(&self, role: Role, name: impl Into<Name<'_>>) -> Result<(), Failure> {
        let name = name.into();
        self.until(&format!("no {} {name}", role.as_str()), async || {
            let left = self.all(role, name).await?.len();
            Ok(if left == 0 {
                Ok(())
            } else {
                Err(format!("there is still {left}"))
            })
        })
        .await
    }

    /// Presses what can be pressed, once it can be.
    pub async fn press(&self, role: Role, name: impl Into<Name<'_>>) -> Result<(), Failure> {
        let name = name.into();
        let what = format!("the {} {name} to be pressed", role.as_str());
        self.until(&what, async || self.try_to_press(role, name).await)
            .await
    }

    /// Presses what can be pressed now.
    async fn try_to_press(&self, role: Role, name: Name<'_>) -> Look<()> {
        let mut found = self.all(role, name).await?;
        let Some((element, _)) = found.pop() else {
            return Ok(Err(self.what_there_is(role).await?));
        };
        if !found.is_empty() {
            return Ok(Err(format!("there are {}", found.len() + 1)));
        }
        if let Some(reason) = disabled(&element).await? {
            return Ok(Err(format!("it is disabled ({reason})")));
        }
        let target = self.in_sight(&element).await?;
        Ok(if self.click(&target).await? {
            Ok(())
        } else {
            Err("it moved away under the pointer".to_owned())
        })
    }

    /// Clicks, and says whether the click arrived: a page that redraws can move an element away between the
    /// moment its place is read and the moment the pointer is there, and a person would simply press again.
    async fn click(&self, element: &Element) -> Result<bool, CmdError> {
        let listen = "window.slipwayClicked = false; \
             arguments[0].addEventListener('click', () => { window.slipwayClicked = true }, { capture: true, once: true })";
        let argument = json!({ ELEMENT_KEY: element.element_id().to_string() });
        self.client.execute(listen, vec![argument]).await?;
        element.clone().click().await?;
        // A page that is gone by now was left by this very click.
        let arrived = self
            .client
            .execute("return window.slipwayClicked !== false", vec![]);
        Ok(arrived.await.map_or(true, |arrived| arrived == true))
    }

    /// Waits until the element is disabled and returns the reason it gives, from its description or title.
    pub async fn disabled_reason(
        &self,
        role: Role,
        name: impl Into<Name<'_>>,
    ) -> Result<String, Failure> {
        let name = name.into();
        self.until(
            &format!("the {} {name} to be disabled", role.as_str()),
            async || {
                let Some((element, _)) = self.all(role, name).await?.pop() else {
                    return Ok(Err(self.what_there_is(role).await?));
                };
                Ok(disabled(&element)
                    .await?
                    .ok_or_else(|| "it is enabled".to_owned()))
            },
        )
        .await
    }

    /// Replaces what a text field holds by typing; from the start again where the page draws the field anew meanwhile.
    pub async fn fill(&self, label: impl Into<Name<'_>>, text: &str) -> Result<(), Failure> {
        let label = label.into();
        // A person selects all and types over it: the page sees the same input events.
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        let typed = if text.is_empty() {
            char::from(Key::Delete).to_string()
        } else {
            text.to_owned()
        };
        self.until(&format!("a text field {label}"), async || {
            let mut found = self.all(Role::Textbox, label).await?;
            let Some((field, _)) = found.pop().filter(|_| found.is_empty()) else {
                return Ok(Err(self.what_there_is(Role::Textbox).await?));
            };
            field.send_keys(&all).await?;
            field.send_keys(&typed).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Replaces what a text field holds by what was copied last, and returns what it holds then.
    pub async fn paste_into(&self, label: &str) -> Result<String, Failure> {
        self.fill(label, "").await?;
        let field = self.find(Role::Textbox, label).await?;
        let paste = format!("{}v{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&paste).await?;
        self.value_of(label).await
    }

    /// What a text field holds.
    pub async fn value_of(&self, label: impl Into<Name<'_>>) -> Result<String, Failure> {
        let label = label.into();
        self.until(&format!("a text field {label}"), async || {
            let Some((field, _)) = self.all(Role::Textbox, label).await?.pop() else {
                return Ok(Err(self.what_there_is(Role::Textbox).await?));
            };
            Ok(Ok(field.prop("value").await?.unwrap_or_default()))
        })
        .await
    }

    /// Chooses an option of a list by what it says.
    pub async fn choose(&self, label: impl Into<Name<'_>>, option: &str) -> Result<(), Failure> {
        let label = label.into();
        self.until(&format!("`{option}` in the list {label}"), async || {
            let Some((list, _)) = self.all(Role::Combobox, label).await?.pop() else {
                return Ok(Err(self.what_there_is(Role::Combobox).await?));
            };
            let mut offered = Vec::new();
            for choice in list.find_all(Locator::Css("option")).await? {
                let text = normal(&choice.text().await?);
                if text == option {
                    choice.click().await?;
                    return Ok(Ok(()));
                }
                offered.push(text);
            }
            Ok(Err(format!("it offers {offered:?}")))
        })
        .await
    }

    /// Hands files to a file input, as its picker would.
    pub async fn pick_files(&self, label: &str, files: &[&std::path::Path]) -> Result<(), Failure> {
        // A file input has no role of its own in the accessibility tree's vocabulary: it is known by its label alone.
        let script = "return [...document.querySelectorAll('input[type=file]')]";
        let what = format!("a file field named `{label}`");
        let input = self
            .until(&what, async || {
                let inputs = self.elements(self.client.execute(script, vec![]).await?);
                let mut names = Vec::new();
                for input in inputs {
                    let name = normal(&driver::computed_name(&self.client, &input).await?);
                    if name.contains(label) {
                        return Ok(Ok(input));
                    }
                    names.push(name);
                }
                Ok(Err(format!("there are {names:?}")))
            })
            .await?;
        let paths = files
            .iter()
            .map(|path| path.to_string_lossy())
            .collect::<Vec<_>>()
            .join("\n");
        Ok(input.send_keys(&paths).await?)
    }

    /// Waits until a progress bar says how far it is, and returns that.
    pub async fn percent_of(&self, label: &str) -> Result<u32, Failure> {
        self.until(&format!("the percentage of {label}"), async || {
            let Some((bar, _)) = self.all(Role::Progressbar, label.into()).await?.pop() else {
                return Ok(Err(self.what_there_is(Role::Progressbar).await?));
            };
            let value = bar.attr("aria-valuenow").await?;
            let percent = value.as_deref().and_then(|value| value.parse().ok());
            Ok(percent.ok_or_else(|| format!("it says {value:?}")))
        })
        .await
    }

    /// Waits until a text is to be seen.
    pub async fn sees(&self, text: &str) -> Result<(), Failure> {
        self.until(&format!("the text `{text}`"), async || {
            let seen = self.text_now().await?;
            Ok(if says(&seen, text) {
                Ok(())
            } else {
                Err(format!("the page says: {}", shortened(&seen)))
            })
        })
        .await
    }

    /// Waits until a text is no longer to be seen.
    pub async fn no_longer_sees(&self, text: &str) -> Result<(), Failure> {
        self.until(&format!("the text `{text}` to go"), async || {
            let seen = self.text_now().await?;
            Ok(if says(&seen, text) {
                Err("it is still there".to_owned())
            } else {
                Ok(())
            })
        })
        .await
    }

    /// All visible text, white space made single, as it is now.
    pub async fn text(&self) -> Result<String, Failure> {
        self.until("the page to stand still", async || {
            Ok(Ok(self.text_now().await?))
        })
        .await
    }

    /// Looks into the frame of this title from now on. Frames nest; [`Page::leave_frames`] comes back to the window.
    pub async fn enter_frame(&self, title: &str) -> Result<Self, Failure> {
        self.until(&format!("a frame titled `{title}`"), async || {
            let mut titles = Vec::new();
            for frame in self.client.find_all(Locator::Css("iframe")).await? {
                let found = frame.attr("title").await?.unwrap_or_default();
                if found == title && frame.is_displayed().await? {
                    frame.enter_frame().await?;
                    // A frame of another site changes hands once its page is there.
                    let address = self.client.execute("return location.href", vec![]).await?;
                    if address != "about:blank" {
                        return Ok(Ok(()));
                    }
                    self.client.clone().enter_parent_frame().await?;
                }
                titles.push(found);
            }
            Ok(Err(format!("there are frames titled {titles:?}")))
        })
        .await?;
        Ok(Self {
            root: None,
            ..self.clone()
        })
    }

    /// Looks at the whole window again.
    pub async fn leave_frames(&self) -> Result<Self, Failure> {
        driver::leave_frames(&self.client).await?;
        Ok(Self {
            root: None,
            ..self.clone()
        })
    }

    /// Presses a key wherever the focus is.
    pub async fn key(&self, key: Key) -> Result<(), Failure> {
        self.until("the focus to stay", async || {
            let focused = self.client.active_element().await?;
            focused.send_keys(&char::from(key).to_string()).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// The role and name of what has the focus.
    pub async fn focus(&self) -> Result<(String, String), Failure> {
        self.until("the focus to stay", async || {
            let focused = self.client.active_element().await?;
            let role = driver::computed_role(&self.client, &focused).await?;
            let name = driver::computed_name(&self.client, &focused).await?;
            Ok(Ok((role, normal(&name))))
        })
        .await
    }

    /// Goes on with Tab until the focus is on this, as somebody does who cannot point.
    pub async fn tab_to(&self, role: Role, name: &str) -> Result<(), Failure> {
        self.find(role, name).await?;
        for _ in 0..STOPS {
            let (focused, called) = self.focus().await?;
            if focused == role.as_str() && called == name {
                return Ok(());
            }
            // As the keyboard itself: keys that are sent to a file field are taken for the names of files.
            let value = char::from(Key::Tab);
            let stroke = KeyActions::new("keyboard".to_owned())
                .then(KeyAction::Down { value })
                .then(KeyAction::Up { value });
            self.client.perform_actions(stroke).await?;
        }
        Err(Failure::Untrue(format!(
            "the {} `{name}` cannot be reached with Tab",
            role.as_str()
        )))
    }

    /// Brings an element into sight, at the bottom where it is far down.
    pub async fn scroll_to(&self, role: Role, name: impl Into<Name<'_>>) -> Result<(), Failure> {
        let name = name.into();
        let script = "arguments[0].scrollIntoView({ block: 'end' })";
        self.until(&format!("the {} {name}", role.as_str()), async || {
            let Some((element, _)) = self.all(role, name).await?.pop() else {
                return Ok(Err(self.what_there_is(role).await?));
            };
            let argument = json!({ ELEMENT_KEY: element.element_id().to_string() });
            self.client.execute(script, vec![argument]).await?;
            Ok(Ok(()))
        })
        .await
    }

    /// Runs a script in the page: for what cannot be seen, such as a style, or what plays the host's part.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value, Failure> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Waits until a script returns what is wanted.
    pub async fn comes_to(&self, script: &str, wanted: &Value) -> Result<(), Failure> {
        self.until(&format!("`{script}` to be {wanted}"), async || {
            let value = self.client.execute(script, vec![]).await?;
            Ok(if value == *wanted {
                Ok(())
            } else {
                Err(format!("it is {value}"))
            })
        })
        .await
    }

    /// Waits until a look at the page says that it is so. `Ok(Err(…))` says what was there instead.
    pub async fn until<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Look<T>,
    ) -> Result<T, Failure> {
        let deadline = Instant::now() + self.patience;
        loop {
            let instead = match look().await {
                Ok(Ok(found)) => return Ok(found),
                Ok(Err(instead)) => instead,
                Err(error) if may_pass(&error) => error.to_string(),
                Err(error) => return Err(error.into()),
            };
            if Instant::now() >= deadline {
                return Err(Failure::Waited {
                    what: what.to_owned(),
                    seconds: self.patience.as_secs(),
                    instead,
                });
            }
            sleep(GLANCE).await;
        }
    }

    /// Every visible element of this role and name, with its name, or its text where the browser computes no name.
    async fn all(&self, role: Role, name: Name<'_>) -> Result<Vec<(Element, String)>, CmdError> {
        let script = "const [root, native, role] = arguments; \
             const visible = element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }); \
             const shown = element => visible(element) || [...element.labels ?? []].some(visible); \
             return [...(root ?? document).querySelectorAll(`${native}, [role~=${role}]`)].filter(shown)";
        let root = self.root.as_ref().map_or(
            Value::Null,
            |root| json!({ ELEMENT_KEY: root.element_id().to_string() }),
        );
        let arguments = vec![root, role.native().into(), role.as_str().into()];
        let mut found = Vec::new();
        for element in self.elements(self.client.execute(script, arguments).await?) {
            let mut computed = normal(&driver::computed_name(&self.client, &element).await?);
            let is_named = !computed.is_empty();
            // Rows, list items and messages mostly have no name of their own; people know them by what they say.
            if !is_named {
                computed = normal(&element.text().await?);
            }
            // The name first: it tells most of them apart, and each question is a round trip.
            if name.matches(&computed)
                && role.is(
                    &driver::computed_role(&self.client, &element).await?,
                    is_named,
                )
            {
                found.push((element, computed));
            }
        }
        Ok(found)
    }

    /// The element, or its label where only that can be seen, as with a radio button drawn by a style sheet.
    async fn in_sight(&self, element: &Element) -> Result<Element, CmdError> {
        let script = "const [element] = arguments; const shown = element.checkVisibility({ opacityProperty: true }); \
             return [shown ? element : element.labels?.[0] ?? element]";
        let argument = json!({ ELEMENT_KEY: element.element_id().to_string() });
        let found = self.elements(self.client.execute(script, vec![argument]).await?);
        Ok(found.into_iter().next().unwrap_or_else(|| element.clone()))
    }

    async fn what_there_is(&self, role: Role) -> Result<String, CmdError> {
        let names: Vec<_> = self
            .all(role, Name::any())
            .await?
            .into_iter()
            .map(|(_, name)| format!("`{name}`"))
            .collect();
        Ok(if names.is_empty() {
            format!("there is no {} at all", role.as_str())
        } else {
            format!("there are {}", shortened(&names.join(", ")))
        })
    }

    async fn text_now(&self) -> Result<String, CmdError> {
        let root = self.root.as_ref().map_or(
            Value::Null,
            |root| json!({ ELEMENT_KEY: root.element_id().to_string() }),
        );
        let text = self
            .client
            .execute(
                "return (arguments[0] ?? document.body)?.innerText ?? ''",
                vec![root],
            )
            .await?;
        Ok(normal(text.as_str().unwrap_or_default()))
    }

    fn elements(&self, found: Value) -> Vec<Element> {
        let ids = found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|element| element[ELEMENT_KEY].as_str());
        ids.map(|id| Element::from_element_id(self.client.clone(), ElementRef::from(id.to_owned())))
            .collect()
    }
}

/// `None` when it can be pressed, otherwise the reason it gives, which may be empty.
async fn disabled(element: &Element) -> Result<Option<String>, CmdError> {
    let aria = element
        .attr("aria-disabled")
        .await?
        .is_some_and(|value| value == "true");
    if !aria && element.is_enabled().await? {
        return Ok(None);
    }
    let script = "const [element] = arguments; const ids = element.getAttribute('aria-describedby')?.split(/\\s+/) ?? []; \
         const texts = ids.map(id => document.getElementById(id)?.textContent ?? ''); \
         return texts.join(' ').trim() || element.title";
    let argument = json!({ ELEMENT_KEY: element.element_id().to_string() });
    let reason = element
        .clone()
        .client()
        .execute(script, vec![argument])
        .await?;
    Ok(Some(normal(reason.as_str().unwrap_or_default())))
}

/// Whether an error is only the page changing under our hands.
fn may_pass(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else {
        return false;
    };
    matches!(
        error.error,
        ErrorStatus::NoSuchElement
            | ErrorStatus::StaleElementReference
            | ErrorStatus::ElementClickIntercepted
            | ErrorStatus::ElementNotInteractable
            | ErrorStatus::NoSuchFrame
            | ErrorStatus::JavascriptError
            | ErrorStatus::UnknownError
    )
}

/// Whether a text is in another. A style sheet may write in capitals what the page says in small letters.
fn says(seen: &str, text: &str) -> bool {
    seen.to_lowercase().contains(&text.to_lowercase())
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    const KEPT: usize = 400;
    match text.char_indices().nth(KEPT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_the_whole_name() {
        assert!(Name::from("Promote").matches("Promote"));
        assert!(!Name::from("Promote").matches("Promote now"));
        assert!(Name::containing("Promote").matches("Promote now"));
        assert!(Name::any().matches(""));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let long = "é".repeat(500);
        assert_eq!(shortened(&long).chars().count(), 401);
        assert_eq!(shortened("short"), "short");
    }
}
