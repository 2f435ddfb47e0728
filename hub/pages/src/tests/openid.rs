//! Signing in at an issuer: linking, strength, answers that are not accepted, an issuer that is away, its logout tokens.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use bindeledd_accounts::SetupLink;
use bindeledd_console::address;
use bindeledd_core::AccountId;
use bindeledd_core::account::Role;
use bindeledd_engine::ports::Actor;
use bindeledd_http::{ConsoleIssuer, LogoutFault};
use bindeledd_simulators::authenticator_code;
use serde_json::{Value, json};

use super::browser::{Browser, Console, PASSWORD, Seen, person};
use super::issuer::{Issuer, LOGOUT};
use crate::session;

const START: &str = "/console/openid/start/own";

async fn console(issuer: &Issuer, change: impl FnOnce(&mut ConsoleIssuer)) -> Console {
    let mut options = Issuer::options();
    change(&mut options);
    Console::with(|_| Some(issuer.openid(options))).await
}

impl Console {
    async fn added(&self, login: &str) -> (AccountId, SetupLink) {
        let added = self
            .accounts
            .add(person(login, &[Role::Operator]), &Actor::Operator, self.now());
        added.await.unwrap()
    }
}

/// Opens the page of a link. Returns the address there at which a sign-in begins.
async fn shown(browser: &mut Browser<'_>, link: &SetupLink) -> String {
    let page = browser
        .get(&format!("{}/{}", address::SET_UP, link.token.reveal()))
        .await;
    let rest = page.between(&format!("href=\"{START}"), "\"").replace("&#38;", "&");
    format!("{START}{rest}")
}

/// Goes through a sign-in at the issuer, from an address of this hub.
async fn through(browser: &mut Browser<'_>, issuer: &Issuer, from: &str, change: impl FnOnce(&mut Value)) -> Seen {
    let at_issuer = browser.get(from).await.to().to_owned();
    let back = issuer.back(&at_issuer, browser.console.now(), change);
    browser.get(&back).await
}

/// Links Kari's account to her identity. Returns the account and her browser.
async fn linked<'c>(console: &'c Console, issuer: &Issuer) -> (AccountId, Browser<'c>) {
    let (id, link) = console.added("kari").await;
    let mut browser = console.browser();
    let from = shown(&mut browser, &link).await;
    let seen = through(&mut browser, issuer, &from, |_| {}).await;
    assert_eq!(seen.to(), address::NOW);
    (id, browser)
}

#[tokio::test]
async fn an_administrator_sees_the_issuer_of_an_account_and_never_the_person_there() {
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    let (id, _) = linked(&console, &issuer).await;
    let mut siv = console.signed_in("siv", &[Role::Administrator]).await;
    let list = siv.get(address::USERS).await.html;
    let page = siv.get(&address::user(&id.to_string())).await.html;
    for seen in [&list, &page] {
        assert!(seen.contains("Nordvik &#60;b&#62;ID"), "{seen}");
        assert!(
            !seen.contains("kari-1") && !seen.contains(super::issuer::ISSUER),
            "{seen}"
        );
    }
    assert!(list.contains("Passord og engangskode"), "{list}");
    assert!(!list.contains("Har ikke brukt lenken"), "an identity is a way in");
    assert!(
        page.contains("Identitet hos innloggingstjeneste") && page.contains("med Nordvik &#60;b&#62;ID"),
        "{page}"
    );
    siv.language = "en";
    let page = siv.get(&address::user(&id.to_string())).await.html;
    assert!(
        page.contains("Last sign-in") && page.contains("with Nordvik &#60;b&#62;ID"),
        "{page}"
    );
}

fn is_trouble(seen: &Seen, status: StatusCode, code: &str) {
    assert_eq!(seen.status, status, "{}", seen.html);
    assert!(seen.html.contains(code), "{code}: {}", seen.html);
    assert!(seen.html.contains(address::SIGN_IN), "{}", seen.html);
    assert!(!seen.html.contains("kari-1"), "{}", seen.html);
}

