//! Meldingstjener as an inbox: the requests to it and the meaning of its answers, including the sample answers of its
//! own client.

use bindeledd_sdk::{
    Adapter as _, Context, InboxAnswer, InboxAsk, Item, Method, ReceiptStatus, Reference, Request, Response,
};
use gp_dialogmelding::Gp;
use serde_json::{Value, json};

use crate::common;

const ID: &str = "0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773";

fn context(settings: Value) -> Context {
    Context {
        settings,
        ..Context::example()
    }
}

fn ask(what: &InboxAsk, settings: Value) -> Option<Request> {
    Gp::ask(what, &context(settings))
}

fn item(id: &str) -> Item {
    Item {
        id: id.into(),
        sender: "her:8142952".into(),
        note: String::new(),
    }
}

fn sent() -> Vec<Reference> {
    vec![Reference::new("msgid", "x"), Reference::new("msh", ID)]
}

fn answered(what: &InboxAsk, status: u16, body: &[u8]) -> InboxAnswer {
    let response = Response {
        status,
        headers: vec![("retry-after".into(), "7".into())],
        body: body.to_vec(),
    };
    Gp::answered(what, &response, &context(json!({})))
}

fn line(request: &Request) -> (Method, &str) {
    (request.method, request.path.as_str())
}

#[test]
fn each_question_is_one_call_of_the_service() {
    let own = Context::example().endpoint.her_id.unwrap();
    let v2 = |what: &InboxAsk| ask(what, json!({})).unwrap();
    let v3 = |what: &InboxAsk| ask(what, json!({"api": "3"})).unwrap();
    let list = InboxAsk::List {
        cursor: Some("17".into()),
    };
    let unread = format!("/Messages?ReceiverHerIds={own}&IncludeMetadata=true&MessagesToFetch=100");
    assert_eq!(line(&v2(&list)), (Method::Get, unread.as_str()));
    assert_eq!(
        line(&v3(&list)),
        (Method::Get, format!("/notifications?herIds={own}&offset=17").as_str())
    );
    let listen = InboxAsk::Listen { cursor: None };
    assert!(ask(&listen, json!({})).is_none());
    assert_eq!(
        line(&v3(&listen)),
        (
            Method::Get,
            format!("/notifications/stream?herIds={own}&offset=0").as_str()
        )
    );
    let fetch = InboxAsk::Fetch(item(ID));
    assert_eq!(
        line(&v2(&fetch)),
        (Method::Get, format!("/Messages/{ID}/business-document").as_str())
    );
    let mark = InboxAsk::Mark(item(ID));
    assert_eq!(
        line(&v2(&mark)),
        (Method::Put, format!("/Messages/{ID}/read/{own}").as_str())
    );
    assert_eq!(
        line(&v3(&mark)),
        (Method::Put, format!("/messages/{ID}/downloaded/{own}").as_str())
    );
    assert_eq!(
        line(&v2(&InboxAsk::Status(sent()))),
        (Method::Get, format!("/Messages/{ID}/status").as_str())
    );
    assert_eq!(
        line(&v2(&InboxAsk::Receipt(sent()))),
        (Method::Get, format!("/Messages/{ID}/apprec").as_str())
    );
    for (request, api) in [(v2(&fetch), "2"), (v3(&fetch), "3")] {
        assert!(request.headers.contains(&("api-version".into(), api.into())));
        assert!(
            request
                .headers
                .contains(&("nhn-source-system".into(), "Bindeledd".into()))
        );
        assert_eq!(request.credential.as_deref(), Some("transport"));
    }
}

#[test]
fn what_does_not_fetch_and_what_is_no_id_asks_nothing() {
    let list = InboxAsk::List { cursor: None };
    assert!(ask(&list, json!({"fetch": false})).is_none());
    let nobody = Context {
        endpoint: bindeledd_sdk::Identity::default(),
        ..Context::example()
    };
    assert!(
        Gp::ask(&list, &nobody).is_none(),
        "without a HER-id of its own there is no inbox"
    );
    for id in ["", "../../admin", "0c8f3d36", "0c8f3d36-f9e7-4e3f-9d5c-c820fa9b577?x=1"] {
        assert!(ask(&InboxAsk::Fetch(item(id)), json!({})).is_none(), "{id}");
    }
    assert!(ask(&InboxAsk::Status(vec![Reference::new("msgid", ID)]), json!({})).is_none());
}

#[test]
fn a_declined_item_gets_a_negative_receipt_that_says_why() {
    let what = InboxAsk::Decline {
        item: item(ID),
        code: "BL-4012".into(),
        text: "avsenderen er ikke registrert".into(),
    };
    let request = ask(&what, json!({})).unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        body,
        json!({"appRecStatus": "Rejected", "appRecErrorList": [{"errorCode": "X99", "details": "Avsenderen er ikke registrert."}]})
    );
    assert!(request.path.starts_with(&format!("/Messages/{ID}/apprec/")));
}

