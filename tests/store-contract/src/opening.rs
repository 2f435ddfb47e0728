//! Break-glass, and looks at content.

use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::opening::{Look, LookWay, LookedAs, NotAsked, NotDecided, Opening, OpeningState};
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{AccessReason, AccountId, Category, MessageId, OpeningId, ParticipantRef, PartyId, Reason};
use bindeledd_engine::ports::{
    Actor, Added, LinkAnswer, NewAccount, NewLink, NewOpening, NotOpened, OpenedMessage, OpeningAnswer, OpeningFilter,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, DPS, GP, KARI, NAV, OLA, World, at, grant, id, person, progress};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// A time at which the accounts of the story are old enough.
const LATER: i64 = 8 * DAY;
const REASON: &str = "meldingen feiler, sak 2026/17";

const ASKER: AccountId = AccountId(Uuid::from_u128(1));
const SECOND: AccountId = AccountId(Uuid::from_u128(2));
const YOUNG: AccountId = AccountId(Uuid::from_u128(3));
const MADE_BY_ASKER: AccountId = AccountId(Uuid::from_u128(4));
const OF_SENDER: AccountId = AccountId(Uuid::from_u128(5));
const OF_RECEIVER: AccountId = AccountId(Uuid::from_u128(6));
const VIEWER: AccountId = AccountId(Uuid::from_u128(7));

async fn add<P: TestStore>(
    world: &World<P>,
    account: AccountId,
    (role, party): (Role, Option<&str>),
    by: &Actor,
    now: Timestamp,
) {
    let party: Option<PartyId> = party.map(id);
    let number = account.0.as_u128();
    let new = NewAccount {
        id: account,
        login: LoginName::parse(&format!("person{number}")).unwrap(),
        name: DisplayName::parse("Kåre Ødegård").unwrap(),
        roles: Roles::of(&[role], party.as_ref()).unwrap(),
        party,
    };
    let added = world.store().add_account(&new, link(number), by, now).await.unwrap();
    assert_eq!(added, Added::Done);
}

fn link(number: u128) -> NewLink {
    NewLink {
        hash: [u8::try_from(number).unwrap(); 32],
        expires_at: at(1),
    }
}

/// Makes a world with the persons of the story, and one message of the provider to the GP about Kari.
async fn story<P: TestStore>(make: impl Fn() -> P) -> (World<P>, MessageId, ParticipantRef) {
    let world = World::new(make()).await;
    let operator = Actor::Operator;
    add(&world, ASKER, (Role::Administrator, None), &operator, at(0)).await;
    add(&world, SECOND, (Role::Auditor, None), &operator, at(0)).await;
    add(&world, YOUNG, (Role::Operator, None), &operator, at(LATER)).await;
    add(
        &world,
        MADE_BY_ASKER,
        (Role::Operator, None),
        &Actor::Person(ASKER),
        at(0),
    )
    .await;
    add(&world, OF_SENDER, (Role::TeamLeader, Some(AFT)), &operator, at(LATER)).await;
    add(&world, OF_RECEIVER, (Role::TeamLeader, Some(GP)), &operator, at(0)).await;
    add(&world, VIEWER, (Role::Viewer, None), &operator, at(0)).await;
    let kari = world.usual_consent().await;
    let sent = world.send(AFT, &[GP], progress("r1", KARI, "c"), at(LATER)).await;
    (world, sent.id, kari)
}

async fn ask<P: TestStore>(
    world: &World<P>,
    number: u128,
    message: MessageId,
    by: AccountId,
    now: i64,
) -> Result<Opening, NotOpened> {
    let new = NewOpening {
        id: OpeningId(Uuid::from_u128(number)),
        message,
        reason: AccessReason::parse(REASON).unwrap(),
    };
    world.store().ask_to_open(&new, by, at(now)).await.unwrap()
}

async fn answer<P: TestStore>(
    world: &World<P>,
    opening: &Opening,
    answer: OpeningAnswer,
    by: AccountId,
    now: i64,
) -> Result<Opening, NotOpened> {
    world
        .store()
        .answer_opening(opening.id, answer, by, at(now))
        .await
        .unwrap()
}

async fn read<P: TestStore>(
    world: &World<P>,
    opening: &Opening,
    by: AccountId,
    now: i64,
) -> Result<OpenedMessage, NotOpened> {
    world.store().read_opening(opening.id, by, at(now)).await.unwrap()
}

/// Returns the reason why nothing was read.
async fn unread<P: TestStore>(world: &World<P>, opening: &Opening, by: AccountId, now: i64) -> NotOpened {
    read(world, opening, by, now).await.err().expect("nothing is read")
}

