//! Reading something when a screen opens, and again when what it depends on changes.

use std::cell::Cell;
use std::rc::Rc;

use yew::platform::spawn_local;
use yew::prelude::*;

use crate::api::ApiError;

/// Something being read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Loaded<T> {
    /// It is on its way.
    Waiting,
    /// Here it is.
    Ready(T),
    /// It cannot be had.
    Failed(ApiError),
}

/// Reads something now and whenever `deps` change. What was read before stays until
/// the next is there, so that screens do not flicker; an answer that was overtaken
/// by a later question is dropped.
#[hook]
pub(crate) fn use_loaded<D, T, F, Fut>(deps: D, load: F) -> Loaded<T>
where
    D: PartialEq + 'static,
    T: Clone + 'static,
    F: FnOnce(&D) -> Fut + 'static,
    Fut: Future<Output = Result<T, ApiError>> + 'static,
{
    let loaded = use_state(|| Loaded::Waiting);
    use_effect_with(deps, {
        let loaded = loaded.setter();
        move |deps| {
            let outdated = Rc::new(Cell::new(false));
            let answer = load(deps);
            spawn_local({
                let outdated = outdated.clone();
                async move {
                    let answer = answer.await;
                    if !outdated.get() {
                        loaded.set(match answer {
                            Ok(value) => Loaded::Ready(value),
                            Err(error) => Loaded::Failed(error),
                        });
                    }
                }
            });
            move || outdated.set(true)
        }
    });
    (*loaded).clone()
}
