//! The mailbox: who sees what of a party's deliveries, readings, hand-overs and stand-ins, and entering by hand.

use std::time::Duration;

use axum::http::{StatusCode, header};
use bindeledd_accounts::{Finished, Step};
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::audit::Actor;
use bindeledd_core::{DeliveryId, NationalId};
use bindeledd_simulators::authenticator_code;
use bindeledd_test_engine::{GP, KARI, draft, question};
use serde_json::{Value, json};

use super::browser::{Browser, Console, PASSWORD, Seen};
use crate::session;

/// A text that only the content has.
const CONTENT: &str = "Hvordan går det?";
/// Name of the participant, which every page has to escape.
const WHO: &str = "Snill <b>Tester</b>";
const ESCAPED: &str = "Snill &#60;b&#62;Tester&#60;/b&#62;";

/// Names the participant, and a contact person of the sender.
fn named(mut message: Value) -> Value {
    message["participant"]["name"] = WHO.into();
    message["handler"] = json!({"name": "Grønn Vits", "role": "lege", "phone": "22 11 22 33"});
    message
}

/// Sends a message about Kari from the GP to the provider, whose mailbox the persons use.
async fn send(console: &Console, message: Value) -> DeliveryId {
    let accepted = console.test.try_accept(GP, &message).await.unwrap();
    accepted.deliveries[0].id
}

pub(super) async fn ask(console: &Console, reference: &str) -> DeliveryId {
    let mut message = named(question(reference, bindeledd_test_engine::PROVIDER));
    message["body"]["answerBy"] = "2026-09-25".into();
    send(console, message).await
}

/// Persons of the provider's mailbox, each with the id of the account.
pub(super) struct People<'c> {
    pub(super) leader: Browser<'c>,
    pub(super) blid: (String, Browser<'c>),
    pub(super) varm: (String, Browser<'c>),
}

pub(super) async fn people(console: &Console) -> People<'_> {
    let by = Actor::Operator;
    let (_, leader) = console.of_days(9, "leder", &[Role::TeamLeader], &by).await;
    let (blid, of_blid) = console.of_days(9, "blid", &[Role::MailboxUser], &by).await;
    let (varm, of_varm) = console.of_days(9, "varm", &[Role::MailboxUser], &by).await;
    People {
        leader,
        blid: (blid.to_string(), of_blid),
        varm: (varm.to_string(), of_varm),
    }
}

fn participant(console: &Console) -> String {
    address::followed(&console.test.kari.to_string())
}

pub(super) async fn give(browser: &mut Browser<'_>, to: &str, seen: &str) -> Seen {
    let path = format!("{}/give", participant(browser.console));
    browser.act(&path, &[("to", to), ("seen", seen)]).await
}

pub(super) async fn stand_in(browser: &mut Browser<'_>, person: &str, until: &str) -> Seen {
    let path = format!("{}/stand-in", participant(browser.console));
    browser.act(&path, &[("person", person), ("until", until)]).await
}

pub(super) async fn inbox(browser: &mut Browser<'_>) -> String {
    let page = browser.get(address::MAILBOX).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(
        !page.html.contains(CONTENT) && !page.html.contains(KARI),
        "a list has no content and no number: {}",
        page.html
    );
    assert!(!page.html.contains(WHO), "{}", page.html);
    page.html
}

pub(super) async fn letter(browser: &mut Browser<'_>, delivery: DeliveryId) -> Seen {
    browser.get(&address::letter(&delivery.to_string())).await
}

/// Checks that a person learns nothing about a delivery.
async fn sees_nothing(browser: &mut Browser<'_>, delivery: DeliveryId) {
    let page = letter(browser, delivery).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        !page.html.contains(CONTENT) && !page.html.contains("Snill"),
        "{}",
        page.html
    );
}

/// Checks that a person can not say that a delivery is entered.
async fn enters_nothing(browser: &mut Browser<'_>, delivery: DeliveryId) {
    let form = address::letter_act(&delivery.to_string(), "entered");
    let posted = browser.act(&form, &[("how", "entered")]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND, "{}", posted.html);
}

