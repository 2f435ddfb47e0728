//! `meeting-request` and `meeting-response`: one Task, asked by its requester and answered by its owner.

use bindeledd_sdk::catalogue::Body;
use serde_json::{Map, Value, json};

use super::{Focus, Parts, check_status, concept, day, put};
use crate::codes;
use crate::element::Element;
use crate::refusal::{Refused, refuse};

const PROPOSED: &str = "proposed-time";
const AGREED: &str = "agreed-time";

pub(super) fn read_request(focus: &Focus<'_>) -> Result<Map<String, Value>, Refused> {
    check_status(focus.resource, &["requested", "ready"])?;
    check_intent(focus.resource)?;
    let mut body = Map::new();
    put_times(&mut body, "proposedTimes", times(focus.resource, "input", PROPOSED));
    put(&mut body, "place", location(focus));
    put(&mut body, "topic", focus.resource.text("description").map(Value::from));
    let answer_by = focus
        .resource
        .get("restriction")
        .and_then(|r| r.get("period"))
        .and_then(|p| day(p, "end"));
    put(&mut body, "answerBy", answer_by);
    Ok(body)
}

pub(super) fn read_response(focus: &Focus<'_>) -> Result<Map<String, Value>, Refused> {
    check_status(focus.resource, &["accepted", "rejected", "completed"])?;
    check_intent(focus.resource)?;
    let mut body = Map::new();
    let proposed = times(focus.resource, "output", PROPOSED);
    let answer = answer(focus.resource, !proposed.is_empty())?;
    body.insert("answer".into(), answer.into());
    let agreed = times(focus.resource, "output", AGREED);
    match agreed.as_slice() {
        [] => {}
        [time] => put(&mut body, "time", Some(time.clone())),
        _ => {
            return Err(refuse(
                "value",
                "Svaret har flere avtalte tidspunkter (agreed-time). Oppgi ett.",
            ));
        }
    }
    put_times(&mut body, "proposedTimes", proposed);
    put(&mut body, "place", location(focus));
    let notes: Vec<_> = focus
        .resource
        .items("note")
        .into_iter()
        .filter_map(|n| Some((n, n.text("text")?)))
        .collect();
    let notes: Vec<&str> = notes.into_iter().map(|(note, text)| (note.mark(), text).1).collect();
    put(
        &mut body,
        "comment",
        (!notes.is_empty()).then(|| notes.join("\n").into()),
    );
    Ok(body)
}

/// What a task is meant as changes what it says; a mere option or an unknown intent asks for nothing.
fn check_intent(task: Element<'_>) -> Result<(), Refused> {
    match task.text("intent") {
        Some("proposal" | "plan" | "order" | "original-order" | "filler-order") => Ok(()),
        _ => Err(refuse("value", "Task.intent må være proposal, plan eller order.")),
    }
}

/// What the status says, made finer by a business status of the project's own, which must not say otherwise.
fn answer(task: Element<'_>, other_times: bool) -> Result<&'static str, Refused> {
    let accepted = matches!(task.text("status"), Some("accepted" | "completed"));
    let said = task
        .get("businessStatus")
        .map(|b| b.codes_of(codes::MEETING_ANSWER))
        .unwrap_or_default();
    match (accepted, said.as_slice()) {
        (true, [] | ["accepted"]) => Ok("accepted"),
        (false, ["declined"]) => Ok("declined"),
        (false, ["other-time"]) => Ok("other-time"),
        (false, []) => Ok(if other_times { "other-time" } else { "declined" }),
        _ => Err(refuse(
            "value",
            "Task.status og Task.businessStatus sier ikke det samme. Bruk accepted, declined eller other-time.",
        )),
    }
}

/// The times of one code, as records of the catalogue.
fn times(task: Element<'_>, list: &str, code: &str) -> Vec<Value> {
    let mut found = Vec::new();
    for item in task.items(list) {
        if item.get("type").map(|t| t.codes_of(codes::KIND)).unwrap_or_default() != [code] {
            continue;
        }
        let mut time = Map::new();
        if let Some(period) = item.get("valuePeriod") {
            put(&mut time, "start", period.text("start").map(Value::from));
            put(&mut time, "end", period.text("end").map(Value::from));
        } else if let Some(start) = item.text("valueDateTime") {
            put(&mut time, "start", Some(start.into()));
        } else {
            continue;
        }
        item.mark();
        found.push(Value::Object(time));
    }
    found
}

fn put_times(body: &mut Map<String, Value>, name: &str, times: Vec<Value>) {
    put(body, name, (!times.is_empty()).then(|| times.into()));
}

fn location(focus: &Focus<'_>) -> Option<Value> {
    let reference = focus.resource.get("location")?;
    let place = focus
        .whole
        .target(reference, focus.resource)
        .filter(|t| t.resource_type() == "Location");
    let named = place
        .and_then(|p| p.text("name"))
        .or_else(|| reference.text("display"))?;
    for understood in ["reference", "type", "display"] {
        reference.text(understood);
    }
    Some(named.into())
}

fn write_times(body: &Body, field: &str, code: &str) -> Vec<Value> {
    let times = match body.get(field) {
        Some(Value::Array(times)) => times.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    // A record of a time has a FHIR Period's own names: start and end.
    times
        .into_iter()
        .map(|time| json!({"type": concept(codes::KIND, code), "valuePeriod": time}))
        .collect()
}

fn task(body: &Body, status: &str) -> Map<String, Value> {
    let mut task = Map::new();
    task.insert("status".into(), status.into());
    task.insert("intent".into(), "proposal".into());
    // Asked and answered it is the same task, so its code stays.
    task.insert("code".into(), concept(codes::KIND, "meeting-request"));
    put(
        &mut task,
        "location",
        body.get("place")
            .map(|place| json!({"type": "Location", "display": place})),
    );
    task
}

fn put_list(task: &mut Map<String, Value>, name: &str, items: Vec<Value>) {
    if !items.is_empty() {
        task.insert(name.to_owned(), items.into());
    }
}

pub(super) fn write_request(body: &Body) -> Parts {
    let mut task = task(body, "requested");
    put(&mut task, "description", body.get("topic").cloned());
    put(
        &mut task,
        "restriction",
        body.get("answerBy").map(|day| json!({"period": {"end": day}})),
    );
    put_list(&mut task, "input", write_times(body, "proposedTimes", PROPOSED));
    Parts {
        members: task,
        ..Parts::default()
    }
}

pub(super) fn write_response(body: &Body) -> Parts {
    let answer = body.text("answer").unwrap_or_default();
    let mut task = task(body, if answer == "accepted" { "accepted" } else { "rejected" });
    task.insert("businessStatus".into(), concept(codes::MEETING_ANSWER, answer));
    put(
        &mut task,
        "note",
        body.get("comment").map(|comment| json!([{"text": comment}])),
    );
    let mut output = write_times(body, "time", AGREED);
    output.extend(write_times(body, "proposedTimes", PROPOSED));
    put_list(&mut task, "output", output);
    Parts {
        members: task,
        ..Parts::default()
    }
}

pub(super) fn place(field: &str) -> &'static str {
    match field {
        "proposedTimes" => "Task.input eller Task.output med typen «proposed-time» og valuePeriod",
        "time" => "Task.output med typen «agreed-time» og valuePeriod",
        "place" => "Task.location.display",
        "topic" => "Task.description",
        "answerBy" => "Task.restriction.period.end",
        "comment" => "Task.note.text",
        _ => "Task.status",
    }
}
