//! Consents exported as FHIR, and imported again.

use bindeledd_consent_document::read_consent;
use serde_json::{Value, json};

use crate::testing::{GP, Hub, OPERATOR, OUTSIDER, PROVIDER, PROVIDER_ORG, consent, key_of};

const FHIR: &str = "application/fhir+json";

async fn fhir(hub: &Hub, key: &str) -> (u16, String, Value) {
    let path = format!("{}/v1/consents/{}", hub.base, consent()["id"].as_str().unwrap());
    let request = hub.http.get(path).bearer_auth(key).header("accept", FHIR);
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
    (status, media_type, response.json().await.unwrap())
}

fn codes(consent: &Value) -> Vec<Value> {
    let provisions = consent["provision"]["provision"].as_array().unwrap();
    provisions
        .iter()
        .map(|p| {
            p["securityLabel"]
                .as_array()
                .unwrap()
                .iter()
                .map(|l| l["code"].clone())
                .collect()
        })
        .collect()
}

#[tokio::test]
async fn what_comes_out_as_fhir_can_be_registered_again_and_means_the_same() {
    let hub = Hub::start().await;
    let key = key_of(PROVIDER);
    let mut given = consent();
    given["period"]["end"] = "2027-05-20".into();
    given["evidence"]["sha256"] = "0a".repeat(32).into();
    assert_eq!(hub.ask("POST", "/v1/consents", Some(&key), &given).await.0, 201);
    let (status, media_type, out) = fhir(&hub, &key).await;
    assert_eq!((status, media_type.as_str()), (200, FHIR));
    assert!(!out.to_string().contains("15720255178"), "{out}");
    assert_eq!(
        codes(&out),
        [json!(["meeting", "progress"]), json!(["treatment-status"])]
    );
    // A grant that its sender has not confirmed yet permits nothing to any reader.
    let provisions = &out["provision"]["provision"];
    assert_eq!(provisions[0]["modifierExtension"], Value::Null);
    assert_eq!(provisions[1]["modifierExtension"][0]["valueBoolean"], true);
    // The same id with the same content is the same consent.
    let body = out.to_string().into_bytes();
    let (status, again) = hub.send("POST", "/v1/consents", Some(&key), FHIR, body).await;
    assert_eq!(status, 200, "{again}");
    // The same content under a new id is a second consent.
    let id = "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a99";
    let mut anew = out.clone();
    anew["identifier"][0]["value"] = format!("urn:uuid:{id}").into();
    let (status, registered) = hub
        .send("POST", "/v1/consents", Some(&key), FHIR, anew.to_string().into_bytes())
        .await;
    assert_eq!(status, 201, "{registered}");
    let (_, first) = hub
        .ask(
            "GET",
            &format!("/v1/consents/{}", consent()["id"].as_str().unwrap()),
            Some(&key),
            &Value::Null,
        )
        .await;
    for same in [
        "participant",
        "givenAt",
        "givenBy",
        "controller",
        "registrar",
        "evidence",
        "textVersion",
        "period",
        "grants",
        "status",
    ] {
        assert_eq!(registered[same], first[same], "{same}");
    }
    // The operator may register any consent, but does not thereby confirm the grants that the document marks as unconfirmed.
    let mut by_operator = out.clone();
    by_operator["identifier"][0]["value"] = "urn:uuid:0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a98".into();
    let (_, registered) = hub
        .send(
            "POST",
            "/v1/consents",
            Some(OPERATOR),
            FHIR,
            by_operator.to_string().into_bytes(),
        )
        .await;
    let confirmed: Vec<_> = registered["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| g["confirmed"].clone())
        .collect();
    assert_eq!(confirmed, [json!(true), json!(false)]);
    // A pseudonym that the hub never gave identifies nobody.
    anew["patient"]["identifier"]["value"] = "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a00".into();
    anew["performer"][0]["identifier"]["value"] = "0b0f7b5e-6a53-4c36-9d3e-0b6f2f1f6a00".into();
    let (status, problem) = hub
        .send("POST", "/v1/consents", Some(&key), FHIR, anew.to_string().into_bytes())
        .await;
    assert_eq!((status, problem["path"].as_str()), (422, Some("participant")));
}

#[tokio::test]
async fn who_sees_a_part_gets_a_part_that_says_so_and_can_not_be_registered() {
    let hub = Hub::start().await;
    let mut wide = consent();
    let further =
        json!({"from": PROVIDER, "to": OUTSIDER, "purpose": "work-oriented-followup", "categories": ["goals"]});
    wide["grants"].as_array_mut().unwrap().push(further);
    hub.ask("POST", "/v1/consents", Some(&key_of(PROVIDER)), &wide).await;
    let (_, _, part) = fhir(&hub, &key_of(GP)).await;
    assert_eq!(codes(&part).len(), 2);
    assert!(!part.to_string().contains(OUTSIDER));
    assert_eq!(part["meta"]["tag"][0]["code"], "SUBSETTED");
    let (status, problem) = hub
        .send(
            "POST",
            "/v1/consents",
            Some(OPERATOR),
            FHIR,
            part.to_string().into_bytes(),
        )
        .await;
    assert_eq!(
        (status, problem["path"].as_str()),
        (422, Some("meta.tag[0]")),
        "{problem}"
    );
    for whole in [OPERATOR, &key_of(PROVIDER)] {
        let (_, _, whole) = fhir(&hub, whole).await;
        assert_eq!((codes(&whole).len(), &whole["meta"]["tag"]), (3, &Value::Null));
    }
    let (status, _, problem) = fhir(&hub, "blk_nobody").await;
    assert_eq!((status, problem["code"].as_str()), (401, Some("BL-1101")));
}

#[tokio::test]
async fn what_was_taken_back_is_not_in_it() {
    let hub = Hub::start().await;
    let key = key_of(PROVIDER);
    hub.ask("POST", "/v1/consents", Some(&key), &consent()).await;
    let path = format!("/v1/consents/{}/withdraw", consent()["id"].as_str().unwrap());
    let progress = json!({"from": format!("org:{PROVIDER_ORG}"), "to": GP, "categories": ["progress"]});
    assert_eq!(hub.ask("POST", &path, Some(&key), &progress).await.0, 200);
    let (_, _, out) = fhir(&hub, &key).await;
    assert_eq!(codes(&out)[0], json!(["meeting"]));
    assert_eq!(out["status"], "active");
    let party = json!({"party": GP});
    assert_eq!(hub.ask("POST", &path, Some(&key), &party).await.0, 200);
    let (_, _, out) = fhir(&hub, &key).await;
    assert_eq!(out["status"], "inactive", "nothing is left of it");
    let read = read_consent(out.to_string().as_bytes(), Some(FHIR)).unwrap();
    assert!(matches!(
        read.status,
        bindeledd_consent_document::DocumentStatus::Withdrawn { at: Some(_) }
    ));
}
