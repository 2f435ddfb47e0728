//! A person at a hub's pages, over HTTP: keeps cookies, fills in forms and follows links, without script.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bindeledd_simulators::authenticator_code;
use reqwest::{Client, RequestBuilder, Response, header};
use serde_json::json;

use crate::hub::Hub;

/// A person who has signed in. A copy has the same session.
#[derive(Debug, Clone)]
pub struct Visitor {
    client: Client,
    base: String,
    cookies: BTreeMap<String, String>,
}

/// A page as a visitor got it.
#[derive(Debug)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Address that the answer leads to, or nothing.
    pub to: String,
    /// Lines of the head, as they were sent.
    pub head: String,
    /// Content.
    pub html: String,
    /// Time from the question to the end of the answer.
    pub took: Duration,
}

impl Page {
    /// Returns the text between two marks.
    ///
    /// # Panics
    /// The page has no such marks.
    #[must_use]
    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.html.split_once(before);
        let found = rest.and_then(|(_, rest)| rest.split_once(after));
        found
            .unwrap_or_else(|| panic!("no {before} in {} {}", self.status, self.html))
            .0
    }

    /// Returns the addresses of the page's links into the console.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        self.links_into("/console")
    }

    /// Returns the addresses of the page's links that begin with `part`.
    #[must_use]
    pub fn links_into(&self, part: &str) -> Vec<String> {
        let before = format!("href=\"{part}");
        let links = self.html.split(&before).skip(1);
        let ends = links.filter_map(|rest| rest.split_once('"'));
        ends.map(|(path, _)| format!("{part}{}", path.replace("&amp;", "&").replace("&#38;", "&")))
            .collect()
    }
}

impl Visitor {
    /// Makes the first administrator of a new hub by its one-time link, with a second factor.
    ///
    /// # Panics
    /// The hub wrote no link, or a step is refused.
    pub async fn first_administrator(hub: &Hub) -> Self {
        let url = std::fs::read_to_string(hub.dir().join("data/first-administrator.link")).unwrap();
        let mut visitor = Self::stranger(hub);
        let who = [("login", "kari.nordmann"), ("name", "Kari Nordmann")];
        visitor.set_up(&url, &who).await;
        let first = visitor.get("/console").await;
        assert_eq!(first.status, 200, "{}", first.html);
        visitor
    }

