//! Failed attempts: their pauses, repetitions and ends.

use bindeledd_core::DeliveryId;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::contract::{Response, Settlement};
use bindeledd_core::delivery::State;
use bindeledd_engine::ports::{Actor, AdapterFault, Clock as _, SendError};
use bindeledd_test_engine::{GP, PROVIDER, TestEngine, Written, answer, progress};
use jiff::SignedDuration;
use serde_json::json;

use crate::{origin, s};

/// Returns the time that a delivery still waits.
async fn waits(test: &TestEngine, delivery: DeliveryId) -> SignedDuration {
    match test.delivery(delivery).await.state {
        State::Waiting(waiting) => waiting.due.duration_since(test.clock.now()),
        other => panic!("it does not wait: {other:?}"),
    }
}

#[tokio::test]
async fn every_attempt_waits_longer_and_sends_the_same_bytes() {
    let test = TestEngine::new().await;
    for _ in 0..3 {
        test.courier.next_answer(&origin(GP), answer(503));
    }
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    for (attempts, at_least, at_most) in [(1, 500, 1000), (2, 1000, 2000), (3, 2000, 4000)] {
        test.until_attempts(delivery, attempts).await;
        let wait = waits(&test, delivery).await.as_millis();
        assert!(
            (at_least..=at_most).contains(&wait),
            "attempt {attempts} waits {wait} ms"
        );
        assert_eq!(test.code(delivery).await, "BL-4002");
        test.advance(s(4));
    }
    test.until(delivery, "delivered").await;
    let sent = test.sent();
    assert_eq!(sent.len(), 4);
    assert!(sent.iter().all(|again| *again == sent[0]));
    assert_eq!(test.adapters.written(), 1, "it is written once");
    assert_eq!(test.alerts(None).await, [], "it was delivered in the end");
}

#[tokio::test]
async fn a_receiver_may_ask_for_more_time() {
    let test = TestEngine::new().await;
    test.adapters.next_settlement(Settlement::RetryAfter(Some(120)));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(delivery, 1).await;
    assert_eq!(waits(&test, delivery).await, SignedDuration::from_secs(120));
    test.advance(s(119));
    test.deliver(&progress("r2", "d", GP)).await;
    test.until_sent(2).await;
    assert_eq!(test.state(delivery).await, "waiting");
    test.advance(s(1));
    test.until(delivery, "delivered").await;
}

#[tokio::test]
async fn what_is_of_no_use_any_longer_expires_and_its_sender_is_told_once() {
    let test = TestEngine::new().await;
    test.adapters.next_settlement(Settlement::RetryAfter(Some(3600)));
    let mut message = progress("r1", "c", GP);
    let soon = test.clock.now() + SignedDuration::from_mins(10);
    message["expiresAt"] = json!(soon.to_string());
    let accepted = test.accept(&message).await;
    let delivery = accepted.deliveries[0].id;
    test.until_attempts(delivery, 1).await;
    test.advance(s(601));
    test.until(delivery, "expired").await;
    assert_eq!(test.code(delivery).await, "BL-4001");
    assert_eq!(
        test.alerts(Some(PROVIDER)).await,
        [(AlertKind::DeliveryFailed, "BL-4001".to_owned())]
    );
    test.advance(s(7200));
    test.deliver(&progress("r2", "c", GP)).await;
    test.until_sent(2).await;
    assert_eq!(test.alerts(None).await.len(), 1);
}

#[tokio::test]
async fn an_answer_of_something_else_settles_nothing_and_is_told_of_once() {
    let test = TestEngine::new().await;
    let page = || {
        Ok(Response {
            status: 200,
            headers: vec![("content-type".into(), "text/html".into())],
            body: b"<html>Logg inn</html>".to_vec(),
        })
    };
    for _ in 0..3 {
        test.courier.next_answer(&origin(GP), page());
    }
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    for attempts in 1..=3 {
        test.until_attempts(delivery, attempts).await;
        assert_eq!(test.code(delivery).await, "BL-3110");
        test.advance(s(5));
    }
    test.until(delivery, "delivered").await;
    assert_eq!(
        test.alerts(None).await,
        [(AlertKind::StrangeAnswer, "BL-3110".to_owned())]
    );
}

#[tokio::test]
async fn an_adapter_that_can_not_now_costs_no_attempt() {
    let test = TestEngine::new().await;
    test.adapters.next_write(Written::Fault(AdapterFault::Busy));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.eventually("it is put off", async || {
        (test.code(delivery).await == "BL-3006").then_some(())
    })
    .await;
    assert_eq!(test.delivery(delivery).await.state.attempts(), 0);
    test.advance(s(10));
    test.until(delivery, "delivered").await;
    assert_eq!(test.sent().len(), 1);
    assert_eq!(test.alerts(None).await, []);
}

#[tokio::test]
async fn what_can_not_be_written_or_sent_fails_and_its_sender_is_told_in_the_same_transaction() {
    let trap = AdapterFault::Trapped {
        adapter: "obedient".into(),
        what: "unreachable".into(),
    };
    for (n, code) in ["BL-3102", "BL-3002", "BL-4003", "BL-4004"].into_iter().enumerate() {
        let test = TestEngine::new().await;
        match n {
            0 => test.adapters.next_write(Written::Refused("ingen ord for det".into())),
            1 => test.adapters.next_write(Written::Fault(trap.clone())),
            2 => test
                .courier
                .next_answer(&origin(GP), Err(SendError::Permanent("no such credential".into()))),
            _ => test.courier.next_answer(&origin(GP), answer(422)),
        }
        let failed = test.deliver(&progress("r1", "c", GP)).await;
        let next = test.deliver(&progress("r2", "c", GP)).await;
        test.until(next, "delivered").await;
        assert_eq!(test.code(failed).await, code);
        assert_eq!(
            test.alerts(Some(PROVIDER)).await,
            [(AlertKind::DeliveryFailed, code.to_owned())]
        );
        // The alert's row directly follows the step's.
        let audit = test.audit().await;
        let step = audit
            .iter()
            .position(|row| ["failed", "refused"].contains(&row.action.as_str()));
        assert_eq!(audit[step.unwrap() + 1].action, "alert-raised");
    }
}

#[tokio::test]
async fn an_adapter_that_fails_over_an_answer_leaves_it_for_the_next_attempt() {
    let test = TestEngine::new().await;
    test.adapters.next_settlement_fails(AdapterFault::Limit {
        adapter: "obedient".into(),
        limit: "fuel".into(),
    });
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(delivery, 1).await;
    assert_eq!(test.code(delivery).await, "BL-3003");
    test.advance(s(2));
    test.until(delivery, "delivered").await;
    assert_eq!(test.sent().len(), 2);
}

#[tokio::test]
async fn what_an_adapter_that_was_set_aside_has_to_write_waits_until_it_is_taken_back() {
    let test = TestEngine::new().await;
    test.adapters.quarantine(true);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    for _ in 0..3 {
        test.advance(s(60));
        test.eventually("it is put off", async || {
            (test.code(delivery).await == "BL-3005").then_some(())
        })
        .await;
    }
    assert_eq!(test.sent(), []);
    let adapter = bindeledd_core::AdapterId::parse("obedient").unwrap();
    assert!(test.engine().reset_adapter(&adapter, &Actor::Operator).await.unwrap());
    test.advance(s(60));
    test.until(delivery, "delivered").await;
    assert_eq!(test.audited("adapter-reset").await, 1);
}
