//! The store: everything durable, and every transaction.
//!
//! Whatever changes something has committed durably (fsync) when it returns, audit rows included, or has changed nothing.
//! Decisions that let content leave are taken inside the transaction, by `core::decide`, never from a cache.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::confirm::RestsOn;
use bindeledd_core::consent::{Consent, Evidence, GivenBy, Grant, Ledger, Period};
use bindeledd_core::contract::{Item, Receipt, Reference, References, Request};
use bindeledd_core::delivery::settle::Outcome;
use bindeledd_core::delivery::{ByHand, Cause, State, Taker};
use bindeledd_core::disclosure::Disclosure;
use bindeledd_core::fetched;
use bindeledd_core::guard::Finding;
use bindeledd_core::notice::Told;
use bindeledd_core::withdrawal::{Asker, Between, Scope};
use bindeledd_core::{
    AccessReason, AdapterId, AlertId, CategorySet, ConsentId, ControlNotice, DeliveryId, Draft, Kind, Message,
    MessageId, NationalId, ParticipantRef, Party, PartyId, Receivers, Released, Target, WithdrawalNotice,
};
use jiff::Timestamp;
use serde_json::Value;

use super::master::{KeyRing, MasterKey, MasterKeyId};
use super::{DisclosureFilter, SubjectExport};
use crate::directory::Directory;

/// Why the store could not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk. Nothing was done.
    #[error("the store is full")]
    Full,
    /// It does not take commands, or shuts down. Nothing was done.
    #[error("the store is not available")]
    Away(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// It was done and is on this disk. The second place does not have it yet, so that a restored backup could undo it.
    #[error("it was done, and the second place could not be written")]
    Unwitnessed(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// The store broke off while it committed: it may have been done, or not.
    #[error("the store broke off while it committed")]
    Unknown(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// Something in it is not as it was written.
    #[error("the store holds something that can not be read: {0}")]
    Damaged(String),
    /// The audit log is not what the hub wrote: nothing is released until the operator has looked.
    #[error("the audit log is not what was written: {0}")]
    LogDiffers(String),
    /// What is on file about a participant's consents is not what was registered, so it can not be changed.
    #[error("what is on file about consent is not what was registered")]
    LedgerDiffers,
    /// Whoever asked has spent what it may. Nothing was done.
    #[error("{0}")]
    OverBudget(OverBudget),
}

/// What a party has spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// The bytes of its messages that the hub keeps.
    #[error("the sender has as many bytes of messages stored as one party may")]
    Stored,
    /// The messages of a day that go to nobody.
    #[error("the sender has sent as many messages today that go to nobody as one party may, and this is one more")]
    Nowhere {
        /// In how many seconds the next day begins.
        seconds: u32,
    },
}

/// What is known of a command that went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WasDone {
    /// Nothing was done.
    No,
    /// It was done, and holds.
    Yes,
    /// It may have been done, or not.
    Unknown,
}

impl WasDone {
    /// The code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Unknown => "unknown",
        }
    }
}

impl StoreError {
    /// What is known of the command.
    #[must_use]
    pub const fn was_done(&self) -> WasDone {
        match self {
            Self::Full
            | Self::Away(_)
            | Self::Damaged(_)
            | Self::LogDiffers(_)
            | Self::LedgerDiffers
            | Self::OverBudget(_) => WasDone::No,
            Self::Unwitnessed(_) => WasDone::Yes,
            Self::Unknown(_) => WasDone::Unknown,
        }
    }
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A party, by its key or certificate.
    Party(PartyId),
    /// The operator.
    Operator,
    /// The hub itself.
    Hub,
}

impl Actor {
    /// For whom it withdraws: a party for itself, everybody else for the participant.
    #[must_use]
    pub fn asker(&self) -> Asker {
        match self {
            Self::Party(party) => Asker::Party(party.clone()),
            Self::Operator | Self::Hub => Asker::Participant,
        }
    }
}

/// The hash of an API key.
pub type KeyHash = [u8; 32];

/// An API key, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiKey {
    /// Its hash.
    pub hash: KeyHash,
    /// Whose it is.
    pub party: PartyId,
    /// When it was made.
    pub added_at: Timestamp,
}

