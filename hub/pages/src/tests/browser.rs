//! A browser without script: it keeps cookies, follows no redirect, and posts the forms that pages have.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use bindeledd_accounts::{Accounts, Enrolled, Finished, Parts, Person, Step};
use bindeledd_console::address;
use bindeledd_core::account::{DisplayName, LoginName, Role, Roles};
use bindeledd_core::{AccountId, PartyId};
use bindeledd_engine::Settings;
use bindeledd_engine::ports::{Actor, Entropy};
use bindeledd_http::{OpenId, Options, Rate, Web};
use bindeledd_simulators::authenticator_code;
use bindeledd_test_engine::versions::VersionedAdapters;
use bindeledd_test_engine::{Dice, TestEngine};
use jiff::Timestamp;
use tower_service::Service as _;

use crate::{Pages, Setting, SettingOrigin};

pub(super) const PASSWORD: &str = "et langt nok passord";
/// The rate of strangers' requests. The tests' strangers have one address.
const STRANGERS: Rate = Rate::new(100_000, 100_000);
/// Name of a person, which every page has to escape.
pub(super) const NAME: &str = "Kari <b>Nordmann</b> čáhci";

/// The pages over an engine.
pub(super) struct Console {
    pub(super) test: TestEngine,
    pub(super) accounts: Accounts,
    pub(super) pages: Pages,
    router: Router,
}

pub(super) fn person(login: &str, roles: &[Role]) -> Person {
    let party = roles
        .iter()
        .any(|role| role.is_of_mailbox())
        .then(|| PartyId::parse(bindeledd_test_engine::PROVIDER).unwrap());
    Person {
        login: LoginName::parse(login).unwrap(),
        name: DisplayName::parse(NAME).unwrap(),
        roles: Roles::of(roles, party.as_ref()).unwrap(),
        party,
    }
}

impl Console {
    pub(super) async fn new() -> Self {
        Self::with(|_| None).await
    }

    /// Makes the pages of a hub whose adapters have several versions.
    pub(super) async fn that_switches() -> (Self, Arc<VersionedAdapters>) {
        let (test, versions) = TestEngine::that_switches().await;
        let console = Self::over(test, (STRANGERS, None), (|_| None, None)).await;
        (console, versions)
    }

    /// Makes the pages with issuers, from the time of the engine.
    pub(super) async fn with(openid: impl FnOnce(Timestamp) -> Option<OpenId>) -> Self {
        Self::over(TestEngine::new().await, (STRANGERS, None), (openid, None)).await
    }

    /// Makes the pages with issuers, of a hub that takes few requests of strangers.
    pub(super) async fn with_few_strangers(openid: impl FnOnce(Timestamp) -> Option<OpenId>) -> Self {
        Self::over(TestEngine::new().await, (Rate::new(1, 5), None), (openid, None)).await
    }

    /// Makes the pages of a hub at which persons may ask to see content.
    pub(super) async fn with_break_glass() -> Self {
        let settings = Settings {
            break_glass: true,
            ..Settings::default()
        };
        Self::over(TestEngine::with(settings).await, (STRANGERS, None), (|_| None, None)).await
    }

    /// Makes the pages of a hub at which participants sign in with this issuer, and persons may ask to see content.
    pub(super) async fn with_own_issuer(issuer: OpenId) -> Self {
        let settings = Settings {
            break_glass: true,
            ..Settings::default()
        };
        Self::over(
            TestEngine::with(settings).await,
            (STRANGERS, None),
            (|_| None, Some(issuer)),
        )
        .await
    }

    /// Makes the pages of a hub with these settings.
    pub(super) async fn of(settings: Settings) -> Self {
        Self::over(TestEngine::with(settings).await, (STRANGERS, None), (|_| None, None)).await
    }

    /// Makes the pages of a hub whose configuration names the console's address.
    pub(super) async fn at(url: &str) -> Self {
        Self::over(
            TestEngine::new().await,
            (STRANGERS, Some(url.to_owned())),
            (|_| None, None),
        )
        .await
    }

