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
