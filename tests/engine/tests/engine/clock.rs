//! The machine's clock jumps, which must not cause anything irreversible.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::clock::Trust;
use bindeledd_engine::EngineError;
use bindeledd_engine::ports::{Actor, AlertCounts, Clock as _};
use bindeledd_test_engine::{GP, PROVIDER, TestEngine, answer, progress};
use jiff::SignedDuration;
use serde_json::json;

use crate::{origin, s};

#[tokio::test]
async fn a_clock_that_jumps_ahead_expires_and_releases_nothing_until_it_is_right_again() {
    let test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(503));
    let mut message = progress("r1", "c", GP);
    message["expiresAt"] = json!((test.clock.now() + SignedDuration::from_hours(12)).to_string());
    let delivery = test.deliver(&message).await;
    test.until_attempts(delivery, 1).await;
    test.clock.set_by(SignedDuration::from_hours(24));
    test.advance(s(60));
    assert_eq!(test.until_alert(AlertKind::ClockWrong).await, "BL-4030");
    assert_eq!(test.state(delivery).await, "waiting", "neither sent nor expired");
    let refused = test.try_accept(PROVIDER, &progress("r2", "d", GP)).await;
    assert!(matches!(refused, Err(EngineError::Clock { .. })));
    test.clock.set_by(-SignedDuration::from_hours(24));
    test.advance(s(60));
    test.until(delivery, "delivered").await;
    assert_eq!(test.alerts(None).await.len(), 1, "told once");
    let counts = test.engine().views().alert_counts().await.unwrap();
    assert_eq!(counts, AlertCounts::default(), "the alert is over");
}

#[tokio::test]
async fn an_operator_accepts_a_clock_that_was_set_right() {
    let test = TestEngine::new().await;
    test.clock.set_by(-SignedDuration::from_hours(3));
    assert!(matches!(test.engine().clock_state().trust, Trust::Behind(_)));
    let refused = test.try_accept(PROVIDER, &progress("r1", "c", GP)).await;
    assert!(matches!(refused, Err(EngineError::Clock { .. })));
    let state = test
        .engine()
        .accept_clock("klokken var feil før", &Actor::Operator)
        .await
        .unwrap();
    assert_eq!((state.trust, state.machine), (Trust::Right, state.hub));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until(delivery, "delivered").await;
    assert_eq!(test.audited("clock-accepted").await, 1);
    let again = test.engine().accept_clock("en gang til", &Actor::Operator).await;
    assert!(matches!(again, Err(EngineError::Conflict { .. })));
}

#[tokio::test]
async fn a_hub_that_starts_with_a_clock_that_is_behind_its_own_log_does_not_release() {
    let mut test = TestEngine::new().await;
    test.courier.next_answer(&origin(GP), answer(503));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(delivery, 1).await;
    test.clock.set_by(-SignedDuration::from_hours(2));
    test.restart().await;
    assert!(matches!(test.engine().clock_state().trust, Trust::Behind(_)));
    test.advance(s(60));
    assert_eq!(test.until_alert(AlertKind::ClockWrong).await, "BL-4030");
    assert_eq!(test.sent().len(), 1);
    test.clock.set_by(SignedDuration::from_hours(2));
    test.advance(s(60));
    test.until(delivery, "delivered").await;
}
