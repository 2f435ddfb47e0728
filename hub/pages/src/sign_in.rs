//! Signing in and out: password, second factor, its enrolment, one-time links, the language.

use axum::http::StatusCode;
use bindeledd_accounts::{Accounts, AccountsError, Challenge, Enrolled, Finished, Person};
use bindeledd_console::view::{enrol, new_password, second_factor, sign_in};
use bindeledd_console::{Errors, Fault, Lang, Said, Text, address};
use bindeledd_core::account::{DisplayName, LoginName, PASSWORD_SHORTEST, Role, Roles};

use crate::answer::{Answer, Trouble};
use crate::frame;
use crate::openid;
use crate::route::{Cookies, PageRoute, get, post};
use crate::session;
use crate::sign_in_step::{asked_to, home, next, onwards, signed};
use crate::visit::Visit;

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::SIGN_IN, Nobody, form),
    post!(address::SIGN_IN, Nobody, password),
    get!(address::SECOND_FACTOR, Nobody, code_form),
    post!(address::SECOND_FACTOR, Nobody, code),
    get!(address::ENROL, Nobody, enrol_form),
    post!(address::ENROL, Nobody, enrol),
    get!("/console/set-up/{token}", Nobody, set_up_form),
    post!("/console/set-up/{token}", Nobody, set_up),
    post!(address::SIGN_OUT, Person, sign_out),
    get!(address::LANGUAGE, Nobody, language),
];

fn invalid(html: String) -> Answer {
    Answer::Page(StatusCode::UNPROCESSABLE_ENTITY, html)
}

fn challenge(visit: &Visit) -> Option<Challenge> {
    visit.call.cookie(session::CHALLENGE).and_then(Challenge::parse)
}

fn accounts(visit: &Visit) -> &Accounts {
    &visit.state.accounts
}

/// `GET /console/sign-in`
pub(crate) async fn form(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    if let Ok(signed) = visit.signed() {
        return Ok(Answer::See(home(asked_to(visit), &signed.account)));
    }
    let mut view = sign_in_view(visit, String::new(), Errors::none());
    if visit.call.asked("over").is_some() {
        view.frame.notice = Some(Said::SignedOut.notice(visit.lang));
    }
    view.way_out = openid::way_out(visit).await;
    Ok(Answer::page(sign_in::render(&view, visit.lang)))
}

fn sign_in_view(visit: &Visit, login: String, errors: Errors) -> sign_in::View {
    sign_in::View {
        frame: frame::bare(visit),
        login,
        to: asked_to(visit),
        errors,
        has_accounts: true,
        issuers: openid::choices(visit, &format!("to={}", address::segment(&asked_to(visit)))),
        way_out: None,
    }
}

/// `POST /console/sign-in`
pub(crate) async fn password(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let (login, password) = (visit.call.field("login"), visit.call.field("password"));
    let step = accounts(visit).sign_in(login, password, visit.now).await?;
    Ok(match next(&step, &asked_to(visit), cookies) {
        Ok(answer) => answer,
        Err(fault) => {
            let errors = Errors::none().and("login", fault.text(visit.lang));
            let login: String = login.chars().take(200).collect();
            invalid(sign_in::render(&sign_in_view(visit, login, errors), visit.lang))
        }
    })
}

/// Leads back to the start of a sign-in that is over.
fn over(visit: &Visit, cookies: &mut Cookies) -> Answer {
    cookies.extend(session::end(session::CHALLENGE));
    if visit.signed.is_some() {
        return Answer::See(asked_to(visit));
    }
    Answer::See(format!(
        "{}?over=1&to={}",
        address::SIGN_IN,
        address::segment(&asked_to(visit))
    ))
}

/// `GET /console/sign-in/code`
pub(crate) async fn code_form(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    if challenge(visit).is_none() {
        return Ok(over(visit, cookies));
    }
    Ok(Answer::page(code_page(visit, Errors::none())))
}

fn code_page(visit: &Visit, errors: Errors) -> String {
    let view = second_factor::View {
        frame: frame::bare(visit),
        to: asked_to(visit),
        errors,
    };
    second_factor::render(&view, visit.lang)
}

