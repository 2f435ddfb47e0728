//! The participant's own page, by a sign-in at level high.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use bindeledd_console::address;
use bindeledd_core::Category;
use bindeledd_core::account::Role;
use bindeledd_core::audit::Actor;
use bindeledd_core::own_page::AtLevel;
use bindeledd_http::{Audience, ConsoleIssuer};
use bindeledd_test_engine::{GP, KARI, MAILBOX, PROVIDER, READER, SPECIALIST, consent, party_id, progress};
use serde_json::{Value, json};

use super::browser::{Browser, Console, Seen};
use super::issuer::{ISSUER, Issuer};
use super::mailbox::{ask, give, letter, people};
use super::meg::{NOBODY, code_of, kari, opened, value_before};
use crate::session;

const OLA: &str = "01815000036";

/// The claims of ID-porten.
pub(super) fn id_porten() -> ConsoleIssuer {
    ConsoleIssuer {
        claim: "pid".into(),
        acr: vec!["idporten-loa-high".into()],
        ..Issuer::options()
    }
}

pub(super) fn of_id_porten(number: &str) -> impl FnOnce(&mut Value) {
    let number = number.to_owned();
    move |claims| {
        claims["pid"] = json!(number);
        claims["acr"] = json!("idporten-loa-high");
    }
}

/// The claims of BankID through a broker, which nests the number and tells the level in a claim of its own.
pub(super) fn broker() -> ConsoleIssuer {
    ConsoleIssuer {
        claim: "/subject/nin".into(),
        acr_claim: "loa".into(),
        acr: vec!["urn:bankid:bid".into()],
        ..Issuer::options()
    }
}

pub(super) fn of_broker(number: &str) -> impl FnOnce(&mut Value) {
    let number = number.to_owned();
    move |claims| {
        claims["subject"] = json!({ "nin": number, "nin_type": "PERSON" });
        claims["acr"] = json!("1");
        claims["loa"] = json!(["urn:bankid:bid", "urn:bankid:other"]);
    }
}

pub(super) async fn console_of(options: ConsoleIssuer) -> (Console, Issuer) {
    let issuer = Issuer::of(Audience::Participants);
    let console = Console::with_own_issuer(issuer.openid(options)).await;
    (console, issuer)
}

/// Goes through a sign-in at the issuer.
pub(super) async fn through(browser: &mut Browser<'_>, issuer: &Issuer, change: impl FnOnce(&mut Value)) -> Seen {
    let at_issuer = browser.get(address::OWN_SIGN_IN).await.to().to_owned();
    let back = issuer.back(&at_issuer, browser.console.now(), change);
    browser.get(&back).await
}

/// Returns the browser of Kari, who has signed in with ID-porten.
pub(super) async fn signed_in<'c>(console: &'c Console, issuer: &Issuer) -> Browser<'c> {
    let mut browser = console.browser();
    let seen = through(&mut browser, issuer, of_id_porten(KARI)).await;
    assert_eq!(seen.to(), address::OWN_PAGE);
    browser
}

/// Registers something between two parties that are no hub of the circle.
async fn apart(console: &Console) {
    let new = consent(50, GP, SPECIALIST, &[Category::Progress, Category::Goals]);
    let registered = console.test.engine().register_consent(new, &Actor::Operator).await;
    registered.unwrap();
}

