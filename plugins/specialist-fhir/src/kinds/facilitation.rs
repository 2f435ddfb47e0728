//! `facilitation-need`: a Communication with a payload for each need, whose area is in an extension.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Value, json};

use super::mapping::At::{Note, Own};
use super::mapping::at;
use super::{COMMUNICATION, Focus, Parts, SAID, Shape, coding, extension};
use crate::codes;
use crate::refusal::{Refused, refuse};

pub(super) const SHAPE: Shape = Shape {
    kind: Kind::FacilitationNeed,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at(
            "needs",
            Own(
                "payload",
                "Communication.payload: contentString for hvert behov, og utvidelsen «need-area» med en valueCoding fra \
                 https://bindeledd.example/fhir/CodeSystem/need-area på samme payload",
            ),
        ),
        at("comment", Note),
    ],
    read,
    write,
};

/// Reads the needs. The area is not guessed from the text.
fn read(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    let system = codes::system_of(Kind::FacilitationNeed, "area");
    let mut needs = Vec::new();
    for payload in focus.resource.items("payload") {
        let Some(text) = payload.text("contentString") else {
            continue;
        };
        payload.mark();
        let mut need = Map::from_iter([("need".to_owned(), Value::from(text))]);
        if let Some(area) = payload.extension("need-area").and_then(|e| e.get("valueCoding"))
            && area.value().get("system").and_then(Value::as_str) == Some(&system)
        {
            area.mark_all();
            need.extend(area.text("code").map(|code| ("area".to_owned(), code.into())));
        }
        if !need.contains_key("area") {
            return Err(refuse(
                "missing",
                format!(
                    "Et behov mangler «Område». Oppgi det i utvidelsen «need-area» på samme payload, med en valueCoding fra \
                     {system}."
                ),
            ));
        }
        needs.push(Value::Object(need));
    }
    // The call reports the attachments as left out.
    super::payload_texts(focus);
    if !needs.is_empty() {
        body.insert("needs".into(), needs.into());
    }
    Ok(())
}

fn write(body: &Body, parts: &mut Parts) {
    let system = codes::system_of(Kind::FacilitationNeed, "area");
    let needs = body.get("needs").and_then(Value::as_array).into_iter().flatten();
    let payload = needs.map(|need| {
        let area = need.get("area").and_then(Value::as_str).unwrap_or_default();
        json!({
            "extension": [extension("need-area", "valueCoding", coding(&system, area))],
            "contentString": need.get("need"),
        })
    });
    parts.members.insert("payload".into(), payload.collect());
}
