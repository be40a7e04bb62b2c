//! The arguments of the host's methods.

use serde::Serialize;
use serde_json::Value;

/// A message at the edge of the panel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Toast {
    /// The text.
    pub message: String,
    /// How it looks.
    #[serde(rename = "type")]
    pub kind: ToastKind,
    /// A button in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cta: Option<Choice>,
    /// Whether it goes away when the user goes to another page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismiss_on_page_change: Option<bool>,
    /// After how many milliseconds it goes away by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dismiss_after_timeout: Option<u32>,
}

/// How a toast looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ToastKind {
    /// Success.
    Notice,
    /// Failure.
    Alert,
    /// In between.
    Warning,
}

/// A dialog with a frame of this plugin in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ModalOptions {
    /// Comes back as the id of [`Mode::RenderModal`](crate::Mode::RenderModal).
    pub id: String,
    /// Its title; not shown at full width.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Takes away the ways to close it, other than answering it.
    #[serde(skip_serializing_if = "is_false")]
    pub close_disabled: bool,
    /// How wide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<ModalWidth>,
    /// Given to the frame. Must be an object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// CSS pixels, until the frame reports its own height.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_height: Option<u32>,
}

impl ModalOptions {
    /// A dialog with this id and title, everything else as the CMS has it.
    pub fn new(id: &str, title: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: Some(title.to_owned()),
            close_disabled: false,
            width: None,
            parameters: None,
            initial_height: None,
        }
    }
}

/// The widths the CMS has for dialogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ModalWidth {
    /// Small.
    #[serde(rename = "s")]
    Small,
    /// Medium.
    #[serde(rename = "m")]
    Medium,
    /// Large.
    #[serde(rename = "l")]
    Large,
    /// Larger.
    #[serde(rename = "xl")]
    ExtraLarge,
    /// The whole window, without a title.
    #[serde(rename = "fullWidth")]
    FullWidth,
    /// This many CSS pixels.
    #[serde(untagged)]
    Pixels(u32),
}

/// A question with buttons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConfirmOptions {
    /// The question.
    pub title: String,
    /// What it is about.
    pub content: String,
    /// The buttons that do something.
    pub choices: Vec<Choice>,
    /// The one that does not.
    pub cancel: Choice,
}

/// A button and what choosing it answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choice {
    /// Its text.
    pub label: String,
    /// The answer.
    pub value: Value,
    /// What it leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub intent: Option<Intent>,
}

/// What a choice leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Intent {
    /// Something good.
    Positive,
    /// Something that destroys.
    Negative,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}
