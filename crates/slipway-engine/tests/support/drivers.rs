//! Two people with a browser each at one release, pressing whatever comes to hand, in an order that
//! a schedule decides: call by call, with pages that die in between.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use slipway_release::{Phase, Release};

use super::{
    content::Content, gate::Gate, page::Profile, person::Person, traffic::Moment, verdict,
    world::World,
};

/// Where the choices of a run come from: bytes, so that a run can be repeated and shortened.
pub(crate) struct Chances {
    bytes: Vec<u8>,
    taken: Cell<usize>,
}

impl Chances {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            taken: Cell::default(),
        }
    }

    /// One of so many possibilities; the first once there is nothing left to choose.
    pub(crate) fn below(&self, possibilities: usize) -> usize {
        let byte = self.bytes.get(self.taken.replace(self.taken.get() + 1));
        byte.map_or(0, |byte| usize::from(*byte) % possibilities)
    }

    pub(crate) fn are_left(&self) -> bool {
        self.taken.get() < self.bytes.len()
    }
}

/// What two people did, a line each.
pub(crate) type Told = Rc<RefCell<Vec<String>>>;

/// Lets two people loose on one release, then lets a third one finish it. What went wrong, or `None`.
pub(crate) async fn let_loose(
    world: &World,
    undisturbed: &Content,
    chances: &Chances,
    told: &Told,
) -> Option<String> {
    let (one, other) = (Profile::default(), Profile::default());
    {
        // The plan is there before the race for it begins: two plans are two releases.
        let planner = Person::at(world, &one, "Ada");
        let engine = &planner.window.engine;
        engine.begin(world.plan(engine)).await.unwrap();
    }
    let gate = Rc::new(Gate::default());
    world.traffic.shut(gate.clone());
    // On the heap: unoptimised, a page's future is larger than a test's stack likes.
    let ada = Box::pin(drive(world, &one, "Ada", chances, told));
    let grace = Box::pin(drive(world, &other, "Grace", chances, told));
    let both = async { tokio::join!(ada, grace) };
    tokio::select! {
        biased;
        _ = both => {}
        () = schedule(world, &gate, chances, told) => {}
    }
    world.traffic.open();
    let violations = world.traffic.violations();
    if !violations.is_empty() {
        return Some(violations.join("\n"));
    }
    world.pass(120_000);
    let mut last = Person::at(world, &Profile::default(), "Edsger");
    let finished = Box::pin(last.finish()).await;
    told.borrow_mut()
        .push(format!("Edsger finishes: {:#?}", last.deeds));
    match finished {
        Ok(_) => verdict::wrong(world, undisturbed).await,
        Err(lost) => Some(lost),
    }
}

/// Decides whose call goes next, for ever.
async fn schedule(world: &World, gate: &Gate, chances: &Chances, told: &Told) {
    loop {
        tokio::task::yield_now().await;
        let waiting = gate.waiting();
        if waiting.is_empty() {
            // Everybody waits for time to pass. No call is under way meanwhile.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        }
        let place = chances.below(waiting.len());
        if chances.are_left() && chances.below(24) == 23 {
            let moment = Moment::ALL[chances.below(Moment::ALL.len())];
            told.borrow_mut()
                .push(format!("page {} is {}", waiting[place], moment.words()));
            world.traffic.kill_next(waiting[place], moment);
        }
        gate.let_through(place);
    }
}

/// A person who opens a page, and another one whenever it dies.
async fn drive(world: &World, profile: &Profile, name: &str, chances: &Chances, told: &Told) {
    while chances.are_left() {
        let mut person = Person::at(world, profile, name);
        let life = person.window.life.clone();
        let outlived = life.lives(Box::pin(play(&mut person, chances))).await;
        let end = if outlived.is_some() { "leaves" } else { "dies" };
        world.traffic.ended(life.seat);
        told.borrow_mut().push(format!(
            "{name} at page {} {end}: {:#?}",
            life.seat, person.deeds
        ));
    }
}

async fn play(person: &mut Person<'_>, chances: &Chances) {
    let mut release: Option<Release> = None;
    while chances.are_left() {
        let choice = chances.below(4);
        let next = match release.take() {
            None => person.look().await,
            Some(_) if choice == 0 => person.look().await,
            Some(at) if at.phase() == &Phase::RolledBack => return,
            Some(at) if choice == 1 => person.take_over(at).await.map(Some),
            Some(at) => person.press(at).await.map(Some),
        };
        release = match next {
            Ok(next) => next,
            Err(error) => {
                person.was_told(error);
                None
            }
        };
        person.pause();
    }
}