async fn looks<P: TestStore>(world: &World<P>, participant: ParticipantRef) -> Vec<Look> {
    world.store().looks(participant).await.unwrap().unwrap()
}

async fn approved<P: TestStore>(world: &World<P>, number: u128, message: MessageId, now: i64) -> Opening {
    let opening = ask(world, number, message, ASKER, now).await.unwrap();
    answer(world, &opening, OpeningAnswer::Approve, SECOND, now)
        .await
        .unwrap()
}

/// Checks the rows of a request that was approved, read twice, and ended by time: each has pseudonyms, and no reason.
async fn told_in_log<P: TestStore>(world: &World<P>, before: usize, kari: ParticipantRef) {
    let rows: Vec<_> = world.audit().await.into_iter().skip(before).collect();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.action.as_str(), row.actor.clone()))
        .collect();
    let (asker, second) = (Actor::Person(ASKER).to_string(), Actor::Person(SECOND).to_string());
    assert_eq!(
        told,
        [
            ("opening.asked", asker.clone()),
            ("opening.approved", second),
            ("content-opened", asker.clone()),
            ("content-opened", asker),
            ("opening.ended", "hub".to_owned()),
        ]
    );
    for row in &rows {
        assert!(row.detail.to_string().contains(&kari.to_string()), "{row:?}");
        assert!(
            !row.detail.to_string().contains("2026/17"),
            "no reason is in the log: {row:?}"
        );
    }
}

/// A request, its approval and its readings: each reading writes its own row and its own look, and time ends it.
pub async fn content_is_open_for_its_minutes_and_each_reading_is_told<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, message, kari) = story(make).await;
    let before = world.audit().await.len();
    let opening = ask(&world, 1, message, ASKER, LATER).await.unwrap();
    assert_eq!(opening.state, OpeningState::Asked { until: at(LATER + DAY) });
    assert_eq!(
        unread(&world, &opening, ASKER, LATER).await,
        NotOpened::Over(opening.state)
    );
    // The same again, as by a double click, is the first request.
    assert_eq!(ask(&world, 2, message, ASKER, LATER + 1).await, Ok(opening.clone()));
    let told = answer(&world, &opening, OpeningAnswer::Approve, SECOND, LATER + 2)
        .await
        .unwrap();
    assert_eq!(
        answer(&world, &opening, OpeningAnswer::Approve, SECOND, LATER + 3).await,
        Ok(told)
    );
    world.reopen();
    // The approval is for the person who asked alone.
    assert_eq!(unread(&world, &opening, SECOND, LATER + 4).await, NotOpened::Unknown);
    assert_eq!(looks(&world, kari).await, []);
    for now in [LATER + 10, LATER + 20] {
        let opened = read(&world, &opening, ASKER, now).await.unwrap();
        let part = opened.parts[0].content();
        assert_eq!((opened.parts.len(), part.receiver()), (1, &id(GP)));
        assert!(part.content().draft.body.to_json().to_string().contains("Lagerpraksis"));
        assert_eq!(opened.audit_row.get(), world.audit().await.last().unwrap().seq);
        let until = at(LATER + 10 + 900);
        assert_eq!(
            opened.opening.state,
            OpeningState::Open {
                by: SECOND,
                at: at(LATER + 10),
                until
            }
        );
    }
    let over = OpeningState::Ended { at: at(LATER + 910) };
    assert_eq!(
        unread(&world, &opening, ASKER, LATER + 910).await,
        NotOpened::Over(over)
    );
    world.store().sweep(at(LATER + 911)).await.unwrap();
    world.store().sweep(at(LATER + 912)).await.unwrap();
    told_in_log(&world, before, kari).await;
    let told = looks(&world, kari).await;
    let told: Vec<_> = told
        .iter()
        .map(|look| (look.way, look.message, look.at, look.reason.as_str()))
        .collect();
    let look = |now| (LookWay::Opening, Some(message), at(now), REASON);
    assert_eq!(told, [look(LATER + 20), look(LATER + 10)]);
    assert_eq!(
        looks(&world, kari).await[0].by,
        LookedAs::Person(vec![Role::Administrator])
    );
    let filter = OpeningFilter {
        limit: 10,
        ..OpeningFilter::default()
    };
    let all = world.store().openings(&filter, at(LATER + 1000)).await.unwrap();
    assert_eq!(all.iter().map(|view| view.opening.state).collect::<Vec<_>>(), [over]);
    assert_eq!(
        (all[0].sender.clone(), all[0].opening.reason.as_str()),
        (id(AFT), REASON)
    );
}

