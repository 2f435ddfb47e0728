//! The mapping between the fields of a kind and FHIR: one table for each kind. Reading, writing, refusal texts and the
//! published profiles all use it.

use bindeledd_sdk::catalogue::{Body, FieldSpec, FieldType, Kind, time};
use serde_json::{Map, Value, json};

use super::{Focus, Parts, coding, concept, day, extension, notes, payload_texts, put};
use crate::codes;
use crate::element::Element;
use crate::refusal::{Refused, refuse};

/// The place of one field in a resource.
#[derive(Debug)]
pub(crate) struct FieldMapping {
    pub(crate) field: &'static str,
    pub(crate) at: At,
}

/// Positions that several kinds share; each is read and written in one way.
#[derive(Debug)]
pub(crate) enum At {
    /// The texts of `payload.contentString`.
    Payload,
    /// A code in a `CodeableConcept` element of this name.
    Concept(&'static str),
    /// An extension of the project, several for a list.
    Extension(&'static str),
    /// Start or end of an extension that is a period.
    PeriodOf(&'static str, &'static str),
    /// An item of a task, in (`input`) or out (`output`), by its type.
    Item(&'static str, &'static str),
    /// Start or end of a period in a task's input.
    ItemPeriod(&'static str, &'static str),
    /// A text or a day, in nested elements.
    Element(&'static str),
    /// The texts of `note`.
    Note,
    /// The name of a task's place.
    Location,
    /// A position that only this kind has: the element and its description. The kind itself reads and writes it.
    Own(
        #[cfg_attr(
            not(test),
            expect(
                dead_code,
                reason = "the published profiles name the element; nothing that is sent does"
            )
        )]
        &'static str,
        &'static str,
    ),
}

/// Makes an entry of a kind's table.
pub(super) const fn at(field: &'static str, at: At) -> FieldMapping {
    FieldMapping { field, at }
}

impl FieldMapping {
    /// Describes the place, for a person who has to fill it in.
    pub(crate) fn words(&self, kind: Kind, resource: &str) -> String {
        let period_end = |end: &str| if end == "start" { "start" } else { "slutt" };
        match &self.at {
            At::Payload => format!("{resource}.payload.contentString"),
            At::Concept(element) => {
                format!(
                    "{resource}.{element}, med en kode fra {}",
                    codes::system_of(kind, self.field)
                )
            }
            At::Extension(name) => format!("utvidelsen «{name}»"),
            At::PeriodOf(name, end) => format!("utvidelsen «{name}» med valuePeriod ({})", period_end(end)),
            At::Item(list, code) => format!("{resource}.{list} med typen «{code}»"),
            At::ItemPeriod(code, end) => {
                format!(
                    "{resource}.input med typen «{code}» og valuePeriod ({})",
                    period_end(end)
                )
            }
            At::Element(path) => format!("{resource}.{path}"),
            At::Note => format!("{resource}.note.text"),
            At::Location => format!("{resource}.location.display"),
            At::Own(_, words) => (*words).to_owned(),
        }
    }
}

/// Reads every field at one of the shared positions.
pub(super) fn read(
    focus: &Focus<'_>,
    kind: Kind,
    mappings: &[FieldMapping],
    body: &mut Map<String, Value>,
) -> Result<(), Refused> {
    let resource = focus.resource;
    for (mapping, field) in with_fields(kind, mappings) {
        let value = match &mapping.at {
            At::Payload => joined(&payload_texts(focus)),
            At::Note => joined(&notes(resource)),
            At::Concept(element) => one(
                coded(resource, element, &codes::system_of(kind, field.name)),
                mapping,
                focus,
            )?,
            At::Extension(name) => {
                let found = resource.extensions(name);
                several(
                    found.into_iter().filter_map(|e| value_in(kind, field, e)),
                    mapping,
                    field,
                    focus,
                )?
            }
            At::PeriodOf(name, end) => resource
                .extension(name)
                .and_then(|e| e.get("valuePeriod"))
                .and_then(|period| day(period, end)),
            At::Item(list, code) => {
                let found = items(resource, list, code);
                let values = found
                    .into_iter()
                    .filter_map(|item| value_in(kind, field, item).map(|value| (item.mark(), value).1));
                several(values, mapping, field, focus)?
            }
            At::ItemPeriod(code, end) => items(resource, "input", code).into_iter().find_map(|item| {
                let day = item.get("valuePeriod").and_then(|period| day(period, end));
                day.map(|day| (item.mark(), day).1)
            }),
            At::Element(path) => in_element(resource, path, field),
            At::Location => location(focus),
            At::Own(..) => None,
        };
        put(body, field.name, value);
    }
    Ok(())
}

/// Writes every field at one of the shared positions.
pub(super) fn write(body: &Body, mappings: &[FieldMapping], parts: &mut Parts) {
    let kind = body.kind();
    let mut periods: Vec<(&str, bool, Map<String, Value>)> = Vec::new();
    for (mapping, field) in with_fields(kind, mappings) {
        let Some(value) = body.get(field.name) else { continue };
        let members = &mut parts.members;
        match &mapping.at {
            At::Payload => push(members, "payload", json!({"contentString": value})),
            At::Note => push(members, "note", json!({"text": value})),
            At::Concept(element) => {
                let concept = concept(&codes::system_of(kind, field.name), value.as_str().unwrap_or_default());
                // A communication has one topic, but may have several reasons.
                match *element {
                    "reasonCode" => push(members, element, concept),
                    _ => put(members, element, Some(concept)),
                }
            }
            At::Extension(name) => {
                let values = each(value).filter_map(|value| valued(kind, field, value));
                parts
                    .extensions
                    .extend(values.map(|(ty, value)| extension(name, &ty, value)));
            }
            At::Item(list, code) => {
                for (ty, value) in each(value).filter_map(|value| valued(kind, field, value)) {
                    push(members, list, item(code, &ty, value));
                }
            }
            At::PeriodOf(name, end) => put_in_period(&mut periods, name, true, (end, value)),
            At::ItemPeriod(code, end) => put_in_period(&mut periods, code, false, (end, value)),
            At::Element(path) => put_in_element(members, path, value),
            At::Location => put(members, "location", Some(json!({"type": "Location", "display": value}))),
            At::Own(..) => {}
        }
    }
    for (name, is_extension, period) in periods {
        if is_extension {
            parts.extensions.push(extension(name, "valuePeriod", period.into()));
        } else {
            push(&mut parts.members, "input", item(name, "valuePeriod", period.into()));
        }
    }
}

fn with_fields(kind: Kind, mappings: &[FieldMapping]) -> impl Iterator<Item = (&FieldMapping, &'static FieldSpec)> {
    let fields = kind.spec().fields;
    mappings
        .iter()
        .filter_map(move |mapping| Some((mapping, fields.iter().find(|f| f.name == mapping.field)?)))
}

/// Returns the member `value[x]` for a value of this type.
pub(crate) fn value_member(ty: &FieldType) -> &'static str {
    match ty {
        FieldType::Date => "valueDate",
        FieldType::Instant => "valueDateTime",
        FieldType::Code(_) => "valueCoding",
        FieldType::Integer { .. } => "valueInteger",
        FieldType::Number { .. } => "valueDecimal",
        FieldType::About => "valueCode",
        FieldType::Record(fields) if is_time(fields) => "valuePeriod",
        FieldType::Record(_) => "extension",
        FieldType::List { of, .. } => value_member(of),
        FieldType::Text { .. } | FieldType::CorrectedKind | FieldType::CorrectedBody => "valueString",
    }
}

