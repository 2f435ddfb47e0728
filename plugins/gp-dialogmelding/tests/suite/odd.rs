//! Odd but legal inputs: dates with zones, midnight as 24:00, numbers with spaces, several numbers of one patient, ids
//! in every spelling, MIME names in capitals. The reading reports every part that it does not understand.

use bindeledd_sdk::{
    Adapter as _, Context, InboxAnswer, InboxAsk, Item, Outcome, Reading, ReceiptStatus, Reference, Response,
    Settlement,
};
use gp_dialogmelding::Gp;
use serde_json::{Value, json};

use crate::cases::tell;
use crate::common::{self, draft, read, read_as, refusal};

const BIRTH: &str = "15720255178";
const OTHER_BIRTH: &str = "01815000036";
const D: &str = "41815000100";
const OTHER_D: &str = "42815000069";

/// The parts of a document to make.
struct Made {
    gen_date: &'static str,
    reference: String,
    receiver: String,
    patients: String,
    content: String,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            gen_date: "2026-11-03T09:30:00",
            reference: String::new(),
            receiver: organisation(&[("HER", "8143060")], ""),
            patients: patient(&[("FNR", BIRTH)]),
            content: note("<TekstNotatInnhold>Hun klarer to dager.</TekstNotatInnhold>"),
        }
    }
}

impl Made {
    fn document(&self) -> String {
        let Self {
            gen_date,
            reference,
            receiver,
            patients,
            content,
        } = self;
        let sender = organisation(&[("HER", "8142952")], "");
        format!(
            "<MsgHead xmlns=\"http://www.kith.no/xmlstds/msghead/2006-05-24\"><MsgInfo><Type V=\"DIALOG_NOTAT\" DN=\"Notat\"/>\
             <MIGversion>v1.2 2006-05-24</MIGversion><GenDate>{gen_date}</GenDate>\
             <MsgId>0b6f1e50-0000-4000-8000-0000000000a1</MsgId><Ack V=\"J\"/>{reference}\
             <Sender>{sender}</Sender><Receiver>{receiver}</Receiver>{patients}</MsgInfo>\
             <Document><RefDoc><MsgType V=\"XML\"/><Content>{content}</Content></RefDoc></Document></MsgHead>"
        )
    }

    fn tell(&self) -> String {
        tell(&read(self.document().as_bytes()))
    }
}

fn idents(ids: &[(&str, &str)]) -> String {
    ids.iter()
        .map(|(kind, id)| format!("<Ident><Id>{id}</Id><TypeId V=\"{kind}\"/></Ident>"))
        .collect()
}

fn organisation(ids: &[(&str, &str)], inside: &str) -> String {
    let ids = idents(ids);
    format!("<Organisation><OrganisationName>X</OrganisationName>{ids}{inside}</Organisation>")
}

fn patient(ids: &[(&str, &str)]) -> String {
    format!("<Patient><FamilyName>Prøvesen</FamilyName>{}</Patient>", idents(ids))
}

fn dialog(inside: &str) -> String {
    format!("<Dialogmelding xmlns=\"http://www.kith.no/xmlstds/dialog/2006-10-11\">{inside}</Dialogmelding>")
}

fn note(inside: &str) -> String {
    let topic = "<TemaKodet V=\"5\" S=\"2.16.578.1.12.4.1.1.9069\"/>";
    dialog(&format!("<Notat>{topic}{inside}</Notat>"))
}

fn question(dates: &str) -> String {
    let kind = "<TypeForesp V=\"99\" S=\"2.16.578.1.12.4.1.1.9152\"/><Sporsmal>Hva får hun til?</Sporsmal>";
    dialog(&format!("<Foresporsel>{kind}{dates}</Foresporsel>"))
}

fn asked(dates: &str) -> String {
    let content = question(dates);
    Made {
        content,
        ..Made::default()
    }
    .tell()
}

