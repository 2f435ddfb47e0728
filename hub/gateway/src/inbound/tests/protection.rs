//! No answer reveals address protection. To a party without a relation, a protected person looks like an unknown one, or like one
//! for whom the party has no grant. To a party that had a grant, the person looks like one who withdrew everything.

use bindeledd_http::{Access, Route};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::super::{Inner, routes};
use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, consent, key_of, message};

const PROTECTED: &str = "15720255178";
const UNGRANTED: &str = "31777207884";
const UNKNOWN: &str = "01815003183";

/// An answer without the parts that differ between any two: ids, times, the person's own number.
#[derive(Debug, PartialEq)]
struct Seen {
    status: u16,
    headers: Vec<(String, Option<String>)>,
    body: Value,
}

fn shape(value: &Value, name: &str) -> Value {
    let varies = [
        "acceptedAt",
        "changedAt",
        "due",
        "withdrawnAt",
        "valueDateTime",
        "valueInstant",
        "lastUpdated",
        "timestamp",
        "recorded",
    ];
    match value {
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), shape(v, k))).collect(),
        Value::Array(items) => items.iter().map(|v| shape(v, name)).collect(),
        Value::String(_) if varies.contains(&name) => Value::from("…"),
        Value::String(text) => Value::from(without_ids(text)),
        other => other.clone(),
    }
}

fn without_ids(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == '-';
    let tokens = text.split_inclusive(|c| !is_part(c));
    let shown = tokens.map(|token| {
        let id = token.trim_end_matches(|c| !is_part(c));
        match uuid::Uuid::try_parse(id) {
            Ok(_) => token.replace(id, "…"),
            Err(_) => token.to_owned(),
        }
    });
    shown.collect()
}

fn headers(all: &HeaderMap) -> Vec<(String, Option<String>)> {
    let counted = |name: &str| matches!(name, "date" | "content-length" | "x-request-id");
    let mut seen: Vec<_> = all
        .iter()
        .map(|(name, value)| {
            let value = value.to_str().unwrap().to_owned();
            (name.to_string(), Some(value).filter(|_| !counted(name.as_str())))
        })
        .collect();
    seen.sort();
    seen
}

async fn ask(hub: &Hub, key: &str, method: &str, path: &str, accept: &str, body: &Value) -> Seen {
    let request = hub.http.request(method.parse().unwrap(), format!("{}{path}", hub.base));
    let request = request.bearer_auth(key).header("accept", accept);
    let request = match body {
        Value::Null => request,
        body => request
            .header("content-type", "application/json")
            .body(body.to_string()),
    };
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), headers(answer.headers()));
    let bytes = answer.bytes().await.unwrap();
    let body: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Seen {
        status,
        headers,
        body: shape(&body, ""),
    }
}

fn about(who: &str, mut document: Value) -> Value {
    document["participant"] = json!({"nationalId": who});
    document
}

/// The ids with which a party can name a person: a sent message, a guessed consent, a pseudonym.
struct Named {
    message: String,
    consent: String,
    pseudonym: String,
}

/// Returns whether a party may call the route about a person.
fn is_about_a_person(route: &Route<Inner>) -> bool {
    let by_party = matches!(route.access, Access::AnyCaller | Access::PartyInPath);
    by_party && route.id != "lookUpParty"
}

fn path(route: &Route<Inner>, caller: &str, named: &Named) -> String {
    let id = match route.id {
        "getMessage" | "retryMessage" | "cancelMessage" => &named.message,
        _ => &named.consent,
    };
    let path = route
        .path
        .replace("{party}", caller)
        .replace("{id}", id)
        .replace("{ref}", &named.pseudonym)
        .replace("{delivery}", "019d0000-0000-7000-8000-000000000001");
    match route.id {
        // The newest message is about the person; the others are about the persons before.
        "listPartyMessages" => format!("{path}?limit=1"),
        _ => path,
    }
}

/// Returns the answers to everything that a party may ask about a person, by every route and in every form.
async fn all_answers(hub: &Hub, caller: &str, who: &str, n: usize, named: &Named) -> Vec<(String, Seen)> {
    let key = key_of(caller);
    let mut seen = Vec::new();
    for route in routes::all().filter(|r| is_about_a_person(r)) {
        for accept in ["application/json", "application/fhir+json", "text/html"] {
            let reference = format!("{caller}-{n}-{}-{accept}", route.id);
            let body = match route.id {
                "postDocument" | "postMessage" => about(who, message(&reference)),
                // The party is not a registrar, and is refused for every person.
                "registerConsent" => about(who, consent()),
                _ => Value::Null,
            };
            let path = path(route, caller, named);
            let answer = ask(hub, &key, route.method.name(), &path, accept, &body).await;
            seen.push((format!("{} {} {accept}", route.method, route.path), answer));
        }
    }
    seen
}