async fn enters(console: &Console, issuer: &Issuer, change: impl FnOnce(&mut Value), level: &str) {
    let mut browser = console.browser();
    let door = browser.get(address::OWN_CODE).await;
    for told in [
        "Logg inn med Nordvik &#60;b&#62;ID",
        address::OWN_SIGN_IN,
        "name=\"code\"",
    ] {
        assert!(door.html.contains(told), "{told}: {}", door.html);
    }
    let seen = browser.get(address::OWN_SIGN_IN).await;
    let at_issuer = seen.to().to_owned();
    for part in [
        "redirect_uri=https%3A%2F%2Fhub.example%2Fmeg%2Fopenid%2Fcallback%2Fown",
        "code_challenge_method=S256",
        "prompt=login",
        &format!("acr_values={}", level.replace(':', "%3A")),
    ] {
        assert!(at_issuer.contains(part), "{part}: {at_issuer}");
    }
    let back = issuer.back(&at_issuer, console.now(), change);
    let seen = browser.get(&back).await;
    assert_eq!(seen.to(), address::OWN_PAGE);
    let page = browser.get(address::OWN_PAGE).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(
        page.html
            .contains("Du er logget inn med Nordvik &#60;b&#62;ID&#60;/b&#62;, på nivå høyt."),
        "{}",
        page.html
    );
    // The answer works once.
    assert_eq!(browser.get(&back).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get(address::OWN_PAGE).await.status, StatusCode::OK);

    let rows = console.test.audit().await;
    let row = rows.iter().find(|row| row.action == "own-page.opened").unwrap();
    assert_eq!(row.actor, "participant");
    for part in [ISSUER, level, &kari(console).await.to_string()] {
        assert!(row.detail.contains(part), "{part}: {}", row.detail);
    }
    // The number is in the store under its person's key alone, and in nothing that the browser has.
    assert!(rows.iter().all(|row| !row.detail.contains(KARI)));
    assert!(browser.cookies.values().all(|value| !value.contains(KARI)));
    for text in [&page.html, &at_issuer, &back] {
        assert!(!text.contains(KARI), "{text}");
    }
    for file in std::fs::read_dir(console.test.folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() {
            std::fs::read(&path).unwrap()
        } else {
            continue;
        };
        let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!has(KARI), "{}", path.display());
    }
}

#[tokio::test]
async fn id_porten_opens_the_page() {
    let (console, issuer) = console_of(id_porten()).await;
    enters(&console, &issuer, of_id_porten(KARI), "idporten-loa-high").await;
}

#[tokio::test]
async fn bank_id_through_a_broker_opens_the_page() {
    let (console, issuer) = console_of(broker()).await;
    enters(&console, &issuer, of_broker(KARI), "urn:bankid:bid").await;
}

#[tokio::test]
async fn a_lower_level_and_a_token_without_a_number_are_refused_and_nothing_is_kept() {
    let (console, issuer) = console_of(id_porten()).await;
    let change = |name: &'static str, value: Value| {
        move |claims: &mut Value| {
            of_id_porten(KARI)(claims);
            claims[name] = value;
        }
    };
    let low = "Du må logge inn på nivå høyt.";
    let unnamed = "Vi fikk ikke vite hvem du er.";
    for (name, value, told) in [
        ("acr", json!("idporten-loa-substantial"), low),
        ("acr", json!("idporten-loa-high-not"), low),
        ("acr", Value::Null, low),
        ("acr", json!({ "idporten-loa-high": true }), low),
        ("pid", Value::Null, unnamed),
        ("pid", json!(""), unnamed),
        ("pid", json!("15720255179"), unnamed),
        ("pid", json!(15_720_255_178_u64), unnamed),
        ("pid", json!([KARI]), unnamed),
        ("pid", json!(format!("{KARI}<b>")), unnamed),
    ] {
        let mut browser = console.browser();
        let seen = through(&mut browser, &issuer, change(name, value.clone())).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{name} {value}: {}", seen.html);
        assert!(
            seen.html.contains(told) && seen.html.contains("Ingenting er lagret."),
            "{}",
            seen.html
        );
        assert!(!seen.html.contains("1572025517"), "{}", seen.html);
        assert!(!browser.cookies.contains_key(session::OWN), "{name} {value}");
        assert!(browser.get(address::OWN_PAGE).await.to().starts_with(address::OWN_CODE));
    }
    let rows = console.test.audit().await;
    assert!(rows.iter().all(|row| !row.action.starts_with("own-page")));
}

