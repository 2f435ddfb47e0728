//! Code systems, and a value set for each.

use bindeledd_sdk::catalogue::{Category, Code, FieldSpec, FieldType, Kind, Purpose};
use serde_json::{Value, json};

use super::definition;
use crate::codes::{self, CODE_LISTS, CodeList};
use crate::kinds::SHAPES;
use crate::kinds::mapping::At;
use crate::provenance::Activity;

/// Codes with their meaning in plain Norwegian.
type Codes = Vec<(String, String)>;

pub(super) fn all() -> Vec<Value> {
    let mut out = Vec::new();
    for (name, title, list) in systems() {
        let concepts: Vec<_> = list
            .iter()
            .map(|(code, display)| json!({"code": code, "display": display}))
            .collect();
        let mut system = definition(
            "CodeSystem",
            name,
            title,
            &format!("{title}, as messages of Bindeledd say it."),
        );
        system["caseSensitive"] = true.into();
        system["content"] = "complete".into();
        system["count"] = concepts.len().into();
        system["concept"] = concepts.into();
        let mut set = definition("ValueSet", name, title, &format!("Every code of {title}."));
        set["compose"] = json!({"include": [{"system": codes::code_system(name)}]});
        if name == "message-kind" {
            let kinds: Vec<_> = Kind::ALL.into_iter().map(|kind| json!({"code": kind.code()})).collect();
            set["compose"]["include"][0]["concept"] = kinds.into();
            set["description"] = "What a message is.".into();
        }
        out.extend([system, set]);
    }
    out
}

fn systems() -> Vec<(&'static str, &'static str, Codes)> {
    let own = |pairs: &[(&str, &str)]| pairs.iter().map(|(c, d)| ((*c).to_owned(), (*d).to_owned())).collect();
    let purposes = Purpose::ALL.map(|p| (p.code().to_owned(), "Arbeidsrettet oppfølging".to_owned()));
    let mut out = vec![
        ("message-kind", "Message kinds and their parts", kinds_and_parts()),
        (
            "data-category",
            "Data categories",
            Category::ALL
                .map(|c| (c.code().to_owned(), c.norwegian().to_owned()))
                .into(),
        ),
        ("purpose", "Purposes", purposes.into()),
        (
            "delivery",
            "What there is to know of a delivery",
            own(&[("something-withheld", "Noe er utelatt for denne mottakeren.")]),
        ),
        (
            "message-activity",
            "What a message does to an earlier one",
            Activity::ALL
                .map(|(_, code, words)| (code.to_owned(), words.to_owned()))
                .into(),
        ),
    ];
    for list in &CODE_LISTS {
        let codes = codes_of(list).iter().map(|c| (c.code.to_owned(), c.text.to_owned()));
        out.push((list.name, title(list), codes.collect()));
    }
    out
}

fn title(list: &CodeList) -> &'static str {
    let (kind, field) = list.fields[0];
    field_of(kind.spec().fields, field).unwrap().label
}

/// Returns the catalogue's codes of a list. All fields with the list must have the same codes.
fn codes_of(list: &CodeList) -> &'static [Code] {
    let mut found = list
        .fields
        .iter()
        .map(|(kind, name)| match &field_of(kind.spec().fields, name).unwrap().ty {
            FieldType::Code(codes) => *codes,
            other => panic!("{kind}.{name} holds no codes: {other:?}"),
        });
    let first = found.next().unwrap();
    assert!(
        found.all(|other| std::ptr::eq(first, other)),
        "{} is not one list",
        list.name
    );
    first
}

/// Finds a field by name, in the kind or in one of its records.
fn field_of(fields: &'static [FieldSpec], name: &str) -> Option<&'static FieldSpec> {
    fields.iter().find_map(|field| match &field.ty {
        _ if field.name == name => Some(field),
        FieldType::Record(inner)
        | FieldType::List {
            of: FieldType::Record(inner),
            ..
        } => field_of(inner, name),
        _ => None,
    })
}

fn kinds_and_parts() -> Codes {
    let mut out: Codes = Kind::ALL
        .map(|kind| (kind.code().to_owned(), kind.spec().title.to_owned()))
        .into();
    let mut part = |code: &str, words: &str| {
        if !out.iter().any(|(known, _)| known == code) {
            out.push((code.to_owned(), words.to_owned()));
        }
    };
    for shape in &SHAPES {
        for mapping in shape.mappings {
            let label = field_of(shape.kind.spec().fields, mapping.field).unwrap().label;
            match mapping.at {
                At::Item(_, code) => part(code, label),
                At::ItemPeriod(code, _) => part(code, "Tiltaksperiode"),
                _ => {}
            }
        }
    }
    for (code, words) in [
        ("function-percent", "Funksjonsopplysninger med omfang"),
        ("manages", "Får til"),
        ("condition", "Forutsetning"),
        ("limitation", "Begrensning"),
        ("hours-per-week", "Timer i uken"),
        ("aft-plan", "Mål og plan, med et annet navn"),
    ] {
        part(code, words);
    }
    out
}

#[test]
fn every_field_with_codes_has_one_code_system() {
    fn check(kind: Kind, fields: &'static [FieldSpec]) {
        for field in fields {
            let lists = CODE_LISTS
                .iter()
                .filter(|list| list.fields.contains(&(kind, field.name)));
            match &field.ty {
                FieldType::Code(_) => assert_eq!(lists.count(), 1, "{kind}.{}", field.name),
                FieldType::Record(inner)
                | FieldType::List {
                    of: FieldType::Record(inner),
                    ..
                } => check(kind, inner),
                _ => assert_eq!(lists.count(), 0, "{kind}.{}", field.name),
            }
        }
    }
    // A correction's own fields are in the resource's status and category.
    for kind in Kind::ALL.into_iter().filter(|k| *k != Kind::Correction) {
        check(kind, kind.spec().fields);
    }
}