/// Returns true if a record is a period of time, for which FHIR has a type.
fn is_time(fields: &[FieldSpec]) -> bool {
    fields.iter().map(|f| f.name).eq(["start", "end"])
}

/// Writes a value with the member that holds it.
fn valued(kind: Kind, field: &FieldSpec, value: &Value) -> Option<(String, Value)> {
    let ty = match &field.ty {
        FieldType::List { of, .. } => of,
        ty => ty,
    };
    let written = match ty {
        FieldType::Code(_) => coding(&codes::system_of(kind, field.name), value.as_str()?),
        FieldType::Record(fields) if !is_time(fields) => {
            let parts = fields.iter().filter_map(|part| {
                let (ty, value) = valued(kind, part, value.get(part.name)?)?;
                Some(json!({"url": part.name, ty: value}))
            });
            parts.collect()
        }
        // The record of a period has the same names as a FHIR Period: start and end.
        _ => value.clone(),
    };
    Some((value_member(ty).to_owned(), written))
}

/// Reads a value that [`valued`] wrote.
fn value_in(kind: Kind, field: &FieldSpec, of: Element<'_>) -> Option<Value> {
    let ty = match &field.ty {
        FieldType::List { of, .. } => of,
        ty => ty,
    };
    let member = value_member(ty);
    let text = || of.text(member).map(Value::from);
    match ty {
        FieldType::Code(_) => code_in(of.get(member)?, &codes::system_of(kind, field.name)),
        FieldType::Integer { .. } | FieldType::Number { .. } => {
            let number = of.peek(member).filter(|n| n.value().is_number())?;
            Some(number.mark().value().clone())
        }
        FieldType::Date => day(of, member).or_else(|| day(of, "valueDateTime")),
        FieldType::Record(fields) if is_time(fields) => {
            let mut time = Map::new();
            if let Some(period) = of.get(member) {
                put(&mut time, "start", period.text("start").map(Value::from));
                put(&mut time, "end", period.text("end").map(Value::from));
            } else {
                put(&mut time, "start", Some(of.text("valueDateTime")?.into()));
            }
            Some(time.into())
        }
        FieldType::Record(fields) => {
            let mut record = Map::new();
            for part in of.items("extension") {
                let named = part.value().get("url").and_then(Value::as_str);
                let spec = fields.iter().find(|f| Some(f.name) == named);
                if let Some(value) = spec.and_then(|spec| value_in(kind, spec, part)) {
                    part.mark().text("url");
                    record.insert(named.unwrap_or_default().to_owned(), value);
                }
            }
            Some(record.into())
        }
        FieldType::Instant => of
            .peek(member)?
            .value()
            .as_str()
            .and_then(time::parse_instant)
            .and_then(|_| text()),
        _ => text(),
    }
}

