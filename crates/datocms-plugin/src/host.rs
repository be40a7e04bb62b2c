//! What the CMS can do for a plugin.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use penpal::CallError;
use serde::Serialize;
use serde_json::Value;

use crate::options::{ConfirmOptions, ModalOptions, Toast};
use crate::resizer::Resizer;
use crate::settings::{FrameSize, Settings};

/// Why the CMS did not do what it was asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HostError {
    /// The call failed, or the host has no such method in this frame.
    #[error("the CMS did not carry out `{method}`: {source}")]
    Call {
        /// The method.
        method: &'static str,
        /// Why.
        source: CallError,
    },
    /// The call went through, and its answer is of another type.
    #[error("the CMS answered `{method}` with something else than {expected}")]
    Answer {
        /// The method.
        method: &'static str,
        /// What it should have been.
        expected: &'static str,
    },
    /// An argument cannot be written as JSON. Nothing was sent.
    #[error("an argument of `{method}` cannot be written as JSON: {reason}")]
    Argument {
        /// The method.
        method: &'static str,
        /// Why.
        reason: String,
    },
}

pub(crate) type Answering = Pin<Box<dyn Future<Output = Result<Option<Value>, CallError>>>>;

pub(crate) type Call = Rc<dyn Fn(&str, Vec<Value>) -> Answering>;

/// The methods of the page around the frame.
#[derive(Clone)]
pub(crate) struct Host {
    pub(crate) call: Call,
    pub(crate) method_names: Rc<dyn Fn() -> Vec<String>>,
}

impl From<penpal::Remote> for Host {
    fn from(remote: penpal::Remote) -> Self {
        let names = remote.clone();
        Self {
            call: Rc::new(move |name, args| {
                let (remote, name) = (remote.clone(), name.to_owned());
                Box::pin(async move { remote.call(&name, args).await })
            }),
            method_names: Rc::new(move || names.method_names()),
        }
    }
}

/// A connected plugin: the methods of the CMS and the latest settings. Cheap to clone; all clones are the same.
#[derive(Clone)]
pub struct Plugin {
    host: Host,
    settings: Rc<RefCell<Rc<Settings>>>,
    resizer: Rc<Resizer>,
}

impl Plugin {
    pub(crate) fn new(host: Host, settings: Settings) -> Self {
        let resizer = Rc::new(Resizer::new(host.clone()));
        Self {
            host,
            settings: Rc::new(RefCell::new(Rc::new(settings))),
            resizer,
        }
    }

    pub(crate) fn replace_settings(&self, settings: Settings) {
        *self.settings.borrow_mut() = Rc::new(settings);
    }

    /// The settings as of now. A snapshot: ask again after every `await`.
    #[must_use]
    pub fn settings(&self) -> Rc<Settings> {
        Rc::clone(&self.settings.borrow())
    }

    /// What the CMS offers in this frame; it differs by mode.
    #[must_use]
    pub fn method_names(&self) -> Vec<String> {
        (self.host.method_names)()
    }

    /// Shows a success message.
    pub async fn notice(&self, message: &str) -> Result<(), HostError> {
        self.call("notice", vec![message.into()]).await.map(drop)
    }

    /// Shows a failure message.
    pub async fn alert(&self, message: &str) -> Result<(), HostError> {
        self.call("alert", vec![message.into()]).await.map(drop)
    }

    /// Shows a message with choices; answers the value of its button, or `None` when it went away.
    pub async fn custom_toast(&self, toast: &Toast) -> Result<Option<Value>, HostError> {
        let toast = argument("customToast", toast)?;
        Ok(present(self.call("customToast", vec![toast]).await?))
    }

    /// Opens a dialog and waits for what it resolves to; `None` when it was closed.
    pub async fn open_modal(&self, options: &ModalOptions) -> Result<Option<Value>, HostError> {
        let options = argument("openModal", options)?;
        Ok(present(self.call("openModal", vec![options]).await?))
    }

    /// Asks a question and waits for the value of the choice, the cancel button being one.
    pub async fn open_confirm(&self, options: &ConfirmOptions) -> Result<Value, HostError> {
        let options = argument("openConfirm", options)?;
        Ok(self
            .call("openConfirm", vec![options])
            .await?
            .unwrap_or(Value::Null))
    }

