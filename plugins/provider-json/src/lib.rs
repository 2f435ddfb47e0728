//! The adapter for providers' systems: every kind of the catalogue as JSON in the words of Nav's measures.
//!
//! Owns: the Norwegian names and codes of this format ([`names`]), and reading and writing it.
//! Never uses an unknown field: it names the field to the sender. Never passes a diagnosis or an attachment on.
//! Start at [`names`], the table that drives both `read` and `write`; the README describes the format.

mod field_path;
mod format;
pub mod names;
mod problem;
mod read;
mod write;

use bindeledd_sdk::catalogue::{Kind, Message};
use bindeledd_sdk::{
    Adapter, CONTRACT, Context, Document, EndpointNeeds, Format, Manifest, Outcome, Reading, Refusal, Request,
    Response, Settlement, export,
};
use serde_json::{Value, json};

pub use format::{DEFAULT_PATH, MEDIA_TYPE, MESSAGE_HEADER, SCHEME};

/// The adapter, which has no state.
#[derive(Debug)]
pub struct ProviderJson;

impl Adapter for ProviderJson {
    fn manifest() -> Manifest {
        let format = |media_type: &str, description: &str| Format {
            media_type: media_type.into(),
            description: description.into(),
        };
        let code = |kind: Kind| kind.code().into();
        Manifest {
            id: "provider-json".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            contract: CONTRACT.into(),
            description: "Moves every kind of message to and from providers' systems, in the words of Nav's measures."
                .into(),
            formats: vec![
                format(MEDIA_TYPE, "Bindeledd's JSON for providers' systems"),
                format(
                    "application/json",
                    "the same, from systems that can not set a media type of their own",
                ),
            ],
            reads: Kind::by_parties().map(code).collect(),
            writes: Kind::ALL.into_iter().map(code).collect(),
            settings: json!({
                "type": "object",
                "additionalProperties": false,
                "properties": {
                    "path": {
                        "type": "string", "pattern": "^/", "default": DEFAULT_PATH,
                        "description": "where messages are posted, relative to the endpoint's address"
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

    fn read(document: Document<'_>, _context: &Context) -> Reading {
        read::document(document.body).unwrap_or_else(|problem| Reading::Refused(problem.into_refusal()))
    }

    /// The HTTP answer tells the sender everything.
    fn acknowledge(_outcome: &Outcome, _origin: &Value, _context: &Context) -> Option<Request> {
        None
    }

    fn write(message: &Message, context: &Context) -> Result<Request, Refusal> {
        write::request(message, context)
    }

    fn settle(response: &Response, _context: &Context) -> Settlement {
        response.settle_json()
    }
}

export!(ProviderJson);
