//! Mailboxes that the hub fetches from. One task for each mailbox lists its items, fetches and accepts them, and marks
//! them as read.
//!
//! A step of an item begins only after the step before is on disk, so that the hub resumes at that step after a stop.
//! Items are handled one at a time, in the order of their listing. An item that fails rests, and the next item goes on.
//! The task also asks for receipts of deliveries to the parties behind the mailbox.

mod asking;
mod item;
mod listing;
mod receipts;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bindeledd_core::{DeliveryId, Party};
use jiff::Timestamp;

use self::asking::Leader;
use crate::inner::Inner;
use crate::ports::{Events, MailboxName, StoreError};

/// Maximum number of items in a turn. Between two turns the hub lists the mailbox if that is due, asks for receipts, and looks
/// whether it still may fetch.
const ITEMS: usize = 50;
/// Number of times that an adapter may fail on the document of one item before the item is set aside. Also the number
/// of failed listings in a row before an operator is alerted.
const FAILURES: u32 = 5;
/// Wait of a mailbox's task while it expects nothing.
const REST: Duration = Duration::from_secs(5);

/// The mailbox name derived from the endpoint, whether or not its adapter has an inbox. Parties share a mailbox if they
/// have the same address and the hub has the same id there.
fn mailbox_of(party: &Party) -> Option<MailboxName> {
    let endpoint = party.endpoint.as_ref()?;
    let address = endpoint.address.as_ref()?;
    let own = match (endpoint.her_id, &endpoint.org_number) {
        (Some(her), _) => format!("her:{her}"),
        (None, Some(org)) => format!("org:{org}"),
        (None, None) => "-".to_owned(),
    };
    Some(MailboxName(format!("{} {address} {own}", endpoint.adapter)))
}

/// Result of one round of a mailbox.
enum Round {
    /// The next round comes at this time at the latest.
    Until(Timestamp),
    /// The adapter has no inbox, and has no request for receipts.
    NoInbox,
    /// Nothing is fetched from the mailbox, and no delivery waits for a receipt. The next hand-over starts a new
    /// fetcher.
    NothingWaits,
}

/// Answer to the question whether an adapter has a request of some sort.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Has {
    Question,
    None,
}

struct Fetcher {
    inner: Arc<Inner>,
    name: MailboxName,
    list_at: Timestamp,
    failures: u32,
    /// Whether the operator was alerted that the listing has entries that are no items.
    strange_told: bool,
    /// Time of the next question for each delivery's receipt, and the number of questions so far.
    asked: HashMap<DeliveryId, (u32, Timestamp)>,
    events: Option<Box<dyn Events>>,
    listen_at: Timestamp,
}

impl Inner {
    /// Starts the fetcher of the mailbox behind a party's endpoint, unless that fetcher runs already. The fetcher ends
    /// by itself if there is no mailbox.
    pub(crate) fn ensure_fetcher(self: &Arc<Self>, party: &Party) {
        let Some(name) = mailbox_of(party) else { return };
        let mut fetchers = self.fetchers.lock().unwrap_or_else(PoisonError::into_inner);
        if fetchers.insert(name.clone()) {
            drop(fetchers);
            self.spawn(run(Arc::clone(self), name));
        }
    }
}

async fn run(inner: Arc<Inner>, name: MailboxName) {
    let now = inner.clock.now();
    let mut fetcher = Fetcher {
        name,
        list_at: now,
        failures: 0,
        strange_told: false,
        asked: HashMap::new(),
        events: None,
        listen_at: now,
        inner,
    };
    while !fetcher.inner.stopping() {
        let until = match fetcher.round().await {
            Ok(Round::Until(until)) => until,
            Ok(Round::NoInbox) => break,
            Ok(Round::NothingWaits) => {
                fetcher.inner.fetcher_ended(&fetcher.name);
                // A release that just asked for a fetcher may have found this one still running, and started no other.
                // So this fetcher looks again before it ends.
                let awaited = fetcher.is_awaited().await;
                if !fetcher.inner.begin_again(&fetcher.name, awaited) {
                    return;
                }
                fetcher.inner.clock.now()
            }
            Err(error) => {
                tracing::warn!(%error, mailbox = %fetcher.name.0, "the store did not answer; fetching goes on soon");
                fetcher.inner.after(fetcher.inner.clock.now(), REST)
            }
        };
        fetcher.sleep(until).await;
    }
    fetcher.inner.fetcher_ended(&fetcher.name);
}

impl Fetcher {
    async fn round(&mut self) -> Result<Round, StoreError> {
        let inner = Arc::clone(&self.inner);
        let now = inner.clock.now();
        let Some(leader) = self.leader().filter(|_| inner.kept.is_right()) else {
            return Ok(Round::Until(inner.after(now, REST)));
        };
        if now >= self.list_at && self.list(&leader).await? == Has::None {
            return self.only_receipts(&leader).await;
        }
        let mut failed_in_a_row = 0;
        for item in inner.store.items(&self.name, inner.clock.now(), ITEMS).await? {
            // If the mailbox can not be reached, each further item would only wait for the same timeout.
            if inner.stopping() || failed_in_a_row >= 3 {
                break;
            }
            let went_well = self.take(&leader, item).await?;
            failed_in_a_row = if went_well { 0 } else { failed_in_a_row + 1 };
        }
        self.ask_for_receipts(&leader).await?;
        self.listen(&leader).await;
        let now = inner.clock.now();
        let due = inner.store.item_due(&self.name, now).await?;
        let until = due.map_or(self.list_at, |due| due.min(self.list_at));
        let asks = self.asked.values().map(|(_, at)| *at).min();
        Ok(Round::Until(asks.map_or(until, |at| at.min(until))))
    }

    fn leader(&self) -> Option<Leader> {
        let directory = self.inner.directory();
        let party = directory
            .iter()
            .find(|p| !p.is_held() && mailbox_of(p).as_ref() == Some(&self.name))?;
        Leader::of(party)
    }

    async fn sleep(&mut self, until: Timestamp) {
        let now = self.inner.clock.now();
        let wait = Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO);
        let mut stop = self.inner.stop.subscribe();
        let mut events = self.events.take();
        let event = async {
            match &mut events {
                Some(events) => events.next().await,
                None => std::future::pending().await,
            }
        };
        let came = tokio::select! {
            came = event => Some(came),
            () = self.inner.clock.sleep(wait) => None,
            _ = stop.wait_for(|stopped| *stopped) => None,
        };
        match came {
            Some(Some(())) => self.list_at = self.inner.clock.now(),
            // The next listing finds the items that came while the stream was broken.
            Some(None) => {
                events = None;
                self.list_at = self.inner.clock.now();
            }
            None => {}
        }
        self.events = events;
    }
}
