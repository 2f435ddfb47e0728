//! A consent as a document: the project's JSON or a FHIR R4 `Consent`, read into one form with unresolved names.
//!
//! Owns: reading and writing both forms, and the identifiers of the project's FHIR. Pure: it reads no clock, file or
//! socket. Every part that this crate does not understand is refused, and the error names its place. Reading never
//! widens a permission. Start at [`read_consent`].

mod document;
mod fhir;
mod on_file;
mod project;
mod write;

/// The naming and code systems of the project's FHIR.
pub mod systems {
    pub use crate::fhir::{DATA_CATEGORY, HER_ID, ORG_NUMBER, PARTY, PURPOSE};
}

pub use document::{
    CONSENT_SCHEMA, ConsentDocument, DocumentGrant, DocumentParticipant, DocumentStatus, ResolvedConsent,
    UnresolvedParty, offline_party,
};
pub use project::evidence as read_evidence;

use bindeledd_core::InputError;

/// Reads a consent: as FHIR if the media type or the document indicates FHIR, else as the project's JSON.
///
/// # Errors
/// The part that was not understood, with its place. No part that could narrow a permission is skipped.
pub fn read_consent(bytes: &[u8], media_type_hint: Option<&str>) -> Result<ConsentDocument, InputError> {
    let value = bindeledd_fields::parse(bytes)?;
    let says_fhir = media_type_hint.is_some_and(|hint| {
        hint.split(';')
            .next()
            .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/fhir+json"))
    });
    if says_fhir || value.get("resourceType").is_some() {
        fhir::read(value)
    } else {
        project::read(value)
    }
}

#[cfg(test)]
mod tests;
