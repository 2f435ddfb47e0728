//! The listing of a mailbox: stores new items together with the cursor.

use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::alert::AlertKind;
use bindeledd_core::backoff;
use bindeledd_core::contract::{InboxAnswer, InboxAsk};
use bindeledd_core::delivery::Cause;
use bindeledd_texts::cause::CauseText;

use super::asking::{Asked, Leader};
use super::{FAILURES, Fetcher, Has, REST};
use crate::ports::StoreError;
use crate::strangers;

/// Number of open items from which the hub does not list a mailbox.
const OPEN: usize = 500;

impl Fetcher {
    /// Lists the mailbox, and stores new items together with the cursor.
    pub(super) async fn list(&mut self, leader: &Leader) -> Result<Has, StoreError> {
        let inner = Arc::clone(&self.inner);
        if inner.store.open_items(&self.name, OPEN).await? >= OPEN {
            // Items that are already listed come first, so that an endless mailbox can not fill the store.
            self.list_at = inner.after(inner.clock.now(), REST);
            return Ok(Has::Question);
        }
        let cursor = inner.store.cursor(&self.name).await?;
        let asked = self.ask(leader, &InboxAsk::List { cursor }).await;
        let now = inner.clock.now();
        let poll = Duration::from_secs(leader.endpoint.limits.poll_seconds.max(1).into());
        let cause = match asked {
            Asked::NoSuchThing => return Ok(Has::None),
            Asked::Answer(InboxAnswer::Listing(listing)) => {
                let cursor = listing.cursor.as_deref();
                let is_strange = listing.strange > 0;
                let strange = (is_strange && !self.strange_told).then_some(&leader.party.id);
                let kept = inner
                    .store
                    .put_listing(&self.name, &listing.items, cursor, strange, now);
                let new = kept.await?;
                self.failures = 0;
                self.strange_told = is_strange;
                // If a full page has no new item, the mailbox returned the same page again.
                self.list_at = if listing.more && new > 0 {
                    now
                } else {
                    inner.after(now, poll)
                };
                return Ok(Has::Question);
            }
            Asked::Answer(_) => Cause::new("BL-4011", CauseText::NoListing.to_string()),
            Asked::Later(_, cause) | Asked::Never(cause) | Asked::Failed(cause) => cause,
        };
        self.failures = self.failures.saturating_add(1);
        if self.failures == FAILURES && cause.code != strangers::CODE {
            self.tell(leader, &cause.code).await?;
        }
        let wait = backoff::wait(self.failures, inner.entropy.number(), None);
        self.list_at = inner.after(now, wait.max(poll));
        tracing::warn!(mailbox = %self.name.0, code = cause.code, "{}", cause.text);
        Ok(Has::Question)
    }

    /// Alerts an operator about the mailbox as a whole.
    async fn tell(&self, leader: &Leader, code: &str) -> Result<(), StoreError> {
        let (party, now) = (leader.party.id.clone(), self.inner.clock.now());
        self.inner.raise(AlertKind::StrangeAnswer, code, Some(party), now).await
    }
}
