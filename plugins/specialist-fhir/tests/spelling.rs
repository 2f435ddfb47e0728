//! Odd but legal spellings: ids in capitals, numbers with spaces, midnight as 24:00, dates with zones, media types in
//! capitals.

mod support;

use bindeledd_sdk::catalogue::Kind;
use bindeledd_sdk::{Adapter as _, Context, Document, Reading};
use serde_json::json;
use specialist_fhir::SpecialistFhir;
use support::{communication, message, messages, read_value, refused};

const CAPITALS: &str = "22222222-ABCD-4000-8000-00000000000A";

#[test]
fn an_id_is_kept_as_it_was_written_and_goes_back_so() {
    for (prefix, id) in [
        ("urn:uuid:", CAPITALS),
        ("URN:UUID:", CAPITALS),
        ("urn:uuid:", "22222222-abcd-4000-8000-00000000000a"),
    ] {
        let mut resource = communication("treatment-status");
        resource["identifier"] = json!([{"system": "urn:ietf:rfc:3986", "value": format!("{prefix}{id}")}]);
        assert_eq!(message(&resource).sender_reference.as_str(), id);
    }
}

#[test]
fn a_bundles_time_that_is_not_understood_is_told() {
    let mut bundle = support::fixture("bundle-treatment-status.json");
    bundle["timestamp"] = "i går".into();
    let (_, left_out) = messages(read_value(&bundle));
    assert!(
        left_out.iter().any(|told| told.contains("Bundle.timestamp")),
        "{left_out:?}"
    );
}

#[test]
fn a_time_of_sending_is_read_or_told() {
    let sent = |raw: &str| {
        let mut resource = communication("treatment-status");
        resource["sent"] = raw.into();
        let (drafts, left_out) = messages(read_value(&resource));
        (drafts[0].sent_at.to_string(), left_out)
    };
    for raw in [
        "2026-11-03T24:00:00+01:00",
        "2026-11-04T00:00:00+01:00",
        "2026-11-03T23:00:00Z",
    ] {
        assert_eq!(sent(raw), ("2026-11-03T23:00:00Z".into(), vec![]), "{raw}");
    }
    let now = Context::example().now.to_string();
    for raw in ["2026-11", "3.11.2026", "2026-11-03T25:00:00Z"] {
        let (at, left_out) = sent(raw);
        assert_eq!(at, now, "{raw}");
        assert!(
            left_out.iter().any(|told| told.contains("Communication.sent")),
            "{left_out:?}"
        );
    }
}

#[test]
fn spaces_are_no_part_of_an_organisations_number() {
    let to = |oid: &str, value: &str| {
        let mut resource = communication("treatment-status");
        resource["recipient"] =
            json!([{"identifier": {"system": format!("urn:oid:2.16.578.1.12.4.1.{oid}"), "value": value}}]);
        resource
    };
    for (oid, value, right) in [
        ("2", "8142 952", "her:8142952"),
        ("2", " 81\u{a0}42\u{a0}952", "her:8142952"),
        ("4.101", "974\u{a0}760\u{a0}924", "org:974760924"),
        ("4.101", "974 760 924 ", "org:974760924"),
    ] {
        let told = message(&to(oid, value)).to_json();
        assert_eq!(told["to"], json!([right]), "{value}");
    }
    assert_eq!(refused(&to("4.101", "974 760 925")), "party");
}

#[test]
fn a_media_type_is_the_same_in_capitals() {
    let read = |media_type: &str, body: &[u8]| SpecialistFhir::read(Document { media_type, body }, &Context::example());
    let latin_1 = b"\xe6 <Communication/>";
    let (Reading::Refused(small), Reading::Refused(capitals)) = (
        read("application/fhir+xml", latin_1),
        read("Application/FHIR+XML; charset=utf-8", latin_1),
    ) else {
        unreachable!("it is no UTF-8")
    };
    assert_eq!(small, capitals);
    let body = communication("treatment-status").to_string();
    for version in ["fhirVersion=4.0", "FHIRVERSION=\"4.0\"", "fhirversion = 4.0"] {
        let media_type = format!("application/fhir+json; {version}");
        assert!(
            matches!(read(&media_type, body.as_bytes()), Reading::Messages { .. }),
            "{version}"
        );
    }
    let Reading::Refused(old) = read("application/fhir+json; FHIRVersion=3.0", body.as_bytes()) else {
        unreachable!("it is another version")
    };
    assert_eq!(old.code, "version");
}

#[test]
fn a_day_with_a_zone_is_the_day_that_is_written() {
    for raw in ["2026-12-20", "2026-12-20+01:00", "2026-12-20Z", "2026-12-20-11:00"] {
        let mut observation = support::fixture("observation-function.json");
        observation["effectivePeriod"] = json!({"end": raw});
        let told = message(&observation).body.to_json();
        assert_eq!(told["validUntil"], "2026-12-20", "{raw}: {told}");
    }
}

#[test]
fn a_whole_number_in_xml_is_whole_in_any_spelling() {
    let context = support::writing("xml");
    let (kind, body) = support::full_bodies()
        .into_iter()
        .find(|(kind, body)| *kind == Kind::ProgressUpdate && body.get("percent").is_some())
        .unwrap();
    let percent = body.get("percent").unwrap().clone();
    let request = SpecialistFhir::write(&support::outgoing(kind, body), &context).unwrap();
    let xml = String::from_utf8(request.body).unwrap();
    let written = format!("<valueInteger value=\"{percent}\"/>");
    assert_eq!(xml.matches(&written).count(), 1, "{xml}");
    for spelling in [format!("{percent}"), format!("{percent}.0"), format!("{percent}0E-1")] {
        let xml = xml.replace(&written, &format!("<valueInteger value=\"{spelling}\"/>"));
        let (drafts, left_out) = messages(support::read_in(xml.as_bytes(), &context));
        assert_eq!(drafts[0].body.get("percent"), Some(&percent), "{spelling}");
        assert_eq!(left_out, Vec::<String>::new(), "{spelling}");
    }
}
