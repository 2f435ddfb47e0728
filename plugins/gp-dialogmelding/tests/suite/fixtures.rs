//! Every fixture of the plugin is read according to its type, and answered by its outcome.

use crate::common;
use crate::common::{document, draft, fixture, read, read_as, refusal};
use bindeledd_sdk::catalogue::Kind;
use bindeledd_sdk::{
    Adapter as _, Context, DeliveryOutcome, MessageOutcome, Method, Outcome, Reading, Reference, Request, Response,
    Settlement,
};
use gp_dialogmelding::Gp;
use serde_json::json;

const TABLE: &[(&str, &str)] = &[
    (
        "answer-with-attachments.xml",
        "answer to her:8143060 answering 0b6f1e50-0000-4000-8000-000000000001; left out: Vedlegg: Timeplan (application/pdf), Vedlegg uten navn; receipt wanted",
    ),
    (
        "answer.xml",
        "answer to her:8143060 answering 0b6f1e50-0000-4000-8000-000000000001; left out: nothing; receipt wanted",
    ),
    (
        "apprec-unknown-status.xml",
        "receipt unknown of 4a1d7a6e-0000-4000-8000-000000000037",
    ),
    ("apprec-unknown-version.xml", "refused: version, not answered"),
    ("diagnosis-1.1.xml", "refused: diagnosis, answered by AppRec 2"),
    ("dialog-unknown-version.xml", "refused: version, answered by AppRec 2"),
    ("discharge-letter.xml", "refused: is-a-record, answered by AppRec 2"),
    ("doctype.xml", "refused: doctype, answered by AppRec 2"),
    ("empty-text.xml", "refused: empty, answered by AppRec 2"),
    ("entity-bomb.xml", "refused: doctype, not answered"),
    (
        "helsefaglig-question-1.1.xml",
        "question to her:8143060; left out: nothing; receipt wanted",
    ),
    (
        "invitation-8125.xml",
        "question to her:8143060; left out: nothing; receipt wanted",
    ),
    (
        "just-long-enough.xml",
        "answer to her:8143060; left out: nothing; receipt wanted",
    ),
    (
        "markup-1.1.xml",
        "question to her:8143060; left out: nothing; receipt wanted",
    ),
    (
        "meeting-no.xml",
        "meeting-response to her:8143060 answering 0b6f1e50-0000-4000-8000-000000000001; left out: nothing; receipt wanted",
    ),
    (
        "meeting-other-time.xml",
        "meeting-response to her:8143060 answering 0b6f1e50-0000-4000-8000-000000000001; left out: nothing; receipt wanted",
    ),
    (
        "meeting-yes.xml",
        "meeting-response to her:8143060 answering 0b6f1e50-0000-4000-8000-000000000001; left out: nothing; receipt wanted",
    ),
    ("msghead-unknown-version.xml", "refused: version, answered by AppRec 2"),
    ("msgid-missing.xml", "refused: msgid, not answered"),
    (
        "nested-msghead.xml",
        "answer to her:8143060; left out: nothing; receipt wanted",
    ),
    ("nested-other-patient.xml", "refused: patient-id, answered by AppRec 2"),
    ("no-receipt-wanted.xml", "refused: is-a-record, not answered"),
    (
        "note-latin1.xml",
        "answer to her:8143060; left out: nothing; receipt wanted",
    ),
    ("patient-missing.xml", "refused: patient-id, answered by AppRec 2"),
    ("patient-wrong.xml", "refused: patient-id, answered by AppRec 2"),
    ("prescription.xml", "refused: prescription, answered by AppRec 2"),
    (
        "receiver-by-org.xml",
        "answer to org:915933149; left out: nothing; receipt wanted",
    ),
    ("receiver-without-id.xml", "refused: receiver, answered by AppRec 2"),
    (
        "referral-typed-as-dialogue.xml",
        "refused: is-a-record, answered by AppRec 2",
    ),
    ("referral.xml", "refused: is-a-record, answered by AppRec 2"),
    (
        "reminder-8129-fellesformat.xml",
        "question to her:8143060; left out: nothing; receipt wanted",
    ),
    (
        "request-answer-by.xml",
        "question to her:8143060; left out: nothing; receipt wanted",
    ),
    ("sender-without-id.xml", "refused: is-a-record, not answered"),
    ("sick-note.xml", "refused: is-a-record, answered by AppRec 2"),
    ("too-long.xml", "refused: too-long, answered by AppRec 2"),
    (
        "two-notes.xml",
        "answer to her:8143060; answer to her:8143060; left out: nothing; receipt wanted",
    ),
    (
        "unknown-document.xml",
        "refused: unknown-document, answered by AppRec 2",
    ),
];

