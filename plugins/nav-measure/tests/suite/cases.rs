//! Odd inputs that made other systems fail: the files of `shared/cases` if that folder exists, and the same classes in
//! documents of our own.

use std::path::Path;

use bindeledd_sdk::{Reading, Response, Settlement};
use nav_measure::NavMeasure;

use bindeledd_sdk::Adapter as _;

use crate::common::{context, read_bytes};

const MESSAGE: &str = r#"{"version": 1, "id": "nav-77", "type": "NAV_MESSAGE", "patientIdent": "31777207884",
    "providerId": "915933149", "message": "Vi ser på saken.", "numberOfAttachments": 0, "conversationReference": null}"#;

fn code(body: &[u8]) -> String {
    match read_bytes(body, &context()) {
        Reading::Messages { messages, .. } if messages.len() == 1 => "read".into(),
        Reading::Refused(refusal) => {
            assert!(!refusal.text.contains("15720255178"), "{}", refusal.text);
            format!("{}: {}", refusal.code, refusal.text)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_inputs_of_public_bug_reports_come_out_right() {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let folder = std::env::var_os("BINDELEDD_CASES").map_or_else(beside, Into::into);
    for (name, right) in [
        ("n01-nav-message.json", "read"),
        ("n02-version-as-1.0.json", "read"),
        (
            "n03-patient-twice.json",
            "unreadable: Samme felt står to ganger i dokumentet, patientIdent",
        ),
    ] {
        let Ok(body) = std::fs::read(folder.join(name)) else {
            println!("no {name} beside the project: not checked");
            continue;
        };
        let found = code(&body);
        assert!(found.starts_with(right), "{name}: {found}");
    }
}

#[test]
fn whole_numbers_in_any_spelling_a_mark_and_a_member_twice() {
    for version in ["1", "1.0", "1.00e0", "10E-1"] {
        let document = MESSAGE.replacen("\"version\": 1,", &format!("\"version\": {version},"), 1);
        assert_eq!(code(document.as_bytes()), "read", "{version}");
        assert_eq!(code(format!("\u{feff}{document}").as_bytes()), "read", "{version}");
    }
    assert!(code(MESSAGE.replacen("\"version\": 1,", "\"version\": 1.5,", 1).as_bytes()).starts_with("invalid"));
    for twice in ["\"message\": \"Noe annet.\", ", "\"x\": {\"a\": 1, \"a\": 1}, "] {
        let document = MESSAGE.replacen('{', &format!("{{{twice}"), 1);
        assert!(code(document.as_bytes()).contains("to ganger"), "{twice}");
    }
    let wide: Vec<u8> = MESSAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(code(&wide).contains("UTF-16"));
}

#[test]
fn an_answer_with_a_member_twice_confirms_nothing() {
    let settled = |body: &str| {
        let response = Response {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into(),
        };
        NavMeasure::settle(&response, &context())
    };
    let twice = r#"{"id": "a", "id": "b", "status": "GODKJENT", "status": "AVVIST"}"#;
    assert!(matches!(settled(twice), Settlement::RetryAfter(_)));
}
