//! The token of a credential: fetched once for all waiting requests, fetched again before it expires, and never more often than
//! needed.
//!
//! The lifetime that a token endpoint states is bounded, since some endpoints state it wrongly. A token is used for ten seconds at
//! least and an hour at most. A token that an endpoint refuses is dropped, and a new one is fetched once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use bindeledd_texts::outbound::Unanswered;
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use tokio::sync::watch;

use super::credential::{Surroundings, TokenSource};
use super::dpop::Proofs;
use super::grant::{self, Asker, Given, Proof};
use super::token_error::TokenError;

/// Minimum lifetime, so that an endpoint that states 0 is not asked for each message.
const SHORTEST: i64 = 10;
/// Maximum lifetime.
const LONGEST: i64 = 3600;
/// Lifetime if the endpoint states none.
const UNSAID: i64 = 60;
/// Age below which a refused token is not fetched again, since a new token would not help.
const YOUNG: SignedDuration = SignedDuration::from_secs(10);
/// Maximum pause between two requests to a failing endpoint.
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(5);
/// Time for which the issuer's metadata are kept.
const METADATA: SignedDuration = SignedDuration::from_hours(1);
/// Maximum time of one fetch of a token.
const FETCH: Duration = Duration::from_secs(15);

/// A token, with a number that distinguishes it from others.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) value: String,
    number: u64,
}

#[derive(Debug)]
struct Held {
    token: Arc<Token>,
    given_at: Timestamp,
    refresh_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Debug)]
struct Rest {
    until: Timestamp,
    failures: u32,
    error: TokenError,
}

impl Rest {
    /// Returns whether the pause still lasts. A pause longer than the maximum dates from before the clock was set back, and is
    /// over.
    fn lasts(&self, now: Timestamp) -> bool {
        now < self.until && self.until <= now + LONGEST_REST
    }
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    fetching: Option<watch::Receiver<()>>,
    rest: Option<Rest>,
    endpoint: Option<(Url, Timestamp)>,
    number: u64,
}

/// The tokens of one credential.
#[derive(Debug)]
pub(super) struct Tokens {
    name: String,
    source: TokenSource,
    around: Surroundings,
    pub(super) proofs: Option<Proofs>,
    allow_http: bool,
    proof: RwLock<Arc<Proof>>,
    state: Mutex<State>,
}

impl Tokens {
    pub(super) fn new(
        name: &str,
        source: TokenSource,
        proof: Proof,
        proofs: Option<Proofs>,
        around: Surroundings,
        allow_http: bool,
    ) -> Self {
        Self {
            name: name.to_owned(),
            source,
            around,
            proofs,
            allow_http,
            proof: RwLock::new(Arc::new(proof)),
            state: Mutex::default(),
        }
    }