#[test]
fn a_last_day_is_the_one_that_is_written_whatever_its_zone() {
    for day in [
        "2026-11-20",
        "2026-11-20Z",
        "2026-11-20z",
        "2026-11-20+01:00",
        "2026-11-20-11:00",
        "\n 2026-11-20+0200 ",
        "2026-11-20T00:00:00",
        "2026-11-20T23:59:00Z",
        "2026-11-20T00:00:00.000+01:00",
    ] {
        let told = asked(&format!("<TilDato>{day}</TilDato>"));
        assert!(
            told.contains("answer by 2026-11-20") && told.contains("left out: nothing"),
            "{day}: {told}"
        );
    }
}

#[test]
fn a_day_that_is_not_understood_is_told_and_a_period_stays_a_period() {
    for day in ["20.11.2026", "2026-11-31", "snarest", "20261120", "2026-11-20+25:00"] {
        let told = asked(&format!("<TilDato>{day}</TilDato>"));
        assert!(
            told.contains("Datoen i TilDato er ikke forstått") && !told.contains("answer by"),
            "{day}: {told}"
        );
        // The text does not repeat the sender's words.
        assert!(!told.contains(day), "{told}");
        let told = asked(&format!("<FraDato>2026-10-01+02:00</FraDato><TilDato>{day}</TilDato>"));
        assert!(
            told.contains("Periode: fra 2026-10-01»") && told.contains("Datoen i TilDato"),
            "{told}"
        );
        // A period with an unknown first day and a known last day is not a deadline for the answer.
        let told = asked(&format!("<FraDato>{day}</FraDato><TilDato>2026-10-31Z</TilDato>"));
        assert!(
            told.contains("Periode: til 2026-10-31»")
                && told.contains("Datoen i FraDato")
                && !told.contains("answer by"),
            "{told}"
        );
    }
    let told = asked("<FraDato>2026-10-01Z</FraDato><TilDato>2026-10-31+01:00</TilDato>");
    assert!(
        told.contains("Periode: 2026-10-01 til 2026-10-31»") && told.contains("left out: nothing"),
        "{told}"
    );
    assert!(asked("<TilDato/><FraDato> </FraDato>").contains("left out: nothing"));
}

#[test]
fn what_was_not_understood_is_told_in_the_receipt_too() {
    let made = Made {
        gen_date: "3. november",
        content: question("<TilDato>snarest</TilDato>"),
        ..Made::default()
    };
    let told = made.tell();
    let now = Context::example().now;
    assert!(told.contains(&format!("sent {now}")), "{told}");
    let Reading::Messages { left_out, origin, .. } = read(made.document().as_bytes()) else {
        unreachable!("it is read")
    };
    assert_eq!(left_out.len(), 2, "{left_out:?}");
    let outcome: Outcome = serde_json::from_value(json!({
        "messages": [{"id": "1", "kind": "question", "deliveries": [{"to": "x", "state": "waiting"}]}]
    }))
    .unwrap();
    let request = Gp::acknowledge(&outcome, &origin, &Context::example()).unwrap();
    let apprec = common::document(&request);
    assert!(apprec.contains("<Status V=\"3\""), "{apprec}");
    for what in ["GenDate", "TilDato"] {
        assert!(apprec.contains(&format!("i {what} er ikke forstått")), "{apprec}");
    }
    common::assert_valid(&[("not-understood".into(), apprec)]);
}

