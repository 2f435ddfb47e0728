//! The handle of a pump, by which acceptance wakes the pump and offers it a delivery that is due at once.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::ports::ReleaseInput;

/// Maximum number of deliveries that acceptance may leave with a pump. The pump finds the others in the store.
const OFFERED: usize = 256;

/// Wakes a pump, and offers it deliveries.
#[derive(Debug, Clone, Default)]
pub(crate) struct PumpHandle {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    wake: Notify,
    /// Whether the store may hold a due delivery that was not offered to the pump.
    look: AtomicBool,
    /// Whether failed deliveries may be due before the time that the pump remembers, since somebody sends them again.
    anew: AtomicBool,
    /// Deliveries that acceptance left for the first writing.
    offered: Mutex<VecDeque<ReleaseInput>>,
    /// Earliest time at which a failed delivery is due again.
    next_due: Mutex<Option<Timestamp>>,
}

impl PumpHandle {
    pub(crate) fn wake(&self) {
        self.look();
        self.shared.wake.notify_one();
    }

    /// Wakes the pump, and lets the store alone say when failed deliveries are due.
    pub(crate) fn wake_anew(&self) {
        self.shared.anew.store(true, Ordering::Release);
        self.wake();
    }

    /// Returns whether the pump forgets the times that it remembers, once for each [`Self::wake_anew`].
    pub(crate) fn is_anew(&self) -> bool {
        self.shared.anew.swap(false, Ordering::AcqRel)
    }

    pub(crate) async fn woken(&self) {
        self.shared.wake.notified().await;
    }

    pub(crate) fn has_to_look(&self) -> bool {
        self.shared.look.load(Ordering::Acquire)
    }

    pub(crate) fn has_looked(&self) {
        self.shared.look.store(false, Ordering::Release);
    }

    pub(crate) fn look(&self) {
        self.shared.look.store(true, Ordering::Release);
    }

    /// Leaves a due delivery with the pump. The delivery is on disk, so that the pump finds it there if too many were
    /// offered.
    pub(crate) fn offer(&self, input: ReleaseInput) {
        let mut offered = self.offered();
        if offered.len() < OFFERED {
            offered.push_back(input);
        } else {
            self.look();
        }
        drop(offered);
        self.shared.wake.notify_one();
    }

    pub(crate) fn offered(&self) -> MutexGuard<'_, VecDeque<ReleaseInput>> {
        self.shared.offered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn remember(&self, due: Timestamp) {
        let mut next = self.shared.next_due.lock().unwrap_or_else(PoisonError::into_inner);
        *next = Some(next.map_or(due, |n| n.min(due)));
    }

    pub(crate) fn take_due(&self) -> Option<Timestamp> {
        self.shared
            .next_due
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