#[tokio::test]
async fn a_person_links_an_identity_by_the_accounts_link_and_signs_in_with_it() {
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    let (id, link) = console.added("kari").await;
    let mut browser = console.browser();
    let page = browser
        .get(&format!("{}/{}", address::SET_UP, link.token.reveal()))
        .await;
    assert!(page.html.contains("Nordvik &#60;b&#62;ID"), "{}", page.html);
    let from = page
        .between("href=\"/console/openid/start/own", "\"")
        .replace("&#38;", "&");
    let seen = browser.get(&format!("{START}{from}")).await;
    let at_issuer = seen.to().to_owned();
    for part in [
        "https://login.issuer.example/authorize?response_type=code&client_id=the-hub",
        "redirect_uri=https%3A%2F%2Fhub.example%2Fconsole%2Fopenid%2Fcallback%2Fown",
        "scope=openid",
        "code_challenge_method=S256",
        "acr_values=high",
    ] {
        assert!(at_issuer.contains(part), "{part}: {at_issuer}");
    }
    assert!(!at_issuer.contains(link.token.reveal()), "the link stays here");
    let cookie = seen.headers[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.contains("Max-Age=600") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let back = issuer.back(&at_issuer, console.now(), |_| {});
    let seen = browser.get(&back).await;
    assert_eq!(seen.to(), address::NOW);
    assert_eq!(browser.get(address::NOW).await.status, StatusCode::OK);

    // The link is used up, and the identity signs in by itself from now on.
    let seen = console
        .browser()
        .get(&format!("{}/{}", address::SET_UP, link.token.reveal()))
        .await;
    assert_eq!(seen.status, StatusCode::GONE);
    let mut other = console.browser();
    let from = format!("{START}?to=%2Fconsole%2Faccount");
    let seen = through(&mut other, &issuer, &from, |claims| claims["sid"] = json!("s2")).await;
    assert_eq!(seen.to(), "/console/account");
    assert_ne!(browser.cookies[session::SESSION], other.cookies[session::SESSION]);
    let sessions = console.accounts.sessions(id).await.unwrap();
    assert_eq!(sessions.len(), 2);
    assert!(
        sessions
            .iter()
            .all(|one| one.issuer.as_deref() == Some(super::issuer::ISSUER))
    );

    // The way out leads to the issuer by a link: the policy lets no form leave.
    let seen = other.act(address::SIGN_OUT, &[]).await;
    assert_eq!(seen.to(), "/console/sign-in?left=own");
    let page = other.get(seen.to()).await;
    let out = "https://login.issuer.example/out?client_id=the-hub&#38;post_logout_redirect_uri=";
    assert!(page.html.contains(out), "{}", page.html);
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self';"), "{policy}");
}

#[tokio::test]
async fn without_a_required_strength_the_hubs_own_second_factor_follows() {
    let issuer = Issuer::new();
    let console = console(&issuer, |options| options.acr.clear()).await;
    let (id, link) = console.added("kari").await;
    let mut browser = console.browser();
    let from = shown(&mut browser, &link).await;
    let seen = through(&mut browser, &issuer, &from, |_| {}).await;
    assert!(seen.to().starts_with(address::ENROL), "{}", seen.to());
    assert!(!browser.cookies.contains_key(session::SESSION));
    let secret = browser.get(address::ENROL).await.between("data-secret>", "<");
    let typed = authenticator_code(&secret, console.now());
    assert_eq!(
        browser.post(address::ENROL, &[("code", &typed)]).await.status,
        StatusCode::OK
    );
    assert_eq!(browser.get(address::NOW).await.status, StatusCode::OK);

    console.advance(Duration::from_secs(31));
    let mut other = console.browser();
    let seen = through(&mut other, &issuer, START, |claims| claims["acr"] = json!("low")).await;
    assert!(seen.to().starts_with(address::SECOND_FACTOR), "{}", seen.to());
    let typed = authenticator_code(&secret, console.now());
    let seen = other.post(address::SECOND_FACTOR, &[("code", &typed)]).await;
    assert_eq!(seen.to(), address::NOW);
    let sessions = console.accounts.sessions(id).await.unwrap();
    assert!(sessions.iter().all(|one| one.issuer.is_some()), "{sessions:?}");
}

#[tokio::test]
async fn an_answer_counts_once_in_the_browser_that_asked_and_for_ten_minutes() {
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    linked(&console, &issuer).await;
    let refused = |seen: &Seen| is_trouble(seen, StatusCode::BAD_REQUEST, "BL-1208");

    let mut browser = console.browser();
    let at_issuer = browser.get(START).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), |_| {});
    // An attacker can not make another browser finish a sign-in (login CSRF), and the try uses the state up.
    refused(&console.browser().get(&back).await);
    refused(&browser.get(&back).await);

    let at_issuer = browser.get(START).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), |_| {});
    assert_eq!(browser.get(&back).await.to(), address::NOW);
    refused(&browser.get(&back).await);

    let at_issuer = browser.get(START).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), |_| {});
    console.advance(Duration::from_secs(600));
    refused(&browser.get(&back).await);

    for change in [
        |back: &str| back.replace("issuer.example", "other.example"),
        |back: &str| back.split("&iss=").next().unwrap().to_owned(),
        |back: &str| back.replace("code=", "x="),
        |back: &str| back.replace("code-", "unknown-"),
        |back: &str| back.replace("state=", "state=x"),
    ] {
        let at_issuer = browser.get(START).await.to().to_owned();
        let back = issuer.back(&at_issuer, console.now(), |_| {});
        refused(&browser.get(&change(&back)).await);
    }
    let at_issuer = browser.get(START).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), |_| {});
    let given_up = back.replace("code=", "error=access_denied&x=");
    is_trouble(&browser.get(&given_up).await, StatusCode::BAD_REQUEST, "BL-1207");

    // Two tabs of one browser do not disturb each other.
    let (one, two) = (
        browser.get(START).await.to().to_owned(),
        browser.get(START).await.to().to_owned(),
    );
    for at_issuer in [one, two] {
        let back = issuer.back(&at_issuer, console.now(), |_| {});
        assert_eq!(browser.get(&back).await.to(), address::NOW);
    }
}

