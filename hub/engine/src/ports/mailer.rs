//! Sends e-mails.

use async_trait::async_trait;
use bindeledd_core::notice::EmailAddress;
use jiff::Timestamp;
use uuid::Uuid;

/// A mail that says that something waits; the engine alone makes them, so none has content of a message.
#[derive(Debug, Clone)]
pub struct Mail {
    /// To whom.
    pub to: EmailAddress,
    /// The subject, on one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// Its own id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
}

/// Why a mail was not sent. Never has the address in it, nor what a server said, which repeats the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The server could not be reached, or did not do as a mail server does.
    #[error("the mail server can not be reached: {0}")]
    Away(&'static str),
    /// The server would not take it.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// It can not be written as a mail.
    #[error("the mail can not be written: {0}")]
    Unwritable(&'static str),
}

/// Hands mails to a mail server, within a bounded time.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Returns when the server has taken it.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