#[test]
fn a_status_says_later_gone_or_nothing_yet() {
    let fetch = InboxAsk::Fetch(item(ID));
    for status in [401, 403, 423, 429, 500, 503] {
        assert_eq!(answered(&fetch, status, b""), InboxAnswer::Later(Some(7)), "{status}");
    }
    let gone = br#"{"error": "Could not find database document", "errorCode": 0}"#;
    assert_eq!(answered(&fetch, 404, gone), InboxAnswer::Gone);
    assert_eq!(answered(&InboxAsk::Mark(item(ID)), 404, gone), InboxAnswer::Gone);
    assert_eq!(answered(&InboxAsk::Mark(item(ID)), 204, b""), InboxAnswer::Done);
    assert_eq!(answered(&InboxAsk::Status(sent()), 404, gone), InboxAnswer::Done);
}

/// A portal's page, an empty answer, a bare 404 and another service's JSON all mean that the hub asks again later, whatever the
/// request was.
#[test]
fn what_is_not_the_services_own_word_is_later_and_changes_nothing() {
    let later = InboxAnswer::Later(Some(7));
    let questions = [
        InboxAsk::List { cursor: None },
        InboxAsk::Fetch(item(ID)),
        InboxAsk::Mark(item(ID)),
        InboxAsk::Status(sent()),
        InboxAsk::Receipt(sent()),
    ];
    for what in &questions {
        for status in [200, 201, 202, 404, 410] {
            for body in [
                &b"<!DOCTYPE html><html><body>Logg inn"[..],
                b"\xef\xbb\xbf\n<HTML>",
                b"",
                b" \r\n",
                b"\xff\xfe",
                b"OK",
            ] {
                assert_eq!(answered(what, status, body), later, "{what:?} {status} {body:?}");
            }
        }
        for status in [203, 301, 302, 307, 407, 511] {
            assert_eq!(answered(what, status, b"{}"), later, "{what:?} {status}");
        }
    }
    for what in [
        InboxAsk::List { cursor: None },
        InboxAsk::Status(sent()),
        InboxAsk::Receipt(sent()),
    ] {
        assert_eq!(answered(&what, 200, b"{\"ok\": true}"), later, "{what:?}");
    }
    for body in [
        &b"{}"[..],
        b"[]",
        br#"{"businessDocument": "%", "contentType": "a", "contentTransferEncoding": "base64"}"#,
        br#"{"businessDocument": "", "contentType": "a", "contentTransferEncoding": "base64"}"#,
        br#"{"businessDocument": "PGE+", "contentType": "a", "contentTransferEncoding": "utf8"}"#,
    ] {
        assert_eq!(answered(&questions[1], 200, body), later, "{body:?}");
    }
    // The document's sender chose this media type.
    let odd = format!(
        "{{\"businessDocument\": \"PGE+\", \"contentType\": \"a\\u0000{}\", \"contentTransferEncoding\": \"base64\"}}",
        "x".repeat(900)
    );
    let InboxAnswer::Document { media_type, body } = answered(&questions[1], 200, odd.as_bytes()) else {
        panic!("no document")
    };
    assert_eq!((media_type.as_str(), body.as_slice()), ("application/xml", &b"<a>"[..]));
}

#[test]
fn a_rejection_by_the_transport_refuses_without_waiting_for_a_receipt() {
    let body = json!([{"receiverHerId": 8_142_952, "transportDeliveryState": "Rejected", "appRecStatus": null}]);
    let InboxAnswer::Receipt(receipt) = answered(&InboxAsk::Status(sent()), 200, body.to_string().as_bytes()) else {
        panic!("no receipt")
    };
    assert_eq!(
        (receipt.status, receipt.refers_to.as_str()),
        (ReceiptStatus::Refused, ID)
    );
}

#[test]
fn a_copys_receiver_is_another_delivery() {
    let her = Context::example().party.her_id.unwrap();
    let body = json!([
        {"receiverHerId": 1, "transportDeliveryState": "Acknowledged", "appRecStatus": "Rejected"},
        {"receiverHerId": her, "transportDeliveryState": "Unconfirmed", "appRecStatus": null},
    ]);
    assert_eq!(
        answered(&InboxAsk::Status(sent()), 200, body.to_string().as_bytes()),
        InboxAnswer::Done
    );
}

