//! The mailer: it sends e-mails.

use async_trait::async_trait;
use bindeledd_core::notice::EmailAddress;
use jiff::Timestamp;
use uuid::Uuid;

/// A mail about waiting documents, or about alerts by their kinds. No mail has content of a message.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Address of the receiver.
    pub to: EmailAddress,
    /// Subject, on one line.
    pub subject: String,
    /// Text.
    pub text: String,
    /// Id of the mail.
    pub id: Uuid,
    /// Time of the mail.
    pub at: Timestamp,
}

/// Reason why a mail was not sent. The reason contains neither the address nor the server's words, which may repeat the
/// address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The mail server could not be reached, or does not behave as a mail server.
    #[error("the mail server can not be reached: {0}")]
    Away(&'static str),
    /// The server refused the mail.
    #[error("the mail server answered {0}")]
    Refused(u16),
    /// The mail can not be written.
    #[error("the mail can not be written: {0}")]
    Unwritable(&'static str),
}

/// Hands mails to a mail server, within a bounded time.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Sends a mail. Returns once the server has taken it.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
