//! What can float, as plugins ask for it. Plugins are other people's programs, so
//! what they send is read with care and refused with a reason.

use std::rc::Rc;

use serde::Deserialize;
use serde_json::Value;

/// How serious a toast is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ToastKind {
    /// It worked.
    Notice,
    /// It did not work.
    Alert,
    /// It worked, but.
    Warning,
}

/// A short message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Toast {
    /// The message.
    pub(crate) message: String,
    /// How serious it is.
    #[serde(rename = "type")]
    pub(crate) kind: ToastKind,
    /// A button in it.
    #[serde(default)]
    pub(crate) cta: Option<Cta>,
    /// Whether leaving the page takes it down.
    #[serde(default)]
    pub(crate) dismiss_on_page_change: bool,
    /// `true`, `false`, or milliseconds.
    #[serde(default)]
    dismiss_after_timeout: Option<Value>,
}

/// A toast's button.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Cta {
    /// Its text.
    pub(crate) label: String,
    /// What pressing it means.
    #[serde(default)]
    pub(crate) value: Value,
}

impl Toast {
    /// A plain message.
    pub(crate) fn new(kind: ToastKind, message: String) -> Self {
        Self {
            message,
            kind,
            cta: None,
            dismiss_on_page_change: false,
            dismiss_after_timeout: None,
        }
    }

    /// Milliseconds until it goes away by itself, if it does. Unless told, a message
    /// with a button stays, and bad news stays longer than good.
    pub(crate) fn lifetime(&self) -> Option<u32> {
        let usual = match self.kind {
            ToastKind::Notice => 5_000,
            ToastKind::Alert | ToastKind::Warning => 10_000,
        };
        match &self.dismiss_after_timeout {
            Some(Value::Bool(true)) => Some(usual),
            Some(Value::Bool(false)) => None,
            Some(Value::Number(ms)) => ms.as_u64().and_then(|ms| u32::try_from(ms).ok()),
            Some(Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_)) | None => {
                self.cta.is_none().then_some(usual)
            }
        }
    }
}

/// A question with a few answers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Confirm {
    /// The question.
    pub(crate) title: String,
    /// What there is to know.
    pub(crate) content: String,
    /// The answers.
    pub(crate) choices: Vec<Choice>,
    /// The way out.
    pub(crate) cancel: Choice,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Choice {
    /// Its text.
    pub(crate) label: String,
    /// What choosing it means.
    #[serde(default)]
    pub(crate) value: Value,
    /// How it should look.
    #[serde(default)]
    pub(crate) intent: Option<Intent>,
}

/// Whether an answer builds or destroys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Intent {
    /// It builds.
    Positive,
    /// It destroys.
    Negative,
}

impl Confirm {
    /// A question about something that cannot be taken back; the answer is `true`.
    pub(crate) fn destructive(title: &str, content: &str, action: &str) -> Self {
        Self::yes_or_no(title, content, action, Intent::Negative)
    }

    /// A question whose yes is `true`.
    pub(crate) fn yes_or_no(title: &str, content: &str, action: &str, intent: Intent) -> Self {
        Self {
            title: title.to_owned(),
            content: content.to_owned(),
            choices: vec![Choice {
                label: action.to_owned(),
                value: Value::Bool(true),
                intent: Some(intent),
            }],
            cancel: Choice {
                label: "Cancel".to_owned(),
                value: Value::Bool(false),
                intent: None,
            },
        }
    }
}

/// A plugin's modal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Modal {
    /// Whose it is.
    pub(crate) plugin: Rc<str>,
    /// What the plugin asked for.
    pub(crate) options: ModalOptions,
}

/// What a plugin says about a modal it opens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModalOptions {
    /// The plugin's name for it.
    pub(crate) id: String,
    /// The heading.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Whether only the plugin may close it.
    #[serde(default)]
    pub(crate) close_disabled: bool,
    /// A size by name, or pixels.
    #[serde(default)]
    width: Option<Value>,
    /// What the plugin wants to find in the modal.
    #[serde(default)]
    pub(crate) parameters: Option<Value>,
    /// Pixels before the frame has spoken.
    #[serde(default)]
    pub(crate) initial_height: Option<f64>,
}

/// The width of a modal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum ModalWidth {
    /// So many pixels, where the screen has them.
    Pixels(f64),
    /// The whole screen, without a heading.
    Full,
}

impl ModalOptions {
    /// The width it should have; unknown names are the middle size.
    pub(crate) fn width(&self) -> ModalWidth {
        if let Some(pixels) = self.width.as_ref().and_then(Value::as_f64) {
            return ModalWidth::Pixels(pixels);
        }
        match self.width.as_ref().and_then(Value::as_str) {
            Some("s") => ModalWidth::Pixels(480.0),
            Some("l") => ModalWidth::Pixels(900.0),
            Some("xl") => ModalWidth::Pixels(1200.0),
            Some("fullWidth") => ModalWidth::Full,
            Some(_) | None => ModalWidth::Pixels(680.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn lifetime(toast: Value) -> Option<u32> {
        serde_json::from_value::<Toast>(toast).unwrap().lifetime()
    }

    #[test]
    fn a_toast_lives_as_long_as_it_is_told() {
        assert_eq!(
            lifetime(json!({"message": "m", "type": "notice"})),
            Some(5_000)
        );
        assert_eq!(
            lifetime(json!({"message": "m", "type": "alert"})),
            Some(10_000)
        );
        let told = |value| json!({"message": "m", "type": "warning", "dismissAfterTimeout": value});
        assert_eq!(lifetime(told(json!(1500))), Some(1_500));
        assert_eq!(lifetime(told(json!(false))), None);
        let cta = json!({"message": "m", "type": "notice", "cta": {"label": "Undo", "value": 1}});
        assert_eq!(lifetime(cta), None);
    }

    #[test]
    fn a_modal_has_a_named_width_or_its_own() {
        let width = |value| {
            serde_json::from_value::<ModalOptions>(json!({"id": "x", "width": value}))
                .unwrap()
                .width()
        };
        assert_eq!(width(json!("s")), ModalWidth::Pixels(480.0));
        assert_eq!(width(json!(333)), ModalWidth::Pixels(333.0));
        assert_eq!(width(json!("fullWidth")), ModalWidth::Full);
        assert_eq!(width(json!(null)), ModalWidth::Pixels(680.0));
    }

    #[test]
    fn a_question_without_choices_is_refused() {
        let confirm = serde_json::from_value::<Confirm>(json!({"title": "t", "content": "c"}));
        assert!(confirm.is_err());
    }
}
