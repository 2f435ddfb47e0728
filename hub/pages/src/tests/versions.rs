//! Earlier versions of a party: the history, the way back, and editing.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_core::{EndpointAddress, Handler, Party, PartyKind};
use bindeledd_engine::ports::Actor;
use bindeledd_test_engine::{GP, party};

use super::browser::{Browser, Console, Seen};

const WHY: &str = "den nye adressen svarer ikke";

/// Returns the GP at another address.
fn moved() -> Party {
    let mut moved = party(GP, PartyKind::Gp, true);
    moved.endpoint.as_mut().unwrap().address = EndpointAddress::parse("https://nye.example/api");
    moved
}

async fn put(console: &Console, party: Party) {
    console.test.engine().put_party(party, &Actor::Operator).await.unwrap();
}

fn to_first() -> String {
    address::roll_back(GP, 1)
}

/// Fills the edit form of the GP with a name and a phone, as a page of this version.
async fn edit(browser: &mut Browser<'_>, name: &str, version: &str) -> Seen {
    let fields = [
        ("version", version),
        ("name", name),
        ("kind", "gp"),
        ("phone", "22334455"),
        ("adapter", "obedient"),
        ("address", "https://fjellvik-legekontor.example/api"),
        ("in-flight", "3"),
    ];
    browser.act(&address::of_party(GP, "edit"), &fields).await
}

#[tokio::test]
async fn a_party_is_edited_and_keeps_what_the_form_does_not_show() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let mut old = moved();
    old.trusts = vec![console.test.party("nordvik-aft")];
    old.endpoint.as_mut().unwrap().limits.in_flight = 3;
    put(&console, old.clone()).await;
    let page = browser.get(&address::of_party(GP, "edit")).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "https://nye.example/api",
        "Navnet til fjellvik-legekontor",
        "name=\"version\" value=\"2\"",
        "value=\"3600\"",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    assert!(
        page.html.contains("<option value=\"obedient\" selected>"),
        "what stands is chosen"
    );
    assert!(
        page.html.contains("tillit til registratorer"),
        "the form tells of what it does not show"
    );

    let page = edit(&mut browser, "", "2").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("name-error") && page.html.contains("value=\"22334455\""));
    let wrong = [
        ("version", "2"),
        ("name", "Nytt"),
        ("kind", "gp"),
        ("notify", "ingen"),
        ("address", "ftp"),
        ("poll", "0"),
    ];
    let page = browser.act(&address::of_party(GP, "edit"), &wrong).await;
    for field in ["notify-error", "address-error", "adapter-error", "poll-error"] {
        assert!(page.html.contains(field), "{field}: {}", page.html);
    }
    assert_eq!(console.test.audited("party-changed").await, 6, "nothing was saved");

    assert_eq!(edit(&mut browser, "Nytt navn", "2").await.to(), address::party(GP));
    let directory = console.test.engine().directory();
    let new = directory.get(&console.test.party(GP)).unwrap();
    assert_eq!(
        (new.name.as_str(), new.phone.as_deref()),
        ("Nytt navn", Some("22334455"))
    );
    let limits = new.endpoint.as_ref().unwrap().limits;
    assert_eq!((&new.trusts, limits.in_flight), (&old.trusts, 3));
    assert_eq!(
        limits.receipt_seconds,
        3 * 24 * 3600,
        "an empty field gives the usual limit"
    );
    let page = browser.get(&address::party(GP)).await;
    let history = page.between("id=\"historikk\"", "</section>");
    for part in [
        "Endret",
        "versjon 3",
        "Nytt navn",
        "22334455",
        "Kari &#60;b&#62;Nordmann",
        "til versjon 2",
    ] {
        assert!(history.contains(part), "{part}: {history}");
    }
    assert_eq!(
        edit(&mut browser, "Nytt navn", "2").await.to(),
        address::party(GP),
        "a second click"
    );
    assert_eq!(console.test.audited("party-changed").await, 7);
}

