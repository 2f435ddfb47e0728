//! A body's fields as labels and values in plain Norwegian, for cards and for manual entry.

use bindeledd_sdk::catalogue::{Body, prose};
use serde_json::{Map, Value};

/// One field for a person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LabelledText {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// Returns every present field in reading order, except the fields in `without`.
pub(crate) fn said(body: &Body, without: &[&str]) -> Vec<LabelledText> {
    let specs = body.kind().spec().fields.iter();
    specs
        .filter(|spec| !without.contains(&spec.name))
        .filter_map(|spec| {
            let value = body.get(spec.name)?.clone();
            let mut one = Map::new();
            // A corrected body can be read only with its kind.
            if let Some(kind) = body.get("correctedKind") {
                one.insert("correctedKind".into(), kind.clone());
            }
            one.insert(spec.name.to_owned(), value);
            let one = Body::parse_minimised(body.kind(), Value::Object(one)).ok()?;
            let text = prose::write_fields_only(&one);
            let start = text.find(&format!("{}:", spec.label))?;
            let value = text[start + spec.label.len() + 1..].trim();
            Some(LabelledText {
                name: spec.name,
                label: spec.label,
                value: value.lines().map(str::trim).collect::<Vec<_>>().join("\n"),
            })
        })
        .collect()
}

/// Joins the fields into one line, for a field that takes a text.
pub(crate) fn in_one_line(fields: &[LabelledText]) -> String {
    let each = fields.iter().map(|field| {
        let value = field.value.replace("\n- ", "; ").replace('\n', " ");
        let value = value.trim_start_matches("- ").trim_end_matches('.');
        format!("{}: {value}.", field.label)
    });
    each.collect::<Vec<_>>().join(" ")
}
