//! Inboxes: the receiver's request takes the place of a sending, with the same release.

use bindeledd_core::delivery::State;
use bindeledd_engine::ports::{Actor, Outcome, Scope};

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, World, at, document, id, progress};

fn fetched() -> Outcome {
    Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(10_000),
    }
}

/// The inbox lists a delivery until it is acknowledged, in the order of acceptance.
pub async fn an_inbox_shows_what_waits_and_what_was_fetched_until_it_is_acknowledged<P: TestStore>(
    make: impl Fn() -> P,
) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let first = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    let second = world.deliver(AFT, GP, progress("r2", KARI, "d"), at(2)).await;
    let inbox = async |world: &World<P>, limit| world.store().inbox(&id(GP), at(9), limit).await.unwrap();
    assert_eq!(inbox(&world, 10).await, [first, second]);
    assert_eq!(inbox(&world, 1).await, [first]);
    let released = world.carry(first, fetched(), at(3)).await;
    assert_eq!(inbox(&world, 10).await, [first, second]);
    world.reopen();
    let again = world.store().reread(first, at(4)).await.unwrap().unwrap();
    assert_eq!(again.into_bytes(), released.into_bytes());
    assert!(matches!(world.state(first).await, State::AwaitingReceipt(_)));
    assert!(world.acknowledge(GP, first, at(5)).await);
    assert_eq!(world.state_name(first).await, "delivered");
    assert_eq!(inbox(&world, 10).await, [second]);
    assert!(world.acknowledge(GP, first, at(6)).await, "twice is once");
    assert_eq!(
        world.store().reread(first, at(7)).await.unwrap().unwrap_err().code,
        "BL-4007"
    );
    assert_eq!(
        (world.audited("acknowledged").await, world.audited("read-again").await),
        (1, 1)
    );
}

/// Only the inbox's own party can acknowledge a delivery, and only after it was handed over.
pub async fn only_the_inboxs_own_party_acknowledges<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    assert!(!world.acknowledge(GP, delivery, at(2)).await);
    world.carry(delivery, fetched(), at(3)).await;
    assert!(!world.acknowledge(DPS, delivery, at(4)).await);
    assert!(!world.acknowledge(AFT, delivery, at(4)).await);
    assert_eq!(world.state_name(delivery).await, "awaiting-receipt");
    let unknown = bindeledd_core::DeliveryId(uuid::Uuid::from_u128(1));
    assert!(!world.acknowledge(GP, unknown, at(4)).await);
}

/// Every reading of the inbox decides again whether its deliveries may be shown.
pub async fn a_read_again_after_a_withdrawal_gives_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let kari = world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    assert_eq!(
        world.store().reread(delivery, at(2)).await.unwrap().unwrap_err().code,
        "BL-4007"
    );
    world.carry(delivery, fetched(), at(3)).await;
    let answer = world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(4))
        .await
        .unwrap();
    assert_eq!(answer.handed_over, [delivery]);
    let cause = world.store().reread(delivery, at(5)).await.unwrap().unwrap_err();
    assert_eq!(cause.code, "BL-2003");
    assert!(world.state(delivery).await.is_ended());
    let [told] = world
        .store()
        .inbox(&id(GP), at(6), 10)
        .await
        .unwrap()
        .try_into()
        .unwrap();
    assert!(
        world
            .store()
            .release_input(told)
            .await
            .unwrap()
            .unwrap()
            .notice
            .is_some(),
        "word of the withdrawal"
    );
    // A notice needs no consent.
    let notice = bindeledd_core::ControlNotice::receipt_to_sender(id(GP), None);
    let notice = world
        .store()
        .notify(notice, document("n"), at(900), at(6))
        .await
        .unwrap();
    world.carry(notice, fetched(), at(7)).await;
    assert_eq!(
        world.store().reread(notice, at(8)).await.unwrap().unwrap().into_bytes(),
        document("n")
    );
}

/// The first reading of a day writes a row; later polls of that day write none.
pub async fn an_inbox_that_is_polled_leaves_one_row_a_day<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    world.carry(delivery, fetched(), at(2)).await;
    let poll = async |world: &World<P>, seconds| world.store().reread(delivery, at(seconds)).await.unwrap().unwrap();
    for n in 0..100 {
        poll(&world, 3 + n).await;
    }
    assert_eq!(world.audited("read-again").await, 1);
    world.reopen();
    let day = 24 * 60 * 60;
    poll(&world, day).await;
    assert_eq!(world.audited("read-again").await, 1, "a start is no new day");
    for n in 0..100 {
        poll(&world, day + 3 + n).await;
    }
    assert_eq!(world.audited("read-again").await, 2);
    // A clock that is set back does not suppress a row.
    poll(&world, 50).await;
    assert_eq!(world.audited("read-again").await, 3);
}

/// Each row of a release has the digest of the released bytes and the adapter that wrote them.
pub async fn a_release_names_its_bytes_and_their_adapter_in_the_log<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let mut digests = Vec::new();
    for reference in ["r1", "r2"] {
        let delivery = world
            .deliver(AFT, GP, progress(reference, KARI, reference), at(1))
            .await;
        world.carry(delivery, fetched(), at(2)).await;
        world.store().reread(delivery, at(3)).await.unwrap().unwrap();
        let rows = world.audit().await.into_iter().filter(|row| {
            ["reserved", "read-again"].contains(&row.action.as_str()) && row.detail.contains(&delivery.to_string())
        });
        let details: Vec<serde_json::Value> = rows.map(|row| serde_json::from_str(&row.detail).unwrap()).collect();
        assert_eq!(details.len(), 2);
        for detail in &details {
            assert_eq!(detail["adapter"], "provider-json", "{detail}");
            assert_eq!(detail["adapterSha256"], "07".repeat(32), "{detail}");
            let digest = detail["documentDigest"].as_str().unwrap();
            assert!(
                digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()),
                "{detail}"
            );
        }
        assert_eq!(
            details[0]["documentDigest"], details[1]["documentDigest"],
            "the bytes are the same"
        );
        digests.push(details[0]["documentDigest"].clone());
    }
    assert_ne!(digests[0], digests[1], "each delivery has a salt of its own");
}
