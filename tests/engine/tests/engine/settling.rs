//! The outcomes of a sending: delivered, awaiting a receipt, refused, overdue.

use bindeledd_core::DeliveryId;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::contract::{Reference, Settlement};
use bindeledd_engine::DocumentAnswer;
use bindeledd_engine::ports::{Actor, ReceiptOutcome};
use bindeledd_test_engine::{GP, PROVIDER, SPECIALIST, TestEngine, answer, progress};

use crate::{origin, s};

async fn awaited(test: &TestEngine) -> DeliveryId {
    let own = Reference::new("msgid", "transport-1");
    test.adapters.next_settlement(Settlement::AwaitingReceipt(vec![own]));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until(delivery, "awaiting-receipt").await;
    delivery
}

async fn receipt(test: &TestEngine, from: &str, words: &str) -> ReceiptOutcome {
    match test.document(from, words.as_bytes()).await.unwrap() {
        DocumentAnswer::Receipt { outcome, .. } => outcome,
        other => panic!("no receipt: {other:?}"),
    }
}

#[tokio::test]
async fn a_receipt_settles_by_the_id_in_the_document_or_of_the_transport() {
    for id in ["ext-r1", "transport-1"] {
        let test = TestEngine::new().await;
        let delivery = awaited(&test).await;
        let outcome = receipt(&test, GP, &format!("receipt ok {id}")).await;
        assert_eq!(outcome, ReceiptOutcome::Settled(delivery));
        assert_eq!(test.state(delivery).await, "delivered");
        let again = receipt(&test, GP, &format!("receipt refused {id}")).await;
        assert_eq!(again, ReceiptOutcome::Nothing(delivery), "it was settled before");
        assert_eq!(test.alerts(None).await, []);
    }
}

#[tokio::test]
async fn a_receipt_that_refuses_is_told_to_the_sender() {
    let test = TestEngine::new().await;
    let delivery = awaited(&test).await;
    receipt(&test, GP, "receipt refused ext-r1").await;
    assert_eq!(
        (test.state(delivery).await, test.code(delivery).await.as_str()),
        ("refused", "BL-4004")
    );
    assert_eq!(
        test.alerts(Some(PROVIDER)).await,
        [(AlertKind::DeliveryFailed, "BL-4004".to_owned())]
    );
}

#[tokio::test]
async fn only_its_receiver_settles_a_delivery() {
    let test = TestEngine::new().await;
    let delivery = awaited(&test).await;
    assert_eq!(
        receipt(&test, SPECIALIST, "receipt ok ext-r1").await,
        ReceiptOutcome::Strange
    );
    assert_eq!(
        receipt(&test, GP, "receipt what ext-r1").await,
        ReceiptOutcome::Nothing(delivery)
    );
    assert_eq!(test.state(delivery).await, "awaiting-receipt");
    let kinds: Vec<_> = test.alerts(None).await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, [AlertKind::StrangeReceipt; 2]);
}

#[tokio::test]
async fn a_receipt_that_never_comes_fails_the_delivery_and_a_replay_sends_it_again() {
    let test = TestEngine::new().await;
    let delivery = awaited(&test).await;
    test.advance(s(3601));
    test.until(delivery, "failed").await;
    assert_eq!(test.code(delivery).await, "BL-4008");
    assert_eq!(
        test.alerts(Some(PROVIDER)).await,
        [(AlertKind::ReceiptOverdue, "BL-4008".to_owned())]
    );
    let newest = bindeledd_engine::ports::MessageFilter {
        limit: 1,
        ..Default::default()
    };
    let message = test.engine().views().messages(&newest).await.unwrap()[0].id;
    assert_eq!(
        test.engine().retry(message, &Actor::Operator).await.unwrap(),
        [delivery]
    );
    test.until(delivery, "delivered").await;
    let sent = test.sent();
    assert_eq!((sent.len(), &sent[0].body), (2, &sent[1].body), "the same bytes");
    assert_eq!(
        test.engine().retry(message, &Actor::Operator).await.unwrap(),
        [],
        "delivered is delivered"
    );
}

#[tokio::test]
async fn what_was_refused_or_blocked_goes_when_it_may() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(410));
    let refused = test.accept(&progress("r1", "c", GP)).await;
    test.until(refused.deliveries[0].id, "refused").await;
    assert_eq!(
        test.engine().cancel(refused.id, &Actor::Operator).await.unwrap(),
        [],
        "it does not wait"
    );
    test.engine().retry(refused.id, &Actor::Operator).await.unwrap();
    test.until(refused.deliveries[0].id, "delivered").await;
}

#[tokio::test]
async fn an_operator_cancels_what_waits() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(503));
    let accepted = test.accept(&progress("r1", "c", GP)).await;
    let delivery = accepted.deliveries[0].id;
    test.until_attempts(delivery, 1).await;
    assert_eq!(
        test.engine().cancel(accepted.id, &Actor::Operator).await.unwrap(),
        [delivery]
    );
    test.advance(s(60));
    let next = test.deliver(&progress("r2", "c", GP)).await;
    test.until(next, "delivered").await;
    assert_eq!(test.state(delivery).await, "cancelled");
    assert_eq!(test.sent_deliveries(), [delivery, next]);
}