#[test]
fn a_time_is_read_where_it_can_be_and_told_where_not() {
    for (gen_date, sent, repeated) in [
        ("2026-11-03T24:00:00", "2026-11-03T23:00:00Z", "2026-11-03T24:00:00"),
        (
            "2026-11-03T24:00:00+01:00",
            "2026-11-03T23:00:00Z",
            "2026-11-03T24:00:00+01:00",
        ),
        (
            "2026-11-03T09:30:00.1234567+01:00",
            "2026-11-03T08:30:00.1234567Z",
            "2026-11-03T09:30:00.1234567+01:00",
        ),
        ("2026-11-03T09:30", "2026-11-03T08:30:00Z", "2026-11-03T09:30:00+01:00"),
        (
            "2026-11-03t08:30:00z",
            "2026-11-03T08:30:00Z",
            "2026-11-03T09:30:00+01:00",
        ),
        (
            "2026-11-03T09:30:00+0100",
            "2026-11-03T08:30:00Z",
            "2026-11-03T09:30:00+01:00",
        ),
    ] {
        let made = Made {
            gen_date,
            ..Made::default()
        };
        let told = made.tell();
        assert!(
            told.contains(&format!("sent {sent};")) && told.contains("left out: nothing"),
            "{gen_date}: {told}"
        );
        // The receipt repeats the date unchanged, or in the schema's form.
        let Reading::Messages { origin, .. } = read(made.document().as_bytes()) else {
            unreachable!("it is read")
        };
        assert_eq!(origin["genDate"], repeated, "{gen_date}");
    }
    for gen_date in [
        "2026-11-03",
        "03.11.2026 09:30",
        "2026-11-03T24:00:01",
        "2026-11-03T25:00:00",
        "1762158600",
        "2026-02-30T09:30:00",
    ] {
        let told = Made {
            gen_date,
            ..Made::default()
        }
        .tell();
        assert!(
            told.contains("Tidspunktet i GenDate er ikke forstått") && !told.contains(gen_date),
            "{gen_date}: {told}"
        );
    }
}

#[test]
fn a_time_below_the_hubs_own_text_is_read_or_told() {
    let told = |expires: &str| {
        let text = format!(
            "Svar\nSvar: Hun klarer to dager.\nGjelder: spørsmål og svar\n--- Om meldingen ---\nSendt: 2. november 2026 kl. 14.05\n\
             Gjelder til: {expires}\n"
        );
        let content = note(&format!("<TekstNotatInnhold>{text}</TekstNotatInnhold>"));
        let made = Made {
            content,
            ..Made::default()
        };
        let Reading::Messages { messages, left_out, .. } = read(made.document().as_bytes()) else {
            unreachable!("it is read")
        };
        // The envelope has the time at which the hub wrote the document.
        assert_eq!(messages[0].sent_at.to_string(), "2026-11-02T13:05:00Z");
        (messages[0].expires_at.map(|at| at.to_string()), left_out)
    };
    assert_eq!(
        told("24. desember 2026 kl. 12.00"),
        (Some("2026-12-24T11:00:00Z".into()), vec![])
    );
    for expires in ["2026-12-24", "snart", "32. desember 2026 kl. 12.00"] {
        let (at, left_out) = told(expires);
        assert_eq!(at, None, "{expires}");
        assert!(left_out[0].contains("«Gjelder til» er ikke forstått"), "{left_out:?}");
        assert!(!left_out[0].contains(expires), "{left_out:?}");
    }
}

