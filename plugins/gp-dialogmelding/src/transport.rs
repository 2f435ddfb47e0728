//! `POST /Messages` of Meldingstjener v2: the document inside JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_sdk::{Context, Request};
use serde_json::json;

/// The credential slot that the hub fills.
pub(crate) const CREDENTIAL: &str = "transport";

/// The request that sends a document.
pub(crate) fn post(xml: &str, context: &Context) -> Request {
    let body = json!({
        "businessDocument": STANDARD.encode(xml),
        "contentType": "application/xml",
        "contentTransferEncoding": "base64",
    });
    let mut request = Request::post("/Messages", "application/json", body.to_string().into_bytes());
    let source = context
        .setting("sourceSystem")
        .filter(|name| is_header_value(name))
        .unwrap_or("Bindeledd");
    request.headers.push(("api-version".into(), "2".into()));
    request.headers.push(("nhn-source-system".into(), source.into()));
    request.credential = Some(CREDENTIAL.into());
    request
}

fn is_header_value(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
}
