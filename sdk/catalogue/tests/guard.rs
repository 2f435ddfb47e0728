//! Tests the free-text guard on plain sentences as people write them, with findings and without. Also tests that the guard checks
//! every text field of every kind.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::time::Instant;

use bindeledd_catalogue::guard::{Finding, What, labels, of_body, of_draft, sentence};
use bindeledd_catalogue::{Body, Draft, FieldSpec, FieldType, Kind, NationalId, arbitrary, fixtures};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const PLAIN: &str = include_str!("guard/plain.txt");
const CODES: &str = include_str!("guard/codes.txt");
const OWN: &str = "15720255178";
const OTHER: &str = "31777207884";

fn own() -> NationalId {
    NationalId::parse(OWN).unwrap()
}

fn found_in(text: &str) -> Vec<What> {
    let body = Body::parse(Kind::Answer, json!({"text": text, "about": ["dialogue"]})).unwrap();
    of_body(&body, Some(&own())).into_iter().map(|f| f.what).collect()
}

#[test]
fn ordinary_sentences_have_no_finding_and_sentences_with_codes_have_one() {
    let (plain, codes): (Vec<_>, Vec<_>) = (PLAIN.lines().collect(), CODES.lines().collect());
    assert!(plain.len() >= 150 && codes.len() >= 60);
    let wrong: Vec<_> = plain.iter().filter(|text| !found_in(text).is_empty()).collect();
    let missed: Vec<_> = codes
        .iter()
        .filter(|text| found_in(text) != [What::DiagnosisCode])
        .collect();
    println!(
        "{} ordinary sentences, {} findings; {} sentences with codes, {} missed",
        plain.len(),
        wrong.len(),
        codes.len(),
        missed.len()
    );
    assert!(
        wrong.is_empty() && missed.is_empty(),
        "wrongly: {wrong:#?}\nmissed: {missed:#?}"
    );
    // Several sentences in one text give no more findings than each sentence alone.
    let together = plain.chunks(20).map(|chunk| chunk.join(" "));
    for text in together.filter(|text| text.chars().count() <= 2000) {
        assert!(found_in(&text).is_empty(), "{text}");
    }
    for text in &codes {
        let long = format!("{} {text}\n{}", plain[92], plain[93]);
        assert_eq!(found_in(&long), [What::DiagnosisCode], "{long}");
    }
}

#[test]
fn other_peoples_numbers_are_found_and_the_participants_own_is_not() {
    for text in [
        "Søsteren 31777207884 er pårørende.",
        "Født 317772 07884.",
        "31.77.72 07884",
        "fnr.: 317772-07884!",
        // D-numbers, an H-number, and synthetic numbers of each scheme.
        "55867030041",
        "55717 030043",
        "557170-30043",
        "15717030130",
        "154670 30075",
    ] {
        let layout_is_known = text != "55717 030043";
        let expected: &[What] = if layout_is_known { &[What::IdentityNumber] } else { &[] };
        assert_eq!(found_in(text), expected, "{text}");
    }
    assert_eq!(found_in("Gjelder 15720255178, møt opp."), []);
    assert_eq!(found_in("Gjelder 157202 55178, møt opp."), []);
    assert_eq!(
        found_in("Gjelder 15720255178. Mor er 31777207884, diagnose F32."),
        [What::DiagnosisCode, What::IdentityNumber]
    );
    // A number with one wrong digit is not an identity number.
    assert_eq!(found_in("31777207885"), []);
}

