//! Reading documents: the result of each part, and refusals with helpful texts.

mod support;

use bindeledd_sdk::{Adapter as _, Context, Document};
use serde_json::{Value, json};
use specialist_fhir::SpecialistFhir;
use support::{communication, fixture, message, messages, read_in_both, read_value, refusal, refused};

#[test]
fn a_foreign_bundle_is_read_through_its_references() {
    let (mut drafts, left_out) = messages(read_value(&fixture("bundle-treatment-status.json")));
    let draft = drafts.remove(0).to_json();
    assert_eq!(
        draft["body"],
        json!({"status": "planned", "availableWhen": "Ledig alle dager etter kl. 12."})
    );
    assert_eq!(
        draft["participant"],
        json!({"nationalId": "31777207884", "name": "Line Test Prøve"})
    );
    assert_eq!(
        draft["handler"],
        json!({"name": "Kim Behandler", "role": "psykolog", "unit": "Fjellvik poliklinikk", "phone": "55 00 00 00"})
    );
    assert_eq!(draft["to"], json!(["org:915933149"]));
    assert_eq!(draft["senderReference"], "11111111-0000-4000-8000-000000000001");
    assert_eq!(draft["sentAt"], "2026-12-01T09:55:00+01:00");
    let told = left_out.join("\n");
    for part in [
        "«timeavtale.pdf» (application/pdf)",
        "Communication.medium",
        "Patient.address",
        "Provenance",
    ] {
        assert!(told.contains(part), "{part} is not named in {told}");
    }
    assert!(!told.contains("topic"), "{told}");
}

#[test]
fn an_observation_by_itself_goes_to_the_circle() {
    let (mut drafts, left_out) = messages(read_value(&fixture("observation-function.json")));
    let draft = drafts.remove(0).to_json();
    assert_eq!(draft["to"], "circle");
    assert_eq!(
        draft["body"],
        json!({"manages": ["Stillesittende arbeid i rolige omgivelser"], "percent": 50})
    );
    assert_eq!(left_out, ["Elementet Observation.component[1] er ikke tatt med."]);
}

#[test]
fn a_declined_task_with_other_times_proposes_them() {
    let draft = message(&fixture("task-meeting-response-other-time.json")).to_json();
    assert_eq!(
        draft["body"],
        json!({"answer": "other-time", "comment": "Jeg er på kurs den dagen.",
               "proposedTimes": [{"start": "2026-12-12T12:00:00+01:00"}]})
    );
    assert_eq!(draft["inReplyTo"], "https://poliklinikk.example/tasks|77");
    assert_eq!(
        draft["senderReference"],
        "https://poliklinikk.example/tasks|77/_history/3"
    );
    assert_eq!(draft["conversation"], "sak-17");
    assert_eq!(draft["to"], json!(["org:915933149"]));
    assert_eq!(draft["handler"], json!({"name": "Kim Behandler"}));
}

#[test]
fn several_messages_of_one_bundle_each_get_a_reference() {
    let mut bundle = fixture("bundle-treatment-status.json");
    let mut second = bundle["entry"][1].clone();
    second["fullUrl"] = "https://poliklinikk.example/fhir/Communication/c2".into();
    second["resource"]["id"] = "c2".into();
    second["resource"]["topic"]["coding"][0]["code"] = "started".into();
    if let Some(entries) = bundle["entry"].as_array_mut() {
        entries.push(second);
    }
    bundle["entry"][0]["resource"]["focus"] =
        json!([{"reference": "Communication/c1"}, {"reference": "Communication/c2"}]);
    let (drafts, _) = messages(read_value(&bundle));
    let told: Vec<_> = drafts
        .iter()
        .map(|d| (d.body.text("status"), d.sender_reference.as_str()))
        .collect();
    let id = "11111111-0000-4000-8000-000000000001";
    assert_eq!(
        told,
        [(Some("planned"), id), (Some("started"), format!("{id}#2").as_str())]
    );
}

#[test]
fn what_a_kind_must_have_is_asked_for_by_its_place() {
    let mut value = communication("treatment-status");
    value["topic"] = json!({"text": "Behandling startet"});
    let missing = refusal(read_value(&value));
    assert_eq!(missing.code, "missing");
    assert!(
        missing.text.contains("«Status»") && missing.text.contains("Communication.topic"),
        "{}",
        missing.text
    );

    let mut value = fixture("observation-function.json");
    if let Some(members) = value.as_object_mut() {
        members.remove("component");
        members.remove("valueQuantity");
    }
    let missing = refusal(read_value(&value));
    assert_eq!(missing.code, "missing");
    assert!(
        missing.text.contains("component med koden «manages»"),
        "{}",
        missing.text
    );

    let mut value = communication("treatment-status");
    value["payload"][0]["contentString"] = "x".repeat(501).into();
    let too_long = refusal(read_value(&value));
    assert_eq!(too_long.code, "value");
    assert!(too_long.text.contains("500 tegn"), "{}", too_long.text);
}

