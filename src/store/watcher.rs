//! What the engine tells while it works, passed on to the pages.

use datocms_client::EnvironmentId;
use datocms_plugin::Plugin;
use slipway_engine::{ConsentQuestion, Progress, Stop, Watch, ports::LocalFuture};

use super::{
    consents,
    log_book::LogLine,
    shared::SharedState,
    state::{RehearsalUpdate, Update, now},
};

/// Hears of a release's step or of a rehearsal.
pub(super) struct Watcher {
    pub(super) plugin: Plugin,
    /// What the scripts' environment was forked from.
    pub(super) source: EnvironmentId,
    pub(super) state: SharedState,
    pub(super) stop: Stop,
}

impl Watch for Watcher {
    fn progress(&self, progress: Progress) {
        match progress {
            Progress::Recorded(release) => self.state.update(Update::Recorded(release)),
            Progress::Runs { at, .. } => self.state.update(Update::ScriptRuns(at)),
            Progress::Forking(percent) => self.state.update(Update::Forking(percent)),
            Progress::Rehearsing(stage) => {
                let reached = RehearsalUpdate::Reaches(stage, now());
                self.state.update(Update::Rehearsal(reached));
            }
            Progress::Call(call) => self.state.line(LogLine::Call(call)),
            Progress::Console(line) => self.state.line(LogLine::Console(line)),
        }
    }

    fn stop(&self) -> Stop {
        self.stop.clone()
    }

    fn consent(&self, question: ConsentQuestion) -> LocalFuture<bool> {
        let (plugin, state) = (self.plugin.clone(), self.state.clone());
        Box::pin(consents::ask(plugin, state, self.source.clone(), question))
    }
}
