//! `question` and `answer`: a Communication whose text is the payload. What it is about stands in an extension.

use bindeledd_sdk::catalogue::{Body, Category, CategorySet};
use serde_json::{Map, Value, json};

use super::{Focus, Parts, check_status, day, extension, payload_texts, put};
use crate::codes;
use crate::refusal::{Refused, refuse};

/// What a free text from the health service most likely tells of, where its sender does not say. Too much here means
/// that it goes to fewer; too little would mean that it goes to someone who may not have it.
const ASSUMED: CategorySet = CategorySet::of(&[Category::Function, Category::TreatmentStatus]);

pub(super) fn read_question(focus: &Focus<'_>) -> Result<Map<String, Value>, Refused> {
    let mut body = read_answer(focus)?;
    let answer_by = focus.resource.extension("answer-by").and_then(|e| day(e, "valueDate"));
    put(&mut body, "answerBy", answer_by);
    Ok(body)
}

pub(super) fn read_answer(focus: &Focus<'_>) -> Result<Map<String, Value>, Refused> {
    check_status(focus.resource, &["completed", "in-progress"])?;
    let mut body = Map::new();
    let texts = payload_texts(focus);
    put(&mut body, "text", (!texts.is_empty()).then(|| texts.join("\n").into()));
    body.insert("about".into(), about(focus)?);
    Ok(body)
}

/// What it is about: as it says, and everything that its security labels say besides.
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

pub(super) fn write(body: &Body) -> Parts {
    let mut parts = Parts::default();
    if let Some(text) = body.get("text") {
        parts.members.insert("payload".into(), json!([{"contentString": text}]));
    }
    parts.extensions.extend(
        body.about()
            .codes()
            .into_iter()
            .map(|c| extension("about", "valueCode", c.into())),
    );
    if let Some(day) = body.get("answerBy") {
        parts.extensions.push(extension("answer-by", "valueDate", day.clone()));
    }
    parts
}

pub(super) fn place(field: &str) -> &'static str {
    match field {
        "text" => "Communication.payload.contentString",
        "about" => "utvidelsen «about» med en valueCode for hver opplysningstype",
        _ => "utvidelsen «answer-by» med valueDate",
    }
}