fn code_errors(visit: &Visit, wait: Option<std::time::Duration>) -> Errors {
    Errors::none().and("code", wait.map_or(Fault::Code, Fault::Wait).text(visit.lang))
}

/// `POST /console/sign-in/code`
pub(crate) async fn code(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(challenge) = challenge(visit) else {
        return Ok(over(visit, cookies));
    };
    let shown = visit.call.field("code").trim();
    Ok(match accounts(visit).finish(&challenge, shown, visit.now).await? {
        Finished::Signed(done) => {
            signed(done.token.reveal(), cookies);
            Answer::See(home(asked_to(visit), &done.account))
        }
        Finished::Refused { wait } => invalid(code_page(visit, code_errors(visit, wait))),
        Finished::Over => over(visit, cookies),
    })
}

/// `GET /console/enrol`
pub(crate) async fn enrol_form(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    Ok(match enrol_page(visit, Errors::none()).await? {
        Some(html) => Answer::page(html),
        None => over(visit, cookies),
    })
}

async fn enrol_page(visit: &Visit, errors: Errors) -> Result<Option<String>, Trouble> {
    let Some(challenge) = challenge(visit) else {
        return Ok(None);
    };
    let found = accounts(visit).enrolling(&challenge, visit.now).await?;
    Ok(found.map(|found| {
        let secret: Vec<_> = found.secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
        let step = enrol::Step::Secret {
            secret: Text::new(&secret.join(" ")),
            link: found.uri,
            errors,
        };
        let view = enrol::View {
            frame: frame::bare(visit),
            step,
        };
        enrol::render(&view, visit.lang)
    }))
}

/// `POST /console/enrol`
pub(crate) async fn enrol(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let Some(challenge) = challenge(visit) else {
        return Ok(over(visit, cookies));
    };
    let shown = visit.call.field("code").trim();
    match accounts(visit).enrol(&challenge, shown, visit.now).await? {
        Enrolled::Signed { signed: done, recovery } => {
            signed(done.token.reveal(), cookies);
            let step = enrol::Step::Codes {
                codes: recovery.iter().map(|code| Text::new(code.reveal())).collect(),
                onwards: home(asked_to(visit), &done.account),
            };
            let view = enrol::View {
                frame: frame::bare(visit),
                step,
            };
            Ok(Answer::page(enrol::render(&view, visit.lang)))
        }
        Enrolled::Refused { wait } => Ok(match enrol_page(visit, code_errors(visit, wait)).await? {
            Some(html) => invalid(html),
            None => over(visit, cookies),
        }),
        Enrolled::Over => Ok(over(visit, cookies)),
    }
}

/// `GET /console/set-up/{token}`
pub(crate) async fn set_up_form(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let account = account_of_link(visit).await?;
    Ok(Answer::page(set_up_page(visit, account, Errors::none(), cookies)))
}

async fn account_of_link(visit: &Visit) -> Result<new_password::Account, Trouble> {
    use bindeledd_accounts::LinkFor;
    let link = accounts(visit).link(visit.call.text("token"), visit.now).await?;
    match link.ok_or(Trouble::LinkOver)? {
        LinkFor::Account(account) => Ok(new_password::Account::Existing(account.login.as_str().into())),
        LinkFor::FirstAdministrator => {
            let typed = |name: &str| visit.call.field(name).chars().take(200).collect();
            Ok(new_password::Account::First {
                login: typed("login"),
                name: typed("name"),
            })
        }
    }
}

fn set_up_page(visit: &Visit, account: new_password::Account, errors: Errors, cookies: &mut Cookies) -> String {
    let issuers = match account {
        new_password::Account::Existing(_) => openid::choices_for_link(visit, visit.call.text("token"), cookies),
        new_password::Account::First { .. } => Vec::new(),
    };
    let view = new_password::View {
        frame: frame::bare(visit),
        issuers,
        account,
        action: format!("{}/{}", address::SET_UP, address::segment(visit.call.text("token"))),
        shortest: shortest(),
        errors,
    };
    new_password::render(&view, visit.lang)
}

