//! Requests: drafted consents that wait for the participant's answer on their own page.

use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::consent::{Grant, Moment, Period};
use bindeledd_core::follow_up::Change;
use bindeledd_core::form::{Language, Line};
use bindeledd_core::own_page::AtLevel;
use bindeledd_core::request::{ConsentRequest, RequestOver, RequestState, SIGNED_IN_YES, WAITING_AT_MOST, evidence};
use bindeledd_core::{AccessReason, AccountId, Category, ConsentId, PartyId, SessionId};
use bindeledd_engine::ports::{
    Actor, Added, AnswerRefused, NewAccount, NewConsent, NewLink, NewOwnSession, NewRequest, NotSent, RequestAnswer,
};
use uuid::Uuid;

use crate::TestStore;
use crate::world::{AFT, GP, KARI, NAV, OLA, World, at, consent, grant, id, person};

const SENDER: AccountId = AccountId(Uuid::from_u128(1));
const DAY: i64 = 24 * 3600;
/// A text that only the question has.
const SECRET: &str = "Kan Nordvik fortelle legen om dette hemmelige?";

async fn story<P: TestStore>(make: impl Fn() -> P) -> World<P> {
    let world = World::new(make()).await;
    let party: PartyId = id(AFT);
    let new = NewAccount {
        id: SENDER,
        login: LoginName::parse("person1").unwrap(),
        name: DisplayName::parse("Blid Måke").unwrap(),
        roles: Roles::of(&[Role::MailboxUser], Some(&party)).unwrap(),
        party: Some(party),
    };
    let link = NewLink {
        hash: [1; 32],
        expires_at: at(1),
    };
    let added = world.store().add_account(&new, link, &Actor::Operator, at(0)).await;
    assert_eq!(added.unwrap(), Added::Done);
    world
}

fn high() -> AtLevel {
    AtLevel {
        issuer: "https://issuer.example".to_owned(),
        level: "idporten-loa-high".to_owned(),
    }
}

fn asked() -> Vec<Grant> {
    vec![
        grant(AFT, GP, &[Category::Goals, Category::Progress]),
        grant(GP, AFT, &[Category::Function]),
    ]
}

fn request(number: u128, whose: &str) -> NewRequest {
    let lines = |title: &str| {
        vec![
            Line::Title(title.to_owned()),
            Line::Text(SECRET.to_owned()),
            Line::Choice("mål og plan".to_owned()),
        ]
    };
    NewRequest {
        id: ConsentId(Uuid::from_u128(number)),
        participant: person(whose),
        party: id(AFT),
        sent_by: SENDER,
        grants: asked(),
        period: Period {
            start: Moment::Instant(at(-DAY)),
            end: None,
        },
        text_version: "bindeledd-form/1".to_owned(),
        texts: vec![
            (Language::Bokmal, lines("Samtykke")),
            (Language::English, lines("Consent")),
        ],
        state: RequestState::Waiting { until: at(30 * DAY) },
    }
}

async fn sent<P: TestStore>(world: &World<P>, new: &NewRequest, now: i64) -> ConsentRequest {
    world.store().send_request(new, at(now)).await.unwrap().unwrap()
}

/// Makes a yes to these grants.
fn yes(request: &ConsentRequest, whose: &str, grants: Vec<Grant>, now: i64) -> RequestAnswer {
    let text = &request.asked.texts[0];
    RequestAnswer {
        id: request.id,
        participant: request.participant,
        sha256: text.sha256.clone(),
        yes: Some(NewConsent {
            evidence: evidence(&high(), text, at(now)),
            period: request.asked.period,
            ..consent(request.id.0.as_u128(), whose, at(now), grants)
        }),
    }
}

fn no(request: &ConsentRequest) -> RequestAnswer {
    RequestAnswer {
        id: request.id,
        participant: request.participant,
        sha256: request.asked.texts[0].sha256.clone(),
        yes: None,
    }
}

async fn answered<P: TestStore>(
    world: &World<P>,
    answer: &RequestAnswer,
    now: i64,
) -> Result<ConsentRequest, AnswerRefused> {
    world.store().answer_request(answer, &high(), at(now)).await.unwrap()
}

