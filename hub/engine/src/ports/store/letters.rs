//! The mailbox of a party: deliveries as its persons read them, and the persons who follow participants up.

use async_trait::async_trait;
use bindeledd_core::delivery::State;
use bindeledd_core::follow_up::{Answering, Change, FollowUp, NotChanged};
use bindeledd_core::{
    AccountId, DeliveryId, Handler, Kind, Message, MessageId, Minimised, ParticipantRef, PartyId, WithdrawalNotice,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::error::StoreError;
use super::inbox::Taken;

/// A delivery in a mailbox, without its content.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterView {
    /// Id of the delivery.
    pub delivery: DeliveryId,
    /// Participant.
    pub participant: ParticipantRef,
    /// Name of the participant, from what the party may have; `None` if nothing of it has one. `Debug` does not print
    /// the name.
    pub name: Option<KnownName>,
    /// Kind.
    pub kind: Kind,
    /// Sender; `None` for a notice of the hub.
    pub from: Option<PartyId>,
    /// Time of acceptance; for a notice, the time of its last change.
    pub at: Timestamp,
    /// State.
    pub state: State,
    /// Day by which the sender wants an answer.
    pub answer_by: Option<Date>,
    /// Whether something was left out.
    pub is_partial: bool,
    /// The sender's contact person, of an urgent delivery.
    pub urgent: Option<UrgentCall>,
    /// Readings, the newest first.
    pub reads: Vec<Reading>,
    /// Answer of the party, where the kind asks for one.
    pub reply: Option<Reply>,
}

/// A name of a participant. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownName(pub String);

impl std::fmt::Debug for KnownName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KnownName(…)")
    }
}

/// The person to call about an urgent delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgentCall {
    /// The sender's contact person, as the sender named them.
    pub handler: Option<Handler>,
}

/// The first reading of a delivery by one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Person.
    pub person: AccountId,
    /// Time.
    pub at: Timestamp,
}

/// The party's first answer to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// Message.
    pub message: MessageId,
    /// Time of acceptance.
    pub at: Timestamp,
    /// Person of the mailbox who wrote it; `None` for an answer of the party's system.
    pub by: Option<AccountId>,
}

/// Somebody else of the party answered first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnsweredBefore {
    /// Person; `None` for an answer of the party's system.
    pub by: Option<AccountId>,
    /// Time.
    pub at: Timestamp,
}

/// The occasion of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// A person opens the page. Each opening has an audit row.
    Opened,
    /// A person goes on with a page that they opened: posts its form, or gets the form back. Only a person who never opened
    /// it has an audit row.
    GoesOn,
}

/// A meeting that the party proposed instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedMeeting {
    /// Message.
    pub message: MessageId,
    /// Time of acceptance.
    pub at: Timestamp,
    /// Contact person of the message; `None` if nothing names one any longer. `Debug` does not print the name.
    pub by: Option<KnownName>,
}

/// A delivery with its content, opened for a person who follows its participant up. The type has no `Debug`, so that
/// logs can not contain it.
pub struct Letter {
    /// The delivery as the inbox shows it, after this reading.
    pub view: LetterView,
    /// Content.
    pub content: LetterContent,
    /// Persons who follow the participant up.
    pub followed_by: Vec<FollowUp>,
    /// The newest meeting that the party proposed instead of an answer.
    pub meeting: Option<ProposedMeeting>,
}

/// The content of a delivery in a mailbox.
pub enum LetterContent {
    /// A message, as the decision of this reading permits it.
    Message(Box<Minimised<Message>>),
    /// A notice of a withdrawal.
    Withdrawal(Box<WithdrawalNotice>),
}

/// Reason why a delivery is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotShown {
    /// There is no such delivery here, the person does not follow its participant up, or no grant covers it now. Nobody
    /// learns which of these it is.
    Unknown,
    /// The delivery can not be handed over now.
    NotNow,
    /// The hub no longer has the content.
    ContentGone,
    /// The audit log differs from the log that the hub wrote. Nothing is shown then.
    Halted,
}