#[test]
fn one_patient_has_one_number() {
    let about = |ids: &[(&str, &str)]| {
        let patients = patient(ids);
        Made {
            patients,
            ..Made::default()
        }
        .tell()
    };
    for (ids, right) in [
        (vec![("FNR", BIRTH)], BIRTH),
        (vec![("DNR", D)], D),
        (vec![("FNR", BIRTH), ("FNR", BIRTH)], BIRTH),
        (vec![("DNR", D), ("FNR", BIRTH)], BIRTH),
        (vec![("FNR", BIRTH), ("DNR", D)], BIRTH),
        // The first number is a D-number that is labelled as a fødselsnummer.
        (vec![("FNR", D), ("FNR", BIRTH)], BIRTH),
        (vec![("FNR", D), ("DNR", D), ("FNR", BIRTH)], BIRTH),
        (vec![("FNR", "157202 55178")], BIRTH),
        (vec![("FNR", BIRTH), ("FNR", "\u{a0}157202\u{a0}55178 ")], BIRTH),
        (vec![("fnr", BIRTH)], BIRTH),
        (vec![("PAS", "17"), ("FNR", BIRTH)], BIRTH),
    ] {
        let told = about(&ids);
        assert!(told.contains(&format!("about {right};")), "{ids:?}: {told}");
    }
    for ids in [
        vec![("FNR", BIRTH), ("FNR", OTHER_BIRTH)],
        vec![("DNR", D), ("DNR", OTHER_D)],
        vec![("FNR", BIRTH), ("DNR", OTHER_BIRTH)],
        vec![("FNR", BIRTH), ("FNR", OTHER_BIRTH), ("DNR", D)],
        vec![("FNR", BIRTH), ("DNR", D), ("DNR", OTHER_D)],
        vec![("FNR", BIRTH), ("DNR", "00000000000")],
        vec![("FNR", "15720255179"), ("FNR", BIRTH)],
        vec![("FNR", "15720255179")],
        vec![("PAS", "17")],
        // One `Ident` has two ids.
        vec![("FNR", "15720255178</Id><Id>01815000036")],
    ] {
        let told = about(&ids);
        assert!(told.contains("refused: patient-id"), "{ids:?}: {told}");
    }
    let made = Made {
        patients: patient(&[("FNR", BIRTH)]) + &patient(&[("FNR", OTHER_BIRTH)]),
        ..Made::default()
    };
    let (code, answer) = refusal(read(made.document().as_bytes()));
    let answer = answer.unwrap();
    assert_eq!(code, "patient-id");
    assert!(
        answer.contains("flere ulike") && !answer.contains(BIRTH) && !answer.contains(OTHER_BIRTH),
        "{answer}"
    );
    // The same numbers in a message that contains another one.
    let outer = Made {
        patients: patient(&[("FNR", BIRTH), ("FNR", OTHER_BIRTH)]),
        content: Made::default().document(),
        ..Made::default()
    };
    assert!(outer.tell().contains("refused: patient-id"));
}

#[test]
fn spaces_group_digits_and_a_wrong_number_is_said_to_be_wrong() {
    let to = |receiver: String| {
        Made {
            receiver,
            ..Made::default()
        }
        .tell()
    };
    for (kind, id, right) in [
        ("ENH", "974 760 924", "org:974760924"),
        ("ENH", " 974\u{a0}760\u{a0}924\n", "org:974760924"),
        ("enh", "974\u{2009}760\u{202f}924", "org:974760924"),
        ("HER", "81 43 060", "her:8143060"),
        ("HER", "8143\u{a0}060", "her:8143060"),
        (" HER", "08143060", "her:8143060"),
    ] {
        let told = to(organisation(&[(kind, id)], ""));
        assert!(told.contains(&format!("answer to {right};")), "{id}: {told}");
    }
    let unit = organisation(&[("HER", "8143 060")], "");
    assert!(to(organisation(&[("ENH", "974 760 924")], &unit)).contains("answer to her:8143060;"));
    for wrong in [("ENH", "974 760 925"), ("HER", "ukjent"), ("ENH", "NO974760924MVA")] {
        let made = Made {
            receiver: organisation(&[wrong], ""),
            ..Made::default()
        };
        let (code, answer) = refusal(read(made.document().as_bytes()));
        let answer = answer.unwrap();
        assert_eq!(code, "receiver");
        assert!(
            answer.contains("er ikke gyldig") && answer.contains("V=\"E21\""),
            "{wrong:?}: {answer}"
        );
    }
    let told = to(organisation(&[("LIN", "7")], ""));
    assert!(told.contains("refused: receiver"), "{told}");
    // The receipt goes to the sender whose number has spaces.
    let document = Made::default().document().replace("<Id>8142952<", "<Id>8142 952<");
    let (_, answer) = refusal(read(document.replace("8143060", "ukjent").as_bytes()));
    assert!(answer.unwrap().contains("<Id>8142952</Id>"));
}