#[test]
fn every_fixture_is_read_as_what_it_is_and_answered_validly() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    assert_eq!(
        std::fs::read_dir(folder).unwrap().count(),
        TABLE.len(),
        "each fixture has its row"
    );
    let mut answers = Vec::new();
    for (name, expected) in TABLE {
        let reading = read(&fixture(name));
        assert_eq!(common::say(&reading), *expected, "{name}");
        if let Reading::Refused(refusal) = reading {
            answers.extend(refusal.answer.map(|answer| ((*name).to_owned(), document(&answer))));
        }
    }
    common::assert_valid(&answers);
}

#[test]
fn texts_are_read_as_they_were_written() {
    let text = |name: &str| draft(read(&fixture(name))).body.text("text").unwrap().to_owned();
    assert_eq!(
        text("note-latin1.xml"),
        "Hun får til to dager i uken når møtet er på ettermiddagen."
    );
    assert_eq!(
        text("markup-1.1.xml"),
        "Emne: Funksjon\nHva får hun til?\n- timer\n- oppgaver\nFormål: Planlegging"
    );
    assert_eq!(
        text("invitation-8125.xml"),
        "Fra Nav, om dialogmøte i en sykmeldingssak: Innkalling dialogmøte 2\nDu innkalles til dialogmøte."
    );
    assert_eq!(
        text("request-answer-by.xml"),
        "Kan vi møtes før behandlingen starter?\nBegrunnelse: Planlegging av uken"
    );
    assert_eq!(
        draft(read(&fixture("request-answer-by.xml"))).body.text("answerBy"),
        Some("2026-11-20")
    );
    let inner = draft(read(&fixture("nested-msghead.xml")));
    assert_eq!(inner.body.text("text"), Some("Innpakket notat."));
    assert_eq!(inner.sender_reference.as_str(), "4a1d7a6e-0000-4000-8000-000000000013");
    let handler = inner.handler.unwrap();
    assert_eq!(
        (handler.name.as_str(), handler.role.as_deref()),
        ("Grønn Vits", Some("Lege"))
    );
    assert_eq!(
        (handler.unit.as_deref(), handler.phone.as_deref()),
        (Some("Fjellvik legekontor"), Some("73521234"))
    );
    assert_eq!(inner.sent_at.to_string(), "2026-11-03T08:30:00Z");
}

#[test]
fn answers_to_meetings_say_which() {
    for (name, answer, comment) in [
        ("meeting-yes.xml", "accepted", None),
        ("meeting-other-time.xml", "other-time", Some("Torsdag passer bedre.")),
        ("meeting-no.xml", "declined", None),
    ] {
        let draft = draft(read(&fixture(name)));
        assert_eq!(
            (draft.body.text("answer"), draft.body.text("comment")),
            (Some(answer), comment),
            "{name}"
        );
        assert_eq!(
            draft.conversation.unwrap().as_str(),
            "0b6f1e50-0000-4000-8000-000000000002"
        );
    }
}

