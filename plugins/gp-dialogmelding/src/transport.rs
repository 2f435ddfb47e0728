//! Meldingstjener as a transport, v2 or v3: the headers of every call, and the call that sends a document.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_sdk::{Context, Method, Request};
use serde_json::json;

/// Credential slot that the hub fills.
pub(crate) const CREDENTIAL: &str = "transport";

/// Version of the service. Versions differ in their paths, and in the way they announce new messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    V2,
    V3,
}

impl Api {
    pub(crate) fn of(context: &Context) -> Self {
        match context.setting("api") {
            Some("3") => Self::V3,
            _ => Self::V2,
        }
    }

    const fn number(self) -> &'static str {
        match self {
            Self::V2 => "2",
            Self::V3 => "3",
        }
    }

    /// Returns the path of the messages.
    pub(crate) const fn messages(self) -> &'static str {
        match self {
            Self::V2 => "/Messages",
            Self::V3 => "/messages",
        }
    }
}

/// Makes a call without a body.
pub(crate) fn call(method: Method, path: String, context: &Context) -> Request {
    let mut request = Request {
        method,
        headers: Vec::new(),
        ..Request::post(path, "", Vec::new())
    };
    sign(&mut request, context);
    request
}

/// Makes a call with a JSON body.
pub(crate) fn post_json(path: String, body: &serde_json::Value, context: &Context) -> Request {
    let mut request = Request::post(path, "application/json", body.to_string().into_bytes());
    sign(&mut request, context);
    request
}

/// Makes the request that sends a document.
pub(crate) fn post(xml: &str, context: &Context) -> Request {
    let body = json!({
        "businessDocument": STANDARD.encode(xml),
        "contentType": "application/xml",
        "contentTransferEncoding": "base64",
    });
    post_json(Api::of(context).messages().to_owned(), &body, context)
}

fn sign(request: &mut Request, context: &Context) {
    let source = context
        .setting("sourceSystem")
        .filter(|name| is_header_value(name))
        .unwrap_or("Bindeledd");
    let api = Api::of(context).number();
    request.headers.push(("api-version".into(), api.into()));
    request.headers.push(("nhn-source-system".into(), source.into()));
    request.credential = Some(CREDENTIAL.into());
}

fn is_header_value(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
}
