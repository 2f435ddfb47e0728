//! The job coach's entry at Nav: the list, the document field by field, "entered", the answer, and what nobody else sees.

use axum::http::{StatusCode, header};
use bindeledd_accounts::Person;
use bindeledd_console::address;
use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::follow_up::Change;
use bindeledd_core::{AccountId, DeliveryId, PartyId};
use bindeledd_engine::ports::{Actor, MessageFilter};
use bindeledd_test_engine::{GP, KARI, READER, draft, question};
use serde_json::json;

use super::browser::{Browser, Console, Seen};

/// A text that only the content has.
const CONTENT: &str = "Kjøkkengruppa <b>tirsdag</b>";
const ESCAPED: &str = "Kjøkkengruppa &#60;b&#62;tirsdag&#60;/b&#62;";
const WORDS: &str = "Vedtaket <i>går</i> til jul";

/// Persons of the provider's mailbox. Blid follows Kari up, and Varm does not.
struct People<'c> {
    leader: Browser<'c>,
    blid: Browser<'c>,
    varm: (AccountId, Browser<'c>),
}

async fn people(console: &Console) -> People<'_> {
    let by = Actor::Operator;
    let (_, leader) = console.of_days(9, "leder", &[Role::TeamLeader], &by).await;
    let (blid, of_blid) = console.of_days(9, "blid", &[Role::MailboxUser], &by).await;
    let varm = console.of_days(9, "varm", &[Role::MailboxUser], &by).await;
    let people = People {
        leader,
        blid: of_blid,
        varm,
    };
    let give = Change::Give { to: blid, seen: None };
    change(console, give).await;
    people
}

async fn change(console: &Console, change: Change) {
    let leader = LoginName::parse("leder").unwrap();
    let leader = console.accounts.find(&leader).await.unwrap().unwrap();
    let engine = console.test.engine();
    let changed = engine.change_follow_up(console.test.kari, change, &leader).await;
    assert_eq!(changed.unwrap(), Ok(true));
}

/// Sends something about Kari to the party without an address, which stands for Nav.
async fn send(console: &Console, reference: &str) -> DeliveryId {
    let body = json!({"status": "DELTAR", "activity": CONTENT, "concern": "Trenger mer tid"});
    let mut message = draft(reference, reference, READER, "progress-update", body);
    message["participant"]["name"] = "Snill <b>Tester".into();
    console.test.deliver(&message).await
}

async fn hub() -> Console {
    let console = Console::new().await;
    console.test.adapters.enter_by_hand();
    console
}

fn to(delivery: DeliveryId) -> String {
    address::entry(&delivery.to_string())
}

async fn act(browser: &mut Browser<'_>, delivery: DeliveryId, what: &str, fields: &[(&str, &str)]) -> Seen {
    let to = address::entry_act(&delivery.to_string(), what);
    browser.act(&to, fields).await
}

/// Returns the address of the first link of a page that begins so.
fn link(page: &Seen, begins: &str) -> String {
    let rest = page.between(&format!("href=\"{begins}"), "\"");
    format!("{begins}{rest}")
}

async fn sees_nothing(browser: &mut Browser<'_>, delivery: DeliveryId) {
    let page = browser.get(&to(delivery)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        !page.html.contains(ESCAPED) && !page.html.contains("Snill"),
        "{}",
        page.html
    );
    let said = act(browser, delivery, "entered", &[("how", "entered"), ("knows", "1")]).await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
    let answer = [("said", "approved"), ("on", "2026-09-20")];
    let said = act(browser, delivery, "answer", &answer).await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
    let list = browser.get(address::ENTRIES).await;
    assert!(!list.html.contains(&to(delivery)));
}

