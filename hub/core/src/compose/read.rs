//! The reading of a filled-in form: a body, or every fault with the name of its input.

use bindeledd_catalogue::{Body, Category, FieldSpec, FieldType, Kind, time};
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::typed::{Typed, name};

/// A fault of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Name of the input.
    pub name: String,
    /// Fault.
    pub fault: FieldFault,
}

/// The fault of a typed value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldFault {
    /// The message means nothing without the field.
    Missing,
    /// The text is longer than this number of characters.
    TooLong(usize),
    /// The text has a character that nobody can see.
    Hidden,
    /// The text is no day.
    NoDay,
    /// The text is no day with a time.
    NoMoment,
    /// The value is none of those that the form offers.
    NoChoice,
    /// The text is no whole number between these.
    NoWhole(i64, i64),
    /// The text is no number between these with at most one decimal.
    NoDecimal(f64, f64),
    /// The day comes before the one that it follows.
    BeforeStart,
    /// Own words are allowed with the reason "Annet" only.
    OwnWords,
    /// The value does not fit the others.
    NotRight,
}

impl Eq for FieldFault {}

/// Reads a filled-in form as a body of `kind`. Empty rows and fields are left out.
///
/// # Errors
/// Every fault, in the order of the form.
pub fn read(kind: Kind, typed: &Typed) -> Result<Body, Vec<Wrong>> {
    let mut reading = Reading {
        typed,
        wrong: Vec::new(),
    };
    let fields = reading.record(kind.spec().fields, None);
    if !reading.wrong.is_empty() {
        return Err(reading.wrong);
    }
    Body::parse(kind, Value::Object(fields)).map_err(|error| {
        let path = error.path.strip_prefix("body.").unwrap_or(&error.path);
        let fault = match path {
            "until" | "measureUntil" => FieldFault::BeforeStart,
            "reasonText" => FieldFault::OwnWords,
            _ => FieldFault::NotRight,
        };
        let field = path.split(['.', '[']).next().unwrap_or_default();
        vec![Wrong {
            name: name(None, field),
            fault,
        }]
    })
}

/// Reads the values of a form that can be read, by the names of their fields. The others are left out.
pub(super) fn readable(kind: Kind, typed: &Typed) -> Map<String, Value> {
    let mut reading = Reading {
        typed,
        wrong: Vec::new(),
    };
    reading.record(kind.spec().fields, None)
}

struct Reading<'t> {
    typed: &'t Typed,
    wrong: Vec<Wrong>,
}

/// A value that was read, or the fault of what was typed.
type Read = Result<Value, FieldFault>;

