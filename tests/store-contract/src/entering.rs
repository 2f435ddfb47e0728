//! Deliveries that a person of the sender enters in a form of the receiver's.

use std::collections::BTreeSet;

use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::delivery::{ByHand, Taker};
use bindeledd_core::entry::{EntryStanding, ReceiverAnswer, ReceiverSaid};
use bindeledd_core::follow_up::Change;
use bindeledd_core::{AccountId, Category, DeliveryId, ParticipantRef, Receivers};
use bindeledd_engine::ports::{
    Actor, Added, EntryView, NewAccount, NewLink, NotEntered, NotShown, OpenedEntry, Outcome, Scope, SendersPerson,
    Taken,
};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, NAV, World, at, grant, id, progress};

const LEADER: AccountId = AccountId(Uuid::from_u128(1));
const BLID: AccountId = AccountId(Uuid::from_u128(2));
const VARM: AccountId = AccountId(Uuid::from_u128(3));
/// Uses the mailbox of another party.
const ELSEWHERE: AccountId = AccountId(Uuid::from_u128(4));
/// The beginning of the documents that this suite writes.
const DOCUMENT: &str = "{\"to\":";

async fn add<P: TestStore>(world: &World<P>, account: AccountId, role: Role, party: &str) {
    let number = account.0.as_u128();
    let new = NewAccount {
        id: account,
        login: LoginName::parse(&format!("person{number}")).unwrap(),
        name: DisplayName::parse("Kåre Ødegård").unwrap(),
        roles: Roles::of(&[role], Some(&id(party))).unwrap(),
        party: Some(id(party)),
    };
    let link = NewLink {
        hash: [u8::try_from(number).unwrap(); 32],
        expires_at: at(1),
    };
    let added = world.store().add_account(&new, link, &Actor::Operator, at(0)).await;
    assert_eq!(added.unwrap(), Added::Done);
}

/// Makes a world in which Blid of the provider follows Kari up.
async fn story<P: TestStore>(make: impl Fn() -> P) -> (World<P>, ParticipantRef) {
    let world = World::new(make()).await;
    add(&world, LEADER, Role::TeamLeader, AFT).await;
    add(&world, BLID, Role::MailboxUser, AFT).await;
    add(&world, VARM, Role::MailboxUser, AFT).await;
    add(&world, ELSEWHERE, Role::MailboxUser, GP).await;
    let all = [Category::Progress, Category::Goals];
    let kari = world
        .consent(1, KARI, vec![grant(AFT, NAV, &all), grant(AFT, GP, &all)])
        .await;
    let give = Change::Give { to: BLID, seen: None };
    let given = world
        .store()
        .change_follow_up(&id(AFT), kari, give, LEADER, at(0))
        .await;
    assert_eq!(given.unwrap(), Ok(true));
    (world, kari)
}

fn person(person: AccountId) -> (bindeledd_core::PartyId, AccountId) {
    (id(if person == ELSEWHERE { GP } else { AFT }), person)
}

fn by(of: &(bindeledd_core::PartyId, AccountId)) -> SendersPerson<'_> {
    SendersPerson {
        party: &of.0,
        person: of.1,
    }
}

/// Makes a delivery to Nav that was handed over, and that nobody took.
async fn handed_over<P: TestStore>(world: &World<P>, reference: &str, now: i64) -> DeliveryId {
    let delivery = world
        .deliver(AFT, NAV, progress(reference, KARI, reference), at(now))
        .await;
    let outcome = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(now + 100_000),
    };
    world.carry(delivery, outcome, at(now)).await;
    delivery
}

async fn list<P: TestStore>(world: &World<P>, who: AccountId, now: i64) -> Vec<EntryView> {
    let (of, to) = (person(who), BTreeSet::from([id(NAV)]));
    world.store().entries(by(&of), &to, at(now), 100).await.unwrap()
}

async fn read<P: TestStore>(
    world: &World<P>,
    delivery: DeliveryId,
    who: AccountId,
    now: i64,
) -> Result<OpenedEntry, NotShown> {
    let of = person(who);
    let taken = Taken {
        by: Actor::Person(who),
        taker: Taker::Sender,
        ..Taken::by_itself(id(NAV))
    };
    let read = world.store().read_entry(by(&of), delivery, &taken, at(now)).await;
    read.unwrap()
}