/// A participant of a party, with the persons who follow them up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// Participant.
    pub participant: ParticipantRef,
    /// Name of the participant, from what the party sent or may have.
    pub name: Option<KnownName>,
    /// Persons who follow the participant up now. The contact person comes first.
    pub by: Vec<FollowUp>,
}

/// A person who looks into a party's mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxReader {
    /// Party.
    pub party: PartyId,
    /// Person.
    pub person: AccountId,
    /// Whether the person leads the team, and sees the lists of the whole unit.
    pub leads: bool,
}

/// The deliveries that a person sees in a mailbox.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LetterList {
    /// Deliveries, each once.
    pub views: Vec<LetterView>,
    /// Whether more await a person than these: unread, to be answered or to be entered.
    pub has_more_open: bool,
    /// Whether more have been read than these.
    pub has_more_read: bool,
}

/// The mailboxes of parties.
#[async_trait]
pub trait Letters: Send + Sync {
    /// Returns the deliveries that a person sees in a mailbox: those that nobody has read, those that a person still has to
    /// enter, questions that were read and await an answer, and those that were read last. Each of these lists has at most
    /// `limit` deliveries, of the participants whom the person follows up; for a team leader, `limit` more of the unit. A
    /// delivery that no grant covers now is left out.
    async fn letters(&self, of: &MailboxReader, now: Timestamp, limit: usize) -> Result<LetterList, StoreError>;
    /// Returns the number of deliveries that await a person in a mailbox, up to `limit`. Those that nobody has read count
    /// about a participant whom the person follows up, and for a team leader also about those whom nobody follows up.
    /// `with_waiting` tells whether deliveries count that were not handed over.
    async fn letters_waiting(
        &self,
        of: &MailboxReader,
        with_waiting: bool,
        now: Timestamp,
        limit: usize,
    ) -> Result<usize, StoreError>;
    /// Returns the state of a delivery, if this person may read it in the party's mailbox.
    async fn letter_state(
        &self,
        party: &PartyId,
        delivery: DeliveryId,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Option<State>, StoreError>;
    /// Opens a delivery for a person who follows its participant up. One transaction decides again, writes the audit row
    /// and the reading, and acknowledges the delivery.
    async fn read_letter(
        &self,
        delivery: DeliveryId,
        (by, occasion): (AccountId, Occasion),
        taken: &Taken,
        now: Timestamp,
    ) -> Result<Result<Letter, NotShown>, StoreError>;
    /// Begins a person's answer to a delivery, for the party, and returns the time at which it began first. The first answer
    /// of another one is returned instead, with the person if there is one, and nothing is written.
    async fn begin_answer(
        &self,
        delivery: DeliveryId,
        new: &Answering,
    ) -> Result<Result<Timestamp, AnsweredBefore>, StoreError>;
    /// Removes an answer that came to nothing. The row of an answer that the party sent stays.
    async fn drop_answer(&self, delivery: DeliveryId, reference: uuid::Uuid) -> Result<(), StoreError>;
    /// Returns the participants whom a person follows up and whom a grant from the party or to it covers now, and for a team
    /// leader those whom nobody follows up and then every other one. At most `limit`; the flag tells whether there are more.
    async fn followed(
        &self,
        of: &MailboxReader,
        now: Timestamp,
        limit: usize,
    ) -> Result<(Vec<Followed>, bool), StoreError>;
    /// Returns one participant of a party, if a grant from it or to it covers them now.
    async fn followed_one(
        &self,
        party: &PartyId,
        participant: ParticipantRef,
        now: Timestamp,
    ) -> Result<Option<Followed>, StoreError>;
    /// Returns the persons who follow participants up in a party's mailbox now, the contact persons first.
    async fn follow_ups(&self, party: &PartyId, now: Timestamp) -> Result<Vec<FollowUp>, StoreError>;
    /// Changes the persons who follow a participant up. `false` if everything was so already.
    async fn change_follow_up(
        &self,
        party: &PartyId,
        participant: ParticipantRef,
        change: Change,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Result<bool, NotChanged>, StoreError>;
}
