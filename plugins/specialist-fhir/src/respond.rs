//! Answers: the meaning of a response, receipts that arrive as messages, and the hub's own response messages.

use bindeledd_sdk::catalogue::Category;
use bindeledd_sdk::{Context, Outcome, Receipt, ReceiptError, ReceiptStatus, Refusal, Request, Response, Settlement};
use serde_json::{Map, Value, json};

use crate::document::Whole;
use crate::element::Element;
use crate::{identity, json as bounded, url, write, xml};

/// FHIR's issue types. The list is closed, so that a type may be repeated to the sender. The flag is true for a temporary fault.
const ISSUE_TYPES: [(&str, bool); 31] = [
    ("invalid", false),
    ("structure", false),
    ("required", false),
    ("value", false),
    ("invariant", false),
    ("security", false),
    ("login", false),
    ("unknown", false),
    ("expired", false),
    ("forbidden", false),
    ("suppressed", false),
    ("processing", false),
    ("not-supported", false),
    ("duplicate", false),
    ("multiple-matches", false),
    ("not-found", false),
    ("deleted", false),
    ("too-long", false),
    ("code-invalid", false),
    ("extension", false),
    ("too-costly", false),
    ("business-rule", false),
    ("conflict", false),
    ("transient", true),
    ("lock-error", true),
    ("no-store", true),
    ("exception", false),
    ("timeout", true),
    ("incomplete", true),
    ("throttled", true),
    ("informational", false),
];

/// Returns true if this endpoint wants a response message.
pub(crate) fn wanted(context: &Context) -> bool {
    context.setting("respond") == Some("message")
}

/// Returns the facts that a response needs. None of them is about a person.
pub(crate) fn origin(header: Element<'_>) -> Value {
    let said = |path: &[&str]| {
        let found = path
            .iter()
            .try_fold(header.value(), |value, name| value.get(*name))?
            .as_str()?;
        (found.len() <= 200 && found.bytes().all(|b| b.is_ascii_graphic())).then(|| found.to_owned())
    };
    match said(&["id"]) {
        Some(id) => json!({
            "header": id, "endpoint": said(&["source", "endpoint"]),
            "event": {"system": said(&["eventCoding", "system"]), "code": said(&["eventCoding", "code"])},
        }),
        None => Value::Null,
    }
}

/// Reads a response message as a receipt. `None` for a response that carries a message of its own, which is read as that message.
pub(crate) fn receipt<'a>(whole: &Whole<'a>, header: Element<'a>) -> Option<Receipt> {
    let response = header.get("response")?;
    let focus = header
        .items("focus")
        .into_iter()
        .filter_map(|f| whole.target(f, header));
    let carries_message = focus
        .map(|f| f.resource_type())
        .any(|t| matches!(t, "CarePlan" | "Communication" | "Observation" | "Task"));
    let code = response.text("code").unwrap_or_default();
    if carries_message && code == "ok" {
        return None;
    }
    let outcome = response.get("details").and_then(|d| whole.target(d, header));
    let outcome = outcome.or_else(|| whole.resources().find(|r| r.resource_type() == "OperationOutcome"));
    let errors = outcome.map(|o| errors(o.value())).unwrap_or_default();
    let status = match code {
        "ok" if errors.is_empty() => ReceiptStatus::Ok,
        "ok" => ReceiptStatus::Partial,
        "fatal-error" => ReceiptStatus::Refused,
        _ => ReceiptStatus::Unknown,
    };
    let refers_to = response.text("identifier").unwrap_or_default();
    let refers_to = url::bare(refers_to);
    Some(Receipt {
        status,
        refers_to,
        scheme: "bundle".into(),
        errors,
    })
}

fn issues(outcome: &Value) -> impl Iterator<Item = &Value> {
    let issues = outcome.get("issue").and_then(Value::as_array).into_iter().flatten();
    issues.filter(|i| matches!(i.get("severity").and_then(Value::as_str), Some("error" | "fatal")))
}

