//! Odd inputs that made other systems fail: the files of `shared/cases` if that folder exists, and the same classes in
//! documents of our own.

#![expect(clippy::panic, reason = "a test tells by panicking")]

mod support;

use std::path::PathBuf;

use bindeledd_catalogue::Message;
use bindeledd_sdk::{Adapter as _, Context, Document, Reading, Refusal};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;

/// Returns the message as JSON with the parts left out, or the refusal.
fn reading(media_type: &str, body: &[u8]) -> Result<(Value, Vec<String>), Refusal> {
    match SpecialistFhir::read(Document { media_type, body }, &Context::example()) {
        Reading::Messages { messages, left_out, .. } if messages.len() == 1 => Ok((messages[0].to_json(), left_out)),
        Reading::Refused(refusal) => Err(refusal),
        other => panic!("{other:?}"),
    }
}

/// The expected result of an input.
enum Right {
    /// The message is read, and has these values at these JSON pointers.
    Read(&'static [(&'static str, &'static str)]),
    /// The message is read with these values, and the report of parts left out contains this text.
    Told(&'static [(&'static str, &'static str)], &'static str),
    /// The input is refused with this code, and the refusal's text contains this word.
    Refused(&'static str, &'static str),
}
use Right::{Read, Refused, Told};

const PERSON: &str = "/participant/nationalId";
const NAME: &str = "/participant/name";
const TEXT: &str = "/body/text";

const CASES: [(&str, Right); 32] = [
    (
        "f01-relative-reference-two-bases.json",
        Read(&[(PERSON, "15720255178"), (NAME, "Test Prøvesen")]),
    ),
    (
        "f03-versioned-reference.json",
        Read(&[(PERSON, "15720255178"), (NAME, "Test Prøvesen")]),
    ),
    ("f04-contained-patient-in-bundle.json", Read(&[(PERSON, "15720255178")])),
    (
        "f06-urn-uuid-upper-case-reference.json",
        Read(&[(PERSON, "15720255178")]),
    ),
    (
        "f07-identifier-uuid-upper-case.json",
        Read(&[("/senderReference", "22222222-ABCD-4000-8000-00000000000A")]),
    ),
    ("f09-payload-masked.json", Refused("missing", "Spørsmål")),
    ("f10-given-name-null-padded.json", Read(&[(NAME, "Test Prøvesen")])),
    (
        "f12-percent-less-than.json",
        Told(&[("/body/percent", "")], "valueQuantity"),
    ),
    ("f13-status-not-done.json", Refused("status", "Communication.status")),
    (
        "f15-observation-absent-reason-beside-value.json",
        Read(&[("/body/percent", "")]),
    ),
    ("f16-patient-replaced-by.json", Refused("modifier-element", "Patient.")),
    (
        "f17-modifier-extension-on-patient.json",
        Refused("modifier-extension", "modifierExtension"),
    ),
    (
        "f19-sent-leap-second.json",
        Read(&[("/sentAt", "2017-01-01T00:59:59+01:00")]),
    ),
    ("f21-old-d-number-marked-old.json", Read(&[(PERSON, "15720255178")])),
    ("f23-number-with-spaces-around.json", Read(&[(PERSON, "15720255178")])),
    (
        "f24-two-contents-in-a-payload.json",
        Told(&[(TEXT, "Kan hun begynne mandag?")], "contentReference"),
    ),
    (
        "f26-person-twice-different.json",
        Refused("duplicate-member", "subject.identifier.value"),
    ),
    (
        "f27-recipient-two-of-which-one-unknown.json",
        Told(&[("/to", "[\"her:8143060\"]")], "recipient"),
    ),
    (
        "f29-decimal-many-zeros.json",
        Read(&[("/body/hoursPerWeek", "18.5"), ("/body/percent", "50")]),
    ),
    (
        "f30-hours-per-day-unit.json",
        Told(&[("/body/hoursPerWeek", "")], "component"),
    ),
    ("f31-name-and-telephone-out-of-date.json", Read(&[(NAME, "Nytt Navn")])),
    (
        "f33-valid-until-partial.json",
        Told(&[("/body/validUntil", "")], "effectivePeriod"),
    ),
    (
        "f36-receiver-organisation-two-bases.json",
        Read(&[("/to", "[\"her:8143060\"]")]),
    ),
    (
        "f37-uuid-bundle-relative-reference.json",
        Refused("participant", "Communication.subject"),
    ),
    ("f38-relative-reference-one-base.json", Read(&[(PERSON, "15720255178")])),
    (
        "x01-prefixed-elements-and-narrative.xml",
        Read(&[(TEXT, "Kan hun begynne mandag?")]),
    ),
    ("x03-byte-order-mark.xml", Read(&[(TEXT, "Kan hun begynne mandag?")])),
    ("x04-latin1.xml", Refused("xml", "UTF-8")),
    (
        "x06-line-breaks-in-value.xml",
        Read(&[(TEXT, "Første linje\nAndre linje")]),
    ),
    ("x07-named-entity-in-narrative.xml", Refused("xml", "linje")),
    ("x09-number-with-spaces.xml", Read(&[(PERSON, "15720255178")])),
    ("x10-decimal-50.0.xml", Read(&[("/body/percent", "50")])),
];

fn folder() -> PathBuf {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/cases");
    std::env::var_os("BINDELEDD_CASES").map_or_else(beside, PathBuf::from)
}

/// Returns a value as text; empty if there is none.
fn said(message: &Value, pointer: &str) -> String {
    let found = message.pointer(pointer);
    found.map_or_else(String::new, |found| {
        found.as_str().map_or_else(|| found.to_string(), ToOwned::to_owned)
    })
}

fn wrong(name: &str, body: &[u8], right: &Right) -> Option<String> {
    let media_type = if name.ends_with("xml") {
        "application/fhir+xml"
    } else {
        "application/fhir+json"
    };
    match (reading(media_type, body), right) {
        (Ok((message, left_out)), Read(wanted) | Told(wanted, _)) => {
            let other = wanted.iter().find(|(pointer, value)| said(&message, pointer) != *value);
            let told = !matches!(right, Told(_, word) if !left_out.iter().any(|text| text.contains(word)));
            match other {
                Some((pointer, _)) => Some(format!("{name}: {pointer} is {:?}", said(&message, pointer))),
                None if !told => Some(format!("{name}: told only {left_out:?}")),
                None => None,
            }
        }
        (Err(refusal), Refused(code, word)) => {
            let fits = refusal.code == *code && refusal.text.contains(word) && !refusal.text.contains("15720255178");
            (!fits).then(|| format!("{name}: {}: {}", refusal.code, refusal.text))
        }
        (Ok((message, _)), Refused(..)) => Some(format!("{name} is read: {message}")),
        (Err(refusal), Read(_) | Told(..)) => Some(format!("{name} is refused: {}: {}", refusal.code, refusal.text)),
    }
}

#[test]
fn the_inputs_of_public_bug_reports_come_out_right() {
    let mut found = Vec::new();
    for (name, right) in &CASES {
        match std::fs::read(folder().join(name)) {
            Ok(body) => found.extend(wrong(name, &body, right)),
            Err(_) => println!("no {name} beside the project: not checked"),
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const KIND: &str = "https://bindeledd.example/fhir/CodeSystem/message-kind";
const ONE: &str = "15720255178";
const OTHER: &str = "31777207884";

fn number(value: &str) -> Value {
    json!({"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": value})
}

fn her(value: &str) -> Value {
    json!({"system": "urn:oid:2.16.578.1.12.4.1.2", "value": value})
}

fn patient(value: &str) -> Value {
    json!({"resourceType": "Patient", "id": "1", "identifier": [number(value)]})
}

fn question(subject: Value) -> Value {
    json!({"resourceType": "Communication", "id": "9", "identifier": [{"value": "K-9"}], "status": "completed",
        "category": [{"coding": [{"system": KIND, "code": "question"}]}], "subject": subject,
        "sent": "2026-11-03T10:00:00+01:00", "recipient": [{"identifier": her("8143060")}],
        "payload": [{"contentString": "Kan hun begynne mandag?"}]})
}

/// Makes a message with a Communication at this address, and more entries.
fn bundle(address: &str, communication: Value, more: &[(&str, Value)]) -> Value {
    let header = json!({"resourceType": "MessageHeader", "id": "h1", "eventCoding": {"system": KIND, "code": "question"},
        "source": {"endpoint": "urn:her:91111"}, "focus": [{"reference": address}]});
    let mut entries = vec![
        json!({"fullUrl": "urn:uuid:44444444-0000-4000-8000-00000000000a", "resource": header}),
        json!({"fullUrl": address, "resource": communication}),
    ];
    entries.extend(
        more.iter()
            .map(|(url, resource)| json!({"fullUrl": url, "resource": resource})),
    );
    json!({"resourceType": "Bundle", "type": "message", "identifier": {"value": "B-1"}, "entry": entries})
}

/// Reads a document in both syntaxes, and checks that the results are equal.
fn both(document: &Value) -> Result<(Value, Vec<String>), Refusal> {
    let json = reading("application/fhir+json", document.to_string().as_bytes());
    let xml = reading("application/fhir+xml", support::to_xml(document).as_bytes());
    match (&json, &xml) {
        (Ok((json, _)), Ok((xml, _))) => assert_eq!(json, xml),
        (Err(json), Err(xml)) => assert_eq!(json.code, xml.code, "{} {}", json.text, xml.text),
        (json, xml) => panic!("{json:?}\n{xml:?}"),
    }
    json
}

/// Returns the participant's number, or the code of the refusal.
fn person(document: &Value) -> String {
    match both(document) {
        Ok((message, _)) => said(&message, PERSON),
        Err(refusal) => refusal.code,
    }
}

#[test]
fn a_relative_reference_means_the_entry_under_the_root_of_its_own() {
    let relative = || question(json!({"reference": "Patient/1"}));
    let (a, b) = ("https://a.example/fhir/Patient/1", "https://b.example/fhir/Patient/1");
    let at_b = "https://b.example/fhir/Communication/9";
    for (order, more) in [
        ("a b", [(a, patient(OTHER)), (b, patient(ONE))]),
        ("b a", [(b, patient(ONE)), (a, patient(OTHER))]),
    ] {
        assert_eq!(person(&bundle(at_b, relative(), &more)), ONE, "{order}");
    }
    // A resource at another root, at an address that is not on a server, or without an address is not the target.
    for (address, url) in [
        (at_b, a),
        (at_b, "https://b.example/Patient/1"),
        (at_b, "http://b.example/fhir/Patient/1"),
        (at_b, "urn:uuid:44444444-0000-4000-8000-00000000000c"),
        ("urn:uuid:44444444-0000-4000-8000-00000000000b", a),
        (
            "urn:uuid:44444444-0000-4000-8000-00000000000b",
            "urn:uuid:44444444-0000-4000-8000-00000000000c",
        ),
    ] {
        let found = person(&bundle(address, relative(), &[(url, patient(ONE))]));
        assert_eq!(found, "participant", "{address} {url}");
    }
    let mut without = bundle(at_b, relative(), &[(b, patient(ONE))]);
    without["entry"][2].as_object_mut().unwrap().remove("fullUrl");
    assert_eq!(person(&without), "participant");
    // An absolute reference denotes exactly its address; case does not matter in scheme and host.
    let absolute = question(json!({"reference": "HTTPS://A.Example/fhir/Patient/1"}));
    assert_eq!(
        person(&bundle(at_b, absolute, &[(b, patient(OTHER)), (a, patient(ONE))])),
        ONE
    );
}

#[test]
fn what_is_contained_and_what_is_referred_to_goes_by_the_same_rule() {
    let (a, b) = ("https://a.example/fhir", "https://b.example/fhir");
    let url = |root: &str, of: &str| format!("{root}/{of}");
    let organisation = |id: &str| json!({"resourceType": "Organization", "id": "1", "identifier": [her(id)]});
    // The role lies in the Communication's own entry and refers to a relative organisation: the root of the Communication applies.
    let mut communication = question(json!({"identifier": number(ONE)}));
    communication["contained"] = json!([{"resourceType": "PractitionerRole", "id": "r",
        "organization": {"reference": "Organization/1"}}]);
    communication["recipient"] = json!([{"reference": "#r"}]);
    let entries = [
        (url(a, "Organization/1"), organisation("8142952")),
        (url(b, "Organization/1"), organisation("8143060")),
    ];
    let entries = entries
        .each_ref()
        .map(|(url, resource)| (url.as_str(), resource.clone()));
    let read = both(&bundle(&url(b, "Communication/9"), communication.clone(), &entries)).unwrap();
    assert_eq!(said(&read.0, "/to"), "[\"her:8143060\"]");
    // The role lies in another entry: the root of that entry applies.
    let role = json!({"resourceType": "PractitionerRole", "id": "2", "organization": {"reference": "Organization/1"}});
    communication.as_object_mut().unwrap().remove("contained");
    communication["recipient"] = json!([{"reference": "https://a.example/fhir/PractitionerRole/2"}]);
    let role_url = url(a, "PractitionerRole/2");
    let more: Vec<_> = entries.iter().cloned().chain([(role_url.as_str(), role)]).collect();
    let read = both(&bundle(&url(b, "Communication/9"), communication, &more)).unwrap();
    assert_eq!(said(&read.0, "/to"), "[\"her:8142952\"]");
}

#[test]
fn a_role_names_its_person_by_its_own_address() {
    let person = |name: &str| json!({"resourceType": "Practitioner", "id": "1", "name": [{"text": name}]});
    let role = json!({"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/1"}});
    let mut communication = question(json!({"identifier": number(ONE)}));
    communication["sender"] = json!({"reference": "https://b.example/fhir/PractitionerRole/r"});
    let document = bundle(
        "https://a.example/fhir/Communication/9",
        communication,
        &[
            ("https://a.example/fhir/Practitioner/1", person("Feil Person")),
            ("https://b.example/fhir/Practitioner/1", person("Kari Prøve")),
            ("https://b.example/fhir/PractitionerRole/r", role),
        ],
    );
    let (message, _) = both(&document).unwrap();
    assert_eq!(said(&message, "/handler/name"), "Kari Prøve");
}

#[test]
fn a_versioned_reference_means_that_version_and_no_other() {
    let at = "https://b.example/fhir/Communication/9";
    let url = "https://b.example/fhir/Patient/1";
    let version = |value: &str, version: &str| {
        let mut patient = patient(value);
        patient["meta"] = json!({"versionId": version});
        (url, patient)
    };
    let found =
        |reference: &str, more: &[(&str, Value)]| person(&bundle(at, question(json!({"reference": reference})), more));
    let two = [version(OTHER, "1"), version(ONE, "2")];
    assert_eq!(found("Patient/1/_history/2", &two), ONE);
    assert_eq!(found("https://b.example/fhir/Patient/1/_history/1", &two), OTHER);
    for (reference, more) in [
        ("Patient/1/_history/3", two.to_vec()),
        ("Patient/1", two.to_vec()),
        ("Patient/1/_history/2", vec![(url, patient(ONE))]),
        ("Patient/1/_history/2", vec![version(ONE, "2"), version(OTHER, "2")]),
    ] {
        assert_eq!(found(reference, &more), "reference", "{reference}");
    }
    assert_eq!(found("Patient/1", &[version(ONE, "7")]), ONE);
    let mut same_id = question(json!({"reference": "#p"}));
    same_id["contained"] = json!([{"resourceType": "Patient", "id": "p", "identifier": [number(ONE)]},
        {"resourceType": "Patient", "id": "p", "identifier": [number(OTHER)]}]);
    assert_eq!(person(&same_id), "reference");
}

#[test]
fn what_has_ended_by_the_hubs_clock_counts_as_old() {
    // The example's clock is at 2026-12-01T08:00:00Z.
    let with = |patient: Value| {
        let mut communication = question(json!({"reference": "#p"}));
        communication["contained"] = json!([patient]);
        both(&communication)
            .map(|(message, _)| message)
            .map_err(|refusal| refusal.code)
    };
    let name = |text: &str, end: &str| json!({"text": text, "period": {"end": end}});
    for (end, current) in [
        ("2025", "Nytt"),
        ("2026-11", "Nytt"),
        ("2026-11-30", "Nytt"),
        ("2026-12-01T08:59:59+01:00", "Nytt"),
        ("2026-12-01", "Gammelt"),
        ("2026-12", "Gammelt"),
        ("2026", "Gammelt"),
        ("2026-12-01T08:00:01Z", "Gammelt"),
    ] {
        let patient = json!({"resourceType": "Patient", "id": "p", "identifier": [number(ONE)],
            "name": [name("Gammelt", end), {"text": "Nytt"}]});
        assert_eq!(said(&with(patient).unwrap(), NAME), current, "{end}");
    }
    let mut ended = number(OTHER);
    ended["period"] = json!({"end": "2020-01-01"});
    let patient = json!({"resourceType": "Patient", "id": "p", "identifier": [ended, number(ONE)]});
    assert_eq!(said(&with(patient).unwrap(), PERSON), ONE);
    let patient = json!({"resourceType": "Patient", "id": "p", "identifier": [ended]});
    assert_eq!(with(patient).unwrap_err(), "participant");
    let mut own = number(ONE);
    own["period"] = json!({"end": "2020-01-01"});
    assert_eq!(
        both(&question(json!({"identifier": own}))).unwrap_err().code,
        "participant"
    );
}

#[test]
fn a_d_number_beside_a_birth_number_is_of_the_same_person() {
    const D: &str = "41815000100";
    let d = |value: &str| json!({"system": "urn:oid:2.16.578.1.12.4.1.4.2", "value": value});
    let about = |own: Option<Value>, ids: Value| {
        let mut communication = question(json!({"reference": "#p"}));
        if let Some(own) = own {
            communication["subject"]["identifier"] = own;
        }
        communication["contained"] = json!([{"resourceType": "Patient", "id": "p", "identifier": ids}]);
        person(&communication)
    };
    for (own, ids, right) in [
        (None, json!([d(D), number(ONE)]), ONE),
        (None, json!([number(ONE), d(D)]), ONE),
        (Some(d(D)), json!([number(ONE)]), ONE),
        (Some(number(ONE)), json!([number(ONE)]), ONE),
        (None, json!([d(D), d(D)]), D),
        (None, json!([number(ONE), number(OTHER)]), "participant"),
        (None, json!([d(D), d("42815000069")]), "participant"),
        (Some(number(OTHER)), json!([d(D), number(ONE)]), "participant"),
    ] {
        assert_eq!(about(own.clone(), ids.clone()), right, "{own:?} {ids}");
    }
}

#[test]
fn a_telephone_a_role_and_an_organisations_number_that_have_ended_are_not_used() {
    let ended = json!({"end": "2026-06-30"});
    let mut communication = question(json!({"identifier": number(ONE)}));
    communication["contained"] = json!([
        {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "#p"}},
        {"resourceType": "Practitioner", "id": "p", "name": [{"text": "Kari Prøve"}],
            "telecom": [{"system": "phone", "value": "11111111", "period": ended}, {"system": "phone", "value": "22222222"}]},
        {"resourceType": "Organization", "id": "o", "identifier": [
            {"system": her("1")["system"], "value": "8142952", "period": ended}, her("8143060")]},
    ]);
    communication["sender"] = json!({"reference": "#r"});
    communication["recipient"] = json!([{"reference": "#o"}]);
    let (message, _) = both(&communication).unwrap();
    assert_eq!(
        (said(&message, "/handler/phone"), said(&message, "/to")),
        ("22222222".into(), "[\"her:8143060\"]".into())
    );
    communication["contained"][0]["period"] = ended;
    let (message, _) = both(&communication).unwrap();
    assert_eq!(
        said(&message, "/handler/name"),
        "",
        "whoever no longer has the role is nobody to call"
    );
    communication["contained"][0]["organization"] = json!({"reference": "#o"});
    communication["recipient"] = json!([{"reference": "#r"}]);
    assert_eq!(both(&communication).unwrap_err().code, "receiver");
    // Two valid numbers of one type would denote two receivers.
    communication["recipient"] = json!([{"reference": "#o"}]);
    communication["contained"][2]["identifier"][0]
        .as_object_mut()
        .unwrap()
        .remove("period");
    assert_eq!(both(&communication).unwrap_err().code, "party");
}

#[test]
fn a_reference_that_has_ended_is_no_name_of_a_message() {
    let ended = json!({"value": "K-gammel", "period": {"end": "2026-06-30"}});
    let mut communication = question(json!({"identifier": number(ONE)}));
    communication["identifier"] = json!([ended, {"value": "K-9"}]);
    communication["contained"] = json!([{"resourceType": "Communication", "id": "q", "status": "completed",
        "identifier": [ended, {"value": "K-8"}]}]);
    communication["inResponseTo"] = json!([{"reference": "#q"}]);
    let (message, _) = both(&communication).unwrap();
    assert_eq!(
        (said(&message, "/senderReference"), said(&message, "/inReplyTo")),
        ("K-9".into(), "K-8".into())
    );
}

#[test]
fn a_resource_that_says_it_no_longer_holds_is_refused_where_it_is_used() {
    let used = |type_name: &str, member: &str, value: Value| {
        let mut communication = question(json!({"reference": "#p"}));
        communication["recipient"] = json!([{"reference": "#o"}]);
        communication["sender"] = json!({"reference": "#r"});
        communication["contained"] = json!([
            {"resourceType": "Patient", "id": "p", "identifier": [number(ONE)]},
            {"resourceType": "Organization", "id": "o", "identifier": [her("8143060")]},
            {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "#d"}},
            {"resourceType": "Practitioner", "id": "d", "name": [{"text": "Kari Prøve"}]},
            {"resourceType": "HealthcareService", "id": "unused", "active": false},
        ]);
        let contained = communication["contained"].as_array_mut().unwrap();
        let resource = contained.iter_mut().find(|r| r["resourceType"] == type_name).unwrap();
        resource[member] = value;
        both(&communication).map(|_| ()).map_err(|refusal| {
            assert!(refusal.text.contains(type_name), "{}", refusal.text);
            refusal.code
        })
    };
    let link = |kind: &str| json!([{"other": {"identifier": number(OTHER)}, "type": kind}]);
    for (type_name, member, value) in [
        ("Patient", "active", json!(false)),
        ("Patient", "link", link("replaced-by")),
        ("Patient", "link", json!([{"other": {"identifier": number(OTHER)}}])),
        ("Patient", "deceasedBoolean", json!(true)),
        ("Patient", "deceasedDateTime", json!("2026-10-01")),
        ("Organization", "active", json!(false)),
        ("PractitionerRole", "active", json!(false)),
        ("Practitioner", "active", json!(false)),
    ] {
        assert_eq!(
            used(type_name, member, value).unwrap_err(),
            "modifier-element",
            "{type_name}.{member}"
        );
    }
    for (type_name, member, value) in [
        ("Patient", "active", json!(true)),
        ("Patient", "link", link("replaces")),
        ("Patient", "link", link("seealso")),
        ("Patient", "deceasedBoolean", json!(false)),
        ("Organization", "active", json!(true)),
        ("HealthcareService", "name", json!("Ikke brukt")),
    ] {
        assert_eq!(
            used(type_name, member, value.clone()),
            Ok(()),
            "{type_name}.{member} {value}"
        );
    }
    // An entry of a Bundle counts as a contained resource does, if the message refers to it.
    for (subject, expected) in [
        (json!({"reference": "Patient/1"}), "modifier-element"),
        (json!({"identifier": number(ONE)}), ONE),
    ] {
        let mut inactive = patient(ONE);
        inactive["active"] = json!(false);
        let at = "https://b.example/fhir/Communication/9";
        let document = bundle(at, question(subject), &[("https://b.example/fhir/Patient/1", inactive)]);
        assert_eq!(person(&document), expected);
    }
}

#[test]
fn a_member_twice_a_mark_and_other_encodings_in_json() {
    let document = question(json!({"identifier": number(ONE)})).to_string();
    let read = |body: &[u8]| reading("application/fhir+json", body).map(|(message, _)| said(&message, PERSON));
    assert_eq!(
        read(format!("\u{feff}{document}").as_bytes()).as_deref().ok(),
        Some(ONE)
    );
    let xml = support::to_xml(&question(json!({"identifier": number(ONE)})));
    let marked = reading("application/fhir+xml", format!("\u{feff}{xml}").as_bytes());
    assert_eq!(
        marked.map(|(message, _)| said(&message, PERSON)).as_deref().ok(),
        Some(ONE)
    );
    for twice in [
        "\"status\":\"not-done\",",
        "\"recipient\":[],",
        "\"meta\":{\"x\":1,\"x\":1},",
    ] {
        let refusal = read(document.replacen('{', &format!("{{{twice}"), 1).as_bytes()).unwrap_err();
        assert_eq!(refusal.code, "duplicate-member", "{twice}");
        assert!(refusal.text.contains("linje 1"), "{}", refusal.text);
    }
    let wide: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refusal = read(&wide).unwrap_err();
    assert!(
        refusal.code == "json" && refusal.text.contains("UTF-16"),
        "{}",
        refusal.text
    );
}

#[test]
fn a_uuid_is_kept_without_what_stands_around_it() {
    for raw in [
        "urn:uuid:2222ABCD-0000-4000-8000-00000000000A",
        "URN:UUID:2222abcd-0000-4000-8000-00000000000a",
    ] {
        let mut communication = question(json!({"identifier": number(ONE)}));
        let identifier = json!({"system": "urn:ietf:rfc:3986", "value": raw});
        communication["identifier"] = json!([identifier]);
        communication["inResponseTo"] = json!([{"reference": raw}]);
        let (message, _) = both(&communication).unwrap();
        for member in ["/senderReference", "/inReplyTo"] {
            assert_eq!(
                said(&message, member).to_ascii_lowercase(),
                "2222abcd-0000-4000-8000-00000000000a",
                "{member} {raw}"
            );
        }
    }
}

#[test]
fn marks_that_turn_the_direction_of_text_go_to_nobody() {
    let mut raw: Value =
        serde_json::from_str(bindeledd_catalogue::fixtures::json(bindeledd_catalogue::Kind::Question)).unwrap();
    raw["body"]["text"] = "Ĝi મ – \u{202e}egnor\u{202c} nå\u{ad}. 😀 \u{2067}x\u{2069}".into();
    raw["handler"]["name"] = "Kari \u{202e}Prøve".into();
    let message = Message::parse(raw.to_string().as_bytes()).unwrap();
    for format in support::FORMATS {
        let request = SpecialistFhir::write(&message, &support::writing(format)).unwrap();
        let body = String::from_utf8(request.body).unwrap();
        assert!(body.contains("Ĝi મ – egnor nå\u{ad}. 😀 x"), "{body}");
        assert!(
            !body.contains(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')),
            "{body}"
        );
    }
}
