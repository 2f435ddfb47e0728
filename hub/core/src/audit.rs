//! The texts of the audit log: the action and the actor of a row. The log's hashes cover each
//! stored text, so that no text here may ever change.

use std::borrow::Cow;
use std::fmt;

use bindeledd_catalogue::{PartyId, guard, hidden_character};

use crate::id::AccountId;
use crate::withdrawal::Asker;

/// The actor of an audit row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A party, identified by its key, token or certificate.
    Party(PartyId),
    /// A person who signed in.
    Person(AccountId),
    /// A participant on their own page, by a code of this party. The row's detail has the pseudonym.
    Participant(PartyId),
    /// A participant on their own page, who signed in at an issuer. The row's detail has the pseudonym.
    SignedParticipant,
    /// The operator.
    Operator,
    /// The hub itself.
    Hub,
}

impl Actor {
    /// Returns the side that this actor withdraws for. A party withdraws on its own behalf, every
    /// other actor on the participant's; a participant by a code reaches the exchanges of its party alone.
    #[must_use]
    pub fn asker(&self) -> Asker {
        match self {
            Self::Party(party) => Asker::Party(party.clone()),
            Self::Participant(party) => Asker::ParticipantWith(party.clone()),
            Self::SignedParticipant | Self::Person(_) | Self::Operator | Self::Hub => Asker::Participant,
        }
    }

    /// Returns the text that a row stores.
    #[must_use]
    pub fn text(&self) -> Cow<'static, str> {
        match self {
            Self::Party(party) => Cow::Owned(format!("party:{party}")),
            Self::Person(account) => Cow::Owned(format!("person:{account}")),
            Self::Participant(party) => Cow::Owned(format!("participant:{party}")),
            Self::SignedParticipant => Cow::Borrowed("participant"),
            Self::Operator => Cow::Borrowed("operator"),
            Self::Hub => Cow::Borrowed("hub"),
        }
    }

    /// Returns whether this actor is the given party.
    #[must_use]
    pub fn is_party(&self, party: &PartyId) -> bool {
        matches!(self, Self::Party(own) if own == party)
    }

    /// Parses the text of a row.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "operator" => Some(Self::Operator),
            "participant" => Some(Self::SignedParticipant),
            "hub" => Some(Self::Hub),
            _ => match text.split_once(':')? {
                ("party", party) => PartyId::parse(party).ok().map(Self::Party),
                ("participant", party) => PartyId::parse(party).ok().map(Self::Participant),
                // The one spelling that the hub writes: another would not give the same text again.
                ("person", account) => AccountId::parse(account)
                    .filter(|id| id.to_string() == account)
                    .map(Self::Person),
                _ => None,
            },
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// The actors that a filter of audit rows selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorFilter {
    /// Every person who signed in.
    Persons,
    /// Every party.
    Parties,
    /// One actor.
    One(Actor),
}

impl ActorFilter {
    /// Parses a filter: `person`, `party`, or the text of one actor.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "person" => Some(Self::Persons),
            "party" => Some(Self::Parties),
            one => Actor::parse(one).map(Self::One),
        }
    }

    /// Returns the text that [`ActorFilter::parse`] reads.
    #[must_use]
    pub fn text(&self) -> Cow<'static, str> {
        match self {
            Self::Persons => Cow::Borrowed("person"),
            Self::Parties => Cow::Borrowed("party"),
            Self::One(actor) => actor.text(),
        }
    }
}

/// Parses the reason that an actor gives for an act: a line of 5 to 300 characters, without the space around it. `None` for any
/// other text, and for one with a hidden character or an identity number.
#[must_use]
pub fn reason_of_act(raw: &str) -> Option<&str> {
    let raw = raw.trim();
    let is_line = (5..=300).contains(&raw.chars().count()) && hidden_character(raw).is_none();
    (is_line && !guard::has_identity_number(raw)).then_some(raw)
}

macro_rules! actions {
    ($($name:ident = $text:literal: $meaning:literal;)*) => {
        /// The action of an audit row. A row of an older hub may have an action that is no longer listed here;
        /// readers keep its text.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AuditAction {
            $(#[doc = $meaning] $name,)*
        }

        impl AuditAction {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the text that a row stores.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// Returns the meaning of the action, in a sentence.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$name => $meaning,)*
                }
            }
        }
    };
}