#[tokio::test]
async fn a_token_that_does_not_fit_signs_nobody_in() {
    type Change = fn(&mut Value);
    let changes: [(&str, Change); 14] = [
        ("nonce", |claims| claims["nonce"] = json!("other")),
        ("no nonce", |claims| claims["nonce"] = Value::Null),
        ("issuer", |claims| claims["iss"] = json!("https://other.example")),
        ("audience", |claims| claims["aud"] = json!("other")),
        ("audiences", |claims| claims["aud"] = json!(["the-hub", "other"])),
        ("party", |claims| claims["azp"] = json!("other")),
        ("expired", |claims| {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 31)
        }),
        ("early", |claims| {
            claims["nbf"] = json!(claims["iat"].as_i64().unwrap() + 90)
        }),
        ("old", |claims| {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 700)
        }),
        ("subject", |claims| claims["sub"] = json!("")),
        ("claim", |claims| claims["oid"] = Value::Null),
        ("long claim", |claims| claims["oid"] = json!("x".repeat(256))),
        ("claim of another kind", |claims| claims["oid"] = json!(["kari-1"])),
        ("events", |claims| claims["events"] = json!({ LOGOUT: {} })),
    ];
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    linked(&console, &issuer).await;
    for (name, change) in changes {
        let mut browser = console.browser();
        let seen = through(&mut browser, &issuer, START, change).await;
        assert!(seen.html.contains("BL-1208"), "{name}: {}", seen.html);
        assert!(!browser.cookies.contains_key(session::SESSION), "{name}");
    }
    let party = |claims: &mut Value| {
        claims["aud"] = json!(["other", "the-hub"]);
        claims["azp"] = json!("the-hub");
    };
    let seen = through(&mut console.browser(), &issuer, START, party).await;
    assert_eq!(seen.to(), address::NOW);
    // RFC 7519 lets a time have a fraction.
    let fractions = |claims: &mut Value| {
        for name in ["iat", "exp", "auth_time"] {
            claims[name] = json!(claims[name].as_f64().unwrap() + 0.25);
        }
    };
    let seen = through(&mut console.browser(), &issuer, START, fractions).await;
    assert_eq!(seen.to(), address::NOW);
}

