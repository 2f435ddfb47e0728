//! The interfaces that the engine needs, as traits. The store, the adapter host and the gateway's courier implement
//! them; tests have implementations of their own.

mod adapter_keeper;
mod adapters;
mod caller;
mod courier;
mod feed;
mod mailer;
mod master;
mod pusher;
mod start;
mod store;
mod world;

pub use bindeledd_core::delivery::settle::Outcome;
pub use bindeledd_core::withdrawal::{Asker, Between, Scope};

pub use adapter_keeper::{
    AdapterKeeper, ConfiguredAdapter, KeepFault, KeptAdapter, ShadowEnd, ShadowOrder, ShadowReport,
};
pub use adapters::{AdapterFault, Adapters, CallLimits, ListedAdapter, Standing};
pub use caller::{caller, on_behalf_of};
pub use courier::{Courier, Events, MailboxRequest, SendError};
pub use feed::{Feed, Heard, Listener, Subject, Subjects, Topic};
pub use mailer::{Mail, MailError, Mailer};
pub use master::{MasterKey, MasterKeyId, MasterKeyRing, MasterKeys, Switched};
pub use pusher::{PushError, PushNotice, Pusher};
pub use start::{BEGIN_WITHIN, Start};
pub use store::{
    Acceptance, Accepted, AcceptedClock, AcceptedDelivery, AcceptedMessage, Accounts, Acknowledged, ActOutcome, Actor,
    AdapterFacts, AdapterLife, AdapterSwitch, Added, AlertCounts, AlertFilter, AnswerRefused, Answered, AnsweredBefore,
    Answers, ApiKey, Attempt, AttemptResult, AttemptView, Audit, AuditFilter, AuditProof, AuditRow, AuditVerified,
    Backlog, Begun, BuiltAnswer, COUNT_AT_MOST, Candidate, CauseOver, Changed, Confirming, Consents, Credentials,
    Deliveries, DeliveryAccount, DeliveryView, DisclosureFilter, EnteredAnswer, EnteredBy, Entries, EntryView, Erasure,
    ErasureAnswer, ErrorCount, ErrorFilter, FAILING_AFTER, FIND_AT_MOST, Failing, FetchedItem, Followed, FoundAs,
    Frozen, Glance, HandOver, HandOverShown, Health, HeldBy, HeldMessage, Hit, Identity, Inbox, IssuerSession,
    ItemAside, ItemKey, ItemStep, KeyHash, Keys, KnownName, Letter, LetterContent, LetterList, LetterView, Letters,
    LinkAnswer, LinkFor, Linked, LinkedIdentity, MailStatus, MailboxName, MailboxReader, Mailboxes, MessageFilter,
    MessageView, Messages, NewAccount, NewAdapterVersion, NewConsent, NewLink, NewMessage, NewOpening, NewOwnCode,
    NewOwnSession, NewRequest, NewRun, NewSession, NotAccepted, NotEntered, NotOpened, NotRegistered, NotSent,
    NotShown, Notices, Occasion, OpenRun, OpenedEntry, OpenedMessage, OpeningAnswer, OpeningFilter, OpeningView,
    Openings, Order, Origin, OverBudget, OwnPages, PairFlow, Participants, Parties, PartyAct, PartyRevision,
    PartyVersion, Pause, PendingAnswer, PersonMailChange, PinTry, ProposedMeeting, ProvedEntry, PushableAlert, Pushes,
    QuarterFlow, RETRY_AT_MOST, ReadBy, Reading, ReceiptOutcome, Records, ReferenceTaken, RefusedWhy, ReleaseInput,
    ReleaseView, ReplayPreview, Replayed, RepliedTo, Reply, RequestAnswer, Requests, ReserveOutcome, RetryRun, Rights,
    RolesFor, RunEnd, RunStatus, Runs, Saved, Scrubbed, Sealing, SecondPlaceStanding, SecretHash, SecretsVersion,
    Selection, SendFailure, SendersPerson, Shown, StateCount, Store, StoreError, StoredAdapterVersion, SubjectExport,
    SwitchOrder, Taken, TargetPushes, Timeline, ToWrite, UnseenAnswer, Unsent, UnsentMessages, Upkeep, UrgentCall,
    Views, WaitingGrant, WasDone, Way, Why, WithdrawalAnswer, WithdrawalOnFile, WithdrawalPreview, WrittenBy, key_id,
};
pub use world::{Clock, Entropy, Sleep, Uptime};
