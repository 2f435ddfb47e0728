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

use bindeledd_sdk::catalogue::Message;
use bindeledd_sdk::{Adapter, Context, Document, Outcome, Reading, Refusal, Request, Response, Settlement, export};
use serde_json::Value;

pub use format::{DEFAULT_PATH, MEDIA_TYPE, MESSAGE_HEADER, SCHEME};

/// The adapter, which has no state.
#[derive(Debug)]
pub struct ProviderJson;

impl Adapter for ProviderJson {
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
