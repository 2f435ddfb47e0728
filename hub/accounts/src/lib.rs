//! Persons who sign in: password, second factor, session. Also participants on their own pages: code, PIN, session.
//!
//! Owns: the order of the steps of a sign-in, the hashing of passwords, codes that change with time (TOTP), tokens. The
//! rules (waits, lengths, roles, the life of a session) are in `core::account`, and the store holds the accounts. Never
//! reads a clock: every call carries its time. Never names HTTP, SQL, or a page. Start at [`Accounts`].

mod challenge;
mod hashing;
mod issuer;
mod own_page;
mod secret;
mod service;
#[cfg(test)]
mod tests;
mod totp;
mod unknown;

pub use bindeledd_engine::ports::{LinkFor, RolesFor};
pub use issuer::{AtIssuer, Named, Strength};
pub use own_page::{HandedOver, OwnSignedIn};
pub use secret::{Challenge, RecoveryCode, Token};
pub use service::{
    Accounts, AccountsError, Enrolled, Enrolling, Finished, Parts, PasswordChange, Person, SET_UP, SetupLink, Signed,
    SignedIn, Step,
};
