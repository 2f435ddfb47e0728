//! Messages about the measure itself: `progress-update`, `measure-end-proposed`, `measure-ended` and `after-follow-up`. Each is a
//! Communication whose topic or reason is the code, with the other fields in its text and in extensions.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Value};

use super::mapping::At::{Concept, Extension, Own, Payload};
use super::mapping::{At, at};
use super::{COMMUNICATION, Focus, Parts, SAID, Shape, nothing_read, nothing_written, put};
use crate::refusal::Refused;

pub(super) const PROGRESS: Shape = Shape {
    kind: Kind::ProgressUpdate,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("status", Concept("topic")),
        at("attendancePercent", Extension("attendance-percent")),
        at("daysPerWeek", Extension("days-per-week")),
        at("percent", Extension("participation-percent")),
        at("changedFrom", Extension("participation-changed-from")),
        at("activity", Payload),
        at("workplace", Extension("workplace")),
        at("concern", Extension("concern")),
    ],
    read: nothing_read,
    write: nothing_written,
};

pub(super) const END_PROPOSED: Shape = Shape {
    kind: Kind::MeasureEndProposed,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("reason", Concept("reasonCode")),
        at("reasonText", OWN_WORDS),
        at("proposedDate", Extension("proposed-end")),
        at("outcome", Extension("outcome")),
        at("why", Payload),
    ],
    read: read_own_words,
    write: write_own_words,
};

pub(super) const ENDED: Shape = Shape {
    kind: Kind::MeasureEnded,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("reason", Concept("reasonCode")),
        at("reasonText", OWN_WORDS),
        at("date", Extension("ended-on")),
        at("outcome", Extension("outcome")),
        at("percent", Extension("position-percent")),
    ],
    read: read_own_words,
    write: write_own_words,
};

pub(super) const AFTER: Shape = Shape {
    kind: Kind::AfterFollowUp,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("situation", Concept("topic")),
        at("percent", Extension("position-percent")),
        at("monthsAfter", Extension("months-after")),
    ],
    read: nothing_read,
    write: nothing_written,
};

/// The position of own words. Beside any other reason, the text only repeats the code in words.
const OWN_WORDS: At = Own(
    "reasonCode.text",
    "Communication.reasonCode.text, bare sammen med koden ANNET",
);

#[expect(clippy::unnecessary_wraps, reason = "one of many functions of this type")]
fn read_own_words(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    if body.get("reason").and_then(Value::as_str) == Some("ANNET") {
        let reasons = focus.resource.items("reasonCode").into_iter();
        let text = reasons.map(|reason| reason.mark().text("text")).find_map(|text| text);
        put(body, "reasonText", text.map(Value::from));
    }
    for reason in focus.resource.items("reasonCode") {
        reason.mark();
    }
    Ok(())
}

fn write_own_words(body: &Body, parts: &mut Parts) {
    let reason = parts
        .members
        .get_mut("reasonCode")
        .and_then(|reasons| reasons.get_mut(0));
    if let (Some(Value::Object(reason)), Some(text)) = (reason, body.get("reasonText")) {
        reason.insert("text".into(), text.clone());
    }
}
