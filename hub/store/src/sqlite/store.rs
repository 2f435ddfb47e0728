//! The store as the engine sees it: each method is one command for the writer or one question for the readers.

use std::sync::Arc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use bindeledd_core::alert::Alert;
use bindeledd_core::consent::{Consent, Ledger};
use bindeledd_core::contract::{Item, Receipt, Reference};
use bindeledd_core::delivery::{ByHand, Cause, Event, State};
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::{
    AccessReason, CategorySet, ConsentId, ControlNotice, DeliveryId, MessageId, NationalId, ParticipantRef, Party,
    PartyId, Released,
};
use bindeledd_engine::ports::{
    Acceptance, Accepted, Acknowledged, Actor, AlertFilter, ApiKey, AuditRow, Confirming, DisclosureFilter, Erasure,
    ErasureAnswer, FetchedItem, Frozen, ItemAside, ItemKey, ItemStep, KeyHash, KeyRing, LinkAnswer, MailboxName,
    MasterKey, MasterKeyId, MessageFilter, MessageView, NewConsent, NotAccepted, NotRegistered, Notice, Outcome,
    PendingAnswer, ReceiptOutcome, ReleaseInput, RepliedTo, ReserveOutcome, Scope, Scrubbed, Store, StoreError,
    SubjectExport, Taken, WaitingGrant, WithdrawalAnswer, caller,
};
use bindeledd_tlog::{SigningKey, Tile};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::oneshot;

use crate::audit;
use crate::audit::pass::Pass;
use crate::commands::participant::Person;
use crate::commands::watch::{AlertRules, Watch};
use crate::commands::withdraw::Withdrawn;
use crate::commands::{
    accept, alert, answer, budget, consent, control, erase, fetched, inbox, join, notice, operate, participant, party,
    register, release, release_input, trace, waits, watch, withdraw,
};
use crate::conn::codec::actor;
use crate::conn::{Conn, Db, Trust, Tx};
use crate::fault::{Failure, Fault, OpenError};
use crate::recovery::mend::{JournalAccepted, KeyRenewed};
use crate::recovery::mismatch::MismatchAccepted;
use crate::recovery::rollback::RollbackAccepted;
use crate::recovery::{mend, mismatch, rollback};
use crate::sealing::keyring;
use crate::sealing::master::Master;
use crate::sealing::seal::Vault;
use crate::sqlite::lanes::{Lane, Lanes, Rank};
use crate::sqlite::options::{Budgets, SqliteOptions};
use crate::sqlite::room::Room;
use crate::sqlite::scrub::Scrubbing;
use crate::sqlite::threads::{self, Command, Kept, Question, Write};
use crate::sqlite::{file, open, scrub};
use crate::views::{disclosure, messages, subject};

/// How many connections read.
const READERS: usize = 2;
/// How many commands or questions of one caller wait at the most before it has to.
const QUEUE: usize = 256;
/// How many audit rows are looked through at a time for those that name somebody, so that a reader is free in between.
const LOOKED_THROUGH: u64 = 20_000;

/// One file, one writer that commits in groups, a few readers beside it.
pub struct SqliteStore {
    commands: Arc<Lanes<Box<dyn Command>>>,
    questions: Arc<Lanes<Question>>,
    threads: Vec<JoinHandle<()>>,
    vault: Arc<Vault>,
    audit_key: Arc<SigningKey>,
    retention_days: u32,
    rules: AlertRules,
    watch: Arc<Watch>,
    scrubbing: Arc<Scrubbing>,
    trust: Arc<Trust>,
    pass: Arc<Pass>,
    recheck: SignedDuration,
    has_place: bool,
    room: Arc<Room>,
    budgets: Budgets,
    /// Held as long as the threads run.
    _lock: std::fs::File,
}

