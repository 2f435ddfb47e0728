//! Every route, called by every kind of caller; and the document that describes all routes.

use std::collections::BTreeSet;

use bindeledd_core::{Category, Purpose};
use bindeledd_http::matrix::{Answered, Asker, ask_as_everyone};
use bindeledd_http::{Access, Answer, CODES, Listed, Rate, Route, listed_code, read_key};
use bindeledd_texts::problem::Detail;
use bindeledd_texts::{Lang, Text as _};
use serde_json::{Value, json};

use super::super::{Inner, openapi, routes};
use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, consent, key_of, message};

const SOME_ID: &str = "019d0000-0000-7000-8000-000000000001";

/// Returns the expected status for each caller: a party without a role in the thing, the party itself, the operator.
fn expected(id: &str) -> [u16; 3] {
    match id {
        "postDocument" => [403, 202, 202],
        "listPartyAlerts" | "listPartyMessages" => [403, 200, 200],
        // The operator opens an inbox with a reason.
        "getInbox" => [403, 200, 403],
        "openInbox" | "listOpenings" => [403, 403, 200],
        // Only persons ask to see content.
        "askToOpen" => [403, 403, 403],
        "previewRetry" | "listRetries" => [403, 403, 200],
        // No preview was made, and so there is no run.
        "startRetry" => [403, 403, 409],
        "getRetry" | "stopRetry" => [403, 403, 404],
        "getTimeline" | "searchMessages" | "countMessages" | "countFlow" | "countErrors" | "find" => [403, 403, 200],
        "acknowledgeDelivery" | "enteredDelivery" => [403, 404, 404],
        // An outsider sends for itself, but is not a registrar. The operator has to name the sender of a message.
        "postMessage" => [202, 202, 403],
        "registerConsent" => [403, 200, 200],
        "getMessage" | "retryMessage" | "cancelMessage" | "getConsent" | "withdrawConsent" => [404, 200, 200],
        // The operator has to name the party for whom it confirms, and the evidence.
        "confirmConsent" => [404, 200, 422],
        "listWaitingGrants" => [200, 200, 200],
        "listWaitingRequests" => [200, 200, 200],
        "lookUpParticipant" | "exportParticipant" => [403, 403, 200],
        "listDisclosures" => [404, 200, 200],
        // A code shows what its party sees, and the operator is no party.
        "makeOwnPageCode" => [404, 201, 403],
        "listParties" | "listMessages" | "listAlerts" | "listFetched" | "listAudit" => [403, 403, 200],
        "getAuditCheckpoint" | "getAuditTile" => [403, 403, 200],
        // No participant has been erased yet.
        "getErasure" => [403, 403, 404],
        "withdrawForParticipant"
        | "previewWithdrawalForParticipant"
        | "linkParticipant"
        | "protectPerson"
        | "eraseParticipant" => [403, 403, 200],
        // This hub was not told where its master keys come from.
        "rotateKey" | "retireKey" => [403, 403, 409],
        "getKeyRing" | "getClock" => [403, 403, 200],
        // The clock is right, so that there is no change to accept.
        "acceptClock" => [403, 403, 409],
        // There is no alert of that id.
        "getAlert" | "takeAlert" | "releaseAlert" | "closeAlert" | "reopenAlert" => [403, 403, 404],
        // No party has an adapter of that name.
        "resetAdapter" | "useAdapter" | "rollBackAdapter" | "removeAdapterVersion" => [403, 403, 404],
        "listAdapters" => [403, 403, 200],
        // The test's adapters have no place for files.
        "shadowAdapter" | "endAdapterShadow" | "getAdapterShadow" | "getAdapterFile" => [403, 403, 404],
        "installAdapter" => [403, 403, 404],
        "putParty" | "importParties" => [403, 403, 200],
        "lookUpParty" => [200, 200, 200],
        "getParty" | "pauseParty" | "resumeParty" | "testParty" => [403, 403, 200],
        "listKeys" | "unsuspendParty" | "listPartyVersions" => [403, 403, 200],
        // The party has no version of that number.
        "rollBackParty" => [403, 403, 409],
        // If these calls succeeded, the outsider could not call the routes after them.
        "revokeKeys" => [403, 403, 404],
        "suspendParty" => [403, 403, 404],
        "newKey" => [403, 403, 201],
        "getOpenApi" | "healthz" | "readyz" => [200, 200, 200],
        "listUsers" => [403, 403, 200],
        "addUser" => [403, 403, 201],
        // No account has the id or the login name.
        "getUser" | "disableUser" | "enableUser" | "resetUser" | "setUserRoles" => [403, 403, 404],
        "lookUpUser" | "listUserSessions" | "signUserOut" => [403, 403, 404],
        "metrics" => [403, 403, 200],
        other => panic!("{other} has no row in the matrix"),
    }
}

