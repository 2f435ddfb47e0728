//! `function-update`: a Communication whose payload refers to an Observation, or that Observation alone.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Number, Value, json};

use super::mapping::At::Own;
use super::mapping::at;
use super::{Beside, COMMUNICATION, Focus, Parts, Shape, check_status, concept, day, payload_texts, put, same_person};
use crate::codes;
use crate::element::Element;
use crate::refusal::{Refused, refuse};

pub(super) const SHAPE: Shape = Shape {
    kind: Kind::FunctionUpdate,
    layout: &COMMUNICATION,
    statuses: &[],
    mappings: &[
        at(
            "manages",
            Own("payload", "Observation.component med koden «manages» og valueString"),
        ),
        at(
            "conditions",
            Own("payload", "Observation.component med koden «condition» og valueString"),
        ),
        at(
            "limitations",
            Own("payload", "Observation.component med koden «limitation» og valueString"),
        ),
        at(
            "hoursPerWeek",
            Own(
                "payload",
                "Observation.component med koden «hours-per-week» og valueQuantity i h/wk",
            ),
        ),
        at("percent", Own("payload", "Observation.valueQuantity i prosent")),
        at("validUntil", Own("payload", "Observation.effectivePeriod.end")),
    ],
    read,
    write,
};

/// Code of an Observation that gives a percent.
pub(super) const OBSERVATION_CODE: &str = "function-percent";

/// Lists of text lines: the field, and the code of its components.
const LINES: [(&str, &str); 3] = [
    ("manages", "manages"),
    ("conditions", "condition"),
    ("limitations", "limitation"),
];
const HOURS: &str = "hours-per-week";

fn read(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    if focus.resource.resource_type() == "Observation" {
        read_observation(focus, focus.resource, body)?;
    } else {
        check_status(focus.resource, super::SAID)?;
        for observation in observations(focus)? {
            same_person(focus, observation)?;
            read_observation(focus, observation, body)?;
        }
    }
    if !body.contains_key("manages") {
        let manages = manages_in_other_words(focus, body);
        put(body, "manages", manages);
    }
    Ok(())
}

fn observations<'a>(focus: &Focus<'a>) -> Result<Vec<Element<'a>>, Refused> {
    let mut found = Vec::new();
    for payload in focus.resource.items("payload") {
        let Some(reference) = payload.peek("contentReference") else {
            continue;
        };
        let target = focus.whole.target(reference, focus.resource).ok_or_else(|| {
            refuse(
                "reference",
                "Communication.payload viser til en ressurs som ikke er med. Bindeledd henter ingenting selv: send \
                 Communication og Observation sammen i én Bundle.",
            )
        })?;
        match target.resource_type() {
            "Observation" => {
                payload.mark();
                reference.mark_all();
                found.push(target);
            }
            "DocumentReference" | "Binary" | "Media" => focus
                .whole
                .note("Et dokument som meldingen viser til, er ikke tatt med. Vedlegg sendes ikke gjennom Bindeledd."),
            _ => return Err(refuse("reference", "Communication.payload må vise til en Observation.")),
        }
    }
    Ok(found)
}

fn read_observation(focus: &Focus<'_>, observation: Element<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    let usable: &[&str] = if focus.corrects {
        &["final", "amended", "corrected"]
    } else {
        &["final"]
    };
    check_status(observation, usable)?;
    let codes = observation
        .get("code")
        .map(|c| c.codes_of(codes::KIND))
        .unwrap_or_default();
    let is_it = |code: &&str| matches!(*code, OBSERVATION_CODE | "function-update" | "correction");
    if codes.is_empty() || !codes.iter().all(is_it) {
        return Err(refuse(
            "kind",
            format!(
                "Observation.code må være «{OBSERVATION_CODE}» eller «function-update» fra {}.",
                codes::KIND
            ),
        ));
    }
    for understood in ["issued", "performer"] {
        observation.peek(understood).map(Element::mark_all);
    }
    let percent = observation.peek("valueQuantity").and_then(|q| quantity(q, &["%"]));
    if percent.is_some() && body.contains_key("percent") {
        return Err(refuse("value", "Meldingen har flere prosenter. Oppgi én."));
    }
    put(body, "percent", percent);
    let until = observation.get("effectivePeriod").and_then(|p| day(p, "end"));
    put(body, "validUntil", until);
    for component in observation.items("component") {
        read_component(component, body);
    }
    Ok(())
}

