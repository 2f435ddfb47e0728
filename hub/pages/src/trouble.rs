//! The page of a trouble.

use axum::http::StatusCode;
use bindeledd_console::view::problem::{Cause, View, render};
use bindeledd_console::{Frame, Lang, address};

use crate::answer::{Answer, IssuerTrouble, Trouble};

/// Makes the page of a trouble. `onwards` is the address to go on to.
pub(crate) fn page(trouble: &Trouble, frame: Frame, lang: Lang, onwards: Option<String>) -> Answer {
    let (status, cause, code) = match trouble {
        Trouble::NotFound => (StatusCode::NOT_FOUND, Cause::NotFound, None),
        Trouble::NoRight => (StatusCode::FORBIDDEN, Cause::NoRight, None),
        Trouble::LinkOver => (StatusCode::GONE, Cause::LinkOver, None),
        Trouble::SignedOut => (StatusCode::UNAUTHORIZED, Cause::SessionOver, None),
        Trouble::StrangeForm => (StatusCode::FORBIDDEN, Cause::FormOld, None),
        Trouble::AtIssuer(why) => {
            let (status, cause) = at_issuer(*why);
            (status, cause, Some(why.code()))
        }
        Trouble::Away => (StatusCode::SERVICE_UNAVAILABLE, Cause::StoreAway, None),
        Trouble::Problem(problem) => {
            let cause = match problem.status() {
                StatusCode::NOT_FOUND => Cause::NotFound,
                StatusCode::FORBIDDEN => Cause::NoRight,
                StatusCode::TOO_MANY_REQUESTS => Cause::TooMany,
                StatusCode::SERVICE_UNAVAILABLE => Cause::StoreAway,
                status if status.is_client_error() => Cause::Refused,
                _ => Cause::Failed,
            };
            (problem.status(), cause, Some(problem.code()))
        }
    };
    let onwards = if cause.leads_to_sign_in() {
        Some(address::SIGN_IN.to_owned())
    } else {
        onwards
    };
    let view = View {
        frame,
        cause,
        code: code.map(Into::into),
        onwards,
    };
    Answer::Page(status, render(&view, lang))
}

const fn at_issuer(why: IssuerTrouble) -> (StatusCode, Cause) {
    match why {
        IssuerTrouble::Away => (StatusCode::SERVICE_UNAVAILABLE, Cause::IssuerAway),
        IssuerTrouble::Refused => (StatusCode::BAD_REQUEST, Cause::IssuerRefused),
        IssuerTrouble::NotAccepted | IssuerTrouble::Unnamed => (StatusCode::BAD_REQUEST, Cause::IssuerAnswer),
        IssuerTrouble::Unknown => (StatusCode::FORBIDDEN, Cause::NoAccount),
        IssuerTrouble::TooWeak => (StatusCode::FORBIDDEN, Cause::SignInTooWeak),
        IssuerTrouble::Taken => (StatusCode::CONFLICT, Cause::IdentityTaken),
    }
}
