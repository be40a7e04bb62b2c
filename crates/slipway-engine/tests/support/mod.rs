//! A project, browser profiles, pages that open on them, and a line to the CMS on which anything can
//! go wrong: the real drydock router in process, no socket, and time that moves only when everybody
//! waits for it.

#![allow(
    dead_code,
    unused_imports,
    reason = "every test program takes what it needs of this"
)]
#![allow(
    clippy::large_futures,
    clippy::similar_names,
    clippy::wildcard_enum_match_arm,
    reason = "test support: futures are boxed where a stack was too small, names are those of the domain"
)]

pub(crate) mod content;
pub(crate) mod drivers;
mod gate;
#[path = "../shared/hand.rs"]
mod hand;
mod life;
mod page;
pub(crate) mod person;
#[path = "../shared/project.rs"]
mod project;
#[path = "../shared/script.rs"]
mod script;
mod time;
pub(crate) mod traffic;
pub(crate) mod verdict;
mod wire;
mod world;

pub(crate) use gate::Gate;
pub(crate) use hand::*;
pub(crate) use life::{Doing, Life};
pub(crate) use page::{Act, Page, Profile, TestEngine, Window};
pub(crate) use project::{id, titled};
pub(crate) use world::World;
