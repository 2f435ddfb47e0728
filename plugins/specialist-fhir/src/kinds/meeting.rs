//! `start-meeting`, `meeting-request` and `meeting-response`: a Task that its requester creates and its owner answers.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Value};

use super::mapping::At::{Element as In, Item, ItemPeriod, Location, Note, Own};
use super::mapping::at;
use super::{ANSWERING, ASKED, ASKING, Focus, Parts, Shape, concept};
use crate::codes;
use crate::element::Element;
use crate::refusal::{Refused, refuse};

pub(super) const START: Shape = Shape {
    kind: Kind::StartMeeting,
    layout: &ASKING,
    statuses: ASKED,
    mappings: &[
        at("proposedTimes", Item("input", "proposed-time")),
        at("place", Location),
        at("agenda", Item("input", "agenda-item")),
        at("measure", Item("input", "measure")),
        at("measureFrom", ItemPeriod("measure-period", "start")),
        at("measureUntil", ItemPeriod("measure-period", "end")),
    ],
    read: read_request,
    write: write_start,
};

pub(super) const REQUEST: Shape = Shape {
    kind: Kind::MeetingRequest,
    layout: &ASKING,
    statuses: ASKED,
    mappings: &[
        at("proposedTimes", Item("input", "proposed-time")),
        at("place", Location),
        at("topic", In("description")),
        at("answerBy", In("restriction.period.end")),
    ],
    read: read_request,
    write: write_request,
};

pub(super) const RESPONSE: Shape = Shape {
    kind: Kind::MeetingResponse,
    layout: &ANSWERING,
    statuses: &["accepted", "rejected", "completed"],
    mappings: &[
        at("answer", Own("businessStatus", "Task.status")),
        at("time", Item("output", "agreed-time")),
        at("proposedTimes", Item("output", "proposed-time")),
        at("place", Location),
        at("comment", Note),
    ],
    read: read_response,
    write: write_response,
};

fn read_request(focus: &Focus<'_>, _: &mut Map<String, Value>) -> Result<(), Refused> {
    check_intent(focus.resource)
}

fn read_response(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    check_intent(focus.resource)?;
    let answer = answer(focus.resource, body.contains_key("proposedTimes"))?;
    body.insert("answer".into(), answer.into());
    Ok(())
}

/// Checks a task's intent, which can change its meaning. An option or an unknown intent requests nothing.
pub(super) fn check_intent(task: Element<'_>) -> Result<(), Refused> {
    match task.text("intent") {
        Some("proposal" | "plan" | "order" | "original-order" | "filler-order") => Ok(()),
        _ => Err(refuse("value", "Task.intent må være proposal, plan eller order.")),
    }
}

/// Returns the answer from the status, refined by the project's business status; both must agree.
fn answer(task: Element<'_>, other_times: bool) -> Result<&'static str, Refused> {
    let accepted = matches!(task.text("status"), Some("accepted" | "completed"));
    let system = codes::system_of(Kind::MeetingResponse, "answer");
    let said = task
        .get("businessStatus")
        .map(|b| b.codes_of(&system))
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

/// Adds the members that every task has. An answer, too, has the code of the request.
pub(super) fn task(parts: &mut Parts, code: &str, status: &str) {
    let members = &mut parts.members;
    members.insert("status".into(), status.into());
    members.insert("intent".into(), "proposal".into());
    members.insert("code".into(), concept(codes::KIND, code));
}

fn write_start(_: &Body, parts: &mut Parts) {
    task(parts, "start-meeting", "requested");
}

fn write_request(_: &Body, parts: &mut Parts) {
    task(parts, "meeting-request", "requested");
}

fn write_response(body: &Body, parts: &mut Parts) {
    let answer = body.text("answer").unwrap_or_default();
    let status = if answer == "accepted" { "accepted" } else { "rejected" };
    task(parts, "meeting-request", status);
    let system = codes::system_of(Kind::MeetingResponse, "answer");
    parts.members.insert("businessStatus".into(), concept(&system, answer));
}
