//! `treatment-status`: a Communication whose topic is the phase and whose text says when there is time for work.

use bindeledd_sdk::catalogue::Body;
use serde_json::{Map, Value, json};

use super::{Focus, Parts, check_status, coding, concept, day, extension, payload_texts, put};
use crate::codes;
use crate::refusal::{Refused, refuse};

pub(super) fn read(focus: &Focus<'_>) -> Result<Map<String, Value>, Refused> {
    check_status(focus.resource, &["completed", "in-progress"])?;
    let mut body = Map::new();
    let phases = focus
        .resource
        .get("topic")
        .map(|t| t.codes_of(codes::TREATMENT_PHASE))
        .unwrap_or_default();
    match phases.as_slice() {
        [] => {}
        [phase] => put(&mut body, "status", Some((*phase).into())),
        _ => {
            return Err(refuse(
                "value",
                "Communication.topic sier flere behandlingsfaser. Oppgi én.",
            ));
        }
    }
    if let Some(period) = focus
        .resource
        .extension("treatment-period")
        .and_then(|e| e.get("valuePeriod"))
    {
        put(&mut body, "from", day(period, "start"));
        put(&mut body, "until", day(period, "end"));
    }
    if let Some(said) = focus
        .resource
        .extension("combines-with-work")
        .and_then(|e| e.get("valueCoding"))
    {
        let ours = said.value().get("system").and_then(Value::as_str) == Some(codes::COMBINES_WITH_WORK);
        let code = if ours { said.text("code") } else { None };
        put(&mut body, "combinesWithWork", code.map(Value::from));
        for understood in ["system", "display"] {
            said.text(understood);
        }
    }
    let texts = payload_texts(focus);
    put(
        &mut body,
        "availableWhen",
        (!texts.is_empty()).then(|| texts.join("\n").into()),
    );
    Ok(body)
}

pub(super) fn write(body: &Body) -> Parts {
    let mut parts = Parts::default();
    if let Some(phase) = body.text("status") {
        parts
            .members
            .insert("topic".into(), concept(codes::TREATMENT_PHASE, phase));
    }
    if let Some(text) = body.get("availableWhen") {
        parts.members.insert("payload".into(), json!([{"contentString": text}]));
    }
    let mut period = Map::new();
    put(&mut period, "start", body.get("from").cloned());
    put(&mut period, "end", body.get("until").cloned());
    if !period.is_empty() {
        parts
            .extensions
            .push(extension("treatment-period", "valuePeriod", period.into()));
    }
    if let Some(code) = body.text("combinesWithWork") {
        let said = coding(codes::COMBINES_WITH_WORK, code);
        parts
            .extensions
            .push(extension("combines-with-work", "valueCoding", said));
    }
    parts
}

pub(super) fn place(field: &str) -> &'static str {
    match field {
        "status" => {
            "Communication.topic, med planned, started, paused eller ended fra \
             https://bindeledd.example/fhir/CodeSystem/treatment-phase"
        }
        "availableWhen" => "Communication.payload.contentString",
        "combinesWithWork" => {
            "utvidelsen «combines-with-work», med en valueCoding fra \
             https://bindeledd.example/fhir/CodeSystem/combines-with-work"
        }
        _ => "utvidelsen «treatment-period» med valuePeriod",
    }
}
