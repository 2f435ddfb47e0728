//! The signed-in person's own account.

use axum::http::StatusCode;
use bindeledd_accounts::{AccountsError, PasswordChange};
use bindeledd_console::view::account::{End, MailForm, SessionRow, View, render};
use bindeledd_console::{Errors, Fault, Said, Text, address};
use bindeledd_core::SessionId;
use bindeledd_core::account::{Act, EndedWhy, Session};
use bindeledd_core::notice::EmailAddress;
use bindeledd_engine::ports::PersonMailChange;
use jiff::Timestamp;

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::route::{Cookies, PageRoute, get, post};
use crate::session;
use crate::sign_in::shortest;
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::ACCOUNT, Person, page),
    post!("/console/account/password", Person, password),
    post!(address::ACCOUNT_MAIL, Mailbox, set_mail),
    post!("/console/account/sign-out", Person, end_session),
    post!("/console/account/sign-out-everywhere", Person, sign_out_everywhere),
];

/// `GET /console/account`
pub(crate) async fn page(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let mut view = view(visit, Errors::none()).await?;
    if visit.call.asked("changed").is_some() {
        view.frame.notice = Some(Said::PasswordChanged.notice(visit.lang));
    }
    if visit.call.asked("mail").is_some() {
        view.frame.notice = Some(Said::MailSaved.notice(visit.lang));
    }
    Ok(Answer::page(render(&view, visit.lang)))
}

async fn view(visit: &Visit, errors: Errors) -> Result<View, Trouble> {
    let signed = visit.signed()?;
    let account = &signed.account;
    let sessions = visit.state.accounts.sessions(account.id).await?;
    let row = |session: &Session| session_row(session, signed.session.id, visit.now);
    Ok(View {
        frame: frame::of(visit, None).await?,
        login: Text::new(account.login.as_str()),
        name: Text::new(account.name.as_str()),
        roles: account.roles.iter().collect(),
        sessions: sessions.iter().map(row).collect(),
        shortest: shortest(),
        mail: mail(visit).await?,
        errors,
    })
}

/// Returns the form for mails to a person of a mailbox. Nothing is mailed to others.
async fn mail(visit: &Visit) -> Result<Option<MailForm>, Trouble> {
    let account = &visit.signed()?.account;
    if !account.may(Act::UseMailbox) {
        return Ok(None);
    }
    let mail = visit.engine().person_mail(account.id).await?;
    Ok(Some(MailForm {
        email: mail.email.map(|email| email.reveal().to_owned()).unwrap_or_default(),
        is_on: !mail.is_off,
        is_sent: visit.engine().sends_mail(),
    }))
}

/// Reads the e-mail address of a form; the field may be empty.
pub(crate) fn read_email(visit: &Visit) -> Result<Option<EmailAddress>, (&'static str, Fault)> {
    match visit.call.field("email").trim() {
        "" => Ok(None),
        raw => EmailAddress::parse(raw).map(Some).ok_or(("email", Fault::Email)),
    }
}

/// `POST /console/account/mail`
async fn set_mail(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let is_off = visit.call.field("on").is_empty();
    match read_email(visit) {
        Ok(email) => {
            let change = PersonMailChange {
                email,
                is_off: Some(is_off),
            };
            let account = visit.signed()?.account.id;
            visit
                .engine()
                .set_person_mail(account, &change, &visit.actor()?)
                .await?;
            Ok(Answer::See(format!("{}?mail=1", address::ACCOUNT)))
        }
        Err((field, fault)) => {
            let mut view = view(visit, Errors::none().and(field, fault.text(visit.lang))).await?;
            if let Some(form) = &mut view.mail {
                form.email = visit.call.field("email").chars().take(300).collect();
                form.is_on = !is_off;
            }
            Ok(Answer::Page(
                StatusCode::UNPROCESSABLE_ENTITY,
                render(&view, visit.lang),
            ))
        }
    }
}

/// Writes a session for a page; `own` is the session of the page.
pub(crate) fn session_row(session: &Session, own: SessionId, now: Timestamp) -> SessionRow {
    SessionRow {
        id: session.id.to_string(),
        began: session.began_at,
        seen: session.seen_at,
        end: ended(session, now),
        is_own: session.id == own,
    }
}

fn ended(session: &Session, now: Timestamp) -> Option<(Timestamp, End)> {
    match session.ended {
        Some((at, why)) => {
            let end = match why {
                EndedWhy::SignedOut => End::SignedOut,
                EndedWhy::Revoked => End::Revoked,
                EndedWhy::Disabled => End::Disabled,
                EndedWhy::Password => End::Password,
                EndedWhy::Issuer => End::Issuer,
            };
            Some((at, end))
        }
        None if session.is_open(now) => None,
        None => Some((session.expires_at(), End::Time)),
    }
}

/// `POST /console/account/password`
pub(crate) async fn password(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let (old, new) = (visit.call.field("old"), visit.call.field("password"));
    let fault = if new == visit.call.field("again") {
        let change = visit.state.accounts.set_password(visit.signed()?, old, new, visit.now);
        match change.await {
            Ok(PasswordChange::Done) => return Ok(Answer::See(format!("{}?changed=1", address::ACCOUNT))),
            Ok(PasswordChange::Refused { wait }) => ("old", wait.map_or(Fault::OldPassword, Fault::Wait)),
            Err(AccountsError::Password(why)) => ("password", Fault::Password(why)),
            Err(error) => return Err(error.into()),
        }
    } else {
        ("again", Fault::Again)
    };
    let errors = Errors::none().and(fault.0, fault.1.text(visit.lang));
    let html = render(&view(visit, errors).await?, visit.lang);
    Ok(Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html))
}

/// `POST /console/account/sign-out`
pub(crate) async fn end_session(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let signed = visit.signed()?;
    let session = SessionId::parse(visit.call.field("session")).ok_or(Trouble::NotFound)?;
    let (account, by) = (signed.account.id, visit.actor()?);
    // A session that has ended meanwhile is as the person wants it.
    visit
        .state
        .accounts
        .end_session(account, session, &by, visit.now)
        .await?;
    if session == signed.session.id {
        cookies.extend(session::end(session::SESSION));
        return Ok(Answer::See(address::SIGN_IN.to_owned()));
    }
    Ok(Answer::See(address::ACCOUNT.to_owned()))
}

/// `POST /console/account/sign-out-everywhere`
pub(crate) async fn sign_out_everywhere(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let account = visit.signed()?.account.id;
    let by = visit.actor()?;
    visit
        .state
        .accounts
        .sign_out_everywhere(account, &by, visit.now)
        .await?;
    cookies.extend(session::end(session::SESSION));
    Ok(Answer::See(address::SIGN_IN.to_owned()))
}
