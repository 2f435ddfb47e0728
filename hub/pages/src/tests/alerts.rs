//! The alerts: who acts, and what stands afterwards.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::alert::AlertKind;
use bindeledd_test_engine::{MAILBOX, question};

use super::browser::Console;

#[tokio::test]
async fn an_alert_is_taken_closed_with_a_word_and_opened_again() {
    let console = Console::new().await;
    for n in 0..6 {
        console.test.accept(&question(&format!("r-{n}"), MAILBOX)).await;
    }
    console.test.until_alert(AlertKind::RepeatedBlocks).await;
    let mut kari = console.signed_in("kari", &[Role::Operator]).await;
    let mut ola = console.signed_in("ola", &[Role::Operator]).await;
    let mut viewer = console.signed_in("siv", &[Role::Viewer]).await;
    let page = kari.get(address::HUB).await;
    let id = page.between("/console/hub/alerts/", "/take");
    let act = |act: &str| format!("{}/{act}", address::alert(&id));
    assert!(
        !viewer.get(address::HUB).await.html.contains("/take"),
        "a viewer has no buttons"
    );
    assert_eq!(viewer.act(&act("take"), &[]).await.status, StatusCode::FORBIDDEN);

    assert_eq!(kari.act(&act("take"), &[]).await.to(), "/console/hub?state=taken");
    assert_eq!(
        kari.act(&act("take"), &[]).await.to(),
        "/console/hub?state=taken",
        "a second click"
    );
    let late = ola.act(&act("take"), &[]).await;
    assert_eq!(late.to(), "/console/hub?state=taken&first=1");
    assert!(ola.get(late.to()).await.html.contains("Noen andre var før deg"));
    let page = kari.act(&act("close"), &[("word", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains(&format!("error-{id}")), "{}", page.html);
    let closed = kari.act(&act("close"), &[("word", "ringte <b>mottakeren</b>")]).await;
    assert_eq!(closed.to(), "/console/hub?state=closed");
    let page = kari.get(closed.to()).await;
    assert!(page.html.contains("ringte &#60;b&#62;mottakeren"), "{}", page.html);
    assert!(!kari.get(address::NOW).await.html.contains("Trenger et menneske"));
    assert_eq!(kari.act(&act("reopen"), &[]).await.to(), "/console/hub?state=open");
    assert_eq!(
        kari.act("/console/hub/alerts/x/take", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}