/// By what a key is named without being told: the first 16 hexadecimal digits of its hash.
#[must_use]
pub fn key_id(hash: &KeyHash) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// A consent to register. The store finds or makes the participant.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// Its id: the caller's, or a new one. The same id and content twice is the same consent.
    pub id: ConsentId,
    /// Whose.
    pub participant: NationalId,
    /// When it was given.
    pub given_at: Timestamp,
    /// Who gave it.
    pub given_by: GivenBy,
    /// Who answers for the processing.
    pub controller: PartyId,
    /// Who registers it.
    pub registrar: PartyId,
    /// What shows that it was given.
    pub evidence: Evidence,
    /// The version of the text.
    pub text_version: String,
    /// When it holds.
    pub period: Period,
    /// What it permits; `confirmed` is already settled by who registers.
    pub grants: Vec<Grant>,
}

/// The part of a consent that is confirmed: the grants of one sender, to one receiver or to all.
#[derive(Debug, Clone)]
pub struct Confirming {
    /// The consent.
    pub consent: ConsentId,
    /// The sender of the grants.
    pub sender: PartyId,
    /// Only what goes to this party.
    pub receiver: Option<PartyId>,
    /// The ground that it rests on; it follows from who confirms.
    pub rests_on: RestsOn,
    /// The evidence of the sender's word.
    pub evidence: Option<Evidence>,
}

/// A grant that waits for its sender's confirmation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingGrant {
    /// Its consent.
    pub consent: ConsentId,
    /// Whose it is.
    pub participant: ParticipantRef,
    /// Who registered it.
    pub registrar: PartyId,
    /// Its place in the consent, from 0.
    pub index: u16,
    /// The grant, with what nobody has taken back of it.
    pub grant: Grant,
}

/// Why a consent was not registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRegistered {
    /// Its id is taken by other content.
    Taken,
    /// It was registered before, and erased with its participant.
    Erased,
}

/// A document that became messages, ready to be accepted in one transaction.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Who sent it.
    pub sender: PartyId,
    /// The messages.
    pub messages: Vec<NewMessage>,
    /// What an answer to the sender's system needs; none where the sender's call is the answer.
    pub origin: Option<Origin>,
    /// The parties as they are known now.
    pub directory: Arc<Directory>,
    /// The fetched item that it was; it is accepted with it.
    pub item: Option<ItemKey>,
}

/// A mailbox that the hub fetches from: an adapter at an address, under the hub's own id there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MailboxName(pub String);

/// An item of a mailbox: its place there, which is the order of the listings.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ItemKey {
    /// The mailbox.
    pub mailbox: MailboxName,
    /// The place.
    pub place: i64,
}

/// An item that something is to be done with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedItem {
    /// Which.
    pub key: ItemKey,
    /// As the adapter knows it.
    pub item: Item,
    /// Where it is.
    pub state: fetched::State,
    /// Its document's media type and bytes, between its fetching and its acceptance.
    pub document: Option<(String, Vec<u8>)>,
}

/// A step of an item, as the store takes it.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemStep {
    /// Its document came.
    Fetched {
        /// The media type.
        media_type: String,
        /// The bytes.
        body: Vec<u8>,
    },
    /// It was a receipt, or nothing to move. (Messages accept their item themselves: [`Acceptance::item`].)
    Accepted,
    /// It can not be taken.
    SetAside {
        /// Who sent it, where the hub knows.
        sender: Option<PartyId>,
        /// Why.
        cause: Cause,
        /// The answer to its sender's system, until when it is of use.
        answer: Option<Box<(ControlNotice, Frozen, Timestamp)>>,
    },
    /// Its answer is out of the hub's hands.
    Answered,
    /// The mailbox knows that it has been dealt with.
    Marked,
    /// The mailbox does not have it.
    Gone,
    /// The step came to nothing.
    TryAgain {
        /// Not before this.
        due: Timestamp,
        /// Why.
        cause: Cause,
    },
}

/// An item that was set aside, as operators see it; never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemAside {
    /// Which.
    pub key: ItemKey,
    /// The mailbox's own id of it.
    pub id: String,
    /// Who sent it, as the transport says.
    pub sender: String,
    /// Why.
    pub cause: Cause,
    /// When.
    pub at: Timestamp,
}

/// One message to accept.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Its id.
    pub id: MessageId,
    /// Its content; the conversation is settled.
    pub draft: Draft,
    /// Whom it is for.
    pub receivers: Receivers,
    /// The message in the hub that it answers.
    pub in_reply_to: Option<MessageId>,
    /// When its deliveries expire.
    pub expires_at: Timestamp,
    /// What the guard found in its free texts: fields, never content.
    pub flags: Vec<Finding>,
}

