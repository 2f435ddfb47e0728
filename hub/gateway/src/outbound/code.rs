//! Exchanges the code of a person's sign-in for an ID token, with the hub's credential at the issuer.

use std::time::Duration;

use async_trait::async_trait;
use bindeledd_core::json;
use bindeledd_http::{Code, CodeExchange, ExchangeError};
use reqwest::{RequestBuilder, Url};
use serde_json::Value;

use super::clients::{Authorization, Client, Clients};
use super::credential::{CourierError, CourierOptions, Surroundings};
use super::failure::cause;
use super::grant::{Proof, client_assertion, error_code, small, token_endpoint};

/// Maximum time for an exchange.
const EXCHANGE: Duration = Duration::from_secs(8);
/// The type of the client's assertion: general, unlike that of client credentials, since issuers of persons expect no other.
const ASSERTION_TYPE: &str = "JWT";

/// Exchanges codes over HTTPS. Each issuer's credential has the issuer's name in the configuration.
#[derive(Debug)]
pub struct HttpCodeExchange {
    clients: Clients,
    around: Surroundings,
    allow_http_loopback: bool,
}

impl HttpCodeExchange {
    /// Makes the exchange with the credentials of `options`, one for each issuer.
    ///
    /// # Errors
    /// A credential can not be used.
    pub fn new(options: CourierOptions, around: Surroundings) -> Result<Self, CourierError> {
        Ok(Self {
            allow_http_loopback: options.allow_http_loopback,
            clients: Clients::new(options, around.clone())?,
            around,
        })
    }

    async fn exchanged(&self, name: &str, code: Code<'_>) -> Result<String, ExchangeError> {
        let client = self.clients.get(Some(name)).await;
        let client = client.ok_or_else(|| away("the issuer has no credential"))?;
        let url = token_endpoint(code.endpoint, self.allow_http_loopback);
        let url = url.ok_or_else(|| away("the token endpoint is not https"))?;
        let asking = self.request(&client, url, code)?;
        let response = asking.send().await.map_err(|error| away(&cause(&error).to_string()))?;
        let status = response.status();
        let body = small(response).await.map_err(|unread| away(&unread.to_string()))?;
        if status.is_success() {
            return id_token(&body).ok_or_else(|| away("the answer has no ID token"));
        }
        let what = error_code(&body).unwrap_or_else(|| "no code".to_owned());
        let what = format!("the token endpoint answered {} ({what})", status.as_u16());
        if status.is_client_error() && status.as_u16() != 429 {
            Err(ExchangeError::Refused(what))
        } else {
            Err(ExchangeError::Away(what))
        }
    }

    fn request(&self, client: &Client, url: Url, code: Code<'_>) -> Result<RequestBuilder, ExchangeError> {
        let Authorization::Tokens(tokens) = &client.authorization else {
            return Err(away("the issuer has no credential"));
        };
        let source = tokens.source();
        let mut form = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("code", code.code.to_owned()),
            ("redirect_uri", code.redirect_uri.to_owned()),
            ("code_verifier", code.verifier.to_owned()),
        ];
        let asking = client.http.post(url);
        match &*tokens.proof() {
            Proof::Secret(secret) if code.secret_in_header => {
                // Both are written as in a form before they are joined (RFC 6749, section 2.3.1).
                let (id, secret) = (as_in_form(&source.client_id), as_in_form(secret));
                return Ok(asking.basic_auth(id, Some(secret)).form(&form));
            }
            Proof::Secret(secret) => form.push(("client_secret", secret.clone())),
            Proof::Key(key) => {
                let assertion = client_assertion(source, key, ASSERTION_TYPE, &self.around);
                let assertion = assertion.ok_or_else(|| away("the hub's key does not sign"))?;
                form.extend(assertion);
            }
        }
        form.push(("client_id", source.client_id.clone()));
        Ok(asking.form(&form))
    }
}

#[async_trait]
impl CodeExchange for HttpCodeExchange {
    async fn id_token(&self, name: &str, code: Code<'_>) -> Result<String, ExchangeError> {
        let exchanged = tokio::time::timeout(EXCHANGE, self.exchanged(name, code)).await;
        exchanged.unwrap_or_else(|_| Err(away("the token endpoint did not answer in time")))
    }
}

fn away(what: &str) -> ExchangeError {
    ExchangeError::Away(what.to_owned())
}

fn as_in_form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn id_token(body: &[u8]) -> Option<String> {
    let answer = json::parse(body).ok()?;
    let token = answer.get("id_token").and_then(Value::as_str)?;
    Some(token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_and_its_secret_are_written_as_in_a_form() {
        assert_eq!(as_in_form("hub-1_a.b"), "hub-1_a.b");
        assert_eq!(as_in_form("a:b c=&+%æ"), "a%3Ab+c%3D%26%2B%25%C3%A6");
        assert_eq!(as_in_form("==x"), "%3D%3Dx");
    }
}
