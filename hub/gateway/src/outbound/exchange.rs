//! One request and its answer, with the parts that the credential adds: a token and a proof. The request is repeated if the server
//! asks for its nonce or refuses the token.

use axum::body::Bytes;
use bindeledd_core::EndpointAddress;
use bindeledd_engine::ports::{SendError, SendFailure, Start};
use bindeledd_texts::outbound::Unanswered;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode, Url};

use super::clients::{Authorization, Client};
use super::credential::Surroundings;
use super::dpop;
use super::failure::{cause, kind, transient};
use super::start::StartingBody;
use super::token::{Token, Tokens};
use super::token_error::TokenError;

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// A request that only lacks its credential.
pub(super) struct Exchange<'a> {
    pub(super) client: &'a Client,
    pub(super) around: &'a Surroundings,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// Reason why a request has no answer for an adapter to interpret.
#[derive(Debug)]
pub(super) enum NoAnswer {
    Http(reqwest::Error),
    NoToken(TokenError),
    /// The endpoint refuses the token, and a freshly fetched one too.
    TokenRefused,
}

impl NoAnswer {
    pub(super) fn told(self, address: &EndpointAddress) -> SendError {
        match self {
            Self::Http(error) => transient(address, kind(&error), cause(&error)),
            Self::NoToken(error) => transient(address, SendFailure::NoToken, error.words()),
            Self::TokenRefused => transient(address, SendFailure::NoToken, Unanswered::TokenRefused),
        }
    }
}

impl Exchange<'_> {
    /// Sends the request, at most three times. A 401 means that the request was not processed, so it may be repeated: once with
    /// the server's nonce, and once with another token. The bytes are the same each time.
    pub(super) async fn run(&self, start: Option<&Start>) -> Result<Response, NoAnswer> {
        let tokens = match &self.client.authorization {
            Authorization::None => return self.send(self.headers.clone(), start).await,
            Authorization::Fixed(value) => {
                let mut headers = self.headers.clone();
                headers.insert(AUTHORIZATION, value.clone());
                return self.send(headers, start).await;
            }
            Authorization::Tokens(tokens) => tokens,
        };
        let (mut nonce_asked, mut renewed) = (false, false);
        let mut given: Option<String> = None;
        loop {
            let token = tokens.get(&self.client.http).await.map_err(NoAnswer::NoToken)?;
            // The nonce is the one that the server just gave to this request, else the server's last one.
            let nonce = given.take();
            let nonce = nonce.or_else(|| tokens.proofs.as_ref().and_then(|proofs| proofs.nonce(&self.url)));
            let headers = self.signed(tokens, &token, nonce.as_deref())?;
            let response = self.send(headers, start).await?;
            let proofs = tokens.proofs.as_ref();
            let fresh_nonce =
                proofs.and_then(|proofs| proofs.keep_nonce(&self.url, response.headers(), nonce.as_deref()));
            if response.status() != StatusCode::UNAUTHORIZED {
                return Ok(response);
            }
            if dpop::asks_for_nonce(response.headers()) {
                if nonce_asked || fresh_nonce.is_none() {
                    return Err(NoAnswer::TokenRefused);
                }
                nonce_asked = true;
                given = fresh_nonce;
            } else if !renewed && tokens.refused(&token) {
                renewed = true;
            } else {
                return Err(NoAnswer::TokenRefused);
            }
        }
    }

    /// Returns the headers with a token. If the token is bound to a key, they include a proof for this request.
    fn signed(&self, tokens: &Tokens, token: &Token, nonce: Option<&str>) -> Result<HeaderMap, NoAnswer> {
        let unsigned = || NoAnswer::NoToken(TokenError::refused(Unanswered::DoesNotSign));
        let mut headers = self.headers.clone();
        let scheme = if tokens.proofs.is_some() { "DPoP" } else { "Bearer" };
        headers.insert(
            AUTHORIZATION,
            secret(&format!("{scheme} {}", token.value)).ok_or_else(unsigned)?,
        );
        if let Some(proofs) = &tokens.proofs {
            let now = self.around.clock.now();
            let proof = proofs.proof(
                self.method.as_str(),
                &self.url,
                (Some(&token.value), nonce),
                now,
                &*self.around.entropy,
            );
            headers.insert(DPOP, proof.and_then(|proof| secret(&proof)).ok_or_else(unsigned)?);
        }
        Ok(headers)
    }

    async fn send(&self, headers: HeaderMap, start: Option<&Start>) -> Result<Response, NoAnswer> {
        let building = self.client.http.request(self.method.clone(), self.url.clone());
        building
            .headers(headers)
            .body(reqwest::Body::wrap(StartingBody::new(
                self.body.clone(),
                start.cloned(),
            )))
            .send()
            .await
            .map_err(NoAnswer::Http)
    }
}

fn secret(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}
