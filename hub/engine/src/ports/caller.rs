//! Whose request is being served: what serves many looks at it to give each its turn. It decides nothing.

use super::Actor;

tokio::task_local! {
    static CALLER: Actor;
}

/// Does `work` for a caller.
pub async fn on_behalf_of<F: Future>(caller: Actor, work: F) -> F::Output {
    CALLER.scope(caller, work).await
}

/// For whom this is done; the hub itself where nobody asked for it.
#[must_use]
pub fn caller() -> Actor {
    CALLER.try_with(Clone::clone).unwrap_or(Actor::Hub)
}
