//! Conditions that nobody reports to the hub. The operator gets one alert while a condition lasts, and none in normal operation.

use bindeledd_core::alert::{Alert, AlertKind, Severity};
use bindeledd_core::{Category, Draft, PartyKind, Receivers};
use bindeledd_engine::ports::{AcceptedClock, Actor, AlertFilter, Outcome};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, World, at, draft, grant, id, party, progress};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

async fn told<P: TestStore>(world: &World<P>, kind: AlertKind) -> Vec<Alert> {
    let filter = AlertFilter {
        kind: Some(kind),
        party: None,
        state: None,
        before: None,
        limit: 100,
    };
    world.store().alerts(&filter).await.unwrap()
}

/// Lets time pass, with a sweep every ten minutes.
async fn time_passes<P: TestStore>(world: &World<P>, from: i64, until: i64) {
    let mut now = from;
    while now < until {
        world.store().sweep(at(now)).await.unwrap();
        now += 600;
    }
    world.store().sweep(at(until)).await.unwrap();
}

/// Sends a message to `to` that expires after ten days.
async fn lasting<P: TestStore>(world: &World<P>, to: &str, reference: &str, now: i64) {
    let mut new = world.new_message(
        progress(reference, KARI, reference),
        Receivers::Parties(vec![id(to)]),
        at(now),
    );
    new.expires_at = at(now + 10 * DAY);
    world.accept(world.acceptance(AFT, vec![new]), at(now)).await.unwrap();
}

/// A system that is unavailable for four hours raises one alert, and a second one only after it was back.
pub async fn a_party_that_takes_nothing_is_told_of_once_an_outage<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    lasting(&world, GP, "r1", 0).await;
    let silent = async || told(&world, AlertKind::EndpointSilent).await;
    time_passes(&world, 60, 4 * HOUR).await;
    assert_eq!(silent().await, []);
    time_passes(&world, 4 * HOUR + 60, 9 * HOUR).await;
    let alerts = silent().await;
    assert_eq!(alerts.len(), 1, "once, however long it lasts");
    assert_eq!(
        (&alerts[0].party, alerts[0].code.as_deref()),
        (&Some(id(GP)), Some("endpoint"))
    );
    assert_eq!(alerts[0].kind.severity(), Severity::CanWait);
    // The system is back and takes the waiting message; then it is unavailable again.
    let delivery = world.due(GP, at(9 * HOUR)).await[0];
    world.carry(delivery, Outcome::Delivered, at(9 * HOUR + 1)).await;
    lasting(&world, GP, "r2", 9 * HOUR + 2).await;
    time_passes(&world, 9 * HOUR + 700, 13 * HOUR).await;
    assert_eq!(silent().await.len(), 1);
    time_passes(&world, 13 * HOUR + 100, 14 * HOUR).await;
    assert_eq!(silent().await.len(), 2);
}

/// An inbox that is not read raises an alert after more than a weekend.
pub async fn an_inbox_that_nobody_opens_is_told_of_after_a_weekend<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let mut without_system = party(GP, PartyKind::Gp);
    without_system.endpoint = None;
    world
        .store()
        .put_party(&without_system, &Actor::Operator, at(0))
        .await
        .unwrap();
    world.usual_consent().await;
    lasting(&world, GP, "r1", 0).await;
    time_passes(&world, 60, 3 * DAY).await;
    assert_eq!(told(&world, AlertKind::EndpointSilent).await, []);
    time_passes(&world, 3 * DAY + 60, 4 * DAY).await;
    let alerts = told(&world, AlertKind::EndpointSilent).await;
    assert_eq!((alerts.len(), alerts[0].code.as_deref()), (1, Some("inbox")));
}

