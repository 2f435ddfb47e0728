//! Codes, concepts and extensions of the project's own, as FHIR has them in JSON.

use serde_json::{Value, json};

use crate::codes;

/// Makes a coding with one of the project's codes.
pub(crate) fn coding(system: &str, code: &str) -> Value {
    json!({"system": system, "code": code})
}

/// Makes a concept with one of the project's codes.
pub(crate) fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [coding(system, code)]})
}

/// Makes one of the project's extensions.
pub(crate) fn extension(name: &str, value_type: &str, value: Value) -> Value {
    json!({"url": codes::extension(name), value_type: value})
}
