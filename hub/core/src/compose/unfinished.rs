//! A form that somebody is still filling in: its text so far, and the marks of the guard at its inputs.

use bindeledd_catalogue::guard::{self, What};
use bindeledd_catalogue::{Body, Kind, NationalId};
use serde_json::{Map, Value};

use super::fields::{Field, Input, fields};
use super::read::readable;
use super::typed::Typed;

/// Returns the body of the values that can be read so far; `None` without any. It may lack required fields, so that nothing
/// sends it.
#[must_use]
pub fn so_far(kind: Kind, typed: &Typed) -> Option<Body> {
    let mut fields = readable(kind, typed);
    // A value that its field does not hold yet, such as half a row, is left out alone.
    let is_held = |name: &str, value: &Value| {
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        Body::parse_minimised(kind, Value::Object(alone)).is_ok()
    };
    fields.retain(|name, value| {
        if let Value::Array(items) = value {
            items.retain(|item| is_held(name, &Value::Array(vec![item.clone()])));
        }
        is_held(name, value)
    });
    match fields.is_empty() {
        true => None,
        false => Body::parse_minimised(kind, Value::Object(fields)).ok(),
    }
}

/// Finds what the guard marks in the texts of a form: the name of each input, and the sort. `own` is the participant's number,
/// which is no finding.
#[must_use]
pub fn marks(kind: Kind, typed: &Typed, own: Option<&NationalId>) -> Vec<(String, What)> {
    let mut marks = Vec::new();
    mark(&fields(kind, typed, 0), typed, own, &mut marks);
    marks
}

fn mark(fields: &[Field], typed: &Typed, own: Option<&NationalId>, marks: &mut Vec<(String, What)>) {
    for field in fields {
        match &field.input {
            Input::Text { .. } => {
                let found = guard::of_text(typed.get(&field.name), own);
                marks.extend(found.into_iter().map(|what| (field.name.clone(), what)));
            }
            Input::Group(inner) | Input::Rows { rows: inner, .. } => mark(inner, typed, own, marks),
            Input::Day
            | Input::Moment
            | Input::Choice { .. }
            | Input::Whole { .. }
            | Input::Decimal { .. }
            | Input::Categories => {}
        }
    }
}
