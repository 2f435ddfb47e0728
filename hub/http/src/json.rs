//! JSON that problems and answers share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_core::guard::{Finding, What};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

/// Finding of the guard in a free text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct FlagJson {
    /// Place of the free text in the message.
    path: String,
    /// Kind of finding.
    #[schemars(extend("enum" = What::ALL.map(What::code)))]
    what: &'static str,
}

/// The findings of the guard in free texts.
#[must_use]
pub fn flags_json(flags: &[Finding]) -> Vec<FlagJson> {
    let one = |f: &Finding| FlagJson {
        path: f.path.clone(),
        what: f.what.code(),
    };
    flags.iter().map(one).collect()
}

/// True if a media type is JSON.
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let media = media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media == "application/json" || media.ends_with("+json")
}

/// Wraps bytes that are not JSON as a document inside JSON.
#[must_use]
pub fn in_base64(body: &[u8]) -> Value {
    json!({ "base64": STANDARD.encode(body) })
}

/// Returns a document for use inside JSON: unchanged if the document is JSON, else its bytes in base64.
#[must_use]
pub fn document_json(media_type: &str, body: &[u8]) -> Value {
    let itself = is_json(media_type).then(|| serde_json::from_slice(body).ok()).flatten();
    itself.unwrap_or_else(|| in_base64(body))
}