/// Makes a value of a type with `text` in each of its texts, and counts the texts.
fn filled(ty: &FieldType, text: &str) -> (Value, usize) {
    match ty {
        FieldType::Text { .. } => (text.into(), 1),
        FieldType::Date => ("2026-12-01".into(), 0),
        FieldType::Instant => ("2026-12-01T09:00:00+01:00".into(), 0),
        FieldType::Code(codes) => (codes[0].code.into(), 0),
        FieldType::Integer { min, .. } => ((*min).into(), 0),
        FieldType::Number { min, .. } => ((*min).into(), 0),
        FieldType::About => (json!(["dialogue"]), 0),
        FieldType::List { of, .. } => {
            let (item, texts) = filled(of, text);
            (json!([item, item]), texts * 2)
        }
        FieldType::Record(fields) => {
            let (record, texts) = record(fields, text);
            (record, texts)
        }
        FieldType::CorrectedKind | FieldType::CorrectedBody => unreachable!("a correction is filled by hand"),
    }
}

fn record(fields: &[FieldSpec], text: &str) -> (Value, usize) {
    let mut out = Map::new();
    let mut texts = 0;
    for field in fields {
        let (value, inside) = filled(&field.ty, text);
        out.insert(field.name.into(), value);
        texts += inside;
    }
    (Value::Object(out), texts)
}

/// Makes a body of a kind with `text` in every text field, by the catalogue's table.
fn body_with(kind: Kind, text: &str) -> (Value, usize) {
    let (mut body, texts) = record(kind.spec().fields, text);
    if body.get("reasonText").is_some() {
        // Nav accepts own words only with this reason.
        body["reason"] = "ANNET".into();
    }
    (body, texts)
}

/// Returns the value at a finding's path.
fn at<'a>(message: &'a Value, path: &str) -> Option<&'a Value> {
    let pointer = path.replace(['.', '['], "/").replace(']', "");
    message.pointer(&format!("/{pointer}"))
}

#[test]
fn every_text_of_every_kind_is_looked_at() {
    let mut looked_at = 0;
    // The hub's own kinds have fixed words, and can not be corrected.
    let written = |kind: &Kind| *kind != Kind::Correction && !kind.spec().by_hub;
    let others: Vec<Kind> = Kind::ALL.into_iter().filter(written).collect();
    for kind in others {
        let text = format!("{OTHER} diagnose F32");
        let (raw, texts) = body_with(kind, &text);
        let corrected = json!({"action": "corrected", "correctedKind": kind.code(), "corrected": raw});
        for (kind, raw) in [(kind, raw), (Kind::Correction, corrected)] {
            let body = Body::parse(kind, raw.clone()).unwrap();
            let findings = of_body(&body, Some(&own()));
            assert_eq!(findings.len(), 2 * texts, "{} {findings:?}", kind.code());
            let whole = json!({"body": raw});
            for finding in &findings {
                assert_eq!(at(&whole, &finding.path), Some(&json!(text)), "{}", finding.path);
                let named = labels(kind, std::slice::from_ref(finding));
                assert!(named[0] != "Innhold", "{} has no label", finding.path);
            }
            looked_at += texts;
        }
    }
    println!("{looked_at} texts of {} kinds are looked at", Kind::ALL.len());
    assert!(looked_at > 80);
}

fn draft(extra: impl Fn(&mut Value)) -> Draft {
    let mut raw = json!({
        "kind": "question", "senderReference": "r1", "participant": {"nationalId": OWN}, "to": ["gp"],
        "sentAt": "2026-12-01T09:00:00+01:00", "body": {"text": "Hva nå?", "about": ["function"]},
    });
    extra(&mut raw);
    Draft::from_json(raw).unwrap()
}

#[test]
fn the_envelopes_texts_are_looked_at() {
    assert_eq!(of_draft(&draft(|_| {})), []);
    let whole = draft(|raw| {
        raw["participant"]["name"] = format!("Kari {OTHER}").into();
        raw["handler"] =
            json!({"name": format!("Per {OTHER}"), "role": "diagnose F32", "unit": "ICD-10 F32", "phone": OTHER});
    });
    let found: Vec<_> = of_draft(&whole).into_iter().map(|f| (f.path, f.what)).collect();
    let expect = [
        ("participant.name", What::IdentityNumber),
        ("handler.name", What::IdentityNumber),
        ("handler.role", What::DiagnosisCode),
        ("handler.unit", What::DiagnosisCode),
        ("handler.phone", What::IdentityNumber),
    ];
    assert_eq!(found, expect.map(|(path, what)| (path.to_owned(), what)));
}

