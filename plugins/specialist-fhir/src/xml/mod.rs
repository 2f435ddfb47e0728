//! FHIR in XML, to JSON and back. Everything else in the adapter knows JSON alone.
//!
//! XML does not say which elements repeat, in what order they stand and which are numbers. R4's own model does: [`model`] has it
//! for the types that messages are made of.

mod guard;
pub(crate) mod model;
mod read;
mod write;
mod xhtml;

pub(crate) use read::parse;
pub(crate) use write::write;

/// FHIR's namespace.
const FHIR: &str = "http://hl7.org/fhir";
/// The namespace of narratives.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

#[cfg(test)]
mod tests;