fn body(id: &str) -> Value {
    match id {
        "registerConsent" => consent(),
        "postMessage" | "postDocument" => message("m-matrix"),
        "importParties" => {
            json!({"parties": [{"id": OUTSIDER, "name": "Andre", "kind": "clubhouse"}], "dryRun": true})
        }
        "revokeKeys" => json!({"keys": ["0123456789abcdef"]}),
        "useAdapter" | "removeAdapterVersion" | "shadowAdapter" => json!({"version": "0.2.0"}),
        "rollBackParty" => json!({"to": 1, "from": 9}),
        "searchMessages" => json!({"reference": "m-0"}),
        "startRetry" => json!({"token": "0123456789abcdef0123456789abcdef", "reason": "an outage is over"}),
        "find" => json!({"id": "m-0"}),
        "lookUpParticipant" => json!({"nationalId": "15720255178"}),
        "openInbox" | "askToOpen" => json!({"reason": "sak 2026/17"}),
        "exportParticipant" => json!({"reason": "innsynskrav 2026/17"}),
        "closeAlert" => json!({"word": "the party has called back"}),
        "acceptClock" => json!({"reason": "the machine was away"}),
        "putParty" => json!({"id": OUTSIDER, "name": "Andre", "kind": "clubhouse"}),
        "linkParticipant" => json!({"nationalId": "15720255178"}),
        "addUser" => json!({"login": "kari", "name": "Kari", "roles": ["operator"]}),
        "lookUpUser" => json!({"login": "ola"}),
        "setUserRoles" => json!({"roles": ["viewer"]}),
        "protectPerson" => json!({"nationalId": "31777207884", "protected": true}),
        _ => Value::Null,
    }
}

#[tokio::test]
async fn every_route_is_for_those_whom_it_is_for() {
    let hub = Hub::with(|o| o.unknown_rate = Rate::new(1000, 1000)).await;
    let provider = key_of(PROVIDER);
    let (status, registered) = hub.ask("POST", "/v1/consents", Some(&provider), &consent()).await;
    assert_eq!(status, 201);
    let participant = registered["participant"]["ref"].as_str().unwrap();
    let (_, sent) = hub.ask("POST", "/v1/messages", Some(&provider), &message("m-0")).await;
    let message_id = sent["messages"][0]["id"].as_str().unwrap();
    let consent_id = consent()["id"].as_str().unwrap().to_owned();
    let path = |route: &Route<Inner>| {
        let id = match route.id {
            "getMessage" | "getTimeline" | "retryMessage" | "cancelMessage" | "askToOpen" => message_id,
            "getConsent" | "confirmConsent" | "withdrawConsent" => &consent_id,
            "suspendParty" => "finnes-ikke",
            _ if route.path.starts_with("/v1/admin/users/") => SOME_ID,
            _ => OUTSIDER,
        };
        route
            .path
            .replace("{party}", PROVIDER)
            .replace("{id}", id)
            .replace("{ref}", participant)
            .replace("{name}", OUTSIDER)
            .replace("{delivery}", SOME_ID)
            .replace("{*tile}", "entries/000.p/1")
    };
    let (other, wrong) = (key_of(OUTSIDER), key_of("nobody"));
    // The withdrawal comes late and the erasure last, so that the other routes find the things that they address.
    let mut all: Vec<_> = routes::all().collect();
    all.sort_by_key(|r| (r.id == "eraseParticipant", r.id == "withdrawConsent"));
    let mut faults = Vec::new();
    for route in all {
        let path = path(route);
        let ask = async |asker| {
            let key = match asker {
                Asker::Nobody => None,
                Asker::WrongKey => Some(wrong.as_str()),
                Asker::OtherParty => Some(other.as_str()),
                Asker::Party => Some(provider.as_str()),
                Asker::Operator => Some(OPERATOR),
            };
            let (status, answer) = hub.ask(route.method.name(), &path, key, &body(route.id)).await;
            Answered {
                status,
                said: answer["status"].as_u64().and_then(|said| u16::try_from(said).ok()),
                code: answer["code"].as_str().map(str::to_owned),
            }
        };
        faults.extend(ask_as_everyone(route, expected(route.id), ask).await);
    }
    assert_eq!(faults, [""; 0]);
}

/// A row with a parameter that its path lacks would read nothing.
#[test]
fn the_rows_name_the_parameters_of_their_paths() {
    for route in routes::all() {
        let named: Vec<_> = route.params.iter().map(|p| p.name).collect();
        assert_eq!(route.names_in_path().collect::<Vec<_>>(), named, "{route:?}");
    }
}

