//! Versions of an adapter: installed, taken into use, taken back and removed, while messages flow.

use std::collections::BTreeMap;
use std::sync::Arc;

use bindeledd_core::adapter_life::{AdapterDigest, Chosen};
use bindeledd_core::alert::AlertKind;
use bindeledd_core::{AccountId, AdapterId};
use bindeledd_engine::ports::Actor;
use bindeledd_engine::{AdapterChange, AdapterLifeError, AdapterUpload, EngineError};
use bindeledd_test_engine::versions::{CONFIGURED, VersionedAdapters, digest_of};
use bindeledd_test_engine::{GP, Hold, SPECIALIST, Sent, TestEngine, answer, progress};
use uuid::Uuid;

use crate::{origin, s};

/// A version with the needs of the configured one.
const NEW: u8 = b'3';
/// A version that needs a credential more.
const WIDER: u8 = b'2';

fn obedient() -> AdapterId {
    AdapterId::parse("obedient").unwrap()
}

const fn version(file: u8) -> Chosen {
    Chosen::Installed(digest_of(file))
}

fn upload(file: u8) -> AdapterUpload {
    AdapterUpload {
        adapter: obedient(),
        bytes: vec![file],
        signed_by: None,
        why: Some("the new form".into()),
    }
}

const fn to(chosen: Chosen) -> AdapterChange {
    AdapterChange {
        to: Some(chosen),
        seen: None,
        grant: false,
        why: None,
    }
}

const BACK: AdapterChange = AdapterChange {
    to: None,
    seen: None,
    grant: false,
    why: None,
};

async fn install(test: &TestEngine, file: u8) {
    let installed = test.engine().install_adapter(upload(file), &Actor::Operator).await;
    assert!(installed.unwrap().is_new);
}

async fn change(test: &TestEngine, change: AdapterChange) -> Result<Chosen, EngineError> {
    let changed = test
        .engine()
        .change_adapter(&obedient(), change, &Actor::Operator)
        .await;
    changed.map(|switching| switching.to)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, EngineError>) -> AdapterLifeError {
    match answer {
        Err(EngineError::AdapterLife(error)) => error,
        other => panic!("not refused: {other:?}"),
    }
}

/// Counts by version, from the paths of sendings.
fn written(sent: &[Sent]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for sent in sent {
        *counts
            .entry(sent.path.trim_start_matches("/in/").to_owned())
            .or_default() += 1;
    }
    counts
}

