//! `bindeledd message timeline`

use bindeledd_texts::cli::common::Common;
use bindeledd_texts::cli::message::{Answer, Message, Step};
use bindeledd_texts::{Lang, Said, Text as _};
use jiff::Timestamp;
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
    output.result(&answer, || told(&answer, output.lang()));
    Ok(Exit::Done)
}

/// Function that names a message by its id.
type Related = fn(String) -> Said;

fn told(answer: &Value, lang: Lang) -> String {
    let message = answer.get("message").unwrap_or(&Value::Null);
    let mut text = lines(message, lang);
    if let Some(read_by) = answer.get("readBy") {
        let adapter = adapter(read_by, lang);
        text.push_str(&format!("\n{}", Message::ReadBy { adapter }.text(lang)));
    }
    let related: [(&str, Related); 3] = [
        ("inReplyTo", |id| Message::Answers { id }.into()),
        ("corrects", |id| Message::Corrects { id }.into()),
        ("correctedBy", |message| Common::CorrectedBy { message }.into()),
    ];
    for (name, named) in related {
        let id = cell(answer, name);
        if !id.is_empty() {
            text.push_str(&format!("\n{}", named(id).text(lang)));
        }
    }
    for way in rows(answer, "ways") {
        let (party, delivery) = (cell(way, "to"), cell(way, "delivery"));
        text.push_str(&format!("\n\n{}", Message::Way { party, delivery }.text(lang)));
        let mut steps: Vec<(String, String)> = Vec::new();
        steps.extend(rows(way, "releases").iter().map(|step| release(step, lang)));
        steps.extend(rows(way, "attempts").iter().map(|step| attempt(step, lang)));
        let receipt_at = cell(way, "receiptAt");
        if !receipt_at.is_empty() {
            steps.push((receipt_at, Message::Settled.text(lang)));
        }
        // As texts, a whole second would come after its own fractions.
        steps.sort_by_key(|(at, _)| at.parse::<Timestamp>().ok());
        for (at, what) in steps {
            text.push_str(&format!("\n  {at}  {what}"));
        }
        let next = next(way.get("next").unwrap_or(&Value::Null)).text(lang);
        text.push_str(&format!("\n  {}", Common::NextStep { next }.text(lang)));
    }
    text
}

fn adapter(value: &Value, lang: Lang) -> String {
    let sha256: String = cell(value, "sha256").chars().take(12).collect();
    let adapter = cell(value, "adapter");
    if sha256.is_empty() {
        adapter
    } else {
        Message::Digest { adapter, sha256 }.text(lang)
    }
}

fn release(release: &Value, lang: Lang) -> (String, String) {
    let categories = cell(release, "categories");
    let what = match release.get("mayHaveLeft").and_then(Value::as_bool) {
        Some(true) => Message::Decided { categories },
        _ => Message::DecidedOnly { categories },
    };
    (cell(release, "at"), what.text(lang))
}

fn attempt(attempt: &Value, lang: Lang) -> (String, String) {
    let text = match (cell(attempt, "status"), cell(attempt, "failure")) {
        (status, _) if !status.is_empty() => Some(format!("HTTP {status}")),
        (_, failure) if !failure.is_empty() => Some(failure),
        _ => None,
    };
    let took = Some(cell(attempt, "tookMs")).filter(|took| !took.is_empty());
    let answer = match (text, took) {
        (Some(text), Some(took)) => Answer::OtherAfter { text, took },
        (Some(text), None) => Answer::Other { text },
        (None, Some(took)) => Answer::FetchedAfter { took },
        (None, None) => Answer::Fetched,
    };
    let (number, result) = (cell(attempt, "number"), cell(attempt, "result"));
    let mut what = Message::Attempt { number, answer, result }.text(lang);
    let code = cell(attempt, "code");
    if !code.is_empty() {
        what.push_str(&format!(", {code}"));
    }
    if let Some(by) = attempt.get("writtenBy") {
        let adapter = adapter(by, lang);
        what.push_str(&Message::WrittenBy { adapter }.text(lang));
    }
    (cell(attempt, "beganAt"), what)
}

fn next(next: &Value) -> Step {
    let (at, end) = (cell(next, "at"), cell(next, "endsAt"));
    match cell(next, "what").as_str() {
        "now" => Step::Now,
        "attempt" => Step::Attempt { at, end },
        "behind" => Step::Behind { end },
        "held" => Step::Held { end },
        "receipt" => Step::Receipt { end },
        "person" => Step::Person { end },
        _ => Step::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn steps_stand_in_the_order_of_their_times() {
        let attempt =
            |number: u32, at: &str| json!({ "number": number, "beganAt": at, "result": "retry", "status": 503 });
        let answer = json!({ "ways": [{
            "releases": [{ "at": "2026-11-30T10:00:00Z", "categories": ["progress"], "mayHaveLeft": true }],
            "attempts": [attempt(1, "2026-11-30T10:00:00.12Z"), attempt(2, "2026-11-30T10:00:00.123Z")],
        }] });
        let text = told(&answer, Lang::English);
        let place = |what: &str| text.find(what).unwrap();
        assert!(
            place("decided") < place("attempt 1") && place("attempt 1") < place("attempt 2"),
            "{text}"
        );
    }
}