#[tokio::test]
async fn a_key_is_taken_from_one_place_and_in_one_form() {
    let hub = Hub::with(|o| o.unknown_rate = Rate::new(1000, 1000)).await;
    let provider = key_of(PROVIDER);
    let ask = |headers: Vec<(&'static str, String)>| {
        let mut request = hub.http.get(format!("{}/v1/parties/{PROVIDER}/inbox", hub.base));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        async { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(ask(vec![("x-api-key", provider.clone())]).await, 200);
    assert_eq!(ask(vec![("authorization", format!("bearer {provider}"))]).await, 200);
    for headers in [
        vec![("authorization", provider.clone())],
        vec![("authorization", format!("Basic {provider}"))],
        vec![("authorization", "Basic x".into()), ("x-api-key", provider.clone())],
        vec![("x-api-key", provider.clone()), ("x-api-key", provider.clone())],
        vec![
            ("authorization", format!("Bearer {provider}")),
            ("authorization", format!("Bearer {provider}")),
        ],
        vec![("x-api-key", format!("{provider}x"))],
        vec![("x-api-key", String::new())],
        vec![("x-api-key", " ".into())],
        vec![("authorization", "Bearer ".into())],
        vec![("authorization", "Bearer  ".into())],
        vec![("authorization", "DPoP ".into())],
        vec![("cookie", format!("x-api-key={provider}"))],
    ] {
        assert_eq!(ask(headers.clone()).await, 401, "{headers:?}");
    }
}

#[tokio::test]
async fn an_operators_key_that_is_switched_off_opens_nothing() {
    let hub = Hub::with(|options| {
        options.takes_operator_key = false;
        options.unknown_rate = Rate::new(1000, 1000);
    })
    .await;
    let mut asked = 0;
    for route in routes::all().filter(|route| !matches!(route.access, Access::Anyone)) {
        let path = route.path.replace("{party}", PROVIDER);
        let path = route.names_in_path().fold(path, |path, name| {
            path.replace(&format!("{{{name}}}"), SOME_ID)
                .replace(&format!("{{*{name}}}"), SOME_ID)
        });
        let (status, problem) = hub
            .ask(route.method.name(), &path, Some(OPERATOR), &body(route.id))
            .await;
        assert_eq!(
            (status, problem["code"].as_str()),
            (401, Some("BL-1116")),
            "{path}: {problem}"
        );
        asked += 1;
    }
    assert!(asked > 40, "{asked}");
    let inbox = format!("/v1/parties/{PROVIDER}/inbox");
    let (status, _) = hub.ask("GET", &inbox, Some(&key_of(PROVIDER)), &Value::Null).await;
    assert_eq!(status, 200, "parties call as before");
}

/// A truncated file could have left the hash of any text as the operator's key.
#[tokio::test]
async fn what_is_no_key_is_never_looked_up() {
    for raw in [
        "",
        " ",
        "blk_",
        "blk_operator",
        &"A".repeat(47),
        &format!("blk_{}", "A".repeat(43)),
    ] {
        assert_eq!(read_key(raw), None, "{raw:?}");
        let hub = Hub::with(|options| options.operator_key = crate::testing::hash_of_anything(raw)).await;
        for header in ["x-api-key", "authorization"] {
            let value = if header == "authorization" {
                format!("Bearer {raw}")
            } else {
                raw.to_owned()
            };
            let request = hub
                .http
                .get(format!("{}/v1/admin/parties", hub.base))
                .header(header, value);
            assert_eq!(
                request.send().await.unwrap().status().as_u16(),
                401,
                "{header}: {raw:?}"
            );
        }
    }
    assert!(read_key(OPERATOR).is_some() && read_key(&format!("{OPERATOR}A")).is_none());
}

#[test]
fn the_openapi_document_has_every_route_with_its_errors_and_who_may_call_it() {
    let document = openapi::document();
    for route in routes::all() {
        let operation = &document["paths"][openapi::documented_path(route)][route.method.name().to_ascii_lowercase()];
        assert_eq!(operation["operationId"], route.id, "{} {}", route.method, route.path);
        assert!(operation["x-access"].is_string() && operation["security"].is_array());
        for Answer { status, .. } in route.answers {
            assert!(
                operation["responses"][status.to_string()].is_object(),
                "{} has no {status}",
                route.id
            );
        }
        for code in route.all_errors() {
            let codes = &operation["responses"][listed_code(code).unwrap().status.to_string()]["x-codes"];
            assert!(
                codes.as_array().is_some_and(|c| c.contains(&json!(code))),
                "{} does not document {code}",
                route.id
            );
        }
        for name in route.names_in_path() {
            let parameters = operation["parameters"].as_array().unwrap();
            assert!(
                parameters.iter().any(|p| p["name"] == name && p["in"] == "path"),
                "{} lacks {name}",
                route.id
            );
        }
    }
    let ids: BTreeSet<_> = routes::all().map(|r| r.id).collect();
    assert_eq!(ids.len(), routes::all().count(), "an operation's id stands twice");
    let paths = document["paths"].as_object().unwrap();
    let operations: usize = paths.values().map(|p| p.as_object().unwrap().len()).sum();
    assert_eq!(operations, routes::all().count());
}

#[test]
fn every_schema_that_is_referred_to_is_there() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => {
                if let Some(name) = map
                    .get("$ref")
                    .and_then(Value::as_str)
                    .and_then(|r| r.strip_prefix("#/components/schemas/"))
                {
                    found.insert(name.to_owned());
                }
                map.values().for_each(|v| references(v, found));
            }
            Value::Array(items) => items.iter().for_each(|v| references(v, found)),
            _ => {}
        }
    }
    let document = openapi::document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    assert!(found.len() > 10);
    for name in found {
        assert!(document["components"]["schemas"][&name].is_object(), "{name}");
    }
}

