//! `bindeledd message timeline`

use serde_json::Value;

use super::{Named, lines};
use crate::caller::Hub;
use crate::command::{cell, rows};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::shared::Shared;

pub(crate) fn run(named: &Named, shared: &Shared, output: Output) -> Result<Exit, Failure> {
    let path = format!("/v1/messages/{}/timeline", named.message);
    let answer = Hub::open(&named.hub, shared)?.get(&path)?;
    output.result(&answer, || told(&answer));
    Ok(Exit::Done)
}

fn told(answer: &Value) -> String {
    let message = answer.get("message").unwrap_or(&Value::Null);
    let mut text = lines(message);
    if let Some(read_by) = answer.get("readBy") {
        text.push_str(&format!("\nread by {}", adapter(read_by)));
    }
    for (name, what) in [
        ("inReplyTo", "answers"),
        ("corrects", "corrects"),
        ("correctedBy", "corrected by"),
    ] {
        let id = cell(answer, name);
        if !id.is_empty() {
            text.push_str(&format!("\n{what} {id}"));
        }
    }
    for way in rows(answer, "ways") {
        text.push_str(&format!("\n\nto {} ({})", cell(way, "to"), cell(way, "delivery")));
        let mut steps: Vec<(String, String)> = Vec::new();
        steps.extend(rows(way, "releases").iter().map(release));
        steps.extend(rows(way, "attempts").iter().map(attempt));
        let receipt_at = cell(way, "receiptAt");
        if !receipt_at.is_empty() {
            steps.push((
                receipt_at,
                "settled by a receipt, an acknowledgement or a person's report".to_owned(),
            ));
        }
        steps.sort_by(|a, b| a.0.cmp(&b.0));
        for (at, what) in steps {
            text.push_str(&format!("\n  {at}  {what}"));
        }
        text.push_str(&format!("\n  next: {}", next(way.get("next").unwrap_or(&Value::Null))));
    }
    text
}

fn adapter(value: &Value) -> String {
    let digest: String = cell(value, "sha256").chars().take(12).collect();
    if digest.is_empty() {
        cell(value, "adapter")
    } else {
        format!("{} (sha256 {digest}…)", cell(value, "adapter"))
    }
}

fn release(release: &Value) -> (String, String) {
    let categories = cell(release, "categories");
    let left = match release.get("mayHaveLeft").and_then(Value::as_bool) {
        Some(true) => "",
        _ => ", and nothing left",
    };
    (cell(release, "at"), format!("decided: {categories}{left}"))
}

fn attempt(attempt: &Value) -> (String, String) {
    let answer = match (cell(attempt, "status"), cell(attempt, "failure")) {
        (status, _) if !status.is_empty() => format!("HTTP {status}"),
        (_, failure) if !failure.is_empty() => failure,
        _ => "fetched".to_owned(),
    };
    let took = Some(cell(attempt, "tookMs")).filter(|took| !took.is_empty());
    let took = took.map(|took| format!(" after {took} ms")).unwrap_or_default();
    let code = Some(cell(attempt, "code")).filter(|code| !code.is_empty());
    let code = code.map(|code| format!(", {code}")).unwrap_or_default();
    let written_by = attempt
        .get("writtenBy")
        .map(|by| format!(", written by {}", adapter(by)));
    let what = format!(
        "attempt {}: {answer}{took}, {}{code}{}",
        cell(attempt, "number"),
        cell(attempt, "result"),
        written_by.unwrap_or_default()
    );
    (cell(attempt, "beganAt"), what)
}

fn next(next: &Value) -> String {
    let (at, ends_at) = (cell(next, "at"), cell(next, "endsAt"));
    match cell(next, "what").as_str() {
        "now" => "it is being sent".to_owned(),
        "attempt" => format!("an attempt from {at} on; it expires at {ends_at}"),
        "behind" => format!("it waits for an earlier message of its conversation; it expires at {ends_at}"),
        "held" => format!("its receiver is paused or suspended; it expires at {ends_at}"),
        "receipt" => format!("a receipt, by {ends_at}"),
        "person" => format!("a person's report, by {ends_at}"),
        _ => "nothing by itself".to_owned(),
    }
}