async fn state<P: TestStore>(world: &World<P>, request: &ConsentRequest, now: i64) -> RequestState {
    world.store().request(request.id, at(now)).await.unwrap().unwrap().state
}

async fn actions<P: TestStore>(world: &World<P>) -> Vec<(String, String)> {
    let rows = world.audit().await.into_iter();
    let rows = rows.filter(|row| row.action.starts_with("consent"));
    rows.map(|row| (row.action, row.actor)).collect()
}

/// A request comes back as it was sent, sealed, and the same again is the first one.
pub async fn a_request_comes_back_as_it_was_sent<P: TestStore>(make: impl Fn() -> P) {
    let mut world = story(make).await;
    let new = request(7, KARI);
    let first = sent(&world, &new, 10).await;
    assert_eq!((first.id, &first.party, first.sent_by), (new.id, &new.party, SENDER));
    assert_eq!((first.sent_at, first.state), (at(10), new.state));
    assert_eq!((&first.asked.grants, first.asked.period), (&new.grants, new.period));
    assert_eq!(first.asked.text_version, new.text_version);
    for ((language, lines), text) in new.texts.iter().zip(&first.asked.texts) {
        assert_eq!((text.language, &text.lines), (*language, lines));
        assert_eq!(text.sha256.len(), 64);
    }
    assert_ne!(first.asked.texts[0].sha256, first.asked.texts[1].sha256);
    let again = NewRequest {
        state: RequestState::Waiting { until: at(40 * DAY) },
        ..new.clone()
    };
    assert_eq!(sent(&world, &again, 11).await, first, "a second click");
    world.reopen();
    let store = world.store();
    assert_eq!(store.request(new.id, at(12)).await.unwrap(), Some(first.clone()));
    assert_eq!(
        store.requests_to(first.participant, at(12)).await.unwrap(),
        std::slice::from_ref(&first)
    );
    assert_eq!(
        store.requests_of(&id(AFT), 9, at(12)).await.unwrap(),
        std::slice::from_ref(&first)
    );
    assert_eq!(store.requests_of(&id(GP), 9, at(12)).await.unwrap(), []);
    // Another question, or another person, under the same id is refused.
    let mut other = new.clone();
    other.grants.truncate(1);
    for other in [other, request(7, OLA)] {
        assert_eq!(store.send_request(&other, at(13)).await.unwrap(), Err(NotSent::Taken));
    }
    let at_rest = world.at_rest();
    let text = SECRET.as_bytes();
    assert!(!at_rest.windows(text.len()).any(|window| window == text));
    let rows = world.audit().await;
    let row = rows.iter().find(|row| row.action == "consent-request.sent").unwrap();
    assert_eq!(row.actor, format!("person:{SENDER}"));
    assert!(!row.detail.contains(KARI) && row.detail.contains(&first.participant.to_string()));
    assert_eq!(actions(&world).await.len(), 1);
}

