//! Drift: the accounts of persons, and the acts on them.

use axum::http::{StatusCode, header};
use bindeledd_accounts::{AccountsError, Person, RolesFor, SetupLink};
use bindeledd_console::view::hub::Place;
use bindeledd_console::view::user_form::RolesForm;
use bindeledd_console::view::users::{Row, State, View, Way, render};
use bindeledd_console::view::{user, user_form, user_link};
use bindeledd_console::{Errors, Fault, Said, Section, Text, address};
use bindeledd_core::account::{Account, Act, DisplayName, LoginName, Role, Roles, RolesError, SecondFactor, Session};
use bindeledd_core::notice::EmailAddress;
use bindeledd_core::{AccountId, PartyId, SessionId};
use bindeledd_engine::ports::{LinkedIdentity, PersonMailChange};

use crate::account::{read_email, session_row};
use crate::answer::{Answer, Trouble};
use crate::route::{Cookies, PageRoute, get, post};
use crate::visit::Visit;
use crate::{frame, hub, people, selection};

/// The pages of this file.
pub(crate) const ROUTES: &[PageRoute] = &[
    get!(address::USERS, Administrator, list),
    get!(address::NEW_USER, Administrator, ask_new),
    post!(address::NEW_USER, Administrator, add),
    get!("/console/hub/users/{id}", Administrator, one),
    post!("/console/hub/users/{id}/roles", Administrator, set_roles),
    post!("/console/hub/users/{id}/mail", Administrator, set_mail),
    post!("/console/hub/users/{id}/block", Administrator, block),
    post!("/console/hub/users/{id}/unblock", Administrator, unblock),
    post!("/console/hub/users/{id}/reset", Administrator, reset),
    post!("/console/hub/users/{id}/sign-out", Administrator, sign_out),
];

/// `GET /console/hub/users`
pub(crate) async fn list(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let directory = visit.engine().directory();
    let accounts = visit.state.accounts.list().await?;
    let identities = visit.state.accounts.identities().await?;
    let sessions = visit.state.accounts.last_sessions().await?;
    let row = |account: &Account| Row {
        id: account.id.to_string(),
        name: Text::new(account.name.as_str()),
        login: Text::new(account.login.as_str()),
        roles: account.roles.iter().collect(),
        party: account.party.as_ref().map(|party| people::label(&directory, party)),
        state: state(account, &identities),
        ways: ways(visit, account, &identities),
        last: last(account, &sessions).map(|session| session.began_at),
    };
    let view = View {
        rows: accounts.iter().map(row).collect(),
        nav: hub::nav(visit, Place::Users)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::page(render(&view, visit.lang)))
}

fn state(account: &Account, identities: &[LinkedIdentity]) -> State {
    let is_set_up = account.password_set_at.is_some() || of(account, identities).next().is_some();
    match (account.disabled_at, is_set_up) {
        (Some(since), _) => State::Blocked(since),
        (None, false) => State::NotSetUp,
        (None, true) => State::Active,
    }
}

/// Returns the identities of an account.
fn of<'i>(account: &Account, identities: &'i [LinkedIdentity]) -> impl Iterator<Item = &'i LinkedIdentity> {
    let id = account.id;
    identities.iter().filter(move |identity| identity.account == id)
}

/// Returns the ways in which a person signs in.
fn ways(visit: &Visit, account: &Account, identities: &[LinkedIdentity]) -> Vec<Way> {
    let has_code = account.second_factor != SecondFactor::None;
    let password = account.password_set_at.map(|_| Way::Password { has_code });
    let issuer = |identity: &LinkedIdentity| {
        let (title, is_both) = issuer(visit, &identity.issuer);
        let with_code = has_code && !is_both;
        Way::Issuer { title, with_code }
    };
    let mut ways: Vec<_> = password.into_iter().collect();
    for way in of(account, identities).map(issuer) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

/// Returns the title of an issuer, and whether its sign-in stands for both factors. An issuer that the configuration names no
/// more has its address.
fn issuer(visit: &Visit, issuer: &str) -> (Text, bool) {
    let found = visit.state.openid.as_ref().and_then(|openid| openid.title_of(issuer));
    found.map_or_else(
        || (Text::new(issuer), true),
        |(title, is_both)| (Text::new(title), is_both),
    )
}

fn last<'s>(account: &Account, sessions: &'s [Session]) -> Option<&'s Session> {
    sessions.iter().find(|session| session.account == account.id)
}