impl SqliteStore {
    /// Opens the store, or makes it where there is none. Blocks for as long as that takes.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open(options: SqliteOptions) -> Result<Self, OpenError> {
        let opened = open::open(&options)?;
        let (vault, trust) = (opened.vault, opened.trust);
        let commands = Arc::new(Lanes::new(QUEUE));
        let queue = Arc::clone(&commands);
        let (room, disk) = (Arc::clone(&opened.room), opened.room);
        let (writer, mut witness): (Conn, _) = (opened.writer, opened.witness);
        let audit_key = Arc::clone(&witness.key);
        let (watch, has_place) = (Arc::clone(&witness.watch), witness.place.is_some());
        let scrubbing = Arc::new(Scrubbing::default());
        let db = Db::of_writer(&writer, &vault, &trust);
        if let Some(row) = scrub::newest(&db)? {
            scrubbing.ask(row);
        }
        let asks = Arc::clone(&scrubbing);
        let mut threads = vec![open::thread("store-writer", &vault, move |vault| {
            threads::write(&writer, vault, &mut witness, (&queue, &disk), &asks);
        })?];
        let (scrubber, asked) = (file::scrubber(&options.path)?, Arc::clone(&scrubbing));
        threads.push(open::thread("store-scrubber", &vault, move |_| {
            scrub::run(&scrubber, &asked);
        })?);
        let questions = Arc::new(Lanes::new(QUEUE));
        for _ in 0..READERS {
            let conn = file::reader(&options.path)?;
            let (queue, trust) = (Arc::clone(&questions), Arc::clone(&trust));
            threads.push(open::thread("store-reader", &vault, move |vault| {
                threads::read(&conn, vault, &trust, &queue);
            })?);
        }
        Ok(Self {
            commands,
            questions,
            threads,
            vault,
            audit_key,
            retention_days: options.retention_days,
            rules: options.alerts,
            watch,
            scrubbing,
            trust,
            pass: Arc::default(),
            recheck: SignedDuration::try_from(options.audit.recheck).unwrap_or(SignedDuration::from_hours(24)),
            has_place,
            room,
            budgets: options.budgets,
            _lock: opened.lock,
        })
    }

    /// Accepts that the store is older than what was witnessed at the second place: writes that and why into the audit log, does
    /// the withdrawals once more that it has forgotten, and lets it open again. `None` where there is nothing to accept.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn accept_rollback(
        options: SqliteOptions,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<RollbackAccepted>, OpenError> {
        rollback::accept(&options, reason, now)
    }

    /// Accepts the journal at the second place as it is: keeps the damaged one aside, does once more what can still be read of it,
    /// and has the next one begin with that and with what the store itself knows. `None` where nothing is wrong with it.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn accept_journal(
        options: SqliteOptions,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<JournalAccepted>, OpenError> {
        mend::accept_journal(&options, reason, now)
    }

    /// Makes a new key for the audit log, where the old one is lost or was seen by somebody. What the old one had signed is held
    /// against the store first, as far as that can be done without it. `without_journal` goes on where the journal does not
    /// stand that.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn new_audit_key(
        options: SqliteOptions,
        reason: &str,
        without_journal: bool,
        now: Timestamp,
    ) -> Result<KeyRenewed, OpenError> {
        mend::new_key(&options, reason, without_journal, now)
    }

    /// Accepts that the store is not what the hub wrote: names what differs in the audit log, takes back what rests on consents
    /// that are not as they were registered, and lets the hub go on. `None` where nothing differs.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn accept_mismatch(
        options: SqliteOptions,
        reason: &str,
        now: Timestamp,
    ) -> Result<Option<MismatchAccepted>, OpenError> {
        mismatch::accept(&options, reason, now)
    }

    /// Runs a command in one of the writer's next transactions, and waits until that is committed.
    async fn write<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue(Rank::Usual, (0, Kept::No), work).await
    }

    /// As `write`, for what goes on when the disk is full: it makes room, or ends something.
    async fn write_always<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue(Rank::Usual, (0, Kept::Yes), work).await
    }

    /// As `write_always`, for what may not wait behind what is sent either.
    async fn write_first<T: Send + 'static>(
        &self,
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.queue(Rank::First, (0, Kept::Yes), work).await
    }

    async fn queue<T: Send + 'static>(
        &self,
        rank: Rank,
        (bytes, kept): (usize, Kept),
        work: impl Fn(&Tx<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (command, answer) = Write::new(work, kept);
        if !self.commands.send(rank, lane(), bytes, Box::new(command)).await {
            return Err(StoreError::Away(None));
        }
        answered(answer).await
    }

    /// Asks a reader, in one snapshot.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Db<'_>) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (question, answer) = threads::question(work);
        let lane = lane();
        // What the hub's own work needs stands apart from what is asked for.
        let rank = if lane == Lane::Hub { Rank::First } else { Rank::Usual };
        if !self.questions.send(rank, lane, 0, question).await {
            return Err(StoreError::Away(None));
        }
        answer.await.unwrap_or(Err(StoreError::Away(None)))
    }

    fn master(&self, key: &MasterKey) -> Result<Arc<Master>, StoreError> {
        Master::of(key).map(Arc::new).map_err(|fault| told(&fault))
    }

    fn person(&self, id: &NationalId) -> Person {
        Person {
            lookup: self.vault.lookup(id),
            national_id: id.clone(),
        }
    }
}

