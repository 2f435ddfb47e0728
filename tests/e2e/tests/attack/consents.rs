//! Consents and withdrawals by somebody whom they do not concern.