#[tokio::test]
async fn unknown_protected_and_without_consent_get_one_page_and_no_session() {
    let (console, issuer) = console_of(id_porten()).await;
    let engine = console.test.engine();
    let kari = kari(&console).await;
    // Ola is known to the hub, by a consent that is no consent of his own: a duty alone.
    let mut duty = consent(60, PROVIDER, GP, &[Category::Outcome]);
    duty.participant = bindeledd_core::NationalId::parse(OLA).unwrap();
    duty.grants[0].basis = bindeledd_core::consent::Basis::Duty {
        reference: "avtalen".to_owned(),
    };
    engine.register_consent(duty, &Actor::Operator).await.unwrap();
    let mut pages = Vec::new();
    let unknown = "02815000075";
    for number in [unknown, OLA, KARI] {
        if number == KARI {
            engine
                .protect(&console.test.number(), true, &Actor::Operator)
                .await
                .unwrap();
        }
        let mut browser = console.browser();
        let seen = through(&mut browser, &issuer, of_id_porten(number)).await;
        assert_eq!(seen.to(), address::OWN_NOBODY);
        assert!(!seen.headers.contains_key(header::SET_COOKIE));
        let page = browser.get(address::OWN_NOBODY).await;
        assert_eq!(page.status, StatusCode::OK);
        pages.push(page.html);
        for path in [address::OWN_PAGE, address::OWN_TAKE_BACK, address::OWN_SHARED] {
            assert!(browser.get(path).await.to().starts_with(address::OWN_CODE), "{path}");
        }
        let seen = browser.own_act(address::OWN_COPY, &[("as", "all")]).await;
        assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
    }
    assert!(pages[0].contains(NOBODY), "{}", pages[0]);
    assert!(
        pages[0].contains("Logg ut av Nordvik &#60;b&#62;ID&#60;/b&#62; også"),
        "{}",
        pages[0]
    );
    assert!(pages.iter().all(|page| *page == pages[0]), "one page");
    let rows = console.test.audit().await;
    let nobody: Vec<_> = rows.iter().filter(|row| row.action == "own-page.nobody").collect();
    assert_eq!(nobody.len(), 3);
    assert!(
        nobody
            .iter()
            .all(|row| row.detail == nobody[0].detail && !row.detail.contains(&kari.to_string()))
    );
}

#[tokio::test]
async fn a_participant_who_is_protected_meanwhile_sees_and_does_nothing() {
    let (console, issuer) = console_of(id_porten()).await;
    let mut browser = signed_in(&console, &issuer).await;
    let engine = console.test.engine();
    engine
        .protect(&console.test.number(), true, &Actor::Operator)
        .await
        .unwrap();
    for path in [address::OWN_PAGE, address::OWN_TAKE_BACK, address::OWN_SHARED] {
        let page = browser.get(path).await;
        assert!(
            page.html.contains(NOBODY) && !page.html.contains(PROVIDER),
            "{path}: {}",
            page.html
        );
    }
    let page = browser.own_act(address::OWN_COPY, &[("as", "all")]).await;
    assert!(page.html.contains(NOBODY));
    assert_eq!(console.test.audited("exported").await, 0);
    // An erased person has no session.
    engine.erase(kari(&console).await, &Actor::Operator).await.unwrap();
    assert_eq!(browser.get(address::OWN_PAGE).await.to(), "/meg/code?over=1");
}

