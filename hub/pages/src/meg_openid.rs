//! A participant's sign-in at level high: at the issuer, and back. The issuer's number finds the participant, and is kept
//! nowhere.

use bindeledd_accounts::OwnSignedIn;
use bindeledd_console::view::meg_door::{Door, WayOut};
use bindeledd_console::{Text, address};
use bindeledd_core::NationalId;
use bindeledd_core::own_page::AtLevel;
use bindeledd_http::{Onwards, OpenId, Strong};

use crate::answer::{Answer, IssuerTrouble, Trouble};
use crate::meg::door;
use crate::openid::{begun, finished, is_from_own_page};
use crate::route::{Cookies, PageRoute, get};
use crate::session;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::OWN_SIGN_IN, OwnDoor, start),
    get!("/meg/openid/callback/{issuer}", OwnDoor, callback),
    get!(address::OWN_NOBODY, OwnDoor, nobody),
];

/// Returns the issuer of participants, with its name and title.
fn issuer(visit: &Visit) -> Option<(&OpenId, &str, &str)> {
    let openid = visit.state.own_issuer.as_ref()?;
    let (name, title) = openid.issuers().next()?;
    Some((openid, name, title))
}

/// Returns the title of the issuer at which participants sign in.
pub(crate) fn issuer_title(visit: &Visit) -> Option<Text> {
    issuer(visit).map(|(_, _, title)| Text::new(title))
}

/// Returns the way out of the session at the issuer.
pub(crate) async fn way_out(visit: &Visit) -> WayOut {
    let (openid, name, _) = issuer(visit)?;
    let (title, address) = openid.way_out(name, visit.now).await?;
    Some((Text::new(title), address))
}

/// `GET /meg/openid/start`
pub(crate) async fn start(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let (openid, name, _) = issuer(visit).ok_or(Trouble::NotFound)?;
    if !is_from_own_page(visit) {
        return Ok(Answer::See(address::OWN_CODE.to_owned()));
    }
    begun(visit, (openid, name), Onwards::default(), cookies).await
}

/// `GET /meg/openid/callback/{issuer}`
///
/// Whoever signs in where there is nothing to show gets no session, and one page for every reason.
pub(crate) async fn callback(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let (openid, _, _) = issuer(visit).ok_or(Trouble::NotFound)?;
    let finished = finished(visit, openid).await?;
    let level = finished.level.filter(|_| finished.strong == Strong::Yes);
    let level = level.ok_or(Trouble::AtIssuer(IssuerTrouble::TooWeak))?;
    let number = NationalId::parse(&finished.identity.value);
    let number = number.map_err(|_| Trouble::AtIssuer(IssuerTrouble::Unnamed))?;
    let by = AtLevel {
        issuer: finished.identity.issuer,
        level,
    };
    let accounts = &visit.state.accounts;
    // Whoever had this browser before leaves their own page, so that nobody comes back to it.
    if let Some((before, _)) = &visit.own {
        accounts.leave_own_page(before, visit.now).await?;
    }
    match accounts.open_own_page_at_issuer(&number, &by, visit.now).await? {
        Some(OwnSignedIn { token, .. }) => {
            cookies.extend(session::begin_own(token.reveal()));
            Ok(Answer::See(address::OWN_PAGE.to_owned()))
        }
        None => {
            let had_session = visit.call.cookie(session::OWN).is_some();
            cookies.extend(had_session.then(|| session::end(session::OWN)).flatten());
            Ok(Answer::See(address::OWN_NOBODY.to_owned()))
        }
    }
}

/// `GET /meg/nobody`
///
/// The person still has a session at the issuer, which a borrowed machine must not keep.
pub(crate) async fn nobody(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    Ok(Answer::page(door(visit, Door::Nobody(way_out(visit).await))))
}