/// Where a document came from, for the answer to its sender's system.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The adapter that read it.
    pub adapter: AdapterId,
    /// What the adapter's reading gave.
    pub origin: Value,
}

/// What acceptance made of a document.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// Its messages.
    pub messages: Vec<AcceptedMessage>,
    /// What may be written at once: deliveries that open a conversation, with all that the transaction knew. A start for the
    /// writing alone, which [`Store::reserve`] decides again; every other delivery is found by [`Store::due`].
    pub ready: Vec<ReleaseInput>,
}

/// What acceptance made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedMessage {
    /// Its id: an earlier one's, where the same was accepted before.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// Its deliveries as they were at acceptance.
    pub deliveries: Vec<AcceptedDelivery>,
    /// What the guard found in its free texts when it was accepted.
    pub flags: Vec<Finding>,
    /// Whether it was accepted before.
    pub repeated: bool,
}

/// A delivery as it was at acceptance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// To whom.
    pub to: Target,
    /// `waiting` or `blocked`.
    pub state: &'static str,
    /// What is held back.
    pub withheld: CategorySet,
    /// Why it is blocked.
    pub cause: Option<Cause>,
}

impl AcceptedDelivery {
    /// What consents would have to cover where nothing covers it; none where it goes. For its sender alone.
    #[must_use]
    pub fn would_need(&self) -> CategorySet {
        match self.cause {
            Some(_) => self.withheld,
            None => CategorySet::EMPTY,
        }
    }
}

/// Refused: the sender used this reference before, for other content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceTaken {
    /// The message of then.
    pub earlier: MessageId,
}

/// Why a document was refused as a whole; nothing of it is then written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAccepted {
    /// A reference was used before, for other content.
    ReferenceTaken(ReferenceTaken),
    /// A correction names nothing that its sender sent about this participant.
    CorrectsNothing,
}

/// What a reply refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliedTo {
    /// The message.
    pub message: MessageId,
    /// Who sent it.
    pub from: PartyId,
    /// Its kind.
    pub kind: Kind,
    /// Its conversation.
    pub conversation: String,
    /// What a question was about.
    pub about: CategorySet,
}

/// Bytes as an adapter wrote them, frozen at the first release: every attempt sends the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The adapter that wrote them and settles their response; none for the hub's own JSON in an inbox.
    pub adapter: Option<AdapterId>,
    /// The SHA-256 of that adapter's file; none for the hub's own JSON, and for what was frozen before this was kept.
    pub adapter_sha256: Option<[u8; 32]>,
    /// The request.
    pub request: Request,
}

/// Everything that a release needs.
#[derive(Debug, Clone)]
pub struct ReleaseInput {
    /// The delivery.
    pub delivery: DeliveryId,
    /// To whom.
    pub party: PartyId,
    /// Where it is.
    pub state: State,
    /// When it stops being of use.
    pub expires_at: Timestamp,
    /// What is to be written; none for a control notice and for what is frozen already.
    pub to_write: Option<ToWrite>,
    /// Word of a withdrawal that is to be written.
    pub notice: Option<Box<WithdrawalNotice>>,
}

/// A message that is to be written for the first time.
#[derive(Debug, Clone)]
pub struct ToWrite {
    /// The whole message, unsealed.
    pub message: Arc<Message>,
    /// What is on file about consent.
    pub ledger: Ledger,
    /// What it refers to, in the receiver's own ids.
    pub references: References,
}

/// What became of an attempt to reserve.
#[derive(Debug)]
pub enum ReserveOutcome {
    /// Reserved; the bytes may be sent once [`Store::begin_sending`] has said so.
    Reserved(Released<Frozen>),
    /// It is not waiting, not due, not the head of its conversation, or its endpoint is paused.
    NotNow,
    /// It was to be written and is frozen already, or the permission is narrower than what was written: load it again.
    Changed,
    /// Nothing covers it any longer: it was ended `cancelled` in the same transaction.
    Stopped(Cause),
}

/// The taking of a delivery out of an inbox, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The inbox's party.
    pub party: PartyId,
    /// That party itself, or the operator in its stead.
    pub by: Actor,
    /// The adapters whose documents a person enters in the receiver's system.
    pub entered_by_hand: BTreeSet<AdapterId>,
    /// The party's adapter now, for a document of which nobody wrote down which one wrote it.
    pub adapter: Option<AdapterId>,
}

