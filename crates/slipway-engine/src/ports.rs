//! What the engine needs from the place it runs in. The browser's adapters are in the plugin's
//! `src/ports`; tests bring their own.

use std::{future::Future, pin::Pin, rc::Rc};

use datocms_client::{EnvironmentId, Timestamp};
use slipway_release::{Limits, PlannedScript, ReleaseId, failure::Place};

/// A boxed future of a single-threaded host.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// The wall clock.
pub trait Clock {
    /// Now, as the browser believes it; may be minutes off the server's time.
    fn now(&self) -> Timestamp;
}

/// Where journals are kept on this machine. It may be absent, full or shared with strangers, so
/// nothing secret goes there and it is never the only copy once a sandbox exists.
#[expect(
    async_fn_in_trait,
    reason = "single-threaded hosts only: browser, tests"
)]
pub trait JournalStore {
    /// Every journal text in the store, in no order.
    async fn load(&self) -> Result<Vec<String>, StoreError>;
    /// Keeps the journal of a release, replacing the one before. Durable once it returns.
    async fn save(&self, release: &ReleaseId, journal: &str) -> Result<(), StoreError>;
}

/// Where rehearsals are kept on this machine, and nowhere else: they are for whoever rehearsed. What is said of
/// [`JournalStore`] holds here too.
#[expect(
    async_fn_in_trait,
    reason = "single-threaded hosts only: browser, tests"
)]
pub trait RehearsalStore {
    /// Every rehearsal's text in the store, in no order.
    async fn rehearsals(&self) -> Result<Vec<String>, StoreError>;
    /// Keeps a rehearsal under its fork's name, replacing what was kept there. Durable once it returns.
    async fn keep_rehearsal(&self, fork: &EnvironmentId, text: &str) -> Result<(), StoreError>;
    /// Forgets a rehearsal; fine where none is kept under this name.
    async fn forget_rehearsal(&self, fork: &EnvironmentId) -> Result<(), StoreError>;
}

/// Why the store on this machine did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this browser's storage does not work ({reason})")]
pub struct StoreError {
    /// The browser's words.
    pub reason: String,
}

/// What the windows of one browser share, and how they are told apart.
#[expect(
    async_fn_in_trait,
    reason = "single-threaded hosts only: browser, tests"
)]
pub trait Windows {
    /// Held while this page acts on a release. Dropping it gives it back, and so does the page's death.
    type Claim;
    /// A name for this browser profile, the same in all its windows for as long as its storage lasts.
    /// Where there is no storage it is this page's own.
    async fn profile(&self) -> String;
    /// Claims a release for this page; `None` while another window of this browser has it.
    async fn claim(&self, release: &ReleaseId) -> Option<Self::Claim>;
}

/// Runs migration scripts where they can reach nothing but [`ScriptHost::serve`].
#[expect(
    async_fn_in_trait,
    reason = "single-threaded hosts only: browser, tests"
)]
pub trait Scripts {
    /// Runs one script to its end. The file must be the one the plan names, by hash.
    async fn run(
        &self,
        script: &PlannedScript,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure>;
}

/// All ports of one host.
pub trait Ports: Clock + JournalStore + RehearsalStore + Windows + Scripts + 'static {}

impl<P: Clock + JournalStore + RehearsalStore + Windows + Scripts + 'static> Ports for P {}

/// The engine's side of a running script.
pub trait ScriptHost {
    /// How much the script may take.
    fn limits(&self) -> Limits;
    /// The environment it runs on. Its client names it, as the vendor's tool has its own name it.
    fn environment(&self) -> EnvironmentId;
    /// Whether another script follows once this one came to its end, so that a runner may make ready for it.
    fn another(&self) -> bool;
    /// Performs one request of the script, or refuses it.
    fn serve(&self, request: ScriptRequest) -> LocalFuture<ScriptAnswer>;
    /// A file came or went for the script, or did not. Nothing is asked of the engine: the page's rules decide.
    fn transferred(&self, call: FileCall);
    /// The script printed a line.
    fn console(&self, level: ConsoleLevel, text: String);
    /// Resolves when a person wants the script stopped; the runner then ends it at once.
    /// No request is in flight at that moment.
    fn stopped(&self) -> LocalFuture<()>;
}

/// One request as the script's client made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptRequest {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: String,
    /// Path below the API's base URL, with its leading slash, without the query.
    pub path: String,
    /// The query as it was encoded, without the question mark; empty for none.
    pub query: String,
    /// Headers as name and value. Only `X-Environment` is looked at; the token is never there.
    pub headers: Vec<(String, String)>,
    /// The body's text, if any.
    pub body: Option<String>,
}

/// What the script's client gets back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptAnswer {
    /// The CMS's answer, or a refusal in the CMS's form.
    Response {
        /// HTTP status.
        status: u16,
        /// Header names and values.
        headers: Vec<(String, String)>,
        /// The body's text.
        body: String,
    },
    /// No answer came; the script sees a failed `fetch` with this message.
    Unreachable(String),
}

/// A request for a file that the page made for a script, beside those to the CMS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCall {
    /// `GET` for one that was downloaded, `PUT` for one that was sent.
    pub method: &'static str,
    /// The host and the path. Not the query: those to send to are keys.
    pub place: String,
    /// The status of the answer; `None` where none came.
    pub status: Option<u16>,
    /// How long it took, in milliseconds.
    pub millis: i64,
    /// Whether the page refused it and nothing was sent.
    pub refused: bool,
}

/// How a line was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleLevel {
    /// `console.log`, `info` and `debug`.
    Log,
    /// `console.warn`.
    Warn,
    /// `console.error`.
    Error,
}

/// Why a script did not come to its end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptFailure {
    /// It could not be prepared; nothing ran. The text is a whole sentence naming the file.
    #[error("{0}")]
    Unprepared(String),
    /// It threw.
    #[error("{name}: {message}")]
    Threw {
        /// The error's name, such as `TypeError`.
        name: String,
        /// Its message.
        message: String,
        /// Its stack, as the browser gives it.
        stack: Option<String>,
        /// The lines of the team's files that it went through, the innermost first; empty where the browser does not
        /// say.
        places: Vec<Place>,
        /// The request whose refusal by the CMS it tells of, if it does.
        refused: Option<Box<Refused>>,
    },
    /// It took more than it may, and was stopped.
    #[error("the script reached a limit: {0}")]
    Limit(Excess),
    /// A person stopped it.
    #[error("the script was stopped")]
    Stopped,
    /// The sandbox itself broke.
    #[error("the migration sandbox does not work in this browser ({0})")]
    NoSandbox(String),
}

/// What an error of the script's client says of the request that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The request's method.
    pub method: String,
    /// Its path with the query.
    pub path: String,
    /// The status of the answer; of a job, that of its result.
    pub status: u16,
}

/// Which of its [`Limits`] a script went over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// It neither asked, printed nor ended for so long.
    #[error("nothing was heard from it for {seconds} seconds")]
    Silence {
        /// The limit.
        seconds: u32,
    },
    /// It had more requests unanswered at a time than its sandbox lets through.
    #[error("more than {limit} requests at a time")]
    InFlight {
        /// The limit.
        limit: u32,
    },
    /// One request was too large.
    #[error("a request of {bytes} bytes, where {limit} are allowed")]
    Message {
        /// How large it was.
        bytes: u64,
        /// The limit.
        limit: u32,
    },
    /// It made too many requests.
    #[error("more than {limit} requests")]
    Calls {
        /// The limit.
        limit: u32,
    },
}
