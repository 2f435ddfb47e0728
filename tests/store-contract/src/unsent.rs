//! Messages that persons have begun and not sent, and the participants whom a party may write about.

use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::compose::Typed;
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{AccountId, Category, DeliveryId, Kind, ParticipantRef, PartyId, UnsentId};
use bindeledd_engine::ports::{Actor, Added, NewAccount, NewLink, Saved, Unsent, WrittenBy};
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, OLA, World, at, grant, id, person, progress};

const WRITER: AccountId = AccountId(Uuid::from_u128(1));
const OTHER: AccountId = AccountId(Uuid::from_u128(2));
const DAY: i64 = 24 * 3600;
/// A text that only an unsent message has.
const SECRET: &str = "sliten etter kjøkkengruppa";

async fn story<P: TestStore>(make: impl Fn() -> P) -> (World<P>, ParticipantRef) {
    let world = World::new(make()).await;
    for account in [WRITER, OTHER] {
        let number = account.0.as_u128();
        let party: PartyId = id(AFT);
        let new = NewAccount {
            id: account,
            login: LoginName::parse(&format!("person{number}")).unwrap(),
            name: DisplayName::parse("Blid Måke").unwrap(),
            roles: Roles::of(&[Role::MailboxUser], Some(&party)).unwrap(),
            party: Some(party),
        };
        let link = NewLink {
            hash: [u8::try_from(number).unwrap(); 32],
            expires_at: at(1),
        };
        let added = world.store().add_account(&new, link, &Actor::Operator, at(0)).await;
        assert_eq!(added.unwrap(), Added::Done);
    }
    let kari = world.usual_consent().await;
    (world, kari)
}

fn unsent(number: u128, participant: ParticipantRef, text: &str) -> Unsent {
    Unsent {
        id: UnsentId(Uuid::from_u128(number)),
        account: WRITER,
        party: id(AFT),
        participant,
        kind: Kind::ProgressUpdate,
        to: vec![GP.to_owned()],
        typed: Typed::of([("f.status", "DELTAR"), ("f.activity", text)]),
        instead_of: Some(DeliveryId(Uuid::from_u128(7))),
        saved_at: at(10),
    }
}

async fn save<P: TestStore>(world: &World<P>, unsent: &Unsent, now: i64) -> Saved {
    world.store().save_unsent(unsent, at(now)).await.unwrap()
}

async fn all<P: TestStore>(world: &World<P>, account: AccountId, party: &str) -> Vec<Unsent> {
    world.store().all_unsent((account, &id(party))).await.unwrap()
}

/// The typed text comes back for its person alone, and writes no audit row.
pub async fn what_was_begun_comes_back_for_its_person_alone<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    let rows = world.audit().await.len();
    let first = unsent(1, kari, SECRET);
    assert_eq!(save(&world, &first, 10).await, Saved::Now);
    let second = Unsent {
        kind: Kind::Question,
        to: Vec::new(),
        ..unsent(2, kari, "b")
    };
    assert_eq!(save(&world, &second, 11).await, Saved::Now);
    world.reopen();
    assert_eq!(
        all(&world, WRITER, AFT).await,
        [
            Unsent {
                saved_at: at(11),
                ..second.clone()
            },
            first.clone()
        ]
    );
    // It is saved again, and is the newest.
    let longer = Unsent {
        saved_at: at(12),
        ..unsent(1, kari, "mer tekst")
    };
    assert_eq!(save(&world, &longer, 12).await, Saved::Now);
    let found = world.store().unsent(longer.id, (WRITER, &id(AFT))).await.unwrap();
    assert_eq!(found, Some(longer.clone()));
    assert_eq!(all(&world, WRITER, AFT).await[0], longer);

    // Nobody else sees it, changes it or removes it, and neither does the same person for another party.
    assert_eq!(all(&world, OTHER, AFT).await, []);
    assert_eq!(all(&world, WRITER, GP).await, []);
    let foreign = Unsent {
        account: OTHER,
        ..longer.clone()
    };
    assert_eq!(save(&world, &foreign, 13).await, Saved::Over);
    let store = world.store();
    assert_eq!(store.unsent(longer.id, (OTHER, &id(AFT))).await.unwrap(), None);
    assert!(!store.discard_unsent(longer.id, OTHER).await.unwrap());
    assert!(store.discard_unsent(longer.id, WRITER).await.unwrap());
    assert!(
        !store.discard_unsent(longer.id, WRITER).await.unwrap(),
        "a second click"
    );
    assert_eq!(all(&world, WRITER, AFT).await.len(), 1);
    assert_eq!(world.audit().await.len(), rows);
}