impl Taken {
    /// Taken by the party itself, where no adapter's documents are entered by hand.
    #[must_use]
    pub fn by_itself(party: PartyId) -> Self {
        Self {
            by: Actor::Party(party.clone()),
            party,
            entered_by_hand: BTreeSet::new(),
            adapter: None,
        }
    }

    /// Whether it is the receiver that takes it.
    #[must_use]
    pub fn taker(&self) -> Taker {
        match &self.by {
            Actor::Party(party) if *party == self.party => Taker::Receiver,
            Actor::Party(_) | Actor::Operator | Actor::Hub => Taker::Operator,
        }
    }
}

/// The outcome of taking a delivery out of an inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// The receiver has it.
    Delivered,
    /// A person has it, who still has to enter it or hand it over.
    WithPerson,
    /// There is no such delivery in that inbox.
    Nothing,
}

/// What became of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// It settled this delivery.
    Settled(DeliveryId),
    /// It named one, and changed nothing: it was settled before, or the status is unknown.
    Nothing(DeliveryId),
    /// It names nothing that was sent to that party; an alert was raised.
    Strange,
}

/// What a withdrawal stopped, and what it could not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithdrawalAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries that were reserved when it was committed; the engine waits until each is sending or stopped, and names it
    /// there. Empty in the answer to the participant.
    pub reserved: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Deliveries that were handed over before.
    pub handed_over: Vec<DeliveryId>,
    /// Who got something of what was withdrawn, from whom, and is told so.
    pub notified: Vec<Between>,
    /// From whom to whom each of the deliveries goes.
    pub between: BTreeMap<DeliveryId, Between>,
}

impl WithdrawalAnswer {
    /// How many deliveries it names; one that stands in two lists counts twice.
    #[must_use]
    pub const fn named(&self) -> usize {
        self.cancelled.len() + self.reserved.len() + self.sending.len() + self.handed_over.len()
    }

    /// What of it `asker` may see.
    #[must_use]
    pub fn seen_by(mut self, asker: &Asker) -> Self {
        self.between.retain(|_, between| asker.sees(between));
        for list in [
            &mut self.cancelled,
            &mut self.reserved,
            &mut self.sending,
            &mut self.handed_over,
        ] {
            list.retain(|delivery| self.between.contains_key(delivery));
        }
        self.notified.retain(|between| asker.sees(between));
        self
    }
}

/// What erasing a participant did, and what is beyond the hub's reach.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErasureAnswer {
    /// Deliveries that waited and are cancelled.
    pub cancelled: Vec<DeliveryId>,
    /// Deliveries whose bytes may be on the wire.
    pub sending: Vec<DeliveryId>,
    /// Parties that sent messages about the participant: their own systems have them.
    pub senders: Vec<PartyId>,
    /// Parties that may have got messages about the participant.
    pub held_by: Vec<HeldBy>,
    /// Whether the person was under address protection, which the hub can not know any longer.
    pub was_protected: bool,
    /// Whether what was destroyed has left the disk.
    pub scrubbed: Scrubbed,
}

/// Whether what was destroyed has left the disk. Until then whoever can read the disk could still find it in the store's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scrubbed {
    /// Not yet: something holds an old snapshot of the store, such as a backup that is under way.
    #[default]
    Pending,
    /// It has.
    Done,
}

/// An erasure that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erasure {
    /// When.
    pub erased_at: Timestamp,
    /// Whether what was destroyed has left the disk.
    pub scrubbed: Scrubbed,
}

/// What a party may have got about a participant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldBy {
    /// The party.
    pub party: PartyId,
    /// What it tells about.
    pub categories: CategorySet,
    /// How many messages.
    pub messages: usize,
    /// When the newest of them was handed over, or last tried.
    pub newest: Timestamp,
}

/// What linking a number to a participant did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkAnswer {
    /// The participant who was known by that number, and is this one now.
    pub joined: Option<ParticipantRef>,
    /// Deliveries that nothing covers any longer, now that both's withdrawals count.
    pub cancelled: Vec<DeliveryId>,
}

/// An answer to a sender's system that is still to be built.
#[derive(Debug, Clone, PartialEq)]
pub struct PendingAnswer {
    /// Its number.
    pub id: i64,
    /// Whose document it was.
    pub sender: PartyId,
    /// Where it came from.
    pub origin: Origin,
    /// The message that stands for it in a control notice.
    pub about: MessageId,
    /// What became of it.
    pub messages: Vec<AcceptedMessage>,
}

