//! Two pages press the same button at the same moment, at every step of a release and of its rollback. One acts.

use std::time::Duration;

use e2e::{Backdrop, Failure, Page, Panel, Role, Slipway, Stage, Tab};
use serde_json::Value;
use tokio::time::Instant;

use super::{FIRST, QUICK, SECOND, journal, open_as, open_release, scripts, second_admin};

/// A page that lost looks at the project again within ten seconds; two busy browsers take their time.
const LONG: Duration = Duration::from_mins(1);

/// Every request takes this long, so that two pages' requests come one between the other.
const LATENCY: [&str; 2] = ["--latency", "25"];

/// What a page says that was not let in.
const LOST: [&str; 3] = [
    "is driving this release in another window",
    "has this release in another browser",
    "Another window of this browser is driving this release",
];

/// One of the two pages.
struct Side {
    slipway: Slipway,
    /// Where both are tabs of one window: which.
    tab: Option<Tab>,
    /// Who is at it.
    who: String,
}

impl Side {
    /// Brings the page to the front.
    async fn bring(&self) -> Result<(), Failure> {
        match &self.tab {
            Some(tab) => self.slipway.panel().page().await?.bring(tab).await,
            None => Ok(()),
        }
    }

    /// The plugin's page, in front.
    async fn page(&self) -> Result<Page, Failure> {
        self.bring().await?;
        Ok(self.slipway.page().await?.patient_for(LONG))
    }

    /// What the page says, where it says that it was not let in.
    async fn lost(&self) -> Result<Option<String>, Failure> {
        let text = self.page().await?.text().await?;
        Ok(LOST
            .iter()
            .any(|words| text.contains(words))
            .then_some(text))
    }
}

/// Two pages on one release.
struct Race {
    sides: [Side; 2],
}

impl Race {
    /// Both press the button at one moment, and one of them acts. Which one did not.
    async fn step(&self, button: &str) -> Result<usize, Failure> {
        for side in &self.sides {
            side.page().await?.pressable(button).await?;
        }
        let moment = self.sides[0].page().await?.soon().await?;
        for side in &self.sides {
            side.page().await?.press_at(button, moment).await?;
        }
        for side in &self.sides {
            side.page().await?.has_pressed().await?;
        }
        self.loser(button).await
    }

    /// Both open a dialog and type what it asks for, and both confirm it at one moment.
    async fn confirm(
        &self,
        (opener, dialog, phrase, button): (&str, &str, &str, &str),
    ) -> Result<(), Failure> {
        for side in &self.sides {
            side.page().await?.press(Role::Button, opener).await?;
            let frame = side.slipway.dialog(dialog).await?;
            let label = format!("Type “{phrase}” to confirm");
            frame.fill(label.as_str(), phrase).await?;
            frame.pressable(button).await?;
        }
        let moment = self.sides[0].page().await?.soon().await?;
        for side in &self.sides {
            side.bring().await?;
            let frame = side.slipway.dialog(dialog).await?;
            frame.press_at(button, moment).await?;
        }
        for side in &self.sides {
            side.bring().await?;
            let panel = side.slipway.panel().page().await?;
            panel.gone(Role::Dialog, dialog).await?;
        }
        Ok(())
    }

    /// Waits until both pages know how it went.
    async fn settle(&self, next: &str) -> Result<(), Failure> {
        for side in &self.sides {
            side.page().await?.find(Role::Button, next).await?;
        }
        Ok(())
    }

    /// Waits until one of the pages, and not the other, says that it was not let in, and by whom. Which one it is.
    async fn loser(&self, button: &str) -> Result<usize, Failure> {
        let deadline = Instant::now() + LONG;
        let mut losers = Vec::new();
        while losers.is_empty() && Instant::now() < deadline {
            for (number, side) in self.sides.iter().enumerate() {
                let Some(text) = side.lost().await? else {
                    continue;
                };
                let other = &self.sides[1 - number].who;
                let is_named = text.contains(&format!("{other} is driving"))
                    || text.contains(&format!("{other} has this release"))
                    || side.tab.is_some();
                assert!(is_named, "at {button}: {text}");
                losers.push(number);
            }
        }
        let [loser] = losers.as_slice() else {
            return Err(Failure::Untrue(format!(
                "at {button}, {} pages were not let in",
                losers.len()
            )));
        };
        Ok(*loser)
    }

    /// What can be done next while primary is frozen and takes no news of the release: in another browser than the one
    /// that froze it, nothing but taking over; whoever froze it goes on.
    async fn go_on_alone(&self, loser: usize, button: &str, next: &str) -> Result<(), Failure> {
        let (driver, other) = (&self.sides[1 - loser], &self.sides[loser]);
        let page = other.page().await?;
        page.sees(&format!(
            "{} has this release open in another browser.",
            driver.who
        ))
        .await?;
        page.pressable("Take over…").await?;
        let offered = page.names(Role::Button).await?;
        assert!(!offered.iter().any(|name| name == button), "{offered:?}");
        driver.page().await?.press(Role::Button, button).await?;
        self.settle(next).await
    }

