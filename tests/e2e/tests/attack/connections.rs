//! Connections, certificates and tokens.
