//! What a store from before is brought over by, once, when it is first opened.

pub(crate) mod ids;
