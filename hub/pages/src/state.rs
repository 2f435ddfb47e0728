//! The state that all pages share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bindeledd_accounts::Accounts;
use bindeledd_console::Section;
use bindeledd_console::view::hub::Place;
use bindeledd_console::view::hub_state::Distance;
use bindeledd_console::view::party::Test;
use bindeledd_core::PartyId;
use bindeledd_engine::ports::SubjectExport;
use bindeledd_engine::{Directory, Engine};
use bindeledd_http::{OpenId, Web};
use jiff::Timestamp;

use crate::needs::Needs;
use crate::setting::Setting;
use crate::streams::Live;

/// Looks at the distance of the second place from the store. The look reads the file system.
pub type LookAtPlace = Arc<dyn Fn() -> Distance + Send + Sync>;

/// Writes the copy of everything about a participant, as of a time, with the parties of the directory.
pub type WriteCopy = Arc<dyn Fn(&SubjectExport, Timestamp, &Directory) -> String + Send + Sync>;

/// The engine, the accounts and the web layer below the pages.
pub(crate) struct State {
    pub(crate) engine: Engine,
    pub(crate) accounts: Accounts,
    pub(crate) web: Arc<Web>,
    /// Issuers with which persons sign in, if there is one.
    pub(crate) openid: Option<OpenId>,
    /// Issuer with which participants sign in, if there is one.
    pub(crate) own_issuer: Option<OpenId>,
    /// Writes the participant's own copy.
    pub(crate) write_copy: WriteCopy,
    /// Sections that have a page, with the role that each needs.
    pub(crate) sections: Vec<(Section, Needs)>,
    /// Pages of the local navigation, with the role that each needs.
    pub(crate) places: Vec<(Place, Needs)>,
    /// Name of the hub, for the pages' head.
    pub(crate) hub_name: String,
    /// Address of the console as browsers see it, without a path; none if the configuration names none.
    pub(crate) console_url: Option<String>,
    /// Contact of those who run the hub, for participants.
    pub(crate) contact: Option<String>,
    /// Open streams, and copies of regions.
    pub(crate) live: Live,
    /// Newest test of each party since the hub started.
    pub(crate) tests: Tests,
    /// Settings in force.
    pub(crate) settings: Vec<Setting>,
    /// Look at the distance of the second place from the store.
    pub(crate) distance: Look,
}

/// The look at the distance of the second place. One is under way at a time: a disk that hangs holds one thread, however
/// many persons visit the page.
pub(crate) struct Look {
    look: LookAtPlace,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Look {
    pub(crate) fn new(look: LookAtPlace) -> Self {
        Self {
            look,
            turn: Arc::default(),
        }
    }

    /// Returns the distance. It is unreachable if this look, or the one before, takes longer than this.
    pub(crate) async fn within(&self, longest: Duration) -> Distance {
        let looked = tokio::time::timeout(longest, async {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            let look = Arc::clone(&self.look);
            // The look itself holds the turn: a visitor who leaves does not free it.
            tokio::task::spawn_blocking(move || {
                let _turn = turn;
                look()
            })
            .await
        });
        looked.await.ok().and_then(Result::ok).unwrap_or(Distance::Unreachable)
    }
}

/// Newest test of each party since the hub started.
#[derive(Default)]
pub(crate) struct Tests(Mutex<HashMap<PartyId, Test>>);

impl Tests {
    pub(crate) fn of(&self, party: &PartyId) -> Option<Test> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(party)
            .cloned()
    }

    pub(crate) fn keep(&self, party: PartyId, test: Test) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(party, test);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_disk_that_hangs_holds_one_thread() {
        let looks = Arc::new(AtomicUsize::new(0));
        let (answer, disk) = mpsc::channel::<()>();
        let disk = Mutex::new(disk);
        let counted = Arc::clone(&looks);
        let look = Look::new(Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let _ = disk.lock().unwrap().recv();
            Distance::Apart
        }));
        let shortly = Duration::from_millis(50);
        for _ in 0..3 {
            assert_eq!(look.within(shortly).await, Distance::Unreachable);
        }
        assert_eq!(looks.load(Ordering::SeqCst), 1);
        // The disk answers the look that hangs, and each later one.
        drop(answer);
        assert_eq!(look.within(Duration::from_secs(60)).await, Distance::Apart);
        assert_eq!(looks.load(Ordering::SeqCst), 2);
    }
}
