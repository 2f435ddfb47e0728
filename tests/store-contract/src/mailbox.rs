//! Inboxes from which the hub fetches: items keep the order of their listing, and each item takes its steps in order.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::contract::Item;
use bindeledd_core::delivery::Cause;
use bindeledd_core::fetched::Step;
use bindeledd_core::{AdapterId, ControlNotice, Receivers};
use bindeledd_engine::ports::{
    AlertFilter, Attempt, BuiltAnswer, FetchedItem, ItemStep, MailboxName, Origin, Outcome, ReserveOutcome,
};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, document, id, progress};

fn mailbox() -> MailboxName {
    MailboxName("gp-dialogmelding https://msh.example her:8094866".into())
}

fn item(id: &str) -> Item {
    Item {
        id: id.into(),
        sender: "her:8142952".into(),
        note: "et notat".into(),
    }
}

async fn list<P: TestStore>(world: &World<P>, ids: &[&str], cursor: Option<&str>, seconds: i64) -> usize {
    let items: Vec<Item> = ids.iter().map(|id| item(id)).collect();
    world
        .store()
        .put_listing(&mailbox(), &items, cursor, None, at(seconds))
        .await
        .unwrap()
}

async fn open<P: TestStore>(world: &World<P>, seconds: i64) -> Vec<FetchedItem> {
    world.store().items(&mailbox(), at(seconds), 100).await.unwrap()
}

fn told(items: &[FetchedItem]) -> Vec<(&str, Step)> {
    items.iter().map(|i| (i.item.id.as_str(), i.state.step)).collect()
}

async fn step<P: TestStore>(world: &World<P>, item: &FetchedItem, step: ItemStep, seconds: i64) -> bool {
    world.store().item_step(&item.key, step, at(seconds)).await.unwrap()
}

fn fetched() -> ItemStep {
    ItemStep::Fetched {
        media_type: "application/xml".into(),
        body: b"<et-dokument/>".to_vec(),
    }
}

/// An item that is listed twice counts once, at its first position. The cursor survives a restart.
pub async fn a_listing_is_kept_once_in_its_order_with_its_cursor<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    assert_eq!(world.store().cursor(&mailbox()).await.unwrap(), None);
    assert_eq!(list(&world, &["b", "a"], Some("17"), 1).await, 2);
    assert_eq!(list(&world, &["a", "c", "b"], Some("18"), 2).await, 1);
    assert_eq!(
        list(&world, &["c"], None, 3).await,
        0,
        "no cursor leaves the one that is there"
    );
    world.reopen();
    let listed = open(&world, 4).await;
    assert_eq!(
        told(&listed),
        [("b", Step::Listed), ("a", Step::Listed), ("c", Step::Listed)]
    );
    assert_eq!(listed[0].item, item("b"));
    assert_eq!(world.store().cursor(&mailbox()).await.unwrap().as_deref(), Some("18"));
    let other = MailboxName("another".into());
    assert_eq!(world.store().items(&other, at(4), 10).await.unwrap(), []);
}

/// The document is kept between fetch and acceptance. An item neither repeats a step nor goes back.
pub async fn an_item_goes_one_step_after_the_other<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    list(&world, &["a"], None, 1).await;
    let first = open(&world, 2).await.remove(0);
    assert!(
        !step(&world, &first, ItemStep::Marked, 2).await,
        "what is not answered is not marked"
    );
    assert!(step(&world, &first, fetched(), 2).await);
    assert!(!step(&world, &first, fetched(), 2).await, "once");
    world.reopen();
    let second = open(&world, 3).await.remove(0);
    assert_eq!(
        second.document,
        Some(("application/xml".into(), b"<et-dokument/>".to_vec()))
    );
    assert!(step(&world, &second, ItemStep::Accepted, 3).await);
    let third = open(&world, 4).await.remove(0);
    assert_eq!((third.state.step, &third.document), (Step::Accepted, &None));
    assert!(step(&world, &third, ItemStep::Answered, 4).await);
    assert!(step(&world, &third, ItemStep::Marked, 5).await);
    assert_eq!(open(&world, 6).await, []);
    assert_eq!(world.store().item_due(&mailbox(), at(6)).await.unwrap(), None);
    // A marked item that is listed again is only marked again.
    assert_eq!(list(&world, &["a"], None, 7).await, 0);
    assert_eq!(told(&open(&world, 8).await), [("a", Step::Answered)]);
}

