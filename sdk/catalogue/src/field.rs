//! The types of fields.

use serde_json::Value;

use crate::category::{Category, CategorySet};

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
    /// Returns the codes of a closed list; none for every other type.
    #[must_use]
    pub const fn codes(&self) -> &'static [Code] {
        match self {
            Self::Code(codes) => codes,
            _ => &[],
        }
    }

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
