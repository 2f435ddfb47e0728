//! Logg.

use axum::http::{StatusCode, header};
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::audit::ActorFilter;
use bindeledd_engine::ports::{Actor, AuditFilter};
use bindeledd_test_engine::{GP, PROVIDER, progress};

use super::browser::{Browser, Console};

async fn until_verified(browser: &mut Browser<'_>) -> String {
    for _ in 0..500 {
        let page = browser.get(address::LOG).await;
        if !page.html.contains("Kontrolleres nå") {
            return page.html;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the log is not verified in time")
}

#[tokio::test]
async fn the_log_is_filtered_by_its_address_and_names_who_and_what() {
    let console = Console::new().await;
    let delivery = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(delivery, "delivered").await;
    let (ola, _) = console.account("ola", &[Role::Operator]).await;
    let party = console.test.party(PROVIDER);
    console
        .test
        .engine()
        .pause(&party, true, &Actor::Person(ola))
        .await
        .unwrap();
    let mut browser = console.signed_in("kari", &[Role::Auditor]).await;

    let all = browser.get(address::LOG).await;
    assert_eq!(all.status, StatusCode::OK);
    assert!(all.html.contains("Mottakeren har leveransen.") && all.html.contains("href=\"/console/log\" aria-current"));
    let of_persons = browser.get("/console/log?actor=person").await.html;
    assert!(of_persons.contains("<td class=\"first\">Leveranser til en aktør ble satt på pause."));
    assert!(!of_persons.contains("<td class=\"first\">Mottakeren har leveransen."));
    assert!(of_persons.contains("<td>Kari &#60;b&#62;Nordmann"), "{of_persons}");
    assert!(of_persons.contains(&format!("href=\"/console/parties/{party}\"")));
    let one = browser
        .get(&format!("/console/log?actor=person%3A{ola}&action=party-paused"))
        .await
        .html;
    assert_eq!(one.matches("<td class=\"first\">").count(), 1);
    let none = browser.get("/console/log?until=2020-01-01").await.html;
    assert!(none.contains("Ingen rader passer"));

    // A filter that is not understood shows all, says so, and keeps the typed text.
    let strange = browser.get("/console/log?actor=person&since=i+g%C3%A5r").await.html;
    assert!(
        strange.contains("Ikke forstått, og ikke brukt: Fra og med «i går»") && strange.contains("value=\"i går\"")
    );
    assert!(strange.contains("<td class=\"first\">Mottakeren har leveransen."));
}

#[tokio::test]
async fn older_rows_follow_on_and_keep_the_filters() {
    let console = Console::new().await;
    let (ola, _) = console.account("ola", &[Role::Operator]).await;
    let party = console.test.party(PROVIDER);
    for n in 0..60 {
        let by = Actor::Person(ola);
        console.test.engine().pause(&party, n % 2 == 0, &by).await.unwrap();
    }
    let mut browser = console.signed_in("kari", &[Role::Auditor]).await;
    let filter = format!("actor=person%3A{ola}");
    let first = browser.get(&format!("/console/log?{filter}")).await;
    assert_eq!(first.html.matches("<td class=\"first\">").count(), 50);
    let next = first.between("href=\"/console/log?before=", "\"").replace("&#38;", "&");
    assert!(next.ends_with(&filter), "{next}");
    let second = browser.get(&format!("/console/log?before={next}")).await.html;
    let wanted = AuditFilter {
        actor: Some(ActorFilter::One(Actor::Person(ola))),
        limit: 1000,
        ..AuditFilter::default()
    };
    let all = console.test.engine().audit().audit_rows(&wanted).await.unwrap().len();
    assert_eq!(second.matches("<td class=\"first\">").count(), all - 50);
    assert!(second.contains("Nyeste rader") && !second.contains("Eldre rader"));
}

#[tokio::test]
async fn a_verification_has_its_result_on_the_page_and_its_row_in_the_log() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Auditor]).await;
    assert!(browser.get(address::LOG).await.html.contains("Ikke kontrollert siden"));
    let seen = browser.act(address::LOG_VERIFY, &[]).await;
    assert_eq!(seen.to(), "/console/log#hel");
    // A second click meets the first one's verification, or its result.
    let again = browser.act(address::LOG_VERIFY, &[]).await;
    assert!(again.to().starts_with("/console/log"));
    let html = until_verified(&mut browser).await;
    assert!(html.contains("Loggen er hel") && html.contains("av Kari"), "{html}");
    assert!(html.contains("<td class=\"first\">Loggen ble kontrollert i sin helhet."));
}

#[tokio::test]
async fn a_checkpoint_and_a_proof_can_be_kept() {
    let console = Console::new().await;
    let delivery = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(delivery, "delivered").await;
    let mut browser = console.signed_in("kari", &[Role::Auditor]).await;
    let note = browser.get(address::LOG_CHECKPOINT).await;
    assert!(
        note.headers[header::CONTENT_DISPOSITION]
            .to_str()
            .unwrap()
            .starts_with("attachment")
    );
    let size = note.html.lines().nth(1).unwrap();
    assert!(size.parse::<u64>().unwrap() > 3);

    let proof = browser
        .get(&format!("{}?delivery={delivery}", address::LOG_PROOF))
        .await;
    let proof: serde_json::Value = serde_json::from_str(&proof.html).unwrap();
    assert_eq!(proof["delivery"], delivery.to_string());
    assert!(proof["entries"].as_array().unwrap().len() >= 3, "{proof}");

    for typed in ["x%3Cb%3E", "0190b7a0-1111-7222-8333-444455556666"] {
        let page = browser.get(&format!("{}?delivery={typed}", address::LOG_PROOF)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.html.contains("id=\"delivery-error\"") && page.html.contains("aria-invalid"));
    }
}

#[tokio::test]
async fn the_first_page_leads_auditors_to_the_row_and_others_see_no_log() {
    let console = Console::new().await;
    let (ola, _) = console.account("ola", &[Role::Operator]).await;
    let mut auditor = console.signed_in("kari", &[Role::Auditor]).await;
    let party = console.test.party(PROVIDER);
    console
        .test
        .engine()
        .pause(&party, true, &Actor::Person(ola))
        .await
        .unwrap();
    let page = auditor.get(address::NOW).await;
    let row = page.between("<a href=\"/console/log?before=", "\"");
    let log = auditor.get(&format!("/console/log?before={row}")).await;
    assert!(
        log.between("<td class=\"first\">", "</td>")
            .starts_with("Leveranser til en aktør ble satt på pause.")
    );
    let mut viewer = console.signed_in("nora", &[Role::Viewer]).await;
    assert!(!viewer.get(address::NOW).await.html.contains("/console/log"));
}