#[tokio::test]
async fn a_person_reads_what_comes_about_their_participants_and_nobody_else_does() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    let to_letter = address::letter(&delivery.to_string());
    assert!(inbox(&mut people.blid.1).await.contains("Ingenting venter"));
    // The team leader sees the name and the deadline, and nothing to open.
    let of_unit = inbox(&mut people.leader).await;
    assert!(
        of_unit.contains(ESCAPED) && of_unit.contains("25. september") && !of_unit.contains(&to_letter),
        "{of_unit}"
    );
    assert!(of_unit.contains("Ingen følger opp deltakeren"));
    for browser in [&mut people.leader, &mut people.blid.1, &mut people.varm.1] {
        sees_nothing(browser, delivery).await;
        enters_nothing(browser, delivery).await;
    }
    assert_eq!(console.test.state(delivery).await, "waiting", "nobody took it");

    assert_eq!(
        give(&mut people.leader, &people.blid.0, "").await.to(),
        participant(&console)
    );
    let own = inbox(&mut people.blid.1).await;
    assert!(
        own.contains(&to_letter) && own.contains(ESCAPED) && own.contains("Venter på svar"),
        "{own}"
    );
    let read = letter(&mut people.blid.1, delivery).await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.html);
    assert!(
        read.html.contains(CONTENT) && read.html.contains(ESCAPED),
        "{}",
        read.html
    );
    assert!(read.html.contains("href=\"tel:22112233\"") && read.html.contains("Skrevet ut av"));
    assert_eq!(read.between("<title>", "</title>"), "Spørsmål – Bindeledd");
    assert_eq!(read.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(console.test.state(delivery).await, "delivered");
    let rows = console.test.audited("inbox-read").await;
    assert_eq!(rows, 1, "one row of the person");
    // Read once more, and by nobody else.
    assert!(letter(&mut people.blid.1, delivery).await.html.contains(CONTENT));
    assert_eq!(console.test.audited("inbox-read").await, 2);
    for browser in [&mut people.leader, &mut people.varm.1] {
        sees_nothing(browser, delivery).await;
    }
    let own = inbox(&mut people.blid.1).await;
    assert!(own.contains("Lest av deg") && own.contains("Venter på svar"), "{own}");
    let of_unit = inbox(&mut people.leader).await;
    assert!(
        of_unit.contains("Lest av Kari") && !of_unit.contains(&to_letter),
        "{of_unit}"
    );
    let strange = letter(&mut people.blid.1, DeliveryId(uuid::Uuid::from_u128(7))).await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_participant_is_handed_over_once_and_the_second_is_told() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    let (blid, varm) = (people.blid.0.clone(), people.varm.0.clone());
    let not_yet = people.blid.1.get(&participant(&console)).await;
    assert_eq!(not_yet.status, StatusCode::NOT_FOUND, "not of this person");
    assert_eq!(
        give(&mut people.blid.1, &blid, "").await.status,
        StatusCode::NOT_FOUND,
        "nobody takes a participant"
    );
    for _ in 0..2 {
        // A double click.
        assert_eq!(give(&mut people.leader, &blid, "").await.to(), participant(&console));
    }
    assert_eq!(console.test.audited("follow-up.given").await, 1);
    assert!(letter(&mut people.blid.1, delivery).await.html.contains(CONTENT));
    // Two people hand over from the same page.
    let mut second = people.leader.clone();
    assert_eq!(
        give(&mut people.blid.1, &varm, &blid).await.to(),
        address::MAILBOX_PARTICIPANTS
    );
    sees_nothing(&mut people.blid.1, delivery).await;
    assert!(letter(&mut people.varm.1, delivery).await.html.contains(CONTENT));
    let late = give(&mut second, &blid, "").await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.html.contains("Noen andre var før deg"), "{}", late.html);
    assert_eq!(console.test.audited("follow-up.handed-over").await, 1);
    // Somebody without an account here, and no person at all.
    let (operator, _) = console.of_days(9, "drift", &[Role::Operator], &Actor::Operator).await;
    for to in [operator.to_string(), "x".to_owned()] {
        let wrong = give(&mut second, &to, &varm).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.html.contains("to-error"), "{}", wrong.html);
    }
    let ends = format!("{}/end", participant(&console));
    let own = people.varm.1.act(&ends, &[("person", varm.as_str())]).await;
    assert_eq!(
        own.status,
        StatusCode::FORBIDDEN,
        "a contact person leaves nobody to nobody"
    );
    assert_eq!(
        second.act(&ends, &[("person", varm.as_str())]).await.to(),
        participant(&console)
    );
    sees_nothing(&mut people.varm.1, delivery).await;
    let page = second.get(&participant(&console)).await;
    assert!(page.html.contains("Ingen følger opp deltakeren"), "{}", page.html);
    assert_eq!(
        page.between("<title>", "</title>"),
        "Hvem følger opp deltakeren – Bindeledd"
    );
}

