//! Ways out, and which wall stops each.
//!
//! That an attempt came to nothing proves little: no server may listen, or the test may be wrong. So a way counts as shut
//! by the frame's policy only when the browser reports that it stopped this very request, and all of them are tried again
//! with the wall cut away, where none may look shut by it.

use std::rc::Rc;

use futures_util::future;

use super::support::*;

/// A way out: its name, what stops it, and an expression in JavaScript that tries it. `url` stands there for an address of
/// its own, which a server listens at.
pub(crate) type Way<'a> = (&'a str, Wall, &'a str);

/// What stops a way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Wall {
    /// The frame's policy. The browser names this directive when it stops it.
    Policy(&'static str),
    /// It throws: with the origin that the frame's `sandbox` attribute gives it may not, or the worker does not let it.
    Refusal,
    /// There is no such thing where the way is tried.
    Absence,
}

impl Wall {
    /// Whether it is the frame's policy.
    pub(crate) fn is_policy(self) -> bool {
        matches!(self, Self::Policy(_))
    }

    /// Whether a verdict says that this wall stopped the way.
    fn is_told_by(self, verdict: &str) -> bool {
        match self {
            Self::Policy(directive) => verdict == format!("stopped by {directive}"),
            Self::Refusal => verdict.starts_with("refused, "),
            Self::Absence => verdict.starts_with("absent, "),
        }
    }
}

/// `tryAll(ways, say)` says of each way, in order, what came of it: `stopped by` a directive, `absent`, `refused` or `open`.
const JUDGE: &str = "
const soon = (promise) => Promise.race([promise, new Promise((_, no) => setTimeout(no, 800, new Error('nothing came')))]);
const heard = (target, good, bad) => new Promise((yes, no) => {
  target[good] = yes;
  target[bad] = () => no(new Error('blocked'));
});
const missing = (error) =>
  error instanceof ReferenceError || (error instanceof TypeError && /is not a (function|constructor)|of undefined/.test(error.message));
const reports = [];
addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => reports.push({ effectiveDirective, blockedURI }));
async function tryAll(ways, say) {
  for (const [name, way] of Object.entries(ways)) {
    reports.length = 0;
    // Of a page to be framed the origin alone is told; what is no address is said in one word: `eval`, `data`.
    const ofThis = ({ blockedURI }) => blockedURI.endsWith(`/escape/${name}`) || blockedURI === origin || !blockedURI.includes('/');
    let verdict;
    soon(way(`${origin}/escape/${name}`)).then(
      // Of what came the kind alone: not everything can be written as a text.
      (got) => (verdict = 'open, ' + typeof got),
      (error) => (verdict = (missing(error) ? 'absent, ' : 'refused, ') + (error && error.message)),
    );
    // A report is a task of its own, and what is absent makes none.
    for (let after = 0; after < 10 && !reports.some(ofThis); after += verdict === undefined ? 0 : 1) {
      await new Promise((yes) => setTimeout(yes, 10));
      if (verdict?.startsWith('absent')) break;
    }
    const report = reports.find(ofThis);
    say(`${name}: ` + (report === undefined ? verdict : `stopped by ${report.effectiveDirective}`));
  }
}";

/// A program that tries these ways, for a worker or a document; `say` is an expression in JavaScript.
pub(crate) fn trying(ways: &[Way<'_>], say: &str) -> String {
    let tried: Vec<String> = ways
        .iter()
        .map(|(name, _, way)| format!("{name}: async (url) => {way}"))
        .collect();
    format!(
        "const origin = '{}';\n{JUDGE}\nconst trying = () => tryAll({{\n{}\n}}, {say});\n",
        origin(),
        tried.join(",\n")
    )
}

/// What came of each way in a worker of this frame, with this text.
pub(crate) async fn try_in_worker(page: &str, worker: &str, ways: &[Way<'_>]) -> Vec<String> {
    let host = Rc::new(Host::default());
    let script = format!(
        "const really = self.really ?? ((address) => import(address));\n{}module.exports = trying;",
        trying(ways, "(line) => console.log(line)")
    );
    let sandbox = sandbox_of(page, worker);
    let outcome = run_inside(&sandbox, &[("1_a.js", &script)], &host).await;
    assert_eq!(outcome, Ok(()), "{:?}", host.lines());
    assert!(host.requests.borrow().is_empty());
    verdicts(ways, &host.lines())
}

/// The lines without their names, which are those of the ways, in order.
pub(crate) fn verdicts(ways: &[Way<'_>], lines: &[String]) -> Vec<String> {
    assert_eq!(lines.len(), ways.len(), "{lines:#?}");
    ways.iter()
        .zip(lines)
        .map(|((name, ..), line)| {
            let verdict = line.strip_prefix(&format!("{name}: "));
            verdict
                .unwrap_or_else(|| panic!("{name}: {lines:#?}"))
                .to_owned()
        })
        .collect()
}

/// The frame's page without its policy.
pub(crate) fn without_policy(page: &str) -> String {
    let from = page.find("<meta http-equiv=").unwrap();
    let to = from + page[from..].find('>').unwrap() + 1;
    format!("{}{}", &page[..from], &page[to..])
}

/// Every way a worker has is shut: by the worker's doors, and behind them by the wall that is named. Without the policy
/// the same ways do not look shut by it.
pub(crate) async fn all_shut(ways: &[Way<'_>]) {
    let (page, open_doors) = (without_policy(PAGE), without_doors());
    let (behind_doors, behind_wall, without_wall) = future::join3(
        try_in_worker(PAGE, WORKER, ways),
        try_in_worker(PAGE, &open_doors, ways),
        try_in_worker(&page, &open_doors, ways),
    )
    .await;
    let open: Vec<_> = told(ways, &behind_doors)
        .filter(|(.., verdict)| verdict.starts_with("open"))
        .collect();
    assert!(open.is_empty(), "the doors: {open:#?}");
    stand(ways, &behind_wall);
    fall(ways, &without_wall, Wall::is_policy);
}

/// Each way was stopped by its wall.
pub(crate) fn stand(ways: &[Way<'_>], verdicts: &[String]) {
    let wrong: Vec<_> = told(ways, verdicts)
        .filter(|(_, wall, verdict)| !wall.is_told_by(verdict))
        .collect();
    assert!(wrong.is_empty(), "the wall: {wrong:#?}");
}

/// The check of the check: with such a wall cut away, no way looks as if it had been stopped by it.
pub(crate) fn fall(ways: &[Way<'_>], verdicts: &[String], is_cut: impl Fn(Wall) -> bool) {
    let wrong: Vec<_> = told(ways, verdicts)
        .filter(|(_, wall, verdict)| is_cut(*wall) && wall.is_told_by(verdict))
        .collect();
    assert!(wrong.is_empty(), "without the wall: {wrong:#?}");
}

fn told<'a>(
    ways: &'a [Way<'_>],
    verdicts: &'a [String],
) -> impl Iterator<Item = (&'a str, Wall, &'a str)> {
    ways.iter()
        .zip(verdicts)
        .map(|((name, wall, _), verdict)| (*name, *wall, verdict.as_str()))
}
