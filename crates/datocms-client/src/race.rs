//! Two futures, of which the first to end counts.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// Which of two futures ended first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Winner<A, B> {
    First(A),
    Second(B),
}

/// Waits for whichever ends first and drops the other. The second is not even begun when the first ends at once, and loses
/// a tie.
pub(crate) async fn race<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> Winner<A, B> {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| {
        if let Poll::Ready(output) = first.as_mut().poll(context) {
            return Poll::Ready(Winner::First(output));
        }
        second.as_mut().poll(context).map(Winner::Second)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::future::{pending, ready};

    #[test]
    fn the_first_to_end_counts() {
        let one = race(ready(1), pending::<()>()).now_or_never();
        assert_eq!(one, Some(Winner::First(1)));
        let other = race(pending::<()>(), ready(2)).now_or_never();
        assert_eq!(other, Some(Winner::Second(2)));
        let never = race(pending::<()>(), pending::<()>()).now_or_never();
        assert_eq!(never, None);
    }

    #[test]
    fn what_is_not_needed_is_not_begun() {
        let begun = async { panic!("begun") };
        assert_eq!(race(ready(1), begun).now_or_never(), Some(Winner::First(1)));
    }
}
