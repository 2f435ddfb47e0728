//! `support-request` and `support-response`: a Task that its requester creates and the helper answers.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Value};

use super::mapping::At::{Element, Item, Note, Own};
use super::mapping::at;
use super::meeting::{check_intent, task};
use super::{ANSWERING, ASKED, ASKING, Focus, Parts, Shape};
use crate::refusal::{Refused, refuse};

pub(super) const REQUEST: Shape = Shape {
    kind: Kind::SupportRequest,
    layout: &ASKING,
    statuses: ASKED,
    mappings: &[
        at("what", Element("description")),
        at("socialInterplay", Item("input", "social-interplay")),
        at("guidanceFor", Item("input", "guidance-for")),
        at("urgency", Own("priority", "Task.priority (asap, urgent eller routine)")),
    ],
    read: read_request,
    write: write_request,
};

pub(super) const RESPONSE: Shape = Shape {
    kind: Kind::SupportResponse,
    layout: &ANSWERING,
    statuses: &["accepted", "in-progress", "completed"],
    mappings: &[
        at("who", Item("output", "who-comes")),
        at("when", Item("output", "comes-at")),
        at("comment", Note),
    ],
    read: read_response,
    write: write_response,
};

/// Urgency: the catalogue's code and FHIR's priority.
const URGENCY: [(&str, &str); 3] = [("today", "asap"), ("this-week", "urgent"), ("can-wait", "routine")];

fn read_request(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    check_intent(focus.resource)?;
    let priority = focus.resource.text("priority");
    // `stat` is more urgent than `asap`, but the catalogue's most urgent code is today.
    let priority = priority.map(|said| if said == "stat" { "asap" } else { said });
    let found = URGENCY.iter().find(|(_, said)| Some(*said) == priority);
    match (priority, found) {
        (_, Some((urgency, _))) => {
            body.insert("urgency".into(), (*urgency).into());
            Ok(())
        }
        (None, None) => Ok(()),
        (Some(_), None) => Err(refuse(
            "value",
            "Task.priority har en ukjent kode. Bruk asap, urgent eller routine.",
        )),
    }
}

fn write_request(body: &Body, parts: &mut Parts) {
    task(parts, "support-request", "requested");
    let urgency = body.text("urgency");
    if let Some((_, priority)) = URGENCY.iter().find(|(said, _)| Some(*said) == urgency) {
        parts.members.insert("priority".into(), (*priority).into());
    }
}

fn read_response(focus: &Focus<'_>, _: &mut Map<String, Value>) -> Result<(), Refused> {
    check_intent(focus.resource)
}

fn write_response(_: &Body, parts: &mut Parts) {
    task(parts, "support-request", "accepted");
}
