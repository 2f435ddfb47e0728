//! Adapter for specialist services: HL7 FHIR R4, in JSON and XML.
//!
//! Owns: the mapping between coordination messages and FHIR resources, both ways, and the refusal of records and
//! diagnoses.
//! Never does I/O, never fetches the target of a reference, never decides about receivers, never guesses a meaning that
//! a document does not state.
//! Start at [`SpecialistFhir`]; each kind is one file in `kinds/` and one entry in its table.

mod coded;
mod codes;
mod document;
mod element;
mod envelope;
mod guard;
mod identity;
mod json;
mod kinds;
mod medcom;
mod modifiers;
mod period;
#[cfg(test)]
mod profiles;
mod provenance;
mod read;
mod refusal;
mod respond;
mod url;
mod write;
mod xml;

use bindeledd_sdk::catalogue::{Kind, Message};
use bindeledd_sdk::{Adapter, Context, Document, Outcome, Reading, Refusal, Request, Response, Settlement};
use serde_json::{Value, json};

/// The adapter, which has no state.
#[derive(Debug)]
pub struct SpecialistFhir;

impl SpecialistFhir {
    /// Returns the kinds that the adapter writes. It reads those that parties send.
    pub fn kinds() -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter()
    }
}

impl Adapter for SpecialistFhir {
    fn read(document: Document<'_>, context: &Context) -> Reading {
        read::read(&document, context)
    }

    fn acknowledge(outcome: &Outcome, origin: &Value, context: &Context) -> Option<Request> {
        respond::acknowledge(outcome, origin, context)
    }

    fn write(message: &Message, context: &Context) -> Result<Request, Refusal> {
        write::write(message, context).map_err(|refused| *refused)
    }

    fn settle(response: &Response, _context: &Context) -> Settlement {
        respond::settle(response)
    }
}

bindeledd_sdk::export!(SpecialistFhir);