#[tokio::test]
async fn a_sign_in_that_is_weak_or_old_and_a_person_without_an_account_are_told_so() {
    let issuer = Issuer::new();
    let console = console(&issuer, |options| options.auth_age = Some(300)).await;
    let (id, _) = linked(&console, &issuer).await;
    type Change = fn(&mut Value);
    let weak: [Change; 4] = [
        |claims| claims["acr"] = json!("low"),
        |claims| claims["acr"] = Value::Null,
        |claims| claims["auth_time"] = json!(claims["iat"].as_i64().unwrap() - 331),
        |claims| claims["auth_time"] = Value::Null,
    ];
    for change in weak {
        let seen = through(&mut console.browser(), &issuer, START, change).await;
        is_trouble(&seen, StatusCode::FORBIDDEN, "BL-1210");
    }
    let several = |claims: &mut Value| claims["acr"] = json!(["low", "high"]);
    let seen = through(&mut console.browser(), &issuer, START, several).await;
    assert_eq!(seen.to(), address::NOW);

    let seen = through(&mut console.browser(), &issuer, START, |claims| {
        claims["oid"] = json!("ola-1")
    })
    .await;
    is_trouble(&seen, StatusCode::FORBIDDEN, "BL-1209");

    // Kari's identity does not come to a second account, and a weak sign-in uses no link.
    let (_, link) = console.added("ola").await;
    let mut first = console.browser();
    let mut late = console.browser();
    let from = shown(&mut first, &link).await;
    let from_late = shown(&mut late, &link).await;
    let seen = through(&mut first, &issuer, &from, |_| {}).await;
    is_trouble(&seen, StatusCode::CONFLICT, "BL-1211");
    let seen = through(&mut first, &issuer, &from, |claims| claims["acr"] = json!("low")).await;
    is_trouble(&seen, StatusCode::FORBIDDEN, "BL-1210");
    let seen = through(&mut first, &issuer, &from, |claims| claims["oid"] = json!("ola-1")).await;
    assert_eq!(seen.to(), address::NOW);
    let seen = through(&mut late, &issuer, &from_late, |claims| claims["oid"] = json!("ola-1")).await;
    assert_eq!(seen.status, StatusCode::GONE, "a link works once");

    console
        .accounts
        .disable(id, &Actor::Operator, console.now())
        .await
        .unwrap();
    let seen = through(&mut console.browser(), &issuer, START, |_| {}).await;
    is_trouble(&seen, StatusCode::FORBIDDEN, "BL-1209");
}

#[tokio::test]
async fn an_issuer_that_is_away_or_can_not_do_enough_says_so_and_passwords_work() {
    let issuer = Issuer::new();
    issuer.0.lock().unwrap().is_away = true;
    let console = console(&issuer, |_| {}).await;
    let (_, secret) = console.account("kari", &[Role::Viewer]).await;
    console.advance(Duration::from_secs(31));
    is_trouble(
        &console.browser().get(START).await,
        StatusCode::SERVICE_UNAVAILABLE,
        "BL-1206",
    );
    let mut browser = console.browser();
    assert_eq!(browser.get(address::SIGN_IN).await.status, StatusCode::OK);
    let fields = [("login", "kari"), ("password", PASSWORD)];
    assert!(
        browser
            .post(address::SIGN_IN, &fields)
            .await
            .to()
            .starts_with(address::SECOND_FACTOR)
    );
    let typed = authenticator_code(&secret, console.now());
    assert_eq!(
        browser.post(address::SECOND_FACTOR, &[("code", &typed)]).await.to(),
        address::NOW
    );

    // Nothing is kept of a failure for longer than some seconds.
    issuer.0.lock().unwrap().is_away = false;
    console.advance(Duration::from_secs(6));
    let mut browser = console.browser();
    let at_issuer = browser.get(START).await.to().to_owned();
    let back = issuer.back(&at_issuer, console.now(), |_| {});
    issuer.0.lock().unwrap().is_away = true;
    is_trouble(&browser.get(&back).await, StatusCode::SERVICE_UNAVAILABLE, "BL-1206");

    for (name, value) in [
        ("issuer", json!("https://other.example")),
        ("code_challenge_methods_supported", json!(["plain"])),
        ("response_types_supported", json!(["id_token"])),
        ("authorization_endpoint", json!("http://login.issuer.example/authorize")),
        ("token_endpoint", json!("javascript:1")),
    ] {
        let issuer = Issuer::new();
        issuer.0.lock().unwrap().metadata[name] = value;
        let console = Console::with(|_| Some(issuer.openid(Issuer::options()))).await;
        is_trouble(
            &console.browser().get(START).await,
            StatusCode::SERVICE_UNAVAILABLE,
            "BL-1206",
        );
    }
}

