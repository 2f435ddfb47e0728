//! Aktører: strange ids, second clicks, somebody else first, and persons without the right.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_engine::ports::{Actor, PartyAct};
use bindeledd_test_engine::{GP, PROVIDER};

use super::browser::Console;

const WHY: &str = "de flytter tjeneren";

#[tokio::test]
async fn a_list_says_what_it_did_not_understand_and_shows_everything() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let page = browser.get("/console/parties?kind=finnes-ikke&state=x&q=").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.html.contains("Filteret «finnes-ikke» ble ikke forstått"),
        "{}",
        page.html
    );
    assert!(page.html.contains("Navnet til fjellvik-legekontor"));
    let page = browser.get("/console/parties?q=fjellvik&kind=gp").await;
    assert!(page.html.contains("Navnet til fjellvik-legekontor") && !page.html.contains("Navnet til nordvik-aft"));
    let page = browser.get("/console/parties?q=%3Cb%3E").await;
    assert!(page.html.contains("value=\"&#60;b&#62;\""), "what was typed is kept");
    assert!(!page.html.contains("/console/parties/new"), "a viewer adds nobody");
}

#[tokio::test]
async fn a_strange_party_has_no_page_and_no_act() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    for id in ["ingen-slik", "..%2F..", "%3Cscript%3E", "A"] {
        for what in ["", "/pause", "/suspend", "/keys/new", "/keys/0123456789abcdef/revoke"] {
            let page = browser.get(&format!("/console/parties/{id}{what}")).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}{what}");
        }
        let page = browser
            .act(&format!("/console/parties/{id}/pause"), &[("why", WHY)])
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
    }
    let page = browser
        .get(&format!("/console/parties/{GP}/keys/0123456789abcdef/revoke"))
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "the party has no such key");
}

#[tokio::test]
async fn a_pause_says_who_and_why_and_a_second_click_does_nothing() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let path = format!("/console/parties/{GP}/pause");
    let page = browser.act(&path, &[("why", "x"), ("until", "i går")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("why-error") && page.html.contains("until-error"));
    assert!(page.html.contains("value=\"i går\""), "what was typed is kept");
    assert_eq!(console.test.audited("party-paused").await, 0);

    let page = browser.act(&path, &[("why", WHY)]).await;
    assert_eq!(page.to(), address::party(GP));
    let page = browser.get(&address::party(GP)).await;
    assert!(
        page.html.contains("På pause") && page.html.contains(WHY),
        "{}",
        page.html
    );
    assert!(page.html.contains("Kari &#60;b&#62;Nordmann"), "who paused it");

    let page = browser.act(&path, &[("why", WHY)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("Ingenting mer er gjort"));
    assert_eq!(console.test.audited("party-paused").await, 1);
    // A page that asks for what is done already leads to the party.
    assert_eq!(browser.get(&path).await.to(), address::party(GP));

    let page = browser
        .act(&format!("/console/parties/{GP}/resume"), &[("why", WHY)])
        .await;
    assert_eq!(page.to(), address::party(GP));
    assert_eq!(console.test.audited("party-resumed").await, 1);
}

#[tokio::test]
async fn somebody_else_was_first() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let party = console.test.party(GP);
    let engine = console.test.engine();
    engine
        .act_on_party(&party, &PartyAct::Suspend, "tyveri", &Actor::Operator)
        .await
        .unwrap();
    let page = browser
        .act(&format!("/console/parties/{GP}/suspend"), &[("why", WHY)])
        .await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("Noen var før deg") && page.html.contains("Sperret"));
    assert_eq!(console.test.audited("party-suspended").await, 1);
}

#[tokio::test]
async fn a_key_is_shown_once_and_made_once() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let path = format!("/console/parties/{PROVIDER}/keys/new");
    let once = browser.get(&path).await.between("name=\"once\" value=\"", "\"");
    let fields = [("why", WHY), ("once", once.as_str())];
    let page = browser.act(&path, &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    let key = page.between("data-key-once>", "<");
    assert!(key.len() > 20);
    let id = page.between("<dd class=\"mono\">", "<");
    let page = browser.act(&path, &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "a second click makes no second key");
    assert!(!page.html.contains(&key) && page.html.contains(&id));
    assert_eq!(console.test.audited("key-added").await, 1);

    let path = format!("/console/parties/{PROVIDER}/keys/{id}/revoke");
    let page = browser.get(&path).await;
    assert!(page.html.contains("Det er den siste nøkkelen"), "{}", page.html);
    assert_eq!(browser.act(&path, &[("why", WHY)]).await.to(), address::party(PROVIDER));
    assert_eq!(console.test.audited("key-revoked").await, 1);
}

#[tokio::test]
async fn a_test_shows_each_step() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let path = address::party(GP);
    assert_eq!(browser.act(&format!("{path}/test"), &[]).await.to(), path);
    let page = console.signed_in("kari", &[Role::Viewer]).await.get(&path).await;
    assert!(page.html.contains("Oppsettet mot adapteren") && page.html.contains("Tjenesten"));
}

#[tokio::test]
async fn a_new_party_keeps_what_was_typed_until_it_is_right() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let wrong = [
        ("id", "Stor Id"),
        ("name", "<b>Ny</b>"),
        ("kind", "gp"),
        ("org-number", "12"),
        ("address", "ftp"),
    ];
    let page = browser.act(address::NEW_PARTY, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["id-error", "org-number-error", "address-error", "adapter-error"] {
        assert!(page.html.contains(field), "{field}: {}", page.html);
    }
    assert!(page.html.contains("value=\"&#60;b&#62;Ny&#60;/b&#62;\""));
    let right = [("id", "ny-aktor"), ("name", "Ny aktør"), ("kind", "gp")];
    assert_eq!(
        browser.act(address::NEW_PARTY, &right).await.to(),
        address::party("ny-aktor")
    );
    let page = browser.act(address::NEW_PARTY, &right).await;
    assert!(
        page.html.contains("En annen aktør har denne id-en"),
        "a second click adds nothing"
    );
}

#[tokio::test]
async fn an_administrator_sees_a_party_and_does_not_act_on_it() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Administrator]).await;
    let page = browser.get(&address::party(GP)).await;
    assert_eq!(page.status, StatusCode::OK);
    for what in ["/pause", "/suspend", "/keys/new", "/test"] {
        assert!(!page.html.contains(&format!("/console/parties/{GP}{what}")), "{what}");
    }
    let page = browser
        .act(&format!("/console/parties/{GP}/pause"), &[("why", WHY)])
        .await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert_eq!(console.test.audited("party-paused").await, 0);
}
