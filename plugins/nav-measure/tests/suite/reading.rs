//! Documents from Nav: status, answers to proposals, receipts of cards, dialog messages, and refusals.

use bindeledd_catalogue::Kind;
use bindeledd_sdk::catalogue::{Draft, Recipients};
use bindeledd_sdk::{Reading, Receipt, ReceiptStatus};
use serde_json::{Value, json};

use crate::common::{context, read, read_bytes, read_in, refused, standard};

const PERSON: &str = "15720255178";
const PROPOSAL: &str = "019d0000-0000-7000-8000-00000000000e";
const CARD: &str = "56155242-6481-43b5-9eac-4d7af695bf9d";

fn one(reading: Reading) -> (Draft, Vec<String>) {
    match reading {
        Reading::Messages {
            mut messages, left_out, ..
        } if messages.len() == 1 => (messages.remove(0), left_out),
        other => panic!("{other:?}"),
    }
}

fn receipt(document: &Value) -> Receipt {
    match read(document) {
        Reading::Receipt(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

/// Makes a participant's status like Nav's example.
fn participant(status: &str) -> Value {
    json!({
        "id": "bd3b6087-2029-481b-bcf0-e37354c00286", "gjennomforingId": "1487f7fe-156c-41d7-8d90-bf108dd1b4d2",
        "personIdent": PERSON, "startDato": "2026-02-25", "sluttDato": null,
        "status": {"type": status, "tekst": "Deltar", "aarsak": null, "opprettetTidspunkt": "2026-10-24T11:47:48.254204"},
        "registrertTidspunkt": "2026-01-27T16:13:39", "endretTidspunkt": "2026-10-24T11:47:48.254204", "kilde": "KOMET",
        "innhold": {"ledetekst": "…", "valgtInnhold": [{"tekst": "…", "innholdskode": "kartlegge-helse"}]},
        "deltakelsesmengder": [
            {"deltakelsesprosent": 50, "dagerPerUke": 3, "gyldigFraDato": "2026-02-25", "opprettetTidspunkt": "2026-01-27T00:00:00"},
            {"deltakelsesprosent": 80, "dagerPerUke": 4, "gyldigFraDato": "2026-11-01", "opprettetTidspunkt": "2026-10-24T00:00:00"},
            {"deltakelsesprosent": 100, "dagerPerUke": 5, "gyldigFraDato": "2027-02-01", "opprettetTidspunkt": "2026-10-24T00:00:00"}]
    })
}

#[test]
fn a_participant_status_is_how_it_goes_now() {
    let (draft, left_out) = one(read(&participant("DELTAR")));
    assert_eq!(draft.kind(), Kind::ProgressUpdate);
    assert_eq!(
        draft.body.to_json(),
        json!({"status": "DELTAR", "percent": 80, "daysPerWeek": 4}),
        "the amount that is in force on the first of December"
    );
    assert_eq!(draft.to, Recipients::Circle);
    assert_eq!(draft.participant.national_id.reveal(), PERSON);
    let reference = "deltaker:bd3b6087-2029-481b-bcf0-e37354c00286:2026-10-24T11:47:48.254204:2026-11-01";
    assert_eq!(
        draft.sender_reference.as_str(),
        reference,
        "the same status twice is the same message"
    );
    assert!(
        left_out.iter().any(|text| text.contains("kan si noe om helse")),
        "{left_out:?}"
    );
    assert!(left_out.iter().any(|text| text.contains("startDato")));
}

#[test]
fn when_another_amount_comes_into_force_the_same_document_is_another_message() {
    let at = |now: &str| {
        let mut context = context();
        context.now = now.parse().unwrap();
        one(read_in(&participant("DELTAR"), &context)).0
    };
    let (first, same, later) = (
        at("2026-11-02T08:00:00Z"),
        at("2026-12-24T08:00:00Z"),
        at("2027-02-01T08:00:00Z"),
    );
    assert_eq!(first, same);
    assert_ne!(first.sender_reference, later.sender_reference);
    assert_eq!(later.body.to_json()["percent"], 100);
    let before = at("2026-01-01T08:00:00Z");
    assert_eq!(before.body.to_json()["percent"], 50, "the first that will be");
}

#[test]
fn an_ended_participation_says_why_and_when() {
    let mut document = participant("HAR_SLUTTET");
    document["sluttDato"] = json!("2026-11-20");
    document["status"]["aarsak"] = json!({"type": "FATT_JOBB", "beskrivelse": "Fått jobb"});
    let (draft, _) = one(read(&document));
    assert_eq!(draft.kind(), Kind::MeasureEnded);
    assert_eq!(
        draft.body.to_json(),
        json!({"reason": "FATT_JOBB", "date": "2026-11-20"})
    );
    document["status"]["aarsak"] = json!({"type": "ANNET", "beskrivelse": "Flytter"});
    let (draft, _) = one(read(&document));
    assert_eq!(draft.body.text("reasonText"), Some("Flytter"));
    document["status"]["aarsak"] = json!({"type": "LEI_DET"});
    assert_eq!(refused(&document, &[PERSON]), "unknown-code");
    document["status"]["aarsak"] = Value::Null;
    let (draft, _) = one(read(&document));
    assert_eq!(draft.body.to_json()["status"], "HAR_SLUTTET");
    let mut document = participant("IKKE_AKTUELL");
    document["status"]["aarsak"] = json!({"type": "FIKK_IKKE_PLASS"});
    let (draft, left_out) = one(read(&document));
    assert_eq!(draft.kind(), Kind::ProgressUpdate);
    assert!(left_out.iter().any(|text| text.contains("status.aarsak")));
}

#[test]
fn every_status_that_nav_has_is_known_and_no_other() {
    for status in [
        "VENTER_PA_OPPSTART",
        "DELTAR",
        "VURDERES",
        "VENTELISTE",
        "HAR_SLUTTET",
        "IKKE_AKTUELL",
        "AVBRUTT",
        "FULLFORT",
    ] {
        assert_eq!(one(read(&participant(status))).0.body.text("status"), Some(status));
    }
    for status in [
        "KLADD",
        "UTKAST_TIL_PAMELDING",
        "AVBRUTT_UTKAST",
        "PABEGYNT_REGISTRERING",
        "SOKT_INN",
        "FEILREGISTRERT",
    ] {
        assert!(matches!(read(&participant(status)), Reading::Nothing(_)), "{status}");
    }
    assert_eq!(refused(&participant("SOVER"), &[PERSON]), "unknown-code");
}

#[test]
fn navs_own_examples_are_understood() {
    if let Some(example) = standard("nav/deltaker-ekstern-v1.ex1.json") {
        // The example's number belongs to nobody: its check digits are wrong.
        let mut document: Value = serde_json::from_str(&example).unwrap();
        assert_eq!(refused(&document, &["12345678942"]), "invalid");
        document["personIdent"] = json!(PERSON);
        let (draft, _) = one(read(&document));
        assert_eq!(
            draft.body.to_json(),
            json!({"reason": "FATT_JOBB", "date": "2022-05-20"})
        );
    }
    if let Some(example) = standard("nav/external-deltakere-personalia.ex1.json") {
        assert!(matches!(
            read_bytes(example.as_bytes(), &context()),
            Reading::Nothing(_)
        ));
    }
    if let Some(example) = standard("nav/validkassering.json") {
        let receipt = receipt(&serde_json::from_str(&example).unwrap());
        assert_eq!(
            (receipt.status, receipt.refers_to.as_str()),
            (ReceiptStatus::Partial, CARD)
        );
    }
    if let Some(example) = standard("nav/validaktivitetskort.json") {
        assert_eq!(
            refused(&serde_json::from_str(&example).unwrap(), &["48507582368"]),
            "wrong-way"
        );
    }
}

#[test]
fn personalia_never_move() {
    let personalia = json!([{"deltakerId": CARD, "personident": PERSON, "fornavn": "Snill", "etternavn": "Tester",
        "navEnhetsnummer": "1234", "erSkjermet": false, "adressebeskyttelse": "STRENGT_FORTROLIG"}]);
    for document in [personalia[0].clone(), personalia] {
        let Reading::Nothing(why) = read(&document) else {
            panic!("{document}")
        };
        assert!(!why.contains("Tester") && !why.contains("STRENGT"), "{why}");
    }
}

fn proposal(status: Value) -> Value {
    json!({"type": "Forslag", "id": PROPOSAL, "deltakerId": CARD, "opprettetAvArrangorAnsattId": CARD,
        "opprettet": "2026-11-20T10:00:00", "begrunnelse": "…",
        "endring": {"type": "Sluttdato", "sluttdato": "2026-12-31"}, "status": status})
}

#[test]
fn an_answer_to_a_proposal_is_a_receipt_that_names_it() {
    let by = json!({"id": CARD, "enhetId": CARD});
    let approved = receipt(&proposal(
        json!({"type": "Godkjent", "godkjentAv": by, "godkjent": "2026-11-21T10:00:00"}),
    ));
    assert_eq!(approved.status, ReceiptStatus::Ok);
    assert_eq!(
        (approved.refers_to.as_str(), approved.scheme.as_str()),
        (PROPOSAL, "msgid")
    );
    assert!(approved.errors.is_empty());

    let words = "Vi snakker først.\nRing 22 11 22 33 om 15720255178.";
    let rejected = proposal(
        json!({"type": "Avvist", "avvistAv": by, "avvist": "2026-11-21T10:00:00", "begrunnelseFraNav": words}),
    );
    let rejected = receipt(&rejected);
    assert_eq!(rejected.status, ReceiptStatus::Refused);
    assert_eq!(rejected.errors[0].code, "AVVIST");
    assert_eq!(
        rejected.errors[0].text,
        "Nav har avvist forslaget. Begrunnelse: Vi snakker først. Ring 22 11 22 33 om …."
    );
    assert!(matches!(
        read(&proposal(json!({"type": "VenterPaSvar"}))),
        Reading::Nothing(_)
    ));
}

#[test]
fn what_was_replaced_or_withdrawn_was_received_all_the_same() {
    let replaced = receipt(&proposal(
        json!({"type": "Erstattet", "erstattetMedForslagId": CARD, "erstattet": "2026-11-21T10:00:00"}),
    ));
    assert_eq!(replaced.status, ReceiptStatus::Partial);
    assert_eq!(replaced.errors[0].code, "ERSTATTET");
    assert!(replaced.errors[0].text.contains(CARD), "{}", replaced.errors[0].text);
    let withdrawn = receipt(&json!({"id": PROPOSAL, "status": {"type": "Tilbakekalt"}}));
    assert_eq!(
        (withdrawn.status, withdrawn.errors[0].code.as_str()),
        (ReceiptStatus::Partial, "TILBAKEKALT")
    );
    assert_eq!(refused(&proposal(json!({"type": "Utsatt"})), &[]), "unknown-code");
    assert_eq!(
        refused(&json!({"type": "Forslag", "status": {"type": "Godkjent"}}), &[]),
        "missing"
    );
}

/// Makes a receipt for a card, by Nav's schema.
pub(crate) fn card_receipt(well: bool) -> Value {
    json!({"aktivitetId": CARD, "meldingId": "2edf9ba0-b195-49ff-a5cd-939c7f26826f",
        "behandlingstype": "UPSERT_AKTIVITETSKORT_V1", "suksess": well, "behandlingsStatus": "UGYLDIG_IDENT",
        "feilmelding": "Ugyldig ident 15720255178", "behandlet": "2026-11-20T10:00:00Z"})
}

/// Makes a failure of a card, by Nav's schema.
pub(crate) fn card_failure() -> Value {
    json!({"key": CARD, "source": "TEAM_KOMET", "timestamp": "2026-11-20T10:00:00Z",
        "failingMessage": "{\"personIdent\": \"15720255178\"}", "errorMessage": "15720255178",
        "errorType": "MANGLER_OPPFOLGINGSPERIODE"})
}

#[test]
fn receipts_for_cards_say_what_is_wrong_and_repeat_nothing() {
    let well = receipt(&card_receipt(true));
    assert_eq!((well.status, well.scheme.as_str()), (ReceiptStatus::Ok, "nav-melding"));
    for (document, code) in [
        (card_receipt(false), "UGYLDIG_IDENT"),
        (card_failure(), "MANGLER_OPPFOLGINGSPERIODE"),
    ] {
        let refused = receipt(&document);
        assert_eq!(
            (refused.status, refused.errors[0].code.as_str()),
            (ReceiptStatus::Refused, code)
        );
        assert!(!refused.errors[0].text.contains(PERSON));
    }
    assert_eq!(receipt(&card_failure()).refers_to, CARD);
    let mut failure = card_failure();
    failure["errorType"] = json!("DUPLIKATMELDINGFEIL");
    assert_eq!(receipt(&failure).status, ReceiptStatus::Ok);
    failure["errorType"] = json!("NOE_NYTT");
    let unknown = receipt(&failure);
    assert_eq!(
        (unknown.status, unknown.errors[0].code.as_str()),
        (ReceiptStatus::Unknown, "NOE_NYTT")
    );
}

#[test]
fn a_plain_receipt_serves_the_shapes_that_nav_has_none_for() {
    let said = |status: &str| receipt(&json!({"kvittering": {"gjelder": PROPOSAL, "status": status}})).status;
    assert_eq!(said("mottatt"), ReceiptStatus::Ok);
    assert_eq!(said("avvist"), ReceiptStatus::Refused);
    assert_eq!(said("delvis"), ReceiptStatus::Partial);
    assert_eq!(said("lest"), ReceiptStatus::Unknown);
    assert_eq!(refused(&json!({"kvittering": {"status": "mottatt"}}), &[]), "missing");
}

/// Makes a dialog message from Nav, by its schema.
pub(crate) fn from_nav(kind: &str, text: &str) -> Value {
    json!({"version": 1, "id": "d-1", "patientIdent": PERSON, "providerId": "915933149",
        "conversationReference": {"parentMessageId": "m-1", "conversationId": "m-0"}, "type": kind, "message": text,
        "attachment": null})
}

#[test]
fn a_dialog_message_from_nav_asks_or_tells() {
    let (asks, _) = one(read(&from_nav("PATIENT_REQUEST", "Hvordan går det på lageret?")));
    assert_eq!(asks.kind(), Kind::Question);
    assert_eq!(asks.body.text("text"), Some("Hvordan går det på lageret?"));
    assert_eq!(asks.in_reply_to.as_ref().map(|c| c.as_str()), Some("m-1"));
    let Recipients::Parties(parties) = &asks.to else {
        panic!()
    };
    assert_eq!(parties[0].to_string(), "org:915933149");
    let mut grouped = from_nav("PATIENT_REQUEST", "Hvordan går det på lageret?");
    grouped["providerId"] = json!(" 915\u{a0}933 149");
    assert_eq!(one(read(&grouped)).0.to, asks.to);
    let (tells, left_out) = one(read(&{
        let mut document = from_nav("NAV_MESSAGE", "Ja, det er greit.");
        document["attachment"] = json!("JVBERi0=");
        document
    }));
    assert_eq!((tells.kind(), left_out.len()), (Kind::Answer, 1));
    let meeting =
        "Ønske om samarbeidsmøte\nForeslåtte tidspunkter:\n- Fra: 1. desember 2026 kl. 09.00\nTema: Veien videre";
    let (meeting, _) = one(read(&from_nav("NAV_MESSAGE", meeting)));
    assert_eq!(meeting.kind(), Kind::MeetingRequest);
    assert_eq!(meeting.body.text("topic"), Some("Veien videre"));
}

#[test]
fn a_sick_leave_case_is_told_apart_from_the_measure() {
    let (asks, _) = one(read(&from_nav("MEETING_INVITATION_2", "Dialogmøte 1. desember")));
    assert_eq!(asks.kind(), Kind::Question);
    assert!(
        asks.body
            .text("text")
            .unwrap()
            .starts_with("Fra Nav, om dialogmøte i en sykmeldingssak:")
    );
    assert_eq!(asks.body.get("about"), Some(&json!(["meeting", "dialogue"])));
    for kind in [
        "FOLLOW_UP_PLAN",
        "RETURN_TO_WORK_NOTIFICATION",
        "MEDICAL_CERTIFICATE_RETURN",
        "MEETING_EXEMPTION",
    ] {
        assert_eq!(
            refused(&from_nav(kind, "Hemmelig"), &["Hemmelig", PERSON]),
            "health-personnel-only"
        );
    }
    assert_eq!(refused(&from_nav("NAV_SONG", "x"), &[]), "unknown-code");
}

#[test]
fn a_reply_that_names_nobody_goes_to_whoever_asked() {
    let mut document = from_nav("NAV_MESSAGE", "Ja.");
    document["providerId"] = json!("8f0c-behandler");
    document["providerId"] = json!("8f0c.behandler");
    let (draft, _) = one(read(&document));
    let Recipients::Parties(parties) = &draft.to else {
        panic!()
    };
    assert_eq!(parties[0].to_string(), "org:889640782", "the hub's own number");
    document["conversationReference"] = Value::Null;
    assert_eq!(refused(&document, &["behandler"]), "receiver");
    let mut nameless = context();
    nameless.endpoint.org_number = None;
    document["conversationReference"] = json!({"parentMessageId": "m-1", "conversationId": "m-0"});
    assert!(matches!(read_in(&document, &nameless), Reading::Refused(r) if r.code == "receiver"));
}

#[test]
fn what_is_wrong_is_refused_with_its_place_and_without_its_content() {
    let with = |name: &str, value: Value| {
        let mut document = from_nav("PATIENT_REQUEST", "Hei");
        document[name] = value;
        document
    };
    assert_eq!(
        refused(&with("patientIdent", json!("15720255179")), &["15720255179"]),
        "invalid"
    );
    assert_eq!(refused(&with("message", Value::Null), &[]), "missing");
    assert_eq!(refused(&with("message", json!("x".repeat(2001))), &["xxx"]), "invalid");
    assert_eq!(refused(&with("version", json!(2)), &[]), "invalid");
    assert_eq!(refused(&with("sender", json!({})), &[]), "wrong-way");
    assert_eq!(refused(&with("diagnose", json!("F32")), &["F32"]), "diagnosis");
    for odd in [
        json!([]),
        json!({}),
        json!("x"),
        json!({"format": "bindeledd/nav/2"}),
        json!({"type": "Vurdering"}),
    ] {
        assert!(matches!(read(&odd), Reading::Refused(_)), "{odd}");
    }
    assert!(matches!(read_bytes(b"{\"type\": ", &context()), Reading::Refused(r) if r.code == "unreadable"));
}

#[test]
fn the_wrapping_needs_its_fields() {
    let good = json!({"format": "bindeledd/nav/1", "meldingstype": "question", "referanse": "n-1", "mottakere": ["nordvik-aft"],
        "sendt": "2026-12-01T09:00:00+01:00", "deltaker": {"personIdent": PERSON}, "tekst": "Spørsmål\nSpørsmål: Går det bra?\nGjelder: fremdrift"});
    let (draft, _) = one(read(&good));
    assert_eq!(draft.body.text("text"), Some("Går det bra?"));
    for (name, value, code) in [
        ("meldingstype", json!("journal"), "unknown-code"),
        ("meldingstype", json!("answer"), "invalid"),
        ("referanse", Value::Null, "missing"),
        ("mottakere", json!("SAMARBEIDSKRETS"), "invalid"),
        ("mottakere", Value::Null, "missing"),
        ("mottakere", json!([]), "invalid"),
        ("sendt", json!("i går"), "invalid"),
        ("utloper", json!("i morgen"), "invalid"),
        ("utloper", json!(7), "invalid"),
        ("deltaker", json!({"personIdent": "1"}), "invalid"),
        ("tekst", json!("Går det bra?"), "invalid"),
        ("svarPaa", json!(7), "invalid"),
    ] {
        let mut document = good.clone();
        document[name] = value;
        assert_eq!(refused(&document, &[PERSON, "Går det bra"]), code, "{name}");
    }
}
