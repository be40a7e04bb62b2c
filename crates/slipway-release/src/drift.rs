//! What changed in an environment after a moment: the work a promotion or a rollback would leave behind.

use datocms_client::{EnvironmentId, Timestamp};
use sha2::{Digest as _, Sha256};

use crate::{approval::Digest, event::Person};

/// The environment's own time of change may trail that of the record that changed by this much.
const SETTLING_MILLIS: i64 = 2_000;

/// Changes in `environment` since `since`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The environment that was looked at.
    pub environment: EnvironmentId,
    /// The moment counted from: the fork, or the promotion.
    pub since: Timestamp,
    /// When the CMS says the environment's data last changed, other than by Slipway's own journal;
    /// catches what the records do not show: deletions, schema changes, settings.
    pub last_data_change_at: Option<Timestamp>,
    /// Records created or changed since, newest first.
    pub records: Vec<ChangedRecord>,
    /// Migrations that ran on the sandbox without this release, and would go live with it.
    pub strangers: Vec<String>,
    /// What else changed in the sandbox after the last of this release's scripts there.
    pub late: Option<Late>,
}

/// Changes in a sandbox that its release's scripts did not make, and that would go live with it: of
/// somebody who works there, or a request of a page that lost the release, which arrived late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The sandbox.
    pub sandbox: EnvironmentId,
    /// Records created or changed there, newest first.
    pub records: Vec<ChangedRecord>,
    /// Whether something changed after the newest of them, and after Slipway's own last word there, that
    /// no record shows.
    pub unseen: bool,
}

impl Late {
    /// What this is, a clause each.
    pub fn clauses(&self) -> Vec<String> {
        let records = match self.records.as_slice() {
            [] => None,
            [one] => Some(format!(
                "“{}” of {} changed after its last script",
                one.title, self.sandbox
            )),
            many => Some(format!(
                "{} records of {} changed after its last script",
                many.len(),
                self.sandbox
            )),
        };
        let unseen = self.unseen.then(|| {
            format!(
                "something in {} changed after its last script that no record shows",
                self.sandbox
            )
        });
        records.into_iter().chain(unseen).collect()
    }
}

/// One record that was created or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedRecord {
    /// The record's id.
    pub id: String,
    /// The name of its model.
    pub model: String,
    /// Its title as the CMS would show it, or its id.
    pub title: String,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Who changed it last, where that was looked up.
    pub by: Option<Person>,
}

/// What the changes amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing changed: nothing would be lost.
    Clean,
    /// These records would be left behind.
    Records {
        /// How many.
        records: usize,
        /// By how many different people, as far as known.
        people: usize,
    },
    /// The CMS says something changed, and no record shows it: a deletion, the schema or a setting.
    Unseen,
}

impl Drift {
    /// What the changes amount to.
    pub fn judge(&self) -> Judgement {
        if self.records.is_empty() {
            return match self.last_data_change_at {
                Some(changed) if changed > self.since => Judgement::Unseen,
                _ => Judgement::Clean,
            };
        }
        Judgement::Records {
            records: self.records.len(),
            people: self.people().len(),
        }
    }

    /// What a person who goes on all the same accepts, a clause each; empty where nothing changed.
    pub fn waived(&self) -> Vec<String> {
        let strangers = self
            .strangers
            .iter()
            .map(|name| format!("{name} ran on the sandbox outside this release"));
        let mut waived = self.waived_changes();
        waived.extend(strangers);
        waived.extend(self.late.iter().flat_map(Late::clauses));
        waived
    }

    /// Whether nothing would be left behind, and nothing goes along that the release did not bring.
    pub fn is_clean(&self) -> bool {
        self.judge() == Judgement::Clean && self.strangers.is_empty() && self.late.is_none()
    }

    fn waived_changes(&self) -> Vec<String> {
        match self.judge() {
            Judgement::Clean => Vec::new(),
            Judgement::Unseen => vec![format!(
                "something in {} changed that no record shows",
                self.environment
            )],
            Judgement::Records { records, .. } => {
                let records = match records {
                    1 => "1 record".to_owned(),
                    n => format!("{n} records"),
                };
                let beyond = self.beyond_records().map(|_| {
                    format!(
                        "something else in {} changed that no record shows",
                        self.environment
                    )
                });
                let records = format!("{records} of {} changed", self.environment);
                std::iter::once(records).chain(beyond).collect()
            }
        }
    }

    /// Whether something changed after the newest of the records that none of them shows.
    pub fn has_more_than_records(&self) -> bool {
        self.beyond_records().is_some()
    }

    /// When something changed after the newest of the records, which none of them shows: a deletion, a
    /// publication, the schema or a setting.
    fn beyond_records(&self) -> Option<Timestamp> {
        let newest = self.records.iter().map(|record| record.updated_at).max();
        let settled = newest.map_or(self.since.as_millis(), |newest| {
            newest.as_millis() + SETTLING_MILLIS
        });
        self.last_data_change_at
            .filter(|changed| changed.as_millis() > settled)
    }