/// No alert is raised if nothing was sent, nothing waits, a steady trickle arrives, the party is paused, or the hub itself was
/// stopped.
pub async fn nobody_is_silent_in_normal_life<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    // One delivery in the evening, and then a night without messages.
    lasting(&world, GP, "r0", 0).await;
    time_passes(&world, 10, 60).await;
    let first = world.due(GP, at(60)).await[0];
    world.carry(first, Outcome::Delivered, at(61)).await;
    time_passes(&world, 120, 12 * HOUR).await;
    // Every hour one message is taken and another is sent, so that one always waits.
    let start = 12 * HOUR;
    lasting(&world, GP, "s0", start).await;
    for n in 0..10 {
        let now = start + n * HOUR;
        lasting(&world, GP, &format!("s{}", n + 1), now + 1).await;
        time_passes(&world, now + 60, now + HOUR - 60).await;
        let oldest = world.due(GP, at(now + HOUR)).await[0];
        world.carry(oldest, Outcome::Delivered, at(now + HOUR - 1)).await;
    }
    assert_eq!(told(&world, AlertKind::EndpointSilent).await, []);
    // A paused party takes nothing on purpose.
    let paused = start + 10 * HOUR;
    world
        .store()
        .set_paused(&id(GP), true, &Actor::Operator, at(paused))
        .await
        .unwrap();
    time_passes(&world, paused, paused + 8 * HOUR).await;
    world
        .store()
        .set_paused(&id(GP), false, &Actor::Operator, at(paused + 8 * HOUR))
        .await
        .unwrap();
    time_passes(&world, paused + 8 * HOUR, paused + 9 * HOUR).await;
    // The hub was stopped, so that no party could take anything.
    world.reopen();
    let back = paused + 30 * HOUR;
    world.store().recover(at(back)).await.unwrap();
    time_passes(&world, back + 1, back + 3 * HOUR).await;
    assert_eq!(told(&world, AlertKind::EndpointSilent).await, []);
    time_passes(&world, back + 3 * HOUR, back + 5 * HOUR).await;
    assert_eq!(told(&world, AlertKind::EndpointSilent).await.len(), 1, "and then it is");
}

/// A blocked message that the catalogue calls urgent alerts its sender and the operator at once, for each participant. This holds
/// for a named receiver and for the circle.
pub async fn something_urgent_that_is_blocked_is_told_of_at_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let alerts = async |party: Option<&str>| {
        let filter = AlertFilter {
            kind: Some(AlertKind::UrgentBlocked),
            party: party.map(id),
            state: None,
            before: None,
            limit: 100,
        };
        world.store().alerts(&filter).await.unwrap()
    };
    let request = |reference: &str, urgency: &str| {
        let body = json!({"what": "Det butter", "urgency": urgency});
        draft(reference, KARI, reference, "support-request", body)
    };
    let sent = world.send(AFT, &[GP], request("r1", "this-week"), at(1)).await;
    assert_eq!(sent.deliveries[0].state, "blocked");
    assert_eq!(alerts(None).await, [], "it can wait for the day's list");
    let sent = world.send(AFT, &[GP], request("r2", "today"), at(2)).await;
    assert_eq!(sent.deliveries[0].state, "blocked");
    let found = alerts(Some(AFT)).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].message, found[0].delivery, found[0].participant),
        (Some(sent.id), Some(sent.deliveries[0].id), Some(kari))
    );
    assert_eq!(
        (&found[0].party, found[0].kind.severity()),
        (&Some(id(GP)), Severity::Now)
    );
    assert!(found[0].code.as_deref().unwrap().starts_with("BL-2"));
    assert_eq!(alerts(None).await, found);
    assert_eq!(
        alerts(Some(GP)).await,
        [],
        "that it was blocked is not for the receiver"
    );
    // The same holds for an empty circle, and for a correction of an urgent message.
    let new = world.new_message(request("r3", "today"), Receivers::Circle, at(3));
    world.accept(world.acceptance(AFT, vec![new]), at(3)).await.unwrap();
    assert_eq!(alerts(Some(AFT)).await.len(), 2);
    let mut correction = request("r4", "today").to_json();
    correction["kind"] = "correction".into();
    correction["supersedes"] = "r2".into();
    correction["body"] = json!({"action": "corrected", "correctedKind": "support-request",
        "corrected": {"what": "Det butter mer", "urgency": "today"}});
    let correction = Draft::from_json(correction).unwrap();
    world.send(AFT, &[NAV], correction, at(4)).await;
    assert_eq!(alerts(Some(AFT)).await.len(), 3);
    // A permitted message raises no alert, however urgent it is.
    let covered = vec![grant(AFT, DPS, &[Category::Facilitation])];
    world.consent(2, KARI, covered).await;
    let sent = world.send(AFT, &[DPS], request("r5", "today"), at(5)).await;
    assert_eq!(sent.deliveries[0].state, "waiting");
    assert_eq!(alerts(None).await.len(), 3);
}