#[test]
fn one_receiver_has_one_number() {
    let told = |receiver: String| {
        let made = Made {
            receiver,
            ..Made::default()
        };
        made.tell()
    };
    let to = |ids: &[(&str, &str)]| told(organisation(ids, ""));
    for (ids, right) in [
        (vec![("HER", "8143060"), ("HER", "8143060")], "her:8143060"),
        (vec![("HER", "8143060"), ("HER", "08143 060")], "her:8143060"),
        (vec![("HER", "8143060"), ("ENH", "974760924")], "her:8143060"),
        // The HER-id alone says which receiver is meant.
        (
            vec![("HER", "8143060"), ("ENH", "974760924"), ("ENH", "915933149")],
            "her:8143060",
        ),
        (vec![("ENH", "974760924"), ("enh", "974 760 924")], "org:974760924"),
    ] {
        assert!(
            to(&ids).contains(&format!("answer to {right};")),
            "{ids:?}: {}",
            to(&ids)
        );
    }
    for ids in [
        vec![("HER", "8143060"), ("HER", "8142952")],
        vec![("HER", "8143060"), ("HER", "8142952"), ("ENH", "974760924")],
        vec![("HER", "ukjent"), ("HER", "8142952")],
        vec![("HER", "8143060</Id><Id>8142952")],
        vec![("ENH", "974760924"), ("ENH", "915933149")],
    ] {
        assert!(to(&ids).contains("refused: receiver"), "{ids:?}: {}", to(&ids));
    }
    // The innermost level decides; a level around it may have several numbers.
    let unit = organisation(&[("HER", "8143060")], "");
    let around = organisation(&[("HER", "8142952"), ("HER", "8142953")], &unit);
    assert!(told(around).contains("answer to her:8143060;"));
    // The document has two receivers. `Made` writes the element around the first one.
    let two = |other: &str| {
        let (first, second) = (
            organisation(&[("HER", "8143060")], ""),
            organisation(&[("HER", other)], ""),
        );
        Made {
            receiver: format!("{first}</Receiver><Receiver>{second}"),
            ..Made::default()
        }
    };
    assert!(two("8143060").tell().contains("answer to her:8143060;"));
    let (code, answer) = refusal(read(two("8142952").document().as_bytes()));
    let answer = answer.unwrap();
    assert_eq!(code, "receiver");
    assert!(
        answer.contains("V=\"E21\"") && answer.contains("flere ulike"),
        "{answer}"
    );
}

#[test]
fn a_code_that_is_no_answer_to_an_invitation_is_told_and_its_text_goes_on() {
    let answered = |code: &str, text: &str| {
        let topic = format!("<TemaKodet V=\"{code}\" S=\"2.16.578.1.12.4.1.1.8126\" DN=\"x\"/>");
        let content = dialog(&format!(
            "<Notat>{topic}<TekstNotatInnhold>{text}</TekstNotatInnhold></Notat>"
        ));
        Made {
            content,
            ..Made::default()
        }
        .tell()
    };
    for code in ["0", "4", "9", "JA"] {
        let told = answered(code, "Jeg er usikker.");
        assert!(
            told.starts_with("answer to")
                && told.contains("text «Jeg er usikker.»")
                && told.contains(&format!("Koden {code} i TemaKodet er ikke et svar")),
            "{told}"
        );
    }
    assert!(answered("1", "").starts_with("meeting-response to"));
    assert!(answered("9", "").contains("refused: empty"));
    assert!(
        answered("&lt;script&gt;", "Ja").contains("Koden i TemaKodet"),
        "what is no code is not repeated"
    );
}

#[test]
fn an_editors_markup_is_no_part_of_a_text() {
    for (raw, plain) in [
        (
            "<![CDATA[<p>Hun f&aring;r til<br>to dager.</p>]]>",
            "Hun får til\nto dager.",
        ),
        (
            "&lt;div&gt;Uke 1&lt;/div&gt;&lt;div&gt;Uke 2&lt;/div&gt;",
            "Uke 1\nUke 2",
        ),
        ("Mindre enn &lt;3 dager", "Mindre enn <3 dager"),
    ] {
        let content = note(&format!("<TekstNotatInnhold>{raw}</TekstNotatInnhold>"));
        let told = Made {
            content,
            ..Made::default()
        }
        .tell();
        assert!(told.contains(&format!("text «{plain}»")), "{told}");
    }
}

