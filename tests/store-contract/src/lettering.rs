//! Mailboxes: letters for the persons who follow a participant up, and these persons.

use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::delivery::State;
use bindeledd_core::follow_up::{Answering, Change, NotChanged};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::withdrawal::{Asker, Scope, left_of};
use bindeledd_core::{AccountId, Category, DeliveryId, ParticipantRef, Receivers, prose};
use bindeledd_engine::ports::{
    Actor, Added, AnsweredBefore, Changed, HandOver, Letter, LetterContent, LetterList, LinkAnswer, MailboxReader,
    NewAccount, NewLink, NotShown, Occasion, Outcome, PersonMailChange, Taken,
};
use serde_json::json;
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, OLA, World, at, consent, draft, grant, id, person, progress};

const LEADER: AccountId = AccountId(Uuid::from_u128(1));
const BLID: AccountId = AccountId(Uuid::from_u128(2));
const VARM: AccountId = AccountId(Uuid::from_u128(3));
const ELSEWHERE: AccountId = AccountId(Uuid::from_u128(4));
/// A text that only the content has.
const CONTENT: &str = "Lagerpraksis";

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

/// Makes a world with the persons of the GP's mailbox and one of the provider's, and Kari's consent.
async fn story<P: TestStore>(make: impl Fn() -> P) -> (World<P>, ParticipantRef) {
    let world = World::new(make()).await;
    add(&world, LEADER, Role::TeamLeader, GP).await;
    add(&world, BLID, Role::MailboxUser, GP).await;
    add(&world, VARM, Role::MailboxUser, GP).await;
    add(&world, ELSEWHERE, Role::MailboxUser, AFT).await;
    let kari = world.usual_consent().await;
    (world, kari)
}

/// Makes a delivery to the GP that was handed over to its inbox.
async fn handed_over<P: TestStore>(world: &World<P>, reference: &str, now: i64) -> DeliveryId {
    let delivery = world
        .deliver(AFT, GP, progress(reference, KARI, reference), at(now))
        .await;
    let outcome = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(now + 900),
    };
    world.carry(delivery, outcome, at(now)).await;
    delivery
}

async fn change<P: TestStore>(
    world: &World<P>,
    participant: ParticipantRef,
    change: Change,
    by: AccountId,
    now: i64,
) -> Result<bool, NotChanged> {
    let store = world.store();
    store
        .change_follow_up(&id(GP), participant, change, by, at(now))
        .await
        .unwrap()
}

const fn give(to: AccountId) -> Change {
    Change::Give { to, seen: None }
}

async fn read<P: TestStore>(
    world: &World<P>,
    delivery: DeliveryId,
    by: AccountId,
    now: i64,
) -> Result<Letter, NotShown> {
    let taken = Taken {
        by: Actor::Person(by),
        ..Taken::by_itself(id(GP))
    };
    let by = (by, Occasion::Opened);
    world.store().read_letter(delivery, by, &taken, at(now)).await.unwrap()
}

/// Returns a person as the reader of the GP's mailbox.
fn reader(person: AccountId) -> MailboxReader {
    MailboxReader {
        party: id(GP),
        person,
        leads: person == LEADER,
    }
}

async fn listed<P: TestStore>(world: &World<P>, person: AccountId, now: i64, limit: usize) -> LetterList {
    let found = world.store().letters(&reader(person), at(now), limit).await;
    found.unwrap()
}

async fn followed<P: TestStore>(
    world: &World<P>,
    person: AccountId,
    now: i64,
    limit: usize,
) -> (Vec<ParticipantRef>, bool) {
    let found = world.store().followed(&reader(person), at(now), limit).await;
    let (all, has_more) = found.unwrap();
    (all.into_iter().map(|one| one.participant).collect(), has_more)
}

async fn unread<P: TestStore>(world: &World<P>, delivery: DeliveryId, by: AccountId, now: i64) -> NotShown {
    read(world, delivery, by, now).await.err().expect("nothing is shown")
}

