//! Drift: the accounts of persons.

use bindeledd_core::account::Role;
use jiff::Timestamp;

use super::hub::Nav;
use crate::address;
use crate::frame::Frame;
use crate::lang::Lang;
use crate::markup::Text;
use crate::text::{account, users as text};

/// The list of accounts.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings.
    pub frame: Frame,
    /// Local navigation.
    pub nav: Nav,
    /// Accounts, by user name.
    pub rows: Vec<Row>,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Row {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Text,
    /// User name.
    pub login: Text,
    /// Roles.
    pub roles: Vec<Role>,
    /// Party of the mailbox.
    pub party: Option<Text>,
    /// State.
    pub state: State,
    /// Ways in which the person signs in.
    pub ways: Vec<Way>,
    /// Last sign-in of the last 90 days.
    pub last: Option<Timestamp>,
}

/// A way in which a person signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// With the account's password.
    Password {
        /// Whether the person has a second factor here.
        has_code: bool,
    },
    /// With an identity of an issuer.
    Issuer {
        /// Title of the issuer's profile, or its address if no profile names it any more.
        title: Text,
        /// Whether the hub asks for its own second factor too.
        with_code: bool,
    },
}

impl Way {
    pub(super) fn words(&self, text: &text::Texts) -> String {
        let (way, with_code) = match self {
            Self::Password { has_code } => (text.password, *has_code),
            Self::Issuer { title, with_code } => (title.as_str(), *with_code),
        };
        if with_code {
            (text.and_code)(way)
        } else {
            way.to_owned()
        }
    }
}

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The person can sign in.
    Active,
    /// The person has not used the link.
    NotSetUp,
    /// The account is blocked since this time.
    Blocked(Timestamp),
}

impl State {
    pub(super) const fn word(self, text: &text::Texts) -> &'static str {
        match self {
            Self::Active => text.active,
            Self::NotSetUp => text.not_set_up,
            Self::Blocked(_) => text.blocked,
        }
    }

    pub(super) const fn since(self) -> Option<Timestamp> {
        match self {
            Self::Blocked(since) => Some(since),
            Self::Active | Self::NotSetUp => None,
        }
    }
}

/// Returns roles in words, with commas between.
pub(super) fn roles(roles: &[Role], lang: Lang) -> String {
    let words: Vec<_> = roles.iter().map(|role| account::role(*role, lang)).collect();
    words.join(", ")
}

impl Row {
    fn address(&self) -> String {
        address::user(&self.id)
    }

    fn roles(&self, lang: Lang) -> String {
        roles(&self.roles, lang)
    }
}

page!("users.html");
