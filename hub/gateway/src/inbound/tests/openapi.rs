//! The OpenAPI document is self-contained, and two independent validators accept it.

use std::path::PathBuf;
use std::process::Command;

use bindeledd_http::{LIMIT, Page, Route};
use serde_json::Value;

use super::super::{Inner, openapi, routes};
use crate::testing::{Hub, OPERATOR, PROVIDER, key_of};

/// Collects every `$ref`, `$id`, `$schema` and `$defs` in a value, with its content.
fn pointers<'a>(value: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if name.starts_with('$') {
                    found.push((name, value));
                }
                pointers(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|value| pointers(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_document_refers_to_nothing_outside_itself() {
    let document = openapi::document();
    let mut found = Vec::new();
    pointers(&document, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    for (name, value) in found {
        assert_eq!(name, "$ref", "{value}: an embedded schema has a base of its own");
        let pointer = value
            .as_str()
            .unwrap()
            .strip_prefix('#')
            .unwrap_or_else(|| panic!("{value}"));
        assert!(document.pointer(pointer).is_some(), "{value}");
    }
    assert_eq!(document["servers"][0]["url"], "/");
    assert_eq!(document["info"]["license"]["identifier"], "MIT OR Apache-2.0");
    let kinds = &document["components"]["schemas"]["MessageDraft"]["properties"]["kind"]["enum"];
    assert!(
        !kinds.as_array().unwrap().contains(&"consent-withdrawn".into()),
        "no party sends it"
    );
}

#[test]
fn two_validators_find_nothing_wrong_with_the_document() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/openapi-validators");
    let node = Command::new("node").arg("--version").output();
    let is_here = node.is_ok_and(|o| o.status.success()) && folder.join("node_modules/@redocly").is_dir();
    let required = std::env::var_os("BINDELEDD_REQUIRE_VALIDATORS").is_some_and(|v| v == "1");
    assert!(
        is_here || !required,
        "run `npm ci --ignore-scripts` in tests/openapi-validators"
    );
    if !is_here {
        println!("node or the OpenAPI validators are not here: nothing was validated");
        return;
    }
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("openapi.json");
    std::fs::write(&path, openapi::document().to_string()).unwrap();
    let output = Command::new("node")
        .current_dir(&folder)
        .arg("validate.mjs")
        .arg(&path)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let said: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(said.len(), 2, "{}", String::from_utf8_lossy(&output.stderr));
    for said in said {
        assert_eq!(said["errors"], serde_json::json!([]), "{}", said["by"]);
    }
}

/// Returns whether a schema is published separately, with descriptions of its own.
fn is_published(name: &str) -> bool {
    let published = ["Consent", "MessageDraft", "ParticipantExport"];
    name != "ConsentAnswer" && (name.ends_with("Body") || published.iter().any(|of| name.starts_with(of)))
}

/// Collects every field of a schema without a description, and every description that does not begin with its subject.
fn undescribed(value: &Value, place: &str, found: &mut Vec<String>) {
    const CLAUSES: [&str; 10] = [
        "What", "Who", "Whom", "Whose", "Whether", "How", "Which", "When", "Where", "Why",
    ];
    for text in ["description", "summary"]
        .into_iter()
        .filter_map(|name| value[name].as_str())
    {
        let first = text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let begins = text
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        if CLAUSES.contains(&first) || !begins {
            found.push(format!("{place}: {text}"));
        }
    }
    for (name, property) in value["properties"].as_object().into_iter().flatten() {
        if !property["description"].is_string() {
            found.push(format!("{place}.{name} has no description"));
        }
        undescribed(property, &format!("{place}.{name}"), found);
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        match inner {
            Value::Object(_) if name != "properties" => undescribed(inner, &format!("{place}.{name}"), found),
            Value::Array(items) if name != "examples" => {
                items
                    .iter()
                    .for_each(|item| undescribed(item, &format!("{place}.{name}"), found));
            }
            _ => {}
        }
    }
}

#[test]
fn every_field_and_every_operation_is_described_subject_first() {
    let document = openapi::document();
    let mut found = Vec::new();
    undescribed(&document["paths"], "paths", &mut found);
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if !is_published(name) {
            undescribed(schema, name, &mut found);
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

/// The routes accept the list lengths that the document states.
#[tokio::test]
async fn a_page_is_as_long_as_the_document_says() {
    let hub = Hub::start().await;
    let document = openapi::document();
    let own = key_of(PROVIDER);
    let mut lists = 0;
    let listing = |route: &&Route<Inner>| route.query.iter().any(|p| p.name == LIMIT.name);
    for route in routes::all()
        .filter(listing)
        .filter(|route| route.id != "listDisclosures" && route.method.name() == "GET")
    {
        let operation = &document["paths"][openapi::documented_path(route)]["get"];
        let parameters = operation["parameters"].as_array().unwrap();
        let limit = parameters.iter().find(|p| p["name"] == "limit").unwrap();
        let Page { usual, most } = route.page;
        assert_eq!(
            (&limit["schema"]["maximum"], &limit["schema"]["default"]),
            (&most.into(), &usual.into())
        );
        let path = route.path.replace("{party}", PROVIDER).replace("{id}", PROVIDER);
        for (limit, status) in [
            (1.to_string(), 200),
            (most.to_string(), 200),
            ((most + 1).to_string(), 422),
            ("0".into(), 422),
            ("%2B5".into(), 422),
        ] {
            let path = format!("{path}?limit={limit}");
            // An operator opens an inbox with a reason alone, so that its party asks.
            let key = if route.path.contains("{party}") { &own } else { OPERATOR };
            assert_eq!(hub.ask("GET", &path, Some(key), &Value::Null).await.0, status, "{path}");
        }
        lists += 1;
    }
    assert!(lists >= 5);
    let most = i64::MAX.cast_unsigned();
    for (from, status) in [(0, 422), (1, 200), (most, 200), (most + 1, 422), (u64::MAX, 422)] {
        let path = format!("/v1/admin/audit?from={from}");
        let (answered, _) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
        assert_eq!(answered, status, "{path}");
    }
}

/// An import without a list of parties is refused; a faulty party in the list is reported in its row.
#[tokio::test]
async fn an_import_of_what_is_no_party_is_refused() {
    let hub = Hub::start().await;
    let import = async |parties: Value| {
        let body = serde_json::json!({ "parties": parties });
        hub.ask("POST", "/v1/admin/parties/import", Some(OPERATOR), &body).await
    };
    for (parties, place) in [
        (serde_json::json!([[null]]), "parties[0]"),
        (serde_json::json!([null]), "parties[0]"),
        (
            serde_json::json!([{"id": "ny", "name": "Ny", "kind": "clubhouse"}, "ny"]),
            "parties[1]",
        ),
    ] {
        let (status, problem) = import(parties).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("BL-1004")), "{problem}");
        assert_eq!(problem["path"], place);
    }
    let (status, _) = hub
        .ask(
            "POST",
            "/v1/admin/parties/import",
            Some(OPERATOR),
            &serde_json::json!([[null]]),
        )
        .await;
    assert_eq!(status, 422);
    let (status, answer) = import(serde_json::json!([{"id": "ny"}])).await;
    assert_eq!((status, &answer["parties"][0]["outcome"]), (200, &"refused".into()));
}

/// Every route documents 422, for an unknown query parameter. Every route with path parameters documents 404. A method that a path
/// lacks is answered 405, with the methods that it has.
#[tokio::test]
async fn what_every_route_may_answer_is_documented() {
    let hub = Hub::start().await;
    let document = openapi::document();
    for route in routes::all() {
        let responses =
            &document["paths"][openapi::documented_path(route)][route.method.name().to_ascii_lowercase()]["responses"];
        assert!(
            responses["422"].is_object(),
            "{}: a query that it does not know",
            route.id
        );
        if !route.params.is_empty() {
            assert!(responses["404"].is_object(), "{}", route.id);
        }
    }
    let answer = hub
        .http
        .delete(format!("{}/v1/messages", hub.base))
        .header("authorization", format!("Bearer {}", key_of(PROVIDER)))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 405);
    assert_eq!(answer.headers()["allow"], "POST");
}
