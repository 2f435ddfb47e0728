//! Converts FHIR between XML and JSON. Everything else in the adapter handles only JSON.
//!
//! XML does not show which elements repeat, their order, or which ones are numbers. R4's model does: [`model`] has it
//! for the types that messages consist of.

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
