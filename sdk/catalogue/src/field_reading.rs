//! Reading a JSON value as the type of its field.

use serde_json::{Map, Value};

use crate::category::{Category, CategorySet};
use crate::error::{InputCode, InputError};
use crate::field::{FieldSpec, FieldType, join, one_of};
use crate::hidden::without_turns;
use crate::kind::Kind;
use crate::time;

impl FieldType {
    /// Reads a value at `path` into its canonical form.
    pub(crate) fn read(&self, value: Value, path: &str, body: &Map<String, Value>) -> Result<Value, InputError> {
        let invalid = |expected: String| InputError::new(InputCode::Invalid, path, expected);
        match self {
            Self::Text { max } => text(value, *max).ok_or_else(|| invalid(format!("text of 1 to {max} characters"))),
            Self::Date => {
                let day = value.as_str().and_then(time::parse_date);
                day.map(|_| value).ok_or_else(|| invalid("a day, YYYY-MM-DD".into()))
            }
            Self::Instant => {
                let instant = value.as_str().and_then(time::parse_instant);
                instant
                    .map(|i| Value::String(time::local_rfc3339(i)))
                    .ok_or_else(|| invalid("a point in time, such as 2026-12-01T09:00:00+01:00".into()))
            }
            Self::Code(codes) => match value.as_str() {
                Some(raw) if codes.iter().any(|c| c.code == raw) => Ok(value),
                _ => Err(InputError::new(
                    InputCode::UnknownCode,
                    path,
                    one_of(codes.iter().map(|c| c.code)),
                )),
            },
            Self::Integer { min, max, .. } => match whole(&value) {
                Some(n) if (*min..=*max).contains(&n) => Ok(n.into()),
                _ => Err(invalid(format!("a whole number from {min} to {max}"))),
            },
            Self::Number { min, max, .. } => match value.as_f64() {
                Some(n) if (*min..=*max).contains(&n) && has_one_decimal(n) => Ok(canonical_number(n)),
                _ => Err(invalid(format!(
                    "a number from {min} to {max} with at most one decimal"
                ))),
            },
            Self::About => about(value, path),
            Self::List { of, max } => list(value, of, *max, path, body),
            Self::Record(fields) => match value {
                Value::Object(map) => read_record(fields, map, path).map(Value::Object),
                _ => Err(invalid("an object".into())),
            },
            Self::CorrectedKind => match value.as_str().and_then(Kind::parse) {
                Some(kind) if kind.can_be_corrected() => Ok(value),
                _ => Err(InputError::new(
                    InputCode::UnknownCode,
                    path,
                    "the kind of the message that is corrected",
                )),
            },
            Self::CorrectedBody => match (corrected_kind(body), value) {
                (Some(kind), Value::Object(map)) => read_record(kind.spec().fields, map, path).map(Value::Object),
                (None, _) => Err(InputError::new(
                    InputCode::Missing,
                    path,
                    "correctedKind says how to read it",
                )),
                (Some(_), _) => Err(invalid("an object".into())),
            },
        }
    }
}

/// Reads a record's fields. Refuses unknown fields and a record that lacks a required field.
pub(crate) fn read_record(
    specs: &'static [FieldSpec],
    mut raw: Map<String, Value>,
    path: &str,
) -> Result<Map<String, Value>, InputError> {
    let mut fields = Map::new();
    for spec in specs {
        let place = join(path, spec.name);
        match raw.remove(spec.name) {
            Some(value) => {
                let value = spec.ty.read(value, &place, &fields)?;
                fields.insert(spec.name.to_owned(), value);
            }
            None if spec.required => return Err(InputError::new(InputCode::Missing, place, spec.ty.describe())),
            None => {}
        }
    }
    match raw.keys().next() {
        None => Ok(fields),
        Some(name) => {
            let known = one_of(specs.iter().map(|s| s.name));
            // An unknown field name may itself be personal data, so that a long or odd name is not repeated.
            let name = if name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphanumeric()) {
                name
            } else {
                "?"
            };
            Err(InputError::new(InputCode::Unknown, join(path, name), known))
        }
    }
}

