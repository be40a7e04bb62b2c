//! Kill -9: the real server on a real directory, killed five hundred times while it writes, forks, promotes and judges
//! records again. After every start it has to hold what it had acknowledged, and nothing that is half there.
//!
//! Everything random comes from a seed; a failure names it with the life it happened in. `STRESS_SEED=N` takes other ones.
//! Which thread gets how far is the system's to decide, so a seed repeats what is tried rather than every outcome.

mod conductor;
mod files;
mod gauge;
mod observed;
mod shape;
mod world;
mod writer;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use conductor::Conductor;
use gauge::Gauge;
use world::World;
use writer::Writer;

use crate::server::{self, Server};
use crate::wire::{Client, Gone};

/// Kills a test function asks for. There are four of them.
const LIVES: u64 = 125;
/// Lives a directory sees.
const LIVES_OF_A_DIRECTORY: u64 = 25;
/// Threads that write records.
const WRITERS: u8 = 3;

#[test]
fn killed_at_any_moment_it_keeps_its_word_first_seed() {
    lives(1);
}

#[test]
fn killed_at_any_moment_it_keeps_its_word_second_seed() {
    lives(2);
}

#[test]
fn killed_at_any_moment_it_keeps_its_word_third_seed() {
    lives(3);
}

#[test]
fn killed_at_any_moment_it_keeps_its_word_fourth_seed() {
    lives(4);
}

/// When the server is killed.
#[derive(Debug, Clone, Copy)]
enum Death {
    /// While it starts, after the directory was looked at this often.
    StartingUp { looks: u32 },
    /// When this many calls were acknowledged.
    Acknowledged(u64),
    /// While the conductor's call of this number is under way, after this many turns of an empty loop.
    During { call: u64, turns: u32 },
}

impl Death {
    fn random(random: &mut SmallRng) -> Self {
        match random.random_range(0..10) {
            0 => Self::StartingUp {
                looks: random.random_range(0..400),
            },
            1..4 => Self::Acknowledged(random.random_range(1..80)),
            _ => Self::During {
                call: random.random_range(1..12),
                turns: random.random_range(0..200_000),
            },
        }
    }
}

/// The directory of some lives, and what is to be found in it.
struct Place {
    directory: tempfile::TempDir,
    world: World,
}

fn lives(number: u64) {
    let shift: u64 = std::env::var("STRESS_SEED").map_or(0, |seed| seed.parse().unwrap());
    let seed = number + shift;
    let mut place = None;
    for life in 0..LIVES {
        if life % LIVES_OF_A_DIRECTORY == 0 {
            place = Some(Place {
                directory: tempfile::tempdir().unwrap(),
                world: World::new(),
            });
        }
        let place = place.as_mut().unwrap();
        let mut random = SmallRng::seed_from_u64(seed << 32 | life);
        let last = life % LIVES_OF_A_DIRECTORY == LIVES_OF_A_DIRECTORY - 1;
        let lived = catch_unwind(AssertUnwindSafe(|| {
            live(place, &mut random);
            if last {
                look_back(place);
            }
        }));
        if let Err(panic) = lived {
            eprintln!("seed {seed}, life {life} of {LIVES}; the server's log:");
            eprintln!("{}", server::log_of(place.directory.path()));
            resume_unwind(panic);
        }
    }
}

/// One life: start, find everything as it should be, change it, be killed.
fn live(place: &mut Place, random: &mut SmallRng) {
    let directory = place.directory.path();
    let delay = Duration::from_millis([0, 0, 5, 40, 150][random.random_range(0..5)]);
    let death = Death::random(random);
    if let Death::StartingUp { looks } = death {
        Server::spawn(directory, delay).kill_while_it_starts(looks);
    } else {
        let server = Server::spawn(directory, delay).ready();
        find(place, &server);
        disturb(place, server, death, random);
    }
    files::check_what_is_left(place.directory.path());
}

/// Everything is as it should be.
fn find(place: &mut Place, server: &Server) {
    let mut client = server.client();
    let observed = observed::look(&mut client, &place.world)
        .unwrap_or_else(|Gone| panic!("the server went away while it was looked at"));
    files::check_the_set(place.directory.path(), observed.environments.len());
    place.world.settle(&observed, &mut client);
    if place.world.is_new() {
        shape::lay_down(&mut client, &mut place.world);
    }
}

/// Writers and the conductor at work, until the server dies.
fn disturb(place: &mut Place, mut server: Server, death: Death, random: &mut SmallRng) {
    let gauge = Arc::new(Gauge::default());
    let world = Arc::new(Mutex::new(std::mem::take(&mut place.world)));
    let client: Vec<Client> = (0..=WRITERS).map(|_| server.client()).collect();
    let seeds: Vec<u64> = client.iter().map(|_| random.random()).collect();
    let mut threads = Vec::new();
    for (number, (client, seed)) in (0..).zip(client.into_iter().zip(seeds)) {
        let (gauge, world) = (Arc::clone(&gauge), Arc::clone(&world));
        let random = SmallRng::seed_from_u64(seed);
        threads.push(thread::spawn(move || {
            let _ended = gauge.tell_when_over();
            if number == 0 {
                Conductor::new(client, world, random).conduct(&gauge);
            } else {
                Writer::new(number, client, world, random).write(&gauge);
            }
        }));
    }
    match death {
        Death::StartingUp { .. } => {}
        Death::Acknowledged(calls) => gauge.wait_for_acknowledged(calls),
        Death::During { call, turns } => {
            gauge.wait_for_call(call);
            (0..turns).for_each(|_| std::hint::spin_loop());
        }
    }
    let alive = server.kill();
    for thread in threads {
        if let Err(panic) = thread.join() {
            resume_unwind(panic);
        }
    }
    assert!(alive, "the server ended by itself");
    let world = Arc::into_inner(world).expect("the threads are gone");
    place.world = world.into_inner().unwrap();
}

/// After the last life in a directory: it starts once more, everything is there, and it ends in peace.
fn look_back(place: &mut Place) {
    let server = Server::spawn(place.directory.path(), Duration::ZERO).ready();
    find(place, &server);
    server.terminate();
    files::check_what_is_left(place.directory.path());
}
