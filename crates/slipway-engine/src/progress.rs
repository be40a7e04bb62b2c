//! What the page hears while a step runs.

use datocms_client::Timestamp;
use slipway_release::{Release, ScriptIndex, failure::shortened};

use crate::{
    consents::ConsentQuestion,
    ports::{ConsoleLevel, FileCall, LocalFuture, ScriptRequest},
    script_host::with_query,
    stop::Stop,
};

/// How much of a request's path the log keeps, in characters: a script may make it as long as its limits allow, a hundred
/// thousand times.
const SHOWN: usize = 5000;

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
    /// Its path with the query, shortened where it is longer than anybody reads; of one for a file, the host and the path.
    pub path: String,
    /// Whether it was for a file, which the page fetched or sent beside the CMS.
    pub is_file: bool,
    /// The status of the answer; `None` where none came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// Whether Slipway refused it and nothing was sent.
    pub refused: bool,
    /// How many requests the rate limit still allowed when the answer came; `None` where the CMS did not say.
    pub left: Option<u32>,
}

impl CallLine {
    /// A request for a file, by a script, which ended now.
    pub(crate) fn of_file(script: ScriptIndex, now: Timestamp, call: FileCall) -> Self {
        Self {
            script,
            at: Timestamp::from_millis(now.as_millis() - call.millis),
            method: call.method.to_owned(),
            path: shortened(&call.place, SHOWN),
            is_file: true,
            status: call.status,
            millis: call.millis,
            refused: call.refused,
            left: None,
        }
    }
}

/// The method and the path of a request as a log has them.
pub(crate) fn shown(request: &ScriptRequest) -> (String, String) {
    let path = with_query(request);
    (shortened(&request.method, SHOWN), shortened(&path, SHOWN))
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
