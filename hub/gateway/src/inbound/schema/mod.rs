//! The schemas of requests, which are read field by field, and of documents that are published by themselves.
//!
//! The schemas of answers are derived from their types in [`super::api`] and in the handlers' files.

pub(crate) mod published;
pub(crate) mod requests;

use schemars::Schema;
use serde_json::Value;

/// The pattern of a party's name: its id in the hub, its organisation number or its HER-id.
pub(crate) const PARTY_NAME: &str = "^([a-z][a-z0-9-]{1,63}|org:[89][0-9]{8}|her:[0-9]{1,10})$";

/// A schema that is written as JSON.
fn written(schema: Value) -> Schema {
    Schema::try_from(schema).unwrap_or_default()
}
