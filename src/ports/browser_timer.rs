//! The client's [`Timer`] over the browser's clock and source of randomness.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use std::{cell::RefCell, collections::BTreeMap};

use datocms_client::Timer;
use gloo_timers::callback::Timeout;
use web_sys::Performance;

/// The longest time that `setTimeout` knows, in milliseconds: over three weeks.
pub(super) const LONGEST: u32 = i32::MAX.unsigned_abs();

thread_local! {
    /// The page's clock. It is read several times a call, and finding it costs more than reading it.
    static CLOCK: Option<Performance> = web_sys::window().and_then(|window| window.performance());
    /// The page's bell.
    static BELL: RefCell<Bell> = RefCell::default();
}

/// The page's monotonic clock, `setTimeout` and `Math.random`.
#[derive(Debug, Clone, Copy, Default)]
pub struct BrowserTimer;

impl Timer for BrowserTimer {
    fn now(&self) -> Duration {
        let millis = CLOCK.with(|clock| {
            let clock = clock.as_ref();
            clock.map_or_else(js_sys::Date::now, Performance::now)
        });
        Duration::from_secs_f64(millis.max(0.0) / 1000.0)
    }

    async fn sleep(&self, duration: Duration) {
        Sleep::until(self.now().saturating_add(duration)).await;
    }

    fn jitter(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// Everyone who sleeps, with one `setTimeout` for all.
///
/// Every request may last so long and no longer, and next to none lasts that long: a `setTimeout` for each, and a
/// `clearTimeout`, would cost it a part of its time. As the later ones end later, the bell of an earlier one does for them.
#[derive(Default)]
struct Bell {
    /// By when they are to be woken, and a number that tells two of the same moment apart.
    sleepers: BTreeMap<Wake, Waker>,
    next: u64,
    /// When it rings, which may be before anybody is to be woken.
    rings: Option<(Duration, Timeout)>,
}

type Wake = (Duration, u64);

impl Bell {
    fn add(&mut self, until: Duration, waker: &Waker) -> Wake {
        let wake = (until, self.next);
        self.next += 1;
        self.sleepers.insert(wake, waker.clone());
        self.set();
        wake
    }

    /// Sees to it that it rings when the first of the sleepers is to be woken, or before.
    fn set(&mut self) {
        let Some((first, _)) = self.sleepers.keys().next().copied() else {
            return;
        };
        if self.rings.as_ref().is_some_and(|(at, _)| *at <= first) {
            return;
        }
        let left = first.saturating_sub(BrowserTimer.now());
        // Rounded up: one that rings a little early would ring several times.
        let millis = u32::try_from(left.as_micros().div_ceil(1000)).unwrap_or(LONGEST);
        self.rings = Some((first, Timeout::new(millis.min(LONGEST), ring)));
    }
}

/// Wakes whoever is to be woken by now.
fn ring() {
    let now = BrowserTimer.now();
    let woken = BELL.with_borrow_mut(|bell| {
        bell.rings = None;
        let later = bell.sleepers.split_off(&(now, u64::MAX));
        let woken = std::mem::replace(&mut bell.sleepers, later);
        bell.set();
        woken
    });
    woken.into_values().for_each(Waker::wake);
}

/// Ends at its moment; dropped before, it is forgotten.
struct Sleep {
    until: Duration,
    /// Its place among the sleepers, once it sleeps.
    place: Option<Wake>,
}

impl Sleep {
    fn until(until: Duration) -> Self {
        Self { until, place: None }
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Some(place) = self.place else {
            self.place = Some(BELL.with_borrow_mut(|bell| bell.add(self.until, context.waker())));
            return Poll::Pending;
        };
        let waiting = BELL.with_borrow_mut(|bell| {
            let waker = bell.sleepers.get_mut(&place)?;
            let moved = !waker.will_wake(context.waker());
            // Whom it woke before is let go of when the bell is free again: a task may hold sleepers itself.
            Some(moved.then(|| std::mem::replace(waker, context.waker().clone())))
        });
        if waiting.is_some() {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            BELL.with_borrow_mut(|bell| bell.sleepers.remove(&place));
        }
    }
}
