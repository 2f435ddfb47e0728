//! The interfaces that the engine needs, as traits. The store, the adapter host and the gateway's courier implement
//! them; tests have implementations of their own.

mod adapters;
mod caller;
mod courier;
mod mailer;
mod master;
mod start;
mod store;
mod world;

pub use bindeledd_core::delivery::settle::Outcome;
pub use bindeledd_core::withdrawal::{Asker, Between, Scope};

pub use adapters::{AdapterFault, Adapters, Standing};
pub use caller::{caller, on_behalf_of};
pub use courier::{Courier, Events, MailboxRequest, SendError};
pub use mailer::{Mail, MailError, Mailer};
pub use master::{MasterKey, MasterKeyId, MasterKeyRing, MasterKeys, Switched};
pub use start::{BEGIN_WITHIN, Start};
pub use store::{
    Acceptance, Accepted, AcceptedClock, AcceptedDelivery, AcceptedMessage, Accounts, Acknowledged, Actor, Added,
    AlertFilter, Answers, ApiKey, Audit, AuditRow, BuiltAnswer, COUNT_AT_MOST, Changed, Confirming, Consents,
    Credentials, Deliveries, DeliveryView, DisclosureFilter, Erasure, ErasureAnswer, ErrorCount, ErrorFilter,
    FIND_AT_MOST, FetchedItem, FoundAs, Frozen, Health, HeldBy, HeldMessage, Hit, Inbox, ItemAside, ItemKey, ItemStep,
    KeyHash, Keys, LinkAnswer, LinkFor, MailStatus, MailboxName, Mailboxes, MessageFilter, MessageView, Messages,
    NewAccount, NewConsent, NewLink, NewMessage, NewSession, NotAccepted, NotRegistered, Origin, OverBudget,
    Participants, Parties, PendingAnswer, ReceiptOutcome, Records, ReferenceTaken, RefusedWhy, ReleaseInput, RepliedTo,
    ReserveOutcome, Rights, Scrubbed, Sealing, SecretHash, Shown, StateCount, Store, StoreError, SubjectExport, Taken,
    ToWrite, Upkeep, Views, WaitingGrant, WasDone, WithdrawalAnswer, WithdrawalOnFile, key_id,
};
pub use world::{Clock, Entropy, Sleep, Uptime};
