//! The hub is stopped at each step of a delivery.

use bindeledd_core::contract::Settlement;
use bindeledd_test_engine::{GP, Hold, TestEngine, answer, progress};

use crate::{origin, s};

#[tokio::test]
async fn what_was_on_the_wire_is_sent_again_with_the_same_bytes() {
    let mut test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheAnswer);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_sent(1).await;
    test.restart().await;
    test.courier.hold(Hold::No);
    test.until(delivery, "delivered").await;
    let sent = test.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(test.adapters.written(), 1);
}

#[tokio::test]
async fn what_was_released_and_what_waited_go_on_in_their_order() {
    let mut test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheyBegin);
    let first = test.deliver(&progress("r1", "c", GP)).await;
    test.until(first, "sending").await;
    let second = test.deliver(&progress("r2", "c", GP)).await;
    test.restart().await;
    test.courier.hold(Hold::No);
    test.until(second, "delivered").await;
    assert_eq!(test.sent_deliveries(), [first, second]);
}

#[tokio::test]
async fn what_was_being_written_is_written_anew() {
    let mut test = TestEngine::new().await;
    test.adapters.hold_writing(true);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.eventually("it is being written", async || {
        (test.adapters.written() == 1).then_some(())
    })
    .await;
    test.restart().await;
    test.adapters.hold_writing(false);
    test.until(delivery, "delivered").await;
    assert_eq!(test.sent().len(), 1);
}

#[tokio::test]
async fn what_waited_for_an_attempt_or_a_receipt_still_does() {
    let mut test = TestEngine::new().await;
    test.adapters.next_settlement(Settlement::AwaitingReceipt(Vec::new()));
    let awaited = test.deliver(&progress("r1", "c", GP)).await;
    test.until(awaited, "awaiting-receipt").await;
    test.courier.next_answer(&origin(GP), answer(503));
    let tried = test.deliver(&progress("r2", "d", GP)).await;
    test.until_attempts(tried, 1).await;
    test.restart().await;
    assert_eq!(test.state(awaited).await, "awaiting-receipt");
    assert_eq!(
        test.delivery(tried).await.state.attempts(),
        1,
        "attempts are remembered"
    );
    test.advance(s(10));
    test.until(tried, "delivered").await;
    test.document(GP, b"receipt ok ext-r1").await.unwrap();
    assert_eq!(test.state(awaited).await, "delivered");
}

#[tokio::test]
async fn a_withdrawal_from_before_a_stop_holds_after_it() {
    let mut test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheAnswer);
    let sending = test.deliver(&progress("r1", "c", GP)).await;
    test.until_sent(1).await;
    test.withdraw().await;
    test.restart().await;
    test.courier.hold(Hold::No);
    test.advance(s(10));
    test.until(sending, "cancelled").await;
    let again = test.sent_deliveries().iter().filter(|sent| **sent == sending).count();
    assert_eq!(again, 1);
}
