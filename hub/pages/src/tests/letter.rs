//! A letter: its readings in the log, the references of answers, and a meeting that is proposed instead of an answer.

use axum::body::Body;
use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::withdrawal::Scope;
use bindeledd_core::{Category, CategorySet, DeliveryId, Purpose};
use bindeledd_engine::ports::Actor;
use bindeledd_test_engine::{GP, PROVIDER, SPECIALIST};

use super::browser::{Browser, Console, Seen};
use super::mailbox::{ask, give, inbox, letter, people, reference, stand_in};

fn form(delivery: DeliveryId) -> String {
    address::letter_act(&delivery.to_string(), "answer")
}

#[tokio::test]
async fn opening_a_letter_is_one_reading_and_answering_it_is_none() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let blid = &mut people.blid.1;
    let reference = reference(&letter(blid, delivery).await);
    assert_eq!(console.test.audited("inbox-read").await, 1);
    // A fault, what the guard finds, the sending, and a second click.
    for (text, status) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("Det er F32.1", StatusCode::UNPROCESSABLE_ENTITY),
        ("Det går fint.", StatusCode::SEE_OTHER),
        ("Det går fint.", StatusCode::SEE_OTHER),
    ] {
        let answer = [("reference", reference.as_str()), ("text", text)];
        assert_eq!(blid.act(&form(delivery), &answer).await.status, status, "{text}");
    }
    assert_eq!(console.test.audited("inbox-read").await, 1);
    letter(blid, delivery).await;
    assert_eq!(console.test.audited("inbox-read").await, 2, "opened again");
}

#[tokio::test]
async fn a_head_request_reads_no_letter() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let blid = &mut people.blid.1;
    let to_letter = address::letter(&delivery.to_string());
    for to in [to_letter.as_str(), address::MAILBOX, address::ENTRIES] {
        let head = blid.request("HEAD", to).body(Body::empty()).unwrap();
        let seen = blid.send(head).await;
        assert_eq!(seen.status, StatusCode::METHOD_NOT_ALLOWED, "{to}");
        assert_eq!(seen.html, "");
    }
    assert_eq!(console.test.audited("inbox-read").await, 0);
    assert_eq!(console.test.state(delivery).await, "waiting");
}

#[tokio::test]
async fn a_taken_reference_holds_up_nobody_who_answers() {
    let console = Console::new().await;
    let (first, second) = (ask(&console, "q-1").await, ask(&console, "q-2").await);
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    stand_in(&mut people.blid.1, &people.varm.0, "2026-09-25").await.to();
    let taken = reference(&letter(&mut people.blid.1, first).await);
    let answer = async |browser: &mut Browser<'_>, delivery, reference: &str, text: &str| -> Seen {
        let fields = [("reference", reference), ("text", text)];
        browser.act(&form(delivery), &fields).await
    };
    answer(&mut people.blid.1, first, &taken, "Det går fint.").await.to();
    // The reference of the first answer, on another letter.
    letter(&mut people.blid.1, second).await;
    let again = answer(&mut people.blid.1, second, &taken, "Noe annet").await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        again.html.contains("Dette er ikke sendt") && again.html.contains(">Noe annet</textarea>"),
        "{}",
        again.html
    );
    assert_ne!(reference(&again), taken, "the form has a reference of its own");
    // Nothing of it holds up the other person, and the first answer keeps its person.
    let own = reference(&letter(&mut people.varm.1, second).await);
    answer(&mut people.varm.1, second, &own, "Mitt svar").await.to();
    let other = answer(&mut people.blid.1, first, &taken, "En annen tekst").await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(
        other.html.contains("Kari &#60;b&#62;Nordmann") && other.html.contains("svarte for dere"),
        "{}",
        other.html
    );
}

/// Returns the hidden fields of the form of a message.
fn hidden(page: &Seen, names: &[&str]) -> Vec<(String, String)> {
    let value = |name: &str| page.between(&format!("<input type=\"hidden\" name=\"{name}\" value=\""), "\"");
    names.iter().map(|name| ((*name).to_owned(), value(name))).collect()
}

async fn post(browser: &mut Browser<'_>, to: &str, hidden: &[(String, String)], typed: &[(&str, &str)]) -> Seen {
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<_> = hidden.chain(typed.iter().copied()).collect();
    browser.act(to, &all).await
}

const BUTTON: &str = "Foreslå et møte i stedet";
const MEETING: &[(&str, &str)] = &[
    ("f.proposedTimes.0.start", "2026-10-12T10:00"),
    ("f.place", "Havna 3, eller telefon 22 11 22 33"),
];

