//! Rules of the hub, without I/O: parties, consent and its decision, minimisation, delivery states.
//!
//! Owns:
//! - the consent decision ([`decide()`]), the only maker of [`Minimised`] content, and routing by consent ([`route()`]);
//! - withdrawals ([`withdrawal`]: rights; [`consent`]: effect on grants) and confirmations ([`confirm`]);
//! - the plan of an acceptance ([`acceptance`]), and the names that a receiver may see ([`known`]);
//! - the delivery state machine with the effects of its steps, releases, replays and withdrawals ([`delivery`]);
//! - the state machine of fetched items ([`fetched`]), the rules that raise alerts ([`alert`]), and when mail is due ([`notice`]);
//! - the page that a participant signs ([`form`](form::form())) and the page of disclosures ([`disclosure`]);
//! - persons who sign in: roles, passwords, waits and sessions ([`account`]);
//! - the persons of a mailbox who follow a participant up ([`follow_up`]);
//! - documents that the sender's own person enters in the receiver's form ([`entry`]);
//! - the form of a message that a person writes, and the parties that may get it ([`compose`]);
//! - the participant's own page: its codes, PINs and sessions ([`own_page`]);
//! - drafted consents that wait for the participant's answer on that page ([`request`]);
//! - the versions of an adapter: the one in use, the way back, and grants ([`adapter_life`]);
//! - break-glass ([`opening`]), and every other access to content outside of its way ([`ContentAccess`]);
//! - the words of the audit log ([`audit`]), and the texts for the people of a party ([`party_texts`]).
//!
//! The store loads facts, calls these functions, and writes the changes that they return. Nothing
//! here reads a clock, a socket, a file or randomness; the caller passes such values as arguments.
//! The crate has no wire format of its own. Start at [`decide()`], then [`route()`].

pub mod acceptance;
pub mod account;
pub mod adapter_life;
pub mod alert;
pub mod audit;
pub mod backoff;
pub mod clock;
pub mod compose;
pub mod confirm;
pub mod consent;
mod decide;
pub mod delivery;
pub mod disclosure;
pub mod entry;
pub mod fetched;
pub mod follow_up;
pub mod form;
mod id;
pub mod known;
mod minimise;
pub mod notice;
pub mod opening;
pub mod own_page;
mod party;
pub mod party_texts;
pub mod request;
mod rights;
mod route;
mod seen;
#[cfg(test)]
mod testing;

pub use bindeledd_catalogue::{
    Body, Category, CategorySet, Code, Conversation, Corrects, Draft, Handler, HerId, HprNumber, IdentifierError,
    InputCode, InputError, Kind, Message, MessageId, NationalId, NationalIdKind, OrgNumber, Participant, PartyId,
    PartyName, PersonName, Purpose, Recipients, SenderReference, Supersedes, canonical_id, hidden_character, is_hidden,
    is_same_id,
};
pub use bindeledd_catalogue::{contract, encoding, guard, json, prose, schema, time};
pub use consent::withdrawal;
pub use decide::{Decision, GrantRef, Reason, Verdict, decide};
pub use id::{
    AccountId, AdapterId, AlertId, ConsentId, DeliveryId, HandOverId, LookId, OpeningId, OwnCodeId, ParticipantRef,
    ReleaseId, SessionId, UnsentId,
};
pub use minimise::{Blocked, ControlNotice, Minimised, Released, WithdrawalNotice, Withdrawn};
pub use party::{
    Endpoint, EndpointAddress, EndpointLimits, FieldChange, Notify, Party, PartyField, PartyKind, Professional,
    Revision, VersionNumber, revise,
};
pub use rights::{AccessReason, AccessScope, ContentAccess, Opened};
pub use route::{Planned, PlannedState, Reached, Receivers, Target, route};
pub use seen::SeenParty;
