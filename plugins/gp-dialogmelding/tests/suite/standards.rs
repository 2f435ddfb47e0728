//! Every real document of the standards folder is read according to its type. `--nocapture` prints the table.

use crate::common;

/// Expected reading of each document. Three are refused because their patients' numbers are invalid.
const TABLE: &[(&str, &str)] = &[
    (
        "helsemelding-with-attachments.xml",
        "question to her:8142519; left out: Vedlegg: Testvedlegg 1 (application/pdf), Vedlegg: Testvedlegg 2 (application/pdf), Vedlegg: Testvedlegg 3 (application/pdf); no receipt wanted",
    ),
    (
        "helsemelding-with-doctype.xml",
        "refused: doctype, answered by AppRec 2",
    ),
    (
        "helsenorge-ekontakt.xml",
        "question to her:8093244; left out: nothing; receipt wanted",
    ),
    (
        "isdialogmelding-apprec-error.xml",
        "receipt refused of b62016eb-6c2d-417a-8ecc-157b3c5ee2ca; X99 Annen feil",
    ),
    (
        "isdialogmelding-apprec-ok.xml",
        "receipt ok of b62016eb-6c2d-417a-8ecc-157b3c5ee2ca",
    ),
    (
        "isdialogmelding-foresporsel.xml",
        "refused: patient-id, answered by AppRec 2",
    ),
    (
        "isdialogmelding-innkalling.xml",
        "refused: patient-id, answered by AppRec 2",
    ),
    (
        "ks-apprec-1.0-example-avvist.xml",
        "receipt refused of a6967e6a-8c0a-4be4-a647-c921d3086423; E21 Mottaker finnes ikke: Legen har sluttet",
    ),
    (
        "ks-apprec-1.0-example-ok-feil-i-delmelding.xml",
        "receipt partial of 37de51e0-33a9-11de-a4cb-0002a5d5c51b; 07 Feilbruk av kveldstakst: 93495; 16 Gammel takst brukt: 93498",
    ),
    (
        "ks-apprec-1.0-example-ok.xml",
        "receipt ok of a6967e6a-8c0a-4be4-a647-c921d3086423",
    ),
    (
        "ks-apprec-1.1-all-data.xml",
        "receipt ok of 5d79bd68-a58c-4599-a4e7-9db28ea20099",
    ),
    (
        "ks-apprec-1.1-example-ok.xml",
        "receipt ok of 4c793d90-c41b-11e0-962b-0800200c9a66",
    ),
    ("ks-apprec-missing-migversion.xml", "refused: unreadable, not answered"),
    (
        "ks-dialogmelding-1.0-foresporsel-samsvar.xml",
        "question to her:8143060; left out: Vedlegg: small2.pdf (application/pdf); no receipt wanted",
    ),
    (
        "ks-dialogmelding-1.0-notat-webmed.xml",
        "answer to her:8143060 answering 4f77040c-3610-4d17-bef1-76994ab2726b; left out: nothing; receipt wanted",
    ),
    ("ks-dialogmelding-invalid-version.xml", "refused: version, not answered"),
    (
        "padm2-dialog_notat.xml",
        "answer to her:79768; left out: Forespørselen som fulgte med; receipt wanted",
    ),
    (
        "padm2-dialog_notat_dnr.xml",
        "answer to her:79768; left out: Forespørselen som fulgte med; receipt wanted",
    ),
    (
        "padm2-dialog_notat_missing_givenname.xml",
        "answer to her:79768; left out: Forespørselen som fulgte med; receipt wanted",
    ),
    (
        "padm2-dialog_notat_vedlegg.xml",
        "answer to her:79768; left out: Vedlegg: Et vedlegg fra lege (application/pdf), Vedlegg: Et bilde fra lege (image/jpeg); receipt wanted",
    ),
    (
        "padm2-dialog_svar_foresporsel_om_pasient.xml",
        "refused: patient-id, answered by AppRec 2",
    ),
    (
        "padm2-dialog_svar_innkalling_dialogmote.xml",
        "meeting-response to her:79768 answering d97c669d-484b-42ef-b4e9-79d0f290a71f; left out: Forespørselen som fulgte med; receipt wanted",
    ),
];