fn text(letter: &Letter) -> String {
    match &letter.content {
        LetterContent::Message(part) => prose::write_message(part.content()),
        LetterContent::Withdrawal(notice) => prose::write_message(notice.content()),
    }
}

/// A letter is for the persons who follow its participant up, in this mailbox, while they do.
pub async fn a_letter_is_read_by_those_who_follow_up_and_by_nobody_else<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    let delivery = handed_over(&world, "r1", 1).await;
    for by in [LEADER, BLID, VARM, ELSEWHERE] {
        assert_eq!(unread(&world, delivery, by, 2).await, NotShown::Unknown);
    }
    assert_eq!(
        change(&world, kari, give(BLID), BLID, 2).await,
        Err(NotChanged::NoRight)
    );
    assert_eq!(
        change(&world, kari, give(ELSEWHERE), LEADER, 2).await,
        Err(NotChanged::NotHere)
    );
    let stranger = ParticipantRef(Uuid::from_u128(77));
    assert_eq!(
        change(&world, stranger, give(BLID), LEADER, 2).await,
        Err(NotChanged::Unknown)
    );
    assert_eq!(change(&world, kari, give(BLID), LEADER, 2).await, Ok(true));
    assert_eq!(change(&world, kari, give(BLID), LEADER, 3).await, Ok(false));
    let stand_in = Change::StandIn {
        person: VARM,
        until: at(100),
    };
    assert_eq!(change(&world, kari, stand_in, BLID, 3).await, Ok(true));
    world.reopen();
    for (by, now) in [(BLID, 10), (VARM, 99), (BLID, 200)] {
        let letter = read(&world, delivery, by, now).await.ok().unwrap();
        assert!(text(&letter).contains(CONTENT));
    }
    assert_eq!(
        unread(&world, delivery, VARM, 100).await,
        NotShown::Unknown,
        "the time of the stand-in is over"
    );
    assert_eq!(unread(&world, delivery, LEADER, 100).await, NotShown::Unknown);
    assert_eq!(world.state_name(delivery).await, "delivered");
    let unknown = DeliveryId(Uuid::from_u128(1));
    assert_eq!(unread(&world, unknown, BLID, 200).await, NotShown::Unknown);
    let waiting = world.deliver(AFT, GP, progress("r2", KARI, "r2"), at(200)).await;
    assert_eq!(unread(&world, waiting, BLID, 201).await, NotShown::NotNow);
    let state = world.store().letter_state(&id(GP), waiting, BLID, at(201)).await;
    assert!(matches!(state.unwrap(), Some(State::Waiting(_))));
    let state = world.store().letter_state(&id(GP), waiting, VARM, at(201)).await;
    assert_eq!(state.unwrap(), None);
}