#[test]
fn a_refusal_says_why_in_the_receipt_and_never_who() {
    for (name, code) in [
        ("referral.xml", "T10"),
        ("patient-wrong.xml", "E31"),
        ("patient-missing.xml", "E30"),
        ("diagnosis-1.1.xml", "X99"),
    ] {
        let (_, answer) = refusal(read(&fixture(name)));
        let answer = answer.unwrap();
        assert!(answer.contains("<Status V=\"2\" DN=\"Avvist\"/>"), "{name}");
        assert!(
            answer.contains(&format!("<Error V=\"{code}\" S=\"2.16.578.1.12.4.1.1.8221\" DN=\"")),
            "{name}: {answer}"
        );
        assert!(
            !answer.contains("1572025517") && !answer.to_lowercase().contains("lenestol"),
            "{name}"
        );
    }
    // A receipt goes the other way: from the message's receiver to its sender.
    let (_, answer) = refusal(read(&fixture("referral.xml")));
    let answer = answer.unwrap();
    let (sender, receiver) = answer.split_once("<Receiver>").unwrap();
    assert!(
        sender.contains("<Id>8143060</Id>") && receiver.contains("<Id>8142952</Id>"),
        "{answer}"
    );
    assert!(
        receiver.contains("<Id>4a1d7a6e-0000-4000-8000-000000000017</Id>"),
        "{answer}"
    );
}

/// Makes the AppRec to a fixture whose deliveries are in these states.
fn acknowledge(name: &str, states: &[&str], settings: serde_json::Value) -> Option<Request> {
    let Reading::Messages { origin, .. } = read(&fixture(name)) else {
        unreachable!("{name} is read")
    };
    let deliveries = states.iter().map(|state| DeliveryOutcome {
        to: "nordvik-aft".into(),
        state: (*state).into(),
        withheld: Vec::new(),
        would_need: Vec::new(),
        reason: None,
    });
    let outcome = Outcome {
        messages: vec![MessageOutcome {
            id: "1".into(),
            kind: "answer".into(),
            deliveries: deliveries.collect(),
            flags: Vec::new(),
            remark: None,
        }],
        refused: None,
    };
    Gp::acknowledge(
        &outcome,
        &origin,
        &Context {
            settings,
            ..Context::example()
        },
    )
}

#[test]
fn the_receipt_tells_what_really_happened_in_both_versions() {
    let mut answers = Vec::new();
    for (name, states, status) in [
        ("answer.xml", ["waiting", "delivered"], "1"),
        ("answer.xml", ["waiting", "blocked"], "3"),
        ("answer.xml", ["blocked", "blocked"], "2"),
        ("answer-with-attachments.xml", ["waiting", "waiting"], "3"),
        ("markup-1.1.xml", ["waiting", "delivered"], "1"),
        ("markup-1.1.xml", ["waiting", "blocked"], "3"),
        ("markup-1.1.xml", ["blocked", "blocked"], "2"),
    ] {
        let request = acknowledge(name, &states, json!({})).unwrap();
        let apprec = document(&request);
        assert!(
            apprec.contains(&format!("<Status V=\"{status}\"")),
            "{name} {states:?}: {apprec}"
        );
        assert_eq!(apprec.contains("2012-02-15"), name.contains("1.1"), "{name}");
        assert_eq!(
            apprec.contains("samtykke mangler"),
            states.contains(&"blocked"),
            "{apprec}"
        );
        assert_eq!(apprec.contains("Vedlegg"), name.contains("attachments"), "{apprec}");
        assert!(
            common::say(&read(apprec.as_bytes())).starts_with("receipt "),
            "{apprec}"
        );
        answers.push((format!("{}-{status}", name.trim_end_matches(".xml")), apprec));
    }
    common::assert_valid(&answers);
}

/// Makes the AppRec to a fixture with this outcome.
fn answer_to(name: &str, outcome: &Outcome) -> String {
    let Reading::Messages { origin, .. } = read(&fixture(name)) else {
        unreachable!("{name} is read")
    };
    let Some(request) = Gp::acknowledge(outcome, &origin, &Context::example()) else {
        unreachable!("{name} asks for a receipt")
    };
    document(&request)
}

