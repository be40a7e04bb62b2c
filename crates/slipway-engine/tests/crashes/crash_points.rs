//! The page is killed at every call of a whole release and its rollback, before the call leaves,
//! before its answer and after it; then somebody opens a page and finishes.

use std::fmt::Write;

use super::{
    support::{
        Profile, World,
        content::Content,
        person::{Deed, Person, story},
        traffic::{Blow, Call, Moment},
        verdict,
    },
    table::{self, Row},
};

/// What is known once nothing went wrong.
pub(crate) struct Undisturbed {
    pub(crate) content: Content,
    pub(crate) calls: Vec<Call>,
}

impl Undisturbed {
    pub(crate) async fn run() -> Self {
        let world = World::with_a_migration().await;
        let mut person = Person::at(&world, &Profile::default(), "Ada");
        person.finish().await.unwrap();
        let calls = world.traffic.calls();
        let content = Content::of(&world).await;
        assert_eq!(verdict::wrong(&world, &content).await, None);
        Self { content, calls }
    }
}

/// Which browser the next page opens in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    SameProfile,
    EmptyProfile,
}

impl Next {
    fn words(self) -> &'static str {
        match self {
            Self::SameProfile => "same profile",
            Self::EmptyProfile => "empty profile",
        }
    }
}

/// What the next page did, after the first one was killed at a call; or what went wrong then.
async fn killed(
    undisturbed: &Undisturbed,
    call: usize,
    moment: Moment,
    next: Next,
) -> Result<Vec<Deed>, String> {
    let world = World::with_a_migration().await;
    world.traffic.strike(call, Blow::Kill(moment));
    let profile = Profile::default();
    let mut first = Person::at(&world, &profile, "Ada");
    let life = first.window.life.clone();
    if let Some(outlived) = life.lives(first.finish()).await {
        return Err(format!("the page was not killed: {outlived:?}"));
    }
    drop(first);

    world.pass(30_000);
    let profile = match next {
        Next::SameProfile => profile,
        Next::EmptyProfile => Profile::default(),
    };
    let mut second = Person::at(&world, &profile, "Grace");
    second.finish().await?;
    match verdict::wrong(&world, &undisturbed.content).await {
        Some(wrong) => Err(format!("{wrong}\n{:#?}", second.deeds)),
        None => Ok(second.deeds),
    }
}

fn outcome(deeds: &[Deed]) -> &'static str {
    if deeds.contains(&Deed::Planned) {
        "planned anew"
    } else if deeds.contains(&Deed::Restarted) {
        "fresh fork"
    } else {
        "went on"
    }
}

/// In how many parts the calls are gone through, so that they can be at the same time.
const PARTS: usize = 4;

async fn every_crash_point(next: Next, part: usize) {
    let undisturbed = Undisturbed::run().await;
    let all = undisturbed.calls.len();
    let (first, end) = (all * (part - 1) / PARTS, all * part / PARTS);
    let mut told = String::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut failures: Vec<String> = Vec::new();
    let mut heading = String::new();
    for (number, call) in undisturbed.calls.iter().enumerate().take(end).skip(first) {
        if call.doing.heading() != heading {
            heading = call.doing.heading();
            writeln!(told, "\n# {heading}\n").unwrap();
        }
        writeln!(told, "{}", call.line()).unwrap();
        for moment in Moment::ALL {
            let deeds = match Box::pin(killed(&undisturbed, number, moment, next)).await {
                Ok(deeds) => deeds,
                Err(wrong) => {
                    let at = format!("{heading}: {}, {}", call.line(), moment.words());
                    failures.push(format!("{at}: {wrong}"));
                    continue;
                }
            };
            writeln!(told, "  {}: {}.", moment.words(), story(&deeds)).unwrap();
            rows.push(vec![
                ("step", heading.clone()),
                ("next page", next.words().to_owned()),
                ("outcome", outcome(&deeds).to_owned()),
            ]);
        }
    }
    assert!(
        failures.is_empty(),
        "{} wrong ends:\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    let profile = next.words().replace(' ', "_");
    table::write(
        &format!("crash-points-{profile}-{part}"),
        "crash points",
        rows,
    );
    insta::assert_snapshot!(format!("{profile}_{part}"), told);
}

#[rstest::rstest]
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn a_page_killed_anywhere_is_followed_by_one_in_the_same_profile(
    #[values(1, 2, 3, 4)] part: usize,
) {
    Box::pin(every_crash_point(Next::SameProfile, part)).await;
}

#[rstest::rstest]
#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn a_page_killed_anywhere_is_followed_by_one_in_an_empty_profile(
    #[values(1, 2, 3, 4)] part: usize,
) {
    Box::pin(every_crash_point(Next::EmptyProfile, part)).await;
}

#[tokio::test(flavor = "current_thread", start_paused = true)]
async fn these_are_the_calls_of_a_release_and_its_rollback() {
    let undisturbed = Undisturbed::run().await;
    let mut told = String::new();
    let mut heading = String::new();
    for call in &undisturbed.calls {
        if call.doing.heading() != heading {
            heading = call.doing.heading();
            writeln!(told, "\n# {heading}\n").unwrap();
        }
        writeln!(told, "{}", call.line()).unwrap();
    }
    insta::assert_snapshot!("calls", told);
}