/// Each reading decides anew and writes its row. The list has the name, the first reading of each person, the party's
/// answer, and nothing that no grant covers.
pub async fn a_reading_decides_anew_and_stands_with_its_person<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    world
        .consent(
            9,
            KARI,
            vec![grant(AFT, GP, &Category::ALL), grant(GP, AFT, &Category::ALL)],
        )
        .await;
    let body = json!({"text": "Hvordan går det?", "about": ["progress"], "answerBy": "2026-10-01"});
    let asked = world
        .send(AFT, &[GP], draft("q1", KARI, "c", "question", body), at(1))
        .await;
    let delivery = asked.deliveries[0].id;
    let outcome = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(delivery, outcome, at(1)).await;
    change(&world, kari, give(BLID), LEADER, 2).await.unwrap();
    let list = async |now| listed(&world, BLID, now, 100).await.views;
    let before = list(3).await;
    assert_eq!(before.len(), 1);
    assert_eq!(before[0].name.as_ref().unwrap().0, "Kari Hemmelig Nordmann");
    assert_eq!(before[0].answer_by.unwrap().to_string(), "2026-10-01");
    assert!(before[0].reads.is_empty() && before[0].reply.is_none());
    for now in [4, 5] {
        read(&world, delivery, BLID, now).await.ok().unwrap();
    }
    let after = list(6).await;
    assert_eq!(after.len(), 1, "read, and listed once");
    assert_eq!(
        after[0]
            .reads
            .iter()
            .map(|read| (read.person, read.at))
            .collect::<Vec<_>>(),
        [(BLID, at(4))],
        "the first reading"
    );
    let rows: Vec<_> = world
        .audit()
        .await
        .into_iter()
        .filter(|row| row.action == "inbox-read")
        .collect();
    assert_eq!(rows.len(), 2, "a row for each reading");
    for row in rows {
        assert_eq!(row.actor, Actor::Person(BLID).to_string());
        assert!(!row.detail.contains("Kari"), "{}", row.detail);
    }
    let withdrawn = world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(20))
        .await;
    withdrawn.unwrap();
    assert_eq!(unread(&world, delivery, BLID, 21).await, NotShown::Unknown);
    assert!(list(21).await.iter().all(|view| view.delivery != delivery));
    assert!(followed(&world, LEADER, 21, 100).await.0.is_empty());
    // Somebody may still be taken off the participant, and nobody given.
    assert_eq!(
        change(&world, kari, Change::End { person: BLID }, LEADER, 22).await,
        Ok(true)
    );
    assert_eq!(
        change(&world, kari, give(BLID), LEADER, 23).await,
        Err(NotChanged::Unknown)
    );
}

/// A reading under a newer consent is a release under that consent, so that its withdrawal names the delivery.
pub async fn a_reading_under_a_newer_consent_is_named_by_its_withdrawal<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let delivery = handed_over(&world, "r1", 1).await;
    change(&world, kari, give(BLID), LEADER, 2).await.unwrap();
    read(&world, delivery, BLID, 3).await.ok().unwrap();
    let withdraw = async |now| {
        let store = world.store();
        let answer = store
            .withdraw(kari, &Scope::Everything, &Actor::Operator, at(now))
            .await;
        answer.unwrap()
    };
    assert_eq!(withdraw(4).await.handed_over, [delivery]);
    assert_eq!(unread(&world, delivery, BLID, 5).await, NotShown::Unknown);
    let newer = consent(9, KARI, at(6), vec![grant(AFT, GP, &Category::ALL)]);
    let registered = world.store().register_consent(newer, &Actor::Operator, at(6)).await;
    registered.unwrap().unwrap();
    for now in [11, 12] {
        read(&world, delivery, BLID, now).await.ok().unwrap();
    }
    assert_eq!(withdraw(13).await.handed_over, [delivery]);
}

/// Of two persons who answer, the second is told of the first. An answer that came to nothing holds up nobody.
pub async fn one_person_answers_for_the_party<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, _) = story(make).await;
    let delivery = handed_over(&world, "r1", 1).await;
    let begin = async |world: &World<P>, person, reference, now| {
        let new = Answering {
            person,
            reference: Uuid::from_u128(reference),
            at: at(now),
        };
        world.store().begin_answer(delivery, &new).await.unwrap()
    };
    let before = AnsweredBefore {
        by: Some(BLID),
        at: at(10),
    };
    assert_eq!(begin(&world, BLID, 1, 10).await, Ok(at(10)));
    assert_eq!(begin(&world, BLID, 1, 15).await, Ok(at(10)), "a second click");
    assert_eq!(begin(&world, VARM, 2, 16).await, Err(before));
    assert_eq!(begin(&world, VARM, 1, 16).await, Err(before), "another person's answer");
    world.reopen();
    let other = Uuid::from_u128(2);
    world.store().drop_answer(delivery, other).await.unwrap();
    assert_eq!(
        begin(&world, VARM, 2, 17).await,
        Err(before),
        "only its own answer is dropped"
    );
    world.store().drop_answer(delivery, Uuid::from_u128(1)).await.unwrap();
    assert_eq!(begin(&world, VARM, 2, 18).await, Ok(at(18)));
    // Two minutes without a message.
    assert_eq!(begin(&world, BLID, 3, 18 + 120).await, Ok(at(18 + 120)));
    let rows = world.audit().await;
    let begun: Vec<_> = rows.iter().filter(|row| row.action == "letter-answered").collect();
    let actors: Vec<_> = begun.iter().map(|row| row.actor.as_str()).collect();
    let [blid, varm] = [BLID, VARM].map(|person| Actor::Person(person).to_string());
    assert_eq!(actors, [blid.as_str(), varm.as_str(), blid.as_str()]);
}

