//! Break-glass on the pages: asking, answering, reading, and everything that is no second person.

use std::time::Duration;

use axum::http::{StatusCode, header};
use bindeledd_console::address;
use bindeledd_core::MessageId;
use bindeledd_core::account::Role;
use bindeledd_core::audit::Actor;
use bindeledd_test_engine::{GP, MAILBOX, PROVIDER, progress, question};

use super::browser::{Browser, Console};

/// A reason that a person gives.
const WHY: &str = "teksten avvises, sak 2026/17";
/// A text that only the content has.
const CONTENT: &str = "Hvordan det går";

async fn message(console: &Console, reference: &str) -> MessageId {
    console
        .test
        .accept(&progress(reference, &format!("c-{reference}"), GP))
        .await
        .id
}

/// Asks, and returns the address of the request.
async fn ask(browser: &mut Browser<'_>, message: MessageId) -> String {
    let page = browser
        .act(&address::message_open(&message.to_string()), &[("reason", WHY)])
        .await;
    page.to().to_owned()
}

fn act(request: &str, act: &str) -> String {
    format!("{request}/{act}")
}

/// A hub with a person who asks, and a second person.
async fn persons(console: &Console) -> (Browser<'_>, Browser<'_>) {
    let (_, asker) = console.of_days(9, "kari", &[Role::Operator], &Actor::Operator).await;
    let (_, second) = console.of_days(9, "siv", &[Role::Auditor], &Actor::Operator).await;
    (asker, second)
}

