//! The first page.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_engine::ports::Actor;
use bindeledd_test_engine::{GP, PROVIDER, progress};

use super::browser::Console;

#[tokio::test]
async fn the_account_of_the_day_adds_up() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let page = browser.get(address::NOW).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Kom i gang") && page.html.contains("0 leveranser i dag"));

    let delivery = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(delivery, "delivered").await;
    let page = browser.get(address::NOW).await;
    assert!(
        page.html.contains("1 leveranser i dag, og alle er gjort rede for"),
        "{}",
        page.html
    );
    assert!(!page.html.contains("Kom i gang"));
    browser.language = "en";
    assert!(browser.get(address::NOW).await.html.contains("1 deliveries today"));
}

#[tokio::test]
async fn acts_stand_with_the_person_who_did_them() {
    let console = Console::new().await;
    let (id, _) = console.account("ola", &[Role::Operator]).await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let party = console.test.party(PROVIDER);
    console
        .test
        .engine()
        .pause(&party, true, &Actor::Person(id))
        .await
        .unwrap();
    let page = browser.get(address::NOW).await;
    let act = page.between("Leveranser til en aktør ble satt på pause.", "</li>");
    assert!(act.contains("Kari &#60;b&#62;Nordmann"), "{act}");
    assert!(!page.html.contains("En person logget inn"), "a sign-in is no act");
}
