//! Every field, code, kind and category of the catalogue has a native name, and no two names are equal.
#![expect(clippy::panic, reason = "a test tells by panicking")]

use std::collections::BTreeSet;

use bindeledd_sdk::catalogue::{Category, Code, FieldSpec, FieldType, Kind};
use provider_json::names::{self, Name};

fn covers(what: &str, specs: &[FieldSpec], all: &[Name]) {
    let fields: Vec<_> = specs.iter().map(|s| s.name).collect();
    let named: Vec<_> = all.iter().map(|n| n.field).collect();
    assert_eq!(
        named, fields,
        "{what}: every field has a native name, in the order of the catalogue"
    );
    for (spec, name) in specs.iter().zip(all) {
        let what = format!("{what}.{}", spec.name);
        for part in name.path.iter().chain(name.also.as_ref()) {
            assert!(part.chars().all(|c| c.is_ascii_alphanumeric()), "{what}: {part}");
        }
        match &spec.ty {
            FieldType::Record(fields)
            | FieldType::List {
                of: FieldType::Record(fields),
                ..
            } => {
                covers(&what, fields, name.inner);
            }
            FieldType::List {
                of: FieldType::List { .. } | FieldType::About | FieldType::CorrectedBody,
                ..
            } => {
                panic!("{what}: this format has no such list")
            }
            ty => {
                assert!(name.inner.is_empty(), "{what} is no record");
                if let FieldType::Code(codes)
                | FieldType::List {
                    of: FieldType::Code(codes),
                    ..
                } = ty
                {
                    codes_differ(&what, codes);
                }
            }
        }
    }
    places_differ(what, all);
}

/// Checks that no position equals another or lies inside another's value, and that the fields of a group are adjacent.
fn places_differ(what: &str, all: &[Name]) {
    for (i, one) in all.iter().enumerate() {
        for (j, other) in all.iter().enumerate().filter(|(j, _)| *j != i) {
            assert!(
                !other.path.starts_with(one.path),
                "{what}: {:?} hides {:?}",
                one.path,
                other.path
            );
            let siblings = other.path[..other.path.len() - 1] == one.path[..one.path.len() - 1];
            assert!(
                !siblings || one.also != other.path.last().copied(),
                "{what}: {:?} is taken",
                one.also
            );
            let shared = one.path.iter().zip(other.path).take_while(|(a, b)| a == b).count();
            if shared > 0 && i < j {
                assert!(
                    all[i..=j].iter().all(|n| n.path.starts_with(&one.path[..shared])),
                    "{what}: the group {:?} is torn apart",
                    &one.path[..shared]
                );
            }
        }
    }
}

fn codes_differ(what: &str, codes: &'static [Code]) {
    let mut seen = BTreeSet::new();
    for code in codes.iter().map(|c| c.code) {
        let native = names::code(code);
        assert!(
            native
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'),
            "{what}: {code} has no native code"
        );
        assert!(seen.insert(native), "{what}: two codes are {native}");
        assert_eq!(names::parse_code(codes, native), Some(code));
    }
    assert_eq!(names::parse_code(codes, "FINNES_IKKE"), None);
    let english = codes.iter().map(|c| c.code).find(|code| names::code(code) != *code);
    assert!(
        english.is_none_or(|code| names::parse_code(codes, code).is_none()),
        "{what} reads native codes only"
    );
}

#[test]
fn every_field_of_every_kind_has_a_native_name() {
    for kind in Kind::ALL {
        covers(kind.code(), kind.spec().fields, names::of_kind(kind));
    }
}

#[test]
fn kinds_and_categories_are_told_apart() {
    for kind in Kind::ALL {
        let is_read = (!kind.spec().by_hub).then_some(kind);
        assert_eq!(names::parse_kind(names::kind(kind)), is_read);
    }
    let mut all = Kind::ALL.map(names::kind);
    all.sort_unstable();
    assert!(all.windows(2).all(|two| two[0] != two[1]));
    for category in Category::ALL {
        assert_eq!(names::parse_category(names::category(category)), Some(category));
    }
}

#[test]
fn navs_own_words_are_navs() {
    let of = |kind, field: &str| {
        let name = names::of_kind(kind).iter().find(|n| n.field == field);
        name.map(|n| n.path.join("."))
    };
    assert_eq!(
        of(Kind::ProgressUpdate, "percent").as_deref(),
        Some("deltakelsesprosent")
    );
    assert_eq!(of(Kind::ProgressUpdate, "daysPerWeek").as_deref(), Some("dagerPerUke"));
    assert_eq!(of(Kind::MeasureEnded, "reason").as_deref(), Some("aarsak.type"));
    assert_eq!(
        of(Kind::MeasureEnded, "reasonText").as_deref(),
        Some("aarsak.beskrivelse")
    );
    assert_eq!(of(Kind::StartMeeting, "measure").as_deref(), Some("tiltakstype"));
    assert_eq!(names::code("VENTER_PA_OPPSTART"), "VENTER_PA_OPPSTART");
}
