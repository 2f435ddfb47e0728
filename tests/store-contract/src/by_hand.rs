//! A document that a person took from an inbox stays with that person until they report the outcome. Until then it does not count
//! as delivered.

use std::collections::BTreeSet;

use bindeledd_core::alert::{Alert, AlertKind};
use bindeledd_core::delivery::{ByHand, State, Taker};
use bindeledd_core::{AdapterId, Category, DeliveryId, Receivers};
use bindeledd_engine::ports::{Acknowledged, Actor, AlertFilter, Outcome, Scope, Taken};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, World, at, draft, grant, id, progress};

const HOUR: i64 = 3_600;

fn fetched(until: i64) -> Outcome {
    Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(until),
    }
}

/// The operator takes a document on behalf of `party`.
fn for_it(party: &str) -> Taken {
    Taken {
        by: Actor::Operator,
        taker: Taker::Operator,
        ..Taken::by_itself(id(party))
    }
}

async fn take<P: TestStore>(world: &World<P>, delivery: DeliveryId, by: &Taken, now: i64) -> Acknowledged {
    world.store().acknowledge(delivery, by, at(now)).await.unwrap()
}

async fn say<P: TestStore>(world: &World<P>, party: &str, delivery: DeliveryId, said: ByHand, now: i64) -> bool {
    let (store, by) = (world.store(), Actor::Operator);
    store.by_hand(&id(party), delivery, said, &by, at(now)).await.unwrap()
}

/// Makes a delivery to the GP that the operator took on its behalf.
async fn with_person<P: TestStore>(world: &World<P>, reference: &str, now: i64) -> DeliveryId {
    let delivery = world
        .deliver(AFT, GP, progress(reference, KARI, reference), at(now))
        .await;
    world.carry(delivery, fetched(now + 100 * HOUR), at(now)).await;
    assert_eq!(take(world, delivery, &for_it(GP), now).await, Acknowledged::WithPerson);
    delivery
}

async fn told<P: TestStore>(world: &World<P>, kind: AlertKind, party: Option<&str>) -> Vec<Alert> {
    let filter = AlertFilter {
        kind: Some(kind),
        party: party.map(id),
        state: None,
        before: None,
        limit: 100,
    };
    world.store().alerts(&filter).await.unwrap()
}

async fn code<P: TestStore>(world: &World<P>, state: &str) -> Option<String> {
    let views = world.in_state(state).await;
    let cause = views.first()?.deliveries.first()?.cause.clone()?;
    Some(cause.code)
}

/// A delivery that the operator took is with a person, and is delivered once that person reports it.
pub async fn what_the_operator_takes_is_delivered_when_a_person_says_so<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let next = world.deliver(AFT, GP, progress("r2", KARI, "c"), at(1)).await;
    assert_eq!(
        take(&world, delivery, &for_it(GP), 2).await,
        Acknowledged::Nothing,
        "not handed over"
    );
    world.carry(delivery, fetched(900), at(2)).await;
    assert!(!say(&world, GP, delivery, ByHand::Entered, 3).await, "nobody took it");
    assert_eq!(take(&world, delivery, &for_it(DPS), 3).await, Acknowledged::Nothing);
    assert_eq!(take(&world, delivery, &for_it(GP), 3).await, Acknowledged::WithPerson);
    world.reopen();
    assert!(matches!(world.state(delivery).await, State::WithPerson(w) if w.until == at(900)));
    assert_eq!(take(&world, delivery, &for_it(GP), 4).await, Acknowledged::WithPerson);
    assert_eq!(code(&world, "with-a-person").await.as_deref(), Some("BL-4031"));
    assert_eq!(world.in_state("delivered").await.len(), 0);
    let reread = world.store().reread(delivery, at(4)).await.unwrap();
    assert_eq!(reread.unwrap_err().code, "BL-4007", "it left the inbox");
    assert_eq!(world.store().inbox(&id(GP), at(4), 9).await.unwrap(), [next]);
    assert_eq!(world.due(GP, at(4)).await, [next], "the conversation goes on");
    assert!(
        !say(&world, DPS, delivery, ByHand::Entered, 5).await,
        "another party's word"
    );
    assert_eq!(world.state_name(delivery).await, "with-a-person");
    assert!(say(&world, GP, delivery, ByHand::Posted, 6).await);
    assert!(say(&world, GP, delivery, ByHand::Entered, 7).await, "twice is once");
    assert!(!say(&world, GP, delivery, ByHand::NotPossible, 7).await, "it was done");
    assert_eq!(world.state_name(delivery).await, "delivered");
    let rows = world.audit().await;
    let row = |action: &str| rows.iter().find(|r| r.action == action).unwrap();
    assert_eq!(row("taken-by-person").actor, "operator");
    assert_eq!(row("entered").actor, "operator");
    let acknowledged = format!("{{\"deliveries\":[\"{delivery}\"],\"party\":\"{GP}\"}}");
    assert_eq!(
        (row("acknowledged-for").actor.as_str(), &row("acknowledged-for").detail),
        ("operator", &acknowledged)
    );
    assert!(
        row("entered").detail.contains("\"how\":\"posted\""),
        "{}",
        row("entered").detail
    );
    assert_eq!(
        (world.audited("entered").await, world.audited("acknowledged").await),
        (1, 0)
    );
}