/// Returns the issue's type, if FHIR defines it.
fn issue_type(issue: &Value) -> Option<(&'static str, bool)> {
    let code = issue.get("code").and_then(Value::as_str)?;
    ISSUE_TYPES.into_iter().find(|(known, _)| *known == code)
}

/// Returns the errors of an outcome, without `diagnostics`, which is for technicians and may repeat the message.
fn errors(outcome: &Value) -> Vec<ReceiptError> {
    let words = |issue: &Value| {
        let text = issue.get("details")?.get("text")?.as_str()?;
        let clean: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
        // A text with as many digits as a personal number is not repeated.
        let digits = clean.chars().filter(char::is_ascii_digit).count();
        (digits < 6 && !clean.trim().is_empty()).then(|| clean.trim().to_owned())
    };
    let one = |issue: &Value| ReceiptError {
        code: issue_type(issue).map_or("unknown", |(code, _)| code).to_owned(),
        text: words(issue).unwrap_or_else(|| "Mottakerens system fant en feil i meldingen.".into()),
    };
    issues(outcome).map(one).take(20).collect()
}

/// Makes the response message to an accepted message, if the endpoint wants one.
pub(crate) fn acknowledge(outcome: &Outcome, origin: &Value, context: &Context) -> Option<Request> {
    if !wanted(context) {
        return None;
    }
    let issue =
        |severity: &str, code: &str, text: &str| json!({"severity": severity, "code": code, "details": {"text": text}});
    if let Some(why) = &outcome.refused {
        let issues = [issue("error", "business-rule", why)];
        return response_message(origin, "fatal-error", &issues, context);
    }
    if outcome.messages.is_empty() {
        return None;
    }
    let needed = needed(outcome);
    let (code, first) = if outcome.all_blocked() {
        let text = format!("Ingen fikk meldingen: det finnes ikke samtykke som dekker den.{needed}");
        ("fatal-error", issue("error", "suppressed", &text))
    } else if outcome.some_blocked() {
        let text = format!("Noen av mottakerne fikk ikke meldingen: det finnes ikke samtykke som dekker den.{needed}");
        ("ok", issue("warning", "suppressed", &text))
    } else {
        let text = "Meldingen er mottatt og blir levert.";
        ("ok", issue("information", "informational", text))
    };
    let mut issues = vec![first];
    let remarks = outcome.remarks().into_iter();
    issues.extend(remarks.map(|remark| issue("warning", "business-rule", remark)));
    response_message(origin, code, &issues, context)
}

/// Writes the categories that a consent would have to cover, as a sentence to append, for the sender alone.
fn needed(outcome: &Outcome) -> String {
    let names: Vec<_> = outcome.would_need().iter().map(Category::norwegian).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" Det trengs samtykke til: {}.", names.join(", "))
    }
}

/// Makes the response message to a refused message.
pub(crate) fn answer_to_refused(header: Element<'_>, refusal: &Refusal, context: &Context) -> Option<Request> {
    if !wanted(context) {
        return None;
    }
    let issue = json!({"severity": "fatal", "code": "processing", "details": {"text": refusal.text}});
    response_message(&origin(header), "fatal-error", &[issue], context)
}

fn response_message(origin: &Value, code: &str, issues: &[Value], context: &Context) -> Option<Request> {
    let said = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    let header = said(origin, "header")?;
    let event = origin.get("event")?;
    let party = identity::known_as(&context.party);
    let us = identity::known_as(&context.endpoint);
    let endpoint = said(origin, "endpoint").or_else(|| party.as_ref().map(identity::endpoint_uri))?;
    let mut destination = json!({"endpoint": endpoint});
    if let Some(party) = &party {
        destination["receiver"] = identity::party_reference(party);
    }
    let source = us
        .as_ref()
        .map_or_else(|| "urn:bindeledd".to_owned(), identity::endpoint_uri);
    let outcome = format!("urn:uuid:{}", context.uuid("outcome"));
    let mut members = Map::new();
    members.insert(
        "eventCoding".into(),
        json!({"system": said(event, "system")?, "code": said(event, "code")?}),
    );
    members.insert("destination".into(), json!([destination]));
    members.insert("source".into(), json!({"software": "Bindeledd", "endpoint": source}));
    members.insert(
        "response".into(),
        json!({"identifier": header, "code": code, "details": {"reference": outcome, "type": "OperationOutcome"}}),
    );
    if let Some(us) = &us {
        members.insert("sender".into(), identity::party_reference(us));
    }
    let entries = vec![
        write::header_entry(members, context),
        write::entry(&outcome, json!({"resourceType": "OperationOutcome", "issue": issues})),
    ];
    write::request(&write::bundle(entries, context), context)
}

