//! Grants that await a confirmation: where they are listed, and their confirmation with evidence.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::alert::AlertKind;
use bindeledd_core::{Category, MessageId};
use bindeledd_engine::ports::Actor;
use bindeledd_test_engine::{PROVIDER, READER, SPECIALIST, consent, party_id, progress};

use super::browser::Console;

const PLACE: &str = "arkiv 2026/114 <b>";
const DIGEST: &str = "9f2c51aa0b7e11de9f2c51aa0b7e11de9f2c51aa0b7e11de9f2c51aa0b7e11de";

/// Registers grants of the specialist that await it, to two parties, and lets it send. Returns the address of the
/// confirmation, and the blocked message.
async fn waiting(console: &Console) -> (String, MessageId) {
    let all = [
        Category::Progress,
        Category::Goals,
        Category::Meeting,
        Category::Dialogue,
    ];
    let mut new = consent(50, SPECIALIST, PROVIDER, &all);
    let mut other = new.grants[0].clone();
    other.to = party_id(READER);
    new.grants.push(other);
    let id = new.id.to_string();
    let registrar = Actor::Party(party_id(PROVIDER));
    console.test.engine().register_consent(new, &registrar).await.unwrap();
    let sent = console
        .test
        .try_accept(SPECIALIST, &progress("r-1", "c-1", PROVIDER))
        .await
        .unwrap();
    let path = address::confirmation(&console.test.kari.to_string(), &id, 0);
    (path, sent.id)
}

fn circle(console: &Console) -> String {
    address::participant(&console.test.kari.to_string())
}

#[tokio::test]
async fn a_grant_that_waits_is_listed_with_its_sender_its_time_and_its_blocked_message() {
    let console = Console::new().await;
    let (path, message) = waiting(&console).await;
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    for page in [address::PARTICIPANTS.to_owned(), circle(&console)] {
        let seen = operator.get(&page).await.html;
        for part in [
            "Navnet til nordvik-dps må bekrefte",
            &address::message(&message.to_string()),
            &format!("href=\"{path}\""),
        ] {
            assert!(seen.contains(part), "{page}: {part}: {seen}");
        }
        let seen = viewer.get(&page).await.html;
        assert!(
            seen.contains("må bekrefte") && !seen.contains("/confirm"),
            "{page}: {seen}"
        );
    }
    operator.language = "en";
    let seen = operator.get(address::PARTICIPANTS).await.html;
    assert!(seen.contains("Navnet til nordvik-dps must confirm"), "{seen}");
    // The message is a matter, whose next step is the circle.
    let now = viewer.get(address::NOW).await.html;
    assert!(now.contains(&format!("href=\"{}\"", circle(&console))), "{now}");
    assert!(now.contains("<span>Navnet til nordvik-dps</span>"), "{now}");
}

