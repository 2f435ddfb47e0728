//! The upgrade of an older store, once, when it is first opened.

pub(crate) mod chain;
pub(crate) mod conversations;
pub(crate) mod ids;
pub(crate) mod registrars;