#[test]
fn the_receipt_names_what_a_consent_would_have_to_cover_and_the_fields_that_were_flagged() {
    let delivery = |state: &str, would_need: &[&str]| DeliveryOutcome {
        to: "nordvik-aft".into(),
        state: state.into(),
        withheld: Vec::new(),
        would_need: would_need.iter().map(|code| (*code).to_owned()).collect(),
        reason: None,
    };
    let outcome = |deliveries, remark: Option<&str>| Outcome {
        messages: vec![MessageOutcome {
            id: "1".into(),
            kind: "answer".into(),
            deliveries,
            flags: Vec::new(),
            remark: remark.map(ToOwned::to_owned),
        }],
        refused: None,
    };
    let remark = "Feltet «Svar» har noe som ligner en diagnosekode.";
    let refused = Outcome {
        messages: Vec::new(),
        refused: Some(format!("Meldingen er ikke tatt imot. {remark}")),
    };
    let blocked = delivery("blocked", &["function", "dialogue"]);
    let cases = [
        (
            outcome(vec![blocked.clone()], None),
            "2",
            "Det trengs samtykke til: funksjonsopplysninger, spørsmål og svar.",
        ),
        (
            outcome(vec![delivery("waiting", &[]), blocked], None),
            "3",
            "Det trengs samtykke til: funksjonsopplysninger",
        ),
        (
            outcome(vec![delivery("waiting", &[])], Some(remark)),
            "3",
            "«Svar» har noe som ligner en diagnosekode. Meldingen er sendt videre",
        ),
        (refused, "2", "ikke tatt imot. Feltet «Svar» har noe"),
    ];
    let mut answers = Vec::new();
    for name in ["answer.xml", "markup-1.1.xml"] {
        for (i, (outcome, status, says)) in cases.iter().enumerate() {
            let apprec = answer_to(name, outcome);
            assert!(apprec.contains(&format!("<Status V=\"{status}\"")), "{apprec}");
            assert!(apprec.contains(says), "{says}: {apprec}");
            answers.push((format!("told-{}-{i}", name.trim_end_matches(".xml")), apprec));
        }
    }
    common::assert_valid(&answers);
}

#[test]
fn a_receipt_goes_to_whoever_asked() {
    let silent = String::from_utf8(fixture("answer.xml"))
        .unwrap()
        .replace("<Ack V=\"J\"/>", "");
    let faults = String::from_utf8(fixture("answer.xml"))
        .unwrap()
        .replace("<Ack V=\"J\"/>", "<Ack V=\"F\"/>");
    let of = |body: &str, settings: serde_json::Value| {
        let Reading::Messages {
            origin, wants_receipt, ..
        } = read(body.as_bytes())
        else {
            unreachable!("it is read")
        };
        let delivery = DeliveryOutcome {
            to: "a".into(),
            state: "waiting".into(),
            withheld: Vec::new(),
            would_need: Vec::new(),
            reason: None,
        };
        let message = MessageOutcome {
            id: "1".into(),
            kind: "answer".into(),
            deliveries: vec![delivery],
            flags: Vec::new(),
            remark: None,
        };
        let context = Context {
            settings,
            ..Context::example()
        };
        (
            wants_receipt,
            Gp::acknowledge(
                &Outcome {
                    messages: vec![message],
                    refused: None,
                },
                &origin,
                &context,
            )
            .is_some(),
        )
    };
    assert_eq!(of(&silent, json!({})), (false, false));
    assert_eq!(of(&silent, json!({"alwaysAcknowledge": true})), (false, true));
    assert_eq!(of(&faults, json!({})), (true, false));
    assert!(acknowledge("answer.xml", &["waiting"], json!({})).is_some());
    assert!(
        Gp::acknowledge(
            &Outcome {
                messages: Vec::new(),
                refused: None
            },
            &json!(null),
            &Context::example()
        )
        .is_none()
    );
}

