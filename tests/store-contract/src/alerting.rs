//! The life of an alert: taken, given back, closed with a word, opened again, and closed by the hub.

use bindeledd_core::alert::{
    Alert, AlertEvent, AlertKind, AlertRefused, AlertStanding, AlertState, ClosingWord, DuePushes, FailedPush, Pushed,
    Severity,
};
use bindeledd_core::{AlertId, Receivers};
use bindeledd_engine::ports::{Actor, AlertCounts, AlertFilter, CauseOver, Outcome};
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, id, progress};

async fn in_state<P: TestStore>(world: &World<P>, state: Option<AlertStanding>) -> Vec<Alert> {
    let filter = AlertFilter {
        state,
        limit: 50,
        ..AlertFilter::default()
    };
    world.store().alerts(&filter).await.unwrap()
}

/// Raises an alert about a party. Its id begins with its time.
async fn raise<P: TestStore>(world: &World<P>, kind: AlertKind, code: &str, now: i64) {
    let alert = Alert {
        id: AlertId(Uuid::from_u128(
            0x019d_0000_0000_7000_8000_0000_0000_0000 | now.unsigned_abs() as u128,
        )),
        kind,
        raised_at: at(now),
        participant: None,
        message: None,
        delivery: None,
        party: Some(id(GP)),
        code: Some(code.to_owned()),
        times: 1,
        last_at: at(now),
        ended_at: None,
        state: AlertState::Open,
    };
    world.store().raise(&alert).await.unwrap();
}

async fn act<P: TestStore>(
    world: &World<P>,
    alert: AlertId,
    event: AlertEvent,
    now: i64,
) -> Result<Alert, AlertRefused> {
    let acted = world.store().act_on_alert(alert, &event, &Actor::Operator, at(now));
    acted.await.unwrap().unwrap()
}

fn close(word: &str) -> AlertEvent {
    AlertEvent::Close(ClosingWord::parse(word).unwrap())
}

/// A taken alert counts on and stays taken. A closed one does not: the next event raises a new alert.
pub async fn an_alert_is_taken_closed_and_raised_anew<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    raise(&world, AlertKind::StrangeAnswer, "BL-3110", 1).await;
    let open = in_state(&world, Some(AlertStanding::Open)).await;
    let first = open[0].id;
    let taken = act(&world, first, AlertEvent::Take, 2).await.unwrap();
    assert_eq!(
        taken.state,
        AlertState::Taken {
            by: Actor::Operator,
            at: at(2)
        }
    );
    act(&world, first, AlertEvent::Take, 3).await.unwrap();
    assert_eq!(world.audited("alert-taken").await, 1, "the same again changes nothing");
    raise(&world, AlertKind::StrangeAnswer, "BL-3110", 4).await;
    let taken = in_state(&world, Some(AlertStanding::Taken)).await;
    assert_eq!((taken.len(), taken[0].times), (1, 2));
    assert_eq!(in_state(&world, Some(AlertStanding::Open)).await, []);

    act(&world, first, AlertEvent::Release, 5).await.unwrap();
    act(&world, first, close("the proxy is gone"), 6).await.unwrap();
    let closed = in_state(&world, Some(AlertStanding::Closed)).await;
    let by_word = |state: &AlertState| matches!(state, AlertState::Closed { word: Some(word), .. } if word.as_str() == "the proxy is gone");
    assert!(by_word(&closed[0].state), "{closed:?}");
    assert!(matches!(
        act(&world, first, AlertEvent::Take, 7).await,
        Err(AlertRefused::SomebodyElse(AlertState::Closed { .. }))
    ));
    raise(&world, AlertKind::StrangeAnswer, "BL-3110", 8).await;
    let open = in_state(&world, Some(AlertStanding::Open)).await;
    assert_eq!((open.len(), open[0].times), (1, 1), "a new episode");
    act(&world, first, AlertEvent::Reopen, 9).await.unwrap();
    assert_eq!(in_state(&world, Some(AlertStanding::Open)).await.len(), 2);
    assert_eq!(in_state(&world, None).await.len(), 2);
    for action in ["alert-taken", "alert-released", "alert-closed", "alert-reopened"] {
        assert_eq!(world.audited(action).await, 1, "{action}");
    }
    let nobody = AlertId(Uuid::nil());
    let acted = world
        .store()
        .act_on_alert(nobody, &AlertEvent::Take, &Actor::Operator, at(9));
    assert!(acted.await.unwrap().is_none());
}