async fn enter<P: TestStore>(
    world: &World<P>,
    delivery: DeliveryId,
    who: AccountId,
    said: (ByHand, bool),
    now: i64,
) -> Result<(), NotEntered> {
    let of = person(who);
    let entered = world.store().enter(by(&of), delivery, said.0, said.1, at(now)).await;
    entered.unwrap()
}

/// The document is for the persons of the sender who follow the participant up. Each reading has its row, and none
/// delivers anything: the word of the person does.
pub async fn a_person_of_the_sender_reads_and_enters_and_nobody_else_does<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, _) = story(make).await;
    let delivery = handed_over(&world, "r1", 1).await;
    let to_gp = world.deliver(AFT, GP, progress("r2", KARI, "r2"), at(1)).await;
    let waits = world.deliver(AFT, NAV, progress("r3", KARI, "r3"), at(1)).await;
    let listed = list(&world, BLID, 2).await;
    let found: BTreeSet<_> = listed.iter().map(|view| view.delivery).collect();
    assert_eq!(found, BTreeSet::from([waits, delivery]), "those to Nav");
    assert!(listed.iter().all(|view| view.standing == Some(EntryStanding::ToEnter)));
    assert_eq!(listed[0].name.as_ref().unwrap().0, "Kari Hemmelig Nordmann");
    for who in [LEADER, VARM, ELSEWHERE] {
        assert!(list(&world, who, 2).await.is_empty());
        assert_eq!(read(&world, delivery, who, 2).await.err(), Some(NotShown::Unknown));
        let word = enter(&world, delivery, who, (ByHand::Entered, true), 2).await;
        assert_eq!(word, Err(NotEntered::Unknown));
    }
    assert_eq!(read(&world, waits, BLID, 2).await.err(), Some(NotShown::NotNow));
    assert_eq!(
        read(&world, to_gp, BLID, 2).await.err(),
        Some(NotShown::Unknown),
        "of another receiver"
    );
    let early = enter(&world, delivery, BLID, (ByHand::Entered, false), 2).await;
    assert_eq!(early, Err(NotEntered::Over), "nobody took it");
    assert_eq!(world.state_name(delivery).await, "awaiting-receipt");
    for now in [3, 4] {
        let opened = read(&world, delivery, BLID, now).await.ok().unwrap();
        let document = opened.document.unwrap().into_bytes().request.body;
        assert!(String::from_utf8_lossy(&document).contains(DOCUMENT));
        assert_eq!(world.state_name(delivery).await, "with-a-person");
    }
    world.reopen();
    for now in [5, 6] {
        assert_eq!(
            enter(&world, delivery, BLID, (ByHand::Entered, false), now).await,
            Ok(())
        );
    }
    assert_eq!(world.state_name(delivery).await, "delivered");
    let late = enter(&world, delivery, BLID, (ByHand::NotPossible, false), 7).await;
    assert_eq!(late, Err(NotEntered::Before));
    let opened = read(&world, delivery, BLID, 8).await.ok().unwrap();
    assert!(opened.document.is_none(), "nothing is to enter");
    let entered = opened.view.entered.unwrap();
    assert_eq!((entered.person, entered.at), (BLID, at(5)));
    let rows = world.audit().await;
    let actor = Actor::Person(BLID).to_string();
    for (action, times) in [
        ("entry-read", 2),
        ("taken-by-person", 1),
        ("entered", 1),
        ("acknowledged-for", 0),
    ] {
        let own: Vec<_> = rows.iter().filter(|row| row.action == action).collect();
        assert_eq!(own.len(), times, "{action}");
        assert!(own.iter().all(|row| row.actor == actor), "{action}");
    }
    let failed = handed_over(&world, "r4", 9).await;
    read(&world, failed, BLID, 10).await.ok().unwrap();
    assert_eq!(
        enter(&world, failed, BLID, (ByHand::NotPossible, false), 11).await,
        Ok(())
    );
    assert_eq!(world.state_name(failed).await, "failed");
    assert!(list(&world, BLID, 12).await.iter().all(|view| view.delivery != failed));
}

