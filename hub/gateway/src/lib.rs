//! The hub's API, its outgoing HTTP requests and its mail.
//!
//! Owns: the routes of the API and their JSON, the requests to parties' endpoints with their credentials, and mail. The web layer
//! below (`bindeledd_http`) identifies callers and listens. Never decides about consent, never names SQL or wasmtime, and never
//! logs a body, a key, or a path with an id. Start at `inbound::routes` for the API, and at [`HttpCourier`] and [`SmtpMailer`] for
//! outgoing requests and mail.

mod inbound;
pub mod mail;
pub mod outbound;
#[cfg(test)]
mod testing;

pub use inbound::Gateway;
pub use mail::SmtpMailer;
pub use outbound::HttpCourier;

use bindeledd_http::{Server, ServerError, ServerOptions};

/// Serves the API of a gateway on the operator's Unix socket.
///
/// # Errors
/// [`ServerError`] if the server can not listen.
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
/// [`ServerError`] if the server can not listen.
pub fn serve(gateway: &Gateway, options: &ServerOptions) -> Result<Server, ServerError> {
    Server::start(gateway.router(), options)
}
