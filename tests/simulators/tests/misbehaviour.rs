//! Every misbehaviour, the TLS of the hub's port, and a simulator as a process.

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]
#![expect(unreachable_pub, reason = "helpers of tests")]

mod support;

use std::path::Path;
use std::time::Duration;

use bindeledd_simulators::{
    Authority, ControlClient, Kind, Options, Process, Simulator, TlsFiles, eventually, http_client,
};
use serde_json::{Value, json};
use support::{FakeHub, client, post_body, post_message, request_xml, start, start_gp};

const SOON: Duration = Duration::from_secs(10);

async fn post(address: &str) -> Result<reqwest::Response, reqwest::Error> {
    client()
        .post(format!("{address}/bindeledd/meldinger"))
        .json(&json!({"id": "p-1"}))
        .timeout(Duration::from_millis(500))
        .send()
        .await
}

async fn newest(control: &ControlClient) -> (Value, Value) {
    let arrival = control.arrivals(0).await.unwrap().pop().unwrap();
    (arrival["answered"].clone(), arrival["taken"].clone())
}

#[tokio::test]
async fn each_way_to_misbehave() {
    let (_provider, control, address) = start(Kind::Provider, None).await;
    let once = |mut order: Value| {
        order["times"] = json!(1);
        order
    };
    control
        .behave(&once(json!({"mode": "status", "status": 503})))
        .await
        .unwrap();
    assert_eq!(post(&address).await.unwrap().status(), 503);
    assert_eq!(newest(&control).await, (json!(503), json!(false)));

    control.behave(&once(json!({"mode": "refuse"}))).await.unwrap();
    assert_eq!(post(&address).await.unwrap().status(), 422);

    control.behave(&once(json!({"mode": "garbage"}))).await.unwrap();
    let garbage = post(&address).await.unwrap();
    assert_eq!(garbage.status(), 200);
    assert!(garbage.json::<Value>().await.is_err());

    control.behave(&once(json!({"mode": "lost-answer"}))).await.unwrap();
    let lost = post(&address).await.unwrap_err();
    assert!(
        lost.is_request() && !lost.is_timeout() && !lost.is_connect(),
        "{lost:?}"
    );
    assert_eq!(newest(&control).await, (Value::Null, json!(true)));

    control.behave(&once(json!({"mode": "hang"}))).await.unwrap();
    assert!(post(&address).await.unwrap_err().is_timeout());
    assert_eq!(newest(&control).await, (Value::Null, json!(false)));

    control.behave(&once(json!({"mode": "slow", "ms": 200}))).await.unwrap();
    let arrived = post(&address).await.unwrap();
    assert_eq!(arrived.status(), 202);

    // Each order was for one request, so that the simulator now behaves correctly again.
    assert_eq!(post(&address).await.unwrap().status(), 202);
    assert_eq!(control.arrivals(0).await.unwrap().len(), 7);
}

