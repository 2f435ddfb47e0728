//! The words of the pages: a struct for each page, with a constant for each language. A missing text does not compile.

pub(crate) mod common;
pub(crate) mod problem;
pub(crate) mod sign_in;