/// A listing without news writes no row, however often it comes: neither for open items, nor for marked ones, nor for the cursor.
pub async fn a_listing_without_news_writes_nothing<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    list(&world, &["a", "b"], Some("17"), 1).await;
    let first = open(&world, 2).await.remove(0);
    for through in [fetched(), ItemStep::Accepted, ItemStep::Answered, ItemStep::Marked] {
        assert!(step(&world, &first, through, 2).await);
    }
    // The mark did not reach the inbox, so that it is made again.
    list(&world, &["a", "b"], Some("17"), 3).await;
    let again = open(&world, 3).await.remove(0);
    assert!(step(&world, &again, ItemStep::Marked, 3).await);
    let before = world.store().audit(1, 1000).await.unwrap().len();
    for second in 4..60 {
        assert_eq!(list(&world, &["a", "b", "b"], Some("17"), second).await, 0);
    }
    assert_eq!(world.store().audit(1, 1000).await.unwrap().len(), before);
    assert_eq!(told(&open(&world, 61).await), [("b", Step::Listed)]);
    assert_eq!(world.store().open_items(&mailbox(), 100).await.unwrap(), 1);
    // An hour later the inbox gets the mark once more.
    list(&world, &["a", "b"], Some("17"), 3 + 3_600).await;
    assert_eq!(world.store().open_items(&mailbox(), 100).await.unwrap(), 2);
    assert_eq!(
        world.store().open_items(&mailbox(), 1).await.unwrap(),
        1,
        "as far as it is asked"
    );
}

/// A failed item waits for its retry; the other items go on.
pub async fn what_failed_rests_alone<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    list(&world, &["a", "b"], None, 1).await;
    let first = open(&world, 2).await.remove(0);
    let again = ItemStep::TryAgain {
        due: at(100),
        cause: Cause::new("BL-4011", "the mailbox answered 500"),
    };
    assert!(step(&world, &first, again, 2).await);
    assert_eq!(told(&open(&world, 3).await), [("b", Step::Listed)]);
    assert_eq!(world.store().item_due(&mailbox(), at(3)).await.unwrap(), Some(at(1)));
    let later = open(&world, 100).await;
    assert_eq!((told(&later)[0], later[0].state.attempts), (("a", Step::Listed), 1));
}

/// An accepted item is marked only after its answer was made and has left the hub.
pub async fn an_accepted_item_waits_for_its_answer<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    list(&world, &["a"], None, 1).await;
    let it = open(&world, 2).await.remove(0);
    step(&world, &it, fetched(), 2).await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), at(3));
    let mut acceptance = world.acceptance(AFT, vec![new]);
    acceptance.origin = Some(Origin {
        adapter: AdapterId::parse("gp-dialogmelding").unwrap(),
        origin: json!({"msgId": "1"}),
    });
    acceptance.item = Some(it.key.clone());
    world.accept(acceptance, at(3)).await.unwrap();
    assert_eq!(open(&world, 4).await, [], "its answer is to be built");
    let due = world.store().item_due(&mailbox(), at(4)).await.unwrap().unwrap();
    assert!(due > at(4) && due < at(6), "it is looked at soon: {due}");
    world.reopen();
    let pending = world.store().pending_answers(10).await.unwrap().remove(0);
    let notice = ControlNotice::receipt_to_sender(id(AFT), Some(pending.about));
    let answer = BuiltAnswer::Ready(Box::new((notice, document("apprec-1"))));
    world
        .store()
        .put_answer(pending.id, answer, at(900), at(5))
        .await
        .unwrap();
    assert_eq!(open(&world, 6).await, [], "its answer is to be sent");
    let delivery = world.due(AFT, at(6)).await[0];
    let reserved = world.store().reserve(delivery, None, at(6), at(7)).await.unwrap();
    assert!(matches!(reserved, ReserveOutcome::Reserved(_)));
    world.store().begin_sending(delivery, at(6)).await.unwrap();
    assert_eq!(open(&world, 6).await, [], "its answer is on its way");
    world
        .store()
        .settle(delivery, Outcome::Delivered, Attempt::default(), at(7))
        .await
        .unwrap();
    assert_eq!(told(&open(&world, 8).await), [("a", Step::Accepted)]);
}

