//! The feed of topics: gathered for a second, by topic, and closed when the engine stops.

use std::time::Duration;

use bindeledd_engine::ports::{Actor, Heard, Listener, Topic};
use bindeledd_test_engine::{GP, PROVIDER, TestEngine, progress};

use crate::s;

fn topics(names: &str) -> Vec<Topic> {
    names.split(' ').map(|name| Topic::parse(name).unwrap()).collect()
}

/// Returns what the listener hears next. Time passes second by second meanwhile.
async fn heard(test: &TestEngine, listener: &mut Listener, at_most: Duration) -> Heard {
    let mut next = std::pin::pin!(listener.next(at_most));
    for _ in 0..2_000 {
        if let Ok(heard) = tokio::time::timeout(Duration::from_millis(5), next.as_mut()).await {
            return heard;
        }
        test.advance(s(1));
    }
    panic!("the listener hears nothing")
}

#[tokio::test]
async fn a_listener_hears_of_its_topics_and_not_what_changed() {
    let test = TestEngine::new().await;
    let gp = format!("party:{GP}");
    let mut listener = test
        .engine()
        .listen(topics(&format!("messages consents {gp} party:{PROVIDER}")));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until(delivery, "delivered").await;
    let expected = Heard::Changed(topics(&format!("messages {gp}")));
    assert_eq!(heard(&test, &mut listener, s(3600)).await, expected);
    // Later changes are heard once more, and then nothing.
    let mut last = expected;
    while last != Heard::Nothing {
        last = heard(&test, &mut listener, s(30)).await;
        assert_ne!(last, Heard::Closed);
    }
}

#[tokio::test]
async fn changes_are_gathered_before_they_are_told() {
    let test = TestEngine::new().await;
    let mut listener = test.engine().listen(topics("messages"));
    let before = test.engine().tick().0;
    for n in 0..5 {
        let delivery = test.deliver(&progress(&format!("r{n}"), &format!("c{n}"), GP)).await;
        test.until(delivery, "delivered").await;
    }
    assert_eq!(test.engine().tick(), (before, true), "time stands still");
    assert!(matches!(heard(&test, &mut listener, s(3600)).await, Heard::Changed(_)));
    assert!(test.engine().tick().0 <= before + 2, "five messages make no five ticks");
}

#[tokio::test]
async fn nothing_is_gathered_while_nobody_listens() {
    let test = TestEngine::new().await;
    let before = test.engine().tick();
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until(delivery, "delivered").await;
    test.advance(s(5));
    assert_eq!(test.engine().tick(), before);
    // The worker tells of its last change after the commit, maybe only now. Then all is quiet.
    let mut listener = test.engine().listen(topics("messages now parties"));
    while heard(&test, &mut listener, s(20)).await != Heard::Nothing {}
    test.engine()
        .pause(&test.party(GP), true, &Actor::Operator)
        .await
        .unwrap();
    assert_eq!(
        heard(&test, &mut listener, s(20)).await,
        Heard::Changed(topics("now parties"))
    );
}

#[tokio::test]
async fn every_listener_ends_with_the_engine() {
    let test = TestEngine::new().await;
    let mut listener = test.engine().listen(topics("now"));
    test.engine().close_feed();
    assert_eq!(listener.next(s(3600)).await, Heard::Closed);
    assert_eq!(test.engine().listen(topics("now")).next(s(3600)).await, Heard::Closed);
}
