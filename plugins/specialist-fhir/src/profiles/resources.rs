//! A profile of each kind: its resource, with each field at its place.

use bindeledd_sdk::catalogue::{FieldSpec, FieldType, Kind};
use serde_json::{Value, json};

use super::extensions::{ENVELOPE, type_code, value_set};
use super::{definition, put_structure};
use crate::coded::concept;
use crate::codes;
use crate::kinds::mapping::{At, FieldMapping, value_member};
use crate::kinds::{SHAPES, Shape};
use crate::xml::model::Model;

pub(super) fn all() -> Vec<Value> {
    SHAPES.iter().map(profile).chain([correction()]).collect()
}

fn profile(shape: &'static Shape) -> Value {
    let (spec, resource) = (shape.kind.spec(), shape.layout.resource);
    let name = codes::profile_name(shape.kind);
    let mut out = definition("StructureDefinition", name, spec.title, spec.purpose);
    let mut elements = vec![json!({"id": resource, "path": resource, "short": spec.title, "definition": spec.purpose})];
    elements.extend(extensions(shape));
    elements.extend(kind_elements(shape));
    for (member, short) in [
        (
            shape.layout.subject,
            "Deltakeren, med fødselsnummer eller D-nummer som identifier",
        ),
        (shape.layout.sent, "Når meldingen ble sendt"),
        (shape.layout.author, "Hvem som sendte den"),
    ] {
        let min = u8::from(member == shape.layout.subject);
        elements.push(
            json!({"id": format!("{resource}.{member}"), "path": format!("{resource}.{member}"), "short": short,
            "min": min, "mustSupport": true}),
        );
    }
    for mapping in shape.mappings {
        let field = spec.fields.iter().find(|f| f.name == mapping.field).unwrap();
        elements.extend(field_elements(shape, mapping, field));
    }
    put_structure(&mut out, "resource", resource, in_order(elements));
    out
}

/// Makes the profile of a correction's Provenance, which names the effect and the corrected message.
fn correction() -> Value {
    let spec = Kind::Correction.spec();
    let description = format!(
        "{} The resource itself is that of the kind that is corrected, whose category or code says correction too; with \
         the status entered-in-error it takes the message back.",
        spec.purpose
    );
    let mut out = definition("StructureDefinition", spec.code, spec.title, &description);
    let element = |path: &str, more: Value| {
        let mut element = json!({"id": path, "path": path});
        for (name, value) in more.as_object().unwrap() {
            element[name] = value.clone();
        }
        element
    };
    let elements = vec![
        element("Provenance", json!({"short": spec.title, "definition": spec.purpose})),
        element("Provenance.target", json!({"max": "1", "short": "MessageHeader"})),
        element(
            "Provenance.activity",
            json!({"min": 1, "binding": {"strength": "required", "valueSet": value_set(codes::ACTIVITY)}}),
        ),
        element("Provenance.entity", json!({"min": 1, "max": "1"})),
        element("Provenance.entity.role", json!({"fixedCode": "revision"})),
        element("Provenance.entity.what", json!({"short": "Meldingen som rettes"})),
        element("Provenance.entity.what.identifier", json!({"min": 1})),
    ];
    put_structure(&mut out, "resource", "Provenance", elements);
    out
}

fn slicing(path: &str, ty: &str, at: &str) -> Value {
    json!({"id": path, "path": path, "slicing": {"discriminator": [{"type": ty, "path": at}], "rules": "open"}})
}

/// Makes the elements of the category or the code that hold the kind.
fn kind_elements(shape: &Shape) -> Vec<Value> {
    let resource = shape.layout.resource;
    if resource == "Task" {
        let asked: Vec<_> = SHAPES
            .iter()
            .filter(|s| s.layout.resource == "Task")
            .map(|s| s.kind.code())
            .collect();
        let mut code = json!({"id": "Task.code", "path": "Task.code", "min": 1, "mustSupport": true,
            "short": "Meldingstypen; i et svar den som ble spurt om"});
        if !shape.layout.answers {
            code["patternCodeableConcept"] = concept(codes::KIND, shape.kind.code());
        } else {
            code["definition"] = format!("One of {} of {}", asked.join(", "), codes::KIND).into();
        }
        let statuses = shape.statuses.join(", ");
        let status = json!({"id": "Task.status", "path": "Task.status", "short": statuses});
        return vec![code, status];
    }
    let path = format!("{resource}.category");
    let slice = json!({"id": format!("{path}:kind"), "path": path, "sliceName": "kind", "min": 1, "max": "1",
        "short": "Meldingstypen", "patternCodeableConcept": concept(codes::KIND, shape.kind.code()), "mustSupport": true});
    let mut sliced = slicing(&path, "pattern", "$this");
    sliced["min"] = 1.into();
    vec![sliced, slice]
}

fn extensions(shape: &'static Shape) -> Vec<Value> {
    let resource = shape.layout.resource;
    let path = format!("{resource}.extension");
    let mut out = vec![slicing(&path, "value", "url")];
    let mut slice = |name: &str, label: &str, min: bool, max: &str| {
        let known = out.iter().any(|e| e["sliceName"] == name);
        if !known {
            out.push(
                json!({"id": format!("{path}:{name}"), "path": path, "sliceName": name, "short": label,
                "min": u8::from(min), "max": max, "mustSupport": true,
                "type": [{"code": "Extension", "profile": [codes::extension(name)]}]}),
            );
        }
    };
    for mapping in shape.mappings {
        let field = shape
            .kind
            .spec()
            .fields
            .iter()
            .find(|f| f.name == mapping.field)
            .unwrap();
        let many = matches!(field.ty, FieldType::List { .. } | FieldType::About);
        match mapping.at {
            At::Extension(name) => slice(name, field.label, field.required, if many { "*" } else { "1" }),
            At::PeriodOf(name, _) => slice(name, "Periode", false, "1"),
            _ => {}
        }
    }
    for (name, _, label, on) in ENVELOPE {
        if on.contains(&resource) && !(name == "in-reply-to" && shape.layout.answers) {
            slice(name, label, false, if name == "recipient" { "*" } else { "1" });
        }
    }
    if out.iter().any(|slice| slice["min"] == 1) {
        out[0]["min"] = 1.into();
    }
    out
}