    async fn over(
        test: TestEngine,
        (unknown_rate, console_url): (Rate, Option<String>),
        (openid, own_issuer): (impl FnOnce(Timestamp) -> Option<OpenId>, Option<OpenId>),
    ) -> Self {
        let accounts = Accounts::new(Parts {
            store: test.accounts(),
            own_pages: test.own_pages(),
            entropy: Arc::new(Dice) as Arc<dyn Entropy>,
            issuer: "Bindeledd".into(),
        });
        let options = Options {
            unknown_rate,
            ..Options::new([1; 32])
        };
        let web = Web::new(test.engine().clone(), options).await.unwrap();
        let setting = |key: &str, value: &str, origin| Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            origin,
        };
        let variable = SettingOrigin::Environment("BINDELEDD__ALERTS__LINK".to_owned());
        let settings = vec![
            setting("store.retention_days", "30", SettingOrigin::File),
            setting("alerts.link", "\"<b>\"", variable),
        ];
        let pages = Pages::new(crate::Parts {
            web: Arc::new(web),
            engine: test.engine().clone(),
            accounts: accounts.clone(),
            openid: openid(test.engine().now()),
            own_issuer,
            // The gateway writes the real one.
            write_copy: Arc::new(|export, _, _| {
                let number = export.national_id.content().reveal();
                format!(
                    "{{\"nationalId\": \"{number}\", \"messages\": {}}}",
                    export.messages.len()
                )
            }),
            hub_name: "Nordvik".to_owned(),
            console_url,
            contact: Some("Drift <i>Nord</i>, 77 00 00 99".to_owned()),
            settings,
            distance: Arc::new(|| crate::Distance::SameFileSystem),
        });
        Self {
            router: pages.router(),
            pages,
            accounts,
            test,
        }
    }

    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.test.engine().now()
    }

    pub(super) fn browser(&self) -> Browser<'_> {
        Browser {
            console: self,
            cookies: BTreeMap::new(),
            language: "nb",
        }
    }

    /// Makes an account with these roles. Returns its id and the secret of its second factor.
    pub(super) async fn account(&self, login: &str, roles: &[Role]) -> (AccountId, String) {
        let (id, _, secret) = self.signed(login, roles).await;
        (id, secret)
    }

    /// Makes an account and a session. Returns the account, the session's token and the secret of the second factor.
    pub(super) async fn signed(&self, login: &str, roles: &[Role]) -> (AccountId, String, String) {
        self.signed_at(login, roles, &Actor::Operator, self.now()).await
    }

    async fn signed_at(&self, login: &str, roles: &[Role], by: &Actor, now: Timestamp) -> (AccountId, String, String) {
        let (id, link) = self.accounts.add(person(login, roles), by, now).await.unwrap();
        let step = self.accounts.set_up(link.token.reveal(), PASSWORD, now).await.unwrap();
        let Step::EnrolNeeded { challenge, secret, .. } = step else {
            panic!("{step:?}")
        };
        let done = self
            .accounts
            .enrol(&challenge, &authenticator_code(&secret, now), now)
            .await
            .unwrap();
        let Enrolled::Signed { signed, .. } = done else {
            panic!("{done:?}")
        };
        (id, signed.token.reveal().to_owned(), secret)
    }

    /// Returns the browser of a new person with these roles, who has signed in.
    pub(super) async fn signed_in(&self, login: &str, roles: &[Role]) -> Browser<'_> {
        let (_, token, _) = self.signed(login, roles).await;
        let mut browser = self.browser();
        browser.cookies.insert(crate::session::SESSION.to_owned(), token);
        browser
    }

    /// Returns the browser of a person who has an account, and a new session.
    pub(super) async fn signed_in_again(&self, login: &str) -> Browser<'_> {
        let now = self.now();
        let known = self
            .accounts
            .find(&LoginName::parse(login).unwrap())
            .await
            .unwrap()
            .unwrap();
        let link = self.accounts.reset(known.id, &Actor::Operator, now).await.unwrap();
        let step = self.accounts.set_up(link.token.reveal(), PASSWORD, now).await.unwrap();
        let Step::EnrolNeeded { challenge, secret, .. } = step else {
            panic!("{step:?}")
        };
        let code = authenticator_code(&secret, now);
        let done = self.accounts.enrol(&challenge, &code, now).await.unwrap();
        let Enrolled::Signed { signed, .. } = done else {
            panic!("{done:?}")
        };
        let mut browser = self.browser();
        let token = signed.token.reveal().to_owned();
        browser.cookies.insert(crate::session::SESSION.to_owned(), token);
        browser
    }

    /// Returns the id and the browser of a person who signs in now, with an account that somebody made some days ago.
    pub(super) async fn of_days(&self, days: i64, login: &str, roles: &[Role], by: &Actor) -> (AccountId, Browser<'_>) {
        let now = self.now();
        let then = now.checked_sub(jiff::SignedDuration::from_hours(24 * days)).unwrap();
        let (id, _, secret) = self.signed_at(login, roles, by, then).await;
        let step = self.accounts.sign_in(login, PASSWORD, now).await.unwrap();
        let Step::SecondFactorNeeded { challenge } = step else {
            panic!("{step:?}")
        };
        let done = self
            .accounts
            .finish(&challenge, &authenticator_code(&secret, now), now)
            .await
            .unwrap();
        let Finished::Signed(signed) = done else {
            panic!("{done:?}")
        };
        let mut browser = self.browser();
        let token = signed.token.reveal().to_owned();
        browser.cookies.insert(crate::session::SESSION.to_owned(), token);
        (id, browser)
    }

    /// Lets time pass in steps, since the engine does not believe a clock that leaps.
    pub(super) fn advance(&self, by: Duration) {
        self.test.advance(by);
    }
}

