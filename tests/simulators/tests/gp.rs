//! The GP's system: Meldingstjener's requirements, the record system's letters, and the form in which both send.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can not go on fails, and says what it could not check"
)]
#![expect(unreachable_pub, reason = "helpers of tests")]

mod support;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use bindeledd_simulators::eventually;
use serde_json::{Value, json};
use support::{FakeHub, client, post_body, post_message, request_xml, start_gp, with_headers};

const SOON: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_message_is_taken_recorded_and_receipted() {
    let hub = FakeHub::start().await;
    // The hub is busy at first, so that the system retries with the same bytes.
    *hub.state.statuses.lock().unwrap() = vec![503];
    let (_gp, control, address) = start_gp(Some(&hub)).await;
    let response = post_message(&address, &post_body(&request_xml("m-1")))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    let id: String = response.json().await.unwrap();
    let sent = eventually(SOON, || async { Some(hub.documents()).filter(|d| d.len() == 2) })
        .await
        .unwrap();
    assert_eq!(sent[0], sent[1]);
    let (party, media_type, xml) = &sent[0];
    assert_eq!(
        (party.as_str(), media_type.as_str()),
        ("fjellvik-legekontor", "application/xml; charset=utf-8")
    );
    let xml = String::from_utf8(xml.clone()).unwrap();
    assert!(
        xml.contains(r#"<Status V="1" DN="OK"/>"#) && xml.contains("<Id>m-1</Id>"),
        "{xml}"
    );
    let arrivals = control.arrivals(0).await.unwrap();
    assert_eq!(arrivals.len(), 1);
    assert_eq!(arrivals[0]["ids"]["msgid"], "m-1");
    assert_eq!(arrivals[0]["ids"]["nhn-message"], id.as_str());
    assert_eq!(
        (&arrivals[0]["answered"], &arrivals[0]["taken"]),
        (&json!(201), &json!(true))
    );
    assert!(arrivals[0]["document"].as_str().unwrap().contains("to dager i uken"));
    let status: Value = get(&format!("{address}/Messages/{id}/status")).await;
    assert_eq!(
        status,
        json!([{"receiverHerId": 8_142_952, "transportDeliveryState": "Acknowledged", "appRecStatus": "Ok"}])
    );
    let receipt: Value = get(&format!("{address}/Messages/{id}/apprec")).await;
    assert_eq!(
        receipt,
        json!([{"receiverHerId": 8_142_952, "appRecStatus": "Ok", "appRecErrorList": []}])
    );
}

async fn get(url: &str) -> Value {
    let response = with_headers(client().get(url)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{url}");
    response.json().await.unwrap()
}

#[tokio::test]
async fn repetitions_are_recorded_each() {
    let (_gp, control, address) = start_gp(None).await;
    let body = post_body(&request_xml("m-1"));
    for _ in 0..3 {
        assert_eq!(post_message(&address, &body).send().await.unwrap().status(), 201);
    }
    let other = post_body(&request_xml("m-1").replace("to dager", "tre dager"));
    post_message(&address, &other).send().await.unwrap();
    let arrivals = control.arrivals(0).await.unwrap();
    let hash = |n: usize| arrivals[n]["sha256"].as_str().unwrap().to_owned();
    assert_eq!(arrivals.len(), 4);
    assert!(hash(0) == hash(1) && hash(1) == hash(2) && hash(2) != hash(3));
    let at = |n: usize| arrivals[n]["monotonicNanos"].as_u64().unwrap();
    assert!(at(0) < at(1) && at(1) < at(2));
    let summary = control.summary().await.unwrap();
    let counts = ["total", "distinct", "repeated", "changed"].map(|name| summary[name].as_u64().unwrap());
    assert_eq!(counts, [4, 1, 1, 1]);
    control.forget().await.unwrap();
    assert_eq!(control.summary().await.unwrap()["total"], 0);
}

#[tokio::test]
async fn a_request_that_breaks_the_openapi_page_is_refused_and_still_recorded() {
    let (_gp, control, address) = start_gp(None).await;
    let good = post_body(&request_xml("m-1"));
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    let without = |name: &str| {
        let mut body = good.clone();
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let xml = |xml: String| post_body(&xml);
    for (what, body) in [
        ("an extra property", with("extra", json!(1))),
        ("an extra override", with("ebXmlOverrides", json!({"extra": "x"}))),
        ("no document", without("businessDocument")),
        ("no content type", without("contentType")),
        ("no encoding", without("contentTransferEncoding")),
        ("an empty document", with("businessDocument", json!(""))),
        ("not base64", with("businessDocument", json!("<xml>"))),
        ("another content type", with("contentType", json!("text/plain"))),
        ("another encoding", with("contentTransferEncoding", json!("gzip"))),
        (
            "no declaration",
            xml(request_xml("m-1").lines().nth(1).unwrap().to_owned()),
        ),
        (
            "latin-1 declared",
            xml(request_xml("m-1").replace("UTF-8", "ISO-8859-1")),
        ),
        ("a DOCTYPE", xml(request_xml("m-1").replace("?>\n", "?>\n<!DOCTYPE x>"))),
        ("cut off", xml(request_xml("m-1").replace("</m:MsgHead>", ""))),
        (
            "no MsgId",
            xml(request_xml("m-1").replace("<m:MsgId>m-1</m:MsgId>", "")),
        ),
        (
            "no receiver",
            xml(request_xml("m-1").replace("<m:Id>8142952</m:Id>", "")),
        ),
    ] {
        let response = post_message(&address, &body).send().await.unwrap();
        assert_eq!(response.status(), 400, "{what}");
        let error: Value = response.json().await.unwrap();
        assert!(
            error["validationErrors"][0].is_string() && error["requestId"].is_string(),
            "{what}: {error}"
        );
    }
    let bare = client().post(format!("{address}/Messages")).json(&good);
    assert_eq!(bare.send().await.unwrap().status(), 400);
    let no_source = client()
        .post(format!("{address}/Messages"))
        .header("api-version", "2")
        .json(&good);
    assert_eq!(no_source.send().await.unwrap().status(), 400);
    let old = client()
        .post(format!("{address}/Messages"))
        .header("api-version", "1")
        .header("nhn-source-system", "x");
    assert_eq!(old.json(&good).send().await.unwrap().status(), 400);
    let text = with_headers(client().post(format!("{address}/Messages"))).header("content-type", "text/plain");
    assert_eq!(text.body(good.to_string()).send().await.unwrap().status(), 415);
    let arrivals = control.arrivals(0).await.unwrap();
    assert_eq!(arrivals.len(), 19);
    assert!(arrivals.iter().all(|a| a["taken"] == false));
    assert_eq!(post_message(&address, &good).send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn receipts_come_as_planned() {
    let hub = FakeHub::start().await;
    let (_gp, control, address) = start_gp(Some(&hub)).await;
    let mut expected = 0;
    for (plan, says, names) in [
        (
            json!({"status": "refused", "errors": [{"code": "E31", "text": "Feil & uriktig"}], "times": 1}),
            r#"<Status V="2" DN="Avvist"/><Error V="E31" S="2.16.578.1.12.4.1.1.8221" DN="Feil &amp; uriktig"/>"#,
            "m",
        ),
        (json!({"status": "partial"}), r#"<Status V="3""#, "m"),
        (json!({"status": "unknown"}), r#"<Status V="7""#, "m"),
        (
            json!({"status": "wrong-msg-id", "delayMs": 20}),
            r#"<Status V="1""#,
            "dead",
        ),
    ] {
        control.receipts(&plan).await.unwrap();
        post_message(&address, &post_body(&request_xml("m")))
            .send()
            .await
            .unwrap();
        expected += 1;
        let sent = eventually(SOON, || async { Some(hub.documents()).filter(|d| d.len() == expected) })
            .await
            .unwrap();
        let xml = String::from_utf8(sent[expected - 1].2.clone()).unwrap();
        assert!(
            xml.contains(says) && xml.contains(&format!("{names}</Id></OriginalMsgId>")),
            "{plan}: {xml}"
        );
    }
    // By the plan no receipt comes, and a letter that did not ask gets none. The next receipt is for the next letter that asks.
    control.receipts(&json!({"status": "none", "times": 1})).await.unwrap();
    post_message(&address, &post_body(&request_xml("silent")))
        .send()
        .await
        .unwrap();
    let unasked = request_xml("unasked").replace(r#"<m:Ack V="J" DN="Ja"/>"#, "");
    post_message(&address, &post_body(&unasked)).send().await.unwrap();
    post_message(&address, &post_body(&request_xml("asked")))
        .send()
        .await
        .unwrap();
    let sent = eventually(SOON, || async { Some(hub.documents()).filter(|d| d.len() > expected) })
        .await
        .unwrap();
    assert!(String::from_utf8_lossy(&sent[expected].2).contains("<Id>asked</Id>"));
    assert!(control.receipts(&json!({"status": "cheerful"})).await.is_err());
}

#[tokio::test]
async fn the_doctor_answers_asks_notes_and_refers() {
    let hub = FakeHub::start().await;
    let (_gp, control, address) = start_gp(Some(&hub)).await;
    control.receipts(&json!({"status": "none"})).await.unwrap();
    post_message(&address, &post_body(&request_xml("m-1")))
        .send()
        .await
        .unwrap();
    let attachment = json!([{"name": "Notat.pdf", "mediaType": "application/pdf", "base64": "JVBERi0="}]);
    let orders = [
        json!({"what": "answer", "inReplyTo": "m-1", "text": "Ja – to dager går fint, ikke på rad. Blåbær <og> æøå", "charset": "ISO-8859-1"}),
        json!({"what": "meeting-answer", "inReplyTo": "last", "meetingAnswer": 2, "wrapped": true}),
        json!({"what": "note", "inReplyTo": "m-1", "text": "Til orientering", "attachments": attachment}),
        json!({"what": "question", "text": "Når er neste møte?", "to": {"name": "Bindeledd", "herId": 8_094_866},
            "patient": {"nationalId": "31777207884", "givenName": "Line", "familyName": "Prøve"}}),
    ];
    for order in &orders {
        let sent = control.send(order).await.unwrap();
        assert_eq!(sent["status"], 202, "{sent}");
    }
    let sent = hub.documents();
    for (_, _, document) in &sent {
        valid(document);
    }
    let answer = &sent[0];
    assert_eq!(answer.1, "application/xml; charset=ISO-8859-1");
    let latin1 = |text: &str| {
        text.chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect::<Vec<u8>>()
    };
    let has = |document: &[u8], part: &[u8]| document.windows(part.len()).any(|w| w == part);
    assert!(has(&answer.2, &latin1("Blåbær &lt;og&gt; æøå")) && has(&answer.2, b"Ja &#8211; to dager"));
    assert!(has(
        &answer.2,
        b"<RefToParent>m-1</RefToParent><RefToConversation>samtale-1</RefToConversation>"
    ));
    assert!(has(&answer.2, b"<Id>8094866</Id>") && has(&answer.2, b"<Id>15720255178</Id>"));
    assert!(has(&sent[1].2, b"<EI_fellesformat") && has(&sent[1].2, b"1.8126"));
    assert!(has(&sent[2].2, b"<Description>Notat.pdf</Description>"));
    let referral = control
        .send(&json!({"what": "referral", "inReplyTo": "last", "text": "Henvises"}))
        .await
        .unwrap();
    assert_eq!(referral["status"], 202);
    assert!(has(&hub.documents()[4].2, br#"<Type V="HENVISNING""#));
    assert!(
        control
            .send(&json!({"what": "answer", "inReplyTo": "never-came"}))
            .await
            .is_err()
    );
    assert!(
        control
            .send(&json!({"what": "answer", "text": "to nobody"}))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_lies_ready_is_listed_fetched_receipted_and_marked_as_read() {
    let hub = FakeHub::start().await;
    let (_gp, control, address) = start_gp(Some(&hub)).await;
    let order = json!({"what": "note", "text": "Hei", "to": {"herId": 8_094_866}, "via": "queue",
        "patient": {"nationalId": "15720255178", "givenName": "Snill", "familyName": "Tester"}});
    let queued = control.send(&order).await.unwrap();
    let id = queued["queued"].as_str().unwrap();
    let list = format!("{address}/Messages?ReceiverHerIds=8094866");
    assert_eq!(get(&list).await, json!([{"id": id, "receiverHerId": 8_094_866}]));
    assert_eq!(get(&format!("{address}/Messages?ReceiverHerIds=1")).await, json!([]));
    let full = get(&format!("{list}&IncludeMetadata=true&MessagesToFetch=100")).await;
    assert_eq!(
        (&full[0]["isAppRec"], &full[0]["businessDocumentId"]),
        (&json!(false), &queued["id"])
    );
    for wrong in [
        "/Messages",
        "/Messages?ReceiverHerIds=8094866&MessagesToFetch=101",
        "/Messages?ReceiverHerIds=x",
    ] {
        assert_eq!(
            with_headers(client().get(format!("{address}{wrong}")))
                .send()
                .await
                .unwrap()
                .status(),
            400,
            "{wrong}"
        );
    }
    let document = get(&format!("{address}/Messages/{id}/business-document")).await;
    assert_eq!(document["contentTransferEncoding"], "base64");
    let apprec = format!("{address}/Messages/{id}/apprec/8094866");
    let post = |body: Value| with_headers(client().post(&apprec)).json(&body).send();
    assert_eq!(post(json!({"appRecStatus": "Fine"})).await.unwrap().status(), 400);
    assert_eq!(
        post(json!({"appRecStatus": "Ok", "appRecErrorList": []}))
            .await
            .unwrap()
            .status(),
        201
    );
    let read = |her: u32| with_headers(client().put(format!("{address}/Messages/{id}/read/{her}"))).send();
    assert_eq!(read(1).await.unwrap().status(), 404);
    assert_eq!(read(8_094_866).await.unwrap().status(), 204);
    assert_eq!(get(&list).await, json!([]));
}

/// Validates a document against the official schemas, if these and `xmllint` are available.
fn valid(document: &[u8]) {
    let standards = std::env::var_os("BINDELEDD_STANDARDS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards"),
        PathBuf::from,
    );
    let schema = standards.join("xsd/all.xsd");
    // The schemas do not cover the wrapping.
    let wrapped = document.windows(15).any(|w| w == b"EI_fellesformat");
    if !schema.exists() || wrapped {
        println!(
            "not validated: {} is not there, or the document is wrapped",
            schema.display()
        );
        return;
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(document).unwrap();
    let run = std::process::Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .arg(file.path())
        .output();
    match run {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => println!("not validated: xmllint is not there"),
    }
}

#[tokio::test]
async fn receipts_of_both_versions_are_valid() {
    for app_rec_1_0 in [false, true] {
        let hub = FakeHub::start().await;
        let gp = bindeledd_simulators::Gp {
            app_rec_1_0,
            ..bindeledd_simulators::Gp::default()
        };
        let (_gp, control, address) = support::start(
            bindeledd_simulators::Kind::Gp(gp),
            Some(hub.options("fjellvik-legekontor")),
        )
        .await;
        control.receipts(&json!({"status": "refused"})).await.unwrap();
        post_message(
            &address,
            &post_body(&request_xml("00000000-0000-4000-8000-000000000001")),
        )
        .send()
        .await
        .unwrap();
        let sent = eventually(SOON, || async { hub.documents().pop() }).await.unwrap();
        valid(&sent.2);
    }
}
