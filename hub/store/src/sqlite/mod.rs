//! SQLite's own parts: the file, its threads, its disk; and the engine's port over them.

pub(crate) mod file;
pub(crate) mod lanes;
pub(crate) mod open;
pub(crate) mod options;
#[cfg(test)]
pub(crate) mod plans;
pub(crate) mod room;
pub(crate) mod scrub;
pub(crate) mod store;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod threads;