/// Whether a party knows what waits for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The party.
    pub party: PartyId,
    /// The newest delivery that waits for it; none where nothing waits.
    pub newest: Option<DeliveryId>,
    /// What it was last told of; none where its address is new.
    pub told: Option<Told>,
}

/// A message as operators and its sender see it: states and reasons, never content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Its kind.
    pub kind: Kind,
    /// Who sent it.
    pub from: PartyId,
    /// Whom it is about.
    pub participant: ParticipantRef,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// What the guard found in its free texts: for its sender and the operator.
    pub flags: Vec<Finding>,
    /// Its deliveries.
    pub deliveries: Vec<DeliveryView>,
}

/// A delivery as operators and the sender see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryView {
    /// Its id.
    pub id: DeliveryId,
    /// To whom.
    pub to: Target,
    /// Where it is.
    pub state: State,
    /// What is held back.
    pub withheld: CategorySet,
    /// Why it is where it is.
    pub cause: Option<Cause>,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// Which messages to list. Newest first.
#[derive(Debug, Clone, Default)]
pub struct MessageFilter {
    /// Sent by or to this party.
    pub party: Option<PartyId>,
    /// About this participant.
    pub participant: Option<ParticipantRef>,
    /// With a delivery in this state.
    pub state: Option<String>,
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Accepted before this one.
    pub before: Option<MessageId>,
    /// At most so many; the store caps it at 500.
    pub limit: usize,
}

/// Which alerts to list. Newest first.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Of this kind.
    pub kind: Option<AlertKind>,
    /// That this party may see: about its own messages, or granted to it.
    pub party: Option<PartyId>,
    /// Raised before this one.
    pub before: Option<AlertId>,
    /// At most so many; the store caps it at 500.
    pub limit: usize,
}

/// One row of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What happened, such as `accepted` or `released`.
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// What it was about, as JSON with pseudonyms only.
    pub detail: String,
    /// Its leaf in the audit tree (RFC 6962): SHA-256 over a zero byte and the entry that the row makes.
    pub hash: [u8; 32],
}