/// A meeting that is proposed instead of an answer leaves the question open. Once the party has answered, the row of the one
/// who answered stays.
pub async fn an_answer_is_of_the_kind_that_was_asked_for<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let grants = vec![grant(AFT, GP, &Category::ALL), grant(GP, AFT, &Category::ALL)];
    world.consent(9, KARI, grants).await;
    let body = json!({"text": "Hvordan går det?", "about": ["progress"]});
    let asked = world
        .send(AFT, &[GP], draft("q1", KARI, "c", "question", body), at(1))
        .await;
    let (question, delivery) = (asked.id, asked.deliveries[0].id);
    let outcome = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(900),
    };
    world.carry(delivery, outcome, at(1)).await;
    change(&world, kari, give(BLID), LEADER, 2).await.unwrap();
    let reply = async |reference: &str, kind: &str, body: serde_json::Value, now| {
        let mut new = world.new_message(
            draft(reference, KARI, "c", kind, body),
            Receivers::Parties(vec![id(AFT)]),
            at(now),
        );
        new.in_reply_to = Some(question);
        world.accept(world.acceptance(GP, vec![new]), at(now)).await.unwrap()[0].id
    };
    let times = json!({"proposedTimes": [{"start": "2026-10-12T10:00:00+02:00"}]});
    let meeting = reply("m1", "meeting-request", times, 10).await;
    let waits = async |now| {
        let found = world.store().letters_waiting(&reader(BLID), true, at(now), 10).await;
        found.unwrap()
    };
    let letter = read(&world, delivery, BLID, 11).await.ok().unwrap();
    assert!(letter.view.reply.is_none(), "a meeting is no answer");
    assert_eq!(waits(11).await, 1, "it still waits for an answer");
    let proposed = letter.meeting.unwrap();
    assert_eq!((proposed.message, proposed.at, proposed.by), (meeting, at(10), None));
    let answering = Answering {
        person: BLID,
        reference: Uuid::from_u128(1),
        at: at(12),
    };
    let begun = world.store().begin_answer(delivery, &answering).await.unwrap();
    assert_eq!(begun, Ok(at(12)), "the question is open");
    let answer = reply("a1", "answer", json!({"text": "Bra", "about": ["progress"]}), 13).await;
    world.store().drop_answer(delivery, answering.reference).await.unwrap();
    let letter = read(&world, delivery, BLID, 14).await.ok().unwrap();
    let reply = letter.view.reply.unwrap();
    assert_eq!(
        (reply.message, reply.by),
        (answer, Some(BLID)),
        "the row of a sent answer stays"
    );
    assert_eq!(waits(14).await, 0);
}

/// A person who posts the form of a letter has no further reading. A person who never opened it has one.
pub async fn going_on_with_a_page_is_no_new_reading<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let delivery = handed_over(&world, "r1", 1).await;
    change(&world, kari, give(BLID), LEADER, 2).await.unwrap();
    let until = at(500);
    let stand_in = Change::StandIn { person: VARM, until };
    change(&world, kari, stand_in, BLID, 2).await.unwrap();
    let go_on = async |by, now| {
        let taken = Taken {
            by: Actor::Person(by),
            ..Taken::by_itself(id(GP))
        };
        let read = world
            .store()
            .read_letter(delivery, (by, Occasion::GoesOn), &taken, at(now))
            .await;
        assert!(read.unwrap().is_ok());
    };
    read(&world, delivery, BLID, 3).await.ok().unwrap();
    for now in [4, 5] {
        go_on(BLID, now).await;
    }
    assert_eq!(world.audited("inbox-read").await, 1);
    go_on(VARM, 6).await;
    assert_eq!(
        world.audited("inbox-read").await,
        2,
        "the first reading of another person"
    );
    read(&world, delivery, BLID, 7).await.ok().unwrap();
    assert_eq!(world.audited("inbox-read").await, 3, "opened again");
}

