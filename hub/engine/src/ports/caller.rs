//! The caller whose request is being served. Components that serve many callers use it to share their capacity fairly.
//! No decision depends on it.

use super::Actor;

tokio::task_local! {
    static CALLER: Actor;
}

/// Runs `work` on behalf of a caller.
pub async fn on_behalf_of<F: Future>(caller: Actor, work: F) -> F::Output {
    CALLER.scope(caller, work).await
}

/// Returns the caller of the current work; the hub itself if no caller asked for it.
#[must_use]
pub fn caller() -> Actor {
    CALLER.try_with(Clone::clone).unwrap_or(Actor::Hub)
}
