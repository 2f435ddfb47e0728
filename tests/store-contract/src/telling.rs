//! A withdrawal tells every party that received something under the withdrawn consent, once. No other party is told.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::consent::{Basis, Grant};
use bindeledd_core::contract::{Receipt, ReceiptStatus};
use bindeledd_core::delivery::Cause;
use bindeledd_core::{Category, CategorySet, DeliveryId, ParticipantRef, WithdrawalNotice};
use bindeledd_engine::ports::{Actor, AlertFilter, Outcome, ReceiptOutcome, ReserveOutcome, Scope};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, consent, draft, grant, id, person, progress};

/// Withdraws, and returns the parties that are told of the withdrawal.
async fn withdraw<P: TestStore>(
    world: &World<P>,
    who: ParticipantRef,
    scope: Scope,
    by: Actor,
    now: i64,
) -> Vec<String> {
    let answer = world.store().withdraw(who, &scope, &by, at(now)).await.unwrap();
    answer.notified.iter().map(|b| b.to.to_string()).collect()
}

async fn everything<P: TestStore>(world: &World<P>, who: ParticipantRef, now: i64) -> Vec<String> {
    withdraw(world, who, Scope::Everything, Actor::Operator, now).await
}

/// Delivers a message about Kari to a party.
async fn hand<P: TestStore>(world: &World<P>, from: &str, to: &str, reference: &str, goals: bool) -> DeliveryId {
    let message = if goals {
        draft(
            reference,
            KARI,
            reference,
            "goals-agreed",
            json!({"goals": ["Fast jobb"]}),
        )
    } else {
        progress(reference, KARI, reference)
    };
    let delivery = world.deliver(from, to, message, at(1)).await;
    world.carry(delivery, Outcome::Delivered, at(2)).await;
    delivery
}

/// Returns the withdrawal notices that wait for a party.
async fn notices<P: TestStore>(world: &World<P>, to: &str, now: i64) -> Vec<(DeliveryId, WithdrawalNotice)> {
    let mut found = Vec::new();
    for delivery in world.due(to, at(now)).await {
        let input = world.store().release_input(delivery).await.unwrap().unwrap();
        if let Some(notice) = input.notice {
            assert!(input.to_write.is_none());
            found.push((delivery, *notice));
        }
    }
    found
}

fn categories(notice: &WithdrawalNotice) -> Vec<&str> {
    let said = notice.content().draft.body.get("categories").unwrap().as_array();
    said.unwrap().iter().map(|c| c.as_str().unwrap()).collect()
}

async fn protect<P: TestStore>(world: &World<P>, whom: &str, on: bool, now: i64) {
    let number = person(whom);
    let protected = world.store().set_protected(&number, on, &Actor::Operator, at(now));
    protected.await.unwrap();
}

fn by_duty(grant: Grant) -> Grant {
    let reference = "Tiltaksforskriften § 13-9".into();
    Grant {
        basis: Basis::Duty { reference },
        ..grant
    }
}

/// The parties that received something under the ended grants are told, about exactly these grants. Parties that received nothing,
/// and parties with another grant, are not told.
pub async fn who_got_something_is_told_of_it_and_nobody_else<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let grants = vec![
        grant(AFT, GP, &[Category::Progress, Category::Goals, Category::Function]),
        grant(AFT, DPS, &[Category::Progress]),
        by_duty(grant(AFT, NAV, &[Category::Progress])),
        grant(AFT, NAV, &[Category::Progress, Category::Goals]),
    ];
    let kari = world.consent(1, KARI, grants).await;
    hand(&world, AFT, GP, "r1", false).await;
    hand(&world, AFT, GP, "r2", true).await;
    hand(&world, AFT, GP, "r3", false).await;
    hand(&world, AFT, NAV, "r4", false).await;
    let unsent = world.deliver(AFT, DPS, progress("r5", KARI, "r5"), at(1)).await;
    let rows = world.audit().await.len();
    assert_eq!(everything(&world, kari, 3).await, [GP]);
    world.reopen();
    assert_eq!(world.state_name(unsent).await, "cancelled");
    for nobody in [AFT, DPS, NAV] {
        assert_eq!(world.due(nobody, at(9)).await, [], "{nobody}");
    }
    let [(delivery, notice)] = notices(&world, GP, 9).await.try_into().unwrap();
    assert_eq!(categories(&notice), ["goals", "progress"]);
    let content = notice.content().to_json();
    assert_eq!(
        (&content["from"], &content["to"], &content["kind"]),
        (&json!(AFT), &json!([GP]), &json!("consent-withdrawn"))
    );
    assert_eq!(content["participant"], json!({"nationalId": KARI}));
    assert_eq!(notice.content().draft.sent_at, at(3));
    // The log records the decision, with the participant's pseudonym.
    let audit = world.audit().await;
    let decided: Vec<_> = audit[rows..].iter().filter(|r| r.action == "notice-decided").collect();
    assert_eq!(decided.len(), 1);
    let detail: serde_json::Value = serde_json::from_str(&decided[0].detail).unwrap();
    assert_eq!(
        detail,
        json!({"delivery": delivery.to_string(), "participant": kari.to_string(), "from": AFT, "to": GP,
               "categories": ["goals", "progress"]})
    );
    // A repeated withdrawal tells no party again.
    assert_eq!(everything(&world, kari, 4).await, Vec::<String>::new());
    assert_eq!(notices(&world, GP, 9).await.len(), 1);
    // The first release freezes the bytes. The notice goes even if the receiver may still get other content.
    let released = world.carry(delivery, Outcome::Delivered, at(5)).await;
    assert!(!released.is_receipt());
    assert_eq!(world.due(GP, at(9)).await, []);
    assert_eq!(world.state_name(delivery).await, "delivered");
}

