//! The adapter for Nav: the shapes that Nav's own systems use for participants in labour-market measures.
//!
//! Owns: the shape of each kind at Nav ([`shape_of`]), Nav's codes, and the instructions for entering a document in
//! Nav's own page if no machine takes it. Never calls something submitted before Nav confirmed it, never uses own words
//! with another reason than `ANNET`, never repeats a refused document.
//! Start at `write.rs` for documents to Nav and at `read.rs` for documents from Nav; the README has the tables.

mod answer;
mod card;
mod codes;
mod dialog;
mod envelope;
mod fields;
mod format;
mod guard;
mod manual;
mod proposal;
mod read;
mod refuse;
mod settle;
mod shape;
mod status;
mod write;

use bindeledd_sdk::catalogue::{Kind, Message};
use bindeledd_sdk::{
    Adapter, CONTRACT, Context, Document, EndpointNeeds, Format, Manifest, Outcome, Reading, Refusal, Request,
    Response, Settlement, export,
};
use serde_json::{Value, json};

pub use format::{CARD_MESSAGE_SCHEME, DEFAULT_PATH, FORMAT, MEDIA_TYPE, SCHEME};
pub use shape::{Shape, shape_of};

/// The adapter, which has no state.
#[derive(Debug)]
pub struct NavMeasure;

impl Adapter for NavMeasure {
    fn manifest() -> Manifest {
        let format = |media_type: &str, description: &str| Format {
            media_type: media_type.into(),
            description: description.into(),
        };
        let writes = Kind::ALL.into_iter().filter(|kind| shape_of(*kind).is_some());
        Manifest {
            id: "nav-measure".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            contract: CONTRACT.into(),
            description: "Speaks with Nav of participants in measures: proposals, assessments, activity cards, dialog \
                          messages, participant status."
                .into(),
            formats: vec![
                format(
                    MEDIA_TYPE,
                    "Nav's own document, with plain words for a person beside it",
                ),
                format("application/json", "Nav's own documents as they are"),
            ],
            reads: Kind::by_parties().map(|kind| kind.code().into()).collect(),
            writes: writes.map(|kind| kind.code().into()).collect(),
            settings: json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "path": {
                        "type": "string", "pattern": "^/", "default": DEFAULT_PATH,
                        "description": "where documents are posted, relative to the endpoint's address"
                    },
                    "measure": {
                        "type": "string", "enum": codes::measures(), "default": codes::DEFAULT_MEASURE,
                        "description": "the measure that activity cards are of, where a message does not say"
                    },
                    "source": {
                        "type": "string", "enum": codes::SOURCES, "default": codes::DEFAULT_SOURCE,
                        "description": "the source that Nav has given activity cards from this hub"
                    }
                }
            }),
            needs: EndpointNeeds {
                credentials: vec!["transport".into()],
                ..EndpointNeeds::default()
            },
            entered_by_hand: true,
        }
    }

    fn read(document: Document<'_>, context: &Context) -> Reading {
        read::document(document.body, context).unwrap_or_else(|problem| Reading::Refused(problem.into_refusal()))
    }

    /// The HTTP answer tells Nav everything.
    fn acknowledge(_outcome: &Outcome, _origin: &Value, _context: &Context) -> Option<Request> {
        None
    }

    fn write(message: &Message, context: &Context) -> Result<Request, Refusal> {
        write::request(message, context)
    }

    fn settle(response: &Response, _context: &Context) -> Settlement {
        settle::settle(response)
    }
}

export!(NavMeasure);
