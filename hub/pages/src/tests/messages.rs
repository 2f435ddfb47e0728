//! The pages about messages: filters, any id, retry of one and of many.

use std::time::Duration;

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::DeliveryId;
use bindeledd_core::account::Role;
use bindeledd_engine::ports::{FoundAs, Hit, MessageView};
use bindeledd_test_engine::{GP, Hold, KARI, MAILBOX, PROVIDER, SPECIALIST, answer, progress, question};

use super::browser::{Browser, Console, NAME, Seen};
use crate::messages::places;

/// A time that passes between two clicks.
const MOMENT: Duration = Duration::from_millis(2);
/// A reason that a person gives.
const WHY: &str = "mottakeren er oppe igjen";

/// Sends a progress update to the GP, whose system answers 503 once.
pub(super) async fn waiting(console: &Console, reference: &str) -> (MessageView, DeliveryId) {
    let test = &console.test;
    test.courier.next_answer(&format!("https://{GP}.example"), answer(503));
    let conversation = format!("samtale-{reference}");
    let accepted = test.accept(&progress(reference, &conversation, GP)).await;
    let delivery = accepted.deliveries[0].id;
    test.until_attempts(delivery, 1).await;
    (test.message(accepted.id).await, delivery)
}

/// Starts the retry of a preview, all at once.
async fn start(browser: &mut Browser<'_>, token: &str, ticked: &[(&str, &str)], count: &str) -> Seen {
    let own = [("token", token), ("reason", WHY), ("count", count), ("how", "all")];
    browser.act(address::RETRY_START, &[&own[..], ticked].concat()).await
}

fn retry_page(message: &MessageView, delivery: DeliveryId) -> String {
    address::delivery_retry(&message.id.to_string(), &delivery.to_string())
}

#[tokio::test]
async fn every_filter_narrows_the_list() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let empty = browser.get(address::MESSAGES).await;
    assert!(empty.html.contains("Ingen meldinger ennå"), "{}", empty.html);
    let (message, _) = waiting(&console, "r-1").await;
    // Ids begin with the time.
    console.advance(MOMENT);
    let blocked = console.test.deliver(&question("r-2", MAILBOX)).await;
    console.test.until(blocked, "blocked").await;
    let all = browser.get(address::MESSAGES).await;
    let rows = |html: &str| html.matches("<a class=\"main\"").count();
    assert_eq!(rows(&all.html), 2);
    assert!(all.html.contains("Ikke sendt: mangler samtykke") && all.html.contains("BL-2001"));
    assert!(!all.html.contains("type=\"checkbox\""), "a viewer sends nothing again");
    assert!(!all.html.contains("Hvordan går det"), "no content");
    let participant = message.participant.to_string();
    for (filter, shown) in [
        (format!("party={GP}"), 1),
        (format!("party={PROVIDER}"), 2),
        ("kind=question".to_owned(), 1),
        ("state=waiting".to_owned(), 1),
        ("state=blocked".to_owned(), 1),
        ("state=bad".to_owned(), 0),
        ("time=today".to_owned(), 2),
        ("time=7d".to_owned(), 2),
        ("since=2026-01-01".to_owned(), 2),
        ("until=2020-01-01".to_owned(), 0),
        (format!("participant={participant}"), 2),
        ("code=bl-4002".to_owned(), 1),
        ("code=BL-4002&state=blocked".to_owned(), 0),
        (format!("before={}", message.id), 0),
    ] {
        let page = browser.get(&format!("{}?{filter}", address::MESSAGES)).await;
        assert_eq!((page.status, rows(&page.html)), (StatusCode::OK, shown), "{filter}");
    }
    let nothing = browser.get("/console/messages?state=bad&kind=question").await;
    assert!(nothing.html.contains("Ingen leveranser passer") && nothing.html.contains("Meldingstype: Spørsmål"));
}

