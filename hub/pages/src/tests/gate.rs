//! Signing in and out.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::routing::any;
use bindeledd_console::address;
use bindeledd_core::account::Role;
use bindeledd_engine::ports::{Actor, caller};
use bindeledd_simulators::authenticator_code;
use tower_service::Service as _;

use super::browser::{Console, PASSWORD};
use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get};
use crate::visit::Visit;
use crate::{serve, session};

const STEP: Duration = Duration::from_secs(31);

#[tokio::test]
async fn the_first_administrator_comes_from_a_link_to_the_first_page() {
    let console = Console::new().await;
    let link = console
        .accounts
        .first_administrator_link(console.now())
        .await
        .unwrap()
        .unwrap();
    let path = format!("{}/{}", address::SET_UP, link.token.reveal());
    let mut browser = console.browser();
    let page = browser.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);

    let wrong = [
        ("login", "Å"),
        ("name", "Kari"),
        ("password", "kort"),
        ("again", "annet"),
    ];
    let page = browser.post(&path, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["login-error", "again-error"] {
        assert!(page.html.contains(field), "{field}: {}", page.html);
    }
    assert!(page.html.contains("value=\"Kari\""), "what was typed is kept");
    assert!(!page.html.contains("kort"), "a password is never shown again");

    let right = [
        ("login", "kari"),
        ("name", "Kari"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    let page = browser.post(&path, &right).await;
    assert!(page.to().starts_with(address::ENROL));
    let page = browser.get(address::ENROL).await;
    let secret = page.between("data-secret>", "<");
    let page = browser.post(address::ENROL, &[("code", "000000")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.between("data-secret>", "<"),
        secret,
        "the same secret is shown again"
    );
    console.advance(STEP);
    let page = browser
        .post(address::ENROL, &[("code", &authenticator_code(&secret, console.now()))])
        .await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.html.matches("<li>").count(), 10, "recovery codes");

    assert_eq!(browser.get(address::NOW).await.status, StatusCode::OK);
    let page = console.browser().get(&path).await;
    assert_eq!(page.status, StatusCode::GONE, "the link works once");
}

#[tokio::test]
async fn a_person_signs_in_with_both_and_comes_to_the_page_asked_for() {
    let console = Console::new().await;
    let (_, secret) = console.account("kari", &[Role::Viewer]).await;
    console.advance(STEP);
    let mut browser = console.browser();
    let page = browser.get("/console/account?x=1").await;
    assert_eq!(page.to(), "/console/sign-in?to=%2Fconsole%2Faccount%3Fx%3D1");
    let page = browser.get(page.to()).await;
    assert!(page.html.contains("value=\"/console/account?x=1\""), "{}", page.html);

    let wrong = [
        ("login", "kari<b>"),
        ("password", "feil"),
        ("to", "/console/account?x=1"),
    ];
    let page = browser.post(address::SIGN_IN, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.html.contains("kari&#60;b&#62;") && !page.html.contains("feil\""));

    let right = [
        ("login", "kari"),
        ("password", PASSWORD),
        ("to", "/console/account?x=1"),
    ];
    let page = browser.post(address::SIGN_IN, &right).await;
    let next = page.to().to_owned();
    assert!(next.starts_with(address::SECOND_FACTOR));
    assert_eq!(browser.get(&next).await.status, StatusCode::OK);
    assert!(
        !browser.cookies.contains_key(session::SESSION),
        "a password alone opens nothing"
    );

    let to = ("to", "/console/account?x=1");
    let page = browser.post(address::SECOND_FACTOR, &[("code", "123456"), to]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut twice = browser.clone();
    let now = authenticator_code(&secret, console.now());
    let page = browser.post(address::SECOND_FACTOR, &[("code", &now), to]).await;
    assert_eq!(page.to(), "/console/account?x=1");
    assert!(browser.cookies.contains_key(session::SESSION));
    // A second click finds the sign-in over, and a code works once.
    let page = twice.post(address::SECOND_FACTOR, &[("code", &now), to]).await;
    assert!(page.to().starts_with("/console/sign-in?over=1"), "{}", page.to());

    let page = browser.get("/console/account").await;
    assert!(page.html.contains("Kari &#60;b&#62;"), "{}", page.html);
    assert_eq!(
        browser.get(address::SIGN_IN).await.to(),
        address::NOW,
        "signed in already"
    );
}

#[tokio::test]
async fn a_session_ends_by_sign_out_by_time_and_by_an_administrator() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    let mut other_tab = browser.clone();
    assert_eq!(browser.get(address::NOW).await.status, StatusCode::OK);
    assert_eq!(browser.act(address::SIGN_OUT, &[]).await.to(), address::SIGN_IN);
    // The other tab still has the cookie; the session is over in the store.
    assert_eq!(
        other_tab.get(address::NOW).await.to(),
        "/console/sign-in?over=1&to=%2Fconsole"
    );

    let mut browser = console.signed_in("ola", &[Role::Viewer]).await;
    console.advance(Duration::from_secs(24 * 3600));
    let page = browser.get(address::NOW).await;
    assert_eq!(page.to(), "/console/sign-in?over=1&to=%2Fconsole");
    let page = browser.get("/console/sign-in?over=1").await;
    assert!(page.html.contains("Du er logget ut"), "{}", page.html);

    let mut browser = console.signed_in("siv", &[Role::Viewer]).await;
    let accounts = console.accounts.list().await.unwrap();
    let siv = accounts
        .iter()
        .find(|account| account.login.as_str() == "siv")
        .unwrap()
        .id;
    console
        .accounts
        .disable(siv, &Actor::Operator, console.now())
        .await
        .unwrap();
    assert!(browser.get(address::NOW).await.to().starts_with(address::SIGN_IN));
}

#[tokio::test]
async fn a_form_counts_only_from_the_sessions_own_page() {
    let console = Console::new().await;
    let mut kari = console.signed_in("kari", &[Role::Viewer]).await;
    let mut ola = console.signed_in("ola", &[Role::Viewer]).await;
    let csrf_of_ola = ola.get(address::ACCOUNT).await.csrf();
    let everywhere = "/console/account/sign-out-everywhere";
    for fields in [&[][..], &[("csrf", "")], &[("csrf", &csrf_of_ola)]] {
        let page = kari.post(everywhere, fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{fields:?}");
    }
    let csrf = kari.get(address::ACCOUNT).await.csrf();
    for site in ["cross-site", "same-site"] {
        let page = kari.post_from(site, everywhere, &[("csrf", &csrf)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{site}");
        let page = kari.post_from(site, address::SIGN_IN, &[("login", "kari")]).await;
        assert_eq!(
            page.status,
            StatusCode::FORBIDDEN,
            "{site}: nobody signs a person in from elsewhere"
        );
    }
    assert_eq!(kari.get(address::NOW).await.status, StatusCode::OK, "nothing was done");
    assert_eq!(kari.post(everywhere, &[("csrf", &csrf)]).await.to(), address::SIGN_IN);
    // A form of a session that is over asks to sign in, and does nothing.
    assert_eq!(
        kari.post(everywhere, &[("csrf", &csrf)]).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_sign_in_counts_against_the_address_with_a_session_too() {
    let console = Console::with_few_strangers(|_| None).await;
    let mut kari = console.signed_in("kari", &[Role::Viewer]).await;
    let mut refused = 0;
    for _ in 0..20 {
        let page = kari.post(address::SECOND_FACTOR, &[("code", "123456")]).await;
        refused += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
        let page = kari.get("/console/openid/start/own").await;
        refused += usize::from(page.status == StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            kari.get(address::NOW).await.status,
            StatusCode::OK,
            "a page is no sign-in"
        );
    }
    assert!(refused >= 25, "{refused}");
}

/// A page that says on whose behalf it is made.
static ON_BEHALF: PageRoute = get!("/console/behalf", Nobody, on_behalf);

async fn on_behalf(_: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    Ok(Answer::page(caller().to_string()))
}

#[tokio::test]
async fn the_work_of_a_page_is_on_behalf_of_its_person() {
    let console = Console::new().await;
    let (kari, token, _) = console.signed("kari", &[Role::Viewer]).await;
    let state = Arc::clone(&console.pages.state);
    let mut router = Router::new().route(
        ON_BEHALF.path,
        any(async move |request: Request<Body>| serve::page(&state, &ON_BEHALF, request).await),
    );
    for (cookie, by) in [
        (format!("{}={token}", session::SESSION), Actor::Person(kari)),
        (String::new(), Actor::Hub),
    ] {
        let request = Request::builder().uri(ON_BEHALF.path).header(header::COOKIE, cookie);
        let answer = router.call(request.body(Body::empty()).unwrap()).await.unwrap();
        let said = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&said), by.to_string());
    }
}

#[tokio::test]
async fn a_person_changes_the_password_and_ends_other_sessions() {
    let console = Console::new().await;
    let (_, secret) = console.account("kari", &[Role::Viewer]).await;
    console.advance(STEP);
    let mut browser = console.browser();
    browser
        .post(address::SIGN_IN, &[("login", "kari"), ("password", PASSWORD)])
        .await;
    let now = authenticator_code(&secret, console.now());
    browser.post(address::SECOND_FACTOR, &[("code", &now)]).await;
    let path = "/console/account/password";
    let new = "et annet langt passord";
    for (fields, wrong) in [
        ([("old", "feil"), ("password", new), ("again", new)], "old-error"),
        (
            [("old", PASSWORD), ("password", "kort"), ("again", "kort")],
            "password-error",
        ),
        (
            [("old", PASSWORD), ("password", new), ("again", "annet")],
            "again-error",
        ),
    ] {
        let page = browser.act(path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.html.contains(wrong), "{wrong}");
    }
    let page = browser.get(address::ACCOUNT).await;
    assert_eq!(
        page.html.matches("name=\"session\"").count(),
        2,
        "the sign-in at set-up, and this one"
    );
    let fields = [("old", PASSWORD), ("password", new), ("again", new)];
    let page = browser.act(path, &fields).await;
    assert_eq!(page.to(), "/console/account?changed=1");
    let page = browser.get(page.to()).await;
    assert!(page.html.contains("Passordet er byttet"));
    assert_eq!(page.html.matches("name=\"session\"").count(), 1);
    let own = page.between("name=\"session\" value=\"", "\"");
    assert_eq!(
        browser
            .act("/console/account/sign-out", &[("session", "x")])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        browser
            .act("/console/account/sign-out", &[("session", &own)])
            .await
            .to(),
        address::SIGN_IN
    );
    assert!(browser.get(address::NOW).await.to().starts_with(address::SIGN_IN));
}

#[tokio::test]
async fn a_page_is_in_the_language_that_the_person_chose() {
    let console = Console::new().await;
    let mut browser = console.browser();
    browser.language = "de, en;q=0.5";
    let page = browser.get("/console/sign-in?to=%2Fconsole%2Faccount").await;
    assert!(page.html.contains("<html lang=\"en\""));
    let other = page
        .between("<a href=\"/console/language", "\"")
        .replace("&amp;", "&")
        .replace("&#38;", "&");
    let page = browser.get(&format!("/console/language{other}")).await;
    assert_eq!(page.to(), "/console/sign-in?to=%2Fconsole%2Faccount");
    let page = browser.get(page.to()).await;
    assert!(page.html.contains("<html lang=\"nb\""));
    let page = browser.get("/console/language?to=xx&back=https://evil.example").await;
    assert_eq!(page.to(), address::NOW);
}

#[tokio::test]
async fn every_answer_has_the_policy_and_only_files_are_kept_by_browsers() {
    let console = Console::new().await;
    let mut browser = console.signed_in("kari", &[Role::Viewer]).await;
    for path in [
        address::NOW,
        address::SIGN_IN,
        "/console/none",
        address::HELP,
        "/console/help/BL-1101",
    ] {
        let page = browser.get(path).await;
        let header = |name: &str| {
            page.headers
                .get(name)
                .map(|value| value.to_str().unwrap())
                .unwrap_or_default()
        };
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "require-trusted-types-for 'script'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
    }
    let page = browser.get(address::SIGN_IN).await;
    drop(page);
    let page = browser.get(address::NOW).await;
    let style = page.between("<link rel=\"stylesheet\" href=\"", "\"");
    let file = console.browser().get(&style).await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(
        file.headers[header::CACHE_CONTROL]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    assert_eq!(
        console.browser().get("/assets/console.css").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_code_has_its_page() {
    let console = Console::new().await;
    let page = console.browser().get("/console/help/BL-1101").await;
    assert!(page.html.contains("Nobody is known by that key") && page.status == StatusCode::OK);
    let page = console.browser().get("/console/help/none").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