/// Whose turn it takes.
fn lane() -> Lane {
    match caller() {
        Actor::Party(party) => Lane::Party(party),
        Actor::Operator => Lane::Operator,
        Actor::Hub => Lane::Hub,
    }
}

async fn answered<T>(answer: oneshot::Receiver<Result<T, StoreError>>) -> Result<T, StoreError> {
    // The thread that had it is gone, and nobody knows how far it came.
    answer.await.unwrap_or(Err(StoreError::Unknown(None)))
}

fn told(fault: &Fault) -> StoreError {
    Failure::from(fault).into()
}

impl Drop for SqliteStore {
    /// Commits what is queued, closes the file and gives the lock back.
    fn drop(&mut self) {
        self.commands.close();
        self.questions.close();
        self.scrubbing.close();
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store had died");
            }
        }
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore")
            .field("retention_days", &self.retention_days)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        let (new, by) = (parties.to_vec(), actor(by));
        self.write(move |tx| new.iter().try_for_each(|new| party::put(tx, new, &by, now)))
            .await
    }

    async fn parties(&self) -> Result<Vec<Party>, StoreError> {
        self.read(party::all).await
    }

    async fn set_paused(&self, party: &PartyId, paused: bool, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        let (id, by) = (party.clone(), actor(by));
        self.write_first(move |tx| party::set_paused(tx, &id, paused, &by, now))
            .await
    }

    async fn put_key(&self, party: &PartyId, key: KeyHash, by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        let (id, by) = (party.clone(), actor(by));
        self.write_first(move |tx| party::put_key(tx, &id, key, &by, now)).await
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        self.read(party::keys).await
    }

    async fn revoke_keys(
        &self,
        party: &PartyId,
        keys: &[KeyHash],
        by: &Actor,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let (id, keys, by) = (party.clone(), keys.to_vec(), actor(by));
        self.write_first(move |tx| party::revoke_keys(tx, &id, &keys, &by, now))
            .await
    }

    async fn set_suspended(
        &self,
        party: &PartyId,
        suspended: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (id, by) = (party.clone(), actor(by));
        self.write_first(move |tx| party::set_suspended(tx, &id, suspended, &by, now))
            .await
    }

    async fn participant(&self, id: &NationalId) -> Result<Option<ParticipantRef>, StoreError> {
        let lookup = self.vault.lookup(id);
        self.read(move |db| participant::find(db, &lookup)).await
    }

    async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, StoreError> {
        self.read(move |db| participant::national_id(db, participant)).await
    }

    async fn set_protected(
        &self,
        id: &NationalId,
        protected: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ParticipantRef, StoreError> {
        let (person, by) = (self.person(id), actor(by));
        self.write_first(move |tx| withdraw::protect(tx, &person, protected, &by, now))
            .await
    }

    async fn erase(
        &self,
        participant: ParticipantRef,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<ErasureAnswer>, StoreError> {
        let by = actor(by);
        let erased = self.write_first(move |tx| {
            let erased = erase::erase(tx, participant, &by, now)?;
            Ok(erased.zip(tx.to_scrub()))
        });
        let Some((mut answer, row)) = erased.await? else {
            return Ok(None);
        };
        answer.scrubbed = self.scrubbing.wait(row).await;
        if answer.scrubbed == Scrubbed::Done {
            let settled = self.write_always(move |tx| scrub::settle(tx, row, now)).await;
            if let Err(error) = settled {
                tracing::warn!(%error, "that an erasure has left the disk is written down by the next sweep");
            }
        }
        Ok(Some(answer))
    }

    async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, StoreError> {
        self.read(move |db| erase::erasure(db, participant)).await
    }

    async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<LinkAnswer>, StoreError> {
        let (number, by) = (self.person(number), actor(by));
        self.write(move |tx| join::link(tx, participant, &number, &by, now))
            .await
    }

    async fn register_consent(
        &self,
        consent: NewConsent,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<Consent, NotRegistered>, StoreError> {
        let prepared = register::prepare(&self.vault, consent).map_err(|f| told(&f))?;
        let by = actor(by);
        self.write(move |tx| register::register(tx, &prepared, &by, now)).await
    }

    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreError> {
        self.read(move |db| consent::one(db, id)).await
    }

    async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, StoreError> {
        self.read(move |db| consent::of(db, participant)).await
    }

    async fn confirm_consent(&self, what: &Confirming, by: &Actor, now: Timestamp) -> Result<usize, StoreError> {
        let (what, by) = (what.clone(), actor(by));
        self.write(move |tx| register::confirm(tx, &what, &by, now)).await
    }

    async fn waiting_grants(
        &self,
        party: Option<&PartyId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError> {
        let party = party.cloned();
        self.read(move |db| waits::list(db, party.as_ref(), limit, now)).await
    }

    async fn granted_to(&self, party: &PartyId) -> Result<CategorySet, StoreError> {
        let party = party.clone();
        self.read(move |db| consent::granted_to(db, &party)).await
    }

    async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, StoreError> {
        self.read(move |db| consent::ledger(db, participant, None)).await
    }

    async fn withdraw(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        by: &Actor,
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError> {
        let asker = by.asker();
        let (said, by) = (scope.clone(), by.clone());
        let withdrawn = self.write_first(move |tx| withdraw::withdraw(tx, participant, &said, &by, now));
        match withdrawn.await? {
            Withdrawn::Now(answer) => Ok(answer),
            Withdrawn::Before { registered } => {
                let (scope, by) = (scope.clone(), asker);
                self.read(move |db| withdraw::too_late_for(db, participant, &scope, &by, (now, registered)))
                    .await
            }
        }
    }

    async fn drain(&self, participant: ParticipantRef, now: Timestamp) -> Result<usize, StoreError> {
        self.write_first(move |tx| withdraw::drain(tx, participant, now)).await
    }

    async fn states(&self, deliveries: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, StoreError> {
        let ids = deliveries.to_vec();
        self.read(move |db| operate::states(db, &ids)).await
    }

    async fn accept(
        &self,
        acceptance: Acceptance,
        now: Timestamp,
    ) -> Result<Result<Accepted, NotAccepted>, StoreError> {
        let prepared = accept::prepare(&self.vault, acceptance).map_err(|f| told(&f))?;
        let prepared_bytes = prepared.bytes();
        let budgets = self.budgets;
        let work = move |tx: &Tx<'_>| accept::accept(tx, &prepared, &budgets, now);
        match self.queue(Rank::Usual, (prepared_bytes, Kept::No), work).await? {
            Ok(accepted) => Ok(Ok(accepted)),
            Err(accept::Not::Accepted(why)) => Ok(Err(why)),
            Err(accept::Not::OverBudget(over)) => Err(StoreError::OverBudget(over)),
        }
    }

    async fn replied_to(&self, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, StoreError> {
        let (party, reference) = (party.clone(), reference.to_owned());
        self.read(move |db| release_input::replied_to(db, &party, &reference))
            .await
    }

    async fn corrected_conversation(&self, party: &PartyId, reference: &str) -> Result<Option<String>, StoreError> {
        let (party, reference) = (party.clone(), reference.to_owned());
        self.read(move |db| release_input::corrected_conversation(db, &party, &reference))
            .await
    }

    async fn due(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError> {
        let party = party.clone();
        self.read(move |db| release::due(db, &party, now, limit)).await
    }

    async fn next_due(&self, party: &PartyId) -> Result<Option<Timestamp>, StoreError> {
        let party = party.clone();
        self.read(move |db| release::next_due(db, &party)).await
    }

    async fn release_input(&self, delivery: DeliveryId) -> Result<Option<ReleaseInput>, StoreError> {
        self.read(move |db| release_input::load(db, delivery)).await
    }

    async fn reserve(
        &self,
        delivery: DeliveryId,
        written: Option<(Frozen, CategorySet)>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ReserveOutcome, StoreError> {
        self.queue(Rank::First, (0, Kept::No), move |tx| {
            release::reserve(tx, delivery, written.clone(), now, until)
        })
        .await
    }

    async fn begin_sending(&self, delivery: DeliveryId, now: Timestamp) -> Result<bool, StoreError> {
        self.write_first(move |tx| release::begin(tx, delivery, now)).await
    }

    async fn settle(&self, delivery: DeliveryId, outcome: Outcome, now: Timestamp) -> Result<bool, StoreError> {
        self.write_first(move |tx| release::settle(tx, delivery, &outcome, now))
            .await
    }

    async fn end(
        &self,
        delivery: DeliveryId,
        event: Event,
        cause: Cause,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let by = actor(by);
        self.write_first(move |tx| release::end(tx, delivery, &event, &cause, &by, now))
            .await
    }

    async fn receipt(&self, party: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, StoreError> {
        let (party, receipt) = (party.clone(), receipt.clone());
        self.write(move |tx| release::receipt(tx, &party, &receipt, now)).await
    }

    async fn pending_answers(&self, limit: usize) -> Result<Vec<PendingAnswer>, StoreError> {
        self.read(move |db| answer::pending(db, limit)).await
    }

    async fn put_answer(
        &self,
        pending: i64,
        answer: Option<(ControlNotice, Frozen)>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |tx| answer::put(tx, pending, answer.as_ref(), expires_at, now))
            .await
    }

    async fn notify(
        &self,
        notice: ControlNotice,
        frozen: Frozen,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<DeliveryId, StoreError> {
        self.write(move |tx| control::queue(tx, &notice, &frozen, expires_at, now))
            .await
    }

    async fn cursor(&self, mailbox: &MailboxName) -> Result<Option<String>, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::cursor(db, &mailbox)).await
    }

    async fn put_listing(
        &self,
        mailbox: &MailboxName,
        items: &[Item],
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let (mailbox, items, cursor) = (mailbox.clone(), items.to_vec(), cursor.map(ToOwned::to_owned));
        self.write(move |tx| fetched::put_listing(tx, &mailbox, &items, cursor.as_deref(), now))
            .await
    }

    async fn items(&self, mailbox: &MailboxName, now: Timestamp, limit: usize) -> Result<Vec<FetchedItem>, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::items(db, &mailbox, now, limit)).await
    }

    async fn open_items(&self, mailbox: &MailboxName, at_most: usize) -> Result<usize, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::how_many(db, &mailbox, at_most)).await
    }

    async fn item_due(&self, mailbox: &MailboxName, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mailbox = mailbox.clone();
        self.read(move |db| fetched::next_due(db, &mailbox, now)).await
    }

    async fn item_step(&self, item: &ItemKey, step: ItemStep, now: Timestamp) -> Result<bool, StoreError> {
        let item = item.clone();
        self.write(move |tx| fetched::step(tx, &item, &step, now)).await
    }

    async fn items_aside(&self, limit: usize) -> Result<Vec<ItemAside>, StoreError> {
        self.read(move |db| fetched::aside(db, limit)).await
    }

    async fn awaiting(
        &self,
        party: &PartyId,
        after: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<(DeliveryId, Vec<Reference>)>, StoreError> {
        let party = party.clone();
        self.read(move |db| fetched::awaiting(db, &party, after, limit)).await
    }

    async fn inbox(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError> {
        let party = party.clone();
        self.read(move |db| inbox::list(db, &party, now, limit)).await
    }

    async fn reread(
        &self,
        delivery: DeliveryId,
        now: Timestamp,
    ) -> Result<Result<Released<Frozen>, Cause>, StoreError> {
        self.write(move |tx| inbox::reread(tx, delivery, now)).await
    }

    async fn acknowledge(&self, delivery: DeliveryId, by: &Taken, now: Timestamp) -> Result<Acknowledged, StoreError> {
        let by = by.clone();
        self.write_always(move |tx| inbox::acknowledge(tx, delivery, &by, now))
            .await
    }

    async fn by_hand(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        said: ByHand,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (party, by) = (party.clone(), by.clone());
        self.write_always(move |tx| inbox::by_hand(tx, &party, delivery, (said, &by), now))
            .await
    }

    async fn notices(&self, parties: &[PartyId]) -> Result<Vec<Notice>, StoreError> {
        let parties = parties.to_vec();
        self.read(move |db| notice::of(db, &parties)).await
    }

    async fn told(&self, party: &PartyId, of: DeliveryId, now: Timestamp) -> Result<(), StoreError> {
        let party = party.clone();
        self.write(move |tx| notice::told(tx, &party, of, now)).await
    }

    async fn replay(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError> {
        let by = actor(by);
        self.write(move |tx| operate::replay(tx, message, &by, now)).await
    }

    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError> {
        let by = actor(by);
        self.write_always(move |tx| operate::cancel(tx, message, &by, now))
            .await
    }

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
                + alert::retire(tx, rules.keep, operate::BATCH, now)?
                + keyring::rewrap(tx, now)?)
        })
        .await
    }

    async fn disclosures(&self, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| disclosure::list(db, &filter)).await
    }

    async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<SubjectExport>, StoreError> {
        let (reason, who) = (reason.clone(), actor(by));
        let recorded = self.write(move |tx| subject::access(tx, participant, &reason, &who, now));
        let Some(access) = recorded.await? else {
            return Ok(None);
        };
        let Some(held) = self.read(move |db| subject::held(db, access)).await? else {
            // Erased, or joined with another, between that row and this snapshot: nothing was opened, and the log says so.
            let by = actor(by);
            self.write(move |tx| subject::not_given(tx, participant, &by, now))
                .await?;
            return Ok(None);
        };
        let (mut rows, newest) = (Vec::new(), held.access().audit_row().get());
        for first in (1..=newest).step_by(usize::try_from(LOOKED_THROUGH).unwrap_or(usize::MAX)) {
            let last = newest.min(first + LOOKED_THROUGH - 1);
            let names = held.pseudonyms();
            rows.extend(self.read(move |db| audit::naming(db.conn, &names, first, last)).await?);
        }
        Ok(Some(held.with(rows)))
    }

    async fn message(&self, id: MessageId) -> Result<Option<MessageView>, StoreError> {
        self.read(move |db| messages::message(db, id)).await
    }

    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageView>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| messages::messages(db, &filter)).await
    }

    async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError> {
        let filter = filter.clone();
        self.read(move |db| alert::list(db, &filter)).await
    }

    async fn raise(&self, alert: &Alert) -> Result<(), StoreError> {
        let alert = alert.clone();
        self.write(move |tx| alert::raise(tx, &alert)).await
    }

    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError> {
        self.read(move |db| audit::rows(db.conn, from_seq, limit)).await
    }

    async fn audit_checkpoint(&self) -> Result<String, StoreError> {
        let key = Arc::clone(&self.audit_key);
        self.read(move |db| db.trust.guard.checkpoint(db.conn, &key)).await
    }

    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(tile) = Tile::parse(path) else { return Ok(None) };
        self.read(move |db| audit::tree::tile(db.conn, tile)).await
    }

    async fn note(&self, action: &str, by: &Actor, detail: &Value, now: Timestamp) -> Result<(), StoreError> {
        let (action, by, detail) = (action.to_owned(), actor(by), detail.to_string());
        self.write(move |tx| tx.audit_json(now, &action, &by, &detail)).await
    }

    async fn key_ring(&self) -> Result<KeyRing, StoreError> {
        self.read(keyring::view).await
    }

    async fn add_master(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<MasterKeyId, StoreError> {
        let (master, by) = (self.master(key)?, actor(by));
        let id = MasterKeyId(master.id.clone());
        self.vault.learn_master(Arc::clone(&master));
        self.write(move |tx| keyring::add(tx, &master, &by, now)).await?;
        Ok(id)
    }

    async fn retire_masters(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<Option<usize>, StoreError> {
        let (master, by) = (self.master(key)?, actor(by));
        self.write(move |tx| keyring::retire(tx, &master.id, &by, now)).await
    }

    async fn new_wrapping(&self, by: &Actor, now: Timestamp) -> Result<bool, StoreError> {
        let (key, by) = (self.vault.random::<32>(), actor(by));
        self.write(move |tx| keyring::new_wrapping(tx, &key, &by, now)).await
    }

    async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        self.read(messages::counts).await
    }

    async fn stored(&self) -> Result<Vec<(PartyId, u64)>, StoreError> {
        self.read(budget::stored).await
    }

    fn has_room(&self) -> bool {
        !self.room.is_full()
    }

    async fn newest_trace(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(trace::newest).await
    }

    async fn trace(&self, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |tx| trace::set(tx, now)).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        if self.room.is_full() {
            return Err(StoreError::Full);
        }
        self.trust.guard.whole().map_err(|fault| told(&fault))?;
        // A write that changes nothing, committed like any other.
        self.write(|tx| tx.run("UPDATE node SET boot = boot", []).map(|_| ()))
            .await
    }
}
