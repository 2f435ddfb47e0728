//! The order within a conversation to one receiver.

use bindeledd_core::contract::Settlement;
use bindeledd_engine::ports::Actor;
use bindeledd_test_engine::{GP, Hold, SPECIALIST, TestEngine, answer, progress};

use crate::{origin, s};

#[tokio::test]
async fn a_conversation_leaves_one_after_the_other_and_another_one_beside_it() {
    let test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheAnswer);
    let first = test.deliver(&progress("r1", "c", GP)).await;
    let second = test.deliver(&progress("r2", "c", GP)).await;
    let beside = test.deliver(&progress("r3", "d", GP)).await;
    let elsewhere = test.deliver(&progress("r4", "c", SPECIALIST)).await;
    test.until_sent(3).await;
    let mut sent = test.sent_deliveries();
    sent.sort();
    assert_eq!(sent, [first, beside, elsewhere]);
    assert_eq!(test.state(second).await, "waiting");
    test.courier.hold(Hold::No);
    test.until(second, "delivered").await;
    assert_eq!(test.sent_deliveries()[3..], [second]);
}

#[tokio::test]
async fn a_head_that_is_tried_again_holds_back_only_its_own_conversation() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(503));
    let head = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(head, 1).await;
    let behind = test.deliver(&progress("r2", "c", GP)).await;
    let beside = test.deliver(&progress("r3", "d", GP)).await;
    test.until(beside, "delivered").await;
    assert_eq!(test.state(behind).await, "waiting");
    test.advance(s(2));
    test.until(behind, "delivered").await;
    assert_eq!(test.sent_deliveries(), [head, beside, head, behind]);
}

#[tokio::test]
async fn what_waits_for_its_receipt_or_has_failed_lets_the_next_one_go() {
    for settlement in [
        Settlement::AwaitingReceipt(Vec::new()),
        Settlement::Refused(bindeledd_core::contract::Refusal::new("no", "nei")),
    ] {
        let test = TestEngine::new().await;
        test.adapters.next_settlement(settlement);
        let head = test.deliver(&progress("r1", "c", GP)).await;
        let behind = test.deliver(&progress("r2", "c", GP)).await;
        test.until(behind, "delivered").await;
        assert_eq!(test.sent_deliveries(), [head, behind]);
    }
}

#[tokio::test]
async fn what_is_sent_once_more_joins_the_tail() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(400));
    let refused = test.accept(&progress("r1", "c", GP)).await;
    let first = refused.deliveries[0].id;
    test.until(first, "refused").await;
    test.courier.hold(Hold::BeforeTheAnswer);
    let second = test.deliver(&progress("r2", "c", GP)).await;
    test.until_sent(2).await;
    let again = test.engine().retry(refused.id, &Actor::Operator).await.unwrap();
    assert_eq!(again, [first]);
    assert_eq!(test.state(first).await, "waiting");
    test.courier.hold(Hold::No);
    test.until(first, "delivered").await;
    assert_eq!(test.sent_deliveries(), [first, second, first]);
}

#[tokio::test]
async fn a_paused_party_gets_nothing_until_it_is_resumed() {
    let test = TestEngine::new().await;
    let gp = test.party(GP);
    assert!(test.engine().pause(&gp, true, &Actor::Operator).await.unwrap());
    let held = test.deliver(&progress("r1", "c", GP)).await;
    let other = test.deliver(&progress("r2", "c", SPECIALIST)).await;
    test.until(other, "delivered").await;
    assert_eq!(test.state(held).await, "waiting");
    assert!(test.engine().pause(&gp, false, &Actor::Operator).await.unwrap());
    test.until(held, "delivered").await;
    assert_eq!(test.sent_deliveries(), [other, held]);
}
