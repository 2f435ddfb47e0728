//! Laws that hold for every message, body, category set and identifier, tested on random values.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test tells by panicking")]

mod support;

use bindeledd_catalogue::arbitrary;
use bindeledd_catalogue::{Body, Category, CategorySet, Draft, InputCode, Kind, Message, fixtures, prose, schema};
use proptest::prelude::*;
use serde_json::{Value, json};

fn resolve(reference: &str) -> Value {
    let name = reference.trim_start_matches("body/").trim_end_matches(".json");
    schema::body(Kind::parse(name).unwrap())
}

fn accepted_by_schema(kind: Kind, raw: &Value) -> bool {
    support::accepts(&schema::body(kind), raw, &resolve)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// The text names the corrected message for a person; reading skips that line.
    #[test]
    fn a_correction_says_what_it_corrects_and_is_read_back(message in arbitrary::body_of(Kind::Correction).prop_flat_map(arbitrary::message_with)) {
        let text = prose::write_message(&message);
        let corrects = prose::superseded(message.corrects.as_ref().unwrap());
        let said = format!("Retter: {corrects}");
        prop_assert_eq!(text.lines().nth(1), Some(said.as_str()));
        prop_assert_eq!(prose::read(&text), Some(message.draft.body.clone()));
        let again = Message::parse(message.to_json().to_string().as_bytes()).unwrap();
        prop_assert_eq!(again, message);
    }
}

fn sets() -> impl Strategy<Value = CategorySet> {
    any::<u8>().prop_map(|bits| CategorySet::from_bits(bits).unwrap())
}

/// Replaces some part of `value` by something else.
fn mutated(value: Value) -> impl Strategy<Value = Value> {
    let other = prop_oneof![
        Just(Value::Null),
        Just(json!("")),
        Just(json!(" \r\n")),
        Just(json!("a\r\nb")),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({})),
        Just(json!({"icd10": "F32"})),
        Just(json!("2026-02-30")),
        Just(json!("2026-12-01")),
        Just(json!("2026-12-01T09:00")),
        Just(json!("-000001-01-01T00:00:00Z")),
        Just(json!("x".repeat(2001))),
        (-10_i64..200).prop_map(Value::from),
        (-1.0_f64..110.0).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0_u32..1100).prop_map(|tenths| Value::from(f64::from(tenths) / 10.0)),
        any::<String>().prop_map(Value::from),
        "[a-zA-Z-]{1,12}".prop_map(Value::from),
        arbitrary::kind().prop_map(|kind| Value::from(kind.code())),
    ];
    (any::<prop::sample::Index>(), other, 0..4_u8).prop_map(move |(place, other, how)| {
        let mut value = value.clone();
        let mut left = place.index(nodes(&value));
        change(&mut value, &mut left, &other, how);
        value
    })
}

fn nodes(value: &Value) -> usize {
    1 + match value {
        Value::Object(map) => map.values().map(nodes).sum(),
        Value::Array(items) => items.iter().map(nodes).sum(),
        _ => 0,
    }
}

