//! Odd inputs that made other systems fail: the files of `shared/cases` if that folder exists, and the same classes in
//! documents of our own.
#![expect(clippy::panic, reason = "a test tells by panicking")]

use std::path::Path;

use bindeledd_sdk::{Adapter as _, Context, Document, Reading, Refusal};
use provider_json::{MEDIA_TYPE, ProviderJson};
use serde_json::Value;

fn read_bytes(body: &[u8]) -> Reading {
    let document = Document {
        media_type: MEDIA_TYPE,
        body,
    };
    ProviderJson::read(document, &Context::example())
}

/// Returns the message as JSON, or the refusal.
fn reading(body: &[u8]) -> Result<Value, Refusal> {
    match read_bytes(body) {
        Reading::Messages { messages, .. } if messages.len() == 1 => Ok(messages[0].to_json()),
        Reading::Refused(refusal) => Err(refusal),
        other => panic!("{other:?}"),
    }
}

/// The expected result: the value at a pointer of the message, or words of the refusal.
enum Right {
    Read(&'static str, &'static str),
    Refused(&'static [&'static str]),
}

const CASES: [(&str, Right); 15] = [
    (
        "p01-whole-number-as-85.0.json",
        Right::Read("/body/attendancePercent", "85"),
    ),
    (
        "p02-member-twice-person.json",
        Right::Refused(&["to ganger", "deltaker.norskIdent"]),
    ),
    (
        "p05-number-with-space.json",
        Right::Refused(&["norskIdent", "11 siffer"]),
    ),
    (
        "p07-sent-leap-second.json",
        Right::Read("/sentAt", "2017-01-01T00:59:59+01:00"),
    ),
    (
        "p08-sent-offset-without-colon.json",
        Right::Read("/sentAt", "2026-11-03T10:15:00+01:00"),
    ),
    ("p10-nulls-everywhere.json", Right::Read("/body/activity", "Lager.")),
    ("p11-lone-surrogate.json", Right::Refused(&["linje"])),
    ("p13-utf16.json", Right::Refused(&["UTF-16", "UTF-8"])),
    ("p14-latin1.json", Right::Refused(&["UTF-8", "linje 1"])),
    ("p16-number-as-text.json", Right::Refused(&["oppmoteprosent"])),
    (
        "p17-meeting-in-repeated-hour.json",
        Right::Read("/body/proposedTimes/0/start", "2026-10-25T02:30:00+02:00"),
    ),
    (
        "p19-meeting-in-missing-hour.json",
        Right::Read("/body/proposedTimes/0/start", "2026-03-29T03:30:00+02:00"),
    ),
    (
        "p20-meeting-at-24.json",
        Right::Read("/body/proposedTimes/0/start", "2026-11-04T00:00:00+01:00"),
    ),
    (
        "p22-decomposed-letters.json",
        Right::Read("/body/activity", "Ga\u{30a}r bra."),
    ),
    (
        "p23-two-receivers-one-twice.json",
        Right::Read("/to", "[\"nav-nordvik\"]"),
    ),
];

fn holds(name: &str, body: &[u8], right: &Right) {
    match (reading(body), right) {
        (Ok(message), Right::Read(pointer, wanted)) => {
            let found = message
                .pointer(pointer)
                .unwrap_or_else(|| panic!("{name}: no {pointer} in {message}"));
            let found = found.as_str().map_or_else(|| found.to_string(), ToOwned::to_owned);
            assert_eq!(found, *wanted, "{name}");
        }
        (Err(refusal), Right::Refused(words)) => {
            for word in *words {
                assert!(refusal.text.contains(word), "{name}: {}", refusal.text);
            }
            assert!(!refusal.text.contains("15720255178"), "{name}: {}", refusal.text);
        }
        (Ok(message), Right::Refused(_)) => panic!("{name} is read: {message}"),
        (Err(refusal), Right::Read(..)) => panic!("{name} is refused: {}", refusal.text),
    }
}

#[test]
fn the_inputs_of_public_bug_reports_come_out_right() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let folder = std::env::var_os("BINDELEDD_CASES").map_or_else(beside, Into::into);
    for (name, right) in &CASES {
        let Ok(body) = std::fs::read(folder.join(name)) else {
            println!("no {name} beside the project: not checked");
            continue;
        };
        holds(name, &body, right);
    }
}

