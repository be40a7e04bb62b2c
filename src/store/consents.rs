//! The question of a running script: a dialog, and the way back to it where the person closed it.

use std::{cell::RefCell, rc::Rc};

use datocms_client::{EnvironmentId, Timestamp};
use datocms_plugin::Plugin;
use futures_channel::oneshot;
use slipway_engine::ConsentQuestion;

use super::{
    dialogs,
    shared::SharedState,
    state::{Update, now},
};
use crate::modals::consent;

/// A question that waits for its answer.
#[derive(Debug, Clone)]
pub struct Asking {
    /// Of which script, and what for.
    pub question: ConsentQuestion,
    /// Since when it waits.
    pub since: Timestamp,
    again: Rc<RefCell<Option<oneshot::Sender<()>>>>,
}

impl PartialEq for Asking {
    fn eq(&self, other: &Self) -> bool {
        self.question == other.question && Rc::ptr_eq(&self.again, &other.again)
    }
}

impl Asking {
    /// A question with nobody behind it to ask it again.
    pub fn new(question: ConsentQuestion) -> Self {
        Self {
            question,
            since: now(),
            again: Rc::default(),
        }
    }

    /// Opens the dialog again. Does nothing while it is open.
    pub(super) fn open(&self) {
        if let Some(again) = self.again.borrow_mut().take() {
            // Whoever no longer waits has been answered by stopping the script.
            again.send(()).unwrap_or_default();
        }
    }
}

/// Takes the question off the page, whatever ends it.
struct OnThePage(SharedState);

impl Drop for OnThePage {
    fn drop(&mut self) {
        self.0.update(Update::Answered(now()));
    }
}

/// Asks until there is an answer. A closed dialog is none: the release's page offers the question again.
pub(super) async fn ask(
    plugin: Plugin,
    state: SharedState,
    source: EnvironmentId,
    question: ConsentQuestion,
) -> bool {
    let asking = Asking::new(question);
    state.update(Update::Asks(asking.clone()));
    let _on_the_page = OnThePage(state.clone());
    let parameters = consent::Question::new(&source, &asking.question);
    let title = format!("Let {} go on?", parameters.script);
    loop {
        let answer = dialogs::open(&plugin, consent::ID, &title, parameters.to_json()).await;
        match answer {
            Ok(answer) => {
                if let Some(answer) = answer.as_ref().and_then(consent::Answer::read) {
                    return answer.allowed;
                }
            }
            Err(error) => state.update(Update::Trouble(error.to_string())),
        }
        let (sender, again) = oneshot::channel();
        *asking.again.borrow_mut() = Some(sender);
        if again.await.is_err() {
            return false;
        }
    }
}