/// The counts tell urgency and state, without the closed alerts.
pub async fn alerts_are_counted_by_urgency_and_state<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let counts = async || world.store().alert_counts().await.unwrap();
    assert_eq!(counts().await, AlertCounts::default());
    raise(&world, AlertKind::StrangeAnswer, "a", 1).await;
    raise(&world, AlertKind::StrangeAnswer, "b", 2).await;
    raise(&world, AlertKind::StrangeReceipt, "c", 3).await;
    let newest_first = in_state(&world, None).await;
    act(&world, newest_first[0].id, AlertEvent::Take, 4).await.unwrap();
    act(&world, newest_first[1].id, close("ok"), 4).await.unwrap();
    let expected = AlertCounts {
        open_now: 1,
        taken_can_wait: 1,
        ..AlertCounts::default()
    };
    assert_eq!(counts().await, expected);
}

/// The hub closes the alerts of a cause that is over, taken ones as well, and no others.
pub async fn an_alert_closes_when_its_cause_is_over<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    raise(&world, AlertKind::StrangeAnswer, "BL-3110 a", 1).await;
    raise(&world, AlertKind::StrangeAnswer, "BL-3110 b", 2).await;
    let alerts = in_state(&world, None).await;
    act(&world, alerts[1].id, AlertEvent::Take, 3).await.unwrap();
    let over = async |code: &str, except: Option<&str>, party: &str| {
        let over = CauseOver {
            kind: AlertKind::StrangeAnswer,
            code: code.to_owned(),
            except: except.map(str::to_owned),
            party: Some(id(party)),
        };
        world.store().cause_over(&over, at(4)).await.unwrap()
    };
    assert_eq!(over("BL-3110 a", None, AFT).await, 0, "it is about another party");
    assert_eq!(over("BL-3110 a", Some("BL-3110 a"), GP).await, 0, "its cause lasts");
    assert_eq!(
        (
            over("BL-3110", Some("BL-3110 b"), GP).await,
            over("BL-3110 a", None, GP).await
        ),
        (1, 0)
    );
    let closed = in_state(&world, Some(AlertStanding::Closed)).await;
    assert_eq!((closed[0].id, closed[0].ended_at), (alerts[1].id, Some(at(4))));
    let by_hub = AlertState::Closed {
        by: Actor::Hub,
        at: at(4),
        word: None,
    };
    assert_eq!(closed[0].state, by_hub);
    assert_eq!(world.audited("alert-ended").await, 1);

    // A party that takes what waited for it ends its silence.
    world.usual_consent().await;
    let receivers = Receivers::Parties(vec![id(GP)]);
    let mut new = world.new_message(progress("r1", KARI, "r1"), receivers, at(10));
    new.expires_at = at(1_000_000);
    world.accept(world.acceptance(AFT, vec![new]), at(10)).await.unwrap();
    for hour in 1..6 {
        world.store().sweep(at(hour * 3_600)).await.unwrap();
    }
    let silent = async || {
        let all = in_state(&world, None).await;
        let found = all.into_iter().find(|alert| alert.kind == AlertKind::EndpointSilent);
        found.unwrap().state.standing()
    };
    assert_eq!(silent().await, AlertStanding::Open);
    let delivery = world.due(GP, at(20_000)).await[0];
    world.carry(delivery, Outcome::Delivered, at(20_001)).await;
    world.store().sweep(at(20_100)).await.unwrap();
    assert_eq!(silent().await, AlertStanding::Closed);
}

/// A push that is recorded is not due after a reopen, except as the rule repeats it. A taken or removed alert is not due.
pub async fn a_push_is_on_disk_and_comes_again_when_the_rule_says_so<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    raise(&world, AlertKind::StrangeAnswer, "a", 100).await;
    raise(&world, AlertKind::StrangeAnswer, "b", 200).await;
    raise(&world, AlertKind::StrangeReceipt, "c", 300).await;
    let due = async |world: &World<P>, target: &str, severity: Severity, since: i64, before: Option<i64>| {
        let due = DuePushes {
            raised_since: at(since),
            pushed_before: before.map(at),
            tried_until: Some(at(since)),
        };
        let found = world.store().due_pushes(target, severity, &due, 10).await.unwrap();
        found
            .into_iter()
            .map(|alert| (alert.id, alert.last.map(|last| last.times)))
            .collect::<Vec<_>>()
    };
    let newest_first = in_state(&world, None).await;
    let [c, b, a] = [0, 1, 2].map(|n: usize| newest_first[n].id);
    assert_eq!(
        due(&world, "duty", Severity::Now, 0, None).await,
        [(a, None), (b, None)]
    );
    assert_eq!(due(&world, "duty", Severity::Now, 150, None).await, [(b, None)]);
    assert_eq!(due(&world, "duty", Severity::CanWait, 0, None).await, [(c, None)]);
    let nobody = AlertId(Uuid::nil());
    world
        .store()
        .record_pushes("duty", &[a, nobody], at(400))
        .await
        .unwrap();
    world.reopen();
    assert_eq!(due(&world, "duty", Severity::Now, 0, None).await, [(b, None)]);
    assert_eq!(due(&world, "duty", Severity::Now, 0, Some(399)).await, [(b, None)]);
    assert_eq!(
        due(&world, "duty", Severity::Now, 0, Some(400)).await,
        [(b, None), (a, Some(1))],
        "a first push comes before a repeated one"
    );
    assert_eq!(
        due(&world, "other", Severity::Now, 0, None).await,
        [(a, None), (b, None)],
        "each target has its own pushes"
    );
    world.store().record_pushes("duty", &[a, b], at(500)).await.unwrap();
    let pushes = async |alert: AlertId| {
        let found = world.store().pushes(&[alert]).await.unwrap();
        found.into_iter().map(|to| (to.target, to.last)).collect::<Vec<_>>()
    };
    let twice = Pushed { times: 2, at: at(500) };
    assert_eq!(pushes(a).await, [("duty".to_owned(), Some(twice))]);
    assert_eq!(pushes(c).await, []);
    assert_eq!(world.audited("alert-pushed").await, 3);
    act(&world, a, AlertEvent::Take, 600).await.unwrap();
    assert_eq!(due(&world, "duty", Severity::Now, 0, Some(500)).await, [(b, Some(1))]);
    act(&world, b, close("ok"), 600).await.unwrap();
    assert_eq!(due(&world, "duty", Severity::Now, 0, Some(500)).await, []);
    // Old alerts are removed with their pushes.
    world.store().sweep(at(400 * 24 * 3_600)).await.unwrap();
    assert_eq!(in_state(&world, None).await, []);
    assert_eq!(pushes(a).await, []);
}

