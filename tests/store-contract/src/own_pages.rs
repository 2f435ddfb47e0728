//! Participants' own pages: codes, PINs and sessions, with their retention and erasure.

use bindeledd_core::opening::LookWay;
use bindeledd_core::own_page::{AtLevel, OwnCode, OwnSession, OwnWay};
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{AccessReason, Category, OwnCodeId, ParticipantRef, SessionId};
use bindeledd_engine::ports::{Actor, NewOwnCode, NewOwnSession, StoreError};
use jiff::Timestamp;
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, OLA, World, at, grant, id, person, progress};

const MINUTE: i64 = 60;
const DAY: i64 = 24 * 60 * MINUTE;

fn code(number: u8) -> OwnCode {
    OwnCode::of([number; 8])
}

fn session(number: u8) -> NewOwnSession {
    NewOwnSession {
        id: SessionId(Uuid::from_u128(number.into())),
        token: [number; 32],
    }
}

async fn make<P: TestStore>(
    world: &World<P>,
    number: u8,
    (participant, party): (ParticipantRef, &str),
    now: i64,
) -> Option<Timestamp> {
    let new = NewOwnCode {
        id: OwnCodeId(Uuid::from_u128(number.into())),
        code: code(number),
        participant,
        party: id(party),
    };
    let by = Actor::Party(id(party));
    world.store().make_own_code(&new, &by, at(now)).await.unwrap()
}

/// Uses a code with a session of the same number.
async fn used<P: TestStore>(world: &World<P>, number: u8, now: i64) -> Option<OwnSession> {
    let (code, session) = (code(number), session(number));
    let begun = world.store().use_own_code(&code, &session, at(now)).await;
    begun.unwrap()
}

async fn seen<P: TestStore>(world: &World<P>, number: u8) -> Option<OwnSession> {
    world.store().own_session(&[number; 32]).await.unwrap()
}

/// A code works once, within its time, and only while a consent names its party.
pub async fn a_code_is_used_once_and_only_where_there_is_something_to_show<P: TestStore>(make_store: impl Fn() -> P) {
    let mut world = World::new(make_store()).await;
    let kari = world.usual_consent().await;
    let strange = ParticipantRef(Uuid::from_u128(9));
    assert_eq!(make(&world, 1, (strange, AFT), 0).await, None);
    assert_eq!(make(&world, 1, (kari, DPS), 0).await, None, "no consent names it");
    assert_eq!(make(&world, 1, (kari, AFT), 0).await, Some(at(15 * MINUTE)));
    assert_eq!(used(&world, 9, 1).await, None);
    let begun = used(&world, 1, 1).await.unwrap();
    assert_eq!((begun.participant, begun.party()), (kari, Some(&id(AFT))));
    assert!(begun.may_choose_pin() && begun.is_open(at(2)));
    assert_eq!(used(&world, 1, 2).await, None, "it was used");
    world.reopen();
    assert_eq!(seen(&world, 1).await, Some(begun));
    assert_eq!(seen(&world, 2).await, None);

    make(&world, 2, (kari, GP), 3).await.unwrap();
    assert_eq!(used(&world, 2, 3 + 15 * MINUTE).await, None, "it is too old");
    // A newer code takes the place of an unused one.
    make(&world, 3, (kari, GP), 2000).await.unwrap();
    make(&world, 4, (kari, GP), 2001).await.unwrap();
    assert_eq!(used(&world, 3, 2002).await, None);
    world
        .store()
        .withdraw(kari, &Scope::Party(id(DPS)), &Actor::Operator, at(2002))
        .await
        .unwrap();
    assert!(make(&world, 6, (kari, AFT), 2002).await.is_some(), "something is left");
    let kari_herself = person(KARI);
    let protected = world
        .store()
        .set_protected(&kari_herself, true, &Actor::Operator, at(2003))
        .await;
    protected.unwrap();
    assert_eq!(used(&world, 4, 2004).await, None, "protected in between");
    assert_eq!(make(&world, 5, (kari, AFT), 2005).await, None);
    let at_rest = world.at_rest();
    for number in 1..=5 {
        let text = code(number).reveal().as_bytes().to_vec();
        assert!(!at_rest.windows(text.len()).any(|window| window == text));
    }
}