#[tokio::test]
async fn a_new_key_of_the_issuer_counts_and_the_old_one_no_longer() {
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    linked(&console, &issuer).await;
    let mut browser = console.browser();
    let at_issuer = browser.get(START).await.to().to_owned();
    let of_old_key = issuer.back(&at_issuer, console.now(), |_| {});
    console.advance(Duration::from_secs(31));
    issuer.new_key("k2");
    let seen = through(&mut console.browser(), &issuer, START, |_| {}).await;
    assert_eq!(seen.to(), address::NOW);
    is_trouble(
        &browser.get(&of_old_key).await,
        StatusCode::SERVICE_UNAVAILABLE,
        "BL-1206",
    );
    // A key that calls itself the same signs nothing.
    console.advance(Duration::from_secs(31));
    issuer.new_key("k2");
    let seen = through(&mut console.browser(), &issuer, START, |_| {}).await;
    is_trouble(&seen, StatusCode::BAD_REQUEST, "BL-1208");
}

/// Posts a logout token as an issuer does: without a cookie and without a browser's headers.
async fn logout(console: &Console, token: &str) -> StatusCode {
    let mut machine = console.browser();
    let request = machine
        .request("POST", "/console/openid/back-channel")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("logout_token={token}")))
        .unwrap();
    let seen = machine.send(request).await;
    assert_eq!(seen.headers[header::CACHE_CONTROL], "no-store");
    seen.status
}

#[tokio::test]
async fn the_issuer_ends_the_sessions_that_its_token_names() {
    type Change = fn(&mut Value);
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    let (_, mut first) = linked(&console, &issuer).await;
    let mut second = console.browser();
    through(&mut second, &issuer, START, |claims| claims["sid"] = json!("s2")).await;
    let now = console.now();
    let wrong: [(&str, Change); 11] = [
        ("nonce", |claims| claims["nonce"] = json!("n")),
        ("no event", |claims| claims["events"] = Value::Null),
        ("another event", |claims| {
            claims["events"] = json!({"http://other.example": {}})
        }),
        ("an event that is no object", |claims| {
            claims["events"] = json!({ LOGOUT: true })
        }),
        ("issuer", |claims| claims["iss"] = json!("https://other.example")),
        ("audience", |claims| claims["aud"] = json!("other")),
        ("expired", |claims| {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 31)
        }),
        ("no id", |claims| claims["jti"] = Value::Null),
        ("nobody", |claims| {
            claims["sub"] = Value::Null;
            claims["sid"] = Value::Null;
        }),
        ("no time", |claims| claims["iat"] = Value::Null),
        ("long", |claims| {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() + 7200)
        }),
    ];
    for (name, change) in wrong {
        assert_eq!(
            logout(&console, &issuer.logout(now, change)).await,
            StatusCode::BAD_REQUEST,
            "{name}"
        );
    }
    let second_now = now.as_second();
    let id_token = json!({
        "iss": super::issuer::ISSUER, "aud": super::issuer::CLIENT, "sub": "kari", "sid": "s1", "iat": second_now,
        "exp": second_now + 60, "jti": "x",
    });
    for token in [
        "",
        "a.b.c",
        &issuer.sign("JWT", &id_token),
        &issuer.sign("at+jwt", &id_token),
    ] {
        assert_eq!(logout(&console, token).await, StatusCode::BAD_REQUEST, "{token}");
    }
    assert_eq!(first.get(address::NOW).await.status, StatusCode::OK);

    let token = issuer.logout(now, |_| {});
    assert_eq!(logout(&console, &token).await, StatusCode::OK);
    assert!(
        first
            .get(address::NOW)
            .await
            .to()
            .starts_with("/console/sign-in?over=1")
    );
    assert_eq!(second.get(address::NOW).await.status, StatusCode::OK);
    assert_eq!(
        logout(&console, &token).await,
        StatusCode::BAD_REQUEST,
        "a token works once"
    );
    let everything = issuer.logout(now, |claims| claims["sid"] = Value::Null);
    // A claim without a value names nothing.
    assert_eq!(logout(&console, &everything).await, StatusCode::OK);
    assert!(
        second
            .get(address::NOW)
            .await
            .to()
            .starts_with("/console/sign-in?over=1")
    );
}