#[tokio::test]
async fn the_whole_shows_what_a_code_can_not() {
    let (console, issuer) = console_of(id_porten()).await;
    apart(&console).await;
    let to_gp = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(to_gp, "delivered").await;
    let (_, mut asker) = console.of_days(9, "ola", &[Role::Operator], &Actor::Operator).await;
    let (_, mut second) = console.of_days(9, "siv", &[Role::Auditor], &Actor::Operator).await;
    let message = console.test.accept(&progress("r-2", "c-2", SPECIALIST)).await.id;
    let form = address::message_open(&message.to_string());
    let request = asker
        .act(&form, &[("reason", "feil i <b>teksten</b>, sak 17")])
        .await
        .to()
        .to_owned();
    second.act(&format!("{request}/approve"), &[]).await;
    assert_eq!(asker.act(&format!("{request}/read"), &[]).await.status, StatusCode::OK);

    let mut whole = signed_in(&console, &issuer).await;
    let page = whole.get(address::OWN_PAGE).await;
    for party in [PROVIDER, GP, SPECIALIST, READER, MAILBOX] {
        assert!(
            page.html.contains(&format!("Navnet til {party}")),
            "{party}: {}",
            page.html
        );
    }
    for told in [
        format!("Navnet til {GP} kan fortelle Navnet til {SPECIALIST} om:"),
        format!("Navnet til {PROVIDER} sendte noe til Navnet til {GP}"),
        "Ta tilbake alt du har sagt ja til".to_owned(),
        "Ta med deg en kopi".to_owned(),
        "Grunn: feil i &#60;b&#62;teksten&#60;/b&#62;, sak 17".to_owned(),
    ] {
        assert!(page.html.contains(&told), "{told}: {}", page.html);
    }
    assert!(!page.html.contains("Siden viser bare det som") && !page.html.contains(address::OWN_PIN));
    assert!(
        !page.html.contains("<script>") && !page.html.contains("DELTAR"),
        "no content"
    );
    let title = page.between("<title>", "</title>");
    assert!(!title.contains("Navnet"), "{title}");

    // A session by a code is bound as before.
    let mut by_code = opened(&console, GP).await;
    let page = by_code.get(address::OWN_PAGE).await;
    for hidden in [
        "Ta med deg en kopi".to_owned(),
        "Grunn:".to_owned(),
        "på nivå høyt".to_owned(),
        format!("Navnet til {READER}"),
        format!("Navnet til {MAILBOX}"),
    ] {
        assert!(!page.html.contains(&hidden), "{hidden}: {}", page.html);
    }
    let copy = by_code.own_act(address::OWN_COPY, &[("as", "all")]).await;
    assert_eq!(copy.status, StatusCode::NOT_FOUND);
    let mut of_reader = opened(&console, READER).await;
    let list = of_reader.get(address::OWN_SHARED).await;
    assert!(list.html.contains("Ingenting er delt ennå."), "{}", list.html);
    assert_eq!(console.test.audited("exported").await, 0);
}

#[tokio::test]
async fn everything_shared_is_listed_page_by_page() {
    let (console, issuer) = console_of(id_porten()).await;
    let mut whole = signed_in(&console, &issuer).await;
    let page = whole.get(address::OWN_SHARED).await;
    assert!(page.html.contains("Ingenting er delt ennå."), "{}", page.html);
    for n in 0..102 {
        let to = if n % 2 == 0 { GP } else { SPECIALIST };
        let id = console
            .test
            .deliver(&progress(&format!("r-{n}"), &format!("c-{n}"), to))
            .await;
        console.test.until(id, "delivered").await;
    }
    let page = whole.get(address::OWN_SHARED).await;
    assert_eq!(page.html.matches("<time ").count(), 100);
    let older = page.between("href=\"/meg/shared?before=", "\"");
    let page = whole.get(&format!("{}?before={older}", address::OWN_SHARED)).await;
    assert_eq!(page.html.matches("<time ").count(), 2);
    assert!(!page.html.contains("Vis det som er eldre"));
    let page = whole.get(&format!("{}?before=%3Cb%3E", address::OWN_SHARED)).await;
    assert_eq!(
        page.status,
        StatusCode::OK,
        "an address that is not understood shows the newest"
    );
}

#[tokio::test]
async fn readings_and_hand_overs_are_told_at_level_high_alone() {
    let (console, issuer) = console_of(id_porten()).await;
    let mut people = people(&console).await;
    let asked = ask(&console, "q-1").await;
    let (blid, mut of_blid) = people.blid;
    give(&mut people.leader, &blid, "").await;
    assert_eq!(letter(&mut of_blid, asked).await.status, StatusCode::OK);
    give(&mut people.leader, &people.varm.0, &blid).await;
    let page = signed_in(&console, &issuer).await.get(address::OWN_PAGE).await;
    for told in [
        "leste noe om deg.",
        "valgte en som følger deg opp.",
        "byttet den som følger deg opp.",
    ] {
        let told = format!("Navnet til {PROVIDER} {told}");
        assert_eq!(page.html.matches(&told).count(), 1, "{told}: {}", page.html);
    }
    assert!(
        !page.html.contains(&blid) && !page.html.contains("Kari &#60;b&#62;"),
        "no person's name"
    );
    let page = opened(&console, PROVIDER).await.get(address::OWN_PAGE).await;
    assert!(!page.html.contains("leste noe om deg"), "{}", page.html);
}