/// The steps from the inbox on, each a click: the list, the delivery, and "entered".
#[tokio::test]
async fn the_job_coach_enters_at_nav_in_three_clicks() {
    let console = hub().await;
    let delivery = send(&console, "p-1").await;
    let mut people = people(&console).await;
    let mut clicks = 0;
    let mut click = async |to: &str| {
        clicks += 1;
        people.blid.get(to).await
    };
    let inbox = click(address::MAILBOX).await;
    assert!(
        inbox.html.contains("Én melding skal legges inn hos Nav"),
        "{}",
        inbox.html
    );
    let list = click(&link(&inbox, address::ENTRIES)).await;
    assert!(
        list.html.contains("Snill &#60;b&#62;Tester") && !list.html.contains("tirsdag") && !list.html.contains(KARI),
        "a list has no content and no number: {}",
        list.html
    );
    assert_eq!(console.test.state(delivery).await, "waiting", "a list takes nothing");
    let page = click(&link(&list, &format!("{}/", address::ENTRIES))).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(page.between("<title>", "</title>"), "Fremdrift i tiltaket – Bindeledd");
    // Field by field in the document's order, to select without script and to copy with it.
    let places = ["Deltar", ESCAPED, "Trenger mer tid"].map(|value| {
        let field = format!("readonly value=\"{value}\"");
        let at = page.html.find(&field);
        let at = at.unwrap_or_else(|| panic!("{field}: {}", page.html));
        let id = page.html[..at]
            .rsplit("id=\"")
            .next()
            .and_then(|rest| rest.split('"').next());
        let copies = format!("data-copy=\"{}\"", id.unwrap());
        assert!(page.html.contains(&copies), "{value}: {}", page.html);
        at
    });
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.html.contains("Deltakeren ser også begrunnelsen.") && page.html.contains("<li>Velg «Nytt».</li>"));
    assert_eq!(console.test.state(delivery).await, "with-a-person");
    for browser in [&mut people.leader, &mut people.varm.1] {
        sees_nothing(browser, delivery).await;
    }
    clicks += 1;
    for _ in 0..2 {
        // A double click.
        let done = act(&mut people.blid, delivery, "entered", &[("how", "entered")]).await;
        assert_eq!(done.to(), to(delivery));
    }
    assert_eq!(clicks, 1 + 3, "the inbox, and three clicks");
    assert_eq!(console.test.state(delivery).await, "delivered");
    let done = people.blid.get(&to(delivery)).await;
    assert!(
        done.html.contains("Lagt inn av Kari") && !done.html.contains("tirsdag"),
        "{}",
        done.html
    );
    for (action, times) in [("entry-read", 1), ("entered", 1), ("inbox-read", 0)] {
        assert_eq!(console.test.audited(action).await, times, "{action}");
    }
    let inbox = people.blid.get(address::MAILBOX).await;
    assert!(
        !inbox.html.contains(address::ENTRIES),
        "nothing is to enter: {}",
        inbox.html
    );
}

#[tokio::test]
async fn navs_answer_is_entered_by_hand_and_the_second_person_is_told() {
    let console = hub().await;
    let delivery = send(&console, "p-1").await;
    let mut people = people(&console).await;
    let until = console.now().checked_add(jiff::SignedDuration::from_hours(24)).unwrap();
    let person = people.varm.0;
    change(&console, Change::StandIn { person, until }).await;
    people.blid.get(&to(delivery)).await;
    let early = [("said", "approved"), ("on", "2026-09-20")];
    let early = act(&mut people.blid, delivery, "answer", &early).await;
    assert_eq!(early.status, StatusCode::NOT_FOUND, "it is not entered");
    act(&mut people.blid, delivery, "entered", &[("how", "entered")])
        .await
        .to();
    let page = people.varm.1.get(&to(delivery)).await;
    let today = console.now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    for (typed, faults) in [
        (&[("on", today.as_str())][..], &["said-error"][..]),
        (&[("words", "x")], &["said-error", "on-error"]),
        (&[("said", "rejected"), ("on", &today)], &["words-error"]),
        (&[("said", "approved"), ("on", "2027-01-01")], &["on-error"]),
        (
            &[("said", "rejected"), ("on", &today), ("words", "Diagnose F32.1")],
            &["words-error"],
        ),
    ] {
        let wrong = act(&mut people.blid, delivery, "answer", typed).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed:?}");
        assert!(
            faults.iter().all(|fault| wrong.html.contains(fault)),
            "{typed:?}: {}",
            wrong.html
        );
    }
    let rejected = [("said", "rejected"), ("on", today.as_str()), ("words", WORDS)];
    for _ in 0..2 {
        assert_eq!(
            act(&mut people.blid, delivery, "answer", &rejected).await.to(),
            to(delivery)
        );
    }
    assert_eq!(console.test.audited("entry-answered").await, 1, "a second click");
    assert_eq!(console.test.state(delivery).await, "delivered", "nothing is decided");
    let told = people.blid.get(&to(delivery)).await;
    assert!(
        told.html.contains("Nav svarte: avvist") && told.html.contains("lagt inn for hånd av Kari"),
        "{}",
        told.html
    );
    assert!(told.html.contains("Vedtaket &#60;i&#62;går&#60;/i&#62; til jul") && !told.html.contains(WORDS));
    // The stand-in has a page from before the answer.
    let seen = page.between("name=\"seen\" value=\"", "\"");
    let late = [("said", "approved"), ("on", today.as_str()), ("seen", seen.as_str())];
    let late = act(&mut people.varm.1, delivery, "answer", &late).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(
        late.html.contains("Noen andre var før deg") && late.html.contains("avvist"),
        "{}",
        late.html
    );
    // No operator sees Nav's words.
    let mut operator = console.signed_in("drift", &[Role::Operator]).await;
    let newest = MessageFilter {
        limit: 1,
        ..MessageFilter::default()
    };
    let found = console.test.engine().views().messages(&newest).await.unwrap();
    let message = found[0].id.to_string();
    let seen = operator.get(&address::message(&message)).await;
    assert!(
        seen.status == StatusCode::OK && !seen.html.contains("Vedtaket"),
        "{}",
        seen.html
    );
}

