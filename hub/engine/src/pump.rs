//! One pump for each party with an address. A pump takes due deliveries, keeps a bounded number under way, and sleeps
//! until there are more. A faulty endpoint fills its own pump and no other.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bindeledd_core::{DeliveryId, Party, PartyId};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::inner::Inner;
use crate::ports::ReleaseInput;
use crate::pump_handle::PumpHandle;
use crate::release;

/// Longest sleep of a pump before it searches for due deliveries.
const LOOK_AT_LEAST: Duration = Duration::from_secs(5);
/// Number of deliveries that a pump loads beyond its free places, so that one search serves many.
const AHEAD: usize = 64;

struct Pump {
    inner: Arc<Inner>,
    party: PartyId,
    handle: PumpHandle,
    under_way: HashSet<DeliveryId>,
    /// Failed deliveries, each with the time of its next attempt. The pause holds even if the store could not record
    /// the failure.
    resting: HashMap<DeliveryId, Timestamp>,
    queue: VecDeque<DeliveryId>,
    tasks: JoinSet<(DeliveryId, Option<Timestamp>)>,
}

impl Inner {
    /// Starts the pump of a party with an address, unless that pump runs already.
    pub(crate) fn ensure_pump(self: &Arc<Self>, party: &Party) {
        if party.fetches() {
            return;
        }
        let mut pumps = self.pumps.lock().unwrap_or_else(PoisonError::into_inner);
        if !pumps.contains_key(&party.id) {
            let handle = PumpHandle::default();
            pumps.insert(party.id.clone(), handle.clone());
            drop(pumps);
            self.spawn(run(Arc::clone(self), party.id.clone(), handle));
        }
    }
}

async fn run(inner: Arc<Inner>, party: PartyId, handle: PumpHandle) {
    let mut pump = Pump {
        inner,
        party,
        handle,
        under_way: HashSet::new(),
        resting: HashMap::new(),
        queue: VecDeque::new(),
        tasks: JoinSet::new(),
    };
    pump.handle.look();
    match pump.inner.store.next_due(&pump.party).await {
        Ok(due) => due.into_iter().for_each(|due| pump.handle.remember(due)),
        Err(error) => {
            tracing::warn!(%error, party = %pump.party, "the store did not answer; the pump looks again soon")
        }
    }
    while !pump.inner.stopping() {
        let wait = pump.fill().await;
        pump.sleep(wait).await;
    }
    // Drain: sendings under way are finished.
    while pump.tasks.join_next().await.is_some() {}
}

impl Pump {
    /// Starts as many deliveries as the pump has free places. Returns the longest time to sleep.
    async fn fill(&mut self) -> Duration {
        let Some(party) = self.inner.directory().get(&self.party).cloned() else {
            return LOOK_AT_LEAST;
        };
        let Some(endpoint) = party.endpoint.as_ref().filter(|e| e.address.is_some()) else {
            return LOOK_AT_LEAST;
        };
        if party.is_held() {
            self.queue.clear();
            self.handle.offered().clear();
            return LOOK_AT_LEAST;
        }
        if !self.inner.kept.is_right() {
            return Duration::from_secs(1);
        }
        let places = usize::from(endpoint.limits.in_flight.max(1));
        while self.under_way.len() < places {
            if self.queue.is_empty()
                && self.handle.has_to_look()
                && let Err(error) = self.fetch().await
            {
                tracing::warn!(%error, party = %self.party, "the store did not answer; trying again");
                return Duration::from_secs(1);
            }
            let Some((delivery, at_hand)) = self.next() else { break };
            if self.under_way.insert(delivery) {
                let inner = Arc::clone(&self.inner);
                self.tasks
                    .spawn(async move { (delivery, release::deliver(&inner, delivery, at_hand).await) });
            }
        }
        let now = self.inner.clock.now();
        match self.handle.take_due() {
            Some(due) => {
                if due > now {
                    self.handle.remember(due);
                }
                let wait = due.duration_since(now);
                Duration::try_from(wait).unwrap_or(Duration::ZERO).min(LOOK_AT_LEAST)
            }
            None => LOOK_AT_LEAST,
        }
    }

    fn next(&mut self) -> Option<(DeliveryId, Option<ReleaseInput>)> {
        if let Some(found) = self.queue.pop_front() {
            return Some((found, None));
        }
        let offered = self.handle.offered().pop_front()?;
        Some((offered.delivery, Some(offered)))
    }

    /// Loads due deliveries that are not under way. The search finds every delivery that was offered until now. The
    /// next delivery of a conversation becomes due later, so that the pump goes on searching until nothing is under
    /// way.
    async fn fetch(&mut self) -> Result<(), crate::ports::StoreError> {
        let now = self.inner.clock.now();
        if self.handle.is_anew() {
            self.resting.clear();
        }
        self.resting.retain(|_, due| *due > now);
        if self.under_way.is_empty() && self.resting.is_empty() {
            self.handle.has_looked();
        }
        self.handle.offered().clear();
        let limit = self.under_way.len() + self.resting.len() + AHEAD;
        let due = self.inner.store.due(&self.party, now, limit).await?;
        let free = |d: &DeliveryId| !self.under_way.contains(d) && !self.resting.contains_key(d);
        let all = due.len() < limit;
        self.queue.extend(due.into_iter().filter(free));
        if !self.queue.is_empty() || !all {
            self.handle.look();
        }
        Ok(())
    }

    /// Sleeps until a delivery is done, another delivery is due, or the pump is woken.
    async fn sleep(&mut self, at_most: Duration) {
        tokio::select! {
            Some(done) = self.tasks.join_next(), if !self.tasks.is_empty() => self.done(done),
            () = self.handle.woken() => {}
            () = self.inner.clock.sleep(at_most) => self.handle.look(),
        }
        while let Some(done) = self.tasks.try_join_next() {
            self.done(done);
        }
    }

    fn done(&mut self, done: Result<(DeliveryId, Option<Timestamp>), tokio::task::JoinError>) {
        match done {
            Ok((delivery, due)) => {
                self.under_way.remove(&delivery);
                if let Some(due) = due {
                    self.handle.look();
                    self.resting.insert(delivery, due);
                    self.handle.remember(due);
                }
            }
            Err(error) => {
                // The panic of a task does not tell which delivery it had, so that no delivery is excluded.
                tracing::error!(%error, party = %self.party, "a delivery's task died; it is tried again");
                self.under_way.clear();
                self.handle.look();
            }
        }
    }
}