actions! {
    Accepted = "accepted": "The hub accepted a message.";
    Repeated = "repeated": "A sender sent the same message again and got the first answer.";
    TextFlagged = "text-flagged": "A free text has something that does not belong there; the message was accepted.";
    TextRefused = "text-refused": "A free text has something that does not belong there; the message was refused.";
    Blocked = "blocked": "No grant covers a delivery.";
    Reserved = "reserved": "A delivery was reserved under a decision.";
    ReservationVoided = "reservation-voided": "A reservation ended before the sending began.";
    Held = "held": "A delivery waits for something else and was put off.";
    Sending = "sending": "The sending of a delivery began.";
    SendingAbandoned = "sending-abandoned": "A sending was given up; the delivery waits again.";
    Delivered = "delivered": "The receiver has the delivery.";
    HandedOver = "handed-over": "The delivery was handed over and awaits a receipt.";
    Retry = "retry": "The delivery will be tried again later.";
    Refused = "refused": "The receiver refused the delivery.";
    Failed = "failed": "The delivery failed.";
    Expired = "expired": "The delivery's time ran out.";
    Cancelled = "cancelled": "The delivery was cancelled.";
    EndedErased = "ended-erased": "The delivery ended because its participant was erased.";
    Recovered = "recovered": "A delivery that a stop had left reserved waits again.";
    SettledTooLate = "settled-too-late": "A sending was settled after the delivery had moved on.";
    ReceiptOk = "receipt-ok": "A receipt says that the receiver has the delivery.";
    ReceiptRefused = "receipt-refused": "A receipt says that the receiver refused the delivery.";
    ReceiptUnknown = "receipt-unknown": "A receipt has a status that the hub does not know.";
    ReceiptStrange = "receipt-strange": "A receipt names nothing that was sent to its party.";
    ReceiptChangedNothing = "receipt-changed-nothing": "A receipt came for a delivery that had already ended.";
    Acknowledged = "acknowledged": "The receiver took a delivery out of its inbox.";
    AcknowledgedFor = "acknowledged-for": "The operator took deliveries out of a party's inbox.";
    InboxRead = "inbox-read": "The operator, or a person of its mailbox, read a party's inbox.";
    ReadAgain = "read-again": "A delivery was read in its inbox once more.";
    TakenByPerson = "taken-by-person": "A person took a delivery, to enter it by hand.";
    Entered = "entered": "A person says that they entered a delivery.";
    EntryRead = "entry-read": "A person of the sender read a delivery, to enter it in the receiver's form.";
    EntryAnswered = "entry-answered": "A person of the sender entered by hand how the receiver answered.";
    Replayed = "replayed": "A delivery that had ended was put back to be sent.";
    ReplayDenied = "replay-denied": "A delivery could not be put back: no grant covers it.";
    ReplayWithoutContent = "replay-without-content": "A delivery could not be put back: its content is no longer kept.";
    NoticeDecided = "notice-decided": "A party will be told of a withdrawal.";
    NoticeQueued = "notice-queued": "An answer to a sender's system was queued.";
    AnswerNotGiven = "answer-not-given": "The adapter gave no answer for a sender's system.";
    NoticeMailed = "notice-mailed": "A mail told a party, or a person of its mailbox, that something waits.";
    ItemListed = "item-listed": "An item was found in an inbox that the hub fetches from.";
    ItemListedAgain = "item-listed-again": "An item that had been dealt with was found in its inbox once more.";
    ItemFetched = "item-fetched": "An item was fetched.";
    ItemAccepted = "item-accepted": "An item became messages or a receipt.";
    ItemSetAside = "item-set-aside": "An item could not be read and was set aside.";
    ItemAnswered = "item-answered": "The answer to an item has left.";
    ItemMarked = "item-marked": "An item was marked as read in its inbox.";
    ItemGone = "item-gone": "An item is no longer in its inbox.";
    ItemRetry = "item-retry": "A step of an item will be tried again later.";
    ConsentRegistered = "consent-registered": "A consent was registered.";
    ConsentConfirmed = "consent-confirmed": "Grants of a consent were confirmed.";
    ConsentWithdrawn = "consent-withdrawn": "A consent was withdrawn, whole or in part.";
    WithdrawalReplayed = "withdrawal-replayed": "A withdrawal that an older store had forgotten was repeated.";
    Protected = "protected": "A participant is under address protection.";
    ProtectionLifted = "protection-lifted": "A participant is no longer under address protection.";
    ParticipantKnown = "participant-known": "A participant became known to the hub.";
    ParticipantLookedUp = "participant-looked-up": "A participant was looked up by number.";
    DisclosuresRead = "disclosures-read": "The disclosures about a participant were read.";
    Exported = "exported": "A copy of everything about a participant was made.";
    ExportNotGiven = "export-not-given": "A copy that had been asked for was not given.";
    OpeningAsked = "opening.asked": "A person asked to see the content of a message.";
    OpeningApproved = "opening.approved": "A second person approved a request to see the content of a message.";
    OpeningRefused = "opening.refused": "A second person refused a request to see the content of a message, or took an approval back.";
    OpeningLapsed = "opening.lapsed": "A request to see the content of a message, or its approval, lapsed.";
    OpeningEnded = "opening.ended": "The time to see the content of a message was over, or the person ended it.";
    ContentOpened = "content-opened": "Content was opened outside of its way to a receiver, with a reason.";
    FollowUpGiven = "follow-up.given": "A person of a mailbox got a participant to follow up.";
    FollowUpHandedOver = "follow-up.handed-over": "A participant was handed over to another person of a mailbox.";
    FollowUpStandIn = "follow-up.stand-in": "A person of a mailbox stands in for another one, until a time.";
    FollowUpEnded = "follow-up.ended": "A person of a mailbox no longer follows a participant up.";
    LetterAnswered = "letter-answered": "A person of a mailbox began to answer a delivery for the party.";
    Linked = "linked": "A participant got a further number.";
    Joined = "joined": "Two participants were joined into one.";
    Erased = "erased": "A participant was erased.";
    Scrubbed = "scrubbed": "An erased participant has left the disk.";
    Retired = "retired": "Old rows left the store.";
    PartyChanged = "party-changed": "A party was added or changed.";
    PartyRolledBack = "party-rolled-back": "A party got the set-up of an earlier version again.";
    PartyPaused = "party-paused": "Deliveries to a party were paused.";
    PartyResumed = "party-resumed": "Deliveries to a party go on.";
    PartySuspended = "party-suspended": "A party was suspended.";
    PartyUnsuspended = "party-unsuspended": "A party is no longer suspended.";
    KeyAdded = "key-added": "A party got an API key.";
    KeyRevoked = "key-revoked": "An API key of a party was revoked.";
    AdapterSetAside = "adapter-set-aside": "An adapter was set aside because it failed too often.";
    AdapterReset = "adapter-reset": "The operator let an adapter work again.";
    AdapterInstalled = "adapter.installed": "A version of an adapter was installed beside the others.";
    AdapterUsed = "adapter.used": "A version of an adapter was taken into use.";
    AdapterRolledBack = "adapter.rolled-back": "The version of an adapter before was taken into use again.";
    AdapterRemoved = "adapter.removed": "A version of an adapter that was not in use was removed.";
    AdapterShadowed = "adapter.shadowed": "A version of an adapter began to run in the shadow of the one in use.";
    AdapterShadowEnded = "adapter.shadow-ended": "A person ended the shadow of an adapter before its time.";
    AdapterNotLoaded = "adapter.not-loaded": "The version of an adapter that is in use could not be loaded at a start.";
    CredentialRefused = "credential-refused": "A receiver refused a credential.";
    UserAdded = "user.added": "A person got an account.";
    UserDisabled = "user.disabled": "An account was disabled.";
    UserEnabled = "user.enabled": "A disabled account was enabled.";
    UserRoles = "user.roles": "An account got other roles.";
    UserPassword = "user.password": "The password of an account was set, or was reset by a new link.";
    UserSecondFactor = "user.second-factor": "The second factor of an account was set or removed.";
    UserMail = "user.mail": "The e-mail address of an account was set or removed, or its mails were switched off or on.";
    UserIdentity = "user.identity": "An identity at an issuer was linked to an account, or removed from it.";
    SessionBegan = "session.began": "A person signed in.";
    SessionEnded = "session.ended": "A session was ended before its time.";
    SessionRefused = "session.refused": "An attempt to sign in failed.";
    OwnCodeMade = "own-code.made": "A party made a one-time code for a participant's own page.";
    OwnCodeUsed = "own-code.used": "A participant opened their own page, by a code.";
    OwnCodeRefused = "own-code.refused": "A wrong PIN was typed for a participant's own page.";
    OwnCodeEnded = "own-code.ended": "A code for a participant's own page no longer works.";
    OwnPinSet = "own-code.pin": "A participant chose the PIN for coming back to their own page.";
    OwnPageOpened = "own-page.opened": "A participant opened their own page, by signing in at an issuer.";
    OwnPageOfNobody = "own-page.nobody": "Somebody signed in for their own page, and there was nothing to show.";
    OwnPageLeft = "own-page.left": "A participant left their own page.";
    RequestSent = "consent-request.sent": "A party sent a drafted consent to the participant's own page, to be answered there.";
    RequestYes = "consent-request.yes": "A participant said yes on their own page, to all or to some of it.";
    RequestNo = "consent-request.no": "A participant said no on their own page.";
    RequestWithdrawn = "consent-request.withdrawn": "A party took back a request, or registered its consent on paper.";
    RequestExpired = "consent-request.expired": "A participant did not answer a request in time.";
    CertificateExpiring = "certificate-expiring": "A certificate is about to expire, or has.";
    AlertRaised = "alert-raised": "An alert was raised.";
    AlertEnded = "alert-ended": "A standing alert ended.";
    AlertTaken = "alert-taken": "Somebody took an alert.";
    AlertReleased = "alert-released": "An alert that somebody had taken was given back.";
    AlertClosed = "alert-closed": "Somebody closed an alert, with a word.";
    AlertReopened = "alert-reopened": "A closed alert was opened again.";
    AlertPushed = "alert-pushed": "An alert was pushed to a target.";
    AlertNotPushed = "alert-not-pushed": "A target refused an alert so often that the hub gave up.";
    MasterKeyAdded = "master-key-added": "The store opens with a further master key.";
    MasterKeyRetired = "master-key-retired": "The store no longer opens with a master key.";
    WrappingKeyMade = "wrapping-key-made": "A new version of the wrapping key was made.";
    ParticipantsRewrapped = "participants-rewrapped": "Keys of participants were wrapped under the newest wrapping key.";
    ClockAccepted = "clock-accepted": "The operator accepted the machine's clock.";
    AuditTreeBegun = "audit-tree-begun": "The tree over an older audit log was begun.";
    AuditMismatch = "audit-mismatch": "The audit log differs from its own tree.";
    AuditMismatchOver = "audit-mismatch-over": "The audit log agrees with its own tree again.";
    AuditVerified = "audit-verified": "The audit log was verified as a whole.";
    LedgerMismatch = "ledger-mismatch": "A participant's ledger differs from its digest in the log.";
    MismatchAccepted = "mismatch-accepted": "The operator accepted a difference.";
    LedgerAccepted = "ledger-accepted": "The operator accepted a participant's consents as they stand.";
    LedgerAdopted = "ledger-adopted": "A participant's consents were bound for the first time.";
    LedgersAdopted = "ledgers-adopted": "All consents of a store were bound for the first time.";
    IdsSettled = "ids-settled": "Ids of an older store were brought into one spelling.";
    JournalAdopted = "journal-adopted": "A journal was begun beside an older store.";
    JournalAccepted = "journal-accepted": "The operator accepted a journal that is not whole.";
    AuditKeyChanged = "audit-key-changed": "The operator changed the key of the audit log.";
    RollbackAccepted = "rollback-accepted": "The operator accepted an older store.";
    SecondPlaceNear = "second-place-near": "The second place lies too near to the store.";
}