#[tokio::test]
async fn what_was_withdrawn_while_it_is_with_the_person_is_not_entered() {
    let console = hub().await;
    let (held, waits) = (send(&console, "p-1").await, send(&console, "p-2").await);
    let mut people = people(&console).await;
    assert!(people.blid.get(&to(held)).await.html.contains(ESCAPED));
    console.test.withdraw().await;
    let page = people.blid.get(&to(held)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.html.contains("Dette skal ikke legges inn") && !page.html.contains("tirsdag"),
        "{}",
        page.html
    );
    let missing = people.blid.get(&to(waits)).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let list = people.blid.get(address::ENTRIES).await;
    assert!(
        list.html.contains("Skal ikke legges inn") && !list.html.contains(&to(waits)),
        "{}",
        list.html
    );
    // The form of a page from before the withdrawal.
    let unknowing = act(&mut people.blid, held, "entered", &[("how", "entered")]).await;
    assert_eq!(unknowing.status, StatusCode::CONFLICT);
    assert!(
        unknowing.html.contains("Dette skal ikke legges inn"),
        "{}",
        unknowing.html
    );
    assert_eq!(console.test.state(held).await, "with-a-person");
    let done = act(
        &mut people.blid,
        held,
        "entered",
        &[("how", "not-possible"), ("knows", "1")],
    )
    .await;
    assert_eq!(done.to(), address::ENTRIES);
    assert_eq!(console.test.state(held).await, "failed");
    assert_eq!(console.test.audited("entry-read").await, 1);
}

#[tokio::test]
async fn a_receiver_with_persons_or_a_system_of_its_own_enters_itself() {
    let console = Console::new().await;
    let delivery = send(&console, "p-1").await;
    let mut people = people(&console).await;
    // The adapter writes no documents for entry by hand.
    sees_nothing(&mut people.blid, delivery).await;
    assert!(!people.blid.get(address::ENTRIES).await.html.contains("Snill"));
    console.test.adapters.enter_by_hand();
    assert!(people.blid.get(address::ENTRIES).await.html.contains(&to(delivery)));
    // A party with an address, to which the hub sends.
    let to_gp = console.test.deliver(&question("q-1", GP)).await;
    sees_nothing(&mut people.blid, to_gp).await;
    let own = Person {
        login: LoginName::parse("egen").unwrap(),
        name: DisplayName::parse("Egen Person").unwrap(),
        roles: Roles::of(&[Role::MailboxUser], Some(&PartyId::parse(READER).unwrap())).unwrap(),
        party: PartyId::parse(READER).ok(),
    };
    console
        .accounts
        .add(own, &Actor::Operator, console.now())
        .await
        .unwrap();
    sees_nothing(&mut people.blid, delivery).await;
    assert_eq!(console.test.state(delivery).await, "waiting");
}