/// A participant who becomes part of another one keeps the persons who follow up, and an erasure leaves none.
pub async fn those_who_follow_up_move_with_a_join_and_leave_with_an_erasure<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    let delivery = handed_over(&world, "r1", 1).await;
    change(&world, kari, give(BLID), LEADER, 2).await.unwrap();
    read(&world, delivery, BLID, 3).await.ok().unwrap();
    let ola = world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let joined = world.store().link(ola, &person(KARI), &Actor::Operator, at(4)).await;
    assert!(matches!(joined.unwrap(), Some(LinkAnswer { joined: Some(from), .. }) if from == kari));
    world.reopen();
    let rows = world.store().follow_ups(&id(GP), at(5)).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.participant, row.person)).collect::<Vec<_>>(),
        [(ola, BLID)]
    );
    assert!(text(&read(&world, delivery, BLID, 6).await.ok().unwrap()).contains(CONTENT));
    let erased = world.store().erase(ola, &Actor::Operator, at(7)).await.unwrap();
    assert!(erased.is_some());
    assert!(world.store().follow_ups(&id(GP), at(8)).await.unwrap().is_empty());
    assert!(listed(&world, LEADER, 8, 100).await.views.is_empty());
    assert_eq!(unread(&world, delivery, BLID, 8).await, NotShown::Unknown);
}

/// The person who registers becomes the contact person in the registrar's mailbox with the registration, unless there is one.
/// A person withdraws for the party, and no further.
pub async fn a_person_registers_and_withdraws_for_the_party<P: TestStore>(make: impl Fn() -> P) {
    let (world, _) = story(make).await;
    let new = |number, from: &str, to: &str| {
        let mut new = consent(number, OLA, at(0), vec![grant(from, to, &[Category::Progress])]);
        new.registrar = id(GP);
        new
    };
    let store = world.store();
    let register = async |consent, by: AccountId, now| {
        let actor = Actor::Person(by);
        let registered = store.register_consent_of(consent, (&actor, Some(by)), at(now));
        registered.await.unwrap().unwrap()
    };
    let contacts = async |participant| {
        let rows = store.follow_ups(&id(GP), at(9)).await.unwrap();
        let of = rows.into_iter().filter(|row| row.participant == participant);
        of.map(|row| row.person).collect::<Vec<_>>()
    };
    // A person of another mailbox goes on with nobody here.
    let ola = register(new(40, GP, AFT), ELSEWHERE, 1).await.participant;
    assert_eq!(contacts(ola).await, []);
    register(new(41, GP, AFT), BLID, 2).await;
    assert_eq!(contacts(ola).await, [BLID]);
    register(new(42, AFT, GP), VARM, 3).await;
    register(new(41, GP, AFT), VARM, 4).await;
    assert_eq!(contacts(ola).await, [BLID]);
    assert_eq!(world.audited("follow-up.given").await, 1);

    let between = consent(43, OLA, at(0), vec![grant(AFT, DPS, &[Category::Progress])]);
    register(between, ELSEWHERE, 5).await;
    let (asker, by) = (Asker::Party(id(GP)), Actor::Person(BLID));
    let withdrawn = store.withdraw_for(ola, (&Scope::Everything, None), (&asker, &by), at(6));
    withdrawn.await.unwrap();
    let ledger = store.ledger(ola).await.unwrap();
    let left = ledger.grants.iter().filter(|grant| !left_of(grant, &ledger).is_empty());
    let left: Vec<_> = left.map(|of| (of.grant.from.clone(), of.grant.to.clone())).collect();
    assert_eq!(left, [(id(AFT), id(DPS))]);
}

