//! Counterpart systems, as processes of their own.