/// Makes a document of our own, with `what` in place of a part.
fn with(part: &str, what: &str) -> Vec<u8> {
    let document = r#"{"meldingstype": "FREMDRIFT", "referanse": "A-7", "deltaker": {"norskIdent": "31777207884"},
        "mottakere": ["nav-nordvik"], "sendt": "2026-11-03T10:15:00+01:00",
        "innhold": {"status": {"type": "DELTAR"}, "dagerPerUke": 2, "deltakelsesprosent": 40}}"#;
    assert!(document.contains(part), "{part}");
    document.replacen(part, what, 1).into_bytes()
}

#[test]
fn a_member_that_stands_twice_is_refused_wherever_it_is() {
    for (part, what, place) in [
        (
            "\"referanse\": \"A-7\"",
            "\"referanse\": \"A-7\", \"referanse\": \"A-8\"",
            "referanse",
        ),
        ("\"mottakere\"", "\"mottakere\": [\"x-y\"], \"mottakere\"", "mottakere"),
        (
            "\"dagerPerUke\": 2",
            "\"dagerPerUke\": 2, \"dagerPerUke\": 2",
            "innhold.dagerPerUke",
        ),
        (
            "\"type\": \"DELTAR\"",
            "\"type\": \"DELTAR\", \"t\\u0079pe\": \"SLUTTET\"",
            "innhold.status.type",
        ),
        (
            "\"referanse\"",
            "\"vedlegg\": [{\"navn\": \"a\", \"navn\": \"b\"}], \"referanse\"",
            "vedlegg[0].navn",
        ),
    ] {
        let refusal = reading(&with(part, what)).unwrap_err();
        assert_eq!(refusal.code, "unreadable");
        assert!(
            refusal.text.contains("to ganger") && refusal.text.contains(place),
            "{}",
            refusal.text
        );
    }
}

#[test]
fn two_names_for_one_thing_must_agree() {
    let two = |second: &str| {
        with(
            "{\"norskIdent\"",
            &format!("{{\"personIdent\": \"{second}\", \"norskIdent\""),
        )
    };
    assert!(reading(&two("31777207884")).is_ok());
    let refusal = reading(&two("15720255178")).unwrap_err();
    assert!(
        refusal.text.contains("norskIdent") && refusal.text.contains("personIdent"),
        "{}",
        refusal.text
    );
    assert!(!refusal.text.contains("31777207884"));
}

#[test]
fn two_spellings_of_one_field_must_agree() {
    let two = |other: &str| {
        let fields = format!(
            "\"aarsak\": {{\"type\": \"FATT_JOBB\"}}, \"sluttdato\": \"2026-12-01\", \"sluttDato\": \"{other}\""
        );
        let content = "{\"status\": {\"type\": \"DELTAR\"}, \"dagerPerUke\": 2, \"deltakelsesprosent\": 40}";
        let document = String::from_utf8(with(content, &format!("{{{fields}}}"))).unwrap();
        document.replace("FREMDRIFT", "AVSLUTNING").into_bytes()
    };
    assert_eq!(reading(&two("2026-12-01")).unwrap()["body"]["date"], "2026-12-01");
    let refusal = reading(&two("2026-12-08")).unwrap_err();
    assert!(
        refusal.text.contains("innhold.sluttdato") && refusal.text.contains("sluttDato"),
        "{}",
        refusal.text
    );
}

#[test]
fn a_mark_before_the_document_and_whole_numbers_in_any_spelling_are_read() {
    let mut marked = b"\xef\xbb\xbf".to_vec();
    marked.extend(with(
        "\"dagerPerUke\": 2, \"deltakelsesprosent\": 40",
        "\"dagerPerUke\": 2.0, \"deltakelsesprosent\": 4E+1",
    ));
    let message = reading(&marked).unwrap();
    assert_eq!(
        (&message["body"]["daysPerWeek"], &message["body"]["percent"]),
        (&2.into(), &40.into())
    );
    let wide: Vec<u8> = std::str::from_utf8(&with("A-7", "A-9"))
        .unwrap()
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    assert!(reading(&wide).unwrap_err().text.contains("UTF-16"));
}
