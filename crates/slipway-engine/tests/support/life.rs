//! One page from its opening to its end, which may come at any moment.

use std::cell::Cell;

use slipway_release::{Phase, Release, Step};
use tokio::sync::Notify;

/// What the person at a page is about: the heading under which its calls are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Doing {
    /// Looks at the project.
    Look,
    /// Puts a plan on record.
    Plan,
    /// Presses on with a step.
    Step(Step),
    /// Looks at the drift and approves.
    Approve,
    /// Looks at the drift and asks for the rollback, or for a restart.
    Decide,
    /// Takes a release over from another page.
    TakeOver,
}

impl Doing {
    /// What goes on when `advance` is called in this phase.
    pub(crate) fn at(phase: &Phase) -> Self {
        phase.step().map_or(Self::Look, Self::Step)
    }

    /// As a heading.
    pub(crate) fn heading(self) -> String {
        match self {
            Self::Look => "A look".to_owned(),
            Self::Plan => "Plan".to_owned(),
            Self::Approve => "Approve".to_owned(),
            Self::Decide => "Ask for the rollback".to_owned(),
            Self::TakeOver => "Take over".to_owned(),
            Self::Step(Step::Unfreeze) => "Lift the freeze after the promotion".to_owned(),
            Self::Step(Step::Thaw) => "Lift the freeze after the rollback".to_owned(),
            Self::Step(Step::Reopen) => "Lift the freeze after giving up".to_owned(),
            Self::Step(step) => {
                let text = step.to_string();
                let mut letters = text.chars();
                letters
                    .next()
                    .map(|first| first.to_uppercase().chain(letters).collect())
                    .unwrap_or_default()
            }
        }
    }
}

/// One page from its opening to its end.
pub(crate) struct Life {
    /// Which page of the world this is, counted from zero.
    pub(crate) seat: usize,
    doing: Cell<Doing>,
    dying: Cell<bool>,
    over: Notify,
    asleep: Cell<u32>,
    drawn: Cell<u32>,
}

impl Life {
    pub(crate) fn new(seat: usize) -> Self {
        Self {
            seat,
            doing: Cell::new(Doing::Look),
            dying: Cell::new(false),
            over: Notify::new(),
            asleep: Cell::new(0),
            drawn: Cell::new(0),
        }
    }

    pub(crate) fn doing(&self) -> Doing {
        self.doing.get()
    }

    pub(crate) fn begin(&self, doing: Doing) {
        self.doing.set(doing);
    }

    /// The log grew: what follows belongs to the step the release is at now.
    pub(crate) fn follow(&self, release: &Release) {
        if let Some(step) = release.phase().step() {
            self.begin(Doing::Step(step));
        }
    }

    /// The page ends at the next thing it would do to the world outside, and not before.
    pub(crate) fn doom(&self) {
        self.dying.set(true);
    }

    pub(crate) fn is_doomed(&self) -> bool {
        self.dying.get()
    }

    /// Ends the page, if it is doomed.
    pub(crate) async fn check(&self) {
        if self.is_doomed() {
            self.die().await;
        }
    }

    /// Ends the page here: whoever waits for this waits for ever, and [`Life::lives`] lets go of it.
    pub(crate) async fn die(&self) {
        self.doom();
        self.over.notify_one();
        std::future::pending::<()>().await;
    }

    /// Does the page's work until it is done, or until the page ends: then its future is dropped
    /// where it stood, and there is no outcome.
    pub(crate) async fn lives<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.over.notified() => None,
            outcome = work => (!self.is_doomed()).then_some(outcome),
        }
    }

    /// A number below one that differs from page to page and from draw to draw, the same in every run.
    pub(crate) fn chance(&self) -> f64 {
        let drawn = self.drawn.replace(self.drawn.get() + 1);
        let golden = 0.618_033_988_749_895_f64;
        (golden * f64::from(drawn + 1) + self.offset()).fract()
    }

    fn offset(&self) -> f64 {
        let seat = u32::try_from(self.seat).unwrap_or(u32::MAX);
        (std::f64::consts::E * f64::from(seat)).fract()
    }

    /// The page waits for time to pass until the guard is dropped.
    pub(crate) fn fall_asleep(&self) -> Asleep<'_> {
        self.asleep.set(self.asleep.get() + 1);
        Asleep(self)
    }

    pub(crate) fn is_asleep(&self) -> bool {
        self.asleep.get() > 0
    }
}

/// A page that waits for time to pass.
pub(crate) struct Asleep<'a>(&'a Life);

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.0.asleep.set(self.0.asleep.get() - 1);
    }
}
