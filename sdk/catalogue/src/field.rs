//! The types of fields, and the reading of JSON values by them.

use serde_json::{Map, Value};

use crate::category::{Category, CategorySet};
use crate::error::{InputCode, InputError};
use crate::hidden::without_turns;
use crate::kind::Kind;
use crate::time;

/// One code of a closed list.
#[derive(Debug)]
pub struct Code {
    /// The code in messages.
    pub code: &'static str,
    /// Meaning of the code in plain Norwegian.
    pub text: &'static str,
    /// Categories that the value itself needs, beyond those of its field. For example, the reason `SYK` reveals illness.
    pub needs: CategorySet,
}

/// The type of a field.
#[derive(Debug)]
pub enum FieldType {
    /// Text of 1 to `max` characters.
    Text {
        /// Largest number of characters.
        max: usize,
    },
    /// A calendar day, `YYYY-MM-DD`.
    Date,
    /// A point in time in RFC 3339. Without a zone it is read as Europe/Oslo, and it is stored with one.
    Instant,
    /// One code of a closed list.
    Code(&'static [Code]),
    /// A whole number.
    Integer {
        /// Smallest number allowed.
        min: i64,
        /// Largest number allowed.
        max: i64,
        /// Norwegian unit that follows the number; may be empty.
        unit: &'static str,
    },
    /// A number with at most one decimal, such as days a week.
    Number {
        /// Smallest number allowed.
        min: f64,
        /// Largest number allowed.
        max: f64,
        /// Unit, in Norwegian.
        unit: &'static str,
    },
    /// A set of data categories: the subject of a `question` or an `answer`.
    About,
    /// A list of 1 to `max` values of one type.
    List {
        /// Type of each value.
        of: &'static Self,
        /// Largest number of values.
        max: usize,
    },
    /// A record of fields. Only the category of the field that holds the record counts.
    Record(&'static [FieldSpec]),
    /// The kind of the corrected message.
    CorrectedKind,
    /// The corrected body, read by `correctedKind`.
    CorrectedBody,
}

/// One field of a kind, or of a record.
#[derive(Debug)]
pub struct FieldSpec {
    /// English name of the field in messages.
    pub name: &'static str,
    /// Norwegian name, for receivers whose format is prose.
    pub label: &'static str,
    /// Category of data that the field belongs to.
    pub category: Category,
    /// True if the message means nothing without the field.
    pub required: bool,
    /// Type of the field's value.
    pub ty: FieldType,
}

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

    /// Returns the categories that a value of this type needs beyond those of its field.
    pub(crate) fn value_needs(&self, value: &Value) -> CategorySet {
        match self {
            Self::Code(codes) => value
                .as_str()
                .and_then(|raw| codes.iter().find(|c| c.code == raw))
                .map_or(CategorySet::EMPTY, |c| c.needs),
            Self::List { of, .. } => value
                .as_array()
                .into_iter()
                .flatten()
                .fold(CategorySet::EMPTY, |set, item| set.union(of.value_needs(item))),
            Self::Record(fields) => fields
                .iter()
                .filter_map(|f| value.get(f.name).map(|v| f.ty.value_needs(v)))
                .fold(CategorySet::EMPTY, CategorySet::union),
            Self::Text { .. }
            | Self::Date
            | Self::Instant
            | Self::Integer { .. }
            | Self::Number { .. }
            | Self::About
            | Self::CorrectedKind
            | Self::CorrectedBody => CategorySet::EMPTY,
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

pub(crate) fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

pub(crate) fn one_of<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", codes.collect::<Vec<_>>().join(", "))
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

impl FieldType {
    /// Describes the expected value in a few words.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Text { max } => format!("text of 1 to {max} characters"),
            Self::Date => "a day, YYYY-MM-DD".into(),
            Self::Instant => "a point in time, RFC 3339".into(),
            Self::Code(codes) => one_of(codes.iter().map(|c| c.code)),
            Self::Integer { min, max, .. } => format!("a whole number from {min} to {max}"),
            Self::Number { min, max, .. } => format!("a number from {min} to {max}"),
            Self::About => "a list of data categories".into(),
            Self::List { of, max } => format!("a list of 1 to {max}, each {}", of.describe()),
            Self::Record(fields) => {
                let names: Vec<_> = fields.iter().map(|f| f.name).collect();
                format!("an object with {}", names.join(", "))
            }
            Self::CorrectedKind => "the kind of the message that is corrected".into(),
            Self::CorrectedBody => "the whole corrected body".into(),
        }
    }
}
