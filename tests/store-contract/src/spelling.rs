//! Spellings of ids: a UUID is the same id in every spelling, and each system gets its own id in its own spelling.

use bindeledd_core::contract::{Receipt, ReceiptStatus, Reference};
use bindeledd_core::{Category, Draft, Receivers};
use bindeledd_engine::ports::{NewMessage, NotAccepted, Outcome, ReceiptOutcome, ReferenceTaken};
use serde_json::json;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, World, at, draft, grant, id, progress};

const SMALL: &str = "5b1f0c52-1111-4a00-8000-00000000007a";
/// Other spellings of the same id.
const OTHERS: [&str; 5] = [
    "5B1F0C52-1111-4A00-8000-00000000007A",
    "{5b1f0c52-1111-4a00-8000-00000000007a}",
    "{5B1F0C52-1111-4A00-8000-00000000007A}",
    "urn:uuid:5b1f0c52-1111-4a00-8000-00000000007a",
    "5B1F0C5211114A00800000000000007A",
];

/// A receipt may name its document in any spelling.
pub async fn a_receipt_settles_whatever_its_spelling_of_the_id<P: TestStore>(make: impl Fn() -> P) {
    let mut world = World::new(make()).await;
    world.usual_consent().await;
    for (i, named) in OTHERS.into_iter().chain([SMALL]).enumerate() {
        let now = |n: i64| at(i64::try_from(i).unwrap() * 10 + n);
        let reference = format!("r{i}");
        let delivery = world
            .deliver(AFT, GP, progress(&reference, KARI, &reference), now(1))
            .await;
        // The spelling in the sending may differ from the receipt's. If several deliveries have the id, the newest one counts.
        let sent = OTHERS[(i + 1) % OTHERS.len()];
        let handed = Outcome::AwaitingReceipt {
            references: vec![Reference::new("msgid", sent)],
            until: at(900),
        };
        world.carry(delivery, handed, now(2)).await;
        world.reopen();
        let receipt = Receipt {
            status: ReceiptStatus::Ok,
            refers_to: named.into(),
            scheme: "msgid".into(),
            errors: Vec::new(),
        };
        let outcome = world.store().receipt(&id(GP), &receipt, now(3)).await.unwrap();
        assert_eq!(outcome, ReceiptOutcome::Settled(delivery), "{named} for {sent}");
        let replied = world.store().replied_to(&id(GP), named).await.unwrap().unwrap();
        assert_eq!(replied.from, id(AFT));
    }
}

/// A delivery that waits for a receipt is listed with its ids in their original spelling.
pub async fn ids_of_receivers_are_kept_as_they_were_written<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let delivery = world.deliver(AFT, GP, progress("r", KARI, "c"), at(1)).await;
    let written = Reference::new("transport", OTHERS[0]);
    let handed = Outcome::AwaitingReceipt {
        references: vec![written.clone()],
        until: at(900),
    };
    world.carry(delivery, handed, at(2)).await;
    let awaiting = world.store().awaiting(&id(GP), None, 10).await.unwrap();
    assert!(awaiting[0].1.contains(&written), "{awaiting:?}");
}

/// A reference in another spelling is the same reference, and is refused with other content.
pub async fn a_reference_is_the_same_in_every_spelling<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    world.usual_consent().await;
    let said = |reference: &str, conversation: &str| progress(reference, KARI, conversation);
    let first = world.send(AFT, &[GP], said(OTHERS[0], OTHERS[1]), at(1)).await;
    for (i, spelling) in OTHERS.into_iter().chain([SMALL]).enumerate() {
        let again = world.send(AFT, &[GP], said(spelling, SMALL), at(2)).await;
        assert_eq!((again.repeated, again.id), (true, first.id), "{i} {spelling}");
        let other = draft(spelling, KARI, SMALL, "progress-update", json!({"status": "FULLFORT"}));
        let taken = NotAccepted::ReferenceTaken(ReferenceTaken { earlier: first.id });
        assert_eq!(world.try_send(AFT, &[GP], other, at(3)).await.unwrap_err(), taken);
    }
    // The second message of a document has a reference that is derived from the first one's.
    let part = format!("{}#2", OTHERS[0]);
    let second = world.send(AFT, &[GP], said(&part, SMALL), at(4)).await;
    assert!(!second.repeated);
    let part = format!("{SMALL}#2");
    assert!(world.send(AFT, &[GP], said(&part, SMALL), at(5)).await.repeated);
    // An id that is not a UUID is compared letter by letter.
    assert!(!world.send(AFT, &[GP], said("SAK-1", "s"), at(6)).await.repeated);
    assert!(!world.send(AFT, &[GP], said("sak-1", "s"), at(7)).await.repeated);
}

