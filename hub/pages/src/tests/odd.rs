//! Odd input: what is not understood is refused or told, and never passed over.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::{AlertId, PartyId};
use bindeledd_test_engine::{GP, KARI, PROVIDER};
use uuid::Uuid;

use super::alerts::expiring;
use super::browser::Console;
use super::messages::waiting;

/// Returns a number in the usual spelling of dates and serial numbers.
fn grouped(number: &str) -> String {
    format!("{}%20{}", &number[..6], &number[6..])
}

#[tokio::test]
async fn a_new_party_has_texts_as_the_api_takes_them_and_settings_without_a_name_twice() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let long = "x".repeat(501);
    let wrong = [
        ("id", "ny-aktor"),
        ("name", "Ny\u{202e}rotka"),
        ("kind", "gp"),
        ("label", "to\nlinjer"),
        ("phone", long.as_str()),
        ("public-phone", "22\u{200b}33"),
        ("adapter", "obedient"),
        ("address", "https://ny.example"),
        ("settings", "{\"a\": 1, \"a\": 2}"),
    ];
    let page = browser.act(address::NEW_PARTY, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["name", "label", "phone", "public-phone", "settings"] {
        assert!(page.html.contains(&format!("{field}-error")), "{field}: {}", page.html);
    }
    let directory = console.test.engine().directory();
    assert!(directory.get(&PartyId::parse("ny-aktor").unwrap()).is_none());
}

#[tokio::test]
async fn a_number_that_another_party_has_is_told_where_it_was_typed() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let numbers = [("kind", "gp"), ("her-id", "8142952"), ("org-number", "974760673")];
    let first = [("id", "en-aktor"), ("name", "En"), numbers[0], numbers[1], numbers[2]];
    assert_eq!(
        browser.act(address::NEW_PARTY, &first).await.to(),
        address::party("en-aktor")
    );
    let second = [("id", "to-aktor"), ("name", "To"), numbers[0], numbers[1], numbers[2]];
    let page = browser.act(address::NEW_PARTY, &second).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["her-id-error", "org-number-error"] {
        assert!(page.html.contains(field), "{field}: {}", page.html);
    }
    assert!(!page.html.contains("adapter-error"));
}

#[tokio::test]
async fn an_identity_number_leaves_the_address_however_it_is_spelt() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator, Role::Auditor]).await;
    for typed in [
        grouped(KARI),
        format!("Kari%20{KARI}"),
        grouped(KARI).replace("%20", "-"),
    ] {
        for path in ["/console/messages?q=", "/console/participants?reference="] {
            let page = browser.get(&format!("{path}{typed}")).await;
            assert_eq!(page.to(), address::FIND_PERSON, "{path}{typed}");
        }
        // No field of another page is for such a number, and the page forgets it.
        for (path, to) in [
            ("/console/messages?participant=", address::FIND_PERSON),
            ("/console/messages/causes?party=", address::CAUSES),
            ("/console/parties?q=", address::PARTIES),
            ("/console/log?participant=", address::LOG),
            ("/console/log/proof?delivery=", address::LOG),
        ] {
            let page = browser.get(&format!("{path}{typed}")).await;
            assert_eq!(page.to(), to, "{path}{typed}");
        }
    }
}

#[tokio::test]
async fn a_pause_ends_at_a_time_of_day_in_norway_and_no_zone_is_lost() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let path = format!("/console/parties/{GP}/pause");
    for until in ["2999-10-07T06:00+05:00", "2999-10-07", "2999-10-07T06:00[Asia/Tokyo]"] {
        let page = browser.act(&path, &[("why", "de flytter"), ("until", until)]).await;
        assert!(page.html.contains("until-error"), "{until}");
    }
    for why in ["to\nlinjer", "feil\u{202e} linje", &format!("ringte {KARI}")] {
        let page = browser.act(&path, &[("why", why)]).await;
        assert!(page.html.contains("why-error"), "{why}");
    }
    let twice = [("why", "de flytter"), ("why", "noe annet")];
    assert!(browser.act(&path, &twice).await.html.contains("why-error"));
    assert_eq!(console.test.audited("party-paused").await, 0);
    let page = browser
        .act(&path, &[("why", "de flytter"), ("until", "2999-10-07T06:00")])
        .await;
    assert_eq!(page.to(), address::party(GP));
}

#[tokio::test]
async fn a_withdrawal_of_a_category_that_does_not_exist_is_not_one_of_all() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let place = browser
        .act(address::FIND_PERSON, &[("number", KARI)])
        .await
        .to()
        .to_owned();
    let path = format!("{place}/withdraw");
    let pair = format!("{PROVIDER} {GP}");
    let page = browser
        .get(&format!(
            "{path}?scope=pair&pair={}&only=finnes-ikke",
            address::segment(&pair)
        ))
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.html);
    let fields = [
        ("scope", "pair"),
        ("pair", pair.as_str()),
        ("only", "x"),
        ("why", "ringte i dag"),
    ];
    assert_eq!(browser.act(&path, &fields).await.status, StatusCode::FORBIDDEN);
    assert_eq!(console.test.audited("consent-withdrawn").await, 0);
    let page = browser.get(&format!("{place}?from={PROVIDER}&to={GP}&about=x")).await;
    assert!(
        page.html.contains("about-error") && page.html.contains("Velg en kategori"),
        "{}",
        page.html
    );
}

#[tokio::test]
async fn what_a_list_shows_by_a_reference_is_what_a_retry_previews() {
    let console = Console::new().await;
    waiting(&console, "r-1").await;
    waiting(&console, "r-2").await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let page = browser.get("/console/messages/retry?q=r-1&state=waiting").await;
    assert!(page.html.contains("name=\"token\""), "{}", page.html);
    let all = browser.get("/console/messages/retry?state=waiting").await;
    let links = |html: &str| html.matches("/console/messages/01").count();
    assert!(0 < links(&page.html) && links(&page.html) < links(&all.html));
}

#[tokio::test]
async fn a_page_of_alerts_that_nobody_links_to_does_not_exist() {
    let console = Console::new().await;
    for n in 1..=60_u128 {
        expiring(&console, n).await;
    }
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    for strange in ["?state=finnes-ikke", "?before=x"] {
        let page = browser.get(&format!("{}{strange}", address::HUB)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{strange}");
    }
    // The fault of an old alert's closing stands by that alert, however many are newer.
    let old = AlertId(Uuid::from_u128(1)).to_string();
    let page = browser
        .act(&format!("{}/close", address::alert(&old)), &[("word", " ")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains(&format!("error-{old}")), "{}", page.html);
    let gone = AlertId(Uuid::from_u128(1000)).to_string();
    let page = browser
        .act(&format!("{}/close", address::alert(&gone)), &[("word", " ")])
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/console/help/bl-2003").await.status, StatusCode::OK);
    for from in ["x", "%2B5", "-1"] {
        let page = browser.get(&format!("/console/parties?from={from}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{from}");
    }
}

/// A fault of the request is never told as a fault of the hub.
#[tokio::test]
async fn a_request_that_can_not_be_taken_is_not_told_as_a_fault_of_the_hub() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let large = "x".repeat(300 * 1024);
    let page = browser.act(address::NEW_PARTY, &[("name", large.as_str())]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(page.html.contains("Dette kan ikke gjøres nå"), "{}", page.html);
}
