//! Signing in at an issuer, and the issuer's word that a session is over.

use axum::http::StatusCode;
use bindeledd_accounts::{AtIssuer, Named, Strength};
use bindeledd_console::{Text, address};
use bindeledd_http::{CodeAnswer, Finished, LogoutFault, Onwards, OpenId, OpenIdFault, Strong};

use crate::answer::{Answer, IssuerTrouble, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::session;
use crate::sign_in_step::{asked_to, home, next, signed};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!("/console/openid/start/{issuer}", Nobody, start),
    get!("/console/openid/callback/{issuer}", Nobody, callback),
    post!(BACK_CHANNEL, Nobody, back_channel),
];

/// The folder of the addresses of a sign-in at an issuer.
pub(crate) const FOLDER: &str = "/console/openid/";
/// The address at which an issuer says that sessions are over.
pub(crate) const BACK_CHANNEL: &str = "/console/openid/back-channel";

/// Longest link that a sign-in remembers; a link's token has 43 characters.
const LONGEST_LINK: usize = 64;

impl From<OpenIdFault> for Trouble {
    fn from(fault: OpenIdFault) -> Self {
        match fault {
            OpenIdFault::Unknown => Self::NotFound,
            OpenIdFault::Away => Self::AtIssuer(IssuerTrouble::Away),
            OpenIdFault::Refused => Self::AtIssuer(IssuerTrouble::Refused),
            OpenIdFault::Unnamed => Self::AtIssuer(IssuerTrouble::Unnamed),
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

/// Returns the issuers at which a person may use a set-up link. The addresses have the proof that this browser was shown the page
/// that names the account.
pub(crate) fn choices_for_link(visit: &Visit, link: &str, cookies: &mut Cookies) -> Vec<(Text, String)> {
    let Some(openid) = &visit.state.openid else {
        return Vec::new();
    };
    let browser = openid.browser(visit.call.cookie(session::AT_ISSUER));
    cookies.extend(session::at_issuer(&browser));
    let proof = session::link_proof(&browser, link);
    choices(visit, &format!("link={}&proof={proof}", address::segment(link)))
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
    if let Some(link) = link.filter(|link| !is_shown(visit, link)) {
        return Ok(Answer::See(format!("{}/{}", address::SET_UP, address::segment(link))));
    }
    let onwards = Onwards {
        to: asked_to(visit),
        link: link.map(str::to_owned),
    };
    begun(visit, (openid, visit.call.text("issuer")), onwards, cookies).await
}

/// Returns whether this browser was shown the page of a link. Nobody may lead a person to link their identity to an account without
/// the page that names the account: not by an address in a mail, and not by the page to go on to after a sign-in.
fn is_shown(visit: &Visit, link: &str) -> bool {
    let browser = visit.call.cookie(session::AT_ISSUER).unwrap_or_default();
    let proof = visit.call.asked("proof").unwrap_or_default();
    !browser.is_empty() && session::is_link_shown(browser, link, proof)
}

/// Returns whether a page of this hub led to the request.
pub(crate) fn is_from_own_page(visit: &Visit) -> bool {
    let site = visit.call.headers.get("sec-fetch-site");
    visit.call.is_same_origin() && site.is_none_or(|site| site != "none")
}

/// `GET /console/openid/callback/{issuer}`
pub(crate) async fn callback(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let finished = finished(visit, openid(visit)?).await?;
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
            Ok(Answer::See(home(to, &done.account)))
        }
        AtIssuer::Next(step) => next(&step, &to, cookies).map_err(|_| Trouble::AtIssuer(IssuerTrouble::Unknown)),
        AtIssuer::Unknown => Err(Trouble::AtIssuer(IssuerTrouble::Unknown)),
        AtIssuer::TooWeak => Err(Trouble::AtIssuer(IssuerTrouble::TooWeak)),
        AtIssuer::Taken => Err(Trouble::AtIssuer(IssuerTrouble::Taken)),
        AtIssuer::LinkOver => Err(Trouble::LinkOver),
    }
}

/// Finishes the sign-in that the address answers.
pub(crate) async fn finished(visit: &Visit, openid: &OpenId) -> Result<Finished, Trouble> {
    let answer = CodeAnswer {
        state: visit.call.asked("state"),
        code: visit.call.asked("code"),
        error: visit.call.asked("error"),
        iss: visit.call.asked("iss"),
    };
    let browser = visit.call.cookie(session::AT_ISSUER);
    let name = visit.call.text("issuer");
    Ok(openid.finish(name, answer, browser, visit.now).await?)
}

/// Begins a sign-in at an issuer, and leads the browser there.
pub(crate) async fn begun(
    visit: &Visit,
    (openid, name): (&OpenId, &str),
    onwards: Onwards,
    cookies: &mut Cookies,
) -> Result<Answer, Trouble> {
    let from = (visit.call.cookie(session::AT_ISSUER), visit.call.address);
    let begun = openid.begin(name, onwards, from, visit.now).await?;
    cookies.extend(session::at_issuer(&begun.browser));
    Ok(Answer::See(begun.address))
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
///
/// An issuer may end many sessions at once. So only a token that is not accepted counts against the address.
pub(crate) async fn back_channel(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let openid = openid(visit)?;
    match openid.logged_out(visit.call.field("logout_token"), visit.now).await {
        Ok(ended) => {
            let accounts = &visit.state.accounts;
            let sessions = accounts.end_issuer_sessions(&ended.session, visit.now).await?;
            openid.ended(ended);
            tracing::info!(sessions, "an issuer ended sessions");
            Ok(Answer::Machine(StatusCode::OK, "{}"))
        }
        Err(LogoutFault::NotAccepted(what)) => {
            tracing::info!(%what, "a logout token was not accepted");
            visit.state.web.count_stranger(visit.call.address)?;
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