pub(crate) fn shortest() -> u32 {
    u32::try_from(PASSWORD_SHORTEST).unwrap_or(u32::MAX)
}

/// `POST /console/set-up/{token}`
pub(crate) async fn set_up(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let account = account_of_link(visit).await?;
    let password = visit.call.field("password");
    let mut faults: Vec<(&'static str, Fault)> = Vec::new();
    if password != visit.call.field("again") {
        faults.push(("again", Fault::Again));
    }
    let token = visit.call.text("token");
    let step = match &account {
        new_password::Account::Existing(_) if faults.is_empty() => {
            accounts(visit).set_up(token, password, visit.now).await
        }
        new_password::Account::Existing(_) => Err(AccountsError::LinkOver),
        new_password::Account::First { login, name } => match first(login, name, &mut faults) {
            Some(person) if faults.is_empty() => accounts(visit).set_up_first(token, person, password, visit.now).await,
            _ => Err(AccountsError::LinkOver),
        },
    };
    match step {
        _ if !faults.is_empty() => {}
        Ok(step) => {
            return Ok(next(&step, &asked_to(visit), cookies).unwrap_or_else(|_| over(visit, cookies)));
        }
        Err(AccountsError::Password(why)) => faults.push(("password", Fault::Password(why))),
        Err(AccountsError::LoginTaken) => faults.push(("login", Fault::LoginTaken)),
        Err(AccountsError::LinkOver) => return Err(Trouble::LinkOver),
        Err(error) => return Err(error.into()),
    }
    Ok(invalid(set_up_page(visit, account, visit.errors(faults), cookies)))
}

/// Reads the first administrator. Nobody else can operate yet, so that the account operates and reads the log too.
fn first(login: &str, name: &str, faults: &mut Vec<(&'static str, Fault)>) -> Option<Person> {
    let login = LoginName::parse(login).map_err(|why| faults.push(("login", Fault::Login(why))));
    let name = DisplayName::parse(name).map_err(|why| faults.push(("name", Fault::Name(why))));
    let roles = Roles::of(&[Role::Operator, Role::Auditor, Role::Administrator], None);
    Some(Person {
        login: login.ok()?,
        name: name.ok()?,
        roles: roles.ok()?,
        party: None,
    })
}

/// `POST /console/sign-out`
pub(crate) async fn sign_out(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    if let Some((_, token)) = &visit.signed {
        accounts(visit).sign_out(token, visit.now).await?;
    }
    cookies.extend(session::end(session::SESSION));
    let issuer = visit.signed()?.session.issuer.as_deref();
    let name = issuer.and_then(|issuer| visit.state.openid.as_ref()?.name_of(issuer));
    Ok(Answer::See(match name {
        // The session at the issuer may go on: the page offers to end it.
        Some(name) => format!("{}?left={}", address::SIGN_IN, address::segment(name)),
        None => address::SIGN_IN.to_owned(),
    }))
}

/// `GET /console/language`
pub(crate) async fn language(visit: &Visit, cookies: &mut Cookies) -> Result<Answer, Trouble> {
    let lang = visit.call.asked("to").and_then(Lang::parse).unwrap_or(visit.lang);
    cookies.extend(session::language(lang.tag()));
    Ok(Answer::See(onwards(visit.call.asked("back").unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_only_to_pages_of_this_hub() {
        for own in [
            "/console",
            "/console/messages?state=failed",
            "/console?lang=nb",
            "/mailbox",
            "/mailbox/participants",
        ] {
            assert_eq!(onwards(own), own);
        }
        for other in [
            "",
            "//evil.example",
            "/consolee",
            "/mailboxes",
            "https://evil.example/console/",
            "/console/\r\nx: y",
            "/console\\evil",
            "/console/\\evil",
            "/v1/messages",
        ] {
            assert_eq!(onwards(other), address::NOW, "{other}");
        }
        assert_eq!(onwards(&format!("/console/{}", "x".repeat(3000))), address::NOW);
    }
}
