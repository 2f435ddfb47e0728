//! What a store from before is brought over by, once, when it is first opened.

pub(crate) mod chain;
pub(crate) mod ids;
pub(crate) mod registrars;
