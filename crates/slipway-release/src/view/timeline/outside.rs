//! What became primary without any release on record telling of it.
//!
//! The CMS does not say when something was promoted, nor by whom. Two things are known and nothing
//! more is said: what was primary at certain moments (when a release was planned, promoted or taken
//! back, and now), and that an environment which was forked from another began as a sandbox.

use datocms_client::{EnvironmentId, Timestamp};

use crate::{
    event::{Event, Evidence},
    observed::{Environment, EnvironmentStatus, Observed},
    phase::Phase,
    release::Release,
    step::Step,
};

/// Two moments of making that are no further apart, in milliseconds, belong to one environment: not
/// every answer of the CMS need be equally exact.
const SAME_MAKING: u64 = 1000;

/// How far apart, in milliseconds, the clocks of two browsers that wrote into logs may be.
const CLOCK_SKEW: u64 = 15 * 60 * 1000;

/// An environment that became primary outside the releases on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    /// Which environment.
    pub environment: EnvironmentId,
    /// What was primary before, where that is known.
    pub instead_of: Option<EnvironmentId>,
    /// It happened after this moment.
    pub after: Timestamp,
    /// It had happened by this moment. `None` where that is the present.
    pub before: Option<Timestamp>,
    /// Whether the environment before may simply have been renamed.
    pub maybe_renamed: bool,
    /// Whether nothing else became primary since.
    pub stands: bool,
    /// Where a rollback would lead. `None` where that is not known or not there, and for an environment
    /// that was never forked: since when its changes count as newer could not be said.
    pub way_back: Option<EnvironmentId>,
}

/// What is known of primary at one moment.
struct Sighting<'a> {
    at: Timestamp,
    environment: &'a EnvironmentId,
    /// Whether a release tells how it became primary.
    told: bool,
    /// When the environment was made, where the log says so. It tells two of one name apart.
    made: Option<Timestamp>,
}

/// Everything that must have become primary outside the releases on record, oldest first.
pub(super) fn outside(observed: &Observed) -> Vec<Outside> {
    let mut found: Vec<Outside> = Vec::new();
    let mut known: Option<Sighting<'_>> = None;
    // The one that nothing followed.
    let mut latest: Option<usize> = None;
    let mut sightings: Vec<Sighting<'_>> = observed.releases.iter().flat_map(sightings).collect();
    sightings.sort_by_key(|sighting| sighting.at);
    let told: Vec<(Timestamp, &EnvironmentId)> = sightings
        .iter()
        .filter(|sighting| sighting.told)
        .map(|sighting| (sighting.at, sighting.environment))
        .collect();
    // By another browser's clock a release may seem to know of a promotion before it happened.
    let is_told_of = |sighting: &Sighting<'_>| {
        told.iter().any(|(at, environment)| {
            *environment == sighting.environment
                && at.as_millis().abs_diff(sighting.at.as_millis()) <= CLOCK_SKEW
        })
    };
    for mut sighting in sightings {
        if sighting.told {
            latest = None;
        } else if is_told_of(&sighting) {
            continue;
        } else if let Some(outside) = between(observed, known.as_ref(), &sighting, false) {
            latest = Some(found.len());
            found.push(outside);
        } else if let Some(known) = &known {
            sighting.made = known.made;
        }
        known = Some(sighting);
    }
    if let Some(primary) = observed.primary().filter(|_| !is_being_promoted(observed)) {
        let now = Sighting {
            at: observed.at,
            environment: &primary.id,
            told: false,
            made: Some(primary.created_at),
        };
        if let Some(outside) = between(observed, known.as_ref(), &now, true) {
            latest = Some(found.len());
            found.push(outside);
        }
    }
    if let Some(outside) = latest.and_then(|latest| found.get_mut(latest)) {
        outside.stands = true;
        outside.way_back = way_back(observed, outside);
    }
    found
}

/// What was primary before, or what the environment was forked from, where it can be promoted.
fn way_back(observed: &Observed, outside: &Outside) -> Option<EnvironmentId> {
    let origin = (observed.environment(&outside.environment)?)
        .forked_from
        .as_ref()?;
    let before = outside.instead_of.as_ref().unwrap_or(origin);
    let target = observed.environment(before)?;
    let can_be_promoted = target.status == EnvironmentStatus::Ready && !outside.maybe_renamed;
    (can_be_promoted && target.id != outside.environment).then(|| target.id.clone())
}

