//! What the engine needs of the world, as traits. The store, the adapter host and the gateway's courier implement them;
//! tests give their own.

mod adapters;
mod caller;
mod courier;
mod mailer;
mod master;
mod rights;
mod start;
mod store;
mod world;

pub use bindeledd_core::delivery::settle::Outcome;
pub use bindeledd_core::withdrawal::{Asker, Between, Scope};

pub use adapters::{AdapterFault, Adapters, Standing};
pub use caller::{caller, on_behalf_of};
pub use courier::{Courier, Events, MailboxRequest, SendError};
pub use mailer::{Mail, MailError, Mailer};
pub use master::{KeyRing, MasterKey, MasterKeyId, MasterKeys, Switched};
pub use rights::{DisclosureFilter, HeldMessage, SubjectExport, WithdrawalOnFile};
pub use start::{BEGIN_WITHIN, Start};
pub use store::{
    Acceptance, Accepted, AcceptedDelivery, AcceptedMessage, Acknowledged, Actor, AlertFilter, ApiKey, AuditRow,
    Confirming, DeliveryView, Erasure, ErasureAnswer, FetchedItem, Frozen, HeldBy, ItemAside, ItemKey, ItemStep,
    KeyHash, LinkAnswer, MailboxName, MessageFilter, MessageView, NewConsent, NewMessage, NotAccepted, NotRegistered,
    Notice, Origin, OverBudget, PendingAnswer, ReceiptOutcome, ReferenceTaken, ReleaseInput, RepliedTo, ReserveOutcome,
    Scrubbed, Store, StoreError, Taken, ToWrite, WaitingGrant, WasDone, WithdrawalAnswer, key_id,
};
pub use world::{Clock, Entropy, Uptime};
