//! A project, a browser profile, a folder of scripts, and pages that open on them.

mod deeds;
#[path = "../shared/hand.rs"]
mod hand;
mod page;
#[path = "../shared/project.rs"]
mod project;
mod reading;
#[path = "../shared/script.rs"]
mod script;
mod time;
mod wire;
mod world;

pub(crate) use self::{
    deeds::*, hand::*, page::*, project::*, reading::*, time::SharedTime, wire::*, world::*,
};
