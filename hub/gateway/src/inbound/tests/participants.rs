//! A participant's rights over the API: the look-up, disclosures in three forms, and the export of all data.

use axum::http::header::CONTENT_TYPE;
use boon::{Compiler, Schemas};
use serde_json::{Value, json};

use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, consent, key_of, message};

const WHO: &str = "15720255178";
const NOBODY: &str = "31777207884";

/// Makes a hub whose GP has fetched one message. Returns the hub and the participant's pseudonym.
async fn fetched() -> (Hub, String) {
    let hub = Hub::start().await;
    let provider = key_of(PROVIDER);
    let (_, registered) = hub.ask("POST", "/v1/consents", Some(&provider), &consent()).await;
    let who = registered["participant"]["ref"].as_str().unwrap().to_owned();
    let mut summary = message("m-1");
    summary["kind"] = "start-meeting".into();
    summary["body"] = json!({
        "proposedTimes": [{"start": "2026-03-01T09:00:00+01:00"}], "place": "Havna", "measure": "ARBEIDSFORBEREDENDE_TRENING",
    });
    let (status, sent) = hub.ask("POST", "/v1/messages", Some(&provider), &summary).await;
    assert_eq!(status, 202, "{sent}");
    let path = format!("/v1/parties/{GP}/inbox");
    let (_, inbox) = hub.ask("GET", &path, Some(&key_of(GP)), &Value::Null).await;
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1, "{inbox}");
    (hub, who)
}

/// Asks for disclosures in a media type. Returns status, media type and body.
async fn as_type(hub: &Hub, path: &str, key: &str, accept: &str) -> (u16, String, String) {
    let request = hub.http.get(format!("{}{path}", hub.base)).bearer_auth(key);
    let answer = request.header("accept", accept).send().await.unwrap();
    let media_type = answer.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
    if media_type.starts_with("text/html") {
        assert!(
            answer.headers()["content-security-policy"]
                .to_str()
                .unwrap()
                .contains("default-src 'none'")
        );
    }
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), media_type, answer.text().await.unwrap())
}

async fn audited(hub: &Hub, action: &str) -> Vec<Value> {
    let (_, log) = hub
        .ask("GET", "/v1/admin/audit?limit=1000", Some(OPERATOR), &Value::Null)
        .await;
    let rows = log["rows"].as_array().unwrap().iter();
    rows.filter(|row| row["action"] == action).cloned().collect()
}

#[tokio::test]
async fn a_person_is_found_by_a_number_that_stands_in_no_address_no_answer_and_no_log() {
    let (hub, who) = fetched().await;
    let path = "/v1/admin/participants/lookup";
    let (status, found) = hub.ask("POST", path, Some(OPERATOR), &json!({"nationalId": WHO})).await;
    assert_eq!((status, &found), (200, &json!({"ref": who})));
    let (status, problem) = hub
        .ask("POST", path, Some(OPERATOR), &json!({"nationalId": NOBODY}))
        .await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("BL-1107")));
    for body in [
        json!({"nationalId": "15720255179"}),
        json!({"nationalId": WHO, "name": "x"}),
        json!({}),
    ] {
        let (status, problem) = hub.ask("POST", path, Some(OPERATOR), &body).await;
        assert_eq!(status, 422, "{problem}");
        assert!(!problem.to_string().contains("1572025517"), "{problem}");
    }
    let rows = audited(&hub, "participant-looked-up").await;
    let details: Vec<_> = rows
        .iter()
        .map(|row| (row["actor"].as_str(), row["detail"].clone()))
        .collect();
    let operator = Some("operator");
    assert_eq!(
        details,
        [
            (operator, json!({"participant": who})),
            (operator, json!({"found": false}))
        ]
    );
}

