//! Sending: wait for room in the rate limit, send, wait for the answer, and send again where that is safe.

use std::time::Duration;

use http::{Response, StatusCode, header::CONTENT_LENGTH};

use crate::call::Call;
use crate::connection::Connection;
use crate::limiter::Slot;
use crate::patience::in_words;
use crate::race::{Winner, race};
use crate::retry::{self, Next, Outcome};
use crate::waits::{CallWaits, Cancelled, WaitReason};
use crate::wire::{self, ErrorDocument};
use crate::{ApiError, Timer, Transport, TransportError};

/// How long an answer took, from the moment the rate limit let its request go. It travels with the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RoundTrip(pub(crate) Duration);

/// What came of one sending.
type Sent = Result<Response<Vec<u8>>, TransportError>;

/// Waits for the own pace that are shorter than this are nobody's concern.
const WORTH_TELLING: Duration = Duration::from_secs(1);

impl<T: Transport, C: Timer> Connection<T, C> {
    /// Sends a call until there is an answer to hand on. Any status may come back, 429 only when patience ran out.
    pub(crate) async fn exchange(&self, call: &Call) -> Result<Response<Vec<u8>>, ApiError> {
        let waits = self.watched.call(call.label());
        let sent = self.attempts(call, &waits, None).await?;
        match call.look() {
            Some(look) => self.unless_done(call, &look, &waits, sent).await,
            None => sent.map_err(|error| call.unanswered(error)),
        }
    }

    /// Sends a creation again for as long as no verdict comes and a look shows that it was not carried out.
    ///
    /// An earlier request that was only late may still create the thing after the look. It cannot be created twice, because
    /// both requests give it the same id; but then the later one is refused, and the refusal says nothing about the whole.
    /// The same comes of a browser, which sends a request again on its own when a connection that had served before closes
    /// without an answer (Chromium and Firefox do, whatever the method).
    async fn unless_done(
        &self,
        call: &Call,
        look: &Call,
        waits: &CallWaits<'_>,
        mut sent: Sent,
    ) -> Result<Response<Vec<u8>>, ApiError> {
        let mut attempt = 1;
        while let Some(reason) = doubt(&sent).filter(|_| attempt < retry::ATTEMPTS) {
            let pause = retry::pause(attempt, self.shared.timer.jitter());
            let next = (attempt + 1, retry::ATTEMPTS);
            let waited = waits.pause(&self.shared.timer, reason, next, pause).await;
            if waited == Err(Cancelled) {
                break;
            }
            match self.look(look, waits).await {
                Look::Nothing => {}
                Look::There(answer) if call.owns_id => return Ok(created(answer)),
                Look::There(_) | Look::Unclear => break,
            }
            attempt += 1;
            sent = self.attempts(call, waits, Some(sent)).await?;
        }
        if is_refusal(&sent) && (attempt > 1 || call.owns_id) {
            match self.look(look, waits).await {
                Look::There(answer) if call.owns_id => return Ok(created(answer)),
                Look::There(_) | Look::Unclear if attempt > 1 => {
                    return Err(ApiError::InDoubt {
                        request: call.label(),
                        reason: "it was sent again, and the first one may have arrived after all"
                            .to_owned(),
                    });
                }
                Look::Nothing | Look::There(_) | Look::Unclear => {}
            }
        }
        sent.map_err(|error| call.unanswered(error))
    }

    /// Looks whether something is there. What says neither yes nor no, and silence, proves nothing.
    async fn look(&self, look: &Call, waits: &CallWaits<'_>) -> Look {
        match self.attempts(look, waits, None).await {
            Ok(Ok(answer)) if answer.status() == StatusCode::OK => Look::There(answer),
            Ok(Ok(answer)) if is_not_found(&answer) => Look::Nothing,
            Ok(Ok(_) | Err(_)) | Err(_) => Look::Unclear,
        }
    }

    /// Sends until there is something to report. `last` is what came of sending it before, if it was.
    async fn attempts(
        &self,
        call: &Call,
        waits: &CallWaits<'_>,
        mut last: Option<Sent>,
    ) -> Result<Sent, ApiError> {
        let timer = &self.shared.timer;
        let (mut refused, mut failed) = (0, 0);
        loop {
            let pace = if refused > 0 {
                (refused + 1, retry::RATE_LIMITED_ATTEMPTS)
            } else {
                (failed + 1, retry::ATTEMPTS)
            };
            let slot = match self.slot(waits, refused > 0, pace).await {
                Ok(slot) => slot,
                Err(left) => return last.ok_or_else(|| no_room(call, left)),
            };
            let sent = self.send(call, slot).await?;
            let outcome = Outcome::of(&sent);
            match retry::next(call.repeat, outcome) {
                Next::AfterReset if refused + 1 < retry::RATE_LIMITED_ATTEMPTS => {
                    refused += 1;
                    if let Ok(answer) = &sent {
                        self.shared.limiter.close(answer.headers(), refused, timer);
                    }
                }
                Next::AfterPause if failed + 1 < retry::ATTEMPTS => {
                    failed += 1;
                    refused = 0;
                    let pause = retry::pause(failed, timer.jitter());
                    let next = (failed + 1, retry::ATTEMPTS);
                    let waited = waits.pause(timer, reason_of(&sent), next, pause).await;
                    if waited == Err(Cancelled) {
                        return Ok(sent);
                    }
                }
                Next::AfterReset | Next::AfterPause | Next::Report => return Ok(sent),
            }
            last = Some(sent);
        }
    }

