//! HTTP in and out, who is calling, TLS, credentials.
pub mod consent_document;