fn change(value: &mut Value, left: &mut usize, other: &Value, how: u8) -> bool {
    if *left == 0 {
        match (value, how) {
            (Value::Object(map), 1) => drop(map.insert("fremmed".into(), other.clone())),
            (Value::Object(map), 2) => drop(map.keys().next().cloned().map(|first| map.remove(&first))),
            (Value::Array(items), 1) => items.push(other.clone()),
            (Value::Array(items), 2) => *items = items.iter().cycle().take(items.len() * 12).cloned().collect(),
            (place, _) => *place = other.clone(),
        }
        return true;
    }
    *left -= 1;
    match value {
        Value::Object(map) => map.values_mut().any(|v| change(v, left, other, how)),
        Value::Array(items) => items.iter_mut().any(|v| change(v, left, other, how)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_body_is_read_back_as_it_was(body in arbitrary::body()) {
        prop_assert_eq!(&Body::parse(body.kind(), body.to_json()).unwrap(), &body);
        prop_assert_eq!(&Body::parse_minimised(body.kind(), body.to_json()).unwrap(), &body);
    }

    #[test]
    fn a_bodys_text_is_read_back_as_it_was(body in arbitrary::body()) {
        let text = prose::write(&body);
        prop_assert_eq!(prose::read(&text), Some(body.clone()), "{}", text);
        prop_assert_eq!(prose::read(&text.replace('\n', "\r\n")), Some(body.clone()));
        prop_assert_eq!(prose::read_fields(body.kind(), &prose::write_fields_only(&body)), Some(body));
    }

    #[test]
    fn a_minimised_bodys_text_is_read_back_as_it_was(body in arbitrary::body(), permitted in sets()) {
        let kept = body.keep(permitted);
        if !kept.fields().is_empty() {
            prop_assert_eq!(prose::read(&prose::write(&kept)), Some(kept));
        }
    }

    #[test]
    fn keeping_keeps_what_is_permitted_and_nothing_else(body in arbitrary::body(), permitted in sets()) {
        let kept = body.keep(permitted);
        prop_assert!(kept.needs().iter().all(|need| need.needs.is_subset(permitted)));
        for need in body.needs() {
            let there = if need.inside_corrected { kept.get("corrected").and_then(|c| c.get(need.field)) } else { kept.get(need.field) };
            let readable = !need.inside_corrected || kept.corrected_kind().is_some();
            prop_assert_eq!(there.is_some(), readable && need.needs.is_subset(permitted), "{}", need.field);
        }
        prop_assert_eq!(&kept.keep(permitted), &kept);
        // A body that may go to a receiver is a valid message when the receiver reads it.
        prop_assert!(!kept.is_complete() || Body::parse(kept.kind(), kept.to_json()).is_ok());
        prop_assert_eq!(body.keep(body.all_needs()), body);
    }

    #[test]
    fn a_message_is_read_back_as_it_was(message in arbitrary::message()) {
        let json = message.to_json();
        prop_assert!(support::accepts(&schema::envelope(), &json, &resolve));
        let bytes = serde_json::to_vec(&json).unwrap();
        prop_assert_eq!(&Message::parse(&bytes).unwrap(), &message);
        // The hub sets the id and the sender; a draft ignores these fields.
        prop_assert_eq!(&Draft::parse(&bytes).unwrap(), &message.draft);
        prop_assert_eq!(Draft::from_json(message.draft.to_json()).unwrap(), message.draft);
    }

    #[test]
    fn a_newer_hubs_fields_are_passed_over(message in arbitrary::message(), name in "ny[a-z]{1,8}") {
        let mut json = message.to_json();
        json[&name] = json!({"noe": 1});
        json["body"][&name] = json!([true]);
        prop_assert_eq!(Message::parse(&serde_json::to_vec(&json).unwrap()).unwrap(), message);
        prop_assert!(Draft::from_json(json).is_err(), "a sender's stray field is refused");
    }

    #[test]
    fn what_the_hub_takes_the_schema_takes((kind, raw) in arbitrary::body().prop_flat_map(|b| (Just(b.kind()), mutated(b.to_json())))) {
        if let Ok(body) = Body::parse(kind, raw.clone()) {
            prop_assert!(accepted_by_schema(kind, &raw), "{kind}: {raw}");
            let canonical = body.to_json();
            prop_assert!(accepted_by_schema(kind, &canonical), "{kind}: {canonical}");
            prop_assert_eq!(Body::parse(kind, canonical).unwrap(), body, "canonical form is stable");
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(mut bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        arbitrary::kind().prop_map(|kind| fixtures::json(kind).as_bytes().to_vec()),
    ], place: prop::sample::Index, with: u8, cut: prop::sample::Index) {
        if !bytes.is_empty() {
            let place = place.index(bytes.len());
            bytes[place] = with;
            bytes.truncate(cut.index(bytes.len()) + 1);
        }
        let _ = (Draft::parse(&bytes), Message::parse(&bytes));
        let text = String::from_utf8_lossy(&bytes);
        let _ = prose::read(&text);
        for kind in Kind::ALL {
            let _ = prose::read_fields(kind, &text);
        }
    }

    #[test]
    fn changed_messages_are_read_or_refused_with_a_place(raw in arbitrary::message().prop_flat_map(|m| mutated(m.draft.to_json()))) {
        match Draft::from_json(raw.clone()) {
            Ok(draft) => {
                prop_assert_eq!(&Draft::from_json(draft.to_json()).unwrap(), &draft, "canonical form is stable");
                prop_assert!(support::accepts(&schema::envelope(), &draft.to_json(), &resolve));
            }
            Err(e) => prop_assert!(raw.is_object() != e.path.is_empty(), "{}", e),
        }
    }

    #[test]
    fn category_sets_are_sets(a in sets(), b in sets(), c in sets()) {
        prop_assert_eq!(a.union(b), b.union(a));
        prop_assert_eq!(a.intersection(b.union(c)), a.intersection(b).union(a.intersection(c)));
        prop_assert_eq!(a.difference(b).union(a.intersection(b)), a);
        prop_assert!(a.difference(b).intersection(b).is_empty());
        prop_assert_eq!(a.is_subset(b), a.union(b) == b);
        prop_assert_eq!(a.is_subset(b), a.difference(b).is_empty());
        prop_assert_eq!(a.iter().collect::<CategorySet>(), a);
        prop_assert_eq!(a.codes().into_iter().map(|code| Category::parse(code).unwrap()).collect::<CategorySet>(), a);
        prop_assert_eq!(CategorySet::from_bits(a.bits()), Some(a));
        for category in Category::ALL {
            prop_assert_eq!(a.union(b).contains(category), a.contains(category) || b.contains(category));
        }
    }
}

#[test]
fn what_the_hub_makes_is_read_by_adapters_and_taken_from_nobody() {
    let json = fixtures::json(Kind::ConsentWithdrawn);
    let message = Message::parse(json.as_bytes()).unwrap();
    let error = Draft::parse(json.as_bytes()).unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (InputCode::Invalid, "kind"));
    assert!(error.expected.contains("the hub's own"), "{error}");
    let body = &message.draft.body;
    let text = prose::write(body);
    assert_eq!(prose::read(&text).as_ref(), Some(body));
    assert!(
        text.contains("\nGjelder: mål og plan, fremdrift, funksjonsopplysninger\n"),
        "{text}"
    );
    assert!(text.contains("plikten til å føre journal gjelder som før"), "{text}");
    // A message that only the hub makes can not occur inside a correction either.
    let inside = json!({"action": "sent-by-mistake", "correctedKind": "consent-withdrawn"});
    assert!(Body::parse(Kind::Correction, inside.clone()).is_err());
    assert!(!accepted_by_schema(Kind::Correction, &inside));
    assert_eq!(Kind::by_parties().count(), Kind::ALL.len() - 1);
}

#[test]
fn every_tenth_is_a_number_with_one_decimal_and_no_hundredth_is() {
    for tenths in 0..=600_u32 {
        let hours: f64 = format!("{}.{}", tenths / 10, tenths % 10).parse().unwrap();
        let body = Body::parse(Kind::FunctionUpdate, json!({"manages": ["x"], "hoursPerWeek": hours})).unwrap();
        let said = body.get("hoursPerWeek").unwrap().as_f64().unwrap();
        assert!((said - hours).abs() < f64::EPSILON);
        assert!(body.get("hoursPerWeek").unwrap().to_string().len() <= 4);
        let finer = json!({"manages": ["x"], "hoursPerWeek": f64::from(tenths) / 10.0 - 0.05});
        assert!(Body::parse(Kind::FunctionUpdate, finer).is_err());
    }
}

#[test]
fn json_that_is_too_deep_is_refused_with_its_place() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = Draft::parse(deep.as_bytes()).unwrap_err();
    assert_eq!(error.path, "line 1 column 128");
}

#[test]
fn the_checker_of_schemas_finds_what_is_wrong() {
    // The agreement above depends on these cases.
    let wrong = [
        (Kind::Answer, json!({"text": "Ja"})),
        (Kind::Answer, json!({"text": "  ", "about": ["goals"]})),
        (Kind::Answer, json!({"text": "Ja", "about": ["goals"], "icd10": "F32"})),
        (Kind::ProgressUpdate, json!({"status": "DELTAR", "percent": 101})),
        (Kind::ProgressUpdate, json!({"status": "DELTAR", "percent": 50.5})),
        (Kind::SupportResponse, json!({"who": "NN", "when": "i morgen"})),
        (
            Kind::MeasureEnded,
            json!({"reason": "SYK", "reasonText": "x", "date": "2026-12-01"}),
        ),
        (
            Kind::Correction,
            json!({"action": "corrected", "correctedKind": "answer"}),
        ),
        (
            Kind::Correction,
            json!({"action": "sent-by-mistake", "correctedKind": "answer", "corrected": {}}),
        ),
        (
            Kind::Correction,
            json!({"action": "corrected", "correctedKind": "answer", "corrected": {"text": "Ja"}}),
        ),
    ];
    for (kind, raw) in wrong {
        assert!(!accepted_by_schema(kind, &raw), "{kind}: {raw}");
        assert!(Body::parse(kind, raw).is_err());
    }
    for kind in Kind::ALL {
        let message: Value = serde_json::from_str(fixtures::json(kind)).unwrap();
        assert!(support::accepts(&schema::envelope(), &message, &resolve), "{kind}");
        let mut to_circle = message.clone();
        to_circle["to"] = "circle".into();
        assert_eq!(
            support::accepts(&schema::envelope(), &to_circle, &resolve),
            !kind.spec().named_parties_only
        );
    }
}