/// `GET /console/hub/users/new`
pub(crate) async fn ask_new(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let view = form(visit, Errors::none()).await?;
    Ok(Answer::page(user_form::render(&view, visit.lang)))
}

async fn form(visit: &Visit, errors: Errors) -> Result<user_form::View, Trouble> {
    let typed = |name: &str| visit.call.field(name).chars().take(300).collect();
    Ok(user_form::View {
        name: typed("name"),
        login: typed("login"),
        email: typed("email"),
        roles: chosen(visit),
        nav: hub::nav(visit, Place::Users)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
        errors,
    })
}

/// Returns the fields of roles as chosen in the form.
fn chosen(visit: &Visit) -> RolesForm {
    RolesForm {
        roles: chosen_roles(visit),
        party: visit.call.field("party").chars().take(300).collect(),
        parties: selection::parties(&visit.engine().directory()),
    }
}

fn chosen_roles(visit: &Visit) -> Vec<Role> {
    visit.call.fields("roles").filter_map(Role::parse).collect()
}

/// Reads the roles and the party of a form.
fn read_roles(visit: &Visit) -> Result<(Roles, Option<PartyId>), (&'static str, Fault)> {
    let party = match visit.call.field("party") {
        "" => None,
        raw => Some(PartyId::parse(raw).map_err(|_| ("party", Fault::Roles(RolesError::NoParty)))?),
    };
    match Roles::of(&chosen_roles(visit), party.as_ref()) {
        Ok(roles) => Ok((roles, party)),
        Err(why @ (RolesError::None | RolesError::Mixed)) => Err(("roles", Fault::Roles(why))),
        Err(why @ (RolesError::NoParty | RolesError::Party)) => Err(("party", Fault::Roles(why))),
    }
}

/// Returns the field and the fault of an act that was refused.
fn refused(error: AccountsError) -> Result<(&'static str, Fault), Trouble> {
    match error {
        AccountsError::LoginTaken => Ok(("login", Fault::LoginTaken)),
        AccountsError::UnknownParty => Ok(("party", Fault::Roles(RolesError::NoParty))),
        AccountsError::LastAdministrator => Ok(("roles", Fault::LastAdministrator)),
        error => Err(error.into()),
    }
}

/// `POST /console/hub/users/new`
pub(crate) async fn add(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let mut faults = Vec::new();
    let name = DisplayName::parse(visit.call.field("name")).map_err(|why| faults.push(("name", Fault::Name(why))));
    let login = LoginName::parse(visit.call.field("login")).map_err(|why| faults.push(("login", Fault::Login(why))));
    let roles = read_roles(visit).map_err(|fault| faults.push(fault));
    let email = read_email(visit).map_err(|fault| faults.push(fault));
    if let (Ok(name), Ok(login), Ok((roles, party)), Ok(email)) = (name, login, roles, email) {
        let shown = Text::new(name.as_str());
        let person = Person {
            login,
            name,
            roles,
            party,
        };
        match visit.state.accounts.add(person, &visit.actor()?, visit.now).await {
            Ok((id, link)) => {
                if email.is_some() {
                    put_mail(visit, id, email).await?;
                }
                return link_page(visit, id, shown, &link).await;
            }
            Err(error) => faults.push(refused(error)?),
        }
    }
    let view = form(visit, visit.errors(faults)).await?;
    Ok(Answer::Page(
        StatusCode::UNPROCESSABLE_ENTITY,
        user_form::render(&view, visit.lang),
    ))
}

