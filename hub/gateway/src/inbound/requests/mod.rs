//! The bodies of requests: the types that handlers get, each with its reader below it.
//!
//! A type derives its schema in the OpenAPI document. Its reader takes the same fields one by one, so that every problem names its
//! place. `tests/requests.rs` holds the two together. Faults that a schema can not express, such as a check digit or an unknown
//! party, are problems all the same.

mod consent;
mod fields;
mod operator;
mod participant;
mod party;

use bindeledd_core::InputError;
use bindeledd_fields::Fields;
use schemars::JsonSchema;

pub(crate) use consent::{ConfirmationRequest, WithdrawalRequest};
pub(crate) use operator::{ByHandRequest, ClockAcceptance, Revocation, Rotation};
pub(crate) use participant::{ExportRequest, LinkRequest, ParticipantLookup, ProtectionRequest};
pub(crate) use party::{Held, ImportRequest, PartyRequest};

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
/// A body that is no JSON object, and the first fault in it.
pub(crate) fn read<T: Request>(body: &[u8]) -> Result<T, InputError> {
    T::take(Fields::of(bindeledd_fields::parse(body)?, "")?)
}

/// Reads the body of a request that may be left out.
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
