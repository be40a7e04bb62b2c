//! A page dies at a call, another page finishes the release, and the CMS is as after the undisturbed run.
//!
//! Every call that a release and its rollback make is a crash point. A read that is repeated between the same two writes,
//! as a page does that waits for a copy, is one: nothing can have changed by the page's doing, and how often it asks is
//! the clock's affair. In the time a change has to wait for its tests there is room for the calls that a release hangs on;
//! `CRASH_POINTS=all` plays every one of them, and `CRASH_POINTS='fork|enters'` those with “fork” or “enters” in their
//! words.

use std::{
    cell::RefCell,
    collections::{BTreeSet, VecDeque},
    env, fs, io,
    path::{Path, PathBuf},
};

use e2e::{Cut, Moment, Played, Profile, Rig, Stories};
use futures_util::future::try_join_all;
use serde_json::{Value, json};

/// As many browsers play at once.
const BROWSERS: usize = 2;

/// Calls at which what is true and what is on record part: in a quick run these are the crash points.
const HINGES: [&str; 9] = [
    "turns maintenance mode on",
    "forks main into autumn",
    "creates a record of harbour in autumn",
    "enters 1800000000_addHarbours.js into the ledger in autumn",
    "writes “approved” into the journal in autumn",
    "promotes autumn",
    "turns maintenance mode off",
    "promotes main",
    "turns maintenance mode off (2)",
];

/// A call and the moment of it at which the page dies.
type CrashPoint = (String, Moment);

#[tokio::test]
async fn a_release_survives_its_page_at_every_call() {
    let logs = folder("target/e2e/crashes").unwrap();
    let stories = Stories::open();
    let rig = Rig::start().await.unwrap();
    let undisturbed = rig.play(None, &logs.join("undisturbed.log")).await.unwrap();
    rig.close().await.unwrap();
    assert_eq!(broken_promises(&undisturbed), Vec::<String>::new());
    assert_eq!(ledger(&undisturbed, "main"), 0);
    assert_eq!(ledger(&undisturbed, "autumn"), 2);
    stories.compare_undisturbed(&undisturbed).unwrap();

    let points = crash_points(&undisturbed);
    let waiting = RefCell::new(VecDeque::from(chosen(&points)));
    let told = RefCell::new(Told::default());
    try_join_all((0..BROWSERS).map(async |_| {
        let rig = Rig::start().await?;
        loop {
            // Not in the loop's head: it would stay borrowed until the next turn.
            let Some(point) = waiting.borrow_mut().pop_front() else {
                break;
            };
            play(&rig, &point, &undisturbed, &stories, &logs, &told).await;
        }
        rig.close().await
    }))
    .await
    .unwrap();

    let Told { rows, mut problems } = told.into_inner();
    keep(rows, &points).unwrap();
    let left = stories.left_over(&points).unwrap();
    problems.extend(
        left.iter()
            .map(|file| format!("{} tells of no crash point", file.display())),
    );
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}

/// What is to be reported in the end.
#[derive(Default)]
struct Told {
    /// Rows of the reliability table.
    rows: Vec<Value>,
    /// What went wrong, with the crash point it went wrong at.
    problems: Vec<String>,
}

/// Plays a crash point in both profiles.
async fn play(
    rig: &Rig,
    (call, moment): &CrashPoint,
    undisturbed: &Played,
    stories: &Stories,
    logs: &Path,
    told: &RefCell<Told>,
) {
    let mut runs = Vec::new();
    for profile in Profile::ALL {
        let cut = Cut {
            call: call.clone(),
            moment: *moment,
            profile,
        };
        let played = rig.play(Some(&cut), &logs.join("crashed.log")).await;
        let outcome = match &played {
            Ok(played) => judge(played, &cut, undisturbed),
            Err(failure) => Err(vec![failure.to_string()]),
        };
        let mut told = told.borrow_mut();
        let outcome = outcome.unwrap_or_else(|problems| {
            for problem in &problems {
                told.problems.push(format!("{cut}: {problem}"));
            }
            problems.join("; ")
        });
        println!("{cut}: {outcome}");
        let row = json!({ "call": call, "moment": moment.in_words(), "profile": profile.in_words(), "outcome": outcome });
        told.rows
            .push(json!({ "table": "browser crash points", "row": row }));
        if let Ok(played) = played {
            runs.push((profile, played));
        }
    }
    // A story of one run is not the one that is kept, and shows how far it went.
    if !runs.is_empty()
        && let Err(failure) = stories.compare_crash(call, *moment, &runs)
    {
        told.borrow_mut().problems.push(failure.to_string());
    }
}