/// Returns the code of a coding, if it belongs to this system.
fn code_in(said: Element<'_>, system: &str) -> Option<Value> {
    let ours = said.value().get("system").and_then(Value::as_str) == Some(system);
    let code = if ours { said.text("code") } else { None };
    for understood in ["system", "display", "version"] {
        said.text(understood);
    }
    code.map(Value::from)
}

/// Returns the codes of this system in an element that is a concept or a list of concepts.
fn coded(resource: Element<'_>, element: &str, system: &str) -> Vec<Value> {
    let concepts = match resource.get(element) {
        Some(one) => vec![one],
        None => resource.items(element),
    };
    let codes = concepts.into_iter().flat_map(|concept| concept.codes_of(system));
    codes.map(Value::from).collect()
}

fn items<'a>(resource: Element<'a>, list: &str, code: &str) -> Vec<Element<'a>> {
    let is_it = |item: &Element<'a>| item.get("type").map(|t| t.codes_of(codes::KIND)).unwrap_or_default() == [code];
    resource.items(list).into_iter().filter(is_it).collect()
}

fn joined(texts: &[String]) -> Option<Value> {
    (!texts.is_empty()).then(|| texts.join("\n").into())
}

fn one(found: Vec<Value>, mapping: &FieldMapping, focus: &Focus<'_>) -> Result<Option<Value>, Refused> {
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (one, None) => Ok(one),
        _ => Err(refuse(
            "value",
            format!(
                "Meldingen har flere verdier av det samme i {}. Oppgi én.",
                mapping.words(focus.kind, focus.resource.resource_type())
            ),
        )),
    }
}

fn several(
    found: impl Iterator<Item = Value>,
    mapping: &FieldMapping,
    field: &FieldSpec,
    focus: &Focus<'_>,
) -> Result<Option<Value>, Refused> {
    let found: Vec<_> = found.collect();
    match field.ty {
        FieldType::List { .. } | FieldType::About => Ok((!found.is_empty()).then(|| found.into())),
        _ => one(found, mapping, focus),
    }
}

fn in_element(resource: Element<'_>, path: &str, field: &FieldSpec) -> Option<Value> {
    let (outer, last) = path.rsplit_once('.').map_or(("", path), |(outer, last)| (outer, last));
    let mut at = resource;
    for name in outer.split('.').filter(|name| !name.is_empty()) {
        at = at.get(name)?;
    }
    match field.ty {
        FieldType::Date => day(at, last),
        _ => at.text(last).map(Value::from),
    }
}

fn put_in_element(members: &mut Map<String, Value>, path: &str, value: &Value) {
    match path.split_once('.') {
        None => put(members, path, Some(value.clone())),
        Some((first, rest)) => {
            let inner = members.entry(first).or_insert_with(|| json!({}));
            if let Value::Object(inner) = inner {
                put_in_element(inner, rest, value);
            }
        }
    }
}

fn location(focus: &Focus<'_>) -> Option<Value> {
    let reference = focus.resource.get("location")?;
    let place = focus
        .whole
        .target(reference, focus.resource)
        .filter(|t| t.resource_type() == "Location");
    let named = place
        .and_then(|p| p.text("name"))
        .or_else(|| reference.text("display"))?;
    for understood in ["reference", "type", "display"] {
        reference.text(understood);
    }
    Some(named.into())
}

/// Returns the values of a field: the items of its list, or its single value.
fn each(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    }
    .iter()
}

fn item(code: &str, value_member: &str, value: Value) -> Value {
    json!({"type": concept(codes::KIND, code), value_member: value})
}

fn push(members: &mut Map<String, Value>, list: &str, value: Value) {
    if let Value::Array(list) = members.entry(list).or_insert_with(|| json!([])) {
        list.push(value);
    }
}

fn put_in_period<'n>(
    periods: &mut Vec<(&'n str, bool, Map<String, Value>)>,
    name: &'n str,
    is_extension: bool,
    (end, value): (&str, &Value),
) {
    let found = periods
        .iter()
        .position(|(n, ext, _)| *n == name && *ext == is_extension);
    let at = found.unwrap_or_else(|| {
        periods.push((name, is_extension, Map::new()));
        periods.len() - 1
    });
    periods[at].2.insert(end.to_owned(), value.clone());
}