#[test]
fn a_message_that_names_itself_in_other_letters_answers_nothing() {
    let parent = |id: &str| {
        let reference = format!(
            "<ConversationRef><RefToParent>{id}</RefToParent><RefToConversation>{id}</RefToConversation></ConversationRef>"
        );
        let made = Made {
            reference,
            ..Made::default()
        };
        draft(read(made.document().as_bytes())).in_reply_to
    };
    for own in [
        "0b6f1e50-0000-4000-8000-0000000000a1",
        "0B6F1E50-0000-4000-8000-0000000000A1",
        "{0B6F1E50-0000-4000-8000-0000000000A1}",
        "urn:uuid:0b6f1e50-0000-4000-8000-0000000000a1",
    ] {
        assert_eq!(parent(own), None, "{own}");
    }
    // The id of the answered message stays as it was written: the hub compares ids.
    let other = "{0B6F1E50-0000-4000-8000-0000000000A2}";
    assert_eq!(parent(other).unwrap().as_str(), other);
}

#[test]
fn encodings_beside_the_usual_ones_are_read() {
    let document = Made {
        content: note("<TekstNotatInnhold>Gå på møtet, 200 €</TekstNotatInnhold>"),
        ..Made::default()
    }
    .document();
    let latin_9: Vec<u8> = document
        .chars()
        .map(|c| {
            if c == '€' {
                0xa4
            } else {
                u8::try_from(u32::from(c)).unwrap()
            }
        })
        .collect();
    let declared = [b"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>", latin_9.as_slice()].concat();
    let utf16: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let readings = [
        read(&declared),
        read_as("text/xml; Charset=Latin-9", &latin_9),
        read(&utf16),
        read(format!("\u{feff}\u{feff}\n{document}").as_bytes()),
        read(format!("\u{feff}\n\u{feff} \u{feff}{document}").as_bytes()),
    ];
    for reading in readings {
        let told = tell(&reading);
        assert!(told.contains("text «Gå på møtet, 200 €»"), "{told}");
    }
    let unknown = [b"<?xml version=\"1.0\" encoding=\"ISO-8859-5\"?>", latin_9.as_slice()].concat();
    assert!(tell(&read(&unknown)).contains("refused: unreadable"));
}

const ID: &str = "0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773";

fn item() -> Item {
    Item {
        id: ID.into(),
        sender: "her:8142952".into(),
        note: String::new(),
    }
}

fn answered(what: &InboxAsk, body: &Value) -> InboxAnswer {
    let response = Response {
        status: 200,
        headers: Vec::new(),
        body: body.to_string().into_bytes(),
    };
    Gp::answered(what, &response, &Context::example())
}

#[test]
fn mimes_words_and_wrapped_base64_are_what_they_say() {
    let fetch = InboxAsk::Fetch(item());
    let document = |encoding: Value, base64: &str, media_type: Value| {
        let body = json!({
            "businessDocument": base64, "contentType": media_type, "contentTransferEncoding": encoding, "nytt": {"a": 1},
        });
        answered(&fetch, &body)
    };
    let expected = |media_type: &str| InboxAnswer::Document {
        media_type: media_type.into(),
        body: b"<MsgHead/>".to_vec(),
    };
    let xml = || json!("application/xml");
    for encoding in ["base64", "Base64", "BASE64", " base64\r\n", "bASE64"] {
        assert_eq!(
            document(json!(encoding), "PE1zZ0hlYWQvPg==", xml()),
            expected("application/xml"),
            "{encoding}"
        );
    }
    for base64 in [
        "PE1zZ0hl\r\nYWQvPg==\r\n",
        "PE1z\nZ0hl\nYWQv\nPg==",
        " PE1z Z0hl\tYWQvPg==",
        "PE1zZ0hlYWQvPg",
        "PE1zZ0hlYWQvPg\n=\n=\n",
    ] {
        assert_eq!(
            document(json!("base64"), base64, xml()),
            expected("application/xml"),
            "{base64:?}"
        );
    }
    assert_eq!(
        document(Value::Null, "PE1zZ0hlYWQvPg==", Value::Null),
        expected("application/xml")
    );
    assert_eq!(
        document(json!("base64"), "PE1zZ0hlYWQvPg==", json!("Text/XML; Charset=utf-8")),
        expected("Text/XML; Charset=utf-8")
    );
    for (encoding, base64) in [
        ("quoted-printable", "PE1zZ0hlYWQvPg=="),
        ("8bit", "<MsgHead/>"),
        ("base64", "PE1z*0hl"),
        ("base64", " \r\n"),
        ("base64", "P"),
    ] {
        assert_eq!(
            document(json!(encoding), base64, xml()),
            InboxAnswer::Later(None),
            "{encoding} {base64}"
        );
    }
}