/// A yes registers exactly what was ticked, with the sign-in and the text as evidence, once.
pub async fn a_yes_registers_what_was_ticked_once<P: TestStore>(make: impl Fn() -> P) {
    let mut world = story(make).await;
    let asked = sent(&world, &request(7, KARI), 10).await;
    let part = vec![
        grant(AFT, GP, &[Category::Goals]),
        Grant {
            confirmed: false,
            ..grant(GP, AFT, &[Category::Function])
        },
    ];
    let answer = yes(&asked, KARI, part.clone(), 20);
    let after = answered(&world, &answer, 20).await.unwrap();
    assert_eq!(after.state, RequestState::Yes { at: at(20) });
    world.reopen();
    let store = world.store();
    let registered = store.consent(asked.id).await.unwrap().unwrap();
    assert_eq!((registered.participant, registered.grants), (asked.participant, part));
    assert_eq!((registered.registrar, registered.given_at), (id(AFT), at(20)));
    assert_eq!(registered.evidence.kind, SIGNED_IN_YES);
    assert_eq!(registered.evidence.sha256.as_ref(), Some(&asked.asked.texts[0].sha256));
    assert!(!registered.evidence.reference.contains(KARI));
    // The GP has not confirmed its part: it waits, as after a registration on paper.
    let waiting = store.waiting_grants_of(asked.participant, at(21)).await.unwrap();
    assert_eq!(
        waiting.iter().map(|one| one.grant.from.clone()).collect::<Vec<_>>(),
        [id(GP)]
    );
    // The sender follows the participant up, as one who registers a paper does.
    let rows = store.follow_ups(&id(AFT), at(21)).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.person).collect::<Vec<_>>(), [SENDER]);
    // A second click, even with other boxes, and a no from another tab change nothing.
    let rows = world.audit().await.len();
    let wider = yes(&asked, KARI, asked.asked.grants.clone(), 30);
    for again in [&answer, &wider] {
        assert_eq!(answered(&world, again, 30).await.unwrap(), after);
    }
    assert_eq!(
        answered(&world, &no(&asked), 30).await,
        Err(AnswerRefused::Over(after.state))
    );
    let withdrawn = world
        .store()
        .withdraw_request(asked.id, (&id(AFT), SENDER), at(30))
        .await;
    assert_eq!(withdrawn.unwrap(), Some(Err(RequestOver(after.state))));
    assert_eq!(world.audit().await.len(), rows);
    let consents = world.store().consents_of(asked.participant).await.unwrap();
    assert_eq!(consents.len(), 1);
    let made = actions(&world).await;
    let participant = || "participant".to_owned();
    let sender = format!("person:{SENDER}");
    let expected = [
        ("consent-request.sent".to_owned(), sender),
        ("consent-registered".to_owned(), participant()),
        ("consent-request.yes".to_owned(), participant()),
    ];
    assert_eq!(made, expected);
    // A yes stays with its text, however old.
    world.store().sweep(at(400 * DAY)).await.unwrap();
    assert_eq!(state(&world, &asked, 400 * DAY).await, after.state);
}

/// A wider yes, a yes to another text, and an answer of somebody else register nothing.
pub async fn nothing_beyond_the_question_is_registered<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    let asked = sent(&world, &request(7, KARI), 10).await;
    let of_ola = sent(&world, &request(8, OLA), 10).await;
    for wider in [
        vec![grant(AFT, GP, &[Category::Outcome])],
        vec![grant(AFT, NAV, &[Category::Goals])],
        Vec::new(),
    ] {
        let answer = yes(&asked, KARI, wider, 20);
        assert_eq!(answered(&world, &answer, 20).await, Err(AnswerRefused::NotAsked));
    }
    let mut of_another_id = yes(&asked, KARI, asked.asked.grants.clone(), 20);
    of_another_id.yes.as_mut().unwrap().id = of_ola.id;
    assert_eq!(answered(&world, &of_another_id, 20).await, Err(AnswerRefused::NotAsked));
    for mut answer in [yes(&asked, KARI, asked.asked.grants.clone(), 20), no(&asked)] {
        answer.sha256 = "0".repeat(64);
        assert_eq!(answered(&world, &answer, 20).await, Err(AnswerRefused::OtherText));
    }
    let foreign = RequestAnswer {
        participant: of_ola.participant,
        ..no(&asked)
    };
    assert_eq!(answered(&world, &foreign, 20).await, Err(AnswerRefused::Unknown));
    // A yes in the name of somebody else is none, and leaves nothing.
    let stolen = yes(&asked, OLA, asked.asked.grants.clone(), 20);
    assert!(world.store().answer_request(&stolen, &high(), at(20)).await.is_err());
    for participant in [asked.participant, of_ola.participant] {
        assert_eq!(world.store().consents_of(participant).await.unwrap(), []);
    }
    assert!(state(&world, &asked, 20).await.is_waiting());
}