#[tokio::test]
async fn a_filter_that_is_not_understood_is_told_and_not_used() {
    let console = Console::new().await;
    waiting(&console, "r-1").await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    for strange in [
        "party=nobody",
        "kind=x",
        "state=Stanset",
        "time=1y",
        "since=i%20g%C3%A5r",
        "participant=1",
        "code=x",
    ] {
        let page = browser.get(&format!("/console/messages?{strange}")).await;
        assert_eq!(page.status, StatusCode::OK, "{strange}");
        assert!(page.html.contains("ble ikke forstått"), "{strange}");
        assert_eq!(page.html.matches("<a class=\"main\"").count(), 1, "{strange}");
        assert!(
            !page.html.contains("value=\"all\""),
            "nobody sends a selection that is not shown"
        );
        let preview = browser.get(&format!("/console/messages/retry?{strange}")).await;
        assert!(preview.html.contains("Du har ikke krysset av for noen"), "{strange}");
    }
}

#[tokio::test]
async fn a_message_that_another_system_knows_by_our_id_is_one_thing() {
    let console = Console::new().await;
    let (message, delivery) = waiting(&console, "p1").await;
    let hit = |what, delivery| Hit {
        what,
        id: message.id.to_string(),
        message: Some(message.id),
        delivery,
    };
    let (ours, theirs) = (hit(FoundAs::Message, None), hit(FoundAs::ExternalId, Some(delivery)));
    for hits in [[ours.clone(), theirs.clone()], [theirs.clone(), ours]] {
        let addresses: Vec<_> = places(&hits).into_iter().map(|place| place.address).collect();
        assert_eq!(addresses, [address::message(&message.id.to_string())]);
    }
    let alone = places(&[theirs]);
    assert_eq!(
        alone[0].address,
        address::delivery(&message.id.to_string(), &delivery.to_string())
    );
}