#[tokio::test]
async fn content_is_shown_after_a_second_persons_word_and_until_its_time_is_over() {
    let console = Console::with_break_glass().await;
    let id = message(&console, "r-1").await;
    let (mut asker, mut second) = persons(&console).await;
    let page = asker.get(&address::message(&id.to_string())).await;
    assert!(page.html.contains("Be om innsyn"), "{}", page.html);
    let form = address::message_open(&id.to_string());
    assert!(asker.get(&form).await.html.contains("name=\"reason\""));
    let wrong = asker.act(&form, &[("reason", "gjelder <b>15720255178")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.html.contains("reason-error") && wrong.html.contains("gjelder &#60;b&#62;"),
        "{}",
        wrong.html
    );

    let request = ask(&mut asker, id).await;
    // A double click, and a second tab.
    assert_eq!(ask(&mut asker, id).await, request);
    let page = asker.get(&request).await;
    assert!(
        page.html.contains("Du venter på at en annen person svarer"),
        "{}",
        page.html
    );
    assert!(!page.html.contains("/approve") && !page.html.contains("/read"));
    let early = asker.act(&act(&request, "read"), &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(!early.html.contains(CONTENT));

    assert!(
        second
            .get(address::NOW)
            .await
            .html
            .contains("Noen ber om å se innholdet i en melding")
    );
    assert!(
        !asker.get(address::NOW).await.html.contains("Noen ber om å se"),
        "not one's own"
    );
    assert!(second.get(address::OPENINGS).await.html.contains(&request));
    assert!(second.get(&request).await.html.contains(WHY));
    assert_eq!(second.act(&act(&request, "approve"), &[]).await.to(), request);
    assert_eq!(
        second.act(&act(&request, "approve"), &[]).await.to(),
        request,
        "a second click"
    );
    let foreign = second.act(&act(&request, "read"), &[]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "only the one who asked reads");

    for _ in 0..2 {
        let content = asker.act(&act(&request, "read"), &[]).await;
        assert_eq!(content.status, StatusCode::OK, "{}", content.html);
        assert!(
            content.html.contains("Slik kan") && content.html.contains("Lukk nå"),
            "{}",
            content.html
        );
        assert_eq!(content.headers[header::CACHE_CONTROL], "no-store");
        let refresh = content.headers[header::REFRESH].to_str().unwrap().to_owned();
        assert!(refresh.ends_with(&format!("; url={request}")), "{refresh}");
        let title = content.between("<title>", "</title>");
        assert_eq!(title, "Innholdet i meldingen – Bindeledd");
    }
    assert_eq!(
        console.test.audited("content-opened").await,
        2,
        "reading twice writes twice"
    );
    assert!(
        !asker.get(&request).await.html.contains("Slik kan"),
        "the content has no address"
    );
    let mut strange = asker.clone();
    let page = strange.post(&act(&request, "read"), &[]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "a form without its token");

    for _ in 0..16 {
        console.advance(Duration::from_secs(60));
        asker.get(address::NOW).await;
    }
    let late = asker.act(&act(&request, "read"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.html.contains("Denne forespørselen er over"), "{}", late.html);
}

#[tokio::test]
async fn nobody_approves_for_oneself_or_with_an_account_that_the_asker_holds() {
    let console = Console::with_break_glass().await;
    let id = message(&console, "r-1").await;
    let (kari, mut asker) = console
        .of_days(9, "kari", &[Role::Administrator], &Actor::Operator)
        .await;
    let request = ask(&mut asker, id).await;
    let (_, mut made) = console
        .of_days(9, "made", &[Role::Operator], &Actor::Person(kari))
        .await;
    let (_, mut young) = console.of_days(6, "young", &[Role::Operator], &Actor::Operator).await;
    for (browser, told) in [
        (&mut asker, "Forespørselen er din egen"),
        (&mut made, "har laget eller nullstilt kontoen din"),
        (&mut young, "mindre enn sju dager"),
    ] {
        for said in ["approve", "refuse"] {
            let page = browser.act(&act(&request, said), &[]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{told}");
            assert!(page.html.contains(told), "{told}: {}", page.html);
        }
    }
    let mut viewer = console.signed_in("viewer", &[Role::Viewer]).await;
    assert_eq!(viewer.get(address::OPENINGS).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        viewer.act(&act(&request, "approve"), &[]).await.status,
        StatusCode::FORBIDDEN
    );
    // Somebody at the sender answers at once, and sees nothing of other senders.
    let mut leader = console.signed_in("leader", &[Role::TeamLeader]).await;
    let of_other = console
        .test
        .try_accept(MAILBOX, &question("r-2", PROVIDER))
        .await
        .unwrap();
    let other = ask(&mut asker, of_other.id).await;
    assert_eq!(leader.get(&other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        leader.act(&act(&other, "approve"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let all = leader.get(address::OPENINGS).await;
    assert!(
        all.html.contains(&request) && !all.html.contains(&other),
        "{}",
        all.html
    );
    // Every page leads there, with the count of those that await this person.
    let to_openings = format!("href=\"{}\"", address::OPENINGS);
    for page in [address::ACCOUNT, address::HELP, address::OPENINGS] {
        let seen = leader.get(page).await.html;
        assert!(
            seen.contains(&to_openings) && seen.contains("1<span class=\"sr\"> forespørsler venter på svar fra deg"),
            "{page}: {seen}"
        );
        assert!(
            !seen.contains("data-search"),
            "a person of a mailbox searches no messages"
        );
    }
    assert!(leader.get(address::NOW).await.html.contains(&to_openings));
    assert_eq!(leader.get(address::SIGN_IN).await.to(), address::MAILBOX);
    assert_eq!(leader.act(&act(&request, "approve"), &[]).await.to(), request);
    assert!(
        !leader
            .get(address::ACCOUNT)
            .await
            .html
            .contains("venter på svar fra deg")
    );
    assert!(
        !leader.get(&request).await.html.contains(&id.to_string()),
        "no page of the console"
    );
    // Another answer comes second, and says so.
    let (_, mut second) = console.of_days(9, "siv", &[Role::Auditor], &Actor::Operator).await;
    let page = second.act(&act(&request, "approve"), &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("Godkjent"), "{}", page.html);
}

#[tokio::test]
async fn a_refusal_an_ended_session_and_an_ended_request_show_nothing() {
    let console = Console::with_break_glass().await;
    let (mut asker, mut second) = persons(&console).await;
    let first = message(&console, "r-1").await;
    let request = ask(&mut asker, first).await;
    assert_eq!(second.act(&act(&request, "refuse"), &[]).await.to(), request);
    assert!(asker.get(&request).await.html.contains("Avslått"));
    assert_eq!(
        asker.act(&act(&request, "read"), &[]).await.status,
        StatusCode::CONFLICT
    );
    // Asked anew, approved, and ended by the person.
    let again = ask(&mut asker, first).await;
    assert_ne!(again, request);
    second.act(&act(&again, "approve"), &[]).await;
    assert_eq!(asker.act(&act(&again, "end"), &[]).await.to(), again);
    assert_eq!(asker.act(&act(&again, "end"), &[]).await.to(), again, "a second click");
    assert_eq!(asker.act(&act(&again, "read"), &[]).await.status, StatusCode::CONFLICT);
    // An approval of one message opens no other.
    let other = message(&console, "r-2").await;
    let of_other = ask(&mut asker, other).await;
    let approved = ask(&mut asker, first).await;
    second.act(&act(&approved, "approve"), &[]).await;
    assert_eq!(
        asker.act(&act(&of_other, "read"), &[]).await.status,
        StatusCode::CONFLICT
    );
    // The session ends before the reading.
    let mut gone = asker.clone();
    assert_eq!(asker.act(address::SIGN_OUT, &[]).await.to(), address::SIGN_IN);
    let page = gone.act(&act(&approved, "read"), &[]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(console.test.audited("content-opened").await, 0);
}

#[tokio::test]
async fn a_hub_without_break_glass_offers_none() {
    let console = Console::new().await;
    let id = message(&console, "r-1").await;
    let (mut asker, _) = persons(&console).await;
    let page = asker.get(&address::message(&id.to_string())).await;
    assert!(page.html.contains("Innholdet er forseglet") && !page.html.contains("Be om innsyn"));
    let form = address::message_open(&id.to_string());
    for page in [asker.get(&form).await, asker.act(&form, &[("reason", WHY)]).await] {
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.html.contains("BL-1170"), "{}", page.html);
    }
    assert!(asker.get(address::OPENINGS).await.html.contains("slått av"));
    let mut leader = console.signed_in("leader", &[Role::MailboxUser]).await;
    let page = leader.get(address::ACCOUNT).await.html;
    assert!(
        page.contains(address::OPENINGS) && !page.contains("venter på svar fra deg"),
        "{page}"
    );
    assert_eq!(console.test.audited("opening.asked").await, 0);
}

#[tokio::test]
async fn a_refreshed_page_shows_each_person_the_requests_to_answer_and_not_their_own() {
    let console = Console::with_break_glass().await;
    let id = message(&console, "r-1").await;
    let (_, mut asker) = console.of_days(9, "kari", &[Role::Operator], &Actor::Operator).await;
    let (_, mut other) = console.of_days(9, "siv", &[Role::Operator], &Actor::Operator).await;
    let request = ask(&mut asker, id).await;
    let regions = format!("{}?region=1", address::NOW);
    assert!(
        other
            .get(address::NOW)
            .await
            .html
            .contains("<span>Navnet til nordvik-aft</span>"),
        "a matter with a sender alone names it"
    );
    for _ in 0..2 {
        assert!(
            other.get(&regions).await.html.contains(&request),
            "a colleague may answer"
        );
        assert!(
            !asker.get(&regions).await.html.contains(&request),
            "nobody answers their own request"
        );
    }
}
