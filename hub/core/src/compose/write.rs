//! The values of a form that has the fields of a body.

use bindeledd_catalogue::{Body, FieldSpec, FieldType, time};
use serde_json::{Map, Value};

use super::typed::{Typed, name};

/// Returns what somebody would type to write this body.
#[must_use]
pub fn write(body: &Body) -> Typed {
    let mut typed = Typed::default();
    record(body.kind().spec().fields, body.fields(), None, &mut typed);
    typed
}

fn record(specs: &'static [FieldSpec], fields: &Map<String, Value>, within: Option<&str>, typed: &mut Typed) {
    for spec in specs {
        if let Some(value) = fields.get(spec.name) {
            put(&spec.ty, value, &name(within, spec.name), typed);
        }
    }
}

fn put(ty: &'static FieldType, value: &Value, at: &str, typed: &mut Typed) {
    match (ty, value) {
        (FieldType::Record(specs), Value::Object(fields)) => record(specs, fields, Some(at), typed),
        (FieldType::List { of, .. }, Value::Array(items)) => {
            for (i, item) in items.iter().enumerate() {
                put(of, item, &name(Some(at), &i.to_string()), typed);
            }
        }
        (FieldType::About, Value::Array(categories)) => {
            for category in categories.iter().filter_map(Value::as_str) {
                typed.set(&name(Some(at), category), "yes".to_owned());
            }
        }
        (FieldType::Instant, Value::String(raw)) => typed.set(at, moment(raw)),
        (FieldType::Integer { .. } | FieldType::Number { .. }, number) => {
            typed.set(at, number.to_string().replace('.', ","));
        }
        (FieldType::Text { .. } | FieldType::Date | FieldType::Code(_), Value::String(raw)) => {
            typed.set(at, raw.clone());
        }
        // A correction has no form, and a body has no value of another type than its field's.
        (
            FieldType::Text { .. }
            | FieldType::Date
            | FieldType::Instant
            | FieldType::Code(_)
            | FieldType::About
            | FieldType::List { .. }
            | FieldType::Record(_)
            | FieldType::CorrectedKind
            | FieldType::CorrectedBody,
            _,
        ) => {}
    }
}

/// Returns a time as an input has it: the clock in Norway, unless that clock shows the same time twice that night.
fn moment(raw: &str) -> String {
    let Some(instant) = time::parse_instant(raw) else {
        return raw.to_owned();
    };
    let clock = time::local(instant);
    let format = if clock.second() == 0 {
        "%Y-%m-%dT%H:%M"
    } else {
        "%Y-%m-%dT%H:%M:%S"
    };
    let shown = clock.strftime(format).to_string();
    if time::parse_instant(&shown) == Some(instant) {
        shown
    } else {
        raw.to_owned()
    }
}
