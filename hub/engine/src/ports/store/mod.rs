//! The store: all durable data, and every transaction. Each kind of data has a trait with its types beside it;
//! [`Store`] combines these traits.
//!
//! A command that succeeds has committed durably (fsync), audit rows included. For a command that fails,
//! [`StoreError::was_done`] tells whether its change holds. `core::decide` decides about content inside the
//! transaction, never from a cache.
//!
//! The engine alone holds a [`Store`]. Callers of the engine get [`Views`], [`Audit`] and [`Health`], which change
//! nothing.

mod accounts;
mod adapter_life;
mod answers;
mod attempts;
mod audit;
mod consents;
mod deliveries;
mod entries;
mod error;
mod glance;
mod health;
mod inbox;
mod keys;
mod letters;
mod mailboxes;
mod message_view;
mod messages;
mod notices;
mod openings;
mod own_pages;
mod participants;
mod parties;
mod pushes;
mod records;
mod requests;
mod retry;
mod rights;
mod runs;
mod sealing;
mod search;
mod timeline;
mod unsent;
mod upkeep;
mod views;

pub use accounts::{
    Accounts, Added, Begun, Changed, Credentials, Identity, IssuerSession, LinkFor, Linked, LinkedIdentity, NewAccount,
    NewLink, NewSession, RefusedWhy, RolesFor, SecretHash, SecretsVersion, Shown,
};
pub use adapter_life::{
    AdapterFacts, AdapterLife, AdapterSwitch, NewAdapterVersion, StoredAdapterVersion, SwitchOrder,
};
pub use answers::{Answers, BuiltAnswer, PendingAnswer};
pub use attempts::{Answered, Attempt, AttemptResult, SendFailure};
pub use audit::{Audit, AuditFilter, AuditProof, AuditRow, AuditVerified, ProvedEntry};
pub use bindeledd_core::audit::Actor;
pub use consents::{
    Confirming, Consents, NewConsent, NotRegistered, WaitingGrant, WithdrawalAnswer, WithdrawalPreview,
};
pub use deliveries::{Deliveries, Frozen, ReceiptOutcome, ReleaseInput, ReserveOutcome, ToWrite};
pub use entries::{EnteredAnswer, EnteredBy, Entries, EntryView, NotEntered, OpenedEntry, SendersPerson};
pub use error::{OverBudget, StoreError, WasDone};
pub use glance::{DeliveryAccount, FAILING_AFTER, Failing, Glance, PairFlow, QuarterFlow};
pub use health::{Health, SecondPlaceStanding};
pub use inbox::{Acknowledged, Inbox, MailStatus, Taken};
pub use keys::{ApiKey, KeyHash, Keys, key_id};
pub use letters::{
    AnsweredBefore, Followed, KnownName, Letter, LetterContent, LetterList, LetterView, Letters, MailboxReader,
    NotShown, Occasion, ProposedMeeting, Reading, Reply, UrgentCall,
};
pub use mailboxes::{FetchedItem, ItemKey, ItemStep, MailboxName, Mailboxes};
pub use message_view::{DeliveryView, MessageView};
pub use messages::{
    Acceptance, Accepted, AcceptedDelivery, AcceptedMessage, Messages, NewMessage, NotAccepted, Origin, ReferenceTaken,
    RepliedTo, WrittenBy,
};
pub use notices::{HandOver, HandOverShown, Notices, PersonMailChange};
pub use openings::{NewOpening, NotOpened, OpenedMessage, OpeningAnswer, OpeningFilter, OpeningView, Openings};
pub use own_pages::{NewOwnCode, NewOwnSession, OwnPages, PinTry};
pub use participants::{Erasure, ErasureAnswer, HeldBy, LinkAnswer, Participants, Scrubbed};
pub use parties::{ActOutcome, Backlog, Parties, PartyAct, PartyRevision, PartyVersion, Pause};
pub use pushes::{PushableAlert, Pushes, TargetPushes};
pub use records::{CauseOver, Records};
pub use requests::{AnswerRefused, NewRequest, NotSent, RequestAnswer, Requests, UnseenAnswer};
pub use retry::{Candidate, RETRY_AT_MOST, ReplayPreview, Replayed, Selection, Why};
pub use rights::{DisclosureFilter, HeldMessage, Rights, SubjectExport, WithdrawalOnFile};
pub use runs::{NewRun, OpenRun, Order, RetryRun, RunEnd, RunStatus, Runs};
pub use sealing::Sealing;
pub use search::{COUNT_AT_MOST, ErrorCount, ErrorFilter, FIND_AT_MOST, FoundAs, Hit, StateCount};
pub use timeline::{AttemptView, ReadBy, ReleaseView, Timeline, Way};
pub use unsent::{Saved, Unsent, UnsentMessages};
pub use upkeep::{AcceptedClock, Upkeep};
pub use views::{AlertCounts, AlertFilter, ItemAside, MessageFilter, Views};

/// The store: the traits of all its data.
pub trait Store:
    Parties
    + Keys
    + Participants
    + Consents
    + Messages
    + Deliveries
    + Answers
    + Mailboxes
    + Inbox
    + Rights
    + Audit
    + Records
    + Pushes
    + Sealing
    + Views
    + Health
    + Glance
    + Upkeep
    + Accounts
    + Openings
    + Letters
    + Entries
    + Notices
    + OwnPages
    + Requests
    + Runs
    + UnsentMessages
    + AdapterLife
    + 'static
{
}

impl<T> Store for T where
    T: Parties
        + Keys
        + Participants
        + Consents
        + Messages
        + Deliveries
        + Answers
        + Mailboxes
        + Inbox
        + Rights
        + Audit
        + Records
        + Pushes
        + Sealing
        + Views
        + Health
        + Glance
        + Upkeep
        + Accounts
        + Openings
        + Letters
        + Entries
        + Notices
        + OwnPages
        + Requests
        + Runs
        + UnsentMessages
        + AdapterLife
        + 'static
{
}
