//! The way into a participant's own page: the page with both ways in, the one-time code, the PIN for
//! coming back; and the way out.

use axum::http::StatusCode;
use bindeledd_console::address;
use bindeledd_console::view::meg_door::{Door, PinFault};
use bindeledd_core::own_page::{self, Pin};

use crate::answer::{Answer, Trouble};
use crate::meg::{Own, door, left_page, nobody};
use crate::meg_openid::{issuer_title, way_out};
use crate::route::{Cookies, PageRoute, get, post};
use crate::session;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::OWN_CODE, OwnDoor, code_form),
    post!(address::OWN_CODE, OwnDoor, code),
    get!(address::OWN_PIN, OwnPage, pin_form),
    post!(address::OWN_PIN, OwnPage, pin),
    post!(address::OWN_LEAVE, OwnPage, leave),
    get!(address::OWN_LEFT, OwnDoor, left),
];

/// `GET /meg/code`
pub(crate) async fn code_form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let is_over = visit.call.asked("over").is_some();
    Ok(Answer::page(door(
        visit,
        Door::Code {
            is_over,
            is_refused: false,
            issuer: issuer_title(visit),
        },
    )))
}

/// `POST /meg/code`
pub(crate) async fn code(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let accounts = &visit.state.accounts;
    let (code, pin) = (visit.call.field("code"), visit.call.field("pin"));
    let Some(opened) = accounts.open_own_page(code, pin, visit.now).await? else {
        let refused = Door::Code {
            is_over: false,
            is_refused: true,
            issuer: issuer_title(visit),
        };
        return Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, door(visit, refused)));
    };
    // Whoever had this browser before leaves their own page, so that nobody comes back to it.
    if let Some((before, _)) = &visit.own {
        accounts.leave_own_page(before, visit.now).await?;
    }
    cookies.extend(session::begin_own(opened.token.reveal()));
    let first = if opened.session.may_choose_pin() {
        address::OWN_PIN
    } else {
        address::OWN_PAGE
    };
    Ok(Answer::See(first.to_owned()))
}

/// `GET /meg/pin`
pub(crate) async fn pin_form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if Own::read(visit).await?.is_none() {
        return Ok(nobody(visit));
    }
    if !visit.own()?.may_choose_pin() {
        return Ok(Answer::See(address::OWN_PAGE.to_owned()));
    }
    Ok(Answer::page(door(visit, Door::Pin { fault: None })))
}

/// `POST /meg/pin`
pub(crate) async fn pin(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if Own::read(visit).await?.is_none() {
        return Ok(nobody(visit));
    }
    // A second click finds the PIN set, and costs no hashing.
    if !visit.own()?.may_choose_pin() {
        return Ok(Answer::See(address::OWN_PAGE.to_owned()));
    }
    let chosen = match Pin::parse(visit.call.field("pin")) {
        Ok(_) if visit.call.field("pin") != visit.call.field("again") => Err(PinFault::Differs),
        Ok(pin) => Ok(pin),
        Err(own_page::PinFault::Digits) => Err(PinFault::Digits),
        Err(own_page::PinFault::Simple) => Err(PinFault::Simple),
    };
    match chosen {
        Ok(pin) => {
            visit.state.accounts.choose_pin(visit.own()?, &pin, visit.now).await?;
            Ok(Answer::See(address::OWN_PAGE.to_owned()))
        }
        Err(fault) => {
            let again = Door::Pin { fault: Some(fault) };
            Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, door(visit, again)))
        }
    }
}

/// `POST /meg/leave`
///
/// A sign-in at an issuer began a session there as well, which the next page ends.
pub(crate) async fn leave(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let session = visit.own()?;
    visit.state.accounts.leave_own_page(session, visit.now).await?;
    cookies.extend(session::end(session::OWN));
    Ok(Answer::Leave(left_page(session)))
}

/// `GET /meg/left`
///
/// The browser goes on to the issuer by itself, and comes back to this page without `at`. No form leads there, so that the
/// policy of the pages needs no exception.
pub(crate) async fn left(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let is_at_issuer = visit.call.asked("at").is_some();
    let way_out = if is_at_issuer { way_out(visit).await } else { None };
    let then = way_out.as_ref().map(|(_, address)| address.clone());
    let html = door(visit, Door::Left(way_out));
    Ok(match then {
        Some(then) => Answer::ForSeconds(html, 0, then),
        None => Answer::page(html),
    })
}