#[test]
fn a_diagnosis_code_is_refused() {
    let good = communication("treatment-status");
    let icd = |system: &str| json!([{"coding": [{"system": system, "code": "F32"}]}]);
    let coded = |system: &str| {
        let mut value = good.clone();
        value["reasonCode"] = icd(system);
        value
    };
    for system in [
        "urn:oid:2.16.578.1.12.4.1.1.7110",
        "http://snomed.info/sct",
        "http://hl7.org/fhir/sid/icpc-2",
    ] {
        assert_eq!(refused(&coded(system)), "diagnosis", "{system}");
        assert_eq!(refusal(read_in_both(&coded(system))).code, "diagnosis", "{system}");
    }
}

/// A change to a valid document, and the code of the refusal that follows.
type Change = (&'static str, fn(&mut Value), &'static str);

#[test]
fn what_is_not_safe_to_use_is_refused() {
    let good = communication("treatment-status");
    assert_eq!(message(&good).body.text("status"), Some("started"));
    let cases: [Change; 14] = [
        (
            "modifier",
            |v| v["modifierExtension"] = json!([{"url": "x"}]),
            "modifier-extension",
        ),
        (
            "rules",
            |v| v["implicitRules"] = json!("http://example.org"),
            "implicit-rules",
        ),
        ("not sent", |v| v["status"] = json!("preparation"), "status"),
        ("no status", |v| v["status"] = json!(7), "status"),
        (
            "no person",
            |v| v["subject"] = json!({"reference": "Patient/p1"}),
            "participant",
        ),
        (
            "wrong number",
            |v| v["subject"]["identifier"]["value"] = json!("15720255179"),
            "participant",
        ),
        (
            "unknown receiver",
            |v| v["recipient"] = json!([{"reference": "Organization/1"}]),
            "receiver",
        ),
        (
            "wrong receiver",
            |v| v["recipient"][0]["identifier"]["value"] = json!("x"),
            "party",
        ),
        (
            "unknown kind",
            |v| v["category"][0]["coding"][0]["code"] = json!("x"),
            "kind",
        ),
        (
            "a plan",
            |v| v["category"][0]["coding"][0]["code"] = json!("goals-agreed"),
            "kind",
        ),
        (
            "other resource",
            |v| v["category"][0]["coding"][0]["code"] = json!("meeting-request"),
            "kind",
        ),
        (
            "unknown phase",
            |v| v["topic"]["coding"][0]["code"] = json!("cured"),
            "value",
        ),
        (
            "contained record",
            |v| v["contained"] = json!([{"resourceType": "Condition"}]),
            "is-a-record",
        ),
        (
            "no reference",
            |v| {
                v["identifier"] = json!([]);
                v["id"] = json!(1);
            },
            "reference",
        ),
    ];
    for (what, change, code) in cases {
        let mut value = good.clone();
        change(&mut value);
        assert_eq!(refused(&value), code, "{what}");
        // In XML, R4 decides the type of a value, so that text can not be replaced by a number.
        if !matches!(what, "no status" | "no reference") {
            assert_eq!(refusal(read_in_both(&value)).code, code, "{what} in XML");
        }
    }
}

#[test]
fn records_are_refused_with_what_to_do_instead() {
    for resource_type in [
        "Condition",
        "MedicationRequest",
        "DocumentReference",
        "Composition",
        "ServiceRequest",
        "DiagnosticReport",
    ] {
        let refusal = refusal(read_value(&json!({"resourceType": resource_type, "subject": {}})));
        assert_eq!(refusal.code, "is-a-record", "{resource_type}");
        assert!(refusal.text.contains("send heller"), "{}", refusal.text);
    }
    assert_eq!(
        refused(&json!({"resourceType": "Bundle", "type": "document", "entry": []})),
        "is-a-record"
    );
    assert_eq!(
        refused(&json!({"resourceType": "Bundle", "type": "transaction", "entry": []})),
        "bundle"
    );
}

#[test]
fn labels_only_ever_add_to_what_a_text_needs() {
    let about = |labels: &[&str], said: &[&str]| {
        let mut value = communication("answer");
        let label =
            |code: &&str| json!({"system": "https://bindeledd.example/fhir/CodeSystem/data-category", "code": code});
        value["meta"] = json!({"security": labels.iter().map(label).collect::<Vec<_>>()});
        let url = "https://bindeledd.example/fhir/StructureDefinition/about";
        value["extension"] = said.iter().map(|code| json!({"url": url, "valueCode": code})).collect();
        message(&value).body.get("about").cloned().unwrap_or_default()
    };
    assert_eq!(about(&["meeting"], &["function"]), json!(["meeting", "function"]));
    assert_eq!(about(&["dialogue"], &["function"]), json!(["function"]));
    assert_eq!(
        about(&["dialogue", "unknown"], &[]),
        json!(["function", "treatment-status"])
    );
    // The categories of a treatment status follow from its fields, whatever its labels say.
    let mut value = communication("treatment-status");
    value["meta"] = json!({"security": [
        {"system": "https://bindeledd.example/fhir/CodeSystem/data-category", "code": "meeting"}]});
    assert_eq!(message(&value).body.all_needs().codes(), ["treatment-status"]);
}

