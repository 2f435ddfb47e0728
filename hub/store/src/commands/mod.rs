//! The writer's commands, each in a transaction, and the queries that belong to them. One file for each subject.

pub(crate) mod accept;
pub(crate) mod account;
pub(crate) mod alert;
pub(crate) mod answer;
pub(crate) mod budget;
pub(crate) mod consent;
pub(crate) mod control;
pub(crate) mod delivery;
pub(crate) mod erase;
pub(crate) mod fetched;
pub(crate) mod inbox;
pub(crate) mod join;
pub(crate) mod mail_status;
pub(crate) mod names;
pub(crate) mod operate;
pub(crate) mod participant;
pub(crate) mod party;
pub(crate) mod register;
pub(crate) mod release;
pub(crate) mod release_input;
pub(crate) mod trace;
pub(crate) mod waits;
pub(crate) mod watch;
pub(crate) mod withdraw;
pub(crate) mod withdrawal_entries;
pub(crate) mod withdrawal_notice;
