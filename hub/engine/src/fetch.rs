//! Inboxes that the hub fetches from: one task a mailbox, which lists, fetches, accepts, and marks as read.
//!
//! Each step begins when the one before is on disk, so a stop at any point is taken up where it was. Items are taken in the
//! order of their listing, one at a time; one that fails rests and the next goes on. What was handed over to a party behind
//! the mailbox and still waits for a receipt is asked for as well.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::contract::{Document, InboxAnswer, InboxAsk, Item, Reading, Request, Response};
use bindeledd_core::delivery::Cause;
use bindeledd_core::fetched::Step;
use bindeledd_core::{AlertId, ControlNotice, DeliveryId, Endpoint, EndpointAddress, Party, PartyName, backoff};
use jiff::Timestamp;

use crate::engine::Inner;
use crate::error::EngineError;
use crate::ports::{
    AdapterFault, Events, FetchedItem, Frozen, ItemStep, MailboxName, MailboxRequest, ReceiptOutcome, SendError,
    StoreError,
};
use crate::strangers;

/// Items that are taken before the mailbox is listed again.
const ITEMS: usize = 50;
/// Deliveries whose receipts are asked for in a round.
const ASKED: usize = 20;
/// Items with which something is still to be done, from which on no more are listed.
const OPEN: usize = 500;
/// How often an adapter may fail over the answer that has an item's document, before the item is set aside; and how often in a
/// row a listing may fail before an operator is told.
const FAILURES: u32 = 5;
/// How long to rest where nothing is known to come.
const REST: Duration = Duration::from_secs(5);
/// How seldom a receipt is asked for in the end.
const ASK_SELDOM: Duration = Duration::from_secs(3600);
/// A listening that broke off is tried again after this.
const LISTEN_AGAIN: Duration = Duration::from_secs(60);

/// The mailbox behind a party's endpoint, were it one. Parties at one address, where the hub has one id, share it.
pub(crate) fn mailbox_of(party: &Party) -> Option<MailboxName> {
    let endpoint = party.endpoint.as_ref()?;
    let address = endpoint.address.as_ref()?;
    let own = match (endpoint.her_id, &endpoint.org_number) {
        (Some(her), _) => format!("her:{her}"),
        (None, Some(org)) => format!("org:{org}"),
        (None, None) => "-".to_owned(),
    };
    Some(MailboxName(format!("{} {address} {own}", endpoint.adapter)))
}

/// Who is asked: any party behind the mailbox stands for its endpoint.
struct Leader {
    party: Arc<Party>,
    endpoint: Endpoint,
    address: EndpointAddress,
}

impl Leader {
    fn of(party: &Arc<Party>) -> Option<Self> {
        let endpoint = party.endpoint.clone()?;
        Some(Self {
            address: endpoint.address.clone()?,
            endpoint,
            party: Arc::clone(party),
        })
    }
}

/// What came of asking.
enum Asked {
    Answer(InboxAnswer),
    /// There is no such request.
    NoSuchThing,
    /// Not now.
    Later(Option<u32>, Cause),
    /// Never: the adapter says so.
    Never(Cause),
    /// The adapter failed over this answer; the next one may be another.
    Failed(Cause),
}

/// Whether there is something to do for a mailbox.
enum Round {
    /// Again at this time at the latest.
    Until(Timestamp),
    /// The adapter has no inbox, and tells nothing of what was sent.
    NoInbox,
    /// Nothing is fetched from it, and nothing that was sent waits for a receipt: what is handed over next begins anew.
    NothingWaits,
}

/// Whether an adapter has a question for what the hub wants to know.
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
    /// Whether it was told that the listing has entries that are no items.
    strange_told: bool,
    /// When to ask for a delivery's receipt again, and how often that was done.
    asked: HashMap<DeliveryId, (u32, Timestamp)>,
    events: Option<Box<dyn Events>>,
    listen_at: Timestamp,
}

