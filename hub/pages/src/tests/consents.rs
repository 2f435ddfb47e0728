//! Samtykker: pseudonyms and numbers, the circle, and a withdrawal on a participant's behalf.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_test_engine::{GP, KARI, PROVIDER};

use super::browser::Console;

const WHY: &str = "ringte i dag";

/// Returns the address of Kari's circle.
async fn circle(console: &Console) -> String {
    let mut browser = console.signed_in("finner", &[Role::Operator]).await;
    let page = browser.act(address::FIND_PERSON, &[("number", KARI)]).await;
    page.to().to_owned()
}

#[tokio::test]
async fn a_number_leads_to_the_pseudonym_and_is_never_shown() {
    let console = Console::new().await;
    let place = circle(&console).await;
    assert!(place.starts_with("/console/participants/") && !place.contains(KARI));
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    for (number, wrong) in [
        ("15720255179", "ikke et fødselsnummer"),
        ("31777207884", "Ingen deltaker"),
    ] {
        let page = browser.act(address::FIND_PERSON, &[("number", number)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            page.html.contains(wrong) && !page.html.contains(number),
            "{}",
            page.html
        );
    }
    // A number in the field of pseudonyms does not come back either.
    let page = browser.get(&format!("/console/participants?reference={KARI}")).await;
    assert_eq!(page.to(), address::FIND_PERSON, "the number leaves the address");
    let page = browser.get("/console/participants?reference=p-%3F").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("value=\"p-?\"") && page.html.contains("reference-error"));
}

#[tokio::test]
async fn a_strange_pseudonym_has_no_circle() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    for id in ["x", "00000000-0000-4000-8000-000000000009", "%3Cb%3E"] {
        let page = browser.get(&format!("/console/participants/{id}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
        let page = browser
            .act(&format!("/console/participants/{id}/withdraw"), &[("scope", "all")])
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn a_circle_has_numbers_and_a_decision_to_try() {
    let console = Console::new().await;
    let place = circle(&console).await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let page = browser.get(&place).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("<svg viewBox=\"0 0 640 540\"") && page.html.contains("class=\"no-b\">1<"));
    assert!(!page.html.contains("/withdraw"), "a viewer withdraws nothing");
    let page = browser
        .get(&format!("{place}?from={PROVIDER}&to={GP}&about=progress"))
        .await;
    assert!(page.html.contains("Ja, alt dette kan sendes"), "{}", page.html);
    let page = browser.get(&format!("{place}?from={GP}&to={GP}&about=progress")).await;
    assert!(
        page.html.contains("Nei: ingen tillatelse mellom disse to"),
        "{}",
        page.html
    );
    let page = browser.get(&format!("{place}?from=ukjent&to={GP}&about=x")).await;
    assert!(page.html.contains("from-error") && page.html.contains("about-error"));
}

#[tokio::test]
async fn a_withdrawal_shows_its_effect_first_and_a_second_click_ends_nothing_more() {
    let console = Console::new().await;
    let path = format!("{}/withdraw", circle(&console).await);
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    assert_eq!(viewer.get(&path).await.status, StatusCode::FORBIDDEN);
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    assert!(browser.get(&path).await.html.contains("Hva skal trekkes?"));
    let page = browser.get(&format!("{path}?scope=party&party=ukjent")).await;
    assert!(page.html.contains("party-error"), "{}", page.html);
    let page = browser.get(&format!("{path}?scope=party&party={GP}")).await;
    assert!(page.html.contains("Dette skjer hvis du trekker"), "{}", page.html);
    assert_eq!(
        console.test.audited("consent-withdrawn").await,
        0,
        "a preview writes nothing"
    );
    let fields = [("scope", "party"), ("party", GP)];
    let page = browser.act(&path, &fields).await;
    assert!(page.html.contains("why-error"), "{}", page.html);
    let fields = [("scope", "party"), ("party", GP), ("why", WHY)];
    let page = browser.act(&path, &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("slutter å gjelde"), "{}", page.html);
    let page = browser.act(&path, &fields).await;
    assert!(!page.html.contains("slutter å gjelde"), "nothing is left to end");
    assert_eq!(console.test.audited("consent-withdrawn").await, 1);
    let rows = console.test.audit().await;
    let row = rows.iter().find(|row| row.action == "consent-withdrawn").unwrap();
    assert!(
        row.detail.contains(WHY) && row.actor.starts_with("person:"),
        "{}",
        row.detail
    );
}