#[tokio::test]
async fn a_meeting_is_proposed_instead_and_the_question_stays_open() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let blid = &mut people.blid.1;
    let page = letter(blid, delivery).await;
    assert!(page.html.contains(BUTTON), "{}", page.html);
    let to = address::meeting_instead(&console.test.kari.to_string(), &delivery.to_string());
    let begun = blid.get(&to).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.html);
    assert!(
        begun.html.contains(&format!("value=\"{GP}\" checked")) && !begun.html.contains(SPECIALIST),
        "the one who asked, and nobody else: {}",
        begun.html
    );
    let names = ["id", "participant", "kind", "instead_of"];
    let fields = hidden(&begun, &names);
    let mut typed = vec![("to", GP), ("do", "save")];
    typed.extend_from_slice(MEETING);
    // A draft of it is still instead of the answer.
    let saved = post(blid, address::WRITE_MESSAGE, &fields, &typed)
        .await
        .to()
        .to_owned();
    let kept = blid.get(&saved).await;
    assert_eq!(hidden(&kept, &names), fields);
    typed[1].1 = "review";
    let review = post(blid, address::WRITE_MESSAGE, &fields, &typed).await;
    assert_eq!(review.status, StatusCode::OK, "{}", review.html);
    assert_eq!(hidden(&review, &names), fields);
    let to_specialist: Vec<_> = [("to", SPECIALIST)]
        .into_iter()
        .chain(MEETING.iter().copied())
        .collect();
    let strange = post(blid, address::SEND_MESSAGE, &fields, &to_specialist).await;
    assert_eq!(strange.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", strange.html);
    for _ in 0..2 {
        let sent = post(blid, address::SEND_MESSAGE, &fields, &typed).await.to().to_owned();
        assert!(sent.starts_with("/mailbox/sent/"), "{sent}");
    }
    let page = letter(blid, delivery).await;
    assert!(
        page.html.contains("foreslo et møte for dere") && page.html.contains("Spørsmålet er ikke besvart."),
        "{}",
        page.html
    );
    assert!(page.html.contains("name=\"reference\""), "it can still be answered");
    assert!(inbox(blid).await.contains("Venter på svar"));
    let answer = [("reference", reference(&page)), ("text", "Det går fint.".to_owned())];
    let answer: Vec<_> = answer.iter().map(|(name, value)| (*name, value.as_str())).collect();
    blid.act(&form(delivery), &answer).await.to();
    let page = letter(blid, delivery).await;
    assert!(page.html.contains("svarte for dere") && page.html.contains("foreslo et møte for dere"));
    assert!(!page.html.contains(BUTTON) && !page.html.contains("Spørsmålet er ikke besvart."));
}

#[tokio::test]
async fn a_look_while_typing_opens_no_question() {
    let console = Console::new().await;
    let (opened, unopened) = (ask(&console, "q-1").await, ask(&console, "q-2").await);
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let blid = &mut people.blid.1;
    letter(blid, opened).await;
    let to = address::meeting_instead(&console.test.kari.to_string(), &opened.to_string());
    let mut fields = hidden(&blid.get(&to).await, &["id", "participant", "kind"]);
    fields.push(("instead_of".to_owned(), unopened.to_string()));
    let (rows, state) = (console.test.audit().await.len(), console.test.state(unopened).await);
    let look = post(blid, address::LOOK_AT_MESSAGE, &fields, MEETING).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.html);
    assert_eq!(console.test.audit().await.len(), rows, "nothing is logged");
    assert_eq!(console.test.state(unopened).await, state);
}

#[tokio::test]
async fn no_grant_for_a_meeting_is_no_button_and_no_form() {
    let console = Console::new().await;
    let delivery = ask(&console, "q-1").await;
    let mut people = people(&console).await;
    give(&mut people.leader, &people.blid.0, "").await;
    let engine = console.test.engine();
    let scope = Scope::Exchange {
        from: console.test.party(PROVIDER),
        to: console.test.party(GP),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Meeting]),
    };
    let withdrawn = engine.withdraw(console.test.kari, scope, &Actor::Operator).await;
    withdrawn.unwrap();
    let blid = &mut people.blid.1;
    let page = letter(blid, delivery).await;
    assert!(
        page.html.contains("name=\"reference\"") && !page.html.contains(BUTTON),
        "{}",
        page.html
    );
    let to = address::meeting_instead(&console.test.kari.to_string(), &delivery.to_string());
    // Nor for another person.
    for browser in [blid, &mut people.varm.1] {
        assert_eq!(browser.get(&to).await.status, StatusCode::NOT_FOUND);
    }
}