#[tokio::test]
async fn a_stand_in_sees_the_content_until_the_last_day_is_over() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    let (blid, varm) = (people.blid.0.clone(), people.varm.0.clone());
    give(&mut people.leader, &blid, "").await;
    for wrong in ["2026-09-20", "2028-01-01", "i morgen <b>", ""] {
        let page = stand_in(&mut people.blid.1, &varm, wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.html.contains("until-error"), "{}", page.html);
        assert!(!page.html.contains("i morgen <b>"));
    }
    let own = stand_in(&mut people.blid.1, &blid, "2026-09-21").await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(own.html.contains("Personen er kontaktperson alt"), "{}", own.html);
    sees_nothing(&mut people.varm.1, delivery).await;
    // The story begins at 16.13 on that day.
    stand_in(&mut people.blid.1, &varm, "2026-09-21").await.to();
    assert!(letter(&mut people.varm.1, delivery).await.html.contains(CONTENT));
    assert!(inbox(&mut people.varm.1).await.contains(ESCAPED));
    let page = people.varm.1.get(&participant(&console)).await;
    assert!(
        !page.html.contains("/give\"") && page.html.contains("Bare kontaktpersonen"),
        "{}",
        page.html
    );
    assert_eq!(
        give(&mut people.varm.1, &varm, &blid).await.status,
        StatusCode::FORBIDDEN,
        "a stand-in hands nobody over"
    );
    // The session lasts while the person reads on, and the stand-in does not.
    for _ in 0..(8 * 4) {
        console.advance(Duration::from_secs(15 * 60));
        people.varm.1.get(address::ACCOUNT).await;
        people.blid.1.get(address::ACCOUNT).await;
    }
    let mut varm = people.varm.1;
    let over = inbox(&mut varm).await;
    assert!(over.contains("Ingenting venter") && !over.contains("Snill"), "{over}");
    sees_nothing(&mut varm, delivery).await;
    assert!(inbox(&mut people.blid.1).await.contains(ESCAPED));
    let list = people.blid.1.get(address::MAILBOX_PARTICIPANTS).await;
    assert!(!list.html.contains(" til <time"), "the stand-in is over: {}", list.html);
}

