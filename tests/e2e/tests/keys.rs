//! Credentials of a configured and running hub. A message leaves with a token like HelseID's, and a caller authenticates with one;
//! npm's `oidc-provider` issues both. A certificate that will soon expire raises an alert.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bindeledd_e2e::{World, eventually, person};
use bindeledd_simulators::{Authority, write_secret};
use serde_json::{Value, json};
use tempfile::TempDir;

const SOON: Duration = Duration::from_secs(20);

/// The identity provider of `tests/oidc-peer`, which also acts as a resource server.
struct Peer {
    issuer: String,
    process: Child,
}

impl Peer {
    fn start(folder: &Path) -> Option<Self> {
        let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../oidc-peer");
        let node = Command::new("node").arg("--version").output();
        if !project.join("node_modules/oidc-provider").is_dir() || node.is_err() {
            println!("node or oidc-provider is not here: nothing was tested against it");
            return None;
        }
        let mut process = Command::new("node")
            .arg(project.join("peer.mjs"))
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        Some(Self {
            issuer: ready["issuer"].as_str().unwrap().to_owned(),
            process,
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Makes a client certificate that expires in twenty days.
fn short_lived(certificate: &Path, key: &Path) {
    let mut params = rcgen::CertificateParams::new(vec!["hub.example".to_owned()]).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the hub under test has the machine's clock")]
    let now = std::time::SystemTime::now();
    params.not_after = (now + Duration::from_secs(20 * 24 * 3600)).into();
    let pair = rcgen::KeyPair::generate().unwrap();
    std::fs::write(certificate, params.self_signed(&pair).unwrap().pem()).unwrap();
    write_secret(key, &pair.serialize_pem()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_shows_tokens_and_takes_them_and_tells_of_its_certificates() {
    let folder = TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = |name: &str| at(name).display().to_string();
    let authority = Authority::new().unwrap();
    authority.write_ca(&at("ca.pem")).unwrap();
    authority.write_leaf(&at("tls.crt"), &at("tls.key")).unwrap();
    let Some(peer) = Peer::start(folder.path()) else { return };
    short_lived(&at("client.crt"), &at("client.key"));
    let world = World::new(&[
        ("BINDELEDD__OUTBOUND__CA_FILES", text("ca.pem")),
        ("BINDELEDD__CREDENTIALS__NHN__KIND", "helseid".into()),
        ("BINDELEDD__CREDENTIALS__NHN__ISSUER", peer.issuer.clone()),
        ("BINDELEDD__CREDENTIALS__NHN__CLIENT_ID", "hub-at-helseid".into()),
        ("BINDELEDD__CREDENTIALS__NHN__SCOPE", "nhn:msh/api".into()),
        ("BINDELEDD__CREDENTIALS__NHN__SIGNING_KEY", text("helseid.jwk")),
        ("BINDELEDD__CREDENTIALS__NHN__CERTIFICATE", text("client.crt")),
        ("BINDELEDD__CREDENTIALS__NHN__KEY", text("client.key")),
        ("BINDELEDD__ISSUERS__HELSEID__ISSUER", peer.issuer.clone()),
        ("BINDELEDD__ISSUERS__HELSEID__AUDIENCE", "https://hub.example".into()),
        (
            "BINDELEDD__ISSUERS__HELSEID__PARTY_CLAIM",
            "helseid://claims/client/claims/orgnr_parent".into(),
        ),
        ("BINDELEDD__ISSUERS__HELSEID__PARTY_BY", "org".into()),
    ])
    .await;

    let key = world.provider("nordvik", None, json!({"orgNumber": "915933149"})).await;
    let endpoint = json!({
        "adapter": "provider-json", "address": format!("{}/resource", peer.issuer), "credential": "nhn", "settings": {},
    });
    world.provider("havna", None, json!({"endpoint": endpoint})).await;
    let who = person(0);
    world.consent(&who, &[("nordvik", "havna", &["goals"])]).await;
    let message = json!({
        "kind": "start-meeting-summary", "senderReference": "r1", "participant": {"nationalId": who, "name": "Snill Tester"},
        "to": ["havna"], "sentAt": "2026-11-20T10:00:00+01:00", "body": {"goals": ["Fast jobb"]},
    });
    let (status, answer) = world.hub.call(Some(&key), "POST", "/v1/messages", Some(&message)).await;
    assert_eq!(status, 202, "{answer}");
    let id = answer["messages"][0]["id"].as_str().unwrap();
    world.hub.settled(id, &["delivered"], SOON).await;

    // A token of that issuer identifies the party with the token's organisation number.
    let pem = std::fs::read(at("ca.pem")).unwrap();
    assert!(!pem.is_empty());
    let to_peer = bindeledd_simulators::http_client(Some(&at("ca.pem"))).unwrap();
    let form = "grant_type=client_credentials&client_id=hub-with-secret&client_secret=a-secret-of-the-tests-alone\
        &scope=bindeledd&resource=https%3A%2F%2Fhub.example";
    let given = to_peer
        .post(format!("{}/connect/token", peer.issuer))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let given: Value = serde_json::from_slice(&given.send().await.unwrap().bytes().await.unwrap()).unwrap();
    let token = given["access_token"].as_str().unwrap();
    let inbox = async |token: &str, party: &str| {
        let path = format!("/v1/parties/{party}/inbox");
        world.hub.call(Some(token), "GET", &path, None).await.0
    };
    assert_eq!((inbox(token, "nordvik").await, inbox(token, "havna").await), (200, 403));
    let (kept, last) = (&token[..token.len() - 9], &token[token.len() - 9..]);
    let other = if last.starts_with('x') { 'y' } else { 'x' };
    let forged = format!("{kept}{other}{}", &last[1..]);
    assert_eq!(inbox(&forged, "nordvik").await, 401);

    let told = eventually(SOON, || async {
        let alerts = world
            .hub
            .operator("GET", "/v1/admin/alerts?kind=certificate-expiring", None)
            .await;
        alerts["alerts"].as_array()?.first().cloned()
    });
    let told = told.await.unwrap();
    assert!(
        told["code"]
            .as_str()
            .unwrap()
            .starts_with("BL-6014 credentials.nhn.certificate"),
        "{told}"
    );
    let log = world.hub.log();
    assert!(!log.contains(token) && !log.contains("PRIVATE KEY"), "{log}");
}
