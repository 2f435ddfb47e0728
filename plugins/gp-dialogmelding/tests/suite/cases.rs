//! Inputs from public bug reports, in the folder beside the standards, with the right result for each. `--nocapture`
//! prints every reading.

use std::path::{Path, PathBuf};

use bindeledd_sdk::Reading;

use crate::common;

/// A file, the words that its reading must have, and the words that it must not have.
type Case = (&'static str, &'static [&'static str], &'static [&'static str]);

const TEXT: &str = "text «Hun klarer to dager i uken.»";

const CASES: &[Case] = &[
    (
        "a02-original-id-upper-case.xml",
        &["receipt refused of 5B1F0C52-1111-4A00-8000-000000000077; X99 Ukjent mottaker"],
        &[],
    ),
    (
        "a03-original-id-in-braces-and-lines.xml",
        &["receipt refused of {5b1f0c52-1111-4a00-8000-000000000077}; X99 Ukjent mottaker"],
        &[],
    ),
    (
        "k01-gendate-without-zone.xml",
        &["sent 2026-01-16T20:57:36Z", TEXT],
        &[],
    ),
    (
        "k02-gendate-zulu-small-z.xml",
        &["sent 2026-01-16T22:51:35.5317672Z", "left out: nothing"],
        &[],
    ),
    (
        "k04-gendate-spring-gap.xml",
        &["sent 2026-03-29T01:30:00Z", "left out: nothing"],
        &[],
    ),
    (
        "k05-gendate-midnight-24.xml",
        &["sent 2026-11-03T23:00:00Z", "left out: nothing"],
        &[],
    ),
    (
        "k06-tildato-zone-offset.xml",
        &["question", "answer by 2026-11-20", "left out: nothing"],
        &[],
    ),
    (
        "k10-nested-head-patient-inside.xml",
        &["answer to her:8143060", "about 15720255178", TEXT],
        &[],
    ),
    (
        "k11-nested-head-attachment-inside.xml",
        &["answer to her:8143060", "left out: Vedlegg", TEXT],
        &[],
    ),
    ("k13-hpr-with-minus.xml", &["answer to her:8143060", TEXT], &[]),
    ("k14-note-without-text-with-attachment.xml", &["refused: empty"], &[]),
    (
        "k15-receiver-org-number-with-spaces.xml",
        &["answer to org:974760924", TEXT],
        &[],
    ),
    ("k18-her-id-not-first-ident.xml", &["answer to her:8143060"], &[]),
    ("k19-number-split-by-comment.xml", &["about 15720255178", TEXT], &[]),
    (
        "k21-text-split-by-comment-pi-cdata.xml",
        &["text «Del en, del to, <del> & tre, del fire 😀.»"],
        &["skjult"],
    ),
    (
        "k22-latin1-declared-cp1252-bytes.xml",
        &["text «Hun sier – «ja» – på to dager €…»"],
        &[],
    ),
    ("k24-utf8-declared-latin1-bytes.xml", &["refused: unreadable"], &[]),
    ("k25-utf16-with-mark.xml", &["text «Gå på møtet»"], &[]),
    ("k27-byte-order-mark-twice.xml", &["answer to her:8143060", TEXT], &[]),
    ("k28-latin15-declared.xml", &["text «Gå på møtet, 200 €»"], &[]),
    ("k30-two-different-birth-numbers.xml", &["refused: patient-id"], &[]),
    ("k33-all-elements-prefixed.xml", &["answer to her:8143060", TEXT], &[]),
    (
        "k35-base64-with-line-breaks.xml",
        &["answer to her:8143060", "left out: Vedlegg: brev.pdf", TEXT],
        &[],
    ),
    (
        "k36-two-dialogmeldinger.xml",
        &["text «Første notat.»", "text «Andre notat.»"],
        &[],
    ),
    (
        "k38-text-typed-with-xsi.xml",
        &["text «Linje 1\nLinje 2\nLinje 3»"],
        &[],
    ),
    (
        "k39-meeting-answer-code-unknown.xml",
        &["answer to", "text «Jeg er usikker.»", "Koden 9", "8126"],
        &["meeting-response"],
    ),
    ("k41-names-outside-latin1.xml", &["Đorđe kl. 9."], &[]),
    ("k42-latin1-with-character-references.xml", &["answer to", TEXT], &[]),
    ("k44-forbidden-character-reference.xml", &["refused: unreadable"], &[]),
    (
        "k45-clock-ahead.xml",
        &["sent 2030-12-31T23:00:00Z", "left out: nothing"],
        &[],
    ),
    (
        "k46-html-in-cdata.xml",
        &["text «Hun får til to dager.»"],
        &["<p>", "&aring;"],
    ),
    ("k48-nav-synthetic-numbers.xml", &["about 41419010012", TEXT], &[]),
    ("k49-soap-style-mime-parts.txt", &["refused: unreadable"], &[]),
    ("k50-diagnosis-in-a-nested-code.xml", &["refused: diagnosis"], &[]),
    (
        "k51-period-text-and-zone.xml",
        &["Periode: 2026-10-01 til 2026-10-31", "left out: nothing"],
        &["answer by"],
    ),
];

/// Returns the folder of inputs; prints a line and returns `None` if it does not exist.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn folder() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    let folder = std::env::var_os("BINDELEDD_CASES").map_or_else(beside, PathBuf::from);
    if !folder.is_dir() {
        println!("skipped: the inputs from bug reports are not there; BINDELEDD_CASES can name their folder");
        return None;
    }
    Some(folder)
}

/// Describes a reading, including the content of its messages.
pub(crate) fn tell(reading: &Reading) -> String {
    let mut told = common::say(reading);
    if let Reading::Messages { messages, .. } = reading {
        for draft in messages {
            told.push_str(&format!(
                "; about {}; sent {}; text «{}»",
                draft.participant.national_id.reveal(),
                draft.sent_at,
                draft
                    .body
                    .text("text")
                    .or_else(|| draft.body.text("comment"))
                    .unwrap_or_default()
            ));
            if let Some(day) = draft.body.text("answerBy") {
                told.push_str(&format!("; answer by {day}"));
            }
        }
    }
    told
}

#[test]
fn every_input_from_a_bug_report_is_read_as_is_right() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with(['k', 'a']))
        .collect();
    files.sort();
    for name in &files {
        let told = tell(&common::read(&std::fs::read(folder.join(name)).unwrap()));
        println!("| {name} | {told} |");
        let Some((_, has, has_not)) = CASES.iter().find(|(of, ..)| of == name) else {
            wrong.push(format!("{name}: no row says what is right"));
            continue;
        };
        for missing in has.iter().filter(|has| !told.contains(**has)) {
            wrong.push(format!("{name}: not «{missing}» in\n  {told}"));
        }
        for there in has_not.iter().filter(|not| told.contains(**not)) {
            wrong.push(format!("{name}: «{there}» in\n  {told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(files.len(), CASES.len(), "an input of the table is missing");
}