#[tokio::test]
async fn each_caller_sees_the_disclosures_that_are_its_own() {
    let (hub, who) = fetched().await;
    let path = format!("/v1/participants/{who}/disclosures");
    let (status, all) = hub.ask("GET", &path, Some(OPERATOR), &Value::Null).await;
    assert_eq!(status, 200, "{all}");
    let [disclosure] = all["disclosures"].as_array().unwrap().as_slice() else {
        panic!("{all}")
    };
    assert_eq!(
        (
            &disclosure["from"],
            &disclosure["to"],
            &disclosure["kind"],
            &disclosure["state"]
        ),
        (
            &json!(PROVIDER),
            &json!(GP),
            &json!("start-meeting"),
            &json!("awaiting-receipt")
        )
    );
    assert_eq!(
        (&disclosure["categories"], &disclosure["withheld"]),
        (&json!(["meeting"]), &json!(["goals"]))
    );
    let grant = &disclosure["grants"][0];
    assert_eq!(
        (&grant["consent"], &grant["index"], &grant["basis"]),
        (&consent()["id"], &json!(0), &json!("consent"))
    );
    assert_eq!(grant["givenAt"], "2026-01-20T09:00:00+01:00");
    let (_, sent) = hub.ask("GET", &path, Some(&key_of(PROVIDER)), &Value::Null).await;
    assert_eq!(
        sent["disclosures"], all["disclosures"],
        "its sender sees all of its own"
    );
    assert_eq!(all["looks"], json!([]), "nobody looked");
    assert_eq!(sent["looks"], Value::Null, "no party is told of looks");
    // A receiver learns at most that something was withheld, which its document said too.
    let (_, got) = hub.ask("GET", &path, Some(&key_of(GP)), &Value::Null).await;
    assert_eq!(got["disclosures"][0]["categories"], json!(["meeting"]));
    assert_eq!(got["disclosures"][0]["withheld"], Value::Null);
    for (key, who) in [
        (key_of(OUTSIDER), who.as_str()),
        (OPERATOR.into(), "019d0000-0000-7000-8000-000000000001"),
    ] {
        let path = format!("/v1/participants/{who}/disclosures");
        let (status, problem) = hub.ask("GET", &path, Some(&key), &Value::Null).await;
        assert_eq!((status, problem["code"].as_str()), (404, Some("BL-1107")));
    }
    let id = disclosure["delivery"].as_str().unwrap();
    let (_, older) = hub
        .ask(
            "GET",
            &format!("{path}?before={id}&limit=5"),
            Some(OPERATOR),
            &Value::Null,
        )
        .await;
    assert_eq!(older, json!({"disclosures": []}));
    for query in ["before=x", "limit=501", "language=no", "party=x"] {
        let (status, _) = hub
            .ask("GET", &format!("{path}?{query}"), Some(OPERATOR), &Value::Null)
            .await;
        assert_eq!(status, 422, "{query}");
    }
    // Each reading is recorded with its reader. A refused caller is not recorded as a reader.
    let readers: Vec<_> = audited(&hub, "disclosures-read")
        .await
        .iter()
        .map(|r| r["actor"].clone())
        .collect();
    assert_eq!(
        readers,
        [
            json!("operator"),
            json!(format!("party:{PROVIDER}")),
            json!(format!("party:{GP}"))
        ]
    );
}

#[tokio::test]
async fn the_page_is_for_the_operator_in_the_language_that_is_asked_for() {
    let (hub, who) = fetched().await;
    let path = format!("/v1/participants/{who}/disclosures");
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for (query, lang, word) in [
        ("", "nb", "Hvem har fått vite hva om deg"),
        ("?language=nn", "nn", "Kven har fått vite kva om deg"),
        ("?language=en", "en", "Who has been told what about you"),
    ] {
        let (status, media_type, page) = as_type(&hub, &format!("{path}{query}"), OPERATOR, browser).await;
        assert_eq!((status, media_type.as_str()), (200, "text/html; charset=utf-8"));
        assert!(
            page.contains(&format!("<html lang=\"{lang}\"")) && page.contains(word),
            "{page}"
        );
        assert!(
            page.contains("<table>") && !page.contains(WHO) && !page.contains("Havna"),
            "{page}"
        );
    }
    // The disclosures of one party would look like all disclosures.
    let (status, _, problem) = as_type(&hub, &path, &key_of(PROVIDER), browser).await;
    assert_eq!(status, 403, "{problem}");
}

#[tokio::test]
async fn the_form_of_an_answer_is_the_first_that_is_asked_for_and_known() {
    let (hub, who) = fetched().await;
    let path = format!("/v1/participants/{who}/disclosures");
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/fhir+json", "application/fhir+json; charset=utf-8"),
        (
            "image/png, Application/FHIR+json;fhirVersion=4.0",
            "application/fhir+json; charset=utf-8",
        ),
        ("image/png", "application/json"),
        ("application/json, text/html", "application/json"),
    ] {
        let (status, media_type, _) = as_type(&hub, &path, OPERATOR, accept).await;
        assert_eq!((status, media_type.as_str()), (200, expected), "{accept}");
    }
}

#[tokio::test]
async fn disclosures_are_audit_events_with_what_the_caller_may_see() {
    let (hub, who) = fetched().await;
    let path = format!("/v1/participants/{who}/disclosures");
    for (key, sees_withheld) in [(OPERATOR.to_owned(), true), (key_of(GP), false)] {
        let (_, _, body) = as_type(&hub, &path, &key, "application/fhir+json").await;
        let bundle: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&bundle["resourceType"], &bundle["type"]),
            (&json!("Bundle"), &json!("collection"))
        );
        let event = &bundle["entry"][0]["resource"];
        assert_eq!(event["resourceType"], "AuditEvent");
        let agents: Vec<_> = event["agent"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| &a["type"]["coding"][0]["code"])
            .collect();
        assert_eq!(agents, ["110153", "110152"]);
        // The provider appears by its organisation number; the GP, which has none, by its id in the hub.
        assert_eq!(
            event["agent"][0]["who"]["identifier"]["system"],
            "urn:oid:2.16.578.1.12.4.1.4.101"
        );
        assert_eq!(event["agent"][1]["who"]["identifier"]["value"], GP);
        assert_eq!(
            event["entity"][0]["what"]["identifier"]["value"],
            format!("urn:uuid:{who}")
        );
        assert_eq!(event["entity"][1]["securityLabel"][0]["code"], "meeting");
        assert_eq!(body.contains("withheld"), sees_withheld);
        assert!(!body.contains(WHO), "a pseudonym stands for the participant");
    }
    let (_, _, none) = as_type(&hub, &path, &key_of(OUTSIDER), "application/fhir+json").await;
    assert!(none.contains("BL-1107"), "{none}");
}