/// A notice about a partial withdrawal covers exactly the withdrawn part.
pub async fn a_part_that_is_withdrawn_is_told_of_as_that_part<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let both = [Category::Progress, Category::Goals];
    let grants = vec![
        grant(AFT, GP, &both),
        grant(AFT, DPS, &both),
        grant(GP, AFT, &[Category::Progress]),
    ];
    let kari = world.consent(1, KARI, grants).await;
    for (to, reference) in [(GP, "r1"), (DPS, "r3")] {
        hand(&world, AFT, to, reference, false).await;
        hand(&world, AFT, to, &format!("{reference}-g"), true).await;
    }
    hand(&world, GP, AFT, "r5", false).await;
    let part = Scope::Exchange {
        from: id(AFT),
        to: id(GP),
        purpose: bindeledd_core::Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Goals, Category::Function]),
    };
    assert_eq!(withdraw(&world, kari, part, Actor::Operator, 3).await, [GP]);
    let first = notices(&world, GP, 4).await;
    assert_eq!((first.len(), categories(&first[0].1)), (1, vec!["goals"]));
    // The party that withdraws is not told; the parties that received something from it are.
    let own = Scope::Party(id(GP));
    assert_eq!(withdraw(&world, kari, own, Actor::Party(id(GP)), 5).await, [AFT]);
    assert_eq!(notices(&world, GP, 6).await.len(), 1);
    let of_provider = notices(&world, AFT, 6).await;
    assert_eq!(of_provider[0].1.content().from, id(GP));
    // The later notice covers the rest, and goes to each of its receivers.
    assert_eq!(everything(&world, kari, 7).await, [DPS]);
    let rest = notices(&world, DPS, 8).await;
    assert_eq!(categories(&rest[0].1), ["goals", "progress"]);
    let ids = [&first[0].1, &of_provider[0].1, &rest[0].1].map(|n| n.content().id);
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
}

/// No party is told about an exchange that another consent still permits, or that had ended before.
pub async fn what_is_still_permitted_or_was_over_is_not_told_of<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    hand(&world, AFT, GP, "r1", false).await;
    let later = consent(2, KARI, at(2), vec![grant(AFT, GP, &[Category::Progress])]);
    let registered = world.store().register_consent(later, &Actor::Operator, at(2)).await;
    let later = registered.unwrap().unwrap();
    let first = bindeledd_core::ConsentId(uuid::Uuid::from_u128(1));
    let nobody = Vec::<String>::new();
    let of = |consent| withdraw(&world, kari, Scope::Consent(consent), Actor::Operator, 3);
    assert_eq!(of(first).await, nobody, "the later consent stands");
    assert_eq!(of(later.id).await, [GP]);
    // No notice is sent about a person under address protection.
    let ola = world.consent(3, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let delivery = world.deliver(AFT, GP, progress("o1", OLA, "o1"), at(4)).await;
    world.carry(delivery, Outcome::Delivered, at(4)).await;
    protect(&world, OLA, true, 5).await;
    assert_eq!(everything(&world, ola, 6).await, nobody);
}