#[tokio::test]
async fn an_id_opens_what_it_names_and_a_number_leaves_the_address() {
    let console = Console::new().await;
    let (message, delivery) = waiting(&console, "NAK-2026-0411").await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    for id in [message.id.to_string(), delivery.to_string(), "NAK-2026-0411".to_owned()] {
        let page = browser.get(&format!("/console/messages?q={id}")).await;
        let place = page.to().to_owned();
        assert!(
            place.starts_with(&address::message(&message.id.to_string())),
            "{id}: {place}"
        );
        assert_eq!(browser.get(&place).await.status, StatusCode::OK);
    }
    let page = browser.get("/console/messages?q=finnes-ikke").await;
    assert!(page.html.contains("Ingen leveranser passer") && page.html.contains("Id: finnes-ikke"));
    let page = browser.get(&format!("/console/messages?q={KARI}")).await;
    assert!(!page.to().contains(KARI));
    for path in [
        "/console/messages/x",
        "/console/messages/0190b7a0-1111-7222-8333-444455556666",
    ] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_message_tells_why_it_stands_there() {
    let console = Console::new().await;
    let (message, delivery) = waiting(&console, "r-1").await;
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    let place = address::delivery(&message.id.to_string(), &delivery.to_string());
    let page = viewer.get(&place).await;
    for part in [
        "ikke tar imot",
        "1. forsøk: svarte 503",
        "BL-4002",
        &delivery.to_string(),
        "Innholdet er forseglet",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    assert!(!page.html.contains("Prøv nå"), "a viewer has no button");
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let page = operator.get(&place).await;
    assert!(page.html.contains("Prøv nå") && page.html.contains("Avbryt …"));
    operator.language = "en";
    assert!(operator.get(&place).await.html.contains("Attempt 1: answered 503"));
}

#[tokio::test]
async fn one_delivery_is_sent_again_once_with_person_and_reason() {
    let console = Console::new().await;
    let (message, delivery) = waiting(&console, "r-1").await;
    let path = retry_page(&message, delivery);
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    assert_eq!(viewer.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        viewer.act(&path, &[("reason", WHY)]).await.status,
        StatusCode::FORBIDDEN
    );
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let mut other = console.signed_in("per", &[Role::Operator]).await;
    let page = operator.get(&path).await;
    let seen = page.between("name=\"seen\" value=\"", "\"");
    let without = operator.act(&path, &[("seen", &seen), ("reason", " ")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.html.contains("reason-error") && without.html.contains(&seen));
    assert_eq!(
        operator.act(&path, &[("seen", "x"), ("reason", WHY)]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(console.test.audited("replayed").await, 0);

    console.advance(MOMENT);
    let fields = [("seen", seen.as_str()), ("reason", WHY)];
    let done = operator.act(&path, &fields).await.to().to_owned();
    let again = operator.act(&path, &fields).await.to().to_owned();
    assert_eq!(done, again, "a second click does nothing more");
    assert!(operator.get(&done).await.html.contains("role=\"status\""));
    let second = other.act(&path, &fields).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    let name = NAME.split(' ').next().unwrap();
    assert!(
        second.html.contains(name) && second.html.contains("var før deg"),
        "{}",
        second.html
    );
    console.test.until(delivery, "delivered").await;
    let audit = console.test.audit().await;
    let rows: Vec<_> = audit.iter().filter(|row| row.action == "replayed").collect();
    assert_eq!(rows.len(), 1);
    assert!(
        rows[0].actor.starts_with("person:") && rows[0].detail.contains(WHY),
        "{:?}",
        rows[0]
    );
    let page = operator.get(&path).await;
    assert!(page.html.contains("allerede på vei, eller levert") && !page.html.contains("name=\"reason\""));
}

/// A reason may name another delivery. Its row is not about that one.
#[tokio::test]
async fn an_act_on_another_delivery_is_not_the_act_that_came_first() {
    let console = Console::new().await;
    let (message, delivery) = waiting(&console, "r-1").await;
    let (other, of_other) = waiting(&console, "r-2").await;
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let path = address::delivery_cancel(&message.id.to_string(), &delivery.to_string());
    let seen = operator.get(&path).await.between("name=\"seen\" value=\"", "\"");
    let by = bindeledd_engine::ports::Actor::Operator;
    console.test.engine().cancel(message.id, &by).await.unwrap();
    let mut another = console.signed_in("per", &[Role::Operator]).await;
    let elsewhere = address::delivery_cancel(&other.id.to_string(), &of_other.to_string());
    let seen_there = another.get(&elsewhere).await.between("name=\"seen\" value=\"", "\"");
    let reason = format!("som {delivery}");
    another
        .act(&elsewhere, &[("seen", &seen_there), ("reason", &reason)])
        .await
        .to();
    let late = operator.act(&path, &[("seen", &seen), ("reason", WHY)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.html.contains("var før deg") && !late.html.contains("<h2 id=\"fo\">Kari"),
        "{}",
        late.html
    );
}

#[tokio::test]
async fn one_delivery_is_cancelled() {
    let console = Console::new().await;
    let (message, delivery) = waiting(&console, "r-1").await;
    let path = address::delivery_cancel(&message.id.to_string(), &delivery.to_string());
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let seen = operator.get(&path).await.between("name=\"seen\" value=\"", "\"");
    let fields = [("seen", seen.as_str()), ("reason", "sendt til feil fastlege")];
    let done = operator.act(&path, &fields).await.to().to_owned();
    assert_eq!(operator.act(&path, &fields).await.to(), done);
    assert_eq!(console.test.state(delivery).await, "cancelled");
    let page = operator.get(&done).await;
    assert!(page.html.contains("Avbrutt før den ble sendt"), "{}", page.html);
    assert_eq!(console.test.audited("cancelled").await, 1);
}

#[tokio::test]
async fn a_blocked_delivery_says_that_it_would_not_be_sent() {
    let console = Console::new().await;
    let accepted = console.test.accept(&question("r-1", MAILBOX)).await;
    let delivery = accepted.deliveries[0].id;
    let message = console.test.message(accepted.id).await;
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let page = operator.get(&retry_page(&message, delivery)).await;
    assert!(
        page.html.contains("Sendes ikke") && page.html.contains("BL-2001"),
        "{}",
        page.html
    );
    assert!(!page.html.contains("name=\"reason\""));
}

#[tokio::test]
async fn many_are_previewed_and_then_exactly_those_are_sent() {
    let console = Console::new().await;
    let (_, first) = waiting(&console, "r-1").await;
    let (_, second) = waiting(&console, "r-2").await;
    let blocked = console.test.deliver(&question("r-3", MAILBOX)).await;
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let ids = [first, second, blocked].map(|id| id.to_string());
    let ticked: Vec<_> = ids.iter().map(|id| ("d", id.as_str())).collect();
    let none = operator.act(address::RETRY, &[("what", "chosen")]).await;
    assert!(none.html.contains("Du har ikke krysset av for noen"));
    let mut chosen = vec![("what", "chosen")];
    chosen.extend_from_slice(&ticked);
    let page = operator.act(address::RETRY, &chosen).await;
    assert!(
        page.html.contains("Send 2 på nytt") && page.html.contains("Du valgte 3"),
        "{}",
        page.html
    );
    let token = page.between("name=\"token\" value=\"", "\"");
    let wrong = start(&mut operator, &token, &ticked, "3").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.html.contains("count-error") && wrong.html.contains(WHY),
        "{}",
        wrong.html
    );
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    assert_eq!(
        start(&mut viewer, &token, &ticked, "2").await.status,
        StatusCode::FORBIDDEN
    );
    let mut other = console.signed_in("per", &[Role::Operator]).await;
    assert!(
        start(&mut other, &token, &ticked, "2")
            .await
            .html
            .contains("eldre enn ti minutter"),
        "a token is one person's"
    );

    let run = start(&mut operator, &token, &ticked, "2").await.to().to_owned();
    assert_eq!(
        start(&mut operator, &token, &ticked, "2").await.to(),
        run,
        "a used token does nothing more"
    );
    console.test.until(first, "delivered").await;
    console.test.until(second, "delivered").await;
    assert_eq!(console.test.audited("replayed").await, 2);
    console
        .test
        .eventually("the run is over", async || {
            let page = viewer.get(&run).await;
            page.html.contains("Ferdig").then_some(())
        })
        .await;
    let page = viewer.get(&run).await;
    assert!(page.html.contains(WHY) && !page.html.contains("Stopp kjøringen"));
    assert_eq!(operator.act(&format!("{run}/stop"), &[]).await.to(), run);
    let strange = address::run("0190b7a0-1111-7222-8333-444455556666");
    assert_eq!(viewer.get(&strange).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_in_between_is_left_out_and_one_goes_first() {
    let console = Console::new().await;
    let (changed, first) = waiting(&console, "r-1").await;
    let (_, second) = waiting(&console, "r-2").await;
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let page = operator.get("/console/messages/retry?state=waiting").await;
    let token = page.between("name=\"token\" value=\"", "\"");
    let by = bindeledd_engine::ports::Actor::Operator;
    console.test.engine().cancel(changed.id, &by).await.unwrap();
    let fields = [
        ("token", token.as_str()),
        ("reason", WHY),
        ("count", "2"),
        ("how", "one-first"),
    ];
    let run = operator.act(address::RETRY_START, &fields).await.to().to_owned();
    console.test.until(second, "delivered").await;
    let over = console.test.eventually("the run is over", async || {
        let page = operator.get(&run).await;
        page.html.contains("Ferdig").then_some(page.html)
    });
    let html = over.await;
    assert!(
        html.contains("Endret etter forhåndsvisningen") && html.contains(&first.to_string()),
        "{html}"
    );
    assert_eq!(console.test.state(first).await, "cancelled");
}

/// A run that is over leads to a preview of the deliveries that it left.
#[tokio::test]
async fn what_a_stopped_run_left_is_previewed_anew() {
    let console = Console::new().await;
    let (_, first) = waiting(&console, "r-1").await;
    // The older message goes first.
    console.advance(MOMENT);
    let (_, second) = waiting(&console, "r-2").await;
    console.test.courier.hold(Hold::BeforeTheyBegin);
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let page = operator.get("/console/messages/retry?state=waiting").await;
    let token = page.between("name=\"token\" value=\"", "\"");
    let fields = [
        ("token", token.as_str()),
        ("reason", WHY),
        ("count", "2"),
        ("how", "one-first"),
    ];
    let run = operator.act(address::RETRY_START, &fields).await.to().to_owned();
    console.test.until(first, "sending").await;
    // Every operator sees it until it is over.
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    let to_run = format!("href=\"{run}\"");
    let done = viewer.get(address::NOW).await.between("id=\"gjort\"", "</section>");
    for part in [
        &to_run,
        "2 sendes på nytt",
        "1 av 2 er satt i gang",
        "Kari &#60;b&#62;Nordmann",
    ] {
        assert!(done.contains(part), "{part}: {done}");
    }
    operator.act(&format!("{run}/stop"), &[]).await.to();
    let stopped = console.test.eventually("the run is over", async || {
        let page = operator.get(&run).await;
        page.html.contains("Stoppet av").then_some(page)
    });
    let page = stopped.await;
    let left = page.between("href=\"/console/messages/retry?", "\"");
    assert!(page.html.contains("Se over de 1 som gjenstår"), "{}", page.html);
    assert!(!viewer.get(&run).await.html.contains("som gjenstår"));
    assert!(!viewer.get(address::NOW).await.html.contains(&to_run));
    let preview = operator.get(&format!("/console/messages/retry?{left}")).await;
    assert!(
        preview.html.contains(&format!("name=\"d\" value=\"{second}\"")),
        "{}",
        preview.html
    );
    assert!(!preview.html.contains(&first.to_string()));
    let strange = operator.get("/console/messages/retry?run=x").await;
    assert_eq!(strange.status, StatusCode::NOT_FOUND);
    console.test.courier.hold(Hold::No);
}

#[tokio::test]
async fn errors_are_counted_by_cause() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    assert!(
        browser
            .get(address::CAUSES)
            .await
            .html
            .contains("Ingen feil i denne tiden")
    );
    waiting(&console, "r-1").await;
    let page = browser.get(address::CAUSES).await;
    assert!(page.html.contains("Mottakeren kan ikke ta imot nå"), "{}", page.html);
    assert!(page.html.contains(&format!("code=BL-4002&#38;party={GP}")) || page.html.contains("code=BL-4002"));
    let strange = browser.get("/console/messages/causes?time=x&party=nobody").await;
    assert!(strange.html.contains("ble ikke forstått"));
}

#[tokio::test]
async fn previous_and_next_walk_through_the_selection() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    for (n, to) in [GP, SPECIALIST, GP, SPECIALIST, GP].into_iter().enumerate() {
        let delivery = console
            .test
            .deliver(&progress(&format!("r-{n}"), &format!("c-{n}"), to))
            .await;
        console.test.until(delivery, "delivered").await;
        console.advance(Duration::from_millis(10));
    }
    let list = browser.get(&format!("{}?party={GP}", address::MESSAGES)).await;
    let mut at = list.between("<a class=\"main\" href=\"", "\"").replace("&#38;", "&");
    let mut walked = vec![at.clone()];
    let link = |page: &Seen, mark: &str| {
        let before = page.html.split_once(mark)?.0;
        Some(
            before
                .rsplit_once("href=\"")?
                .1
                .trim_end_matches("\" ")
                .replace("&#38;", "&"),
        )
    };
    loop {
        let page = browser.get(&at).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.html
                .contains(&format!("href=\"{}?party={GP}\"", address::MESSAGES)),
            "the way back"
        );
        let previous = link(&page, "data-previous>");
        assert_eq!(previous.as_ref(), walked.iter().rev().nth(1));
        let Some(next) = link(&page, "data-next>") else { break };
        assert!(next.ends_with(&format!("&party={GP}")), "{next}");
        walked.push(next.clone());
        at = next;
    }
    assert_eq!(walked.len(), 3);
}
