//! Persons who sign in at an issuer (OpenID Connect Core 1.0, authorization code with PKCE), and the issuer's word that a session
//! of theirs is over (Back-Channel Logout 1.0).
//!
//! Owns: the issuers of workers and of participants, their metadata, the sign-ins that are under way, and the checks of ID tokens and logout
//! tokens. Never knows an account: a finished sign-in says only how the issuer names the person. Start at [`OpenId`].

mod claims;
mod discovery;
mod seen;
mod under_way;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bindeledd_engine::ports::{Entropy, Identity, IssuerSession};
use jiff::Timestamp;
use jsonwebtoken::Algorithm;
use url::Url;

use crate::jose::sha256;
use crate::network::network;
use crate::token::{Fetch, Keys, accepted};
use claims::Expected;
use discovery::Discovery;
use seen::{Seen, SeenLogouts};
use under_way::{UnderWay, Waiting};

/// Longest code of an answer; real codes are far shorter.
const LONGEST_CODE: usize = 4096;

/// The persons who sign in at an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Persons with an account, on the console and in a mailbox.
    Workers,
    /// Participants, on their own pages.
    Participants,
}

impl Audience {
    /// Returns the path that an issuer leads a browser back to.
    fn callback(self, name: &str) -> String {
        match self {
            Self::Workers => format!("/console/openid/callback/{name}"),
            Self::Participants => format!("/meg/openid/callback/{name}"),
        }
    }

    /// Returns the path after the end of a session at an issuer.
    const fn signed_out(self) -> &'static str {
        match self {
            Self::Workers => "/console/sign-in",
            Self::Participants => "/meg/left",
        }
    }
}

/// An issuer with which persons sign in.
#[derive(Debug, Clone)]
pub struct ConsoleIssuer {
    /// Name in the configuration, and in addresses.
    pub name: String,
    /// Name on the page.
    pub title: String,
    /// Issuer, as its tokens' `iss` claim names it.
    pub issuer: String,
    /// Client id of the hub.
    pub client_id: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// Claim that names the person. One that begins with `/` is a JSON Pointer to a claim inside others (RFC 6901).
    pub claim: String,
    /// Claim that tells the strength of the sign-in, written as `claim` is.
    pub acr_claim: String,
    /// Values of that claim that are strong enough; empty if the hub asks for its own second factor.
    pub acr: Vec<String>,
    /// Maximum age of the sign-in at the issuer, in seconds.
    pub auth_age: Option<i64>,
    /// Names of the accepted algorithms; empty for all that the hub knows.
    pub algorithms: Vec<String>,
}

/// A code to exchange for an ID token.
#[derive(Clone, Copy)]
pub struct Code<'a> {
    /// Token endpoint.
    pub endpoint: &'a str,
    /// True if the issuer takes a client secret in the header, false if only in the form.
    pub secret_in_header: bool,
    /// Code.
    pub code: &'a str,
    /// Secret whose hash the request for the code had (PKCE).
    pub verifier: &'a str,
    /// Address of the answer with the code.
    pub redirect_uri: &'a str,
}

impl fmt::Debug for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Reason why a code could not be exchanged. The text has no content of the answer but an error's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExchangeError {
    /// The token endpoint can not be reached, or failed.
    Away(String),
    /// The token endpoint refused the code or the hub.
    Refused(String),
}

/// Exchanges codes for ID tokens, as the hub's client at an issuer.
#[async_trait]
pub trait CodeExchange: fmt::Debug + Send + Sync {
    /// Returns the ID token for a code. `name` is the issuer's in the configuration.
    ///
    /// # Errors
    /// [`ExchangeError`].
    async fn id_token(&self, name: &str, code: Code<'_>) -> Result<String, ExchangeError>;
}

/// Where a sign-in leads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Onwards {
    /// Page to go on to.
    pub to: String,
    /// Token of the link by which the account is set up; none for an account that has its identity already.
    pub link: Option<String>,
}

/// A sign-in that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Address at the issuer.
    pub address: String,
    /// Secret of the browser, for its cookie.
    pub browser: String,
}

