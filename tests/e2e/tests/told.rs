//! The participants' form and the senders' texts, made by commands over a running hub.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::process::{Command, Output};

use bindeledd_e2e::{World, built_binary, person};
use serde_json::{Value, json};

fn bindeledd(world: &World, arguments: &[&str]) -> Output {
    Command::new(built_binary("bindeledd"))
        .arg("--config")
        .arg(world.hub.dir().join("bindeledd.toml"))
        .args(arguments)
        .args(["--url", world.hub.address()])
        .env("BINDELEDD__OUTBOUND__CA_FILES", world.dir.path().join("ca.pem"))
        .output()
        .unwrap()
}

fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_form_and_the_fhir_consent_come_from_a_registered_one() {
    let world = World::new(&[]).await;
    world
        .provider(
            "nordvik",
            None,
            json!({"name": "Nordvik Vekst", "phone": "70 00 00 00"}),
        )
        .await;
    let clinic =
        json!({"name": "Psykiatrisk poliklinikk", "publicLabel": "Sykehuset i Nordvik", "kind": "specialist-service"});
    world.provider("klinikken", None, clinic).await;
    let who = person(0);
    let consent = world
        .consent(&who, &[("nordvik", "klinikken", &["meeting", "goals"])])
        .await;
    let id = consent["id"].as_str().unwrap();
    let page = out(&bindeledd(&world, &["consent", "form", "--consent", id]));
    let joined = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        joined.contains("Kan Nordvik Vekst fortelle Sykehuset i Nordvik om dette?"),
        "{page}"
    );
    assert!(joined.contains("Si fra til Nordvik Vekst: 70 00 00 00."), "{page}");
    assert!(!page.contains("Psykiatrisk") && !page.contains(&who), "{page}");

    let fhir = out(&bindeledd(&world, &["consent", "show", id, "--fhir"]));
    assert!(!fhir.contains(&who), "{fhir}");
    let fhir: Value = serde_json::from_str(&fhir).unwrap();
    assert_eq!(fhir["resourceType"], "Consent");
    let file = world.dir.path().join("again.json");
    std::fs::write(&file, fhir.to_string()).unwrap();
    let again = out(&bindeledd(
        &world,
        &["consent", "register", file.to_str().unwrap(), "--json"],
    ));
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!((&again["id"], &again["grants"]), (&consent["id"], &consent["grants"]));
    let page_of_fhir = out(&bindeledd(
        &world,
        &["consent", "form", "--consent", file.to_str().unwrap()],
    ));
    assert_eq!(page_of_fhir, page);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_sees_what_was_flagged_and_what_a_consent_would_have_to_cover() {
    let world = World::new(&[]).await;
    let key = world.provider("nordvik", None, json!({})).await;
    world.provider("havna", None, json!({})).await;
    let who = person(0);
    world.consent(&who, &[("nordvik", "havna", &["goals"])]).await;
    let message = json!({
        "kind": "progress-update", "senderReference": "r1", "participant": {"nationalId": who}, "to": ["havna"],
        "sentAt": "2026-11-20T10:00:00+01:00", "body": {"status": "DELTAR", "concern": "Sykmeldt med P76."},
    });
    let (status, answer) = world.hub.call(Some(&key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    let shown = out(&bindeledd(
        &world,
        &["message", "show", answer["messages"][0]["id"].as_str().unwrap()],
    ));
    assert!(
        shown.contains("to havna: blocked, a consent would have to cover: progress"),
        "{shown}"
    );
    assert!(shown.contains("diagnosis-code in body.concern"), "{shown}");
    assert!(!shown.contains("P76"), "{shown}");
}
