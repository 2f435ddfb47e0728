//! Converts FHIR between XML and JSON, so that the rest of the adapter handles only JSON.
//!
//! XML does not show which elements repeat, their order in JSON, or which values are numbers. [`model`] has these facts of R4 for
//! the types that messages use.

mod guard;
pub(crate) mod model;
mod read;
mod write;
mod xhtml;

use bindeledd_sdk::catalogue::encoding::without_mark;

pub(crate) use read::parse;
pub(crate) use write::write;

/// FHIR's namespace.
const FHIR: &str = "http://hl7.org/fhir";
/// The namespace of narratives.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// Returns true if the first character of a body is that of XML.
pub(crate) fn is_xml(body: &[u8]) -> bool {
    let body = without_mark(body);
    body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<')
}

#[cfg(test)]
mod tests;