#[test]
fn the_sender_is_told_by_field_and_never_by_text() {
    let finding = |path: &str, what| Finding {
        path: path.into(),
        what,
    };
    let found = [
        finding("body.manages[0]", What::DiagnosisCode),
        finding("body.manages[3]", What::DiagnosisCode),
        finding("body.limitations[0]", What::DiagnosisCode),
        finding("handler.role", What::IdentityNumber),
    ];
    assert_eq!(
        sentence(Kind::FunctionUpdate, &found),
        "Feltene «Får til» og «Begrensninger» har noe som ligner en diagnosekode. Feltet «Kontaktperson» har et fødselsnummer \
         eller D-nummer som ikke er deltakerens."
    );
    assert_eq!(sentence(Kind::Question, &[]), "");
    let corrected = [finding("body.corrected.needs[1].need", What::DiagnosisCode)];
    assert_eq!(
        sentence(Kind::Correction, &corrected),
        "Feltet «Behov» har noe som ligner en diagnosekode."
    );
}

/// Makes text from pieces that the guard looks for, and from their usual surroundings.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "\\PC{0,6}",
        "[A-Za-zØ][0-9]{1,5}[.,: -]?[0-9]{0,3}",
        "[0-9]{1,12}[ .\u{a0}/-]?",
        prop::sample::select(vec![
            "diagnose", "ICD-10", "dg.", " ", "\n", "(", ")", ": ", "kode ", "rom ", OTHER, "ø", "«", "🙂"
        ])
        .prop_map(ToOwned::to_owned),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_the_guard_ends_and_points_at_what_is_there(text in hostile()) {
        let Ok(body) = Body::parse(Kind::GoalsAgreed, json!({"goals": [text, "x"]})) else { return Ok(()) };
        let whole = json!({"body": body.to_json()});
        let findings = of_body(&body, Some(&own()));
        for finding in &findings {
            prop_assert!(at(&whole, &finding.path).is_some_and(Value::is_string), "{}", finding.path);
        }
        // The sentence uses only the catalogue's words, so that another text with the same findings gives the same sentence.
        let said = format!("{findings:?} {}", sentence(Kind::GoalsAgreed, &findings));
        for what in What::ALL {
            let count = findings.iter().filter(|f| f.what == what).count();
            prop_assert!(count <= 1);
        }
        let clean = ["Feltet", "Mål", "body.goals[0]"].iter().fold(said, |s, word| s.replace(word, ""));
        let long_words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().any(|c| c.is_ascii_digit()) && w.len() > 1);
        for word in long_words {
            prop_assert!(!clean.contains(word), "{word} is repeated in {clean}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_finding_of_a_random_message_points_at_a_text(draft in arbitrary::message()) {
        let whole = draft.to_json();
        for finding in of_draft(&draft.draft) {
            prop_assert!(at(&whole, &finding.path).is_some_and(Value::is_string), "{}", finding.path);
        }
    }
}

#[test]
fn what_it_costs_is_told() {
    let drafts: Vec<_> = Kind::ALL
        .into_iter()
        .map(|kind| fixtures::message(kind).unwrap().draft)
        .collect();
    let rounds = 2_000;
    #[expect(clippy::disallowed_methods, reason = "it measures, and nothing is asserted of it")]
    let begun = Instant::now();
    let mut found = 0;
    for _ in 0..rounds {
        for draft in &drafts {
            found += of_draft(std::hint::black_box(draft)).len();
        }
    }
    let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(rounds) / drafts.len() as f64;
    println!(
        "{each:.2} µs a message over {} fixtures, {found} findings",
        drafts.len()
    );
}