#[tokio::test]
async fn down_refuses_connections_and_up_is_on_the_same_port() {
    let (_provider, control, address) = start(Kind::Provider, None).await;
    assert_eq!(post(&address).await.unwrap().status(), 202);
    control.behave(&json!({"mode": "down"})).await.unwrap();
    let refused = eventually(SOON, || async {
        post(&address).await.err().filter(reqwest::Error::is_connect)
    })
    .await;
    assert!(refused.is_some());
    control.behave(&json!({"mode": "ok"})).await.unwrap();
    assert_eq!(post(&address).await.unwrap().status(), 202);
    assert_eq!(control.arrivals(0).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_slow_gp_has_taken_what_it_has_not_answered_yet() {
    let (_gp, control, address) = start_gp(None).await;
    control.behave(&json!({"mode": "slow", "ms": 60_000})).await.unwrap();
    let request = post_message(&address, &post_body(&request_xml("m-1"))).timeout(Duration::from_secs(20));
    let waiting = tokio::spawn(request.send());
    let arrival = control.arrival(0, SOON, |a| a["ids"]["msgid"] == "m-1").await.unwrap();
    assert_eq!(arrival["taken"], true);
    assert!(!waiting.is_finished());
    waiting.abort();
}

#[tokio::test]
async fn a_fhir_server_demands_a_message_and_sends_one() {
    let hub = FakeHub::start().await;
    let (_specialist, control, address) = start(Kind::Specialist, Some(hub.options("fjellvik-poliklinikk"))).await;
    let treatment = json!({"treatment": {"status": "started", "nationalId": "15720255178", "to": ["915933149"],
        "herId": 91111, "number": 7, "from": "2026-12-01", "text": "Ledig tirsdag og torsdag."}});
    let sent = control.send(&treatment).await.unwrap();
    assert_eq!(
        (&sent["status"], &sent["id"]),
        (&json!(202), &json!("urn:uuid:00000000-0000-4000-8000-000007000001"))
    );
    let (_, media_type, bytes) = hub.documents().remove(0);
    assert_eq!(media_type, "application/fhir+json");
    let bundle: Value = serde_json::from_slice(&bytes).unwrap();

    let post = |path: &str, media_type: &str, body: &Value| {
        client()
            .post(format!("{address}{path}"))
            .header("content-type", media_type)
            .body(body.to_string())
            .send()
    };
    let good = post("/$process-message", "application/fhir+json", &bundle)
        .await
        .unwrap();
    assert_eq!(good.status(), 200);
    assert_eq!(good.json::<Value>().await.unwrap()["resourceType"], "OperationOutcome");
    let answered = post("/fhir/$process-message?answer=bundle", "application/fhir+json", &bundle)
        .await
        .unwrap();
    let answered: Value = answered.json().await.unwrap();
    assert_eq!(
        answered["entry"][0]["resource"]["response"],
        json!({"identifier": "h7", "code": "ok"})
    );
    let mut no_focus = bundle.clone();
    no_focus["entry"].as_array_mut().unwrap().pop();
    for (path, media_type, body, status) in [
        ("/$process-message", "application/json", &bundle, 415),
        ("/Communication", "application/fhir+json", &bundle, 404),
        ("/$process-message", "application/fhir+json", &no_focus, 400),
        (
            "/$process-message",
            "application/fhir+json",
            &bundle["entry"][1]["resource"],
            400,
        ),
    ] {
        assert_eq!(
            post(path, media_type, body).await.unwrap().status(),
            status,
            "{path} {media_type}"
        );
    }
    let arrivals = control.arrivals(0).await.unwrap();
    assert_eq!(arrivals.iter().filter(|a| a["taken"] == true).count(), 2);
    assert_eq!(arrivals[0]["ids"]["event"], "treatment-status");
}

#[tokio::test]
async fn a_nav_office_fetches_keeps_and_acknowledges() {
    let hub = FakeHub::start().await;
    hub.state.inbox.lock().unwrap().push(json!({"delivery": "d-1", "message": "m-1", "mediaType": "application/json", "document": {"kind": "goals-agreed"}}));
    let (_nav, control, _) = start(Kind::Nav { poll_ms: 5 }, Some(hub.options("nav-nordvik"))).await;
    let arrival = control
        .arrival(0, SOON, |a| a["ids"]["delivery"] == "d-1")
        .await
        .unwrap();
    assert_eq!(
        (&arrival["answered"], &arrival["ids"]["message"]),
        (&json!(204), &json!("m-1"))
    );
    assert!(hub.state.inbox.lock().unwrap().is_empty());
    // A party whose acknowledgement was lost gets the item again.
    control
        .behave(&json!({"mode": "lost-answer", "times": 2}))
        .await
        .unwrap();
    hub.state
        .inbox
        .lock()
        .unwrap()
        .push(json!({"delivery": "d-2", "mediaType": "application/json", "document": {}}));
    let times = || async {
        let arrivals = control.arrivals(0).await.unwrap();
        Some(arrivals.iter().filter(|a| a["ids"]["delivery"] == "d-2").count()).filter(|n| *n == 3)
    };
    assert_eq!(eventually(SOON, times).await, Some(3));
}

fn pair(dir: &Path, authority: &Authority) -> TlsFiles {
    let files = TlsFiles {
        cert: dir.join("a.crt"),
        key: dir.join("a.key"),
        client_ca: None,
    };
    authority.write_leaf(&files.cert, &files.key).unwrap();
    authority.write_ca(&dir.join("ca.crt")).unwrap();
    files
}

#[tokio::test]
async fn tls_and_callers_without_a_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let files = pair(dir.path(), &Authority::new().unwrap());
    let open = Simulator::start(Options {
        tls: Some(files.clone()),
        ..Options::plain(Kind::Provider)
    })
    .await
    .unwrap();
    let trusting = http_client(Some(&dir.path().join("ca.crt"))).unwrap();
    let call = |port: u16| {
        trusting
            .post(format!("https://127.0.0.1:{port}/x"))
            .json(&json!({"id": "1"}))
            .send()
    };
    assert_eq!(call(open.address().unwrap().port()).await.unwrap().status(), 202);
    let stranger = client()
        .post(format!("https://{}/x", open.address().unwrap()))
        .send()
        .await;
    assert!(stranger.is_err());
    let demanding = TlsFiles {
        client_ca: Some(dir.path().join("ca.crt")),
        ..files
    };
    let demanding = Simulator::start(Options {
        tls: Some(demanding),
        ..Options::plain(Kind::Provider)
    })
    .await
    .unwrap();
    assert!(call(demanding.address().unwrap().port()).await.is_err());
}

#[tokio::test]
async fn a_process_listens_and_is_stopped() {
    let log = tempfile::tempfile().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_bindeledd-simulators"));
    let arguments = ["provider", "--record", "summary"].map(str::to_owned);
    let process = Process::start(binary, &arguments, log.try_clone().unwrap())
        .await
        .unwrap();
    let address = process.address.clone().unwrap();
    assert_eq!(post(&address).await.unwrap().status(), 202);
    let control = ControlClient::new(&process.control).unwrap();
    let arrival = control.arrivals(0).await.unwrap().remove(0);
    assert_eq!((&arrival["ids"]["id"], arrival.get("body")), (&json!("p-1"), None));
    process.stop().await;
    assert!(post(&address).await.is_err());
    let wrong = ["provider", "--tls-cert", "/nowhere"].map(str::to_owned);
    assert!(Process::start(binary, &wrong, log).await.is_err());
}

#[test]
fn a_process_ends_when_whoever_started_it_is_gone() {
    use std::io::BufRead as _;
    use std::process::{Command, Stdio};

    let mut child = Command::new(env!("CARGO_BIN_EXE_bindeledd-simulators"))
        .args(["specialist", "--end-with-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    assert!(line.contains("\"kind\":\"specialist\""), "{line}");
    assert!(child.try_wait().unwrap().is_none());
    drop(child.stdin.take());
    // The output ends when the process does.
    assert_eq!(output.read_line(&mut line).unwrap(), 0);
    assert!(child.wait().unwrap().success());
}