/// A request that was withdrawn, has expired or got a no takes no yes, and leaves after 30 days.
pub async fn a_request_that_is_over_takes_no_answer_and_leaves<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    let [taken_back, refused, late] = [
        sent(&world, &request(1, KARI), 10).await,
        sent(&world, &request(2, KARI), 11).await,
        sent(&world, &request(3, KARI), 12).await,
    ];
    let store = world.store();
    let withdraw = async |party: &str, now| {
        let withdrawn = store
            .withdraw_request(taken_back.id, (&id(party), SENDER), at(now))
            .await;
        withdrawn.unwrap()
    };
    assert_eq!(withdraw(GP, 20).await, None, "another party's");
    let over = RequestState::Withdrawn { at: at(20) };
    assert_eq!(withdraw(AFT, 20).await, Some(Ok(over)));
    assert_eq!(withdraw(AFT, 25).await, Some(Ok(over)), "a second click");
    let all = |request: &ConsentRequest| yes(request, KARI, request.asked.grants.clone(), 30);
    assert_eq!(
        answered(&world, &all(&taken_back), 30).await,
        Err(AnswerRefused::Over(over))
    );
    let after = answered(&world, &no(&refused), 30).await.unwrap();
    assert_eq!(after.state, RequestState::No { at: at(30) });
    assert_eq!(answered(&world, &no(&refused), 31).await.unwrap(), after);
    assert_eq!(
        answered(&world, &all(&refused), 31).await,
        Err(AnswerRefused::Over(after.state))
    );
    // Time alone ends a request, before the sweep has come.
    let end = 30 * DAY;
    let expired = RequestState::Expired { at: at(end) };
    assert!(state(&world, &late, end - 1).await.is_waiting());
    assert_eq!(state(&world, &late, end).await, expired);
    assert_eq!(
        answered(&world, &all(&late), end).await,
        Err(AnswerRefused::Over(expired))
    );
    store.sweep(at(end)).await.unwrap();
    store.sweep(at(end)).await.unwrap();
    let count = |rows: &[(String, String)], action: &str| rows.iter().filter(|(a, _)| a == action).count();
    let rows = actions(&world).await;
    for action in ["withdrawn", "no", "expired"] {
        assert_eq!(count(&rows, &format!("consent-request.{action}")), 1, "{action}");
    }
    assert!(rows.contains(&("consent-request.expired".to_owned(), "hub".to_owned())));
    assert_eq!(store.consents_of(late.participant).await.unwrap(), []);
    // The two that ended first have left, and the third leaves 30 days after its end.
    store.sweep(at(31 + end)).await.unwrap();
    let left = async |request: &ConsentRequest| store.request(request.id, at(31 + end)).await.unwrap().is_none();
    assert!(left(&taken_back).await && left(&refused).await && !left(&late).await);
    store.sweep(at(2 * end)).await.unwrap();
    assert!(left(&late).await);
}

/// Of a yes at the same time as another yes, a no or a withdrawal of the request, one holds.
pub async fn of_answers_at_the_same_time_one_holds<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    for number in 1..=20 {
        let asked = sent(&world, &request(number, KARI), 10).await;
        let now = 20;
        let all = yes(&asked, KARI, asked.asked.grants.clone(), now);
        let part = yes(&asked, KARI, vec![grant(AFT, GP, &[Category::Goals])], now);
        let (party, no) = (id(AFT), no(&asked));
        let withdraw = world.store().withdraw_request(asked.id, (&party, SENDER), at(now));
        let (first, second, refused, withdrawn) = match number % 2 {
            0 => tokio::join!(
                answered(&world, &all, now),
                answered(&world, &part, now),
                answered(&world, &no, now),
                withdraw
            ),
            _ => {
                let (withdrawn, no, second, first) = tokio::join!(
                    withdraw,
                    answered(&world, &no, now),
                    answered(&world, &part, now),
                    answered(&world, &all, now)
                );
                (first, second, no, withdrawn)
            }
        };
        let after = state(&world, &asked, now).await;
        assert_eq!(first.is_ok(), second.is_ok(), "the second yes is the first");
        let held = [first.is_ok(), refused.is_ok(), withdrawn.unwrap().unwrap().is_ok()];
        assert_eq!(held.iter().filter(|one| **one).count(), 1, "{held:?}");
        let consent = world.store().consent(asked.id).await.unwrap();
        assert_eq!(consent.is_some(), matches!(after, RequestState::Yes { .. }));
        assert_eq!(held[0], consent.is_some());
    }
}