#[test]
fn every_code_that_a_caller_may_get_has_a_title_and_a_page() {
    let pages = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors");
    let documented: BTreeSet<_> = routes::all().flat_map(Route::all_errors).collect();
    for code in documented {
        assert!(listed_code(code).is_some(), "{code} has no title");
    }
    for Listed { code, title, .. } in &CODES {
        assert!(
            pages.join(format!("{code}.md")).is_file(),
            "{code} ({}) has no page",
            title.text(Lang::English)
        );
    }
}

#[test]
fn the_consent_schema_has_the_codes_of_the_core() {
    let document = openapi::document();
    let grant = &document["components"]["schemas"]["Consent"]["properties"]["grants"]["items"]["properties"];
    assert_eq!(
        grant["categories"]["items"]["enum"],
        json!(Category::ALL.map(Category::code))
    );
    assert_eq!(grant["purpose"]["enum"], json!(Purpose::ALL.map(Purpose::code)));
}

#[tokio::test]
async fn what_is_no_route_is_a_problem_too() {
    let hub = Hub::start().await;
    let (status, problem) = hub.ask("GET", "/v1/nothing", None, &Value::Null).await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("BL-1107")));
    let (status, problem) = hub.ask("DELETE", "/v1/messages", None, &Value::Null).await;
    assert_eq!((status, problem["code"].as_str()), (405, Some("BL-1107")));
}

#[tokio::test]
async fn texts_are_in_the_language_that_is_asked_for_or_else_in_the_hubs_own() {
    let english = Hub::start().await;
    let bokmal = Hub::with(|options| options.language = Lang::Bokmal).await;
    let (in_english, in_bokmal) = (("en", "There is no such thing"), ("nb", "Det finnes ikke"));
    for (path, method, detail) in [
        ("v1/nothing", "GET", Detail::NoRoute),
        ("v1/messages", "DELETE", Detail::NoMethod),
        ("v1/messages/x", "GET", Detail::NoMessage),
    ] {
        for (hub, asked, (tag, title)) in [
            (&english, None, in_english),
            (&english, Some("nn, en;q=0.8"), in_bokmal),
            (&english, Some("de"), in_english),
            (&bokmal, None, in_bokmal),
            (&bokmal, Some("en-GB, no;q=0.5"), in_english),
        ] {
            let method = method.parse().unwrap();
            let mut request = hub
                .http
                .request(method, format!("{}/{path}", hub.base))
                .bearer_auth(OPERATOR);
            if let Some(asked) = asked {
                request = request.header("accept-language", asked);
            }
            let answer = request.send().await.unwrap();
            assert_eq!(answer.headers()["content-language"], tag, "{path} {asked:?}");
            let problem: Value = answer.json().await.unwrap();
            let lang = Lang::parse(tag).unwrap();
            assert_eq!(problem["detail"], detail.text(lang), "{path} {asked:?}");
            assert_eq!(
                (&problem["code"], &problem["title"]),
                (&json!("BL-1107"), &json!(title))
            );
        }
    }
}

#[tokio::test]
async fn parties_are_named_as_documents_name_them() {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    for name in [PROVIDER, "org:915933149", "org%3A915933149"] {
        assert_eq!(
            hub.ask(
                "GET",
                &format!("/v1/parties/{name}/inbox"),
                Some(&provider),
                &Value::Null
            )
            .await
            .0,
            200
        );
    }
    for (name, key, status) in [
        (GP, provider.as_str(), 403),
        ("finnes-ikke", &provider, 403),
        ("org:1", &provider, 403),
        ("finnes-ikke", OPERATOR, 404),
        ("%ff", OPERATOR, 404),
        ("..", OPERATOR, 404),
    ] {
        let answer = hub
            .ask("GET", &format!("/v1/parties/{name}/inbox"), Some(key), &Value::Null)
            .await;
        assert_eq!(answer.0, status, "{name}");
    }
}
