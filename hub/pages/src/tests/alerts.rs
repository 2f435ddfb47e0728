//! The alerts: who acts, and what stands afterwards.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::AlertId;
use bindeledd_core::account::Role;
use bindeledd_core::alert::{Alert, AlertEvent, AlertKind, AlertState, ClosingWord};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_test_engine::{MAILBOX, question};

use uuid::Uuid;

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

/// Raises an alert about a certificate.
pub(super) async fn expiring(console: &Console, n: u128) -> AlertId {
    let engine = console.test.engine();
    let alert = Alert {
        id: AlertId(Uuid::from_u128(n)),
        kind: AlertKind::CertificateExpiring,
        raised_at: engine.now(),
        participant: None,
        message: None,
        delivery: None,
        party: None,
        code: Some(format!("BL-6014 certificate-{n}")),
        times: 1,
        last_at: engine.now(),
        ended_at: None,
        state: AlertState::Open,
    };
    let detail = serde_json::json!({});
    engine.raise(&alert, AuditAction::AlertRaised, &detail).await.unwrap();
    alert.id
}

#[tokio::test]
async fn the_address_of_a_push_leads_to_the_alert_however_many_are_newer() {
    let console = Console::new().await;
    let engine = console.test.engine();
    let first = expiring(&console, 1).await;
    for n in 2..=60 {
        expiring(&console, n).await;
    }
    let mut kari = console.signed_in("kari", &[Role::Viewer]).await;
    let at = address::alert(&first.to_string());
    let place = format!("id=\"{}\"", address::alert_row(&first.to_string()));
    let mut leads = async |standing: &str| {
        let to = kari.get(&at).await.to().to_owned();
        assert!(to.starts_with(&format!("/console/hub?state={standing}&")), "{to}");
        let (list, row) = to.split_once('#').unwrap();
        assert_eq!(row, address::alert_row(&first.to_string()));
        let page = kari.get(list).await.html;
        assert!(page.contains(&place), "{page}");
    };
    leads("open").await;
    engine
        .act_on_alert(first, &AlertEvent::Take, &Actor::Operator)
        .await
        .unwrap();
    leads("taken").await;
    let nowhere = address::alert(&Uuid::from_u128(99).to_string());
    assert_eq!(kari.get(&nowhere).await.status, StatusCode::NOT_FOUND);
    // A person who is not signed in comes to the alert after that.
    let seen = console.browser().get(&at).await;
    assert_eq!(seen.to(), format!("/console/sign-in?to={}", address::segment(&at)));
}

#[tokio::test]
async fn an_open_alert_is_found_behind_many_closed_ones() {
    let console = Console::new().await;
    let engine = console.test.engine();
    let raise = async |n: u128| expiring(&console, n).await;
    raise(1).await;
    let close = AlertEvent::Close(ClosingWord::parse("sett på").unwrap());
    for n in 2..=501 {
        let id = raise(n).await;
        engine.act_on_alert(id, &close, &Actor::Operator).await.unwrap();
    }
    let mut kari = console.signed_in("kari", &[Role::Viewer]).await;
    let page = kari.get(address::NOW).await;
    assert!(page.html.contains("1 sak trenger deg"), "{}", page.html);
    let count = "class=\"count\">1<";
    assert!(page.html.contains(count) && kari.get(address::MESSAGES).await.html.contains(count));
}