    /// The people who changed something, each once, in the order of their latest change.
    pub fn people(&self) -> Vec<&Person> {
        let mut people: Vec<&Person> = Vec::new();
        for person in self.records.iter().filter_map(|record| record.by.as_ref()) {
            if !people.iter().any(|known| known.id == person.id) {
                people.push(person);
            }
        }
        people
    }

    /// A hash of what a person sees; an approval names it, so that anything new asks again.
    ///
    /// It leaves out [`Late::unseen`]: writing the approval down changes the sandbox and hides that.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(self.environment.as_str());
        hash.update(self.since.as_millis().to_be_bytes());
        if let Some(changed) = self.beyond_records() {
            hash.update(changed.as_millis().to_be_bytes());
        }
        for name in &self.strangers {
            hash.update((name.len() as u64).to_be_bytes());
            hash.update(name);
        }
        hash_records(&self.records, &mut hash);
        if let Some(late) = self.late.as_ref().filter(|late| !late.records.is_empty()) {
            hash.update(late.sandbox.as_str());
            hash_records(&late.records, &mut hash);
        }
        Digest::from_bytes(hash.finalize().into())
    }

    /// A hash of the records alone: what stays comparable once Slipway itself has written in the environment.
    pub fn records_digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash_records(&self.records, &mut hash);
        Digest::from_bytes(hash.finalize().into())
    }
}

fn hash_records(records: &[ChangedRecord], hash: &mut Sha256) {
    for record in records {
        hash.update((record.id.len() as u64).to_be_bytes());
        hash.update(&record.id);
        hash.update(record.updated_at.as_millis().to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn drift(last: Option<i64>, records: &[(&str, i64, &str)]) -> Drift {
        Drift {
            environment: "main".parse().unwrap(),
            since: at(100),
            last_data_change_at: last.map(at),
            strangers: Vec::new(),
            records: changed(records),
            late: None,
        }
    }

    fn changed(records: &[(&str, i64, &str)]) -> Vec<ChangedRecord> {
        let records = records.iter();
        records
            .map(|(id, updated, by)| ChangedRecord {
                id: (*id).to_owned(),
                model: "Article".to_owned(),
                title: (*id).to_owned(),
                updated_at: at(*updated),
                by: Some(Person {
                    id: (*by).to_owned(),
                    name: (*by).to_owned(),
                }),
            })
            .collect()
    }

    #[test]
    fn nothing_newer_than_the_fork_is_clean() {
        assert_eq!(drift(Some(100), &[]).judge(), Judgement::Clean);
        assert_eq!(drift(None, &[]).judge(), Judgement::Clean);
    }

    #[test]
    fn a_change_no_record_shows_is_not_clean() {
        assert_eq!(drift(Some(101), &[]).judge(), Judgement::Unseen);
    }

    #[test]
    fn people_are_counted_once() {
        let drift = drift(
            Some(300),
            &[("a", 300, "ada"), ("b", 200, "bo"), ("c", 150, "ada")],
        );
        assert_eq!(
            drift.judge(),
            Judgement::Records {
                records: 3,
                people: 2
            }
        );
    }

    #[test]
    fn what_no_record_shows_is_told_beside_those_that_do() {
        let record = [("a", 300, "ada")];
        let settled = drift(Some(2_300), &record);
        assert_eq!(settled.waived(), ["1 record of main changed"]);
        let deleted = drift(Some(2_301), &record);
        assert_eq!(
            deleted.waived(),
            [
                "1 record of main changed",
                "something else in main changed that no record shows"
            ]
        );
        assert_ne!(deleted.digest(), settled.digest());
        assert_eq!(deleted.records_digest(), settled.records_digest());
    }

    #[test]
    fn what_came_late_into_the_sandbox_is_accepted_by_name_and_asked_for_again() {
        let with = |records: &[(&str, i64, &str)], unseen| Drift {
            late: Some(Late {
                sandbox: "rel-1".parse().unwrap(),
                records: changed(records),
                unseen,
            }),
            ..drift(None, &[])
        };
        let one = with(&[("a", 300, "ada")], false);
        assert_eq!(one.waived(), ["“a” of rel-1 changed after its last script"]);
        assert!(!one.is_clean());
        assert_ne!(one.digest(), drift(None, &[]).digest());
        let two = with(&[("b", 310, "bo"), ("a", 300, "ada")], true);
        assert_eq!(
            two.waived(),
            [
                "2 records of rel-1 changed after its last script",
                "something in rel-1 changed after its last script that no record shows"
            ]
        );
        assert_ne!(two.digest(), one.digest());
        assert_eq!(
            with(&[], true).digest(),
            drift(None, &[]).digest(),
            "writing the approval down hides it"
        );
    }

    #[test]
    fn the_digest_moves_with_every_new_change() {
        let before = drift(Some(300), &[("a", 300, "ada")]);
        let again = drift(Some(310), &[("a", 310, "ada")]);
        let more = drift(Some(320), &[("b", 320, "bo"), ("a", 300, "ada")]);
        assert_ne!(before.digest(), again.digest());
        assert_ne!(before.digest(), more.digest());
        assert_ne!(
            drift(Some(300), &[]).digest(),
            drift(Some(301), &[]).digest()
        );
    }
}
