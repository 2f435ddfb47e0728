//! Schemas of the JSON that crosses the adapter contract, made from the contract's types. A schema describes the values
//! that its reader accepts: the adapter reads context and outcome, the hub reads manifest, reading and receipt.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::contract::{CONTRACT, Context, Manifest, MessagesJson, Outcome, Receipt};

/// Makes every schema of the contract, by file name.
#[must_use]
pub fn contract() -> Vec<(String, Value)> {
    vec![
        of::<Context>("context"),
        of::<Manifest>("manifest"),
        of::<Outcome>("outcome"),
        of::<MessagesJson>("reading"),
        of::<Receipt>("receipt"),
    ]
}

fn of<T: JsonSchema>(name: &str) -> (String, Value) {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    // The id is relative to the file itself, so that references to other schemas resolve.
    schema.insert("$id".into(), format!("{name}.json").into());
    schema.insert("title".into(), format!("bindeledd/adapter/{CONTRACT}/{name}").into());
    (format!("contract/{name}.json"), schema.into())
}

/// A message, whose schema is a file of its own.
pub(crate) struct Envelope;

impl JsonSchema for Envelope {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Message".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"$ref": "../message.json"})
    }
}