/// The store.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Adds a party or changes it.
    async fn put_party(&self, party: &Party, by: &Actor, now: Timestamp) -> Result<(), StoreError> {
        self.put_parties(std::slice::from_ref(party), by, now).await
    }
    /// Adds parties or changes them: all of them, or none.
    async fn put_parties(&self, parties: &[Party], by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Every party.
    async fn parties(&self) -> Result<Vec<Party>, StoreError>;
    /// Pauses or resumes a party's endpoint; `false` where there is no such party.
    async fn set_paused(&self, party: &PartyId, paused: bool, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
    /// Adds a hashed API key for a party, beside those that it has, so that keys change without a stop.
    async fn put_key(&self, party: &PartyId, key: KeyHash, by: &Actor, now: Timestamp) -> Result<(), StoreError>;
    /// Every hashed API key and whose it is.
    async fn keys(&self) -> Result<Vec<ApiKey>, StoreError>;
    /// Removes API keys of a party, for good; gives how many of them were there.
    async fn revoke_keys(
        &self,
        party: &PartyId,
        keys: &[KeyHash],
        by: &Actor,
        now: Timestamp,
    ) -> Result<usize, StoreError>;
    /// Suspends a party, or lifts that; `false` where there is no such party. What [`Store::put_party`] is given changes
    /// nothing about it.
    async fn set_suspended(
        &self,
        party: &PartyId,
        suspended: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The pseudonym of a person whom the hub knows.
    async fn participant(&self, id: &NationalId) -> Result<Option<ParticipantRef>, StoreError>;
    /// The national identity number of a person whom the hub knows by this pseudonym; for registering under it, never for an answer.
    async fn national_id(&self, participant: ParticipantRef) -> Result<Option<NationalId>, StoreError>;
    /// Sets or lifts address protection (kode 6, 7) for a person, who need not be known before. What waits for a protected
    /// person is cancelled; to everybody it looks as if there were no grant.
    async fn set_protected(
        &self,
        id: &NationalId,
        protected: bool,
        by: &Actor,
        now: Timestamp,
    ) -> Result<ParticipantRef, StoreError>;
    /// Erases a participant: destroys their key, so that nothing that it sealed opens any more, and removes what tells of them;
    /// the audit log keeps its rows. `None` where there is nobody to erase. What is on the wire settles later, and never waits
    /// again.
    async fn erase(
        &self,
        participant: ParticipantRef,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<ErasureAnswer>, StoreError>;
    /// A participant's erasure; `None` where there is none.
    async fn erasure(&self, participant: ParticipantRef) -> Result<Option<Erasure>, StoreError>;
    /// Links a number to a participant: a D-number's holder got a national identity number. Where that number had a
    /// participant of its own, everything of theirs becomes this one's. `None` where there is no such participant.
    async fn link(
        &self,
        participant: ParticipantRef,
        number: &NationalId,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<LinkAnswer>, StoreError>;

    /// Registers a consent. The same id with the same content gives the first answer again.
    async fn register_consent(
        &self,
        consent: NewConsent,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Result<Consent, NotRegistered>, StoreError>;
    /// One consent.
    async fn consent(&self, id: ConsentId) -> Result<Option<Consent>, StoreError>;
    /// A participant's consents, newest first.
    async fn consents_of(&self, participant: ParticipantRef) -> Result<Vec<Consent>, StoreError>;
    /// Confirms grants of one sender in a consent that wait; gives how many. Who may was settled before.
    async fn confirm_consent(&self, what: &Confirming, by: &Actor, now: Timestamp) -> Result<usize, StoreError>;
    /// The grants that wait for a confirmation, at most `limit`: those that `party` sends or has registered, or everybody's. What
    /// was taken back waits no longer, and nothing of a protected person does.
    async fn waiting_grants(
        &self,
        party: Option<&PartyId>,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<WaitingGrant>, StoreError>;
    /// Every category that some grant lets go to a party, whoever sends it and whoever it is about; what was withdrawn as a whole
    /// is left out.
    async fn granted_to(&self, party: &PartyId) -> Result<CategorySet, StoreError>;
    /// Everything on file about consent for a participant.
    async fn ledger(&self, participant: ParticipantRef) -> Result<Ledger, StoreError>;
    /// Withdraws: one transaction that ends the grants, cancels what waits, and names the rest; in it is decided who is told, and
    /// word of it queued as a control delivery to each. It reaches as far as the right of `by`
    /// ([`said`](bindeledd_core::withdrawal::said)); its answer names everything. Answer the participant only when [`Store::drain`] has come to nothing.
    async fn withdraw(
        &self,
        participant: ParticipantRef,
        scope: &Scope,
        by: &Actor,
        now: Timestamp,
    ) -> Result<WithdrawalAnswer, StoreError>;
    /// How many releases for this participant are reserved under grants that no longer hold. Those past their deadline are
    /// voided first, in the same ordering that [`Store::begin_sending`] goes through.
    async fn drain(&self, participant: ParticipantRef, now: Timestamp) -> Result<usize, StoreError>;
    /// For each of `deliveries`, whether its bytes may be on the wire or beyond, or it was stopped: a withdrawal asks again
    /// after the drain.
    async fn states(&self, deliveries: &[DeliveryId]) -> Result<Vec<(DeliveryId, State)>, StoreError>;

    /// Accepts a document: messages, deliveries, idempotency, alerts and audit in one transaction; routes by
    /// `core::route` inside it. A reference that was used for other content refuses the whole document, and so does a correction
    /// of what its sender never sent.
    async fn accept(&self, acceptance: Acceptance, now: Timestamp)
    -> Result<Result<Accepted, NotAccepted>, StoreError>;
    /// What a reply by `party` refers to: a message id of the hub's that was delivered to it or sent by it, or an external id
    /// of a delivery to it.
    async fn replied_to(&self, party: &PartyId, reference: &str) -> Result<Option<RepliedTo>, StoreError>;
    /// The conversation of the message that `party` says it corrects: one that it sent, by the hub's id or its own reference.
    async fn corrected_conversation(&self, party: &PartyId, reference: &str) -> Result<Option<String>, StoreError>;

    /// Deliveries to `party` that may be released now: waiting, due, at the head of their conversations. Oldest due first.
    async fn due(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError>;
    /// When the next delivery to `party` is due that is at the head of its conversation; none where nothing waits.
    async fn next_due(&self, party: &PartyId) -> Result<Option<Timestamp>, StoreError>;
    /// What a release needs.
    async fn release_input(&self, delivery: DeliveryId) -> Result<Option<ReleaseInput>, StoreError>;
    /// Decides again and reserves: one transaction. `written` is what was written just now and with which categories (none for a
    /// notice); none where the delivery is frozen already.
    async fn reserve(
        &self,
        delivery: DeliveryId,
        written: Option<(Frozen, CategorySet)>,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<ReserveOutcome, StoreError>;
    /// From reserved to sending; `false` where the deadline has passed or a withdrawal came first, and nothing may be sent.
    async fn begin_sending(&self, delivery: DeliveryId, now: Timestamp) -> Result<bool, StoreError>;
    /// Settles a sending; `false` where the delivery was not sending, which only an audit row tells of.
    async fn settle(&self, delivery: DeliveryId, outcome: Outcome, now: Timestamp) -> Result<bool, StoreError>;
    /// Moves a waiting delivery by `event`: its message can not be written for that receiver (`Fail`) or not now (`TryAgain`),
    /// it expired, or nothing covers it any longer (`Cancel`). `false` where it was not waiting.
    async fn end(
        &self,
        delivery: DeliveryId,
        event: bindeledd_core::delivery::Event,
        cause: Cause,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;
    /// A receipt from `party`. Only a delivery to that same party is settled by it.
    async fn receipt(&self, party: &PartyId, receipt: &Receipt, now: Timestamp) -> Result<ReceiptOutcome, StoreError>;

    /// Answers that are still to be built, oldest first.
    async fn pending_answers(&self, limit: usize) -> Result<Vec<PendingAnswer>, StoreError>;
    /// An answer was built, or there is none to give: queues its control delivery and forgets that it was pending.
    async fn put_answer(
        &self,
        pending: i64,
        answer: Option<(ControlNotice, Frozen)>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError>;
    /// Queues a control notice by itself: the receipt that refuses a document.
    async fn notify(
        &self,
        notice: ControlNotice,
        frozen: Frozen,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<DeliveryId, StoreError>;

    /// Where a mailbox's last listing ended.
    async fn cursor(&self, mailbox: &MailboxName) -> Result<Option<String>, StoreError>;
    /// Keeps what a listing has that is new, in its order, and its cursor, in one transaction. Gives how many were new.
    async fn put_listing(
        &self,
        mailbox: &MailboxName,
        items: &[Item],
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<usize, StoreError>;
    /// A mailbox's items with which something is to be done now, in order. What was accepted is among them once its answer is
    /// out of the hub's hands.
    async fn items(&self, mailbox: &MailboxName, now: Timestamp, limit: usize) -> Result<Vec<FetchedItem>, StoreError>;
    /// How many of a mailbox's items something is still to be done with, now or later, as far as `at_most`.
    async fn open_items(&self, mailbox: &MailboxName, at_most: usize) -> Result<usize, StoreError>;
    /// When to look for a mailbox's items again; soon where one waits for its answer, none where nothing is open.
    async fn item_due(&self, mailbox: &MailboxName, now: Timestamp) -> Result<Option<Timestamp>, StoreError>;
    /// Takes an item's step; `false` where it does not fit where the item is, and nothing is done then.
    async fn item_step(&self, item: &ItemKey, step: ItemStep, now: Timestamp) -> Result<bool, StoreError>;
    /// Items that were set aside, newest first.
    async fn items_aside(&self, limit: usize) -> Result<Vec<ItemAside>, StoreError>;
    /// Deliveries to `party` that wait for a receipt, with the ids that they have in its world, oldest first, from after one.
    async fn awaiting(
        &self,
        party: &PartyId,
        after: Option<DeliveryId>,
        limit: usize,
    ) -> Result<Vec<(DeliveryId, Vec<Reference>)>, StoreError>;

    /// Deliveries to `party` that lie in its inbox, oldest first: those that wait, and those that it fetched and has not
    /// acknowledged.
    async fn inbox(&self, party: &PartyId, now: Timestamp, limit: usize) -> Result<Vec<DeliveryId>, StoreError>;
    /// Decides again over a delivery that was handed over to an inbox and gives its frozen bytes once more; the cause where
    /// nothing covers it any longer, and it is then ended.
    async fn reread(&self, delivery: DeliveryId, now: Timestamp)
    -> Result<Result<Released<Frozen>, Cause>, StoreError>;
    /// A delivery was taken out of its party's inbox; nothing where it is not one of that party's that was handed over. Twice is
    /// once.
    async fn acknowledge(&self, delivery: DeliveryId, by: &Taken, now: Timestamp) -> Result<Acknowledged, StoreError>;
    /// A person says what became of a delivery that they took; `false` where it is not with a person. Twice is once.
    async fn by_hand(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        said: ByHand,
        by: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// For each of `parties`, what waits for it and what it was told of.
    async fn notices(&self, parties: &[PartyId]) -> Result<Vec<Notice>, StoreError>;
    /// A party was told by e-mail that something waits; `of` is the newest delivery that waited.
    async fn told(&self, party: &PartyId, of: DeliveryId, now: Timestamp) -> Result<(), StoreError>;

    /// Sends a delivery once more, or all of a message's that ended otherwise than delivered: decided anew, at the tail of
    /// their conversations. Gives those that wait now.
    async fn replay(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;
    /// Cancels a message's deliveries that wait; gives them.
    async fn cancel(&self, message: MessageId, by: &Actor, now: Timestamp) -> Result<Vec<DeliveryId>, StoreError>;

    /// After a start: what was reserved or sending waits again, with the same bytes. Gives how many.
    async fn recover(&self, now: Timestamp) -> Result<usize, StoreError>;
    /// Ends what expired, fails what waited too long for a receipt (with an alert), voids reservations past their deadline,
    /// and removes what is past its retention; a bounded batch. Gives how many it touched.
    async fn sweep(&self, now: Timestamp) -> Result<usize, StoreError>;

    /// What may have left about a participant, newest first. `None` where there is no such participant, or the party of the
    /// filter has no part in anything about them.
    async fn disclosures(&self, filter: &DisclosureFilter) -> Result<Option<Vec<Disclosure>>, StoreError>;
    /// Everything that the hub holds about a participant, content too, for the participant's own right. Committed before
    /// anything is opened: the audit row that says who gave it out and why.
    async fn export(
        &self,
        participant: ParticipantRef,
        reason: &AccessReason,
        by: &Actor,
        now: Timestamp,
    ) -> Result<Option<SubjectExport>, StoreError>;

    /// A message's states.
    async fn message(&self, id: MessageId) -> Result<Option<MessageView>, StoreError>;
    /// Messages, newest first.
    async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageView>, StoreError>;
    /// Alerts, newest first.
    async fn alerts(&self, filter: &AlertFilter) -> Result<Vec<Alert>, StoreError>;
    /// Raises an alert.
    async fn raise(&self, alert: &Alert) -> Result<(), StoreError>;
    /// Audit rows from `from_seq` on.
    async fn audit(&self, from_seq: u64, limit: usize) -> Result<Vec<AuditRow>, StoreError>;
    /// A signed checkpoint of the audit log (C2SP `tlog-checkpoint`), of everything that is committed.
    async fn audit_checkpoint(&self) -> Result<String, StoreError>;
    /// A tile of the audit log by its path, such as `tile/0/000.p/7` (C2SP `tlog-tiles`); `None` where it has none.
    async fn audit_tile(&self, path: &str) -> Result<Option<Vec<u8>>, StoreError>;
    /// Writes one audit row by itself: an operator's or an adapter's step that changes nothing else.
    async fn note(&self, action: &str, by: &Actor, detail: &Value, now: Timestamp) -> Result<(), StoreError>;
    /// The keys that the store opens with, and how far their change is.
    async fn key_ring(&self) -> Result<KeyRing, StoreError>;
    /// Lets the store open with one more master key, which is the newest from then on; what is sealed stays as it is. The same
    /// again changes nothing.
    async fn add_master(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<MasterKeyId, StoreError>;
    /// Lets the store open with `key` alone from now on; gives how many others there were. `None` where it is not the newest.
    async fn retire_masters(&self, key: &MasterKey, by: &Actor, now: Timestamp) -> Result<Option<usize>, StoreError>;
    /// Makes a new key to wrap participants' keys under; [`Store::sweep`] then wraps them anew, a batch at a time. `false` where
    /// an earlier master key is not retired yet, and this store does not know it.
    async fn new_wrapping(&self, by: &Actor, now: Timestamp) -> Result<bool, StoreError>;
    /// Counts for metrics: deliveries by state.
    async fn counts(&self) -> Result<Vec<(String, u64)>, StoreError>;
    /// When the hub last left a trace here: the newest row of the audit log, or what [`Store::sweep`] noted later. `None` in a new store.
    async fn newest_trace(&self) -> Result<Option<Timestamp>, StoreError>;
    /// Notes that it is now so late, whatever stands there: an operator said so.
    async fn trace(&self, now: Timestamp) -> Result<(), StoreError>;
    /// Whether it can write now.
    async fn ready(&self) -> Result<(), StoreError>;
    /// How many bytes of messages each party has stored.
    async fn stored(&self) -> Result<Vec<(PartyId, u64)>, StoreError>;
    /// Whether its disk has room for more than what may not fail.
    fn has_room(&self) -> bool;
}
