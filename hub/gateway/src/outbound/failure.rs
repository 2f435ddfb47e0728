//! Errors of requests that failed.

use bindeledd_core::EndpointAddress;
use bindeledd_engine::ports::{SendError, SendFailure};

/// A failure that may pass.
pub(super) fn transient(address: &EndpointAddress, failure: SendFailure, what: &str) -> SendError {
    SendError::Transient(failure, format!("{}: {what}", address.origin))
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
pub(super) fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if std::ptr::addr_eq(cause, error) {
        "the request failed".into()
    } else {
        cause.to_string()
    }
}