fn read_component(component: Element<'_>, body: &mut Map<String, Value>) {
    let codes = component
        .get("code")
        .map(|c| c.codes_of(codes::KIND))
        .unwrap_or_default();
    let [code] = codes.as_slice() else { return };
    if let Some((field, _)) = LINES.iter().find(|(_, c)| c == code) {
        if let (Some(text), Value::Array(lines)) = (
            component.text("valueString"),
            body.entry(*field).or_insert_with(|| json!([])),
        ) {
            component.mark();
            lines.push(text.into());
        }
        if body.get(*field).and_then(Value::as_array).is_some_and(Vec::is_empty) {
            body.remove(*field);
        }
    } else if *code == HOURS
        && let Some(hours) = component
            .peek("valueQuantity")
            .and_then(|q| quantity(q, &["h/wk", "timer/uke", "h/week"]))
    {
        component.mark();
        body.insert("hoursPerWeek".into(), hours);
    }
}

/// Returns the number of a quantity in one of these units. A quantity with a comparator, such as "less than", does not
/// count.
fn quantity(quantity: Element<'_>, units: &[&str]) -> Option<Value> {
    let said = |member: &str| quantity.value().get(member).and_then(Value::as_str);
    let of_unit = said("code")
        .or_else(|| said("unit"))
        .is_some_and(|unit| units.contains(&unit));
    let number = quantity.value().get("value").and_then(Value::as_f64)?;
    if !of_unit || quantity.value().get("comparator").is_some() {
        return None;
    }
    quantity.mark_all();
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and small")]
    let whole = (number.fract() == 0.0 && number.abs() < 1e9).then(|| Value::from(number as i64));
    whole.or_else(|| Number::from_f64(number).map(Value::Number))
}

/// Finds the person's abilities, which the catalogue requires. A document without such a component may have them as text or a
/// percentage; the sender is told how the hub read it.
fn manages_in_other_words(focus: &Focus<'_>, body: &Map<String, Value>) -> Option<Value> {
    let texts = if focus.resource.resource_type() == "Communication" {
        payload_texts(focus)
    } else {
        Vec::new()
    };
    if !texts.is_empty() {
        focus.whole.note(
            "Teksten i meldingen er tatt som det personen får til, fordi Observation ikke har component «manages». \
             Begrensninger skal stå i component «limitation».",
        );
        return Some(texts.into());
    }
    let percent = body.get("percent").and_then(Value::as_i64).filter(|p| *p > 0)?;
    focus.whole.note(
        "Meldingen sier ikke med ord hva personen får til (component «manages»). Prosenten er tatt som det personen \
         får til.",
    );
    Some(json!([format!("Omtrent {percent} prosent")]))
}

fn write(body: &Body, parts: &mut Parts) {
    let mut observation = Map::new();
    observation.insert("status".into(), "final".into());
    let code = if body.get("percent").is_some() {
        OBSERVATION_CODE
    } else {
        "function-update"
    };
    observation.insert("code".into(), concept(codes::KIND, code));
    if let Some(until) = body.get("validUntil") {
        observation.insert("effectivePeriod".into(), json!({"end": until}));
    }
    if let Some(percent) = body.get("percent") {
        let quantity = json!({"value": percent, "unit": "%", "system": codes::UCUM, "code": "%"});
        observation.insert("valueQuantity".into(), quantity);
    }
    let mut components = Vec::new();
    for (field, code) in LINES {
        for line in body.get(field).and_then(Value::as_array).into_iter().flatten() {
            components.push(json!({"code": concept(codes::KIND, code), "valueString": line}));
        }
    }
    if let Some(hours) = body.get("hoursPerWeek") {
        let quantity = json!({"value": hours, "unit": "timer/uke", "system": codes::UCUM, "code": "h/wk"});
        components.push(json!({"code": concept(codes::KIND, HOURS), "valueQuantity": quantity}));
    }
    if !components.is_empty() {
        observation.insert("component".into(), components.into());
    }
    parts.beside.push(Beside {
        resource: "Observation",
        members: observation,
        refer: |communication, url| {
            let payload = json!([{"contentReference": {"reference": url, "type": "Observation"}}]);
            communication.insert("payload".into(), payload);
        },
    });
}
