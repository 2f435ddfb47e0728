//! Receipts from a mailbox: the hub asks for receipts of earlier deliveries to the mailbox's parties, less and less
//! often.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::contract::{InboxAnswer, InboxAsk};

use super::asking::{Asked, Leader};
use super::{Fetcher, Has, Round, mailbox_of};
use crate::ports::StoreError;

/// Maximum number of receipts that are asked for in one round.
const ASKED: usize = 20;
/// Longest time between two questions for one receipt.
const ASK_SELDOM: Duration = Duration::from_secs(3600);

impl Fetcher {
    /// Runs a round that only asks for receipts, for a party whose system sends to the hub by itself. The rounds go on
    /// as long as a delivery waits for a receipt.
    pub(super) async fn only_receipts(&mut self, leader: &Leader) -> Result<Round, StoreError> {
        if !self.is_awaited().await? {
            return Ok(Round::NothingWaits);
        }
        if self.ask_for_receipts(leader).await? == Has::None {
            return Ok(Round::NoInbox);
        }
        let poll = Duration::from_secs(leader.endpoint.limits.poll_seconds.max(1).into());
        let now = self.inner.clock.now();
        let again = self.inner.after(now, poll);
        // The next question for an old delivery may lie far ahead. A new delivery waits no longer than one poll.
        let asks = self.asked.values().map(|(_, at)| *at).min();
        self.list_at = asks.map_or(again, |at| at.min(again).max(now));
        Ok(Round::Until(self.list_at))
    }

    /// Returns whether a delivery to a party behind the mailbox waits for a receipt.
    pub(super) async fn is_awaited(&self) -> Result<bool, StoreError> {
        let directory = self.inner.directory();
        for party in directory.iter().filter(|p| mailbox_of(p).as_ref() == Some(&self.name)) {
            if !self.inner.store.awaiting(&party.id, None, 1).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Asks for receipts of a bounded number of deliveries, for each delivery less and less often.
    pub(super) async fn ask_for_receipts(&mut self, leader: &Leader) -> Result<Has, StoreError> {
        let inner = Arc::clone(&self.inner);
        let directory = inner.directory();
        let poll = Duration::from_secs(leader.endpoint.limits.poll_seconds.max(1).into());
        let mut still = HashMap::new();
        let mut left = ASKED;
        for party in directory.iter().filter(|p| mailbox_of(p).as_ref() == Some(&self.name)) {
            let Some(behind) = Leader::of(party) else { continue };
            for (delivery, references) in inner.store.awaiting(&party.id, None, 500).await? {
                let now = inner.clock.now();
                let known = self.asked.get(&delivery).copied();
                let (times, at) = known.unwrap_or_else(|| (0, inner.after(now, poll)));
                if at > now || left == 0 {
                    still.insert(delivery, (times, at));
                    continue;
                }
                left -= 1;
                let mut asked = self.ask(&behind, &InboxAsk::Status(references.clone())).await;
                if matches!(asked, Asked::Answer(InboxAnswer::Ready)) {
                    asked = self.ask(&behind, &InboxAsk::Receipt(references)).await;
                }
                match asked {
                    Asked::NoSuchThing => return Ok(Has::None),
                    Asked::Answer(InboxAnswer::Receipt(receipt)) => {
                        inner.store.receipt(&party.id, &receipt, now).await?;
                        inner.wake(&party.id);
                        // A receipt that settled nothing will hardly change soon, so that the next question waits long.
                        still.insert(delivery, (times + 1, inner.after(now, ASK_SELDOM)));
                    }
                    Asked::Answer(_) | Asked::Later(..) | Asked::Never(_) | Asked::Failed(_) => {
                        let wait = poll.saturating_mul(1 << times.min(10)).min(ASK_SELDOM);
                        still.insert(delivery, (times + 1, inner.after(now, wait)));
                    }
                }
            }
        }
        self.asked = still;
        Ok(Has::Question)
    }
}
