//! The bodies of requests: the types that handlers get, each followed by its reader.
//!
//! A type derives its schema in the OpenAPI document. Its reader takes the same fields one by one, so that every problem names its
//! place. `tests/requests.rs` checks that both agree. A schema can not express every rule, such as a check digit or an unknown
//! party; the reader reports such faults too.

mod adapter;
mod consent;
mod fields;
mod operator;
mod participant;
mod party;
mod retry;
mod roll_back;
mod search;
mod user;

use bindeledd_core::InputError;
use bindeledd_fields::Fields;
use schemars::JsonSchema;

pub(crate) use adapter::{AdapterBackRequest, AdapterRemovalRequest, AdapterShadowRequest, AdapterUseRequest};
pub(crate) use consent::{ConfirmationRequest, WithdrawalRequest};
pub(crate) use operator::{ByHandRequest, ClockAcceptance, PauseRequest, Revocation, Rotation};
pub(crate) use participant::{
    ExportRequest, LinkRequest, OpenInboxRequest, OpeningRequest, ParticipantLookup, ProtectionRequest,
};
pub(crate) use party::{Held, ImportRequest, PartyRequest};
pub(crate) use retry::RetryStart;
pub(crate) use roll_back::RollBackRequest;
pub(crate) use search::{AnyId, MessageNames};
pub(crate) use user::{NewUserRequest, SignOutRequest, UserLookup, UserRolesRequest};

/// The body of a request.
pub(crate) trait Request: JsonSchema + Sized {
    /// Takes all fields, and refuses any other.
    ///
    /// # Errors
    /// The first fault, with its place.
    fn take(fields: Fields) -> Result<Self, InputError>;
}

/// Reads the body of a request.
///
/// # Errors
/// The body is not a JSON object, or has a fault; the first fault is returned.
pub(crate) fn read<T: Request>(body: &[u8]) -> Result<T, InputError> {
    T::take(Fields::of(bindeledd_fields::parse(body)?, "")?)
}

/// Reads the body of a request; an empty body gives the default.
///
/// # Errors
/// As for [`read`].
pub(crate) fn read_or_default<T: Request + Default>(body: &[u8]) -> Result<T, InputError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        Ok(T::default())
    } else {
        read(body)
    }
}