/// A second person answers: never the one who asked, and nobody whom that person holds.
pub async fn a_second_person_answers_and_no_other<P: TestStore>(make: impl Fn() -> P) {
    let (world, message, _) = story(make).await;
    let opening = ask(&world, 1, message, ASKER, LATER).await.unwrap();
    let before = world.audit().await.len();
    for (by, why) in [
        (ASKER, NotDecided::Own),
        (YOUNG, NotDecided::Young),
        (MADE_BY_ASKER, NotDecided::MadeByAsker),
        (OF_RECEIVER, NotDecided::NoRight),
        (VIEWER, NotDecided::NoRight),
    ] {
        for said in [OpeningAnswer::Approve, OpeningAnswer::Refuse] {
            let answered = answer(&world, &opening, said, by, LATER + 1).await;
            assert_eq!(answered, Err(NotOpened::Answering(why)), "{by}");
        }
    }
    // A person who resets an account could sign in as its person.
    let asker = Actor::Person(ASKER);
    world
        .store()
        .reset_account(SECOND, link(2), &asker, at(LATER))
        .await
        .unwrap();
    let answered = answer(&world, &opening, OpeningAnswer::Approve, SECOND, LATER + 1).await;
    assert_eq!(answered, Err(NotOpened::Answering(NotDecided::MadeByAsker)));
    world
        .store()
        .reset_account(SECOND, link(2), &Actor::Operator, at(LATER))
        .await
        .unwrap();
    let answered = answer(&world, &opening, OpeningAnswer::Approve, SECOND, LATER + 1).await;
    assert_eq!(answered, Err(NotOpened::Answering(NotDecided::Young)));
    assert_eq!(world.audited("opening.approved").await, 0);
    assert!(world.audit().await.len() > before, "the resets are in the log");
    // The sender answers at once, however young the account.
    let approved = answer(&world, &opening, OpeningAnswer::Approve, OF_SENDER, LATER + 2)
        .await
        .unwrap();
    assert!(approved.state.may_read());
    // Another answer comes too late, and the sender can take the approval back.
    let other = answer(&world, &opening, OpeningAnswer::Refuse, OF_SENDER, LATER + 3)
        .await
        .unwrap();
    assert_eq!(
        other.state,
        OpeningState::Refused {
            by: OF_SENDER,
            at: at(LATER + 3)
        }
    );
    assert_eq!(
        unread(&world, &opening, ASKER, LATER + 4).await,
        NotOpened::Over(other.state)
    );
}

