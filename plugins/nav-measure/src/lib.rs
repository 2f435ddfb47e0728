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

use bindeledd_sdk::catalogue::Message;
use bindeledd_sdk::{Adapter, Context, Document, Outcome, Reading, Refusal, Request, Response, Settlement, export};
use serde_json::Value;

pub use codes::measures;
pub use format::{CARD_MESSAGE_SCHEME, DEFAULT_PATH, FORMAT, MEDIA_TYPE, SCHEME};
pub use shape::{Shape, shape_of};

/// The adapter, which has no state.
#[derive(Debug)]
pub struct NavMeasure;

impl Adapter for NavMeasure {
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
