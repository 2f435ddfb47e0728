//! Adapter for GPs: KITH MsgHead with Dialogmelding, and AppRec, over Norsk helsenett's Meldingstjener.
//!
//! Owns: reading documents of a GP's system, answering them with an AppRec, and writing coordination messages as
//! Dialogmelding 1.0 or 1.1. It reads leniently and writes strictly by the XSDs.
//! Never forwards an attachment, a clinical document or a coded diagnosis. Never resolves an entity. Never writes
//! kodeverk 8125, which is Nav's dialogmøte in a sick-leave case.
//! Start at [`Gp`]; `read.rs` and `write.rs` are the two directions.

mod apprec;
mod bytes;
mod dialog;
mod document;
mod frame;
mod guard;
mod head;
mod inbox;
mod markup;
mod origin;
mod read;
mod receipt;
mod receipt_codes;
mod refuse;
mod settle;
mod text;
mod transport;
mod why;
mod write;
mod xml;

use bindeledd_sdk::catalogue::Message;
use bindeledd_sdk::{
    Adapter, Context, Document, InboxAnswer, InboxAsk, Outcome, Reading, Refusal, Request, Response, Settlement,
};

/// The adapter, which has no state.
#[derive(Debug)]
pub struct Gp;

impl Adapter for Gp {
    fn read(document: Document<'_>, context: &Context) -> Reading {
        read::read(document, context)
    }

    fn acknowledge(outcome: &Outcome, origin: &serde_json::Value, context: &Context) -> Option<Request> {
        apprec::acknowledge(outcome, origin, context)
    }

    fn write(message: &Message, context: &Context) -> Result<Request, Refusal> {
        write::write(message, context)
    }

    fn settle(response: &Response, _context: &Context) -> Settlement {
        settle::settle(response)
    }

    fn ask(what: &InboxAsk, context: &Context) -> Option<Request> {
        inbox::ask(what, context)
    }

    fn answered(what: &InboxAsk, response: &Response, context: &Context) -> InboxAnswer {
        inbox::answered(what, response, context)
    }
}

bindeledd_sdk::export!(Gp, inbox);