/// An item without an answer does not wait for one.
pub async fn an_item_without_an_answer_goes_on<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    list(&world, &["a"], None, 1).await;
    let it = open(&world, 2).await.remove(0);
    step(&world, &it, fetched(), 2).await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), at(3));
    let mut acceptance = world.acceptance(AFT, vec![new]);
    acceptance.item = Some(it.key.clone());
    world.accept(acceptance, at(3)).await.unwrap();
    assert_eq!(told(&open(&world, 4).await), [("a", Step::Accepted)]);
}

/// An item that can not be accepted is set aside once. Its reason, its negative receipt and an alert are stored in the same step.
pub async fn what_is_set_aside_is_told_of_and_answered_once<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    list(&world, &["a"], None, 1).await;
    let it = open(&world, 2).await.remove(0);
    step(&world, &it, fetched(), 2).await;
    let aside = || ItemStep::SetAside {
        sender: Some(id(GP)),
        cause: Cause::new("BL-3101", "Dette er en henvisning."),
        answer: Some(Box::new((
            ControlNotice::receipt_to_sender(id(GP), None),
            document("apprec-2"),
            at(900),
        ))),
    };
    assert!(step(&world, &it, aside(), 3).await);
    assert!(!step(&world, &it, aside(), 3).await);
    assert_eq!(world.due(GP, at(4)).await.len(), 1, "one receipt");
    let alerts = world
        .store()
        .alerts(&AlertFilter {
            kind: None,
            party: None,
            state: None,
            before: None,
            limit: 10,
        })
        .await
        .unwrap();
    let told: Vec<_> = alerts.iter().map(|a| (a.kind.code(), a.code.as_deref())).collect();
    assert_eq!(told, [("item-set-aside", Some("BL-3101"))]);
    let aside = world.store().items_aside(10).await.unwrap();
    assert_eq!(
        (
            aside[0].id.as_str(),
            aside[0].sender.as_str(),
            aside[0].cause.text.as_str()
        ),
        ("a", "her:8142952", "Dette er en henvisning.")
    );
}

/// A delivery that waits for a receipt is listed with its ids in the receiver's system.
pub async fn what_awaits_a_receipt_is_listed_with_its_ids<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(1)).await;
    assert_eq!(world.store().awaiting(&id(GP), None, 10).await.unwrap(), []);
    world.begin(delivery, at(2)).await;
    let outcome = Outcome::AwaitingReceipt {
        references: vec![bindeledd_core::contract::Reference::new("msh", "transport-1")],
        until: at(900),
    };
    world
        .store()
        .settle(delivery, outcome, Attempt::default(), at(3))
        .await
        .unwrap();
    let awaiting = world.store().awaiting(&id(GP), None, 10).await.unwrap();
    assert_eq!(awaiting.len(), 1);
    assert_eq!(awaiting[0].0, delivery);
    assert!(
        awaiting[0]
            .1
            .iter()
            .any(|r| r.scheme == "msh" && r.value == "transport-1"),
        "{awaiting:?}"
    );
    assert_eq!(
        world.store().awaiting(&id(GP), Some(delivery), 10).await.unwrap(),
        [],
        "from after one"
    );
    assert_eq!(world.store().awaiting(&id(AFT), None, 10).await.unwrap(), []);
}

/// A listing with invalid entries raises its alert in the transaction that stores the listing.
pub async fn a_listing_with_strange_entries_is_kept_and_told_of_together<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let party = id(GP);
    let mailbox = mailbox();
    let kept = world
        .store()
        .put_listing(&mailbox, &[], Some("c1"), Some(&party), at(1));
    assert_eq!(kept.await.unwrap(), 0);
    assert_eq!(world.store().cursor(&mailbox).await.unwrap().as_deref(), Some("c1"));
    let filter = AlertFilter {
        limit: 10,
        ..AlertFilter::default()
    };
    let alerts = world.store().alerts(&filter).await.unwrap();
    let told: Vec<_> = alerts
        .iter()
        .map(|a| (a.kind, a.code.as_deref(), a.party.clone()))
        .collect();
    assert_eq!(told, [(AlertKind::ItemSetAside, Some("BL-3111"), Some(party))]);
}
