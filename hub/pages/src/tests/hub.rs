//! Drift: adapters and keys.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::AdapterId;
use bindeledd_core::account::Role;
use bindeledd_engine::AdapterUpload;
use bindeledd_engine::ports::{Actor, key_id};
use bindeledd_test_engine::PROVIDER;
use bindeledd_test_engine::versions::{CONFIGURED, digest_of};

use super::browser::Console;

#[tokio::test]
async fn the_navigation_leads_to_the_pages_that_the_person_may_open() {
    let console = Console::new().await;
    let mut viewer = console.signed_in("nora", &[Role::Viewer]).await;
    let page = viewer.get(address::HUB).await.html;
    assert!(
        page.contains(&format!("href=\"{}\"", address::ADAPTERS)) && page.contains("aria-current=\"page\">Varsler")
    );
    assert!(!page.contains(address::USERS));
    assert_eq!(viewer.get(address::USERS).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_adapter_shows_what_it_can_and_an_administrator_lets_it_work_again() {
    let console = Console::new().await;
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let page = kari.get(address::ADAPTERS).await.html;
    assert!(
        page.contains("obedient") && page.contains("0.1.0") && page.contains("Virker"),
        "{page}"
    );
    console.test.adapters.quarantine(true);
    let page = kari.get(address::ADAPTERS).await.html;
    assert!(page.contains("Satt til side"), "{page}");
    let reset = address::adapter_reset("obedient");
    assert_eq!(kari.act(&reset, &[]).await.to(), address::ADAPTERS);
    assert!(!kari.get(address::ADAPTERS).await.html.contains("Satt til side"));
    // A second click is harmless.
    assert_eq!(kari.act(&reset, &[]).await.to(), address::ADAPTERS);
    assert_eq!(
        kari.act(&address::adapter_reset("other"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    assert_eq!(operator.act(&reset, &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_administrator_takes_a_version_into_use_and_back_with_a_reason() {
    let (console, versions) = Console::that_switches().await;
    let upload = AdapterUpload {
        adapter: AdapterId::parse("obedient").unwrap(),
        bytes: vec![b'2'],
        signed_by: None,
        why: None,
    };
    let engine = console.test.engine();
    engine.install_adapter(upload, &Actor::Operator).await.unwrap();
    let mut kari = console.signed_in("kari", &[Role::Administrator]).await;
    let page = kari.get(address::ADAPTERS).await.html;
    assert!(
        page.contains("Venter på en tillatelse") && page.contains("credentials archive"),
        "{page}"
    );
    let digest = digest_of(b'2').to_string();
    let switch = address::adapter_use("obedient", &digest);
    let page = kari.get(&switch).await.html;
    assert!(
        page.contains("Dette blir også tillatt") && page.contains("credentials archive"),
        "{page}"
    );
    let fields = [("seen", "configured"), ("grant", "1"), ("why", "ok")];
    assert_eq!(
        kari.act(&switch, &fields).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(versions.now(), Some(CONFIGURED));
    let fields = [("seen", "configured"), ("grant", "1"), ("why", "et nytt skjema")];
    assert_eq!(kari.act(&switch, &fields).await.to(), address::ADAPTERS);
    assert_eq!(versions.now(), Some(digest_of(b'2')));
    let page = kari.get(address::ADAPTERS).await.html;
    assert!(
        page.contains("et nytt skjema") && page.contains("Ta tilbake forrige versjon"),
        "{page}"
    );
    // The version that this form saw is no longer in use.
    let back = address::adapter_back("obedient");
    let late = kari.act(&back, &fields).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.html.contains("Noen andre byttet først"), "{}", late.html);
    let seen = [("seen", digest.as_str()), ("why", "mottakerne avviser det")];
    assert_eq!(kari.act(&back, &seen).await.to(), address::ADAPTERS);
    assert_eq!(versions.now(), Some(CONFIGURED));
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    assert_eq!(operator.get(&switch).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        kari.get(&address::adapter_use("obedient", "configured2")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        kari.get(&address::adapter_back("other")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn keys_stand_by_id_and_age() {
    let console = Console::new().await;
    let party = console.test.party(PROVIDER);
    let key = [7; 32];
    console
        .test
        .engine()
        .put_key(&party, key, &Actor::Operator)
        .await
        .unwrap();
    let mut viewer = console.signed_in("nora", &[Role::Viewer]).await;
    let page = viewer.get(address::KEYS).await.html;
    assert!(
        page.contains(&key_id(&key)) && page.contains("Hovednøkler") && page.contains("versjon 1"),
        "{page}"
    );
}

#[tokio::test]
async fn settings_stand_with_their_origin() {
    let console = Console::new().await;
    let mut viewer = console.signed_in("nora", &[Role::Viewer]).await;
    let page = viewer.get(address::SETTINGS).await.html;
    let row = page.split("alerts.link").nth(1).unwrap();
    assert!(
        row.contains("&#60;b&#62;") && row.contains("Miljøet") && row.contains("BINDELEDD__ALERTS__LINK"),
        "{page}"
    );
    assert!(page.contains("store.retention_days") && page.contains("Filen"));
}

#[tokio::test]
async fn the_state_tells_the_second_place_and_that_backups_are_not_known() {
    let console = Console::new().await;
    let mut viewer = console.signed_in("nora", &[Role::Viewer]).await;
    let page = viewer.get(address::STATE).await.html;
    for part in [
        "Kan ta imot",
        "Klokken er riktig",
        "Loggen er hel",
        "Ikke satt opp",
        "/console/help/BL-6021",
        "Tidspunktet er ikke kjent her",
        "Varsler står bare her",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let regions = viewer.get(&format!("{}?region=1", address::STATE)).await.html;
    assert!(
        regions.contains("id=\"plassen\"") && !regions.contains("<html"),
        "{regions}"
    );
}
