//! A specialist service's FHIR R4 server: `POST …/$process-message`, and the messages that it sends.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Problem;
use crate::clock::timestamp;
use crate::hub::{Hub, sent};
use crate::judged::{Answer, Judged};
use crate::serve::Incoming;

const FHIR: &str = "application/fhir+json; charset=utf-8";
const KIND: &str = "https://bindeledd.example/fhir/CodeSystem/message-kind";
const CATEGORY: &str = "https://bindeledd.example/fhir/CodeSystem/data-category";
const PHASE: &str = "https://bindeledd.example/fhir/CodeSystem/treatment-phase";

fn outcome(status: u16, severity: &str, code: &str, text: &str) -> Answer {
    let issue = json!([{"severity": severity, "code": code, "diagnostics": text}]);
    let body = json!({"resourceType": "OperationOutcome", "issue": issue});
    Answer {
        status,
        media_type: FHIR,
        body: body.to_string().into_bytes(),
    }
}

pub(crate) fn refusal() -> Answer {
    outcome(422, "error", "business-rule", "Pasienten er ikke kjent her.")
}

pub(crate) fn judge(incoming: &Incoming) -> Judged {
    if incoming.method != "POST" {
        return Judged::question(outcome(405, "error", "not-supported", "POST only"));
    }
    if !incoming.path.ends_with("/$process-message") {
        return Judged::arrival(outcome(404, "error", "not-found", "no such operation"), Vec::new());
    }
    let bundle = match incoming.media_type().as_str() {
        "application/fhir+json" => serde_json::from_slice::<Value>(&incoming.body).ok(),
        "application/fhir+xml" => from_xml(&incoming.body),
        _ => {
            let answer = outcome(415, "error", "not-supported", "application/fhir+json and +xml only");
            return Judged::arrival(answer, Vec::new());
        }
    };
    let Some(bundle) = bundle else {
        let answer = outcome(400, "error", "structure", "the body is not what its media type says");
        return Judged::arrival(answer, Vec::new());
    };
    match read(&bundle) {
        Err(problem) => Judged::arrival(outcome(400, "error", "invalid", problem), Vec::new()),
        Ok(ids) => {
            let answer = if incoming.query.contains("answer=bundle") {
                response(&bundle)
            } else {
                outcome(200, "information", "informational", "tatt imot")
            };
            Judged::arrival(answer, ids)
        }
    }
}

/// Converts FHIR's XML to JSON, as far as a server needs: values, lists for repeated names, and resources by name.
fn from_xml(body: &[u8]) -> Option<Value> {
    fn value_of(node: roxmltree::Node<'_, '_>) -> Value {
        let children: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
        if let ([], Some(value)) = (children.as_slice(), node.attribute("value")) {
            return value.into();
        }
        let mut object = serde_json::Map::new();
        for child in children {
            let name = child.tag_name().name();
            let value = match (name, child.first_element_child()) {
                ("resource", Some(resource)) => resource_of(resource),
                _ => value_of(child),
            };
            let is_list = matches!(name, "entry" | "focus");
            match object.get_mut(name) {
                None if !is_list => drop(object.insert(name.to_owned(), value)),
                None => drop(object.insert(name.to_owned(), Value::Array(vec![value]))),
                Some(Value::Array(list)) => list.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
            }
        }
        Value::Object(object)
    }
    fn resource_of(node: roxmltree::Node<'_, '_>) -> Value {
        let mut resource = value_of(node);
        resource["resourceType"] = node.tag_name().name().into();
        resource
    }
    let text = std::str::from_utf8(body).ok()?;
    let document = roxmltree::Document::parse(text).ok()?;
    Some(resource_of(document.root_element()))
}

