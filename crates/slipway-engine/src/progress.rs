//! What the page hears while a step runs.

use datocms_client::Timestamp;
use slipway_release::{Release, ScriptIndex};

use crate::{
    consents::ConsentQuestion,
    ports::{ConsoleLevel, LocalFuture},
    stop::Stop,
};

/// Something worth showing.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// The log grew; this is the release now.
    Recorded(Box<Release>),
    /// A rehearsal goes on.
    Rehearsing(Stage),
    /// The fork goes on; percent where the CMS says so.
    Forking(Option<f64>),
    /// A script of a release is about to run: what comes before it is done. A rehearsal says so with its stage.
    Runs {
        /// Which.
        script: ScriptIndex,
        /// When.
        at: Timestamp,
    },
    /// A script's request was answered or refused.
    Call(CallLine),
    /// A script printed something.
    Console(ConsoleLine),
}

/// Where a rehearsal is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stage {
    /// It looks whether there is room, and asks for the copy.
    Preparing,
    /// The CMS copies primary; percent where it says so.
    Copying(Option<f64>),
    /// A script is running. Its requests and lines come as [`Progress::Call`] and [`Progress::Console`].
    Script {
        /// Which, counted from nought.
        index: ScriptIndex,
        /// Of how many.
        of: usize,
    },
    /// It reads what became of the schema.
    Comparing,
    /// The fork is being destroyed; one that is still being copied has to be waited for.
    Destroying,
}

/// One request of a script.
#[derive(Debug, Clone, PartialEq)]
pub struct CallLine {
    /// Which script.
    pub script: ScriptIndex,
    /// When it was made.
    pub at: Timestamp,
    /// Its method.
    pub method: String,
    /// Its path with the query.
    pub path: String,
    /// The status of the answer; `None` where none came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// Whether Slipway refused it and nothing was sent.
    pub refused: bool,
    /// How many requests the rate limit still allowed when the answer came; `None` where the CMS did not say.
    pub left: Option<u32>,
}

/// One line a script printed.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsoleLine {
    /// Which script.
    pub script: ScriptIndex,
    /// When.
    pub at: Timestamp,
    /// How.
    pub level: ConsoleLevel,
    /// The text.
    pub text: String,
}

/// The page's side of a running step.
pub trait Watch {
    /// Something worth showing happened.
    fn progress(&self, progress: Progress);
    /// The person's wish to stop the running script.
    fn stop(&self) -> Stop;
    /// A script asks for what nobody allowed it yet, and waits. Resolves with the person's answer; dropped where the
    /// script is stopped meanwhile.
    fn consent(&self, question: ConsentQuestion) -> LocalFuture<bool>;
}