/// Shows a link. The answer to the form alone has it, since nobody can read it again.
async fn link_page(visit: &Visit, id: AccountId, name: Text, link: &SetupLink) -> Result<Answer, Trouble> {
    let host = visit.call.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let by_host = host.map(|host| format!("https://{host}"));
    // Behind a proxy, the host of a request may be one that no browser knows.
    let base = visit.state.console_url.clone().or(by_host).unwrap_or_default();
    let view = user_link::View {
        id: id.to_string(),
        name,
        link: Text::of_at_most(&link.address(&base), 500),
        until: link.expires_at,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    };
    Ok(Answer::page(user_link::render(&view, visit.lang)))
}

async fn named(visit: &Visit) -> Result<Account, Trouble> {
    let id: AccountId = visit.call.param("id").ok_or(Trouble::NotFound)?;
    visit.state.accounts.get(id).await?.ok_or(Trouble::NotFound)
}

/// `GET /console/hub/users/{id}`
pub(crate) async fn one(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    let mut view = view(visit, &account, None, Errors::none()).await?;
    if visit.call.asked("first").is_some() {
        view.frame.notice = Some(Said::SomebodyFirst.notice(visit.lang));
    }
    Ok(Answer::page(user::render(&view, visit.lang)))
}

/// Writes the roles and the party of an account, to tell later whether somebody changed them.
fn was(account: &Account) -> String {
    let party = account.party.as_ref().map_or("", PartyId::as_str);
    format!("{} {party}", account.roles.codes().collect::<Vec<_>>().join("+"))
}

async fn view(
    visit: &Visit,
    account: &Account,
    typed: Option<RolesForm>,
    errors: Errors,
) -> Result<user::View, Trouble> {
    let (names, directory) = (people::names(visit).await?, visit.engine().directory());
    let own = visit.signed()?.session.id;
    let sessions = visit.state.accounts.sessions(account.id).await?;
    let identities = visit.state.accounts.identities().await?;
    let stands = || RolesForm {
        roles: account.roles.iter().collect(),
        party: account.party.as_ref().map(ToString::to_string).unwrap_or_default(),
        parties: selection::parties(&directory),
    };
    Ok(user::View {
        id: account.id.to_string(),
        name: Text::new(account.name.as_str()),
        login: Text::new(account.login.as_str()),
        state: state(account, &identities),
        made_at: account.made_at,
        made_by: people::who(&account.made_by, &names, &directory),
        password_at: account.password_set_at,
        has_factor: account.second_factor != SecondFactor::None,
        ways: ways(visit, account, &identities),
        identities: of(account, &identities)
            .map(|identity| (issuer(visit, &identity.issuer).0, identity.since))
            .collect(),
        last: sessions.first().map(|session| {
            let at = session.issuer.as_deref();
            (session.began_at, at.map(|at| issuer(visit, at).0))
        }),
        was: was(account),
        roles: typed.unwrap_or_else(stands),
        email: mail_of(visit, account).await?,
        sessions: sessions
            .iter()
            .map(|session| session_row(session, own, visit.now))
            .collect(),
        errors,
        nav: hub::nav(visit, Place::Users)?,
        frame: frame::of(visit, Some(Section::Hub)).await?,
    })
}

fn back(account: &Account, more: &str) -> Answer {
    Answer::See(format!("{}{more}", address::user(&account.id.to_string())))
}

/// Reads what [`was`] wrote.
fn read_was(text: &str) -> Option<RolesFor> {
    let (codes, party) = text.split_once(' ')?;
    let party = match party {
        "" => None,
        party => Some(PartyId::parse(party).ok()?),
    };
    let roles: Vec<_> = codes.split('+').map(Role::parse).collect::<Option<_>>()?;
    let roles = Roles::of(&roles, party.as_ref()).ok()?;
    Some(RolesFor { roles, party })
}