/// Checks a message as a server does. It must be a Bundle of type message, begin with a MessageHeader, and contain the header's
/// focus.
fn read(bundle: &Value) -> Result<Vec<(&'static str, String)>, &'static str> {
    let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    if text(bundle, "/resourceType").as_deref() != Some("Bundle") || text(bundle, "/type").as_deref() != Some("message")
    {
        return Err("not a Bundle of type message");
    }
    let header = bundle.pointer("/entry/0/resource").ok_or("no entries")?;
    if text(header, "/resourceType").as_deref() != Some("MessageHeader") {
        return Err("the first entry is not a MessageHeader");
    }
    let event = text(header, "/eventCoding/code").ok_or("MessageHeader.eventCoding is missing")?;
    text(header, "/source/endpoint").ok_or("MessageHeader.source.endpoint is missing")?;
    let entries = bundle.get("entry").and_then(Value::as_array).ok_or("no entries")?;
    let focus = header
        .get("focus")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for reference in &focus {
        let reference = text(reference, "/reference").ok_or("a focus is no reference")?;
        let found = entries.iter().any(|e| {
            let resource = e.get("resource");
            let named = resource.and_then(|r| {
                Some(format!(
                    "{}/{}",
                    r.get("resourceType")?.as_str()?,
                    r.get("id")?.as_str()?
                ))
            });
            text(e, "/fullUrl").as_deref() == Some(&reference) || named.as_deref() == Some(&reference)
        });
        if !found {
            return Err("a focus is not in the Bundle");
        }
    }
    let id = text(bundle, "/identifier/value")
        .or_else(|| text(header, "/id"))
        .ok_or("the Bundle has no identifier")?;
    let mut ids = vec![("bundle", id), ("event", event)];
    ids.extend(text(header, "/id").map(|id| ("header", id)));
    Ok(ids)
}

/// Makes the response message of a server that answers in messages.
fn response(bundle: &Value) -> Answer {
    let of = bundle.pointer("/entry/0/resource/id").cloned().unwrap_or_default();
    let event = bundle
        .pointer("/entry/0/resource/eventCoding")
        .cloned()
        .unwrap_or_default();
    let header = json!({
        "resourceType": "MessageHeader", "id": format!("svar-{}", of.as_str().unwrap_or("ukjent")), "eventCoding": event,
        "source": {"endpoint": "urn:her:91111"}, "response": {"identifier": of, "code": "ok"},
    });
    let body = json!({"resourceType": "Bundle", "type": "message", "timestamp": timestamp().to_string(), "entry": [{"resource": header}]});
    Answer {
        status: 200,
        media_type: FHIR,
        body: body.to_string().into_bytes(),
    }
}

/// An order to send something.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Order {
    /// A FHIR document, which is sent unchanged.
    document: Option<Value>,
    /// Instead of `document`: a treatment that is planned, started, paused or ended.
    treatment: Option<Treatment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Treatment {
    status: String,
    national_id: String,
    /// Organisation numbers of the receivers.
    to: Vec<String>,
    /// HER-id of the service.
    her_id: u32,
    /// Number that distinguishes the ids of this message from those of others.
    number: u32,
    from: Option<String>,
    until: Option<String>,
    #[serde(default)]
    text: String,
}

pub(crate) async fn send(order: Value, hub: &Arc<Hub>) -> Result<Value, Problem> {
    let order: Order = serde_json::from_value(order).map_err(|e| Problem::new(e.to_string()))?;
    let document = match (order.document, order.treatment) {
        (Some(document), None) => document,
        (None, Some(treatment)) => treatment.bundle(),
        _ => return Err(Problem::new("either `document` or `treatment`")),
    };
    let id = document
        .pointer("/identifier/value")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let event = document
        .pointer("/entry/0/resource/eventCoding/code")
        .cloned()
        .unwrap_or_default();
    let said = hub
        .document(
            json!({"document": event}),
            "application/fhir+json",
            document.to_string().into_bytes(),
        )
        .await?;
    Ok(sent(&id, &said))
}

impl Treatment {
    fn bundle(&self) -> Value {
        let id = |part: u32| format!("urn:uuid:00000000-0000-4000-8000-{:06}{part:06}", self.number);
        let kind = json!({"system": KIND, "code": "treatment-status"});
        let organisation = |number: &String| json!({"type": "Organization", "identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.101", "value": number}});
        let sender = json!({"type": "Organization", "identifier": {"system": "urn:oid:2.16.578.1.12.4.1.2", "value": self.her_id.to_string()}});
        let receivers: Vec<_> = self.to.iter().map(organisation).collect();
        let destinations: Vec<_> = self
            .to
            .iter()
            .map(|number| json!({"endpoint": format!("urn:orgnr:{number}"), "receiver": organisation(number)}))
            .collect();
        let mut communication = json!({
            "resourceType": "Communication", "id": format!("c{}", self.number),
            "meta": {"security": [
                {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"},
                {"system": CATEGORY, "code": "treatment-status"},
            ]},
            "identifier": [{"system": "urn:ietf:rfc:3986", "value": id(3)}],
            "status": "completed",
            "category": [{"coding": [kind]}],
            "topic": {"coding": [{"system": PHASE, "code": self.status}]},
            "subject": {"type": "Patient", "identifier": {"system": "urn:oid:2.16.578.1.12.4.1.4.1", "value": self.national_id}},
            "sent": timestamp().to_string(),
            "recipient": receivers,
            "sender": sender,
        });
        if !self.text.is_empty() {
            communication["payload"] = json!([{"contentString": self.text}]);
        }
        let bounds: serde_json::Map<_, _> = [("start", &self.from), ("end", &self.until)]
            .into_iter()
            .filter_map(|(name, day)| Some((name.to_owned(), Value::from(day.as_deref()?))))
            .collect();
        if !bounds.is_empty() {
            let url = "https://bindeledd.example/fhir/StructureDefinition/treatment-period";
            communication["extension"] = json!([{"url": url, "valuePeriod": bounds}]);
        }
        json!({
            "resourceType": "Bundle",
            "identifier": {"system": "urn:ietf:rfc:3986", "value": id(1)},
            "type": "message",
            "timestamp": timestamp().to_string(),
            "entry": [
                {"fullUrl": id(2), "resource": {
                    "resourceType": "MessageHeader", "id": format!("h{}", self.number), "eventCoding": kind,
                    "destination": destinations, "sender": sender,
                    "source": {"endpoint": format!("urn:her:{}", self.her_id)}, "focus": [{"reference": id(4)}],
                }},
                {"fullUrl": id(4), "resource": communication},
            ],
        })
    }
}
