//! Tests of pushes to a webhook, over sockets with TLS.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_core::AlertId;
use bindeledd_core::alert::AlertKind;
use bindeledd_engine::ports::{PushError, PushNotice, Pusher as _};
use bindeledd_http::AddressRange;
use ring::hmac;
use serde_json::{Value, json};

use super::*;

const SECRET: [u8; 32] = [7; 32];

fn secret(bytes: &[u8]) -> String {
    format!("whsec_{}\n", STANDARD.encode(bytes))
}

fn options(receiver: &Receiver, url: String) -> WebhookOptions {
    WebhookOptions {
        name: "duty".into(),
        url,
        secret: Source::held(secret(&SECRET)),
        networks: vec![AddressRange::parse("127.0.0.0/8").unwrap()],
        reach: CourierOptions {
            system_roots: false,
            extra_roots: vec![receiver.identity.certificate.clone().into_bytes()],
            ..CourierOptions::default()
        },
    }
}

fn webhook(options: &WebhookOptions) -> SignedWebhook {
    SignedWebhook::new(options, Arc::new(Now)).unwrap()
}

fn notice(number: u32) -> PushNotice {
    PushNotice {
        alert: AlertId(Uuid::from_u128(7)),
        kind: AlertKind::CredentialRefused,
        raised_at: "2026-11-30T22:05:00Z".parse().unwrap(),
        number,
        link: Some("https://hub.example/alerts/7".into()),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).unwrap().to_str().unwrap()
}

/// Checks a signature, such as `v1,…`, with a secret.
fn verify(secret: &[u8], headers: &HeaderMap, body: &[u8], signature: &str) {
    let (id, time) = (header(headers, "webhook-id"), header(headers, "webhook-timestamp"));
    let signed = [format!("{id}.{time}.").as_bytes(), body].concat();
    let signature = signature.strip_prefix("v1,").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, &signed, &STANDARD.decode(signature).unwrap()).unwrap();
}

#[tokio::test]
async fn a_push_is_signed_and_has_no_content() {
    let receiver = receiver(None);
    // A name is resolved; an address is not. Both are allowed here.
    for host in ["localhost", "127.0.0.1"] {
        let url = format!("https://{host}:{}/hooks?room=1", receiver.address.port());
        webhook(&options(&receiver, url)).push(&[notice(2)]).await.unwrap();
    }
    let arrivals = receiver.arrivals.lock().unwrap();
    assert_eq!(arrivals.len(), 2);
    for (path, headers, body) in arrivals.iter() {
        assert_eq!(path, "/hooks?room=1");
        let said: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(
            said,
            json!({
                "type": "alert", "id": "00000000-0000-0000-0000-000000000007", "kind": "credential-refused",
                "severity": "now", "raisedAt": "2026-11-30T22:05:00Z", "push": 2,
                "link": "https://hub.example/alerts/7",
            })
        );
        let id = header(headers, "webhook-id");
        assert_eq!(id, "00000000-0000-0000-0000-000000000007-2");
        let time = header(headers, "webhook-timestamp");
        let age = Now.now().as_second() - time.parse::<i64>().unwrap();
        assert!((0..60).contains(&age), "{age}");
        verify(&SECRET, headers, body, header(headers, "webhook-signature"));
        assert!(headers.get("authorization").is_none());
    }
}

#[tokio::test]
async fn a_private_address_is_reached_only_where_configuration_allows_it() {
    let receiver = receiver(None);
    for host in ["localhost", "127.0.0.1", "[::1]", "2130706433"] {
        let url = format!("https://{host}:{}/", receiver.address.port());
        let closed = WebhookOptions {
            networks: vec![AddressRange::parse("10.0.0.0/8").unwrap()],
            ..options(&receiver, url)
        };
        assert_eq!(
            webhook(&closed).push(&[notice(1)]).await,
            Err(PushError::PrivateAddress),
            "{host}"
        );
    }
    assert!(receiver.arrivals.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_push_follows_no_redirect_and_trusts_no_stranger() {
    let receiver = receiver(None);
    let to = |path: &str| format!("https://127.0.0.1:{}{path}", receiver.address.port());
    let sent = webhook(&options(&receiver, to("/307"))).push(&[notice(1)]).await;
    assert_eq!(sent, Err(PushError::Refused(307)));
    let seen: Vec<_> = receiver.arrivals.lock().unwrap().iter().map(|a| a.0.clone()).collect();
    assert_eq!(seen, ["/307"]);
    for status in [429, 502, 503, 504] {
        let busy = options(&receiver, to(&format!("/{status}")));
        let sent = webhook(&busy).push(&[notice(1)]).await;
        assert_eq!(sent, Err(PushError::NotNow(status)));
    }
    receiver.arrivals.lock().unwrap().truncate(1);
    let mut stranger = options(&receiver, to("/"));
    stranger.reach.extra_roots = vec![identity().certificate.into_bytes()];
    assert_eq!(
        webhook(&stranger).push(&[notice(1)]).await,
        Err(PushError::Away("TLS could not be agreed on"))
    );
    let gone = options(&receiver, "https://127.0.0.1:9/".into());
    assert_eq!(
        webhook(&gone).push(&[notice(1)]).await,
        Err(PushError::Away("no connection"))
    );
    assert_eq!(receiver.arrivals.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_secret_is_changed_while_the_hub_runs() {
    let receiver = receiver(None);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("duty.secret");
    let mut options = options(&receiver, format!("https://127.0.0.1:{}/", receiver.address.port()));
    options.secret = Source::File(file.clone());
    let webhook = webhook(&options);
    let unwritable = Err(PushError::Unwritable("the secret's file"));
    assert_eq!(webhook.push(&[notice(1)]).await, unwritable, "there is no file yet");
    std::fs::write(&file, secret(&[8; 32]) + &secret(&SECRET)).unwrap();
    webhook.push(&[notice(1)]).await.unwrap();
    std::fs::write(&file, secret(&[8; 32])).unwrap();
    webhook.push(&[notice(1)]).await.unwrap();
    let arrivals = receiver.arrivals.lock().unwrap();
    let signatures: Vec<Vec<_>> = arrivals
        .iter()
        .map(|(_, headers, _)| header(headers, "webhook-signature").split(' ').collect())
        .collect();
    assert_eq!((signatures[0].len(), signatures[1].len()), (2, 1));
    // The secret in use is the first.
    for ((_, headers, body), signatures) in arrivals.iter().zip(&signatures) {
        verify(&[8; 32], headers, body, signatures[0]);
    }
}

#[test]
fn a_webhook_is_https_and_has_no_user() {
    let with = |url: &str, allow_http_loopback| {
        let options = WebhookOptions {
            name: "duty".into(),
            url: url.into(),
            secret: Source::held(secret(&SECRET)),
            networks: Vec::new(),
            reach: CourierOptions {
                allow_http_loopback,
                ..CourierOptions::default()
            },
        };
        SignedWebhook::new(&options, Arc::new(Now)).map(|_| ())
    };
    for wrong in [
        "http://alarm.example/",
        "http://127.0.0.1/",
        "https://user@alarm.example/",
        "https://:word@alarm.example/",
        "alarm.example",
        "ftp://alarm.example/",
    ] {
        assert!(matches!(with(wrong, false), Err(CourierError::Webhook(_))), "{wrong}");
    }
    with("https://alarm.example/hooks/a-secret", true).unwrap();
    with("http://127.0.0.1/", true).unwrap();
}