#[tokio::test]
async fn a_protected_participant_and_an_ended_consent_look_like_nobody() {
    let console = Console::new().await;
    let read = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    assert!(letter(&mut people.blid.1, read).await.html.contains(CONTENT));
    let engine = console.test.engine();
    let kari = NationalId::parse(KARI).unwrap();
    engine.protect(&kari, true, &Actor::Operator).await.unwrap();
    let page = participant(&console);
    for browser in [&mut people.blid.1, &mut people.leader] {
        sees_nothing(browser, read).await;
        assert!(!inbox(browser).await.contains("Snill"));
        assert_eq!(browser.get(&page).await.status, StatusCode::NOT_FOUND);
    }
    engine.protect(&kari, false, &Actor::Operator).await.unwrap();
    assert!(letter(&mut people.blid.1, read).await.html.contains(CONTENT));
    console.test.withdraw().await;
    sees_nothing(&mut people.blid.1, read).await;
    let told = inbox(&mut people.blid.1).await;
    assert!(told.contains("trukket") && !told.contains("Snill"), "{told}");
    let notice = told.split("/mailbox/deliveries/").nth(1).unwrap();
    let notice = notice.split('"').next().unwrap().to_owned();
    let page = people.blid.1.get(&format!("/mailbox/deliveries/{notice}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains("Bindeledd, på vegne av avsenderen"), "{}", page.html);
}

#[tokio::test]
async fn something_left_out_is_said_and_no_more() {
    let console = Console::new().await;
    let body = json!({"goals": ["Egen jobb"], "adaptations": ["Skjermet plass"]});
    let message = named(draft(
        "s-1",
        "c-1",
        bindeledd_test_engine::PROVIDER,
        "start-meeting-summary",
        body,
    ));
    let delivery = send(&console, message).await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    assert!(inbox(&mut people.blid.1).await.contains("Noe er utelatt"));
    let page = letter(&mut people.blid.1, delivery).await;
    assert!(
        page.html.contains("Egen jobb") && page.html.contains("Noe er utelatt."),
        "{}",
        page.html
    );
    assert!(
        !page.html.contains("Skjermet") && !page.html.contains("tilrettelegging"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn what_is_entered_by_hand_is_delivered_when_a_person_says_so() {
    let console = Console::new().await;
    console.test.adapters.enter_by_hand();
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let form = address::letter_act(&delivery.to_string(), "entered");
    let early = people.blid.1.act(&form, &[("how", "entered")]).await;
    assert_eq!(
        early.to(),
        address::letter(&delivery.to_string()),
        "nothing is with a person"
    );
    assert_eq!(console.test.state(delivery).await, "waiting");
    let page = letter(&mut people.blid.1, delivery).await;
    assert!(
        page.html.contains("Skal legges inn for hånd") && page.html.contains("Deltakeren får se begrunnelsen"),
        "{}",
        page.html
    );
    assert!(
        page.html.contains("data-copy-text=\"Hvordan går det?\""),
        "{}",
        page.html
    );
    assert_eq!(console.test.state(delivery).await, "with-a-person");
    assert!(inbox(&mut people.blid.1).await.contains("Skal legges inn"));
    sees_nothing(&mut people.varm.1, delivery).await;
    enters_nothing(&mut people.varm.1, delivery).await;
    let unsaid = people.blid.1.act(&form, &[]).await;
    assert!(
        unsaid.html.contains("how-error") && unsaid.html.contains(CONTENT),
        "{}",
        unsaid.html
    );
    assert_eq!(console.test.state(delivery).await, "with-a-person");
    for _ in 0..2 {
        let said = people.blid.1.act(&form, &[("how", "entered")]).await;
        assert_eq!(said.to(), address::letter(&delivery.to_string()));
    }
    assert_eq!(console.test.state(delivery).await, "delivered");
    assert_eq!(console.test.audited("entered").await, 1);
    let page = letter(&mut people.blid.1, delivery).await;
    assert!(!page.html.contains("Skal legges inn"), "{}", page.html);
}

/// Returns the reference of the form on a letter.
pub(super) fn reference(page: &Seen) -> String {
    page.between("name=\"reference\" value=\"", "\"")
}

#[tokio::test]
async fn one_person_answers_and_the_second_is_told_who_was_first() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    let (blid, varm) = (people.blid.0.clone(), people.varm.0.clone());
    give(&mut people.leader, &blid, "").await;
    stand_in(&mut people.blid.1, &varm, "2026-09-25").await.to();
    let form = address::letter_act(&delivery.to_string(), "answer");
    let refused = people
        .leader
        .act(&form, &[("reference", blid.as_str()), ("text", "x")])
        .await;
    assert_eq!(
        refused.status,
        StatusCode::NOT_FOUND,
        "a leader without the participant"
    );
    let first = reference(&letter(&mut people.blid.1, delivery).await);
    let second = reference(&letter(&mut people.varm.1, delivery).await);
    assert_ne!(first, second);
    let empty = people
        .blid
        .1
        .act(&form, &[("reference", first.as_str()), ("text", "  ")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.html.contains("text-error"), "{}", empty.html);
    // The guard says which field it is about, and what was typed is still there.
    let coded = "Det er F32.1 </textarea><b>";
    let found = people
        .blid
        .1
        .act(&form, &[("reference", first.as_str()), ("text", coded)])
        .await;
    assert_eq!(found.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        found.html.contains("text-error") && found.html.contains("noe som ligner en diagnosekode"),
        "{}",
        found.html
    );
    assert!(found.html.contains("Det er F32.1 &#60;/textarea&#62;") && found.html.contains("name=\"sure\""));
    assert_eq!(reference(&found), first);
    assert_eq!(console.test.audited("letter-answered").await, 0, "nothing was begun");
    let answer = [
        ("reference", first.as_str()),
        ("text", "Det går fint.\r\nTo dager på rad."),
    ];
    let receipt = people.blid.1.act(&form, &answer).await.to().to_owned();
    assert!(receipt.starts_with("/mailbox/answers/"), "{receipt}");
    assert_eq!(people.blid.1.act(&form, &answer).await.to(), receipt, "a second click");
    assert_eq!(console.test.audited("letter-answered").await, 1);
    let sent = people.blid.1.get(&receipt).await;
    assert!(sent.html.contains("Navnet til fjellvik-legekontor"), "{}", sent.html);
    assert!(!sent.html.contains("Det går fint"), "a receipt has no content");
    assert_eq!(people.leader.get(&receipt).await.status, StatusCode::NOT_FOUND);

    let late = people
        .varm
        .1
        .act(&form, &[("reference", second.as_str()), ("text", "Mitt svar")])
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.html.contains("svarte for dere")
            && late.html.contains("Mitt svar")
            && !late.html.contains("name=\"reference\""),
        "{}",
        late.html
    );
    assert!(late.html.contains("Noen andre var før deg"));
    let page = letter(&mut people.blid.1, delivery).await;
    assert!(page.html.contains("svarte for dere") && !page.html.contains("name=\"reference\""));
    assert!(!inbox(&mut people.blid.1).await.contains("Venter på svar"));
    for strange in [("reference", "x"), ("text", "y")] {
        let page = people.blid.1.act(&form, &[strange]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_request_for_a_meeting_is_answered_with_a_proposed_time() {
    let console = Console::new().await;
    let times = json!([
        {"start": "2026-10-12T10:00:00+02:00"},
        {"start": "2026-10-13T12:00:00+02:00", "end": "2026-10-13T13:00:00+02:00"},
    ]);
    let body = json!({"proposedTimes": times, "place": "Havna"});
    let message = named(draft(
        "m-1",
        "c-1",
        bindeledd_test_engine::PROVIDER,
        "meeting-request",
        body,
    ));
    let delivery = send(&console, message).await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let page = letter(&mut people.blid.1, delivery).await;
    let reference = reference(&page);
    assert!(
        page.html.contains("Ja, det passer") && page.html.contains("<option value=\"2\">"),
        "{}",
        page.html
    );
    let form = address::letter_act(&delivery.to_string(), "answer");
    let unsaid = people
        .blid
        .1
        .act(&form, &[("reference", reference.as_str()), ("time", "2")])
        .await;
    assert!(unsaid.html.contains("choice-error") && unsaid.html.contains("<option value=\"2\" selected>"));
    let strange = [("reference", reference.as_str()), ("choice", "perhaps")];
    let strange = people.blid.1.act(&form, &strange).await;
    assert_eq!(strange.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = [("reference", reference.as_str()), ("choice", "accepted"), ("time", "2")];
    let receipt = people.blid.1.act(&form, &answer).await.to().to_owned();
    let sent = people.blid.1.get(&receipt).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.html);
}

#[tokio::test]
async fn a_person_of_a_mailbox_begins_there_and_comes_back_after_a_sign_in() {
    let console = Console::new().await;
    let (_, secret) = console.account("blid", &[Role::MailboxUser]).await;
    let mut stranger = console.browser();
    let to = stranger.get(address::MAILBOX_PARTICIPANTS).await.to().to_owned();
    assert_eq!(to, "/console/sign-in?to=%2Fmailbox%2Fparticipants");
    console.advance(Duration::from_secs(60));
    let step = console.accounts.sign_in("blid", PASSWORD, console.now()).await.unwrap();
    let Step::SecondFactorNeeded { challenge } = step else {
        panic!("{step:?}")
    };
    let code = authenticator_code(&secret, console.now());
    let done = console.accounts.finish(&challenge, &code, console.now()).await.unwrap();
    let Finished::Signed(signed) = done else {
        panic!("{done:?}")
    };
    let token = signed.token.reveal().to_owned();
    stranger.cookies.insert(session::SESSION.to_owned(), token);
    assert_eq!(stranger.get(&to).await.to(), address::MAILBOX_PARTICIPANTS);
    assert_eq!(stranger.get(address::SIGN_IN).await.to(), address::MAILBOX);
    let page = stranger.get(address::MAILBOX).await.html;
    assert!(
        page.contains("data-size=\"md\"") && page.contains("<small>Postkasse"),
        "{page}"
    );
    assert!(!page.contains("data-search") && !page.contains("data-key=") && !page.contains(address::PARTIES));
    assert_eq!(stranger.get("/mailbox/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_suspended_party_has_no_mailbox() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0.clone(), "").await;
    let mut blid = people.blid.1;
    assert_eq!(letter(&mut blid, delivery).await.status, StatusCode::OK);
    let party = console.test.party(bindeledd_test_engine::PROVIDER);
    let suspend = async |suspended| {
        let engine = console.test.engine();
        assert!(engine.suspend(&party, suspended, &Actor::Operator).await.unwrap());
    };
    suspend(true).await;
    for path in [
        address::MAILBOX,
        address::NEW_MESSAGE,
        &address::letter(&delivery.to_string()),
    ] {
        let page = blid.get(path).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!page.html.contains(CONTENT) && !page.html.contains(ESCAPED), "{path}");
    }
    suspend(false).await;
    assert_eq!(letter(&mut blid, delivery).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_hand_over_stands_in_the_mailbox_until_it_was_seen() {
    let console = Console::new().await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let page = inbox(&mut people.blid.1).await;
    assert!(page.contains("overlatt til deg av"), "{page}");
    assert!(!inbox(&mut people.varm.1).await.contains("overlatt til"));
    let handed = give(&mut people.leader, &people.varm.0, &people.blid.0).await;
    assert_eq!(handed.to(), participant(&console));
    // The person before and the new one are told, and the leader knows.
    let of_blid = inbox(&mut people.blid.1).await;
    assert_eq!(of_blid.matches("overlatt til").count(), 2, "{of_blid}");
    assert!(inbox(&mut people.varm.1).await.contains("overlatt til deg av"));
    assert!(!inbox(&mut people.leader).await.contains("overlatt til"));
    let ids: Vec<String> = of_blid
        .split("name=\"seen\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let seen = people
        .blid
        .1
        .act(address::HAND_OVERS_SEEN, &[("seen", ids[0].as_str())])
        .await;
    assert_eq!(seen.to(), address::MAILBOX);
    assert_eq!(inbox(&mut people.blid.1).await.matches("overlatt til").count(), 1);
    // Ids of others and odd ids change nothing.
    people
        .varm
        .1
        .act(address::HAND_OVERS_SEEN, &[("seen", ids[1].as_str())])
        .await;
    people.blid.1.act(address::HAND_OVERS_SEEN, &[("seen", "x")]).await;
    assert!(inbox(&mut people.blid.1).await.contains("overlatt til"));
}

#[tokio::test]
async fn the_menu_counts_what_awaits_the_person() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    let counted = |page: &str| page.contains("<span class=\"count\">1<span class=\"sr\">");
    assert!(
        counted(&inbox(&mut people.leader).await),
        "nobody follows the participant up"
    );
    assert!(!counted(&inbox(&mut people.blid.1).await));
    give(&mut people.leader, &people.blid.0, "").await;
    assert!(!counted(&inbox(&mut people.leader).await));
    assert!(counted(&inbox(&mut people.blid.1).await) && !counted(&inbox(&mut people.varm.1).await));
    let drafts = people.blid.1.get(address::DRAFTS).await;
    assert!(counted(&drafts.html), "on every page: {}", drafts.html);
    assert_eq!(letter(&mut people.blid.1, delivery).await.status, StatusCode::OK);
    assert!(
        counted(&inbox(&mut people.blid.1).await),
        "read, and still to be answered"
    );
}

#[tokio::test]
async fn a_person_sets_and_switches_off_the_mails() {
    let console = Console::new().await;
    let mut people = people(&console).await;
    assert!(inbox(&mut people.blid.1).await.contains("Legg inn adressen din"));
    let browser = &mut people.blid.1;
    assert!(browser.get(address::ACCOUNT).await.html.contains("name=\"email\""));
    let wrong = browser
        .act(address::ACCOUNT_MAIL, &[("email", "blid<b>"), ("on", "1")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.html.contains("Dette er ikke en e-postadresse") && !wrong.html.contains("blid<b>"));
    let saved = browser
        .act(address::ACCOUNT_MAIL, &[("email", "blid@nordvik.example"), ("on", "1")])
        .await;
    assert_eq!(saved.to(), format!("{}?mail=1", address::ACCOUNT));
    assert!(
        inbox(browser)
            .await
            .contains("Du får e-post til blid@nordvik.example når det kommer noe.")
    );
    browser
        .act(address::ACCOUNT_MAIL, &[("email", "blid@nordvik.example")])
        .await;
    assert!(inbox(browser).await.contains("Du får ikke e-post"));
    // A person of the console gets no such mail.
    let (_, mut operator) = console
        .of_days(9, "operator", &[Role::Operator], &Actor::Operator)
        .await;
    assert!(!operator.get(address::ACCOUNT).await.html.contains("name=\"email\""));
    // An administrator sets the address, and what the person chose stays.
    let (_, mut admin) = console
        .of_days(9, "admin", &[Role::Administrator], &Actor::Operator)
        .await;
    let user = address::user(&people.blid.0);
    let set = admin
        .act(&format!("{user}/mail"), &[("email", "ny@nordvik.example")])
        .await;
    assert_eq!(set.to(), user);
    assert!(admin.get(&user).await.html.contains("ny@nordvik.example"));
    assert!(inbox(&mut people.blid.1).await.contains("Du får ikke e-post"));
}