/// A sign-in at an issuer begins a session of a participant with a consent on file. Everybody else gets none, and the log
/// names nobody then.
pub async fn a_sign_in_at_an_issuer_opens_the_page_of_its_number<P: TestStore>(make_store: impl Fn() -> P) {
    let mut world = World::new(make_store()).await;
    let kari = world.usual_consent().await;
    let high = AtLevel {
        issuer: "https://issuer.example".to_owned(),
        level: "idporten-loa-high".to_owned(),
    };
    let sign_in = async |world: &World<P>, number: &str, n: u8, now: i64| {
        let begun = world
            .store()
            .begin_own_session(&person(number), &high, &session(n), at(now))
            .await;
        begun.unwrap()
    };
    assert_eq!(sign_in(&world, OLA, 1, 1).await, None);
    let begun = sign_in(&world, KARI, 2, 2).await.unwrap();
    assert_eq!((begun.participant, begun.party()), (kari, None));
    assert_eq!(begun.way, OwnWay::Issuer(high.clone()));
    world.reopen();
    assert_eq!(seen(&world, 2).await, Some(begun.clone()));
    let store = world.store();
    assert!(
        !store.set_own_pin(begun.id, "$hash$", at(3)).await.unwrap(),
        "there is no code"
    );
    assert!(store.end_own_session(begun.id, at(4)).await.unwrap());
    let withdrawn = store
        .withdraw(kari, &Scope::Everything, &Actor::SignedParticipant, at(5))
        .await;
    withdrawn.unwrap();
    assert!(
        sign_in(&world, KARI, 3, 6).await.is_some(),
        "what was taken back is shown"
    );
    let store = world.store();
    let protected = store.set_protected(&person(KARI), true, &Actor::Operator, at(7)).await;
    protected.unwrap();
    assert_eq!(sign_in(&world, KARI, 4, 8).await, None);
    assert_eq!(seen(&world, 1).await, None);
    assert_eq!(seen(&world, 4).await, None);
    let rows = world.audit().await;
    let opened: Vec<_> = rows.iter().filter(|row| row.action == "own-page.opened").collect();
    assert_eq!(opened.len(), 2);
    for row in opened {
        assert_eq!(row.actor, "participant");
        for part in [&kari.to_string(), &high.issuer, &high.level] {
            assert!(row.detail.contains(part.as_str()), "{}", row.detail);
        }
    }
    let nobody: Vec<_> = rows.iter().filter(|row| row.action == "own-page.nobody").collect();
    assert_eq!(nobody.len(), 2);
    assert!(
        nobody
            .iter()
            .all(|row| row.actor == "hub" && !row.detail.contains(&kari.to_string()))
    );
    assert_eq!(nobody[0].detail, nobody[1].detail);
    let at_rest = world.at_rest();
    assert!(!at_rest.windows(KARI.len()).any(|window| window == KARI.as_bytes()));
}

/// A PIN lets its participant come back, for a time and a number of tries.
pub async fn a_pin_is_tried_five_times_and_works_for_thirty_days<P: TestStore>(make_store: impl Fn() -> P) {
    let world = World::new(make_store()).await;
    let kari = world.usual_consent().await;
    let store = world.store();
    make(&world, 1, (kari, AFT), 0).await.unwrap();
    assert!(
        store.begin_pin_try(&code(1), at(1)).await.unwrap().is_none(),
        "never used"
    );
    used(&world, 1, 1).await.unwrap();
    assert!(store.begin_pin_try(&code(1), at(2)).await.unwrap().is_none(), "no PIN");
    assert!(store.set_own_pin(session(1).id, "$hash$", at(3)).await.unwrap());
    assert!(
        !store.set_own_pin(session(1).id, "$other$", at(4)).await.unwrap(),
        "once"
    );
    assert!(!seen(&world, 1).await.unwrap().may_choose_pin());
    for n in 0..4 {
        let tried = store.begin_pin_try(&code(1), at(5)).await.unwrap().unwrap();
        assert_eq!(tried.pin, "$hash$");
        if n < 3 {
            store.fail_pin_try(tried.code, at(5)).await.unwrap();
        } else {
            let begun = store.pass_pin_try(tried.code, &session(2), at(5)).await.unwrap();
            assert_eq!(begun.unwrap().participant, kari);
        }
    }
    // A right PIN forgets the wrong ones. Tries at the same time count as those one after the other.
    let tried = store.begin_pin_try(&code(1), at(6)).await.unwrap().unwrap();
    for _ in 0..4 {
        assert!(store.begin_pin_try(&code(1), at(6)).await.unwrap().is_some());
    }
    assert!(store.begin_pin_try(&code(1), at(6)).await.unwrap().is_none());
    store.fail_pin_try(tried.code, at(6)).await.unwrap();
    assert_eq!(world.audited("own-code.ended").await, 1);
    let begun = store.pass_pin_try(tried.code, &session(3), at(7)).await.unwrap();
    assert!(begun.is_none(), "it has ended");

    make(&world, 4, (kari, GP), 10).await.unwrap();
    used(&world, 4, 10).await.unwrap();
    assert!(store.set_own_pin(session(4).id, "$hash$", at(11)).await.unwrap());
    let tried = store.begin_pin_try(&code(4), at(10 + 30 * DAY - 1)).await.unwrap();
    assert!(tried.is_some());
    let tried = store.begin_pin_try(&code(4), at(10 + 30 * DAY)).await.unwrap();
    assert!(tried.is_none());
}

