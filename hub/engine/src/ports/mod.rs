//! What the engine needs of the world, as traits. The store, the adapter host and the gateway's courier implement them;
//! tests give their own.

mod adapters;
mod courier;
mod mailer;
mod master;
mod rights;
mod store;
mod world;

pub use adapters::{AdapterFault, Adapters};
pub use courier::{Begun, Courier, Events, MailboxRequest, SendError};
pub use mailer::{Mail, MailError, Mailer};
pub use master::{KeyRing, MasterKey, MasterKeyId, MasterKeys, Switched};
pub use rights::{DisclosureFilter, HeldMessage, SubjectExport, WithdrawalOnFile};
pub use store::{
    Acceptance, Accepted, AcceptedDelivery, AcceptedMessage, Actor, AlertFilter, ApiKey, AuditRow, DeliveryView,
    Erasure, ErasureAnswer, FetchedItem, Frozen, HeldBy, ItemAside, ItemKey, ItemStep, KeyHash, LinkAnswer, MailboxName,
    Material, MessageFilter, MessageView, NewConsent, NewMessage, Notice, Origin, Outcome, PendingAnswer,
    ReceiptOutcome, ReferenceTaken, RepliedTo, ReserveOutcome, Scope, Scrubbed, Store, StoreError, ToWrite, WasDone, WithdrawalAnswer,
    key_id,
};
pub use world::{Clock, Entropy};