#[test]
fn a_fetched_document_is_read_by_the_strict_reader() {
    let fetched = |body: &str| {
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        Gp::answered(&InboxAsk::Fetch(item()), &response, &Context::example())
    };
    let document = r#"{"businessDocument": "PE1zZ0hlYWQvPg==", "contentType": "application/xml"}"#;
    let expected = InboxAnswer::Document {
        media_type: "application/xml".into(),
        body: b"<MsgHead/>".to_vec(),
    };
    assert_eq!(fetched(document), expected);
    assert_eq!(fetched(&format!("\u{feff}{document}")), expected);
    // Nobody can tell which of two documents the service means.
    for twice in ["\"businessDocument\": \"PEE+\", ", "\"nytt\": {\"a\": 1, \"a\": 2}, "] {
        let twice = document.replacen('{', &format!("{{{twice}"), 1);
        assert_eq!(fetched(&twice), InboxAnswer::Later(None), "{twice}");
    }
}

#[test]
fn a_listing_and_a_state_are_read_whatever_the_spelling_of_ids_and_words() {
    let list = InboxAsk::List { cursor: None };
    let InboxAnswer::Listing(listing) = answered(
        &list,
        &json!([
            {"id": "0C8F3D36-F9E7-4E3F-9D5C-C820FA9B5773", "senderHerId": 8_142_952, "nytt": []},
            {"id": "{0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773}", "senderHerId": "8142 952"},
            {"id": 17, "senderHerId": 1},
        ]),
    ) else {
        unreachable!("it is a listing")
    };
    let items: Vec<_> = listing
        .items
        .iter()
        .map(|i| (i.id.as_str(), i.sender.as_str()))
        .collect();
    assert_eq!(items, [(ID, "her:8142952"), (ID, "her:8142952"), ("", "her:0")]);

    let sent = vec![Reference::new("msgid", "x"), Reference::new("msh", ID)];
    let receiver = Context::example().party.her_id.unwrap();
    for (word, status) in [
        ("Ok", ReceiptStatus::Ok),
        ("OK", ReceiptStatus::Ok),
        ("rejected", ReceiptStatus::Refused),
        ("okErrorInMessagePart", ReceiptStatus::Partial),
        ("Maybe", ReceiptStatus::Unknown),
    ] {
        let all = json!([
            {"receiverHerId": 1, "appRecStatus": "Rejected"},
            {"receiverHerId": receiver.to_string(), "appRecStatus": word, "appRecErrorList": null},
        ]);
        let InboxAnswer::Receipt(receipt) = answered(&InboxAsk::Receipt(sent.clone()), &all) else {
            unreachable!("it is a receipt")
        };
        assert_eq!((receipt.status, receipt.refers_to.as_str()), (status, ID), "{word}");
    }
    let rejected = json!([{"receiverHerId": receiver, "transportDeliveryState": "REJECTED"}]);
    assert!(matches!(
        answered(&InboxAsk::Status(sent), &rejected),
        InboxAnswer::Receipt(receipt) if receipt.status == ReceiptStatus::Refused
    ));
}

#[test]
fn the_services_own_id_is_kept_in_one_spelling() {
    for body in [
        "\"0C8F3D36-F9E7-4E3F-9D5C-C820FA9B5773\"",
        "{\"id\": \"{0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773}\"}",
        "\"urn:uuid:0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773\"",
    ] {
        let response = Response {
            status: 201,
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
        };
        let settled = Gp::settle(&response, &Context::example());
        assert_eq!(
            settled,
            Settlement::AwaitingReceipt(vec![Reference::new("msh", ID)]),
            "{body}"
        );
    }
}
