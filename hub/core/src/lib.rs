//! Words, consent, delivery states. Pure: no clock, no I/O, no async.
