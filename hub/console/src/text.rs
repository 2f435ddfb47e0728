//! The words of the pages: a struct for each page, with a constant for each language. A missing text does not compile.

pub(crate) mod account;
pub(crate) mod acts;
pub(crate) mod alerts;
pub(crate) mod circle;
pub(crate) mod codes;
pub(crate) mod common;
pub(crate) mod consents;
pub(crate) mod enrol;
pub(crate) mod help;
pub(crate) mod kinds;
pub(crate) mod message;
pub(crate) mod messages;
pub(crate) mod new_password;
pub(crate) mod now;
pub(crate) mod parties;
pub(crate) mod party;
pub(crate) mod party_confirm;
pub(crate) mod party_form;
pub(crate) mod party_key;
pub(crate) mod problem;
pub(crate) mod retry;
pub(crate) mod second_factor;
pub(crate) mod sign_in;
mod table;
pub(crate) mod terms;
pub(crate) mod way;
pub(crate) mod withdraw;