/// After a withdrawal the document is not shown, and nobody enters it unknowingly. What was entered before may be said.
pub async fn what_no_grant_covers_is_not_to_enter<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let (held, was, unread) = (
        handed_over(&world, "r1", 1).await,
        handed_over(&world, "r2", 1).await,
        handed_over(&world, "r3", 1).await,
    );
    let waits = world.deliver(AFT, NAV, progress("r4", KARI, "r4"), at(1)).await;
    for delivery in [held, was] {
        read(&world, delivery, BLID, 2).await.ok().unwrap();
    }
    let (store, operator) = (world.store(), Actor::Operator);
    store
        .withdraw(kari, &Scope::Everything, &operator, at(3))
        .await
        .unwrap();
    let standing: BTreeSet<_> = list(&world, BLID, 4)
        .await
        .into_iter()
        .map(|view| view.delivery)
        .collect();
    assert_eq!(standing, BTreeSet::from([held, was, unread]), "nothing of {waits}");
    for delivery in [held, was, unread] {
        let opened = read(&world, delivery, BLID, 4).await.ok().unwrap();
        assert!(opened.document.is_none());
        assert_eq!(opened.view.standing, Some(EntryStanding::NotToEnter));
    }
    assert_eq!(world.audited("entry-read").await, 2, "nothing was shown again");
    assert_eq!(world.state_name(unread).await, "awaiting-receipt", "nobody took it");
    let unknowing = enter(&world, held, BLID, (ByHand::Entered, false), 5).await;
    assert_eq!(unknowing, Err(NotEntered::Uncovered));
    assert_eq!(world.state_name(held).await, "with-a-person");
    assert_eq!(enter(&world, held, BLID, (ByHand::NotPossible, false), 6).await, Ok(()));
    assert_eq!(enter(&world, was, BLID, (ByHand::Entered, true), 6).await, Ok(()));
    assert_eq!(
        (world.state_name(held).await, world.state_name(was).await),
        ("failed", "delivered")
    );
    store
        .set_protected(&crate::world::person(KARI), true, &operator, at(7))
        .await
        .unwrap();
    let listed = list(&world, BLID, 8).await;
    assert!(!listed.is_empty() && listed.iter().all(|view| view.name.is_none()));
}

fn answer(said: ReceiverSaid, words: &str) -> ReceiverAnswer {
    let day = Date::constant(2026, 10, 6);
    ReceiverAnswer::new(said, day, words, (day, day)).unwrap()
}

async fn say<P: TestStore>(
    world: &World<P>,
    delivery: DeliveryId,
    who: AccountId,
    (answer, seen): (&ReceiverAnswer, Option<Timestamp>),
    now: i64,
) -> Result<(), NotEntered> {
    let of = person(who);
    let said = world
        .store()
        .answer_entry(by(&of), delivery, answer, seen, at(now))
        .await;
    said.unwrap()
}

async fn cause<P: TestStore>(world: &World<P>, delivery: DeliveryId) -> Option<(String, String)> {
    let views = world.in_state("delivered").await;
    let mut all = views.into_iter().flat_map(|view| view.deliveries);
    let cause = all.find(|view| view.id == delivery)?.cause?;
    Some((cause.code, cause.text))
}

