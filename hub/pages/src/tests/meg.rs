//! The participant's own page, by a code.

use std::time::Duration;

use axum::http::{StatusCode, header};
use bindeledd_accounts::HandedOver;
use bindeledd_console::address;
use bindeledd_core::ParticipantRef;
use bindeledd_core::account::Role;
use bindeledd_core::audit::Actor;
use bindeledd_core::consent::{Basis, Grant};
use bindeledd_core::{Category, CategorySet, Purpose};
use bindeledd_http::Verb;
use bindeledd_test_engine::{
    GP, Hold, KARI, MAILBOX, PROVIDER, READER, SPECIALIST, consent, party_id, progress, question,
};

use super::browser::{Browser, Console, Seen};
use crate::needs::Needs;
use crate::{routes, session};

const PIN: &str = "402913";
pub(super) const NOBODY: &str = "Det er ingen som deler noe om deg her.";
const REFUSED: &str = "Det virket ikke.";

pub(super) async fn kari(console: &Console) -> ParticipantRef {
    let engine = console.test.engine();
    let found = engine.find_participant(&console.test.number(), &Actor::Operator).await;
    found.unwrap().unwrap()
}

pub(super) async fn code_of(console: &Console, party: &str) -> HandedOver {
    let kari = kari(console).await;
    let made = console.accounts.hand_over(kari, &party_id(party), console.now()).await;
    made.unwrap().expect("the party has a part in a consent")
}

impl Browser<'_> {
    pub(super) async fn type_code(&mut self, code: &str, pin: &str) -> Seen {
        self.post(address::OWN_CODE, &[("code", code), ("pin", pin)]).await
    }

    /// Posts fields with the token of the participant's session.
    pub(super) async fn own_act(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.cookies.get(session::OWN).cloned().unwrap_or_default();
        let csrf = session::form_token(&token);
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }
}

/// Returns a browser in which Kari has opened her page by a code of this party.
pub(super) async fn opened<'c>(console: &'c Console, party: &str) -> Browser<'c> {
    let made = code_of(console, party).await;
    let mut browser = console.browser();
    let page = browser.type_code(&made.code.written(), "").await;
    assert_eq!(page.to(), address::OWN_PIN);
    browser
}

