//! Errors of requests that failed.

use bindeledd_core::EndpointAddress;
use bindeledd_engine::ports::SendError;

/// A failure that may pass.
pub(super) fn transient(address: &EndpointAddress, what: &str) -> SendError {
    SendError::Transient(format!("{}: {what}", address.origin))
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