#[tokio::test]
async fn nobody_is_led_to_link_an_identity_without_the_page_that_names_the_account() {
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    let (of_ola, link) = console.added("ola").await;
    let page = format!("{}/{}", address::SET_UP, link.token.reveal());
    let straight = format!("{START}?link={}", link.token.reveal());
    // A sign-in leads on to any page of this hub, so that a browser says that this hub asks for the address.
    let mut kari = console.signed_in("kari", &[Role::Viewer]).await;
    let seen = kari
        .get(&format!("{}?to={}", address::SIGN_IN, address::segment(&straight)))
        .await;
    assert_eq!(seen.to(), straight);
    let request = kari.request("GET", &straight).header("sec-fetch-site", "same-origin");
    let seen = kari.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(seen.to(), page, "the page is shown first");
    // Nobody can make the proof of another browser, or of another link.
    let (_, other) = console.added("siv").await;
    let mut attacker = console.browser();
    let of_attacker = shown(&mut attacker, &link).await;
    let of_other = shown(&mut kari, &other).await;
    let moved = of_other.replace(other.token.reveal(), link.token.reveal());
    for from in [of_attacker.as_str(), &moved, &format!("{straight}&proof=")] {
        assert_eq!(kari.get(from).await.to(), page, "{from}");
    }
    let own = shown(&mut kari, &link).await;
    assert_eq!(through(&mut kari, &issuer, &own, |_| {}).await.to(), address::NOW);
    assert_eq!(console.accounts.sessions(of_ola).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_issuer_may_end_many_sessions_at_once_and_strangers_may_not_try_at_will() {
    let issuer = Issuer::new();
    let console = Console::with_few_strangers(|_| Some(issuer.openid(Issuer::options()))).await;
    for _ in 0..20 {
        let token = issuer.logout(console.now(), |_| {});
        assert_eq!(logout(&console, &token).await, StatusCode::OK);
    }
    let mut refused = 0;
    for _ in 0..20 {
        refused += usize::from(logout(&console, "a.b.c").await == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(refused >= 10, "{refused}");
}

#[tokio::test]
async fn a_logout_token_works_until_its_sessions_have_ended() {
    let issuer = Issuer::new();
    let openid = issuer.openid(Issuer::options());
    let now = bindeledd_test_engine::ManualClock::begin();
    let token = issuer.logout(now, |_| {});
    // The hub could not end the sessions, and the issuer sends the token again.
    openid.logged_out(&token, now).await.unwrap();
    let again = openid.logged_out(&token, now).await.unwrap();
    openid.ended(again);
    assert!(openid.logged_out(&token, now).await.is_err());
}

#[tokio::test]
async fn keys_that_are_away_are_told_although_another_client_refuses_the_token() {
    let issuer = Issuer::new();
    let other = ConsoleIssuer {
        name: "other".into(),
        client_id: "another-client".into(),
        ..Issuer::options()
    };
    let now = bindeledd_test_engine::ManualClock::begin();
    let token = issuer.logout(now, |_| {});
    for clients in [vec![Issuer::options(), other.clone()], vec![other, Issuer::options()]] {
        let is_first = clients[0].name == "own";
        let openid = issuer.clients(clients);
        // The first client gets no keys, and the second does.
        issuer.0.lock().unwrap().fails = 1;
        let answer = openid.logged_out(&token, now).await;
        if is_first {
            assert_eq!(answer.err(), Some(LogoutFault::Away));
        } else {
            assert!(answer.is_ok());
        }
        // An issuer sends the token again after such an answer.
        let later = now + Duration::from_secs(31);
        assert!(openid.logged_out(&token, later).await.is_ok());
    }
}

#[tokio::test]
async fn a_sign_in_begins_on_a_page_of_this_hub_and_leads_to_one() {
    let issuer = Issuer::new();
    let console = console(&issuer, |_| {}).await;
    let (_, mut browser) = linked(&console, &issuer).await;
    for elsewhere in ["cross-site", "same-site", "none"] {
        let request = browser.request("GET", START).header("sec-fetch-site", elsewhere);
        let request = request.body(Body::empty()).unwrap();
        assert_eq!(browser.send(request).await.to(), address::SIGN_IN, "{elsewhere}");
    }
    let seen = browser.get("/console/openid/start/other").await;
    assert_eq!(seen.status, StatusCode::NOT_FOUND);
    for to in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2Fconsole%5Cevil"] {
        let seen = through(&mut browser, &issuer, &format!("{START}?to={to}"), |_| {}).await;
        assert_eq!(seen.to(), address::NOW);
    }
    let without = Console::new().await;
    for path in [START, "/console/openid/callback/own?state=x"] {
        assert_eq!(
            without.browser().get(path).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(logout(&without, "x").await, StatusCode::NOT_FOUND);
}
