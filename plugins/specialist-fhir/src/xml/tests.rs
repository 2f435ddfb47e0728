//! XML and JSON give the same resource, and XML that is not FHIR is refused.

use serde_json::{Value, json};

use super::model::R4;
use super::{parse, write};

fn code(xml: &str) -> String {
    parse(xml.as_bytes()).unwrap_err().code
}

fn resource(inside: &str) -> String {
    format!("<Communication xmlns=\"http://hl7.org/fhir\">{inside}</Communication>")
}

#[test]
fn what_is_written_stands_in_the_order_of_r4_and_is_read_back() {
    let value = json!({
        "resourceType": "Observation", "id": "o1", "status": "final", "_status": {"id": "s"},
        "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a &lt; b<br/>å</p></div>"},
        "contained": [{"resourceType": "Patient", "id": "p", "active": true,
            "name": [{"given": ["Line", null, "Test"], "_given": [null, {"id": "x"}, null]}]}],
        "extension": [{"url": "http://example.org/e", "extension": [{"url": "inner", "valueDecimal": 2.5}]}],
        "code": {"text": " to\nlinjer\tog \"anførsel\" & <b> "},
        "valueQuantity": {"value": 40, "unit": "%"},
        "component": [{"code": {"coding": [{"system": "urn:x", "code": "a"}]}, "valueInteger": 3}],
        "_issued": {"extension": [{"url": "http://example.org/absent", "valueCode": "unknown"}]},
    });
    let xml = write(&value).unwrap();
    assert_eq!(parse(xml.as_bytes()).unwrap(), value);
    let order = [
        "<id ",
        "<text>",
        "<contained>",
        "<extension ",
        "<status id",
        "<code>",
        "<issued>",
        "<valueQuantity>",
        "<component>",
    ];
    let places: Vec<_> = order.iter().map(|mark| xml.find(mark).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?} {xml}");
    assert!(xml.contains("&#10;linjer&#9;og"), "{xml}");
}

#[test]
fn every_published_resource_that_the_model_has_goes_through_xml_unchanged() {
    let root = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards"),
        std::path::PathBuf::from,
    );
    if !root.join("fhir").is_dir() {
        println!("the published standards are not here: nothing was converted");
        return;
    }
    let mut converted = 0;
    for folder in ["examples", "medcom", "r4", "no-basis"] {
        for entry in std::fs::read_dir(root.join("fhir").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let mut value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            without_divs(&mut value);
            // The model lacks the types that messages do not use.
            let Some(xml) = write(&value) else { continue };
            assert_eq!(parse(xml.as_bytes()).unwrap(), value, "{}", path.display());
            converted += 1;
        }
    }
    assert!(converted >= 38, "{converted}");
}

/// Removes narratives, which the writer sanitises and may thus change.
fn without_divs(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_divs),
        Value::Object(members) => {
            members
                .remove("text")
                .filter(Value::is_string)
                .map(|text| members.insert("text".into(), text));
            members.values_mut().for_each(without_divs);
        }
        _ => {}
    }
}

#[test]
fn a_narrative_keeps_its_words_and_loses_what_a_browser_would_run() {
    let xml = resource(
        "<text><status value=\"generated\"/><x:div xmlns:x=\"http://www.w3.org/1999/xhtml\"><x:script>bad()</x:script>\
         <x:p onclick=\"bad()\" class=\"c\">Hei <x:img src=\"http://bad\"/><x:blink>på</x:blink> &amp; deg</x:p></x:div></text>",
    );
    assert_eq!(
        parse(xml.as_bytes()).unwrap()["text"]["div"],
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=\"c\">Hei på &amp; deg</p></div>"
    );
}

#[test]
fn what_the_model_does_not_know_survives_where_nobody_takes_it_for_something_else() {
    let xml = resource(
        "<diagnose value=\"x\"/><diagnose value=\"y\"/><contained><Encounter><id value=\"e\"/><contained><Patient/></contained>\
         <class><system value=\"urn:x\"/><text value=\"x\"/></class></Encounter></contained>",
    );
    assert_eq!(
        parse(xml.as_bytes()).unwrap(),
        json!({"resourceType": "Communication", "diagnose": ["x", "y"], "contained": [
            {"resourceType": "Encounter", "id": "e", "contained": [{"resourceType": "Patient"}],
             "class": {"system": "urn:x", "text": "x"}}]})
    );
}