/// The moments at which a release knew what was primary.
fn sightings(release: &Release) -> Vec<Sighting<'_>> {
    let plan = release.plan();
    let slow = slowness(release);
    let mut sightings: Vec<Sighting<'_>> = Vec::new();
    for entry in release.log() {
        let (environment, told, made) = if let Event::Planned(plan) = &entry.event {
            (&plan.source, false, None)
        } else if let Event::Adopted { plan, .. } = &entry.event {
            // The row of the adopted release itself tells of that promotion.
            (&plan.sandbox, true, None)
        } else if let Some((Step::Promote, _)) = entry.event.succeeded() {
            (&plan.sandbox, true, release.forked_at())
        } else if let Some((Step::Restore, _)) = entry.event.succeeded() {
            (&plan.source, true, None)
        } else {
            continue;
        };
        let at = Timestamp::from_millis(entry.at.as_millis() + slow);
        // A log is in its order, whatever the clocks of those who wrote it said.
        let before = sightings.last().map(|sighting| sighting.at);
        sightings.push(Sighting {
            at: before.map_or(at, |before| before.max(at)),
            environment,
            told,
            made,
        });
    }
    sightings
}

/// How far the clock of the browser that forked was behind the CMS's, in milliseconds, as far as the
/// fork gives it away: it was made between being asked for and being there.
fn slowness(release: &Release) -> i64 {
    let Some(record) = release.step_record(Step::Fork) else {
        return 0;
    };
    let Some((end, Evidence::Forked { created_at })) = record.finished else {
        return 0;
    };
    let made = created_at.as_millis();
    made - made.clamp(
        record.started_at.as_millis(),
        end.as_millis().max(record.started_at.as_millis()),
    )
}

/// What must have happened between two moments, if anything.
fn between(
    observed: &Observed,
    known: Option<&Sighting<'_>>,
    next: &Sighting<'_>,
    is_now: bool,
) -> Option<Outside> {
    // An environment of that name made later is another one.
    let here = observed
        .environment(next.environment)
        .filter(|environment| is_now || environment.created_at <= next.at);
    let Some(known) = known else {
        let fork = here.filter(|environment| environment.forked_from.is_some())?;
        return Some(Outside {
            environment: fork.id.clone(),
            instead_of: None,
            after: fork.created_at,
            before: (!is_now).then_some(next.at),
            maybe_renamed: false,
            stands: false,
            way_back: None,
        });
    };
    let same_name = known.environment == next.environment;
    let same_making = match (known.made, next.made) {
        (Some(then), Some(now)) => Some(then.as_millis().abs_diff(now.as_millis()) <= SAME_MAKING),
        (None, _) | (_, None) => None,
    };
    let is_other = if same_name {
        same_making == Some(false)
    } else {
        // The same one under a new name, unless the old name is still there.
        same_making != Some(true) || observed.environment(known.environment).is_some()
    };
    if !is_other {
        return None;
    }
    let made = here.map(|environment| environment.created_at);
    Some(Outside {
        environment: next.environment.clone(),
        instead_of: (!same_name).then(|| known.environment.clone()),
        after: made.map_or(known.at, |made| made.max(known.at)),
        before: (!is_now).then_some(next.at),
        maybe_renamed: !same_name && maybe_renamed(observed, known, here),
        stands: false,
        way_back: None,
    })
}

/// Whether the environment that was primary may be the one that is, under a new name: it is not there
/// any more, and the other is old enough.
fn maybe_renamed(observed: &Observed, known: &Sighting<'_>, here: Option<&Environment>) -> bool {
    let is_gone = observed.environment(known.environment).is_none();
    // Clocks differ; an environment that is clearly younger cannot have been primary then.
    let is_younger = here.is_some_and(|environment| environment.created_at > known.at);
    is_gone && known.made.is_none() && !is_younger
}

/// Whether a release is at a step that changes primary and does not know yet what came of it.
fn is_being_promoted(observed: &Observed) -> bool {
    let in_doubt = |release: &Release| {
        matches!(
            release.phase(),
            Phase::InDoubt(Step::Promote | Step::Restore)
        )
    };
    observed.releases.iter().any(in_doubt)
}
