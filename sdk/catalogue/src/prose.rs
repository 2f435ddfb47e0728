//! A message's content as plain Norwegian text, for receivers whose format is prose, and the reading of such text.
//!
//! Reading returns every written field, so a format with a single text element still carries the whole message. A field
//! is a line `Label: value`; list items begin with `- `; further lines of a text are indented by two spaces. A record's
//! fields share one line with ` | ` between them; a `|` in a person's own words is doubled there.

use serde_json::{Map, Value};

use crate::body::Body;
use crate::category::{Category, CategorySet};
use crate::field::{FieldSpec, FieldType};
use crate::kind::Kind;
use crate::message::{Corrects, Message};
use crate::time;

/// Writes the body as text. The first line is the kind's title.
#[must_use]
pub fn write(body: &Body) -> String {
    let mut out = String::from(body.kind().spec().title);
    out.push('\n');
    write_fields(&mut out, body);
    out
}

/// Writes a message as text. A correction names the corrected message below the title, so that nobody takes it for a
/// correction of another one. [`read()`] skips that line.
#[must_use]
pub fn write_message(message: &Message) -> String {
    let body = &message.draft.body;
    let mut out = String::from(body.kind().spec().title);
    out.push('\n');
    if let (Kind::Correction, Some(corrects)) = (body.kind(), &message.corrects) {
        line(&mut out, CORRECTS, &superseded(corrects));
    }
    write_fields(&mut out, body);
    out
}

/// Returns the fields of a message as people read them: each with its label and its text. A list has a line for each
/// item. A correction begins with the corrected message, as in [`write_message()`].
#[must_use]
pub fn fields(message: &Message) -> Vec<(&'static str, String)> {
    let body = &message.draft.body;
    let mut all = Vec::new();
    if let (Kind::Correction, Some(corrects)) = (body.kind(), &message.corrects) {
        all.push((CORRECTS, superseded(corrects)));
    }
    all.extend(body_fields(body));
    all
}

/// Returns the fields of a body as people read them: each with its label and its text. A list has a line for each item.
#[must_use]
pub fn body_fields(body: &Body) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for spec in body.kind().spec().fields {
        let Some(value) = body.get(spec.name) else { continue };
        let text = match (&spec.ty, value) {
            (FieldType::CorrectedBody, _) => {
                let Some(inner) = body.corrected_body() else { continue };
                write_fields_only(&inner).trim_end().to_owned()
            }
            (FieldType::List { of, .. }, Value::Array(items)) => {
                items.iter().map(|item| say(of, item)).collect::<Vec<_>>().join("\n")
            }
            (ty, value) => say(ty, value),
        };
        all.push((spec.label, text));
    }
    all
}

/// Label of the line that names the corrected message. No kind has a field with this label.
const CORRECTS: &str = "Retter";

/// Writes the body's fields alone, without the title.
#[must_use]
pub fn write_fields_only(body: &Body) -> String {
    let mut out = String::new();
    write_fields(&mut out, body);
    out
}

fn write_fields(out: &mut String, body: &Body) {
    for spec in body.kind().spec().fields {
        let Some(value) = body.get(spec.name) else { continue };
        if matches!(spec.ty, FieldType::CorrectedBody) {
            // Without the corrected kind, the fields can not be interpreted.
            let Some(inner) = body.corrected_body() else { continue };
            let mut nested = String::new();
            write_fields(&mut nested, &inner);
            line(out, spec.label, "");
            for l in nested.lines() {
                out.push_str("  ");
                out.push_str(l);
                out.push('\n');
            }
        } else if let (FieldType::List { of, .. }, Value::Array(items)) = (&spec.ty, value) {
            line(out, spec.label, "");
            for item in items {
                out.push_str("- ");
                out.push_str(&indented(&say(of, item)));
                out.push('\n');
            }
        } else {
            line(out, spec.label, &indented(&say(&spec.ty, value)));
        }
    }
}

