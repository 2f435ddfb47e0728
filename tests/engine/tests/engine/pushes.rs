//! Tests of pushes of alerts: by urgency and hours of duty, over restarts, and while a target fails.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bindeledd_core::AlertId;
use bindeledd_core::alert::{AlertKind, AlertStanding, DutyHours, PushRule, Severity};
use bindeledd_engine::ports::{AlertFilter, Clock as _, PushError, PushNotice, Pusher};
use bindeledd_engine::{PushSettings, PushTarget, Settings};
use bindeledd_test_engine::TestEngine;
use bindeledd_watch::{OperatorEvent, act_on};
use jiff::SignedDuration;

use crate::s;

/// A target that takes one alert at a time, and fails when it is told to.
#[derive(Default)]
struct Hook {
    taken: Mutex<Vec<(AlertKind, u32)>>,
    is_away: AtomicBool,
    is_busy: AtomicBool,
    /// Whether the target refuses each alert that it has not seen, and from then on always.
    refuses_new: AtomicBool,
    refused: Mutex<BTreeSet<AlertId>>,
    tried: AtomicUsize,
}

#[async_trait]
impl Pusher for Hook {
    fn at_once(&self) -> usize {
        1
    }

    async fn push(&self, notices: &[PushNotice]) -> Result<(), PushError> {
        self.tried.fetch_add(1, Ordering::SeqCst);
        if self.is_away.load(Ordering::SeqCst) {
            return Err(PushError::Away("no connection"));
        }
        if self.is_busy.load(Ordering::SeqCst) {
            return Err(PushError::NotNow(503));
        }
        assert_eq!(notices.len(), 1);
        let mut refused = self.refused.lock().unwrap();
        if self.refuses_new.load(Ordering::SeqCst) {
            refused.insert(notices[0].alert);
        }
        if refused.contains(&notices[0].alert) {
            return Err(PushError::Refused(410));
        }
        self.taken.lock().unwrap().push((notices[0].kind, notices[0].number));
        Ok(())
    }
}

impl Hook {
    fn taken(&self) -> Vec<(AlertKind, u32)> {
        self.taken.lock().unwrap().clone()
    }
}

/// A target that takes all alerts at once, as a mail.
#[derive(Default)]
struct Post(Mutex<Vec<Vec<(AlertKind, u32)>>>);

#[async_trait]
impl Pusher for Post {
    fn at_once(&self) -> usize {
        50
    }

    async fn push(&self, notices: &[PushNotice]) -> Result<(), PushError> {
        let mail = notices.iter().map(|notice| (notice.kind, notice.number)).collect();
        self.0.lock().unwrap().push(mail);
        Ok(())
    }
}

impl Post {
    fn mails(&self) -> Vec<Vec<(AlertKind, u32)>> {
        self.0.lock().unwrap().clone()
    }
}

/// Every test begins on a Monday at 16:13 in Oslo. Duty begins at 17.
async fn start(hook: &Arc<Hook>, post: &Arc<Post>) -> TestEngine {
    let to_hook = PushTarget {
        name: "hook".into(),
        least: Severity::CanWait,
        pusher: Arc::<Hook>::clone(hook),
    };
    let to_post = PushTarget {
        name: "post".into(),
        least: Severity::Now,
        pusher: Arc::<Post>::clone(post),
    };
    let push = PushSettings {
        targets: vec![to_hook, to_post],
        rule: PushRule {
            duty: DutyHours::parse("mon-fri 17:00-24:00").unwrap(),
            again: SignedDuration::from_hours(3),
        },
        link: None,
    };
    TestEngine::that_pushes(Settings::default(), Some(push)).await
}

/// Raises an alert that can wait for a certificate with this key, or one that can not.
async fn raise(test: &TestEngine, key: &str, severity: Severity) {
    let now = test.engine().now();
    let days = match severity {
        Severity::Now => 7,
        Severity::CanWait => 30,
    };
    let event = OperatorEvent::CertificateEnding {
        key: key.into(),
        days,
        since: now,
        until: now + SignedDuration::from_hours(24 * days),
    };
    act_on(test.engine(), &event).await;
}

/// Lets time pass in small steps until the state is reached.
async fn until<T>(test: &TestEngine, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    test.eventually(what, async || {
        test.advance(s(1) / 10);
        look()
    })
    .await
}