#[tokio::test]
async fn a_protected_person_looks_like_anybody_to_who_has_no_grant() {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    let mut all = Vec::new();
    // The provider's consents are about two of the persons. The outsider has a role in neither.
    let mut known = Vec::new();
    for (n, who) in [PROTECTED, UNGRANTED].into_iter().enumerate() {
        let mut document = about(who, consent());
        document["id"] = format!("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6b0{n}").into();
        let (status, registered) = hub.ask("POST", "/v1/consents", Some(&provider), &document).await;
        assert_eq!(status, 201, "{registered}");
        known.push((
            document["id"].as_str().unwrap().to_owned(),
            registered["participant"]["ref"].as_str().unwrap().to_owned(),
        ));
    }
    let protect = json!({"nationalId": PROTECTED, "protected": true});
    let (status, _) = hub
        .ask("POST", "/v1/admin/participants/protect", Some(OPERATOR), &protect)
        .await;
    assert_eq!(status, 200);
    known.push((
        "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6bff".into(),
        "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6bfe".into(),
    ));
    for (n, (who, (consent, pseudonym))) in [PROTECTED, UNGRANTED, UNKNOWN].into_iter().zip(known).enumerate() {
        let mut sent = about(who, message(&format!("first-{n}")));
        sent["to"] = json!([GP]);
        let (status, sent) = hub.ask("POST", "/v1/messages", Some(&key_of(OUTSIDER)), &sent).await;
        assert_eq!(status, 202, "{sent}");
        let message = sent["messages"][0]["id"].as_str().unwrap().to_owned();
        let named = Named {
            message,
            consent,
            pseudonym,
        };
        all.push(all_answers(&hub, OUTSIDER, who, n, &named).await);
    }
    let [protected, ungranted, unknown] = all.try_into().unwrap();
    assert!(protected.len() > 30, "{} answers", protected.len());
    for ((protected, ungranted), unknown) in protected.iter().zip(&ungranted).zip(&unknown) {
        assert_eq!(protected, ungranted);
        assert_eq!(protected, unknown);
    }
    // An ended conversation must not reveal protection either; the hub reports an ending only where messages were exchanged.
    let (_, alerts) = hub
        .ask(
            "GET",
            &format!("/v1/parties/{OUTSIDER}/alerts"),
            Some(&key_of(OUTSIDER)),
            &Value::Null,
        )
        .await;
    assert_eq!(alerts["alerts"], json!([]));
}

#[tokio::test]
async fn a_protected_person_looks_like_one_who_took_everything_back_to_who_had_a_grant() {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    let mut all = Vec::new();
    for (n, (who, protect)) in [(PROTECTED, true), (UNGRANTED, false)].into_iter().enumerate() {
        let mut document = about(who, consent());
        let id = format!("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6c0{n}");
        document["id"] = id.clone().into();
        let (_, registered) = hub.ask("POST", "/v1/consents", Some(&provider), &document).await;
        let pseudonym = registered["participant"]["ref"].as_str().unwrap().to_owned();
        let (_, sent) = hub
            .ask(
                "POST",
                "/v1/messages",
                Some(&provider),
                &about(who, message(&format!("w-{n}"))),
            )
            .await;
        assert_eq!(sent["messages"][0]["deliveries"][0]["state"], "waiting", "{sent}");
        let (path, body) = match protect {
            true => (
                "/v1/admin/participants/protect".to_owned(),
                json!({"nationalId": who, "protected": true}),
            ),
            false => (format!("/v1/admin/participants/{pseudonym}/withdraw"), Value::Null),
        };
        let (status, answer) = hub.ask("POST", &path, Some(OPERATOR), &body).await;
        assert_eq!(status, 200, "{answer}");
        let named = Named {
            message: sent["messages"][0]["id"].as_str().unwrap().to_owned(),
            consent: id,
            pseudonym,
        };
        let mut seen = Vec::new();
        for caller in [PROVIDER, GP] {
            let again = ask(
                &hub,
                &key_of(caller),
                "POST",
                "/v1/consents",
                "application/json",
                &document,
            )
            .await;
            seen.push(("again".to_owned(), again));
            seen.extend(all_answers_about(&hub, caller, who, n, &named, &document).await);
        }
        all.push(seen);
    }
    let [protected, taken_back] = all.try_into().unwrap();
    for (protected, taken_back) in protected.iter().zip(&taken_back) {
        assert_eq!(protected, taken_back);
    }
    let shown = protected
        .iter()
        .find(|(route, _)| route.starts_with("GET /v1/consents"))
        .unwrap();
    assert_eq!(shown.1.body["status"], "withdrawn");
}

/// As [`all_answers`], with the consent's document.
async fn all_answers_about(
    hub: &Hub,
    caller: &str,
    who: &str,
    n: usize,
    named: &Named,
    document: &Value,
) -> Vec<(String, Seen)> {
    let key = key_of(caller);
    let mut seen = Vec::new();
    // The routes that withdraw are called last.
    let mut routes: Vec<_> = routes::all().filter(|r| is_about_a_person(r)).collect();
    routes.sort_by_key(|r| r.id == "withdrawConsent");
    for route in routes {
        for accept in ["application/json", "application/fhir+json"] {
            let reference = format!("{caller}-{n}-{}-{accept}", route.id);
            let mut sent = about(who, message(&reference));
            sent["to"] = json!([if caller == GP { PROVIDER } else { GP }]);
            let body = match route.id {
                "postDocument" | "postMessage" => sent,
                "registerConsent" => document.clone(),
                _ => Value::Null,
            };
            let answer = ask(
                hub,
                &key,
                route.method.name(),
                &path(route, caller, named),
                accept,
                &body,
            )
            .await;
            seen.push((format!("{} {} {accept}", route.method, route.path), answer));
        }
    }
    seen
}
