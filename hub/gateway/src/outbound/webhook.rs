//! Pushes of alerts to another system, signed as "Standard Webhooks" prescribes, so that receivers have libraries for the check.
//!
//! The request goes to the origin in configuration only, and to no private address unless configuration allows it. The answer's body
//! is not read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bindeledd_engine::ports::{Clock, PushError, PushNotice, Pusher};
use bindeledd_http::AddressRange;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use ring::hmac;
use serde_json::json;

use super::clients::guarded_client;
use super::credential::{CourierError, CourierOptions, Source};
use super::guard::{AddressGuard, PrivateAddress};
use super::request::is_reachable;

/// Longest time of one request, with the connection.
const A_REQUEST: Duration = Duration::from_secs(20);
/// Beginning of a secret in its file.
const PREFIX: &str = "whsec_";
/// Maximum number of secrets in a file: the one in use and the one before.
const SECRETS: usize = 2;

/// Settings of a webhook.
#[derive(Debug)]
pub struct WebhookOptions {
    /// Name in configuration, for errors.
    pub name: String,
    /// Address of the other system.
    pub url: String,
    /// File with the secrets: `whsec_` and Base64, one on each line. It is read at each push.
    pub secret: Source,
    /// Private addresses that may be reached.
    pub networks: Vec<AddressRange>,
    /// Trust anchors and limits of outgoing requests.
    pub reach: CourierOptions,
}

/// Sends signed pushes.
pub struct SignedWebhook {
    url: Url,
    secret: Source,
    guard: AddressGuard,
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for SignedWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedWebhook").finish_non_exhaustive()
    }
}

/// Returns whether a text has the secrets of a webhook: one, or two while the secret is changed.
#[must_use]
pub fn is_webhook_secret(text: &str) -> bool {
    keys(text).is_some()
}

/// Reads the keys of a secret file, the one in use first.
fn keys(text: &str) -> Option<Vec<hmac::Key>> {
    let key = |line: &str| {
        let bytes = STANDARD.decode(line.trim().strip_prefix(PREFIX)?).ok()?;
        (24..=64)
            .contains(&bytes.len())
            .then(|| hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    };
    let keys: Option<Vec<_>> = text.split_whitespace().map(key).collect();
    keys.filter(|keys| (1..=SECRETS).contains(&keys.len()))
}

/// Returns the signatures over id, time and body, one for each key.
fn signatures(keys: &[hmac::Key], id: &str, seconds: i64, body: &str) -> String {
    let signed = format!("{id}.{seconds}.{body}");
    let sign = |key| format!("v1,{}", STANDARD.encode(hmac::sign(key, signed.as_bytes())));
    keys.iter().map(sign).collect::<Vec<_>>().join(" ")
}

impl SignedWebhook {
    /// Makes a webhook. It connects only when the first push is sent.
    ///
    /// # Errors
    /// The address is not https, or a certificate authority can not be used.
    pub fn new(options: &WebhookOptions, clock: Arc<dyn Clock>) -> Result<Self, CourierError> {
        let url = Url::parse(&options.url)
            .ok()
            .filter(|url| is_reachable(url, options.reach.allow_http_loopback))
            .filter(|url| url.username().is_empty() && url.password().is_none());
        let url = url.ok_or_else(|| CourierError::Webhook(options.name.clone()))?;
        let guard = AddressGuard::new(options.networks.clone());
        Ok(Self {
            url,
            secret: options.secret.clone(),
            http: guarded_client(&options.reach, &guard)?,
            guard,
            clock,
        })
    }

    fn keys(&self) -> Option<Vec<hmac::Key>> {
        keys(std::str::from_utf8(&self.secret.read().ok()?).ok()?)
    }
}

#[async_trait]
impl Pusher for SignedWebhook {
    fn at_once(&self) -> usize {
        1
    }

    async fn push(&self, notices: &[PushNotice]) -> Result<(), PushError> {
        for notice in notices {
            self.send(notice).await?;
        }
        Ok(())
    }
}

impl SignedWebhook {
    async fn send(&self, notice: &PushNotice) -> Result<(), PushError> {
        self.guard.check(&self.url).map_err(|_| PushError::PrivateAddress)?;
        let keys = self.keys().ok_or(PushError::Unwritable("the secret's file"))?;
        let mut body = json!({
            "type": "alert",
            "id": notice.alert.to_string(),
            "kind": notice.kind.code(),
            "severity": notice.kind.severity().code(),
            "raisedAt": notice.raised_at.to_string(),
            "push": notice.number,
        });
        if let Some(link) = &notice.link {
            body["link"] = json!(link);
        }
        let body = body.to_string();
        let id = format!("{}-{}", notice.alert, notice.number);
        let seconds = self.clock.now().as_second();
        let request = self
            .http
            .post(self.url.clone())
            .timeout(A_REQUEST)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signatures(&keys, &id, seconds, &body))
            .body(body);
        let response = request.send().await.map_err(|error| away(&error))?;
        match response.status().as_u16() {
            200..=299 => Ok(()),
            // Too many requests, or nobody behind the address now: such an answer is not about this push.
            status @ (429 | 502..=504) => Err(PushError::NotNow(status)),
            status => Err(PushError::Refused(status)),
        }
    }
}

/// Returns the reason why there is no answer. It has no address.
fn away(error: &reqwest::Error) -> PushError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(found) = cause {
        if found.is::<PrivateAddress>() {
            return PushError::PrivateAddress;
        }
        if found.is::<rustls::Error>() {
            return PushError::Away("TLS could not be agreed on");
        }
        // An input or output error holds its cause where `source` does not find it.
        let inner = found.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = match inner {
            Some(inner) => Some(inner),
            None => found.source(),
        };
    }
    if error.is_timeout() {
        PushError::Away("it did not answer in time")
    } else {
        PushError::Away("no connection")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification: <https://github.com/standard-webhooks/standard-webhooks>.
    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        let keys = keys("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        assert_eq!(
            signatures(
                &keys,
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                "{\"test\": 2432232314}"
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_has_enough_bytes_and_there_are_two_at_most() {
        let secret = |bytes: usize| format!("{PREFIX}{}", STANDARD.encode(vec![7; bytes]));
        for bytes in [24, 32, 64] {
            assert!(is_webhook_secret(&secret(bytes)), "{bytes}");
        }
        assert!(is_webhook_secret(&format!("{}\n{}\n", secret(32), secret(24))));
        for wrong in [
            String::new(),
            secret(23),
            secret(65),
            "whsec_".to_owned(),
            "a word".to_owned(),
            secret(32).replace(PREFIX, ""),
            format!("{0}\n{0}\n{0}", secret(32)),
        ] {
            assert!(!is_webhook_secret(&wrong), "{wrong}");
        }
    }
}