const URGENT: AlertKind = AlertKind::CertificateAlmostExpired;
const CAN_WAIT: AlertKind = AlertKind::CertificateExpiring;

#[tokio::test]
async fn what_can_not_wait_is_pushed_at_once_and_the_rest_in_hours_of_duty() {
    let (hook, post) = (Arc::default(), Arc::default());
    let mut test = start(&hook, &post).await;
    raise(&test, "listen.tls_certificate", Severity::CanWait).await;
    raise(&test, "credentials.a", Severity::Now).await;
    until(&test, "it is pushed", || (hook.taken() == [(URGENT, 1)]).then_some(())).await;
    until(&test, "it is mailed", || {
        (post.mails() == [[(URGENT, 1)]]).then_some(())
    })
    .await;

    // A restart neither repeats nor loses a push.
    hook.is_away.store(true, Ordering::SeqCst);
    raise(&test, "credentials.b", Severity::Now).await;
    let tried = hook.tried.load(Ordering::SeqCst);
    until(&test, "it is tried", || {
        (hook.tried.load(Ordering::SeqCst) > tried).then_some(())
    })
    .await;
    test.restart().await;
    hook.is_away.store(false, Ordering::SeqCst);
    until(&test, "the second one is pushed", || {
        (hook.taken() == [(URGENT, 1), (URGENT, 1)]).then_some(())
    })
    .await;
    until(&test, "the second one is mailed", || {
        (post.mails() == [[(URGENT, 1)], [(URGENT, 1)]]).then_some(())
    })
    .await;

    // In hours of duty, the alert that can wait is pushed, once. The others are pushed again after three hours.
    test.advance(s(50 * 60));
    until(&test, "duty begins", || (hook.taken().len() >= 3).then_some(())).await;
    assert_eq!(hook.taken()[2], (CAN_WAIT, 1));
    test.advance(s(3 * 3600));
    until(&test, "they are pushed again", || {
        (hook.taken().len() >= 5).then_some(())
    })
    .await;
    assert_eq!(hook.taken()[3..], [(URGENT, 2), (URGENT, 2)]);
    until(&test, "they are mailed again", || {
        (post.mails()[2..] == [[(URGENT, 2), (URGENT, 2)]]).then_some(())
    })
    .await;
}