/// A document for manual entry is with a person, whoever took it. Any other document is delivered when its receiver takes it.
pub async fn who_took_it_and_what_wrote_it_say_whether_a_person_has_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    // `provider-json` writes the documents of this world.
    let by_hand = |adapter: &str| Taken {
        entered_by_hand: BTreeSet::from([AdapterId::parse(adapter).unwrap()]),
        adapter: AdapterId::parse("another"),
        ..Taken::by_itself(id(GP))
    };
    let mut found = Vec::new();
    for (n, by) in [by_hand("provider-json"), by_hand("another"), Taken::by_itself(id(GP))]
        .iter()
        .enumerate()
    {
        let reference = format!("r{n}");
        let delivery = world
            .deliver(AFT, GP, progress(&reference, KARI, &reference), at(1))
            .await;
        world.carry(delivery, fetched(900), at(2)).await;
        found.push(take(&world, delivery, by, 3).await);
    }
    let expected = [
        Acknowledged::WithPerson,
        Acknowledged::Delivered,
        Acknowledged::Delivered,
    ];
    assert_eq!(found, expected);
    // The receiver may still take a delivery that the operator took for it.
    let delivery = with_person(&world, "s1", 4).await;
    assert!(world.acknowledge(GP, delivery, at(5)).await);
    assert_eq!(world.state_name(delivery).await, "delivered");
}

/// A delivery fails if a person reports that they can not enter it, or never reports. Its sender is told, and it can be sent
/// again.
pub async fn what_a_person_can_not_do_or_never_says_fails<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let refused = with_person(&world, "r1", 1).await;
    assert!(say(&world, GP, refused, ByHand::NotPossible, 2).await);
    assert_eq!(world.state_name(refused).await, "failed");
    assert_eq!(code(&world, "failed").await.as_deref(), Some("BL-4032"));
    assert!(!say(&world, GP, refused, ByHand::Entered, 3).await, "it is over");
    let seen = told(&world, AlertKind::DeliveryFailed, Some(AFT)).await;
    assert_eq!((seen.len(), seen[0].code.as_deref()), (1, Some("BL-4032")));
    let message = seen[0].message.unwrap();
    assert_eq!(
        world.store().replay(message, &Actor::Operator, at(4)).await.unwrap(),
        [refused]
    );
    let never = with_person(&world, "r2", 5).await;
    world.store().sweep(at(5 + 100 * HOUR - 1)).await.unwrap();
    assert_eq!(world.state_name(never).await, "with-a-person");
    world.store().sweep(at(5 + 100 * HOUR)).await.unwrap();
    assert_eq!(world.state_name(never).await, "failed");
}