    /// Goes to a path of the admin panel, with query and fragment. The path says which environment: prefix
    /// `/environments/<id>` unless it is the primary one.
    pub async fn navigate_to(&self, path: &str) -> Result<(), HostError> {
        self.call("navigateTo", vec![path.into()]).await.map(drop)
    }

    /// Replaces the parameters of the plugin, whole: read, merge, write. Needs `can_edit_schema`.
    pub async fn update_plugin_parameters(&self, parameters: Value) -> Result<(), HostError> {
        self.call("updatePluginParameters", vec![parameters])
            .await
            .map(drop)
    }

    /// Opens a record and waits until it is closed: the record as saved, or `None`.
    pub async fn edit_item(&self, item_id: &str) -> Result<Option<Value>, HostError> {
        Ok(present(self.call("editItem", vec![item_id.into()]).await?))
    }

    /// Opens the form of a new record and waits until it is closed: the record, or `None`.
    pub async fn create_new_item(&self, item_type_id: &str) -> Result<Option<Value>, HostError> {
        Ok(present(
            self.call("createNewItem", vec![item_type_id.into()])
                .await?,
        ))
    }

    /// The fields of a model, as raw entities.
    pub async fn load_item_type_fields(&self, item_type_id: &str) -> Result<Vec<Value>, HostError> {
        const METHOD: &str = "loadItemTypeFields";
        match self.call(METHOD, vec![item_type_id.into()]).await? {
            Some(Value::Array(fields)) => Ok(fields),
            Some(_) | None => Err(HostError::Answer {
                method: METHOD,
                expected: "a list of fields",
            }),
        }
    }

    /// In a dialog: closes it and gives this to whoever opened it.
    pub async fn resolve(&self, value: Option<Value>) -> Result<(), HostError> {
        self.call("resolve", vec![value.unwrap_or(Value::Null)])
            .await
            .map(drop)
    }

    /// Beside a record: scrolls to a field of the form.
    pub async fn scroll_to_field(&self, path: &str, locale: Option<&str>) -> Result<(), HostError> {
        let args = [Some(path), locale]
            .into_iter()
            .flatten()
            .map(Value::from)
            .collect();
        self.call("scrollToField", args).await.map(drop)
    }

    /// Beside a record: enters a value into the form.
    pub async fn set_field_value(&self, path: &str, value: Value) -> Result<(), HostError> {
        self.call("setFieldValue", vec![path.into(), value])
            .await
            .map(drop)
    }

    /// Beside a record: saves the form.
    pub async fn save_current_item(&self, show_toast: bool) -> Result<(), HostError> {
        self.call("saveCurrentItem", vec![show_toast.into()])
            .await
            .map(drop)
    }

    /// Reports the height of the content once, measured now. Does nothing in a frame the CMS sizes.
    pub fn update_height(&self) {
        if self.is_self_resizing() {
            self.resizer.update();
        }
    }

    /// Reports the height of the content now and whenever it changes. Does nothing in a frame the CMS sizes.
    pub fn start_auto_resizer(&self) {
        if self.is_self_resizing() {
            self.resizer.start();
        }
    }

    /// Stops reporting the height.
    pub fn stop_auto_resizer(&self) {
        self.resizer.stop();
    }

    /// Whether the height is being reported.
    #[must_use]
    pub fn is_auto_resizer_active(&self) -> bool {
        self.resizer.is_active()
    }

    pub(crate) async fn call(
        &self,
        method: &'static str,
        args: Vec<Value>,
    ) -> Result<Option<Value>, HostError> {
        (self.host.call)(method, args)
            .await
            .map_err(|source| HostError::Call { method, source })
    }

    fn is_self_resizing(&self) -> bool {
        self.settings().mode.frame_size() == FrameSize::SelfResizing
    }
}

impl fmt::Debug for Plugin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plugin")
            .field("settings", &self.settings())
            .finish_non_exhaustive()
    }
}

/// Hosts answer "nothing" with `null` as well as with `undefined`.
fn present(answer: Option<Value>) -> Option<Value> {
    answer.filter(|value| !value.is_null())
}

fn argument(method: &'static str, value: &impl Serialize) -> Result<Value, HostError> {
    serde_json::to_value(value).map_err(|error| HostError::Argument {
        method,
        reason: error.to_string(),
    })
}
