//! A withdrawal at each step of a delivery: no sending under the withdrawn consent begins after the answer.

use bindeledd_core::DeliveryId;
use bindeledd_engine::ports::Actor;
use bindeledd_test_engine::{GP, Hold, PROVIDER, TestEngine, answer, progress};

use crate::{origin, s};

const NONE: [DeliveryId; 0] = [];

#[tokio::test]
async fn what_waits_is_cancelled_and_never_leaves() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(503));
    let tried = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(tried, 1).await;
    let behind = test.deliver(&progress("r2", "c", GP)).await;
    let answer = test.withdraw().await;
    let mut cancelled = answer.cancelled.clone();
    cancelled.sort();
    assert_eq!(cancelled, [tried, behind]);
    assert_eq!(answer.sending, [tried], "its first attempt may have arrived");
    assert_eq!(answer.reserved, NONE);
    test.advance(s(3600));
    // The GP may have received the first attempt, so that the GP is told of the withdrawal.
    let sent = test.until_sent(2).await;
    assert_eq!(sent[0].delivery, tried);
    assert_eq!(sent[1].json()["kind"], "consent-withdrawn");
    assert_eq!(
        (test.state(tried).await, test.state(behind).await),
        ("cancelled", "cancelled")
    );
}

#[tokio::test]
async fn what_is_being_written_does_not_leave() {
    let test = TestEngine::new().await;
    test.adapters.hold_writing(true);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.eventually("it is being written", async || {
        (test.adapters.written() == 1).then_some(())
    })
    .await;
    let answer = test.withdraw().await;
    assert_eq!(answer.cancelled, [delivery]);
    test.adapters.hold_writing(false);
    let other = test.try_accept(GP, &progress("g1", "g", PROVIDER)).await.unwrap();
    assert_eq!(other.deliveries[0].state, "blocked", "everything was withdrawn");
    assert_eq!(test.state(delivery).await, "cancelled");
    test.advance(s(60));
    assert_eq!(test.sent(), []);
}

#[tokio::test]
async fn what_is_released_and_has_not_begun_never_begins_after_the_answer() {
    let test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheyBegin);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until(delivery, "sending").await;
    let answer = test.withdraw().await;
    assert_eq!(answer.sending, [delivery], "its bytes might have been on the wire");
    test.courier.hold(Hold::No);
    test.eventually("it is given up", async || {
        (test.courier.given_up() == [delivery]).then_some(())
    })
    .await;
    test.advance(s(60));
    test.until(delivery, "cancelled").await;
    assert!(!test.sent_deliveries().contains(&delivery));
}

#[tokio::test]
async fn what_has_begun_is_named_and_its_receiver_told() {
    let test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheAnswer);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_sent(1).await;
    let answer = test.withdraw().await;
    assert_eq!((answer.sending, answer.cancelled), (vec![delivery], NONE.to_vec()));
    test.courier.hold(Hold::No);
    test.until(delivery, "delivered").await;
    let sent = test.until_sent(2).await;
    assert_eq!(sent[1].json()["kind"], "consent-withdrawn");
}

#[tokio::test]
async fn what_failed_at_the_receivers_is_not_tried_again_after_a_withdrawal() {
    let test = TestEngine::new().await;
    test.courier.hold(Hold::BeforeTheAnswer);
    test.courier.next_answer(&origin(GP), answer(503));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_sent(1).await;
    test.withdraw().await;
    test.courier.hold(Hold::No);
    test.until_attempts(delivery, 1).await;
    test.advance(s(60));
    test.until(delivery, "cancelled").await;
    let again = test.sent_deliveries().iter().filter(|sent| **sent == delivery).count();
    assert_eq!(again, 1);
}

#[tokio::test]
async fn a_party_withdraws_its_own_exchanges_and_sees_no_others() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(503));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(delivery, 1).await;
    let scope = bindeledd_engine::ports::Scope::Everything;
    let by = Actor::Party(test.party(GP));
    let seen = test.engine().withdraw(test.kari, scope, &by).await.unwrap();
    assert_eq!(seen.cancelled, [delivery]);
    assert!(
        seen.between
            .values()
            .all(|between| between.to == test.party(GP) || between.from == test.party(GP))
    );
}