/// Translates the party's response by its status, refined by the `OperationOutcome` in it.
pub(crate) fn settle(response: &Response) -> Settlement {
    let parsed = if xml::is_xml(&response.body) {
        xml::parse(&response.body)
    } else {
        bounded::parse(&response.body)
    };
    let body = parsed.unwrap_or_default();
    let is_resource = body.get("resourceType").is_some_and(Value::is_string);
    let by_status = match response.status {
        // The hub itself renews an expired token, and sends the message again.
        401 => Settlement::RetryAfter(response.retry_after()),
        // A FHIR server answers with a resource, or with a status alone.
        200..=299 if !response.is_blank() && !is_resource => Settlement::RetryAfter(response.retry_after()),
        _ => response.settle_by_status(),
    };
    let resources = resources(&body);
    let errors: Vec<_> = resources.iter().flat_map(|r| issues(r)).collect();
    let types: Vec<_> = errors.iter().filter_map(|issue| issue_type(issue)).collect();
    let known_already =
        !errors.is_empty() && errors.len() == types.len() && types.iter().all(|(code, _)| *code == "duplicate");
    if response.is_in_between() {
        return by_status;
    }
    if known_already && matches!(response.status, 200..=299 | 400 | 409 | 412 | 422) {
        // The message had arrived earlier, and the answer to it was lost.
        return Settlement::Delivered;
    }
    match by_status {
        Settlement::Delivered => {}
        Settlement::Refused(_) => return Settlement::Refused(refused(response.status, &types)),
        later => return later,
    }
    let code = resources
        .iter()
        .filter(|r| r.get("resourceType").and_then(Value::as_str) == Some("MessageHeader"))
        .find_map(|r| r.get("response")?.get("code")?.as_str());
    match code {
        Some("transient-error") => Settlement::RetryAfter(response.retry_after()),
        Some("fatal-error") => Settlement::Refused(refused(response.status, &types)),
        _ if errors.is_empty() => Settlement::Delivered,
        _ if types.len() == errors.len() && types.iter().all(|(_, passes)| *passes) => {
            Settlement::RetryAfter(response.retry_after())
        }
        _ => Settlement::Refused(refused(response.status, &types)),
    }
}

/// Returns the outcome and the header of an answer, which is a Bundle or a single outcome.
fn resources(body: &Value) -> Vec<&Value> {
    let entries = body
        .get("entry")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|e| e.get("resource"));
    let outcome = |r: &&Value| {
        matches!(
            r.get("resourceType").and_then(Value::as_str),
            Some("OperationOutcome" | "MessageHeader")
        )
    };
    std::iter::once(body).chain(entries).filter(outcome).collect()
}

/// Makes a refusal that contains only FHIR's issue types, since the outcome's words may be about a person.
fn refused(status: u16, types: &[(&'static str, bool)]) -> Refusal {
    let mut codes: Vec<_> = types.iter().map(|(code, _)| *code).collect();
    codes.sort_unstable();
    codes.dedup();
    let why = if codes.is_empty() {
        String::new()
    } else {
        format!(" Feiltype: {}.", codes.join(", "))
    };
    let code = if (200..300).contains(&status) {
        "operation-outcome"
    } else {
        "http-status"
    };
    Refusal::new(
        code,
        format!("Mottakerens system svarte {status} og tar ikke imot meldingen.{why}"),
    )
}
