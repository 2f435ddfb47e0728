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
use bindeledd_sdk::{
    Adapter, CONTRACT, Context, Document, EndpointNeeds, Format, Manifest, Outcome, Reading, Refusal, Request,
    Response, Settlement,
};
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
    fn manifest() -> Manifest {
        let code = |kind: Kind| kind.code().to_owned();
        Manifest {
            id: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            contract: CONTRACT.into(),
            description: env!("CARGO_PKG_DESCRIPTION").into(),
            formats: [(write::JSON, "JSON"), (write::XML, "XML")]
                .map(|(media_type, syntax)| Format {
                    media_type: media_type.into(),
                    description: format!(
                        "HL7 FHIR R4 in {syntax}: Bundle message, Communication, Task, CarePlan, Observation"
                    ),
                })
                .into(),
            reads: Kind::by_parties().map(code).collect(),
            writes: Self::kinds().map(code).collect(),
            settings: json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "format": {
                        "enum": ["json", "xml"], "default": "json",
                        "description": "the syntax of what is written; both are read"
                    },
                    "path": {
                        "type": "string", "pattern": "^/", "default": "/$process-message",
                        "description": "where messages are posted, relative to the endpoint's address"
                    },
                    "respond": {
                        "enum": ["http", "message"], "default": "http",
                        "description": "whether a message that came in is also answered by a response Bundle"
                    }
                }
            }),
            needs: EndpointNeeds {
                credentials: vec!["transport".into()],
                ..EndpointNeeds::default()
            },
            entered_by_hand: false,
        }
    }

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