/// Returns the value of the radio button or the link whose text has these words.
pub(super) fn value_before(page: &Seen, words: &str) -> String {
    let at = page
        .html
        .find(words)
        .unwrap_or_else(|| panic!("no {words} in {}", page.html));
    let before = &page.html[..at];
    let start = before.rfind("value=\"").unwrap() + 7;
    before[start..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_opens_the_exchanges_of_its_party_and_no_others() {
    let console = Console::new().await;
    let id = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(id, "delivered").await;
    let mut of_gp = opened(&console, GP).await;
    let page = of_gp.get(address::OWN_PAGE).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(page.html.contains(&format!("Navnet til {PROVIDER}")), "{}", page.html);
    for other in [SPECIALIST, READER, MAILBOX] {
        assert!(!page.html.contains(other), "{other}: {}", page.html);
    }
    assert!(
        page.html
            .contains(&format!("Navnet til {PROVIDER} sendte noe til Navnet til {GP}")),
        "{}",
        page.html
    );
    assert!(page.html.contains("Det var om: hvordan det går. Det kom fram."));
    assert!(!page.html.contains(KARI) && !page.html.contains(&kari(&console).await.to_string()));
    assert!(!page.html.contains("DELTAR"), "no content");

    let mut of_provider = opened(&console, PROVIDER).await;
    let page = of_provider.get(address::OWN_PAGE).await;
    for other in [GP, SPECIALIST, READER, MAILBOX] {
        assert!(page.html.contains(&format!("Navnet til {other}")), "{other}");
    }
    // The clubhouse does not show exchanges between the provider and others.
    let mut of_reader = opened(&console, READER).await;
    let page = of_reader.get(address::OWN_PAGE).await;
    assert!(page.html.contains("Ingenting er delt ennå."), "{}", page.html);
    assert_eq!(console.test.audited("own-code.made").await, 3);
    assert_eq!(console.test.audited("own-code.used").await, 3);
    let rows = console.test.audit().await;
    assert!(
        rows.iter()
            .any(|row| row.action == "disclosures-read" && row.actor == format!("participant:{GP}"))
    );
}

#[tokio::test]
async fn used_late_unknown_and_replaced_codes_get_one_answer() {
    let console = Console::new().await;
    let made = code_of(&console, PROVIDER).await.code.written();
    let mut browser = console.browser();
    assert_eq!(browser.type_code(&made.to_lowercase(), "").await.to(), address::OWN_PIN);

    let used = console.browser().type_code(&made, "").await;
    let unknown = console.browser().type_code("00000-00000", "").await;
    let nonsense = console.browser().type_code("<b>Å</b>", "").await;
    let first = code_of(&console, GP).await.code.written();
    let second = code_of(&console, GP).await.code.written();
    let replaced = console.browser().type_code(&first, "").await;
    console.advance(Duration::from_secs(15 * 60));
    let late = console.browser().type_code(&second, "").await;
    for page in [&used, &unknown, &nonsense, &replaced, &late] {
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.html.contains(REFUSED));
        assert_eq!(page.html, used.html, "one answer");
        assert!(!page.headers.contains_key(header::SET_COOKIE));
    }
}

#[tokio::test]
async fn a_pin_opens_the_page_again_and_five_wrong_ones_end_it() {
    let console = Console::new().await;
    let made = code_of(&console, PROVIDER).await.code.written();
    let mut browser = console.browser();
    browser.type_code(&made, "").await;
    for (pin, again, wrong) in [
        ("40291", "40291", "Pinkoden må ha seks tall."),
        ("123456", "123456", "Den er lett å gjette."),
        (PIN, "402914", "De to er ikke like."),
    ] {
        let page = browser
            .own_act(address::OWN_PIN, &[("pin", pin), ("again", again)])
            .await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.html.contains(wrong) && !page.html.contains(pin), "{}", page.html);
    }
    let fields = [("pin", PIN), ("again", PIN)];
    assert_eq!(browser.own_act(address::OWN_PIN, &fields).await.to(), address::OWN_PAGE);
    let other = [("pin", "591840"), ("again", "591840")];
    browser.own_act(address::OWN_PIN, &other).await;

    let mut again = console.browser();
    let page = again.type_code(&made, "591840").await;
    assert!(page.html.contains(REFUSED), "the first PIN stays");
    let page = again.type_code(&made, PIN).await;
    assert_eq!(page.to(), address::OWN_PAGE);
    assert!(
        again
            .get(address::OWN_PAGE)
            .await
            .html
            .contains("Dette har du sagt ja til")
    );
    for _ in 0..5 {
        let page = console.browser().type_code(&made, "111222").await;
        assert!(page.html.contains(REFUSED));
    }
    let page = console.browser().type_code(&made, PIN).await;
    assert!(page.html.contains(REFUSED), "the code has ended");
    assert_eq!(
        again.get(address::OWN_PAGE).await.status,
        StatusCode::OK,
        "a session goes on"
    );
    assert_eq!(console.test.audited("own-code.refused").await, 6);
    assert_eq!(console.test.audited("own-code.ended").await, 1);
    let rows = console.test.audit().await;
    assert!(
        rows.iter()
            .all(|row| !row.detail.contains(PIN) && !row.detail.contains(&made))
    );
}

#[tokio::test]
async fn every_try_counts_against_the_address() {
    let console = Console::with_few_strangers(|_| None).await;
    let mut browser = console.browser();
    let mut refused = 0;
    for _ in 0..12 {
        let page = browser.type_code("00000-00000", "").await;
        refused += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
        if page.status == StatusCode::TOO_MANY_REQUESTS {
            assert!(page.html.contains("Vent noen minutter"), "{}", page.html);
        }
    }
    assert!(refused >= 6, "{refused}");
}