/// An approval is for one request about one message. A right that was taken away, and the bounds.
pub async fn an_approval_opens_one_message_for_one_person<P: TestStore>(make: impl Fn() -> P) {
    let (world, message, _) = story(make).await;
    let mut others = Vec::new();
    for n in 2..=6 {
        let sent = world
            .send(
                AFT,
                &[GP],
                progress(&format!("r{n}"), KARI, &format!("c{n}")),
                at(LATER),
            )
            .await;
        others.push(sent.id);
    }
    let opening = approved(&world, 1, message, LATER).await;
    let other = ask(&world, 2, others[0], ASKER, LATER).await.unwrap();
    assert_eq!(
        unread(&world, &other, ASKER, LATER + 1).await,
        NotOpened::Over(other.state)
    );
    let opened = read(&world, &opening, ASKER, LATER + 1).await.unwrap();
    assert!(opened.parts.iter().all(|part| part.content().content().id == message));
    for n in 3..=5 {
        ask(&world, n, others[usize::try_from(n).unwrap() - 2], ASKER, LATER)
            .await
            .unwrap();
    }
    let sixth = ask(&world, 6, others[4], ASKER, LATER).await;
    assert_eq!(sixth, Err(NotOpened::Asking(NotAsked::TooMany)));
    let viewer = ask(&world, 7, message, VIEWER, LATER).await;
    assert_eq!(viewer, Err(NotOpened::Asking(NotAsked::NoRight)));
    let of_party = ask(&world, 7, message, OF_SENDER, LATER).await;
    assert_eq!(of_party, Err(NotOpened::Asking(NotAsked::NoRight)));
    let unknown = MessageId(Uuid::from_u128(9));
    world
        .store()
        .end_opening(other.id, ASKER, at(LATER + 2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ask(&world, 8, unknown, ASKER, LATER + 3).await, Err(NotOpened::Unknown));
    let foreign = world
        .store()
        .end_opening(opening.id, SECOND, at(LATER + 3))
        .await
        .unwrap();
    assert_eq!(foreign, Err(NotOpened::Unknown), "only its own person ends it");
    // The right counts as it is at the reading.
    world
        .store()
        .set_disabled(ASKER, true, &Actor::Operator, at(LATER + 4))
        .await
        .unwrap();
    assert_eq!(
        unread(&world, &opening, ASKER, LATER + 5).await,
        NotOpened::Asking(NotAsked::NoRight)
    );
}

/// Nothing is opened that no receiver may have now, and nothing more than a receiver may have.
pub async fn no_more_is_opened_than_a_receiver_may_have<P: TestStore>(make: impl Fn() -> P) {
    let (world, message, kari) = story(make).await;
    world
        .consent(2, OLA, vec![grant(AFT, NAV, &[Category::Progress])])
        .await;
    let two = world
        .send(AFT, &[GP, DPS, NAV], progress("r2", OLA, "c2"), at(LATER))
        .await;
    let opening = approved(&world, 1, two.id, LATER).await;
    let opened = read(&world, &opening, ASKER, LATER + 1).await.unwrap();
    let receivers: Vec<_> = opened
        .parts
        .iter()
        .map(|part| part.content().receiver().clone())
        .collect();
    assert_eq!(receivers, [id(NAV)]);
    let blocked = world.send(AFT, &[DPS], progress("r3", OLA, "c3"), at(LATER)).await;
    let refused = ask(&world, 2, blocked.id, ASKER, LATER).await;
    assert_eq!(refused, Err(NotOpened::NotCovered(Reason::NoGrant)));
    // A withdrawal and a protection close what was approved.
    let opening = approved(&world, 3, message, LATER).await;
    read(&world, &opening, ASKER, LATER + 1).await.unwrap();
    world
        .store()
        .withdraw(kari, &Scope::Everything, &Actor::Operator, at(LATER + 2))
        .await
        .unwrap();
    let before = world.audit().await.len();
    assert_eq!(
        unread(&world, &opening, ASKER, LATER + 3).await,
        NotOpened::NotCovered(Reason::Withdrawn)
    );
    let of_ola = approved(&world, 1, two.id, LATER + 4).await;
    world
        .store()
        .set_protected(&person(OLA), true, &Actor::Operator, at(LATER + 4))
        .await
        .unwrap();
    assert!(matches!(
        unread(&world, &of_ola, ASKER, LATER + 5).await,
        NotOpened::NotCovered(_)
    ));
    let opened = world
        .audit()
        .await
        .into_iter()
        .skip(before)
        .filter(|row| row.action == "content-opened");
    assert_eq!(opened.count(), 0);
    // The content leaves with its retention.
    let rest = world.send(AFT, &[NAV], progress("r4", KARI, "c4"), at(LATER)).await;
    assert_eq!(rest.deliveries[0].state, "blocked");
    world.store().sweep(at(400 * DAY)).await.unwrap();
    assert_eq!(
        ask(&world, 9, rest.id, ASKER, 400 * DAY).await,
        Err(NotOpened::ContentGone)
    );
}

/// Requests that nobody answers or uses lapse, and are asked anew.
pub async fn requests_and_approvals_lapse<P: TestStore>(make: impl Fn() -> P) {
    let (world, message, _) = story(make).await;
    let asked = ask(&world, 1, message, ASKER, LATER).await.unwrap();
    let next = LATER + DAY;
    let late = answer(&world, &asked, OpeningAnswer::Approve, SECOND, next).await;
    assert_eq!(late, Err(NotOpened::Over(OpeningState::Lapsed { at: at(next) })));
    let again = approved(&world, 2, message, next).await;
    assert_eq!(again.id, OpeningId(Uuid::from_u128(2)));
    let lapsed = OpeningState::Lapsed { at: at(next + HOUR) };
    assert_eq!(
        unread(&world, &again, ASKER, next + HOUR).await,
        NotOpened::Over(lapsed)
    );
    world.store().sweep(at(next + HOUR)).await.unwrap();
    assert_eq!(world.audited("opening.lapsed").await, 2);
    let filter = OpeningFilter {
        message: Some(message),
        limit: 10,
        ..OpeningFilter::default()
    };
    let states = |views: Vec<bindeledd_engine::ports::OpeningView>| {
        views
            .into_iter()
            .map(|view| view.opening.state.code())
            .collect::<Vec<_>>()
    };
    let all = world.store().openings(&filter, at(next + HOUR)).await.unwrap();
    assert_eq!(states(all), ["lapsed", "lapsed"]);
    let open = OpeningFilter {
        is_open: true,
        ..filter
    };
    assert_eq!(
        states(world.store().openings(&open, at(next + HOUR)).await.unwrap()),
        [""; 0]
    );
}

/// A sender's requests are found behind any number of newer ones about other senders.
pub async fn requests_about_a_sender_stand_behind_no_others<P: TestStore>(make: impl Fn() -> P) {
    let (world, message, _) = story(make).await;
    let own = ask(&world, 1, message, ASKER, LATER).await.unwrap();
    world.consent(2, OLA, vec![grant(DPS, GP, &[Category::Progress])]).await;
    let other = world.send(DPS, &[GP], progress("r2", OLA, "c2"), at(LATER)).await;
    let of_other = ask(&world, 2, other.id, SECOND, LATER + 1).await.unwrap();
    for (sender, found) in [(None, of_other.id), (Some(AFT), own.id), (Some(DPS), of_other.id)] {
        let newest = OpeningFilter {
            sender: sender.map(id),
            limit: 1,
            ..OpeningFilter::default()
        };
        let listed = world.store().openings(&newest, at(LATER + 2)).await.unwrap();
        let ids: Vec<_> = listed.iter().map(|view| view.opening.id).collect();
        assert_eq!(ids, [found], "{sender:?}");
    }
    let open = OpeningFilter {
        sender: Some(id(AFT)),
        is_open: true,
        limit: 10,
        ..OpeningFilter::default()
    };
    let listed = world.store().openings(&open, at(LATER + 2)).await.unwrap();
    assert_eq!(listed.iter().map(|view| view.opening.id).collect::<Vec<_>>(), [own.id]);
}

/// The operator's look into an inbox, and a copy for the participant, are looks as well.
pub async fn every_look_stands_with_its_row<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, message, kari) = story(make).await;
    let sent = world.send(AFT, &[GP], progress("r2", KARI, "c2"), at(LATER)).await;
    let deliveries = [sent.deliveries[0].id];
    let reason = AccessReason::parse("skriver ut for legekontoret").unwrap();
    let operator = Actor::Operator;
    for _ in 0..2 {
        let access = world
            .store()
            .open_inbox(&id(GP), &deliveries, &reason, &operator, at(LATER + 1))
            .await
            .unwrap();
        assert!(access.open_delivery(deliveries[0], "letter").is_some());
        assert_eq!(access.audit_row().get(), world.audit().await.last().unwrap().seq);
    }
    let why = AccessReason::parse("innsynskrav 2026/18").unwrap();
    let export = world
        .store()
        .export(kari, &why, &operator, at(LATER + 2))
        .await
        .unwrap()
        .unwrap();
    let told: Vec<_> = export
        .looks
        .iter()
        .map(|look| (look.way, look.message, look.by.clone()))
        .collect();
    let inbox = || (LookWay::Inbox, Some(sent.id), LookedAs::OperatorKey);
    assert_eq!(told, [(LookWay::Export, None, LookedAs::OperatorKey), inbox(), inbox()]);
    assert_ne!(sent.id, message);
    world.reopen();
    assert_eq!(looks(&world, kari).await, export.looks);
    assert_eq!(
        world.store().looks(ParticipantRef(Uuid::from_u128(9))).await.unwrap(),
        None
    );
}