/// The answer stands with its day and its person, and with the receiver's words as the cause. It moves nothing, and only
/// somebody who saw it mends it.
pub async fn the_receivers_answer_is_entered_by_hand_and_mended_once_seen<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    let until = at(500);
    let stand_in = Change::StandIn { person: VARM, until };
    let of = id(AFT);
    let changed = world.store().change_follow_up(&of, kari, stand_in, BLID, at(1));
    assert_eq!(changed.await.unwrap(), Ok(true));
    let delivery = handed_over(&world, "r1", 1).await;
    let (rejected, approved) = (
        answer(ReceiverSaid::Rejected, "Vedtaket går til jul."),
        answer(ReceiverSaid::Approved, ""),
    );
    assert_eq!(
        say(&world, delivery, BLID, (&rejected, None), 2).await,
        Err(NotEntered::Over),
        "nobody entered it"
    );
    read(&world, delivery, BLID, 3).await.ok().unwrap();
    enter(&world, delivery, BLID, (ByHand::Entered, false), 4)
        .await
        .unwrap();
    assert_eq!(
        say(&world, delivery, ELSEWHERE, (&rejected, None), 5).await,
        Err(NotEntered::Unknown)
    );
    for now in [5, 6] {
        assert_eq!(
            say(&world, delivery, BLID, (&rejected, None), now).await,
            Ok(()),
            "a second click"
        );
    }
    let others = answer(ReceiverSaid::Rejected, "Ring oss.");
    assert_eq!(
        say(&world, delivery, BLID, (&others, None), 6).await,
        Err(NotEntered::Before),
        "other words are no second click"
    );
    world.reopen();
    let found = list(&world, BLID, 7).await;
    let kept = found[0].answer.unwrap();
    assert_eq!(
        (kept.said, kept.on, kept.person, kept.at),
        (ReceiverSaid::Rejected, rejected.on(), BLID, at(5))
    );
    let words = Some(("BL-4036".to_owned(), "Vedtaket går til jul.".to_owned()));
    assert_eq!(
        (world.state_name(delivery).await, cause(&world, delivery).await),
        ("delivered", words)
    );
    assert_eq!(
        say(&world, delivery, VARM, (&approved, None), 8).await,
        Err(NotEntered::Before),
        "a page from before the answer"
    );
    assert_eq!(say(&world, delivery, VARM, (&approved, Some(at(5))), 9).await, Ok(()));
    let kept = list(&world, BLID, 10).await[0].answer.unwrap();
    assert_eq!((kept.said, kept.person), (ReceiverSaid::Approved, VARM));
    assert_eq!(
        cause(&world, delivery).await,
        None,
        "the words of a mended answer are gone"
    );
    let rows = world.audit().await;
    let own: Vec<_> = rows.iter().filter(|row| row.action == "entry-answered").collect();
    let [blid, varm] = [BLID, VARM].map(|person| Actor::Person(person).to_string());
    assert_eq!(
        own.iter().map(|row| row.actor.as_str()).collect::<Vec<_>>(),
        [&blid, &varm]
    );
    assert!(
        own.iter().all(|row| !row.detail.contains("jul")),
        "no word of it is in the log"
    );
    for action in ["receipt-ok", "receipt-refused"] {
        assert_eq!(world.audited(action).await, 0, "it is no receipt");
    }
}

/// An erasure takes the row of an entry, and so does the end of the content's retention.
pub async fn an_erasure_and_the_retention_leave_no_entry<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let new = world.new_message(progress("r1", KARI, "c"), Receivers::Parties(vec![id(NAV)]), at(1));
    let accepted = world.accept(world.acceptance(AFT, vec![new]), at(1)).await.unwrap();
    let delivery = accepted[0].deliveries[0].id;
    let far = 300 * 24 * 3_600;
    let outcome = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(2 * far),
    };
    world.carry(delivery, outcome, at(2)).await;
    let later = handed_over(&world, "r2", 2).await;
    for one in [delivery, later] {
        read(&world, one, BLID, 3).await.ok().unwrap();
        enter(&world, one, BLID, (ByHand::Entered, false), 4).await.unwrap();
    }
    assert_eq!(list(&world, BLID, 5).await.len(), 2);
    let rejected = answer(ReceiverSaid::Rejected, "Vedtaket går til jul.");
    say(&world, later, BLID, (&rejected, None), 5).await.unwrap();
    assert!(cause(&world, later).await.is_some());
    world.store().sweep(at(far)).await.unwrap();
    assert_eq!(list(&world, BLID, far).await.len(), 0, "they left with the content");
    assert_eq!(
        cause(&world, later).await,
        None,
        "the receiver's words leave with the row that says who entered them"
    );
    let fresh = handed_over(&world, "r3", far).await;
    read(&world, fresh, BLID, far + 1).await.ok().unwrap();
    enter(&world, fresh, BLID, (ByHand::Entered, false), far + 2)
        .await
        .unwrap();
    let of = person(BLID);
    assert!(
        world
            .store()
            .entry(by(&of), fresh, at(far + 3))
            .await
            .unwrap()
            .unwrap()
            .entered
            .is_some()
    );
    world
        .store()
        .erase(kari, &Actor::Operator, at(far + 4))
        .await
        .unwrap()
        .unwrap();
    assert!(
        world
            .store()
            .entry(by(&of), fresh, at(far + 5))
            .await
            .unwrap()
            .is_none()
    );
    assert!(list(&world, BLID, far + 5).await.is_empty());
}