impl AuditAction {
    /// Parses the text of a row; `None` for an action that this hub does not write.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text)
    }

    /// Returns whether nearly every message has a row with this action.
    #[must_use]
    pub const fn is_of_every_message(self) -> bool {
        matches!(self, Self::Accepted | Self::Reserved | Self::Sending | Self::Delivered)
    }
}

impl fmt::Display for AuditAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_reason_is_a_sentence() {
        assert_eq!(reason_of_act("  feil på linjen "), Some("feil på linjen"));
        assert_eq!(reason_of_act("ok"), None);
        assert_eq!(reason_of_act(&"x".repeat(301)), None);
    }

    #[test]
    fn a_reason_hides_nothing_and_names_nobody_by_number() {
        for raw in [
            "to\nlinjer",
            "feil\u{202e}nejnil åp",
            "feil\u{200b} på linjen",
            "ringte 157202 55178",
            "\u{1b}[31mfeil",
        ] {
            assert_eq!(reason_of_act(raw), None, "{raw:?}");
        }
        assert!(reason_of_act("telefon 22 33 44 55, sak 115720255178").is_some());
    }

    #[test]
    fn every_actor_comes_back_from_its_text() {
        let party = PartyId::parse("nordvik").unwrap();
        let participant = Actor::Participant(party.clone());
        let person = AccountId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_00ff));
        for actor in [
            Actor::Party(party),
            Actor::Person(person),
            participant,
            Actor::SignedParticipant,
            Actor::Operator,
            Actor::Hub,
        ] {
            assert_eq!(Actor::parse(&actor.text()), Some(actor));
        }
        assert_eq!(
            Actor::Person(person).text(),
            "person:01910000-0000-7000-8000-0000000000ff"
        );
    }

    #[test]
    fn every_filter_of_actors_comes_back_from_its_text() {
        let one = ActorFilter::One(Actor::Party(PartyId::parse("nordvik").unwrap()));
        for filter in [
            ActorFilter::Persons,
            ActorFilter::Parties,
            one,
            ActorFilter::One(Actor::Hub),
        ] {
            assert_eq!(ActorFilter::parse(&filter.text()), Some(filter));
        }
        assert_eq!(ActorFilter::parse("persons"), None);
    }

    #[test]
    fn no_other_text_is_an_actor() {
        for text in [
            "",
            "person",
            "person:",
            "person:nordvik",
            "person:01910000-0000-7000-8000-0000000000FF",
            "person:019100000000700080000000000000ff",
            "party:",
            "account:nordvik",
            "operator:",
        ] {
            assert_eq!(Actor::parse(text), None, "{text}");
        }
    }
}
