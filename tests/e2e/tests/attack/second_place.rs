//! The second place: cut, missing, full, restored.