/// Validates a document against the published schema.
fn is_valid(document: &Value) -> Result<(), String> {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/schemas/participant-export.json"
    );
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    let index = compiler.compile(file, &mut schemas).unwrap();
    schemas.validate(document, index).map_err(|error| error.to_string())
}

#[test]
fn the_schema_of_an_export_has_the_codes_of_the_core() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../../docs/schemas/participant-export.json")).unwrap();
    let disclosure = &schema["properties"]["disclosures"]["items"]["properties"];
    let codes = json!(bindeledd_core::Category::ALL.map(bindeledd_core::Category::code));
    for set in ["categories", "withheld"] {
        assert_eq!(disclosure[set]["items"]["enum"], codes);
    }
}

#[tokio::test]
async fn an_export_has_everything_by_its_schema_and_its_reason_in_the_audit_log() {
    let (hub, who) = fetched().await;
    let path = format!("/v1/participants/{who}/export");
    for reason in ["", "ab", "Kari, 15720255178"] {
        let (status, problem) = hub.ask("POST", &path, Some(OPERATOR), &json!({"reason": reason})).await;
        assert_eq!((status, problem["path"].as_str()), (422, Some("reason")));
        assert!(!problem.to_string().contains("15720255178"), "{problem}");
    }
    assert_eq!(hub.ask("POST", &path, Some(OPERATOR), &json!({})).await.0, 422);
    assert_eq!(audited(&hub, "exported").await.len(), 0);
    let asked = json!({"reason": "innsynskrav 2026/17"});
    let (status, _) = hub.ask("POST", &path, Some(&key_of(PROVIDER)), &asked).await;
    assert_eq!((status, audited(&hub, "exported").await.len()), (403, 0));
    let (status, export) = hub.ask("POST", &path, Some(OPERATOR), &asked).await;
    assert_eq!(status, 200, "{export}");
    is_valid(&export).unwrap();
    assert_eq!(export["identity"]["nationalId"], WHO);
    assert_eq!(export["consents"][0]["evidence"]["reference"], "arkiv 2026/17");
    assert_eq!(export["messages"][0]["content"]["body"]["place"], "Havna");
    assert_eq!(export["messages"][0]["senderReference"], "m-1");
    assert_eq!(export["disclosures"].as_array().unwrap().len(), 1);
    assert_eq!(export["parties"][GP]["name"], GP);
    let [row] = <[Value; 1]>::try_from(audited(&hub, "exported").await).unwrap();
    assert_eq!(
        (&row["actor"], &row["detail"]["reason"]),
        (&json!("operator"), &asked["reason"])
    );
    assert_eq!(export["access"]["auditRow"], row["seq"]);
    assert_eq!(export["audit"].as_array().unwrap().last(), Some(&row));
    // The schema refuses a document that lacks a member.
    for member in ["identity", "messages", "access"] {
        let mut without = export.clone();
        without.as_object_mut().unwrap().remove(member);
        assert!(is_valid(&without).is_err(), "{member}");
    }
    let mut both = export;
    both["messages"][0]["contentRemoved"] = "x".into();
    assert!(is_valid(&both).is_err());
}

#[tokio::test]
async fn a_party_gets_a_code_to_hand_over_and_one_answer_where_there_is_nothing_to_show() {
    let (hub, who) = fetched().await;
    let path = |who: &str| format!("/v1/participants/{who}/code");
    let provider = key_of(PROVIDER);
    let ask = async |who: &str, key: &str| hub.ask("POST", &path(who), Some(key), &Value::Null).await;
    let (status, made) = ask(&who, &provider).await;
    assert_eq!(status, 201, "{made}");
    let code = made["code"].as_str().unwrap();
    assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
    assert!(made["expiresAt"].as_str().is_some());
    let (status, problem) = ask(&who, OPERATOR).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("BL-1102")));

    // Somebody unknown, somebody of others, and somebody who was protected in between.
    let (_, unknown) = ask("0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6bfe", &provider).await;
    let (_, of_others) = ask(&who, &key_of(OUTSIDER)).await;
    let protect = json!({"nationalId": WHO, "protected": true});
    let (status, _) = hub
        .ask("POST", "/v1/admin/participants/protect", Some(OPERATOR), &protect)
        .await;
    assert_eq!(status, 200);
    let (status, protected) = ask(&who, &provider).await;
    assert_eq!((status, protected["code"].as_str()), (404, Some("BL-1107")));
    for other in [&unknown, &of_others] {
        assert_eq!(
            (&other["code"], &other["detail"]),
            (&protected["code"], &protected["detail"])
        );
    }
    let rows = audited(&hub, "own-code.made").await;
    assert_eq!(rows.len(), 1);
    assert!(!rows[0].to_string().contains(code), "a code stands in no log");
}