/// Blocked messages raise one alert for each reason, not for each message.
pub async fn blocks_for_one_reason_are_told_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let blocks = async || told(&world, AlertKind::RepeatedBlocks).await;
    let block = async |to: &str, name: &str, now: i64| {
        let sent = world.send(AFT, &[to], progress(name, KARI, name), at(now)).await;
        assert_eq!(sent.deliveries[0].state, "blocked");
        sent
    };
    for n in 0..4 {
        block(NAV, &format!("n{n}"), 10 + n).await;
        block(DPS, &format!("d{n}"), 10 + n).await;
        lasting(&world, GP, &format!("g{n}"), 10 + n).await;
    }
    world.store().sweep(at(100)).await.unwrap();
    assert_eq!(blocks().await, [], "four to each of two are not five");
    let fifth = block(NAV, "n4", 101).await;
    time_passes(&world, 200, 2 * HOUR).await;
    for n in 5..12 {
        block(NAV, &format!("n{n}"), 2 * HOUR + n).await;
    }
    time_passes(&world, 2 * HOUR + 60, 12 * HOUR).await;
    let alerts = blocks().await;
    assert_eq!(alerts.len(), 1);
    let alert = &alerts[0];
    assert_eq!((&alert.party, alert.message), (&Some(id(NAV)), Some(fifth.id)));
    assert!(
        alert.code.as_deref().is_some_and(|code| code.starts_with("BL-2")),
        "{alert:?}"
    );
    let seen = |who: &str| AlertFilter {
        kind: Some(AlertKind::RepeatedBlocks),
        party: Some(id(who)),
        state: None,
        before: None,
        limit: 10,
    };
    assert_eq!(
        world.store().alerts(&seen(AFT)).await.unwrap().len(),
        1,
        "the sender sees it"
    );
    assert_eq!(
        world.store().alerts(&seen(NAV)).await.unwrap(),
        [],
        "the receiver does not"
    );
    // After a day without a blocked message the alert is over, so that later ones raise a new alert.
    time_passes(&world, 27 * HOUR, 28 * HOUR).await;
    for n in 0..5 {
        block(NAV, &format!("m{n}"), 28 * HOUR + n).await;
    }
    world.store().sweep(at(29 * HOUR)).await.unwrap();
    assert_eq!(blocks().await.len(), 2);
}

/// A start compares the machine's clock with the time of the newest row, or with the time of a later sweep. An operator's decision
/// about the clock overrides both.
pub async fn a_trace_is_left_while_nothing_happens_and_an_operators_word_stands<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let newest = async || world.store().newest_trace().await.unwrap().unwrap();
    world.usual_consent().await;
    lasting(&world, GP, "r1", 100).await;
    assert_eq!(newest().await, at(100), "the newest row's");
    world.store().sweep(at(DAY)).await.unwrap();
    assert_eq!(newest().await, at(DAY), "a sweep's");
    world.store().sweep(at(DAY + 60)).await.unwrap();
    assert_eq!(newest().await, at(DAY), "not at each sweep");
    // A clock that was far ahead is set back and accepted. The row of that decision is the newest, whatever its time.
    let accepted = AcceptedClock {
        reason: "set right".into(),
        hub: at(DAY + 60),
        machine: at(200),
    };
    let rows = world.audit().await.len();
    world.store().accept_clock(&accepted, &Actor::Operator).await.unwrap();
    assert_eq!(newest().await, at(200));
    let audit = world.audit().await;
    assert_eq!(audit.len(), rows + 1);
    let row = &audit[rows];
    assert_eq!((row.action.as_str(), row.at), ("clock-accepted", at(200)));
    assert!(row.detail.contains("\"reason\":\"set right\""), "{}", row.detail);
}
