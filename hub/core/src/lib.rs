//! What the hub knows without touching anything: parties, consent and its decision, minimisation, delivery states.
//!
//! Owns: the consent decision ([`decide()`]), the only maker of [`Minimised`] content, routing by consent ([`route()`]), the
//! delivery state machine ([`delivery`]), that of fetched items ([`fetched`]), when a party is told that something waits
//! ([`notice`]), who may withdraw what ([`withdrawal`]) and who may confirm what ([`confirm`]), what a message names to
//! a receiver ([`known`]), the rules that raise alerts, the page that a participant signs ([`form`](form::form())), what was disclosed
//! and the page that tells it ([`disclosure`]), and the participant's own right to see what is held ([`SubjectAccess`]).
//! Never reads a clock, a socket, a file or randomness: they are arguments. Has no wire format of its own.
//! Start at [`decide()`], then [`route()`].

pub mod alert;
pub mod backoff;
pub mod clock;
pub mod confirm;
pub mod consent;
mod decide;
pub mod delivery;
pub mod disclosure;
pub mod fetched;
pub mod form;
mod id;
pub mod known;
mod minimise;
pub mod notice;
mod party;
mod rights;
mod route;
mod seen;
pub mod withdrawal;

pub use bindeledd_catalogue::{
    Body, Category, CategorySet, Conversation, Corrects, Draft, Handler, HerId, HprNumber, IdentifierError, InputCode,
    InputError, Kind, Message, MessageId, NationalId, NationalIdKind, OrgNumber, PartyId, PartyName, Purpose,
    Recipients, SenderReference, Supersedes, canonical_id, hidden_character, is_hidden, is_same_id,
};
pub use bindeledd_catalogue::{contract, encoding, guard, json, prose, schema, time};
pub use decide::{Decision, GrantRef, Reason, Verdict, decide};
pub use id::{AdapterId, AlertId, ConsentId, DeliveryId, ParticipantRef, ReleaseId};
pub use minimise::{Blocked, ControlNotice, Minimised, Released, WithdrawalNotice, Withdrawn};
pub use party::{Endpoint, EndpointAddress, EndpointLimits, Notify, Party, PartyKind, Professional};
pub use rights::{AccessReason, Opened, SubjectAccess};
pub use route::{Planned, PlannedState, Reached, Receivers, Target, route};
pub use seen::SeenParty;