/// A person's lists begin with the participants whom the person follows up: neither readings nor letters of others push
/// them out, and each list says when it has more.
pub async fn a_list_is_bounded_behind_its_filter<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let both = || vec![grant(AFT, GP, &Category::ALL), grant(GP, AFT, &Category::ALL)];
    world.consent(8, KARI, both()).await;
    let ola = world.consent(9, OLA, both()).await;
    change(&world, kari, give(BLID), LEADER, 1).await.unwrap();
    change(&world, ola, give(VARM), LEADER, 1).await.unwrap();
    // Kari's question is older than everything about Ola, and was read first.
    let body = json!({"text": "Hvordan går det?", "about": ["progress"]});
    let asked = world
        .send(AFT, &[GP], draft("q1", KARI, "c", "question", body), at(2))
        .await;
    let outcome = Outcome::AwaitingReceipt {
        references: Vec::new(),
        until: at(9000),
    };
    let question = asked.deliveries[0].id;
    world.carry(question, outcome.clone(), at(2)).await;
    read(&world, question, BLID, 3).await.ok().unwrap();
    let of_kari = handed_over(&world, "k1", 4).await;
    read(&world, of_kari, BLID, 5).await.ok().unwrap();
    let mut of_ola = Vec::new();
    for n in 0..4 {
        let reference = format!("o{n}");
        let message = progress(&reference, OLA, &reference);
        let delivery = world.deliver(AFT, GP, message, at(10 + n)).await;
        world.carry(delivery, outcome.clone(), at(10 + n)).await;
        read(&world, delivery, VARM, 20 + n).await.ok().unwrap();
        of_ola.push(delivery);
    }
    for n in 0..3 {
        let reference = format!("w{n}");
        world
            .deliver(AFT, GP, progress(&reference, OLA, &reference), at(30 + n))
            .await;
    }
    let newest = world.deliver(AFT, GP, progress("k2", KARI, "k2"), at(40)).await;
    let ids = |list: &LetterList| list.views.iter().map(|view| view.delivery).collect::<Vec<_>>();
    let own = listed(&world, BLID, 50, 1).await;
    assert_eq!(
        ids(&own),
        [newest, question, of_kari],
        "her question, and the last that was read"
    );
    assert!(!own.has_more_open && own.has_more_read, "{own:?}");
    let all_own = listed(&world, BLID, 50, 2).await;
    assert!(!all_own.has_more_open && !all_own.has_more_read);
    let of_varm = listed(&world, VARM, 50, 2).await;
    assert!(of_varm.has_more_open && of_varm.has_more_read && of_varm.views.len() == 4);
    // A second reading of the same letter does not push another one out.
    let stand_in = Change::StandIn {
        person: LEADER,
        until: at(1000),
    };
    change(&world, kari, stand_in, LEADER, 51).await.unwrap();
    read(&world, of_kari, LEADER, 52).await.ok().unwrap();
    let own = listed(&world, BLID, 53, 2).await;
    assert_eq!(ids(&own), [newest, question, of_kari]);
    let waiting = async |person| {
        let count = world.store().letters_waiting(&reader(person), true, at(53), 99).await;
        count.unwrap()
    };
    assert_eq!((waiting(BLID).await, waiting(VARM).await), (2, 3));
    assert_eq!(waiting(LEADER).await, 2, "the leader stands in for Kari alone");
    let bounded = world.store().letters_waiting(&reader(VARM), true, at(53), 2).await;
    assert_eq!(bounded.unwrap(), 2);
    let handed = world.store().letters_waiting(&reader(VARM), false, at(53), 99).await;
    assert_eq!(handed.unwrap(), 0);
}