    /// Returns the current proof of the hub's identity to the issuer.
    pub(super) fn proof(&self) -> Arc<Proof> {
        Arc::clone(&self.proof.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the source of the tokens.
    pub(super) const fn source(&self) -> &TokenSource {
        &self.source
    }

    /// Applies another key. The present token stays in use. A pause after failures ends, since the key may have caused them.
    pub(super) fn change_proof(&self, proof: Proof) {
        *self.proof.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(proof);
        if let Some(rest) = &mut self.state().rest {
            rest.until = Timestamp::MIN;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a valid token. Callers that ask at the same time wait for one fetch, which goes on even if they give up.
    pub(super) async fn get(self: &Arc<Self>, http: &reqwest::Client) -> Result<Arc<Token>, TokenError> {
        loop {
            let now = self.around.clock.now();
            let mut done = {
                let mut state = self.state();
                let resting = state.rest.as_ref().filter(|rest| rest.lasts(now));
                let error = resting.map(|rest| rest.error.clone());
                if let Some(held) = state.held.as_ref().filter(|held| now < held.expires_at) {
                    let token = Arc::clone(&held.token);
                    // An ageing token is fetched again while callers still use it.
                    if now >= held.refresh_at && error.is_none() && state.fetching.is_none() {
                        self.start(&mut state, http);
                    }
                    return Ok(token);
                }
                match (error, &state.fetching) {
                    (Some(error), _) => return Err(error),
                    (None, Some(fetching)) => fetching.clone(),
                    (None, None) => self.start(&mut state, http),
                }
            };
            // The wait ends when the fetch does; its result is in the state.
            let _ = done.changed().await;
        }
    }

    fn start(self: &Arc<Self>, state: &mut State, http: &reqwest::Client) -> watch::Receiver<()> {
        let (end, done) = watch::channel(());
        state.fetching = Some(done.clone());
        let (tokens, http) = (Arc::clone(self), http.clone());
        tokio::spawn(async move {
            let under_way = UnderWay(&tokens);
            let fetched = tokio::time::timeout(FETCH, tokens.fetch(&http)).await;
            let fetched = fetched.unwrap_or_else(|_| Err(TokenError::away(Unanswered::TokenEndpointSilent)));
            tokens.settle(fetched);
            drop(under_way);
            drop(end);
        });
        done
    }

    async fn fetch(&self, http: &reqwest::Client) -> Result<Given, TokenError> {
        let url = self.endpoint(http).await?;
        let asker = Asker {
            source: &self.source,
            proof: &self.proof(),
            proofs: self.proofs.as_ref(),
            around: &self.around,
        };
        grant::ask(&asker, http, &url).await
    }

    async fn endpoint(&self, http: &reqwest::Client) -> Result<Url, TokenError> {
        if let Some(raw) = &self.source.token_endpoint {
            return grant::token_endpoint(raw, self.allow_http)
                .ok_or_else(|| TokenError::away(Unanswered::TokenEndpointNotHttps));
        }
        let now = self.around.clock.now();
        if let Some((url, until)) = &self.state().endpoint
            && now < *until
        {
            return Ok(url.clone());
        }
        let url = grant::discover(http, &self.source, self.allow_http).await?;
        self.state().endpoint = Some((url.clone(), now + METADATA));
        Ok(url)
    }

    /// Records the result of a fetch.
    fn settle(&self, fetched: Result<Given, TokenError>) {
        let now = self.around.clock.now();
        let mut state = self.state();
        match fetched {
            Ok(given) => {
                let seconds = given.seconds.unwrap_or(UNSAID).clamp(SHORTEST, LONGEST);
                // The token is refreshed a tenth of its lifetime before its end, but at most a minute before; a request that uses
                // it then still arrives in time.
                let margin = (seconds / 10).clamp(1, 60);
                state.number += 1;
                state.held = Some(Held {
                    token: Arc::new(Token {
                        value: given.token,
                        number: state.number,
                    }),
                    given_at: now,
                    refresh_at: now + SignedDuration::from_secs(seconds - 2 * margin),
                    expires_at: now + SignedDuration::from_secs(seconds - margin),
                });
                let is_news = state.rest.take().is_some() || state.number == 1;
                drop(state);
                if is_news {
                    (self.around.on_given)(&self.name);
                }
            }
            Err(error) => {
                let failures = state.rest.as_ref().map_or(0, |rest| rest.failures) + 1;
                let refused = |error: &TokenError| matches!(error, TokenError::Refused { .. });
                let told = state.rest.as_ref().is_some_and(|rest| refused(&rest.error));
                let is_refused = refused(&error);
                tracing::warn!(credential = %self.name, %error, failures, "no token was given; it is asked for again");
                state.rest = Some(Rest {
                    until: now + error.rest(failures),
                    failures,
                    error,
                });
                drop(state);
                if is_refused && !told {
                    (self.around.on_refused)(&self.name);
                }
            }
        }
    }

    /// Drops a token that an endpoint refused. Returns whether a new token may help; one that was refused right after it was given
    /// would be refused again.
    pub(super) fn refused(&self, token: &Token) -> bool {
        let now = self.around.clock.now();
        let mut state = self.state();
        match &state.held {
            Some(held) if held.token.number == token.number => {
                let old = now >= held.given_at + YOUNG || now < held.given_at;
                if old {
                    state.held = None;
                }
                old
            }
            // Another request got the same refusal; a newer token is present or being fetched.
            Some(_) | None => true,
        }
    }
}

/// A guard that marks the fetch as over, however it ends.
struct UnderWay<'a>(&'a Tokens);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.state().fetching = None;
    }
}
