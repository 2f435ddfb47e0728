//! The adapter for receivers without a system: it writes every kind of message as a page to print, or as a plain letter.
//!
//! Owns: the frame of a letter around the message, and its layout. Never reads a document: answers to letters come by telephone or
//! post, not through this endpoint. Never adds a value that is not in the message or the context. Start at [`letter`] for the
//! content; [`page`] and [`plain`] lay it out.

mod letter;
mod page;
mod plain;

use bindeledd_sdk::catalogue::Message;
use bindeledd_sdk::{
    Adapter, Context, Document, Outcome, Reading, Reference, Refusal, Request, Response, Settlement, export,
};
use serde_json::Value;

use crate::letter::Letter;
pub use crate::plain::LINE;

/// Media type of a page.
pub const PAGE: &str = "text/html; charset=utf-8";

/// Media type of a plain letter.
pub const PLAIN: &str = "text/plain; charset=utf-8";

/// Path for letters to an endpoint with an address, unless its settings name another path.
pub const DEFAULT_PATH: &str = "/bindeledd/brev";

/// The adapter, which has no state.
#[derive(Debug)]
pub struct PrintLetter;

impl Adapter for PrintLetter {
    fn read(_document: Document<'_>, _context: &Context) -> Reading {
        let text =
            "Dette endepunktet er for utskrift og tar ikke imot dokumenter. Svar på et brev ved å ringe avsenderen.";
        Reading::Refused(Refusal::new("print-only", text))
    }

    /// The adapter never reads a document, so it has nothing to answer.
    fn acknowledge(_outcome: &Outcome, _origin: &Value, _context: &Context) -> Option<Request> {
        None
    }

    fn write(message: &Message, context: &Context) -> Result<Request, Refusal> {
        let path = context.setting("path").unwrap_or(DEFAULT_PATH);
        if !path.starts_with('/') {
            let text = format!("Innstillingen path må begynne med en skråstrek, som {DEFAULT_PATH}.");
            return Err(Refusal::new("settings", text));
        }
        if context.setting("language").is_some_and(|language| language != "nb") {
            let text = "Innstillingen language kan bare være nb: meldingenes tekster finnes på bokmål.";
            return Err(Refusal::new("settings", text));
        }
        let letter = Letter::new(message, context);
        let (media_type, body) = match context.setting("format").unwrap_or("html") {
            "html" => (PAGE, page::write(&letter)),
            "text" => (PLAIN, plain::write(&letter)),
            _ => {
                let text = "Innstillingen format må være html eller text.";
                return Err(Refusal::new("settings", text));
            }
        };
        let mut request = Request::post(path, media_type, body.into_bytes());
        request.credential = Some("transport".into());
        request
            .references
            .push(Reference::new("melding", message.id.to_string()));
        Ok(request)
    }

    fn settle(response: &Response, _context: &Context) -> Settlement {
        response.settle_by_status()
    }
}

export!(PrintLetter);
