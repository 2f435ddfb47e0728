//! The signed-in person's own account: roles, password, sessions, language.

use bindeledd_core::account::Role;
use jiff::Timestamp;

use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::account as text;

/// The page of the own account. Its forms post to [`address::ACCOUNT`](crate::address::ACCOUNT): `old`, `password` and
/// `again` to `/password`, `session` to `/sign-out`, nothing more to `/sign-out-everywhere`, and `email` and `on` to `/mail`.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// User name.
    pub login: Text,
    /// Name.
    pub name: Text,
    /// Roles.
    pub roles: Vec<Role>,
    /// Sessions of the last 90 days, the newest first.
    pub sessions: Vec<SessionRow>,
    /// Fewest characters of a password.
    pub shortest: u32,
    /// Mails to a person of a mailbox; `None` for a person who sees the console.
    pub mail: Option<MailForm>,
    /// Faults of the forms.
    pub errors: Errors,
}

/// The form for the mails to a person.
#[derive(Debug, Clone)]
pub struct MailForm {
    /// Address as it is, or as typed.
    pub email: String,
    /// Whether the person wants mails.
    pub is_on: bool,
    /// Whether the hub sends mails.
    pub is_sent: bool,
}

/// A session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Id, which the form to end it posts.
    pub id: String,
    /// Time of sign-in.
    pub began: Timestamp,
    /// Time of the last request.
    pub seen: Timestamp,
    /// Time and way of its end; `None` while it is open.
    pub end: Option<(Timestamp, End)>,
    /// Whether it is the session of this page.
    pub is_own: bool,
}

/// The way in which a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The person signed out.
    SignedOut,
    /// The person or an administrator ended it.
    Revoked,
    /// The account was disabled.
    Disabled,
    /// The password was changed.
    Password,
    /// The issuer ended its own session.
    Issuer,
    /// Too long a time passed.
    Time,
}

impl View {
    fn role(role: Role, lang: Lang) -> &'static str {
        text::role(role, lang)
    }
}

impl SessionRow {
    pub(super) fn state(&self, text: &text::Texts) -> &'static str {
        match self.end {
            None if self.is_own => text.this_one,
            None => text.open,
            Some((_, End::SignedOut)) => text.signed_out,
            Some((_, End::Revoked)) => text.revoked,
            Some((_, End::Disabled)) => text.disabled,
            Some((_, End::Password)) => text.password_changed,
            Some((_, End::Issuer)) => text.ended_at_issuer,
            Some((_, End::Time)) => text.timed_out,
        }
    }
}

page!("account.html");
