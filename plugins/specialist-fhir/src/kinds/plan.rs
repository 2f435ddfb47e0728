//! `goals-agreed` and `start-meeting-summary`: a CarePlan, with a Goal for each goal and an activity for each activity.

use bindeledd_sdk::catalogue::{Body, Kind};
use serde_json::{Map, Value, json};

use super::mapping::At::{Element as In, Extension, Own};
use super::mapping::{At, at};
use super::{Beside, Focus, PLAN, Parts, Shape, check_status_in, same_person};
use crate::element::Element;
use crate::refusal::{Refused, refuse};

/// Another code that systems use for the plan of a measure.
pub(super) const OTHER_NAME: &str = "aft-plan";

pub(super) const SUMMARY: Shape = Shape {
    kind: Kind::StartMeetingSummary,
    layout: &PLAN,
    statuses: &["active"],
    mappings: &[
        at("ordered", In("description")),
        at("goals", GOALS_PLACE),
        at("jobWishes", Extension("job-wish")),
        at("cooperateWith", Extension("cooperate-with")),
        at("adaptations", Extension("adaptation")),
    ],
    read: read_goals,
    write,
};

pub(super) const GOALS: Shape = Shape {
    kind: Kind::GoalsAgreed,
    layout: &PLAN,
    statuses: &["active"],
    mappings: &[
        at("goals", GOALS_PLACE),
        at(
            "activities",
            Own("activity.detail.description", "CarePlan.activity.detail.description"),
        ),
        at("from", In("period.start")),
        at("until", In("period.end")),
        at("reviewOn", Extension("review-on")),
    ],
    read: read_plan,
    write,
};

const GOALS_PLACE: At = Own(
    "goal",
    "Goal.description.text, i hver Goal som CarePlan.goal viser til og som er med i dokumentet",
);

fn read_plan(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    read_goals(focus, body)?;
    let mut activities = Vec::new();
    for activity in focus.resource.items("activity") {
        let Some(detail) = activity.get("detail") else { continue };
        // A dropped activity is not part of the agreement.
        let status = detail.value().get("status").and_then(Value::as_str);
        if matches!(status, Some("cancelled" | "stopped" | "entered-in-error")) || has_prohibition(detail) {
            continue;
        }
        if let Some(text) = detail.text("description") {
            activity.mark();
            detail.text("status");
            activities.push(text.into());
        }
    }
    if !activities.is_empty() {
        body.insert("activities".into(), Value::Array(activities));
    }
    Ok(())
}

/// Returns true for an activity that is marked as prohibited.
fn has_prohibition(detail: Element<'_>) -> bool {
    detail.value().get("doNotPerform").and_then(Value::as_bool) == Some(true)
}

fn read_goals(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    if !matches!(focus.resource.text("intent"), Some("plan" | "order")) {
        return Err(refuse(
            "value",
            "CarePlan.intent må være plan eller order: et forslag er ikke avtalt.",
        ));
    }
    let mut goals = Vec::new();
    for reference in focus.resource.items("goal") {
        let goal = focus
            .whole
            .target(reference, focus.resource)
            .filter(|target| target.resource_type() == "Goal")
            .ok_or_else(|| {
                refuse(
                    "reference",
                    "CarePlan.goal viser til et mål (Goal) som ikke er med. Bindeledd henter ingenting selv: send \
                     CarePlan og Goal sammen i én Bundle.",
                )
            })?;
        reference.mark_all();
        same_person(focus, goal)?;
        check_status_in(goal, "lifecycleStatus", &["planned", "accepted", "active"])?;
        if let Some(text) = goal.get("description").and_then(|d| d.text("text")) {
            goals.push(text.into());
        }
    }
    if !goals.is_empty() {
        body.insert("goals".into(), Value::Array(goals));
    }
    Ok(())
}

fn write(body: &Body, parts: &mut Parts) {
    let members = &mut parts.members;
    members.insert("status".into(), "active".into());
    members.insert("intent".into(), "plan".into());
    let lines = |field: &str| body.get(field).and_then(Value::as_array).cloned().unwrap_or_default();
    let activity = |text| json!({"detail": {"status": "unknown", "description": text}});
    let activities: Vec<_> = lines("activities").into_iter().map(activity).collect();
    if !activities.is_empty() {
        members.insert("activity".into(), activities.into());
    }
    parts.beside.extend(lines("goals").into_iter().map(|text| Beside {
        resource: "Goal",
        members: Map::from_iter([
            ("lifecycleStatus".to_owned(), Value::from("active")),
            ("description".to_owned(), json!({"text": text})),
        ]),
        refer: |plan, url| {
            let reference = json!({"reference": url, "type": "Goal"});
            if let Value::Array(goals) = plan.entry("goal").or_insert_with(|| json!([])) {
                goals.push(reference);
            }
        },
    }));
}
