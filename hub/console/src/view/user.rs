//! Drift: one account, with the acts on it.

use jiff::Timestamp;

use super::account::SessionRow;
use super::hub::Nav;
use super::user_form::RolesForm;
use super::users::{State, Way};
use super::way::Who;
use crate::address;
use crate::errors::Errors;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{account, users as text};

/// The page of an account. Its forms post to [`address::user`] with the act behind it: `roles` and `party` with `was`,
/// the codes of the roles that the page shows, to `/roles`; `session`, or none for all, to `/sign-out`; `email` to `/mail`; nothing more to
/// `/block`, `/unblock` and `/reset`.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// User name.
    pub login: Text,
    /// State.
    pub state: State,
    /// Time when the account was made.
    pub made_at: Timestamp,
    /// The one that made it.
    pub made_by: Who,
    /// Time when the password was set.
    pub password_at: Option<Timestamp>,
    /// Whether the person has a second factor.
    pub has_factor: bool,
    /// Ways in which the person signs in.
    pub ways: Vec<Way>,
    /// Identities at issuers: the title of the issuer's profile, and the time since which the account has it.
    pub identities: Vec<(Text, Timestamp)>,
    /// Last sign-in of the last 90 days, and the issuer of it; none for a password.
    pub last: Option<(Timestamp, Option<Text>)>,
    /// Codes of the roles and the party that the account has.
    pub was: String,
    /// Roles as chosen.
    pub roles: RolesForm,
    /// Address for mails, as it is or as typed; `None` for an account of the console.
    pub email: Option<String>,
    /// Sessions, the newest first.
    pub sessions: Vec<SessionRow>,
    /// Faults.
    pub errors: Errors,
}

impl View {
    fn act(&self, act: &str) -> String {
        format!("{}/{act}", address::user(&self.id))
    }

    fn is_blocked(&self) -> bool {
        matches!(self.state, State::Blocked(_))
    }

    fn has_open_sessions(&self) -> bool {
        self.sessions.iter().any(|session| session.end.is_none())
    }

    fn session(row: &SessionRow, lang: Lang) -> &'static str {
        row.state(account::of(lang))
    }
}

page!("user.html");