    /// Returns somebody who has not signed in.
    #[must_use]
    pub fn stranger(hub: &Hub) -> Self {
        Self {
            client: hub.client.clone(),
            base: hub.address().to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    /// Makes an account with these roles in a party's mailbox, and signs its person in. Returns the person and their id.
    ///
    /// # Panics
    /// A step is refused.
    pub async fn person_of(hub: &Hub, party: &str, login: &str, roles: &[&str]) -> (Self, String) {
        let account = json!({"login": login, "name": format!("Navn {login}"), "roles": roles, "party": party});
        let made = hub.operator("POST", "/v1/admin/users", Some(&account)).await;
        let url = made["link"]["address"].as_str().unwrap();
        let mut visitor = Self::stranger(hub);
        visitor.set_up(url, &[]).await;
        let first = visitor.get("/mailbox").await;
        assert_eq!(first.status, 200, "{}", first.html);
        (visitor, made["user"]["id"].as_str().unwrap().to_owned())
    }

    /// Opens the participant's own page with a one-time code. `None` if the hub refuses the code.
    pub async fn participant(hub: &Hub, code: &str) -> Option<Self> {
        let mut visitor = Self::stranger(hub);
        let page = visitor.get("/meg/code").await;
        let opened = visitor.act(&page, "/meg/code", &[("code", code), ("pin", "")]).await;
        (opened.status == 303).then_some(visitor)
    }

    /// Follows a one-time link, and sets up a password and a second factor.
    async fn set_up(&mut self, url: &str, who: &[(&str, &str)]) {
        let link = &url[url.find("/console").unwrap()..];
        let page = self.get(link.trim()).await;
        let password = "et langt nok passord";
        let mut fields = who.to_vec();
        fields.extend([("password", password), ("again", password)]);
        let next = self.submit(&page, &fields).await;
        let page = match next.to.as_str() {
            "" => next,
            to => self.get(to).await,
        };
        #[expect(clippy::disallowed_methods, reason = "the hub's clock is the machine's")]
        let now = jiff::Timestamp::now();
        let code = authenticator_code(page.between("data-secret>", "<"), now);
        self.submit(&page, &[("code", &code)]).await;
    }

    /// Posts the page's form for an act, with its hidden fields. `act` is the beginning of the form's address.
    ///
    /// # Panics
    /// The page has no such form, or the hub does not answer.
    pub async fn act(&mut self, page: &Page, act: &str, fields: &[(&str, &str)]) -> Page {
        let start = format!("method=\"post\" action=\"{act}");
        let at = page.html.find(&start);
        let at = at.unwrap_or_else(|| panic!("no form for {act}: {}", page.html));
        let form = &page.html[at + start.len() - act.len()..];
        self.post_form(form.split("</form>").next().unwrap_or(form), fields)
            .await
    }

    /// Posts the page's main form, with its hidden fields.
    async fn submit(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        let form = page.between("<form method=\"post\" action=\"", "</form>");
        self.post_form(form, fields).await
    }

    /// Posts a form. Its text begins with its address.
    async fn post_form(&mut self, form: &str, fields: &[(&str, &str)]) -> Page {
        let (action, rest) = form.split_once('"').unwrap();
        let hidden = rest
            .split("<input type=\"hidden\" name=\"")
            .skip(1)
            .filter_map(|input| {
                let (name, rest) = input.split_once('"')?;
                Some((name, rest.split_once("value=\"")?.1.split_once('"')?.0))
            });
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        let body: Vec<String> = all
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let request = self.client.post(format!("{}{action}", self.base));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.header("sec-fetch-site", "same-origin").body(body.join("&")))
            .await
    }

    /// Fetches a page.
    ///
    /// # Panics
    /// The hub does not answer.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(self.client.get(format!("{}{path}", self.base))).await
    }

    /// Opens the stream of topics that a page listens to.
    ///
    /// # Errors
    /// The hub does not answer.
    pub async fn stream(&self, path: &str) -> reqwest::Result<Response> {
        let request = self
            .client
            .get(format!("{}{path}", self.base))
            .timeout(Duration::from_secs(3_600));
        self.with_cookies(request).send().await
    }

    /// Returns the secrets in this person's browser: the values of their cookies.
    #[must_use]
    pub fn secrets(&self) -> Vec<String> {
        self.cookies.values().cloned().collect()
    }

    fn with_cookies(&self, request: RequestBuilder) -> RequestBuilder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header(header::COOKIE, cookies.join("; "))
    }

    async fn send(&mut self, request: RequestBuilder) -> Page {
        #[expect(
            clippy::disallowed_methods,
            reason = "benchmarks show this time, and no test asserts it"
        )]
        let start = Instant::now();
        let answer = self.with_cookies(request).send().await.unwrap();
        for line in answer.headers().get_all(header::SET_COOKIE) {
            let (name, rest) = line.to_str().unwrap().split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            if attributes.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = answer.headers().get(header::LOCATION);
        let head = format!("{:?}", answer.headers());
        Page {
            head,
            status: answer.status().as_u16(),
            to: to.map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default(),
            html: answer.text().await.unwrap(),
            took: start.elapsed(),
        }
    }
}

/// Returns a value as a form sends it.
fn encoded(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let written = value.bytes().map(|b| match b {
        b' ' => "+".to_owned(),
        b if plain(b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    });
    written.collect()
}

/// Returns an address without the ids in it, so that one page stands for all of its kind.
#[must_use]
pub fn kind_of_page(address: &str) -> String {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_id = |part: &str| part.len() == 36 && part.matches('-').count() == 4 || part.starts_with("BL-");
    let parts = path.split('/').map(|part| if is_id(part) { "*" } else { part });
    parts.collect::<Vec<_>>().join("/")
}
