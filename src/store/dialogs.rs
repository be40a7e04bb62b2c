//! The questions asked before something is promoted, rolled back, overruled or thrown away.

use std::rc::Rc;

use datocms_client::{ApiError, EnvironmentId};
use datocms_plugin::{Choice, ConfirmOptions, HostError, Intent, ModalOptions, ModalWidth, Plugin};
use serde_json::Value;
use slipway_engine::EngineError;
use slipway_release::{Event, Plan, Release, drift::Drift, view::action};

use super::{
    command::Place,
    driver::Driver,
    state::{Remote, Update},
};
use crate::{
    modals::{promote, roll_back},
    ports::page,
};

impl Driver {
    pub(super) async fn force_freeze(&self, release: Release) {
        let editors = match self.engine.editors().await {
            Ok(editors) => editors,
            Err(error) => return self.trouble(error),
        };
        let mut names: Vec<String> = editors
            .into_iter()
            .map(|editor| editor.person.name)
            .collect();
        names.dedup();
        let content = match names.as_slice() {
            [] => "Nobody seems to be editing any more.".to_owned(),
            names => format!(
                "{} will not be able to save what they are writing now.",
                names.join(" and ")
            ),
        };
        if self
            .confirm(
                "Freeze although people are editing?",
                &content,
                "Freeze anyway",
            )
            .await
        {
            self.decide_and_go(release, Event::Forced { editors: names })
                .await;
        }
    }

    pub(super) async fn restart(&self, release: Release) {
        let content = action::what_starting_again_does(&release);
        if self
            .confirm(
                "Start again on a fresh fork?",
                &content,
                "Destroy and fork again",
            )
            .await
        {
            self.decide_and_go(release, Event::RestartRequested).await;
        }
    }

    pub(super) async fn abandon(&self, release: Release) {
        let content = action::what_giving_up_does(&release);
        if self
            .confirm("Give up this release?", &content, "Give up")
            .await
        {
            let reason = String::new();
            self.decide_and_go(release, Event::AbandonRequested { reason })
                .await;
        }
    }

    /// Freezes again after somebody lifted the freeze; asks before people who edit are overruled.
    pub(super) async fn refreeze(&self, release: Release) {
        let refrozen = match self.engine.refreeze(release.clone(), false).await {
            Err(EngineError::Api(ApiError::ActiveEditingSessions)) => {
                if !self
                    .confirm(
                        "Freeze although people are editing?",
                        "They will not be able to save what they are writing now.",
                        "Freeze anyway",
                    )
                    .await
                {
                    return;
                }
                self.engine.refreeze(release, true).await
            }
            other => other,
        };
        match refrozen {
            Ok(release) => self.update(Update::Recorded(Box::new(release))),
            Err(error) => self.trouble(error),
        }
        self.look().await;
    }

    /// Takes a release from a page that another browser has open.
    pub(super) async fn take_over(&self, release: Release) {
        let state = self.now();
        let Some(other) = state.at_work(&release.plan().id) else {
            return self.look().await;
        };
        let content = format!(
            "{} has it open in another browser, at “{}”. That page is told and stops before its next request, but what it has asked the CMS for already may still happen. Ask {} first if you can.",
            other.who.name, other.doing, other.who.name
        );
        if !self
            .confirm("Take this release over?", &content, "Take over")
            .await
        {
            return;
        }
        match self.engine.take_over(release).await {
            Ok(release) => self.update(Update::Recorded(Box::new(release))),
            Err(error) => self.trouble(error),
        }
        self.look().await;
    }

    pub(super) async fn lift_freeze(&self) {
        let content = "No release that Slipway knows of holds this freeze. If somebody is in the middle of one with another tool, ask them first: editors can write again at once.";
        if !self
            .confirm("Lift the freeze?", content, "Lift the freeze")
            .await
        {
            return;
        }
        if let Err(error) = self.engine.lift_orphaned_freeze().await {
            self.trouble(error);
        }
        self.look().await;
    }

    /// Asks for the promotion with what would be left behind on the screen, then promotes.
    pub(super) async fn promote(&self, release: Release) {
        let drift = match self.drift(&release).await {
            Ok(drift) => drift,
            Err(error) => return self.trouble(error),
        };
        self.show_drift(&release, &drift);
        let question = promote::Question::new(release.plan(), &drift);
        let answer = self.ask(promote::ID, "Promote", question.to_json()).await;
        if let Some(answer) = answer.as_ref().and_then(promote::Answer::read) {
            let event = Event::Approved {
                approval: Self::approval(&release, &drift),
                waived: drift.waived(),
                reason: answer.reason,
            };
            self.decide_and_go(release, event).await;
        }
    }

