//! `bindeledd config show`

use bindeledd_texts::Text as _;
use bindeledd_texts::cli::config::Config;
use clap::Args;
use config::ValueKind;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, table};
use crate::shared::Shared;

/// Print every value of the configuration and its origin: default, file or environment.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  bindeledd config show\n  BINDELEDD__STORE__RETENTION_DAYS=30 bindeledd config show --json"
)]
pub(crate) struct Arguments {}

pub(crate) fn run(_: &Arguments, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let configuration = shared.configuration()?;
    let values: Vec<_> = configuration
        .leaves
        .iter()
        .map(|leaf| json!({ "key": leaf.key, "value": to_json(&leaf.value), "source": leaf.origin.to_string() }))
        .collect();
    let json = json!({ "file": configuration.file.display().to_string(), "values": values });
    let lang = output.lang();
    output.result(&json, || {
        let row = |leaf: &crate::config::Leaf| {
            vec![
                leaf.key.clone(),
                to_json(&leaf.value).to_string(),
                leaf.origin.said().text(lang),
            ]
        };
        table(
            &Config::Columns.text(lang),
            &configuration.leaves.iter().map(row).collect::<Vec<_>>(),
        )
    });
    Ok(Exit::Done)
}

/// Returns a value as JSON.
pub(crate) fn to_json(value: &ValueKind) -> Value {
    match value {
        ValueKind::Nil => Value::Null,
        ValueKind::Boolean(on) => json!(on),
        ValueKind::I64(number) => json!(number),
        ValueKind::U64(number) => json!(number),
        ValueKind::Float(number) => json!(number),
        ValueKind::I128(_) | ValueKind::U128(_) => json!(value.to_string()),
        ValueKind::String(text) => json!(text),
        ValueKind::Array(items) => items.iter().map(|item| to_json(&item.kind)).collect(),
        ValueKind::Table(table) => table
            .iter()
            .map(|(name, value)| (name.clone(), to_json(&value.kind)))
            .collect(),
    }
}
