//! A project, a browser profile, a folder of scripts, and pages that open on them.

mod deeds;
mod page;
mod reading;
mod time;
mod wire;
mod world;

pub(crate) use self::{deeds::*, page::*, reading::*, wire::*, world::*};
