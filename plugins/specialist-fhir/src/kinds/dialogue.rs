//! `question` and `answer`: a Communication with the text in its payload, and the subject's categories in an extension.

use bindeledd_sdk::catalogue::{Category, CategorySet, Kind};
use serde_json::{Map, Value};

use super::mapping::At::{Extension, Payload};
use super::mapping::at;
use super::{COMMUNICATION, Focus, SAID, Shape, nothing_written};
use crate::codes;
use crate::refusal::{Refused, refuse};

pub(super) const QUESTION: Shape = Shape {
    kind: Kind::Question,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[
        at("text", Payload),
        at("answerBy", Extension("answer-by")),
        at("about", Extension("about")),
    ],
    read,
    write: nothing_written,
};

pub(super) const ANSWER: Shape = Shape {
    kind: Kind::Answer,
    layout: &COMMUNICATION,
    statuses: SAID,
    mappings: &[at("text", Payload), at("about", Extension("about"))],
    read,
    write: nothing_written,
};

/// Categories that are assumed for a free text if the sender in the health service names none. One category too many means fewer
/// receivers; one too few could mean a receiver that may not have the text.
const ASSUMED: CategorySet = CategorySet::of(&[Category::Function, Category::TreatmentStatus]);

fn read(focus: &Focus<'_>, body: &mut Map<String, Value>) -> Result<(), Refused> {
    if focus.in_thread
        && let Some(topic) = focus.resource.get("topic").and_then(|topic| topic.text("text"))
        && let Some(Value::String(text)) = body.get_mut("text")
    {
        *text = format!("{topic}\n{text}");
    }
    body.insert("about".into(), about(focus)?);
    Ok(())
}

/// Returns the categories that the resource names, with those of its security labels.
fn about(focus: &Focus<'_>) -> Result<Value, Refused> {
    let unknown = || {
        let codes: Vec<_> = Category::ALL.into_iter().map(Category::code).collect();
        refuse(
            "value",
            format!("Utvidelsen «about» har en ukjent kode. Bruk {}.", codes.join(", ")),
        )
    };
    let mut said = CategorySet::EMPTY;
    for extension in focus.resource.extensions("about") {
        let category = extension
            .text("valueCode")
            .and_then(Category::parse)
            .ok_or_else(unknown)?;
        said = said.union(CategorySet::of(&[category]));
    }
    let dialogue = CategorySet::of(&[Category::Dialogue]);
    let mut all = said.union(labels(focus).difference(dialogue));
    if all.is_empty() {
        focus.whole.note(
            "Meldingen sier ikke hva den gjelder (utvidelsen «about»). Den er regnet som funksjonsopplysninger og \
             behandling, og går bare til den som kan få begge deler.",
        );
        all = ASSUMED;
    }
    Ok(all.codes().into())
}

fn labels(focus: &Focus<'_>) -> CategorySet {
    let security = focus
        .resource
        .value()
        .get("meta")
        .and_then(|m| m.get("security"))
        .and_then(Value::as_array);
    let ours = |label: &&Value| label.get("system").and_then(Value::as_str) == Some(codes::DATA_CATEGORY);
    let code = |label: &Value| label.get("code").and_then(Value::as_str).and_then(Category::parse);
    security.into_iter().flatten().filter(ours).filter_map(code).collect()
}
