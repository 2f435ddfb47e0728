//! Errors of requests that failed.

use bindeledd_core::EndpointAddress;
use bindeledd_engine::ports::{SendError, SendFailure};
use bindeledd_texts::Said;
use bindeledd_texts::outbound::Unanswered;

use super::start::TooLate;

/// A failure that may pass.
pub(super) fn transient(address: &EndpointAddress, failure: SendFailure, what: impl Into<Said>) -> SendError {
    SendError::Transient(failure, Said::of(&address.origin, what))
}

/// Returns the kind of a request's failure.
pub(super) fn kind(error: &reqwest::Error) -> SendFailure {
    if error.is_connect() {
        SendFailure::NoConnection
    } else if error.is_timeout() {
        SendFailure::NoAnswer
    } else {
        SendFailure::BrokenAnswer
    }
}

/// Returns the innermost cause, such as a refused connection or an untrusted certificate. It names neither address nor content.
pub(super) fn cause(error: &reqwest::Error) -> Said {
    let mut cause: &(dyn std::error::Error + 'static) = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        Unanswered::Failed.into()
    } else if cause.is::<TooLate>() {
        Unanswered::TooLate.into()
    } else {
        Said::of_error(cause)
    }
}