    /// Waits for room in the rate limit. The error is how long it would have taken, when the wait was cancelled.
    async fn slot(
        &self,
        waits: &CallWaits<'_>,
        refused: bool,
        attempt: (u32, u32),
    ) -> Result<Slot<'_, C>, Duration> {
        let timer = &self.shared.timer;
        loop {
            let wait = match self.shared.limiter.slot(timer) {
                Ok(slot) => return Ok(slot),
                Err(wait) => wait,
            };
            let reason = if refused {
                WaitReason::RateLimited
            } else {
                WaitReason::Pacing
            };
            let waited = if refused || wait > WORTH_TELLING {
                waits.pause(timer, reason, attempt, wait).await
            } else {
                waits.sleep(timer, wait).await
            };
            waited.map_err(|Cancelled| wait)?;
        }
    }

    /// Sends once, and waits for the whole of the answer as long as patience goes.
    async fn send(&self, call: &Call, slot: Slot<'_, C>) -> Result<Sent, ApiError> {
        let shared = &self.shared;
        let request = call.request(&shared.base, &shared.token, shared.fixed_headers)?;
        let limit = self.patience.answer;
        let left = shared.timer.now();
        let mut sent = match race(shared.transport.send(request), shared.timer.sleep(limit)).await {
            Winner::First(Ok(answer)) if breaks_off(&answer) => Err(TransportError::NoAnswer {
                reason: "the answer broke off".to_owned(),
            }),
            Winner::First(sent) => sent,
            Winner::Second(()) => Err(TransportError::NoAnswer {
                reason: format!("none within {}", in_words(limit)),
            }),
        };
        let ticket = slot.ticket();
        drop(slot);
        if let Ok(answer) = &mut sent {
            let now = shared.timer.now();
            let took = RoundTrip(now.saturating_sub(left));
            answer.extensions_mut().insert(took);
            shared.limiter.observe(ticket, answer.headers(), now);
        }
        Ok(sent)
    }
}

/// What a look at a thing shows.
enum Look {
    Nothing,
    There(Response<Vec<u8>>),
    Unclear,
}

/// 404 alone is not enough: it may be the environment that is not found.
fn is_not_found(answer: &Response<Vec<u8>>) -> bool {
    answer.status() == StatusCode::NOT_FOUND
        && ErrorDocument::first(answer.body()).is_some_and(|error| error.code == "NOT_FOUND")
}

/// The answer to a creation that was carried out and whose own answer is lost: the thing as it is.
fn created(mut found: Response<Vec<u8>>) -> Response<Vec<u8>> {
    *found.status_mut() = StatusCode::CREATED;
    found
}

/// Whether the server says no, and not only for now.
fn is_refusal(sent: &Sent) -> bool {
    match sent {
        Ok(answer) => {
            answer.status().is_client_error() && answer.status() != StatusCode::TOO_MANY_REQUESTS
        }
        Err(_) => false,
    }
}

/// Whether an answer is only the beginning of one: not every transport notices when a connection ends too early. What 429
/// and the 5xx family say, they say with their status; and a body as long as was announced is whole.
fn breaks_off(answer: &Response<Vec<u8>>) -> bool {
    let speaks =
        answer.status() == StatusCode::TOO_MANY_REQUESTS || answer.status().is_server_error();
    !speaks && announced(answer) != Some(answer.body().len()) && wire::breaks_off(answer.body())
}

/// How many bytes the body was to have, as sent: one that was compressed has more by now.
fn announced(answer: &Response<Vec<u8>>) -> Option<usize> {
    let length = answer.headers().get(CONTENT_LENGTH)?;
    length.to_str().ok()?.parse().ok()
}

/// Why nobody knows whether a write was carried out; `None` when there is a verdict.
fn doubt(sent: &Sent) -> Option<WaitReason> {
    match Outcome::of(sent) {
        Outcome::NoAnswer | Outcome::ServerFailed => Some(reason_of(sent)),
        Outcome::Settled | Outcome::RateLimited | Outcome::NotNow | Outcome::NotSent => None,
    }
}

fn reason_of(sent: &Sent) -> WaitReason {
    match sent {
        Err(TransportError::NoAnswer { reason }) => WaitReason::NoAnswer {
            reason: reason.clone(),
        },
        Err(TransportError::NotSent { reason }) => WaitReason::NotSent {
            reason: reason.clone(),
        },
        Ok(answer) if answer.status().is_server_error() => WaitReason::ServerFailed {
            status: answer.status().as_u16(),
        },
        Ok(answer) => WaitReason::Busy {
            code: ErrorDocument::first(answer.body())
                .map_or_else(|| answer.status().to_string(), |error| error.code),
        },
    }
}

/// The wait for the rate limit was cancelled before anything was sent.
fn no_room(call: &Call, left: Duration) -> ApiError {
    ApiError::Unavailable {
        request: call.label(),
        reason: "the project's rate limit is used up".to_owned(),
        retry_after: Some(left),
    }
}