#[tokio::test]
async fn contacts_are_edited_and_their_faults_stand_at_their_fields() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let mut old = moved();
    old.handlers = ["Siri Dal", "Ola Li"]
        .map(|name| Handler {
            name: name.to_owned(),
            role: Some("veileder".to_owned()),
            unit: None,
            phone: None,
        })
        .to_vec();
    put(&console, old.clone()).await;
    let page = browser.get(&address::of_party(GP, "edit")).await;
    for part in [
        "name=\"contact-2-name\" maxlength=\"300\" autocomplete=\"off\" value=\"Ola Li\"",
        "name=\"contact-4-phone\"",
        "name=\"person-family\"",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let mut fields = vec![
        ("version", "2"),
        ("name", "Navnet til fjellvik-legekontor"),
        ("kind", "gp"),
        ("adapter", "obedient"),
        ("address", "https://nye.example/api"),
        // The first contact is removed, and the third one has no name.
        ("contact-1-name", ""),
        ("contact-1-role", ""),
        ("contact-2-name", "Ola Li"),
        ("contact-2-phone", "22334456"),
        ("contact-3-name", ""),
        ("contact-3-unit", "Avdeling\u{202e}"),
        ("person-given", "Grønn"),
        ("person-hpr", "ti"),
        ("person-her", "x"),
    ];
    let page = browser.act(&address::of_party(GP, "edit"), &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in [
        "contact-2-name",
        "contact-2-unit",
        "person-family",
        "person-hpr",
        "person-her",
    ] {
        let (error, link) = (format!("id=\"{field}-error\""), format!("href=\"#{field}\""));
        let has_both = page.html.contains(&error) && page.html.contains(&link);
        assert!(has_both, "{field}: {}", page.html);
    }
    assert!(!page.html.contains("id=\"contact-1-name-error\""), "{}", page.html);
    assert!(page.html.contains("value=\"Ola Li\"") && page.html.contains("value=\"Grønn\""));

    fields.retain(|(name, _)| !name.starts_with("contact-3") && !name.starts_with("person-he"));
    fields.retain(|(name, _)| *name != "person-hpr");
    fields.extend([("person-family", "Vits"), ("person-hpr", "565501872")]);
    assert_eq!(
        browser.act(&address::of_party(GP, "edit"), &fields).await.to(),
        address::party(GP)
    );
    let directory = console.test.engine().directory();
    let new = directory.get(&console.test.party(GP)).unwrap();
    let [only] = &new.handlers[..] else {
        panic!("{}", new.handlers.len())
    };
    assert_eq!(
        (only.name.as_str(), only.role.as_deref(), only.phone.as_deref()),
        ("Ola Li", None, Some("22334456"))
    );
    let person = new.person.as_ref().unwrap();
    assert_eq!(
        (person.given_name.as_str(), person.family_name.as_str(), person.her_id),
        ("Grønn", "Vits", None)
    );
    assert_eq!(person.hpr.as_ref().unwrap().as_str(), "565501872");
}

#[tokio::test]
async fn a_form_that_is_late_shows_what_others_did_and_loses_nothing() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    put(&console, moved()).await;
    let page = edit(&mut browser, "Mitt navn", "1").await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    for part in [
        "endret aktøren mens du skrev",
        "https://nye.example/api",
        "value=\"Mitt navn\"",
        "name=\"version\" value=\"2\"",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let name = |console: &Console| {
        let directory = console.test.engine().directory();
        directory.get(&console.test.party(GP)).unwrap().name.clone()
    };
    assert_eq!(name(&console), "Navnet til fjellvik-legekontor");
    assert_eq!(edit(&mut browser, "Mitt navn", "2").await.to(), address::party(GP));
    assert_eq!(name(&console), "Mitt navn");
}

#[tokio::test]
async fn a_roll_back_shows_what_changes_asks_why_and_happens_once() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    put(&console, moved()).await;
    let page = browser.get(&to_first()).await;
    for part in [
        "https://nye.example/api",
        "https://fjellvik-legekontor.example/api",
        "Versjon 2",
        "Rull tilbake til versjon 1",
    ] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    let page = browser.act(&to_first(), &[("from", "2"), ("why", "x")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("why-error") && page.html.contains("value=\"x\""));
    assert_eq!(console.test.audited("party-rolled-back").await, 0);

    let fields = [("from", "2"), ("why", WHY)];
    assert_eq!(browser.act(&to_first(), &fields).await.to(), address::party(GP));
    let page = browser.act(&to_first(), &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "a second click");
    assert!(page.html.contains("Ingenting mer er gjort"));
    assert_eq!(console.test.audited("party-rolled-back").await, 1);
    let history = page.between("id=\"historikk\"", "</section>");
    assert!(history.contains("Rullet tilbake") && history.contains(WHY), "{history}");
    for strange in ["0", "99", "x", "01"] {
        let path = address::of_party(GP, &format!("roll-back/{strange}"));
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{strange}");
        let page = browser.act(&path, &fields).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{strange}");
    }
}

#[tokio::test]
async fn a_change_of_somebody_else_is_not_rolled_back_unseen() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    put(&console, moved()).await;
    let mut third = moved();
    third.phone = Some("22334455".to_owned());
    put(&console, third.clone()).await;
    let page = browser.act(&to_first(), &[("from", "2"), ("why", WHY)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.html.contains("Noen var før deg") && page.html.contains("22334455"));
    let directory = console.test.engine().directory();
    assert!(directory.get(&third.id).unwrap().has_set_up_of(&third));
}

#[tokio::test]
async fn a_version_whose_adapter_is_gone_has_a_way_forward_and_no_button() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let mut without = moved();
    without.endpoint = None;
    put(&console, without).await;
    let listed = |html: &str| html.contains("<option value=\"obedient\"");
    assert!(
        listed(&browser.get(address::NEW_PARTY).await.html),
        "an installed adapter is offered"
    );
    console.test.adapters.uninstall(true);
    assert!(!listed(&browser.get(address::NEW_PARTY).await.html), "and no other one");
    let page = browser.get(&to_first()).await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["BL-1163", "obedient", "Versjonen passer ikke lenger", "/edit"] {
        assert!(page.html.contains(part), "{part}: {}", page.html);
    }
    assert!(!page.html.contains("name=\"why\""), "what can not be done has no form");
    let page = browser.act(&to_first(), &[("from", "2"), ("why", WHY)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(console.test.audited("party-rolled-back").await, 0);
}

#[tokio::test]
async fn the_history_of_a_labelled_party_does_not_tell_its_name() {
    let console = Console::new().await;
    let mut browser = console.signed_in("ola", &[Role::Operator]).await;
    let mut labelled = moved();
    labelled.public_label = Some("Solsiden helse".to_owned());
    labelled.name = "Solsiden psykiatriske poliklinikk".to_owned();
    put(&console, labelled).await;
    for path in [address::party(GP), to_first()] {
        let page = browser.get(&path).await;
        assert!(!page.html.contains("psykiatriske"), "{path}: {}", page.html);
        assert!(
            page.html.contains("Solsiden helse") && page.html.contains("vises ikke"),
            "{path}"
        );
    }
    let history = browser
        .get(&address::party(GP))
        .await
        .between("id=\"historikk\"", "</section>");
    assert!(
        !history.contains("nye.example"),
        "an address leads to a name: {history}"
    );
    // Who edits the party sees its name: somebody has to.
    assert!(
        browser
            .get(&address::of_party(GP, "edit"))
            .await
            .html
            .contains("psykiatriske")
    );
}

#[tokio::test]
async fn the_first_page_leads_back_from_the_newest_change() {
    let console = Console::new().await;
    let mut operator = console.signed_in("ola", &[Role::Operator]).await;
    let link = format!("href=\"{}\"", to_first());
    assert!(
        !operator.get(address::NOW).await.html.contains("roll-back"),
        "a new party has no way back"
    );
    put(&console, moved()).await;
    let page = operator.get(address::NOW).await;
    let act = page.between("En aktør ble lagt til eller endret.", "</li>");
    assert!(
        act.contains(&link) && act.contains("Navnet til fjellvik-legekontor"),
        "{act}"
    );
    let mut viewer = console.signed_in("kari", &[Role::Viewer]).await;
    assert!(
        !viewer.get(address::NOW).await.html.contains("roll-back"),
        "a viewer changes nothing"
    );
    let page = viewer.get(&address::party(GP)).await;
    assert!(page.html.contains("nye.example") && !page.html.contains("roll-back"));

    let mut third = moved();
    third.phone = Some("22334455".to_owned());
    put(&console, third).await;
    let page = operator.get(address::NOW).await;
    assert!(
        !page.html.contains(&link),
        "an older change is not undone without the newer one"
    );
    assert!(page.html.contains(&format!("href=\"{}\"", address::roll_back(GP, 2))));
}