    /// A release and its rollback, with both pages at every button of it.
    async fn run(&self, stage: &Stage, sandbox: &str) -> Result<(), Failure> {
        for side in &self.sides {
            side.page().await?.remember_requests().await?;
        }
        let is_one_browser = self.sides[0].tab.is_some();
        let loser = self.step("Freeze primary").await?;
        let run = "Run 2 migrations";
        if is_one_browser {
            self.settle("Fork main").await?;
            self.step("Fork main").await?;
            self.settle(run).await?;
        } else {
            self.go_on_alone(loser, "Fork main", run).await?;
        }
        // The page that planned the release has the files, the other asks for them.
        let [_, beside] = &self.sides;
        let scripts = scripts()?;
        let page = beside.page().await?;
        page.pick_files("Choose the migrations folder", &[&scripts.path()])
            .await?;
        self.step(run).await?;
        self.settle("Promote…").await?;
        let phrase = format!("{sandbox} replaces main");
        self.confirm(("Promote…", "Promote", &phrase, "Promote"))
            .await?;
        let lift = "Lift the freeze";
        if is_one_browser {
            self.settle(lift).await?;
            self.step(lift).await?;
            self.settle("Roll back…").await?;
        } else {
            let loser = self.loser("Promote").await?;
            self.go_on_alone(loser, lift, "Roll back…").await?;
        }
        self.confirm(("Roll back…", "Roll back to main?", "main", "Roll back"))
            .await?;
        for side in &self.sides {
            let page = side.page().await?;
            page.sees("Rolled back: main is primary again.").await?;
        }
        self.one_acted(stage, sandbox).await
    }

    /// Nothing was asked for twice, and the CMS is as after the release of one person.
    async fn one_acted(&self, stage: &Stage, sandbox: &str) -> Result<(), Failure> {
        let promotes = format!("/environments/{sandbox}/promote");
        for (request, times) in [
            ("/environments/main/fork", 1),
            (promotes.as_str(), 1),
            ("/environments/main/promote", 1),
            ("/maintenance-mode/activate", 2),
            ("/maintenance-mode/deactivate", 2),
        ] {
            // A panel may load a plugin's frame again once something else is primary, and forget what it asked for.
            assert!(self.requests(request).await? <= times, "{request}");
        }
        let api = stage.api()?;
        let expected = ["main*".to_owned(), sandbox.to_owned()];
        assert_eq!(api.environments().await?, expected);
        assert!(!api.frozen().await?);
        let sandboxed = api.in_environment(sandbox);
        let ledger = sandboxed.records("schema_migration").await?;
        let ran = |script: &str| {
            let is_of = |record: &&Value| record["attributes"]["name"] == script;
            ledger.iter().filter(is_of).count()
        };
        assert_eq!((ran(FIRST), ran(SECOND)), (1, 1));
        assert_eq!(journal(stage, sandbox).await?, undisturbed());
        Ok(())
    }

    /// How many requests both pages made of which the path ends like this, done or refused.
    async fn requests(&self, ending: &str) -> Result<usize, Failure> {
        let mut count = 0;
        for side in &self.sides {
            let requests = side.page().await?.requests().await?;
            let paths = requests.iter().filter_map(|one| one.split('?').next());
            count += paths.filter(|path| path.ends_with(ending)).count();
        }
        Ok(count)
    }
}

/// The journal of a release and its rollback in which nothing was done twice.
fn undisturbed() -> Vec<String> {
    let done = |steps: &[&str]| -> Vec<String> {
        let told = |step: &&str| [format!("started {step}"), format!("succeeded {step}")];
        steps.iter().flat_map(told).collect()
    };
    [
        vec!["planned".to_owned()],
        done(&["freeze", "fork", "migrate:0", "migrate:1"]),
        vec!["approved".to_owned()],
        done(&["promote", "unfreeze"]),
        vec!["roll_back_requested".to_owned()],
        done(&["freeze_again", "restore", "thaw"]),
    ]
    .concat()
}

#[tokio::test]
async fn two_admins_press_every_button_at_once_and_one_acts() {
    let arguments = [QUICK, LATENCY].concat();
    let backdrop = Backdrop::demo_with(&arguments);
    Stage::play("race-admins", backdrop, async |stage: &mut Stage| {
        let second = second_admin(stage).await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let first = panel.user("Admin")?.name.clone();
        let slipway = Slipway::open(&panel).await?;
        let sandbox = slipway.create(&scripts()?.path()).await?;
        let guest = stage.invite().await?;
        let beside = open_release(&open_as(stage, guest, &second).await?).await?;
        let side = |slipway, who| Side {
            slipway,
            tab: None,
            who,
        };
        let sides = [side(slipway, first), side(beside, second)];
        Race { sides }.run(stage, &sandbox).await
    })
    .await;
}

#[tokio::test]
async fn two_tabs_press_every_button_at_once_and_one_acts() {
    let arguments = [QUICK, LATENCY].concat();
    let backdrop = Backdrop::demo_with(&arguments);
    Stage::play("race-tabs", backdrop, async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let who = panel.user("Admin")?.name.clone();
        let slipway = Slipway::open(&panel).await?;
        let sandbox = slipway.create(&scripts()?.path()).await?;
        let window = panel.page().await?;
        let first = window.tab().await?;
        let second = window.open_tab().await?;
        let beside = open_release(&open_as(stage, window, &who).await?).await?;
        let side = |slipway, tab| Side {
            slipway,
            tab: Some(tab),
            who: who.clone(),
        };
        let sides = [side(slipway, first), side(beside, second)];
        Race { sides }.run(stage, &sandbox).await
    })
    .await;
}