/// The adapter understands every sample answer of the folder.
#[test]
fn the_sample_answers_are_understood() {
    let Some(folder) = common::standards() else { return };
    let sample = |name: &str| std::fs::read(folder.join("nhn-msh").join(name)).unwrap();
    let list = InboxAsk::List { cursor: None };
    let InboxAnswer::Listing(listing) = answered(&list, 200, &sample("get-messages-response.json")) else {
        panic!("no listing")
    };
    let ids: Vec<_> = listing.items.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(ids, [ID, "99607d81-18bd-45ee-a96f-85e3687a5e05"]);
    let document = answered(
        &InboxAsk::Fetch(item(ID)),
        200,
        &sample("get-business-document-response.json"),
    );
    let InboxAnswer::Document { media_type, body } = document else {
        panic!("no document")
    };
    assert_eq!(media_type, "application/xml");
    let read = common::say(&common::read(&body));
    assert!(!read.starts_with("refused"), "{read}");
    let status = InboxAsk::Status(sent());
    assert_eq!(answered(&status, 200, &sample("get-status.json")), InboxAnswer::Done);
    assert_eq!(
        answered(&status, 200, &sample("get-status-acked.json")),
        InboxAnswer::Ready
    );
    let receipt = |name| match answered(&InboxAsk::Receipt(sent()), 200, &sample(name)) {
        InboxAnswer::Receipt(receipt) => receipt,
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(receipt("get-apprecinfo-ok.json").status, ReceiptStatus::Ok);
    let rejected = receipt("get-apprecinfo-rejected.json");
    assert_eq!(
        (rejected.status, rejected.errors[0].code.as_str()),
        (ReceiptStatus::Refused, "E10")
    );
    assert_eq!(rejected.errors[0].text, "Ugyldig meldingsidentifikator");
}

/// If a page of v2 is full, the next list begins at the other end, so that stuck items hide no others.
#[test]
fn a_full_page_of_v2_is_looked_at_from_its_other_end() {
    let answer = |cursor: Option<&str>, count: usize| {
        let list = InboxAsk::List {
            cursor: cursor.map(Into::into),
        };
        let all: Vec<Value> = (0..count).map(|n| json!({"id": format!("odd-{n}")})).collect();
        match answered(&list, 200, json!(all).to_string().as_bytes()) {
            InboxAnswer::Listing(listing) => (listing.items.len(), listing.more, listing.cursor),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(answer(None, 101), (100, true, Some("newest".into())));
    assert_eq!(answer(Some("newest"), 100), (100, true, Some("oldest".into())));
    assert_eq!(answer(Some("newest"), 3), (3, false, Some("oldest".into())));
    let newest = InboxAsk::List {
        cursor: Some("newest".into()),
    };
    assert!(ask(&newest, json!({})).unwrap().path.ends_with("&OrderBy=Descending"));
    assert!(ask(&newest, json!({"api": "3"})).unwrap().path.ends_with("&offset=0"));
}

#[test]
fn v3_notifications_move_the_offset_behind_the_newest() {
    let list = InboxAsk::List {
        cursor: Some("4".into()),
    };
    let answer = |body: Value| {
        let response = Response {
            status: 200,
            headers: Vec::new(),
            body: body.to_string().into_bytes(),
        };
        match Gp::answered(&list, &response, &context(json!({"api": "3"}))) {
            InboxAnswer::Listing(listing) => (listing.items, listing.cursor),
            other => panic!("{other:?}"),
        }
    };
    let one = json!({"offset": 9, "messageId": ID, "senderHerId": 8_142_952});
    for body in [json!([one]), json!({"notifications": [one]})] {
        assert_eq!(answer(body), (vec![item(ID)], Some("10".into())));
    }
    // A page that is too long is cut after the allowed number of items, in order. Unreadable entries do not affect the others.
    let id = |n: usize| format!("0c8f3d36-f9e7-4e3f-9d5c-{n:012}");
    let mut many: Vec<Value> = (0..250)
        .map(|n| json!({"offset": n, "messageId": id(n), "senderHerId": 8_142_952}))
        .collect();
    many.reverse();
    let (items, cursor) = answer(json!(many));
    assert_eq!((items.len(), items[99].id.as_str()), (100, id(99).as_str()));
    assert_eq!(cursor.as_deref(), Some("100"));
    let strange = json!([{"offset": 7, "messageId": {"x": 1}}, 4, {"offset": 8, "messageId": "../x"}, one]);
    let (items, cursor) = answer(strange);
    assert_eq!(items.len(), 4);
    assert_eq!((items[3].id.as_str(), cursor.as_deref()), (ID, Some("10")));
    assert_eq!(
        answer(json!([])),
        (Vec::new(), Some("4".into())),
        "nothing new moves nothing"
    );
}
