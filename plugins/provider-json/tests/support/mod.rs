//! Shared calls to the adapter.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test tells by panicking")]

use bindeledd_sdk::catalogue::{Draft, Message};
use bindeledd_sdk::{Adapter, Context, Document, Reading};
use provider_json::{MEDIA_TYPE, ProviderJson};
use serde_json::Value;

pub(crate) fn read_bytes(body: &[u8]) -> Reading {
    ProviderJson::read(
        Document {
            media_type: MEDIA_TYPE,
            body,
        },
        &Context::example(),
    )
}

pub(crate) fn read(document: &Value) -> Reading {
    read_bytes(&serde_json::to_vec(document).unwrap())
}

/// Returns the single message of a document, and the parts left out.
pub(crate) fn message(document: &Value) -> (Draft, Vec<String>) {
    match read(document) {
        Reading::Messages {
            mut messages, left_out, ..
        } if messages.len() == 1 => (messages.remove(0), left_out),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn written(message: &Message, context: &Context) -> Vec<u8> {
    ProviderJson::write(message, context).unwrap().body
}
