//! Why a story could not go on.

use std::{io, path::PathBuf};

use fantoccini::error::{CmdError, NewSessionError};

/// Why a story could not go on, in words that say what was looked for and what was there instead.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A condition did not come true in time.
    #[error("waited {seconds} s for {what}; {instead}")]
    Waited {
        /// What should have come true.
        what: String,
        /// How long was waited.
        seconds: u64,
        /// What was there instead.
        instead: String,
    },
    /// The browser refused a command.
    #[error("browser: {0}")]
    Browser(Box<CmdError>),
    /// The browser gave no session.
    #[error("browser: no session: {0}")]
    Session(Box<NewSessionError>),
    /// A program could not be started or ended early.
    #[error("{program}: {problem}")]
    Program {
        /// The program.
        program: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Something that has to be built first is not there.
    #[error("{} is not there; `cargo xtask test` builds it", .0.display())]
    NotBuilt(PathBuf),
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// A request to drydock had no good answer.
    #[error("{request}: {problem}")]
    Request {
        /// Method and address.
        request: String,
        /// What came back instead.
        problem: String,
    },
    /// What the story says should be so is not so.
    #[error("{0}")]
    Untrue(String),
}

impl Failure {
    /// For `map_err`: a file that could not be read or written.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}

impl From<CmdError> for Failure {
    fn from(error: CmdError) -> Self {
        Self::Browser(Box::new(error))
    }
}

impl From<NewSessionError> for Failure {
    fn from(error: NewSessionError) -> Self {
        Self::Session(Box::new(error))
    }
}
