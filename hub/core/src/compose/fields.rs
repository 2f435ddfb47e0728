//! The form of a kind: an input for each field of its table in the catalogue.

use bindeledd_catalogue::{Code, FieldSpec, FieldType, Kind};

use super::typed::{Typed, name};

/// Rows of a list that nobody has filled in yet.
pub const ROWS: usize = 3;
/// Largest number of codes that are shown side by side.
const SIDE_BY_SIDE: usize = 8;
/// Largest number of characters of a text that is typed on one line.
const LINE: usize = 200;

/// A field of a form.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name of the input; of a group, the beginning of the names below it.
    pub name: String,
    /// Norwegian label, as the catalogue has it. It is empty for a row of a list.
    pub label: &'static str,
    /// Whether the message means nothing without the field.
    pub required: bool,
    /// Input.
    pub input: Input,
}

/// The input of a field.
#[derive(Debug, Clone)]
pub enum Input {
    /// Text.
    Text {
        /// Largest number of characters.
        max: usize,
        /// Whether one line is enough.
        is_line: bool,
    },
    /// A day.
    Day,
    /// A day with a time.
    Moment,
    /// One code of a closed list.
    Choice {
        /// Codes with their meaning.
        codes: &'static [Code],
        /// Whether the codes are in a list that opens, instead of side by side.
        is_list: bool,
    },
    /// A whole number.
    Whole {
        /// Smallest number.
        min: i64,
        /// Largest number.
        max: i64,
        /// Norwegian unit behind the number; may be empty.
        unit: &'static str,
    },
    /// A number with at most one decimal.
    Decimal {
        /// Smallest number.
        min: f64,
        /// Largest number.
        max: f64,
        /// Norwegian unit behind the number; may be empty.
        unit: &'static str,
    },
    /// One or more categories. The input of each is named after the category.
    Categories,
    /// Fields that belong together.
    Group(Vec<Field>),
    /// Rows of a list. An empty row is left out of the message.
    Rows {
        /// Rows to fill in.
        rows: Vec<Field>,
        /// Whether the list can have more rows than these.
        may_grow: bool,
    },
}

/// Returns the form of a kind: what `typed` has, and room for `spare` more rows in each list. A kind that nobody writes
/// has no fields.
#[must_use]
pub fn fields(kind: Kind, typed: &Typed, spare: usize) -> Vec<Field> {
    if matches!(super::writing(kind), super::Writing::Nobody(_)) {
        return Vec::new();
    }
    record(kind.spec().fields, None, false, (typed, spare))
}

fn record(specs: &'static [FieldSpec], within: Option<&str>, in_row: bool, of: (&Typed, usize)) -> Vec<Field> {
    let fields = specs.iter().filter_map(|spec| {
        let name = name(within, spec.name);
        let input = input(&spec.ty, &name, in_row, of)?;
        Some(Field {
            name,
            label: spec.label,
            required: spec.required,
            input,
        })
    });
    fields.collect()
}

fn input(ty: &'static FieldType, at: &str, in_row: bool, of: (&Typed, usize)) -> Option<Input> {
    Some(match ty {
        FieldType::Text { max } => Input::Text {
            max: *max,
            is_line: *max <= LINE || in_row,
        },
        FieldType::Date => Input::Day,
        FieldType::Instant => Input::Moment,
        FieldType::Code(codes) => Input::Choice {
            codes,
            is_list: in_row || codes.len() > SIDE_BY_SIDE,
        },
        FieldType::Integer { min, max, unit } => Input::Whole {
            min: *min,
            max: *max,
            unit,
        },
        FieldType::Number { min, max, unit } => Input::Decimal {
            min: *min,
            max: *max,
            unit,
        },
        FieldType::About => Input::Categories,
        FieldType::Record(specs) => Input::Group(record(specs, Some(at), in_row, of)),
        FieldType::List { of: each, max } => rows(each, *max, at, of)?,
        // A correction has no form of its own.
        FieldType::CorrectedKind | FieldType::CorrectedBody => return None,
    })
}

fn rows(each: &'static FieldType, max: usize, at: &str, of: (&Typed, usize)) -> Option<Input> {
    let (typed, spare) = of;
    let count = ROWS.max(typed.rows(at).saturating_add(spare)).min(max);
    let row = |i: usize| {
        let name = name(Some(at), &i.to_string());
        let input = input(each, &name, true, of)?;
        Some(Field {
            name,
            label: "",
            required: false,
            input,
        })
    };
    Some(Input::Rows {
        rows: (0..count).map(row).collect::<Option<_>>()?,
        may_grow: count < max,
    })
}
