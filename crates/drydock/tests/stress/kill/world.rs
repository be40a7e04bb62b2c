//! What has to be there after a start: all that was acknowledged, and of what was under way all or nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::observed::{Observed, ObservedSchema};
use super::shape::{self, Ids};
use crate::wire::Client;

/// A project as its callers know it.
#[derive(Default)]
pub(super) struct World {
    pub(super) ids: Ids,
    pub(super) environments: Vec<Environment>,
    /// What the conductor had begun when the server died.
    pub(super) doubt: Option<Doubt>,
    /// Names and values that were given out: none is given out twice.
    given: u64,
}

/// An environment as its callers know it.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// No other environment ever has this number. It stays when the name changes.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) primary: bool,
    pub(super) forked_from: Option<String>,
    /// The records of the writers, by id.
    pub(super) entries: BTreeMap<String, Bounds>,
    pub(super) schema: ObservedSchema,
}

/// Between which values a record may be; 0 stands for no record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) acknowledged: u64,
    pub(super) sent: u64,
}

/// An operation that was begun.
#[derive(Debug, Clone)]
pub(super) struct Doubt {
    pub(super) deed: Deed,
    /// The job it became.
    pub(super) job: Option<String>,
}

/// What the conductor does, one at a time.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    /// `copy` has of every record what was acknowledged before the fork was asked for, and, once it was accepted, what had
    /// been sent until then.
    Fork {
        copy: Environment,
        accepted: bool,
    },
    Rename {
        from: String,
        to: String,
    },
    Promote {
        name: String,
    },
    Destroy {
        name: String,
    },
    Schema {
        name: String,
        to: ObservedSchema,
    },
}

impl Environment {
    /// The environment of a new project.
    pub(super) fn first(name: &str) -> Self {
        Self {
            number: 0,
            name: name.to_owned(),
            primary: true,
            forked_from: None,
            entries: BTreeMap::new(),
            schema: ObservedSchema::default(),
        }
    }

    /// What is known of a fork of it that is about to be asked for.
    fn forked(&self, number: u64) -> Self {
        let lower = |bounds: &Bounds| Bounds {
            sent: bounds.acknowledged,
            ..*bounds
        };
        let entries = self.entries.iter();
        Self {
            number,
            name: format!("fork-{number}"),
            primary: false,
            forked_from: Some(self.name.clone()),
            entries: entries.map(|(id, at)| (id.clone(), lower(at))).collect(),
            schema: self.schema.clone(),
        }
    }

    /// Of a fork: all that has been sent to its source by now may be in it.
    fn raise(&mut self, source: &BTreeMap<String, Bounds>) {
        for (id, bounds) in source {
            self.entries.entry(id.clone()).or_default().sent = bounds.sent;
        }
    }
}

impl World {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was laid down in it yet.
    pub(super) fn is_new(&self) -> bool {
        self.environments.is_empty()
    }

    /// A number that was not given out before, greater than all that were.
    pub(super) fn number(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    pub(super) fn environment(&mut self, name: &str) -> Option<&mut Environment> {
        let mut environments = self.environments.iter_mut();
        environments.find(|environment| environment.name == name)
    }

    /// A fork that is about to be asked for.
    pub(super) fn fork(&mut self, source: &str) -> Deed {
        let number = self.number();
        let source = self.environment(source).expect("a fork has a source");
        let copy = source.forked(number);
        Deed::Fork {
            copy,
            accepted: false,
        }
    }

    /// Something is about to be asked for.
    pub(super) fn begin(&mut self, deed: Deed) {
        let before = self.doubt.replace(Doubt { deed, job: None });
        assert!(before.is_none(), "one deed at a time");
    }

    /// It was accepted, as this job. Of a fork, the moment that is copied has come.
    pub(super) fn accepted(&mut self, job: Option<String>) {
        let mut doubt = self.doubt.take().expect("something was begun");
        doubt.job = job;
        if let Deed::Fork { copy, accepted } = &mut doubt.deed {
            self.raise(copy);
            *accepted = true;
        }
        self.doubt = Some(doubt);
    }

    fn raise(&mut self, copy: &mut Environment) {
        let source = copy.forked_from.clone().expect("a fork has a source");
        let source = self
            .environment(&source)
            .expect("its source is still there");
        copy.raise(&source.entries);
    }

    /// It was acknowledged.
    pub(super) fn acknowledged(&mut self) {
        let doubt = self.doubt.take().expect("something was begun");
        self.apply(doubt.deed);
    }

    fn apply(&mut self, deed: Deed) {
        match deed {
            Deed::Fork { mut copy, accepted } => {
                if !accepted {
                    self.raise(&mut copy);
                }
                self.environments.push(copy);
            }
            Deed::Rename { from, to } => {
                self.environment(&from).expect("it was there").name = to;
            }
            Deed::Promote { name } => {
                for environment in &mut self.environments {
                    environment.primary = environment.name == name;
                }
            }
            Deed::Destroy { name } => {
                self.environments.retain(|other| other.name != name);
            }
            Deed::Schema { name, to } => {
                self.environment(&name).expect("it was there").schema = to;
            }
        }
    }

    /// Holds what is there against what has to be. From then on what is there is what has to be.
    pub(super) fn settle(&mut self, observed: &Observed, client: &mut Client) {
        if self.is_new() {
            let names: Vec<&String> = observed.environments.keys().collect();
            assert_eq!(names, ["main"], "a new project");
            return;
        }
        if let Some(doubt) = self.doubt.take() {
            let done = doubt.deed.is_done(observed);
            if let Some(job) = &doubt.job {
                let outcome = shape::outcome(client, job);
                let succeeded = outcome["status"].as_u64().unwrap() < 300;
                assert_eq!(succeeded, done, "{:?} and its job: {outcome}", doubt.deed);
            }
            if done {
                self.apply(doubt.deed);
            }
        }
        let names: BTreeSet<&String> = self.environments.iter().map(|one| &one.name).collect();
        let found: BTreeSet<&String> = observed.environments.keys().collect();
        assert_eq!(found, names, "the environments");
        for environment in &mut self.environments {
            environment.settle(observed);
        }
    }
}

impl Deed {
    /// Whether it happened.
    fn is_done(&self, observed: &Observed) -> bool {
        let is_there = |name: &str| observed.environments.contains_key(name);
        match self {
            Self::Fork { copy, .. } => is_there(&copy.name),
            Self::Rename { to, .. } => is_there(to),
            Self::Promote { name } => observed.primary == *name,
            Self::Destroy { name } => !is_there(name),
            Self::Schema { name, to } => observed.environments[name].schema == *to,
        }
    }
}

impl Environment {
    fn settle(&mut self, observed: &Observed) {
        let name = &self.name;
        let found = &observed.environments[name];
        assert_eq!(
            self.primary,
            observed.primary == *name,
            "`{name}` is primary"
        );
        assert_eq!(found.forked_from, self.forked_from, "`{name}`");
        assert_eq!(found.schema, self.schema, "`{name}`");
        for id in found.entries.keys() {
            assert!(
                self.entries.contains_key(id),
                "`{name}` has {id}, which nobody sent"
            );
        }
        for (id, bounds) in &mut self.entries {
            let value = found.entries.get(id).copied().unwrap_or(0);
            assert!(
                (bounds.acknowledged..=bounds.sent).contains(&value),
                "`{name}`: {id} is {value}, not within {bounds:?}"
            );
            *bounds = Bounds {
                acknowledged: value,
                sent: value,
            };
        }
    }
}