#[test]
fn a_message_to_the_hub_itself_goes_to_the_circle_and_one_that_names_nobody_too() {
    let mut value = communication("treatment-status");
    if let Some(members) = value.as_object_mut() {
        members.remove("recipient");
    }
    assert_eq!(message(&value).to_json()["to"], "circle");
    let mut bundle = fixture("bundle-treatment-status.json");
    bundle["entry"][0]["resource"]["destination"][0]["receiver"]["identifier"] =
        json!({"system": "urn:oid:2.16.578.1.12.4.1.2", "value": "8094866"});
    assert_eq!(message(&bundle).to_json()["to"], "circle");
    let mut question = communication("question");
    question["recipient"] = json!([]);
    let refusal = refusal(read_value(&question));
    assert!(refusal.text.contains("navngitt"), "{}", refusal.text);
}

#[test]
fn an_observation_of_someone_else_is_not_joined() {
    let mut observation = fixture("observation-function.json");
    let mut communication = communication("function-update");
    communication["payload"] = json!([{"contentReference": {"reference": "Observation/o9"}}]);
    let bundle = |observation: &Value| {
        json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "https://b.example/fhir/Communication/c9", "resource": communication},
            {"fullUrl": "https://b.example/fhir/Observation/o9", "resource": observation}]})
    };
    assert_eq!(message(&bundle(&observation)).body.get("percent"), Some(&json!(50)));
    observation["subject"]["identifier"]["value"] = "31777207884".into();
    assert_eq!(refused(&bundle(&observation)), "participant");
}

#[test]
fn a_quantity_that_means_less_than_it_says_is_left_out() {
    let mut value = fixture("observation-function.json");
    value["valueQuantity"]["comparator"] = "<".into();
    let (drafts, left_out) = messages(read_value(&value));
    assert_eq!(drafts[0].body.get("percent"), None);
    assert!(
        left_out.contains(&"Elementet Observation.valueQuantity er ikke tatt med.".to_owned()),
        "{left_out:?}"
    );
}

#[test]
fn header_and_resource_must_say_the_same_kind() {
    let mut bundle = fixture("bundle-treatment-status.json");
    bundle["entry"][0]["resource"]["eventCoding"]["code"] = "question".into();
    assert_eq!(refused(&bundle), "kind");
    // If only the header names the kind, the header counts.
    let mut bundle = fixture("bundle-treatment-status.json");
    bundle["entry"][1]["resource"]["category"] = json!([]);
    assert_eq!(message(&bundle).kind().code(), "treatment-status");
}

#[test]
fn other_formats_are_told_apart_before_they_are_read() {
    let read_as = |media_type, body: &[u8]| {
        refusal(SpecialistFhir::read(Document { media_type, body }, &Context::example())).code
    };
    assert_eq!(
        read_as("application/fhir+xml", b"<Bundle xmlns=\"http://hl7.org/fhir\"/>"),
        "bundle"
    );
    // A document's content counts, not its declared media type.
    assert_eq!(
        read_as("application/fhir+json", b"  <Bundle xmlns=\"http://hl7.org/fhir\"/>"),
        "bundle"
    );
    assert_eq!(
        read_as("application/fhir+xml", b"{\"resourceType\": \"Bundle\"}"),
        "bundle"
    );
    assert_eq!(read_as("application/fhir+xml; fhirVersion=3.0", b"<a/>"), "version");
    assert_eq!(read_as("application/fhir+xml", b"<Bundle/>"), "xml");
    assert_eq!(read_as("application/fhir+json; fhirVersion=5.0", b"{}"), "version");
    assert_eq!(read_as("application/fhir+json; fhirVersion=4.0", b"{}"), "json");
    assert_eq!(read_as("application/json", b"[]"), "json");
    assert_eq!(read_as("application/json", b""), "json");
}

#[test]
fn no_refusal_repeats_what_the_document_says() {
    let mut value = communication("treatment-status");
    value["topic"]["coding"][0]["code"] = "hemmelig".into();
    value["subject"]["identifier"]["value"] = "12345678901".into();
    for value in [
        value,
        json!({"resourceType": "Kari Nordmann"}),
        json!({"resourceType": "Task", "status": "hemmelig"}),
    ] {
        let text = refusal(read_value(&value)).text;
        assert!(
            !text.contains("hemmelig") && !text.contains("12345678901") && !text.contains("Kari"),
            "{text}"
        );
    }
}