/// `POST /console/hub/users/{id}/roles`
pub(crate) async fn set_roles(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    let fault = match read_roles(visit) {
        Ok((roles, party)) => {
            let Some(was) = read_was(visit.call.field("was")) else {
                return Ok(back(&account, "?first=1"));
            };
            let (accounts, by) = (&visit.state.accounts, visit.actor()?);
            let asked = RolesFor { roles, party };
            // A second click finds the roles as asked, and is done.
            match accounts.set_roles(account.id, &asked, Some(&was), &by, visit.now).await {
                Ok(is_done) => return Ok(back(&account, if is_done { "" } else { "?first=1" })),
                Err(error) => refused(error)?,
            }
        }
        Err(fault) => fault,
    };
    let view = view(visit, &account, Some(chosen(visit)), visit.errors(vec![fault])).await?;
    Ok(Answer::Page(
        StatusCode::UNPROCESSABLE_ENTITY,
        user::render(&view, visit.lang),
    ))
}

/// Returns the address for mails to a person of a mailbox. Nothing is mailed to others.
async fn mail_of(visit: &Visit, account: &Account) -> Result<Option<String>, Trouble> {
    if !account.roles.may(Act::UseMailbox) {
        return Ok(None);
    }
    let email = visit.engine().person_mail(account.id).await?.email;
    Ok(Some(email.map(|email| email.reveal().to_owned()).unwrap_or_default()))
}

async fn put_mail(visit: &Visit, id: AccountId, email: Option<EmailAddress>) -> Result<(), Trouble> {
    let change = PersonMailChange { email, is_off: None };
    visit.engine().set_person_mail(id, &change, &visit.actor()?).await?;
    Ok(())
}

/// `POST /console/hub/users/{id}/mail`
async fn set_mail(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    match read_email(visit) {
        Ok(email) => {
            put_mail(visit, account.id, email).await?;
            Ok(back(&account, ""))
        }
        Err(fault) => {
            let mut view = view(visit, &account, None, visit.errors(vec![fault])).await?;
            if let Some(email) = &mut view.email {
                *email = visit.call.field("email").chars().take(300).collect();
            }
            Ok(Answer::Page(
                StatusCode::UNPROCESSABLE_ENTITY,
                user::render(&view, visit.lang),
            ))
        }
    }
}

/// `POST /console/hub/users/{id}/block`
pub(crate) async fn block(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    if account.is_disabled() {
        return Ok(back(&account, "?first=1"));
    }
    match visit
        .state
        .accounts
        .disable(account.id, &visit.actor()?, visit.now)
        .await
    {
        Ok(()) => Ok(back(&account, "")),
        Err(error) => {
            let fault = refused(error)?;
            let view = view(visit, &account, None, visit.errors(vec![fault])).await?;
            Ok(Answer::Page(StatusCode::CONFLICT, user::render(&view, visit.lang)))
        }
    }
}

/// `POST /console/hub/users/{id}/unblock`
pub(crate) async fn unblock(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    if !account.is_disabled() {
        return Ok(back(&account, "?first=1"));
    }
    visit
        .state
        .accounts
        .enable(account.id, &visit.actor()?, visit.now)
        .await?;
    Ok(back(&account, ""))
}

/// `POST /console/hub/users/{id}/reset`. A second click makes another link in place of the first, and shows it.
pub(crate) async fn reset(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    let link = visit
        .state
        .accounts
        .reset(account.id, &visit.actor()?, visit.now)
        .await?;
    link_page(visit, account.id, Text::new(account.name.as_str()), &link).await
}

/// `POST /console/hub/users/{id}/sign-out`. A session that has ended meanwhile is over, as asked.
pub(crate) async fn sign_out(visit: &Visit, _: &mut Cookies) -> Result<Answer, Trouble> {
    let account = named(visit).await?;
    let (accounts, by) = (&visit.state.accounts, visit.actor()?);
    match visit.call.field("session") {
        "" => {
            accounts.sign_out_everywhere(account.id, &by, visit.now).await?;
        }
        session => {
            let session = SessionId::parse(session).ok_or(Trouble::NotFound)?;
            accounts.end_session(account.id, session, &by, visit.now).await?;
        }
    }
    Ok(back(&account, ""))
}