/// A consent that is registered on paper meanwhile takes its request back, and a request takes no consent's id.
pub async fn one_draft_is_registered_once_on_paper_or_here<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    let asked = sent(&world, &request(7, KARI), 10).await;
    let paper = consent(7, KARI, at(20), asked.asked.grants.clone());
    let registered = world
        .store()
        .register_consent(paper, &Actor::Party(id(AFT)), at(20))
        .await;
    registered.unwrap().unwrap();
    let over = RequestState::Withdrawn { at: at(20) };
    assert_eq!(state(&world, &asked, 20).await, over);
    let answer = yes(&asked, KARI, asked.asked.grants.clone(), 30);
    assert_eq!(answered(&world, &answer, 30).await, Err(AnswerRefused::Over(over)));
    assert_eq!(world.store().consents_of(asked.participant).await.unwrap().len(), 1);
    let new = request(8, KARI);
    let paper = consent(8, KARI, at(20), new.grants.clone());
    let registered = world.store().register_consent(paper, &Actor::Operator, at(20)).await;
    registered.unwrap().unwrap();
    assert_eq!(
        world.store().send_request(&new, at(21)).await.unwrap(),
        Err(NotSent::Taken)
    );
}

/// A participant without a consent has a page while a question is on file. A protected one has none, and answers nothing.
pub async fn a_question_opens_the_page_and_protection_closes_it<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    let sign_in = async |n: u8, now| {
        let session = NewOwnSession {
            id: SessionId(Uuid::from_u128(n.into())),
            token: [n; 32],
        };
        let begun = world
            .store()
            .begin_own_session(&person(KARI), &high(), &session, at(now))
            .await;
        begun.unwrap().map(|session| session.participant)
    };
    assert_eq!(sign_in(1, 1).await, None);
    let asked = sent(&world, &request(7, KARI), 10).await;
    assert_eq!(sign_in(2, 11).await, Some(asked.participant));
    let protect = async |is_protected, now| {
        let set = world
            .store()
            .set_protected(&person(KARI), is_protected, &Actor::Operator, at(now))
            .await;
        set.unwrap();
    };
    protect(true, 12).await;
    assert_eq!(sign_in(3, 13).await, None);
    let store = world.store();
    assert_eq!(store.requests_to(asked.participant, at(13)).await.unwrap(), []);
    let answer = yes(&asked, KARI, asked.asked.grants.clone(), 14);
    assert_eq!(answered(&world, &answer, 14).await, Err(AnswerRefused::Unknown));
    // To the party, it waits as any other.
    let of_party = store.requests_of(&id(AFT), 9, at(14)).await.unwrap();
    assert_eq!(of_party, std::slice::from_ref(&asked));
    protect(false, 15).await;
    answered(&world, &answer, 16).await.unwrap();
}

/// An erasure takes the question, and nobody sends it again. A join keeps it for the participant that remains.
pub async fn an_erasure_takes_the_question_and_a_join_keeps_it<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    let (of_kari, of_ola) = (request(7, KARI), request(8, OLA));
    let first = sent(&world, &of_kari, 10).await;
    let second = sent(&world, &of_ola, 10).await;
    let store = world.store();
    let joined = store
        .link(first.participant, &person(OLA), &Actor::Operator, at(11))
        .await;
    assert_eq!(joined.unwrap().unwrap().joined, Some(second.participant));
    let mut both = store.requests_to(first.participant, at(12)).await.unwrap();
    both.sort_by_key(|one| one.id);
    let moved = ConsentRequest {
        participant: first.participant,
        ..second.clone()
    };
    assert_eq!(both, [first.clone(), moved.clone()]);
    let answer = yes(&moved, KARI, moved.asked.grants.clone(), 13);
    answered(&world, &answer, 13).await.unwrap();
    let reason = AccessReason::parse("sak 2026/17").unwrap();
    let export = store.export(first.participant, &reason, &Actor::Operator, at(14)).await;
    assert_eq!(export.unwrap().unwrap().requests.len(), 2);
    store
        .erase(first.participant, &Actor::Operator, at(15))
        .await
        .unwrap()
        .unwrap();
    for request in [&first, &second] {
        assert_eq!(store.request(request.id, at(16)).await.unwrap(), None);
    }
    assert_eq!(store.requests_of(&id(AFT), 9, at(16)).await.unwrap(), []);
    for again in [&of_kari, &of_ola] {
        assert_eq!(store.send_request(again, at(17)).await.unwrap(), Err(NotSent::Erased));
    }
    assert_eq!(answered(&world, &no(&first), 18).await, Err(AnswerRefused::Unknown));
}