/// Registers a duty of the provider to send progress to a party.
async fn duty(console: &Console, to: &str) {
    let mut new = consent(77, PROVIDER, to, &[Category::Outcome]);
    new.grants = vec![Grant {
        from: party_id(PROVIDER),
        to: party_id(to),
        purpose: Purpose::WorkOrientedFollowup,
        categories: CategorySet::of(&[Category::Outcome]),
        basis: Basis::Duty {
            reference: "avtalen <i>§ 4</i>".to_owned(),
        },
        period: None,
        confirmed: true,
    }];
    let registered = console.test.engine().register_consent(new, &Actor::Operator).await;
    registered.unwrap();
}

#[tokio::test]
async fn a_pair_is_taken_back_after_its_preview_and_a_second_click_ends_nothing_more() {
    let console = Console::new().await;
    duty(&console, SPECIALIST).await;
    let sent = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(sent, "delivered").await;
    let waits = console.test.deliver(&question("r-2", READER)).await;
    let mut browser = opened(&console, PROVIDER).await;
    let mut other_tab = browser.clone();
    let page = browser.get(address::OWN_TAKE_BACK).await;
    let gp = value_before(&page, &format!("Alt mellom Navnet til {PROVIDER} og Navnet til {GP}"));
    for name in [GP, PROVIDER, "progress"] {
        assert!(!gp.contains(name), "an address names nobody");
    }
    let preview = format!("{}?see=1&what={gp}", address::OWN_TAKE_BACK);
    let page = browser.get(&preview).await;
    assert_eq!(page.status, StatusCode::OK);
    for told in [
        "Da skjer dette",
        "Ingenting er gjort ennå.",
        &format!("Navnet til {PROVIDER} kan ikke lenger fortelle Navnet til {GP} om:"),
        &format!("Navnet til {GP} kan ikke lenger fortelle Navnet til {PROVIDER} om:"),
        "Én melding er sendt før. Den kan ikke hentes tilbake.",
        "får vite at du har tatt det tilbake. De får ikke vite hvorfor.",
        "Dette sendes uansett",
        "avtalen &#60;i&#62;§ 4&#60;/i&#62;",
        "Å ta tilbake er ikke i seg selv en grunn til å miste plass, penger eller hjelp.",
    ] {
        assert!(page.html.contains(told), "{told}: {}", page.html);
    }
    assert!(!page.html.contains(READER), "only what is chosen");
    assert_eq!(console.test.audited("consent-withdrawn").await, 0);

    let page = browser.own_act(address::OWN_TAKE_BACK, &[("what", &gp)]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.html.contains("Det er tatt tilbake"), "{}", page.html);
    assert!(page.html.contains("kan ikke lenger fortelle"));
    // The same button in another tab.
    let page = other_tab.own_act(address::OWN_TAKE_BACK, &[("what", &gp)]).await;
    assert!(page.html.contains("Det er tatt tilbake") && page.html.contains("Det du valgte, gjelder ikke nå."));
    let rows = console.test.audit().await;
    let withdrawn: Vec<_> = rows.iter().filter(|row| row.action == "consent-withdrawn").collect();
    assert_eq!(withdrawn.len(), 2, "one for each direction");
    assert!(
        withdrawn
            .iter()
            .all(|row| row.actor == format!("participant:{PROVIDER}"))
    );
    // The page shows it as taken back, and the others as they were.
    let page = browser.get(address::OWN_PAGE).await;
    assert!(page.html.contains("Dette er tatt tilbake, eller det er over."));
    let blocked = console.test.accept(&progress("r-3", "c-3", GP)).await;
    assert_eq!(console.test.state(blocked.deliveries[0].id).await, "blocked");
    assert_ne!(console.test.state(waits).await, "cancelled");

    let page = browser.get(address::OWN_TAKE_BACK).await;
    let all = value_before(&page, &format!("Alt som går til eller fra Navnet til {PROVIDER}"));
    let page = browser
        .get(&format!("{}?see=1&what={all}", address::OWN_TAKE_BACK))
        .await;
    assert!(
        page.html.contains("Én melding venter. Den blir stoppet."),
        "{}",
        page.html
    );
    let page = browser.own_act(address::OWN_TAKE_BACK, &[("what", &all)]).await;
    assert!(page.html.contains("Én melding ble stoppet."), "{}", page.html);
    assert_eq!(console.test.state(waits).await, "cancelled");
    // With nothing left, the person looks like a protected one, to a party that would use the code itself.
    assert!(browser.get(address::OWN_PAGE).await.html.contains(NOBODY));
    let page = other_tab.own_act(address::OWN_TAKE_BACK, &[("what", &all)]).await;
    assert!(page.html.contains(NOBODY));
    let made = console
        .accounts
        .hand_over(kari(&console).await, &party_id(PROVIDER), console.now())
        .await;
    assert!(made.unwrap().is_none());
}