/// A person's participants come before those of others, and a leader's begin with those whom nobody follows up.
pub async fn participants_are_bounded_behind_their_filter<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    let ola = world.consent(9, OLA, vec![grant(AFT, GP, &Category::ALL)]).await;
    let (first, last) = (kari.min(ola), kari.max(ola));
    change(&world, last, give(BLID), LEADER, 1).await.unwrap();
    assert_eq!(followed(&world, BLID, 2, 1).await, (vec![last], false));
    assert_eq!(followed(&world, VARM, 2, 1).await, (Vec::new(), false));
    assert_eq!(followed(&world, LEADER, 2, 1).await, (vec![first], true));
    assert_eq!(followed(&world, LEADER, 2, 2).await, (vec![first, last], false));
    let one = world.store().followed_one(&id(GP), last, at(2)).await.unwrap().unwrap();
    assert_eq!(one.by.len(), 1);
    let stranger = ParticipantRef(Uuid::from_u128(77));
    assert_eq!(
        world.store().followed_one(&id(GP), stranger, at(2)).await.unwrap(),
        None
    );
    let elsewhere = world.store().followed_one(&id(DPS), last, at(2)).await;
    assert_eq!(elsewhere.unwrap(), None);
}

/// The line about a hand-over names a participant of the party alone: nobody whom no grant covers, and nobody under address
/// protection, although the party wrote the name itself.
pub async fn a_hand_over_names_nobody_who_is_protected_or_without_a_consent<P: TestStore>(make: impl Fn() -> P) {
    let (world, kari) = story(make).await;
    world
        .consent(9, KARI, vec![grant(GP, AFT, &[Category::Progress, Category::Goals])])
        .await;
    world.deliver(GP, AFT, progress("own", KARI, "own"), at(1)).await;
    change(&world, kari, give(BLID), LEADER, 2).await.unwrap();
    let is_named = async |now| {
        let found = world.store().unseen_hand_overs(BLID, &id(GP), at(now), 10).await;
        let found = found.unwrap();
        assert_eq!(found.len(), 1);
        found[0].name.is_some()
    };
    assert!(is_named(3).await);
    let (store, operator) = (world.store(), Actor::Operator);
    for (is_protected, now) in [(true, 4), (false, 5)] {
        store
            .set_protected(&person(KARI), is_protected, &operator, at(now))
            .await
            .unwrap();
        assert_eq!(is_named(now).await, !is_protected);
    }
    store
        .withdraw(kari, &Scope::Everything, &operator, at(6))
        .await
        .unwrap();
    assert!(!is_named(7).await);
}

/// Those who followed up, and the one who begins, are told of a change until they have seen it. The participant learns of
/// it with the name of the contact person of now.
pub async fn a_hand_over_is_told<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    change(&world, kari, give(BLID), LEADER, 1).await.unwrap();
    let stand_in = Change::StandIn {
        person: VARM,
        until: at(100),
    };
    change(&world, kari, stand_in, BLID, 2).await.unwrap();
    let hand_over = Change::Give {
        to: VARM,
        seen: Some(BLID),
    };
    change(&world, kari, hand_over, BLID, 3).await.unwrap();
    world.reopen();
    let unseen = async |world: &World<P>, person, party: &str| {
        let found = world.store().unseen_hand_overs(person, &id(party), at(4), 10).await;
        found.unwrap()
    };
    let times = |all: &[HandOver]| all.iter().map(|one| (one.person, one.at)).collect::<Vec<_>>();
    assert_eq!(times(&unseen(&world, BLID, GP).await), [(BLID, at(1))]);
    let of_varm = unseen(&world, VARM, GP).await;
    assert_eq!(times(&of_varm), [(VARM, at(3)), (VARM, at(2))]);
    assert_eq!(of_varm[1].until, Some(at(100)));
    assert!(unseen(&world, LEADER, GP).await.is_empty() && unseen(&world, VARM, AFT).await.is_empty());
    let waits = world.store().waiting_in(&id(GP), at(4)).await.unwrap();
    assert_eq!(waits.unseen, [(BLID, at(1)), (VARM, at(3))]);
    let seen: Vec<_> = of_varm.iter().map(|one| one.id).collect();
    world.store().hand_overs_seen(BLID, &id(GP), &seen).await.unwrap();
    assert_eq!(unseen(&world, VARM, GP).await.len(), 2, "another person has seen it");
    world.store().hand_overs_seen(VARM, &id(GP), &seen[..1]).await.unwrap();
    assert_eq!(times(&unseen(&world, VARM, GP).await), [(VARM, at(2))]);
    let about = async |world: &World<P>, parties: &[&str]| {
        let parties: Vec<_> = parties.iter().map(|party| id(party)).collect();
        let found = world.store().hand_overs_about(kari, &parties, 10).await.unwrap();
        let row = found
            .into_iter()
            .map(|one| (one.at, one.is_stand_in, one.contact.is_some()));
        row.collect::<Vec<_>>()
    };
    assert_eq!(
        about(&world, &[AFT, GP]).await,
        [(at(3), false, true), (at(2), true, false), (at(1), false, false)]
    );
    assert!(about(&world, &[AFT]).await.is_empty());
    world
        .store()
        .erase(kari, &Actor::Operator, at(5))
        .await
        .unwrap()
        .unwrap();
    assert!(about(&world, &[GP]).await.is_empty());
    assert!(unseen(&world, VARM, GP).await.is_empty());
}