fn line(out: &mut String, label: &str, value: &str) {
    out.push_str(label);
    out.push(':');
    if !value.is_empty() {
        out.push(' ');
        out.push_str(value);
    }
    out.push('\n');
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n  ")
}

/// Writes one value for a person.
fn say(ty: &FieldType, value: &Value) -> String {
    let raw = value.as_str().unwrap_or_default();
    match ty {
        FieldType::Text { .. } => raw.to_owned(),
        FieldType::Date => time::parse_date(raw).map_or_else(|| raw.to_owned(), time::norwegian_date),
        FieldType::Instant => say_instant(raw),
        FieldType::Code(codes) => codes
            .iter()
            .find(|c| c.code == raw)
            .map_or_else(|| raw.to_owned(), |c| c.text.to_owned()),
        FieldType::Integer { unit, .. } | FieldType::Number { unit, .. } => {
            format!("{} {unit}", value.to_string().replace('.', ","))
                .trim_end()
                .to_owned()
        }
        FieldType::About => {
            let codes = value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|c| c.as_str().and_then(Category::parse));
            codes.map(Category::norwegian).collect::<Vec<_>>().join(", ")
        }
        FieldType::CorrectedKind => Kind::parse(raw).map_or_else(|| raw.to_owned(), |k| k.spec().title.to_owned()),
        FieldType::Record(fields) => {
            let said = fields.iter().filter_map(|f| value.get(f.name).map(|v| (f, v)));
            said.map(|(f, v)| format!("{}: {}", f.label, say(&f.ty, v).replace('|', "||")))
                .collect::<Vec<_>>()
                .join(" | ")
        }
        // No kind has a list inside a record or a list. A corrected body is written field by field.
        FieldType::List { .. } | FieldType::CorrectedBody => value.to_string(),
    }
}

/// Writes an instant in words, from which the same instant can be read. With a fraction of a second it keeps its RFC
/// 3339 form, so that nothing is lost.
fn say_instant(raw: &str) -> String {
    let Some(instant) = time::parse_instant(raw) else {
        return raw.to_owned();
    };
    let said = time::norwegian_instant_whole(instant);
    if time::parse_norwegian_instant(&said) == Some(instant) {
        said
    } else {
        raw.to_owned()
    }
}

/// Describes a superseded message for a person who has received it: `meldingen som ble sendt 20. august 2026 kl. 09.30, med
/// referanse NAK-2026-0004`.
#[must_use]
pub fn superseded(corrects: &Corrects) -> String {
    let sent = time::norwegian_instant(corrects.sent_at);
    format!(
        "meldingen som ble sendt {sent}, med referanse {}",
        corrects.reference.as_str()
    )
}

/// Reads a text that [`write()`] wrote. Any other text, such as a person's own words, gives `None`.
#[must_use]
pub fn read(text: &str) -> Option<Body> {
    let text = text.replace("\r\n", "\n");
    let (title, rest) = text.trim().split_once('\n')?;
    let kind = Kind::ALL.into_iter().find(|k| k.spec().title == title.trim())?;
    let is_correction = kind == Kind::Correction && rest.starts_with(&format!("{CORRECTS}: "));
    let rest = match rest.split_once('\n') {
        Some((_, rest)) if is_correction => rest,
        _ => rest,
    };
    read_fields(kind, rest)
}

/// Reads a text that [`write_fields_only`] wrote for a message of `kind`. Required fields may be missing, since the hub
/// may have withheld them.
#[must_use]
pub fn read_fields(kind: Kind, text: &str) -> Option<Body> {
    let fields = read_map(kind, text)?;
    if fields.is_empty() {
        return None;
    }
    Body::parse_minimised(kind, Value::Object(fields)).ok()
}