async fn standings(test: &TestEngine, kind: AlertKind) -> Vec<AlertStanding> {
    let filter = AlertFilter {
        kind: Some(kind),
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = test.engine().views().alerts(&filter).await.unwrap();
    alerts.iter().map(|alert| alert.state.standing()).collect()
}

#[tokio::test]
async fn a_target_that_fails_again_and_again_is_told_to_the_others() {
    let (hook, post) = (Arc::<Hook>::default(), Arc::<Post>::default());
    let test = start(&hook, &post).await;
    hook.is_away.store(true, Ordering::SeqCst);
    raise(&test, "credentials.a", Severity::Now).await;
    let fail = AlertKind::PushesFail;
    until(&test, "the other target is told", || {
        post.mails().iter().any(|mail| mail.contains(&(fail, 1))).then_some(())
    })
    .await;
    assert_eq!(standings(&test, fail).await, [AlertStanding::Open]);
    hook.is_away.store(false, Ordering::SeqCst);
    until(&test, "it is pushed", || {
        hook.taken().contains(&(URGENT, 1)).then_some(())
    })
    .await;
    test.eventually("the alert is closed", async || {
        test.advance(s(1) / 10);
        (standings(&test, fail).await == [AlertStanding::Closed]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_target_that_is_busy_for_long_gets_its_pushes_afterwards() {
    let (hook, post) = (Arc::<Hook>::default(), Arc::<Post>::default());
    let test = start(&hook, &post).await;
    hook.is_busy.store(true, Ordering::SeqCst);
    raise(&test, "credentials.a", Severity::Now).await;
    test.eventually("it is tried often", async || {
        test.advance(s(60));
        (hook.tried.load(Ordering::SeqCst) > 10).then_some(())
    })
    .await;
    let failed = test.engine().failed_pushes(10).await.unwrap();
    let failed = failed.iter().filter_map(|pushes| pushes.failed).next().unwrap();
    assert_eq!((failed.refused, failed.answer), (0, Some(503)));
    hook.is_busy.store(false, Ordering::SeqCst);
    test.eventually("it is pushed", async || {
        test.advance(s(60));
        hook.taken().contains(&(URGENT, 1)).then_some(())
    })
    .await;
}

/// More than a target's task ever asked for at once.
const MANY: usize = 120;

#[tokio::test]
async fn pushes_that_a_target_refuses_for_good_hold_up_no_new_one() {
    let (hook, post) = (Arc::<Hook>::default(), Arc::<Post>::default());
    let mut test = start(&hook, &post).await;
    hook.refuses_new.store(true, Ordering::SeqCst);
    for n in 0..MANY {
        raise(&test, &format!("credentials.{n}"), Severity::Now).await;
    }
    let seen = |hook: &Hook| hook.refused.lock().unwrap().len();
    until(&test, "each is refused", || (seen(&hook) > MANY).then_some(())).await;
    hook.refuses_new.store(false, Ordering::SeqCst);
    let began = test.clock.now();
    raise(&test, "credentials.new", Severity::Now).await;
    until(&test, "the new one is pushed", || {
        (hook.taken() == [(URGENT, 1)]).then_some(())
    })
    .await;
    let took = test.clock.now().duration_since(began);
    assert!(took < SignedDuration::from_secs(60), "{took:?}");

    // The tries are on disk: after a restart a new one is before all of them as well.
    test.restart().await;
    let began = test.clock.now();
    raise(&test, "credentials.newer", Severity::Now).await;
    until(&test, "the newer one is pushed", || {
        (hook.taken().len() == 2).then_some(())
    })
    .await;
    let took = test.clock.now().duration_since(began);
    assert!(took < SignedDuration::from_secs(60), "{took:?}");
    let failed = test.engine().failed_pushes(500).await.unwrap();
    assert_eq!(
        failed.len(),
        MANY + 1,
        "the refused ones, and the alert about the target"
    );
    assert!(
        failed
            .iter()
            .all(|pushes| pushes.last.is_none() && pushes.target == "hook")
    );
    // The target does not take everything, so that its alert stays.
    assert_eq!(standings(&test, AlertKind::PushesFail).await, [AlertStanding::Open]);
}

#[tokio::test]
async fn a_new_alert_that_can_not_wait_is_tried_at_once_although_the_target_was_away() {
    let (hook, post) = (Arc::<Hook>::default(), Arc::<Post>::default());
    let test = start(&hook, &post).await;
    hook.is_away.store(true, Ordering::SeqCst);
    raise(&test, "credentials.a", Severity::Now).await;
    for tries in 1..=12 {
        test.eventually("it is tried", async || {
            test.advance(s(20));
            (hook.tried.load(Ordering::SeqCst) >= tries).then_some(())
        })
        .await;
    }
    hook.is_away.store(false, Ordering::SeqCst);
    let began = test.clock.now();
    raise(&test, "credentials.b", Severity::Now).await;
    until(&test, "the new one is pushed", || {
        (!hook.taken().is_empty()).then_some(())
    })
    .await;
    assert!(test.clock.now().duration_since(began) < SignedDuration::from_secs(60));
    until(&test, "so is the old one", || (hook.taken().len() == 3).then_some(())).await;
}

#[tokio::test]
async fn a_push_that_is_always_refused_is_given_up_and_told_on_its_alert() {
    let (hook, post) = (Arc::<Hook>::default(), Arc::<Post>::default());
    let test = start(&hook, &post).await;
    hook.refuses_new.store(true, Ordering::SeqCst);
    raise(&test, "credentials.a", Severity::Now).await;
    let alert = test.eventually("it is refused", async || {
        test.advance(s(1));
        hook.refused.lock().unwrap().first().copied()
    });
    let alert = alert.await;
    // The alert about the target is another one that can not wait.
    let on_file = async || {
        let pushes = test.engine().pushes_of(&[alert]).await.unwrap();
        pushes.into_iter().find(|pushes| pushes.target == "hook")?.failed
    };
    test.eventually("the refusal is on file", async || on_file().await)
        .await;
    let failed = async || on_file().await.unwrap();
    for _ in 0..100 {
        let before = failed().await;
        if before.next.is_none() {
            break;
        }
        test.eventually("it is tried once more", async || {
            test.advance(s(60));
            (failed().await.times > before.times).then_some(())
        })
        .await;
    }
    let last = failed().await;
    assert_eq!((last.refused, last.next, last.answer), (100, None, Some(410)));
    assert!(last.is_given_up(test.clock.now(), test.clock.now()));
}
