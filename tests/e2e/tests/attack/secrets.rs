//! Keys and files that a stop or a full disk leaves half written.
