//! The clock on the wall: a moment that moves on by itself.

use datocms_client::Timestamp;
use gloo_timers::callback::Interval;
use yew::prelude::*;

use crate::store::now;

/// Now, renewed every second while `running`, every half minute otherwise.
#[hook]
pub(in crate::pages) fn use_now(running: bool) -> Timestamp {
    let moment = use_state_eq(now);
    use_effect_with(running, {
        let setter = moment.setter();
        move |running| {
            setter.set(now());
            let every = if *running { 1_000 } else { 30_000 };
            let ticking = Interval::new(every, move || setter.set(now()));
            move || drop(ticking)
        }
    });
    *moment
}