fn settled(versions: &Arc<VersionedAdapters>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for version in versions.settled() {
        *counts.entry(version.to_string()).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn a_delivery_is_settled_by_the_version_that_wrote_it() {
    let (test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    test.courier.hold(Hold::BeforeTheAnswer);
    let before = test.deliver(&progress("r1", "c", GP)).await;
    test.until_sent(1).await;
    assert_eq!(change(&test, to(version(NEW))).await.unwrap(), version(NEW));
    let after = test.deliver(&progress("r2", "d", GP)).await;
    let sent = test.until_sent(2).await;
    let path = |version: AdapterDigest| format!("/in/{version}");
    assert_eq!(
        [&*sent[0].path, &*sent[1].path],
        [path(CONFIGURED), path(digest_of(NEW))]
    );
    test.courier.hold(Hold::No);
    test.until(before, "delivered").await;
    test.until(after, "delivered").await;
    assert_eq!(settled(&versions), written(&sent));
}

#[tokio::test]
async fn frozen_bytes_stay_those_of_their_version_over_a_switch_and_a_restart() {
    let (mut test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    change(&test, to(version(NEW))).await.unwrap();
    test.courier.next_answer(&origin(GP), answer(503));
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.until_attempts(delivery, 1).await;
    change(&test, BACK).await.unwrap();
    test.stop_for(s(5)).await;
    test.until(delivery, "delivered").await;
    let sent = test.sent();
    assert_eq!(sent[0].path, format!("/in/{}", digest_of(NEW)));
    assert_eq!(sent[1].body, sent[0].body);
    assert_eq!(sent[1].path, sent[0].path);
    assert_eq!(settled(&versions), written(&sent));
}

#[tokio::test]
async fn switches_and_ways_back_under_load_lose_double_and_reorder_nothing() {
    const CONVERSATIONS: usize = 12;
    const EACH: usize = 10;
    let (test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    install(&test, b'4').await;
    let test = Arc::new(test);
    let senders = (0..CONVERSATIONS).map(|conversation| {
        let test = Arc::clone(&test);
        tokio::spawn(async move {
            let mut deliveries = Vec::new();
            let party = if conversation % 2 == 0 { GP } else { SPECIALIST };
            for n in 0..EACH {
                let message = progress(&format!("r{conversation}-{n}"), &format!("c{conversation}"), party);
                deliveries.push(test.deliver(&message).await);
                tokio::task::yield_now().await;
            }
            deliveries
        })
    });
    let senders: Vec<_> = senders.collect();
    // As many switches as the messages leave time for; the last one is a way back.
    let mut switches = 0;
    while switches < 6 || senders.iter().any(|sender| !sender.is_finished()) {
        let next = [to(version(NEW)), to(version(b'4')), BACK, BACK];
        change(&test, next[switches % 4].clone()).await.unwrap();
        switches += 1;
    }
    while !switches.is_multiple_of(4) {
        change(
            &test,
            [to(version(NEW)), to(version(b'4')), BACK, BACK][switches % 4].clone(),
        )
        .await
        .unwrap();
        switches += 1;
    }
    assert_eq!(versions.now(), Some(CONFIGURED));
    let mut order = Vec::new();
    for sender in senders {
        order.push(sender.await.unwrap());
    }
    for delivery in order.iter().flatten() {
        test.until(*delivery, "delivered").await;
    }
    let sent = test.sent();
    assert_eq!(
        sent.len(),
        CONVERSATIONS * EACH,
        "nothing is lost, and nothing is sent twice"
    );
    for conversation in &order {
        let of_it = sent
            .iter()
            .map(|sent| sent.delivery)
            .filter(|d| conversation.contains(d));
        assert_eq!(
            of_it.collect::<Vec<_>>(),
            *conversation,
            "a conversation keeps its order"
        );
    }
    assert_eq!(settled(&versions), written(&sent));
    assert_eq!(
        test.audited("adapter.used").await + test.audited("adapter.rolled-back").await,
        switches
    );
}

#[tokio::test]
async fn the_version_in_use_is_the_same_after_a_restart_and_left_files_are_gone() {
    let (mut test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    change(&test, to(version(NEW))).await.unwrap();
    versions.leave_file(digest_of(b'9'));
    test.restart().await;
    assert_eq!(versions.now(), Some(digest_of(NEW)));
    assert_eq!(versions.files(), [digest_of(NEW)].into());
    assert_eq!(change(&test, BACK).await.unwrap(), Chosen::Configured);
    test.restart().await;
    assert_eq!(versions.now(), Some(CONFIGURED));
}

#[tokio::test]
async fn a_version_in_use_that_can_not_be_loaded_sets_its_adapter_aside_and_its_messages_wait() {
    let (mut test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    change(&test, to(version(NEW))).await.unwrap();
    versions.break_file(digest_of(NEW));
    test.restart().await;
    assert_eq!(versions.now(), None);
    let alerts = test.alerts(None).await;
    assert!(
        alerts.contains(&(AlertKind::AdapterQuarantined, "BL-3032 obedient".into())),
        "{alerts:?}"
    );
    assert!(test.engine().adapter_line(&obedient()).await.unwrap().not_loaded);
    let delivery = test.deliver(&progress("r1", "c", GP)).await;
    test.eventually("the delivery waits", async || {
        (test.code(delivery).await == "BL-3032").then_some(())
    })
    .await;
    assert_eq!(test.state(delivery).await, "waiting");
    change(&test, BACK).await.unwrap();
    test.advance(s(600));
    test.until(delivery, "delivered").await;
    assert!(!test.engine().adapter_line(&obedient()).await.unwrap().not_loaded);
}

#[tokio::test]
async fn of_two_operators_at_once_the_second_is_told_who_was_first() {
    let (test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    install(&test, b'4').await;
    let by = [1, 2].map(|n| Actor::Person(AccountId(Uuid::from_u128(n))));
    let wish = |file| AdapterChange {
        seen: Some(Chosen::Configured),
        ..to(version(file))
    };
    let id = obedient();
    let (first, second) = tokio::join!(
        test.engine().change_adapter(&id, wish(NEW), &by[0]),
        test.engine().change_adapter(&id, wish(b'4'), &by[1]),
    );
    assert_ne!(first.is_ok(), second.is_ok(), "one of them was first");
    let (winner, told) = if first.is_ok() {
        (&by[0], second)
    } else {
        (&by[1], first)
    };
    let AdapterLifeError::Meanwhile { by, version, .. } = refused(told) else {
        panic!("the second is told")
    };
    assert_eq!(by, winner.to_string());
    assert!(version.contains(&versions.now().unwrap().to_string()), "{version}");
}

#[tokio::test]
async fn wider_needs_wait_for_a_grant() {
    let (test, versions) = TestEngine::that_switches().await;
    let installed = test.engine().install_adapter(upload(WIDER), &Actor::Operator).await;
    assert_eq!(installed.unwrap().waits.to_string(), "credentials archive");
    let error = refused(change(&test, to(version(WIDER))).await);
    assert!(matches!(&error, AdapterLifeError::NeedsGrant { needs, .. } if needs == "credentials archive"));
    assert_eq!(versions.now(), Some(CONFIGURED));
    let granted = AdapterChange {
        grant: true,
        ..to(version(WIDER))
    };
    change(&test, granted).await.unwrap();
    change(&test, BACK).await.unwrap();
    change(&test, to(version(WIDER))).await.unwrap();
    let rows = test.audit().await;
    let grants: Vec<_> = rows
        .iter()
        .filter(|row| row.detail.to_string().contains("granted"))
        .collect();
    assert_eq!(grants.len(), 1, "a grant is written down once");
}

#[tokio::test]
async fn what_can_not_be_installed_changes_nothing() {
    let (test, versions) = TestEngine::that_switches().await;
    let operator = Actor::Operator;
    for (file, code) in [(b'x', "BL-3012"), (b'f', "BL-3047")] {
        let error = test.engine().install_adapter(upload(file), &operator).await;
        assert_eq!(error.unwrap_err().code(), code);
    }
    let other = AdapterUpload {
        adapter: AdapterId::parse("other").unwrap(),
        ..upload(NEW)
    };
    let error = test.engine().install_adapter(other, &operator).await;
    assert_eq!(error.unwrap_err().code(), "BL-3046");
    assert!(versions.files().is_empty());
    assert_eq!(test.audited("adapter.installed").await, 0);
    for n in 0..8 {
        install(&test, b'A' + n).await;
    }
    let error = test.engine().install_adapter(upload(b'Z'), &operator).await;
    assert_eq!(error.unwrap_err().code(), "BL-3045");
    assert_eq!(versions.files().len(), 8, "the file of the ninth is gone");
    let again = test.engine().install_adapter(upload(b'A'), &operator).await.unwrap();
    assert!(!again.is_new);
    assert_eq!(versions.now(), Some(CONFIGURED));
}

#[tokio::test]
async fn a_version_in_use_stays_and_another_one_leaves_with_its_file() {
    let (test, versions) = TestEngine::that_switches().await;
    install(&test, NEW).await;
    install(&test, b'4').await;
    change(&test, to(version(NEW))).await.unwrap();
    let remove = async |file| {
        let engine = test.engine();
        engine
            .remove_adapter(&obedient(), digest_of(file), None, &Actor::Operator)
            .await
    };
    assert!(matches!(refused(remove(NEW).await), AdapterLifeError::InUse { .. }));
    assert!(matches!(
        refused(remove(b'9').await),
        AdapterLifeError::NoVersion { .. }
    ));
    remove(b'4').await.unwrap();
    assert_eq!(versions.files(), [digest_of(NEW)].into());
    assert!(matches!(
        refused(change(&test, to(version(b'4'))).await),
        AdapterLifeError::NoVersion { .. }
    ));
    assert_eq!(versions.now(), Some(digest_of(NEW)));
}