/// The issuer's answer, from the query of the address that the browser came back to.
#[derive(Clone, Copy, Default)]
pub struct CodeAnswer<'a> {
    /// State of the sign-in.
    pub state: Option<&'a str>,
    /// Code.
    pub code: Option<&'a str>,
    /// Error in place of a code.
    pub error: Option<&'a str>,
    /// Issuer (RFC 9207).
    pub iss: Option<&'a str>,
}

/// Whether a sign-in at an issuer is strong enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strong {
    /// It has a value that the configuration requires.
    Yes,
    /// The configuration requires none.
    NotAsked,
    /// It has none of the values, or it is too old.
    No,
}

/// A finished sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// Person.
    pub identity: Identity,
    /// Session at the issuer.
    pub session: IssuerSession,
    /// Whether the sign-in is strong enough.
    pub strong: Strong,
    /// Value that the configuration requires, if the sign-in has it.
    pub level: Option<String>,
    /// Where it leads.
    pub onwards: Onwards,
}

/// Reason why a sign-in at an issuer can not go on. No reason has a word of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenIdFault {
    /// No issuer has this name.
    Unknown,
    /// The issuer does not answer, or its keys can not be had.
    Away,
    /// The issuer refused, or the person gave up there.
    Refused,
    /// The token does not have the claim that names the person.
    Unnamed,
    /// The answer is not that of a sign-in which this browser began here.
    NotAccepted(&'static str),
}

/// The sessions that a logout token ends.
#[derive(Debug)]
pub struct LoggedOut {
    /// Sessions.
    pub session: IssuerSession,
    token: Seen,
}

/// Reason why a logout token changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogoutFault {
    /// The token is not valid, or was seen before.
    NotAccepted(&'static str),
    /// The issuer's keys can not be had.
    Away,
}

#[derive(Debug)]
struct Profile {
    options: ConsoleIssuer,
    algorithms: Vec<Algorithm>,
    discovery: Discovery,
    keys: Arc<Keys>,
}

/// The issuers of one audience. A clone shares the same state.
#[derive(Debug, Clone)]
pub struct OpenId(Arc<Inner>);

struct Inner {
    profiles: Vec<Profile>,
    /// Address of the console, without a path.
    console: String,
    audience: Audience,
    exchange: Arc<dyn CodeExchange>,
    entropy: Arc<dyn Entropy>,
    under_way: UnderWay,
    seen: SeenLogouts,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenId")
            .field("profiles", &self.profiles)
            .finish_non_exhaustive()
    }
}

impl OpenId {
    /// Makes the issuers of an audience, at a console with this address. `fetch` gets their metadata and keys.
    #[must_use]
    pub fn new(
        issuers: Vec<ConsoleIssuer>,
        (audience, console): (Audience, &str),
        fetch: &Arc<dyn Fetch>,
        exchange: Arc<dyn CodeExchange>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let profile = |options: ConsoleIssuer| Profile {
            algorithms: accepted(&options.algorithms),
            discovery: Discovery::new(&options.issuer, Arc::clone(fetch)),
            keys: Arc::new(Keys::new(&options.issuer, None, Arc::clone(fetch))),
            options,
        };
        Self(Arc::new(Inner {
            profiles: issuers.into_iter().map(profile).collect(),
            console: console.trim_end_matches('/').to_owned(),
            audience,
            exchange,
            entropy,
            under_way: UnderWay::default(),
            seen: SeenLogouts::default(),
        }))
    }

    /// Returns the issuers, each with its name and its title.
    pub fn issuers(&self) -> impl Iterator<Item = (&str, &str)> {
        let profiles = self.0.profiles.iter();
        profiles.map(|profile| (profile.options.name.as_str(), profile.options.title.as_str()))
    }

    /// Returns the name in the configuration of the issuer that tokens name so.
    #[must_use]
    pub fn name_of(&self, issuer: &str) -> Option<&str> {
        let profile = self.0.profiles.iter().find(|profile| profile.options.issuer == issuer);
        profile.map(|profile| profile.options.name.as_str())
    }

    /// Returns the title of the issuer that tokens name so, and whether its sign-in stands for both factors.
    #[must_use]
    pub fn title_of(&self, issuer: &str) -> Option<(&str, bool)> {
        let profile = self.0.profiles.iter().find(|profile| profile.options.issuer == issuer);
        profile.map(|profile| (profile.options.title.as_str(), !profile.options.acr.is_empty()))
    }