#[tokio::test]
async fn an_operator_confirms_with_evidence_and_a_second_click_does_nothing_twice() {
    let console = Console::new().await;
    let (path, message) = waiting(&console).await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let page = browser.get(&path).await;
    assert!(page.html.contains(&message.to_string()), "{}", page.html);
    assert!(page.html.contains("Bare det som går til Navnet til nordvik-aft"));

    let wrong = [
        ("kind", "rykte"),
        ("place", "Ola 15720255178"),
        ("digest", "9F2C"),
        ("scope", "all"),
    ];
    let page = browser.act(&path, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["kind", "place", "digest"] {
        assert!(
            page.html.contains(&format!("id=\"{field}-error\"")),
            "{field}: {}",
            page.html
        );
        assert!(page.html.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert!(page.html.contains("value=\"9F2C\"") && page.html.contains("value=\"all\" checked"));
    for place in ["", "   ", "en\u{202e}mappe", "a\nb", &"x".repeat(501)] {
        let page = browser.act(&path, &[("kind", "letter"), ("place", place)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{place}");
        assert!(
            page.html.contains("value=\"letter\" checked"),
            "what was chosen is kept"
        );
    }
    assert_eq!(console.test.audited("consent-confirmed").await, 0);

    let digest = DIGEST.to_uppercase();
    let right = [("kind", "letter"), ("place", PLACE), ("digest", digest.as_str())];
    for _ in 0..2 {
        assert_eq!(browser.act(&path, &right).await.to(), path);
    }
    let rows = console.test.audit().await;
    let rows: Vec<_> = rows.iter().filter(|row| row.action == "consent-confirmed").collect();
    let [row] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(row.actor.starts_with("person:"), "{}", row.actor);
    assert!(
        row.detail.contains("\"evidence\":\"letter\"") && !row.detail.contains("arkiv"),
        "{}",
        row.detail
    );
    let page = browser.get(&path).await;
    assert!(page.html.contains("Tillatelsen er bekreftet"), "{}", page.html);
    assert!(
        page.html.contains("Bekreftet av Kari &#60;b&#62;Nordmann"),
        "{}",
        page.html
    );
    assert!(page.html.contains("Brev") && page.html.contains("sha256 9f2c51aa0b7e"));
    assert!(!page.html.contains("arkiv 2026"), "the place may name a person");
    let to_blocked = address::blocked_of(&console.test.kari.to_string());
    assert!(page.html.contains(&to_blocked.replace('&', "&#38;")), "{}", page.html);
    assert!(browser.get(&to_blocked).await.html.contains(&message.to_string()));
    // Only the grant to this receiver was confirmed, and its alert is over.
    let list = browser.get(address::PARTICIPANTS).await.html;
    assert!(
        list.contains("Navnet til fontenehuset") && !list.contains(&path),
        "{list}"
    );
    let counts = console.test.engine().views().alert_counts().await.unwrap();
    assert_eq!(counts.open_now + counts.open_can_wait, 0);

    // Other words for what is done already: somebody else was first.
    let page = browser.act(&path, &[("kind", "meeting"), ("place", "sak 2")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("Noen andre var før deg"), "{}", page.html);
    let page = browser.act(&path, &[]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(console.test.audited("consent-confirmed").await, 1);
}

#[tokio::test]
async fn the_senders_word_can_cover_every_receiver_of_the_consent() {
    let console = Console::new().await;
    let (path, _) = waiting(&console).await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let fields = [("kind", "agreement"), ("place", "sak 7"), ("scope", "all")];
    assert_eq!(browser.act(&path, &fields).await.to(), path);
    assert!(
        browser
            .get(address::PARTICIPANTS)
            .await
            .html
            .contains("Ingen tillatelse venter")
    );
    let rows = console.test.audit().await;
    let row = rows.iter().find(|row| row.action == "consent-confirmed").unwrap();
    assert!(row.detail.contains("\"grants\":2"), "{}", row.detail);
}

#[tokio::test]
async fn nothing_is_confirmed_that_does_not_wait_or_by_somebody_without_the_right() {
    let console = Console::new().await;
    let (path, _) = waiting(&console).await;
    let right = [("kind", "letter"), ("place", "sak 7")];
    for role in [Role::Viewer, Role::Auditor, Role::Administrator] {
        let mut other = console.signed_in(role.code(), &[role]).await;
        assert_eq!(other.get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.act(&path, &right).await.status, StatusCode::FORBIDDEN);
    }
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let strange = [
        path.replace("/0/confirm", "/9/confirm"),
        path.replace("/0/confirm", "/-1/confirm"),
        path.replace("/grants/", "/grants/x"),
        path.replace(&console.test.kari.to_string(), "00000000-0000-4000-8000-000000000009"),
    ];
    for path in strange {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(browser.act(&path, &right).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // The participant withdraws while the form is open.
    console.test.withdraw().await;
    let page = browser.act(&path, &right).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.html.contains("Noen andre var før deg") && page.html.contains("Trukket"),
        "{}",
        page.html
    );
    assert_eq!(browser.get(&path).await.to(), circle(&console));
    assert_eq!(console.test.audited("consent-confirmed").await, 0);
    assert_eq!(
        console
            .test
            .alerts(None)
            .await
            .iter()
            .filter(|(kind, _)| *kind == AlertKind::GrantAwaits)
            .count(),
        1
    );
}
