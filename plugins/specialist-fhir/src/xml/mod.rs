//! Converts FHIR between XML and JSON, so that the rest of the adapter handles only JSON.
//!
//! XML does not show which elements repeat, their order in JSON, or which values are numbers. [`model`] has these facts of R4 for
//! the types that messages use.

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