/// A new address has been told of nothing, and only the first look after a mail counts.
pub async fn mails_to_a_person_are_kept<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, kari) = story(make).await;
    let store = world.store();
    let change_to = |email: &str, is_off| PersonMailChange {
        email: EmailAddress::parse(email),
        is_off,
    };
    let set = async |world: &World<P>, change: PersonMailChange, now| {
        let store = world.store();
        store
            .set_person_mail(BLID, &change, &Actor::Person(BLID), at(now))
            .await
            .unwrap()
    };
    let unknown = AccountId(Uuid::from_u128(99));
    let none = change_to("blid@nordvik.example", None);
    let missing = store.set_person_mail(unknown, &none, &Actor::Operator, at(1)).await;
    assert_eq!(missing.unwrap(), Changed::UnknownAccount);
    for (email, is_off) in [
        ("blid@nordvik.example", None),
        ("blid@nordvik.example", Some(true)),
        ("blid@nordvik.example", Some(false)),
    ] {
        assert_eq!(set(&world, change_to(email, is_off), 2).await, Changed::Done);
        assert_eq!(set(&world, change_to(email, is_off), 2).await, Changed::Done);
    }
    let delivery = world.deliver(AFT, GP, progress("r1", KARI, "c"), at(3)).await;
    let waits = world.store().waiting_in(&id(GP), at(3)).await.unwrap();
    assert_eq!(waits.newest, [(Some(kari), delivery)]);
    world.store().person_looked(BLID, at(4)).await.unwrap();
    assert_eq!(world.store().person_mail(BLID).await.unwrap().last, None);
    let [earlier, now_kept] =
        ["old@nordvik.example", "blid@nordvik.example"].map(|to| EmailAddress::parse(to).unwrap());
    let record = async |world: &World<P>, to: &EmailAddress| {
        let store = world.store();
        store.record_person_mail(BLID, to, Some(delivery), at(5)).await.unwrap();
        store.person_mail(BLID).await.unwrap().last.is_some()
    };
    assert!(
        !record(&world, &earlier).await,
        "the address of now was told of nothing"
    );
    assert!(record(&world, &now_kept).await);
    for now in [6, 7] {
        world.store().person_looked(BLID, at(now)).await.unwrap();
    }
    world.reopen();
    let last = world.store().person_mail(BLID).await.unwrap().last.unwrap();
    assert_eq!((last.of, last.at, last.looked_at), (Some(delivery), at(5), Some(at(6))));
    let persons = world.store().mailed_persons().await.unwrap();
    assert_eq!(persons.len(), 4);
    assert_eq!(persons.iter().filter(|one| one.mail.email.is_some()).count(), 1);
    set(&world, change_to("ny@nordvik.example", None), 8).await;
    assert_eq!(world.store().person_mail(BLID).await.unwrap().last, None);
    assert_eq!(world.audited("user.mail").await, 4, "a repetition changes nothing");
    assert!(world.audit().await.iter().all(|row| !row.detail.contains('@')));
}
