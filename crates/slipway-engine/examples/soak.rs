//! Random releases with random faults, crashes and interferences, one after another: `cargo xtask soak`.
//!
//! Every release has a seed of its own, so that one that ends wrong can be repeated:
//! `soak --seed SEED --releases 1`. Exits with 1 if any ended wrong.

#![allow(
    clippy::large_futures,
    reason = "a whole release is one future; the test threads have the stack for it"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the harness is the tests' own"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    collections::BTreeMap,
    process::ExitCode,
    rc::Rc,
    time::{Duration, Instant},
};

use support::{
    Profile, World,
    content::Content,
    drivers::{self, Chances, Told},
    person::{Person, story},
    traffic::{Blow, Fault, Moment},
    verdict,
};

/// What a release is made to live through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ordeal {
    /// Up to three faults.
    Faults,
    /// The page dies, and the next one is opened in the same profile or in another.
    Crashes,
    /// Faults, and pages that die.
    Both,
    /// Two people press buttons in any order, and their pages die.
    TwoDrivers,
    /// Somebody turns maintenance mode on and off by hand.
    Switch,
    /// Faults, pages that die, and somebody at the switch.
    Everything,
}

impl Ordeal {
    const ALL: [Self; 6] = [
        Self::Faults,
        Self::Crashes,
        Self::Both,
        Self::TwoDrivers,
        Self::Switch,
        Self::Everything,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Faults => "faults",
            Self::Crashes => "crashes",
            Self::Both => "faults and crashes",
            Self::TwoDrivers => "two drivers",
            Self::Switch => "somebody at the maintenance switch",
            Self::Everything => "faults, crashes and somebody at the switch",
        }
    }
}

/// How long to go on, and where to begin.
struct Limits {
    minutes: Option<Duration>,
    releases: u64,
    seed: u64,
}

fn limits() -> Result<Limits, String> {
    let (mut minutes, mut releases, mut seed) = (None, None, 1);
    let mut args = std::env::args().skip(1);
    while let Some(option) = args.next() {
        let number: u64 = args
            .next()
            .and_then(|value| value.parse().ok())
            .ok_or_else(|| format!("{option} needs a number"))?;
        match option.as_str() {
            "--minutes" => minutes = Some(Duration::from_secs(60 * number)),
            "--releases" => releases = Some(number),
            "--seed" => seed = number,
            _ => return Err(format!("`{option}` is not an option")),
        }
    }
    Ok(Limits {
        // With a time and no number, the time decides.
        releases: releases.unwrap_or(if minutes.is_some() { u64::MAX } else { 200 }),
        minutes,
        seed,
    })
}

/// Random numbers that a seed decides (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn up_to(&mut self, most: u32) -> u32 {
        u32::try_from(self.next() % (u64::from(most) + 1)).unwrap_or(most)
    }

    fn below(&mut self, possibilities: usize) -> usize {
        let most = u32::try_from(possibilities - 1).unwrap_or(u32::MAX);
        self.up_to(most) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

/// Runs in a runtime whose time moves only when everybody waits.
fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.expect("a runtime").block_on(work)
}

/// What the undisturbed run leaves, and how many calls it takes.
async fn undisturbed() -> (Content, usize) {
    let world = World::with_a_migration().await;
    let mut person = Person::at(&world, &Profile::default(), "Ada");
    person.finish().await.expect("an undisturbed run");
    let calls = world.traffic.calls().len();
    (Content::of(&world).await, calls)
}

/// What became of one release.
struct Lived {
    ordeal: Ordeal,
    /// What went wrong; `None` where it ended as it should.
    wrong: Option<String>,
    story: String,
}

/// One release and its rollback.
async fn live(seed: u64, content: &Content, calls: usize) -> Lived {
    let mut dice = Dice(seed);
    let ordeal = Ordeal::ALL[dice.below(Ordeal::ALL.len())];
    let world = World::with_a_migration().await;
    // The browser's clock is up to ten minutes off, either way.
    world.skew.set(i64::from(dice.up_to(1_200_000)) - 600_000);
    let told = Told::default();
    let wrong = match ordeal {
        Ordeal::TwoDrivers => {
            let length = 60 + dice.below(300);
            let chances = Chances::new(dice.bytes(length));
            drivers::let_loose(&world, content, &chances, &told).await
        }
        Ordeal::Faults => alone(&world, &mut dice, &told, content, calls, (1, 0, 0)).await,
        Ordeal::Crashes => alone(&world, &mut dice, &told, content, calls, (0, 1, 0)).await,
        Ordeal::Both => alone(&world, &mut dice, &told, content, calls, (1, 1, 0)).await,
        Ordeal::Switch => alone(&world, &mut dice, &told, content, calls, (0, 0, 1)).await,
        Ordeal::Everything => alone(&world, &mut dice, &told, content, calls, (1, 1, 1)).await,
    };
    if wrong.is_some() {
        let log = verdict::log(&world).await;
        told.borrow_mut().push(log);
    }
    let story = Rc::unwrap_or_clone(told).into_inner().join("\n");
    Lived {
        ordeal,
        wrong,
        story,
    }
}