pub(crate) async fn run(inner: Arc<Inner>, name: MailboxName) {
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
                // What was handed over in this moment found a fetcher that was about to end.
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
            // Where the mailbox is away, each of its items would only wait for the same time-out.
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

    /// Nothing is fetched, as where the party's system sends to the hub by itself. What became of what was sent to it is asked for
    /// all the same, as long as something waits for that.
    async fn only_receipts(&mut self, leader: &Leader) -> Result<Round, StoreError> {
        if !self.is_awaited().await? {
            return Ok(Round::NothingWaits);
        }
        if self.ask_for_receipts(leader).await? == Has::None {
            return Ok(Round::NoInbox);
        }
        let poll = Duration::from_secs(leader.endpoint.limits.poll_seconds.max(1).into());
        let now = self.inner.clock.now();
        let again = self.inner.after(now, poll);
        // What was asked for before may be asked for seldom; what is handed over meanwhile waits no longer than a poll.
        let asks = self.asked.values().map(|(_, at)| *at).min();
        self.list_at = asks.map_or(again, |at| at.min(again).max(now));
        Ok(Round::Until(self.list_at))
    }

    /// Whether something that was handed over to a party behind the mailbox waits for a receipt.
    async fn is_awaited(&self) -> Result<bool, StoreError> {
        let directory = self.inner.directory();
        for party in directory.iter().filter(|p| mailbox_of(p).as_ref() == Some(&self.name)) {
            if !self.inner.store.awaiting(&party.id, None, 1).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn leader(&self) -> Option<Leader> {
        let directory = self.inner.directory();
        let party = directory
            .iter()
            .find(|p| !p.is_held() && mailbox_of(p).as_ref() == Some(&self.name))?;
        Leader::of(party)
    }

    /// Lists, and keeps what is new together with the cursor.
    async fn list(&mut self, leader: &Leader) -> Result<Has, StoreError> {
        let inner = Arc::clone(&self.inner);
        if inner.store.open_items(&self.name, OPEN).await? >= OPEN {
            // What was listed is taken first: a mailbox without end fills no store.
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
                // A full page of which nothing is new is the same page again.
                self.list_at = if listing.more && new > 0 {
                    now
                } else {
                    inner.after(now, poll)
                };
                return Ok(Has::Question);
            }
            Asked::Answer(_) => Cause::new("BL-4011", "the adapter did not make a listing of the answer"),
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

    /// Tells an operator of the mailbox as a whole.
    async fn tell(&self, leader: &Leader, code: &str) -> Result<(), StoreError> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let alert = Alert {
            id: AlertId(inner.entropy.uuid_v7(now)),
            kind: AlertKind::StrangeAnswer,
            raised_at: now,
            participant: None,
            message: None,
            delivery: None,
            party: Some(leader.party.id.clone()),
            code: Some(code.to_owned()),
            times: 1,
            last_at: now,
            ended_at: None,
        };
        inner.store.raise(&alert).await
    }

    async fn ask(&self, leader: &Leader, what: &InboxAsk) -> Asked {
        let inner = &self.inner;
        let context = inner.context(&leader.party, &leader.endpoint, inner.clock.now());
        let adapter = &leader.endpoint.adapter;
        let fault = |fault: AdapterFault| {
            let cause = Cause::new(fault.code(), fault.to_string());
            if fault.is_transient() {
                Asked::Later(None, cause)
            } else {
                Asked::Failed(cause)
            }
        };
        let request = match inner.adapters.ask(adapter, what, &context).await {
            Ok(Some(request)) => request,
            Ok(None) => return Asked::NoSuchThing,
            Err(e) => return fault(e),
        };
        let request = MailboxRequest::new(request);
        match inner.courier.ask(request, &leader.endpoint, &leader.address).await {
            // Whatever an adapter would make of it: what the mailbox did not say changes nothing.
            Ok(response) if response.is_in_between() => self.strange(leader, &response).await,
            Ok(response) => match inner.adapters.answered(adapter, what, &response, &context).await {
                Ok(InboxAnswer::Later(_)) if response.is_wordless() => self.strange(leader, &response).await,
                Ok(InboxAnswer::Later(after)) => {
                    let text = format!("the mailbox answered {}; it is tried again", response.status);
                    Asked::Later(after, Cause::new("BL-4011", text))
                }
                Ok(InboxAnswer::Refused(refusal)) => Asked::Never(Cause::new("BL-4011", refusal.text)),
                Ok(answer) => {
                    inner.answered_by_itself(&leader.address);
                    Asked::Answer(answer)
                }
                Err(e) => fault(e),
            },
            Err(SendError::Transient(what)) => {
                Asked::Later(None, Cause::new("BL-4011", format!("{what}; it is tried again")))
            }
            // Configuration can be mended: nothing is given up for it.
            Err(SendError::Permanent(what)) => Asked::Later(None, Cause::new("BL-4003", what)),
        }
    }

    /// Something else than the mailbox answered.
    async fn strange(&self, leader: &Leader, response: &Response) -> Asked {
        let inner = &self.inner;
        let now = inner.clock.now();
        inner.answered_by_another(&leader.address, &leader.party.id, now).await;
        Asked::Later(None, strangers::cause(response, &leader.address))
    }

    /// Takes an item as far as it goes now. `false` where the mailbox did not do its part.
    async fn take(&self, leader: &Leader, mut item: FetchedItem) -> Result<bool, StoreError> {
        let inner = &self.inner;
        if item.state.step == Step::Listed {
            match self.ask(leader, &InboxAsk::Fetch(item.item.clone())).await {
                Asked::Answer(InboxAnswer::Document { media_type, body }) => {
                    let step = ItemStep::Fetched {
                        media_type: media_type.clone(),
                        body: body.clone(),
                    };
                    inner.store.item_step(&item.key, step, inner.clock.now()).await?;
                    item.state.step = Step::Fetched;
                    item.document = Some((media_type, body));
                }
                Asked::Answer(InboxAnswer::Gone) => {
                    return inner
                        .store
                        .item_step(&item.key, ItemStep::Gone, inner.clock.now())
                        .await;
                }
                Asked::Failed(cause) if item.state.attempts < FAILURES => return self.later(&item, None, cause).await,
                Asked::Answer(_) if item.state.attempts < FAILURES => {
                    let cause = Cause::new("BL-4011", "the adapter did not make a document of the answer");
                    return self.later(&item, None, cause).await;
                }
                Asked::Answer(_) | Asked::NoSuchThing => {
                    let cause = Cause::new("BL-4011", "the adapter can not fetch this item");
                    self.set_aside(leader, &item, None, cause, None).await?;
                    return Ok(true);
                }
                Asked::Never(cause) | Asked::Failed(cause) => {
                    self.set_aside(leader, &item, None, cause, None).await?;
                    return Ok(true);
                }
                Asked::Later(after, cause) => return self.later(&item, after, cause).await,
            }
        }
        if item.state.step == Step::Fetched {
            return self.accept(leader, &item).await;
        }
        if item.state.step == Step::Accepted {
            inner
                .store
                .item_step(&item.key, ItemStep::Answered, inner.clock.now())
                .await?;
        }
        self.mark(leader, &item).await
    }

    async fn later(&self, item: &FetchedItem, after: Option<u32>, cause: Cause) -> Result<bool, StoreError> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let due = inner.after(
            now,
            backoff::wait(item.state.attempts + 1, inner.entropy.number(), after),
        );
        let step = ItemStep::TryAgain { due, cause };
        inner.store.item_step(&item.key, step, now).await?;
        Ok(false)
    }

    async fn mark(&self, leader: &Leader, item: &FetchedItem) -> Result<bool, StoreError> {
        let store = &self.inner.store;
        let now = self.inner.clock.now();
        match self.ask(leader, &InboxAsk::Mark(item.item.clone())).await {
            Asked::NoSuchThing | Asked::Answer(InboxAnswer::Done | InboxAnswer::Gone) => {
                store.item_step(&item.key, ItemStep::Marked, now).await
            }
            Asked::Answer(_) => {
                let cause = Cause::new(
                    "BL-4011",
                    "the adapter did not find in the answer that the item is marked",
                );
                self.later(item, None, cause).await
            }
            Asked::Later(after, cause) => self.later(item, after, cause).await,
            Asked::Never(cause) | Asked::Failed(cause) => self.later(item, None, cause).await,
        }
    }

    /// Reads what was fetched and accepts it as its sender's. The sender is whom the transport names, never the document.
    async fn accept(&self, leader: &Leader, item: &FetchedItem) -> Result<bool, StoreError> {
        let inner = &self.inner;
        let Some((media_type, body)) = &item.document else {
            return Err(StoreError::Damaged("a fetched item has no document".into()));
        };
        let directory = inner.directory();
        let sender = PartyName::parse(&item.item.sender).ok();
        let sender = sender.and_then(|name| directory.resolve(&name).cloned());
        // One that is suspended is nobody whom the hub knows: who writes in its name may be who stole from it.
        let sender = sender.filter(|party| !party.suspended && mailbox_of(party).as_ref() == Some(&self.name));
        let endpoint = sender.as_ref().and_then(|party| party.endpoint.clone());
        let (Some(sender), Some(endpoint)) = (sender, endpoint) else {
            let text =
                "avsenderen er ikke registrert som aktør her, og meldingen er ikke lest; be mottakeren om å ta kontakt";
            self.set_aside(leader, item, None, Cause::new("BL-4012", text), None)
                .await?;
            return Ok(true);
        };
        let now = inner.clock.now();
        let mut context = inner.context(&sender, &endpoint, now);
        context.item = Some(item.item.clone());
        let document = Document { media_type, body };
        let reading = match inner.adapters.read(&endpoint.adapter, document, &context).await {
            Ok(reading) => reading,
            // One sender's row must not fill the mailbox that others share: its items are refused, and it can send them again.
            Err(fault @ AdapterFault::Resting { .. }) => {
                let text = "flere meldinger fra dere kunne ikke leses her, så denne er ikke behandlet; se over systemet deres, og \
                            send den på nytt senere";
                self.set_aside(leader, item, Some(&sender), Cause::new(fault.code(), text), None)
                    .await?;
                return Ok(true);
            }
            Err(fault) if fault.is_transient() => {
                let cause = Cause::new(fault.code(), fault.to_string());
                return self.later(item, None, cause).await.map(|_| true);
            }
            Err(fault) => {
                let cause = Cause::new(
                    fault.code(),
                    "meldingen kunne ikke leses her; ta kontakt med mottakeren",
                );
                self.set_aside(leader, item, Some(&sender), cause, None).await?;
                return Ok(true);
            }
        };
        match reading {
            Reading::Messages {
                messages,
                origin,
                wants_receipt,
                ..
            } => {
                let origin = wants_receipt.then(|| crate::ports::Origin {
                    adapter: endpoint.adapter.clone(),
                    origin,
                });
                let accepted = inner
                    .accept(&sender, messages, origin, Some(item.key.clone()), now)
                    .await;
                if let Err(error) = accepted {
                    let cause = why_not_taken(error)?;
                    self.set_aside(leader, item, Some(&sender), cause, None).await?;
                }
            }
            Reading::Receipt(receipt) => {
                let outcome = inner.store.receipt(&sender.id, &receipt, now).await?;
                inner.store.item_step(&item.key, ItemStep::Accepted, now).await?;
                if matches!(outcome, ReceiptOutcome::Settled(_)) {
                    inner.wake(&sender.id);
                }
            }
            Reading::Nothing(_) => {
                inner.store.item_step(&item.key, ItemStep::Accepted, now).await?;
            }
            Reading::Refused(refusal) => {
                let cause = Cause::new("BL-3101", refusal.text);
                self.set_aside(leader, item, Some(&sender), cause, refusal.answer)
                    .await?;
            }
        }
        Ok(true)
    }

    /// Sets an item aside with its reason; its sender's system gets a negative receipt, where the format has one.
    async fn set_aside(
        &self,
        leader: &Leader,
        item: &FetchedItem,
        sender: Option<&Arc<Party>>,
        cause: Cause,
        answer: Option<Request>,
    ) -> Result<(), StoreError> {
        let inner = &self.inner;
        let now = inner.clock.now();
        let answer = match answer {
            Some(answer) => Some(answer),
            None => self.decline(leader, &item.item, &cause, now).await,
        };
        // Whom the hub does not know is answered over the mailbox all the same: any party behind it leads there.
        let carrier = sender.unwrap_or(&leader.party);
        let answer = answer.map(|request| {
            let notice = ControlNotice::receipt_to_sender(carrier.id.clone(), None);
            let frozen = Frozen {
                adapter: Some(leader.endpoint.adapter.clone()),
                adapter_sha256: inner.adapters.sha256(&leader.endpoint.adapter),
                request,
            };
            Box::new((notice, frozen, inner.after(now, inner.settings.expire)))
        });
        tracing::warn!(mailbox = %self.name.0, place = item.key.place, code = cause.code, "an item was set aside");
        let step = ItemStep::SetAside {
            sender: sender.map(|s| s.id.clone()),
            cause,
            answer,
        };
        inner.store.item_step(&item.key, step, now).await?;
        inner.wake(&carrier.id);
        Ok(())
    }

    async fn decline(&self, leader: &Leader, item: &Item, cause: &Cause, now: Timestamp) -> Option<Request> {
        let what = InboxAsk::Decline {
            item: item.clone(),
            code: cause.code.clone(),
            text: cause.text.clone(),
        };
        let context = self.inner.context(&leader.party, &leader.endpoint, now);
        let asked = self.inner.adapters.ask(&leader.endpoint.adapter, &what, &context).await;
        // An adapter that fails on this as well leaves the sender without an answer; the alert tells of the item.
        asked.unwrap_or_default()
    }

    /// Asks what became of documents that wait for a receipt: a bounded number, each less and less often.
    async fn ask_for_receipts(&mut self, leader: &Leader) -> Result<Has, StoreError> {
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
                        // Where it settles nothing, nothing is gained by asking again soon.
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

    /// Opens the mailbox's stream of events where it has one. Polling goes on beside it.
    async fn listen(&mut self, leader: &Leader) {
        let inner = Arc::clone(&self.inner);
        let now = inner.clock.now();
        if self.events.is_some() || now < self.listen_at {
            return;
        }
        self.listen_at = inner.after(now, LISTEN_AGAIN);
        let Ok(cursor) = inner.store.cursor(&self.name).await else {
            return;
        };
        let context = inner.context(&leader.party, &leader.endpoint, now);
        let what = InboxAsk::Listen { cursor };
        if let Ok(Some(request)) = inner.adapters.ask(&leader.endpoint.adapter, &what, &context).await {
            let request = MailboxRequest::new(request);
            match inner.courier.listen(request, &leader.endpoint, &leader.address).await {
                Ok(events) => self.events = Some(events),
                Err(error) => tracing::info!(%error, mailbox = %self.name.0, "no events; the mailbox is polled"),
            }
        }
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
            // Whatever came while it was broken is found by a look.
            Some(None) => {
                events = None;
                self.list_at = self.inner.clock.now();
            }
            None => {}
        }
        self.events = events;
    }
}

/// Why what was read was not accepted, for the sender's people; that the store could not is for another try.
fn why_not_taken(error: EngineError) -> Result<Cause, StoreError> {
    let code = error.code();
    match error {
        EngineError::Store(error) => Err(error),
        // No matter of the sender's: the item is there for another try.
        error @ EngineError::Clock { .. } => Err(StoreError::Away(Some(error.into()))),
        EngineError::FreeText { told, .. } => Ok(Cause::new(code, told)),
        EngineError::CorrectsNothing => Ok(Cause::new(
            code,
            "Rettingen er ikke tatt imot: Det den viser til, er ikke sendt herfra om denne personen. Vis til meldingen som skal \
             rettes, og send rettingen på nytt.",
        )),
        error => Ok(Cause::new(code, format!("meldingen kunne ikke tas imot: {error}"))),
    }
}
