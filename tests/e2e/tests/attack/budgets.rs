//! One party that would take what all parties share.
