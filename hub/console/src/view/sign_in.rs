//! Sign-in with user name and password, or with an issuer.

use crate::errors::Errors;
use crate::frame::Frame;
use crate::markup::Text;
use crate::text::sign_in as text;

/// The page where a person signs in. Its form posts `csrf`, `login`, `password` and `to` to
/// [`address::SIGN_IN`](crate::address::SIGN_IN).
#[derive(Debug, Clone)]
pub struct View {
    /// Surroundings, without a person.
    pub frame: Frame,
    /// User name as typed.
    pub login: String,
    /// Page to go on to after sign-in.
    pub to: String,
    /// Faults of the form. A wrong password and an unknown user name are the same fault, of `login`.
    pub errors: Errors,
    /// Whether local accounts are in use.
    pub has_accounts: bool,
    /// Issuers to sign in with: name and address.
    pub issuers: Vec<(Text, String)>,
    /// Issuer whose session goes on after a sign-out, and the address at which it ends.
    pub way_out: Option<(Text, String)>,
}

page!("sign_in.html");
