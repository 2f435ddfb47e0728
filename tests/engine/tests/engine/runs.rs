//! Runs of retries over a restart of the hub.

use std::time::Duration;

use bindeledd_core::DeliveryId;
use bindeledd_engine::ports::{Actor, MessageFilter, Selection};
use bindeledd_engine::{Order, RetryRun, RunStatus};
use bindeledd_test_engine::{GP, Hold, TestEngine, answer, progress};
use uuid::Uuid;

use crate::{origin, s};

/// Number of deliveries that wait after a failed attempt.
const MANY: usize = 5;

/// Makes deliveries that wait, each in a conversation of its own, the oldest first.
async fn waiting(test: &TestEngine) -> Vec<DeliveryId> {
    let mut waiting = Vec::new();
    for n in 0..MANY {
        test.courier.next_answer(&origin(GP), answer(503));
        let delivery = test.deliver(&progress(&format!("r{n}"), &format!("c{n}"), GP)).await;
        test.until_attempts(delivery, 1).await;
        waiting.push(delivery);
        // A run goes by the ids of messages, which begin with their time.
        test.advance(Duration::from_millis(2));
    }
    waiting
}

async fn begin(test: &TestEngine, order: Order) -> (String, RetryRun) {
    let filter = MessageFilter {
        state: Some("waiting".to_owned()),
        ..MessageFilter::default()
    };
    let selection = Selection::Filters(vec![filter]);
    let by = Actor::Operator;
    let preview = test.engine().preview_retry(&selection, &by).await.unwrap();
    assert_eq!(preview.effect.goes.len(), MANY);
    let run = test
        .engine()
        .retry_previewed(&preview.token, "the outage is over", order, &by);
    (preview.token.clone(), run.await.unwrap())
}

async fn run(test: &TestEngine, id: Uuid) -> RetryRun {
    test.engine().retry_run(id).await.unwrap().unwrap()
}

async fn until_over(test: &TestEngine, id: Uuid) -> RetryRun {
    test.eventually("the run is over", async || {
        let run = run(test, id).await;
        run.status.is_over().then_some(run)
    })
    .await
}

#[tokio::test]
async fn a_run_that_waits_for_its_first_goes_on_after_a_restart_and_sends_each_once() {
    let mut test = TestEngine::new().await;
    let waiting = waiting(&test).await;
    test.courier.hold(Hold::BeforeTheyBegin);
    let (token, began) = begin(&test, Order::OneFirst).await;
    test.eventually("the first is sent", async || {
        (run(&test, began.id).await.status == RunStatus::WaitsForFirst).then_some(())
    })
    .await;
    test.until(waiting[0], "sending").await;
    test.restart().await;
    assert_eq!(run(&test, began.id).await.status, RunStatus::WaitsForFirst);
    assert_eq!(test.audited("replayed").await, 1, "the others wait");
    test.courier.hold(Hold::No);
    let over = until_over(&test, began.id).await;
    assert_eq!((over.left(), over.status, over.done), (0, RunStatus::Done, MANY));
    for delivery in &waiting {
        test.until(*delivery, "delivered").await;
    }
    assert_eq!(test.audited("replayed").await, MANY, "each was put back once");

    // The token leads to the run after the restart as well, and begins no other.
    let again = test
        .engine()
        .retry_previewed(&token, "once more", Order::All, &Actor::Operator);
    assert_eq!(again.await.unwrap().id, began.id);
    assert_eq!(test.engine().retry_runs().await.unwrap().len(), 1);
    assert_eq!(test.audited("replayed").await, MANY);
}

#[tokio::test]
async fn what_a_run_did_is_told_after_a_restart() {
    let mut test = TestEngine::new().await;
    waiting(&test).await;
    let (_, began) = begin(&test, Order::All).await;
    let over = until_over(&test, began.id).await;
    test.restart().await;
    assert_eq!(run(&test, began.id).await, over);
    assert_eq!(
        (over.done, over.by, over.reason.as_str()),
        (MANY, Actor::Operator, "the outage is over")
    );
}

#[tokio::test]
async fn a_run_that_began_long_ago_is_told_as_interrupted_and_names_what_it_left() {
    let mut test = TestEngine::new().await;
    let waiting = waiting(&test).await;
    test.courier.hold(Hold::BeforeTheyBegin);
    let (_, began) = begin(&test, Order::OneFirst).await;
    test.until(waiting[0], "sending").await;
    test.stop_for(s(2 * 3600)).await;
    let over = run(&test, began.id).await;
    assert_eq!(
        (over.left(), over.status, over.done),
        (MANY - 1, RunStatus::Interrupted, 1)
    );
    let left = test.engine().left_of_retry(began.id).await.unwrap();
    assert_eq!(left, waiting[1..]);
    assert_eq!(test.audited("replayed").await, 1);
}