fn read_map(kind: Kind, text: &str) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    for entry in entries(text)? {
        let (spec, said) = find(kind.spec().fields, &entry.head)?;
        let value = match (&spec.ty, entry.items.is_empty()) {
            (FieldType::List { of, .. }, false) if said.trim().is_empty() => entry
                .items
                .iter()
                .map(|item| hear(of, item))
                .collect::<Option<Value>>()?,
            (FieldType::CorrectedBody, true) => {
                let inner = map.get("correctedKind").and_then(Value::as_str).and_then(Kind::parse)?;
                Value::Object(read_map(inner, said.trim_start_matches('\n'))?)
            }
            (FieldType::List { .. }, _) | (_, false) => return None,
            (ty, true) => hear(ty, said)?,
        };
        // A repeated label is part of a person's own words.
        if map.insert(spec.name.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(map)
}

/// One field of the text: its first line with the continuation lines, and its list items.
struct Entry {
    head: String,
    items: Vec<String>,
}

/// Splits a text into fields. A line that is neither indented nor a list item begins a field. One step of indentation is removed.
/// A blank line continues the field, even if the line lost its indentation in transit.
fn entries(text: &str) -> Option<Vec<Entry>> {
    let mut out: Vec<Entry> = Vec::new();
    for l in text.lines() {
        if let Some(item) = l.strip_prefix("- ") {
            out.last_mut()?.items.push(item.to_owned());
        } else if l.is_empty() || l.starts_with("  ") {
            let Some(entry) = out.last_mut() else {
                if l.is_empty() { continue } else { return None }
            };
            let going_on = entry.items.last_mut().unwrap_or(&mut entry.head);
            going_on.push('\n');
            going_on.push_str(l.strip_prefix("  ").unwrap_or(l));
        } else {
            out.push(Entry {
                head: l.to_owned(),
                items: Vec::new(),
            });
        }
    }
    Some(out)
}

fn find<'a>(specs: &'static [FieldSpec], entry: &'a str) -> Option<(&'static FieldSpec, &'a str)> {
    specs.iter().find_map(|spec| {
        let said = entry.strip_prefix(spec.label)?.strip_prefix(':')?;
        Some((spec, said.strip_prefix(' ').unwrap_or(said)))
    })
}

/// Splits a record into its fields: a single `|` separates two fields, a doubled one stands for a `|` in the text.
fn record_parts(said: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = said.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '|' && chars.next_if_eq(&'|').is_none() {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// Reads one value that [`say`] wrote.
fn hear(ty: &FieldType, said: &str) -> Option<Value> {
    let said = said.trim();
    Some(match ty {
        FieldType::Text { .. } => said.into(),
        FieldType::Date => time::parse_norwegian_date(said)?.to_string().into(),
        FieldType::Instant => match time::parse_norwegian_instant(said) {
            Some(instant) => time::local_rfc3339(instant).into(),
            None => said.into(),
        },
        FieldType::Code(codes) => codes.iter().find(|c| c.text == said)?.code.into(),
        FieldType::Integer { .. } => said.split(' ').next()?.parse::<i64>().ok()?.into(),
        FieldType::Number { .. } => {
            let number = said.split(' ').next()?.replace(',', ".");
            match number.parse::<i64>() {
                Ok(whole) => whole.into(),
                Err(_) => number.parse::<f64>().ok()?.into(),
            }
        }
        FieldType::About => {
            let set = said
                .split(", ")
                .map(|word| Category::ALL.into_iter().find(|c| c.norwegian() == word))
                .collect::<Option<CategorySet>>()?;
            Value::from(set.codes())
        }
        FieldType::CorrectedKind => Kind::ALL.into_iter().find(|k| k.spec().title == said)?.code().into(),
        FieldType::Record(fields) => {
            let mut map = Map::new();
            for part in record_parts(said) {
                let (spec, value) = find(fields, part.trim())?;
                if map.insert(spec.name.to_owned(), hear(&spec.ty, value)?).is_some() {
                    return None;
                }
            }
            Value::Object(map)
        }
        FieldType::List { .. } | FieldType::CorrectedBody => return None,
    })
}
