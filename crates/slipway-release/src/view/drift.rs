//! What would be left behind, in the few words of a badge and in a sentence.

use crate::{
    drift::{Drift, Judgement, Late},
    view::{evidence, standing::Tone, words::count},
};

/// How much a promotion or rollback would leave behind, for a badge: "14 records, 3 people".
pub fn badge(drift: &Drift) -> String {
    match drift.judge() {
        Judgement::Clean => "Nothing changed".to_owned(),
        Judgement::Unseen => "Something changed".to_owned(),
        Judgement::Records { records, people } => format!(
            "{}, {}",
            count(records, "record", "records"),
            count(people, "person", "people")
        ),
    }
}

/// What would be left behind, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftBehind {
    /// How it is meant.
    pub tone: Tone,
    /// In a few words.
    pub title: String,
    /// What that means.
    pub sentence: String,
}

/// Which decision the changes are weighed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Changes in primary since the fork, before a promotion.
    Promote,
    /// Changes in the promoted environment since its promotion, before a rollback.
    RollBack,
}

/// What `decision` would leave behind.
pub fn left_behind(drift: &Drift, decision: Decision) -> LeftBehind {
    words(drift.judge(), drift.environment.as_str(), decision)
}

/// What a rollback that is done left behind.
pub fn stayed_behind(drift: &Drift) -> LeftBehind {
    let environment = &drift.environment;
    let title = match drift.judge() {
        Judgement::Clean => format!("Nothing was left behind in {environment}."),
        Judgement::Records { records, .. } => format!(
            "{} that changed after the promotion stayed in {environment}.",
            count(records, "record", "records")
        ),
        Judgement::Unseen => {
            format!("Something changed in {environment} after the promotion, and stayed there.")
        }
    };
    LeftBehind {
        tone: Tone::Plain,
        title,
        sentence: String::new(),
    }
}

/// What goes live with a sandbox though none of the release's scripts made it.
pub fn late(late: &Late) -> LeftBehind {
    let what = evidence::and(&late.clauses());
    let mut letters = what.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    LeftBehind {
        tone: Tone::Careful,
        title: format!("{} changed after its last script.", late.sandbox),
        sentence: format!(
            "{}{}. It goes live with the release. Somebody may have worked there, or a page that lost this release may have sent it before.",
            first.unwrap_or_default(),
            letters.as_str()
        ),
    }
}

/// The words for a judgement on the changes in `environment`.
pub fn words(judgement: Judgement, environment: &str, decision: Decision) -> LeftBehind {
    let since = match decision {
        Decision::Promote => "the fork",
        Decision::RollBack => "the promotion",
    };
    let (tone, title, sentence) = match (judgement, decision) {
        (Judgement::Clean, Decision::Promote) => (
            Tone::Good,
            format!("Nothing changed in {environment} since {since}."),
            "Promoting leaves nobody’s work behind.".to_owned(),
        ),
        (Judgement::Clean, Decision::RollBack) => (
            Tone::Good,
            format!("Nothing changed in {environment} since {since}."),
            "Rolling back takes nobody’s work offline.".to_owned(),
        ),
        (Judgement::Records { records, people }, Decision::Promote) => (
            Tone::Careful,
            format!(
                "{} changed in {environment}{} since {since}.",
                count(records, "record", "records"),
                by(people)
            ),
            "The sandbox does not have these changes: after promoting they would no longer be live.".to_owned(),
        ),
        (Judgement::Records { records, people }, Decision::RollBack) => (
            Tone::Careful,
            format!(
                "{} changed{} since {since} would no longer be live.",
                count(records, "record", "records"),
                by(people)
            ),
            format!("Rolling back keeps them in {environment}, which becomes a sandbox."),
        ),
        (Judgement::Unseen, Decision::Promote) => (
            Tone::Careful,
            format!("Something changed in {environment} since {since}, and no record shows it."),
            "It can be a deleted record, a change of a model or of a setting. The sandbox does not have it.".to_owned(),
        ),
        (Judgement::Unseen, Decision::RollBack) => (
            Tone::Careful,
            format!("Something changed in {environment} since {since}, and no record shows it."),
            "It can be a deleted record, a change of a model or of a setting. It would no longer be live.".to_owned(),
        ),
    };
    LeftBehind {
        tone,
        title,
        sentence,
    }
}

/// Who changed the records is not always known.
fn by(people: usize) -> String {
    match people {
        0 => String::new(),
        n => format!(" by {}", count(n, "person", "people")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn what_came_late_is_said_before_it_goes_live() {
        let unseen = Late {
            sandbox: "rel-1".parse().unwrap(),
            records: Vec::new(),
            unseen: true,
        };
        let said = late(&unseen);
        assert_eq!(said.title, "rel-1 changed after its last script.");
        assert_eq!(
            said.sentence,
            "Something in rel-1 changed after its last script that no record shows. It goes live with the release. Somebody may have worked there, or a page that lost this release may have sent it before."
        );
    }

    #[rstest]
    #[case(
        Judgement::Clean,
        Decision::Promote,
        "Nothing changed in main since the fork."
    )]
    #[case(
        Judgement::Records { records: 14, people: 3 },
        Decision::Promote,
        "14 records changed in main by 3 people since the fork."
    )]
    #[case(
        Judgement::Records { records: 1, people: 0 },
        Decision::RollBack,
        "1 record changed since the promotion would no longer be live."
    )]
    #[case(
        Judgement::Unseen,
        Decision::RollBack,
        "Something changed in main since the promotion, and no record shows it."
    )]
    fn what_is_left_behind_is_said_before_the_decision(
        #[case] judgement: Judgement,
        #[case] decision: Decision,
        #[case] title: &str,
    ) {
        assert_eq!(words(judgement, "main", decision).title, title);
    }
}