/// A conversation keeps its order in every spelling, and its receiver gets the spelling that it saw first.
pub async fn a_conversation_is_the_same_in_every_spelling<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let all = [Category::Progress, Category::Dialogue, Category::Function];
    world
        .consent(1, KARI, vec![grant(AFT, GP, &all), grant(GP, AFT, &all)])
        .await;
    let first = world.deliver(AFT, GP, progress("r1", KARI, OTHERS[2]), at(1)).await;
    let second = world.deliver(AFT, GP, progress("r2", KARI, SMALL), at(2)).await;
    assert_eq!(world.due(GP, at(9)).await, [first], "the second waits for the first");
    world.carry(first, Outcome::Delivered, at(10)).await;
    assert_eq!(world.due(GP, at(11)).await, [second]);
    let named = async |delivery| {
        let input = world.store().release_input(delivery).await.unwrap().unwrap();
        let to_write = input.to_write.unwrap();
        let name = to_write.message.draft.conversation.clone().unwrap();
        (name.as_str().to_owned(), to_write.references.conversation)
    };
    let (name, reference) = named(second).await;
    assert_eq!((name.as_str(), reference), (OTHERS[2], Some(format!("ext-{first}"))));
    world.carry(second, Outcome::Delivered, at(12)).await;
    // The answer comes from another system, which spells the ids in its own way.
    let body = json!({"text": "Ja", "about": ["function"]});
    let new = world.new_message(
        draft("gp-1", KARI, OTHERS[0], "answer", body),
        Receivers::Parties(vec![id(AFT)]),
        at(13),
    );
    let answer = world
        .accept(world.acceptance(GP, vec![new]), at(13))
        .await
        .unwrap()
        .remove(0);
    let (name, reference) = named(answer.deliveries[0].id).await;
    assert_eq!((name.as_str(), reference.as_deref()), (OTHERS[2], Some("r1")));
}

/// A sender gets the ids of answered and corrected messages in its own spelling.
pub async fn a_system_is_told_its_own_id_as_it_wrote_it<P: TestStore>(make: impl Fn() -> P) {
    let world = World::new(make()).await;
    let all = [Category::Progress, Category::Dialogue, Category::Function];
    world
        .consent(1, KARI, vec![grant(AFT, GP, &all), grant(GP, AFT, &all)])
        .await;
    let question = json!({"text": "Hva nå?", "about": ["function"]});
    let question = draft(OTHERS[0], KARI, "c", "question", question);
    let asked = world.send(AFT, &[GP], question, at(1)).await;
    let handed = Outcome::AwaitingReceipt {
        references: vec![Reference::new("msgid", "0C8F3D36-F9E7-4E3F-9D5C-C820FA9B5773")],
        until: at(900),
    };
    world.carry(asked.deliveries[0].id, handed, at(2)).await;
    let replied = world
        .store()
        .replied_to(&id(GP), "{0c8f3d36-f9e7-4e3f-9d5c-c820fa9b5773}")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((replied.message, replied.conversation.as_str()), (asked.id, "c"));
    let body = json!({"text": "Ja", "about": ["function"]});
    let new = world.new_message(
        draft("gp-1", KARI, "c", "answer", body),
        Receivers::Parties(vec![id(AFT)]),
        at(3),
    );
    let new = NewMessage {
        in_reply_to: Some(replied.message),
        ..new
    };
    let answer = world
        .accept(world.acceptance(GP, vec![new]), at(3))
        .await
        .unwrap()
        .remove(0);
    let input = world
        .store()
        .release_input(answer.deliveries[0].id)
        .await
        .unwrap()
        .unwrap();
    let references = input.to_write.unwrap().references;
    assert_eq!(references.in_reply_to.as_deref(), Some(OTHERS[0]));
    // A correction finds the corrected message in another spelling.
    let mut correction = progress("aft-2", KARI, "c").to_json();
    correction["supersedes"] = SMALL.into();
    let correction = Draft::from_json(correction).unwrap();
    let corrected = world.deliver(AFT, GP, correction, at(4)).await;
    let input = world.store().release_input(corrected).await.unwrap().unwrap();
    let references = input.to_write.unwrap().references;
    assert!(references.supersedes.is_some(), "{references:?}");
}