#[test]
fn requests_are_those_of_meldingstjener() {
    let message = common::message(draft(read(&fixture("answer.xml"))));
    let request = Gp::write(
        &message,
        &Context {
            settings: json!({"sourceSystem": "Nordvik"}),
            ..Context::example()
        },
    )
    .unwrap();
    assert_eq!((request.method, request.path.as_str()), (Method::Post, "/Messages"));
    for (name, value) in [
        ("content-type", "application/json"),
        ("api-version", "2"),
        ("nhn-source-system", "Nordvik"),
    ] {
        assert!(request.headers.contains(&(name.into(), value.into())), "{name}");
    }
    assert_eq!(request.credential.as_deref(), Some("transport"));
    let msg_id = Context::example().uuid("msgid").to_string();
    assert_eq!(request.references, [Reference::new("msgid", msg_id)]);
}

#[test]
fn what_can_not_be_written_is_refused_with_what_to_do() {
    let mut message = common::message(draft(read(&fixture("answer.xml"))));
    let mut context = Context::example();
    context.endpoint.her_id = None;
    assert_eq!(Gp::write(&message, &context).unwrap_err().code, "her-id");
    let mut context = Context::example();
    context.party.her_id = None;
    assert!(
        Gp::write(&message, &context)
            .unwrap_err()
            .text
            .contains("HER-id mangler for mottakeren")
    );
    let parse = |kind, raw| bindeledd_sdk::catalogue::Body::parse(kind, raw).unwrap();
    message.draft.body = parse(Kind::ProgressUpdate, json!({"status": "DELTAR"}));
    assert_eq!(Gp::write(&message, &Context::example()).unwrap_err().code, "kind");
    message.draft.body = parse(
        Kind::Correction,
        json!({"action": "sent-by-mistake", "correctedKind": "progress-update"}),
    );
    assert_eq!(Gp::write(&message, &Context::example()).unwrap_err().code, "kind");
}

#[test]
fn a_gp_reads_the_content_first_and_whom_to_call_last() {
    let mut message = common::message(draft(read(&fixture("request-answer-by.xml"))));
    message.draft.supersedes = None;
    let context = Context {
        withheld: true,
        ..Context::example()
    };
    let written = document(&Gp::write(&message, &context).unwrap());
    let expected = "<Sporsmal>Spørsmål\nSpørsmål: Kan vi møtes før behandlingen starter?\n  Begrunnelse: Planlegging av uken\n\
                    Svar ønskes innen: 20. november 2026\nGjelder: spørsmål og svar\n\n--- Om meldingen ---\n\
                    Sendt: 3. november 2026 kl. 09.30\nReferanse: 4a1d7a6e-0000-4000-8000-000000000007\n\
                    Avsender: Nordvik Arbeid og Kompetanse\nKontaktperson: Grønn Vits\nRolle: Lege\n\
                    Enhet: Fjellvik legekontor\nTelefon: 73521234\nSentralbord: 22112233\n\
                    Noe er holdt tilbake fordi samtykket ikke dekker at det deles med dere.\n</Sporsmal>";
    assert!(written.contains(expected), "{written}");
}