    /// Returns whether the configuration still takes a sign-in of this level at the issuer that tokens name so.
    #[must_use]
    pub fn takes(&self, issuer: &str, level: &str) -> bool {
        let mut profiles = self.0.profiles.iter().map(|profile| &profile.options);
        profiles.any(|options| options.issuer == issuer && options.acr.iter().any(|acr| acr == level))
    }

    fn profile(&self, name: &str) -> Result<&Profile, OpenIdFault> {
        let found = self.0.profiles.iter().find(|profile| profile.options.name == name);
        found.ok_or(OpenIdFault::Unknown)
    }

    /// Returns the address that an issuer leads a browser back to.
    fn callback(&self, name: &str) -> String {
        format!("{}{}", self.0.console, self.0.audience.callback(name))
    }

    fn secret(&self) -> String {
        let mut bytes = [0; 32];
        self.0.entropy.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Returns the secret of a browser: the one of its cookie, or a new one.
    #[must_use]
    pub fn browser(&self, cookie: Option<&str>) -> String {
        let known = cookie.filter(|text| is_secret(text)).map(str::to_owned);
        known.unwrap_or_else(|| self.secret())
    }

    /// Begins a sign-in. `browser` is the secret of the browser's cookie, if it has one: two tabs share it. `address` is the browser's.
    ///
    /// # Errors
    /// [`OpenIdFault::Unknown`]; [`OpenIdFault::Away`].
    pub async fn begin(
        &self,
        name: &str,
        onwards: Onwards,
        (browser, address): (Option<&str>, IpAddr),
        now: Timestamp,
    ) -> Result<Begun, OpenIdFault> {
        let profile = self.profile(name)?;
        let metadata = profile.discovery.get(now).await?;
        let browser = self.browser(browser);
        let (state, nonce, verifier) = (self.secret(), self.secret(), self.secret());
        let options = &profile.options;
        let mut at = metadata.authorization_endpoint.clone();
        {
            let mut query = at.query_pairs_mut();
            query
                .append_pair("response_type", "code")
                .append_pair("client_id", &options.client_id)
                .append_pair("redirect_uri", &self.callback(name))
                .append_pair("scope", &options.scope)
                .append_pair("state", &state)
                .append_pair("nonce", &nonce)
                .append_pair("code_challenge", &sha256(verifier.as_bytes()))
                .append_pair("code_challenge_method", "S256");
            if !options.acr.is_empty() {
                query.append_pair("acr_values", &options.acr.join(" "));
            }
            if let Some(age) = options.auth_age {
                query.append_pair("max_age", &age.to_string());
            }
            // A machine may be borrowed: a session that somebody left at the issuer opens nobody's own page.
            if self.0.audience == Audience::Participants {
                query.append_pair("prompt", "login");
            }
        }
        let waiting = Waiting {
            profile: name.to_owned(),
            browser: sha256(browser.as_bytes()),
            network: network(address),
            nonce,
            verifier,
            onwards,
            began: now,
        };
        self.0.under_way.put(&state, waiting);
        Ok(Begun {
            address: at.into(),
            browser,
        })
    }

    /// Finishes a sign-in. Its state works once, whatever comes of it.
    ///
    /// # Errors
    /// [`OpenIdFault`].
    pub async fn finish(
        &self,
        name: &str,
        answer: CodeAnswer<'_>,
        browser: Option<&str>,
        now: Timestamp,
    ) -> Result<Finished, OpenIdFault> {
        let profile = self.profile(name)?;
        let waiting = answer.state.and_then(|state| self.0.under_way.take(state, now));
        let waiting = waiting.ok_or(OpenIdFault::NotAccepted("its state"))?;
        if waiting.profile != name || browser.map(|secret| sha256(secret.as_bytes())).as_ref() != Some(&waiting.browser)
        {
            return Err(OpenIdFault::NotAccepted("its browser"));
        }
        let metadata = profile.discovery.get(now).await?;
        match answer.iss {
            Some(iss) if iss != profile.options.issuer => return Err(OpenIdFault::NotAccepted("its issuer")),
            None if metadata.names_itself => return Err(OpenIdFault::NotAccepted("its issuer")),
            Some(_) | None => {}
        }
        match answer.error {
            Some("temporarily_unavailable" | "server_error") => return Err(OpenIdFault::Away),
            Some(_) => return Err(OpenIdFault::Refused),
            None => {}
        }
        let legal = |code: &&str| code.len() <= LONGEST_CODE && code.bytes().all(|b| (b' '..=b'~').contains(&b));
        let code = answer.code.filter(legal).ok_or(OpenIdFault::NotAccepted("its code"))?;
        let code = Code {
            endpoint: metadata.token_endpoint.as_str(),
            secret_in_header: metadata.secret_in_header,
            code,
            verifier: &waiting.verifier,
            redirect_uri: &self.callback(name),
        };
        let token = self.0.exchange.id_token(name, code).await.map_err(|error| {
            let (why, fault) = match error {
                ExchangeError::Away(why) => (why, OpenIdFault::Away),
                ExchangeError::Refused(why) => (why, OpenIdFault::NotAccepted("its code")),
            };
            tracing::warn!(issuer = %name, %why, "an issuer gave no token for a sign-in");
            fault
        })?;
        let expected = Expected {
            keys: &profile.keys,
            algorithms: &profile.algorithms,
            options: &profile.options,
        };
        let person = expected.id_token(&token, &waiting.nonce, now).await?;
        Ok(Finished {
            identity: person.identity,
            session: person.session,
            strong: person.strong,
            level: person.level,
            onwards: waiting.onwards,
        })
    }

    /// Checks a logout token. Returns the sessions that are over. The token works until [`OpenId::ended`] says that they have
    /// ended: an issuer may send it again if the hub could not end them.
    ///
    /// # Errors
    /// [`LogoutFault`].
    pub async fn logged_out(&self, token: &str, now: Timestamp) -> Result<LoggedOut, LogoutFault> {
        let issuer = claims::said_issuer(token).ok_or(LogoutFault::NotAccepted("its form"))?;
        // Two profiles may be two clients of one issuer: the token is for one of them.
        let mut logout = Err(LogoutFault::NotAccepted("its issuer"));
        for profile in self
            .0
            .profiles
            .iter()
            .filter(|profile| profile.options.issuer == issuer)
        {
            let expected = Expected {
                keys: &profile.keys,
                algorithms: &profile.algorithms,
                options: &profile.options,
            };
            match expected.logout_token(token, now).await {
                Ok(accepted) => {
                    logout = Ok(accepted);
                    break;
                }
                // The token may be for a client whose keys are away. The other clients' refusals do not hide that.
                Err(OpenIdFault::NotAccepted(what)) => {
                    if !matches!(logout, Err(LogoutFault::Away)) {
                        logout = Err(LogoutFault::NotAccepted(what));
                    }
                }
                Err(OpenIdFault::Unknown | OpenIdFault::Away | OpenIdFault::Refused | OpenIdFault::Unnamed) => {
                    logout = Err(LogoutFault::Away);
                }
            }
        }
        let logout = logout?;
        let token = Seen::new(&issuer, &logout.jti, logout.expires_at);
        if self.0.seen.is_new(&token, now) {
            Ok(LoggedOut {
                session: logout.session,
                token,
            })
        } else {
            Err(LogoutFault::NotAccepted("its id was seen before"))
        }
    }

    /// Notes that the sessions of a logout token have ended, so that the token works no more.
    pub fn ended(&self, done: LoggedOut) {
        self.0.seen.note(done.token);
    }

    /// Returns the title of an issuer, and the address at which a browser ends its session there. `None` if the issuer has none,
    /// or can not be reached.
    pub async fn way_out(&self, name: &str, now: Timestamp) -> Option<(&str, String)> {
        let profile = self.profile(name).ok()?;
        let mut address: Url = profile.discovery.get(now).await.ok()?.end_session_endpoint.clone()?;
        address
            .query_pairs_mut()
            .append_pair("client_id", &profile.options.client_id)
            .append_pair(
                "post_logout_redirect_uri",
                &format!("{}{}", self.0.console, self.0.audience.signed_out()),
            );
        Some((&profile.options.title, address.into()))
    }
}

/// Returns whether a text can be a secret of this hub: 32 bytes in base64url.
fn is_secret(text: &str) -> bool {
    text.len() == 43 && URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}