/// A push that failed waits for its own next try, behind those that did not fail, and ends when it is given up.
pub async fn a_push_that_failed_waits_by_itself_and_holds_up_no_other<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    for (code, now) in [("a", 100), ("b", 200), ("c", 300)] {
        raise(&world, AlertKind::StrangeAnswer, code, now).await;
    }
    let newest_first = in_state(&world, None).await;
    let [c, b, a] = [0, 1, 2].map(|n: usize| newest_first[n].id);
    let due = async |world: &World<P>, now: Option<i64>, limit: usize| {
        let due = DuePushes {
            raised_since: at(0),
            pushed_before: None,
            tried_until: now.map(at),
        };
        let found = world
            .store()
            .due_pushes("hook", Severity::Now, &due, limit)
            .await
            .unwrap();
        found
            .into_iter()
            .map(|alert| (alert.id, alert.failed.map(|failed| failed.times)))
            .collect::<Vec<_>>()
    };
    let failed = |times: u32, next: Option<i64>| FailedPush {
        times,
        refused: times,
        at: at(400),
        answer: Some(410),
        next: next.map(at),
    };
    let store = world.store();
    let nobody = AlertId(Uuid::nil());
    store
        .record_failed_pushes("hook", &[(a, failed(1, Some(500))), (nobody, failed(1, None))], at(400))
        .await
        .unwrap();
    store
        .record_failed_pushes("hook", &[(b, failed(2, Some(450)))], at(400))
        .await
        .unwrap();
    world.reopen();
    assert_eq!(due(&world, Some(449), 9).await, [(c, None)], "the others wait");
    assert_eq!(
        due(&world, Some(500), 1).await,
        [(c, None)],
        "what did not fail comes first"
    );
    assert_eq!(due(&world, Some(500), 9).await, [(c, None), (b, Some(2)), (a, Some(1))]);
    assert_eq!(due(&world, None, 9).await, [(c, None)], "only what did not fail");
    let all = async |world: &World<P>, target: Option<&str>| {
        let found = world.store().failed_pushes(target, 9).await.unwrap();
        found.into_iter().map(|to| (to.alert, to.failed)).collect::<Vec<_>>()
    };
    let both = [(a, Some(failed(1, Some(500)))), (b, Some(failed(2, Some(450))))];
    assert_eq!(all(&world, None).await, both);
    assert_eq!(all(&world, Some("hook")).await, both);
    assert_eq!(all(&world, Some("other")).await, []);

    // A push that arrives forgets the tries. One that is given up stays, and is told once.
    let store = world.store();
    store.record_pushes("hook", &[a], at(600)).await.unwrap();
    let given_up = [(b, failed(100, None))];
    store.record_failed_pushes("hook", &given_up, at(600)).await.unwrap();
    assert_eq!(due(&world, Some(9_999), 9).await, [(c, None)]);
    assert_eq!(all(&world, None).await, [(b, Some(failed(100, None)))]);
    let told = store.pushes(&[a, b]).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|to| (to.alert, to.last.is_some(), to.failed.is_some()))
        .collect();
    assert_eq!(told, [(a, true, false), (b, false, true)]);
    assert_eq!(world.audited("alert-not-pushed").await, 1);
    act(&world, b, AlertEvent::Take, 700).await.unwrap();
    assert_eq!(all(&world, None).await, [], "somebody acts on it");
    world.store().sweep(at(400 * 24 * 3_600)).await.unwrap();
    assert_eq!(in_state(&world, None).await, []);
}
