//! HTTP in and out: who is calling, limits, TLS, credentials, and the JSON of the API; and mail out.
//!
//! Owns: the routes, who is calling, tokens and certificates, problem+json, what a consent looks like as a document, the listening socket, and the
//! requests that leave. Never decides about consent, never names SQL or wasmtime, and never logs a body, a key, or a path
//! with an id in it. Start at `inbound::routes` for what comes in, and at [`HttpCourier`] and [`SmtpMailer`] for what goes
//! out.

pub mod certificate;
pub mod consent_document;
pub mod inbound;
pub mod jose;
pub mod mail;
pub mod outbound;
pub mod server;
mod strict;
#[cfg(test)]
mod testing;

pub use inbound::Gateway;
pub use mail::SmtpMailer;
pub use outbound::HttpCourier;
pub use server::Server;

use server::{ServerError, ServerOptions};

/// Serves the API of a gateway on the operator's Unix socket.
///
/// # Errors
/// [`ServerError`], when it can not listen.
pub fn serve_on_socket_file(
    gateway: &Gateway,
    path: &std::path::Path,
    options: &ServerOptions,
) -> Result<Server, ServerError> {
    Server::start_on_socket_file(gateway.router(), path, options)
}

/// Serves the API of a gateway.
///
/// # Errors
/// [`ServerError`], when it can not listen.
pub fn serve(gateway: &Gateway, options: &ServerOptions) -> Result<Server, ServerError> {
    Server::start(gateway.router(), options)
}
