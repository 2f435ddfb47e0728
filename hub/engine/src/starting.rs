//! Sendings of this process that may begin at any moment: they are released, and no byte has gone to a socket yet.
//!
//! A withdrawal is answered only after each sending that it found has begun or failed, so that no sending begins after
//! the answer. `docs/decisions/0006-release-protocol.md` names the remaining limits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bindeledd_core::DeliveryId;

use crate::ports::{BEGIN_WITHIN, Start};

/// Longest wait of a withdrawal. After this time no earlier sending can begin.
const WAIT_AT_MOST: Duration = BEGIN_WITHIN
    .saturating_mul(11)
    .checked_div(10)
    .expect("ten is not zero");

#[derive(Debug, Default)]
pub(crate) struct Starting(Mutex<Entries>);

/// Entries by delivery. A delivery may have several entries, since two requests can read an inbox at once.
#[derive(Debug, Default)]
struct Entries {
    by_delivery: BTreeMap<(DeliveryId, u64), Start>,
    next: u64,
}

impl Starting {
    /// Enters a sending. Call this before asking the store: from then on a withdrawal may wait for the sending.
    pub(crate) fn enter(self: &Arc<Self>, delivery: DeliveryId, start: Start) -> Entered {
        let mut entries = self.lock();
        let number = entries.next;
        entries.next += 1;
        entries.by_delivery.insert((delivery, number), start.clone());
        Entered {
            starting: Arc::clone(self),
            key: (delivery, number),
            start,
        }
    }

    /// Waits until none of `deliveries` can begin to be sent any more: each sending has begun, or never will.
    pub(crate) async fn settled<'d>(&self, deliveries: impl Iterator<Item = &'d DeliveryId>) {
        let starts = {
            let entries = self.lock();
            let of = |d: &DeliveryId| {
                entries
                    .by_delivery
                    .range((*d, 0)..=(*d, u64::MAX))
                    .map(|(_, s)| s.clone())
            };
            deliveries.flat_map(of).collect::<Vec<_>>()
        };
        wait_for(starts).await;
    }

    /// Waits for every sending that may begin now. Used if the deliveries are not known by id.
    pub(crate) async fn all_settled(&self) {
        let starts = self.lock().by_delivery.values().cloned().collect();
        wait_for(starts).await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn wait_for(starts: Vec<Start>) {
    let all = async {
        for start in &starts {
            start.decided().await;
        }
    };
    let _ = tokio::time::timeout(WAIT_AT_MOST, all).await;
    // A sending that is refused for its token would be repeated. This prevents a repetition after the withdrawal is
    // answered.
    for start in starts {
        start.close();
    }
}

/// A sending that may begin. Dropping this value ends its permission.
#[derive(Debug)]
pub(crate) struct Entered {
    starting: Arc<Starting>,
    key: (DeliveryId, u64),
    start: Start,
}

impl Entered {
    pub(crate) const fn start(&self) -> &Start {
        &self.start
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.start.close();
        self.starting.lock().by_delivery.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::ports::{Clock, Uptime};

    struct Still;

    impl Clock for Still {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }

        fn uptime(&self) -> Uptime {
            Uptime(Duration::ZERO)
        }
    }

    fn start() -> Start {
        let clock: Arc<dyn Clock> = Arc::new(Still);
        Start::new(&clock, BEGIN_WITHIN)
    }

    const ONE: DeliveryId = DeliveryId(Uuid::from_u128(1));
    const OTHER: DeliveryId = DeliveryId(Uuid::from_u128(2));

    #[tokio::test]
    async fn who_waits_is_let_go_when_the_sending_begins_or_is_gone() {
        let starting = Arc::new(Starting::default());
        let begins = starting.enter(ONE, start());
        let comes_to_nothing = starting.enter(OTHER, start());
        let both = [ONE, OTHER];
        let passing = async {
            tokio::task::yield_now().await;
            assert!(begins.start().begin());
            drop(comes_to_nothing);
        };
        let both = async { tokio::join!(starting.settled(both.iter()), passing) };
        tokio::time::timeout(BEGIN_WITHIN, both).await.unwrap();
        assert!(begins.start().has_begun());
        assert!(!begins.start().begin(), "it is not sent anew after the answer");
    }

    #[tokio::test]
    async fn who_waits_waits_longer_than_a_sending_may_take_to_begin_and_then_it_never_does() {
        let starting = Arc::new(Starting::default());
        let (stuck, first, second) = (
            starting.enter(ONE, start()),
            starting.enter(OTHER, start()),
            starting.enter(OTHER, start()),
        );
        assert!(first.start().begin());
        drop(first);
        let (one, other) = ([ONE], [OTHER]);
        let waiting = async { tokio::join!(starting.settled(one.iter()), starting.settled(other.iter())) };
        tokio::time::timeout(BEGIN_WITHIN, waiting).await.unwrap_err();
        let (mut waiting, mut all) = (
            std::pin::pin!(starting.settled(other.iter())),
            std::pin::pin!(starting.all_settled()),
        );
        tokio::join!(&mut waiting, &mut all);
        assert!(!stuck.start().begin());
        assert!(
            !second.start().begin(),
            "the second look of the same delivery is waited for as well"
        );
    }

    #[tokio::test]
    async fn nobody_waits_for_another_delivery() {
        let starting = Arc::new(Starting::default());
        let stuck = starting.enter(ONE, start());
        let other = [OTHER];
        let waiting = starting.settled(other.iter());
        tokio::time::timeout(BEGIN_WITHIN, waiting).await.unwrap();
        assert!(stuck.start().begin());
    }
}
