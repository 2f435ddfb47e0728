//! Attempts and the way of a message.

use std::time::Duration;

use bindeledd_core::delivery::Cause;
use bindeledd_core::delivery::next::Next;
use bindeledd_core::{AdapterId, CategorySet};
use bindeledd_engine::ports::{
    Actor, Answered, Attempt, AttemptResult, AttemptView, Outcome, ReadBy, SendFailure, Timeline,
};

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, id, progress};

const DAY: i64 = 86_400;

fn adapter() -> AdapterId {
    AdapterId::parse("gp-dialogmelding@0.1.0").unwrap()
}

fn attempt(answer: Answered) -> Attempt {
    Attempt {
        answer,
        adapter: Some(adapter()),
        adapter_sha256: Some([7; 32]),
    }
}

fn again(due: i64) -> Outcome {
    Outcome::TryAgain {
        due: at(due),
        cause: Cause::new("BL-4002", "a text that stays out of the attempts"),
    }
}

async fn timeline<P: TestStore>(world: &World<P>, message: bindeledd_core::MessageId) -> Timeline {
    world.store().timeline(message).await.unwrap().unwrap()
}

/// Every attempt is there with its time, duration, answer, adapter and result, also after a reopening.
pub async fn every_attempt_is_told_with_its_answer<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let message = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let delivery = message.deliveries[0].id;
    let before = timeline(&world, message.id).await;
    assert_eq!((before.ways.len(), before.ways[0].attempts.len()), (1, 0));
    assert!(matches!(before.ways[0].next, Next::Attempt { .. }));

    world.begin(delivery, at(2)).await;
    assert_eq!(timeline(&world, message.id).await.ways[0].next, Next::Now);
    let nothing = attempt(Answered::Nothing(SendFailure::NoAnswer));
    assert!(world.store().settle(delivery, again(10), nothing, at(5)).await.unwrap());
    world.begin(delivery, at(10)).await;
    let busy = attempt(Answered::Status(503));
    assert!(world.store().settle(delivery, again(20), busy, at(11)).await.unwrap());
    world.begin(delivery, at(20)).await;
    world.reopen();
    world.store().recover(at(25)).await.unwrap();
    world.begin(delivery, at(26)).await;
    let handed = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    let taken = attempt(Answered::Status(202));
    assert!(world.store().settle(delivery, handed, taken, at(27)).await.unwrap());
    let way = timeline(&world, message.id).await.ways.remove(0);
    let told = |number, began, took: Option<u64>, result, answer, code: Option<&str>, sha256| AttemptView {
        number,
        began_at: at(began),
        took: took.map(Duration::from_secs),
        result,
        answer,
        code: code.map(str::to_owned),
        adapter: Some(adapter()),
        adapter_sha256: sha256,
    };
    let (sha, retry) = (Some([7; 32]), AttemptResult::Again);
    let failed = |failure| Answered::Nothing(failure);
    let mut attempts = way.attempts.clone();
    // The store has the name of the adapter that froze the bytes, and no digest, for an attempt that was broken off.
    attempts[2].adapter = Some(adapter());
    assert_eq!(
        attempts,
        [
            told(
                1,
                2,
                Some(3),
                retry,
                failed(SendFailure::NoAnswer),
                Some("BL-4002"),
                sha
            ),
            told(2, 10, Some(1), retry, Answered::Status(503), Some("BL-4002"), sha),
            told(3, 20, None, retry, failed(SendFailure::Interrupted), None, None),
            told(
                4,
                26,
                Some(1),
                AttemptResult::AwaitingReceipt,
                Answered::Status(202),
                None,
                sha
            ),
        ]
    );
    assert_eq!((way.receipt_at, way.next), (None, Next::Receipt { by: at(900) }));
    assert_eq!(way.releases.len(), 4);
    assert!(
        way.releases
            .iter()
            .all(|r| r.may_have_left && r.categories != CategorySet::EMPTY && !r.grants.is_empty())
    );
    assert!(world.acknowledge(GP, delivery, at(30)).await);
    let way = timeline(&world, message.id).await.ways.remove(0);
    assert_eq!((way.receipt_at, way.next), (Some(at(30)), Next::Nothing));
}

/// A settlement that comes too late is no attempt.
pub async fn what_is_settled_too_late_is_no_attempt<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let message = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let delivery = message.deliveries[0].id;
    let ok = attempt(Answered::Status(200));
    assert!(
        !world
            .store()
            .settle(delivery, Outcome::Delivered, ok, at(2))
            .await
            .unwrap()
    );
    assert_eq!(timeline(&world, message.id).await.ways[0].attempts, []);
}

/// A delivery waits for an earlier one of its conversation, or for a receiver that is held; its way says so.
pub async fn what_comes_next_is_told<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let first = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let second = world.send(AFT, &[GP], progress("r2", KARI, "a"), at(2)).await;
    let ends_at = at(2 + DAY);
    assert_eq!(timeline(&world, second.id).await.ways[0].next, Next::Behind { ends_at });
    world
        .store()
        .set_paused(&id(GP), true, &Actor::Operator, at(3))
        .await
        .unwrap();
    assert_eq!(timeline(&world, second.id).await.ways[0].next, Next::Held { ends_at });
    world.store().cancel(first.id, &Actor::Operator, at(4)).await.unwrap();
    assert_eq!(timeline(&world, first.id).await.ways[0].next, Next::Nothing);
    let nobody = bindeledd_core::MessageId(uuid::Uuid::nil());
    assert_eq!(world.store().timeline(nobody).await.unwrap(), None);
}

/// The adapter that read a document stands with its messages.
pub async fn the_adapter_that_read_a_document_is_kept<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let to = bindeledd_core::Receivers::Parties(vec![id(GP)]);
    let new = world.new_message(progress("r1", KARI, "a"), to, at(1));
    let message = new.id;
    let read_by = ReadBy {
        adapter: adapter(),
        sha256: Some([9; 32]),
    };
    let mut acceptance = world.acceptance(AFT, vec![new]);
    acceptance.read_by = Some(read_by.clone());
    world.accept(acceptance, at(1)).await.unwrap();
    world.reopen();
    assert_eq!(timeline(&world, message).await.read_by, Some(read_by));
}

/// Attempts leave with the content, and with the participant.
pub async fn attempts_leave_with_the_content<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let old = world.send(AFT, &[GP], progress("r1", KARI, "a"), at(1)).await;
    let open = world.send(AFT, &[GP], progress("r2", KARI, "b"), at(1)).await;
    world.carry(old.deliveries[0].id, Outcome::Delivered, at(2)).await;
    world.carry(open.deliveries[0].id, again(400 * DAY), at(2)).await;
    let attempts = async |message| timeline(&world, message).await.ways[0].attempts.len();
    assert_eq!((attempts(old.id).await, attempts(open.id).await), (1, 1));
    world.store().sweep(at(300 * DAY)).await.unwrap();
    assert_eq!(attempts(old.id).await, 0);
    let later = world.send(AFT, &[GP], progress("r3", KARI, "c"), at(300 * DAY)).await;
    world.begin(later.deliveries[0].id, at(300 * DAY)).await;
    world
        .store()
        .erase(kari, &Actor::Operator, at(300 * DAY + 1))
        .await
        .unwrap();
    let ok = attempt(Answered::Status(200));
    let settled = world
        .store()
        .settle(later.deliveries[0].id, Outcome::Delivered, ok, at(300 * DAY + 2));
    assert!(settled.await.unwrap());
    assert_eq!((attempts(open.id).await, attempts(later.id).await), (0, 0));
}