/// The sender is told of an answer until they have seen it, and so many requests wait at once.
pub async fn an_answer_is_told_to_its_sender<P: TestStore>(make: impl Fn() -> P) {
    let world = story(make).await;
    let asked = sent(&world, &request(1, KARI), 10).await;
    let store = world.store();
    let unseen = async |person, party: &str| {
        let found = store.unseen_answers((person, &id(party)), 9).await.unwrap();
        found.into_iter().map(|one| (one.id, one.at)).collect::<Vec<_>>()
    };
    assert_eq!(unseen(SENDER, AFT).await, []);
    answered(&world, &no(&asked), 20).await.unwrap();
    let told = [(asked.id, at(20))];
    assert_eq!(unseen(SENDER, AFT).await, told);
    assert_eq!(unseen(SENDER, GP).await, []);
    assert_eq!(unseen(AccountId(Uuid::from_u128(2)), AFT).await, []);
    let waiting = store.waiting_in(&id(AFT), at(21)).await.unwrap();
    assert_eq!(waiting.unseen, [(SENDER, at(20))], "a mail says that something is new");
    let seen = async |person, party: &str| {
        let done = store.answers_seen((person, &id(party)), &[asked.id]).await;
        done.unwrap();
    };
    seen(AccountId(Uuid::from_u128(2)), AFT).await;
    seen(SENDER, GP).await;
    assert_eq!(unseen(SENDER, AFT).await, told);
    seen(SENDER, AFT).await;
    assert_eq!(unseen(SENDER, AFT).await, []);

    // Whoever follows the participant up is told instead of the sender, and no longer once they do not.
    let other = AccountId(Uuid::from_u128(2));
    let party: PartyId = id(AFT);
    let new = NewAccount {
        id: other,
        login: LoginName::parse("person2").unwrap(),
        name: DisplayName::parse("Varm Vind").unwrap(),
        roles: Roles::of(&[Role::MailboxUser, Role::TeamLeader], Some(&party)).unwrap(),
        party: Some(party.clone()),
    };
    let link = NewLink {
        hash: [2; 32],
        expires_at: at(1),
    };
    let added = store.add_account(&new, link, &Actor::Operator, at(21)).await;
    assert_eq!(added.unwrap(), Added::Done);
    world.usual_consent().await;
    let change = Change::Give { to: other, seen: None };
    let changed = store
        .change_follow_up(&party, asked.participant, change, other, at(22))
        .await;
    assert_eq!(changed.unwrap(), Ok(true));
    let second = sent(&world, &request(2, KARI), 23).await;
    answered(&world, &no(&second), 24).await.unwrap();
    assert_eq!(unseen(other, AFT).await, [(second.id, at(24))]);
    assert_eq!(unseen(SENDER, AFT).await, []);
    let change = Change::Give {
        to: SENDER,
        seen: Some(other),
    };
    let changed = store
        .change_follow_up(&party, asked.participant, change, other, at(25))
        .await;
    assert_eq!(changed.unwrap(), Ok(true));
    assert_eq!(unseen(other, AFT).await, []);

    for number in 0..WAITING_AT_MOST {
        sent(&world, &request(10 + u128::try_from(number).unwrap(), KARI), 30).await;
    }
    let further = request(50, KARI);
    assert_eq!(
        store.send_request(&further, at(31)).await.unwrap(),
        Err(NotSent::TooMany)
    );
    sent(&world, &request(51, OLA), 31).await;
    let first = ConsentId(Uuid::from_u128(10));
    let withdrawn = store.withdraw_request(first, (&id(AFT), SENDER), at(32)).await;
    withdrawn.unwrap().unwrap().unwrap();
    sent(&world, &further, 33).await;
}