#[test]
fn every_real_document_is_read_as_what_it_is() {
    let Some(standards) = common::standards() else { return };
    let mut files: Vec<_> = std::fs::read_dir(standards.join("kith"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut wrong = Vec::new();
    println!("| document | read as |\n|---|---|");
    for path in &files {
        let name = path.file_name().unwrap().to_string_lossy();
        let said = common::say(&common::read(&std::fs::read(path).unwrap()));
        println!("| {name} | {said} |");
        let expected = TABLE.iter().find(|(of, _)| *of == name).map(|(_, expected)| *expected);
        if expected != Some(said.as_str()) {
            wrong.push(format!(
                "{name}\n  expected {}\n  but was  {said}",
                expected.unwrap_or("a row in the table")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        files.len(),
        TABLE.len(),
        "a document of the table is missing in the folder"
    );
}

/// Two real documents give exactly their content: ISO-8859-1, a zone other than Oslo's, a D-number.
#[test]
fn what_real_documents_say_is_what_is_read() {
    let Some(standards) = common::standards() else { return };
    let draft = |name: &str| common::draft(common::read(&std::fs::read(standards.join("kith").join(name)).unwrap()));

    let answer = draft("padm2-dialog_svar_innkalling_dialogmote.xml");
    assert_eq!(answer.body.text("answer"), Some("accepted"));
    let comment = "Ta gjerne kontakt ang hvilket telefonnummer jeg skal ringe. Mvh Inga F. Valda.";
    assert_eq!(answer.body.text("comment"), Some(comment));
    assert_eq!(answer.sent_at.to_string(), "2020-09-21T13:11:55Z");
    assert_eq!(answer.participant.name.unwrap().0, "Etternavn Test");
    let handler = answer.handler.unwrap();
    assert_eq!(
        (handler.name.as_str(), handler.unit.as_deref()),
        ("Inga Fos Valda", Some("Kule helsetjenester AS"))
    );
    assert_eq!(handler.phone.as_deref(), Some("12 34 56 78"));

    let note = draft("padm2-dialog_notat_dnr.xml");
    assert_eq!(note.participant.national_id.reveal(), "45888649046");
    assert_eq!(
        note.body.text("text"),
        Some("Hei,Det gjelder pas. Sender som vedlegg epikrisen")
    );

    // A message that names itself as its parent answers nothing.
    let own_parent = draft("padm2-dialog_notat.xml");
    assert_eq!(own_parent.in_reply_to, None);
    assert_eq!(
        own_parent.conversation.unwrap().as_str(),
        "37340D30-FE14-42B5-985F-A8FF8FFA0C99"
    );

    let asked = draft("ks-dialogmelding-1.0-foresporsel-samsvar.xml");
    let handler = asked.handler.unwrap();
    assert_eq!(
        (handler.name.as_str(), handler.phone.as_deref()),
        ("Sannsynlig Sykepleier", Some("72727272"))
    );
    assert_eq!(asked.sent_at.to_string(), "2025-05-13T09:51:01Z");
}

/// The AppRec for every real document is valid by the schemas.
#[test]
fn the_answers_to_real_documents_are_valid() {
    use bindeledd_sdk::{Adapter as _, Context, Outcome, Reading};
    let Some(standards) = common::standards() else { return };
    let always = Context {
        settings: serde_json::json!({"alwaysAcknowledge": true}),
        ..Context::example()
    };
    let mut answers = Vec::new();
    for entry in std::fs::read_dir(standards.join("kith")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let answer = match common::read(&std::fs::read(&path).unwrap()) {
            Reading::Messages { origin, .. } => gp_dialogmelding::Gp::acknowledge(
                &Outcome {
                    messages: Vec::new(),
                    refused: None,
                },
                &origin,
                &always,
            ),
            Reading::Refused(refusal) => refusal.answer,
            Reading::Receipt(_) | Reading::Nothing(_) => None,
        };
        answers.extend(answer.map(|request| (name, common::document(&request))));
    }
    assert_eq!(answers.len(), 13);
    common::assert_valid(&answers);
}