#[test]
fn the_transports_answers_are_understood() {
    let settle = |status: u16, body: &str| {
        let headers = vec![("Retry-After".to_owned(), "30".to_owned())];
        Gp::settle(
            &Response {
                status,
                headers,
                body: body.as_bytes().to_vec(),
            },
            &Context::example(),
        )
    };
    let id = "2d6c5b52-0000-4000-8000-000000000001";
    assert_eq!(
        settle(201, &format!("\"{id}\"\n")),
        Settlement::AwaitingReceipt(vec![Reference::new("msh", id)])
    );
    assert_eq!(
        settle(202, &format!("{{\"id\": \"{id}\"}}")),
        Settlement::AwaitingReceipt(vec![Reference::new("msh", id)])
    );
    // Any success without the id that the service assigns came from an intermediary.
    for (status, body) in [
        (201, "<html>"),
        (201, ""),
        (201, "\"kort\""),
        (200, ""),
        (202, "{}"),
        (204, ""),
        (200, "\"2d6c5b52-0000-4000-8000-000000000001\""),
        (404, "<!doctype html><title>404"),
        (400, "nginx"),
        (302, ""),
    ] {
        assert_eq!(
            settle(status, body),
            Settlement::RetryAfter(Some(30)),
            "{status} {body}"
        );
    }
    for status in [401, 408, 429, 500, 503] {
        assert_eq!(settle(status, ""), Settlement::RetryAfter(Some(30)), "{status}");
    }
    assert!(matches!(settle(404, "{\"error\": \"x\"}"), Settlement::Refused(_)));
    for status in [400, 403, 404, 413, 418] {
        assert!(
            matches!(settle(status, ""), Settlement::Refused(refusal) if refusal.code == "transport"),
            "{status}"
        );
    }
}

#[test]
fn the_encoding_may_be_said_by_the_transport() {
    let declared = fixture("note-latin1.xml");
    let end = declared.windows(2).position(|pair| pair == b"?>").unwrap() + 2;
    let said = draft(read_as("application/xml; charset=ISO-8859-1", &declared[end..]));
    assert_eq!(said.body, draft(read(&declared)).body);
    assert_eq!(refusal(read(&declared[end..])).0, "unreadable");
}

#[test]
fn the_manifest_says_what_it_does() {
    let manifest = Gp::manifest();
    assert_eq!(manifest.id, "gp-dialogmelding");
    assert_eq!(manifest.needs.endpoint, ["herId"]);
    assert_eq!(manifest.needs.party, ["herId"]);
    assert!(
        manifest.writes.contains(&"question".to_owned()) && !manifest.writes.contains(&"progress-update".to_owned())
    );
}

/// A person's text that begins like the hub's own text is read as the person's words, unless it forms a complete message.
#[test]
fn a_persons_words_are_not_taken_for_ours() {
    let note = String::from_utf8(fixture("answer.xml")).unwrap();
    let with = |text: &str| {
        draft(read(
            note.replace("Ja, behandling og arbeid går fint sammen.", text)
                .as_bytes(),
        ))
        .body
    };
    assert_eq!(with("Svar\nSvar: Ja").text("text"), Some("Svar\nSvar: Ja"));
    assert_eq!(with("Svar\nSvar: Ja\nGjelder: behandling").text("text"), Some("Ja"));
    assert_eq!(with("Svar\nJa").text("text"), Some("Svar\nJa"));
}

/// Between health actors, a first message names the person at the receiver; a reply need not.
#[test]
fn a_first_message_in_1_1_names_the_contact_at_the_receiver() {
    let message = common::message(draft(read(&fixture("answer.xml"))));
    let mut context = Context {
        settings: json!({"dialogmelding": "1.1"}),
        ..Context::example()
    };
    let first = document(&Gp::write(&message, &context).unwrap());
    assert!(
        first.contains("<RoleToPatient V=\"24\" S=\"2.16.578.1.12.4.1.1.9034\""),
        "{first}"
    );
    assert!(first.contains("<Type V=\"DIALOG_HELSEFAGLIG\""), "{first}");
    context.references.in_reply_to = Some("0b6f1e50-0000-4000-8000-000000000001".into());
    let reply = document(&Gp::write(&message, &context).unwrap());
    assert!(!reply.contains("<RoleToPatient"), "{reply}");
    assert!(
        reply.contains("<RefToConversation>0b6f1e50-0000-4000-8000-000000000001</RefToConversation>"),
        "{reply}"
    );
}
