//! The extensions for fields and for the envelope.

use std::collections::BTreeMap;

use bindeledd_sdk::catalogue::{FieldSpec, FieldType, Kind};
use serde_json::{Value, json};

use super::{definition, put_structure};
use crate::codes;
use crate::kinds::SHAPES;
use crate::kinds::mapping::{At, value_member};

/// An extension: its label, its value, and the resources that may have it.
struct Extension {
    label: String,
    value: Holds,
    on: Vec<&'static str>,
}

enum Holds {
    Value(&'static str, Option<String>),
    Parts(Kind, &'static [FieldSpec]),
}

/// Extensions of every message: name, type of the value, and the resources that may have them.
pub(super) const ENVELOPE: [(&str, &str, &str, &[&str]); 7] = [
    (
        "conversation",
        "valueIdentifier",
        "Samtalen som meldingen hører til",
        &["Communication", "CarePlan"],
    ),
    (
        "expires-at",
        "valueDateTime",
        "Når meldingen slutter å være til nytte",
        &["Communication", "CarePlan", "Task"],
    ),
    (
        "in-reply-to",
        "valueIdentifier",
        "Meldingen som denne svarer på",
        &["CarePlan", "Task"],
    ),
    ("recipient", "valueReference", "En mottaker til", &["CarePlan", "Task"]),
    (
        "recipients",
        "valueCode",
        "Hvem den er til: circle er deltakerens samarbeidskrets",
        &["Communication", "CarePlan", "Task"],
    ),
    (
        "sender-reference",
        "valueString",
        "Avsenderens egen referanse",
        &["Communication", "CarePlan", "Task"],
    ),
    (
        "supersedes",
        "valueIdentifier",
        "Meldingen som denne retter",
        &["Communication", "CarePlan", "Task"],
    ),
];

pub(super) fn all() -> Vec<Value> {
    collected()
        .into_iter()
        .map(|(name, extension)| structure(name, &extension))
        .collect()
}

fn collected() -> BTreeMap<&'static str, Extension> {
    let mut out = BTreeMap::new();
    for (name, member, label, on) in ENVELOPE {
        let (label, value) = (label.to_owned(), Holds::Value(member, None));
        out.insert(
            name,
            Extension {
                label,
                value,
                on: on.to_vec(),
            },
        );
    }
    let need_area = Extension {
        label: "Område".into(),
        value: Holds::Value("valueCoding", Some(codes::system_of(Kind::FacilitationNeed, "area"))),
        on: vec!["Communication.payload"],
    };
    out.insert("need-area", need_area);
    for shape in &SHAPES {
        for mapping in shape.mappings {
            let (At::Extension(name) | At::PeriodOf(name, _)) = mapping.at else {
                continue;
            };
            let field = shape
                .kind
                .spec()
                .fields
                .iter()
                .find(|f| f.name == mapping.field)
                .unwrap();
            let found = Extension {
                label: field.label.into(),
                value: holds(shape.kind, field, &mapping.at),
                on: vec![shape.layout.resource],
            };
            let known = out.entry(name).or_insert(found);
            if !known.on.contains(&shape.layout.resource) {
                known.on.push(shape.layout.resource);
            }
        }
    }
    out
}

fn holds(kind: Kind, field: &'static FieldSpec, at: &At) -> Holds {
    let ty = match &field.ty {
        FieldType::List { of, .. } => of,
        ty => ty,
    };
    match (at, ty) {
        (At::PeriodOf(..), _) => Holds::Value("valuePeriod", None),
        (_, FieldType::Record(parts)) if value_member(ty) == "extension" => Holds::Parts(kind, parts),
        (_, FieldType::Code(_)) => Holds::Value("valueCoding", Some(codes::system_of(kind, field.name))),
        (_, FieldType::About) => Holds::Value("valueCode", Some(codes::DATA_CATEGORY.into())),
        (_, ty) => Holds::Value(value_member(ty), None),
    }
}

/// Makes the element of a value, with its binding.
fn value(path: &str, id: &str, member: &str, system: Option<&str>) -> Value {
    let mut element = json!({"id": id, "path": path, "min": 1, "type": [{"code": type_code(member)}]});
    if let Some(system) = system {
        element["binding"] = json!({"strength": "required", "valueSet": value_set(system)});
    }
    element
}

/// Returns the value set with every code of one of the project's systems.
pub(super) fn value_set(system: &str) -> String {
    system.replace("/CodeSystem/", "/ValueSet/")
}

/// Returns the type of a member `value[x]`.
pub(super) fn type_code(member: &str) -> String {
    let name = member.strip_prefix("value").unwrap();
    match name {
        "Coding" | "Identifier" | "Period" | "Reference" => name.to_owned(),
        primitive => primitive[..1].to_ascii_lowercase() + &primitive[1..],
    }
}

fn structure(name: &str, extension: &Extension) -> Value {
    let mut out = definition("StructureDefinition", name, &extension.label, &extension.label);
    let context: Vec<_> = extension
        .on
        .iter()
        .map(|on| json!({"type": "element", "expression": on}))
        .collect();
    let mut elements =
        vec![json!({"id": "Extension", "path": "Extension", "short": extension.label, "definition": extension.label})];
    match &extension.value {
        Holds::Value(member, system) => {
            elements.push(json!({"id": "Extension.extension", "path": "Extension.extension", "max": "0"}));
            elements.push(url("Extension", &codes::extension(name)));
            elements.push(value(
                "Extension.value[x]",
                "Extension.value[x]",
                member,
                system.as_deref(),
            ));
        }
        Holds::Parts(kind, parts) => {
            elements.push(
                json!({"id": "Extension.extension", "path": "Extension.extension", "min": 1,
                "slicing": {"discriminator": [{"type": "value", "path": "url"}], "rules": "open"}}),
            );
            for part in *parts {
                let id = format!("Extension.extension:{}", part.name);
                elements.push(
                    json!({"id": id, "path": "Extension.extension", "sliceName": part.name, "short": part.label,
                    "min": u8::from(part.required), "max": "1"}),
                );
                elements.push(
                    json!({"id": format!("{id}.extension"), "path": "Extension.extension.extension", "max": "0"}),
                );
                let mut named = url("Extension.extension", part.name);
                named["id"] = format!("{id}.url").into();
                elements.push(named);
                let system = matches!(part.ty, FieldType::Code(_)).then(|| codes::system_of(*kind, part.name));
                let id = format!("{id}.value[x]");
                elements.push(value(
                    "Extension.extension.value[x]",
                    &id,
                    value_member(&part.ty),
                    system.as_deref(),
                ));
            }
            elements.push(url("Extension", &codes::extension(name)));
            elements.push(json!({"id": "Extension.value[x]", "path": "Extension.value[x]", "max": "0"}));
        }
    }
    put_structure(&mut out, "complex-type", "Extension", elements);
    out["context"] = context.into();
    out
}

fn url(path: &str, fixed: &str) -> Value {
    json!({"id": format!("{path}.url"), "path": format!("{path}.url"), "fixedUri": fixed})
}
