//! Every input, even from a stranger, gets a clear answer, never causes a panic, and costs work in proportion to its size.

use crate::common;
use crate::common::{fixture, read, refusal};
use bindeledd_sdk::Reading;
use proptest::prelude::*;

/// Documents to damage: the plugin's own, one of each form.
const DOCUMENTS: [&str; 5] = [
    "answer-with-attachments.xml",
    "markup-1.1.xml",
    "nested-msghead.xml",
    "doctype.xml",
    "apprec-unknown-status.xml",
];

#[test]
fn a_document_that_is_cut_off_anywhere_is_refused() {
    for name in DOCUMENTS {
        let whole = fixture(name);
        let end = whole.iter().rposition(|byte| *byte == b'>').unwrap();
        for length in 0..end {
            let reading = read(&whole[..length]);
            assert!(
                matches!(reading, Reading::Refused(_)),
                "{name} cut at {length}: {}",
                common::say(&reading)
            );
        }
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let code = |body: &[u8]| refusal(read(body)).0;
    let deep = [b"<a>".repeat(200_000), b"</a>".repeat(200_000)].concat();
    assert_eq!(code(&deep), "too-complex");
    let wide = [
        "<a ".to_owned(),
        (0..100_000).map(|i| format!("b{i}='' ")).collect(),
        "/>".to_owned(),
    ]
    .concat();
    assert_eq!(code(wide.as_bytes()), "too-complex");
    let many = ["<a>".to_owned(), "<b/>".repeat(200_000), "</a>".to_owned()].concat();
    assert_eq!(code(many.as_bytes()), "too-complex");
    let namespaces = ["<a>".to_owned(), "<b xmlns:c='d'/>".repeat(100_000), "</a>".to_owned()].concat();
    assert_eq!(code(namespaces.as_bytes()), "too-complex");
    assert_eq!(code(&vec![b' '; 5 * 1024 * 1024 + 1]), "too-large");
    let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
    assert_eq!(code(laughs.as_bytes()), "doctype");
    let external = "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>";
    assert_eq!(code(external.as_bytes()), "doctype");
    assert_eq!(code(b"\xff\xfe\x00"), "unreadable");
    assert_eq!(code(b"{}"), "unreadable");
    assert_eq!(code(b""), "unreadable");
}

#[test]
fn what_is_wrong_with_xml_is_said_with_its_place() {
    let Reading::Refused(refusal) = read(b"<a>\n<b></c>\n</a>") else {
        unreachable!("it is not XML")
    };
    assert!(refusal.text.contains("linje 2"), "{}", refusal.text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes are changed, removed and doubled. The reader never panics, and no refusal repeats the patient.
    #[test]
    fn a_damaged_document_is_never_too_much(
        name in prop::sample::select(DOCUMENTS.to_vec()),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..12),
    ) {
        let mut body = fixture(name);
        for (at, byte, how) in damage {
            let at = at.index(body.len());
            match how {
                0 => body[at] = byte,
                1 => drop(body.remove(at)),
                2 => body.insert(at, b"<>&\"'/="[usize::from(byte) % 7]),
                _ => {
                    let piece = body[at..body.len().min(at + usize::from(byte))].to_vec();
                    body.splice(at..at, piece);
                }
            }
        }
        if let Reading::Refused(refusal) = read(&body) {
            prop_assert!(!refusal.text.contains("15720255178"));
        }
    }

    #[test]
    fn bytes_that_are_nothing_are_refused(body in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(matches!(read(&body), Reading::Refused(_)));
    }
}

/// Damages the real documents in the same way, if they exist.
#[test]
fn damaged_real_documents_are_never_too_much() {
    let Some(standards) = common::standards() else { return };
    for entry in std::fs::read_dir(standards.join("kith")).unwrap() {
        let whole = std::fs::read(entry.unwrap().path()).unwrap();
        let step = (whole.len() / 400).max(1);
        for at in (0..whole.len()).step_by(step) {
            let _ = read(&whole[..at]);
            for byte in [b'<', b'>', b'&', 0, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = byte;
                let _ = read(&damaged);
            }
        }
    }
}
