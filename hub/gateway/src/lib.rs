//! The hub's API, its outgoing HTTP requests and its mail.
//!
//! Owns: the routes of the API and their JSON, the requests to parties' endpoints with their credentials, and mail. The web layer
//! below (`bindeledd_http`) identifies callers and listens. Never decides about consent, never names SQL or wasmtime, and never
//! logs a body, a key, or a path with an id. Start at `inbound::routes` for the API, and at [`HttpCourier`] and [`SmtpMailer`] for
//! outgoing requests and mail.

mod inbound;
pub mod mail;
pub mod outbound;
mod push_mail;
#[cfg(test)]
mod testing;

pub use inbound::{Gateway, Parts, participant_copy};
pub use mail::SmtpMailer;
pub use outbound::HttpCourier;
pub use push_mail::MailPusher;