/// Writes the rows of this run beside those of earlier runs that played other crash points.
fn keep(rows: Vec<Value>, points: &[CrashPoint]) -> io::Result<()> {
    let file = folder("target/reliability")?.join("browser-crashes.jsonl");
    let before = fs::read_to_string(&file).unwrap_or_default();
    let place =
        |row: &Value| ["call", "moment", "profile"].map(|column| row["row"][column].clone());
    let is_current = |row: &Value| points.iter().any(|(call, _)| row["row"]["call"] == **call);
    let mut kept: Vec<Value> = before
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|row| is_current(row) && !rows.iter().any(|new| place(new) == place(row)))
        .collect();
    kept.extend(rows);
    // As the release makes the calls.
    kept.sort_by_key(|row| {
        let [call, moment, profile] = place(row);
        let is_at = |(name, at): &CrashPoint| call == **name && moment == at.in_words();
        let kept_first = profile == Profile::Empty.in_words();
        (points.iter().position(is_at), kept_first)
    });
    let lines: Vec<String> = kept.iter().map(|row| format!("{row}\n")).collect();
    fs::write(file, lines.concat())
}

/// How a run with a crash ended, in words; or all that is wrong with it.
fn judge(played: &Played, cut: &Cut, undisturbed: &Played) -> Result<String, Vec<String>> {
    let mut problems = broken_promises(played);
    if played.died_at.as_ref() != Some(&cut.call) {
        problems.push(format!("the page died at {:?}", played.died_at));
    }
    problems.extend(played.databases.differences(&undisturbed.databases));
    if !problems.is_empty() {
        return Err(problems);
    }
    let again = played.times("destroys autumn");
    Ok(match again {
        0 => "live and rolled back, as undisturbed".to_owned(),
        _ => "live and rolled back, as undisturbed, on a fresh fork".to_owned(),
    })
}

/// What may never be, whatever dies. The databases are compared on their own.
fn broken_promises(played: &Played) -> Vec<String> {
    let mut broken = Vec::new();
    let forks = played.times("forks main into autumn");
    let destroyed = played.times("destroys autumn");
    if forks != destroyed + 1 {
        broken.push(format!(
            "{forks} forks were made and {destroyed} of them destroyed"
        ));
    }
    for promotion in ["promotes autumn", "promotes main"] {
        let times = played.times(promotion);
        if times != 1 {
            broken.push(format!("{promotion} {times} times"));
        }
    }
    if played.databases.beginning_with("main: ") != played.start.beginning_with("main: ") {
        broken.push("main is not as it was".to_owned());
    }
    // Primary is told first, and of two copies the longer one counts: the sandbox's may lack the last entry.
    let told = |journal: &String| journal.ends_with(": succeeded thaw");
    let told_but_for_the_end = |journal: &String| journal == "autumn: started thaw";
    let primary_is_told = (played.journals.iter()).any(|it| it.starts_with("main: ") && told(it));
    let is_told = |journal: &String| told(journal) || told_but_for_the_end(journal);
    if !primary_is_told || !played.journals.iter().all(is_told) {
        broken.push(format!("journals end with {:?}", played.journals));
    }
    let frozen = played.databases.beginning_with("maintenance mode: ");
    if frozen != ["false"] {
        broken.push("maintenance mode is left on".to_owned());
    }
    broken
}

/// How many scripts an environment's ledger names.
fn ledger(played: &Played, environment: &str) -> usize {
    let entries = format!("{environment}: item of schema_migration ");
    played.databases.beginning_with(&entries).len()
}

/// Every call, at every moment.
fn crash_points(undisturbed: &Played) -> Vec<CrashPoint> {
    let mut keys = BTreeSet::new();
    let calls = undisturbed.calls.iter();
    calls
        .filter(|call| keys.insert(&call.key))
        .flat_map(|call| Moment::ALL.map(|moment| (call.key.clone(), moment)))
        .collect()
}

/// The crash points of this run.
fn chosen(points: &[CrashPoint]) -> Vec<CrashPoint> {
    let wanted = env::var("CRASH_POINTS").ok();
    let is_wanted = |call: &str| match wanted.as_deref() {
        None => HINGES.contains(&call),
        Some("all") => true,
        Some(words) => words.split('|').any(|words| call.contains(words)),
    };
    let points = points.iter().filter(|(call, _)| is_wanted(call));
    points.cloned().collect()
}

/// A folder of the workspace, made where it is missing.
fn folder(path: &str) -> io::Result<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
