//! The texts of the command line: results, failures and the next steps. A heading of a table has its columns between `|`.
//! Codes of states and kinds stay as they are, since arguments take them.

pub mod audit;
pub mod common;
pub mod config;
pub mod consent;
pub mod hub;
pub mod message;
pub mod participant;
pub mod party;
pub mod plugin;
pub mod setup;
pub mod user;
