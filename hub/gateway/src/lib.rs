//! HTTP in and out, who is calling, TLS, credentials.