/// Makes the elements for one field, except extensions.
fn field_elements(shape: &'static Shape, mapping: &FieldMapping, field: &FieldSpec) -> Vec<Value> {
    let resource = shape.layout.resource;
    let element = |path: &str, min: bool| {
        let path = format!("{resource}.{path}");
        let mut out = json!({"id": path, "path": path, "short": field.label, "mustSupport": true});
        if min {
            out["min"] = 1.into();
        }
        out
    };
    match &mapping.at {
        At::Payload => vec![element("payload", field.required)],
        At::Note => vec![element("note", field.required)],
        At::Location => vec![element("location", field.required)],
        At::Element(path) => vec![element(path, field.required)],
        At::Own(path, _) => vec![element(path, field.required && !path.contains('.'))],
        At::Concept(path) => {
            let mut out = element(path, field.required);
            out["binding"] = json!({"strength": "required",
                "valueSet": value_set(&codes::system_of(shape.kind, field.name))});
            vec![out]
        }
        At::Item(list, code) => item(resource, list, code, field, shape.kind),
        At::ItemPeriod(code, "start") => {
            let mut elements = item(resource, "input", code, field, shape.kind);
            elements[1]["short"] = "Tiltaksperiode".into();
            elements[3]["type"] = json!([{"code": "Period"}]);
            elements
        }
        At::ItemPeriod(..) | At::Extension(_) | At::PeriodOf(..) => Vec::new(),
    }
}

/// Makes a slice of a task's input or output.
fn item(resource: &str, list: &str, code: &str, field: &FieldSpec, kind: Kind) -> Vec<Value> {
    let path = format!("{resource}.{list}");
    let id = format!("{path}:{code}");
    let (many, ty) = match &field.ty {
        FieldType::List { of, .. } => (true, *of),
        ty => (false, ty),
    };
    let mut value = json!({"id": format!("{id}.value[x]"), "path": format!("{path}.value[x]"),
        "type": [{"code": type_code(value_member(ty))}]});
    if matches!(ty, FieldType::Code(_)) {
        value["binding"] = json!({"strength": "required", "valueSet": value_set(&codes::system_of(kind, field.name))});
    }
    let mut sliced = slicing(&path, "pattern", "type");
    if field.required {
        sliced["min"] = 1.into();
    }
    vec![
        sliced,
        json!({"id": id, "path": path, "sliceName": code, "short": field.label, "min": u8::from(field.required),
            "max": if many { "*" } else { "1" }, "mustSupport": true}),
        json!({"id": format!("{id}.type"), "path": format!("{path}.type"),
            "patternCodeableConcept": concept(codes::KIND, code)}),
        value,
    ]
}

/// Sorts the elements into the order of the resource, without duplicates.
fn in_order(elements: Vec<Value>) -> Vec<Value> {
    let model = Model::new();
    let text = |element: &Value, member: &str| element[member].as_str().unwrap_or_default().to_owned();
    let mut out: Vec<Value> = Vec::new();
    for element in elements {
        let Some(known) = out.iter_mut().find(|known| known["id"] == element["id"]) else {
            out.push(element);
            continue;
        };
        // Several fields share this element. It is required if one of the fields is, and its text names all of them.
        if known["min"].as_u64() < element["min"].as_u64() {
            known["min"] = element["min"].clone();
        }
        if known["short"].is_string() && known["short"] != element["short"] {
            known["short"] = format!("{}; {}", text(known, "short"), text(&element, "short")).into();
        }
    }
    // A slice follows its list with all of its elements, in the order in which the slices were added.
    let slices: Vec<String> = out.iter().map(|e| text(e, "id")).collect();
    out.sort_by_key(|element| {
        let (id, path) = (text(element, "id"), text(element, "path"));
        let top = path
            .split('.')
            .nth(1)
            .map_or(0, |name| 1 + rank(&model, path.split('.').next().unwrap(), name));
        let slice = id
            .split(':')
            .nth(1)
            .map(|slice| slice.split('.').next().unwrap().to_owned());
        let slice = slice.map_or(0, |slice| {
            let first = slices.iter().position(|s| s.contains(&format!(":{slice}")));
            1 + first.unwrap()
        });
        (top, slice, path.split('.').count(), inside(&model, &path))
    });
    out
}

/// Returns the position of an element among those of its type.
fn rank(model: &Model, ty: &str, name: &str) -> usize {
    let bare = name.strip_suffix("[x]").unwrap_or(name);
    let slots = model.slots(ty).unwrap();
    slots
        .iter()
        .position(|slot| slot.name == bare)
        .unwrap_or_else(|| panic!("{ty} has no {name}"))
}

/// Returns the position of an element inside a task's input or output.
fn inside(model: &Model, path: &str) -> usize {
    match path.split('.').collect::<Vec<_>>().as_slice() {
        [resource, list @ ("input" | "output"), name] => rank(model, &format!("{resource}.{list}"), name),
        _ => 0,
    }
}
