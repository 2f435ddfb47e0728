//! The upkeep of the store: after a start, and as time passes.

use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_engine::ports::{AcceptedClock, Actor, StoreError, Upkeep};
use jiff::Timestamp;

use crate::commands::{account, alert, operate, own_page, run, trace, watch};
use crate::sealing::keyring;
use crate::sqlite::scrub;
use crate::sqlite::store::SqliteStore;

#[async_trait]
impl Upkeep for SqliteStore {
    async fn recover(&self, now: Timestamp) -> Result<usize, StoreError> {
        self.write_always(move |tx| operate::recover(tx, now)).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError> {
        let (pass, recheck) = (Arc::clone(&self.pass), self.recheck);
        self.read(move |db| pass.step(db, recheck, now)).await?;
        let retention_days = self.retention_days;
        let (rules, watch, has_place) = (self.rules, Arc::clone(&self.watch), self.has_place);
        let (room, scrubbing) = (Arc::clone(&self.room), Arc::clone(&self.scrubbing));
        self.write_always(move |tx| {
            room.look();
            tx.tell_time(now);
            watch::mismatch(tx, now)?;
            watch::ledgers(tx, &watch, now)?;
            scrub::settle(tx, scrubbing.done(), now)?;
            watch::look(tx, (&watch, &scrubbing), &rules, has_place, now)?;
            trace::note(tx, now)?;
            Ok(operate::sweep(tx, retention_days, now)?
                + account::retire(tx, operate::BATCH, now)?
                + own_page::retire(tx, operate::BATCH, now)?
                + alert::retire(tx, rules.keep, operate::BATCH, now)?
                + run::retire(tx, now)?
                + keyring::rewrap(tx, now)?)
        })
        .await
    }

    async fn newest_trace(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(trace::newest).await
    }

    async fn accept_clock(&self, accepted: &AcceptedClock, by: &Actor) -> Result<(), StoreError> {
        let (accepted, by) = (accepted.clone(), by.clone());
        self.write(move |tx| trace::accept(tx, &accepted, &by)).await
    }
}
