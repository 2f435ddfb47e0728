//! Answers to senders' own systems, which are made from the outcome of acceptance, after its commit.

use bindeledd_engine::ports::AdapterFault;
use bindeledd_test_engine::{GP, PROVIDER, TestEngine, progress};

use crate::s;

fn document(reference: &str) -> Vec<u8> {
    format!("wants-receipt\n{}", progress(reference, reference, PROVIDER)).into_bytes()
}

#[tokio::test]
async fn a_sender_that_asks_gets_an_answer_in_its_own_format() {
    let test = TestEngine::new().await;
    test.document(GP, &document("d1")).await.unwrap();
    let sent = test.until_sent(1).await;
    assert_eq!(sent[0].path, "/answer");
    let outcome = test.adapters.acknowledged().remove(0);
    assert_eq!(outcome.messages[0].deliveries[0].state, "waiting");
    // A repeated document is answered again, since the first answer may have been lost.
    test.document(GP, &document("d1")).await.unwrap();
    test.until_sent(2).await;
    assert_eq!(test.audited("accepted").await, 1);
}

#[tokio::test]
async fn an_answer_is_given_after_a_stop_in_between() {
    let mut test = TestEngine::new().await;
    test.courier.hold(bindeledd_test_engine::Hold::BeforeTheyBegin);
    test.document(GP, &document("d1")).await.unwrap();
    test.restart().await;
    test.courier.hold(bindeledd_test_engine::Hold::No);
    test.advance(s(10));
    let sent = test.until_sent(1).await;
    assert_eq!(sent[0].path, "/answer");
}

#[tokio::test]
async fn an_answer_that_an_adapter_can_not_give_is_put_down_once_and_holds_up_no_other() {
    let test = TestEngine::new().await;
    test.adapters.next_answer_fails(AdapterFault::Trapped {
        adapter: "obedient".into(),
        what: "unreachable".into(),
    });
    test.document(GP, &document("d1")).await.unwrap();
    test.document(GP, &document("d2")).await.unwrap();
    let sent = test.until_sent(1).await;
    assert_eq!(sent[0].path, "/answer");
    test.advance(s(60));
    test.document(GP, &document("d3")).await.unwrap();
    assert_eq!(test.until_sent(2).await.len(), 2);
    assert_eq!(test.audited("answer-not-given").await, 1);
    let outcomes = test.adapters.acknowledged();
    assert_eq!(outcomes.len(), 2, "the first is not tried again");
}

#[tokio::test]
async fn an_adapter_that_is_set_aside_holds_up_no_other_answer() {
    let test = TestEngine::new().await;
    test.adapters.hold_writing(false);
    test.document(GP, &document("d1")).await.unwrap();
    test.until_sent(1).await;
    test.adapters.quarantine(true);
    assert!(test.document(GP, &document("d2")).await.is_err());
    test.adapters.quarantine(false);
    test.document(GP, &document("d2")).await.unwrap();
    test.until_sent(2).await;
}
