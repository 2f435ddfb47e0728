//! The order of deliveries within a conversation to one receiver.

use bindeledd_core::Category;
use bindeledd_core::DeliveryId;
use bindeledd_core::delivery::{Cause, WaitingStep};
use bindeledd_engine::ports::{Actor, Attempt, Outcome, ReserveOutcome};

use crate::TestStore;
use crate::world::{AFT, GP, KARI, NAV, OLA, World, at, grant, progress};

/// The first delivery leaves the queue when it has been handed over.
pub async fn a_conversation_to_one_receiver_goes_in_order<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let mut queue = Vec::new();
    for (i, reference) in ["r1", "r2", "r3"].into_iter().enumerate() {
        let now = at(i64::try_from(i).unwrap());
        queue.push(world.deliver(AFT, GP, progress(reference, KARI, "c"), now).await);
    }
    assert_eq!(world.due(GP, at(9)).await, queue[..1]);
    assert!(matches!(world.reserve(queue[1], at(9)).await, ReserveOutcome::NotNow));
    world.begin(queue[0], at(10)).await;
    assert_eq!(world.due(GP, at(10)).await, [], "on its way, and still the head");
    world.reopen();
    let later = Outcome::TryAgain {
        due: at(50),
        cause: Cause::new("BL-4002", "x"),
    };
    assert!(
        world
            .store()
            .settle(queue[0], later, Attempt::default(), at(11))
            .await
            .unwrap()
    );
    assert_eq!(world.due(GP, at(49)).await, [], "a retry is waited for");
    let handed = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(queue[0], handed, at(50)).await;
    assert_eq!(world.due(GP, at(51)).await, queue[1..2]);
    world.carry(queue[1], Outcome::Delivered, at(52)).await;
    assert_eq!(world.due(GP, at(53)).await, queue[2..]);
    world.carry(queue[2], Outcome::Delivered, at(54)).await;
    let next = world.deliver(AFT, GP, progress("r4", KARI, "c"), at(55)).await;
    assert_eq!(world.due(GP, at(56)).await, [next]);
}

/// Deliveries of different conversations never wait for each other, nor do conversations of two participants with the same name.
pub async fn other_conversations_receivers_and_persons_do_not_wait<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let grants = || {
        vec![
            grant(AFT, GP, &[Category::Progress]),
            grant(AFT, NAV, &[Category::Progress]),
        ]
    };
    world.consent(1, KARI, grants()).await;
    world.consent(2, OLA, grants()).await;
    let accepted = world.send(AFT, &[GP, NAV], progress("r1", KARI, "c"), at(1)).await;
    let other_conversation = world.deliver(AFT, GP, progress("r2", KARI, "d"), at(2)).await;
    let other_person = world.deliver(AFT, GP, progress("r3", OLA, "c"), at(3)).await;
    let behind = world.deliver(AFT, GP, progress("r4", KARI, "c"), at(4)).await;
    let due = world.due(GP, at(9)).await;
    assert_eq!(due, [accepted.deliveries[0].id, other_conversation, other_person]);
    assert!(!due.contains(&behind));
    assert_eq!(world.due(NAV, at(9)).await, [accepted.deliveries[1].id]);
    // Due deliveries are listed oldest first, up to the requested number.
    assert_eq!(
        world.store().due(&crate::world::id(GP), at(9), 2).await.unwrap(),
        due[..2]
    );
    assert_eq!(
        world.store().next_due(&crate::world::id(GP)).await.unwrap(),
        Some(at(1))
    );
    assert_eq!(world.store().next_due(&crate::world::id(AFT)).await.unwrap(), None);
}

/// When the first delivery ends in any way, the next one moves up.
pub async fn whatever_ends_the_head_promotes_the_next<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let end = async |world: &World<P>, how: usize, head: DeliveryId| {
        let cause = || Cause::new("BL-4003", "x");
        match how {
            0 => drop(world.carry(head, Outcome::Delivered, at(10)).await),
            1 => drop(world.carry(head, Outcome::Refused(cause()), at(10)).await),
            2 => drop(world.carry(head, Outcome::Failed(cause()), at(10)).await),
            3 => assert!(
                world
                    .store()
                    .move_waiting(head, WaitingStep::Cancel(cause()), at(10))
                    .await
                    .unwrap()
            ),
            4 => assert!(
                world
                    .store()
                    .move_waiting(head, WaitingStep::Expire(cause()), at(10))
                    .await
                    .unwrap()
            ),
            _ => assert!(
                world
                    .store()
                    .move_waiting(head, WaitingStep::Fail(cause()), at(10))
                    .await
                    .unwrap()
            ),
        }
    };
    for how in 0..6 {
        let conversation = format!("c{how}");
        let head = world
            .deliver(AFT, GP, progress(&format!("a{how}"), KARI, &conversation), at(1))
            .await;
        let next = world
            .deliver(AFT, GP, progress(&format!("b{how}"), KARI, &conversation), at(2))
            .await;
        let last = world
            .deliver(AFT, GP, progress(&format!("d{how}"), KARI, &conversation), at(3))
            .await;
        // The end of a delivery in the middle of the queue moves none up.
        if how == 0 {
            let cause = Cause::new("BL-4003", "x");
            assert!(
                world
                    .store()
                    .move_waiting(next, WaitingStep::Fail(cause), at(4))
                    .await
                    .unwrap()
            );
            assert_eq!(world.due(GP, at(9)).await, [head]);
        }
        let expected = if how == 0 { last } else { next };
        end(&world, how, head).await;
        assert_eq!(world.due(GP, at(20)).await, [expected], "after end {how}");
        for rest in [next, last] {
            if !world.state(rest).await.is_ended() {
                world.carry(rest, Outcome::Delivered, at(30)).await;
            }
        }
    }
}

/// A replayed delivery joins the end of the queue, and does not overtake others.
pub async fn a_replay_joins_the_tail<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let first = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(1)).await;
    let second = world.deliver(AFT, GP, progress("r2", KARI, "c"), at(2)).await;
    let first_delivery = first.deliveries[0].id;
    world
        .carry(first_delivery, Outcome::Failed(Cause::new("BL-4003", "x")), at(3))
        .await;
    let third = world.deliver(AFT, GP, progress("r3", KARI, "c"), at(4)).await;
    let replayed = world.store().replay(first.id, &Actor::Operator, at(5)).await.unwrap();
    assert_eq!(replayed, [first_delivery]);
    for expected in [second, third, first_delivery] {
        assert_eq!(world.due(GP, at(9)).await, [expected]);
        world.carry(expected, Outcome::Delivered, at(9)).await;
    }
    assert_eq!(world.due(GP, at(9)).await, []);
}