/// One person at a time, with up to three faults, crashes and interferences of the kinds that are asked for.
async fn alone(
    world: &World,
    dice: &mut Dice,
    told: &Told,
    content: &Content,
    calls: usize,
    (faults, crashes, switches): (usize, usize, usize),
) -> Option<String> {
    let tell = |line: String| told.borrow_mut().push(line);
    let mut blows = Vec::new();
    for _ in 0..faults * (1 + dice.below(3)) {
        blows.push(Blow::Fault(Fault::ALL[dice.below(Fault::ALL.len())]));
    }
    for _ in 0..crashes * (1 + dice.below(3)) {
        blows.push(Blow::Kill(Moment::ALL[dice.below(Moment::ALL.len())]));
    }
    for _ in 0..switches * (1 + dice.below(2)) {
        blows.push(Blow::Switch(dice.below(2) == 0));
    }
    for blow in &blows {
        let call = dice.below(calls + calls / 4);
        tell(format!("call {call}: {blow:?}"));
        world.traffic.strike(call, *blow);
    }
    let home = Profile::default();
    let mut profile = home.clone();
    // Each blow ends one page at most.
    for _ in 0..=blows.len() {
        let name = ["Ada", "Grace"][dice.below(2)];
        let mut person = Person::at(world, &profile, name);
        person.tidies = true;
        let life = person.window.life.clone();
        let finished = life.lives(Box::pin(person.finish())).await;
        tell(format!("{name}: {}", story(&person.deeds)));
        match finished {
            Some(Ok(_)) => {
                // A freeze that somebody left behind after all was over is anybody's to lift.
                if switches > 0 && world.is_frozen().await {
                    let engine = &person.window.engine;
                    let observed = engine.observe().await.ok();
                    if observed.is_some_and(|observed| observed.freeze_is_orphaned()) {
                        engine.lift_orphaned_freeze().await.ok();
                    }
                }
                return verdict::wrong(world, content).await;
            }
            Some(Err(lost)) => return Some(lost),
            None => {}
        }
        world.pass(1_000 * u64::from(dice.up_to(120)));
        profile = if dice.below(2) == 0 {
            home.clone()
        } else {
            Profile::default()
        };
    }
    Some("every page died".to_owned())
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long to go on is the one thing here that real time decides"
)]
fn main() -> ExitCode {
    let limits = match limits() {
        Ok(limits) => limits,
        Err(wrong) => {
            eprintln!("soak: {wrong}; --minutes N or --releases N, and --seed S");
            return ExitCode::from(2);
        }
    };
    let (content, calls) = run(undisturbed());
    let began = Instant::now();
    let (mut lived, mut wrong) = (BTreeMap::<Ordeal, u64>::new(), 0);
    for number in 0..limits.releases {
        if limits.minutes.is_some_and(|most| began.elapsed() >= most) {
            break;
        }
        let seed = limits.seed.wrapping_add(number);
        let life = run(live(seed, &content, calls));
        *lived.entry(life.ordeal).or_default() += 1;
        if let Some(what) = life.wrong {
            wrong += 1;
            println!(
                "\nseed {seed} ({}) ended wrong: {what}\n{}\nrepeat it: cargo xtask soak --releases 1 --seed {seed}",
                life.ordeal.words(),
                life.story
            );
        }
    }
    for (ordeal, count) in &lived {
        println!("{count:>8}  {}", ordeal.words());
    }
    let all: u64 = lived.values().sum();
    println!(
        "{all} releases in {} s from seed {}, {} ended in the right state",
        began.elapsed().as_secs(),
        limits.seed,
        all - wrong
    );
    if wrong == 0 && all > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