    /// Asks for the rollback with what would go back on the screen, then rolls back.
    pub(super) async fn roll_back(&self, release: Release) {
        let drift = match self.drift(&release).await {
            Ok(drift) => drift,
            Err(error) => return self.trouble(error),
        };
        self.show_drift(&release, &drift);
        let frozen = release.holds_freeze();
        let question = roll_back::Question::new(release.plan(), &drift, frozen);
        let title = format!("Roll back to {}?", release.plan().source);
        let answer = self.ask(roll_back::ID, &title, question.to_json()).await;
        let Some(answer) = answer.as_ref().and_then(roll_back::Answer::read) else {
            return;
        };
        self.start_roll_back(release, answer.freeze_first, answer.reason, &drift)
            .await;
    }

    /// Goes on with a rollback whose freeze could not be had, with the same consent.
    pub(super) async fn roll_back_unfrozen(&self, release: Release) {
        match self.drift(&release).await {
            Ok(drift) => {
                self.start_roll_back(release, false, String::new(), &drift)
                    .await;
            }
            Err(error) => self.trouble(error),
        }
    }

    async fn start_roll_back(
        &self,
        release: Release,
        freeze_first: bool,
        reason: String,
        drift: &Drift,
    ) {
        let asked = self
            .engine
            .roll_back(release.clone(), freeze_first, reason, drift)
            .await;
        match asked {
            Ok(release) => {
                self.update(Update::Recorded(Box::new(release.clone())));
                self.advance(release).await;
            }
            Err(EngineError::LookAgain(now)) => {
                self.show_drift(&release, &now);
                self.trouble(EngineError::LookAgain(now));
            }
            Err(error) => self.trouble(error),
        }
    }

    /// Takes a foreign promotion on record, opens its page and asks for the rollback.
    pub(super) async fn roll_back_foreign(&self, current: EnvironmentId, previous: EnvironmentId) {
        let state = self.now();
        let Some(since) = state
            .world
            .ready()
            .and_then(|world| world.environment(&current))
            .map(|environment| environment.created_at)
        else {
            return self.trouble(format!("{current} is not there any more."));
        };
        let plan = Plan {
            id: self.engine.new_release_id(),
            title: format!("{current}, promoted outside Slipway"),
            source: previous,
            sandbox: current,
            scripts: Vec::new(),
            ledger_model: self.session.config.models().ledger,
            consents: Vec::new(),
            downloads: Vec::new(),
            limits: slipway_release::Limits::default(),
            estimate: None,
        };
        match self.engine.adopt(plan, since).await {
            Ok(release) => {
                self.update(Update::Recorded(Box::new(release.clone())));
                self.open(&Place::Release(release.plan().id.clone())).await;
                self.roll_back(release).await;
            }
            Err(error) => self.trouble(error),
        }
    }

    fn show_drift(&self, release: &Release, drift: &Drift) {
        let id = release.plan().id.clone();
        self.update(Update::Drift(id, Remote::Ready(Rc::new(drift.clone()))));
    }

    /// A yes-or-no question in the panel's own dialog.
    pub(super) async fn confirm(&self, title: &str, content: &str, yes: &str) -> bool {
        let options = ConfirmOptions {
            title: title.to_owned(),
            content: content.to_owned(),
            choices: vec![Choice {
                label: yes.to_owned(),
                value: Value::Bool(true),
                intent: Some(Intent::Negative),
            }],
            cancel: Choice {
                label: "Cancel".to_owned(),
                value: Value::Bool(false),
                intent: None,
            },
        };
        let opener = page::focused();
        let answer = self.plugin.open_confirm(&options).await;
        page::give_focus_back(opener);
        match answer {
            Ok(answer) => answer == Value::Bool(true),
            Err(error) => {
                self.trouble(error);
                false
            }
        }
    }

    /// A dialog of our own; `None` when it was closed without an answer.
    async fn ask(&self, id: &str, title: &str, parameters: Value) -> Option<Value> {
        match open(&self.plugin, id, title, parameters).await {
            Ok(answer) => answer,
            Err(error) => {
                self.trouble(error);
                None
            }
        }
    }
}

/// Opens a dialog of our own; no answer where it was closed without one. The focus comes back.
pub(super) async fn open(
    plugin: &Plugin,
    id: &str,
    title: &str,
    parameters: Value,
) -> Result<Option<Value>, HostError> {
    let mut options = ModalOptions::new(id, title);
    options.width = Some(ModalWidth::Medium);
    options.parameters = Some(parameters);
    let opener = page::focused();
    let answer = plugin.open_modal(&options).await;
    page::give_focus_back(opener);
    answer
}
