//! What of a script's files is written into its log.

use std::rc::Rc;
use std::time::Duration;

use datocms_client::Timer;
use slipway_engine::ports::{FileCall, ScriptHost};
use web_sys::Url;

use super::super::browser_timer::BrowserTimer;

/// A request for a file, which is written into the log when it is dropped, whatever became of it by then: its script may have
/// been ended meanwhile.
pub(super) struct Written {
    host: Rc<dyn ScriptHost>,
    began: Duration,
    call: Option<FileCall>,
}

impl Written {
    pub(super) fn begin(host: Rc<dyn ScriptHost>, method: &'static str, url: &Url) -> Self {
        let call = FileCall {
            method,
            place: format!("{}{}", url.host(), url.pathname()),
            status: None,
            millis: 0,
            refused: false,
        };
        Self {
            host,
            began: BrowserTimer.now(),
            call: Some(call),
        }
    }

    /// Its server answered.
    pub(super) fn answered(&mut self, status: u16) {
        if let Some(call) = &mut self.call {
            call.status = Some(status);
        }
    }

    /// The page refused it, and nothing was sent.
    pub(super) fn refused(&mut self) {
        if let Some(call) = &mut self.call {
            call.refused = true;
        }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(mut call) = self.call.take() {
            let took = BrowserTimer.now().saturating_sub(self.began);
            call.millis = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
            self.host.transferred(call);
        }
    }
}