/// A browser.
#[derive(Clone)]
pub(super) struct Browser<'c> {
    pub(super) console: &'c Console,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) language: &'static str,
}

/// An answer.
pub(super) struct Seen {
    pub(super) status: StatusCode,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) html: String,
}

impl Seen {
    /// Returns the page that follows.
    pub(super) fn to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        self.headers[header::LOCATION].to_str().unwrap()
    }

    /// Returns the text between two marks.
    pub(super) fn between(&self, before: &str, after: &str) -> String {
        let rest = self
            .html
            .split_once(before)
            .unwrap_or_else(|| panic!("no {before} in {}", self.html))
            .1;
        rest.split_once(after).unwrap().0.to_owned()
    }

    /// Returns the token of the page's forms.
    pub(super) fn csrf(&self) -> String {
        self.between("name=\"csrf\" value=\"", "\"")
    }
}

impl Browser<'_> {
    pub(super) async fn send(&mut self, request: Request<Body>) -> Seen {
        let response = self.console.router.clone().call(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            assert!(
                attributes.contains("Secure") && attributes.contains("HttpOnly"),
                "{line}"
            );
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Seen {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(super) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "hub.example")
            .header(header::ACCEPT_LANGUAGE, self.language);
        for (name, value) in &self.cookies {
            request = request.header(header::COOKIE, format!("{name}={value}"));
        }
        request
    }

    pub(super) async fn get(&mut self, path: &str) -> Seen {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Posts fields as a page of this hub does.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        self.post_from("same-origin", path, fields).await
    }

    pub(super) async fn post_from(&mut self, site: &str, path: &str, fields: &[(&str, &str)]) -> Seen {
        let form: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", address::segment(value)))
            .collect();
        let request = self
            .request("POST", path)
            .header("sec-fetch-site", site)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.join("&")))
            .unwrap();
        self.send(request).await
    }

    /// Posts fields with the token of the session's forms.
    pub(super) async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Seen {
        let token = self.cookies.get(crate::session::SESSION).cloned().unwrap_or_default();
        let csrf = crate::session::form_token(&token);
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post(path, &all).await
    }
}
