//! Pages that ask before they are left.

use fantoccini::error::{CmdError, ErrorStatus};

use super::Page;
use crate::failure::Failure;

/// Loads the page again by itself: what the driver loads again is not asked.
const RELOAD: &str = "window.slipwayStays = true; setTimeout(() => location.reload());";

/// Whether that has happened.
const IS_LOADED: &str =
    "return window.slipwayStays === undefined && document.readyState === 'complete'";

impl Page {
    /// Loads the page again; where it asks whether it may be left, the person stays. Returns whether it asked.
    ///
    /// Only a browser that lets pages ask hears them: see [`Preferences`](crate::Preferences).
    pub async fn reload_unless_asked(&self) -> Result<bool, Failure> {
        self.script(RELOAD, vec![]).await?;
        self.until("the page to be loaded again, or to ask", async || {
            match self.client.dismiss_alert().await {
                Ok(()) => return Ok(Ok(true)),
                Err(error) if !is(&error, ErrorStatus::NoSuchAlert) => return Err(error),
                Err(_) => {}
            }
            match self.client.execute(IS_LOADED, vec![]).await {
                Ok(loaded) if loaded == true => Ok(Ok(false)),
                Ok(_) => Ok(Err("it is as it was".to_owned())),
                Err(error) if is(&error, ErrorStatus::UnexpectedAlertOpen) => {
                    Ok(Err("it asks".to_owned()))
                }
                Err(error) => Err(error),
            }
        })
        .await
    }
}

fn is(error: &CmdError, status: ErrorStatus) -> bool {
    matches!(error, CmdError::Standard(error) if error.error == status)
}
