//! Signing in at an issuer, and the issuer's word that a session is over.

use axum::http::StatusCode;
use bindeledd_accounts::{AtIssuer, Named, Strength};
use bindeledd_console::{Text, address};
use bindeledd_http::{CodeAnswer, Finished, LogoutFault, Onwards, OpenId, OpenIdFault, Strong};

use crate::answer::{Answer, IssuerTrouble, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::session;
use crate::sign_in_step::{asked_to, next, signed};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/openid/start/{issuer}", Nobody, start),
    get!("/console/openid/callback/{issuer}", Nobody, callback),
    post!("/console/openid/back-channel", Nobody, back_channel),
];

/// Longest link that a sign-in remembers; a link's token has 43 characters.
const LONGEST_LINK: usize = 64;

impl From<OpenIdFault> for Trouble {
    fn from(fault: OpenIdFault) -> Self {
        match fault {
            OpenIdFault::Unknown => Self::NotFound,
            OpenIdFault::Away => Self::AtIssuer(IssuerTrouble::Away),
            OpenIdFault::Refused => Self::AtIssuer(IssuerTrouble::Refused),
            OpenIdFault::NotAccepted(what) => {
                tracing::info!(%what, "the answer of an issuer was not accepted");
                Self::AtIssuer(IssuerTrouble::NotAccepted)
            }
        }
    }
}

/// Returns the issuers to choose among: their names, and the addresses at which a sign-in begins.
pub(crate) fn choices(visit: &Visit, query: &str) -> Vec<(Text, String)> {
    let issuers = visit.state.openid.iter().flat_map(OpenId::issuers);
    let choice = |(name, title): (&str, &str)| {
        let name = address::segment(name);
        (Text::new(title), format!("/console/openid/start/{name}?{query}"))
    };
    issuers.map(choice).collect()
}

fn openid(visit: &Visit) -> Result<&OpenId, Trouble> {
    visit.state.openid.as_ref().ok_or(Trouble::NotFound)
}

/// `GET /console/openid/start/{issuer}`
///
/// The browser goes on by a link, so that no form leaves this hub and the policy of the pages needs no exception.
pub(crate) async fn start(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let openid = openid(visit)?;
    if !is_from_own_page(visit) {
        return Ok(Answer::See(address::SIGN_IN.to_owned()));
    }
    let link = visit.call.asked("link").filter(|link| link.len() <= LONGEST_LINK);
    let onwards = Onwards {
        to: asked_to(visit),
        link: link.map(str::to_owned),
    };
    let browser = visit.call.cookie(session::AT_ISSUER);
    let begun = openid
        .begin(visit.call.text("issuer"), onwards, browser, visit.now)
        .await?;
    cookies.extend(session::at_issuer(&begun.browser));
    Ok(Answer::See(begun.address))
}

/// Returns whether a page of this hub led to the request. An address in a mail must not link a person's identity to an account
/// without a page that names the account.
fn is_from_own_page(visit: &Visit) -> bool {
    let site = visit.call.headers.get("sec-fetch-site");
    visit.call.is_same_origin() && site.is_none_or(|site| site != "none")
}

/// `GET /console/openid/callback/{issuer}`
pub(crate) async fn callback(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let openid = openid(visit)?;
    let answer = CodeAnswer {
        state: visit.call.asked("state"),
        code: visit.call.asked("code"),
        error: visit.call.asked("error"),
        iss: visit.call.asked("iss"),
    };
    let browser = visit.call.cookie(session::AT_ISSUER);
    let finished = openid
        .finish(visit.call.text("issuer"), answer, browser, visit.now)
        .await?;
    let Onwards { to, link } = finished.onwards.clone();
    let named = named(finished);
    let accounts = &visit.state.accounts;
    let outcome = match link {
        Some(link) => accounts.set_up_at_issuer(&link, named, visit.now).await?,
        None => accounts.sign_in_at_issuer(named, visit.now).await?,
    };
    match outcome {
        AtIssuer::Signed(done) => {
            signed(done.token.reveal(), cookies);
            Ok(Answer::See(to))
        }
        AtIssuer::Next(step) => next(&step, &to, cookies).map_err(|_| Trouble::AtIssuer(IssuerTrouble::Unknown)),
        AtIssuer::Unknown => Err(Trouble::AtIssuer(IssuerTrouble::Unknown)),
        AtIssuer::TooWeak => Err(Trouble::AtIssuer(IssuerTrouble::TooWeak)),
        AtIssuer::Taken => Err(Trouble::AtIssuer(IssuerTrouble::Taken)),
        AtIssuer::LinkOver => Err(Trouble::LinkOver),
    }
}

fn named(finished: Finished) -> Named {
    Named {
        identity: finished.identity,
        session: finished.session,
        strength: match finished.strong {
            Strong::Yes => Strength::BothFactors,
            Strong::NotAsked => Strength::FirstFactor,
            Strong::No => Strength::TooWeak,
        },
    }
}

/// `POST /console/openid/back-channel`
pub(crate) async fn back_channel(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let openid = openid(visit)?;
    match openid.logged_out(visit.call.field("logout_token"), visit.now).await {
        Ok(ended) => {
            let sessions = visit.state.accounts.end_issuer_sessions(&ended, visit.now).await?;
            tracing::info!(sessions, "an issuer ended sessions");
            Ok(Answer::Machine(StatusCode::OK, "{}"))
        }
        Err(LogoutFault::NotAccepted(what)) => {
            tracing::info!(%what, "a logout token was not accepted");
            Ok(Answer::Machine(
                StatusCode::BAD_REQUEST,
                "{\"error\":\"invalid_request\"}",
            ))
        }
        Err(LogoutFault::Away) => Ok(Answer::Machine(
            StatusCode::SERVICE_UNAVAILABLE,
            "{\"error\":\"temporarily_unavailable\"}",
        )),
    }
}

/// Returns the way out of the session at an issuer, for a person who has just signed out here.
pub(crate) async fn way_out(visit: &Visit) -> Option<(Text, String)> {
    let openid = visit.state.openid.as_ref()?;
    let (title, address) = openid.way_out(visit.call.asked("left")?, visit.now).await?;
    Some((Text::new(title), address))
}
