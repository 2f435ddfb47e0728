//! The OpenAPI document, made of the table of routes.

mod embed;
mod parameters;
mod requests;
mod schemas;

use serde_json::{Map, Value, json};

use super::consents::FHIR;
use super::problem::TITLES;
use super::routes::{Access, Op, ROUTES, Route, Takes};

/// The whole document.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for route in &ROUTES {
        let path = paths.entry(route.documented_path()).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Bindeledd", "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP API of a hub. Errors are RFC 9457 problems with a `code` that has a page.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        // The hub that gave this document.
        "servers": [{ "url": "/", "description": "This hub." }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "description": "The party's key, or the operator's." },
                "keyHeader": { "type": "apiKey", "in": "header", "name": "x-api-key" },
            },
            "schemas": schemas::all(),
        },
    })
}

fn operation(route: &Route) -> Value {
    let mut operation = json!({
        "operationId": route.id, "summary": route.summary, "x-access": access(route.access), "responses": responses(route),
        "parameters": parameters::of(route),
    });
    operation["security"] = match route.access {
        Access::Anyone => json!([]),
        Access::OperatorOrWatcher => json!([{}, { "key": [] }, { "keyHeader": [] }]),
        Access::AnyCaller | Access::PartyInPath | Access::Operator => {
            json!([{ "key": [] }, { "keyHeader": [] }])
        }
    };
    match route.takes {
        Takes::Nothing => {}
        Takes::Document => {
            operation["requestBody"] = json!({ "required": true, "content": { "*/*": {} } });
        }
        Takes::Json(name) | Takes::MaybeJson(name) => {
            let mut content = json!({ "application/json": { "schema": reference(name) } });
            if route.op == Op::PostConsent {
                content["application/fhir+json"] = json!({ "schema": { "type": "object" } });
            }
            operation["requestBody"] = json!({ "required": matches!(route.takes, Takes::Json(_)), "content": content });
        }
    }
    operation
}

const fn access(access: Access) -> &'static str {
    match access {
        Access::Anyone => "anyone",
        Access::AnyCaller => "any party that has a part in it, and the operator",
        Access::PartyInPath => "the party of the path, and the operator",
        Access::Operator => "the operator",
        Access::OperatorOrWatcher => {
            "the operator, whoever has the key for watching, and callers whom the configuration lets in"
        }
    }
}

fn responses(route: &Route) -> Value {
    let mut responses = Map::new();
    for (status, name) in route.success {
        let mut response = json!({ "description": "Done." });
        match (route.op, *name) {
            (Op::Metrics | Op::AuditCheckpoint, _) => response["content"] = json!({ "text/plain": {} }),
            (Op::AuditTile, _) => response["content"] = json!({ "application/octet-stream": {} }),
            (Op::AckDelivery | Op::EnteredDelivery, "") => {}
            (Op::ListDisclosures, name) => {
                response["content"] = json!({
                    "application/json": { "schema": reference(name) },
                    "application/fhir+json": { "schema": { "type": "object" } }, "text/html": {},
                });
                response["description"] =
                    "As `accept` asks: a page of JSON; all of it as a FHIR R4 Bundle of AuditEvents; or \
                    all of it as a page to hand over, for the operator."
                        .into();
            }
            (Op::GetConsent, name) => {
                response["content"] = json!({ "application/json": { "schema": reference(name) }, FHIR: {} });
            }
            (_, "") => response["content"] = json!({ "application/json": {} }),
            (_, name) => response["content"] = json!({ "application/json": { "schema": reference(name) } }),
        }
        responses.insert(status.to_string(), response);
    }
    for code in route.all_errors() {
        let status = status_of(code).to_string();
        let title = TITLES.iter().find(|(c, _)| *c == code).map_or("", |(_, title)| *title);
        let entry = responses.entry(status).or_insert_with(|| {
            json!({
                "description": "", "x-codes": [],
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            })
        });
        let described = entry["description"].as_str().unwrap_or_default().to_owned();
        let separator = if described.is_empty() { "" } else { "; " };
        entry["description"] = format!("{described}{separator}{code} {title}").into();
        if let Some(codes) = entry["x-codes"].as_array_mut() {
            codes.push(code.into());
        }
    }
    Value::Object(responses)
}

/// The status that a code is answered with.
pub(crate) fn status_of(code: &str) -> u16 {
    match code {
        "BL-1101" | "BL-1113" | "BL-1114" | "BL-1121" | "BL-1122" => 401,
        "BL-1102" | "BL-1120" | "BL-6022" => 403,
        "BL-1103" => 413,
        "BL-1105" | "BL-1130" | "BL-1133" | "BL-3020" => 429,
        "BL-1106" | "BL-1108" | "BL-2011" | "BL-6017" => 409,
        "BL-1107" | "BL-4007" | "BL-4033" => 404,
        "BL-1109" | "BL-1115" | "BL-1123" | "BL-1131" | "BL-3005" | "BL-3006" | "BL-5002" | "BL-5020" | "BL-5021"
        | "BL-5034" | "BL-5035" | "BL-5036" => 503,
        "BL-1110" => 408,
        "BL-1111" => 504,
        "BL-1112" => 415,
        "BL-3001" | "BL-5003" => 500,
        "BL-1132" | "BL-5001" => 507,
        _ => 422,
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