/// Reads fields that a hub has minimised: any field may be missing, and fields of a newer hub are ignored. A record
/// inside a field is always whole.
pub(crate) fn read_minimised(
    specs: &'static [FieldSpec],
    mut raw: Map<String, Value>,
    path: &str,
) -> Result<Map<String, Value>, InputError> {
    let mut fields = Map::new();
    for spec in specs {
        let Some(value) = raw.remove(spec.name) else { continue };
        let place = join(path, spec.name);
        let value = match (&spec.ty, value) {
            (FieldType::CorrectedBody, Value::Object(inner)) => {
                // Without the corrected kind, the fields can not be interpreted.
                let Some(kind) = corrected_kind(&fields) else { continue };
                Value::Object(read_minimised(kind.spec().fields, inner, &place)?)
            }
            (ty, value) => ty.read(value, &place, &fields)?,
        };
        fields.insert(spec.name.to_owned(), value);
    }
    Ok(fields)
}

fn corrected_kind(body: &Map<String, Value>) -> Option<Kind> {
    body.get("correctedKind").and_then(Value::as_str).and_then(Kind::parse)
}

fn text(value: Value, max: usize) -> Option<Value> {
    let Value::String(raw) = value else { return None };
    let raw = without_turns(raw);
    // Windows writes two characters for a line break. The canonical form has one, so that all formats agree.
    let raw = if raw.contains('\r') {
        raw.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        raw
    };
    // The only control characters allowed are line breaks and tabs, since an XML document can not carry the others.
    let legal = raw
        .chars()
        .all(|c| matches!(c, '\n' | '\t') || (!c.is_control() && c != '\u{fffe}' && c != '\u{ffff}'));
    let trimmed = raw.trim();
    if !legal || trimmed.is_empty() || trimmed.chars().count() > max {
        return None;
    }
    Some(Value::String(if trimmed.len() == raw.len() {
        raw
    } else {
        trimmed.to_owned()
    }))
}

/// Reads a whole number. Some systems send percentages as decimals, such as `50.0`.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| {
        let n = value.as_f64().filter(|n| n.fract() == 0.0 && n.abs() <= 1e9)?;
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e9")]
        let n = n as i64;
        Some(n)
    })
}

/// Returns true if the number has at most one decimal. A binary number can not represent `0.3` exactly.
fn has_one_decimal(n: f64) -> bool {
    let tenths = (n * 10.0).round();
    (n * 10.0 - tenths).abs() < 1e-9
}

fn canonical_number(n: f64) -> Value {
    let n = (n * 10.0).round() / 10.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range of every number field is far inside i64"
    )]
    let whole = n as i64;
    if n.fract() == 0.0 {
        Value::from(whole)
    } else {
        Value::from(n)
    }
}

fn about(value: Value, path: &str) -> Result<Value, InputError> {
    let wrong = || {
        let codes = one_of(Category::ALL.into_iter().map(Category::code));
        InputError::new(
            InputCode::UnknownCode,
            path,
            format!("a list of 1 to 8 categories, each {codes}"),
        )
    };
    let Value::Array(items) = value else {
        return Err(wrong());
    };
    if items.len() > Category::ALL.len() {
        return Err(wrong());
    }
    let set: Option<CategorySet> = items.iter().map(|i| i.as_str().and_then(Category::parse)).collect();
    match set {
        Some(set) if !set.is_empty() => Ok(Value::from(set.codes())),
        _ => Err(wrong()),
    }
}

fn list(
    value: Value,
    of: &'static FieldType,
    max: usize,
    path: &str,
    body: &Map<String, Value>,
) -> Result<Value, InputError> {
    match value {
        Value::Array(items) if (1..=max).contains(&items.len()) => items
            .into_iter()
            .enumerate()
            .map(|(i, item)| of.read(item, &format!("{path}[{i}]"), body))
            .collect::<Result<Vec<_>, _>>()
            .map(Value::Array),
        _ => Err(InputError::new(
            InputCode::Invalid,
            path,
            format!("a list of 1 to {max}, each {}", of.describe()),
        )),
    }
}