/// The text is on disk in no readable form, and an erasure takes it. Of two participants who are joined, it stays.
pub async fn an_erasure_takes_what_was_begun_and_a_join_keeps_it<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    let ola = world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    assert_eq!(save(&world, &unsent(1, kari, SECRET), 10).await, Saved::Now);
    assert_eq!(save(&world, &unsent(2, ola, "om Ola"), 10).await, Saved::Now);
    let disk = world.at_rest();
    assert!(!disk.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));

    let joined = world.store().link(kari, &person(OLA), &Actor::Operator, at(11)).await;
    assert_eq!(joined.unwrap().unwrap().joined, Some(ola));
    world.reopen();
    let both = all(&world, WRITER, AFT).await;
    assert_eq!(both.len(), 2);
    assert!(both.iter().all(|of| of.participant == kari));
    assert!(both.iter().any(|of| of.typed.get("f.activity") == "om Ola"));

    assert!(
        world
            .store()
            .erase(kari, &Actor::Operator, at(12))
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(all(&world, WRITER, AFT).await, []);
    assert_eq!(save(&world, &unsent(1, kari, SECRET), 13).await, Saved::Gone);
}

/// It leaves when the message is sent, and 30 days after it was saved last. A sent message is not saved again.
pub async fn what_was_begun_leaves_when_it_is_sent_or_old<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let begun = unsent(1, kari, SECRET);
    assert_eq!(save(&world, &begun, 10).await, Saved::Now);
    assert_eq!(save(&world, &unsent(2, kari, "b"), 10).await, Saved::Now);
    let draft = progress(&begun.id.reference(), KARI, "c");
    let new = world.new_message(draft, bindeledd_core::Receivers::Parties(vec![id(GP)]), at(11));
    let mut acceptance = world.acceptance(AFT, vec![new]);
    acceptance.written = Some(WrittenBy {
        account: WRITER,
        unsent: begun.id,
    });
    let sent = world.accept(acceptance.clone(), at(11)).await.unwrap();
    assert_eq!(all(&world, WRITER, AFT).await.len(), 1);
    assert_eq!(
        save(&world, &begun, 12).await,
        Saved::Over,
        "an older page saves nothing"
    );
    let rows = world.audit().await;
    let row = rows.iter().find(|row| row.action == "accepted").unwrap();
    assert_eq!(row.actor, Actor::Person(WRITER).text());
    assert!(row.detail.to_string().contains(AFT), "{row:?}");
    assert!(!row.detail.to_string().contains("kjøkken"), "{row:?}");

    // A second click is the same message.
    let again = world.accept(acceptance, at(13)).await.unwrap();
    assert_eq!((again[0].id, again[0].repeated), (sent[0].id, true));

    world.store().sweep(at(29 * DAY)).await.unwrap();
    assert_eq!(all(&world, WRITER, AFT).await.len(), 1);
    assert_eq!(save(&world, &unsent(2, kari, "c"), 29 * DAY).await, Saved::Now);
    world.store().sweep(at(58 * DAY)).await.unwrap();
    assert_eq!(all(&world, WRITER, AFT).await.len(), 1, "it was saved again");
    world.store().sweep(at(60 * DAY)).await.unwrap();
    assert_eq!(all(&world, WRITER, AFT).await, []);
}

/// One person has 50 at most, and nothing that was saved is lost to the next one.
pub async fn one_person_has_so_many_and_no_more<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    for number in 1..=50 {
        assert_eq!(save(&world, &unsent(number, kari, "a"), 10).await, Saved::Now);
    }
    assert_eq!(save(&world, &unsent(51, kari, "b"), 11).await, Saved::TooMany);
    assert_eq!(
        save(&world, &unsent(50, kari, "b"), 11).await,
        Saved::Now,
        "not a new one"
    );
    let of_other = Unsent {
        account: OTHER,
        ..unsent(52, kari, "b")
    };
    assert_eq!(save(&world, &of_other, 11).await, Saved::Now);
    assert_eq!(all(&world, WRITER, AFT).await.len(), 50);
}

/// A party writes about the participants of its active grants as a sender, and about nobody else.
pub async fn a_party_writes_about_those_whose_grants_it_has<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let ola = world
        .consent(2, OLA, vec![grant(DPS, AFT, &[Category::TreatmentStatus])])
        .await;
    let writable = async |party: &str, now| {
        let found = world.store().writable(&id(party), &[ola, kari], at(now)).await;
        found.unwrap()
    };
    assert_eq!(writable(AFT, 20).await, [kari]);
    assert_eq!(writable(DPS, 20).await, [ola], "of another sender");
    let store = world.store();
    store
        .set_protected(&person(OLA), true, &Actor::Operator, at(21))
        .await
        .unwrap();
    assert_eq!(writable(DPS, 22).await, []);
    store
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(23))
        .await
        .unwrap();
    assert_eq!(writable(AFT, 24).await, []);
}