#[test]
fn what_is_no_fhir_is_refused() {
    for (inside, why) in [
        ("<status value=\"a\"/><status value=\"b\"/>", "duplicate-member"),
        ("<status value=\"a\" other=\"b\"/>", "xml"),
        ("<status value=\"a\"><x/></status>", "xml"),
        ("text", "xml"),
        ("<resourceType value=\"Task\"/>", "xml"),
        ("<_status/>", "xml"),
        ("<contained><Patient/><Patient/></contained>", "xml"),
        ("<x:a xmlns:x=\"urn:other\"/>", "xml"),
        ("<status", "xml"),
        ("&unknown;", "xml"),
    ] {
        assert_eq!(code(&resource(inside)), why, "{inside}");
    }
    assert_eq!(code("<Communication/>"), "xml");
    assert_eq!(code("<Communication xmlns=\"http://hl7.org/fhir\"/><a/>"), "xml");
}

#[test]
fn hostile_documents_cost_one_pass() {
    let bomb = "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><Communication>&b;</Communication>";
    assert_eq!(code(bomb), "doctype");
    assert_eq!(code("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"), "doctype");
    assert_eq!(code(&"<a>".repeat(100_000)), "too-deep");
    assert_eq!(code(&"<".repeat(1_000_000)), "too-large");
    assert_eq!(
        code(&resource(&format!("<note a=\"{}\"/>", "=".repeat(1_000_000)))),
        "too-large"
    );
    assert_eq!(code(&resource(&"<note/>".repeat(200_000))), "too-large");
    let attributes: String = (0..1000).map(|i| format!(" a{i}=\"\"")).collect();
    assert_eq!(code(&resource(&format!("<note{attributes}/>"))), "too-large");
    let few_each: String = (0..10_000)
        .map(|_| "<note a=\"\" b=\"\" c=\"\" d=\"\" e=\"\" f=\"\" g=\"\"/>")
        .collect();
    assert_eq!(code(&resource(&few_each)), "too-large");
    let namespaces: String = (0..2000).map(|i| format!("<note xmlns:a{i}=\"urn:{i}\"/>")).collect();
    assert_eq!(code(&resource(&namespaces)), "too-large");
    assert_eq!(
        parse(&vec![b'<'; crate::json::MAX_BYTES + 1]).unwrap_err().code,
        "too-large"
    );
    assert_eq!(parse(b"<a>\xff\xfe</a>").unwrap_err().code, "xml");
    assert_eq!(parse(b"\xff\xfe<\0a\0/\0>\0").unwrap_err().code, "xml");
    let good = resource("<status value=\"completed\"/>");
    for cut in 0..good.len() {
        assert_eq!(code(&good[..cut]), "xml", "cut at {cut}");
    }
}

#[test]
fn values_have_their_types() {
    let read = |xml: &str| parse(xml.as_bytes()).unwrap();
    let quantity = |raw: &str| {
        let xml = format!(
            "<Observation xmlns=\"http://hl7.org/fhir\"><valueQuantity><value value=\"{raw}\"/></valueQuantity></Observation>"
        );
        read(&xml)["valueQuantity"]["value"].clone()
    };
    assert_eq!(quantity("12.5"), json!(12.5));
    assert_eq!(quantity("-3"), json!(-3));
    for odd in ["inf", "NaN", ".5", "0x1", ""] {
        assert_eq!(quantity(odd), json!(odd), "a number that is none stays text");
    }
    let patient = read(
        "<Patient xmlns=\"http://hl7.org/fhir\"><active value=\"true\"/><deceasedBoolean value=\"yes\"/></Patient>",
    );
    assert_eq!(
        patient,
        json!({"resourceType": "Patient", "active": true, "deceasedBoolean": "yes"})
    );
}

#[test]
fn the_model_is_what_the_published_definitions_say() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fhir-validators");
    if !folder.join("node_modules/@medplum").is_dir() {
        println!("R4's definitions are not here: the model was compared with nothing");
        return;
    }
    let printed = std::process::Command::new("node")
        .current_dir(folder)
        .arg("model.mjs")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), R4);
}
