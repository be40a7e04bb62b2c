//! Whether a run came to the right end.

use std::collections::BTreeSet;

use super::{content::Content, page::Profile, person::Person, world::World};

/// Why a run did not end as it should have; `None` where it did.
///
/// It has to end with the content of the undisturbed run, one copy for every fork that was not
/// destroyed again, no script run twice on one copy, and one promotion each way.
pub(crate) async fn wrong(world: &World, undisturbed: &Content) -> Option<String> {
    let content = Content::of(world).await;
    if content != *undisturbed {
        return Some(format!(
            "the project is not as after the undisturbed run:\n{content:#?}\nwanted:\n{undisturbed:#?}"
        ));
    }
    let calls = world.traffic.calls();
    let done = |method: &str, path: &str| {
        let alike = calls.iter().filter(|call| call.is(method, path));
        alike.filter(|call| call.succeeded()).count()
    };
    let (forked, destroyed) = (world.traffic.forks(), done("DELETE", "/environments/rel-1"));
    if forked != destroyed + 1 {
        return Some(format!("{forked} forks, {destroyed} destroyed"));
    }
    for environment in ["rel-1", "main"] {
        let promoted = done("PUT", &format!("/environments/{environment}/promote"));
        if promoted != 1 {
            return Some(format!("{environment} was promoted {promoted} times"));
        }
    }
    let runs = world.runs.borrow();
    let distinct: BTreeSet<_> = runs.iter().collect();
    (distinct.len() != runs.len()).then(|| format!("a script ran twice on one copy: {runs:?}"))
}

/// The log of the release as the project tells it, a line an entry.
pub(crate) async fn log(world: &World) -> String {
    let reader = Person::at(world, &Profile::default(), "Reader");
    let releases = match reader.window.engine.observe().await {
        Ok(observed) => observed.releases,
        Err(error) => return error.to_string(),
    };
    let entries = releases.iter().flat_map(slipway_release::Release::log);
    let lines: Vec<String> = entries
        .map(|entry| format!("{} {}: {:?}", entry.at, entry.by.name, entry.event))
        .collect();
    lines.join("\n")
}