#[tokio::test]
async fn a_copy_is_taken_home_and_told() {
    let (console, issuer) = console_of(id_porten()).await;
    let to_gp = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(to_gp, "delivered").await;
    let mut whole = signed_in(&console, &issuer).await;
    let list = whole.own_act(address::OWN_COPY, &[("as", "list")]).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.html);
    assert_eq!(
        list.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"mine-samarbeid.html\""
    );
    assert_eq!(list.headers[header::CACHE_CONTROL], "no-store");
    assert!(
        list.html.contains(&format!("Navnet til {GP}")) && !list.html.contains(KARI),
        "{}",
        list.html
    );
    assert_eq!(console.test.audited("exported").await, 0, "the list has no content");
    let copy = whole.own_act(address::OWN_COPY, &[("as", "all")]).await;
    assert_eq!(
        copy.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"mine-samarbeid.json\""
    );
    assert!(
        copy.html.contains(KARI) && copy.html.contains("\"messages\": 1"),
        "{}",
        copy.html
    );
    let rows = console.test.audit().await;
    let row = rows.iter().find(|row| row.action == "exported").unwrap();
    assert_eq!(row.actor, "participant");
    let page = whole.get(address::OWN_PAGE).await;
    assert!(page.html.contains("Hvem: deg selv."), "{}", page.html);
    // No link or form from elsewhere takes a copy.
    let seen = whole.post(address::OWN_COPY, &[("as", "all")]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_withdrawal_at_level_high_reaches_every_exchange() {
    let (console, issuer) = console_of(id_porten()).await;
    apart(&console).await;
    let mut whole = signed_in(&console, &issuer).await;
    let page = whole.get(address::OWN_TAKE_BACK).await;
    // A pair that no code of the provider reaches.
    let between = format!("Alt mellom Navnet til {GP} og Navnet til {SPECIALIST}");
    let pair = value_before(&page, &between);
    let party = value_before(&page, &format!("Alt som går til eller fra Navnet til {READER}"));
    let some = value_before(&page, "Bare noe, hos alle");
    let goals = value_before(&page, "mål og plan: hva du vil");
    let all = value_before(&page, "Alt du har sagt ja til");
    let mut by_code = opened(&console, PROVIDER).await;
    for strange in [&pair, &party, &some, &all] {
        let seen = by_code.own_act(address::OWN_TAKE_BACK, &[("what", strange)]).await;
        assert_eq!(
            seen.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "a handle of another session"
        );
    }

    let page = whole
        .get(&format!("{}?see=1&what={pair}", address::OWN_TAKE_BACK))
        .await;
    assert!(page.html.contains("Ingenting er gjort ennå."), "{}", page.html);
    assert!(page.html.contains(&format!(
        "Navnet til {GP} kan ikke lenger fortelle Navnet til {SPECIALIST} om:"
    )));
    let page = whole.own_act(address::OWN_TAKE_BACK, &[("what", &pair)]).await;
    assert!(page.html.contains("Det er tatt tilbake"), "{}", page.html);
    assert!(page.html.contains("Snakk med dem som hjelper deg."), "{}", page.html);

    // One category, with everybody who has it.
    let fields = [("what", some.as_str()), ("only", goals.as_str())];
    let page = whole.own_act(address::OWN_TAKE_BACK, &fields).await;
    assert_eq!(
        page.html.matches("kan ikke lenger fortelle").count(),
        5,
        "{}",
        page.html
    );
    assert!(
        page.html.contains("mål og plan") && !page.html.contains("hvordan det går"),
        "{}",
        page.html
    );
    let sent = console.test.deliver(&progress("r-1", "c-1", GP)).await;
    console.test.until(sent, "delivered").await;

    let page = whole.own_act(address::OWN_TAKE_BACK, &[("what", &party)]).await;
    assert!(page.html.contains(READER), "{}", page.html);
    let blocked = console.test.accept(&progress("r-2", "c-2", READER)).await;
    assert_eq!(console.test.state(blocked.deliveries[0].id).await, "blocked");

    let page = whole.own_act(address::OWN_TAKE_BACK, &[("what", &all)]).await;
    assert!(page.html.contains("Det er tatt tilbake"), "{}", page.html);
    for (reference, to) in [("r-3", GP), ("r-4", SPECIALIST)] {
        let blocked = console.test.accept(&progress(reference, reference, to)).await;
        assert_eq!(console.test.state(blocked.deliveries[0].id).await, "blocked", "{to}");
    }
    let rows = console.test.audit().await;
    let mut withdrawn = rows.iter().filter(|row| row.action == "consent-withdrawn");
    assert!(withdrawn.all(|row| row.actor == "participant"));
    // Whoever an issuer names still sees what was shared, and what was taken back.
    let page = whole.get(address::OWN_PAGE).await;
    assert!(
        page.html.contains("Dette er tatt tilbake, eller det er over."),
        "{}",
        page.html
    );
    let page = whole.get(address::OWN_TAKE_BACK).await;
    assert!(
        page.html.contains("Her er det ikke noe å ta tilbake nå."),
        "{}",
        page.html
    );
    // Nobody widens or confirms by this session.
    let engine = console.test.engine();
    let by = Actor::SignedParticipant;
    let wider = consent(99, GP, SPECIALIST, &[Category::Progress]);
    assert!(engine.register_consent(wider, &by).await.is_err());
    for one in &engine.consents_of(kari(&console).await).await.unwrap() {
        let confirmed = engine.confirm_consent(one, (&party_id(GP), None), None, &by).await;
        assert!(confirmed.is_err());
    }
}

#[tokio::test]
async fn leaving_ends_the_session_here_and_at_the_issuer() {
    let (console, issuer) = console_of(id_porten()).await;
    let mut whole = signed_in(&console, &issuer).await;
    let mut other_tab = whole.clone();
    let seen = whole.own_act(address::OWN_LEAVE, &[]).await;
    assert_eq!(seen.to(), "/meg/left?at=issuer");
    assert!(!whole.cookies.contains_key(session::OWN));
    let page = whole.get("/meg/left?at=issuer").await;
    let out = "https://login.issuer.example/out?client_id=the-hub&post_logout_redirect_uri=\
        https%3A%2F%2Fhub.example%2Fmeg%2Fleft";
    assert_eq!(page.headers[header::REFRESH], format!("0; url={out}"));
    assert!(
        page.html.contains("Siden er lukket") && page.html.contains("Logg ut av Nordvik"),
        "{}",
        page.html
    );
    let page = whole.get(address::OWN_LEFT).await;
    assert!(
        !page.headers.contains_key(header::REFRESH),
        "the way back from the issuer"
    );
    assert_eq!(other_tab.get(address::OWN_PAGE).await.to(), "/meg/code?over=1");
    let door = other_tab.get("/meg/code?over=1").await;
    assert!(door.html.contains("Her kan du åpne den igjen."), "{}", door.html);

    // An issuer without such a page, or one that is away, hinders nobody from leaving.
    let mut whole = signed_in(&console, &issuer).await;
    issuer.0.lock().unwrap().is_away = true;
    console.advance(Duration::from_secs(20 * 60));
    assert_eq!(whole.get(address::OWN_PAGE).await.status, StatusCode::OK);
    assert_eq!(whole.own_act(address::OWN_LEAVE, &[]).await.to(), "/meg/left?at=issuer");
    assert_eq!(whole.get("/meg/left?at=issuer").await.status, StatusCode::OK);
    assert_eq!(console.test.audited("own-page.left").await, 2);
}

#[tokio::test]
async fn a_session_is_over_after_half_an_hour_and_one_browser_has_one() {
    let (console, issuer) = console_of(id_porten()).await;
    let mut whole = signed_in(&console, &issuer).await;
    let first = whole.cookies[session::OWN].clone();
    // The code that somebody else types in the same browser ends the session before it, and the reverse.
    let made = code_of(&console, GP).await.code.written();
    whole.type_code(&made, "").await;
    let mut before = console.browser();
    before.cookies.insert(session::OWN.to_owned(), first);
    assert_eq!(before.get(address::OWN_PAGE).await.to(), "/meg/code?over=1");
    let by_code = whole.cookies[session::OWN].clone();
    through(&mut whole, &issuer, of_id_porten("02815000075")).await;
    assert!(
        !whole.cookies.contains_key(session::OWN),
        "a stranger's sign-in leaves nobody's page open"
    );
    before.cookies.insert(session::OWN.to_owned(), by_code);
    assert_eq!(before.get(address::OWN_PAGE).await.to(), "/meg/code?over=1");

    let mut whole = signed_in(&console, &issuer).await;
    console.advance(Duration::from_secs(30 * 60));
    let seen = whole.own_act(address::OWN_TAKE_BACK, &[("what", "x")]).await;
    assert_eq!(seen.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_sign_in_begins_on_the_page_and_counts_once_in_its_browser() {
    let (console, issuer) = console_of(id_porten()).await;
    let mut browser = console.browser();
    for site in ["cross-site", "same-site", "none"] {
        let request = browser
            .request("GET", address::OWN_SIGN_IN)
            .header("sec-fetch-site", site);
        let seen = browser.send(request.body(Body::empty()).unwrap()).await;
        let is_begun = seen.status == StatusCode::SEE_OTHER && seen.to().starts_with("https://");
        assert!(!is_begun, "{site}: {:?}", seen.headers.get(header::LOCATION));
    }
    let at_issuer = browser.get(address::OWN_SIGN_IN).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), of_id_porten(KARI));
    // Another browser, which has no part in this sign-in.
    let seen = console.browser().get(&back).await;
    assert_eq!(seen.status, StatusCode::BAD_REQUEST);
    assert!(seen.html.contains("Prøv å logge inn igjen."), "{}", seen.html);
    assert_eq!(
        browser.get(&back).await.status,
        StatusCode::BAD_REQUEST,
        "it was used up"
    );
    // An issuer of participants is none of the console, and gives up and is away like any other.
    let console_start = browser.get("/console/openid/start/own").await;
    assert_eq!(console_start.status, StatusCode::NOT_FOUND);
    let at_issuer = browser.get(address::OWN_SIGN_IN).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), of_id_porten(KARI));
    let state = back.split("&state=").nth(1).unwrap();
    let gave_up = format!("/meg/openid/callback/own?error=access_denied&state={state}");
    let seen = browser.get(&gave_up).await;
    assert!(seen.html.contains("Du ble ikke logget inn."), "{}", seen.html);
    issuer.0.lock().unwrap().is_away = true;
    console.advance(Duration::from_secs(25 * 3600));
    let seen = browser.get(address::OWN_SIGN_IN).await;
    assert_eq!(seen.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(seen.html.contains("Du kan ikke logge inn akkurat nå."), "{}", seen.html);
    assert!(!seen.html.contains("Logg inn med"), "{}", seen.html);
}