impl Reading<'_> {
    fn record(&mut self, specs: &'static [FieldSpec], within: Option<&str>) -> Map<String, Value> {
        let mut fields = Map::new();
        for spec in specs {
            let at = name(within, spec.name);
            if !self.typed.has(&at) {
                if spec.required {
                    self.is_wrong(at, FieldFault::Missing);
                }
                continue;
            }
            if let Some(value) = self.value(&spec.ty, &at) {
                fields.insert(spec.name.to_owned(), value);
            }
        }
        fields
    }

    /// Reads a value that was typed; `None` if it is wrong.
    fn value(&mut self, ty: &'static FieldType, at: &str) -> Option<Value> {
        let read = match ty {
            FieldType::Record(specs) => return Some(Value::Object(self.record(specs, Some(at)))),
            FieldType::List { of, max } => {
                let rows = (0..self.typed.rows(at)).map(|i| name(Some(at), &i.to_string()));
                let filled: Vec<_> = rows.filter(|row| self.typed.has(row)).collect();
                if filled.len() > *max {
                    self.is_wrong(at.to_owned(), FieldFault::NotRight);
                    return None;
                }
                let items = filled.iter().filter_map(|row| self.value(of, row));
                return Some(Value::Array(items.collect()));
            }
            FieldType::About => {
                let chosen = Category::ALL
                    .into_iter()
                    .filter(|category| self.typed.has(&name(Some(at), category.code())));
                let codes: Vec<&str> = chosen.map(Category::code).collect();
                match codes.is_empty() {
                    true => Err(FieldFault::NoChoice),
                    false => Ok(Value::from(codes)),
                }
            }
            FieldType::Text { max } => text(self.typed.get(at), *max),
            FieldType::Date => day(self.typed.get(at).trim()),
            FieldType::Instant => moment(self.typed.get(at).trim()),
            FieldType::Code(codes) => {
                let typed = self.typed.get(at);
                let known = codes.iter().find(|code| code.code == typed);
                known.map(|code| Value::from(code.code)).ok_or(FieldFault::NoChoice)
            }
            FieldType::Integer { min, max, .. } => whole(self.typed.get(at), *min, *max),
            FieldType::Number { min, max, .. } => decimal(self.typed.get(at), *min, *max),
            FieldType::CorrectedKind | FieldType::CorrectedBody => Err(FieldFault::NotRight),
        };
        match read {
            Ok(value) => Some(value),
            Err(fault) => {
                self.is_wrong(at.to_owned(), fault);
                None
            }
        }
    }

    fn is_wrong(&mut self, name: String, fault: FieldFault) {
        self.wrong.push(Wrong { name, fault });
    }
}

fn text(raw: &str, max: usize) -> Read {
    // A browser posts a line break as two characters.
    let text = raw.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.trim();
    let is_legal = |c: char| matches!(c, '\n' | '\t') || (!c.is_control() && c != '\u{fffe}' && c != '\u{ffff}');
    if !text.chars().all(is_legal) {
        return Err(FieldFault::Hidden);
    }
    if text.chars().count() > max {
        return Err(FieldFault::TooLong(max));
    }
    Ok(Value::from(text))
}

/// Reads a day as a browser posts it, or as a person types it in a browser without an input for days: `24.12.2026`.
fn day(raw: &str) -> Read {
    let written = || {
        let mut parts = raw.split('.').map(str::trim);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = parts.next().is_none() && year.len() == 4;
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        is_whole.then_some(date)
    };
    let day = time::parse_date(raw).or_else(written).ok_or(FieldFault::NoDay)?;
    Ok(Value::from(day.strftime("%Y-%m-%d").to_string()))
}

/// Reads a time as a browser posts it, or as a person types it: `24.12.2026 09:00`.
fn moment(raw: &str) -> Read {
    let written = || {
        let (date, clock) = raw.split_once(' ')?;
        let Ok(Value::String(date)) = day(date) else {
            return None;
        };
        let clock = clock.trim().trim_start_matches("kl.").trim().replace('.', ":");
        let clock = if clock.len() == 4 { format!("0{clock}") } else { clock };
        time::parse_instant(&format!("{date}T{clock}"))
    };
    let instant = time::parse_instant(raw).or_else(written);
    let instant = instant.ok_or(FieldFault::NoMoment)?;
    Ok(Value::from(time::local_rfc3339(instant)))
}

fn digits(raw: &str) -> String {
    raw.chars().filter(|c| !c.is_whitespace()).collect()
}

fn whole(raw: &str, min: i64, max: i64) -> Read {
    let number = digits(raw).parse::<i64>().ok().filter(|n| (min..=max).contains(n));
    number.map(Value::from).ok_or(FieldFault::NoWhole(min, max))
}

fn decimal(raw: &str, min: f64, max: f64) -> Read {
    let wrong = FieldFault::NoDecimal(min, max);
    let number = digits(raw).replace(',', ".");
    let is_plain = number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    let has_one_decimal = number.split_once('.').is_none_or(|(_, after)| after.len() <= 1);
    match number.parse::<f64>() {
        Ok(n) if is_plain && has_one_decimal && (min..=max).contains(&n) => Ok(Value::from(n)),
        _ => Err(wrong),
    }
}