/// A withdrawal notice is retried, survives a restart, and is receipted and refused like a message.
pub async fn word_of_a_withdrawal_goes_the_way_of_any_delivery<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    hand(&world, AFT, GP, "r1", false).await;
    everything(&world, kari, 3).await;
    let (delivery, _) = notices(&world, GP, 4).await.remove(0);
    // A notice can be reserved only after it was written, and only once.
    let reserve = |written| world.store().reserve(delivery, written, at(4), at(5));
    assert!(matches!(reserve(None).await.unwrap(), ReserveOutcome::Changed));
    let again = Outcome::TryAgain {
        due: at(6),
        cause: Cause::new("BL-4002", "x"),
    };
    let sent = world.carry(delivery, again, at(5)).await.into_bytes();
    let input = world.store().release_input(delivery).await.unwrap().unwrap();
    assert!(input.notice.is_none() && input.to_write.is_none(), "it is frozen");
    world.begin(delivery, at(6)).await;
    world.reopen();
    world.store().recover(at(7)).await.unwrap();
    let awaiting = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(90),
    };
    assert_eq!(
        world.carry(delivery, awaiting, at(8)).await.into_bytes(),
        sent,
        "the same bytes"
    );
    // If receipts can be fetched, the receipt of the notice is fetched too.
    let asked = world.store().awaiting(&id(GP), None, 10).await.unwrap();
    assert_eq!((asked.len(), asked[0].0), (1, delivery));
    let receipt = Receipt {
        status: ReceiptStatus::Refused,
        refers_to: format!("ext-{delivery}"),
        scheme: "msgid".into(),
        errors: Vec::new(),
    };
    let settled = world.store().receipt(&id(GP), &receipt, at(9)).await.unwrap();
    assert_eq!(settled, ReceiptOutcome::Settled(delivery));
    let filter = AlertFilter {
        kind: Some(AlertKind::DeliveryFailed),
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = world.store().alerts(&filter).await.unwrap();
    let raised: Vec<_> = alerts
        .iter()
        .map(|a| (a.delivery, a.party.clone(), a.message))
        .collect();
    assert_eq!(raised, [(Some(delivery), Some(id(GP)), None)]);
}

/// An erasure or address protection between the withdrawal and the sending stops the notice. Joining participants moves the notice
/// to the joined one.
pub async fn an_erasure_or_a_protection_stops_it_and_a_joining_moves_it<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let ola = world.consent(3, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    hand(&world, AFT, GP, "r1", false).await;
    let delivery = world.deliver(AFT, GP, progress("o1", OLA, "o1"), at(1)).await;
    world.carry(delivery, Outcome::Delivered, at(2)).await;
    everything(&world, kari, 3).await;
    everything(&world, ola, 3).await;
    let waiting = notices(&world, GP, 4).await;
    assert_eq!(waiting.len(), 2);
    // One notice is written before the two participants are joined.
    let again = Outcome::TryAgain {
        due: at(4),
        cause: Cause::new("BL-4002", "x"),
    };
    let of_ola = waiting
        .iter()
        .find(|(_, n)| n.content().draft.participant.national_id.reveal() == OLA)
        .unwrap()
        .0;
    world.carry(of_ola, again.clone(), at(3)).await;
    let joined = world.store().link(kari, &person(OLA), &Actor::Operator, at(4)).await;
    assert_eq!(joined.unwrap().unwrap().joined, Some(ola));
    world.reopen();
    world.carry(of_ola, again, at(4)).await;
    protect(&world, KARI, true, 5).await;
    let of_kari = waiting.iter().find(|(d, _)| *d != of_ola).unwrap().0;
    assert!(matches!(
        world.reserve(of_kari, at(6)).await,
        ReserveOutcome::Stopped(_)
    ));
    assert_eq!(world.state_name(of_kari).await, "cancelled");
    protect(&world, KARI, false, 7).await;
    let erased = world
        .store()
        .erase(kari, &Actor::Operator, at(8))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(erased.cancelled, [of_ola]);
    assert_eq!(world.due(GP, at(99)).await, []);
    world.reopen();
    assert!(
        world
            .store()
            .release_input(of_ola)
            .await
            .unwrap()
            .unwrap()
            .notice
            .is_none()
    );
}

/// For a party that fetches, the notice stays in the inbox until it is acknowledged.
pub async fn it_lies_in_an_inbox_till_it_is_acknowledged<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    hand(&world, AFT, GP, "r1", false).await;
    everything(&world, kari, 3).await;
    let lies = world.store().inbox(&id(GP), at(4), 10).await.unwrap();
    assert_eq!(lies.len(), 1);
    let handed = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(90),
    };
    let first = world.carry(lies[0], handed, at(4)).await.into_bytes();
    let again = world.store().reread(lies[0], at(5)).await.unwrap().unwrap();
    assert!(!again.is_receipt());
    assert_eq!(again.into_bytes(), first);
    assert!(world.acknowledge(GP, lies[0], at(6)).await);
    assert_eq!(world.state_name(lies[0]).await, "delivered");
}
