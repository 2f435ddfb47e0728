//! The next step of a sign-in, and the page after it.

use bindeledd_accounts::Step;
use bindeledd_console::{Fault, address};
use bindeledd_core::account::Account;

use crate::answer::Answer;
use crate::asked::onwards_below;
use crate::route::Cookies;
use crate::session;
use crate::visit::Visit;

/// Returns the page to go on to after sign-in: one of this hub's own, or the first page.
pub(crate) fn onwards(raw: &str) -> String {
    onwards_below(raw, &[address::NOW, address::MAILBOX])
}

fn with_to(page: &str, to: &str) -> String {
    format!("{page}?to={}", address::segment(&onwards(to)))
}

/// Returns the page to go on to once a person has signed in. A person of a mailbox begins there.
pub(crate) fn home(to: String, account: &Account) -> String {
    if to == address::NOW && !account.roles.may_see_console() {
        address::MAILBOX.to_owned()
    } else {
        to
    }
}

/// Returns the page to go on to, from the form or from the query.
pub(crate) fn asked_to(visit: &Visit) -> String {
    let posted = visit.call.field("to");
    onwards(if posted.is_empty() {
        visit.call.asked("to").unwrap_or_default()
    } else {
        posted
    })
}

/// Goes on with the next step of a sign-in, or says why there is none.
pub(crate) fn next(step: &Step, to: &str, cookies: &mut Cookies) -> Result<Answer, Fault> {
    let (challenge, page) = match step {
        Step::SecondFactorNeeded { challenge } => (challenge, address::SECOND_FACTOR),
        Step::EnrolNeeded { challenge, .. } => (challenge, address::ENROL),
        Step::Refused { wait } => return Err(wait.map_or(Fault::SignIn, Fault::Wait)),
    };
    cookies.extend(session::challenge(challenge.reveal()));
    Ok(Answer::See(with_to(page, to)))
}

/// Gives the browser its session, and ends the sign-in.
pub(crate) fn signed(token: &str, cookies: &mut Cookies) {
    cookies.extend(session::begin(token));
    cookies.extend(session::end(session::CHALLENGE));
}
