//! Persons sign in on a running hub's console at npm's `oidc-provider`, over TLS: with a secret and with a key, too weakly, twice by
//! one answer, after the issuer's keys have changed, signed out by the issuer, and while the issuer is away.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use bindeledd_e2e::{Peer, World, eventually};
use bindeledd_simulators::{Authority, write_secret};
use serde_json::{Value, json};
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(20);
/// The hub fetches an issuer's keys twice a minute.
const NEW_KEYS: Duration = Duration::from_secs(60);

/// A browser without script, which keeps cookies for each origin.
#[derive(Clone)]
struct Browser {
    client: reqwest::Client,
    cookies: BTreeMap<(String, String), String>,
}

/// An answer, with its address.
struct Seen {
    at: String,
    status: u16,
    location: Option<String>,
    html: String,
}

fn origin(address: &str) -> String {
    address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

impl Browser {
    fn new(roots: &Path) -> Self {
        Self {
            client: bindeledd_simulators::http_client(Some(roots)).unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder, at: &str) -> Seen {
        let own = self.cookies.iter().filter(|((of, _), _)| *of == origin(at));
        let line: Vec<_> = own.map(|((_, name), value)| format!("{name}={value}")).collect();
        let response = request.header("cookie", line.join("; ")).send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let (pair, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let key = (origin(at), name.to_owned());
            if value.is_empty() || attributes.contains("Max-Age=0") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        let location = response
            .headers()
            .get("location")
            .map(|to| to.to_str().unwrap().to_owned());
        Seen {
            at: at.to_owned(),
            status: response.status().as_u16(),
            location: location.map(|to| if to.starts_with('/') { origin(at) + &to } else { to }),
            html: response.text().await.unwrap(),
        }
    }

    async fn get(&mut self, address: &str) -> Seen {
        let request = self.client.get(address);
        self.send(request, address).await
    }

    /// Follows redirects until an address has this text in it, and returns that address unvisited; or the last page.
    async fn follow(&mut self, address: &str, until: &str) -> Result<String, Seen> {
        let mut next = address.to_owned();
        for _ in 0..12 {
            if next.contains(until) {
                return Ok(next);
            }
            let seen = self.get(&next).await;
            match seen.location.clone() {
                Some(to) => next = to,
                None => return Err(seen),
            }
        }
        unreachable!("too many redirects, the last to {next}");
    }

    /// Signs in from an address of the hub to the end.
    async fn sign_in(&mut self, from: &str) -> Seen {
        match self.follow(from, "nowhere").await {
            Ok(never) => unreachable!("{never}"),
            Err(seen) => seen,
        }
    }
}

/// A hub with two ways to one issuer: with a secret and with a key.
struct Stage {
    world: World,
    peer: Peer,
    console: String,
    control: reqwest::Client,
    folder: TempDir,
}

impl Stage {
    async fn new() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        let authority = Authority::new().unwrap();
        authority.write_ca(&at("ca.pem")).unwrap();
        authority.write_leaf(&at("tls.crt"), &at("tls.key")).unwrap();
        write_secret(&at("hub.secret"), "a-secret of: the tests\n").unwrap();
        let mut world = World::new(&[("BINDELEDD__OUTBOUND__CA_FILES", at("ca.pem").display().to_string())]).await;
        let console = world.hub.address().to_owned();
        let of_hub = world.hub.dir().join("tls/hub.crt");
        let peer = Peer::start(folder.path(), &console, &of_hub)?;
        for (name, client, part, file) in [
            ("SECRET", "hub-with-secret", "SECRET_FILE", "hub.secret"),
            ("KEY", "hub-with-key", "SIGNING_KEY", "hub.jwk"),
        ] {
            for (key, value) in [
                ("TITLE", "Nordvik"),
                ("ISSUER", &peer.issuer),
                ("CLIENT_ID", client),
                ("CLAIM", "oid"),
                ("ACR", "high"),
                ("AUTH_MINUTES", "10"),
                (part, &at(file).display().to_string()),
            ] {
                world
                    .hub
                    .set(&format!("BINDELEDD__CONSOLE_ISSUERS__{name}__{key}"), value);
            }
        }
        world.hub.set("BINDELEDD__CONSOLE__URL", &console);
        world.hub.kill();
        world.hub.restart().await;
        let roots = [std::fs::read(at("ca.pem")).unwrap(), std::fs::read(&of_hub).unwrap()].concat();
        std::fs::write(at("roots.pem"), roots).unwrap();
        let control = bindeledd_simulators::http_client(Some(&at("ca.pem"))).unwrap();
        Some(Self {
            world,
            peer,
            console,
            control,
            folder,
        })
    }

    fn browser(&self) -> Browser {
        Browser::new(&self.folder.path().join("roots.pem"))
    }

    fn start(&self, name: &str, query: &str) -> String {
        format!("{}/console/openid/start/{name}?{query}", self.console)
    }

    /// Sets the person whom the issuer signs in.
    async fn person(&self, person: Value) {
        let set = self.control.post(format!("{}/control/person", self.peer.issuer));
        let set = set.body(person.to_string()).send().await.unwrap();
        assert!(set.status().is_success());
    }

    /// Makes an account. Returns the token of its link.
    async fn account(&self, login: &str) -> String {
        let new = json!({"login": login, "name": "Kari Nordmann", "roles": ["operator"]});
        let added = self.world.hub.operator("POST", "/v1/admin/users", Some(&new)).await;
        added["link"]["token"].as_str().unwrap().to_owned()
    }

    /// Opens the page of a link. Returns the address there at which a sign-in with a secret begins.
    async fn shown(&self, browser: &mut Browser, link: &str) -> String {
        let page = browser.get(&format!("{}/console/set-up/{link}", self.console)).await;
        let (_, rest) = page.html.split_once("/console/openid/start/secret?").unwrap();
        let (query, _) = rest.split_once('"').unwrap();
        self.start("secret", &query.replace("&#38;", "&"))
    }

    /// Goes as far as the issuer's answer. Returns the browser, and the address with the answer.
    async fn answered(&self, name: &str, query: &str) -> (Browser, String) {
        let mut browser = self.browser();
        match browser
            .follow(&self.start(name, query), &format!("/callback/{name}?"))
            .await
        {
            Ok(back) => (browser, back),
            Err(seen) => unreachable!("no answer: {} {} {}", seen.at, seen.status, seen.html),
        }
    }
}

fn is_trouble(seen: &Seen, status: u16, code: &str) {
    assert_eq!(seen.status, status, "{} {}", seen.at, seen.html);
    assert!(seen.html.contains(code), "{} {}", seen.at, seen.html);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn persons_sign_in_at_an_issuer_and_are_signed_out_by_it() {
    let Some(mut stage) = Stage::new().await else { return };
    let mut kari = links(&stage).await;
    signs_in_once(&stage).await;
    signs_out_at_the_issuer(&mut kari, &stage).await;

    // After new keys, tokens of the new key count as soon as the hub has fetched it.
    let changed = stage
        .control
        .post(format!("{}/control/keys", stage.peer.issuer))
        .send()
        .await;
    assert!(changed.unwrap().status().is_success());
    let signed_in = eventually(NEW_KEYS, || async {
        // One address begins few sign-ins a minute, so that the test must not use them up before the hub fetches keys again.
        tokio::time::sleep(Duration::from_secs(5)).await;
        let seen = stage.browser().sign_in(&stage.start("secret", "")).await;
        (seen.status == 200).then_some(())
    });
    assert!(signed_in.await.is_some(), "the new key never counted");

    // The issuer goes away while a person signs in, and is away for the next one.
    let (mut late, back) = stage.answered("secret", "").await;
    stage.peer.stop();
    is_trouble(&late.get(&back).await, 503, "BL-1206");
    stage.world.hub.kill();
    stage.world.hub.restart().await;
    let seen = stage.browser().sign_in(&stage.start("secret", "")).await;
    is_trouble(&seen, 503, "BL-1206");
    let page = stage.browser().get(&format!("{}/console/sign-in", stage.console)).await;
    assert!(page.status == 200 && page.html.contains("name=\"password\""));
    let log = stage.world.hub.log();
    assert!(!log.contains("kari") && !log.contains("eyJ"), "{log}");
}

/// Links an account to the person's identity. Nobody is let in without one, nor too weakly.
async fn links(stage: &Stage) -> Browser {
    let seen = stage.browser().sign_in(&stage.start("secret", "")).await;
    is_trouble(&seen, 403, "BL-1209");
    let link = stage.account("kari").await;
    let mut weak = stage.browser();
    let from = stage.shown(&mut weak, &link).await;
    stage.person(json!({"sub": "kari", "acr": "low"})).await;
    is_trouble(&weak.sign_in(&from).await, 403, "BL-1210");
    stage.person(json!({"sub": "kari", "acr": "high"})).await;
    let mut kari = stage.browser();
    let from = stage.shown(&mut kari, &link).await;
    let seen = kari.sign_in(&from).await;
    assert_eq!(
        (seen.status, seen.at),
        (200, format!("{}/console", stage.console)),
        "{}",
        seen.html
    );
    kari
}

/// The same identity signs in with the hub's key in place of the secret. An answer counts once, in its own browser.
async fn signs_in_once(stage: &Stage) {
    let (_, back) = stage.answered("key", "").await;
    is_trouble(&stage.browser().get(&back).await, 400, "BL-1208");
    let (mut browser, back) = stage.answered("key", "to=%2Fconsole%2Faccount").await;
    let seen = browser.sign_in(&back).await;
    let account = format!("{}/console/account", stage.console);
    assert_eq!((seen.status, seen.at), (200, account), "{}", seen.html);
    is_trouble(&browser.get(&back).await, 400, "BL-1208");
    stage.person(json!({"refuses": true})).await;
    let seen = stage.browser().sign_in(&stage.start("key", "")).await;
    is_trouble(&seen, 400, "BL-1207");
    stage.person(json!({"sub": "kari", "acr": "high"})).await;
}

/// Signs the person out at the issuer, which then ends the session of the hub.
async fn signs_out_at_the_issuer(kari: &mut Browser, stage: &Stage) {
    let (console, issuer) = (&stage.console, &stage.peer.issuer);
    assert_eq!(kari.get(&format!("{console}/console")).await.status, 200);
    let out = format!("{issuer}/session/end?client_id=hub-with-secret");
    let form = kari.get(&out).await;
    assert_eq!(form.status, 200, "{}", form.html);
    let (_, rest) = form.html.split_once("name=\"xsrf\" value=\"").unwrap();
    let xsrf = rest.split('"').next().unwrap().to_owned();
    let confirm = format!("{issuer}/session/end/confirm");
    let request = kari
        .client
        .post(&confirm)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("xsrf={xsrf}&logout=yes"));
    let seen = kari.send(request, &confirm).await;
    assert!(seen.status < 400, "{} {}", seen.status, seen.html);
    let is_out = eventually(SOON, || {
        let mut kari = kari.clone();
        async move {
            let seen = kari.get(&format!("{console}/console")).await;
            seen.location.filter(|to| to.contains("/console/sign-in?over=1"))
        }
    });
    let log = std::fs::read_to_string(stage.folder.path().join("peer.log")).unwrap_or_default();
    assert!(is_out.await.is_some(), "the session goes on; the issuer says: {log}");
}