/// A session is noted, left, and gone a day after it is over. A code is gone when its time is over.
pub async fn own_sessions_and_codes_leave_the_store<P: TestStore>(make_store: impl Fn() -> P) {
    let world = World::new(make_store()).await;
    let kari = world.usual_consent().await;
    let store = world.store();
    make(&world, 1, (kari, AFT), 0).await.unwrap();
    used(&world, 1, 1).await.unwrap();
    store.set_own_pin(session(1).id, "$hash$", at(2)).await.unwrap();
    store.slide_own_session(session(1).id, at(100)).await.unwrap();
    assert_eq!(seen(&world, 1).await.unwrap().seen_at, at(100));
    assert!(store.end_own_session(session(1).id, at(200)).await.unwrap());
    assert!(!store.end_own_session(session(1).id, at(201)).await.unwrap());
    assert_eq!(seen(&world, 1).await.unwrap().ended_at, Some(at(200)));
    assert!(!store.set_own_pin(session(1).id, "$late$", at(202)).await.unwrap());
    assert_eq!(world.audited("own-page.left").await, 1);
    make(&world, 2, (kari, GP), 300).await.unwrap();

    store.sweep(at(300 + 15 * MINUTE)).await.unwrap();
    assert_eq!(world.audited("own-code.ended").await, 1, "the unused one");
    assert!(store.begin_pin_try(&code(1), at(DAY)).await.unwrap().is_some());
    store.sweep(at(2 * DAY)).await.unwrap();
    assert_eq!(seen(&world, 1).await, None);
    store.sweep(at(31 * DAY)).await.unwrap();
    assert_eq!(world.audited("own-code.ended").await, 2);
    assert!(store.begin_pin_try(&code(1), at(31 * DAY)).await.unwrap().is_none());
}

/// Nothing of the own page is left of an erased person, or of one who was joined to another.
pub async fn an_erased_participant_has_no_own_page<P: TestStore>(make_store: impl Fn() -> P) {
    let world = World::new(make_store()).await;
    let kari = world.usual_consent().await;
    let ola = world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Goals])]).await;
    for (number, participant) in [(1, kari), (2, ola)] {
        make(&world, number, (participant, AFT), 0).await.unwrap();
        used(&world, number, 1).await.unwrap();
    }
    make(&world, 3, (kari, GP), 2).await.unwrap();
    let joined = world
        .store()
        .link(ola, &person(KARI), &Actor::Operator, at(3))
        .await
        .unwrap();
    assert_eq!(joined.unwrap().joined, Some(kari));
    assert_eq!(seen(&world, 1).await, None);
    assert_eq!(used(&world, 3, 4).await, None);
    assert!(seen(&world, 2).await.is_some());
    world
        .store()
        .erase(ola, &Actor::Operator, at(5))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(seen(&world, 2).await, None);
    assert_eq!(make(&world, 4, (ola, AFT), 6).await, None);
}

/// A withdrawal by a code reaches the exchanges of its party alone, and the log names the participant.
pub async fn a_code_withdraws_within_its_partys_exchanges<P: TestStore>(make_store: impl Fn() -> P) {
    let world = World::new(make_store()).await;
    let goals = &[Category::Goals][..];
    let kari = world
        .consent(
            1,
            KARI,
            vec![grant(AFT, GP, goals), grant(DPS, GP, goals), grant(AFT, DPS, goals)],
        )
        .await;
    let by = Actor::Participant(id(GP));
    let store = world.store();
    let nothing: Result<_, StoreError> = store.withdraw(kari, &Scope::Everything, &by, at(1)).await;
    assert!(nothing.unwrap().cancelled.is_empty());
    assert_eq!(world.audited("consent-withdrawn").await, 0);
    store.withdraw(kari, &Scope::Party(id(GP)), &by, at(2)).await.unwrap();
    let rows = world.audit().await;
    let row = rows.iter().find(|row| row.action == "consent-withdrawn").unwrap();
    assert_eq!(row.actor, by.to_string());
    let ledger = store.ledger(kari).await.unwrap();
    let left: Vec<_> = ledger
        .grants
        .iter()
        .filter(|on_file| !bindeledd_core::withdrawal::left_of(on_file, &ledger).is_empty())
        .map(|on_file| on_file.grant.to.clone())
        .collect();
    assert_eq!(left, [id(DPS)]);
}

/// A participant by a code learns of looks at messages that the code's party sent or may have got.
pub async fn looks_are_told_by_party<P: TestStore>(make_store: impl Fn() -> P) {
    let world = World::new(make_store()).await;
    let kari = world
        .consent(
            1,
            KARI,
            vec![
                grant(AFT, GP, &[Category::Progress]),
                grant(AFT, DPS, &[Category::Progress]),
            ],
        )
        .await;
    let to_gp = world.deliver(AFT, GP, progress("r1", KARI, "c1"), at(1)).await;
    let reason = AccessReason::parse("skrives ut for mottakeren").unwrap();
    let looked = world
        .store()
        .open_inbox(&id(GP), &[to_gp], &reason, &Actor::Operator, at(2))
        .await;
    looked.unwrap();
    let looks = async |party: &str| world.store().looks_with(kari, &id(party)).await.unwrap();
    assert_eq!(looks(AFT).await.len(), 1);
    assert_eq!(looks(AFT).await[0].way, LookWay::Inbox);
    assert!(looks(DPS).await.is_empty());
    assert!(looks(GP).await.is_empty(), "nothing has left for it");
    world.begin(to_gp, at(3)).await;
    assert_eq!(looks(GP).await.len(), 1);
}
