//! Shared calls to the adapter, and messages for them.

use bindeledd_catalogue::{Body, Kind, Message, fixtures};
use bindeledd_sdk::{Adapter, Context, Document, Reading, References};
use nav_measure::NavMeasure;
use serde_json::Value;

/// Id by which Nav knows an earlier message.
pub(crate) const EARLIER: &str = "019d0000-0000-7000-8000-0000000000aa";

/// Makes a context in which Nav knows every document that a message may refer to.
pub(crate) fn context() -> Context {
    let mut context = Context::example();
    context.endpoint.org_number = Some("889640782".into());
    context
}

pub(crate) fn known_at_nav() -> Context {
    Context {
        references: References {
            in_reply_to: Some("nav-1".into()),
            conversation: Some("nav-0".into()),
            supersedes: Some(EARLIER.into()),
        },
        ..context()
    }
}

pub(crate) fn message(kind: Kind) -> Message {
    fixtures::message(kind).unwrap()
}

/// Makes a message of a kind with this body instead of the fixture's.
pub(crate) fn with_body(kind: Kind, body: Value) -> Message {
    let mut message = message(kind);
    message.draft.body = Body::parse(kind, body).unwrap();
    message
}

/// Makes a message with this body after the hub withheld fields.
pub(crate) fn with_minimised(kind: Kind, body: Value) -> Message {
    let mut message = message(kind);
    message.draft.body = Body::parse_minimised(kind, body).unwrap();
    message
}

pub(crate) fn written_in(message: &Message, context: &Context) -> Value {
    let request = NavMeasure::write(message, context).unwrap();
    serde_json::from_slice(&request.body).unwrap()
}

pub(crate) fn written(message: &Message) -> Value {
    written_in(message, &context())
}

pub(crate) fn read_in(document: &Value, context: &Context) -> Reading {
    read_bytes(&serde_json::to_vec(document).unwrap(), context)
}

pub(crate) fn read(document: &Value) -> Reading {
    read_in(document, &context())
}

pub(crate) fn read_bytes(body: &[u8], context: &Context) -> Reading {
    let document = Document {
        media_type: "application/json",
        body,
    };
    NavMeasure::read(document, context)
}

/// Returns the code of a refusal, and checks that its text repeats none of `secrets`.
pub(crate) fn refused(document: &Value, secrets: &[&str]) -> String {
    match read(document) {
        Reading::Refused(refusal) => {
            for secret in secrets {
                assert!(!refusal.text.contains(secret), "{}", refusal.text);
            }
            refusal.code
        }
        other => panic!("{other:?}"),
    }
}

/// Reads a file of the standards folder; `None` if it does not exist.
pub(crate) fn standard(path: &str) -> Option<String> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/standards");
    let folder = std::env::var_os("BINDELEDD_STANDARDS").unwrap_or_else(|| beside.into());
    let found = std::fs::read_to_string(std::path::Path::new(&folder).join(path));
    if found.is_err() {
        println!("no {path} in the standards folder: not checked");
    }
    found.ok()
}
