//! Answers to senders' systems, and notices outside conversations.

use bindeledd_core::Receivers;
use bindeledd_core::{AdapterId, ControlNotice};
use bindeledd_engine::ports::{BuiltAnswer, NewMessage, Origin, Outcome, ReserveOutcome};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, document, id, progress};

fn origin() -> Origin {
    Origin {
        adapter: AdapterId::parse("gp-dialogmelding").unwrap(),
        origin: json!({"msgId": "6f1c", "patient": "Kari Hemmelig Nordmann"}),
    }
}

async fn accept_with_origin<P: TestStore>(world: &World<P>, new: NewMessage) {
    let mut acceptance = world.acceptance(AFT, vec![new]);
    acceptance.origin = Some(origin());
    world.accept(acceptance, at(1)).await.unwrap();
}

/// An answer is pending from acceptance until it is put in the queue, whatever happens in between.
pub async fn an_answer_is_pending_until_it_is_put<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), at(1));
    let message = new.id;
    accept_with_origin(&world, new).await;
    world.reopen();
    let pending = world.store().pending_answers(10).await.unwrap().remove(0);
    assert_eq!(
        (&pending.sender, pending.about, &pending.origin),
        (&id(AFT), message, &origin())
    );
    assert_eq!(pending.messages.len(), 1);
    assert_eq!(
        (pending.messages[0].id, pending.messages[0].deliveries.len()),
        (message, 1)
    );
    let notice = ControlNotice::receipt_to_sender(id(AFT), Some(message));
    let answer = || BuiltAnswer::Ready(Box::new((notice.clone(), document("apprec-1"))));
    world
        .store()
        .put_answer(pending.id, answer(), at(900), at(2))
        .await
        .unwrap();
    assert_eq!(world.store().pending_answers(10).await.unwrap(), []);
    // The answer is made twice, but sent once.
    world
        .store()
        .put_answer(pending.id, answer(), at(900), at(2))
        .await
        .unwrap();
    let due = world.due(AFT, at(3)).await;
    assert_eq!(due.len(), 1);
    let input = world.store().release_input(due[0]).await.unwrap().unwrap();
    assert!(input.to_write.is_none());
    assert_eq!((input.party, input.expires_at), (id(AFT), at(900)));
    let released = world.carry(due[0], Outcome::Delivered, at(4)).await;
    assert_eq!(released.bytes(), &document("apprec-1"));
    // The message's view has only the message's own deliveries, not the answer.
    let view = world.store().message(message).await.unwrap().unwrap();
    assert_eq!(view.deliveries.len(), 1);
}

/// If there is no answer to give, none is pending any longer. The audit log records an adapter's failure once.
pub async fn an_answer_that_there_is_none_of_is_no_longer_owed<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let none = [BuiltAnswer::Nothing, BuiltAnswer::NotGiven { code: "BL-3002" }];
    for (answer, rows) in none.into_iter().zip([0, 1]) {
        let reference = format!("r{rows}");
        let draft = progress(&reference, KARI, "c");
        let new = world.new_message(draft, Receivers::Parties(vec![id(GP)]), at(5));
        let message = new.id;
        accept_with_origin(&world, new).await;
        let pending = world.store().pending_answers(10).await.unwrap().remove(0);
        for _ in 0..2 {
            let put = world.store().put_answer(pending.id, answer.clone(), at(900), at(6));
            put.await.unwrap();
        }
        assert_eq!(world.store().pending_answers(10).await.unwrap(), []);
        assert_eq!(world.due(AFT, at(7)).await, []);
        assert_eq!(world.audited("answer-not-given").await, rows, "twice is once");
        if let Some(row) = world.audit().await.iter().find(|row| row.action == "answer-not-given") {
            assert_eq!(row.actor, "hub");
            assert_eq!(
                row.detail,
                format!("{{\"code\":\"BL-3002\",\"message\":\"{message}\"}}")
            );
        }
    }
}

/// A sender that repeats its message did not get the answer, so that the answer is sent again.
pub async fn a_repeat_is_answered_again<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    for _ in 0..2 {
        let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(GP)]), at(1));
        accept_with_origin(&world, new).await;
    }
    let pending = world.store().pending_answers(10).await.unwrap();
    assert_eq!(
        pending.iter().map(|p| p.messages[0].repeated).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(pending[0].about, pending[1].about);
    assert_eq!(world.store().pending_answers(1).await.unwrap(), pending[..1]);
}

/// A notice waits for no conversation and needs no consent.
pub async fn a_notice_goes_by_itself_and_needs_no_grant<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let notify = async |external: &str| {
        let notice = ControlNotice::receipt_to_sender(id(GP), None);
        world
            .store()
            .notify(notice, document(external), at(900), at(1))
            .await
            .unwrap()
    };
    let (first, second) = (notify("a").await, notify("b").await);
    assert_eq!(world.due(GP, at(1)).await.len(), 2);
    world.carry(second, Outcome::Delivered, at(2)).await;
    assert_eq!(world.due(GP, at(2)).await, [first]);
    assert_eq!(world.state_name(second).await, "delivered");
    // A notice can expire.
    assert!(matches!(
        world.reserve(first, at(901)).await,
        ReserveOutcome::Stopped(_)
    ));
    assert_eq!(world.state_name(first).await, "expired");
    assert_eq!(world.audited("notice-queued").await, 2);
}

/// The refusal of a document may name a person, so that it is sealed.
pub async fn a_refused_documents_notice_is_sealed_and_sent<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    let mut refusal = document("apprec-9");
    refusal.request.body = b"Epikrise for Kari Hemmelig Nordmann avvist".to_vec();
    let notice = ControlNotice::receipt_to_sender(id(GP), None);
    let queued = world
        .store()
        .notify(notice, refusal.clone(), at(900), at(1))
        .await
        .unwrap();
    let at_rest = world.place.at_rest();
    assert!(!at_rest.windows(15).any(|w| w == b"Kari Hemmelig N"));
    world.reopen();
    let released = world.carry(queued, Outcome::Delivered, at(2)).await;
    assert_eq!(released.into_bytes(), refusal);
}