#[tokio::test]
async fn an_issuer_or_a_level_that_the_configuration_takes_no_more_opens_nothing() {
    let (console, _) = console_of(id_porten()).await;
    for (issuer, level, is_open) in [
        (ISSUER, "idporten-loa-high", true),
        (ISSUER, "idporten-loa-substantial", false),
        ("https://gone.example", "idporten-loa-high", false),
    ] {
        let by = AtLevel {
            issuer: issuer.to_owned(),
            level: level.to_owned(),
        };
        let begun = console
            .accounts
            .open_own_page_at_issuer(&console.test.number(), &by, console.now())
            .await;
        let token = begun.unwrap().unwrap().token.reveal().to_owned();
        let mut browser = console.browser();
        browser.cookies.insert(session::OWN.to_owned(), token);
        let page = browser.get(address::OWN_PAGE).await;
        if is_open {
            assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        } else {
            assert_eq!(page.to(), "/meg/code?over=1", "{issuer} {level}");
        }
    }
}

#[tokio::test]
async fn without_an_issuer_the_code_is_the_one_way_in() {
    let console = Console::new().await;
    let mut browser = console.browser();
    let door = browser.get(address::OWN_CODE).await;
    assert!(!door.html.contains("Logg inn med") && !door.html.contains(address::OWN_SIGN_IN));
    for path in [address::OWN_SIGN_IN, "/meg/openid/callback/own?code=x&state=y"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let nobody = browser.get(address::OWN_NOBODY).await;
    assert!(
        nobody.html.contains(NOBODY) && !nobody.html.contains("Logg ut av"),
        "{}",
        nobody.html
    );
}
