//! The languages of the console.

pub use bindeledd_texts::Lang;
