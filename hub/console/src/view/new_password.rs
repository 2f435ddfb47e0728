//! The page behind a set-up link: a new password.

use crate::errors::Errors;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::new_password as text;

/// The page that asks for a new password. Its form posts `csrf`, `password` and `again` to `action`; for the first
/// administrator `login` and `name` as well.
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings, without a person.
    pub frame: Frame,
    /// The account that gets the password.
    pub account: Account,
    /// Address of the set-up link.
    pub action: String,
    /// Issuers to sign in with instead: name and address.
    pub issuers: Vec<(Text, String)>,
    /// Fewest characters of a password.
    pub shortest: u32,
    /// Faults of the form.
    pub errors: Errors,
}

/// The account that gets a password.
#[derive(Debug, Clone)]
pub enum Account {
    /// An account with this user name.
    Existing(Text),
    /// The first administrator's account, which is made with the password.
    First {
        /// User name as typed.
        login: String,
        /// Name as typed.
        name: String,
    },
}

page!("new_password.html");