/// A document that nobody has entered yet does not count as dialogue.
pub async fn what_is_with_a_person_is_no_dialogue_yet<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let about = [Category::Function, Category::Dialogue];
    let grants = vec![
        grant(AFT, NAV, &[Category::Outcome, Category::TreatmentStatus]),
        grant(AFT, GP, &about),
        grant(GP, AFT, &[Category::TreatmentStatus]),
    ];
    world.consent(1, KARI, grants).await;
    let status = draft("t", KARI, "t", "treatment-status", json!({"status": "started"}));
    let status = world.deliver(GP, AFT, status, at(1)).await;
    world.carry(status, Outcome::Delivered, at(2)).await;
    let answer = draft("a", KARI, "a", "answer", json!({"text": "Ja", "about": ["function"]}));
    let answer = world.deliver(AFT, GP, answer, at(3)).await;
    world.carry(answer, fetched(900), at(3)).await;
    take(&world, answer, &for_it(GP), 4).await;
    let endings = async |reference: &str, now| {
        let body = json!({"reason": "SYK", "proposedDate": "2026-12-01"});
        let ending = draft(reference, KARI, reference, "measure-end-proposed", body);
        world.send(AFT, &[NAV], ending, at(now)).await;
        let alerts = told(&world, AlertKind::EndingWithoutDialogue, None).await;
        alerts.iter().map(|alert| alert.times).sum::<u32>()
    };
    assert_eq!(endings("e1", 5).await, 1, "nobody has talked");
    assert!(say(&world, GP, answer, ByHand::HandedOver, 6).await);
    assert_eq!(endings("e2", 7).await, 1, "now they have");
}

/// A withdrawal names a delivery that is with a person as handed over, since it may be entered at any moment, and tells the
/// receiver. An erasure ends the delivery.
pub async fn a_withdrawal_names_what_is_with_a_person_and_an_erasure_ends_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let delivery = with_person(&world, "r1", 1).await;
    let (store, by) = (world.store(), Actor::Operator);
    let answer = store.withdraw(kari, &Scope::Everything, &by, at(2)).await.unwrap();
    assert_eq!((answer.handed_over, answer.cancelled.len()), (vec![delivery], 0));
    assert_eq!(answer.notified.len(), 1);
    assert_eq!(world.state_name(delivery).await, "with-a-person");
    let again = store.withdraw(kari, &Scope::Everything, &by, at(3)).await.unwrap();
    assert_eq!(again.handed_over, [delivery], "asked again");
    let erased = store.erase(kari, &by, at(4)).await.unwrap().unwrap();
    assert_eq!(erased.held_by.len(), 1, "somebody may have it");
    assert_eq!(world.state_name(delivery).await, "failed");
}

/// The content is kept while a person has the document.
pub async fn what_is_with_a_person_keeps_its_content<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), at(1));
    let accepted = world.accept(world.acceptance(AFT, vec![new]), at(1)).await.unwrap();
    let delivery = accepted[0].deliveries[0].id;
    // The time is after every retention of content, and before that of references.
    let far = 190 * 24 * HOUR;
    world.carry(delivery, fetched(2 * far), at(2)).await;
    take(&world, delivery, &for_it(GP), 3).await;
    world.store().sweep(at(far)).await.unwrap();
    assert_eq!(world.audited("retired").await, 0);
    assert!(say(&world, GP, delivery, ByHand::Entered, far).await);
    world.store().sweep(at(2 * far)).await.unwrap();
    assert_eq!(world.audited("retired").await, 1);
}

/// After two days without a report, the operator, the sender and the receiver get one alert.
pub async fn what_a_person_has_had_for_long_is_told_of_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = with_person(&world, "r1", 1).await;
    let looks = async |from: i64, until: i64| {
        for hour in from..until {
            world.store().sweep(at(hour * HOUR)).await.unwrap();
        }
        let kind = AlertKind::WithPersonLong;
        let (all, sender) = (told(&world, kind, None).await, told(&world, kind, Some(AFT)).await);
        let (receiver, other) = (told(&world, kind, Some(GP)).await, told(&world, kind, Some(DPS)).await);
        assert_eq!((sender.len(), receiver.len(), other.len()), (all.len(), all.len(), 0));
        all
    };
    assert_eq!(looks(1, 48).await, []);
    let alerts = looks(49, 90).await;
    assert_eq!((alerts.len(), alerts[0].times), (1, 1));
    assert_eq!(
        (alerts[0].delivery, alerts[0].code.as_deref()),
        (Some(delivery), Some("BL-4031"))
    );
    assert!(say(&world, GP, delivery, ByHand::Entered, 90 * HOUR).await);
    assert_eq!(looks(91, 99).await.len(), 1);
}
