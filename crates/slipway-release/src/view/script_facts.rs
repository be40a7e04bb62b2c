//! What is known of a script in a few words, for the end of its row: what was measured beside what a rehearsal predicted,
//! the time left, what is left of the rate limit. What nobody knows is not there.

use crate::view::{
    forecast::Beside,
    migrations::{ScriptState, ScriptView},
};

/// What this page sees of a script beyond the release's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen<'a> {
    /// Requests it has made, where this page saw any.
    pub calls: Option<u32>,
    /// How many requests the rate limit still allows and how many it allows in all, where the CMS said so.
    pub room: Option<Room>,
    /// How long it still runs, where that can be told: "about 20 s left".
    pub left: Option<&'a str>,
}

/// How much of the rate limit is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// How many requests may be made now.
    pub left: u32,
    /// How many in one window of time.
    pub limit: u32,
}

impl std::fmt::Display for Room {
    /// "rate limit: 17 of 60 left".
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { left, limit } = self;
        // A project may be allowed more than is known here.
        if left > limit {
            write!(f, "rate limit: {left} left")
        } else {
            write!(f, "rate limit: {left} of {limit} left")
        }
    }
}

/// "12 of about 40 calls · 5 s of about 22 s · about 17 s left · rate limit: 17 of 60 left", or what of it is known.
pub fn facts(view: &ScriptView, seen: Seen<'_>, beside: Option<&Beside>) -> String {
    let running = matches!(view.state, ScriptState::Running | ScriptState::Asking);
    let counted = view.calls.or(seen.calls);
    let calls = match (counted, beside.map(|beside| beside.predicted_calls)) {
        (Some(calls), Some(predicted)) if view.state == ScriptState::Done => {
            Some(format!("{}, {predicted} predicted", number(calls)))
        }
        (Some(calls), Some(predicted)) => Some(format!("{calls} of about {}", number(predicted))),
        (Some(calls), None) => Some(number(calls)),
        (None, Some(predicted)) => Some(format!("about {}", number(predicted))),
        (None, None) => None,
    };
    // What was not measured as its prediction was stands alone.
    let predicted = beside
        .filter(|beside| view.took.is_none() || beside.measured.is_some())
        .map(|beside| beside.predicted.as_str());
    let took = match (view.took.as_deref(), predicted) {
        (Some(took), Some(predicted)) if running => Some(format!("{took} of {}", about(predicted))),
        (Some(took), Some(predicted)) => Some(format!("{took}, {predicted} predicted")),
        (Some(took), None) => Some(took.to_owned()),
        (None, Some(predicted)) => Some(about(predicted)),
        (None, None) => None,
    };
    let left = seen.left.filter(|_| running).map(str::to_owned);
    let room = seen.room.filter(|_| running).map(|room| room.to_string());
    [calls, took, left, room]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn number(calls: u32) -> String {
    match calls {
        1 => "1 call".to_owned(),
        n => format!("{n} calls"),
    }
}

/// "about 12 s", but "under 1 s".
fn about(duration: &str) -> String {
    if duration.starts_with("under") {
        duration.to_owned()
    } else {
        format!("about {duration}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn view(state: ScriptState, calls: Option<u32>, took: Option<&str>) -> ScriptView {
        ScriptView {
            name: "1_a.ts".to_owned(),
            state,
            calls,
            took: took.map(str::to_owned),
            outcome: None,
            end: None,
        }
    }

    fn predicted() -> Beside {
        Beside {
            name: "1_a.ts".to_owned(),
            predicted_calls: 40,
            predicted: "22 s".to_owned(),
            calls: None,
            measured: Some("5 s".to_owned()),
            percent: None,
        }
    }

    #[rstest]
    #[case(ScriptState::Waiting, None, None, "about 40 calls · about 22 s")]
    #[case(
        ScriptState::Failed,
        Some(12),
        Some("5 s"),
        "12 of about 40 calls · 5 s, 22 s predicted"
    )]
    #[case(
        ScriptState::Done,
        Some(41),
        Some("20 s"),
        "41 calls, 40 predicted · 20 s, 22 s predicted"
    )]
    fn what_was_predicted_stands_beside_what_was_measured(
        #[case] state: ScriptState,
        #[case] calls: Option<u32>,
        #[case] took: Option<&str>,
        #[case] said: &str,
    ) {
        let view = view(state, calls, took);
        assert_eq!(facts(&view, Seen::default(), Some(&predicted())), said);
    }

    #[test]
    fn a_running_script_tells_the_time_left_and_the_room_there_is() {
        let seen = Seen {
            calls: Some(12),
            room: Some(Room {
                left: 17,
                limit: 60,
            }),
            left: Some("about 17 s left"),
        };
        let running = view(ScriptState::Running, None, Some("5 s"));
        assert_eq!(
            facts(&running, seen, Some(&predicted())),
            "12 of about 40 calls · 5 s of about 22 s · about 17 s left · rate limit: 17 of 60 left"
        );
        // It is over, and what was seen of it stays.
        let failed = view(ScriptState::Failed, None, None);
        assert_eq!(facts(&failed, seen, None), "12 calls");
    }

    #[test]
    fn what_was_not_measured_as_it_was_predicted_stands_alone() {
        let whole = Beside {
            measured: None,
            ..predicted()
        };
        let done = view(ScriptState::Done, Some(41), Some("25 s"));
        assert_eq!(
            facts(&done, Seen::default(), Some(&whole)),
            "41 calls, 40 predicted · 25 s"
        );
    }

    #[test]
    fn a_limit_that_is_higher_than_known_is_not_told() {
        let room = |left| Room { left, limit: 60 }.to_string();
        assert_eq!(room(60), "rate limit: 60 of 60 left");
        assert_eq!(room(75), "rate limit: 75 left");
    }

    #[test]
    fn without_a_rehearsal_nothing_is_made_up() {
        let waiting = view(ScriptState::Waiting, None, None);
        assert_eq!(facts(&waiting, Seen::default(), None), "");
        let done = view(ScriptState::Done, Some(1), Some("under 1 s"));
        assert_eq!(facts(&done, Seen::default(), None), "1 call · under 1 s");
    }
}
