//! The store: SQLite, sealing, audit.