/// An erasure takes requests, looks and their reasons; a joining moves them.
pub async fn an_erasure_takes_requests_and_reasons<P: TestStore>(make: impl Fn() -> P) {
    let (mut world, message, kari) = story(make).await;
    let opening = approved(&world, 1, message, LATER).await;
    read(&world, &opening, ASKER, LATER + 1).await.unwrap();
    world.consent(2, OLA, vec![grant(AFT, GP, &[Category::Progress])]).await;
    let ola = world.store().participant(&person(OLA)).await.unwrap().unwrap();
    let joined = world
        .store()
        .link(ola, &person(KARI), &Actor::Operator, at(LATER + 2))
        .await
        .unwrap();
    assert!(matches!(joined, Some(LinkAnswer { joined: Some(from), .. }) if from == kari));
    world.reopen();
    assert_eq!(looks(&world, ola).await[0].reason.as_str(), REASON);
    assert!(read(&world, &opening, ASKER, LATER + 3).await.is_ok());
    assert_eq!(looks(&world, ola).await.len(), 2);
    world
        .store()
        .erase(ola, &Actor::Operator, at(LATER + 4))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(world.store().looks(ola).await.unwrap(), None);
    assert_eq!(world.store().opening(opening.id, at(LATER + 4)).await.unwrap(), None);
    assert_eq!(unread(&world, &opening, ASKER, LATER + 4).await, NotOpened::Unknown);
    assert_eq!(
        ask(&world, 3, message, ASKER, LATER + 4).await,
        Err(NotOpened::ContentGone)
    );
}