#[tokio::test]
async fn a_category_is_taken_back_alone() {
    let console = Console::new().await;
    let mut browser = opened(&console, PROVIDER).await;
    let page = browser.get(address::OWN_TAKE_BACK).await;
    let some = value_before(
        &page,
        &format!("Bare noe mellom Navnet til {PROVIDER} og Navnet til {GP}"),
    );
    let goals = value_before(&page, "mål og plan: hva du vil");
    let page = browser
        .get(&format!("{}?see=1&what={some}", address::OWN_TAKE_BACK))
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("Kryss av for minst én ting."));
    let page = browser
        .own_act(address::OWN_TAKE_BACK, &[("what", &some), ("only", "goals")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "no value is passed over");
    let page = browser.get(&format!("{}?see=1", address::OWN_TAKE_BACK)).await;
    assert!(page.html.contains("Velg hva du vil ta tilbake."));
    let fields = [("what", some.as_str()), ("only", goals.as_str())];
    let page = browser.own_act(address::OWN_TAKE_BACK, &fields).await;
    assert!(page.html.contains("mål og plan") && !page.html.contains("hvordan det går"));
    let sent = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(sent, "delivered").await;
}

#[tokio::test]
async fn a_code_takes_back_nothing_of_others_and_widens_nothing() {
    let console = Console::new().await;
    let mut of_provider = opened(&console, PROVIDER).await;
    let page = of_provider.get(address::OWN_TAKE_BACK).await;
    let specialist = value_before(
        &page,
        &format!("Alt mellom Navnet til {PROVIDER} og Navnet til {SPECIALIST}"),
    );
    let all = value_before(&page, &format!("Alt som går til eller fra Navnet til {PROVIDER}"));
    let mut of_gp = opened(&console, GP).await;
    for strange in [specialist.as_str(), all.as_str(), SPECIALIST, "all", ""] {
        let page = of_gp.own_act(address::OWN_TAKE_BACK, &[("what", strange)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{strange}");
    }
    assert_eq!(console.test.audited("consent-withdrawn").await, 0);
    // The engine refuses, whatever a page asks for.
    let engine = console.test.engine();
    let (kari, by) = (kari(&console).await, Actor::Participant(party_id(GP)));
    for scope in [
        bindeledd_core::withdrawal::Scope::Everything,
        bindeledd_core::withdrawal::Scope::Party(party_id(PROVIDER)),
    ] {
        assert!(engine.withdraw(kari, scope.clone(), &by).await.is_err());
        assert!(engine.preview_withdrawal(kari, &scope, &by).await.is_err());
    }
    let wider = consent(99, GP, SPECIALIST, &[Category::Progress]);
    assert!(engine.register_consent(wider, &by).await.is_err());
    let consents = engine.consents_of(kari).await.unwrap();
    for one in &consents {
        assert!(
            engine
                .confirm_consent(one, (&party_id(GP), None), None, &by)
                .await
                .is_err()
        );
    }
}

#[tokio::test]
async fn a_withdrawal_while_a_message_is_sent_says_so() {
    let console = Console::new().await;
    let mut browser = opened(&console, PROVIDER).await;
    let page = browser.get(address::OWN_TAKE_BACK).await;
    let gp = value_before(&page, &format!("Alt mellom Navnet til {PROVIDER} og Navnet til {GP}"));
    console.test.courier.hold(Hold::BeforeTheAnswer);
    let id = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(id, "sending").await;
    let page = browser.own_act(address::OWN_TAKE_BACK, &[("what", &gp)]).await;
    assert!(
        page.html.contains("Én melding er på vei nå. Den kan komme fram."),
        "{}",
        page.html
    );
    console.test.courier.hold(Hold::No);
    console.test.until(id, "delivered").await;
}

#[tokio::test]
async fn unknown_protected_and_without_consent_are_one() {
    let console = Console::new().await;
    let kari = kari(&console).await;
    let mut browser = opened(&console, PROVIDER).await;
    let waiting = code_of(&console, GP).await.code.written();
    // Nobody gets a code for a person whom the party has nothing to do with.
    let now = console.now();
    let strange = ParticipantRef(uuid::Uuid::from_u128(9));
    let none = console.accounts.hand_over(strange, &party_id(PROVIDER), now).await;
    assert!(none.unwrap().is_none());
    let none = console.accounts.hand_over(kari, &party_id("andre"), now).await;
    assert!(none.unwrap().is_none());

    let engine = console.test.engine();
    engine
        .protect(&console.test.number(), true, &Actor::Operator)
        .await
        .unwrap();
    let none = console.accounts.hand_over(kari, &party_id(PROVIDER), now).await;
    assert!(none.unwrap().is_none());
    for path in [address::OWN_PAGE, address::OWN_TAKE_BACK, address::OWN_PIN] {
        let page = browser.get(path).await;
        assert!(page.html.contains(NOBODY), "{path}: {}", page.html);
        assert!(!page.html.contains(PROVIDER), "{path}");
    }
    let page = browser.own_act(address::OWN_TAKE_BACK, &[("what", "x")]).await;
    assert!(page.html.contains(NOBODY));
    let page = console.browser().type_code(&waiting, "").await;
    assert!(page.html.contains(REFUSED), "protected in between");
    // An erased person has no session.
    engine.erase(kari, &Actor::Operator).await.unwrap();
    let page = browser.get(address::OWN_PAGE).await;
    assert_eq!(page.to(), "/meg/code?over=1");
}

#[tokio::test]
async fn leaving_ends_the_session_everywhere_and_leaves_nothing_behind() {
    let console = Console::new().await;
    let mut browser = opened(&console, PROVIDER).await;
    let mut other_tab = browser.clone();
    let page = browser.get(address::OWN_PAGE).await;
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    assert!(page.html.contains("Forlat siden"));
    for path in [address::OWN_PAGE, address::OWN_TAKE_BACK, address::OWN_PIN] {
        let page = browser.get(path).await;
        let title = page.between("<title>", "</title>");
        for name in [PROVIDER, GP, "Navnet", "deler"] {
            assert!(!title.contains(name), "{title}");
        }
    }
    let page = browser.own_act(address::OWN_LEAVE, &[]).await;
    assert_eq!(page.to(), address::OWN_LEFT);
    assert_eq!(page.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert!(!browser.cookies.contains_key(session::OWN));
    let page = browser.get(address::OWN_LEFT).await;
    assert!(page.html.contains("Siden er lukket") && !page.html.contains("Navnet"));
    assert!(!page.html.contains("Mine samarbeid"), "the page after it is neutral");
    // The back button, and another tab that still has the cookie.
    assert_eq!(browser.get(address::OWN_PAGE).await.to(), address::OWN_CODE);
    assert_eq!(other_tab.get(address::OWN_PAGE).await.to(), "/meg/code?over=1");
    let mut other_tab = opened(&console, PROVIDER).await;
    console.advance(Duration::from_secs(30 * 60));
    let page = other_tab.own_act(address::OWN_TAKE_BACK, &[("what", "x")]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "half an hour without a request");
    assert_eq!(console.test.audited("own-page.left").await, 1);
}

#[tokio::test]
async fn a_session_lasts_two_hours_at_most() {
    let console = Console::new().await;
    let mut browser = opened(&console, PROVIDER).await;
    for _ in 0..5 {
        console.advance(Duration::from_secs(20 * 60));
        assert_eq!(browser.get(address::OWN_PAGE).await.status, StatusCode::OK);
    }
    console.advance(Duration::from_secs(20 * 60));
    assert_eq!(browser.get(address::OWN_PAGE).await.to(), "/meg/code?over=1");
}

#[tokio::test]
async fn a_form_counts_only_from_the_sessions_own_page() {
    let console = Console::new().await;
    let mut browser = opened(&console, PROVIDER).await;
    let mut other = opened(&console, GP).await;
    let csrf = other.get(address::OWN_PAGE).await.csrf();
    for fields in [&[][..], &[("csrf", "")], &[("csrf", &csrf)]] {
        let page = browser.post(address::OWN_LEAVE, fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert!(page.html.contains("for gammelt"), "{}", page.html);
    }
    let own = browser.get(address::OWN_PAGE).await.csrf();
    for site in ["cross-site", "same-site"] {
        let page = browser.post_from(site, address::OWN_LEAVE, &[("csrf", &own)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let page = browser.post_from(site, address::OWN_CODE, &[("code", "x")]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "nobody opens a page from elsewhere");
    }
    assert_eq!(browser.get(address::OWN_PAGE).await.status, StatusCode::OK);
}

#[tokio::test]
async fn labels_are_escaped_and_a_labelled_party_is_seen_by_its_label() {
    let console = Console::new().await;
    let engine = console.test.engine();
    let mut party = (**engine.directory().get(&party_id(SPECIALIST)).unwrap()).clone();
    party.name = "Solsiden psykiatriske poliklinikk".to_owned();
    party.public_label = Some("<img src=x>Helse".to_owned());
    party.public_phone = Some("77 00 00 30".to_owned());
    party.phone = Some("22 11 11 11".to_owned());
    engine.put_party(party, &Actor::Operator).await.unwrap();
    let mut browser = opened(&console, PROVIDER).await;
    let page = browser.get(address::OWN_PAGE).await;
    assert!(page.html.contains("&#60;img src=x&#62;Helse") && page.html.contains("77 00 00 30"));
    for hidden in ["<img", "psykiatriske", "22 11 11 11"] {
        assert!(!page.html.contains(hidden), "{hidden}");
    }
    assert!(
        page.html.contains("Drift &#60;i&#62;Nord&#60;/i&#62;, 77 00 00 99"),
        "the hub's contact"
    );
    let page = browser.get(address::OWN_TAKE_BACK).await;
    assert!(page.html.contains("&#60;img src=x&#62;Helse") && !page.html.contains("<img"));
}

#[tokio::test]
async fn a_look_at_the_partys_messages_is_told_and_others_are_not() {
    let console = Console::with_break_glass().await;
    let about_gp = console.test.accept(&progress("r-1", "c-1", GP)).await.id;
    let (_, mut asker) = console.of_days(9, "ola", &[Role::Operator], &Actor::Operator).await;
    let (_, mut second) = console.of_days(9, "siv", &[Role::Auditor], &Actor::Operator).await;
    let form = address::message_open(&about_gp.to_string());
    let asked = asker.act(&form, &[("reason", "feil i teksten, sak 2026/17")]).await;
    let request = asked.to().to_owned();
    second.act(&format!("{request}/approve"), &[]).await;
    let content = asker.act(&format!("{request}/read"), &[]).await;
    assert_eq!(content.status, StatusCode::OK);
    let mut of_provider = opened(&console, PROVIDER).await;
    let page = of_provider.get(address::OWN_PAGE).await;
    assert!(
        page.html.contains("En melding ble åpnet i 15 minutter") && page.html.contains("driftsperson"),
        "{}",
        page.html
    );
    let mut of_reader = opened(&console, READER).await;
    let page = of_reader.get(address::OWN_PAGE).await;
    assert!(page.html.contains("Ingen har sett noe på den måten."), "{}", page.html);
}

#[tokio::test]
async fn the_page_speaks_nynorsk_too() {
    let console = Console::new().await;
    let mut browser = opened(&console, PROVIDER).await;
    let page = browser.get(address::OWN_TAKE_BACK).await;
    assert!(page.html.contains("<html lang=\"nb\""));
    let page = browser.get("/meg/language?to=nn&back=%2Fmeg%2Ftake-back").await;
    assert_eq!(page.to(), address::OWN_TAKE_BACK);
    let page = browser.get(page.to()).await;
    assert!(page.html.contains("<html lang=\"nn\"") && page.html.contains("Kva vil du ta tilbake?"));
    let page = browser.get("/meg/language?to=en&back=https://evil.example").await;
    assert_eq!(page.to(), address::OWN_PAGE);
    assert!(
        browser
            .get(address::OWN_PAGE)
            .await
            .html
            .contains("What you have said yes to")
    );
}

/// Every route with a stranger, a participant, and a person of each role: the two sessions are nobody to each other.
#[tokio::test]
async fn each_session_is_nobody_on_the_others_pages() {
    let console = Console::new().await;
    let (_, person, _) = console.signed("ola", &[Role::Operator]).await;
    let place = |path: &str| path.replace("{*rest}", "x").replace(['{', '}'], "");
    for route in routes::all() {
        let path = place(route.path);
        let mut participant = opened(&console, PROVIDER).await;
        // A participant's token opens nothing as a session of the console, and the reverse.
        let token = participant.cookies[session::OWN].clone();
        participant.cookies.insert(session::SESSION.to_owned(), token);
        let mut stranger = console.browser();
        stranger.cookies.insert(session::OWN.to_owned(), person.clone());
        for (who, browser) in [("participant", &mut participant), ("stranger", &mut stranger)] {
            let seen = match route.method {
                Verb::Get => browser.get(&path).await,
                Verb::Post => browser.own_act(&path, &[]).await,
            };
            assert!(!seen.status.is_server_error(), "{who} {path}: {}", seen.status);
            let is_own = who == "participant";
            match (route.needs, route.method) {
                (Needs::Nobody | Needs::OwnDoor, _) => {}
                (Needs::OwnPage, Verb::Get) if is_own => assert!(seen.status == StatusCode::OK, "{path}"),
                (Needs::OwnPage, Verb::Post) if is_own => {
                    assert!(
                        !matches!(seen.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN),
                        "{path}"
                    );
                }
                (Needs::OwnPage, Verb::Get) => assert!(seen.to().starts_with(address::OWN_CODE), "{who} {path}"),
                (_, Verb::Get) => assert!(seen.to().starts_with(address::SIGN_IN), "{who} {path}"),
                (_, Verb::Post) => assert_eq!(seen.status, StatusCode::UNAUTHORIZED, "{who} {path}"),
            }
        }
    }
}

#[tokio::test]
async fn the_suspension_of_a_party_ends_its_codes_and_their_sessions() {
    let console = Console::new().await;
    let made = code_of(&console, PROVIDER).await.code.written();
    let mut browser = console.browser();
    browser.type_code(&made, "").await;
    let pin = [("pin", PIN), ("again", PIN)];
    assert_eq!(browser.own_act(address::OWN_PIN, &pin).await.to(), address::OWN_PAGE);
    let mut of_gp = opened(&console, GP).await;
    let party = party_id(PROVIDER);
    let suspend = async |suspended| {
        let engine = console.test.engine();
        assert!(engine.suspend(&party, suspended, &Actor::Operator).await.unwrap());
    };
    suspend(true).await;
    assert_ne!(browser.get(address::OWN_PAGE).await.status, StatusCode::OK);
    suspend(false).await;
    assert_ne!(browser.get(address::OWN_PAGE).await.status, StatusCode::OK);
    let page = console.browser().type_code(&made, PIN).await;
    assert!(page.html.contains(REFUSED), "{}", page.html);
    assert_eq!(
        of_gp.get(address::OWN_PAGE).await.status,
        StatusCode::OK,
        "the others' stay"
    );
}
